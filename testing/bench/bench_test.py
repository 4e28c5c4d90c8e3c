#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Runs tools/bench's every row but the slow ones, once, and looks at the form
of what it writes; never at a time."""

import json
import os
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

import rows

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMS = sys.argv[1:]
# Of which some may not be here; all others must work.
PEERS = {"crun", "minijail", "nsjail"}


def _bench(*options):
    return subprocess.run(
        [sys.executable, "-B", f"{HERE}/bench.py", *PROGRAMS, *options],
        check=False, text=True, stdout=subprocess.PIPE)


class Bench(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.output = tempfile.TemporaryDirectory()
        done = _bench("--quick", "--runs=1", f"--output={cls.output.name}")
        assert done.returncode == 0, done.stdout
        cls.printed = done.stdout
        with open(f"{cls.output.name}/bench.json", encoding="utf-8") as file:
            cls.rows = {row["row"]: row for row in json.load(file)["rows"]}

    @classmethod
    def tearDownClass(cls):
        cls.output.cleanup()

    def test_measures_every_row_that_is_not_slow(self):
        self.assertEqual(list(self.rows),
                         [row.name for row in rows.ROWS if not row.slow])

    def test_names_who_is_missing_and_measures_all_others(self):
        for row in filter(lambda row: not row.slow, rows.ROWS):
            told = self.rows[row.name]
            self.assertEqual(set(told["figures"]) | set(told["absent"]),
                             set(row.commands))
            if not row.memory or os.geteuid() == 0:
                self.assertLessEqual(set(told["absent"]), PEERS, told)
            for name in told["absent"]:
                self.assertRegex(self.printed, f"\n  {name} +[a-z]")

    def test_has_a_line_for_each_target(self):
        for row in filter(lambda row: not row.slow, rows.ROWS):
            lines = [line for line in self.printed.splitlines()
                     if line.startswith(f"| {row.name} ")]
            self.assertEqual(len(lines), len(row.targets), row.name)

    def test_gives_no_verdict_after_a_single_run(self):
        for row in self.rows.values():
            for target in row["targets"]:
                self.assertIn(target["verdict"],
                              ["too few runs", "not measured"])
        self.assertIn("Too few runs to tell how noisy they were", self.printed)

    def test_draws_how_times_grow(self):
        drawn = xml.etree.ElementTree.parse(f"{self.output.name}/bench.svg")
        words = "".join(drawn.getroot().itertext())
        for curve in ("read-only binds", "mounts on the host"):
            self.assertIn(curve, words)

    def test_refuses_a_row_that_is_not_there(self):
        self.assertEqual(_bench("--only=nothing").returncode, 2)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
