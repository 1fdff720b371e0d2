"""Chapter 3's claims."""

from itertools import pairwise
from math import prod

import numpy as np

from cnnlab import conv1d, conv2d, cross_correlate2d, im2col, output_size, receptive_field
from cnnlab.claims.record import (
    AGGARWAL,
    AMBIGUOUS,
    CS231N,
    GERON,
    OK,
    OPENCV_UNIVERSITY,
    ROSEBROCK,
    WRONG,
    claim,
)

_DRAWN = "drawn by us: `np.random.default_rng(0)`, "
_ALEXNET = "55 × 55 × 96 outputs, filters of 11 × 11 × 3"


def _draw(*shape):
    """Draw whole numbers, so that sums are exact."""
    return np.random.default_rng(0).integers(-9, 10, shape)


def _map_shape(size, depth, filters, k, **options):
    """Give the shape of a layer's output as rows, columns, depth."""
    maps = conv2d(np.zeros((1, depth, *size)), np.zeros((filters, depth, k, k)), **options)
    return [*maps.shape[2:], maps.shape[1]]


def _weights(depth, filters, k):
    """Count a layer's weights by making them."""
    return np.zeros((filters, depth, k, k)).size


def _with_biases(depth, filters, k):
    return _weights(depth, filters, k) + filters


def _seen(*layers):
    """Nudge each cell of a long row, and count which nudges a unit notices; (kernel, stride)."""
    x = np.eye(300)[:, np.newaxis]
    for kernel_size, stride in layers:
        x = conv1d(x, np.ones((1, 1, kernel_size)), stride=stride)
    return np.count_nonzero(x[:, 0, 0])


def _field(*layers):
    return receptive_field([{"kernel_size": k, "stride": s} for k, s in layers])[-1].size


def _counted(claim_id, source, where, text, *, inputs, counts, stated, section):
    """Make a claim of plain counts: `counts` is a function, `stated` what it must give."""
    counts.__doc__ = text
    return claim(
        claim_id,
        source,
        where,
        OK,
        section=section,
        inputs=inputs,
        stated=stated,
        gives=stated,
    )(counts)


_DEPTH = "a-filter-spans-the-depth"
_MANY = "many-filters-many-maps"
_SHARED = "shared-or-each-place-its-own"

weights_27 = _counted(
    "R-11.2.2-27",
    ROSEBROCK,
    "section 11.2.2, weights of a neuron",
    "A neuron that reads 3 × 3 cells of a 32 × 32 × 3 volume has 27 weights.",
    inputs="a filter of 3 × 3 × 3",
    counts=lambda: _weights(3, 1, 3),
    stated=27,
    section=_DEPTH,
)
weights_846 = _counted(
    "R-11.2.2-846",
    ROSEBROCK,
    "section 11.2.2, connections deep in a network",
    "A neuron that reads 3 × 3 cells of a 16 × 16 × 94 volume has 846 connections.",
    inputs="a filter of 3 × 3 × 94",
    counts=lambda: _weights(94, 1, 3),
    stated=846,
    section=_DEPTH,
)
maps_of_filters = _counted(
    "R-11.2.2-depth",
    ROSEBROCK,
    "section 11.2.2, figures 11.6 and 11.7",
    "Five filters give five activation maps, stacked along the depth.",
    inputs="a volume of 8 × 8 × 3, five filters of 3 × 3",
    counts=lambda: _map_shape((8, 8), 3, 5, 3),
    stated=[6, 6, 5],
    section=_MANY,
)


@claim(
    "R-11.2.3-shape",
    ROSEBROCK,
    "section 11.2.3, activation layers",
    OK,
    section="a-bend-behind-each-layer",
    inputs=_DRAWN + "a volume of 4 × 5 × 3",
    stated="width, height and depth stay",
    gives={"shape": [4, 5, 3], "of 60 numbers, those that ReLU leaves": 60},
)
def activation_keeps_the_shape():
    """An activation layer gives as many rows, columns and channels as it takes."""
    bent = np.maximum(_draw(4, 5, 3), 0)
    return bent.shape, bent.size


