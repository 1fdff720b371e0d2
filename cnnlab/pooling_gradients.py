"""The way back through pooling: gradients, and unpooling."""

import math

import numpy as np

from cnnlab import pooling_engine
from cnnlab.arguments import as_integer, batch_of_maps, is_sequence, real_array, working_dtype
from cnnlab.pooling import any_maps, as_power, cells_that_count, type_to_add_in
from cnnlab.windows import lay_windows


def max_pool_backward(grad_output, switches, input_shape):
    r"""Send each gradient to the cell that won its window.

    Parameters
    ----------
    grad_output : array_like of shape (N, C, *size')
        The gradient of a loss with respect to the output of `cnnlab.pooling.max_pool2d`, or of its
        kin with one or three axes. Never modified.
    switches : array_like of int, of shape (N, C, *size')
        Where the maxima were, as max pooling gives them.
    input_shape : tuple of int
        The shape of x, (N, C, *size).

    Returns
    -------
    ndarray of shape (N, C, *size)
        The gradient with respect to x. It has the float type of `grad_output`, at least float32;
        float64 for integers.

    Raises
    ------
    TypeError
        If an operand does not hold numbers, or the switches are not integers.
    ValueError
        If shapes do not belong together, or a switch is off the map.

    See Also
    --------
    cnnlab.pooling.max_pool2d : The way forward.
    cnnlab.pooling_loops.max_pool_backward_loop : The same, window by window.
    max_unpool : Put values there instead of adding gradients up.

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
        The values, such as the output of max pooling. Never modified.
    switches : array_like of int, of shape (N, C, *size')
        Where each goes, as max pooling gives them.
    output_shape : tuple of int
        The shape of the result, (N, C, *size): that of the pooling's input. It has to be said, as
        inputs of several sizes give the same pooled size.

    Returns
    -------
    ndarray of shape (N, C, *size)
        The map with the values. It has the float type of y, at least float32; float64 for integers.

    Raises
    ------
    TypeError
        If an operand does not hold numbers, or the switches are not integers.
    ValueError
        If shapes do not belong together, or a switch is off the map.

    See Also
    --------
    cnnlab.pooling.max_pool2d : Where the switches come from.
    max_pool_backward : The same for gradients, which add up.

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
        The gradient of a loss with respect to the output of `cnnlab.pooling.avg_pool2d`, or of its
        kin with one or three axes. Never modified.
    input_shape : tuple of int
        The shape of x, (N, C, *size).
    kernel_size, stride, padding, dilation, ceil, count_padding
        As they were on the way forward.

    Returns
    -------
    ndarray of shape (N, C, *size)
        The gradient with respect to x. It has the float type of `grad_output`, at least float32;
        float64 for integers.

    Raises
    ------
    TypeError
        If `grad_output` does not hold numbers, or an option is not an integer or a boolean.
    ValueError
        If shapes do not belong together, or an option is out of range.

    See Also
    --------
    cnnlab.pooling.avg_pool2d : The way forward.
    cnnlab.pooling_loops.avg_pool_backward_loop : The same, window by window.

    Notes
    -----
    With :math:`A_{i,j}`, the divisor of `cnnlab.pooling.avg_pool2d`,

    .. math:: \frac{\partial L}{\partial X_{b,c,k}} = \sum_{(i,j) \,\ni\, k}
              \frac{1}{A_{i,j}} \frac{\partial L}{\partial Y_{b,c,i,j}}

    over the windows that hold cell :math:`k`. It does not depend on x: the mean is linear.

    Examples
    --------
    >>> avg_pool_backward([[[4, 8]]], (1, 1, 3), 2, stride=1)
    array([[[2., 6., 4.]]])
    """
    shape = _shape(input_shape, "input_shape")
    windows = lay_windows(
        shape[2:], kernel_size, stride=stride, padding=padding, dilation=dilation, ceil=ceil
    )
    divisor = cells_that_count(windows, count_padding)
    gradient = _gradient_of(grad_output, shape[:2], windows)
    dtype = working_dtype(gradient)
    gradient = gradient.astype(type_to_add_in(dtype, windows), copy=False)
    return pooling_engine.shares(gradient, windows, divisor=divisor).astype(dtype, copy=False)


