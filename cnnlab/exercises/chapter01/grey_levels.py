"""Exercise 1.6: numbers become bytes again."""

import numpy as np

from cnnlab.exercises.chapter01 import cases
from cnnlab.exercises.exercise import Exercise, Mistake

_WRAPS = (
    "Values outside 0 to 255 wrapped around: as `uint8`, 300 becomes 44 and −3 becomes 253. Clip "
    "before you convert."
)
_LOST_SIGN = (
    "Values below 0 lost their sign: −40 became 40. Below 0 is darker than black, so it becomes 0."
)
_TO_BLACK = (
    "White turned black: what lies above 255 became 0. It has to become 255. If it was clipped to "
    "256, that is one more than a byte holds, and wraps around to 0."
)
_ONE_END = (
    "Values {which} were clipped; those {other} wrapped around. Clip at both ends, before you "
    "convert."
)


def _wrapped(values, dtype=np.uint8):
    return values.astype(np.int64).astype(dtype)


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
        "stretched to the largest",
        lambda values: _wrapped(np.round(values / values.max() * 255)),
        "The values were multiplied, so that the largest becomes 255. That changes values that are "
        "in range already. Clip what lies outside, and leave the rest.",
    ),
    Mistake(
        "signed bytes",
        lambda values: _wrapped(np.clip(np.round(values), 0, 255), np.int8),
        "The type is `int8`, whose numbers have a sign: it holds −128 to 127, so 200 becomes −56. "
        "`uint8` is asked for; the u stands for unsigned.",
    ),
    Mistake(
        "absolute value",
        lambda values: np.clip(np.abs(np.round(values)), 0, 255),
        _LOST_SIGN,
    ),
    Mistake(
        "absolute value",
        lambda values: _wrapped(np.abs(np.round(values))),
        _LOST_SIGN + " And those above 255 wrapped around.",
    ),
    Mistake(
        "clips to 256",
        lambda values: np.clip(np.round(values), 0, 256),
        "The values were clipped to 256. That is one more than a byte holds: 256 would wrap around "
        "to 0, and white turn black.",
    ),
    Mistake(
        "white turns black",
        lambda values: _wrapped(np.clip(np.round(values), 0, 256)),
        _TO_BLACK,
    ),
    Mistake(
        "clips to 0 … 1",
        lambda values: np.clip(np.round(values), 0, 1),
        "The values were clipped to 0 and 1. Grey levels go from 0 to 255.",
    ),
    Mistake(
        "white turns black",
        lambda values: np.where((values < 0) | (values > 255), 0, np.round(values)),
        _TO_BLACK,
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