@claim(
    "A-8.2-pixels",
    AGGARWAL,
    "section 8.2, pixels of an image",
    AMBIGUOUS,
    section="colour-is-a-third-axis",
    inputs="an image of 32 rows and 32 columns in three colours",
    stated="32 × 32 × 3 pixels",
    gives={"pixels": 1024, "values": 3072},
)
def pixels_or_values():
    """An image of 32 × 32 in colour has 32 × 32 × 3 pixels.

    It has 1,024 pixels and 3,072 values: a pixel holds three.
    """
    image = np.zeros((32, 32, 3))
    return image[..., 0].size, image.size


@claim(
    "A-8.2-footprint",
    AGGARWAL,
    "section 8.2, parameters of a layer",
    OK,
    section="a-bias-for-each-filter",
    inputs="five filters of 5 × 5 for three channels, as in figure 8.1",
    stated="side · side · depth · next depth",
    gives={"weights": 375, "with biases": 380},
)
def footprint():
    """The filters of a layer hold side · side · depth · next depth parameters.

    So many weights; the biases of section 8.2.3 come on top, one for each filter.
    """
    return _weights(3, 5, 5), _with_biases(3, 5, 5)


weights_75 = _counted(
    "A-8.2-75",
    AGGARWAL,
    "section 8.2, figure 8.1, values of a filter",
    "A filter of 5 × 5 for three channels has 75 values.",
    inputs="a filter of 5 × 5 × 3",
    counts=lambda: _weights(3, 1, 5),
    stated=75,
    section=_DEPTH,
)


@claim(
    "A-8.2-conv-eq",
    AGGARWAL,
    "section 8.2, the unnumbered equation of a layer",
    OK,
    section=_MANY,
    inputs=_DRAWN + "a volume of 7 × 8 × 3, four filters of 3 × 3 × 3",
    stated="a sum over rows, columns and channels of weight times value, without a flip",
    gives={"shape": [5, 6, 4], "the plain loop equals the layer": True},
)
def equation_of_a_layer():
    """An output is the sum, over rows, columns and channels, of weight times value.

    The kernel is not flipped: it is a cross-correlation, as in the libraries.
    """
    volume, filters = _draw(7, 8, 3), _draw(4, 3, 3, 3)
    output = np.zeros((5, 6, 4))
    for row, column, p in np.ndindex(output.shape):
        for r, s, channel in np.ndindex(3, 3, 3):
            value = volume[row + r, column + s, channel]
            output[row, column, p] += filters[p, r, s, channel] * value
    layer = conv2d(volume.transpose(2, 0, 1)[np.newaxis], filters.transpose(0, 3, 1, 2))[0]
    return output.shape, np.array_equal(output, layer.transpose(1, 2, 0))


@claim(
    "A-8.2-rf",
    AGGARWAL,
    "section 8.2, three layers in a row",
    OK,
    section="how-far-a-unit-sees",
    inputs="one, two and three layers of 3 × 3 at stride 1",
    stated=[3, 5, 7],
    gives={"measured by nudges": [3, 5, 7], "by the rule": [3, 5, 7]},
)
def three_small_layers():
    """Three layers of 3 × 3 see 3 × 3, 5 × 5 and 7 × 7 pixels."""
    stacks = [[(3, 1)] * depth for depth in (1, 2, 3)]
    return [_seen(*stack) for stack in stacks], [_field(*stack) for stack in stacks]


def _moved(stride, cells):
    """Shift an image on a ring, and find the best match with its old map, shifted."""
    image, kernel = _draw(12, 12), _draw(3, 3)
    before, after = (
        cross_correlate2d(picture, kernel, stride=stride, padding=1, border="wrap")
        for picture in (image, np.roll(image, cells, axis=1))
    )
    moves = range(before.shape[1])
    return min(np.abs(after - np.roll(before, move, axis=1)).max() for move in moves)


@claim(
    "A-8.2-equivariance",
    AGGARWAL,
    "section 8.2, shifted images",
    OK,
    section="a-shift-stays-a-shift",
    inputs=_DRAWN + "12 × 12 cells on a ring, a kernel of 3 × 3, a shift by one column",
    stated="the features shift by one",
    gives={"largest difference": 0},
)
def equivariance():
    """If the input is shifted by a pixel, the features are shifted by a pixel.

    On a ring this is exact. Elsewhere it is exact but for the rim that the shift comes in from.
    """
    return [_moved(1, 1)]


