"""The layer's sums in plain loops, on one map and one kernel: slow, and all there is to see.

`cnnlab.layer` adds batches and channels, and is fast. Tests tie the two together. Operands become
float64 before anything else, so bytes do not overflow.
"""

import numpy as np

from cnnlab.arguments import array_with_axes, as_shape, output_padding_per_axis, per_axis
from cnnlab.convolution import convolve2d
from cnnlab.shapes import output_shape, resolve_padding


def correlate(image, kernel, *, stride=1, padding=0, dilation=1):
    """Slide a kernel over an image: the quadruple loop.

    Parameters
    ----------
    image : array_like of shape (H, W)
        One map.
    kernel : array_like of shape (K_h, K_w)
        One kernel.
    stride, padding, dilation
        As in `cnnlab.layer.conv2d`.

    Returns
    -------
    ndarray of shape (H', W')
        In float64.

    Raises
    ------
    TypeError
        If an operand does not hold real numbers, or an option is not an integer.
    ValueError
        If an operand has not 2 axes or no cells, if an option is out of range, or if the kernel
        is larger than the padded image.

    See Also
    --------
    cnnlab.layer.conv2d : The same, for batches and channels, fast.

    Examples
    --------
    >>> correlate([[1, 2, 3], [4, 5, 6]], [[1, 0], [0, 1]])
    array([[6., 8.]])
    """
    image, kernel = _plane(image, "image", "H, W"), _plane(kernel, "kernel", "K_h, K_w")
    (s, t), (d, e), (top, left), shape = _resolve(
        image.shape, kernel.shape, stride, padding, dilation
    )
    output = np.zeros(shape)
    for i, j in np.ndindex(output.shape):
        for m, n in np.ndindex(kernel.shape):
            row, column = i * s + m * d - top, j * t + n * e - left
            if 0 <= row < image.shape[0] and 0 <= column < image.shape[1]:
                output[i, j] += image[row, column] * kernel[m, n]
    return output


def input_gradient(grad_output, kernel, shape, *, stride=1, padding=0, dilation=1):
    """Pass a gradient back to the image: for each cell, the cells it reaches.

    Parameters
    ----------
    grad_output : array_like of shape (H', W')
        The loss's gradient with respect to the output.
    kernel : array_like of shape (K_h, K_w)
        The kernel.
    shape : (int, int)
        The image's H and W.
    stride, padding, dilation
        As in the forward pass.

    Returns
    -------
    ndarray of shape (H, W)
        In float64.

    Raises
    ------
    TypeError, ValueError
        As `correlate`; and if `grad_output` has not the shape of the output.

    See Also
    --------
    cnnlab.layer.conv2d_backward : All three gradients, for batches and channels, fast.

    Notes
    -----
    An image cell reaches an output cell through one kernel cell, if at all. Its gradient is the
    sum, over all the output cells it reaches, of their gradient times that kernel cell.

    Examples
    --------
    The middle cell reaches both outputs, through the kernel's second cell and its first.

    >>> input_gradient([[1, 10]], [[5, 7]], (1, 3))
    array([[ 5., 57., 70.]])
    """
    kernel, shape = _plane(kernel, "kernel", "K_h, K_w"), as_shape(shape, "shape", axes=2)
    (s, t), (d, e), (top, left), expected = _resolve(shape, kernel.shape, stride, padding, dilation)
    grad_output = _gradient(grad_output, expected)
    grad_image = np.zeros(shape)
    for row, column in np.ndindex(*shape):
        for m, n in np.ndindex(kernel.shape):
            i, row_misses = divmod(row + top - m * d, s)
            j, column_misses = divmod(column + left - n * e, t)
            if row_misses or column_misses:
                continue
            if 0 <= i < grad_output.shape[0] and 0 <= j < grad_output.shape[1]:
                grad_image[row, column] += grad_output[i, j] * kernel[m, n]
    return grad_image


