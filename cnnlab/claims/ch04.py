"""Chapter 4's claims."""

from itertools import pairwise

import numpy as np

from cnnlab import (
    avg_pool2d,
    conv2d,
    conv2d_backward,
    cross_correlate2d,
    depthwise_max_pool,
    global_average_pool,
    images,
    kernels,
    lp_pool2d,
    max_pool2d,
    max_pool_backward,
    numerical_gradient,
    output_size,
)
from cnnlab.claims.record import (
    AGGARWAL,
    AMBIGUOUS,
    CS231N,
    GERON,
    NOT_CHECKABLE,
    OK,
    OPENCV_UNIVERSITY,
    ROSEBROCK,
    claim,
)

# The channels of VGG-16's thirteen convolution layers, from the image on; and its dense layer.
_VGG = [3, 64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512]
_UNITS = 4096

_DRAWN = "drawn by us: `np.random.default_rng(0)`, "
_FOUR = np.array([[1, 2, 0, 3], [4, 8, 1, 1], [0, 5, 2, 2], [3, 1, 7, 6]])


def _pooled(image, size, **options):
    """Pool one image by its maxima."""
    return max_pool2d(np.asarray(image)[np.newaxis, np.newaxis], size, **options).output[0, 0]


def _overlap(size, stride):
    """Count the columns that two neighbouring windows share."""
    return len(set(range(size)) & set(range(stride, stride + size)))


def _lost(image, size):
    """Give the per cent of the cells that pooling leaves out."""
    return 100 * (1 - _pooled(image, size).size / image.size)


def _vgg_parameters():
    """Count VGG-16's convolutions, and its first dense layer with five pools and without."""
    pairs = pairwise(_VGG)
    sides = 224 // 2**5, 224
    dense = [_VGG[-1] * side**2 * _UNITS + _UNITS for side in sides]
    return sum(9 * before * after + after for before, after in pairs), *dense


def _relu(x):
    return np.maximum(x, 0)


@claim(
    "R-fig11.9",
    ROSEBROCK,
    "figures 11.9 and 11.10",
    NOT_CHECKABLE,
    section="the-largest-of-each-window",
    inputs="grids that are pictures only",
    stated="the grids after ReLU and after pooling",
)
def figures_of_relu_and_pooling():
    """Two figures work ReLU and max pooling out on grids.

    Their numbers are not in the text. The chapter pools grids of its own.
    """


@claim(
    "R-11.2.4-75",
    ROSEBROCK,
    "section 11.2.4, activations that are dropped",
    OK,
    section="the-largest-of-each-window",
    inputs={"a grid of ours": _FOUR, "windows": "2 × 2 at stride 2"},
    stated="75 %",
    gives={"cells before": 16, "cells after": 4, "per cent dropped": 75},
)
def three_quarters_are_dropped():
    """Pooling with 2 × 2 windows at stride 2 drops three activations of four."""
    return _FOUR.size, _pooled(_FOUR, 2).size, _lost(_FOUR, 2)


