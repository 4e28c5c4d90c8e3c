# SPDX-License-Identifier: Apache-2.0
"""What sandboxes' own processes take of the memory."""

import os
import time

# The command that runs inside, which is not the sandbox's.
COMMAND = "waiter"


def _parents():
    """Each process and its parent."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
                yield int(pid), int(file.read().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue


def _family(pids):
    """These processes and all that descend from them."""
    children = {}
    for pid, parent in _parents():
        children.setdefault(parent, []).append(pid)
    family, left = [], list(pids)
    while left:
        family.append(left.pop())
        left += children.get(family[-1], [])
    return family


def _is_the_sandbox(pid):
    with open(f"/proc/{pid}/comm", encoding="utf-8") as file:
        return file.read().strip() != COMMAND


def _figures(pid):
    """kB by the names of smaps_rollup."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as file:
        lines = [line.split() for line in file if line.endswith("kB\n")]
    return {words[0].rstrip(":"): int(words[1]) for words in lines}


def _private(figures):
    return figures["Private_Clean"] + figures["Private_Dirty"]


def _dirty(figures):
    """What no file holds as well: a program that only it uses is private."""
    return figures["Private_Dirty"]


def _pss(figures):
    return figures["Pss"]


KINDS = {"private": _private, "dirty": _dirty, "PSS": _pss}


def of_each(pids, kind):
    """kB of each of the sandboxes that these processes have started.  Only root
    can look into all of them: sbx's are closed to their own user."""
    family = [pid for pid in _family(pids) if _is_the_sandbox(pid)]
    return sum(KINDS[kind](_figures(pid)) for pid in family) / len(pids)


# In seconds: twice the same figure so far apart is what it stays at.
CALM = 0.1
MOST_TRIES = 50


def of_each_in_the_end(pids, kind):
    """The same once it changes no more: what was needed at the start alone may
    be given back."""
    figure = None
    for _ in range(MOST_TRIES):
        before, figure = figure, of_each(pids, kind)
        if figure == before:
            break
        time.sleep(CALM)
    return figure
