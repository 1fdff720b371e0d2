"""Chapter 6's claims."""

import numpy as np

from cnnlab import (
    check_gradient,
    conv2d,
    conv2d_backward,
    conv_matrix,
    conv_transpose2d,
    convolve2d,
    cross_correlate2d,
    loops,
    max_pool2d,
    max_pool_backward,
    max_unpool,
    numerical_gradient,
    output_size,
)
from cnnlab.claims.record import AGGARWAL, AMBIGUOUS, CS231N, OK, claim

_PADDINGS = [(k, p) for k in (2, 3, 5) for p in range(k)]
_TEN = "a 9 × 9 map, kernels with sides of 2, 3 and 5, and every padding up to the side less one"


def _whole(*shape, seed=6):
    """Draw whole numbers of both signs: sums of them are exact."""
    return np.random.default_rng(seed).integers(-9, 10, shape).astype(float)


def _layer(channels, filters, *, side=7, **options):
    """Draw a layer with kernels of 3 × 3, and a gradient of its output."""
    x = _whole(1, channels, side, side)
    weight = _whole(filters, channels, 3, 3, seed=7)
    return x, weight, _whole(*conv2d(x, weight, **options).shape, seed=8)


def _nudged(x, weight, grad, **options):
    return numerical_gradient(lambda moved: conv2d(moved, weight, **options), x, grad)


def _close(gradient, nudged):
    """Count the cells in which a gradient is what nudging gives, up to rounding."""
    return int(np.isclose(gradient, nudged, atol=1e-5).sum())


def _flipped_and_back(k, p):
    """Slide a gradient back, flipped; return it, and what nudging gives."""
    weight, size = _whole(k, k), output_size(9, k, padding=p)
    grad = _whole(size, size, seed=7)
    x = _whole(9, 9, seed=8)
    truth = numerical_gradient(lambda moved: cross_correlate2d(moved, weight, padding=p), x, grad)
    return convolve2d(grad, weight, padding=k - 1 - p), truth


def _swapped(weight):
    """Index the filters of the way back as the equation does."""
    filters, channels, side, _ = weight.shape
    backward = np.zeros((channels, filters, side, side))
    for p, q, i, j in np.ndindex(weight.shape):
        backward[q, p, side - 1 - i, side - 1 - j] = weight[p, q, i, j]
    return backward


@claim(
    "A-8.2.1-reverse",
    AGGARWAL,
    "section 8.2.1, on reversing a convolution",
    AMBIGUOUS,
    section="transposed-is-not-undone",
    inputs="a 6 × 6 input and a 3 × 3 kernel of whole numbers, drawn at random",
    stated="sliding the right kernel over the padded output reverses the convolution",
    gives={
        "size of the result": [6, 6],
        "it is the product with C and then with its transpose": True,
        "it is the input again": False,
        "independent equations for 36 unknowns": 16,
    },
)
def reversed_convolution():
    """A fully padded output, slid over with a suitable kernel of the same size, reverses the step.

    It brings back the size, and it is the transpose. It is no inverse: the 16 outputs do not
    determine 36 cells.
    """
    image, kernel = _whole(6, 6), _whole(3, 3, seed=7)
    back = convolve2d(cross_correlate2d(image, kernel), kernel, padding="full")
    matrix = conv_matrix(kernel, image.shape)
    product = (matrix.T @ (matrix @ image.ravel())).reshape(image.shape)
    rank = np.linalg.matrix_rank(matrix.toarray())
    return back.shape, np.array_equal(back, product), np.array_equal(back, image), int(rank)


@claim(
    "A-8.3.1-pseudocode",
    AGGARWAL,
    "section 8.3.1, the rule for one cell",
    OK,
    section="nudge-one-cell",
    inputs="three channels of 8 × 8, five filters of 3 × 3, stride 2, padding 1",
    stated="the sum, over the cell's forward set, of gradient times weight",
    gives={"cells": 192, "cells whose sum is what nudging gives": 192},
)
def rule_for_a_cell():
    """A cell's gradient is the sum of gradient times weight over the outputs that it reaches."""
    options = {"stride": 2, "padding": 1}
    x, weight, grad = _layer(3, 5, side=8, **options)
    sums = sum(
        np.stack(
            [
                loops.input_gradient(grad[0, o], weight[o, c], x.shape[2:], **options)
                for c in range(3)
            ]
        )
        for o in range(5)
    )
    return sums.size, _close(sums, _nudged(x, weight, grad, **options)[0])


