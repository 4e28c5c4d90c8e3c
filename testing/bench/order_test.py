#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Looks whether the file by which functions are laid out knows those that start
a sandbox."""

import sys
import unittest

import order

OPTIONS = order.parse(sys.argv[1:])
# The others are new, or inlined elsewhere by another compiler.
ENOUGH = 0.8


class Order(unittest.TestCase):

    def test_knows_most_of_what_is_used(self):
        with open(OPTIONS.order, encoding="utf-8") as file:
            known = set(file.read().split())
        used = order.functions(OPTIONS, [order.NATIVE])
        new = [names[0] for names in used if known.isdisjoint(names)]
        self.assertGreater(len(used), 300)
        self.assertLess(len(new), (1 - ENOUGH) * len(used),
                        "run tools/order, for these are new: " + " ".join(new))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
