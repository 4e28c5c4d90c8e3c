#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the sessions of a Markdown page and compares what they show.

A fenced block whose language is `console` is a session:

    ```console
    $ echo one; echo two >&2
    one
    two
    $ for word in a b; do
    >   echo "$word"
    > done
    a
    [...]
    $ date
    [...] UTC [...]
    $ false
    [exit status: 1]
    ```

`$ ` begins a command for bash and `> ` continues it.  Below stands exactly what
it writes, standard output and standard error together, in order.  `[...]` in a
line stands for anything within the line, alone on a line for any number of
lines.  The exit status is 0 unless the last line says otherwise.  Output that
does not end in a newline is followed by the line `[no newline]`.

All sessions of a page share one shell and a directory that is empty at first:
what one of them makes or sets, the next ones find.

    ```console norun            is shown, not run.
    ```console timeout=300      may take so many seconds for each command.
    ```toml file=dir/name.toml  is written to that file, seen from where the
                                shell is by then, before the page goes on.

A block in an HTML comment runs as well, without being shown.
"""

import argparse
import difflib
import os
import re
import select
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

ANYTHING = "[...]"
NO_NEWLINE = "[no newline]"
EXIT_STATUS = re.compile(r"\[exit status: (\d+)\]")
FENCE = re.compile(r"(?P<indent>[ ]*)(?P<marks>`{3,}|~{3,})[ ]*(?P<info>.*)")
TIME_LIMIT = 60
OUTPUT_LIMIT = 1 << 18


class PageError(Exception):
    """Something that the page's author has to put right."""


# --- The page as data --------------------------------------------------------


@dataclass
class Command:
    """A command, and what the page says that it shows."""

    line: int  # Of its `$ `, from 1.
    first: int  # The page's lines that hold its outcome: [first, last).
    last: int
    indent: str
    text: str
    output: list[str]
    status: int
    time_limit: float


@dataclass
class File:
    """A file that the page writes."""

    line: int
    name: str
    text: str


@dataclass
class Block:
    """A fenced block; `line` is that of its opening fence, from 1."""

    line: int
    indent: str
    info: str
    lines: list[str] = field(default_factory=list)


def find_blocks(lines):
    """Yields the fenced blocks of a page."""
    block, marks = None, ""
    for number, line in enumerate(lines, 1):
        fence = FENCE.fullmatch(line)
        if block is None:
            if fence and "`" not in fence["info"]:
                block = Block(number, fence["indent"], fence["info"])
                marks = fence["marks"]
        elif fence and not fence["info"].strip() and fence["marks"].startswith(marks):
            yield block
            block = None
        else:
            block.lines.append(line.removeprefix(block.indent))
    if block is not None:
        raise PageError(f"{block.line}: this block has no end")


def split_attributes(block):
    """Returns the language and the attributes of a block."""
    try:
        language, *words = shlex.split(block.info) or [""]
    except ValueError:
        return block.info, {}
    return language, dict(word.partition("=")[::2] for word in words)


def parse_file(block, name):
    if os.path.isabs(name) or ".." in name.split("/"):
        raise PageError(f"{block.line}: {name} lies outside the page's directory")
    return File(block.line, name, "".join(line + "\n" for line in block.lines))


def parse_session(block, time_limit):
    """Yields the commands of a `console` block."""
    starts = [i for i, line in enumerate(block.lines) if line.startswith("$ ")]
    if not starts or starts[0] != 0:
        raise PageError(f"{block.line}: this session does not begin with a command")
    for start, end in zip(starts, starts[1:] + [len(block.lines)]):
        yield parse_command(block, start, end, time_limit)


def parse_command(block, start, end, time_limit):
    text = [block.lines[start][2:]]
    first = start + 1
    # An editor may have removed the space of an empty line.
    while first < end and (block.lines[first] + " ").startswith("> "):
        text.append(block.lines[first][2:])
        first += 1
    output = block.lines[first:end]
    status = EXIT_STATUS.fullmatch(output[-1]) if output else None
    return Command(
        line=block.line + 1 + start,
        first=block.line + first,
        last=block.line + end,
        indent=block.indent,
        text="\n".join(text),
        output=output[:-1] if status else output,
        status=int(status[1]) if status else 0,
        time_limit=time_limit,
    )


