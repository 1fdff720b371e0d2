"""How pooling runs fast: slices instead of windows, one axis after the other, block by block.

The maximum over a window of rows and columns is the maximum over its rows, then over its columns;
so is the sum. Along one axis, the first cells of all windows are one strided slice of the map, the
second cells another, and one NumPy call combines them. Blocks of the batch are small enough to stay
in the cache between calls.

Maps come here as ``(B, *size, L)``: ``B`` of them follow one another, and each of their cells holds
``L`` numbers. A plain batch has ``B = N * C`` and ``L = 1``, a channels-last one ``B = N`` and
``L = C``. One code serves both.
"""

import math

import numpy as np

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
    shape = (maps.shape[0], *windows.count, maps.shape[-1])
    best = np.empty(shape, dtype)
    found = np.empty(shape, np.int64) if switches else None
    places = _Places(windows) if switches else None
    for cells, where, part in _blocks(maps, windows, dtype):
        if switches:
            codes = _slide_and_locate(cells, part, best[where])
            places.look_up(codes, where[1], out=found[where])
        else:
            _slide(cells, np.maximum, -np.inf, part, best[where])
    return from_maps(best, x.shape[1]), found if found is None else from_maps(found, x.shape[1])


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
    total = np.empty((maps.shape[0], *windows.count, maps.shape[-1]), dtype)
    divisor = _Divisor(divisor, dtype)
    for cells, where, part in _blocks(maps, windows, dtype):
        in_block = total[where]
        _slide(cells, np.add, 0, part, in_block)
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
    norm = np.empty((maps.shape[0], *windows.count, maps.shape[-1]), dtype)
    for cells, where, part in _blocks(maps, windows, dtype):
        powers, in_block = np.square(cells) if p == 2 else np.abs(cells) ** p, norm[where]
        _slide(powers, np.add, 0, part, in_block)
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
        _spread(values, part, output[examples, rows])
    return from_maps(output, gradient.shape[1])


