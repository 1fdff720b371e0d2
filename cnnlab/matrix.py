"""Convolution as a matrix: C, which is sparse, and the columns of im2col.

All raise a TypeError for what is no number, or no integer where one is needed, and a ValueError for
shapes that do not go together and options out of range.
"""

import math

import numpy as np

from cnnlab import _arguments as given
from cnnlab.shapes import lay_windows


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
    stride, padding, dilation
        As in `cnnlab.conv2d`.

    Returns
    -------
    scipy.sparse.csr_array of shape (A_O, A_I)
        ``A_O`` output cells by ``A_I`` input cells; both count row by row, and channel after
        channel. The values have the kernel's own float type, at least float32; integers become
        float64. Indices ascend in each row, without duplicates; they are int32 where that is
        enough.

    See Also
    --------
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
    windows = lay_windows(
        size, filters.shape[2:], stride=stride, padding=padding, dilation=dilation
    )
    shape = len(filters) * math.prod(windows.count), channels * math.prod(size)
    index = np.int32 if max(shape[0] * filters[0].size, shape[1]) < 2**31 else np.int64
    numbers = np.arange(1, shape[1] + 1, dtype=index).reshape(1, channels, *size)
    met = _columns(numbers, windows)[0].T  # the number of each cell that a window meets, or 0
    real = met > 0
    values = np.broadcast_to(filters.reshape(len(filters), 1, -1), (len(filters), *met.shape))
    ends = np.cumsum(np.tile(real.sum(axis=1), len(filters)))
    cells = np.tile(met[real] - index(1), len(filters))
    rows = np.concatenate([[0], ends]).astype(index)
    return csr_array((values[:, real].ravel(), cells, rows), shape=shape)


def im2col(x, kernel_size, *, stride=1, padding=0, dilation=1):
    r"""Copy each window of a batch into a column, so that convolution is one matrix product.

    Parameters
    ----------
    x : array_like of shape (N, C, *size)
        The batch, with one, two or three spatial axes; N may be 0.
    kernel_size : int or tuple of int
        Cells of a window.
    stride, padding, dilation
        As in `cnnlab.conv2d`.

    Returns
    -------
    ndarray of shape (N, C * K_h * K_w, H' * W')
        A new array: one column per window, one row per channel and window cell. With one spatial
        axis the shape is (N, C * K, L'), with three (N, C * K_t * K_h * K_w, T' * H' * W'). It
        has the type of `x`, at least float32; integers become float64.

    See Also
    --------
    col2im : The way back, which adds.

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
    (x,) = given.as_floats(given.batch_of_maps(x, "x"))
    windows = lay_windows(
        x.shape[2:], kernel_size, stride=stride, padding=padding, dilation=dilation
    )
    return _columns(x, windows)


def col2im(columns, shape, kernel_size, *, stride=1, padding=0, dilation=1):
    r"""Add columns up where their windows lie: the adjoint of `im2col`, which is not its inverse.

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
    columns = given.array_with_axes(columns, "columns", "N, C * K, L")
    size, whole = _spatial_shape(shape, kernel_size)
    windows = lay_windows(size, kernel_size, stride=stride, padding=padding, dilation=dilation)
    batch, rows, positions = columns.shape
    cells, expected = math.prod(windows.kernel_size), math.prod(windows.count)
    if positions != expected or not rows or rows % cells:
        raise ValueError(
            f"columns must have shape (N, a multiple of {cells}, {expected}) for shape "
            f"{tuple(size)} and kernel_size {windows.kernel_size}; got {columns.shape}"
        )
    if whole and whole != (batch, rows // cells):
        raise ValueError(
            f"shape {(*whole, *size)} needs columns of shape "
            f"{(whole[0], whole[1] * cells, positions)}; got {columns.shape}"
        )
    columns = columns.reshape(batch, rows // cells, *windows.kernel_size, *windows.count)
    output = np.zeros((batch, rows // cells, *size), given.working_dtype(columns))
    for cell, some, cells in windows.meetings():
        output[(..., *cells)] += columns[(slice(None), slice(None), *cell, *some)]
    return output


def _columns(x, windows):
    """Copy the windows of maps into columns, the padding as 0: (N, C * kernel cells, windows)."""
    columns = np.zeros((*x.shape[:2], *windows.kernel_size, *windows.count), x.dtype)
    for cell, some, cells in windows.meetings():
        columns[(slice(None), slice(None), *cell, *some)] = x[(..., *cells)]
    rows = x.shape[1] * math.prod(windows.kernel_size)
    return columns.reshape(len(x), rows, math.prod(windows.count))


def _as_filters(kernel, image_shape):
    """Return filters (C_out, C_in, *kernel), and the image's channels and spatial size."""
    kernel = given.real_array(kernel, "kernel")
    shape = given.as_shape(image_shape, "image_shape")
    one_window = kernel.ndim == len(shape) and kernel.ndim in given.SPATIAL_AXES
    layer = kernel.ndim == len(shape) + 1 and kernel.ndim - 2 in given.SPATIAL_AXES
    if not (one_window or layer):
        raise ValueError(
            "kernel (K_h, K_w) goes with image_shape (H, W), and kernel (C_out, C_in, K_h, K_w) "
            "with (C_in, H, W); the same with 1 or 3 spatial axes; "
            f"got kernel of shape {kernel.shape} and image_shape {shape}"
        )
    if 0 in kernel.shape:
        raise ValueError(f"no axis of kernel may be empty; got shape {kernel.shape}")
    (kernel,) = given.as_floats(kernel)
    if one_window:
        return kernel[None, None], 1, shape
    if kernel.shape[1] != shape[0]:
        groups, rest = divmod(shape[0], kernel.shape[1])
        advice = (
            f"; there are no groups here: for {groups}, take conv_matrix of each group's filters "
            f"and scipy.sparse.block_diag of the {groups} matrices"
        )
        raise ValueError(
            f"kernel expects {kernel.shape[1]} input channels (shape {kernel.shape}), "
            f"image_shape has {shape[0]}: {shape}"
            f"{'' if rest or groups < 2 or len(kernel) % groups else advice}"
        )
    return kernel, shape[0], shape[1:]


def _spatial_shape(shape, kernel_size):
    """Split a shape into the spatial size and, where it has them, (N, C)."""
    shape = given.as_shape(shape, "shape", minimum=0)
    axes = len(shape) if len(shape) in given.SPATIAL_AXES else len(shape) - 2
    axes = len(kernel_size) if given.is_sequence(kernel_size) else axes
    if axes not in given.SPATIAL_AXES or len(shape) not in (axes, axes + 2):
        raise ValueError(
            "shape must be the maps' (H, W) or the batch's (N, C, H, W), or the like with 1 or 3 "
            f"spatial axes; got {shape} with kernel_size {kernel_size!r}"
        )
    size, whole = shape[len(shape) - axes :], shape[: len(shape) - axes]
    if 0 in size:
        raise ValueError(f"shape must have at least 1 cell along each spatial axis; got {shape}")
    return size, whole
