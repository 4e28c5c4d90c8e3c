# SPDX-License-Identifier: Apache-2.0

"""What stands in for a library that the machine lacks."""

MISSING = "The Debian package %s is missing; tools/quickstart installs it, or tools/test if only tests need it."

def _missing_package_impl(ctx):
    fail(MISSING % ctx.attr.package)

missing_package = rule(
    implementation = _missing_package_impl,
    doc = "Fails with the name of the Debian package when something needs it.",
    attrs = {"package": attr.string(mandatory = True)},
    provides = [CcInfo],
)
