"""Convolution: one kernel over one image, and the layer with its gradients and its transpose.

`cnnlab.loops` has the same in plain loops.
"""

from typing import NamedTuple

import numpy as np

from cnnlab import _arguments as given
from cnnlab._engine import conv as engine
from cnnlab.shapes import Windows, lay_windows, resolve_padding

# What each border is called in numpy.pad.
NUMPY_MODES = {"zero": "constant", "replicate": "edge", "reflect": "reflect", "wrap": "wrap"}
BORDERS = tuple(NUMPY_MODES)
BLOCK = 2**18  # bytes of an image's sums that are added up at a time: they stay in the cache


def cross_correlate2d(image, kernel, *, stride=1, padding="valid", dilation=1, border="zero"):
    r"""Slide a kernel over an image, as it is: multiply, and add up.

    This is what neural networks call convolution. The kernel is not flipped.

    Parameters
    ----------
    image, kernel : array_like of shape (H, W) and (K_h, K_w)
        Real numbers.
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
    conv2d : Batches, channels and filters.

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
    mode = _numpy_mode(border)
    windows = lay_windows(
        image.shape, kernel.shape, stride=stride, padding=padding, dilation=dilation
    )
    padded, kernel = given.as_floats(image, kernel)
    if any(map(any, windows.padding)):
        padded = np.pad(padded, windows.padding, mode=mode)
    (s, t), (d, e), (rows, columns) = windows.stride, windows.dilation, windows.count
    output = np.zeros((rows, columns), padded.dtype)
    height = max(BLOCK // output[0].nbytes, 1)
    for first in range(0, rows, height):
        sums = output[first : first + height]
        for m, n in np.ndindex(kernel.shape):
            cells = padded[first * s + m * d :: s, n * e :: t]
            sums += cells[: len(sums), :columns] * kernel[m, n]
    return output


def convolve2d(image, kernel, *, stride=1, padding="valid", dilation=1, border="zero"):
    r"""Slide a kernel over an image, flipped both ways: multiply, and add up.

    This is the convolution of mathematics and signal processing. For every choice of options it
    is ``cross_correlate2d(image, flip_kernel(kernel), ...)``: that is its definition here, with the
    same operands, options, result and errors.

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
    options = {"stride": stride, "padding": padding, "dilation": dilation, "border": border}
    return cross_correlate2d(image, flip_kernel(kernel), **options)


def flip_kernel(kernel):
    """Reverse the rows and the columns of a kernel (K_h, K_w), in a new array: half a turn.

    Examples
    --------
    >>> flip_kernel([[1, 2, 3], [4, 5, 6]])
    array([[6, 5, 4],
           [3, 2, 1]])
    """
    return _as_plane(kernel, "kernel", "(K_h, K_w)")[::-1, ::-1].copy()


class ConvGradients(NamedTuple):
    """The gradients of a loss with respect to a layer's input, its filters and its bias.

    They have the shapes of those; there is one for the bias whether the layer has one or not.
    """

    x: np.ndarray
    weight: np.ndarray
    bias: np.ndarray