@claim(
    "A-8.3.2-flip",
    AGGARWAL,
    "section 8.3.2 and figure 8.7, the flipped kernel",
    OK,
    section="slide-it-back-flipped",
    inputs=_TEN,
    stated="the way back is a convolution with the kernel flipped both ways",
    gives={"settings": 10, "settings in which it holds": 10, "without the flip": 0},
)
def flipped_kernel():
    """At stride 1, a gradient goes back by sliding the kernel, flipped both ways."""
    pairs = [_flipped_and_back(k, p) for k, p in _PADDINGS]
    plain = [
        np.allclose(
            cross_correlate2d(_whole(size, size, seed=7), _whole(k, k), padding=k - 1 - p), truth
        )
        for (k, p), (_, truth) in zip(_PADDINGS, pairs, strict=True)
        if (size := output_size(9, k, padding=p))
    ]
    return len(pairs), sum(np.allclose(back, truth) for back, truth in pairs), sum(plain)


@claim(
    "A-8.3.2-padsum",
    AGGARWAL,
    "section 8.3.2, forward and backward padding",
    OK,
    section="slide-it-back-flipped",
    inputs=_TEN,
    stated="together they are the kernel's side less one",
    gives={"settings": 10, "settings in which only that padding gives the size back": 10},
)
def sum_of_paddings():
    """The padding forwards and the padding back add up to the kernel's side less one."""

    def right(k, p):
        there = output_size(9, k, padding=p)
        return [back for back in range(2 * k) if output_size(there, k, padding=back) == 9]

    only = [right(k, p) == [k - 1 - p] for k, p in _PADDINGS]
    return len(only), sum(only)


@claim(
    "A-8.3.2-corner",
    AGGARWAL,
    "section 8.3.2, upper left entry of the kernel",
    OK,
    section="slide-it-back-flipped",
    inputs="a 6 × 6 input, a 3 × 3 kernel, one zero on each side",
    stated="it may miss the first output, and it takes part in the last",
    gives={"takes part in the first output": False, "in the last": True},
)
def upper_left_entry():
    """The kernel's upper left entry may add nothing to the first output, and does to the last.

    At the first output it lies on the padding.
    """
    corner = np.zeros((3, 3))
    corner[0, 0] = 1
    met = cross_correlate2d(np.ones((6, 6)), corner, padding=1)
    return met[0, 0] != 0, met[-1, -1] != 0


@claim(
    "A-eq8.3",
    AGGARWAL,
    "equation 8.3",
    OK,
    section="many-filters",
    inputs="three channels of 7 × 7, 20 filters of 3 × 3",
    stated="filter and channel change places, and each kernel is flipped",
    gives={"shape of the filters": [3, 20, 3, 3], "entries of the gradient": 147, "right": 147},
)
def swapped_filters():
    """Backwards, filter and channel change places, and rows and columns count from the end."""
    x, weight, grad = _layer(3, 20)
    backward = _swapped(weight)
    back = conv2d(grad, backward, padding="full")
    return backward.shape, back.size, _close(back, _nudged(x, weight, grad))


@claim(
    "A-8.3.2-20to3",
    AGGARWAL,
    "section 8.3.2, 20 filters on three colours",
    OK,
    section="many-filters",
    inputs="20 filters for three channels",
    stated=[3, 20],
    gives={"filters of the way back": 3, "depth of each": 20},
)
def twenty_to_three():
    """For 20 filters on three colours, the way back has 3 filters of depth 20."""
    return _swapped(np.zeros((20, 3, 3, 3))).shape[:2]


