# SPDX-License-Identifier: Apache-2.0
"""The functions of sbx in the order of their first use, by their names for the
linker: tools/order writes them into a file, by which they are laid out, and
order_test.py looks whether that is still what happens."""

import argparse
import bisect
import subprocess

import rows

# What is given to sbx before the command.  Not --ids=range: newuidmap gets no
# privileges where it is looked at.
NATIVE = ["--"]
STARTS = [["bwrap", *rows.BWRAP], NATIVE, ["linux-sandbox", "-W", "/dev/shm"]]


def parse(arguments=None):
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--as-user", required=True)
    parser.add_argument("--program", action="append", required=True)
    parser.add_argument("--order", help="of an earlier run")
    return parser.parse_args(arguments)


def _paths(options):
    return dict(program.split("=", 1) for program in options.program)


def _addresses(options, start):
    """Those of the instructions that a command runs, as it runs them first."""
    script = ('exec first_use "$(command -v sbx)" "$@" '
              '"$(command -v noop)" </dev/null')
    command = [options.as_user,
               *(f"--install={program}" for program in options.program),
               "sh", "-c", script, "sh", *start]
    traced = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return [int(line, 16) for line in traced.stdout.split()]


class Symbols:
    """Which function an address lies in; several names may stand for it."""

    def __init__(self, program):
        printed = subprocess.run(["nm", program], check=True, text=True,
                                 stdout=subprocess.PIPE).stdout
        self.names = {}
        for line in printed.splitlines():
            words = line.split()
            if len(words) == 3 and words[1] in "tTwWi":
                self.names.setdefault(int(words[0], 16), []).append(words[2])
        self.starts = sorted(self.names)

    def at(self, address):
        found = bisect.bisect_right(self.starts, address) - 1
        return self.names[self.starts[found]] if found >= 0 else []


def functions(options, starts):
    """Each function once, as a tuple of its names."""
    symbols = Symbols(_paths(options)["sbx"])
    used = {}
    for start in starts:
        for address in _addresses(options, start):
            used[tuple(symbols.at(address))] = None
    return [names for names in used if names]


def main():
    for names in functions(parse(), STARTS):
        print("\n".join(names))


if __name__ == "__main__":
    main()