def _conv(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1, axes):
    r"""Slide filters over a batch of maps: the convolutional layer.

    `conv1d` takes sequences, `conv2d` images, `conv3d` videos or volumes; they are the same in all
    else. Like every library's layer of this name they cross-correlate: the filters are not flipped.
    Each filter spans all channels of its group and gives one feature map.

    Parameters
    ----------
    x : array_like of shape (N, C_in, *size)
        The batch; N may be 0. `size` is L for `conv1d`, H and W for `conv2d`, T, H and W for
        `conv3d`.
    weight : array_like of shape (C_out, C_in // groups, *kernel)
        One filter for each output channel.
    bias : array_like of shape (C_out,), optional
        Added to each output channel.
    stride : int or tuple of int, default 1
        Cells from one position to the next, for all axes or for each.
    padding : int, sequence of int, sequence of (int, int) or {"valid", "same", "full"}, default 0
        Zeros added around each map: one number, one per axis, or one ``(before, after)`` per axis.
        ``"valid"`` adds none. ``"same"`` gives an output of ``ceil(size / stride)``; an odd cell
        goes after. ``"full"`` lets every cell of the kernel meet every cell of the map.
    dilation : int or tuple of int, default 1
        Cells from one kernel cell to the next; 1 is a dense kernel.
    groups : int, default 1
        Input and output channels fall into this many consecutive groups, which do not mix.

    Returns
    -------
    ndarray of shape (N, C_out, *size')
        The feature maps, a new array. It has the widest float type of `x` and `weight`, at least
        float32: beside a float, integers and booleans do not count, and alone they are computed in
        float64. The bias does not count either; it is cast. The batch may lie last in memory.

    Raises
    ------
    TypeError
        If an operand does not hold real numbers, or an option is not an integer.
    ValueError
        If an operand has the wrong number of axes or channels, if an option is out of range, or
        if the kernel is larger than the padded map.

    See Also
    --------
    conv2d_backward : Its gradients.
    conv_transpose2d : Its adjoint.
    cross_correlate2d, convolve2d : One image, one kernel, any border.

    Notes
    -----
    For images, with stride :math:`(s, t)`, dilation :math:`(d, e)`, the padded input :math:`X` and
    one group,

    .. math:: Y_{b,o,i,j} = \beta_o + \sum_{c=0}^{C_{in}-1} \sum_{m=0}^{K_h-1} \sum_{n=0}^{K_w-1}
              X_{b,\; c,\; i s + m d,\; j t + n e}\, W_{o,c,m,n}

    for :math:`0 \le b < N`, :math:`0 \le o < C_{out}`, :math:`0 \le i < H'`,
    :math:`0 \le j < W'`; with one or three axes likewise. With :math:`g` groups, output channel
    :math:`o` belongs to group :math:`\lfloor o g / C_{out} \rfloor` and sums over that group's
    input channels only (Krizhevsky, Sutskever & Hinton 2012, section 3.2).

    The terms are added in an order that depends on the shapes; on the layout of memory a sum
    depends by no more than rounding, and on cells outside its window not at all. NaN and infinity
    propagate by the rules of IEEE 754. Padding counts as zeros, so where an infinite weight meets
    it the sum is NaN.

    Sizes count as in Dumoulin & Visin (2016, section 2). The options are those of the ONNX operator
    Conv and of PyTorch's ``conv2d``, but for a few. Neither knows ``"full"``. ONNX has SAME_LOWER
    too, whose odd cell goes before. PyTorch takes no ``(before, after)``, and ``"same"`` only at
    stride 1; it takes one image without the batch axis, which is refused here.

    Examples
    --------
    Two channels, one filter: 1·1 + 2·1 in the first channel and 10·5 + 10·7 in the second.

    >>> x = [[[[1, 2, 3]], [[5, 7, 9]]]]
    >>> weight = [[[[1, 1]], [[10, 10]]]]
    >>> conv2d(x, weight, [0.5])
    array([[[[123.5, 165.5]]]])

    One axis, and three:

    >>> conv1d([[[1, 2, 3, 4]]], [[[1, 0, -1]]], padding=1)
    array([[[-2., -2., -2.,  3.]]])
    >>> conv3d([[[[[1, 2]], [[5, 9]]]]], [[[[[-1]], [[1]]]]])
    array([[[[[4., 7.]]]]])
    """
    x = given.batch_of_maps(x, "x", axes=axes, channels="C_in")
    weight, groups = _check_filters(weight, groups, x, axes)
    bias = _bias(bias, len(weight))
    windows = lay_windows(
        x.shape[2:], weight.shape[2:], stride=stride, padding=padding, dilation=dilation
    )
    x, weight = given.as_floats(x, weight)
    return engine.correlate(x, weight, bias, windows, groups)


conv1d, conv2d, conv3d = given.on_1_2_and_3_axes(_conv, "conv{}d")


