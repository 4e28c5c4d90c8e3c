# SPDX-License-Identifier: Apache-2.0
"""Measures what one line of JSON on standard input asks for, as the user who is
to run it, and answers in JSON: first, for memory, with the processes to look
at; last with the samples and with those who are absent."""

import functools
import json
import os
import shutil
import subprocess
import sys

import measure

# Where Debian's Bazel keeps its own sandbox.
BAZEL = "/usr/share/bazel"


def _path_of(program):
    return shutil.which(program, path=f"{os.environ['PATH']}:{BAZEL}")


def _with_paths(words, programs):
    """The command by the paths of its program and of ours among its words."""
    here = [word if word not in programs else _path_of(word)
            for word in words[1:]]
    return [_path_of(words[0]) or words[0],
            *[word.replace("WORK", os.getcwd()) for word in here]]


def _absence(words):
    """Why a command cannot be measured here, or "": a program may be installed
    and yet not do it."""
    if not _path_of(words[0]):
        return "not installed"
    tried = subprocess.run(words, check=False, stdin=subprocess.DEVNULL,
                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if tried.returncode == 0:
        return ""
    said = tried.stderr.decode(errors="replace").strip().splitlines()
    return f"does not work here: {said[-1] if said else tried.returncode}"


def sort_out(commands, programs):
    """Returns the commands that work here, and why the others do not."""
    commands = {name: _with_paths(words, programs)
                for name, words in commands.items()}
    absent = {name: why for name, words in commands.items()
              if (why := _absence(words))}
    return ({name: words for name, words in commands.items()
             if name not in absent}, absent)


def _answer(**words):
    print(json.dumps(words), flush=True)


def _start_and_ask(command, count):
    """Has `count` of the command run at once, and asks for their memory."""
    said, say = os.pipe()
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as hold:
        running = [subprocess.Popen(command, stdin=hold.stdout, stdout=say)
                   for _ in range(count)]
        os.close(say)
        for _ in running:
            if os.read(said, 1) != b".":
                raise RuntimeError("a command did not start")
        _answer(pids=[process.pid for process in running])
        figure = json.loads(sys.stdin.readline())
    os.close(said)
    for process in running:
        if process.wait() != 0:
            raise RuntimeError("a command failed")
    return {"value": figure, "cpu": 0.0}


def _taker(request, null):
    if request["memory"]:
        return functools.partial(_start_and_ask, count=request["at_once"])
    if request["printed"]:
        return measure.take_printed
    if request["at_once"] > 1:
        return functools.partial(measure.take_batch, null=null,
                                 at_once=request["at_once"],
                                 total=request["batch"])
    return functools.partial(measure.take_time, null=null)


def main():
    request = json.loads(sys.stdin.readline())
    if request["prepare"]:
        subprocess.run(["bash", "-euc", request["prepare"]], check=True,
                       stdin=subprocess.DEVNULL, stdout=sys.stderr)
    commands, absent = sort_out(request["commands"], request["programs"])
    null = os.open("/dev/null", os.O_WRONLY)
    taken = measure.samples(commands, request["runs"], _taker(request, null))
    _answer(samples=taken, absent=absent)


if __name__ == "__main__":
    main()
