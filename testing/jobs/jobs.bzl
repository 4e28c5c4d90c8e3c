# SPDX-License-Identifier: Apache-2.0

"""Jobs: scripts that use sbx as people do, and tell whether all went well."""

_AS_USER = "//testing:as_user"
_SBX = "//tools/sbx"

def job_test(name, script, files = [], tags = [], **kwargs):
    """Runs a script as an ordinary user, with sbx and job.sh on its PATH.

    Args:
      name: of the test.
      script: the file.
      files: what else is to be on its PATH.
      tags: beyond those of every job.
      **kwargs: what else sh_test takes.
    """
    native.sh_test(
        name = name,
        srcs = [_AS_USER],
        args = [
            "--install=sbx=$(rootpath %s)" % _SBX,
            "--install=job.sh=$(rootpath job.sh)",
            "--install=job=$(rootpath %s)" % script,
        ] + [
            "--install=%s=$(rootpath %s)" % (file, file)
            for file in files
        ] + ["job"],
        data = files + [
            script,
            "job.sh",
            _AS_USER,
            _SBX,
        ],
        tags = tags + ["job", "local"],
        **kwargs
    )
