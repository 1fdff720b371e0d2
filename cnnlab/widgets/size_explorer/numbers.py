"""One axis of a sliding window, in numbers and in words: the twin of ``numbers.js``."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cnnlab._arguments import as_integer, is_sequence
from cnnlab.shapes import Windows, lay_windows, output_size
from cnnlab.widgets._shared.text import counted, format_number

LARGEST = 256
LONGEST = 1024


@dataclass(frozen=True)
class Axis:
    """One axis with its windows. Cells are counted from 0; padding before it counts below 0.

    `fault` is what :func:`cnnlab.output_size` says with ``exact=True`` if cells are left over.
    """

    size: int
    kernel_size: int
    stride: int
    dilation: int
    padding: tuple[int, int]
    count: int
    windows: Windows
    fault: str | None

    @property
    def span(self) -> int:
        """Cells from the first to the last that a window reads."""
        return self.windows.span[0]

    @property
    def padded(self) -> int:
        """Cells of the axis, padding included."""
        return self.size + sum(self.padding)

    @property
    def remainder(self) -> int:
        """Cells after the last window, padding included."""
        return (self.padded - self.span) % self.stride

    @property
    def starts(self) -> list[int]:
        """The first cell of each window; negative in the padding."""
        return self.windows.start(0).tolist()

    def cells(self, position: int) -> list[int]:
        """Return the cells that one window reads."""
        return [cell for _, (cell,) in self.windows.cells((position,), padded=True)]

    @cached_property
    def unread(self) -> list[int]:
        """The cells that no window reads, padding included."""
        read = {cell for position in range(self.count) for cell in self.cells(position)}
        return [c for c in range(-self.padding[0], self.size + self.padding[1]) if c not in read]

    @cached_property
    def uncovered(self) -> list[int]:
        """The cells of the input that no window reads."""
        return [cell for cell in self.unread if 0 <= cell < self.size]


def lay_out(size: Any, kernel_size: Any, stride: Any, padding: Any, dilation: Any) -> Axis:
    """Work out one axis: numbers up to 256, and no more than 1024 cells with the padding.

    A TypeError or a ValueError says what can't be used.
    """
    numbers = {"size": size, "kernel_size": kernel_size, "stride": stride, "dilation": dilation}
    for name, value in numbers.items():
        numbers[name] = as_integer(value, name, minimum=1, maximum=LARGEST)
    padding = plain_padding(padding)
    fault = None
    output_size(**numbers, padding=padding)  # says why no window fits
    try:
        output_size(**numbers, padding=padding, exact=True)
    except ValueError as error:
        fault = str(error)
    one_axis = {name: [number] for name, number in numbers.items()}
    windows = lay_windows(**one_axis, padding=[padding] if is_sequence(padding) else padding)
    axis = Axis(*(side[0] for side in windows), windows, fault)
    if axis.padded > LONGEST:
        raise ValueError(
            f"the axis would have {axis.padded} cells, padding included; "
            f"at most {LONGEST} can be drawn"
        )
    return axis


def plain_padding(padding: Any) -> Any:
    """Turn whole numbers from 0 to 256 into Python's own; a word stays."""
    if isinstance(padding, str):
        return padding
    if is_sequence(padding):
        return tuple(map(plain_padding, padding))
    return as_integer(padding, "padding", minimum=0, maximum=LARGEST)


# ---- in words ----


def formula(axis: Axis, exact: bool) -> str:
    """Fill the size formula in: "floor((7 + 2·1 − 3)/2) + 1 = 4", "(224 − 11)/4 + 1 = 54.25"."""
    before, after = axis.padding
    pads = f" + {before} + {after}" if before or after else ""
    if before == after > 0:
        pads = f" + 2·{before}"
    quotient = f"({axis.size}{pads} − {axis.span})/{axis.stride}"
    if not exact:
        return f"floor({quotient}) + 1 = {axis.count}"
    value = str(axis.count)
    if 100 * axis.remainder % axis.stride:
        value += f" + {axis.remainder}/{axis.stride}"  # no short decimal: nothing is rounded
    elif axis.remainder:
        value = format_number(axis.count + axis.remainder / axis.stride)
    return f"{quotient} + 1 = {value}"


def verdict(axis: Axis, exact: bool) -> str:
    """Say what is left over and what is never read, or what ``exact`` has against it."""
    if exact and axis.fault:
        return f"Error: {axis.fault}."
    first = "Nothing is left over: the last window ends where the axis ends."
    if axis.remainder:
        padding = min(axis.remainder, axis.padding[1])
        first = f"{counted(axis.remainder, 'cell')} {_are(axis.remainder)} left over at the end"
        if padding == axis.remainder:
            first += "; it is padding" if padding == 1 else "; all are padding"
        elif padding:
            first += f"; {padding} of them {_are(padding)} padding"
        first += "."
    second = never_read(axis)
    return f"{first} {second[0].upper()}{second[1:]}."


def sentence(axis: Axis, position: int, exact: bool) -> str:
    """Say what one window reads, and what none does.

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
    """Name the cells that one window reads, such as "cells 1 and 3 plus 1 cell of padding"."""
    inside = [cell for cell in axis.cells(position) if 0 <= cell < axis.size]
    outside = axis.kernel_size - len(inside)
    parts = []
    if len(inside) > 4 and axis.dilation > 1:
        steps = f"in steps of {axis.dilation}"
        parts.append(f"{len(inside)} cells from {inside[0]} to {inside[-1]} {steps}")
    elif inside:
        parts.append(_named(inside))
    if outside:
        parts.append(f"{counted(outside, 'cell')} of padding")
    return " plus ".join(parts)


def never_read(axis: Axis) -> str:
    """Name the cells that no window reads, such as "cells 2, 3, 6 and 7 are never read"."""
    lost = axis.uncovered
    if not lost:
        return "every cell is read"
    if len(lost) == axis.size:
        return "no cell is ever read"
    if lost[0] == axis.size - len(lost):
        what = "the last cell" if len(lost) == 1 else f"the last {len(lost)} cells"
    else:
        what = _named(lost)
    return f"{what} {_are(len(lost))} never read"


def _named(cells):
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


def _are(number):
    return "is" if number == 1 else "are"
