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

BLOCK = 2**21  # bytes of columns made at a time
PIECE = 3072  # columns in one product; BLAS has its fastest code for small ones
TERMS = 4096  # cells in one product; that code adds them up one by one


def correlate(x, weight, bias, windows, groups):
    """Run the forward sum: x (N, C_in, *size) and weight give (N, C_out, *count)."""
    filters = _rows(weight, groups)
    output = np.empty((len(weight), *windows.count, len(x)), x.dtype)
    for block, columns in _columns(x, windows, groups):
        sums = _rows(output[block], groups)
        for (some,) in cut(columns.shape[2:], PIECE):
            part, target = columns[..., some], sums[..., some]
            np.matmul(filters[..., :TERMS], part[:, :TERMS], out=target)
            for at in range(TERMS, part.shape[1], TERMS):
                target += filters[..., at : at + TERMS] @ part[:, at : at + TERMS]
        if bias is not None:
            sums += bias.reshape(groups, -1, 1)
    return np.moveaxis(output, -1, 0)


def spread(values, weight, bias, windows, groups):
    """Run its adjoint: each number of `values` (N, C_out, *count) times its filter goes back.

    The products are added up where their windows lie, on maps (N, C_in, *size).
    """
    filters = _rows(weight, groups).swapaxes(1, 2)
    multiply = np.multiply if filters.shape[2] == 1 else np.matmul
    values, channels = _batch_last(values), weight.shape[1] * groups
    sums = np.zeros((channels, *windows.size, values.shape[-1]), values.dtype)
    if bias is not None:
        sums += bias.reshape(-1, *[1] * (sums.ndim - 1))
    for block, products in _blocks(windows, values.shape[-1], channels, values.dtype):
        numbers = _rows(values[block], groups)
        multiply(filters, numbers, out=products.reshape(groups, filters.shape[1], -1))
        reached = sums[..., block[-1]]
        for cell, some, cells in windows.part(*block[1:-1]).meetings():
            reached[(slice(None), *cells)] += products[(slice(None), *cell, *some)]
    return np.moveaxis(sums, -1, 0)


def gradients(grad_output, x, weight, windows, groups):
    """Compute the gradients with respect to the input, the filters and the bias."""
    values = _batch_last(grad_output)
    total = np.zeros((groups, weight[0].size, len(weight) // groups), x.dtype)
    for block, columns in _columns(x, windows, groups):
        numbers = _rows(values[block], groups)
        for (some,) in cut(columns.shape[-1:], PIECE):
            total += columns[..., some] @ numbers[..., some].swapaxes(1, 2)
    return (
        spread(np.moveaxis(values, -1, 0), weight, None, windows, groups),
        total.swapaxes(1, 2).reshape(weight.shape),
        values.reshape(len(weight), -1).sum(axis=1),  # along memory, where NumPy adds in pairs
    )


def _columns(x, windows, groups):
    """Copy windows into columns, one for each cell of the output, a block at a time.

    Yields an index into maps (C, *count, N), and its columns (groups, cells under a window, P).
    """
    axes, padded = len(windows.count), _padded(x, windows)
    view = sliding_window_view(padded, windows.span, axis=tuple(range(1, 1 + axes)))
    sides = zip(windows.count, windows.stride, strict=True)
    steps = (slice(0, (count - 1) * step + 1, step) for count, step in sides)
    gaps = (slice(None, None, gap) for gap in windows.dilation)
    view = view[(slice(None), *steps, slice(None), *gaps)]
    view = view.transpose(0, *range(axes + 2, 2 * axes + 2), *range(1, axes + 2))
    for block, columns in _blocks(windows, len(x), x.shape[1], x.dtype):
        cells = view[(..., *block[1:])]
        if math.prod(windows.kernel_size) > 1:  # else the cells are the columns
            columns[...] = cells
            cells = columns
        yield block, cells.reshape(groups, -1, math.prod(cells.shape[1 + axes :]))


def _blocks(windows, images, channels, dtype):
    """Cut the output into blocks, and yield an index and room for the columns of each."""
    shape = *windows.count, images
    under = channels * math.prod(windows.kernel_size)
    room = min(max(BLOCK // (under * dtype.itemsize), 1), math.prod(shape))
    scratch = np.empty(under * room, dtype)
    for block in cut(shape, room):
        size = [some.stop - some.start for some in block]
        columns = scratch[: under * math.prod(size)]
        yield (slice(None), *block), columns.reshape(channels, *windows.kernel_size, *size)


def _padded(x, windows):
    """Return maps (C, *size, N) with zeros around them: a copy, unless they lie so without any."""
    if not any(map(any, windows.padding)):
        return _batch_last(x)
    pads = list(zip(windows.size, windows.padding, strict=True))
    inside = [slice(before, before + size) for size, (before, _) in pads]
    shape = [before + size + after for size, (before, after) in pads]
    padded = np.zeros((x.shape[1], *shape, len(x)), x.dtype)
    padded[(slice(None), *inside)] = np.moveaxis(x, 0, -1)
    return padded


def _rows(array, groups):
    """View filters, or maps (C, *count, N), as one row each: (groups, C // groups, cells)."""
    return array.reshape(groups, len(array) // groups, -1)


def _batch_last(maps):
    """Return maps (N, C, *size) as (C, *size, N): a copy, unless they lie so."""
    return np.ascontiguousarray(np.moveaxis(maps, 0, -1))
