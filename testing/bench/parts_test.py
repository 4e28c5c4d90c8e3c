#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Tests what tools/bench makes of its samples."""

import unittest
import xml.etree.ElementTree

import judge
import measure
import picture
import rows
import tell
import worker


def _samples(*values):
    return [{"value": value, "cpu": 0.0} for value in values]


class Verdict(unittest.TestCase):

    def _of(self, faster, slower, most):
        return judge.verdict(_samples(*faster), _samples(*slower),
                             most)["verdict"]

    def test_tells_what_both_halves_say(self):
        self.assertEqual(self._of([1, 1, 1, 1], [4, 4, 4, 4], 0.3), "met")
        self.assertEqual(self._of([1, 1, 1, 1], [2, 2, 2, 2], 0.3), "missed")

    def test_is_refused_when_the_halves_disagree(self):
        self.assertEqual(self._of([10, 10, 11, 11], [20] * 4, 0.52),
                         "too noisy")

    def test_is_refused_when_the_halves_are_far_apart(self):
        self.assertEqual(self._of([1, 1, 2, 2], [20] * 4, 0.5), "too noisy")

    def test_is_refused_after_too_few_runs(self):
        self.assertEqual(self._of([1] * 3, [2] * 3, 0.5), "too few runs")


class Absence(unittest.TestCase):

    def test_is_told_with_its_reason(self):
        commands, absent = worker.sort_out(
            {"ghost": ["no-such-program"], "there": ["true"],
             "broken": ["sh", "-c", "echo why >&2; exit 3"]}, [])
        self.assertEqual(list(commands), ["there"])
        self.assertEqual(absent, {"ghost": "not installed",
                                  "broken": "does not work here: why"})


class Samples(unittest.TestCase):

    def test_are_taken_in_turn(self):
        order = []
        taken = measure.samples({"a": "A", "b": "B"}, 2,
                                lambda command: order.append(command) or 1)
        self.assertEqual(taken, {"a": [1, 1], "b": [1, 1]})
        self.assertEqual(order, ["B", "A", "A", "B", "B", "A"])


class Table(unittest.TestCase):

    def test_keeps_a_target_that_was_not_measured(self):
        target = {"faster": "a", "slower": "b", "most": 0.5, "ratio": None,
                  "noise": None, "verdict": "not measured"}
        last = list(tell.table([{"row": "r", "targets": [target]}]))[-1]
        self.assertIn("not measured", last)


class Rows(unittest.TestCase):

    def test_have_names_of_their_own(self):
        names = [row.name for row in rows.ROWS]
        self.assertEqual(len(names), len(set(names)))

    def test_aim_at_what_they_measure(self):
        for row in rows.ROWS:
            for target in row.targets:
                self.assertIn(target.faster, row.commands, row.name)
                self.assertIn(target.slower, row.commands, row.name)


class Picture(unittest.TestCase):

    def test_is_well_formed(self):
        drawn = "\n".join(picture.svg({"a < b": {"c & d": [(1, 2.5)]}}))
        self.assertIn("svg", xml.etree.ElementTree.fromstring(drawn).tag)


if __name__ == "__main__":
    unittest.main()
