"""The operators' sums in plain loops: slow, and all there is to see.

Each loop goes over the windows, and in each window over the cells that it meets, which
`cnnlab.shapes.Windows.cells` lists. `cnnlab.conv` and `cnnlab.pool` do the same for batches and
channels, fast; tests tie them together. Operands become float64 first, so bytes do not overflow.
"""

import numpy as np

from cnnlab._arguments import array_with_axes, as_shape, batch_of_maps, per_axis
from cnnlab.conv import convolve2d, transposed_windows
from cnnlab.shapes import lay_pooling_windows, lay_windows


def correlate(image, kernel, **options):
    """Slide a kernel (K_h, K_w) over an image (H, W), window by window and cell by cell.

    The options are the ``stride``, ``padding`` and ``dilation`` of `cnnlab.conv2d`.

    Examples
    --------
    >>> correlate([[1, 2, 3], [4, 5, 6]], [[1, 0], [0, 1]])
    array([[6., 8.]])
    """
    image, kernel = _plane(image, "image", "H, W"), _plane(kernel, "kernel", "K_h, K_w")
    windows = lay_windows(image.shape, kernel.shape, **options)
    output = np.zeros(windows.count)
    for i, j in np.ndindex(output.shape):
        for (m, n), (row, column) in windows.cells((i, j)):
            output[i, j] += image[row, column] * kernel[m, n]
    return output


def input_gradient(grad_output, kernel, shape, **options):
    """Pass a gradient back to the image: each window hands its own to the cells that it met.

    `grad_output` is the loss's gradient with respect to the output, `shape` the image's. At each
    cell of the result stands the sum, over the outputs that it reaches, of their gradient times the
    kernel cell through which it reaches them.

    Examples
    --------
    The middle cell reaches both outputs, through the kernel's second cell and its first.

    >>> input_gradient([[1, 10]], [[5, 7]], (1, 3))
    array([[ 5., 57., 70.]])
    """
    kernel, shape = _plane(kernel, "kernel", "K_h, K_w"), as_shape(shape, "shape", axes=2)
    windows = lay_windows(shape, kernel.shape, **options)
    grad_output, grad_image = _gradient(grad_output, windows), np.zeros(shape)
    for i, j in np.ndindex(grad_output.shape):
        for (m, n), (row, column) in windows.cells((i, j)):
            grad_image[row, column] += grad_output[i, j] * kernel[m, n]
    return grad_image


def kernel_gradient(grad_output, image, kernel_shape, **options):
    """Pass a gradient back to the kernel: every window used it, and its uses add up.

    At each cell of the result stands the sum, over the output, of the gradient there times the
    image cell that the kernel cell met.

    Examples
    --------
    >>> kernel_gradient([[1, 10]], [[1, 2, 3]], (1, 2))
    array([[21., 32.]])
    """
    image = _plane(image, "image", "H, W")
    windows = lay_windows(image.shape, as_shape(kernel_shape, "kernel_shape", axes=2), **options)
    grad_output, grad_kernel = _gradient(grad_output, windows), np.zeros(windows.kernel_size)
    for i, j in np.ndindex(grad_output.shape):
        for (m, n), (row, column) in windows.cells((i, j)):
            grad_kernel[m, n] += grad_output[i, j] * image[row, column]
    return grad_kernel


def conv_transpose(x, kernel, *, stride=1, padding=0, output_padding=0, dilation=1):
    """Spread each cell over a window: zeros between the rows, then a full convolution.

    This is where the name "fractionally strided" comes from: with zeros in between, the kernel
    moves by one cell of the sparse map, a fraction of a cell of `x` (Dumoulin & Visin 2016,
    section 4.5). Operands and options are those of `cnnlab.conv_transpose2d`, for one map and one
    kernel; the padding is an int or one per axis.

    Examples
    --------
    >>> conv_transpose([[1, 10]], [[1, 2, 3]], stride=2)
    array([[ 1.,  2., 13., 20., 30.]])
    """
    x, kernel = _plane(x, "x", "H, W"), _plane(kernel, "kernel", "K_h, K_w")
    top, left = padding = per_axis(padding, "padding", axes=2, minimum=0)
    windows = transposed_windows(x.shape, kernel.shape, stride, padding, output_padding, dilation)
    (s, t), (rows, columns) = windows.stride, windows.size
    sparse = np.zeros(((x.shape[0] - 1) * s + 1, (x.shape[1] - 1) * t + 1))
    sparse[::s, ::t] = x
    whole = convolve2d(sparse, kernel, padding="full", dilation=dilation)
    longer = np.pad(whole, ((0, top + rows), (0, left + columns)))
    return longer[top : top + rows, left : left + columns]


