"""Chapter 5's claims."""

import math

import numpy as np

from cnnlab import col2im, conv2d, conv_matrix, cross_correlate2d, im2col, max_pool2d, output_size
from cnnlab.claims.record import AGGARWAL, AMBIGUOUS, CS231N, OK, OPENCV_UNIVERSITY, claim

_RNG = "`rng = np.random.default_rng(0)`"
_LETTERS = np.array([[1, 2], [3, 4]])  # they stand for a, b, c and d of Aggarwal's figure 8.8
_FIRST_LAYER = "an image of 227 × 227 × 3, filters of 11 × 11, stride 4"


@claim(
    "A-8.2.7-C5",
    AGGARWAL,
    "section 8.2.7, layer C5 of LeNet-5",
    OK,
    section="a-fully-connected-layer",
    inputs=f"{_RNG}; maps of 16 × 5 × 5 and then 120 filters of 16 × 5 × 5, drawn from −9 to 9",
    stated="it is fully connected in truth, its filters being as large as its input",
    gives={"outputs of a filter": [1, 1], "weights": 48000, "largest difference": 0},
)
def layer_c5():
    """A layer whose filters are as large as its input is a fully connected layer."""
    rng = np.random.default_rng(0)
    maps, filters = rng.integers(-9, 10, (16, 5, 5)), rng.integers(-9, 10, (120, 16, 5, 5))
    slid = conv2d(maps[np.newaxis], filters)[0]
    dense = filters.reshape(120, -1) @ maps.ravel()
    return slid.shape[1:], filters.size, abs(slid.ravel() - dense).max()


@claim(
    "A-8.3.3-C",
    AGGARWAL,
    "section 8.3.3, figure 8.8, the matrix",
    OK,
    section="the-matrix-c",
    inputs="a 3 × 3 input and a 2 × 2 filter, with 1, 2, 3, 4 in the place of its letters",
    stated="9 inputs and 4 outputs; the matrix is 4 × 9",
    gives={
        "shape": [4, 9],
        "matrix": [
            [1, 2, 0, 3, 4, 0, 0, 0, 0],
            [0, 1, 2, 0, 3, 4, 0, 0, 0],
            [0, 0, 0, 1, 2, 0, 3, 4, 0],
            [0, 0, 0, 0, 1, 2, 0, 3, 4],
        ],
    },
)
def matrix_of_figure():
    """A 2 × 2 filter on a 3 × 3 input is a matrix of 4 rows and 9 columns."""
    matrix = conv_matrix(_LETTERS, (3, 3))
    return matrix.shape, matrix.toarray()


@claim(
    "A-8.3.3-count",
    AGGARWAL,
    "section 8.3.3, how often an entry of the filter stands in the matrix",
    OK,
    section="the-matrix-c",
    inputs="the matrix of figure 8.8; and that of a 5 × 5 filter on 28 × 28 cells",
    stated="once for each output, which is 4 times; most of the matrix is zeros",
    gives={
        "times": [4, 4, 4, 4],
        "zeros, figure": 20,
        "of": 36,
        "share of zeros, 28 × 28": 0.968112,
    },
)
def entries_repeat():
    """Each entry of the filter stands in the matrix once for each output, and most are zeros.

    In the figure they are 56 %. With real sizes they are nearly all.
    """
    matrix = conv_matrix(_LETTERS, (3, 3)).toarray()
    large = conv_matrix(np.ones((5, 5)), (28, 28))
    times = [(matrix == entry).sum() for entry in _LETTERS.flat]
    return times, (matrix == 0).sum(), matrix.size, 1 - large.nnz / math.prod(large.shape)


@claim(
    "A-8.3.3-Cf",
    AGGARWAL,
    "section 8.3.3, the matrix times the flattened input",
    OK,
    section="the-matrix-c",
    inputs="1 to 9 in three rows, and the filter 1, 2, 3, 4",
    stated="the product, given its shape, is the convolution",
    gives={"product": [37, 47, 67, 77], "by sliding": [[37, 47], [67, 77]]},
)
def product_is_convolution():
    """The matrix times the flattened input is the flattened convolution."""
    image = np.arange(1, 10).reshape(3, 3)
    return conv_matrix(_LETTERS, (3, 3)) @ image.ravel(), cross_correlate2d(image, _LETTERS)


@claim(
    "C-im2col",
    CS231N,
    "Implementation as Matrix Multiplication, sizes",
    OK,
    section="im2col-spread-the-image-instead",
    inputs=f"{_FIRST_LAYER}; 96 filters",
    stated="columns of 363 × 3025, filters of 96 × 363, a product of 96 × 3025",
    gives={"columns": [363, 3025], "filters": [96, 363], "product": [96, 3025]},
)
def sizes_of_columns():
    """AlexNet's first layer is a product of 96 × 363 and 363 × 3025 numbers."""
    columns = im2col(np.zeros((1, 3, 227, 227), np.float32), 11, stride=4)[0]
    filters = np.zeros((96, 3, 11, 11), np.float32).reshape(96, -1)
    return columns.shape, filters.shape, (filters @ columns).shape