@claim(
    "A-8.2-equivariance-stride",
    AGGARWAL,
    "sections 8.2 and 8.2.2, shifted images and strides",
    OK,
    section="a-shift-stays-a-shift",
    inputs="the same at stride 2, and shifts by one and two columns",
    stated="nothing is said of it",
    gives={"after one column, the same map": False, "after two columns, the same map": True},
)
def equivariance_with_a_stride():
    """What a stride does to equivariance is left open.

    At stride 2 a shift by one pixel gives another map. A shift by two pixels shifts it by one.
    """
    return [_moved(2, cells) == 0 for cells in (1, 2)]


@claim(
    "A-8.2-next-depth",
    AGGARWAL,
    "section 8.2, figure 8.1, depth of the next layer",
    OK,
    section=_MANY,
    inputs="9 × 9 × 3, five filters of 5 × 5, then two filters of 3 × 3 with a depth of 5 or 3",
    stated="the next layer has the depth 5, and so have its filters",
    gives={"after five filters": [5, 5, 5], "next, depth 5": [3, 3, 2], "depth 3 is refused": True},
)
def depth_of_the_next_layer():
    """The depth of a layer is the number of filters before it, and its filters must have it."""
    maps = conv2d(np.zeros((1, 3, 9, 9)), np.zeros((5, 3, 5, 5)))
    try:
        refused = not conv2d(maps, np.zeros((2, 3, 3, 3))).size
    except ValueError:
        refused = True
    return (
        _map_shape((9, 9), 3, 5, 5),
        _map_shape(maps.shape[2:], maps.shape[1], 2, 3),
        refused,
    )


@claim(
    "A-8.2.2-rf",
    AGGARWAL,
    "section 8.2.2, strides and receptive fields",
    OK,
    section="how-far-a-unit-sees",
    inputs="three layers of 3 × 3, at stride 1 and at stride 2",
    stated="strides enlarge the receptive field rapidly",
    gives={"stride 1": 7, "stride 2": 15, "stride 2, measured": 15},
)
def strides_enlarge_the_field():
    """With strides, the receptive field grows rapidly."""
    return _field(*[(3, 1)] * 3), _field(*[(3, 2)] * 3), _seen(*[(3, 2)] * 3)


@claim(
    "A-8.2.3-small",
    AGGARWAL,
    "section 8.2.3, small filters",
    OK,
    section="two-small-filters-or-one-large",
    inputs="16 channels in and out; the weights of one layer of 7 × 7",
    stated="smaller filters make deeper networks with as many parameters",
    gives={"layers of 3 × 3 for as many weights": 5.444444, "layers of 5 × 5": 1.96},
)
def small_filters_and_depth():
    """With smaller filters, a network of as many parameters can be deeper."""
    return [_weights(16, 16, 7) / _weights(16, 16, side) for side in (3, 5)]


@claim(
    "A-8.2.4-relu",
    AGGARWAL,
    "section 8.2.4, ReLU",
    OK,
    section="a-bend-behind-each-layer",
    inputs=_DRAWN + "a volume of 4 × 5 × 3",
    stated="as many values as there were",
    gives={"values": 60, "below 0": 0},
)
def relu_keeps_the_count():
    """ReLU makes of all values of a layer as many values."""
    bent = np.maximum(_draw(4, 5, 3), 0)
    return bent.size, np.count_nonzero(bent < 0)


_VGG_GROUPS = [[(3, 1)] * convolutions for convolutions in (2, 2, 3, 3, 3)]
_VGG = [layer for group in _VGG_GROUPS for layer in [*group, (2, 2)]]