def scatter(values, switches, size, dtype, *, add, some_nowhere):
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
    some_nowhere : bool
        Whether there are switches of -1.

    Returns
    -------
    ndarray of shape (N, C, *size)
        Zero where no switch points.
    """
    last = channels_last(switches)
    values, places = to_maps(values, last=last), to_maps(switches, last=last)
    depth = places.shape[-1]
    output = np.zeros((places.shape[0], *size, depth), dtype)
    flat = output.reshape(-1)
    first = np.arange(len(output))[:, None] * (math.prod(size) * depth) + np.arange(depth)
    first = first.reshape(len(output), *(1,) * len(size), depth)
    for examples, rows in _pieces(places.shape, 16):  # a switch, and a cell's number
        part, numbers = places[examples, rows], values[examples, rows]
        cells = np.multiply(part, depth, dtype=np.int64) if depth > 1 else part
        cells = np.add(cells, first[examples], dtype=np.int64)
        if some_nowhere:
            cells, numbers = cells[part >= 0], numbers[part >= 0]
        if add:
            np.add.at(flat, cells.reshape(-1), numbers.reshape(-1))
        else:
            flat[cells.reshape(-1)] = numbers.reshape(-1)
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


def _blocks(maps, windows, dtype):
    """Yield blocks of cells, which windows they are the cells of, and the layout in the block."""
    shape = (maps.shape[0], windows.count[0], *maps.shape[2:])
    for examples, rows in _pieces(shape, dtype.itemsize * windows.size[0] / windows.count[0]):
        met, part = windows.of_rows(rows.start, rows.stop)
        yield maps[examples, met].astype(dtype, copy=False), (examples, rows), part


def _pieces(shape, bytes_each):
    """Cut maps into blocks: of whole maps if several fit, else of rows of one map."""
    count, rows = shape[:2]
    bytes_per_row = math.prod(shape[2:]) * bytes_each
    maps_at_once = max(int(BLOCK / (bytes_per_row * rows)), 1)
    rows_at_once = max(int(BLOCK / bytes_per_row), 1)
    for first in range(0, count, maps_at_once):
        for row in range(0, rows, rows_at_once):
            yield (
                slice(first, min(first + maps_at_once, count)),
                slice(row, min(row + rows_at_once, rows)),
            )


def _slide(cells, combine, start, windows, output):
    """Combine the cells of each window into one, axis by axis; `start` where there are none."""
    axes = list(range(len(windows.count)))
    if cells.shape[-1] == 1 and windows.kernel_size[-1] > 1 and windows.stride[-1] <= 2:
        along_rows = _combine_neighbours(cells, combine, windows)
        if along_rows is not None:
            cells = along_rows
            axes.pop()
    for axis in axes:
        result = _room(cells, axis, windows.count[axis], output if axis == axes[-1] else None)
        _slide_along(_taps(cells, axis, windows), axis, combine, start, result)
        cells = result
    if not axes:
        output[...] = cells


def _combine_neighbours(cells, combine, windows):
    """Combine along the last axis of plain maps, at every cell, as if all were one long row.

    That is more work than for the windows alone, but it runs along memory without a gap. What
    crosses from one row to the next is no window's, and is not taken. Returns a strided view of the
    windows, or None if no kernel cell is on the map in all windows.
    """
    axis, row = len(windows.count) - 1, cells.reshape(-1)
    count, stride = windows.count[axis], windows.stride[axis]
    taps = [tap for tap in windows.taps(axis) if _length(tap[0])]
    taps.sort(key=lambda tap: _length(tap[0]) < count)
    if not taps or _length(taps[0][0]) < count:
        return None
    origin = taps[0][1].start
    so_far, result = row, np.empty_like(row)
    for target, source in taps[1:]:
        shift = source.start - target.start * stride - origin
        if shift > 0:
            here, there, edge = slice(0, -shift), slice(shift, None), slice(-shift, None)
        else:
            here, there, edge = slice(-shift, None), slice(0, shift), slice(0, -shift)
        partial = _length(target) < count
        if partial:
            kept = so_far.reshape(cells.shape)[..., edge, :].copy()
        with np.errstate(invalid="ignore", over="ignore"):
            combine(so_far[here], row[there], out=result[here])
        result[edge] = so_far[edge]
        if partial:
            result.reshape(cells.shape)[..., edge, :] = kept
        so_far = result
    last = origin + (count - 1) * stride
    return so_far.reshape(cells.shape)[..., origin : last + 1 : stride, :]


def _slide_along(taps, axis, combine, start, result):
    """Combine the cells of each window along one axis."""
    count = result.shape[axis + 1]
    whole = [operand for target, operand in taps if _length(target) == count]
    if len(whole) > 1:
        combine(whole[0], whole[1], out=result)
    elif whole:
        result[...] = whole[0]
    else:
        result.fill(start)
    for operand in whole[2:]:
        combine(result, operand, out=result)
    for target, operand in taps:
        if _length(target) < count:
            part = _along(result, axis, target)
            combine(part, operand, out=part)


def _slide_and_locate(cells, windows, output):
    """Take the maxima, and return the code of the first cell that holds each of them.

    A code has some bits for each axis: those of the first axis lead, so codes are in row-major
    order. After each axis, the windows so far have their maximum and its code. The next code is the
    least among those whose maximum is the largest.
    """
    maxima_so_far, codes = cells, None
    for axis in range(len(windows.count)):
        taps = _taps(maxima_so_far, axis, windows)
        last = axis == len(windows.count) - 1
        maxima_so_far = _room(maxima_so_far, axis, windows.count[axis], output if last else None)
        _slide_along(taps, axis, np.maximum, -np.inf, maxima_so_far)
        codes = _locate_along(taps, codes, axis, windows, maxima_so_far)
    if np.isnan(output.min()):
        _locate_nan(cells, windows, codes)
    return codes


def _locate_along(taps, codes, axis, windows, best):
    """Find the least code along one axis among the cells that hold the maximum."""
    bits = _code_bits(windows)
    dtype = np.min_scalar_type(2 ** sum(bits) - 1)
    first = np.full(best.shape, np.iinfo(dtype).max, dtype)
    if codes is None and _length(taps[-1][0]) == best.shape[axis + 1]:
        first.fill(len(taps) - 1 << sum(bits[axis + 1 :]))  # the last, unless another holds it
        taps = taps[:-1]
    for cell, (target, operand) in enumerate(taps):
        loses = operand != _along(best, axis, target)
        code = np.negative(loses.view(np.uint8).astype(dtype, copy=False))  # all ones if it loses
        code |= dtype.type(cell << sum(bits[axis + 1 :]))
        if codes is not None:
            code |= _along(codes, axis, windows.taps(axis)[cell][1])
        part = _along(first, axis, target)
        np.minimum(part, code, out=part)
    return first


def _locate_nan(cells, windows, codes):
    """Where a window holds a NaN, put the code of the last one."""
    nan = np.isnan(cells)
    taps = [windows.taps(axis) for axis in range(len(windows.count))]
    for index in np.ndindex(windows.kernel_size):
        chosen = [taps[axis][cell] for axis, cell in enumerate(index)]
        targets, sources = zip(*chosen, strict=True)
        part = codes[(slice(None), *targets)]
        np.copyto(part, _code(index, windows), where=nan[(slice(None), *sources)])


def _code_bits(windows):
    """Return how many bits of a code belong to each axis."""
    return [(cells - 1).bit_length() for cells in windows.kernel_size]


def _code(index, windows):
    """Return the code of a kernel cell."""
    code = 0
    for cell, bits in zip(index, _code_bits(windows), strict=True):
        code = code << bits | cell
    return code


class _Places:
    """Turns codes into flat indices of cells."""

    def __init__(self, windows):
        self.origin = self.reach = np.zeros((), np.int64)
        for axis, (size, bits) in enumerate(zip(windows.size, _code_bits(windows), strict=True)):
            steps = np.arange(2**bits) * windows.dilation[axis]
            self.origin = np.add.outer(self.origin * size, windows.start(axis))
            self.reach = np.add.outer(self.reach * size, steps)
        self.reach = self.reach.reshape(-1)
        self.empty = windows.cells_per_window() == 0
        self.any_empty = self.empty.any()

    def look_up(self, codes, rows, out):
        """Write the cells that the codes of these rows of windows stand for."""
        np.take(self.reach, codes, out=out, mode="clip")
        out += self.origin[rows, ..., None]
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


def _spread(values, windows, output):
    """Add each window's number to its cells, axis by axis from the last."""
    for axis in reversed(range(len(windows.count))):
        shape = (*values.shape[: axis + 1], windows.size[axis], *values.shape[axis + 2 :])
        result = output if axis == 0 else np.empty(shape, output.dtype)
        result.fill(0)
        met = set()
        for target, cells in windows.taps(axis):
            part, added = _along(result, axis, cells), _along(values, axis, target)
            if not _length(target):
                continue
            if cells.start % windows.stride[axis] in met:
                part += added
            else:
                part[...] = added  # no cell of these has a number yet
            met.add(cells.start % windows.stride[axis])
        values = result


def _taps(cells, axis, windows):
    """List, per kernel cell, the windows that have it on the map and that cell of theirs."""
    taps = [(target, _along(cells, axis, source)) for target, source in windows.taps(axis)]
    if windows.stride[axis] > 1 and axis == cells.ndim - 3 and cells.shape[-1] == 1:
        taps = [(target, np.ascontiguousarray(operand)) for target, operand in taps]
    return taps


def _along(maps, axis, part):
    """Take a slice along one spatial axis."""
    return maps[(slice(None),) * (axis + 1) + (part,)]


def _room(maps, axis, size, output):
    """Return the output, or else an empty array like the maps with another size on one axis."""
    if output is not None:
        return output
    return np.empty((*maps.shape[: axis + 1], size, *maps.shape[axis + 2 :]), maps.dtype)


def _length(part):
    """Count what a slice of step 1 takes."""
    return part.stop - part.start