@claim(
    "R-11.2.4-formula",
    ROSEBROCK,
    "section 11.2.4, output size",
    OK,
    section="windows-that-overlap",
    inputs="3 channels of all heights up to 32 that windows of 2 or 3 cells at stride 1 or 2 fill",
    stated="(W − F)/S + 1 along an axis, and the depth stays",
    gives={"settings": 90, "that agree": 90},
)
def size_of_the_output():
    """Along an axis a pool leaves as many cells as the formula says, and every channel."""
    settings = [
        (size, window, stride)
        for size in range(3, 33)
        for window in (2, 3)
        for stride in (1, 2)
        if (size - window) % stride == 0
    ]
    agree = [
        max_pool2d(np.zeros((1, 3, size, 4)), (window, 2), stride=(stride, 2)).output.shape
        == (1, 3, (size - window) // stride + 1, 2)
        for size, window, stride in settings
    ]
    return len(settings), sum(agree)


@claim(
    "R-11.2.4-types",
    ROSEBROCK,
    "section 11.2.4, two kinds of windows",
    OK,
    section="windows-that-overlap",
    inputs="windows of 3 cells at stride 2, and of 2 cells at stride 2",
    stated="the first overlap, the second do not",
    gives={"columns shared by 3 × 3 at stride 2": 1, "by 2 × 2 at stride 2": 0},
)
def overlapping_or_not():
    """Windows of 3 × 3 at stride 2 overlap, those of 2 × 2 at stride 2 do not."""
    return _overlap(3, 2), _overlap(2, 2)


@claim(
    "R-11.2.4-two-ways",
    ROSEBROCK,
    "section 11.2.4, ways to shrink a volume",
    AMBIGUOUS,
    section="can-a-convolution-do-it",
    inputs="5 cells, a kernel of 3 cells, stride 1, no padding",
    stated="two: convolution with a stride above 1, and pooling",
    gives={"cells after a convolution at stride 1": 3},
)
def two_ways_to_shrink():
    """There are two ways to make a volume smaller: strided convolution, and pooling.

    An unpadded convolution at stride 1 makes it smaller, too, if slowly: by the kernel's size less
    one. The same chapter's table 11.2 has an example.
    """
    return [output_size(5, 3)]


@claim(
    "R-11.2.4-params",
    ROSEBROCK,
    "section 11.2.4, parameters",
    AMBIGUOUS,
    section="does-pooling-save-parameters",
    inputs="VGG, 16 layers deep, with its five pools and without them",
    stated="pooling means fewer parameters",
    gives={
        "in all convolutions, with or without pools": 14_714_688,
        "in the first dense layer, with pools": 102_764_544,
        "without pools": 105_226_702_848,
    },
)
def pooling_and_parameters():
    """Pooling makes the number of parameters smaller.

    A convolution has the same parameters whatever the size of its input. Those of the first dense
    layer fall, here by a factor of 1024. What falls everywhere is the work.
    """
    return _vgg_parameters()


def _digits():
    """Return the digits as (images, labels), shuffled."""
    from sklearn.datasets import load_digits

    pixels, labels = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(labels))
    return (pixels / 16).reshape(-1, 1, 8, 8)[order], labels[order]


def _train(strided, seed, rounds=12, channels=8, batch=60, rate=0.1, tests=360):
    """Train a small network and return the share of unseen digits that it gets right."""
    x, labels = _digits()
    rng = np.random.default_rng(seed)
    first = rng.normal(0, 1 / 3, (channels, 1, 3, 3))
    second = rng.normal(0, 1 / np.sqrt(9 * channels), (channels, channels, 3, 3))
    dense = rng.normal(0, 0.1, (channels * 16, 10))

    def forward(images):
        found = _relu(conv2d(images, first, padding=1))
        if strided:
            smaller = conv2d(found, second, stride=2, padding=1)
            return found, _relu(smaller), smaller
        return found, *max_pool2d(found, 2)

    for start in [start for _ in range(rounds) for start in range(tests, len(x) - batch, batch)]:
        images, wanted = x[start : start + batch], labels[start : start + batch]
        found, small, how = forward(images)
        flat = small.reshape(batch, -1)
        scores = flat @ dense
        slopes = np.exp(scores - scores.max(axis=1, keepdims=True))
        slopes /= slopes.sum(axis=1, keepdims=True)
        slopes[np.arange(batch), wanted] -= 1
        slopes /= batch
        back = (slopes @ dense.T).reshape(small.shape)
        dense -= rate * flat.T @ slopes
        if strided:
            step = conv2d_backward(back * (how > 0), found, second, stride=2, padding=1)
            back, change = step[0], step[1]
            second -= rate * change
        else:
            back = max_pool_backward(back, how, found.shape)
        first -= rate * conv2d_backward(back * (found > 0), images, first, padding=1)[1]
    small = forward(x[:tests])[1].reshape(tests, -1)
    return np.mean((small @ dense).argmax(axis=1) == labels[:tests])


@claim(
    "R-11.2.4-allconv",
    ROSEBROCK,
    "section 11.2.4, to pool or to convolve",
    OK,
    section="can-a-convolution-do-it",
    inputs="1,797 digits of 8 × 8, a convolution of 8 kernels, then either a max pool or 8 kernels "
    "at stride 2 with ReLU, then a dense layer; 12 rounds over four fifths of the digits, twice",
    stated="strided convolutions do very well in the place of pools",
    gives={
        "with max pooling, 85 % of unseen digits or more": True,
        "with strided convolution, 85 % or more": True,
    },
)
def strided_convolution_instead():
    """A network with strided convolutions in the place of its pools does very well.

    That is so for these digits. The source speaks of far larger networks and photographs, which are
    not tried here.
    """
    return [min(_train(strided, seed) for seed in (0, 1)) >= 0.85 for strided in (False, True)]


