# SPDX-License-Identifier: Apache-2.0

"""The repository @system: libraries from the machine's Debian packages."""

load(":missing.bzl", "MISSING")

# Each library that pkg-config knows: its target, its Debian package, and the
# names to ask pkg-config for.
_LIBRARIES = [
    struct(name = "absl", package = "libabsl-dev", modules = [
        "absl_btree",
        "absl_cleanup",
        "absl_fixed_array",
        "absl_flat_hash_map",
        "absl_flat_hash_set",
        "absl_inlined_vector",
        "absl_function_ref",
        "absl_span",
        "absl_status",
        "absl_statusor",
        "absl_str_format",
        "absl_strings",
        "absl_time",
    ]),
    struct(name = "benchmark", package = "libbenchmark-dev", modules = ["benchmark"]),
    struct(name = "cap", package = "libcap-dev", modules = ["libcap"]),
    struct(name = "json", package = "nlohmann-json3-dev", modules = ["nlohmann_json"]),
    struct(name = "seccomp", package = "libseccomp-dev", modules = ["libseccomp"]),
    struct(name = "systemd", package = "libsystemd-dev", modules = ["libsystemd"]),
]

_GOOGLETEST = "/usr/src/googletest"

_HEADER = """\
load("@rules_cc//cc:defs.bzl", "cc_library")
load("@sbx//tools/bazel:missing.bzl", "missing_package")

package(default_visibility = ["//visibility:public"])
"""

_LIBRARY = """
cc_library(
    name = "{name}",
    linkopts = {linkopts},
)
"""

_MISSING = """
missing_package(
    name = "{name}",
    package = "{package}",
)
"""

_ALIAS = """
alias(
    name = "{name}",
    actual = "{actual}",
)
"""

# The libraries in the order that --static gives: each before those that it
# needs, as archives must stand.  The dynamic linker takes any order, and
# --as-needed leaves out those that a program does not use.
def _linkopts(ctx, modules):
    asked = ctx.execute(["pkg-config", "--static", "--libs"] + modules)
    if asked.return_code != 0:
        return None
    words = [word for word in asked.stdout.strip().split(" ") if word]
    if not words:
        return []
    return ["-Wl,--push-state,--as-needed"] + words + ["-Wl,--pop-state"]

def _library(ctx, library):
    linkopts = _linkopts(ctx, library.modules)
    if linkopts == None:
        return _MISSING.format(name = library.name, package = library.package)
    return _LIBRARY.format(name = library.name, linkopts = repr(linkopts))

# GoogleTest comes as sources, to be built with the flags of the tests.
def _googletest(ctx):
    names = ["gtest", "gtest_main"]
    if not ctx.path(_GOOGLETEST).exists:
        return [_MISSING.format(name = name, package = "googletest") for name in names]
    for part in ["googlemock", "googletest"]:
        ctx.symlink(_GOOGLETEST + "/" + part, "googletest/" + part)
    ctx.symlink(ctx.attr.googletest_build, "googletest/BUILD")
    return [_ALIAS.format(name = name, actual = "//googletest:" + name) for name in names]

def _system_libraries_impl(ctx):
    if not ctx.which("pkg-config"):
        fail(MISSING % "pkg-config")
    targets = [_library(ctx, library) for library in _LIBRARIES] + _googletest(ctx)
    ctx.file("BUILD", _HEADER + "".join(targets))

system_libraries = repository_rule(
    implementation = _system_libraries_impl,
    doc = "One target for each library; a library that is missing fails only what needs it.",
    attrs = {
        "googletest_build": attr.label(default = "//tools/bazel:googletest.BUILD"),
    },
    environ = ["PKG_CONFIG_PATH"],
    local = True,
)
