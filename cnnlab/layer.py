"""The convolutional layer: forward, its three gradients, and its transpose."""

from typing import NamedTuple

import numpy as np

from cnnlab import engine
from cnnlab.arguments import (
    array_with_axes,
    as_integer,
    batch_of_maps,
    output_padding_per_axis,
    per_axis,
    real_array,
    working_dtype,
)
from cnnlab.shapes import output_shape, resolve_padding

_KERNEL_AXES = {1: "K", 2: "K_h, K_w", 3: "K_t, K_h, K_w"}


class ConvGradients(NamedTuple):
    """The gradients of a loss with respect to what a convolutional layer was given.

    Attributes
    ----------
    x : ndarray of shape (N, C_in, *size)
        With respect to the input.
    weight : ndarray of shape (C_out, C_in // groups, *kernel)
        With respect to the filters.
    bias : ndarray of shape (C_out,)
        With respect to the bias, whether the layer has one or not.
    """

    x: np.ndarray
    weight: np.ndarray
    bias: np.ndarray


def conv1d(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Slide filters over a batch of sequences: `conv2d` with one spatial axis.

    Parameters
    ----------
    x : array_like of shape (N, C_in, L)
        The batch.
    weight : array_like of shape (C_out, C_in // groups, K)
        One filter for each output channel.
    bias : array_like of shape (C_out,), optional
        Added to each output channel.
    stride, padding, dilation, groups
        As in `conv2d`, with one axis.

    Returns
    -------
    ndarray of shape (N, C_out, L')
        The feature maps.

    See Also
    --------
    conv2d : The options, the sum and the errors.

    Examples
    --------
    >>> conv1d([[[1, 2, 3, 4]]], [[[1, 0, -1]]], padding=1)
    array([[[-2., -2., -2.,  3.]]])
    """
    return _conv(x, weight, bias, stride, padding, dilation, groups, axes=1)


def conv2d(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    r"""Slide filters over a batch of images: the convolutional layer.

    Like every library's layer of this name it cross-correlates: the filters are not flipped. Each
    filter spans all channels of its group and gives one feature map.

    Parameters
    ----------
    x : array_like of shape (N, C_in, H, W)
        The batch; N may be 0.
    weight : array_like of shape (C_out, C_in // groups, K_h, K_w)
        One filter for each output channel.
    bias : array_like of shape (C_out,), optional
        Added to each output channel.
    stride : int or (int, int), default 1
        Cells from one position to the next, for rows and columns.
    padding : int, (int, int), ((int, int), (int, int)) or {"valid", "same", "full"}, default 0
        Zeros added around each map: one number, one per axis, or one ``(before, after)`` per axis.
        ``"valid"`` adds none. ``"same"`` gives an output of ``ceil(size / stride)``; an odd cell
        goes after. ``"full"`` lets every cell of the kernel meet every cell of the map.
    dilation : int or (int, int), default 1
        Cells from one kernel cell to the next; 1 is a dense kernel.
    groups : int, default 1
        Input and output channels fall into this many consecutive groups, which do not mix.

    Returns
    -------
    ndarray of shape (N, C_out, H', W')
        The feature maps, a new array. It has the widest float type of `x` and `weight`, at least
        float32: beside a float, integers and booleans do not count, and alone they are computed in
        float64. The bias does not count either; it is cast. The memory may lie channels last.

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
    cnnlab.convolution.cross_correlate2d : One image, one kernel, any border.
    cnnlab.convolution.convolve2d : The same with the kernel flipped.

    Notes
    -----
    With stride :math:`(s, t)`, dilation :math:`(d, e)`, the padded input :math:`X` and one group,

    .. math:: Y_{b,o,i,j} = \beta_o + \sum_{c=0}^{C_{in}-1} \sum_{m=0}^{K_h-1} \sum_{n=0}^{K_w-1}
              X_{b,\; c,\; i s + m d,\; j t + n e}\, W_{o,c,m,n}

    for :math:`0 \le b < N`, :math:`0 \le o < C_{out}`, :math:`0 \le i < H'`,
    :math:`0 \le j < W'`. With :math:`g` groups, output channel :math:`o` belongs to group
    :math:`\lfloor o g / C_{out} \rfloor` and sums over that group's input channels only
    (Krizhevsky, Sutskever & Hinton 2012, section 3.2). The terms are added in an order that
    depends on the shapes; on the layout of memory it depends by no more than rounding. A sum
    depends on its own window alone, whatever stands beside it. NaN and infinity propagate by the
    rules of IEEE 754. Padding counts as zeros, so where an infinite weight meets it the sum is NaN.

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
    """
    return _conv(x, weight, bias, stride, padding, dilation, groups, axes=2)


def conv3d(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Slide filters over a batch of videos or volumes: `conv2d` with three spatial axes.

    Parameters
    ----------
    x : array_like of shape (N, C_in, T, H, W)
        The batch.
    weight : array_like of shape (C_out, C_in // groups, K_t, K_h, K_w)
        One filter for each output channel.
    bias : array_like of shape (C_out,), optional
        Added to each output channel.
    stride, padding, dilation, groups
        As in `conv2d`, with three axes.

    Returns
    -------
    ndarray of shape (N, C_out, T', H', W')
        The feature maps.

    See Also
    --------
    conv2d : The options, the sum and the errors.

    Examples
    --------
    >>> conv3d([[[[[1, 2]], [[5, 9]]]]], [[[[[-1]], [[1]]]]])
    array([[[[[4., 7.]]]]])
    """
    return _conv(x, weight, bias, stride, padding, dilation, groups, axes=3)


def conv1d_backward(grad_output, x, weight, *, stride=1, padding=0, dilation=1, groups=1):
    """Pass gradients back through `conv1d`: `conv2d_backward` with one spatial axis.

    Parameters
    ----------
    grad_output : array_like of shape (N, C_out, L')
        The loss's gradient with respect to the layer's output.
    x : array_like of shape (N, C_in, L)
        The layer's input.
    weight : array_like of shape (C_out, C_in // groups, K)
        The layer's filters.
    stride, padding, dilation, groups
        The layer's options.

    Returns
    -------
    ConvGradients
        Named ``x``, ``weight``, ``bias``.

    See Also
    --------
    conv2d_backward : The sums and the errors.

    Examples
    --------
    >>> conv1d_backward([[[1, 10]]], [[[1, 2, 3]]], [[[5, 7]]]).weight
    array([[[21., 32.]]])
    """
    return _conv_backward(grad_output, x, weight, stride, padding, dilation, groups, axes=1)


def conv2d_backward(grad_output, x, weight, *, stride=1, padding=0, dilation=1, groups=1):
    r"""Pass gradients back through `conv2d`, to its input, its filters and its bias.

    Parameters
    ----------
    grad_output : array_like of shape (N, C_out, H', W')
        The loss's gradient with respect to the layer's output.
    x : array_like of shape (N, C_in, H, W)
        The layer's input.
    weight : array_like of shape (C_out, C_in // groups, K_h, K_w)
        The layer's filters.
    stride, padding, dilation, groups
        The layer's options, as given to `conv2d`.

    Returns
    -------
    ConvGradients
        New arrays named ``x``, ``weight``, ``bias``, with the shapes of what they belong to. The
        type is chosen as in `conv2d`, over all three operands. The memory of ``x`` and ``weight``
        may lie channels last.

    Raises
    ------
    TypeError, ValueError
        As `conv2d`; and if `grad_output` has not the shape of the layer's output.

    See Also
    --------
    cnnlab.loops.input_gradient : The element-wise rule, in plain loops.

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

    At stride 1 the last sum is a full convolution of the gradient with the filters: back through a
    layer, the kernel is flipped (Goodfellow, Bengio & Courville 2016, section 9.5). For some shapes
    it is computed so, and then an infinite weight gives NaN where it meets the zeros around the
    gradient.

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
    return _conv_backward(grad_output, x, weight, stride, padding, dilation, groups, axes=2)


def conv3d_backward(grad_output, x, weight, *, stride=1, padding=0, dilation=1, groups=1):
    """Pass gradients back through `conv3d`: `conv2d_backward` with three spatial axes.

    Parameters
    ----------
    grad_output : array_like of shape (N, C_out, T', H', W')
        The loss's gradient with respect to the layer's output.
    x : array_like of shape (N, C_in, T, H, W)
        The layer's input.
    weight : array_like of shape (C_out, C_in // groups, K_t, K_h, K_w)
        The layer's filters.
    stride, padding, dilation, groups
        The layer's options.

    Returns
    -------
    ConvGradients
        Named ``x``, ``weight``, ``bias``.

    See Also
    --------
    conv2d_backward : The sums and the errors.

    Examples
    --------
    >>> conv3d_backward([[[[[1]], [[10]]]]], [[[[[1]], [[2]]]]], [[[[[3]]]]]).weight
    array([[[[[21.]]]]])
    """
    return _conv_backward(grad_output, x, weight, stride, padding, dilation, groups, axes=3)


def conv_transpose1d(
    x, weight, bias=None, *, stride=1, padding=0, output_padding=0, dilation=1, groups=1
):
    """Apply the adjoint of `conv1d`: `conv_transpose2d` with one spatial axis.

    Parameters
    ----------
    x : array_like of shape (N, C_in, L)
        The batch.
    weight : array_like of shape (C_in, C_out // groups, K)
        One filter for each input channel.
    bias : array_like of shape (C_out,), optional
        Added to each output channel.
    stride, padding, output_padding, dilation, groups
        As in `conv_transpose2d`, with one axis.

    Returns
    -------
    ndarray of shape (N, C_out, L')
        The result.

    See Also
    --------
    conv_transpose2d : The options, the sum and the errors.

    Examples
    --------
    >>> conv_transpose1d([[[1, 10]]], [[[1, 2, 3]]], stride=2)
    array([[[ 1.,  2., 13., 20., 30.]]])
    """
    options = stride, padding, output_padding, dilation, groups
    return _conv_transpose(x, weight, bias, *options, axes=1)


def conv_transpose2d(
    x, weight, bias=None, *, stride=1, padding=0, output_padding=0, dilation=1, groups=1
):
    r"""Spread each cell over a window of the output: the adjoint of `conv2d`.

    Where `conv2d` reads a window and writes a cell, this reads a cell and adds to a window. It is
    what `conv2d_backward` does to the gradient, offered as a layer. Also called fractionally
    strided convolution and, misleadingly, deconvolution: it does not undo a convolution.

    Parameters
    ----------
    x : array_like of shape (N, C_in, H, W)
        The batch; N may be 0.
    weight : array_like of shape (C_in, C_out // groups, K_h, K_w)
        One filter for each input channel. The `conv2d` of which this is the adjoint takes the
        same array, and reads its first axis as its output channels.
    bias : array_like of shape (C_out,), optional
        Added to each output channel.
    stride : int or (int, int), default 1
        Cells of the output from one window to the next.
    padding : int, (int, int), ((int, int), (int, int)) or {"valid", "same", "full"}, default 0
        Cells *cut off* around the output: the padding of the `conv2d` of which this is the
        adjoint. ``"same"`` gives an output of ``size * stride``; an odd cell is cut after.
        Where the window spans less than the stride, cells are added after instead: zeros, and the
        bias.
    output_padding : int or (int, int), default 0
        Cells the output is longer by, at the end of each axis: `conv2d` with a stride gives one
        size for several inputs, and this says which of them to return to. Less than the stride or
        the dilation. With ``"same"`` the size is fixed, and `output_padding` may shift what is cut
        by a cell or more.
    dilation : int or (int, int), default 1
        Cells from one kernel cell to the next; 1 is a dense kernel.
    groups : int, default 1
        Input and output channels fall into this many consecutive groups, which do not mix.

    Returns
    -------
    ndarray of shape (N, C_out, H', W')
        A new array. The type is chosen as in `conv2d`. The memory may lie channels last.

    Raises
    ------
    TypeError
        If an operand does not hold real numbers, or an option is not an integer.
    ValueError
        If an operand has the wrong number of axes or channels, if an option is out of range, or
        if the padding cuts everything off.

    See Also
    --------
    conv2d : Its adjoint.
    cnnlab.loops.conv_transpose : Zeros between the rows, then a full convolution.

    Notes
    -----
    Before the padding is cut off, with stride :math:`(s, t)`, dilation :math:`(d, e)` and one
    group,

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

    At stride 1 it may be computed as the correlation of `x`, with zeros around it, with the flipped
    filters. Then an infinite weight gives NaN where it meets those zeros.

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
    options = stride, padding, output_padding, dilation, groups
    return _conv_transpose(x, weight, bias, *options, axes=2)


def conv_transpose3d(
    x, weight, bias=None, *, stride=1, padding=0, output_padding=0, dilation=1, groups=1
):
    """Apply the adjoint of `conv3d`: `conv_transpose2d` with three spatial axes.

    Parameters
    ----------
    x : array_like of shape (N, C_in, T, H, W)
        The batch.
    weight : array_like of shape (C_in, C_out // groups, K_t, K_h, K_w)
        One filter for each input channel.
    bias : array_like of shape (C_out,), optional
        Added to each output channel.
    stride, padding, output_padding, dilation, groups
        As in `conv_transpose2d`, with three axes.

    Returns
    -------
    ndarray of shape (N, C_out, T', H', W')
        The result.

    See Also
    --------
    conv_transpose2d : The options, the sum and the errors.

    Examples
    --------
    >>> conv_transpose3d([[[[[1, 2]]]]], [[[[[1]], [[10]]]]])
    array([[[[[ 1.,  2.]],
    <BLANKLINE>
             [[10., 20.]]]]])
    """
    options = stride, padding, output_padding, dilation, groups
    return _conv_transpose(x, weight, bias, *options, axes=3)


def _conv(x, weight, bias, stride, padding, dilation, groups, *, axes):
    """Check, then run the forward sum on any number of spatial axes."""
    x = batch_of_maps(x, "x", axes=axes, channels="C_in")
    weight, groups = _check_filters(weight, groups, x, axes)
    bias = _bias(bias, weight.shape[0])
    geometry = _geometry(x, weight, stride, padding, dilation, groups)
    x, weight = _as_floats(x, weight)
    return engine.correlate(x, weight, _cast(bias, x.dtype), geometry)


def _conv_backward(grad_output, x, weight, stride, padding, dilation, groups, *, axes):
    """Check, then compute the three gradients on any number of spatial axes."""
    grad_output = batch_of_maps(grad_output, "grad_output", axes=axes, channels="C_out")
    x = batch_of_maps(x, "x", axes=axes, channels="C_in")
    weight, groups = _check_filters(weight, groups, x, axes)
    geometry = _geometry(x, weight, stride, padding, dilation, groups)
    expected = (x.shape[0], weight.shape[0], *geometry.output_size)
    if grad_output.shape != expected:
        raise ValueError(
            f"grad_output must have the shape of the layer's output, {expected}; "
            f"got {grad_output.shape}"
        )
    return ConvGradients(*engine.gradients(*_as_floats(grad_output, x, weight), geometry))


def _conv_transpose(x, weight, bias, stride, padding, output_padding, dilation, groups, *, axes):
    """Check, then run the adjoint on any number of spatial axes."""
    x = batch_of_maps(x, "x", axes=axes, channels="C_in")
    weight, groups = _check_transposed_filters(weight, groups, x, axes)
    bias = _bias(bias, weight.shape[1] * groups)
    geometry = _transposed_geometry(x, weight, stride, padding, output_padding, dilation, groups)
    x, weight = _as_floats(x, weight)
    return engine.spread(x, weight, _cast(bias, x.dtype), geometry)


def _check_filters(weight, groups, x, axes):
    """Check the filters of a forward layer against the channels of its input."""
    letters = f"C_out, C_in // groups, {_KERNEL_AXES[axes]}"
    weight = array_with_axes(weight, "weight", letters, may_be_empty=False)
    groups = as_integer(groups, "groups", minimum=1)
    channels, expected = x.shape[1], weight.shape[1] * groups
    if channels != expected:
        each = f", {weight.shape[1]} in each of {groups} groups" if groups > 1 else ""
        raise ValueError(
            f"weight expects {expected} input channels{each} (shape {weight.shape}); "
            f"x has {channels} (shape {x.shape})"
        )
    _check_groups(groups, weight.shape[0], "output channels of weight")
    return weight, groups


def _check_transposed_filters(weight, groups, x, axes):
    """Check the filters of a transposed layer against the channels of its input."""
    letters = f"C_in, C_out // groups, {_KERNEL_AXES[axes]}"
    weight = array_with_axes(weight, "weight", letters, may_be_empty=False)
    groups = as_integer(groups, "groups", minimum=1)
    if x.shape[1] != weight.shape[0]:
        raise ValueError(
            f"weight expects {weight.shape[0]} input channels, its first axis "
            f"(shape {weight.shape}); x has {x.shape[1]} (shape {x.shape})"
        )
    _check_groups(groups, x.shape[1], "input channels")
    return weight, groups


def _check_groups(groups, channels, of_what):
    """Say which numbers of groups would do, if this one does not."""
    if channels % groups:
        fitting = ", ".join(str(n) for n in range(1, channels + 1) if channels % n == 0)
        raise ValueError(f"groups must divide the {channels} {of_what} ({fitting}); got {groups}")


def _bias(bias, channels):
    """Take no bias, or one number for each output channel."""
    if bias is None:
        return None
    bias = real_array(bias, "bias")
    if bias.shape != (channels,):
        raise ValueError(
            f"bias needs one number for each output channel, shape ({channels},); "
            f"got shape {bias.shape}"
        )
    return bias


def _geometry(x, weight, stride, padding, dilation, groups):
    """Resolve the options of a forward layer."""
    size, kernel_size = x.shape[2:], weight.shape[2:]
    stride = per_axis(stride, "stride", axes=len(size))
    dilation = per_axis(dilation, "dilation", axes=len(size))
    padding = resolve_padding(padding, size, kernel_size, stride, dilation)
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    before = tuple(cells for cells, _ in padding)
    output_size = output_shape(size, kernel_size, **options)
    return engine.Geometry(size, kernel_size, output_size, stride, before, dilation, groups)


def _transposed_geometry(x, weight, stride, padding, output_padding, dilation, groups):
    """Resolve the options of a transposed layer, as those of the layer it is the adjoint of."""
    size, kernel_size = x.shape[2:], weight.shape[2:]
    stride = per_axis(stride, "stride", axes=len(size))
    dilation = per_axis(dilation, "dilation", axes=len(size))
    extra = output_padding_per_axis(output_padding, stride, dilation)
    whole = tuple(
        (n - 1) * step + gap * (k - 1) + 1 + cells
        for n, k, step, gap, cells in zip(size, kernel_size, stride, dilation, extra, strict=True)
    )
    if isinstance(padding, str) and padding == "same":
        output_size = tuple(n * step for n, step in zip(size, stride, strict=True))
        before = tuple(max(a - b, 0) // 2 for a, b in zip(whole, output_size, strict=True))
    else:
        padding = resolve_padding(padding, size, kernel_size, stride, dilation)
        output_size = tuple(n - sum(pair) for n, pair in zip(whole, padding, strict=True))
        before = tuple(cells for cells, _ in padding)
    if min(output_size) < 1:
        raise ValueError(
            f"padding {padding} leaves nothing of the {whole} cells that x {size} spreads over; "
            f"use less padding"
        )
    return engine.Geometry(output_size, kernel_size, size, stride, before, dilation, groups)


def _as_floats(*arrays):
    """Bring the operands to the type to compute in."""
    dtype = working_dtype(*arrays)
    return [array.astype(dtype, copy=False) for array in arrays]


def _cast(bias, dtype):
    """Bring the bias, if there is one, to the type that the other operands have chosen."""
    return None if bias is None else bias.astype(dtype, copy=False)