def _backward(
    grad_output, x, weight, *, stride=1, padding=0, dilation=1, groups=1, to_input=True, axes
):
    r"""Pass gradients back through the layer, to its input, its filters and its bias.

    Parameters
    ----------
    grad_output : array_like of shape (N, C_out, *size')
        The loss's gradient with respect to the layer's output.
    x : array_like of shape (N, C_in, *size)
        The layer's input.
    weight : array_like of shape (C_out, C_in // groups, *kernel)
        The layer's filters.
    stride, padding, dilation, groups
        The layer's options, as given to `conv2d`, or to `conv1d` or `conv3d`.
    to_input : bool, default True
        Compute the gradient of the input. The first layer of a network does not need it, and its
        ``x`` is None without.

    Returns
    -------
    ConvGradients
        New arrays named ``x``, ``weight``, ``bias``, with the shapes of what they belong to. The
        type is chosen as in `conv2d`, over all three operands. The batch of ``x`` may lie last in
        memory.

    Notes
    -----
    In the notation of `conv2d`, with :math:`G` for `grad_output` and one group, each sum collects
    the terms in which the variable occurs:

    .. math::
        \frac{\partial L}{\partial \beta_o} &= \sum_{b,i,j} G_{b,o,i,j}

        \frac{\partial L}{\partial W_{o,c,m,n}} &= \sum_{b,i,j} G_{b,o,i,j}\,
            X_{b,\; c,\; i s + m d,\; j t + n e}

        \frac{\partial L}{\partial X_{b,c,p,q}} &= \sum_{o} \sum_{i s + m d = p}\;
            \sum_{j t + n e = q} G_{b,o,i,j}\, W_{o,c,m,n}

    over :math:`0 \le b < N`, :math:`0 \le o < C_{out}`, :math:`0 \le i < H'`,
    :math:`0 \le j < W'`, :math:`0 \le m < K_h` and :math:`0 \le n < K_w`. With groups, the last
    sum runs over the output channels of the group of :math:`c`, and :math:`c` counts within the
    group in :math:`W`. :math:`X` is the padded input, so :math:`p` and :math:`q` count rows and
    columns of the padded map; what falls on the padding is dropped.

    So the gradient of the filters is not flipped: it correlates the input with :math:`G`, which
    meets in each window the cell that the filter's cell met. At stride 1 the last sum is a full
    convolution of :math:`G` with the filters: back through a layer, the kernel is flipped
    (Goodfellow, Bengio & Courville 2016, section 9.5).

    Examples
    --------
    >>> gradients = conv2d_backward([[[[1, 10]]]], [[[[1, 2, 3]]]], [[[[5, 7]]]])
    >>> gradients.x
    array([[[[ 5., 57., 70.]]]])
    >>> gradients.weight
    array([[[[21., 32.]]]])
    >>> gradients.bias
    array([11.])
    """
    grad_output = given.batch_of_maps(grad_output, "grad_output", axes=axes, channels="C_out")
    x = given.batch_of_maps(x, "x", axes=axes, channels="C_in")
    weight, groups = _check_filters(weight, groups, x, axes)
    windows = lay_windows(
        x.shape[2:], weight.shape[2:], stride=stride, padding=padding, dilation=dilation
    )
    shape = len(x), len(weight), *windows.count
    grad_output = given.as_gradient(grad_output, shape, "the layer's output", channels="C_out")
    grad_output, x, weight = given.as_floats(grad_output, x, weight)
    to_input = given.as_flag(to_input, "to_input")
    found = engine.gradients(grad_output, x, weight, windows, groups, to_input=to_input)
    return ConvGradients(*found)


# The functions that the book calls, one for each number of axes, from the one above.
conv1d_backward, conv2d_backward, conv3d_backward = given.on_1_2_and_3_axes(
    _backward, "conv{}d_backward"
)