@claim(
    "C-im2col-reshape",
    CS231N,
    "Implementation as Matrix Multiplication, the last step",
    AMBIGUOUS,
    section="the-reshape-that-scrambles",
    inputs=f"{_RNG}; an image of 3 × 227 × 227, then 8 filters of 11 × 11, from −9 to 9; stride 4",
    stated="the product of 96 × 3025 is reshaped to 55 × 55 × 96",
    gives={
        "by sliding, at (10, 20) in map 7": -161,
        "reshaped, then transposed": -161,
        "reshaped alone": 63,
    },
)
def reshape_alone():
    """The product of filters and columns is reshaped to height, width and filters.

    It has the filters first. If *reshape* means NumPy's function alone, the numbers end up in wrong
    places; each row must become a map first, and then the axes change their order.
    """
    rng = np.random.default_rng(0)
    image, filters = rng.integers(-9, 10, (1, 3, 227, 227)), rng.integers(-9, 10, (8, 3, 11, 11))
    product = filters.reshape(8, -1) @ im2col(image, 11, stride=4)[0]
    return (
        conv2d(image, filters, stride=4)[0, 7, 10, 20],
        product.reshape(8, 55, 55).transpose(1, 2, 0)[10, 20, 7],
        product.reshape(55, 55, 8)[10, 20, 7],
    )


@claim(
    "C-im2col-dup",
    CS231N,
    "Implementation as Matrix Multiplication, memory",
    OK,
    section="im2col-spread-the-image-instead",
    inputs=_FIRST_LAYER,
    stated="numbers are repeated where windows overlap, and that can take a lot of memory",
    gives={
        "numbers in the image": 154587,
        "in the columns": 1098075,
        "growth": 7.10328,
        "copies of a cell": [1, 9],
    },
)
def copies_in_columns():
    """Where windows overlap, im2col repeats numbers, and needs much more memory."""
    image = np.ones((1, 3, 227, 227), np.float32)
    columns = im2col(image, 11, stride=4)
    copies = col2im(columns, image.shape, 11, stride=4)
    growth = columns.size / image.size
    return image.size, columns.size, growth, [int(copies.min()), int(copies.max())]


@claim(
    "C-im2col-pool",
    CS231N,
    "Implementation as Matrix Multiplication, pooling",
    OK,
    section="im2col-spread-the-image-instead",
    inputs=f"{_RNG}; two maps of 9 × 9, from 0 to 99; windows of 3 × 3 at stride 2",
    stated="the same columns serve pooling",
    gives={"maps": [2, 4, 4], "largest difference": 0},
)
def pooling_by_columns():
    """Pooling can be computed on the columns of im2col, too."""
    maps = np.random.default_rng(0).integers(0, 100, (1, 2, 9, 9))
    pooled = im2col(maps, 3, stride=2).reshape(2, 9, 16).max(axis=1).reshape(2, 4, 4)
    return pooled.shape, abs(pooled - max_pool2d(maps, 3, stride=2).output[0]).max()


@claim(
    "L-25088",
    OPENCV_UNIVERSITY,
    "section 4, the length of the flattened maps",
    OK,
    section="a-fully-connected-layer",
    inputs="512 maps of 7 × 7, which VGG makes of 224 × 224 cells by five pools",
    stated=25088,
    gives={"side": 7, "numbers": 25088},
)
def flattened_length():
    """The last maps of VGG are 25,088 numbers when flattened."""
    side = 224
    for _ in range(5):
        side = output_size(side, 2, stride=2)
    return side, np.zeros((512, side, side)).ravel().size


@claim(
    "L-100M",
    OPENCV_UNIVERSITY,
    "section 4.1, connections of the first dense layer",
    OK,
    section="a-fully-connected-layer",
    inputs="512 × 7 × 7 numbers, connected to 4,096 units",
    stated="more than 100 million",
    gives={"connections": 102760448, "more than 100 million": True},
)
def connections_of_first_dense_layer():
    """Between the flattened maps and the first dense layer are over 100 million connections."""
    connections = 512 * 7 * 7 * 4096
    return connections, connections > 100_000_000


@claim(
    "L-flatten",
    OPENCV_UNIVERSITY,
    "section 4.1, what flattening does",
    OK,
    section="an-image-is-one-long-list",
    inputs=f"{_RNG}; maps of 512 × 7 × 7, from 0 to 99",
    stated="the numbers are packed anew, and nothing else",
    gives={"numbers": 25088, "equal after the way back": True},
)
def flattening_loses_nothing():
    """Flattening only packs the numbers anew."""
    maps = np.random.default_rng(0).integers(0, 100, (512, 7, 7))
    packed = maps.ravel()
    return packed.size, np.array_equal(packed.reshape(512, 7, 7), maps)
