"""How the layer's sums are run fast. `cnnlab.layer` says what they are, `cnnlab.loops` shows them.

A convolution becomes a matrix product, where BLAS is at its best: the cells under each window are
copied into one column, and the filters multiply all columns at once (Chellapilla, Puri & Simard
2006). For a large map at stride 1, all columns together would fill about K_h·K_w times the input's
memory. So they are made a block at a time, and each block is used while it is still in the cache.

`correlate` is the forward sum, `spread` its adjoint, `gradients` calls on both. What follows them
are the choices by shape, then the steps. The number of spatial axes is never asked for.
"""

import math
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

BLOCK = 1 << 21  # bytes of padded input, and of columns, made at a time


class Geometry(NamedTuple):
    """Which cells a layer reads; the tuples have one number per spatial axis.

    Output cell i reads the input cells i·stride + m·dilation − before, for m below kernel_size.
    Those outside the input are zero.

    Attributes
    ----------
    size, kernel_size, output_size : tuple of int
        Cells of the input, the kernel and the output.
    stride, before, dilation : tuple of int
        The step, the padding before the first cell, and the kernel's own step. A negative
        padding leaves cells out.
    groups : int
        How many groups the channels fall into.
    """

    size: tuple
    kernel_size: tuple
    output_size: tuple
    stride: tuple
    before: tuple
    dilation: tuple
    groups: int

    @property
    def reach(self):
        """Cells that the windows cover together, padding included."""
        steps = zip(self.output_size, self.stride, self.kernel_size, self.dilation, strict=True)
        return tuple((out - 1) * s + (k - 1) * d + 1 for out, s, k, d in steps)

    def part(self, window):
        """Return the geometry of some of the output: one slice per axis."""
        before = (b - w.start * s for b, w, s in zip(self.before, window, self.stride, strict=True))
        output_size = tuple(w.stop - w.start for w in window)
        return self._replace(output_size=output_size, before=tuple(before))

    def backward(self):
        """Return the geometry of the way back, with the kernel flipped, if the stride is 1."""
        axes = zip(self.dilation, self.kernel_size, self.before, strict=True)
        before = tuple(gap * (k - 1) - b for gap, k, b in axes)
        return self._replace(size=self.output_size, output_size=self.size, before=before)

    def with_axis(self, cells):
        """Return the geometry with one more axis, along which the kernel is one cell."""
        one_more = cells, 1, cells, 1, 0, 1
        axes = [(*old, new) for old, new in zip(self[:-1], one_more, strict=True)]
        return Geometry(*axes, self.groups)


def correlate(x, weight, bias, geometry):
    """Run the forward sum.

    Parameters
    ----------
    x : ndarray of shape (N, C_in, *size)
        The input.
    weight : ndarray of shape (C_out, C_in // groups, *kernel_size)
        The filters.
    bias : ndarray of shape (C_out,) or None
        Added to each output channel.
    geometry : Geometry
        How the kernel moves.

    Returns
    -------
    ndarray of shape (N, C_out, *output_size)
        A new array.
    """
    last = _channels_go_last(weight, geometry)
    filters = _filter_rows(weight, geometry)
    if bias is not None:
        bias = bias.reshape(geometry.groups, -1, 1)
    output = _new_maps(np.empty, len(x), len(weight), geometry.output_size, x.dtype, last)
    results = _by_group(output, geometry)
    for slab, tile, columns in _columns(x, geometry, last):
        result = _matrices(results[slab][tile], geometry, last)
        np.matmul(filters, columns, out=result)
        if bias is not None:
            result += bias
    return output


def spread(x, weight, bias, geometry):
    """Run the adjoint of the forward sum: the gradient of the input.

    Parameters
    ----------
    x : ndarray of shape (N, C_out, *output_size)
        What is spread: the gradient of the output.
    weight : ndarray of shape (C_out, C_in // groups, *kernel_size)
        The filters of the forward sum.
    bias : ndarray of shape (C_in,) or None
        Added to each channel of the result.
    geometry : Geometry
        How the kernel moves in the forward sum.

    Returns
    -------
    ndarray of shape (N, C_in, *size)
        A new array.
    """
    if _reads_windows(weight, geometry):
        return correlate(x, _flip(weight, geometry), bias, geometry.backward())
    order = _order_of_addition(x, weight)
    if order == "batch last":
        output = _add_batches(x, weight, geometry)
    else:
        output = _add_windows(x, weight, geometry, last=order == "channels last")
    if bias is not None:
        output += bias.reshape(-1, *[1] * len(geometry.size))
    return output