@claim(
    "A-8.2.5-fig8.4",
    AGGARWAL,
    "section 8.2.5, figure 8.4, sizes",
    OK,
    section="windows-that-overlap",
    inputs="7 × 7 cells, windows of 3 × 3",
    stated="5 × 5 at stride 1, 3 × 3 at stride 2",
    gives={"stride 1": 5, "stride 2": 3},
)
def sizes_of_the_pooled_map():
    """A 7 × 7 map pooled by 3 × 3 windows becomes 5 × 5 at stride 1 and 3 × 3 at stride 2."""
    return output_size(7, 3), output_size(7, 3, stride=2)


@claim(
    "A-8.2.5-fig8.4-values",
    AGGARWAL,
    "section 8.2.5, figure 8.4, values",
    NOT_CHECKABLE,
    section="windows-that-overlap",
    inputs="a grid that is a picture only",
    stated="two pooled maps",
)
def values_of_the_pooled_map():
    """A figure shows the two pooled maps of a grid of 7 × 7 numbers.

    The grid is not in the text. The chapter pools a grid of its own.
    """


@claim(
    "A-8.2.5-repeats",
    AGGARWAL,
    "section 8.2.5, figure 8.4, caption",
    OK,
    section="windows-that-overlap",
    inputs=_DRAWN + "200 times `rng.permutation(49).reshape(7, 7)`, windows of 3 × 3",
    stated="at stride 1 the output repeats the same numbers, at stride 2 less",
    gives={"outputs for each winner, stride 1": 2.813731, "stride 2": 1.331361},
)
def repeated_winners():
    """Pooling by 3 × 3 windows repeats numbers at stride 1, and repeats them less at stride 2."""
    rng = np.random.default_rng(0)
    grids = [rng.permutation(49).reshape(7, 7) for _ in range(200)]

    def repeats(stride):
        maps = [_pooled(grid, 3, stride=stride) for grid in grids]
        return sum(m.size for m in maps) / sum(len(np.unique(m)) for m in maps)

    return repeats(1), repeats(2)


@claim(
    "A-8.2.5-2x2",
    AGGARWAL,
    "section 8.2.5, windows without overlap",
    OK,
    section="windows-that-overlap",
    inputs="windows of 2 cells at stride 2",
    stated="no overlap",
    gives={"columns shared": 0},
)
def two_by_two_windows():
    """Windows of 2 × 2 at stride 2 do not overlap."""
    return [_overlap(2, 2)]


def _larger(u, v):
    """Give the larger of two numbers by additions and ReLU alone."""
    return _relu(u - v) + _relu(v) - _relu(-v)


@claim(
    "A-8.2.5-nonlinear",
    AGGARWAL,
    "section 8.2.5, strided convolution and max pooling",
    AMBIGUOUS,
    section="can-a-convolution-do-it",
    inputs=_DRAWN + "`rng.integers(−9, 10, (2, 6, 6))`, two images; windows of 2 × 2 at stride 2",
    stated="they can't stand in for each other exactly, since max pooling is not linear",
    gives={
        "the pool of the sum is the sum of the pools": False,
        "strided convolutions with ReLU make the pool": True,
    },
)
def max_pooling_is_not_linear():
    """Max pooling is not linear, so a strided convolution does not do the same.

    One convolution can't, being linear. Two strided ones with ReLU, each followed by a convolution
    of 1 × 1, do it exactly, since max(u, v) = relu(u − v) + relu(v) − relu(−v).
    """
    one, other = np.random.default_rng(0).integers(-9, 10, (2, 6, 6))
    columns = _larger(one[:, ::2], one[:, 1::2])
    rebuilt = _larger(columns[::2], columns[1::2])
    linear = np.array_equal(_pooled(one + other, 2), _pooled(one, 2) + _pooled(other, 2))
    return linear, np.array_equal(rebuilt, _pooled(one, 2))


