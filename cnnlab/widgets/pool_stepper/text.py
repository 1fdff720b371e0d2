"""Pooling in words: the twin of the last part of ``pool.js``."""

from collections.abc import Sequence

from cnnlab.widgets._shared.text import add_up, entry, equals, factor, format_number

COUNTED = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
LONGEST_SUM = 8  # earlier terms of a sum that are spelled out one by one


def expression(values: Sequence[float], operation: str, divisor: int) -> str:
    """Write what is computed from the cells of one window.

    Parameters
    ----------
    values : sequence of float
        Its cells that are on the image, in reading order.
    operation : {"max", "average", "l2"}
        What is done with them.
    divisor : int
        What an average is divided by.

    Returns
    -------
    str

    Examples
    --------
    >>> [expression([3, -7], operation, 2) for operation in ("max", "average", "l2")]
    ['max(3, −7)', '(3 + (−7)) / 2', '√(9 + 49)']
    """
    if operation == "max":
        return f"max({', '.join(entry(v) for v in values)})"
    if operation == "average":
        return f"({' + '.join(factor(v) for v in values)}) / {divisor}"
    return f"√({' + '.join(format_number(v * v) for v in values)})"


def winner(row: int, column: int, equal: int) -> str:
    """Say where a maximum is, and how many cells hold it.

    Parameters
    ----------
    row, column : int
        The first cell that holds it.
    equal : int
        How many do.

    Returns
    -------
    str

    Examples
    --------
    >>> winner(1, 2, 2)
    'at row 1 column 2, the first of two equal ones'
    """
    count = COUNTED[equal] if equal < len(COUNTED) else equal
    return f"at row {row} column {column}" + (f", the first of {count} equal ones" * (equal > 1))


def share(operation: str, gradient: float, value: float, norm: float, divisor: int) -> str:
    """Write what one cell of a window gets of the window's gradient.

    Parameters
    ----------
    operation : {"max", "average", "l2"}
        What the window was pooled by.
    gradient : float
        Of the window's output.
    value, norm : float
        The cell, and the window's output.
    divisor : int
        What an average is divided by.

    Returns
    -------
    str

    Examples
    --------
    >>> [share(operation, 1, 3, 5, 4) for operation in ("max", "average", "l2")]
    ['1', '1/4', '(3/5)·1']
    """
    if operation == "max":
        return factor(gradient)
    if operation == "average":
        return f"{factor(gradient)}/{divisor}"
    return f"({factor(value)}/{format_number(norm)})·{factor(gradient)}"


def equation(cell: tuple[int, int], amounts: Sequence[float], last: str, operation: str) -> str:
    """Spell out the sum that accumulates in one cell of the input gradient.

    Parameters
    ----------
    cell : (int, int)
        Its row and column.
    amounts : sequence of float
        What has arrived, in the order in which it came; at least one.
    last : str
        The last of them, spelled out.
    operation : {"max", "average", "l2"}
        What was pooled by.

    Returns
    -------
    str

    Examples
    --------
    >>> equation((1, 2), [1, 1], "1", "max")
    'input gradient[1, 2] = 1 + 1 = 2'
    >>> equation((0, 1), [0.25, 0.5], "2/4", "average")
    'input gradient[0, 1] = 0.25 + 2/4 = 0.75'
    """
    name = f"input gradient[{cell[0]}, {cell[1]}] = "
    total = add_up(amounts)
    written = format_number(total)
    *earlier, _ = amounts
    sign = equals([total], earlier)
    if not earlier:
        return name + (written if operation == "max" else f"{last} {sign} {written}")
    before = " + ".join(factor(amount) for amount in earlier)
    if len(earlier) > LONGEST_SUM:
        before = f"{factor(add_up(earlier))} ({len(earlier)} terms)"
    return f"{name}{before} + {last} {sign} {written}"