@claim(
    "A-8.3.2-5d",
    AGGARWAL,
    "section 8.3.2, axes of the backward filters",
    AMBIGUOUS,
    section="many-filters",
    inputs="the filters of one layer, and those of two layers of the same shape",
    stated=5,
    gives={"axes for one layer": 4, "with an axis for the layer": 5},
)
def axes_of_filters():
    """The filters of the way back form an array of five axes.

    Those of one layer have four, as section 8.5.2 of the same book says. There are five if the
    number of the layer is counted as one.
    """
    one = _swapped(np.zeros((20, 3, 3, 3)))
    return one.ndim, np.stack([one, one]).ndim


@claim(
    "C-backprop",
    CS231N,
    "*Backpropagation*, flipped filters",
    AMBIGUOUS,
    section="flipped-or-not",
    inputs="a 7 × 7 input, a 3 × 3 kernel, stride 1, no padding; every entry nudged",
    stated="backwards, for data and weights, slides flipped filters",
    gives={
        "image: the flipped kernel, fully padded, is right": True,
        "weights: no flip is right": True,
        "weights: a flip is right": False,
        "weights, if the layer itself flips: a flip is right": True,
    },
)
def flips():
    """The way back is a convolution with flipped filters, for the data and for the weights.

    So it is for the data. In libraries, layers slide without a flip, and then the gradient of the
    weights is the image correlated with the gradient, without a flip.
    """
    image, kernel, grad = _whole(7, 7), _whole(3, 3, seed=7), _whole(5, 5, seed=8)

    def agrees(function, at, gradient):
        try:
            check_gradient(function, at, gradient, grad)
        except ValueError:
            return False
        return True

    def forwards(weights):
        return cross_correlate2d(image, weights)

    def flipping(weights):
        return convolve2d(image, weights)

    back = convolve2d(grad, kernel, padding="full")
    plain, turned = cross_correlate2d(image, grad), cross_correlate2d(image, grad)[::-1, ::-1]
    return (
        agrees(lambda moved: cross_correlate2d(moved, kernel), image, back),
        agrees(forwards, kernel, plain),
        agrees(forwards, kernel, turned),
        agrees(flipping, kernel, turned),
    )


@claim(
    "A-8.5.2-sum",
    AGGARWAL,
    "section 8.5.2, paddings of encoder and decoder",
    OK,
    section="a-decoder",
    inputs="an axis of 28 cells, kernels with sides of 3 and 5, every padding",
    stated="they must add up to the kernel's side less one, for the size to come back",
    gives={"sizes, kernel of 3": [28, 28, 28], "kernel of 5": [28, 28, 28, 28, 28]},
)
def paddings_of_a_decoder():
    """The paddings of a convolution and of the deconvolution after it add up to the side less 1."""
    return [
        [output_size(output_size(28, k, padding=p), k, padding=k - 1 - p) for p in range(k)]
        for k in (3, 5)
    ]


@claim(
    "A-8.5.2-unpool75",
    AGGARWAL,
    "section 8.5.2, zeros after unpooling",
    OK,
    section="back-through-a-pool",
    inputs="8 × 8 positive numbers; and 64 × 64 of both signs, after ReLU",
    stated="75 % of the entries are zeros that were not copied",
    gives={
        "zeros, positive numbers": 0.75,
        "not copied, after ReLU": 0.75,
        "zeros": 0.765380859375,
    },
)
def zeros_of_unpooling():
    """After unpooling from windows of 2 × 2, three quarters of the entries are zeros.

    So many were not copied. There are more zeros where a whole window was 0 after ReLU.
    """

    def unpooled(image):
        pooled, switches = max_pool2d(image[np.newaxis, np.newaxis], 2)
        ones = max_unpool(np.ones_like(pooled), switches, (1, 1, *image.shape))
        back = max_unpool(pooled, switches, (1, 1, *image.shape))
        return (ones == 0).mean(), (back == 0).mean()

    positive = unpooled(np.abs(_whole(8, 8)) + 1)
    return positive[1], *unpooled(np.maximum(_whole(64, 64), 0))