@claim(
    "A-8.2.6-gap",
    AGGARWAL,
    "section 8.2.6, average pooling at the end",
    OK,
    section="mean-length-and-one-number-for-a-map",
    inputs="256 maps of 7 × 7",
    stated="256 features, each from 49 values",
    gives={"features": 256, "values of each": 49},
)
def features_after_global_pooling():
    """Averaging 256 maps of 7 × 7 leaves 256 features, each of them the mean of 49 values."""
    x = np.zeros((1, 256, 7, 7))
    means = global_average_pool(x)
    return means.size, x.size // means.size


def _backwards(size):
    """Compare max pooling's way back with differences, on a drawn 7 × 7 grid without ties."""
    x = np.random.default_rng(0).permutation(49).reshape(1, 1, 7, 7).astype(float)
    output, switches = max_pool2d(x, size, stride=2)
    gradient = max_pool_backward(np.ones(output.shape), switches, x.shape)
    nudged = numerical_gradient(lambda x: max_pool2d(x, size, stride=2).output, x)
    return np.allclose(nudged, gradient), (gradient != 0).sum(), gradient.sum()


_BACK = {"by differences, the same": True, "cells with a gradient": 9, "sum of the gradients": 9}


@claim(
    "A-8.3-pool-plain",
    AGGARWAL,
    "section 8.3, max pooling without overlap",
    OK,
    section="the-way-back",
    inputs=_DRAWN + "`rng.permutation(49).reshape(7, 7)`, windows of 2 × 2 at stride 2",
    stated="the gradient goes to the winner of each window, and 0 to the others",
    gives=_BACK,
)
def gradient_to_the_winner():
    """Backwards, max pooling hands each gradient to the cell that won the window.

    At a tie more than one rule is in use: the first takes all, or the winners share.
    """
    return _backwards(2)


@claim(
    "A-8.3-pool-overlap",
    AGGARWAL,
    "section 8.3, max pooling with overlap",
    OK,
    section="the-way-back",
    inputs=_DRAWN + "`rng.permutation(49).reshape(7, 7)`, windows of 3 × 3 at stride 2",
    stated="the gradients of several windows add up",
    gives=_BACK | {"cells with a gradient": 7},
)
def gradients_add_up():
    """Where windows overlap, a cell gets the sum of the gradients of all windows that it won."""
    return _backwards(3)


@claim(
    "A-8.4.1-overlap",
    AGGARWAL,
    "section 8.4.1, overlapping pools",
    OK,
    section="windows-that-overlap",
    inputs="windows of 3 cells at stride 2; maps of 55 cells along an axis",
    stated="some overlap",
    gives={"columns shared": 1, "sizes after the three pools": [27, 13, 6]},
)
def overlap_of_alexnet():
    """AlexNet's pools have windows of 3 × 3 at stride 2, which overlap."""
    sizes = [55]
    for _ in range(3):
        sizes.append(output_size(sizes[-1], 3, stride=2))
    return _overlap(3, 2), sizes[1:]


@claim(
    "A-ex8",
    AGGARWAL,
    "section 8.9, exercise 8",
    NOT_CHECKABLE,
    section="windows-that-overlap",
    inputs="figure 8.4, whose 7 × 7 grid is a picture only",
    stated="an exercise: pool it by windows of 4 × 4 at stride 1",
)
def four_by_four_at_stride_one():
    """The task is to pool a 7 × 7 grid by windows of 4 × 4 at stride 1.

    The output has 4 × 4 cells whatever the numbers are. Exercise E4.2 sets it with a grid of ours.
    """


@claim(
    "C-pool-75",
    CS231N,
    "Pooling Layer, activations that are dropped",
    OK,
    section="the-largest-of-each-window",
    inputs={"a grid of ours": _FOUR, "windows": "2 × 2 at stride 2"},
    stated="75 %, each maximum being of 4 numbers",
    gives={"per cent dropped": 75, "numbers in a window": 4},
)
def dropped_by_the_common_pool():
    """The most common pool drops 75 % of the activations: each output is the largest of four."""
    return _lost(_FOUR, 2), _FOUR.size // _pooled(_FOUR, 2).size


