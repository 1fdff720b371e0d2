"""Convolution as a matrix: C, which is sparse, and the columns of im2col."""

import math
from itertools import pairwise

import numpy as np

from cnnlab.arguments import (
    SPATIAL_AXES,
    array_with_axes,
    as_shape,
    batch_of_maps,
    is_sequence,
    per_axis,
    real_array,
    working_dtype,
)
from cnnlab.shapes import output_shape, resolve_padding


def conv_matrix(kernel, image_shape, *, stride=1, padding=0, dilation=1):
    r"""Write the sliding of a kernel as a sparse matrix C, so that the output is ``C @ x``.

    The image is read as one long vector, row by row. Each row of C belongs to one output cell, and
    holds the kernel where that cell's window lies. The transpose takes gradients back.

    Parameters
    ----------
    kernel : array_like of shape (K_h, K_w) or (C_out, C_in, K_h, K_w)
        One window, or the filters of a layer. With one or three spatial axes it has the shape
        (K,), (C_out, C_in, K), (K_t, K_h, K_w) or (C_out, C_in, K_t, K_h, K_w). Each filter spans
        all channels: there are no groups.
    image_shape : tuple of int
        ``(H, W)`` for one window, ``(C_in, H, W)`` for filters; ``(L,)``, ``(C_in, L)``,
        ``(T, H, W)`` or ``(C_in, T, H, W)`` for the other numbers of axes.
    stride : int or tuple of int, default 1
        Cells from one position to the next.
    padding : int, sequence of int, sequence of (int, int) or {"valid", "same", "full"}, default 0
        Zeros added around the image, as in `conv2d`.
    dilation : int or tuple of int, default 1
        Cells from one kernel cell to the next; 1 is a dense kernel.

    Returns
    -------
    scipy.sparse.csr_array of shape (A_O, A_I)
        ``A_O`` output cells by ``A_I`` input cells; both count row by row, and channel after
        channel. The values have the kernel's own float type, at least float32; integers become
        float64. Indices ascend in each row, without duplicates; they are int32 where that is
        enough.

    Raises
    ------
    TypeError
        If the kernel does not hold real numbers, or an option is not an integer.
    ValueError
        If kernel and shape do not go together, if an option is out of range, or if the kernel is
        larger than the padded image.

    See Also
    --------
    cnnlab.layer.conv2d : The same on a batch, without a matrix.
    im2col : The other way to a matrix product: the image is spread out, not the kernel.

    Notes
    -----
    With an image of :math:`H \times W` cells, an output of :math:`H' \times W'`, stride
    :math:`(s, t)`, dilation :math:`(d, e)` and :math:`p` rows and :math:`q` columns of padding
    before the first, the entries of C are

    .. math:: C_{\,i W' + j,\;\; (i s + m d - p) W + (j t + n e - q)} = K_{m,n}

    for :math:`0 \le i < H'`, :math:`0 \le j < W'`, :math:`0 \le m < K_h`,
    :math:`0 \le n < K_w`, and 0 everywhere else. A cell of the padding has no column: what would
    meet it is left out. With channels, block :math:`(o, c)` of C is the matrix of the kernel
    :math:`W_{o,c}`.

    A kernel cell that is 0 is stored like any other. So the stored entries are the windows, and C
    has the same pattern for every kernel of that size; ``C.nnz`` counts the products. If only the
    values matter, ``C.eliminate_zeros()`` drops them.

    The matrix of a layer with groups has one block per group on its diagonal, and nothing beside
    them: ``scipy.sparse.block_diag`` puts it together from the matrix of each group.

    ``C.T @ g`` takes a gradient with respect to the output back to the input. It is what a
    transposed convolution computes, hence its name (Dumoulin & Visin 2016, section 4.1).

    The rows of C are the kernel over and over: a layer is a matrix most of whose entries are 0, and
    the others shared (Goodfellow, Bengio & Courville 2016, section 9.1, who call the matrix of one
    axis Toeplitz and that of two doubly block circulant).

    Examples
    --------
    A kernel of 3 × 3 fits at four places of an image of 4 × 4. Read each row in fours:

    >>> C = conv_matrix([[1, 2, 3], [4, 5, 6], [7, 8, 9]], (4, 4))
    >>> C.toarray().astype(int)
    array([[1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0, 0, 0, 0, 0],
           [0, 1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0, 0, 0, 0],
           [0, 0, 0, 0, 1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0],
           [0, 0, 0, 0, 0, 1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9]])
    >>> import numpy as np
    >>> (C @ np.arange(16)).reshape(2, 2)
    array([[303., 348.],
           [483., 528.]])

    With one axis and padding, the first and the last row lose what falls outside:

    >>> conv_matrix([1, 2, 3], (4,), padding=1).toarray().astype(int)
    array([[2, 3, 0, 0],
           [1, 2, 3, 0],
           [0, 1, 2, 3],
           [0, 0, 1, 2]])
    """
    from scipy.sparse import csr_array

    filters, channels, size = _as_filters(kernel, image_shape)
    kernel_size, stride, dilation, padding, counts = _resolve(
        size, filters.shape[2:], stride, padding, dilation
    )
    # Along each axis, the image cell that each window's kernel cells meet; outside it on padding.
    places = [
        np.arange(0, count * step, step)[:, None] + np.arange(-before, cells * gap - before, gap)
        for count, step, cells, gap, (before, _) in zip(
            counts, stride, kernel_size, dilation, padding, strict=True
        )
    ]
    shape = len(filters) * math.prod(counts), channels * math.prod(size)
    data, indices, indptr = _compressed_rows(filters, size, places, stride[0])
    matrix = csr_array((data, indices, indptr), shape=shape)
    matrix.has_canonical_format = True
    return matrix


