"""Pooling: one number for each window, for each map, or for one cell of several channels."""

import math
from numbers import Real
from typing import NamedTuple

import numpy as np

from cnnlab import pooling_engine
from cnnlab.arguments import as_integer, batch_of_maps, real_array, working_dtype
from cnnlab.windows import as_flag, lay_windows

MANY = 64  # terms that are added one after the other in float32, at most


class Pooled(NamedTuple):
    """What max pooling gives.

    Attributes
    ----------
    output : ndarray of shape (N, C, *size')
        The maximum of each window.
    switches : ndarray of int64, of shape (N, C, *size'), or None
        Where it was: the flat index into the spatial extent of its map, so ``row * W + column``
        in an image. None if it was not asked for.
    """

    output: np.ndarray
    switches: np.ndarray | None


def max_pool1d(x, kernel_size, *, stride=None, padding=0, dilation=1, ceil=False, switches=True):
    """Take the maximum of each window of a batch of sequences: `max_pool2d` with one axis.

    Parameters
    ----------
    x : array_like of shape (N, C, L)
        The batch.
    kernel_size, stride, padding, dilation, ceil, switches
        As in `max_pool2d`, with one axis.

    Returns
    -------
    Pooled
        ``output`` and ``switches``, each of shape (N, C, L').

    See Also
    --------
    max_pool2d : The options, the maximum and the errors.

    Examples
    --------
    >>> max_pool1d([[[3, 1, 4, 4, 5]]], 2)
    Pooled(output=array([[[3., 4.]]]), switches=array([[[0, 2]]]))
    """
    return _max_pool(x, kernel_size, stride, padding, dilation, ceil, switches, axes=1)


def max_pool2d(x, kernel_size, *, stride=None, padding=0, dilation=1, ceil=False, switches=True):
    r"""Take the maximum of each window of a batch of images, and say where it was.

    Parameters
    ----------
    x : array_like of shape (N, C, H, W)
        The batch; N may be 0. Never modified.
    kernel_size : int or (int, int)
        Rows and columns of a window.
    stride : int or (int, int), optional
        Cells from one window to the next; by default `kernel_size`, so that windows do not overlap.
    padding : int, (int, int), ((int, int), (int, int)) or {"valid", "same", "full"}, default 0
        Cells added around each map: one number, one per axis, or one ``(before, after)`` per axis.
        They hold minus infinity, so they are never the maximum, whatever the map holds.
        ``"valid"`` adds none. ``"same"`` gives an output of ``ceil(size / stride)``; an odd cell
        goes after. ``"full"`` lets every cell of the window meet every cell of the map.
    dilation : int or (int, int), default 1
        Cells from one cell of the window to the next.
    ceil : bool, default False
        Round the number of windows up, so that the last ones may reach beyond the padded map. A
        window that would start in the padding after the map is left out all the same.
    switches : bool, default True
        Find the switches, which takes longer than the maxima.

    Returns
    -------
    Pooled
        A named tuple: ``output`` of shape (N, C, H', W'), with the float type of x, at least
        float32, and float64 for integers; and ``switches`` of the same shape, int64, or None.
        Their memory may lie channels last.

    Raises
    ------
    TypeError
        If x does not hold real numbers, or an option is not an integer or a boolean.
    ValueError
        If x has not 4 axes, if an option is out of range, or if the window is larger than the
        padded map; with `ceil`, only if it is larger by a stride or more.

    See Also
    --------
    cnnlab.pooling_gradients.max_pool_backward : Its gradient, along the switches.
    cnnlab.pooling_gradients.max_unpool : Put the maxima back to where they were.
    cnnlab.pooling_loops.max_pool_loop : The same, window by window.
    avg_pool2d : The mean of each window.

    Notes
    -----
    With stride :math:`(s, t)`, dilation :math:`(d, e)` and :math:`p`, :math:`q` cells of padding
    before, above and to the left,

    .. math:: Y_{b,c,i,j} = \max_{0 \le m < K_h} \; \max_{0 \le n < K_w}
              X_{b,c,\; i s + m d - p,\; j t + n e - q}

    over the cells that are on the map. Each channel is pooled by itself. Among equal maxima the
    first wins, row by row. That is a convention; another is to share the gradient among them.
    If a window holds a NaN, NaN is its maximum, and the switch shows the last NaN, as in PyTorch.

    Sizes and corners are those of ONNX's MaxPool (version 22) and PyTorch's ``max_pool2d``. The
    stride is `kernel_size` by default, as in PyTorch; in ONNX it is 1. PyTorch takes padding in
    numbers, the same on both sides, and refuses more than half the window; here, as in ONNX, any
    will do. ONNX has no ``"full"``. A window that meets no cell of the map gives minus infinity,
    and its switch is -1. ONNX counts its indices over the whole batch; for those, add
    ``(b * C + c) * H * W``.

    The name "switches" is that of Zeiler & Fergus (2014, section 2.1), who put maxima back by them.

    Examples
    --------
    >>> x = [[[[1, 2, 0, 0], [5, 3, 0, 7], [1, 1, 4, 2], [0, 1, 6, 6]]]]
    >>> output, switches = max_pool2d(x, 2)
    >>> output
    array([[[[5., 7.],
             [1., 6.]]]])
    >>> switches
    array([[[[ 4,  7],
             [ 8, 14]]]])
    """
    return _max_pool(x, kernel_size, stride, padding, dilation, ceil, switches, axes=2)


