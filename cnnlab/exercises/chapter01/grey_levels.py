"""Exercise 1.6: numbers become bytes again."""

import numpy as np

from cnnlab.exercises.chapter01 import cases
from cnnlab.exercises.exercise import Exercise, Mistake

_WRAPS = (
    "Values outside 0 to 255 wrapped around: as `uint8`, 300 becomes 44 and −3 becomes 253. Clip "
    "before you convert."
)
_ONE_END = (
    "Values {which} were clipped; those {other} wrapped around. Clip at both ends, before you "
    "convert."
)


def _wrapped(values):
    return values.astype(np.int64).astype(np.uint8)


_MISTAKES = (
    Mistake("wraps around", lambda values: _wrapped(np.round(values)), _WRAPS),
    Mistake(
        "wraps around",
        _wrapped,
        _WRAPS + " And round before that: `astype` cuts off what follows the point.",
    ),
    Mistake(
        "truncates",
        lambda values: np.trunc(np.clip(values, 0, 255)),
        "The fraction was cut off: 99.7 became 99. `astype` does not round; call `np.round` first.",
    ),
    Mistake(
        "rounds up",
        lambda values: np.ceil(np.clip(values, 0, 255)),
        "Everything was rounded up: 100.2 became 101. Round to the nearest whole number.",
    ),
    Mistake(
        "not rounded",
        lambda values: np.clip(values, 0, 255),
        "The values are clipped, but not rounded. Call `np.round`, then convert to `uint8`.",
    ),
    Mistake(
        "not clipped",
        np.round,
        "The values are rounded, but not clipped: some are below 0 or above 255.",
    ),
    Mistake(
        "rescales",
        lambda values: np.round((values - values.min()) / np.ptp(values) * 255),
        "The values were stretched from their smallest and largest to 0 and 255. That changes "
        "values that are in range already. Clip what lies outside, and leave the rest.",
    ),
    Mistake(
        "clips below only",
        lambda values: _wrapped(np.round(np.maximum(values, 0))),
        _ONE_END.format(which="below 0", other="above 255"),
    ),
    Mistake(
        "clips above only",
        lambda values: _wrapped(np.round(np.minimum(values, 255))),
        _ONE_END.format(which="above 255", other="below 0"),
    ),
)


TO_GREY_LEVELS = Exercise(
    number="1.6",
    name="to_grey_levels",
    parameters=("values",),
    reference=lambda values: np.clip(np.round(values), 0, 255),
    stages=cases.values_to_store,
    mistakes=_MISTAKES,
    covers="values in range, below and above; none lies halfway between two whole numbers",
    shows="A filtered picture can now be stored and shown. What was clipped is lost for good.",
    dtype=np.uint8,
)
