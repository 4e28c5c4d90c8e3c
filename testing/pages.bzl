# SPDX-License-Identifier: Apache-2.0

"""Pages of documentation whose sessions are tests; see pages.py."""

_AS_USER = "//testing:as_user"
_PAGES = "//testing:pages.py"

# One way of writing a label, so that each is named once.
def _absolute(label):
    if not label.startswith("//") and not label.startswith("@"):
        return "//%s:%s" % (native.package_name(), label.lstrip(":"))
    if ":" not in label:
        return "%s:%s" % (label, label.split("/")[-1])
    return label

def _command(page, data, programs, options):
    files = [_PAGES, page] + data
    return (
        ["--install=%s=$(rootpath %s)" % (name, programs[name]) for name in sorted(programs)] +
        ["--copy=$(rootpath %s)" % file for file in files] +
        ["python3", "$(rootpath %s)" % _PAGES] +
        options +
        ["--data=$(rootpath %s)" % file for file in data] +
        ["$(rootpath %s)" % page]
    )

def page_test(name, page, data = [], sbx = "//tools/sbx", programs = {}, size = "medium", tags = [], **kwargs):
    """Tests that the sessions of a page go as the page shows them.

    They run as an ordinary user.  `bazel run NAME.update` writes what they show
    now to the page.

    Args:
      name: of the test.
      page: the Markdown file.
      data: files, one to a label, that the page finds in its directory.
      sbx: what the page runs as `sbx`; None if it does not.
      programs: further programs by the names that the page runs them under.
      size: of the test.
      tags: beyond those of every command test.
      **kwargs: what else sh_test takes.
    """
    installed = {"sbx": sbx} if sbx else {}
    installed.update(programs)

    files = [_AS_USER, _PAGES, page] + data + installed.values()
    needed = {_absolute(file): None for file in files}.keys()

    native.sh_test(
        name = name,
        size = size,
        srcs = [_AS_USER],
        args = _command(page, data, installed, []),
        data = needed,
        tags = tags + ["command", "local"],
        **kwargs
    )
    native.sh_binary(
        name = name + ".update",
        testonly = True,
        srcs = ["//testing:update_page.sh"],
        args = ["$(rootpath %s)" % page, "$(rootpath %s)" % _AS_USER] +
               _command(page, data, installed, ["--print"]),
        data = needed,
        tags = ["manual"],
    )