def max_pool3d(x, kernel_size, *, stride=None, padding=0, dilation=1, ceil=False, switches=True):
    """Take the maximum of each window of a batch of videos: `max_pool2d` with three axes.

    Parameters
    ----------
    x : array_like of shape (N, C, T, H, W)
        The batch.
    kernel_size, stride, padding, dilation, ceil, switches
        As in `max_pool2d`, with three axes.

    Returns
    -------
    Pooled
        ``output`` and ``switches``, each of shape (N, C, T', H', W').

    See Also
    --------
    max_pool2d : The options, the maximum and the errors.

    Examples
    --------
    >>> output, switches = max_pool3d([[[[[1, 2], [3, 4]], [[8, 7], [6, 5]]]]], 2)
    >>> output.item(), switches.item()
    (8.0, 4)
    """
    return _max_pool(x, kernel_size, stride, padding, dilation, ceil, switches, axes=3)


def avg_pool1d(
    x, kernel_size, *, stride=None, padding=0, dilation=1, ceil=False, count_padding=False
):
    """Average each window of a batch of sequences: `avg_pool2d` with one axis.

    Parameters
    ----------
    x : array_like of shape (N, C, L)
        The batch.
    kernel_size, stride, padding, dilation, ceil, count_padding
        As in `avg_pool2d`, with one axis.

    Returns
    -------
    ndarray of shape (N, C, L')
        The means.

    See Also
    --------
    avg_pool2d : The options, the sum and the errors.

    Examples
    --------
    >>> avg_pool1d([[[1, 3, 5, 9]]], 2)
    array([[[2., 7.]]])
    """
    return _avg_pool(x, kernel_size, stride, padding, dilation, ceil, count_padding, axes=1)


def avg_pool2d(
    x, kernel_size, *, stride=None, padding=0, dilation=1, ceil=False, count_padding=False
):
    r"""Average each window of a batch of images.

    Parameters
    ----------
    x : array_like of shape (N, C, H, W)
        The batch; N may be 0. Never modified.
    kernel_size, stride, padding, dilation, ceil
        As in `max_pool2d`; the cells added hold 0.
    count_padding : bool, default False
        Divide by all cells of the window that are on the padded map. By default only those on the
        map itself count.

    Returns
    -------
    ndarray of shape (N, C, H', W')
        The means, with the float type of x, at least float32; float64 for integers. The memory may
        lie channels last.

    Raises
    ------
    TypeError
        If x does not hold real numbers, or an option is not an integer or a boolean.
    ValueError
        If x has not 4 axes, if an option is out of range, if the window is larger than the padded
        map (with `ceil`, only if by a stride or more), or if a window has no cell to count.

    See Also
    --------
    cnnlab.pooling_gradients.avg_pool_backward : Its gradient.
    cnnlab.pooling_loops.avg_pool_loop : The same, window by window.
    global_average_pool : One mean for each map.

    Notes
    -----
    With stride :math:`(s, t)`, dilation :math:`(d, e)`, :math:`p` and :math:`q` cells of padding
    before, and :math:`X` zero off the map,

    .. math:: Y_{b,c,i,j} = \frac{1}{A_{i,j}} \sum_{m=0}^{K_h-1} \sum_{n=0}^{K_w-1}
              X_{b,c,\; i s + m d - p,\; j t + n e - q}

    where :math:`A_{i,j}` counts the window's cells on the map or, with `count_padding`, on the
    padded map. What a last window of `ceil` has beyond that never counts. These are the rules of
    ONNX's AveragePool (version 22) and of PyTorch's ``avg_pool2d``. Their defaults differ. The
    stride is `kernel_size`, as in PyTorch; in ONNX it is 1. The padding does not count, as in ONNX;
    in PyTorch it does. PyTorch knows no dilation here.

    Examples
    --------
    >>> x = [[[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]]
    >>> avg_pool2d(x, 2, stride=1)
    array([[[[3., 4.],
             [6., 7.]]]])

    In the corners of the padded map one cell of four counts, or all four do:

    >>> avg_pool2d(x, 2, padding=1)
    array([[[[1. , 2.5],
             [5.5, 7. ]]]])
    >>> avg_pool2d(x, 2, padding=1, count_padding=True)
    array([[[[0.25, 1.25],
             [2.75, 7.  ]]]])
    """
    return _avg_pool(x, kernel_size, stride, padding, dilation, ceil, count_padding, axes=2)


