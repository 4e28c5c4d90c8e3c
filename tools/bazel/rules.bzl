# SPDX-License-Identifier: Apache-2.0

"""Bazel's own rules, from Debian's packages."""

load(":missing.bzl", "MISSING")

def _debian_rules_impl(ctx):
    if not ctx.path(ctx.attr.path).exists:
        fail(MISSING % ctx.attr.package)
    copied = ctx.execute(["cp", "--recursive", "--dereference", ctx.attr.path + "/.", "."])
    if copied.return_code != 0:
        fail("Copying %s: %s" % (ctx.attr.path, copied.stderr))
    for path in ctx.attr.replace_in:
        text = ctx.read(path)
        for old, new in ctx.attr.replace.items():
            text = text.replace(old, new)
        ctx.file(path, text)

debian_rules = repository_rule(
    implementation = _debian_rules_impl,
    doc = "A copy of the Bazel rules in a Debian package, with words replaced in some files.",
    attrs = {
        "package": attr.string(mandatory = True, doc = "The Debian package that holds them."),
        "path": attr.string(mandatory = True, doc = "Where the package puts them."),
        "replace": attr.string_dict(doc = "Old words and new ones."),
        "replace_in": attr.string_list(doc = "The files to replace them in."),
    },
    local = True,
)

def _no_coverage_tools_impl(ctx):
    ctx.file("BUILD", """\
filegroup(
    name = "coverage_report_generator",
    visibility = ["//visibility:public"],
)
""")

no_coverage_tools = repository_rule(
    implementation = _no_coverage_tools_impl,
    doc = "Stands in for the coverage tools that Bazel names in every test run.",
)

def _cached_file_impl(ctx):
    cache = ctx.os.environ.get("XDG_CACHE_HOME") or ctx.os.environ["HOME"] + "/.cache"
    path = ctx.path(cache + "/sbx-tools/" + ctx.attr.path)
    if not path.exists:
        fail("%s is missing; tools/test installs it." % path)
    ctx.symlink(path, path.basename)
    ctx.file("BUILD", "exports_files([%r])\n" % path.basename)

cached_file = repository_rule(
    implementation = _cached_file_impl,
    doc = "A file that tools/setup has put into the user's cache.",
    attrs = {"path": attr.string(mandatory = True, doc = "Below sbx-tools there.")},
    environ = ["HOME", "XDG_CACHE_HOME"],
    local = True,
)