@claim(
    "A-8.2.5-rf",
    AGGARWAL,
    "section 8.2.5, pools and receptive fields",
    OK,
    section="how-far-a-unit-sees",
    inputs="the 13 convolutions of VGG, 16 layers deep, with its five pools and without them",
    stated="convolutions widen the receptive field gently, pools rapidly",
    gives={"without pools": 27, "before the fifth pool": 196, "behind it": 212, "measured": 212},
)
def pools_and_the_field():
    """Convolutions widen the receptive field only gently; pooling makes it grow fast.

    27 cells against 196 or 212, of 224.
    """
    plain = [layer for layer in _VGG if layer[1] == 1]
    return _field(*plain), _field(*_VGG[:-1]), _field(*_VGG), _seen(*_VGG)


@claim(
    "A-8.4.3-1x1",
    AGGARWAL,
    "section 8.4.3, filters of one cell",
    OK,
    section="one-by-one",
    inputs="256 channels in and out; " + _DRAWN + "a volume of 4 × 5 × 3 and two filters",
    stated="they mix channels, and nothing in space",
    gives={
        "parameters, 1 × 1": 65_792,
        "parameters, 3 × 3": 590_080,
        "cells seen": 1,
        "equals a matrix product for each pixel": True,
    },
)
def one_by_one():
    """A convolution of 1 × 1 mixes channels, and nothing in space."""
    volume, matrix = _draw(3, 4, 5), _draw(2, 3)
    layer = conv2d(volume[np.newaxis], matrix[:, :, np.newaxis, np.newaxis])[0]
    equal = [
        np.array_equal(layer[:, row, column], matrix @ volume[:, row, column])
        for row, column in np.ndindex(4, 5)
    ]
    return _with_biases(256, 256, 1), _with_biases(256, 256, 3), _seen((1, 1)), all(equal)


weights_and_bias_75 = _counted(
    "C-75",
    CS231N,
    "local connectivity, example 1",
    "A neuron with a field of 5 × 5 on a 32 × 32 × 3 image has 75 weights, and a bias.",
    inputs="a filter of 5 × 5 × 3",
    counts=lambda: [_weights(3, 1, 5), _with_biases(3, 1, 5) - _weights(3, 1, 5)],
    stated=[75, 1],
    section=_DEPTH,
)
weights_180 = _counted(
    "C-180",
    CS231N,
    "local connectivity, example 2",
    "A neuron with a field of 3 × 3 on a 16 × 16 × 20 volume has 180 connections.",
    inputs="a filter of 3 × 3 × 20",
    counts=lambda: _weights(20, 1, 3),
    stated=180,
    section=_DEPTH,
)
outputs_290400 = _counted(
    "C-290400",
    CS231N,
    "parameter sharing, neurons of the first layer",
    "The first layer of AlexNet has 290,400 neurons.",
    inputs="227 × 227 cells, 96 filters of 11 at stride 4",
    counts=lambda: output_size(227, 11, stride=4) ** 2 * 96,
    stated=290_400,
    section=_SHARED,
)
weights_363 = _counted(
    "C-363",
    CS231N,
    "parameter sharing, weights of one neuron",
    "Each of them has 363 weights, and a bias.",
    inputs="a filter of 11 × 11 × 3",
    counts=lambda: [_weights(3, 1, 11), _with_biases(3, 1, 11) - _weights(3, 1, 11)],
    stated=[363, 1],
    section=_SHARED,
)
not_shared = _counted(
    "C-105705600",
    CS231N,
    "parameter sharing, without it",
    "If no neuron shared its weights, the layer would have 105,705,600 parameters.",
    inputs=_ALEXNET,
    counts=lambda: 55 * 55 * 96 * _with_biases(3, 1, 11),
    stated=105_705_600,
    section=_SHARED,
)
shared_weights = _counted(
    "C-34848",
    CS231N,
    "parameter sharing, weights",
    "With sharing the layer has 34,848 weights.",
    inputs=_ALEXNET,
    counts=lambda: _weights(3, 96, 11),
    stated=34_848,
    section=_SHARED,
)


@claim(
    "C-34944",
    CS231N,
    "parameter sharing, with biases",
    OK,
    section=_SHARED,
    inputs=_ALEXNET,
    stated=34_944,
    gives={"parameters": 34_944, "times as many without sharing": 3025},
)
def shared_parameters():
    """With sharing the layer has 34,944 parameters, the biases included.

    That is less by a factor of 3,025, the number of places.
    """
    return _with_biases(3, 96, 11), 55 * 55 * 96 * _with_biases(3, 1, 11) / _with_biases(3, 96, 11)