def avg_pool3d(
    x, kernel_size, *, stride=None, padding=0, dilation=1, ceil=False, count_padding=False
):
    """Average each window of a batch of videos: `avg_pool2d` with three axes.

    Parameters
    ----------
    x : array_like of shape (N, C, T, H, W)
        The batch.
    kernel_size, stride, padding, dilation, ceil, count_padding
        As in `avg_pool2d`, with three axes.

    Returns
    -------
    ndarray of shape (N, C, T', H', W')
        The means.

    See Also
    --------
    avg_pool2d : The options, the sum and the errors.

    Examples
    --------
    >>> avg_pool3d([[[[[1, 2], [3, 4]], [[8, 7], [6, 5]]]]], 2)
    array([[[[[4.5]]]]])
    """
    return _avg_pool(x, kernel_size, stride, padding, dilation, ceil, count_padding, axes=3)


def lp_pool1d(x, kernel_size, *, p=2, stride=None, padding=0, dilation=1, ceil=False):
    """Take the p-norm of each window of a batch of sequences: `lp_pool2d` with one axis.

    Parameters
    ----------
    x : array_like of shape (N, C, L)
        The batch.
    kernel_size, p, stride, padding, dilation, ceil
        As in `lp_pool2d`, with one axis.

    Returns
    -------
    ndarray of shape (N, C, L')
        The norms.

    See Also
    --------
    lp_pool2d : The options, the sum and the errors.

    Examples
    --------
    >>> lp_pool1d([[[3, 4, 0, -5]]], 2)
    array([[[5., 5.]]])
    """
    return _lp_pool(x, kernel_size, p, stride, padding, dilation, ceil, axes=1)


def lp_pool2d(x, kernel_size, *, p=2, stride=None, padding=0, dilation=1, ceil=False):
    r"""Take the p-norm of each window of a batch of images; the L2 norm by default.

    Parameters
    ----------
    x : array_like of shape (N, C, H, W)
        The batch; N may be 0. Never modified.
    kernel_size, stride, padding, dilation, ceil
        As in `max_pool2d`; the cells added hold 0.
    p : float, default 2
        The power, at least 1 and finite.

    Returns
    -------
    ndarray of shape (N, C, H', W')
        The norms, with the float type of x, at least float32; float64 for integers. The memory may
        lie channels last.

    Raises
    ------
    TypeError
        If x does not hold real numbers, p is not a number, or another option not an integer or a
        boolean.
    ValueError
        If x has not 4 axes, if an option is out of range, or if the window is larger than the
        padded map; with `ceil`, only if it is larger by a stride or more.

    See Also
    --------
    cnnlab.pooling_gradients.lp_pool_backward : Its gradient.
    cnnlab.pooling_loops.lp_pool_loop : The same, window by window.

    Notes
    -----
    With stride :math:`(s, t)`, dilation :math:`(d, e)`, :math:`u` and :math:`v` cells of padding
    before, and :math:`X` zero off the map,

    .. math:: Y_{b,c,i,j} = \Bigl( \sum_{m=0}^{K_h-1} \sum_{n=0}^{K_w-1}
              |X_{b,c,\; i s + m d - u,\; j t + n e - v}|^p \Bigr)^{1/p}

    It is a sum, not a mean: :math:`p = 1` is the average of the magnitudes times the cells of the
    window, and as :math:`p` grows the norm nears the largest magnitude. The powers are computed as
    they stand, in the type of the result. One that is too large for it makes the norm infinite, and
    those that are too small count as 0: in float32, 1e30 squared is infinite already.

    This is ONNX's LpPool (version 22), but for the stride, which is 1 there by default. PyTorch's
    ``lp_pool2d`` has the stride of `kernel_size`, as here. It knows no padding and leaves out the
    magnitude, which shows for an odd `p` and negative cells; with `ceil` it scales the sum of a
    window that is cut off.

    Examples
    --------
    >>> lp_pool2d([[[[1, 2, 0], [2, 4, -7]]]], 2, stride=1)
    array([[[[5.        , 8.30662386]]]])

    The first is the root of 1 + 4 + 4 + 16 = 25, the second of 4 + 0 + 16 + 49 = 69.
    """
    return _lp_pool(x, kernel_size, p, stride, padding, dilation, ceil, axes=2)


