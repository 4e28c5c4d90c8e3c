# SPDX-License-Identifier: Apache-2.0
"""Runs commands in turn and takes their times.

Python, for posix_spawn(3) does not copy its memory and wait4(2) is a call away:
what it adds is the same for all, and small (row start-up, "exec").
"""

import os
import statistics
import subprocess
import time


def _spawn(command, output):
    actions = [(os.POSIX_SPAWN_DUP2, output, 1)]
    return os.posix_spawn(command[0], command, os.environ,
                          file_actions=actions)


def _wait():
    pid, status, usage = os.wait3(0)
    if status != 0:
        raise RuntimeError(
            f"a command ended with status {os.waitstatus_to_exitcode(status)}")
    return pid, 1e3 * (usage.ru_utime + usage.ru_stime)


def take_time(command, null):
    """One run: the time it takes and the CPU time it uses, in ms."""
    start = time.perf_counter()
    _spawn(command, null)
    _, cpu = _wait()
    return {"value": 1e3 * (time.perf_counter() - start), "cpu": cpu}


def take_printed(command):
    """One run of a command that prints its figure."""
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return {"value": float(printed.stdout), "cpu": 0.0}


def take_batch(command, null, at_once, total):
    """`total` runs, `at_once` at a time: what each takes of the whole, and how
    long each takes from its start to its end."""
    start, cpu, begun, latencies = time.perf_counter(), 0.0, {}, []
    while len(latencies) < total:
        while len(begun) < at_once and len(begun) + len(latencies) < total:
            now = time.perf_counter()
            begun[_spawn(command, null)] = now
        pid, used = _wait()
        latencies.append(1e3 * (time.perf_counter() - begun.pop(pid)))
        cpu += used
    value = 1e3 * (time.perf_counter() - start) / total
    return {"value": value, "cpu": cpu / total,
            "latency": statistics.median(latencies)}


def samples(commands, runs, take):
    """Runs each command `runs` times, all in turn, in another order each time,
    so that what else the machine does befalls all alike.  The first time warms
    up, unless it is the only one."""
    taken = {name: [] for name in commands}
    names = list(commands)
    for turn in range(-1 if runs > 1 else 0, runs):
        for i in range(len(names)):
            name = names[(i + turn) % len(names)]
            sample = take(commands[name])
            if turn >= 0:
                taken[name].append(sample)
    return taken
