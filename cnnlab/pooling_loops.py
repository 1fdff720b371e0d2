"""Pooling written out: window by window, cell by cell. To be read; the fast forms are elsewhere."""

from itertools import product

import numpy as np

from cnnlab.windows import lay_windows


def max_pool_loop(x, kernel_size, *, stride=None, padding=0, dilation=1, ceil=False):
    """Look at each cell of each window, and remember the largest.

    Parameters
    ----------
    x : ndarray of shape (N, C, *size)
        The batch.
    kernel_size, stride, padding, dilation, ceil
        As in `cnnlab.pooling.max_pool2d`, for any number of axes.

    Returns
    -------
    (ndarray, ndarray), each of shape (N, C, *size')
        The maxima, and the flat index of each in its map.

    Examples
    --------
    >>> max_pool_loop(np.array([[[3.0, 1, 4, 4]]]), 2)
    (array([[[3., 4.]]]), array([[[0, 2]]]))
    """
    windows = lay_windows(
        x.shape[2:], kernel_size, stride=stride, padding=padding, dilation=dilation, ceil=ceil
    )
    output = np.full(x.shape[:2] + windows.count, -np.inf)
    switches = np.full(output.shape, -1)
    for at in np.ndindex(output.shape):
        channel_map = x[at[:2]]
        for cell in cells_of(at[2:], windows):
            value = channel_map[cell]
            if switches[at] < 0 or value > output[at] or np.isnan(value):
                output[at] = value
                switches[at] = np.ravel_multi_index(cell, windows.size)
    return output, switches


def avg_pool_loop(
    x, kernel_size, *, stride=None, padding=0, dilation=1, ceil=False, count_padding=False
):
    """Add the cells of each window up, and divide by how many count.

    Parameters
    ----------
    x : ndarray of shape (N, C, *size)
        The batch.
    kernel_size, stride, padding, dilation, ceil, count_padding
        As in `cnnlab.pooling.avg_pool2d`, for any number of axes.

    Returns
    -------
    ndarray of shape (N, C, *size')
        The means.

    Examples
    --------
    >>> avg_pool_loop(np.array([[[1, 3, 5, 9]]]), 2)
    array([[[2., 7.]]])
    """
    windows = lay_windows(
        x.shape[2:], kernel_size, stride=stride, padding=padding, dilation=dilation, ceil=ceil
    )
    output = np.zeros(x.shape[:2] + windows.count)
    for at in np.ndindex(output.shape):
        total = sum(x[at[:2]][cell] for cell in cells_of(at[2:], windows))
        output[at] = total / len(cells_of(at[2:], windows, padded=count_padding))
    return output


def lp_pool_loop(x, kernel_size, *, p=2, stride=None, padding=0, dilation=1, ceil=False):
    """Add the powers of each window's cells up, and take the root.

    Parameters
    ----------
    x : ndarray of shape (N, C, *size)
        The batch.
    kernel_size, p, stride, padding, dilation, ceil
        As in `cnnlab.pooling.lp_pool2d`, for any number of axes.

    Returns
    -------
    ndarray of shape (N, C, *size')
        The norms.

    Examples
    --------
    >>> lp_pool_loop(np.array([[[3, 4, 0, -5]]]), 2)
    array([[[5., 5.]]])
    """
    windows = lay_windows(
        x.shape[2:], kernel_size, stride=stride, padding=padding, dilation=dilation, ceil=ceil
    )
    output = np.zeros(x.shape[:2] + windows.count)
    for at in np.ndindex(output.shape):
        cells = cells_of(at[2:], windows)
        output[at] = sum(abs(x[at[:2]][cell]) ** p for cell in cells) ** (1 / p)
    return output


def max_pool_backward_loop(grad_output, switches, input_shape):
    """Add each window's gradient to the cell that won it.

    Parameters
    ----------
    grad_output, switches : ndarray of shape (N, C, *size')
        The gradient with respect to each maximum, and where that maximum was.
    input_shape : tuple of int
        (N, C, *size).

    Returns
    -------
    ndarray of shape (N, C, *size)
        The gradient with respect to each cell.

    Examples
    --------
    >>> max_pool_backward_loop(np.array([[[10, 20]]]), np.array([[[1, 1]]]), (1, 1, 3))
    array([[[ 0., 30.,  0.]]])
    """
    gradient = np.zeros(input_shape)
    for at in np.ndindex(grad_output.shape):
        if switches[at] >= 0:
            cell = np.unravel_index(switches[at], input_shape[2:])
            gradient[at[:2]][cell] += grad_output[at]
    return gradient


def avg_pool_backward_loop(
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
    """Give each cell of a window the same share of the window's gradient.

    Parameters
    ----------
    grad_output : ndarray of shape (N, C, *size')
        The gradient with respect to each mean.
    input_shape : tuple of int
        (N, C, *size).
    kernel_size, stride, padding, dilation, ceil, count_padding
        As in `cnnlab.pooling.avg_pool2d`, for any number of axes.

    Returns
    -------
    ndarray of shape (N, C, *size)
        The gradient with respect to each cell.

    Examples
    --------
    >>> avg_pool_backward_loop(np.array([[[4, 8]]]), (1, 1, 3), 2, stride=1)
    array([[[2., 6., 4.]]])
    """
    windows = lay_windows(
        input_shape[2:], kernel_size, stride=stride, padding=padding, dilation=dilation, ceil=ceil
    )
    gradient = np.zeros(input_shape)
    for at in np.ndindex(grad_output.shape):
        share = grad_output[at] / len(cells_of(at[2:], windows, padded=count_padding))
        for cell in cells_of(at[2:], windows):
            gradient[at[:2]][cell] += share
    return gradient


def cells_of(window, windows, *, padded=False):
    """List the cells of one window, row by row.

    Parameters
    ----------
    window : tuple of int
        Which window, one index per axis.
    windows : Windows
        The layout.
    padded : bool, default False
        Whether to list those in the padding as well.

    Returns
    -------
    list of tuple of int
        Their places on the map; negative, or beyond its size, in the padding.

    Examples
    --------
    >>> windows = lay_windows((3,), 2, stride=2, padding=1)
    >>> cells_of((0,), windows), cells_of((0,), windows, padded=True)
    ([(0,)], [(-1,), (0,)])
    """
    places = []
    for axis, i in enumerate(window):
        before, after = windows.padding[axis]
        begin, gap = i * windows.stride[axis] - before, windows.dilation[axis]
        cells = range(begin, begin + windows.kernel_size[axis] * gap, gap)
        first, beyond = 0, windows.size[axis]
        if padded:
            first, beyond = first - before, beyond + after
        places.append([cell for cell in cells if first <= cell < beyond])
    return list(product(*places))