def gradients(grad_output, x, weight, geometry):
    """Compute the gradients with respect to the input, the filters and the bias.

    Parameters
    ----------
    grad_output : ndarray of shape (N, C_out, *output_size)
        The gradient of the output.
    x : ndarray of shape (N, C_in, *size)
        The input.
    weight : ndarray of shape (C_out, C_in // groups, *kernel_size)
        The filters.
    geometry : Geometry
        How the kernel moves.

    Returns
    -------
    tuple of ndarray
        With the shapes of `x`, `weight` and the bias.
    """
    everything = 0, *range(2, grad_output.ndim)
    precise = np.result_type(np.float64, grad_output)  # NumPy adds up badly along far steps
    grad_bias = grad_output.sum(axis=everything, dtype=precise).astype(grad_output.dtype)
    return (
        spread(grad_output, weight, None, geometry),
        _weight_gradient(grad_output, x, weight, geometry),
        grad_bias,
    )


def _weight_gradient(grad_output, x, weight, geometry):
    """Multiply the gradient's cells with the windows they came from, and add up."""
    last = _channels_go_last(weight, geometry)
    total = np.zeros((geometry.groups, len(weight) // geometry.groups, weight[0].size), x.dtype)
    grads = _by_group(grad_output, geometry)
    for slab, tile, columns in _columns(x, geometry, last):
        maps = _matrices(grads[slab][tile], geometry, last)
        _add_products(maps, columns.swapaxes(-1, -2), total)
    total = total.reshape(len(weight), *geometry.kernel_size, weight.shape[1])
    return _channels_second(total)


def _add_products(left, right, total):
    """Add up the matrix products of all images. One product alone is not copied."""
    products = left @ right
    total += products[0] if len(products) == 1 else products.sum(axis=0)


# Choices by shape: all of them, each found by timing both ways.


def _channels_go_last(weight, geometry):
    """Choose the order of the columns' cells, and of the new arrays in memory.

    Windows are copied in runs. With the channels last in memory, a run is a kernel row of all
    channels; with the channels first, it is a row of the output. The longer run is taken, except
    that a kernel of one cell needs no copy at all where the channels are first. The runs are
    those of a dense kernel, one group and stride 1. Dilation and groups break the first at each
    kernel cell, a stride breaks the second at each cell; the choice is made alike.
    """
    if _is_pointwise(geometry):
        return False
    return weight.shape[1] * geometry.kernel_size[-1] > geometry.output_size[-1]


def _is_pointwise(geometry):
    """Tell whether the kernel is one cell, so that the input's cells are the columns."""
    return math.prod(geometry.kernel_size) == 1


def _reads_windows(weight, geometry):
    """Choose how a gradient goes back: reading windows of it, or adding to windows.

    At stride 1 the way back is itself a correlation, with the kernel flipped. For each kernel cell
    it copies one number per output channel of the group. Adding to windows adds one number per
    input channel of the group. An addition takes about as long as two copies, so windows are read
    if there are at most twice as many output channels as input channels.
    """
    return max(geometry.stride) == 1 and len(weight) // geometry.groups <= 2 * weight.shape[1]


def _order_of_addition(x, weight):
    """Choose which axis is last in memory while windows are added up.

    Each addition runs along it: along the channels, if there are enough of them; otherwise along
    the batch, if there is one.
    """
    if weight.shape[1] >= 16:
        return "channels last"
    return "batch last" if len(x) > 1 else "columns last"


# The steps. `last` says that the channels are last in memory.


def _room(cell_bytes, shape):
    """Return how many cells of an array fill a block: at least one, at most those it has."""
    return min(max(BLOCK // cell_bytes, 1), math.prod(shape))


def _tiles(shape, room):
    """Cut an array of this shape into tiles of at most `room` cells, whole along the last axes."""
    cuts = []
    for cells in reversed(shape):
        step = max(min(room, cells), 1)
        cuts.append([slice(at, min(at + step, cells)) for at in range(0, cells, step)])
        room //= max(cells, 1)
    return product(*reversed(cuts))


def _columns(x, geometry, last):
    """Copy windows into columns, one for each cell of the output, a block at a time.

    Yields
    ------
    slab, tile : tuple
        Two indices, one after the other, into maps (N, ..., *output_size).
    columns : ndarray of shape (batch, groups, cells under a window, columns)
        What is under the windows that belong to those cells.
    """
    shape = len(x), *geometry.output_size
    cell = x.shape[1] * math.prod(geometry.stride)
    column = x.shape[1] * math.prod(geometry.kernel_size)
    room = _room(column * x.itemsize, shape)
    scratch = None if _is_pointwise(geometry) else np.empty(room * column, x.dtype)
    for images, *window in _tiles(shape, _room(cell * x.itemsize, shape)):
        part = geometry.part(window)
        windows = _view_windows(_padded(x[images], part, last), part)
        for few, *cells in _tiles((len(windows), *part.output_size), room):
            columns = _matrices(windows[(few, ..., *cells)], part, last, scratch)
            yield (images, ..., *window), (few, ..., *cells), columns
        del windows  # and the padded copy, before the next


def _padded(x, geometry, last):
    """Return the cells that the windows cover: part of x, or a copy with zeros around it."""
    padded, inside = _overlap(geometry)
    part = x[(..., *inside)]
    neighbours = part.strides[1 if last else -1] == part.itemsize
    if neighbours and part.shape[2:] == geometry.reach:
        return part
    copy = _new_maps(np.zeros, *x.shape[:2], geometry.reach, x.dtype, last)
    copy[(..., *padded)] = part
    return copy


def _overlap(geometry):
    """Slice the cells of the input that windows cover, in the padded input and in the input."""
    padded, inside = [], []
    for size, before, reach in zip(geometry.size, geometry.before, geometry.reach, strict=True):
        start = max(before, 0)
        stop = max(min(before + size, reach), start)
        padded.append(slice(start, stop))
        inside.append(slice(start - before, stop - before))
    return padded, inside


def _view_windows(padded, geometry):
    """View padded maps as windows, (N, groups, *kernel_size, channels, *output_size)."""
    batch, channel, *cells = padded.strides
    each = padded.shape[1] // geometry.groups
    return as_strided(
        padded,
        (len(padded), geometry.groups, *geometry.kernel_size, each, *geometry.output_size),
        (
            batch,
            channel * each,
            *(cell * gap for cell, gap in zip(cells, geometry.dilation, strict=True)),
            channel,
            *(cell * step for cell, step in zip(cells, geometry.stride, strict=True)),
        ),
        writeable=False,
    )


def _add_windows(x, weight, geometry, last):
    """Multiply each cell into a window, and add the windows up where they lie."""
    channels = weight.shape[1] * geometry.groups
    output = _new_maps(np.zeros, len(x), channels, geometry.size, x.dtype, last)
    values, sums = _by_group(x, geometry), _by_group(output, geometry)
    filters = _filter_rows(weight, geometry).swapaxes(-1, -2)
    shape = len(x), *geometry.output_size
    room = _room(filters[..., 0].nbytes, shape)
    scratch = np.empty(room * filters[..., 0].size, x.dtype)
    for images, *cells in _tiles(shape, room):
        part = geometry.part(cells)
        windows = _scaled_filters(filters, values[(images, ..., *cells)], part, last, scratch)
        for offset, here, there in _connections(part):
            target = sums[(images, ..., *there)]
            target += windows[(slice(None), slice(None), *offset, ..., *here)]
    return output


def _add_batches(x, weight, geometry):
    """Do as `_add_windows`, with the batch as one more spatial axis, after the others."""
    output = np.empty((len(x), weight.shape[1] * geometry.groups, *geometry.size), x.dtype)
    for (images,) in _tiles(x.shape[:1], _room(output[0].nbytes, x.shape[:1])):
        maps = np.moveaxis(x[images], 0, -1)[None]
        more = geometry.with_axis(maps.shape[-1])
        (sums,) = _add_windows(maps, weight[..., None], more, last=False)
        output[images] = np.moveaxis(sums, -1, 0)
    return output


def _scaled_filters(filters, values, geometry, last, scratch):
    """Multiply each cell with its filter, (N, groups, *kernel_size, channels, *output_size)."""
    images, axes, groups = len(values), len(geometry.size), geometry.groups
    values = _matrices(values, geometry, last)
    under, columns = filters.shape[1], values.shape[-1]
    scratch = scratch[: len(values) * groups * under * columns]
    kernel = *geometry.kernel_size, under // math.prod(geometry.kernel_size)
    if not last:
        np.matmul(filters, values, out=scratch.reshape(-1, groups, under, columns))
        return scratch.reshape(images, groups, *kernel, *geometry.output_size)
    rows = scratch.reshape(-1, groups, columns, under)
    np.matmul(values.swapaxes(-1, -2), filters.swapaxes(-1, -2), out=rows)
    rows = rows.reshape(groups, images, *geometry.output_size, *kernel)
    return rows.transpose(1, 0, *range(2 + axes, 3 + 2 * axes), *range(2, 2 + axes))


def _connections(geometry):
    """Pair output cells with the input cells that one kernel cell connects them to.

    Yields an index of the kernel cell, slices of the output and slices of the input. Kernel cells
    that meet nothing but padding are left out.
    """
    axes = []
    for size, k, out, step, before, gap in zip(*geometry[:-1], strict=True):
        axis = []
        for m in range(k):
            shift = m * gap - before
            first, final = max(-(shift // step), 0), min((size - 1 - shift) // step, out - 1)
            if first <= final:
                inputs = slice(first * step + shift, final * step + shift + 1, step)
                axis.append((m, slice(first, final + 1), inputs))
        axes.append(axis)
    return (zip(*cells, strict=True) for cells in product(*axes))


def _new_maps(create, images, channels, size, dtype, last):
    """Create maps (N, C, *size) with the channels first or last in memory."""
    if last:
        return _channels_second(create((images, *size, channels), dtype))
    return create((images, channels, *size), dtype)


def _channels_second(array):
    """View (N, *size, C) as (N, C, *size)."""
    return array.transpose(0, array.ndim - 1, *range(1, array.ndim - 1))


def _by_group(maps, geometry):
    """View maps (N, C, *size) as (N, groups, C // groups, *size)."""
    groups = geometry.groups
    return maps.reshape(len(maps), groups, maps.shape[1] // groups, *maps.shape[2:])


def _filter_rows(weight, geometry):
    """Write each filter as one row, (groups, filters, cells under a window)."""
    rows = weight.transpose(0, *range(2, weight.ndim), 1)
    return rows.reshape(geometry.groups, len(weight) // geometry.groups, -1)


def _matrices(array, geometry, last, scratch=None):
    """Turn (N, groups, *rows, *cells) into matrices, (batch, groups, rows, cells).

    With the channels last in memory the whole batch is one matrix. Copied to `scratch` if there is
    one; otherwise a view, if memory allows.
    """
    axes = array.ndim - len(geometry.size)
    images, groups = array.shape[:2]
    rows, cells = math.prod(array.shape[2:axes]), math.prod(array.shape[axes:])
    if last:
        array = array.transpose(0, *range(axes, array.ndim), 1, *range(2, axes))
    if scratch is not None:
        copy = scratch[: array.size].reshape(array.shape)
        copy[...] = array
        array = copy
    if last:
        return array.reshape(1, images * cells, groups, rows).transpose(0, 2, 3, 1)
    return array.reshape(images, groups, rows, cells)


def _flip(weight, geometry):
    """Turn the kernels round, and swap input and output channels within each group."""
    each = len(weight) // geometry.groups
    weight = weight.reshape(geometry.groups, each, *weight.shape[1:]).swapaxes(1, 2)
    weight = weight.reshape(-1, *weight.shape[2:])
    return np.flip(weight, tuple(range(2, weight.ndim)))