def im2col(x, kernel_size, *, stride=1, padding=0, dilation=1):
    r"""Copy each window of a batch into a column, so that convolution is one matrix product.

    Parameters
    ----------
    x : array_like of shape (N, C, *size)
        The batch, with one, two or three spatial axes; N may be 0.
    kernel_size : int or tuple of int
        Cells of a window.
    stride : int or tuple of int, default 1
        Cells from one position to the next.
    padding : int, sequence of int, sequence of (int, int) or {"valid", "same", "full"}, default 0
        Zeros added around each map, as in `conv2d`.
    dilation : int or tuple of int, default 1
        Cells from one window cell to the next; 1 is a dense window.

    Returns
    -------
    ndarray of shape (N, C * K_h * K_w, H' * W')
        A new array: one column per window, one row per channel and window cell. With one spatial
        axis the shape is (N, C * K, L'), with three (N, C * K_t * K_h * K_w, T' * H' * W'). It
        has the type of `x`, at least float32; integers become float64.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers, or an option is not an integer.
    ValueError
        If `x` has the wrong number of axes, if an option is out of range, or if the window is
        larger than the padded map.

    See Also
    --------
    col2im : The way back, which adds.
    conv_matrix : The other way to a matrix product.

    Notes
    -----
    With stride :math:`(s, t)`, dilation :math:`(d, e)` and the padded input :math:`X`,

    .. math:: Y_{b,\; (c K_h + m) K_w + n,\; i W' + j} = X_{b,\; c,\; i s + m d,\; j t + n e}

    for :math:`0 \le b < N`, :math:`0 \le c < C`, :math:`0 \le m < K_h`, :math:`0 \le n < K_w`,
    :math:`0 \le i < H'` and :math:`0 \le j < W'`. The cells of :math:`X` are counted with the
    padding.

    So ``weight.reshape(C_out, -1) @ im2col(x, ...)`` is the layer's output, its cells in one line.
    A cell is copied once for each window that holds it: for a large map at stride 1 the columns
    take about :math:`K_h K_w` times its memory (Chellapilla, Puri & Simard 2006). For images, with
    padding in numbers and the same on both sides, this is PyTorch's ``unfold``.

    Examples
    --------
    >>> im2col([[[[1, 2, 3], [4, 5, 6]]]], 2)
    array([[[1., 2.],
            [2., 3.],
            [4., 5.],
            [5., 6.]]])
    """
    x = real_array(x, "x")
    if not 3 <= x.ndim <= 5:
        raise ValueError(
            "x must have a batch axis, a channel axis and 1 to 3 spatial axes, such as "
            f"(N, C, H, W); got shape {x.shape}"
        )
    batch, channels, *size = batch_of_maps(x, "x", axes=x.ndim - 2).shape
    kernel_size, stride, dilation, padding, counts = _resolve(
        size, kernel_size, stride, padding, dilation
    )
    x = x.astype(working_dtype(x), copy=False)
    if any(map(any, padding)):
        x = np.pad(x, [(0, 0), (0, 0), *padding])
    columns = np.empty((batch, channels, *kernel_size, *counts), x.dtype)
    for cell, window in _met(kernel_size, stride, dilation, counts):
        columns[(slice(None), slice(None), *cell)] = x[window]
    return columns.reshape(batch, channels * math.prod(kernel_size), math.prod(counts))


