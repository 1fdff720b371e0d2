"""Pooling: one number for each window, for each map, or for one cell of several channels.

Each has its gradient, and max pooling a way back to where the maxima were. All of them raise a
TypeError for what is no number, or no integer where one is needed, and a ValueError for what is out
of range or does not belong together. `cnnlab.loops` has the same window by window.
"""

from numbers import Real
from typing import NamedTuple

import numpy as np

from cnnlab import _arguments as given
from cnnlab._engine import pool as engine
from cnnlab.shapes import lay_pooling_windows

MANY = 64  # terms that are added one after the other in float32, at most


class Pooled(NamedTuple):
    """What max pooling gives: the maximum of each window, and its switch.

    The switch is where it was: the flat index into the spatial extent of its map, so
    ``row * W + column`` in an image. Without switches there is None.
    """

    output: np.ndarray
    switches: np.ndarray | None


def _max_pool(
    x, kernel_size, *, stride=None, padding=0, dilation=1, ceil=False, switches=True, axes
):
    r"""Take the maximum of each window of a batch of maps, and say where it was.

    `max_pool1d` takes sequences, `max_pool2d` images, `max_pool3d` videos or volumes; they are the
    same in all else.

    Parameters
    ----------
    x : array_like of shape (N, C, *size)
        The batch; N may be 0. `size` is L for `max_pool1d`, H and W for `max_pool2d`, T, H and W
        for `max_pool3d`.
    kernel_size : int or tuple of int
        Cells of a window, for all axes or for each.
    stride : int or tuple of int, optional
        Cells from one window to the next; by default `kernel_size`, so that windows do not overlap.
    padding, dilation
        As in `cnnlab.conv2d`. The cells added hold minus infinity, so they are never the maximum,
        whatever the map holds.
    ceil : bool, default False
        Round the number of windows up, so that the last ones may reach beyond the padded map. A
        window that would start in the padding after the map is left out all the same.
    switches : bool, default True
        Find the switches, which takes longer than the maxima.

    Returns
    -------
    Pooled
        A named tuple: ``output`` of shape (N, C, *size'), with the float type of x, at least
        float32, and float64 for integers; and ``switches`` of the same shape, int64, or None: the
        flat index of each maximum in its map, ``row * W + column`` in an image. Their memory order
        is that of x.

    Raises
    ------
    TypeError
        If x does not hold real numbers, or an option is not an integer or a boolean.
    ValueError
        If x has the wrong number of axes, if an option is out of range, or if the window is larger
        than the padded map; with `ceil`, only if it is larger by a stride or more.

    Notes
    -----
    For images, with stride :math:`(s, t)`, dilation :math:`(d, e)` and :math:`p`, :math:`q` cells
    of padding before, above and to the left,

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
    >>> max_pool1d([[[3, 1, 4, 4, 5]]], 2)
    Pooled(output=array([[[3., 4.]]]), switches=array([[[0, 2]]]))
    """
    x, windows = _lay(x, kernel_size, stride, padding, dilation, ceil, axes)
    (x,) = given.as_floats(x)
    return Pooled(*engine.maxima(x, windows, switches=given.as_flag(switches, "switches")))


max_pool1d, max_pool2d, max_pool3d = given.on_1_2_and_3_axes(_max_pool, "max_pool{}d")


