"""Windows that slide over maps, one axis at a time: what all kinds of pooling share.

Maps come here as ``(B, *size, L)``: ``B`` of them follow one another, each cell of which holds
``L`` numbers. A plain batch has ``B = N * C`` and ``L = 1``, a channels-last one ``B = N`` and
``L = C``. One code serves both, and the inner loops run along memory.
"""

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
        size, count, stride = self.size[axis], self.count[axis], self.stride[axis]
        found = []
        for cell in range(self.kernel_size[axis]):
            offset = cell * self.dilation[axis] - self.padding[axis][0]
            first = max(-(offset // stride), 0)
            last = min((size - 1 - offset) // stride, count - 1)
            inside = max(last - first + 1, 0)
            begin = offset + first * stride
            cells = slice(begin, begin + inside * stride - stride + 1, stride)
            found.append((slice(first, first + inside), cells if inside else slice(0, 0)))
        return found

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
        is left out.

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
    as_flag(ceil, "ceil")
    count = _count(size, kernel_size, stride, padding, dilation, ceil)
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


def channels_last(batch):
    """Tell whether the channels of one cell are neighbours in memory.

    Parameters
    ----------
    batch : ndarray of shape (N, C, *size)
        Any array.

    Returns
    -------
    bool
        True if so; False for a plain order, and for any other.
    """
    return np.moveaxis(batch, 1, -1).flags.c_contiguous and not batch.flags.c_contiguous


def to_maps(batch, *, last=None):
    """View a batch as maps; copy it only if its memory is in another order.

    Parameters
    ----------
    batch : ndarray of shape (N, C, *size)
        Any array.
    last : bool, optional
        Whether the maps have their channels last; by default if the batch has.

    Returns
    -------
    ndarray of shape (B, *size, L)
        A view where there is one.
    """
    if channels_last(batch) if last is None else last:
        return np.moveaxis(batch, 1, -1)
    return batch.reshape(batch.shape[0] * batch.shape[1], *batch.shape[2:], 1)


def from_maps(maps, channels):
    """View maps as a batch: undo `to_maps`.

    Parameters
    ----------
    maps : ndarray of shape (B, *size, L)
        The maps.
    channels : int
        How many channels the batch has.

    Returns
    -------
    ndarray of shape (N, C, *size)
        A view.
    """
    if maps.shape[-1] == 1:
        return maps.reshape(maps.shape[0] // channels, channels, *maps.shape[1:-1])
    return np.moveaxis(maps, -1, 1)


def slide(maps, combine, start, windows):
    """Combine the cells of each window into one, axis by axis.

    Parameters
    ----------
    maps : ndarray of shape (B, *size, L)
        The cells.
    combine : ufunc
        ``np.maximum`` or ``np.add``.
    start : float
        What a window without cells gives: minus infinity, or 0.
    windows : Windows
        The layout.

    Returns
    -------
    ndarray of shape (B, *count, L)
        One number per window.
    """
    for axis in range(len(windows.count)):
        taps = windows.taps(axis)
        shape = list(maps.shape)
        shape[axis + 1] = windows.count[axis]
        output = np.full(shape, start, maps.dtype)
        for target, cells in taps:
            part = along(output, axis, target)
            combine(part, along(maps, axis, cells), out=part)
        maps = output
    return maps


def spread(maps, windows):
    """Add each window's number to all of its cells: the adjoint of `slide` with ``np.add``.

    Parameters
    ----------
    maps : ndarray of shape (B, *count, L)
        One number per window.
    windows : Windows
        The layout.

    Returns
    -------
    ndarray of shape (B, *size, L)
        The cells.
    """
    for axis in range(len(windows.count)):
        shape = list(maps.shape)
        shape[axis + 1] = windows.size[axis]
        output = np.zeros(shape, maps.dtype)
        for target, cells in windows.taps(axis):
            part = along(output, axis, cells)
            part += along(maps, axis, target)
        maps = output
    return maps


def locate(maps, best, windows):
    """Find the first cell of each window that holds the window's maximum.

    Parameters
    ----------
    maps : ndarray of shape (B, *size, L)
        The cells.
    best : ndarray of shape (B, *count, L)
        The maxima.
    windows : Windows
        The layout.

    Returns
    -------
    ndarray of int64, of shape (B, *count, L)
        Flat indices into the map; -1 for a window without cells. Where the maximum is NaN, the
        last NaN, as in PyTorch.
    """
    cells = int(np.prod(windows.kernel_size))
    code = np.min_scalar_type(cells)
    first, found = np.zeros(best.shape, code), np.zeros(best.shape, bool)
    taps = list(_taps_of_all_axes(windows))
    for target, source in taps:
        found[target] |= maps[source] == best[target]
        first += ~found
    if np.isnan(best).any():
        for number, (target, source) in enumerate(taps):
            np.copyto(first[target], code.type(number), where=np.isnan(maps[source]))
    origin, reach = _flat(windows)
    switches = np.append(reach, 0)[first]
    switches += origin[..., None]
    switches[:, windows.cells_per_window() == 0] = -1
    return switches


def _taps_of_all_axes(windows):
    """Yield, for each kernel cell in row-major order, the windows and the cells of the map."""
    per_axis_taps = [windows.taps(axis) for axis in range(len(windows.count))]
    for index in np.ndindex(windows.kernel_size):
        chosen = [taps[cell] for taps, cell in zip(per_axis_taps, index, strict=True)]
        targets, sources = zip(*chosen, strict=True)
        yield (slice(None), *targets), (slice(None), *sources)


def _flat(windows):
    """Return the flat index of each window's first cell, and what each kernel cell adds."""
    origin = reach = np.zeros((), np.int64)
    for axis, size in enumerate(windows.size):
        steps = np.arange(windows.kernel_size[axis]) * windows.dilation[axis]
        origin = np.add.outer(origin * size, windows.start(axis))
        reach = np.add.outer(reach * size, steps)
    return origin, reach.ravel()


def along(maps, axis, part):
    """Take a slice along one spatial axis.

    Parameters
    ----------
    maps : ndarray of shape (B, *size, L)
        The maps.
    axis : int
        Which spatial axis, from 0.
    part : slice
        What to take.

    Returns
    -------
    ndarray
        A view.
    """
    return maps[(slice(None),) * (axis + 1) + (part,)]
