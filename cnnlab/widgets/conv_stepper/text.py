"""The stepper's sentences: the twin of the last part of ``linear.js``."""

from cnnlab.widgets._shared.text import add_up, entry, equals, factor, format_number, weight


def gather_sentence(place: tuple, cells: list, *, name: str = "") -> str:
    """Spell out one cell that gathers products.

    Parameters
    ----------
    place : (channel, row, column)
        Where the cursor stands, counted from 0.
    cells : list of cnnlab.widgets.conv_stepper.numbers.Cell
        The products, channel by channel.
    name : str, optional
        What the channel of `place` is called; by default there is only one.

    Returns
    -------
    str
        With several channels of products, the sum of each and then theirs.

    Examples
    --------
    >>> from cnnlab.widgets.conv_stepper.numbers import Cell
    >>> cells = [Cell(0, 0, 1, 2.0, 10.0, True), Cell(0, 0, 2, 3.0, -1.0, True)]
    >>> gather_sentence((0, 0, 1), cells)
    'Row 0, column 1: 2·10 + 3·(−1) = 17.'
    """
    channels = sorted({cell.channel for cell in cells})
    if len(channels) == 1:
        terms = " + ".join(times(c) for c in cells)
        return f"{_where(place, name)}: {terms} {sum_up(cells)}."
    sums = (total([c for c in cells if c.channel == channel]) for channel in channels)
    parts = ", ".join(f"channel {k} gives {format_number(part)}" for k, part in enumerate(sums))
    return f"{_where(place, name)}: {parts}; together {format_number(total(cells))}."


def scatter_sentence(place: tuple, cells: list, *, name: str = "") -> str:
    """Spell out where one output gradient goes.

    Parameters
    ----------
    place : (filter, row, column)
        Where the cursor stands, counted from 0.
    cells : list of cnnlab.widgets.conv_stepper.numbers.Cell
        The cells of its window; those in the padding get nothing.
    name : str, optional
        What the first entry of `place` is called; by default there is only one.

    Returns
    -------
    str

    Examples
    --------
    >>> from cnnlab.widgets.conv_stepper.numbers import Cell
    >>> cells = [Cell(0, 0, 0, 3.0, 2.0, True)]
    >>> scatter_sentence((0, 0, 0), cells)
    'Row 0, column 0: the gradient 3 adds 3·2 = 6 to row 0, column 0.'
    """
    inside = [cell for cell in cells if cell.inside]
    several = len({cell.channel for cell in cells}) > 1
    parts = [
        f"{times(c)} {equals([c.product], [c.value], [c.weight])} "
        f"{format_number(c.product)} to "
        f"{f'channel {c.channel}, ' if several else ''}row {c.row}, column {c.column}"
        for c in inside
    ]
    lost = len(cells) - len(inside)
    padding = f" {lost} of {len(cells)} products fall into the padding." if lost else ""
    gradient = entry(cells[0].value)
    adds = "; ".join(parts) or "nothing"
    return f"{_where(place, name)}: the gradient {gradient} adds {adds}.{padding}"


def times(cell) -> str:
    """Write one product.

    Parameters
    ----------
    cell : cnnlab.widgets.conv_stepper.numbers.Cell
        Its factors.

    Returns
    -------
    str

    Examples
    --------
    >>> from cnnlab.widgets.conv_stepper.numbers import Cell
    >>> times(Cell(0, 0, 0, 20.0, -1 / 9, True))
    '20·(−1/9)'
    """
    return f"{factor(cell.value)}·{factor(cell.weight, weight)}"


def sum_up(cells: list) -> str:
    """Write what products add up to.

    Parameters
    ----------
    cells : list of cnnlab.widgets.conv_stepper.numbers.Cell
        The products.

    Returns
    -------
    str

    Examples
    --------
    >>> from cnnlab.widgets.conv_stepper.numbers import Cell
    >>> sum_up([Cell(0, 0, 0, 3.0, 2.0, True)]), sum_up([Cell(0, 0, 0, 1.0, 1 / 9, True)])
    ('= 6', '≈ 0.1111')
    """
    found = total(cells)
    sign = equals([found], [cell.value for cell in cells], [cell.weight for cell in cells])
    return f"{sign} {format_number(found)}"


def total(cells: list) -> float:
    """Add products in reading order, as the page does.

    Parameters
    ----------
    cells : list of cnnlab.widgets.conv_stepper.numbers.Cell
        What to add.

    Returns
    -------
    float
    """
    return add_up(cell.product for cell in cells)


def _where(place, name):
    channel, row, column = place
    return (
        f"{name} {channel}, row {row}, column {column}" if name else f"Row {row}, column {column}"
    )
