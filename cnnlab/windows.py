"""Where the windows of a pooling lie, and which cells each of them holds."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from cnnlab.arguments import per_axis
from cnnlab.shapes import output_shape, resolve_padding


class Windows(NamedTuple):
    """Where the windows lie: one entry per spatial axis.

    Attributes
    ----------
    size : tuple of int
        Cells of a map.
    kernel_size, stride, dilation : tuple of int
        Cells of a window, from window to window, and from cell to cell in a window.
    padding : tuple of (int, int)
        Cells added before and after.
    count : tuple of int
        How many windows there are.
    """

    size: tuple
    kernel_size: tuple
    stride: tuple
    dilation: tuple
    padding: tuple
    count: tuple

    def start(self, axis):
        """Return where the windows start along an axis; negative in the padding."""
        return np.arange(self.count[axis]) * self.stride[axis] - self.padding[axis][0]

    def taps(self, axis):
        """List, per kernel cell, which windows have it on the map, and where it is there."""
        return _taps(
            self.size[axis],
            self.count[axis],
            self.kernel_size[axis],
            self.stride[axis],
            self.dilation[axis],
            self.padding[axis][0],
        )

    def tap(self, cell):
        """Return the windows of maps that have a kernel cell on the map, and where it is there."""
        chosen = [self.taps(axis)[at] for axis, at in enumerate(cell)]
        targets, cells = zip(*chosen, strict=True)
        return (slice(None), *targets), (slice(None), *cells)

    def offset(self, cell):
        """Count the cells of the map from a window's first cell to another, row by row."""
        total = 0
        for at, size, gap in zip(cell, self.size, self.dilation, strict=True):
            total = total * size + at * gap
        return total

    def of_rows(self, begin, end):
        """Return the rows of the map that these rows of windows meet, and their layout there."""
        start = begin * self.stride[0] - self.padding[0][0]
        reach = self.dilation[0] * (self.kernel_size[0] - 1) + 1
        stop = start + (end - begin - 1) * self.stride[0] + reach
        first = min(max(start, 0), self.size[0])
        last = max(min(stop, self.size[0]), first)
        return slice(first, last), self._cut(first, last, begin, end)

    def reaching_rows(self, first, last):
        """Return the rows of windows that meet these rows of the map, and their layout there."""
        reach = self.dilation[0] * (self.kernel_size[0] - 1)
        begin = max(-((self.padding[0][0] + first - reach) // -self.stride[0]), 0)
        end = min((last - 1 + self.padding[0][0]) // self.stride[0] + 1, self.count[0])
        begin = min(begin, end)
        return slice(begin, end), self._cut(first, last, begin, end)

    def _cut(self, first, last, begin, end):
        """Keep some rows of the map and some rows of windows; say what pads the former."""
        before = first + self.padding[0][0] - begin * self.stride[0]
        after = self.padding[0][1] + self.size[0] - last
        return self._replace(
            size=(last - first, *self.size[1:]),
            padding=((before, after), *self.padding[1:]),
            count=(end - begin, *self.count[1:]),
        )

    def cells(self, axis, *, padded=False):
        """Count the cells of each window that lie on the map, or on the padded map."""
        before, after = self.padding[axis] if padded else (0, 0)
        reach = np.arange(self.kernel_size[axis]) * self.dilation[axis]
        places = self.start(axis)[:, None] + reach
        return ((places >= -before) & (places < self.size[axis] + after)).sum(axis=1)

    def cells_per_window(self, *, padded=False):
        """Count the cells of every window, as an array of shape `count`."""
        total = np.ones((), np.int64)
        for axis in range(len(self.count)):
            total = np.multiply.outer(total, self.cells(axis, padded=padded))
        return total


@lru_cache
def _taps(size, count, kernel_size, stride, dilation, before):
    """Return one (windows, cells) for each kernel cell along one axis, both slices."""
    found = []
    for cell in range(kernel_size):
        offset = cell * dilation - before
        first = max(-(offset // stride), 0)
        last = min((size - 1 - offset) // stride, count - 1)
        inside = max(last - first + 1, 0)
        begin = offset + first * stride
        cells = slice(begin, begin + inside * stride - stride + 1, stride)
        found.append((slice(first, first + inside), cells if inside else slice(0, 0)))
    return tuple(found)


def lay_windows(size, kernel_size, *, stride, padding, dilation=1, ceil=False):
    """Check the options of a pooling, and lay its windows out.

    Parameters
    ----------
    size : tuple of int
        Cells of a map, one per spatial axis.
    kernel_size : int or tuple of int
        Cells of a window.
    stride : int, tuple of int or None
        Cells from window to window; None for `kernel_size`.
    padding : int, sequence of int, sequence of (int, int) or {"valid", "same", "full"}
        Cells added, as `cnnlab.shapes.resolve_padding` reads them.
    dilation : int or tuple of int, default 1
        Cells from cell to cell in a window.
    ceil : bool, default False
        Round the number of windows up; a window that would start in the padding after the map
        is left out. A window larger than the padded map counts too, if by less than the stride.

    Returns
    -------
    Windows
        The layout.

    Raises
    ------
    TypeError
        If an option is not an integer, or `ceil` not a boolean.
    ValueError
        If an option is out of range, or no window fits.

    Examples
    --------
    >>> lay_windows((5,), 2, stride=None, padding=0).count
    (2,)
    >>> lay_windows((5,), 2, stride=None, padding=0, ceil=True).count
    (3,)
    """
    axes = len(size)
    kernel_size = per_axis(kernel_size, "kernel_size", axes=axes)
    stride = kernel_size if stride is None else per_axis(stride, "stride", axes=axes)
    dilation = per_axis(dilation, "dilation", axes=axes)
    padding = tuple(resolve_padding(padding, size, kernel_size, stride, dilation))
    count = _count(size, kernel_size, stride, padding, dilation, as_flag(ceil, "ceil"))
    return Windows(tuple(size), kernel_size, stride, dilation, padding, count)


def _count(size, kernel_size, stride, padding, dilation, ceil):
    """Count the windows along each axis, rounding down or up."""
    if not ceil:
        return output_shape(size, kernel_size, stride=stride, padding=padding, dilation=dilation)
    counts = []
    for n, k, step, (before, after), gap in zip(
        size, kernel_size, stride, padding, dilation, strict=True
    ):
        rounded_up = (n + before + after - gap * (k - 1) - 1 + step - 1) // step + 1
        counts.append(min(rounded_up, (n + before - 1) // step + 1))
    if min(counts) < 1:
        return _count(size, kernel_size, stride, padding, dilation, ceil=False)
    return tuple(counts)


def as_flag(value, name):
    """Take True or False, and nothing else.

    Parameters
    ----------
    value : bool
        What came.
    name : str
        The argument's name, for the message.

    Returns
    -------
    bool
        The same.

    Raises
    ------
    TypeError
        If `value` is not a boolean.
    """
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False; got {value!r} ({type(value).__name__})")
    return bool(value)