def lp_pool_backward(
    grad_output, x, kernel_size, *, p=2, stride=None, padding=0, dilation=1, ceil=False
):
    r"""Share each gradient out among the cells of its window, by their part in the norm.

    Parameters
    ----------
    grad_output : array_like of shape (N, C, *size')
        The gradient of a loss with respect to the output of `cnnlab.pooling.lp_pool2d`, or of its
        kin with one or three axes. Never modified.
    x : array_like of shape (N, C, *size)
        What was pooled. Never modified.
    kernel_size, p, stride, padding, dilation, ceil
        As they were on the way forward.

    Returns
    -------
    ndarray of shape (N, C, *size)
        The gradient with respect to x. It has the widest float type of x and `grad_output`, at
        least float32; float64 if neither holds floats.

    Raises
    ------
    TypeError
        If an operand does not hold numbers, or an option has the wrong type.
    ValueError
        If shapes do not belong together, or an option is out of range.

    See Also
    --------
    cnnlab.pooling.lp_pool2d : The way forward.

    Notes
    -----
    With the norms :math:`Y`,

    .. math:: \frac{\partial L}{\partial X_{b,c,k}} = \operatorname{sgn}(X_{b,c,k}) \,
              |X_{b,c,k}|^{p-1} \sum_{(i,j) \,\ni\, k}
              Y_{b,c,i,j}^{1-p} \frac{\partial L}{\partial Y_{b,c,i,j}}

    over the windows that hold cell :math:`k`. A norm has no gradient at 0: a window of zeros gets
    0, which is one of its subgradients. Where the powers of the norm overflow, as said at
    `cnnlab.pooling.lp_pool2d`, the gradient is 0 or NaN.

    Examples
    --------
    The norm of (3, -4) is 5, and points along (0.6, -0.8):

    >>> lp_pool_backward([[[10]]], [[[3, -4]]], 2)
    array([[[ 6., -8.]]])
    """
    p = as_power(p)
    x = any_maps(x, "x")
    windows = lay_windows(
        x.shape[2:], kernel_size, stride=stride, padding=padding, dilation=dilation, ceil=ceil
    )
    gradient = _gradient_of(grad_output, x.shape[:2], windows)
    result = working_dtype(x, gradient)
    dtype = type_to_add_in(result, windows)
    x, gradient = x.astype(dtype, copy=False), gradient.astype(dtype, copy=False)
    norm = pooling_engine.norms(x, windows, dtype, p)
    share = np.divide(gradient, norm ** (p - 1), out=np.zeros_like(norm), where=norm > 0)
    shared = pooling_engine.shares(share, windows, divisor=np.ones(windows.count))
    return (np.sign(x) * np.abs(x) ** (p - 1) * shared).astype(result, copy=False)


def _scatter(values, name, switches, shape, name_of_shape, *, add):
    """Check, then put or add each value to the cell of a new map that its switch names."""
    shape = _shape(shape, name_of_shape)
    values = batch_of_maps(values, name, axes=len(shape) - 2)
    switches = _switches(switches, values.shape, name)
    if values.shape[:2] != shape[:2]:
        raise ValueError(
            f"{name_of_shape} must begin with the examples and channels of {name}, "
            f"{values.shape[:2]}; got {shape}"
        )
    return pooling_engine.scatter(
        values,
        switches,
        shape[2:],
        working_dtype(values),
        add=add,
        check=lambda part: _check_range(part, math.prod(shape[2:])),
    )


def _switches(value, shape, name):
    """Take one switch for each value."""
    switches = real_array(value, "switches")
    if switches.dtype.kind not in "iu":
        raise TypeError(f"switches must be integers; got dtype {switches.dtype}")
    if switches.shape != shape:
        raise ValueError(f"switches must have the shape of {name}, {shape}; got {switches.shape}")
    return switches


def _check_range(switches, size):
    """Raise unless each switch is a cell of the map, or -1."""
    least, largest = int(switches.min(initial=0)), int(switches.max(initial=0))
    if least < -1 or largest >= size:
        raise ValueError(
            f"switches must be from 0 to {size - 1}, the cells of a map, or -1 for none; "
            f"got {least if least < -1 else largest}"
        )


def _gradient_of(value, outer, windows):
    """Take a gradient with one number for each window."""
    gradient = batch_of_maps(value, "grad_output", axes=len(windows.count))
    expected = (*outer, *windows.count)
    if gradient.shape != expected:
        raise ValueError(
            f"grad_output must have the shape of the pooling's output, {expected}; "
            f"got {gradient.shape}"
        )
    return gradient


def _shape(value, name):
    """Take the shape of a batch with one, two or three spatial axes."""
    if not is_sequence(value) or not 3 <= len(value) <= 5:
        raise ValueError(f"{name} must be a tuple (N, C, *size) of 3 to 5 numbers; got {value!r}")
    examples = as_integer(value[0], name, minimum=0)
    return examples, *(as_integer(cells, name, minimum=1) for cells in value[1:])
