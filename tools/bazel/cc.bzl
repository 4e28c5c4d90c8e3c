# SPDX-License-Identifier: Apache-2.0

"""How the one binary that we ship is built."""

# Each function and object in a section of its own, so that the linker can drop
# those that nothing uses.
STATIC_COPTS = [
    "-fdata-sections",
    "-ffunction-sections",
]

# Start-up time is what everybody pays: no libraries to load, and a fixed
# address, so that there is next to nothing to relocate.  relro makes read-only
# what only start-up writes.  The sanitizers cannot be linked statically.
STATIC_LINKOPTS = select({
    "//tools/bazel:asan": [],
    "//conditions:default": [
        "-static",
        "-no-pie",
        "-Wl,--gc-sections",
        "-Wl,-z,relro,-z,now",
    ],
})

def in_order(functions):
    """Has the linker lay functions out in the order that a file names them in.

    Only lld orders those of the machine's libraries too.

    Args:
      functions: the file's path.

    Returns:
      options of the linker.
    """
    return select({
        "//tools/bazel:asan": [],
        "//conditions:default": [
            "-fuse-ld=lld",
            "-Wl,--symbol-ordering-file=" + functions,
            # Another compiler has other names for parts of functions.
            "-Wl,--no-warn-symbol-ordering",
        ],
    })
