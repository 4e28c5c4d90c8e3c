# SPDX-License-Identifier: Apache-2.0
"""What samples say, and whether they say it clearly enough."""

import statistics

# Two halves of a run that differ by more have been told by something else.
TOO_NOISY = 0.25
# With fewer, there are no halves to speak of.
ENOUGH = 4


def _middle(samples, key="value"):
    return statistics.median(sample[key] for sample in samples)


def summary(samples):
    """What is told of one command's samples."""
    values = sorted(sample["value"] for sample in samples)
    quarter = len(values) // 4
    median = statistics.median(values)
    told = {
        "median": median,
        "least": values[0],
        "spread": (values[-1 - quarter] - values[quarter]) / median,
        "cpu": _middle(samples, "cpu"),
        "runs": len(values),
    }
    if "latency" in samples[0]:
        told["latency"] = _middle(samples, "latency")
    return told


def _told(ratio, halves, most):
    noise = abs(halves[0] - halves[1]) / ratio
    if noise > TOO_NOISY or (halves[0] <= most) != (halves[1] <= most):
        return noise, "too noisy"
    return noise, "met" if ratio <= most else "missed"


def verdict(faster, slower, most):
    """Whether `faster` takes at most `most` of what `slower` does, if that can
    be told: the two halves of the run have to say the same."""
    ratio = _middle(faster) / _middle(slower)
    if min(len(faster), len(slower)) < ENOUGH:
        return {"ratio": ratio, "noise": None, "verdict": "too few runs"}
    half = len(faster) // 2
    halves = [_middle(faster[part]) / _middle(slower[part])
              for part in (slice(half), slice(half, None))]
    noise, told = _told(ratio, halves, most)
    return {"ratio": ratio, "noise": noise, "verdict": told}


def noise_of(results):
    """How noisy the whole run was: the middle one of its targets, or None."""
    noises = [target["noise"] for result in results
              for target in result["targets"] if target["noise"] is not None]
    return statistics.median(noises) if noises else None
