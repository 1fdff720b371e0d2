"""How pooling runs fast: block by block, each small enough to stay in the cache between two calls.

Maps come here as ``(B, *size, L)``: ``B`` of them follow one another, and each of their cells holds
``L`` numbers. A plain batch has ``B = N * C`` and ``L = 1``, a channels-last one ``B = N`` and
``L = C``. One code serves both.
"""

import math

import numpy as np

from cnnlab.sliding import combine_cells, spread
from cnnlab.switches import Finder

BLOCK = 2**21  # bytes of a map, or of several, that are worked on at once


def maxima(x, windows, dtype, *, switches):
    """Take the maximum of each window, and find the first cell that holds it.

    Parameters
    ----------
    x : ndarray of shape (N, C, *size)
        The batch.
    windows : Windows
        The layout.
    dtype : dtype
        The type of the maxima.
    switches : bool
        Whether to find the cells.

    Returns
    -------
    (ndarray, ndarray or None), each of shape (N, C, *count)
        The maxima and, as flat indices into the map, the cells: -1 for a window without cells;
        for a NaN the last NaN, as in PyTorch.
    """
    maps = to_maps(x)
    best = _room(maps, windows, dtype)
    if not switches:
        for block, where, part in _blocks(maps, windows, dtype):
            cells = block.astype(dtype, copy=False)
            combine_cells(cells, np.maximum, -np.inf, part, best[where])
        return from_maps(best, x.shape[1]), None
    found, places, finder = _room(maps, windows, np.int64), _Places(windows), None
    for block, where, part in _blocks(maps, windows, dtype, _most_to_search(maps, windows)):
        if finder is None or not finder.fits(len(block), part):
            finder = None  # its memory goes first
            finder = Finder(len(block), maps.shape[-1], part, dtype)
        best[where] = finder.maxima(block, part)
        places.look_up(finder.places(block), where[1], out=found[where])
    return from_maps(best, x.shape[1]), from_maps(found, x.shape[1])


def sums(x, windows, dtype, *, divisor):
    """Add up the cells of each window, and divide.

    Parameters
    ----------
    x : ndarray of shape (N, C, *size)
        The batch.
    windows : Windows
        The layout.
    dtype : dtype
        The type to add up in.
    divisor : ndarray of shape (*count,)
        What to divide each sum by.

    Returns
    -------
    ndarray of shape (N, C, *count)
        The sums.
    """
    maps = to_maps(x)
    total, divisor = _room(maps, windows, dtype), _Divisor(divisor, dtype)
    for block, where, part in _blocks(maps, windows, dtype):
        cells, in_block = block.astype(dtype, copy=False), total[where]
        combine_cells(cells, np.add, 0, part, in_block)
        in_block /= divisor.of(where[1])
    return from_maps(total, x.shape[1])


def norms(x, windows, dtype, p):
    """Take the p-norm of each window.

    Parameters
    ----------
    x : ndarray of shape (N, C, *size)
        The batch.
    windows : Windows
        The layout.
    dtype : dtype
        The type to compute in.
    p : float
        The power.

    Returns
    -------
    ndarray of shape (N, C, *count)
        The norms.
    """
    maps = to_maps(x)
    norm = _room(maps, windows, dtype)
    for block, where, part in _blocks(maps, windows, dtype):
        cells, in_block = block.astype(dtype, copy=False), norm[where]
        powers = np.square(cells) if p == 2 else np.abs(cells) ** p
        combine_cells(powers, np.add, 0, part, in_block)
        in_block[...] = np.sqrt(in_block) if p == 2 else in_block ** (1 / p)
    return from_maps(norm, x.shape[1])


def shares(gradient, windows, *, divisor):
    """Divide each window's number, and add it to all of its cells: the adjoint of `sums`.

    Parameters
    ----------
    gradient : ndarray of shape (N, C, *count)
        One number for each window, float32 or float64.
    windows : Windows
        The layout.
    divisor : ndarray of shape (*count,)
        What to divide each number by.

    Returns
    -------
    ndarray of shape (N, C, *size)
        The sums, cell by cell.
    """
    maps = to_maps(gradient)
    output = np.empty((maps.shape[0], *windows.size, maps.shape[-1]), gradient.dtype)
    divisor = _Divisor(divisor, gradient.dtype)
    for examples, rows in _pieces(output.shape, output.dtype.itemsize):
        reaching, part = windows.reaching_rows(rows.start, rows.stop)
        values = maps[examples, reaching] / divisor.of(reaching)
        spread(values, part, output[examples, rows])
    return from_maps(output, gradient.shape[1])