@claim(
    "C-pool-L2",
    CS231N,
    "Pooling Layer, other pools",
    OK,
    section="mean-length-and-one-number-for-a-map",
    inputs={"a grid of ours": _FOUR, "windows": "2 × 2 at stride 2"},
    stated="average pooling and L2 pooling exist as well",
    gives={
        "max": [[8, 3], [5, 7]],
        "mean": [[3.75, 1.25], [2.25, 4.25]],
        "L2": [[9.219544, 3.316625], [5.91608, 9.643651]],
    },
)
def other_pools():
    """Beside the maximum there are the mean and the L2 norm.

    For 2 × 2 windows, L2 lies between the largest magnitude and twice that.
    """
    x = _FOUR[np.newaxis, np.newaxis]
    return _pooled(_FOUR, 2), avg_pool2d(x, 2)[0, 0], lp_pool2d(x, 2)[0, 0]


@claim(
    "C-maxgate",
    CS231N,
    "Pooling Layer, backpropagation",
    OK,
    section="the-way-back",
    inputs="max(x, y) at x = 2, y = 5",
    stated=[0, 1],
    gives={"slope along x": 0, "slope along y": 1},
)
def slope_of_a_maximum():
    """The gradient of max(x, y) goes to the larger of the two; one keeps track of which it was."""
    return numerical_gradient(np.max, [2.0, 5.0]).round(6)


@claim(
    "C-pool-params",
    CS231N,
    "Pooling Layer, parameters",
    AMBIGUOUS,
    section="does-pooling-save-parameters",
    inputs="the first dense layer of VGG, 16 layers deep, with five pools before it and without",
    stated="pooling means fewer parameters",
    gives={"factor without pools, in the weights of the first dense layer": 1024},
)
def parameters_of_dense_layers():
    """Pooling makes the number of parameters in the network smaller.

    Only where a dense layer follows: a convolution has the same number whatever it slides over.
    """
    _, with_pools, without = _vgg_parameters()
    return [(without - _UNITS) / (with_pools - _UNITS)]


@claim(
    "C-nopad-pool",
    CS231N,
    "Pooling Layer, common settings",
    NOT_CHECKABLE,
    section="windows-that-overlap",
    inputs="what networks use",
    stated="3 × 3 at stride 2, and more often 2 × 2 at stride 2",
)
def common_settings():
    """Two settings of max pooling are common in practice, and no others.

    It is a statement about what people did, and not one to be computed.
    """


@claim(
    "G-depthpool-rot",
    GERON,
    "chapter 14, depthwise pooling, figure 14-10",
    OK,
    section="across-the-channels",
    inputs=_DRAWN
    + "`rng.integers(−9, 10, (9, 9))`, then `rng.integers(−4, 5, (3, 3))`, the kernel, "
    "and its four quarter turns",
    stated="the same output, whatever the rotation",
    gives={"largest of the four maps, turned along": True, "one of the maps": False},
)
def maximum_over_turned_kernels():
    """The maximum over the maps of turned kernels is the same however the pattern is turned.

    It is exact for quarter turns: the numbers stay, and their places turn along. A bank that was
    learnt is only as good as the angles in it.
    """
    rng = np.random.default_rng(0)
    image, kernel = rng.integers(-9, 10, (9, 9)), rng.integers(-4, 5, (3, 3))
    bank = np.stack([np.rot90(kernel, k) for k in range(4)])[:, np.newaxis]
    maps, after = (conv2d(x[np.newaxis, np.newaxis], bank) for x in (image, np.rot90(image)))
    turned = np.rot90(maps, axes=(2, 3))
    pooled = [depthwise_max_pool(x, 4) for x in (turned, after)]
    return np.array_equal(*pooled), np.array_equal(turned[:, 0], after[:, 0])