def max_pool(x, kernel_size, **options):
    """Look at each cell of each window, and remember the largest, and where it is.

    Operands, options and result are those of `cnnlab.max_pool2d`, but there are always switches.

    Examples
    --------
    >>> max_pool([[[3, 1, 4, 4]]], 2)
    (array([[[3., 4.]]]), array([[[0, 2]]]))
    """
    x = _maps(x, "x")
    windows = lay_pooling_windows(x.shape[2:], kernel_size, **options)
    output = np.full((*x.shape[:2], *windows.count), -np.inf)
    switches = np.full(output.shape, -1)
    for b, c, *at in np.ndindex(output.shape):
        for _, cell in windows.cells(at):
            value = x[(b, c, *cell)]
            if switches[b, c, *at] < 0 or value > output[b, c, *at] or np.isnan(value):
                output[b, c, *at] = value
                switches[b, c, *at] = np.ravel_multi_index(cell, windows.size)
    return output, switches


def avg_pool(x, kernel_size, *, count_padding=False, **options):
    """Add the cells of each window up, and divide by how many count, as `cnnlab.avg_pool2d` does.

    Examples
    --------
    >>> avg_pool([[[1, 3, 5, 9]]], 2)
    array([[[2., 7.]]])
    """
    x = _maps(x, "x")
    windows = lay_pooling_windows(x.shape[2:], kernel_size, **options)
    output = np.zeros((*x.shape[:2], *windows.count))
    for b, c, *at in np.ndindex(output.shape):
        total = sum(x[(b, c, *cell)] for _, cell in windows.cells(at))
        output[b, c, *at] = total / len(windows.cells(at, padded=count_padding))
    return output


def lp_pool(x, kernel_size, *, p=2, **options):
    """Add the powers of each window's cells up, and take the root, as `cnnlab.lp_pool2d` does.

    Examples
    --------
    >>> lp_pool([[[3, 4, 0, -5]]], 2)
    array([[[5., 5.]]])
    """
    x = _maps(x, "x")
    windows = lay_pooling_windows(x.shape[2:], kernel_size, **options)
    output = np.zeros((*x.shape[:2], *windows.count))
    for b, c, *at in np.ndindex(output.shape):
        powers = [abs(x[(b, c, *cell)]) ** p for _, cell in windows.cells(at)]
        output[b, c, *at] = sum(powers) ** (1 / p)
    return output


def max_pool_backward(grad_output, switches, input_shape):
    """Add each window's gradient to the cell that won it, as `cnnlab.max_pool_backward` does.

    Examples
    --------
    >>> max_pool_backward([[[10, 20]]], [[[1, 1]]], (1, 1, 3))
    array([[[ 0., 30.,  0.]]])
    """
    grad_output, switches = _maps(grad_output, "grad_output"), np.asarray(switches)
    gradient = np.zeros(input_shape)
    for b, c, *at in np.ndindex(grad_output.shape):
        if switches[b, c, *at] >= 0:
            cell = np.unravel_index(switches[b, c, *at], input_shape[2:])
            gradient[(b, c, *cell)] += grad_output[b, c, *at]
    return gradient


def avg_pool_backward(grad_output, input_shape, kernel_size, *, count_padding=False, **options):
    """Give each cell of a window the same share of its gradient, as `cnnlab.avg_pool_backward`.

    Examples
    --------
    >>> avg_pool_backward([[[4, 8]]], (1, 1, 3), 2, stride=1)
    array([[[2., 6., 4.]]])
    """
    windows = lay_pooling_windows(input_shape[2:], kernel_size, **options)
    grad_output, gradient = _maps(grad_output, "grad_output"), np.zeros(input_shape)
    for b, c, *at in np.ndindex(grad_output.shape):
        share = grad_output[b, c, *at] / len(windows.cells(at, padded=count_padding))
        for _, cell in windows.cells(at):
            gradient[(b, c, *cell)] += share
    return gradient


def _plane(value, name, letters):
    """Take one map or kernel, as float64."""
    return array_with_axes(value, name, letters, may_be_empty=False).astype(np.float64)


def _maps(value, name):
    """Take a batch of maps, as float64."""
    return batch_of_maps(value, name).astype(np.float64)


def _gradient(value, windows):
    """Take a gradient that has the shape of the output, as float64."""
    gradient = _plane(value, "grad_output", "H', W'")
    if gradient.shape != windows.count:
        raise ValueError(
            f"grad_output must have the shape of the output, {windows.count}; got {gradient.shape}"
        )
    return gradient