@claim(
    "C-local",
    CS231N,
    "parameter sharing, locally connected layers",
    OK,
    section="windows-as-columns",
    inputs=_DRAWN + "6 × 6 cells of two channels, three filters of 3 × 3",
    stated="a layer without sharing has different weights at each place",
    gives={
        "weights, local": 864,
        "weights, shared": 54,
        "equals the convolution if all places have the same": True,
    },
)
def locally_connected():
    """Without sharing, a layer is locally connected: each place has weights of its own."""
    volume, filters = _draw(1, 2, 6, 6), _draw(3, 2, 3, 3)
    columns = im2col(volume, 3)[0]
    local = np.repeat(filters.reshape(3, 1, -1), columns.shape[1], axis=1)
    output = np.einsum("opw,wp->op", local, columns)
    equal = np.array_equal(output, conv2d(volume, filters)[0].reshape(3, -1))
    return local.size, filters.size, equal


@claim(
    "C-V-size",
    CS231N,
    "the example in NumPy, size of the output",
    OK,
    section=_MANY,
    inputs="a volume of 11 × 11 × 4, two filters of 5 at stride 2, no padding",
    stated=4,
    gives={"size": 4, "shape": [4, 4, 2]},
)
def size_of_the_example():
    """The output of the example has 4 rows and 4 columns."""
    return output_size(11, 5, stride=2), _map_shape((11, 11), 4, 2, 5, stride=2)


@claim(
    "C-V-order",
    CS231N,
    "the example in NumPy, order of the axes",
    AMBIGUOUS,
    section="colour-is-a-third-axis",
    inputs="an image of 4 × 3 pixels, of which that in row 1, column 0 is lit",
    stated="the first index moves along the width, the second along the height",
    gives={"`V[1, 0]` is lit": True, "`V[0, 1]` is lit": False},
)
def order_of_the_axes():
    """In a volume `V` the first index is the width's, the second the height's.

    The formulas hold under any names. But NumPy's images have their rows first, so `V[1, 0]` is a
    step down. Say row, column, channel.
    """
    image = np.zeros((4, 3, 3))
    image.reshape(12, 3)[1 * 3 + 0] = 1  # as a file is read: row by row
    return image[1, 0].all(), image[0, 1].all()


@claim(
    "C-summary",
    CS231N,
    "summary of the layer, sizes and parameters",
    OK,
    section="a-bias-for-each-filter",
    inputs="sizes 5 to 29, filters of 1, 3 and 5, strides 1 to 3, paddings 0 to 2, where they fit; "
    "96 filters of 11 × 11 × 3",
    stated="the formula for the size; side · side · depth · filters weights, and as many biases as "
    "filters",
    gives={"sizes agree": True, "weights": 34_848, "biases": 96},
)
def summary_of_the_layer():
    """The size follows the formula, and the parameters follow from side, depth and filters."""
    sizes = [
        _map_shape((size, size), 1, 1, side, stride=stride, padding=padding)[0]
        == (size - side + 2 * padding) // stride + 1
        for size in range(5, 30)
        for side in (1, 3, 5)
        for stride in (1, 2, 3)
        for padding in (0, 1, 2)
    ]
    return all(sizes), _weights(3, 96, 11), _with_biases(3, 96, 11) - _weights(3, 96, 11)


@claim(
    "C-summary-valid",
    CS231N,
    "summary of the layer, what a slice is",
    AMBIGUOUS,
    section=_MANY,
    inputs=_DRAWN + "6 × 7 cells, a kernel of 3 × 3, a padding of 1",
    stated="each slice is a valid convolution of the input with a filter",
    gives={
        "equals the layer: the padded input, not flipped": True,
        "not padded": False,
        "padded and flipped": False,
    },
)
def slice_as_a_valid_convolution():
    """Each slice of the output is a valid convolution of the input with a filter.

    Valid holds of the input with its padding around it. And nothing is flipped: it is a
    cross-correlation.
    """
    image, kernel = _draw(6, 7), _draw(3, 3)
    layer = conv2d(image[np.newaxis, np.newaxis], kernel[np.newaxis, np.newaxis], padding=1)[0, 0]
    padded = np.pad(image, 1)
    ways = [(padded, kernel), (image, kernel), (padded, kernel[::-1, ::-1])]
    return [np.array_equal(cross_correlate2d(*way), layer) for way in ways]