def _transpose(
    x, weight, bias=None, *, stride=1, padding=0, output_padding=0, dilation=1, groups=1, axes
):
    r"""Spread each cell over a window of the output: the adjoint of the layer.

    Where `conv2d` reads a window and writes a cell, this reads a cell and adds to a window. It is
    what `conv2d_backward` does to the gradient, offered as a layer. Also called fractionally
    strided convolution and, misleadingly, deconvolution: it does not undo a convolution.

    Parameters
    ----------
    x, bias, dilation, groups
        As in `conv2d`.
    weight : array_like of shape (C_in, C_out // groups, *kernel)
        One filter for each input channel. The `conv2d` of which this is the adjoint takes the
        same array, and reads its first axis as its output channels.
    stride : int or tuple of int, default 1
        Cells of the output from one window to the next.
    padding : int, sequence of int, sequence of (int, int) or {"valid", "same", "full"}, default 0
        Cells *cut off* around the output: the padding of the `conv2d` of which this is the
        adjoint. ``"same"`` gives an output of ``size * stride``; an odd cell is cut after.
        Where the window spans less than the stride, cells are added after instead: zeros, and the
        bias.
    output_padding : int or tuple of int, default 0
        Cells the output is longer by, at the end of each axis: `conv2d` with a stride gives one
        size for several inputs, and this says which of them to return to. Less than the stride or
        the dilation. With ``"same"`` the size is fixed, and `output_padding` may shift what is cut
        by a cell or more.

    Returns
    -------
    ndarray of shape (N, C_out, *size')
        A new array, typed as by `conv2d`. The batch may lie last in memory.

    Notes
    -----
    Before the padding is cut off, for images, with stride :math:`(s, t)`, dilation :math:`(d, e)`
    and one group,

    .. math:: Y_{b,o,p,q} = \beta_o + \sum_{c=0}^{C_{in}-1} \sum_{i s + m d = p}\;
              \sum_{j t + n e = q} X_{b,c,i,j}\, W_{c,o,m,n}

    over :math:`0 \le i < H`, :math:`0 \le m < K_h` and :math:`0 \le j < W`,
    :math:`0 \le n < K_w`, for :math:`0 \le b < N`, :math:`0 \le o < C_{out}` and, with :math:`a`
    rows of output padding, :math:`0 \le p < s (H - 1) + d (K_h - 1) + 1 + a`; the columns
    :math:`q` likewise. The padding then cuts rows and columns off (Dumoulin & Visin 2016,
    section 4). With groups, the first sum runs over the input channels of the group of :math:`o`,
    and :math:`o` counts within the group in :math:`W`.

    Without its bias this is the adjoint of the `conv2d` with the same options as long as
    `output_padding` is less than the stride, and with ``"same"`` while it is 0. A larger
    `output_padding`, which a dilation allows, gives a map on which that `conv2d` has more cells
    than `x`.

    The options are those of the ONNX operator ConvTranspose and of PyTorch's ``conv_transpose2d``,
    but for a few. Neither knows ``"full"``. ONNX has SAME_LOWER too, and ``output_shape`` in place
    of the padding; where ``"same"`` adds cells, its reference evaluator puts half of them, rounded
    up, before the first. PyTorch takes no words and no ``(before, after)``; it takes one image
    without the batch axis, which is refused here.

    Examples
    --------
    Windows that overlap add up: 3 + 10·1 = 13.

    >>> conv_transpose2d([[[[1, 10]]]], [[[[1, 2, 3]]]], stride=2)
    array([[[[ 1.,  2., 13., 20., 30.]]]])
    """
    x = given.batch_of_maps(x, "x", axes=axes, channels="C_in")
    weight, groups = _check_filters(weight, groups, x, axes, transposed=True)
    bias = _bias(bias, weight.shape[1] * groups)
    windows = transposed_windows(
        x.shape[2:], weight.shape[2:], stride, padding, output_padding, dilation
    )
    x, weight = given.as_floats(x, weight)
    return engine.spread(x, weight, bias, windows, groups)


conv_transpose1d, conv_transpose2d, conv_transpose3d = given.on_1_2_and_3_axes(
    _transpose, "conv_transpose{}d"
)


