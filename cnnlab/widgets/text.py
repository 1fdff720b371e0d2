"""Numbers as the widgets print them: the twin of the last part of ``ops.js``."""

import math
from decimal import ROUND_HALF_UP, Decimal


def format_number(value: float) -> str:
    """Write a number as the widgets do.

    Parameters
    ----------
    value : float
        Any number.

    Returns
    -------
    str
        At most 4 decimals below 1 and 2 above, none that are not needed; with an exponent from
        1e9 on, and where 4 decimals are all 0. A true minus sign.

    Examples
    --------
    >>> [format_number(v) for v in (3.0, -0.5, 1 / 9, 1190 / 9, 2.5e12)]
    ['3', '−0.5', '0.1111', '132.22', '2.5e12']
    """
    value = float(value)
    if math.isnan(value):
        return "NaN"
    sign = "−" if value < 0 else ""
    size = abs(value)
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


def equals(*values: float) -> str:
    """Choose the sign between numbers: an equality that is written rounded is none.

    Parameters
    ----------
    *values : float
        All numbers that are written around it.

    Returns
    -------
    {"=", "≈"}

    Examples
    --------
    >>> equals(0.5, 2), equals(1 / 9, 1)
    ('=', '≈')
    """
    finite = [float(value) for value in values if math.isfinite(value)]
    written = [float(format_number(value).replace("−", "-")) for value in finite]
    pairs = zip(finite, written, strict=True)
    return "=" if all(abs(text - value) <= 1e-9 * abs(value) for value, text in pairs) else "≈"


def short(value: float) -> str:
    """Write a weight for the corner of a cell: two decimals or one digit, no leading zero.

    Parameters
    ----------
    value : float
        Any number.

    Returns
    -------
    str

    Examples
    --------
    >>> [short(v) for v in (2, -1 / 6, 1 / 256)]
    ['2', '−.17', '.004']
    """
    rounded = math.floor(value * 100 + 0.5) / 100 if abs(value) < 1e15 else value
    text = format_number(rounded or float(f"{value:.0e}"))
    return text.replace("0.", ".", 1) if text.lstrip("−").startswith("0.") else text


def factor(value: float) -> str:
    """Write a number inside a sum: a negative one stands in brackets.

    Parameters
    ----------
    value : float
        Any number.

    Returns
    -------
    str

    Examples
    --------
    >>> factor(-2)
    '(−2)'
    """
    text = format_number(value)
    return f"({text})" if value < 0 else text