@claim(
    "G-gap",
    GERON,
    "chapter 14, global average pooling",
    OK,
    section="mean-length-and-one-number-for-a-map",
    inputs=_DRAWN + "`rng.integers(0, 10, (2, 5, 6, 7))`, 2 examples of 5 maps",
    stated="the mean of each map, and one number for each map",
    gives={"shape": [2, 5], "is the mean over rows and columns": True, "is one large window": True},
)
def global_average():
    """Global average pooling is the mean over rows and columns, or a window as large as the map."""
    x = np.random.default_rng(0).integers(0, 10, (2, 5, 6, 7))
    pooled = global_average_pool(x)
    means, large = x.mean(axis=(2, 3)), avg_pool2d(x, (6, 7))
    return (
        pooled[:, :, 0, 0].shape,
        np.allclose(pooled[..., 0, 0], means),
        np.allclose(pooled, large),
    )


def _changes(x, size):
    """Give the relative change under a shift by one column: by maximum, by mean, by leaving out."""
    pools = [
        lambda x: _pooled(x, size),
        lambda x: avg_pool2d(x[np.newaxis, np.newaxis], size)[0, 0],
        lambda x: x[::size, ::size],
    ]
    pairs = [(pool(x), pool(np.roll(x, 1, axis=1))) for pool in pools]
    return [np.linalg.norm(a - b) / np.linalg.norm(a) for a, b in pairs]


@claim(
    "G-maxavg",
    GERON,
    "chapter 14, pooling, first paragraph",
    AMBIGUOUS,
    section="is-the-maximum-steadier-than-the-mean",
    inputs="every second row and column of the photograph `camera`, rolled by one column; the "
    "length of the change of the pooled map, as a part of its length: max, mean, and one cell of "
    "each window",
    stated="max pooling is the more invariant one",
    gives={
        "grey, 2 × 2": [0.12762888, 0.09641343, 0.16001851],
        "grey, 4 × 4": [0.11747878, 0.0548639, 0.17129411],
        "edges, 2 × 2": [0.7092264, 0.72425229, 1.00395214],
        "edges, 4 × 4": [0.39258406, 0.3890006, 0.94992558],
    },
)
def steadier_than_the_mean():
    """Max pooling is more invariant to small shifts than average pooling.

    By this measure, where less is steadier, the mean is the steadier one on grey levels, and on
    the edges that a Sobel kernel finds the two are about equal. It depends on what is pooled, and
    on how one measures.
    """
    photo = images.load("camera")[::2, ::2].astype(float)
    edges = _relu(cross_correlate2d(photo, kernels.named("sobel_x")))
    return [_changes(x, size) for x in (photo, edges) for size in (2, 4)]


@claim(
    "L-pool",
    OPENCV_UNIVERSITY,
    "section 3.10, size of the example",
    OK,
    section="the-largest-of-each-window",
    inputs="4 × 4 cells, windows of 2 × 2 at stride 2",
    stated="2 × 2",
    gives={"one side": 2},
)
def size_of_the_course_example():
    """Pooling a 4 × 4 input by 2 × 2 windows at stride 2 gives 2 × 2.

    The example's numbers are in a picture only.
    """
    return [output_size(4, 2, stride=2)]


@claim(
    "L-pool-params",
    OPENCV_UNIVERSITY,
    "sections 3.10 and 5, parameters",
    AMBIGUOUS,
    section="does-pooling-save-parameters",
    inputs="VGG, 16 layers deep, with its five pools and without them",
    stated="pooling means fewer parameters to train",
    gives={"in a pool": 0, "in the first dense layer, saved": 105_123_938_304},
)
def parameters_to_train():
    """Pooling makes the number of trainable parameters smaller.

    A pool has none, and a convolution has the same number before and after it. Only the first dense
    layer has fewer.
    """
    _, with_pools, without = _vgg_parameters()
    return 0, without - with_pools


@claim(
    "L-twokinds",
    OPENCV_UNIVERSITY,
    "section 3.10, kinds of pooling",
    AMBIGUOUS,
    section="mean-length-and-one-number-for-a-map",
    inputs={"a window": [[3, 0], [0, 4]]},
    stated="two: average and max",
    gives={"max": 4, "mean": 1.75, "L2": 5},
)
def two_kinds_of_pooling():
    """There are two kinds of pooling, average and max.

    They are the common ones. Others are in use: L2, global and depth-wise pooling.
    """
    x = np.array([[[[3, 0], [0, 4]]]])
    return [pool.item() for pool in (max_pool2d(x, 2).output, avg_pool2d(x, 2), lp_pool2d(x, 2))]