def lp_pool3d(x, kernel_size, *, p=2, stride=None, padding=0, dilation=1, ceil=False):
    """Take the p-norm of each window of a batch of videos: `lp_pool2d` with three axes.

    Parameters
    ----------
    x : array_like of shape (N, C, T, H, W)
        The batch.
    kernel_size, p, stride, padding, dilation, ceil
        As in `lp_pool2d`, with three axes.

    Returns
    -------
    ndarray of shape (N, C, T', H', W')
        The norms.

    See Also
    --------
    lp_pool2d : The options, the sum and the errors.

    Examples
    --------
    >>> lp_pool3d([[[[[1, 1], [1, 1]], [[1, 1], [1, 3]]]]], 2)
    array([[[[[4.]]]]])
    """
    return _lp_pool(x, kernel_size, p, stride, padding, dilation, ceil, axes=3)


def global_average_pool(x):
    r"""Average each map over all of its cells.

    Parameters
    ----------
    x : array_like of shape (N, C, *size)
        The batch, with one, two or three spatial axes. Never modified.

    Returns
    -------
    ndarray of shape (N, C, 1, ...)
        The means. Each spatial axis stays, with one cell, as in ONNX's GlobalAveragePool; for a
        table of shape (N, C) take ``[:, :, 0, 0]``. They have the float type of x, at least
        float32, and float64 for integers; they are added up in float64 at least.

    Raises
    ------
    TypeError
        If x does not hold real numbers.
    ValueError
        If x has not 3 to 5 axes, or one of them but the batch is empty.

    See Also
    --------
    avg_pool2d : The mean of each window; a window as large as the map gives the same.

    Notes
    -----
    .. math:: Y_{b,c} = \frac{1}{H W} \sum_{i=0}^{H-1} \sum_{j=0}^{W-1} X_{b,c,i,j}

    for images. Lin, Chen & Yan (2014, section 3.2) put it in place of the dense layers at the end
    of a network.

    Examples
    --------
    >>> global_average_pool([[[[1, 2, 3], [4, 5, 9]], [[0, 0, 0], [0, 0, 6]]]])
    array([[[[4.]],
    <BLANKLINE>
            [[1.]]]])
    """
    x = any_maps(x, "x")
    spatial = tuple(range(2, x.ndim))
    precise = np.result_type(np.float64, working_dtype(x))
    return x.mean(axis=spatial, dtype=precise, keepdims=True).astype(working_dtype(x))


def depthwise_max_pool(x, depth):
    r"""Take the maximum across each group of neighbouring channels, cell by cell.

    Parameters
    ----------
    x : array_like of shape (N, C, *size)
        The batch, with one, two or three spatial axes. Never modified.
    depth : int
        Channels in a group; it divides C.

    Returns
    -------
    ndarray of shape (N, C // depth, *size)
        The maxima, with the float type of x, at least float32; float64 for integers.

    Raises
    ------
    TypeError
        If x does not hold real numbers, or `depth` is not an integer.
    ValueError
        If x has not 3 to 5 axes, one of them but the batch is empty, or `depth` does not divide C.

    See Also
    --------
    max_pool2d : The maximum within each map.

    Notes
    -----
    With depth :math:`D`,

    .. math:: Y_{b,g,i,j} = \max_{0 \le k < D} X_{b,\; g D + k,\; i,\; j}

    for :math:`0 \le g < C / D`. If the channels of a group look for the same thing turned by
    various angles, the result no longer depends on the angle (Géron 2019, chapter 14). NaN
    propagates.

    Examples
    --------
    >>> depthwise_max_pool([[[1, 5], [4, 2], [0, 0], [7, -1]]], 2)
    array([[[4., 5.],
            [7., 0.]]])
    """
    x = any_maps(x, "x")
    depth = as_integer(depth, "depth", minimum=1)
    channels = x.shape[1]
    if channels % depth:
        fitting = ", ".join(str(n) for n in range(1, channels + 1) if channels % n == 0)
        raise ValueError(f"depth must divide the {channels} channels of x ({fitting}); got {depth}")
    best = x[:, ::depth].astype(working_dtype(x))
    for channel in range(1, depth):
        np.maximum(best, x[:, channel::depth], out=best)
    return best


