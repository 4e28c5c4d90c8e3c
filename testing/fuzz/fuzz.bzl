# SPDX-License-Identifier: Apache-2.0

"""Fuzz tests: a short one for every run, and libFuzzer's for a long one."""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "cc_test")

def fuzz_target(name, deps):
    """Makes NAME_test and NAME_fuzzer of NAME.cc, which defines kTarget.

    Args:
      name: what is parsed.
      deps: what the target uses besides //testing/fuzz:target.
    """
    cc_library(
        name = name,
        testonly = True,
        srcs = [name + ".cc"],
        deps = deps + [
            ":target",
            "@system//:absl",
        ],
        # Nobody calls by name what it defines.
        alwayslink = True,
    )

    cc_test(
        name = name + "_test",
        size = "small",
        deps = [
            ":short_main",
            ":" + name,
        ],
    )

    # Built by --config=fuzz alone, with clang.
    cc_binary(
        name = name + "_fuzzer",
        testonly = True,
        linkopts = ["-fsanitize=fuzzer"],
        tags = ["manual"],
        deps = [
            ":libfuzzer",
            ":" + name,
        ],
    )
