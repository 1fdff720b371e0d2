"""One axis of a sliding window: where the windows lie, in numbers and in words.

The twin of ``axis_sizes.js``: the tests hold both to the same cases.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cnnlab import shapes
from cnnlab._arguments import as_integer, is_sequence
from cnnlab.widgets._shared.text import format_number

LARGEST = 256
LONGEST = 1024
NUMBERS = ("size", "kernel_size", "stride", "dilation")


@dataclass(frozen=True)
class Axis:
    """One axis with its windows. Cells are counted from 0; padding before it counts below 0.

    Attributes
    ----------
    size, kernel_size, stride, dilation : int
        As in :func:`cnnlab.output_size`.
    before, after : int
        Cells of padding.
    count : int
        How many windows fit, rounded down.
    fault : str or None
        What :func:`cnnlab.output_size` says with ``exact=True`` if cells are left over.
    """

    size: int
    kernel_size: int
    stride: int
    before: int
    after: int
    dilation: int
    count: int
    fault: str | None

    @property
    def span(self) -> int:
        """Cells from the first to the last that a window reads."""
        return self.dilation * (self.kernel_size - 1) + 1

    @property
    def padded(self) -> int:
        """Cells of the axis, padding included."""
        return self.before + self.size + self.after

    @property
    def remainder(self) -> int:
        """Cells after the last window, padding included."""
        return (self.padded - self.span) % self.stride

    @property
    def starts(self) -> list[int]:
        """The first cell of each window; negative in the padding."""
        return [k * self.stride - self.before for k in range(self.count)]

    def cells(self, position: int) -> list[int]:
        """Return the cells that one window reads."""
        start = position * self.stride - self.before
        return list(range(start, start + self.span, self.dilation))

    @cached_property
    def unread(self) -> list[int]:
        """The cells that no window reads, padding included."""
        read = {cell for position in range(self.count) for cell in self.cells(position)}
        return [c for c in range(-self.before, self.size + self.after) if c not in read]

    @cached_property
    def uncovered(self) -> list[int]:
        """The cells of the input that no window reads."""
        return [cell for cell in self.unread if 0 <= cell < self.size]


def lay_out(size: Any, kernel_size: Any, stride: Any, padding: Any, dilation: Any) -> Axis:
    """Work out one axis.

    Parameters
    ----------
    size, kernel_size, stride, dilation : int
        From 1 to 256.
    padding : int, (int, int) or {"valid", "same", "full"}
        As in :func:`cnnlab.output_size`, up to 256 on a side.

    Returns
    -------
    Axis

    Raises
    ------
    TypeError
        If a number is not an integer.
    ValueError
        If a number is out of range, no window fits, or the padded axis is longer than 1024 cells.
    """
    numbers = dict(zip(NUMBERS, (size, kernel_size, stride, dilation), strict=True))
    numbers = {name: _bounded(value, name, 1) for name, value in numbers.items()}
    padding = plain_padding(padding)
    one_axis = [padding] if is_sequence(padding) else padding
    ((before, after),) = shapes.resolve_padding(
        one_axis, *((numbers[name],) for name in NUMBERS[:3]), (numbers["dilation"],)
    )
    if before + numbers["size"] + after > LONGEST:
        raise ValueError(
            f"the axis would have {before + numbers['size'] + after} cells, padding included; "
            f"at most {LONGEST} can be drawn"
        )
    count = shapes.output_size(**numbers, padding=padding)
    fault = None
    try:
        shapes.output_size(**numbers, padding=padding, exact=True)
    except ValueError as error:
        fault = str(error)
    return Axis(**numbers, before=before, after=after, count=count, fault=fault)


def plain_padding(padding: Any) -> Any:
    """Turn whole numbers of any kind into Python's own, and leave everything else.

    Parameters
    ----------
    padding : int, (int, int) or str
        What came.

    Returns
    -------
    int, (int, int) or str

    Raises
    ------
    TypeError
        If a number is not an integer.
    ValueError
        If a number is not from 0 to 256.
    """
    if isinstance(padding, str):
        return padding
    if is_sequence(padding):
        return tuple(_bounded(cells, "padding", 0) for cells in padding)
    return _bounded(padding, "padding", 0)


def formula(axis: Axis, exact: bool) -> str:
    """Fill the size formula in.

    Parameters
    ----------
    axis : Axis
        The numbers.
    exact : bool
        Whether to divide without rounding down.

    Returns
    -------
    str

    Examples
    --------
    >>> formula(lay_out(7, 3, 2, 1, 1), exact=False)
    'floor((7 + 2·1 − 3)/2) + 1 = 4'
    >>> formula(lay_out(224, 11, 4, 0, 1), exact=True)
    '(224 − 11)/4 + 1 = 54.25'
    """
    pads = f" + {axis.before} + {axis.after}" if axis.before or axis.after else ""
    if axis.before == axis.after > 0:
        pads = f" + 2·{axis.before}"
    quotient = f"({axis.size}{pads} − {axis.span})/{axis.stride}"
    if exact:
        value = str(axis.count)
        if 100 * axis.remainder % axis.stride:
            value += f" + {axis.remainder}/{axis.stride}"  # no short decimal: nothing is rounded
        elif axis.remainder:
            value = format_number(axis.count + axis.remainder / axis.stride)
        return f"{quotient} + 1 = {value}"
    return f"floor({quotient}) + 1 = {axis.count}"


def division(axis: Axis) -> str:
    """Show the remainder.

    Parameters
    ----------
    axis : Axis
        The numbers.

    Returns
    -------
    str

    Examples
    --------
    >>> division(lay_out(224, 11, 4, 0, 1))
    '213 = 53·4 + 1: the remainder is 1.'
    """
    steps = axis.padded - axis.span
    return (
        f"{steps} = {axis.count - 1}·{axis.stride} + {axis.remainder}: "
        f"the remainder is {axis.remainder}."
    )


def verdict(axis: Axis, exact: bool) -> str:
    """Say what is left over and what is never read, or what ``exact`` has against it.

    Parameters
    ----------
    axis : Axis
        The numbers.
    exact : bool
        Whether cells left over are an error.

    Returns
    -------
    str

    Examples
    --------
    >>> verdict(lay_out(224, 11, 4, 1, 1), exact=False)
    '3 cells are left over at the end; 1 of them is padding. The last 2 cells are never read.'
    """
    if exact and axis.fault:
        return f"Error: {axis.fault}."
    if axis.remainder == 0:
        first = "Nothing is left over: the last window ends where the axis ends."
    else:
        are = "is" if axis.remainder == 1 else "are"
        padding = min(axis.remainder, axis.after)
        first = f"{_counted(axis.remainder)} {are} left over at the end"
        if padding == axis.remainder:
            first += "; it is padding" if padding == 1 else "; all are padding"
        elif padding:
            first += f"; {padding} of them {'is' if padding == 1 else 'are'} padding"
        first += "."
    second = never_read(axis)
    return f"{first} {second[0].upper()}{second[1:]}."


def sentence(axis: Axis, position: int, exact: bool) -> str:
    """Say what one window reads, and what none does.

    Parameters
    ----------
    axis : Axis
        The numbers.
    position : int
        Which window, from 0.
    exact : bool
        Whether cells left over are an error.

    Returns
    -------
    str

    Examples
    --------
    >>> sentence(lay_out(224, 11, 4, 0, 1), 2, exact=False)
    'Window 3 of 54 reads cells 8 to 18 for output[2]; the last cell is never read.'
    """
    subject = f"Window {position + 1} of {axis.count}"
    if exact and axis.fault:
        return f"{subject} would read {reads(axis, position)}; there is no output."
    return f"{subject} reads {reads(axis, position)} for output[{position}]; {never_read(axis)}."


def reads(axis: Axis, position: int) -> str:
    """Name the cells that one window reads.

    Parameters
    ----------
    axis : Axis
        The numbers.
    position : int
        Which window, from 0.

    Returns
    -------
    str

    Examples
    --------
    >>> reads(lay_out(7, 3, 1, 1, 2), 0)
    'cells 1 and 3 plus 1 cell of padding'
    """
    inside = [cell for cell in axis.cells(position) if 0 <= cell < axis.size]
    outside = axis.kernel_size - len(inside)
    parts = []
    if len(inside) > 4 and axis.dilation > 1:
        parts.append(
            f"{len(inside)} cells from {inside[0]} to {inside[-1]} in steps of {axis.dilation}"
        )
    elif inside:
        parts.append(_named(inside))
    if outside:
        parts.append(f"{_counted(outside)} of padding")
    return " plus ".join(parts)


def never_read(axis: Axis) -> str:
    """Name the cells of the input that no window reads.

    Parameters
    ----------
    axis : Axis
        The numbers.

    Returns
    -------
    str

    Examples
    --------
    >>> never_read(lay_out(10, 2, 4, 0, 1))
    'cells 2, 3, 6 and 7 are never read'
    """
    lost = axis.uncovered
    if not lost:
        return "every cell is read"
    if len(lost) == axis.size:
        return "no cell is ever read"
    if lost == list(range(axis.size - len(lost), axis.size)):
        what = "the last cell" if len(lost) == 1 else f"the last {len(lost)} cells"
    else:
        what = _named(lost)
    return f"{what} {'is' if len(lost) == 1 else 'are'} never read"


def _named(cells: Sequence[int]) -> str:
    """Name cells as ranges; from the sixth on only the last."""
    ranges = []
    for cell in cells:
        if ranges and cell == ranges[-1][1] + 1:
            ranges[-1][1] = cell
        else:
            ranges.append([cell, cell])
    names = []
    for first, last in ranges:
        names += [f"{first} to {last}"] if last > first + 1 else map(str, range(first, last + 1))
    if len(names) > 5:
        return f"{len(cells)} cells ({', '.join(names[:3])}, … {names[-1]})"
    noun = "cell" if len(cells) == 1 else "cells"
    return f"{noun} {' and '.join(filter(None, [', '.join(names[:-1]), names[-1]]))}"


def _counted(number: int) -> str:
    return "1 cell" if number == 1 else f"{number} cells"


def _bounded(value: Any, name: str, least: int) -> int:
    number = as_integer(value, name, minimum=least)
    if number > LARGEST:
        raise ValueError(f"{name} must be at most {LARGEST}; got {number}")
    return number
