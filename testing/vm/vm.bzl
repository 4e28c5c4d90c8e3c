# SPDX-License-Identifier: Apache-2.0

"""Tests that run in the virtual machine; see README.md."""

def vm_test(name, script, root_script = None, files = [], **kwargs):
    """Runs a script in the test machine, with sbx beside it.

    Args:
      name: of the test.
      script: what the user there runs.
      root_script: what root runs there before.
      files: what else lies beside the script.
      **kwargs: what else sh_test takes.
    """
    files = [
        "//tools/sbx",
        "//tools/sbx:sbx-scope",
        "cases/check.sh",
    ] + files
    native.sh_test(
        name = name,
        srcs = ["run_case"],
        args = ["$(rootpath %s)" % file for file in [":machine", script] + files] +
               (["root.sh=$(rootpath %s)" % root_script] if root_script else []),
        data = [
            script,
            ":image",
            ":machine",
        ] + files + native.glob(["guest/*"]) + ([root_script] if root_script else []),
        tags = [
            "job",
            "local",
            "vm",
        ],
        size = "large",
        timeout = "long",
        **kwargs
    )