@claim(
    "G-5x5",
    GERON,
    "section on architectures, the warning about large kernels",
    AMBIGUOUS,
    section="two-small-filters-or-one-large",
    inputs="channels in and out; parameters with biases, of one 5 × 5 and of two 3 × 3 that have "
    "as many filters",
    stated="two layers of 3 × 3 have fewer parameters than one of 5 × 5",
    gives={
        "64 to 64": [102_464, 73_856],
        "1 to 64": [1664, 37_568],
        "3 to 64": [4864, 38_720],
        "64 to 128": [204_928, 221_440],
        "64 to 128, with 64 in between": [204_928, 110_784],
        "cells seen on an axis": [5, 5],
    },
)
def two_small_or_one_large():
    """Two layers of 3 × 3 in the place of one of 5 × 5 have fewer parameters.

    They have if the depth stays. If it grows by more than 16/9, and both small layers have the new
    depth, they have more; with the few channels of an image, far more.
    """

    def both(before, between, after):
        small = _with_biases(before, between, 3) + _with_biases(between, after, 3)
        return [_with_biases(before, after, 5), small]

    depths = [(64, 64, 64), (1, 64, 64), (3, 64, 64), (64, 128, 128), (64, 64, 128)]
    return [*(both(*depth) for depth in depths), [_seen((5, 1)), _seen((3, 1), (3, 1))]]


inputs_150528 = _counted(
    "L-150528",
    OPENCV_UNIVERSITY,
    "unit 1.2, neurons of the input",
    "An input of 224 × 224 × 3 has 150,528 neurons.",
    inputs="224 rows, 224 columns, three channels",
    counts=lambda: np.zeros((224, 224, 3)).size,
    stated=150_528,
    section="count-a-network",
)


@claim(
    "L-300B",
    OPENCV_UNIVERSITY,
    "unit 1.2, parameters of a fully connected network",
    WRONG,
    section="count-a-network",
    inputs="150,528 inputs and three layers of 128 units, with biases",
    stated="more than 300 billion parameters",
    gives={
        "parameters": 19_300_736,
        "with 10 outputs": 19_302_026,
        "with 1,000 outputs": 19_429_736,
        "product of all sizes": 315_680_096_256,
    },
)
def three_hundred_billion():
    """A network with three hidden layers of 128 units on such an input has 300 billion parameters.

    19.3 million. The sizes of all layers were multiplied; but only neighbours are connected, and
    their products are added. The statement is off by a factor of some 16,000.
    """

    def connected(sizes):
        return sum((a + 1) * b for a, b in pairwise(sizes))

    sizes = [224 * 224 * 3, 128, 128, 128]
    return connected(sizes), connected([*sizes, 10]), connected([*sizes, 1000]), prod(sizes)


one_filter_28 = _counted(
    "L-27",
    OPENCV_UNIVERSITY,
    "unit 3.6, weights and parameters of a filter",
    "A filter of 3 × 3 × 3 has 27 weights and 28 parameters.",
    inputs="a filter of 3 × 3 × 3",
    counts=lambda: [_weights(3, 1, 3), _with_biases(3, 1, 3)],
    stated=[27, 28],
    section="a-bias-for-each-filter",
)
two_filters_56 = _counted(
    "L-56",
    OPENCV_UNIVERSITY,
    "unit 3.7, two filters",
    "Two such filters have 54 weights and 56 parameters.",
    inputs="two filters of 3 × 3 × 3",
    counts=lambda: [_weights(3, 2, 3), _with_biases(3, 2, 3)],
    stated=[54, 56],
    section="a-bias-for-each-filter",
)


