"""How the layer's sums run fast. `cnnlab.conv` says what they are, `cnnlab.loops` shows them.

A convolution becomes a matrix product, where BLAS is at its best: the cells under each window are
copied into one column, and the filters multiply all columns at once (Chellapilla, Puri & Simard
2006). Columns are made a block at a time, which is used while it is still in the cache.

Inside, maps are (C, *size, N). With the batch last in memory, the cells that one kernel cell meets
are long runs. What comes back is viewed as (N, C, *size), and goes on without a copy.
"""

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cnnlab._engine import cut

BLOCK = 2**20  # bytes of columns made at a time
PIECE = 3072  # columns in one product; BLAS has its fastest code for small ones
TOGETHER = 16  # images turned at a time; the same cell of many may share a place in the cache
TERMS = 4096  # cells in one product; that code adds them up one by one


def correlate(x, weight, bias, windows, groups):
    """Run the forward sum: x (N, C_in, *size) and weight give (N, C_out, *count)."""
    filters = _rows(weight, groups)
    output = np.empty((len(weight), *windows.count, len(x)), x.dtype)
    for block, columns in _columns(x, windows, groups, _room(windows, x.shape[1], x)):
        sums = _rows(output[block], groups)
        for (some,) in cut(columns.shape[2:], PIECE):
            part, target = columns[..., some], sums[..., some]
            np.matmul(filters[..., :TERMS], part[:, :TERMS], out=target)
            for at in range(TERMS, part.shape[1], TERMS):
                target += filters[..., at : at + TERMS] @ part[:, at : at + TERMS]
        if bias is not None:
            sums += bias.reshape(groups, -1, 1)
    return np.moveaxis(output, -1, 0)


def spread(values, weight, bias, windows, groups, room=None):
    """Run its adjoint: each number of `values` (N, C_out, *count) times its filter goes back.

    The products are added up where their windows lie, on maps (N, C_in, *size).
    """
    filters = _rows(weight, groups).swapaxes(1, 2)
    multiply = np.multiply if filters.shape[2] == 1 else np.matmul
    values, channels = _batch_last(values), weight.shape[1] * groups
    sums = np.zeros((channels, *windows.size, values.shape[-1]), values.dtype)
    if bias is not None:
        sums += bias.reshape(-1, *[1] * (sums.ndim - 1))
    room = _room(windows, channels, values) if room is None else room
    for block, products in _blocks(windows, values.shape[-1], room):
        numbers = _rows(values[block], groups)
        multiply(filters, numbers, out=products.reshape(groups, filters.shape[1], -1))
        reached = sums[..., block[-1]]
        for cell, some, cells in windows.part(*block[1:-1]).meetings():
            reached[(slice(None), *cells)] += products[(slice(None), *cell, *some)]
    return np.moveaxis(sums, -1, 0)


def gradients(grad_output, x, weight, windows, groups, *, to_input=True):
    """Compute the gradients with respect to the input, or None, the filters and the bias."""
    values, room = _batch_last(grad_output), _room(windows, x.shape[1], x)
    total = np.zeros((groups, weight[0].size, len(weight) // groups), x.dtype)
    for block, columns in _columns(x, windows, groups, room):
        numbers = _rows(values[block], groups)
        for (some,) in cut(columns.shape[-1:], PIECE):
            # The columns are those of the forward pass, so nothing is flipped here.
            total += columns[..., some] @ numbers[..., some].swapaxes(1, 2)
    values_first = np.moveaxis(values, -1, 0)
    return (
        spread(values_first, weight, None, windows, groups, room) if to_input else None,
        total.swapaxes(1, 2).reshape(weight.shape),
        values.reshape(len(weight), -1).sum(axis=1),  # along memory, where NumPy adds in pairs
    )


def _columns(x, windows, groups, room):
    """Copy windows into columns, one for each cell of the output, a block at a time.

    Yields an index into maps (C, *count, N), and its columns (groups, cells under a window, P).
    """
    axes, padded = len(windows.count), _batch_last(x, windows.padding)
    view = sliding_window_view(padded, windows.span, axis=tuple(range(1, 1 + axes)))
    sides = zip(windows.count, windows.stride, strict=True)
    steps = (slice(0, (count - 1) * step + 1, step) for count, step in sides)
    gaps = (slice(None, None, gap) for gap in windows.dilation)
    view = view[(slice(None), *steps, slice(None), *gaps)]
    view = view.transpose(0, *range(axes + 2, 2 * axes + 2), *range(1, axes + 2))
    for block, columns in _blocks(windows, len(x), room):
        cells = view[(..., *block[1:])]
        if math.prod(windows.kernel_size) > 1:  # else the cells are the columns
            columns[...] = cells
            cells = columns
        yield block, cells.reshape(groups, -1, math.prod(cells.shape[1 + axes :]))


def _room(windows, channels, like):
    """Make room for the columns of a block: (channels, *kernel_size, cells)."""
    under = math.prod(windows.kernel_size) * channels
    cells = BLOCK // (under * like.itemsize)
    return np.empty((channels, *windows.kernel_size, max(cells, 1)), like.dtype)


def _blocks(windows, images, room):
    """Cut the output into blocks, and yield an index and room for the columns of each."""
    for block in cut((*windows.count, images), room.shape[-1]):
        shape = *room.shape[:-1], *(some.stop - some.start for some in block)
        yield (slice(None), *block), room.reshape(-1)[: math.prod(shape)].reshape(shape)


def _rows(array, groups):
    """View filters, or maps (C, *count, N), as one row each: (groups, C // groups, cells)."""
    return array.reshape(groups, len(array) // groups, -1)


def _batch_last(maps, padding=((0, 0),) * 3):
    """Return maps (N, C, *size) as (C, *size, N) in zeros: a copy, unless they lie so without."""
    last, sides = np.moveaxis(maps, 0, -1), list(zip(maps.shape[2:], padding, strict=False))
    if last.flags.c_contiguous and not any(map(any, padding)):
        return last
    shape = [before + size + after for size, (before, after) in sides]
    inside = [slice(before, before + size) for size, (before, _) in sides]
    copy = np.zeros((maps.shape[1], *shape, len(maps)), maps.dtype)
    for (some,) in cut(last.shape[-1:], TOGETHER):
        copy[(slice(None), *inside, some)] = last[..., some]
    return copy
