"""Numbers as the widgets print them: the twin of ``text.js``."""

import functools
import math
import operator
from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

_LONGEST = 6  # letters of a number that is written out to its last digit, or as a fraction


def format_number(value: float) -> str:
    """Write a number as the widgets do: at most 4 decimals below 1 and 2 above, none needlessly.

    It has an exponent from 1e9 on, and where 4 decimals are all 0, and a true minus sign.

    Examples
    --------
    >>> [format_number(v) for v in (3.0, -0.5, 1 / 9, 1190 / 9, 2.5e12)]
    ['3', '−0.5', '0.1111', '132.22', '2.5e12']
    """
    value = float(value)
    if math.isnan(value):
        return "NaN"
    size, sign = abs(value), "−" if value < 0 else ""
    if math.isinf(size):
        return f"{sign}∞"
    if size >= 1e9:
        return sign + _power(size, Decimal("0.01"))
    places = Decimal("0.0001") if size < 1 else Decimal("0.01")
    rounded = Decimal(size).quantize(places, rounding=ROUND_HALF_UP)
    if rounded:
        return sign + _without_zeros(rounded)
    return sign + _power(size, Decimal(1)) if size else "0"


def _power(size: float, places: Decimal) -> str:
    """Write a number as digits and an exponent of 10."""
    exponent = Decimal(size).adjusted()
    digits = Decimal(size).scaleb(-exponent).quantize(places, rounding=ROUND_HALF_UP)
    if digits >= 10:
        digits, exponent = digits / 10, exponent + 1
    return f"{_without_zeros(digits)}e{exponent}".replace("-", "−")


def _without_zeros(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def entry(value: float, widest: int = 12) -> str:
    """Write a number that can be typed: exactly, where that is a short decimal or a fraction.

    So 12.345 and "−1/9", but "0.0234" for 3/128: a fraction with another numerator than 1 has a
    denominator up to `widest`.
    """
    value, text = float(value), format_number(value)
    size, sign = abs(value), "−" if value < 0 else ""
    if not math.isfinite(value) or read_number(text) == value:
        return text
    if size >= 1 and len(repr(size)) <= _LONGEST:
        return sign + repr(size)
    near = Fraction(size).limit_denominator(1000)
    over, under = near.numerator, near.denominator
    fits = len(f"{over}/{under}") <= _LONGEST and (over == 1 or under <= widest)
    return f"{sign}{over}/{under}" if fits and over / under == size else text


def weight(value: float) -> str:
    """Write an entry of a kernel, where fractions are at home: "3/128"."""
    return entry(value, 1000)


def read_number(text: str) -> float:
    """Read a finite number or a fraction that was written here: "−1e−5", "1/4"."""
    over, _, under = text.replace("−", "-").partition("/")
    return float(over) / float(under or 1)


def add_up(values: Iterable[float]) -> float:
    """Add numbers from left to right, each sum rounded, as the page does.

    Python's own ``sum`` rounds otherwise from version 3.12 on.

    Examples
    --------
    >>> add_up([0.1] * 10)
    0.9999999999999999
    """
    return functools.reduce(operator.add, values, 0.0)


def equals(
    results: Sequence[float], entries: Sequence[float] = (), weights: Sequence[float] = ()
) -> str:
    """Choose the sign between numbers: "≈" where one of them is written rounded.

    They are those that :func:`format_number`, :func:`entry` and :func:`weight` write.

    Examples
    --------
    >>> equals([0.5, 2]), equals([1 / 9]), equals([1], [9], [1 / 9])
    ('=', '≈', '=')
    """
    written = [(results, format_number), (entries, entry), (weights, weight)]
    pairs = [
        (float(value), read_number(write(value)))
        for values, write in written
        for value in values
        if math.isfinite(value)
    ]
    return "=" if all(abs(text - value) <= 1e-9 * abs(value) for value, text in pairs) else "≈"


def short(value: float) -> str:
    """Write a weight for the corner of a cell, as "−1/6", ".75" or ".004"."""
    text = weight(value)
    if "/" in text and len(text) <= 4:
        return text
    rounded = math.floor(value * 100 + 0.5) / 100 if abs(value) < 1e15 else value
    text = format_number(rounded or float(f"{value:.0e}"))
    return text.replace("0.", ".", 1) if text.lstrip("−").startswith("0.") else text


def factor(value: float, write: Callable[[float], str] = entry) -> str:
    """Write a number inside a sum: a negative one stands in brackets, and so does a fraction."""
    text = write(value)
    return f"({text})" if value < 0 or "/" in text else text


def counted(number: int, noun: str) -> str:
    """Write a number of things: "1 cell", "3 cells"."""
    return f"{number:.0f} {noun}" if number == 1 else f"{number:.0f} {noun}s"
