"""A kernel slides over an image: cross-correlation, and convolution."""

import numpy as np

from cnnlab.arguments import listed, nearest, per_axis, real_array, working_dtype
from cnnlab.shapes import output_shape, resolve_padding

# What each border is called in numpy.pad.
_NUMPY_MODES = {"zero": "constant", "replicate": "edge", "reflect": "reflect", "wrap": "wrap"}
BORDERS = tuple(_NUMPY_MODES)
BLOCK = 2**18  # bytes of output that are added up at a time, so that they stay in the cache


def cross_correlate2d(image, kernel, *, stride=1, padding="valid", dilation=1, border="zero"):
    r"""Slide a kernel over an image, as it is: multiply, and add up.

    This is what neural networks call convolution. The kernel is not flipped.

    Parameters
    ----------
    image : array_like of shape (H, W)
        Real numbers. Never modified.
    kernel : array_like of shape (K_h, K_w)
        Real numbers. Never modified.
    stride : int or (int, int), default 1
        Cells from one position to the next, for rows and columns.
    padding : int, (int, int), ((int, int), (int, int)) or {"valid", "same", "full"}
        Cells added around the image: one number, one per axis, or one ``(before, after)`` per
        axis. ``"valid"``, the default, adds none. ``"same"`` gives an output of
        ``ceil(size / stride)``; an odd cell goes after, that is below and to the right.
        ``"full"`` lets every cell of the kernel meet every cell of the image.
    dilation : int or (int, int), default 1
        Cells from one kernel cell to the next; 1 is a dense kernel.
    border : {"zero", "replicate", "reflect", "wrap"}, default "zero"
        What the added cells hold. It matters only where there are any.

    Returns
    -------
    ndarray of shape (H', W')
        It has the widest float type of the operands, at least float32; float64 if neither holds
        floats, so bytes never overflow.

    Raises
    ------
    TypeError
        If an operand does not hold real numbers, or an option is not an integer.
    ValueError
        If an operand has not 2 axes or no cells, if an option is out of range, or if the kernel
        is larger than the padded image.

    See Also
    --------
    convolve2d : The same with the kernel flipped.
    cnnlab.shapes.output_size : The size of the output along one axis.

    Notes
    -----
    With stride :math:`(s, t)`, dilation :math:`(d, e)` and the padded image :math:`X`,

    .. math:: Y_{i,j} = \sum_{m=0}^{K_h-1} \sum_{n=0}^{K_w-1} X_{i s + m d,\; j t + n e} K_{m,n}

    for :math:`0 \le i < H'` and :math:`0 \le j < W'`. NaN and infinity propagate by the rules of
    IEEE 754, as in NumPy: a window that holds a NaN gives NaN, also where the kernel is 0.

    The terms are added one kernel cell after the other, row by row, so a sum is the same to the
    last bit on every machine. It depends on the window's own cells alone, whatever stands beside
    them and however memory is laid out.

    Three letters ``abc`` continue to the right as ``abc|000`` for ``"zero"``, ``abc|ccc`` for
    ``"replicate"``, ``abc|ba`` for ``"reflect"`` and ``abc|abc`` for ``"wrap"``. So ``"reflect"``
    does not repeat the edge cell. NumPy and PyTorch call this "reflect", OpenCV
    ``BORDER_REFLECT_101``, SciPy's ndimage "mirror". Padding wider than the image keeps
    mirroring, or wrapping round. What is ``"replicate"`` here is "edge" in NumPy and "nearest"
    in ndimage.

    The name follows signal processing; Goodfellow, Bengio & Courville (2016, section 9.1) set
    out both operations, and note that libraries call this one convolution. Stride, padding and
    dilation count as in Dumoulin & Visin (2016).

    Examples
    --------
    >>> image = [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]]
    >>> cross_correlate2d(image, [[0, 1], [2, 3]])
    array([[30., 36., 42.],
           [54., 60., 66.]])

    At the first position that is 0·1 + 1·2 + 2·5 + 3·6 = 30.

    >>> cross_correlate2d(image, [[1, 1, 1]], padding=((0, 0), (1, 1)), stride=(2, 3))
    array([[ 3.,  7.],
           [19., 23.]])
    """
    image = _as_plane(image, "image", "(H, W)")
    kernel = _as_plane(kernel, "kernel", "(K_h, K_w)")
    stride = per_axis(stride, "stride", axes=2)
    dilation = per_axis(dilation, "dilation", axes=2)
    mode = _numpy_mode(border)
    padding = resolve_padding(padding, image.shape, kernel.shape, stride, dilation)
    shape = output_shape(
        image.shape, kernel.shape, stride=stride, padding=padding, dilation=dilation
    )

    dtype = working_dtype(image, kernel)
    padded, kernel = image.astype(dtype, copy=False), kernel.astype(dtype, copy=False)
    if any(map(any, padding)):
        padded = np.pad(padded, padding, mode=mode)
    output = np.zeros(shape, dtype)
    rows = max(BLOCK // output[0].nbytes, 1)
    for first in range(0, shape[0], rows):
        block = output[first : first + rows]
        for m, n in np.ndindex(kernel.shape):
            top, left = first * stride[0] + m * dilation[0], n * dilation[1]
            cells = padded[top :: stride[0], left :: stride[1]]
            block += cells[: len(block), : shape[1]] * kernel[m, n]
    return output


def convolve2d(image, kernel, *, stride=1, padding="valid", dilation=1, border="zero"):
    r"""Slide a kernel over an image, flipped both ways: multiply, and add up.

    This is the convolution of mathematics and signal processing. For every choice of options it
    is ``cross_correlate2d(image, flip_kernel(kernel), ...)``: that is its definition here.

    Parameters
    ----------
    image : array_like of shape (H, W)
        Real numbers. Never modified.
    kernel : array_like of shape (K_h, K_w)
        Real numbers. Never modified.
    stride : int or (int, int), default 1
        Cells from one position to the next, for rows and columns.
    padding : int, (int, int), ((int, int), (int, int)) or {"valid", "same", "full"}
        Cells added around the image, as in `cross_correlate2d`. The default is ``"valid"``.
    dilation : int or (int, int), default 1
        Cells from one kernel cell to the next; 1 is a dense kernel.
    border : {"zero", "replicate", "reflect", "wrap"}, default "zero"
        What the added cells hold.

    Returns
    -------
    ndarray of shape (H', W')
        Its type is chosen as in `cross_correlate2d`.

    Raises
    ------
    TypeError
        If an operand does not hold real numbers, or an option is not an integer.
    ValueError
        If an operand has not 2 axes or no cells, if an option is out of range, or if the kernel
        is larger than the padded image.

    See Also
    --------
    cross_correlate2d : The same with the kernel as it is.
    flip_kernel : The flip on its own.

    Notes
    -----
    At stride 1 and dilation 1, with the padded image :math:`X`,

    .. math:: Y_{i,j} = \sum_{m=0}^{K_h-1} \sum_{n=0}^{K_w-1}
              X_{i + K_h - 1 - m,\; j + K_w - 1 - n} K_{m,n}

    which with padding ``"full"`` is the textbook's :math:`\sum_m \sum_n I_{i-m,\, j-n} K_{m,n}`
    (Goodfellow, Bengio & Courville 2016, section 9.1). A symmetric kernel gives the same either
    way.

    With padding ``"same"`` and an even kernel the odd padding cell goes after, below and to the
    right, as in `cross_correlate2d`. `scipy.signal.convolve2d` puts it before; for odd kernels the
    two agree.

    Examples
    --------
    An impulse shows the difference: convolution copies the kernel, correlation flips it.

    >>> impulse = [[0, 0, 0], [0, 1, 0], [0, 0, 0]]
    >>> convolve2d(impulse, [[1, 2], [3, 4]])
    array([[1., 2.],
           [3., 4.]])
    >>> cross_correlate2d(impulse, [[1, 2], [3, 4]])
    array([[4., 3.],
           [2., 1.]])
    """
    return cross_correlate2d(
        image,
        flip_kernel(kernel),
        stride=stride,
        padding=padding,
        dilation=dilation,
        border=border,
    )


def flip_kernel(kernel):
    """Reverse the rows and the columns of a kernel: half a turn.

    Parameters
    ----------
    kernel : array_like of shape (K_h, K_w)
        Real numbers. Never modified.

    Returns
    -------
    ndarray of shape (K_h, K_w)
        A new array of the same type.

    Raises
    ------
    TypeError
        If `kernel` does not hold real numbers.
    ValueError
        If `kernel` has not 2 axes, or no cells.

    See Also
    --------
    convolve2d : What the flip is for.

    Examples
    --------
    >>> flip_kernel([[1, 2, 3], [4, 5, 6]])
    array([[6, 5, 4],
           [3, 2, 1]])
    """
    return _as_plane(kernel, "kernel", "(K_h, K_w)")[::-1, ::-1].copy()


def _as_plane(value, name, axes):
    """Return an array with 2 axes of real numbers, or say what came instead."""
    array = real_array(value, name)
    if array.ndim != 2:
        counted = "1 axis" if array.ndim == 1 else f"{array.ndim} axes"
        raise ValueError(
            f"{name} must have 2 axes {axes}; got {counted}, shape {array.shape}"
            f"{_advice(name, array)}"
        )
    if not array.size:
        raise ValueError(f"{name} must have at least 1 row and 1 column; got shape {array.shape}")
    return array


def _advice(name, array):
    """Say how to get 2 axes from what came."""
    if array.ndim == 3 and name == "image":
        return f"; pick one channel, {name}[:, :, 0], or take cnnlab.images.to_grey({name})"
    if array.ndim == 3:
        return f"; pick one plane, such as {name}[:, :, 0]"
    if array.ndim == 1:
        return f"; one row is {name}[None, :], one column {name}[:, None]"
    return ""


def _numpy_mode(border):
    """Return what numpy.pad calls this border."""
    if not isinstance(border, str) or border not in _NUMPY_MODES:
        raise ValueError(
            f"border must be one of {listed(BORDERS)}; got {border!r}{nearest(border, BORDERS)}"
        )
    return _NUMPY_MODES[border]