def _avg_pool(
    x, kernel_size, *, stride=None, padding=0, dilation=1, ceil=False, count_padding=False, axes
):
    r"""Average each window of a batch of maps.

    Parameters
    ----------
    x : array_like of shape (N, C, *size)
        The batch; N may be 0. There are one, two or three spatial axes, as in `max_pool2d`.
    kernel_size, stride, padding, dilation, ceil
        As in `max_pool2d`; the cells added hold 0.
    count_padding : bool, default False
        Divide by all cells of the window that are on the padded map. By default only those on the
        map itself count, and each window must have one.

    Returns
    -------
    ndarray of shape (N, C, *size')
        The means, with type and memory order as by `max_pool2d`.

    Notes
    -----
    For images, with stride :math:`(s, t)`, dilation :math:`(d, e)`, :math:`p` and :math:`q` cells
    of padding before, and :math:`X` zero off the map,

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
    x, windows = _lay(x, kernel_size, stride, padding, dilation, ceil, axes)
    cells = _cells_that_count(windows, count_padding)
    sums = engine.sums(_to_add(x, given.working_dtype(x), windows), windows)
    sums /= cells.astype(sums.dtype)
    return sums.astype(given.working_dtype(x), copy=False)


avg_pool1d, avg_pool2d, avg_pool3d = given.on_1_2_and_3_axes(_avg_pool, "avg_pool{}d")


def _lp_pool(x, kernel_size, *, p=2, stride=None, padding=0, dilation=1, ceil=False, axes):
    r"""Take the p-norm of each window of a batch of maps; the L2 norm by default.

    Parameters
    ----------
    x : array_like of shape (N, C, *size)
        The batch; N may be 0. There are one, two or three spatial axes, as in `max_pool2d`.
    kernel_size, stride, padding, dilation, ceil
        As in `max_pool2d`; the cells added hold 0.
    p : float, default 2
        The power, at least 1 and finite.

    Returns
    -------
    ndarray of shape (N, C, *size')
        The norms, with type and memory order as by `max_pool2d`.

    Notes
    -----
    For images, with stride :math:`(s, t)`, dilation :math:`(d, e)`, :math:`u` and :math:`v` cells
    of padding before, and :math:`X` zero off the map,

    .. math:: Y_{b,c,i,j} = \Bigl( \sum_{m=0}^{K_h-1} \sum_{n=0}^{K_w-1}
              |X_{b,c,\; i s + m d - u,\; j t + n e - v}|^p \Bigr)^{1/p}

    It is a sum, not a mean: :math:`p = 1` is the average of the magnitudes times the cells of the
    window, and as :math:`p` grows the norm nears the largest magnitude. The powers are computed as
    they stand. One that is too large makes the norm infinite, and those that are too small count
    as 0: in float32, 1e30 squared is infinite already.

    This is ONNX's LpPool (version 22), but for the stride, which is 1 there by default. PyTorch's
    ``lp_pool2d`` has the stride of `kernel_size`, as here. It knows no padding and leaves out the
    magnitude, which shows for an odd `p` and negative cells; with `ceil` it scales the sum of a
    window that is cut off.

    Examples
    --------
    The first is the root of 1 + 4 + 4 + 16 = 25, the second of 4 + 0 + 16 + 49 = 69.

    >>> lp_pool2d([[[[1, 2, 0], [2, 4, -7]]]], 2, stride=1)
    array([[[[5.        , 8.30662386]]]])
    """
    x, windows = _lay(x, kernel_size, stride, padding, dilation, ceil, axes)
    norms = _norms(_to_add(x, given.working_dtype(x), windows), windows, _as_power(p))
    return norms.astype(given.working_dtype(x), copy=False)


lp_pool1d, lp_pool2d, lp_pool3d = given.on_1_2_and_3_axes(_lp_pool, "lp_pool{}d")


def global_average_pool(x):
    r"""Average each map over all of its cells.

    Parameters
    ----------
    x : array_like of shape (N, C, *size)
        The batch, with one, two or three spatial axes.

    Returns
    -------
    ndarray of shape (N, C, 1, ...)
        The means, typed as by `avg_pool2d`; they are added up in float64 at least. Each spatial
        axis stays, with one cell, as in ONNX's GlobalAveragePool; for a table of shape (N, C) take
        ``[:, :, 0, 0]``.

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
    x = given.batch_of_maps(x, "x")
    precise = np.result_type(np.float64, given.working_dtype(x))
    means = x.mean(axis=tuple(range(2, x.ndim)), dtype=precise, keepdims=True)
    return means.astype(given.working_dtype(x))


def depthwise_max_pool(x, depth):
    r"""Take the maximum across each group of neighbouring channels, cell by cell.

    Parameters
    ----------
    x : array_like of shape (N, C, *size)
        The batch, with one, two or three spatial axes.
    depth : int
        Channels in a group; it divides C.

    Returns
    -------
    ndarray of shape (N, C // depth, *size)
        The maxima, typed as by `max_pool2d`.

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
    x = given.batch_of_maps(x, "x")
    depth = given.as_integer(depth, "depth", minimum=1)
    channels = x.shape[1]
    if channels % depth:
        raise ValueError(
            f"depth must divide the {channels} channels of x ({given.divisors(channels)}); "
            f"got {depth}"
        )
    best = x[:, ::depth].astype(given.working_dtype(x))
    for channel in range(1, depth):
        np.maximum(best, x[:, channel::depth], out=best)
    return best


def max_pool_backward(grad_output, switches, input_shape):
    r"""Send each gradient to the cell that won its window.

    Parameters
    ----------
    grad_output : array_like of shape (N, C, *size')
        The gradient of a loss with respect to the output of `max_pool2d`, or of its kin.
    switches : array_like of int, of shape (N, C, *size')
        Where the maxima were, as max pooling gives them.
    input_shape : tuple of int
        The shape of x, (N, C, *size).

    Returns
    -------
    ndarray of shape (N, C, *size)
        The gradient with respect to x, with the float type of `grad_output`, at least float32;
        float64 for integers.

    Notes
    -----
    With the flat index :math:`k` of a cell and the switches :math:`S`,

    .. math:: \frac{\partial L}{\partial X_{b,c,k}} = \sum_{(i,j) \,:\, S_{b,c,i,j} = k}
              \frac{\partial L}{\partial Y_{b,c,i,j}}

    Where windows overlap, a cell may have won several; their gradients add up. All other cells get
    0. A switch of -1 is that of a window without cells, whose gradient goes nowhere.

    Examples
    --------
    The 9 wins both windows of ``[1, 9, 2]``:

    >>> max_pool_backward([[[10, 20]]], [[[1, 1]]], (1, 1, 3))
    array([[[ 0., 30.,  0.]]])
    """
    return _scatter(grad_output, "grad_output", switches, input_shape, "input_shape", add=True)


def max_unpool(y, switches, output_shape):
    r"""Put each value back to where its switch points, and 0 everywhere else.

    Parameters
    ----------
    y : array_like of shape (N, C, *size')
        The values, such as the output of max pooling.
    switches : array_like of int, of shape (N, C, *size')
        Where each goes, as max pooling gives them.
    output_shape : tuple of int
        The shape of the result, (N, C, *size): that of the pooling's input. It has to be said, as
        inputs of several sizes give the same pooled size.

    Returns
    -------
    ndarray of shape (N, C, *size)
        The map with the values, typed as by `max_pool_backward`.

    Notes
    -----
    .. math:: X_{b,c,\, S_{b,c,i,j}} = Y_{b,c,i,j}

    If several windows point to the same cell, the last of them, row by row, sets it. After max
    pooling they agree. A switch of -1 points nowhere. This is the unpooling of Zeiler & Fergus
    (2014, section 2.1), ONNX's MaxUnpool and PyTorch's ``max_unpool2d``. ONNX counts its indices
    over the whole batch, PyTorch over each map, as here.

    Examples
    --------
    >>> max_unpool([[[5, 7]]], [[[1, 2]]], (1, 1, 5))
    array([[[0., 5., 7., 0., 0.]]])
    """
    return _scatter(y, "y", switches, output_shape, "output_shape", add=False)


def avg_pool_backward(
    grad_output,
    input_shape,
    kernel_size,
    *,
    stride=None,
    padding=0,
    dilation=1,
    ceil=False,
    count_padding=False,
):
    r"""Share each gradient out among the cells of its window.

    Parameters
    ----------
    grad_output : array_like of shape (N, C, *size')
        The gradient of a loss with respect to the output of `avg_pool2d`, or of its kin.
    input_shape : tuple of int
        The shape of x, (N, C, *size).
    kernel_size, stride, padding, dilation, ceil, count_padding
        As they were on the way forward.

    Returns
    -------
    ndarray of shape (N, C, *size)
        The gradient with respect to x, typed as by `max_pool_backward`.

    Notes
    -----
    With :math:`A_{i,j}`, the divisor of `avg_pool2d`,

    .. math:: \frac{\partial L}{\partial X_{b,c,k}} = \sum_{(i,j) \,\ni\, k}
              \frac{1}{A_{i,j}} \frac{\partial L}{\partial Y_{b,c,i,j}}

    over the windows that hold cell :math:`k`. It does not depend on x: the mean is linear.

    Examples
    --------
    >>> avg_pool_backward([[[4, 8]]], (1, 1, 3), 2, stride=1)
    array([[[2., 6., 4.]]])
    """
    shape = _batch_shape(input_shape, "input_shape")
    windows = lay_pooling_windows(
        shape[2:], kernel_size, stride=stride, padding=padding, dilation=dilation, ceil=ceil
    )
    cells = _cells_that_count(windows, count_padding)
    gradient = given.as_gradient(grad_output, (*shape[:2], *windows.count), "the pooling's output")
    dtype = given.working_dtype(gradient)
    gradient = _to_add(gradient, dtype, windows)
    shares = engine.shares(gradient, windows, cells.astype(gradient.dtype))
    return shares.astype(dtype, copy=False)


def lp_pool_backward(
    grad_output, x, kernel_size, *, p=2, stride=None, padding=0, dilation=1, ceil=False
):
    r"""Share each gradient out among the cells of its window, by their part in the norm.

    Parameters
    ----------
    grad_output : array_like of shape (N, C, *size')
        The gradient of a loss with respect to the output of `lp_pool2d`, or of its kin.
    x : array_like of shape (N, C, *size)
        What was pooled.
    kernel_size, p, stride, padding, dilation, ceil
        As they were on the way forward.

    Returns
    -------
    ndarray of shape (N, C, *size)
        The gradient with respect to x. It has the widest float type of x and `grad_output`, at
        least float32; float64 if neither holds floats.

    Notes
    -----
    With the norms :math:`Y`,

    .. math:: \frac{\partial L}{\partial X_{b,c,k}} = \operatorname{sgn}(X_{b,c,k}) \,
              |X_{b,c,k}|^{p-1} \sum_{(i,j) \,\ni\, k}
              Y_{b,c,i,j}^{1-p} \frac{\partial L}{\partial Y_{b,c,i,j}}

    over the windows that hold cell :math:`k`. A norm has no gradient at 0: a window of zeros gets
    0, which is one of its subgradients. Where the powers of the norm overflow, as said at
    `lp_pool2d`, the gradient is 0 or NaN.

    Examples
    --------
    The norm of (3, -4) is 5, and points along (0.6, -0.8):

    >>> lp_pool_backward([[[10]]], [[[3, -4]]], 2)
    array([[[ 6., -8.]]])
    """
    p = _as_power(p)
    x, windows = _lay(x, kernel_size, stride, padding, dilation, ceil, None)
    shape = *x.shape[:2], *windows.count
    gradient = given.as_gradient(grad_output, shape, "the pooling's output")
    dtype = given.working_dtype(x, gradient)
    x, gradient = (_to_add(array, dtype, windows) for array in (x, gradient))
    norms = _norms(x, windows, p)
    parts = np.divide(gradient, norms ** (p - 1), out=np.zeros_like(norms), where=norms != 0)
    back = engine.shares(parts, windows, np.ones(windows.count, norms.dtype))
    shares = np.sign(x) * np.abs(x) ** (p - 1) * back
    return shares.astype(dtype, copy=False)


def _lay(x, kernel_size, stride, padding, dilation, ceil, axes):
    """Check a batch and a pooling's options; return the batch, and where the windows lie."""
    x = given.batch_of_maps(x, "x", axes=axes)
    options = {"stride": stride, "padding": padding, "dilation": dilation, "ceil": ceil}
    return x, lay_pooling_windows(x.shape[2:], kernel_size, **options)


def _to_add(array, dtype, windows):
    """Bring numbers to the type to add up in: long sums of float32 lose digits."""
    if max(windows.kernel_size) > MANY:
        dtype = np.result_type(dtype, np.float64)
    return array.astype(dtype, copy=False)


def _norms(x, windows, p):
    """Take the p-norm of each window."""
    if p == 2:
        return np.sqrt(engine.sums(x, windows, np.square))
    return engine.sums(x, windows, lambda cells: np.abs(cells) ** p) ** (1 / p)


def _cells_that_count(windows, count_padding):
    """Say what each mean is divided by: at least 1."""
    cells = windows.cells_per_window(padded=given.as_flag(count_padding, "count_padding"))
    if not cells.all():
        window = tuple(int(at) for at in np.argwhere(cells == 0)[0])
        raise ValueError(
            f"padding {windows.padding} leaves window {window} without a cell of x to average; "
            f"use less padding, or count_padding=True"
        )
    return cells


def _as_power(p):
    """Take the power of a norm."""
    if isinstance(p, (bool, np.bool_)) or not isinstance(p, Real):
        raise TypeError(f"p must be a number of at least 1; got {p!r} ({type(p).__name__})")
    if not 1 <= p < np.inf:
        hint = "; for the largest magnitude, max_pool of abs(x)" if p == np.inf else ""
        raise ValueError(f"p must be a finite number of at least 1; got {p}{hint}")
    return float(p)


def _scatter(values, name, switches, shape, name_of_shape, *, add):
    """Check, then put or add each value to the cell of a new map that its switch names."""
    shape = _batch_shape(shape, name_of_shape)
    values = given.batch_of_maps(values, name, axes=len(shape) - 2)
    switches = given.real_array(switches, "switches")
    if switches.dtype.kind not in "iu":
        raise TypeError(f"switches must be integers; got dtype {switches.dtype}")
    if switches.shape != values.shape:
        raise ValueError(
            f"switches must have the shape of {name}, {values.shape}; got {switches.shape}"
        )
    if values.shape[:2] != shape[:2]:
        raise ValueError(
            f"{name_of_shape} must begin with the examples and channels of {name}, "
            f"{values.shape[:2]}; got {shape}"
        )
    (values,) = given.as_floats(values)
    return engine.scatter(values, switches, shape[2:], add=add)


def _batch_shape(value, name):
    """Take the shape of a batch with one, two or three spatial axes."""
    if not given.is_sequence(value) or not 3 <= len(value) <= 5:
        raise ValueError(f"{name} must be a tuple (N, C, *size) of 3 to 5 numbers; got {value!r}")
    return (*given.as_shape(value[:1], name, minimum=0), *given.as_shape(value[1:], name))
