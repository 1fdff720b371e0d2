"""Numbers as the widgets print them: the twin of the last part of ``ops.js``."""

import math
from decimal import ROUND_HALF_UP, Decimal


def format_number(value: float) -> str:
    """Write a number as the widgets do.

    Parameters
    ----------
    value : float
        Any finite number.

    Returns
    -------
    str
        At most 4 decimals below 1 and 2 above, none that are not needed; a true minus sign.

    Examples
    --------
    >>> [format_number(v) for v in (3.0, -0.5, 1 / 9, 1190 / 9)]
    ['3', '−0.5', '0.1111', '132.22']
    """
    value = float(value)
    if value == 0:
        return "0"
    places = Decimal("0.0001") if abs(value) < 1 else Decimal("0.01")
    rounded = Decimal(value).quantize(places, rounding=ROUND_HALF_UP)
    if rounded:
        text = f"{rounded:f}".rstrip("0").rstrip(".")
    else:
        exponent = math.floor(math.log10(abs(value)))
        digits = Decimal(value).scaleb(-exponent).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        text = f"{digits}e{exponent}" if abs(digits) < 10 else f"{digits // 10}e{exponent + 1}"
    return text.replace("-", "−")


def short(value: float) -> str:
    """Write a weight for the corner of a cell: two decimals, no leading zero.

    Parameters
    ----------
    value : float
        Any finite number.

    Returns
    -------
    str

    Examples
    --------
    >>> [short(v) for v in (2, -1 / 6, 0.001)]
    ['2', '−.17', '0']
    """
    rounded = math.floor(value * 100 + 0.5) / 100
    text = format_number(rounded)
    return text.replace("0.", ".", 1) if text.lstrip("−").startswith("0.") else text


def factor(value: float) -> str:
    """Write a number inside a sum: a negative one stands in brackets.

    Parameters
    ----------
    value : float
        Any finite number.

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