@claim(
    "L-perchannel",
    OPENCV_UNIVERSITY,
    "unit 3.6, channel by channel",
    OK,
    section=_DEPTH,
    inputs=_DRAWN + "a volume of 6 × 6 × 3, a filter of 3 × 3 × 3, a bias of 5",
    stated="the same as sliding over each channel, adding up, and adding the bias",
    gives={"the same": True},
)
def channel_by_channel():
    """A filter slides over each channel with its kernel; the maps are added, and the bias."""
    volume, weights = _draw(3, 6, 6), _draw(3, 3, 3)
    maps = [cross_correlate2d(*pair) for pair in zip(volume, weights, strict=True)]
    layer = conv2d(volume[np.newaxis], weights[np.newaxis], [5])[0, 0]
    return [np.array_equal(sum(maps) + 5, layer)]


@claim(
    "L-224map",
    OPENCV_UNIVERSITY,
    "unit 3.1, size of an activation map",
    OK,
    section=_MANY,
    inputs="224 × 224 cells, a filter of 3 × 3",
    stated="one filter gives a map of 224 × 224 × 1",
    gives={"with a padding of 1": [224, 224, 1], "without": [222, 222, 1]},
)
def one_map_of_224():
    """One filter makes of a 224 × 224 × 3 input a map of 224 × 224 × 1.

    With the padding that keeps the size, which the unit takes for granted.
    """
    return [_map_shape((224, 224), 3, 1, 3, padding=padding) for padding in (1, 0)]


@claim(
    "L-32",
    OPENCV_UNIVERSITY,
    "unit 3.6, a layer of 32 filters",
    OK,
    section=_MANY,
    inputs="6 × 6 × 3, then 32 filters of 3 × 3, then 4 filters of 3 × 3",
    stated="32 maps, and filters of 32 channels in the next layer",
    gives={
        "after 32 filters": [4, 4, 32],
        "after 4 more": [2, 2, 4],
        "parameters of each of the 4": 289,
    },
)
def layer_of_32():
    """A layer of 32 filters gives 32 maps, and the filters of the next layer have 32 channels."""
    return (
        _map_shape((6, 6), 3, 32, 3),
        _map_shape((4, 4), 32, 4, 3),
        _with_biases(32, 1, 3),
    )


@claim(
    "L-nine",
    OPENCV_UNIVERSITY,
    "unit 3.12, connections of an output",
    AMBIGUOUS,
    section=_DEPTH,
    inputs="a filter of 3 × 3, on one channel and on three",
    stated="each output is connected to nine inputs",
    gives={"one channel": 9, "three channels": 27},
)
def connected_to_nine():
    """Each output is connected to nine inputs.

    To nine if there is a single channel. In the unit's own example, in colour, there are 27.
    """
    return [_weights(depth, 1, 3) for depth in (1, 3)]


@claim(
    "L-sharing",
    OPENCV_UNIVERSITY,
    "unit 1.3, parameter sharing",
    OK,
    section=_SHARED,
    inputs="from 224 × 224 × 3 to a map of 224 × 224",
    stated="significantly fewer parameters than if everything is connected",
    gives={"all to all, weights": 7_552_892_928, "one filter of 3 × 3, parameters": 28},
)
def sharing_saves():
    """Sharing leaves far fewer parameters than connecting everything."""
    return 224 * 224 * 3 * 224 * 224, _with_biases(3, 1, 3)


@claim(
    "X-rf-word",
    ROSEBROCK,
    "section 11.2.2, the word receptive field, which Aggarwal 2018 uses otherwise",
    AMBIGUOUS,
    section="how-far-a-unit-sees",
    inputs="the third of three layers of 3 × 3",
    stated="the size of the filter; in Aggarwal 2018, what it sees of the image",
    gives={"size of the filter": 3, "cells of the image": 7},
)
def two_meanings():
    """The receptive field is the size of the filter.

    CS231n uses the word so, too. In Aggarwal 2018 it is the part of the image that a unit depends
    on. The two agree in the first layer only. This book calls the first one the window.
    """
    return _seen((3, 1)), _seen(*[(3, 1)] * 3)
