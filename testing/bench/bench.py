# SPDX-License-Identifier: Apache-2.0
"""Measures sbx beside its peers and the floor; tools/bench starts this.

What is measured runs as an ordinary user, in worker.py; here is what is asked
of it, and what becomes of the answers.
"""

import argparse
import dataclasses
import json
import os
import subprocess
import sys

import judge
import memory
import picture
import rows
import tell

HERE = os.path.dirname(os.path.abspath(__file__))
QUICK = 6


def _worker(options, mounts):
    """The command that measures, in a directory of the user's own."""
    command = [options.as_user]
    for program in options.program:
        command.append(f"--install={program}")
    for file in ("worker.py", "measure.py"):
        command.append(f"--copy={file}={HERE}/{file}")
    if not mounts:
        return [*command, "python3", "worker.py"]
    return [*command, "sh", "-c",
            f'mkdir host && exec host_with_mounts {mounts} "$PWD/host" '
            'env --chdir="$PWD" python3 worker.py']


def _request(row, options):
    asked = dataclasses.asdict(row)
    asked["runs"] = min(options.runs, row.runs)
    asked["programs"] = [name.partition("=")[0] for name in options.program]
    return asked


def _ask(request, options):
    """Has the worker measure, and looks at what it asks us to look at: some of
    it only root can see."""
    with subprocess.Popen(_worker(options, request["host_mounts"]), text=True,
                          stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as worker:
        print(json.dumps(request), file=worker.stdin, flush=True)
        for line in worker.stdout:
            answer = json.loads(line)
            if "pids" not in answer:
                return answer
            figure = memory.of_each_in_the_end(answer["pids"],
                                               request["memory"])
            print(json.dumps(figure), file=worker.stdin, flush=True)
    raise RuntimeError(f"{request['name']} could not be measured")


def _judge(target, taken):
    if target.faster not in taken or target.slower not in taken:
        told = {"ratio": None, "noise": None, "verdict": "not measured"}
    else:
        told = judge.verdict(taken[target.faster], taken[target.slower],
                             target.most)
    return {**dataclasses.asdict(target), **told}


def _result(row, answer):
    taken = answer["samples"]
    return {
        "row": row.name,
        "what": row.what,
        "unit": row.unit,
        "curve": row.curve,
        "size": row.size,
        "figures": {name: judge.summary(list_)
                    for name, list_ in taken.items()},
        "absent": answer["absent"],
        "targets": [_judge(target, taken) for target in row.targets],
    }


def _measure(row, options):
    if row.memory and os.geteuid() != 0:
        absent = {name: "can only be seen by root" for name in row.commands}
        return _result(row, {"samples": {}, "absent": absent})
    return _result(row, _ask(_request(row, options), options))


def _parse():
    names = [row.name for row in rows.ROWS]
    parser = argparse.ArgumentParser(
        prog="tools/bench", allow_abbrev=False,
        description="Measures sbx beside its peers and the floor, as an "
        "ordinary user.  Memory can only be looked at by root.",
        epilog="Rows: " + ", ".join(names) + ".")
    parser.add_argument("--only", action="append", choices=names,
                        metavar="ROW", help="what to measure; repeatable")
    parser.add_argument("--quick", action="store_true",
                        help=f"{QUICK} runs, and no build")
    parser.add_argument("--runs", type=int, help="of each command (60)")
    parser.add_argument("--output", default=".", metavar="DIRECTORY",
                        help="for bench.json and bench.svg (.)")
    parser.add_argument("--as-user", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--program", action="append", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.runs = options.runs or (QUICK if options.quick else 60)
    if options.runs < 1:
        parser.error("--runs is at least 1")
    if not os.path.isdir(options.output):
        parser.error(f"--output: there is no directory {options.output}")
    return options


def _wanted(row, options):
    if options.only:
        return row.name in options.only
    return not (row.slow and options.quick)


def _write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text + "\n")


def main():
    options = _parse()
    load, results = os.getloadavg(), []
    for row in filter(lambda row: _wanted(row, options), rows.ROWS):
        results.append(_result_of(row, options))
    print("\n" + "\n".join(tell.table(results)))
    print("\n" + tell.noise(results, load))
    machine = {"kernel": os.uname().release, "cpus": os.cpu_count(),
               "load": load, "noise": judge.noise_of(results)}
    _write(f"{options.output}/bench.json",
           json.dumps({"machine": machine, "rows": results}, indent=1))
    _write(f"{options.output}/bench.svg",
           "\n".join(picture.svg(tell.curves(results))))


def _result_of(row, options):
    result = _measure(row, options)
    print("\n".join(tell.lines(result)), flush=True)
    return result


if __name__ == "__main__":
    sys.exit(main())
