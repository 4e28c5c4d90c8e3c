# SPDX-License-Identifier: Apache-2.0
"""Draws how times grow, as SVG: both axes logarithmic, so that what is linear
rises by one decade in one decade."""

import math
from xml.sax.saxutils import escape

_WIDTH, _HEIGHT, _MARGIN = 460, 320, 60
_COLOURS = ["#1b6ca8", "#c0392b", "#7f8c8d", "#27ae60", "#8e44ad"]


class _Axis:
    """From values to places."""

    def __init__(self, values, start, end):
        self.low = math.floor(math.log10(min(values)))
        self.high = max(math.ceil(math.log10(max(values))), self.low + 1)
        self.start, self.end = start, end

    def place(self, value):
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def decades(self):
        return [10.0 ** power for power in range(self.low, self.high + 1)]


def _text(x, y, words, anchor="middle", colour="#222"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" '
            f'fill="{colour}">{escape(words)}</text>')


def _line(points, colour, width):
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return (f'<polyline points="{places}" fill="none" stroke="{colour}" '
            f'stroke-width="{width}"/>')


def _grid(across, up):
    for value in across.decades():
        x = across.place(value)
        yield _line([(x, up.start), (x, up.end)], "#ddd", 1)
        yield _text(x, up.start + 18, f"{value:g}")
    for value in up.decades():
        y = up.place(value)
        yield _line([(across.start, y), (across.end, y)], "#ddd", 1)
        yield _text(across.start - 6, y + 4, f"{value:g} ms", "end")


def _panel(title, lines):
    points = [point for line in lines.values() for point in line]
    across = _Axis([x for x, _ in points], _MARGIN, _WIDTH - 20)
    up = _Axis([y for _, y in points], _HEIGHT - _MARGIN, 30)
    yield from _grid(across, up)
    yield _text(_WIDTH / 2, _HEIGHT - 20, title)
    for number, (name, line) in enumerate(lines.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        places = [(across.place(x), up.place(y)) for x, y in sorted(line)]
        yield _line(places, colour, 2)
        yield _text(across.start + 10, 46 + 16 * number, name, "start", colour)


def svg(curves):
    """Draws {title: {name: [(size, ms)]}}, a panel for each title."""
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" '
           f'font-size="12" width="{max(len(curves), 1) * _WIDTH}" '
           f'height="{_HEIGHT}">')
    yield '<rect width="100%" height="100%" fill="white"/>'
    for number, (title, lines) in enumerate(curves.items()):
        yield f'<g transform="translate({number * _WIDTH},0)">'
        yield from _panel(title, lines)
        yield "</g>"
    yield "</svg>"
