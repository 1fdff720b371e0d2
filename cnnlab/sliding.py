"""Windows as slices: one number for each window, and each window's number for its cells.

The maximum over a window of rows and columns is the maximum over its rows, then over its columns;
so is the sum. Along one axis, the first cells of all windows are one strided slice of the map, the
second cells another, and one NumPy call combines them.

Maps come here as ``(B, *size, L)``: ``B`` of them follow one another, and each of their cells holds
``L`` numbers.
"""

import numpy as np


def combine_cells(cells, combine, start, windows, output):
    """Combine the cells of each window into one.

    Parameters
    ----------
    cells : ndarray of shape (B, *size, L)
        The maps.
    combine : ufunc
        ``np.maximum`` or ``np.add``.
    start : float
        What a window without cells gives.
    windows : Windows
        The layout.
    output : ndarray of shape (B, *count, L)
        Where the numbers go.
    """
    axes = list(range(len(windows.count)))
    if cells.shape[-1] == 1 and windows.kernel_size[-1] > 1 and windows.stride[-1] <= 2:
        along_rows = _combine_neighbours(cells, combine, windows)
        if along_rows is not None:
            cells = along_rows
            axes.pop()
    for axis in axes:
        result = output if axis == axes[-1] else _room(cells, axis, windows.count[axis])
        _slide_along(cells, axis, combine, start, windows, result)
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


def _slide_along(cells, axis, combine, start, windows, result):
    """Combine the cells of each window along one axis."""
    taps = [(target, _along(cells, axis, source)) for target, source in windows.taps(axis)]
    if windows.stride[axis] > 1 and axis == cells.ndim - 3 and cells.shape[-1] == 1:
        taps = [(target, np.ascontiguousarray(operand)) for target, operand in taps]
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


def spread(values, windows, output):
    """Add each window's number to its cells: the adjoint of `combine_cells` with ``np.add``.

    Parameters
    ----------
    values : ndarray of shape (B, *count, L)
        One number for each window.
    windows : Windows
        The layout.
    output : ndarray of shape (B, *size, L)
        Where the sums go.
    """
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


def _along(maps, axis, part):
    """Take a slice along one spatial axis."""
    return maps[(slice(None),) * (axis + 1) + (part,)]


def _room(maps, axis, size):
    """Return an empty array like the maps, with another size on one axis."""
    return np.empty((*maps.shape[: axis + 1], size, *maps.shape[axis + 2 :]), maps.dtype)


def _length(part):
    """Count what a slice of step 1 takes."""
    return part.stop - part.start