def scatter(values, switches, size, dtype, *, add, check):
    """Put or add each value to the cell that its switch names.

    Parameters
    ----------
    values, switches : ndarray of shape (N, C, *count)
        Numbers, and flat indices into a map of `size`; -1 for nowhere.
    size : tuple of int
        Cells of the result, along each spatial axis.
    dtype : dtype
        The type of the result.
    add : bool
        Whether values that meet in a cell add up. Otherwise the last of them stays.
    check : callable
        Is given switches that are not all on the map, and raises unless the others are -1.

    Returns
    -------
    ndarray of shape (N, C, *size)
        Zero where no switch points.
    """
    last = channels_last(switches)
    values, places = to_maps(values, last=last), to_maps(switches, last=last)
    depth, on_map = places.shape[-1], math.prod(size)
    output = np.empty((places.shape[0], *size, depth), dtype)
    for examples, rows in _pieces(places.shape, 16, BLOCK // 2):  # a switch, and a cell's number
        part, numbers = places[examples, rows], values[examples, rows]
        in_block = output[examples]
        if rows.start == 0:
            in_block.fill(0)
        first = np.arange(len(part))[:, None] * (on_map * depth) + np.arange(depth)
        first = first.reshape(len(part), *(1,) * len(size), depth)
        cells = np.multiply(part, depth, dtype=np.int64) if depth > 1 else part
        cells = np.add(cells, first, out=cells if depth > 1 else None, dtype=np.int64)
        # One look finds what is too large, and what is negative: as unsigned, that is larger still.
        if part.size and part.astype(np.int64, copy=False).view(np.uint64).max() >= on_map:
            check(part)
            cells, numbers = cells[part >= 0], numbers[part >= 0]
        cells, numbers, flat = cells.reshape(-1), numbers.reshape(-1), in_block.reshape(-1)
        if add:
            np.add.at(flat, cells, numbers)
        else:
            flat[cells] = numbers
    return from_maps(output, switches.shape[1])


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


def _blocks(maps, windows, dtype, most=None):
    """Yield blocks of cells, which windows they are the cells of, and the layout in the block."""
    shape = (maps.shape[0], windows.count[0], *maps.shape[2:])
    bytes_each = dtype.itemsize * windows.size[0] / windows.count[0]
    for examples, rows in _pieces(shape, bytes_each, most):
        met, part = windows.of_rows(rows.start, rows.stop)
        yield maps[examples, met], (examples, rows), part


def _most_to_search(maps, windows):
    """Return the bytes of a block that `Finder` is to search: it needs several times as many."""
    if min(windows.stride) == 1:
        return BLOCK // 4  # each step keeps as many numbers as there are cells
    return BLOCK // 2 if maps.shape[-1] == 1 else BLOCK  # channels last, whole maps beat rows


def _room(maps, windows, dtype):
    """Return an empty array with one number for each window."""
    return np.empty((maps.shape[0], *windows.count, maps.shape[-1]), dtype)


def _pieces(shape, bytes_each, most=None):
    """Cut maps into blocks: of whole maps if several fit, else of rows of one map."""
    (count, rows), most = shape[:2], most or BLOCK
    bytes_per_row = math.prod(shape[2:]) * bytes_each
    maps_at_once = _evenly(count, most / (bytes_per_row * rows))
    rows_at_once = _evenly(rows, most / bytes_per_row)
    for first in range(0, count, maps_at_once):
        for row in range(0, rows, rows_at_once):
            yield (
                slice(first, min(first + maps_at_once, count)),
                slice(row, min(row + rows_at_once, rows)),
            )


def _evenly(total, most):
    """Return how many to take at once, at most so many, to take about as many each time."""
    return math.ceil(total / math.ceil(total / max(int(most), 1))) if total else 1


class _Places:
    """Turns places within windows into flat indices of cells."""

    def __init__(self, windows):
        self.first = np.zeros((), np.int64)
        for axis, size in enumerate(windows.size):
            self.first = np.add.outer(self.first * size, windows.start(axis))
        self.empty = windows.cells_per_window() == 0
        self.any_empty = self.empty.any()

    def look_up(self, places, rows, out):
        """Write the cells that the places in these rows of windows stand for."""
        out[...] = places
        out += self.first[rows, ..., None]
        if self.any_empty:
            out[:, self.empty[rows]] = -1


class _Divisor:
    """What sums are divided by: one number if all are alike, else one for each window."""

    def __init__(self, counts, dtype):
        first = counts.flat[0]
        self.alike = (counts == first).all()
        self.counts = dtype.type(first) if self.alike else counts.astype(dtype)[..., None]

    def of(self, rows):
        """Return what divides the sums in these rows of windows."""
        return self.counts if self.alike else self.counts[rows]