@claim(
    "A-8.5.2-unpoolgrad",
    AGGARWAL,
    "section 8.5.2, gradients through the switches",
    OK,
    section="back-through-a-pool",
    inputs="the same 8 × 8 numbers, no two of a window alike, and a gradient drawn at random",
    stated="they pass unchanged, through the switches only",
    gives={"as nudging": True, "as unpooling": True},
)
def gradients_of_unpooling():
    """Gradients pass a max pool unchanged, and through its switches only."""
    x = np.random.default_rng(6).permutation(64).reshape(1, 1, 8, 8).astype(float)
    switches = max_pool2d(x, 2).switches
    grad = _whole(1, 1, 4, 4, seed=7)
    back = max_pool_backward(grad, switches, x.shape)
    nudged = numerical_gradient(lambda moved: max_pool2d(moved, 2).output, x, grad)
    return np.allclose(back, nudged), np.array_equal(back, max_unpool(grad, switches, x.shape))


@claim(
    "A-8.5.2-stretch",
    AGGARWAL,
    "section 8.5.2, fractional strides",
    OK,
    section="with-a-stride",
    inputs="a 5 × 5 input, strides 2 and 3, kernels with sides of 3 and 4",
    stated="the stride less one zeros between neighbours: about as many times larger as the stride",
    gives={
        "side with the zeros, stride 2": 9,
        "stride 3": 13,
        "a full convolution of it is the transposed one": [True, True, True, True],
    },
)
def fractional_strides():
    """Zeros between neighbours, one fewer than the stride, and a convolution stretch a map."""
    x, sides, same = _whole(5, 5), [], []
    for stride in (2, 3):
        sparse = np.zeros((4 * stride + 1, 4 * stride + 1))
        sparse[::stride, ::stride] = x
        sides.append(len(sparse))
        for k in (3, 4):
            weight = _whole(k, k, seed=7)
            layer = conv_transpose2d(x[None, None], weight[None, None], stride=stride)[0, 0]
            same.append(np.array_equal(convolve2d(sparse, weight, padding="full"), layer))
    return *sides, same


@claim(
    "A-8.5.2-dilated",
    AGGARWAL,
    "section 8.5.2, zeros inside the filter",
    OK,
    section="stride-and-dilation-change-places",
    inputs="a 9 × 9 input, a 3 × 3 kernel, dilation 2",
    stated="zeros inserted into the filter give a dilated convolution",
    gives={"same output": True, "same way back": True, "side with the zeros": 5},
)
def zeros_inside():
    """Zeros put between the entries of a filter make it a dilated one."""
    x, weight = _whole(1, 1, 9, 9), _whole(1, 1, 3, 3, seed=7)
    wide = np.zeros((1, 1, 5, 5))
    wide[..., ::2, ::2] = weight
    output = conv2d(x, weight, dilation=2)
    grad = _whole(*output.shape, seed=8)
    back = conv2d_backward(grad, x, weight, dilation=2).x
    return (
        np.array_equal(output, conv2d(x, wide)),
        np.array_equal(back, conv2d_backward(grad, x, wide).x),
        wide.shape[-1],
    )


@claim(
    "A-8.5.2-bilinear",
    AGGARWAL,
    "section 8.5.2, interpolated stretching",
    OK,
    section="the-checkerboard",
    inputs="a point 3/10 of the way down and 6/10 of the way across, between four values",
    stated="a convex combination of the four nearest, with weights that fall with the distance",
    gives={"weights": [0.28, 0.42, 0.12, 0.18], "their sum": 1, "all above 0": True},
)
def interpolation():
    """Stretching by interpolation mixes the four nearest values, the nearer the more.

    This is bilinear interpolation.
    """
    tent = np.concatenate([np.arange(1, 11), np.arange(9, 0, -1)]) / 10
    kernel = np.outer(tent, tent)[np.newaxis, np.newaxis]
    corners = np.eye(4).reshape(4, 1, 2, 2)
    weights = conv_transpose2d(corners, kernel, stride=10, padding=9)[:, 0, 3, 6]
    return weights, weights.sum(), bool((weights > 0).all())