def _max_pool(x, kernel_size, stride, padding, dilation, ceil, switches, *, axes):
    """Check, then take the maxima on any number of spatial axes."""
    x = batch_of_maps(x, "x", axes=axes)
    switches = as_flag(switches, "switches")
    windows = lay_windows(
        x.shape[2:], kernel_size, stride=stride, padding=padding, dilation=dilation, ceil=ceil
    )
    return Pooled(*pooling_engine.maxima(x, windows, working_dtype(x), switches=switches))


def _avg_pool(x, kernel_size, stride, padding, dilation, ceil, count_padding, *, axes):
    """Check, then average on any number of spatial axes."""
    x = batch_of_maps(x, "x", axes=axes)
    windows = lay_windows(
        x.shape[2:], kernel_size, stride=stride, padding=padding, dilation=dilation, ceil=ceil
    )
    divisor = cells_that_count(windows, count_padding)
    dtype = working_dtype(x)
    sums = pooling_engine.sums(x, windows, type_to_add_in(dtype, windows), divisor=divisor)
    return sums.astype(dtype, copy=False)


def _lp_pool(x, kernel_size, p, stride, padding, dilation, ceil, *, axes):
    """Check, then take norms on any number of spatial axes."""
    x = batch_of_maps(x, "x", axes=axes)
    p = as_power(p)
    windows = lay_windows(
        x.shape[2:], kernel_size, stride=stride, padding=padding, dilation=dilation, ceil=ceil
    )
    dtype = working_dtype(x)
    norms = pooling_engine.norms(x, windows, type_to_add_in(dtype, windows), p)
    return norms.astype(dtype, copy=False)


def type_to_add_in(dtype, windows):
    """Choose the type to add up in: float32 loses digits over many terms.

    Parameters
    ----------
    dtype : dtype
        The type of the result.
    windows : Windows
        The layout.

    Returns
    -------
    dtype
        The same for the usual windows; at least float64 for those of many cells along an axis.
    """
    many = max(windows.kernel_size) > MANY
    return np.result_type(dtype, np.float64) if many else dtype


def cells_that_count(windows, count_padding):
    """Say what each mean is divided by.

    Parameters
    ----------
    windows : Windows
        The layout.
    count_padding : bool
        Whether cells in the padding count.

    Returns
    -------
    ndarray of shape (*count,)
        One integer per window, at least 1.

    Raises
    ------
    TypeError
        If `count_padding` is not a boolean.
    ValueError
        If a window has no cell that counts.
    """
    cells = windows.cells_per_window(padded=as_flag(count_padding, "count_padding"))
    if not cells.all():
        window = tuple(int(at) for at in np.argwhere(cells == 0)[0])
        raise ValueError(
            f"padding {windows.padding} leaves window {window} without a cell of x to average; "
            f"use less padding, or count_padding=True"
        )
    return cells


def as_power(p):
    """Take the power of a norm.

    Parameters
    ----------
    p : float
        What came.

    Returns
    -------
    float
        The same, as Python's own type.

    Raises
    ------
    TypeError
        If it is not a real number.
    ValueError
        If it is less than 1, or not finite.
    """
    if isinstance(p, (bool, np.bool_)) or not isinstance(p, Real):
        raise TypeError(f"p must be a number of at least 1; got {p!r} ({type(p).__name__})")
    if not 1 <= p < math.inf:
        hint = "; for the largest magnitude, max_pool of abs(x)" if p == math.inf else ""
        raise ValueError(f"p must be a finite number of at least 1; got {p}{hint}")
    return float(p)


def any_maps(value, name):
    """Take a batch with one, two or three spatial axes.

    Parameters
    ----------
    value : array_like of shape (N, C, *size)
        What came.
    name : str
        The argument's name, for the messages.

    Returns
    -------
    ndarray
        `value` itself if it is an array already.

    Raises
    ------
    TypeError
        If it does not hold real numbers.
    ValueError
        If it has not 3 to 5 axes, or one of them but the batch is empty.
    """
    array = real_array(value, name)
    if not 3 <= array.ndim <= 5:
        raise ValueError(
            f"{name} must have 3 to 5 axes, (N, C, L) to (N, C, T, H, W); got shape {array.shape}"
        )
    return batch_of_maps(array, name, axes=array.ndim - 2)