def transposed_windows(count, kernel_size, stride, padding, output_padding, dilation):
    """Lay out the windows that a transposed layer spreads over, one for each cell of its input.

    They are those of the layer of which it is the adjoint; `size` is that of the output.
    """
    axes = len(count)
    stride = given.per_axis(stride, "stride", axes=axes)
    dilation = given.per_axis(dilation, "dilation", axes=axes)
    extra = given.per_axis(output_padding, "output_padding", axes=axes, minimum=0)
    for cells, step, gap in zip(extra, stride, dilation, strict=True):
        if cells >= max(step, gap):
            raise ValueError(
                f"output_padding must be less than the stride or the dilation, at most "
                f"{max(step, gap) - 1} for stride {step} and dilation {gap}; got {cells}"
            )
    sides = zip(count, kernel_size, stride, dilation, extra, strict=True)
    whole = tuple((n - 1) * s + d * (k - 1) + 1 + more for n, k, s, d, more in sides)
    if isinstance(padding, str) and padding == "same":
        over = [cells - n * step for cells, n, step in zip(whole, count, stride, strict=True)]
        padding = [(max(cells, 0) // 2, cells - max(cells, 0) // 2) for cells in over]
    else:
        padding = resolve_padding(padding, count, kernel_size, stride, dilation)
    size = tuple(cells - sum(pads) for cells, pads in zip(whole, padding, strict=True))
    if min(size) < 1:
        raise ValueError(
            f"padding {padding} leaves nothing of the {whole} cells that x {count} spreads over; "
            f"use less padding"
        )
    return Windows(size, kernel_size, stride, dilation, tuple(padding), count)


def _check_filters(weight, groups, x, axes, *, transposed=False):
    """Check filters against the channels of the input."""
    letters = "C_in, C_out // groups" if transposed else "C_out, C_in // groups"
    letters += f", {given.KERNEL_AXES[axes]}"
    weight = given.array_with_axes(weight, "weight", letters, may_be_empty=False)
    groups = given.as_integer(groups, "groups", minimum=1)
    channels, expected = x.shape[1], len(weight) if transposed else weight.shape[1] * groups
    if channels != expected:
        each = ", its first axis" if transposed else ""
        if groups > 1 and not transposed:
            each = f", {weight.shape[1]} in each of {groups} groups"
        raise ValueError(
            f"weight expects {expected} input channels{each} (shape {weight.shape}); "
            f"x has {channels} (shape {x.shape})"
        )
    if len(weight) % groups:
        of = "input channels" if transposed else "output channels of weight"
        raise ValueError(
            f"groups must divide the {len(weight)} {of} ({given.divisors(len(weight))}); "
            f"got {groups}"
        )
    return weight, groups


def _bias(bias, channels):
    """Take no bias, or one number for each output channel."""
    if bias is None:
        return None
    bias = given.real_array(bias, "bias")
    if bias.shape != (channels,):
        raise ValueError(
            f"bias needs one number for each output channel, shape ({channels},); "
            f"got shape {bias.shape}"
        )
    return bias


def _as_plane(value, name, axes):
    """Return an array with 2 axes of real numbers, or say what came instead."""
    array = given.real_array(value, name)
    if array.ndim != 2:
        counted = "1 axis" if array.ndim == 1 else f"{array.ndim} axes"
        advice = {
            1: f"; one row is {name}[None, :], one column {name}[:, None]",
            3: f"; pick one plane, such as {name}[:, :, 0]",
        }.get(array.ndim, "")
        if array.ndim == 3 and name == "image":
            advice = "; pick one channel, image[:, :, 0], or take cnnlab.images.to_grey(image)"
        raise ValueError(
            f"{name} must have 2 axes {axes}; got {counted}, shape {array.shape}{advice}"
        )
    if not array.size:
        raise ValueError(f"{name} must have at least 1 row and 1 column; got shape {array.shape}")
    return array


def _numpy_mode(border):
    """Return what numpy.pad calls this border."""
    if not isinstance(border, str) or border not in NUMPY_MODES:
        raise ValueError(
            f"border must be one of {given.listed(BORDERS)}; "
            f"got {border!r}{given.nearest(border, BORDERS)}"
        )
    return NUMPY_MODES[border]