def parse_console(block, attributes, time_limit):
    unknown = set(attributes) - {"norun", "timeout"}
    if unknown:
        raise PageError(f"{block.line}: console has no attribute {unknown.pop()}")
    if "norun" in attributes:
        return []
    try:
        limit = float(attributes.get("timeout", time_limit))
    except ValueError:
        raise PageError(f"{block.line}: timeout is no number of seconds") from None
    return list(parse_session(block, limit))


def parse_page(text, time_limit=TIME_LIMIT):
    """Returns the commands and files of a page, in order."""
    steps = []
    for block in find_blocks(text.split("\n")):
        language, attributes = split_attributes(block)
        if "file" in attributes:
            steps.append(parse_file(block, attributes["file"]))
        elif language == "console":
            steps += parse_console(block, attributes, time_limit)
    if not any(isinstance(step, Command) for step in steps):
        raise PageError("1: this page runs no command, so it tests nothing")
    return steps


# --- Expected and actual output ----------------------------------------------


def line_matches(expected, actual):
    parts = [re.escape(part) for part in expected.split(ANYTHING)]
    return re.fullmatch(".*".join(parts), actual, re.DOTALL) is not None


def align(expected, actual):
    """Returns `actual` with every line that `expected` covers as written there.

    So the result equals `expected` if and only if it matches, and otherwise
    differs from it in as few lines as can be.
    """
    rows, columns = len(expected), len(actual)
    # costs[i][j]: the lines in which expected[i:] and actual[j:] differ.
    costs = [[0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows, -1, -1):
        for j in range(columns, -1, -1):
            if i < rows or j < columns:
                costs[i][j] = min(cost for cost, *_ in moves(expected, actual, costs, i, j))
    result, i, j = [], 0, 0
    while i < rows or j < columns:
        _, i, j, lines = min(moves(expected, actual, costs, i, j), key=lambda move: move[0])
        result += lines
    return result


def moves(expected, actual, costs, i, j):
    """Yields (cost, next i, next j, lines shown): the ways on from i and j."""
    want = expected[i] if i < len(expected) else None
    have = actual[j] if j < len(actual) else None
    if want == ANYTHING:
        yield costs[i + 1][j], i + 1, j, [ANYTHING]
        if have is not None:
            yield costs[i][j + 1], i, j + 1, []
        return
    if want is not None and have is not None and line_matches(want, have):
        yield costs[i + 1][j + 1], i + 1, j + 1, [want]
    if want is not None:
        yield 1 + costs[i + 1][j], i + 1, j, []
    if have is not None:
        yield 1 + costs[i][j + 1], i, j + 1, [have]


def output_lines(output):
    text = output.decode(errors="backslashreplace")
    if not text:
        return []
    if text.endswith("\n"):
        return text[:-1].split("\n")
    return text.split("\n") + [NO_NEWLINE]


# --- The shell ---------------------------------------------------------------

# Reads commands from one descriptor and says on another how each ended and
# where the shell is then.  `eval` closes both for the command alone, and
# pages_restore lets it find the $? of the command before.  All in one line, for
# bash counts lines in what it complains about.
DRIVER = (
    'pages_restore() { return "$pages_status"; }; pages_status=0; '
    "while IFS= read -r -d '' -u {commands} pages_command; do "
    'eval "pages_restore; $pages_command" {commands}<&- {statuses}>&-; '
    "pages_status=$?; "
    "printf '%s %s\\0' \"$pages_status\" \"$PWD\" >&{statuses}; "
    "done"
)


class PageStopped(Exception):
    """Why no further command of the page can run."""


def environment():
    dropped = ("BASH_ENV", "ENV", "LANGUAGE", "OLDPWD", "PWD", "SHLVL")
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in dropped and not name.startswith("BASH_FUNC_")
    }
    return kept | {"LC_ALL": "C.UTF-8", "TERM": "dumb", "TZ": "UTC"}