def kernel_gradient(grad_output, image, kernel_shape, *, stride=1, padding=0, dilation=1):
    """Pass a gradient back to the kernel: it is shared, so its uses add up.

    Parameters
    ----------
    grad_output : array_like of shape (H', W')
        The loss's gradient with respect to the output.
    image : array_like of shape (H, W)
        The image.
    kernel_shape : (int, int)
        The kernel's K_h and K_w.
    stride, padding, dilation
        As in the forward pass.

    Returns
    -------
    ndarray of shape (K_h, K_w)
        In float64.

    Raises
    ------
    TypeError, ValueError
        As `correlate`; and if `grad_output` has not the shape of the output.

    See Also
    --------
    cnnlab.layer.conv2d_backward : All three gradients, for batches and channels, fast.

    Notes
    -----
    Every output cell uses every kernel cell once. A kernel cell's gradient is the sum, over the
    output, of the gradient there times the image cell that the kernel cell met.

    Examples
    --------
    >>> kernel_gradient([[1, 10]], [[1, 2, 3]], (1, 2))
    array([[21., 32.]])
    """
    image = _plane(image, "image", "H, W")
    kernel_shape = as_shape(kernel_shape, "kernel_shape", axes=2)
    (s, t), (d, e), (top, left), expected = _resolve(
        image.shape, kernel_shape, stride, padding, dilation
    )
    grad_output = _gradient(grad_output, expected)
    grad_kernel = np.zeros(kernel_shape)
    for m, n in np.ndindex(*kernel_shape):
        for i, j in np.ndindex(grad_output.shape):
            row, column = i * s + m * d - top, j * t + n * e - left
            if 0 <= row < image.shape[0] and 0 <= column < image.shape[1]:
                grad_kernel[m, n] += grad_output[i, j] * image[row, column]
    return grad_kernel


def conv_transpose(x, kernel, *, stride=1, padding=0, output_padding=0, dilation=1):
    """Spread each cell over a window: zeros between the rows, then a full convolution.

    Parameters
    ----------
    x : array_like of shape (H, W)
        One map.
    kernel : array_like of shape (K_h, K_w)
        One kernel.
    stride : int or (int, int), default 1
        stride − 1 rows and columns of zeros go between those of `x`.
    padding : int or (int, int), default 0
        Rows and columns cut off at each side of the result. Words, and pairs ``(before, after)``,
        are left to `cnnlab.layer.conv_transpose2d`.
    output_padding : int or (int, int), default 0
        Rows and columns of zeros that are added after the last, before cutting. Less than the
        stride or the dilation.
    dilation : int or (int, int), default 1
        As in `cnnlab.layer.conv_transpose2d`.

    Returns
    -------
    ndarray of shape (H', W')
        In float64.

    Raises
    ------
    TypeError
        If an operand does not hold real numbers, or an option is not an integer.
    ValueError
        If an operand has not 2 axes or no cells, if an option is out of range, or if the padding
        cuts everything off.

    See Also
    --------
    cnnlab.layer.conv_transpose2d : The same, for batches and channels, fast.

    Notes
    -----
    This is where the name "fractionally strided" comes from: with zeros in between, the kernel
    moves by one cell of the sparse map, a fraction of a cell of `x` (Dumoulin & Visin 2016,
    section 4.5).

    Examples
    --------
    >>> conv_transpose([[1, 10]], [[1, 2, 3]], stride=2)
    array([[ 1.,  2., 13., 20., 30.]])
    """
    x, kernel = _plane(x, "x", "H, W"), _plane(kernel, "kernel", "K_h, K_w")
    s, t = stride = per_axis(stride, "stride", axes=2)
    dilation = per_axis(dilation, "dilation", axes=2)
    rows, columns = output_padding_per_axis(output_padding, stride, dilation)
    top, left = per_axis(padding, "padding", axes=2, minimum=0)
    sparse = np.zeros(((x.shape[0] - 1) * s + 1, (x.shape[1] - 1) * t + 1))
    sparse[::s, ::t] = x
    whole = convolve2d(sparse, kernel, padding="full", dilation=dilation)
    whole = np.pad(whole, ((0, rows), (0, columns)))
    if whole.shape[0] <= 2 * top or whole.shape[1] <= 2 * left:
        raise ValueError(
            f"padding {top, left} leaves nothing of the {whole.shape} cells that x {x.shape} "
            f"spreads over; use less padding"
        )
    return whole[top : whole.shape[0] - top, left : whole.shape[1] - left]


def _plane(value, name, letters):
    """Take one map or kernel, as float64."""
    return array_with_axes(value, name, letters, may_be_empty=False).astype(np.float64)


def _gradient(value, expected):
    """Take a gradient that has the shape of the output, as float64."""
    gradient = _plane(value, "grad_output", "H', W'")
    if gradient.shape != expected:
        raise ValueError(
            f"grad_output must have the shape of the output, {expected}; got {gradient.shape}"
        )
    return gradient


def _resolve(shape, kernel_shape, stride, padding, dilation):
    """Return the options per axis, the padding before, and the output's shape."""
    stride = per_axis(stride, "stride", axes=2)
    dilation = per_axis(dilation, "dilation", axes=2)
    padding = resolve_padding(padding, shape, kernel_shape, stride, dilation)
    output = output_shape(shape, kernel_shape, stride=stride, padding=padding, dilation=dilation)
    return stride, dilation, [before for before, _ in padding], output
