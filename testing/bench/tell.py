# SPDX-License-Identifier: Apache-2.0
"""Words and curves for results."""

import judge


def lines(result):
    """The lines for one row."""
    yield f"\n{result['row']}: {result['what']}"
    yield (f"  {'':26}{'median':>10}{'least':>10}{'spread':>8}"
           f"   ({result['unit']})")
    for name, figure in result["figures"].items():
        yield (f"  {name:26}{figure['median']:10.2f}{figure['least']:10.2f}"
               f"{figure['spread']:8.0%}"
               f"{_of_batch(figure)}")
    for name, why in sorted(result["absent"].items()):
        yield f"  {name:26} {why}"


def _of_batch(figure):
    if "latency" not in figure:
        return ""
    return (f"   {1e3 / figure['median']:.0f} per second, each "
            f"{figure['latency']:.2f} ms")


def _cells(result, target):
    pair = f"{target['faster']} / {target['slower']}"
    if target["ratio"] is None:
        return [result["row"], pair, "", "", f"{target['most']}", "",
                "not measured"]
    faster, slower = (result["figures"][target[side]]["median"]
                      for side in ("faster", "slower"))
    noise = "" if target["noise"] is None else f"{target['noise']:.0%}"
    return [result["row"], pair,
            f"{faster:.2f} / {slower:.2f} {result['unit']}",
            f"{target['ratio']:.3f}", f"{target['most']}", noise,
            target["verdict"]]


def table(results):
    """All targets, as a table in Markdown."""
    head = ["row", "of", "medians", "ratio", "at most", "noise", "verdict"]
    body = [_cells(result, target) for result in results
            for target in result["targets"]]
    widths = [max(len(cells[i]) for cells in [head, *body])
              for i in range(len(head))]
    for cells in [head, ["-" * width for width in widths], *body]:
        yield "| " + " | ".join(
            cell.ljust(width) for cell, width in zip(cells, widths)) + " |"


def noise(results, load):
    """How much all of it is worth."""
    middle = judge.noise_of(results)
    refused = sum(target["verdict"] == "too noisy"
                  for result in results for target in result["targets"])
    halves = ("Too few runs to tell how noisy they were." if middle is None
              else f"Noise: the halves of this run differ by {middle:.0%} in "
              f"the middle; {refused} verdicts are refused for it.")
    return f"{halves}  Load average before: {load[0]:.2f}, {load[1]:.2f}, {load[2]:.2f}."


def curves(results):
    """For picture.svg: {title: {name: [(size, ms)]}}."""
    found = {}
    for result in results:
        if not result["curve"]:
            continue
        drawn = found.setdefault(result["curve"], {})
        for name, figure in result["figures"].items():
            drawn.setdefault(name, []).append(
                (result["size"], figure["median"]))
    return found