class Shell:
    """A bash that runs one command after the other."""

    def __init__(self, directory):
        self.directory = directory
        theirs_in, self.commands = os.pipe()
        self.statuses, theirs_out = os.pipe()
        self.output, theirs_output = os.pipe()
        driver = DRIVER.replace("{commands}", str(theirs_in))
        driver = driver.replace("{statuses}", str(theirs_out))
        self.process = subprocess.Popen(
            ["bash", "--noprofile", "--norc", "-c", driver, "bash"],
            cwd=directory,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=theirs_output,
            stderr=theirs_output,
            pass_fds=(theirs_in, theirs_out),
            start_new_session=True,
        )
        self.pidfd = os.pidfd_open(self.process.pid)
        for descriptor in (theirs_in, theirs_out, theirs_output):
            os.close(descriptor)
        for descriptor in (self.output, self.statuses):
            os.set_blocking(descriptor, False)

    def run(self, text, time_limit):
        """Returns what the command wrote and its exit status."""
        self._send(text)
        deadline = time.monotonic() + time_limit
        output, status = b"", b""
        while not status.endswith(b"\0"):
            self._await_change(deadline, time_limit, output)
            ended = self.process.poll() is not None
            status += read_available(self.statuses)
            output += read_available(self.output)
            if len(output) > OUTPUT_LIMIT:
                self._stop(f"wrote more than {OUTPUT_LIMIT} bytes", output)
            if ended and not status.endswith(b"\0"):
                return output, exit_status(self.process.returncode)
        # What it wrote before it ended is in the pipe by now.
        output += read_available(self.output)
        number, _, directory = status[:-1].partition(b" ")
        self.directory = os.fsdecode(directory)
        return output, int(number)

    def close(self):
        os.close(self.commands)
        try:
            self.process.wait(TIME_LIMIT)
        except subprocess.TimeoutExpired:
            self._kill()
        for descriptor in (self.output, self.statuses, self.pidfd):
            os.close(descriptor)

    def _send(self, text):
        try:
            os.write(self.commands, text.encode() + b"\n\0")
        except BrokenPipeError:
            raise PageStopped("not run, for the shell has ended before") from None

    def _await_change(self, deadline, time_limit, output):
        left = deadline - time.monotonic()
        watched = [self.output, self.statuses, self.pidfd]
        if left <= 0 or not select.select(watched, [], [], left)[0]:
            self._stop(f"still ran after {time_limit:g} s and was killed", output)

    def _stop(self, reason, output):
        self._kill()
        output += read_available(self.output)
        shown = "\n".join(output_lines(output[:OUTPUT_LIMIT]))
        raise PageStopped(f"{reason}; it wrote:\n{shown}")

    def _kill(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()


def read_available(descriptor):
    """Reads all that a pipe holds."""
    data = b""
    while True:
        try:
            chunk = os.read(descriptor, 65536)
        except BlockingIOError:
            return data
        if not chunk or len(data) > OUTPUT_LIMIT:
            return data + chunk
        data += chunk


def exit_status(returncode):
    return returncode if returncode >= 0 else 128 - returncode


# --- Running a page ----------------------------------------------------------


@dataclass
class Outcome:
    """What a command showed, in the page's words where those match."""

    command: Command
    output: list[str]
    status: int

    def as_expected(self):
        return (self.output, self.status) == (self.command.output, self.command.status)


def write_file(file, directory):
    path = os.path.join(directory, file.name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as opened:
        opened.write(file.text)


def run_command(shell, command):
    output, status = shell.run(command.text, command.time_limit)
    return Outcome(command, align(command.output, output_lines(output)), status)


@dataclass
class Run:
    """What came of a page; `stopped` says why it was not run to its end."""

    outcomes: list[Outcome] = field(default_factory=list)
    stopped: str = ""


def run_step(shell, step, run):
    if isinstance(step, File):
        write_file(step, shell.directory)
    else:
        run.outcomes.append(run_command(shell, step))


def run_steps(steps, directory):
    run = Run()
    shell = Shell(directory)
    try:
        for step in steps:
            run_step(shell, step, run)
    except PageStopped as stopped:
        run.stopped = f"{step.line}: $ {step.text}\n{stopped}"
    except OSError as error:
        run.stopped = f"{step.line}: {error}"
    finally:
        shell.close()
    return run


def describe(outcome):
    """Returns how a command failed, behind the name of the page."""
    command = outcome.command
    lines = [f"{command.line}: $ {command.text}"]
    if outcome.status != command.status:
        lines.append(f"exit status: expected {command.status}, got {outcome.status}")
    lines += difflib.unified_diff(
        command.output, outcome.output, "expected", "actual", lineterm=""
    )
    return "\n".join(lines)


def shown_lines(outcome):
    """Returns the lines of the page that tell of an outcome."""
    lines = list(outcome.output)
    if outcome.status != 0:
        lines.append(f"[exit status: {outcome.status}]")
    indent = outcome.command.indent
    return [indent + line if line else "" for line in lines]


def check_can_be_shown(outcome):
    output = outcome.output
    cannot = [line for line in output if line.startswith("$ ") or FENCE.fullmatch(line)]
    if output and (output[0] + " ").startswith("> "):
        cannot.append(output[0])
    if output and outcome.status == 0 and EXIT_STATUS.fullmatch(output[-1]):
        cannot.append(output[-1])
    if cannot:
        raise PageError(
            f"{outcome.command.line}: the output has the line {cannot[0]!r}, which "
            f"means something else in a page; write {ANYTHING} in its place"
        )


def updated_page(text, run):
    if run.stopped:
        raise PageError(run.stopped)
    lines = text.split("\n")
    # From the end, so that the numbers of the lines before stay right.
    for outcome in reversed(run.outcomes):
        if not outcome.as_expected():
            check_can_be_shown(outcome)
            command = outcome.command
            lines[command.first : command.last] = shown_lines(outcome)
    return "\n".join(lines)


def remove_directory(directory):
    # A sandbox with several users inside leaves files of subordinate ids.
    shutil.rmtree(directory, ignore_errors=True)
    if os.path.exists(directory):
        command = ["unshare", "--map-auto", "--map-root-user", "rm", "-rf", directory]
        if subprocess.run(command, check=False).returncode != 0:
            print(f"cannot remove {directory}; remove it as root", file=sys.stderr)


def run_page(text, data=(), time_limit=TIME_LIMIT):
    """Runs a page in a fresh directory that holds copies of `data`."""
    steps = parse_page(text, time_limit)
    directory = tempfile.mkdtemp(prefix="page-")
    try:
        for path in data:
            shutil.copy(path, directory)
        return run_steps(steps, directory)
    finally:
        remove_directory(directory)


# --- The command line --------------------------------------------------------


def test(name, run):
    failures = [outcome for outcome in run.outcomes if not outcome.as_expected()]
    for text in [describe(outcome) for outcome in failures] + [run.stopped]:
        if text:
            print(f"{name}:{text}\n")
    stopped = ", stopped before the end" if run.stopped else ""
    print(f"{name}: {len(run.outcomes)} commands, {len(failures)} failed{stopped}")
    return 1 if failures or run.stopped else 0


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--update", action="store_true", help="rewrite the page with what is shown now"
    )
    what.add_argument(
        "--print", action="store_true", help="print the page as --update would write it"
    )
    parser.add_argument(
        "--data",
        metavar="FILE",
        action="append",
        default=[],
        help="a file that the page finds in its directory",
    )
    parser.add_argument(
        "--time-limit",
        metavar="SECONDS",
        type=float,
        default=TIME_LIMIT,
        help="for each command (default: %(default)s)",
    )
    parser.add_argument("page")
    return parser.parse_args(arguments)


def main(arguments):
    options = parse_arguments(arguments)
    with open(options.page, encoding="utf-8") as page:
        text = page.read()
    try:
        run = run_page(text, options.data, options.time_limit)
        if options.print:
            sys.stdout.write(updated_page(text, run))
        elif options.update:
            updated = updated_page(text, run)
            with open(options.page, "w", encoding="utf-8") as page:
                page.write(updated)
        else:
            return test(options.page, run)
    except PageError as error:
        print(f"{options.page}:{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