def col2im(columns, shape, kernel_size, *, stride=1, padding=0, dilation=1):
    r"""Add columns up where their windows lie: the adjoint of `im2col`.

    Parameters
    ----------
    columns : array_like of shape (N, C * K_h * K_w, H' * W')
        One column per window, as `im2col` lays them out; (N, C * K, L') for one spatial axis,
        (N, C * K_t * K_h * K_w, T' * H' * W') for three.
    shape : tuple of int
        The maps' ``(H, W)``, or the batch's ``(N, C, H, W)``; the same for one or three spatial
        axes. If `kernel_size` is an int, three numbers are ``(T, H, W)``.
    kernel_size : int or tuple of int
        Cells of a window.
    stride, padding, dilation
        As they were given to `im2col`.

    Returns
    -------
    ndarray of shape (N, C, *size)
        A new array. It has the type of `columns`, at least float32; integers become float64.

    Raises
    ------
    TypeError
        If `columns` does not hold real numbers, or an option is not an integer.
    ValueError
        If `columns` has not the shape that the options ask for, or an option is out of range.

    See Also
    --------
    im2col : Its adjoint, not its inverse: a cell in several windows is added several times.

    Notes
    -----
    In the notation of `im2col`, with :math:`G` for `columns`,

    .. math:: X_{b,c,p,q} = \sum_{i s + m d = p}\; \sum_{j t + n e = q}
              G_{b,\; (c K_h + m) K_w + n,\; i W' + j}

    over :math:`0 \le i < H'`, :math:`0 \le m < K_h` and :math:`0 \le j < W'`,
    :math:`0 \le n < K_w`. Here :math:`0 \le b < N`, :math:`0 \le c < C`, and :math:`p` and
    :math:`q` count the rows and columns of the padded map; what falls on the padding is dropped.
    With padding in numbers it is the ONNX operator Col2Im; for images, with the same padding on
    both sides, it is PyTorch's ``fold``.

    Examples
    --------
    The windows of three cells overlap: 3 + 10 = 13.

    >>> col2im([[[1, 10], [2, 20], [3, 30]]], (5,), 3, stride=2)
    array([[[ 1.,  2., 13., 20., 30.]]])
    """
    columns = array_with_axes(columns, "columns", "N, C * K, L")
    size, whole = _spatial_shape(shape, kernel_size)
    kernel_size, stride, dilation, padding, counts = _resolve(
        size, kernel_size, stride, padding, dilation
    )
    batch, rows, windows = columns.shape
    cells = math.prod(kernel_size)
    if windows != math.prod(counts) or not rows or rows % cells:
        raise ValueError(
            f"columns must have shape (N, a multiple of {cells}, {math.prod(counts)}) for shape "
            f"{tuple(size)} and kernel_size {kernel_size}; got {columns.shape}"
        )
    if whole and whole != (batch, rows // cells):
        raise ValueError(
            f"shape {(*whole, *size)} needs columns of shape "
            f"{(whole[0], whole[1] * cells, windows)}; got {columns.shape}"
        )
    dtype = working_dtype(columns)
    columns = columns.reshape(batch, rows // cells, *kernel_size, *counts)
    margins = [n + before + after for n, (before, after) in zip(size, padding, strict=True)]
    output = np.zeros((batch, rows // cells, *margins), dtype)
    for cell, window in _met(kernel_size, stride, dilation, counts):
        output[window] += columns[(slice(None), slice(None), *cell)]
    if not any(map(any, padding)):
        return output
    inside = [slice(before, before + n) for n, (before, _) in zip(size, padding, strict=True)]
    return output[(slice(None), slice(None), *inside)].copy()


def _compressed_rows(filters, size, places, stride):
    """Return C's values, their columns, and where each row starts: the three arrays of CSR.

    Windows in one row of the output all meet the same rows of the image. In the next row the same
    columns come again, just so much further on, unless it meets the padding otherwise. So one row
    of windows is written out for each run of rows that are alike, and repeated.
    """
    outputs, channels = filters.shape[:2]
    line, plane = math.prod(size[1:]), math.prod(size)
    across, kept = _row_of_windows(size[1:], places[1:])
    inside = (places[0] >= 0) & (places[0] < size[0])
    kept_across, windows = np.count_nonzero(kept), len(inside) * len(across)
    entries = channels * np.count_nonzero(inside) * kept_across
    fits = outputs * max(entries, windows) < 2**31 and channels * plane < 2**31
    index_type = np.int32 if fits else np.int64
    indices = np.empty((outputs, entries), index_type)
    data = np.empty((outputs, entries), filters.dtype)
    stop = 0
    for first, end in _runs(inside):
        rows = inside[first]
        starts = np.arange(0, channels * plane, plane)[:, None] + places[0][first, rows] * line
        columns = (starts.reshape(1, starts.size, 1) + across[:, None, :]).astype(index_type)
        values = np.empty((outputs, *columns.shape), filters.dtype)
        values[:] = filters[:, :, rows].reshape(outputs, 1, *columns.shape[1:])
        if kept_across < kept.size:
            met = kept[:, None, :] & np.ones((starts.size, 1), bool)
            columns, values = columns[met], values[:, met]
        down = np.arange(0, (end - first) * stride * line, stride * line, index_type)[:, None]
        part = slice(stop, stop := stop + down.size * columns.size)
        np.add(columns.ravel(), down, out=indices[0, part].reshape(down.size, columns.size))
        for target, source in zip(data, values, strict=True):
            target[part].reshape(down.size, columns.size)[:] = source.ravel()
    indices[1:] = indices[0]
    if entries == windows * filters[0].size:
        indptr = np.arange(0, data.size + 1, filters[0].size, index_type)
    else:
        indptr = np.zeros(outputs * windows + 1, index_type)
        lengths = channels * np.multiply.outer(inside.sum(axis=1), kept.sum(axis=1)).ravel()
        np.cumsum(np.tile(lengths, outputs), out=indptr[1:])
    return data.ravel(), indices.ravel(), indptr


def _row_of_windows(size, places):
    """Return which cells of a line of the image the windows in one row of the output meet.

    The line takes in all axes but the first. Both tables have one row per window and one column
    per kernel cell: the places on the line, and whether they lie on the image at all.
    """
    if not places:
        return np.zeros((1, 1), np.int64), np.ones((1, 1), bool)
    across, kept = places[0], (places[0] >= 0) & (places[0] < size[0])
    for n, place in zip(size[1:], places[1:], strict=True):
        shape = len(across) * len(place), across.shape[1] * place.shape[1]
        on_image = (place >= 0) & (place < n)
        across = (across[:, None, :, None] * n + place[:, None, :]).reshape(shape)
        kept = (kept[:, None, :, None] & on_image[:, None, :]).reshape(shape)
    return across, kept


def _runs(inside):
    """List the runs of output rows whose kernels lie on the image in the same rows of theirs."""
    changes = (inside[1:] != inside[:-1]).any(axis=1).nonzero()[0]
    return pairwise([0, *(changes + 1).tolist(), len(inside)])


def _met(kernel_size, stride, dilation, counts):
    """List, per kernel cell, the cells of a padded batch that it meets: one for each window."""
    for cell in np.ndindex(kernel_size):
        starts = [place * gap for place, gap in zip(cell, dilation, strict=True)]
        window = [
            slice(start, start + (count - 1) * step + 1, step)
            for start, count, step in zip(starts, counts, stride, strict=True)
        ]
        yield cell, (slice(None), slice(None), *window)


def _resolve(size, kernel_size, stride, padding, dilation):
    """Check the options, and give each one entry per axis; then count the windows."""
    axes = len(size)
    kernel_size = per_axis(kernel_size, "kernel_size", axes=axes)
    stride = per_axis(stride, "stride", axes=axes)
    dilation = per_axis(dilation, "dilation", axes=axes)
    padding = resolve_padding(padding, size, kernel_size, stride, dilation)
    counts = output_shape(size, kernel_size, stride=stride, padding=padding, dilation=dilation)
    return kernel_size, stride, dilation, padding, counts


def _as_filters(kernel, image_shape):
    """Return filters (C_out, C_in, *kernel), and the image's channels and spatial size."""
    kernel = real_array(kernel, "kernel")
    shape = as_shape(image_shape, "image_shape")
    one_window = kernel.ndim == len(shape) and kernel.ndim in SPATIAL_AXES
    layer = kernel.ndim == len(shape) + 1 and kernel.ndim - 2 in SPATIAL_AXES
    if not (one_window or layer):
        raise ValueError(
            "kernel (K_h, K_w) goes with image_shape (H, W), and kernel (C_out, C_in, K_h, K_w) "
            "with (C_in, H, W); the same with 1 or 3 spatial axes; "
            f"got kernel of shape {kernel.shape} and image_shape {shape}"
        )
    if 0 in kernel.shape:
        raise ValueError(f"no axis of kernel may be empty; got shape {kernel.shape}")
    kernel = kernel.astype(working_dtype(kernel), copy=False)
    if one_window:
        return kernel[None, None], 1, shape
    if kernel.shape[1] != shape[0]:
        raise ValueError(
            f"kernel expects {kernel.shape[1]} input channels (shape {kernel.shape}), "
            f"image_shape has {shape[0]}: {shape}{_advice_on_groups(kernel, shape[0])}"
        )
    return kernel, shape[0], shape[1:]


def _advice_on_groups(kernel, channels):
    """Say what to do instead, if the kernel could be that of a layer with groups."""
    groups, rest = divmod(channels, kernel.shape[1])
    if rest or groups < 2 or len(kernel) % groups:
        return ""
    return (
        f"; there are no groups here: for {groups}, take conv_matrix of each group's filters and "
        f"scipy.sparse.block_diag of the {groups} matrices"
    )


def _spatial_shape(shape, kernel_size):
    """Split a shape into the spatial size and, where it has them, (N, C)."""
    shape = as_shape(shape, "shape", minimum=0)
    if is_sequence(kernel_size):
        axes = len(kernel_size)
    else:
        axes = len(shape) if len(shape) in SPATIAL_AXES else len(shape) - 2
    if axes not in SPATIAL_AXES or len(shape) not in (axes, axes + 2):
        raise ValueError(
            "shape must be the maps' (H, W) or the batch's (N, C, H, W), or the like with 1 or 3 "
            f"spatial axes; got {shape} with kernel_size {kernel_size!r}"
        )
    size, whole = shape[len(shape) - axes :], shape[: len(shape) - axes]
    if 0 in size:
        raise ValueError(f"shape must have at least 1 cell along each spatial axis; got {shape}")
    return size, whole
