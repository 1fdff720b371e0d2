"""Chapter 2's claims."""

from fractions import Fraction

import numpy as np

from cnnlab import cross_correlate2d, kernels, output_size
from cnnlab.claims.record import (
    AGGARWAL,
    AMBIGUOUS,
    CS231N,
    GERON,
    NOT_CHECKABLE,
    OK,
    ROSEBROCK,
    WRONG,
    claim,
)

# Rosebrock (2017), tables 11.2 and 11.3: the input, and the three results as printed.
_TABLE = np.array(
    [
        [95, 242, 186, 152, 39],
        [39, 14, 220, 153, 180],
        [5, 247, 212, 54, 46],
        [46, 77, 133, 110, 74],
        [156, 35, 74, 93, 116],
    ]
)
_STRIDE_1 = [[692, -315, -6], [-680, -194, 305], [153, -59, -86]]
_STRIDE_2 = [[692, -6], [153, -86]]
_PADDED = [
    [-99, -673, -130, -230, 176],
    [-42, 692, -315, -6, -482],
    [312, -680, -194, 305, 124],
    [54, 153, -59, -86, -24],
    [-543, 167, -35, -72, -297],
]
_SERIES, _ONE_ZERO_ONE = np.array([2, 1, 3, 4, 7]), np.array([1, 0, 1])

_ALEXNET = "a kernel of 11 with a stride of 4, without padding unless it is said"


def _laplacian(**options):
    return cross_correlate2d(_TABLE, kernels.named("laplacian"), **options).astype(int)


def _quotient(size, kernel_size, stride, padding=0):
    """Divide without rounding; `padding` is the total of both sides."""
    return float(Fraction(size + padding - kernel_size, stride) + 1)


def _counted(size, kernel_size, stride, padding):
    """Let a window walk, and count where it stands; `padding` is on each side."""
    last = size + 2 * padding - kernel_size
    return sum(1 for start in range(0, last + 1) if start % stride == 0)


def _settings(sizes, kernels, strides, paddings):
    """List all settings in which the kernel fits."""
    return [
        (size, k, stride, padding)
        for size in sizes
        for k in kernels
        for stride in strides
        for padding in paddings
        if k <= size + 2 * padding
    ]


def _row(row, kernel, **options):
    """Slide over a single row."""
    return cross_correlate2d(np.array([row]), np.array([kernel]), **options)[0].astype(int)


def _halvings(size):
    return next(times for times in range(size) if size >> times & 1)


@claim(
    "R-11.2.2-overlap",
    ROSEBROCK,
    "section 11.2.2, on small strides",
    OK,
    section="stride",
    inputs="an axis of 13 cells, a kernel of 3, strides 1, 2 and 3",
    stated="the smaller the stride, the more overlap, and the larger the output",
    gives={"cells that neighbouring windows share": [2, 1, 0], "size of the output": [11, 6, 4]},
)
def overlap():
    """A smaller stride makes windows overlap more, and the output larger."""
    shared = [len(set(range(3)) & set(range(s, s + 3))) for s in (1, 2, 3)]
    return shared, [output_size(13, 3, stride=stride) for stride in (1, 2, 3)]


@claim(
    "R-tab11.2-S1",
    ROSEBROCK,
    "table 11.2, left, and table 11.3, left",
    OK,
    section="stride",
    inputs=_TABLE,
    stated=_STRIDE_1,
    gives=_STRIDE_1,
)
def table_with_stride_1():
    """The Laplacian slides over a printed 5 × 5 input with stride 1.

    All nine numbers are right. The text calls the table *figure 11.2*.
    """
    return _laplacian()


@claim(
    "R-tab11.2-S2",
    ROSEBROCK,
    "table 11.2, right",
    OK,
    section="stride",
    inputs="the same input",
    stated=_STRIDE_2,
    gives=_STRIDE_2,
)
def table_with_stride_2():
    """The same with stride 2.

    All four are right: every second row and column of the result with stride 1.
    """
    return _laplacian(stride=2)


@claim(
    "R-tab11.3",
    ROSEBROCK,
    "table 11.3, bottom",
    OK,
    section="stride",
    inputs="the same input, with one zero on each side",
    stated=_PADDED,
    gives=_PADDED,
)
def table_with_padding():
    """The same with stride 1 and zeros around the input: the size stays 5 × 5.

    All 25 numbers are right.
    """
    return _laplacian(padding=1)


@claim(
    "R-tab11.3-padded",
    ROSEBROCK,
    "table 11.3, right",
    AMBIGUOUS,
    section="stride",
    inputs="the same input, with one zero on each side",
    stated="7 × 7",
    gives={"shape of the padded input": [7, 7]},
)
def padded_table():
    """One cell of zeros on each side turns the 5 × 5 input into 7 × 7.

    The size is right. In the text of the copy that we read, the table has six columns: the zeros
    at the right are missing.
    """
    return [np.pad(_TABLE, 1).shape]


@claim(
    "R-tab11.3-caption",
    ROSEBROCK,
    "table 11.3, caption",
    WRONG,
    section="stride",
    inputs="the same input",
    stated="the kernel slides over a 5 × 5 output",
    gives={"shape of the input": [5, 5], "shape of its output": [3, 3]},
)
def caption_of_the_table():
    """What is 5 × 5, says the caption, is an output.

    It is the input. The output at its left is 3 × 3.
    """
    return _TABLE.shape, _laplacian().shape


@claim(
    "R-eq11.6",
    ROSEBROCK,
    "equation 11.6",
    OK,
    section="the-size-formula",
    inputs="sizes 3 to 32, kernels 1 to 7, strides 1 to 5, padding 0 to 3; the kernel must fit",
    stated="the size less the kernel, plus twice the padding, over the stride, plus 1",
    gives={"settings": 4135, "whole quotients": 1897, "of them not the count": 0},
)
def size_formula():
    """The size of the output, by a formula with one division.

    Where the division leaves a remainder, rounding down gives the count as well.
    """
    every = _settings(range(3, 33), range(1, 8), range(1, 6), range(4))
    whole = [s for s in every if (s[0] - s[1] + 2 * s[3]) % s[2] == 0]
    wrong = [s for s in whole if (s[0] - s[1] + 2 * s[3]) // s[2] + 1 != _counted(*s)]
    return len(every), len(whole), len(wrong)


@claim(
    "R-11.2.2-integer",
    ROSEBROCK,
    "section 11.2.2, on quotients that are not whole",
    AMBIGUOUS,
    section="the-size-formula",
    inputs="the settings of equation 11.6; then 10 cells, a kernel of 3 and a stride of 2",
    stated="the strides are set wrongly",
    gives={
        "settings in which rounding down gives another number than counting": 0,
        "windows on 10 cells": 4,
        "cells left over": 1,
    },
)
def whole_quotients():
    """If the quotient is not whole, the strides are wrong.

    It is a strict rule for windows that cover the whole axis. Libraries for learning round down
    and leave the last cells out; CS231n says that they may also raise an error.
    """
    every = _settings(range(3, 33), range(1, 8), range(1, 6), range(4))
    sizes = [output_size(n, k, stride=s, padding=p) for n, k, s, p in every]
    differ = sum(size != _counted(*s) for size, s in zip(sizes, every, strict=True))
    return differ, output_size(10, 3, stride=2), (10 - 3) % 2


@claim(
    "R-eq11.7",
    ROSEBROCK,
    "equation 11.7",
    OK,
    section="a-plan-that-says-224",
    inputs=f"224 cells, {_ALEXNET}",
    stated=54.25,
    gives=54.25,
)
def size_from_224():
    """A 224 × 224 input gives 54.25."""
    return _quotient(224, 11, 4)


@claim(
    "R-eq11.8",
    ROSEBROCK,
    "equation 11.8",
    OK,
    section="a-plan-that-says-224",
    inputs=f"227 cells, {_ALEXNET}",
    stated=55,
    gives=55,
)
def size_from_227():
    """A 227 × 227 input gives 55."""
    return _quotient(227, 11, 4)


@claim(
    "R-11.2.2-224",
    ROSEBROCK,
    "section 11.2.2, figure 11.8",
    AMBIGUOUS,
    section="a-plan-that-says-224",
    inputs=f"224 cells, {_ALEXNET}",
    stated="impossible",
    gives={
        "one cell before and two after": 55,
        "one cell on each side": 54.75,
        "two on each side": 55.25,
        "two on each side, rounded down": 55,
        "three on each side": 55.75,
    },
)
def is_224_possible():
    """An input of 224 is not possible.

    Not without padding, and not with the same padding on both sides and nothing left over. With
    three cells in all it fits exactly; with two on each side and rounding down it also gives 55.
    """
    pads = [_quotient(224, 11, 4, padding) for padding in (3, 2, 4, 6)]
    return *pads[:3], output_size(224, 11, stride=4, padding=2), pads[3]


@claim(
    "R-11.3.2-sizes",
    ROSEBROCK,
    "section 11.3.2",
    AMBIGUOUS,
    section="sizes-that-halve-well",
    inputs="how often 2 divides each size; then 227 after a kernel of 11 with a stride of 4",
    stated="32, 64, 96, 224, 227 and 229 are common, and are to be divisible by 2 several times",
    gives={
        "32, 64, 96, 224": [5, 6, 5, 5],
        "227, 229, and 299": [0, 0, 0],
        "227 after its first layer": 55,
        "which 2 divides so often": 0,
    },
)
def common_sizes():
    """Input sizes are to be divisible by two several times; common ones are listed.

    Two of the six are odd. The rule may be meant for the size after the first layer, but that is
    odd as well. The last size may be a slip for 299, which Inception networks take.
    """
    after = output_size(227, 11, stride=4)
    listed = [[_halvings(n) for n in sizes] for sizes in ((32, 64, 96, 224), (227, 229, 299))]
    return *listed, after, _halvings(after)


@claim(
    "A-8.2-28",
    AGGARWAL,
    "section 8.2, size of the first map",
    OK,
    section="three-amounts-of-padding",
    inputs="32 cells and a kernel of 5, on both axes",
    stated=[28, 28],
    gives=[28, 28],
)
def five_on_32():
    """A 5 × 5 filter makes 28 × 28 of 32 × 32."""
    return cross_correlate2d(np.ones((32, 32)), np.ones((5, 5))).shape


@claim(
    "A-8.2.1-half",
    AGGARWAL,
    "section 8.2.1, half padding",
    OK,
    section="three-amounts-of-padding",
    inputs="32 cells, a kernel of 5, two cells of padding on each side",
    stated=[36, 32],
    gives=[36, 32],
)
def half_padding():
    """Half padding keeps the size: 32 cells become 36, and then 32 again.

    The kernel must be odd, for half of one less than its size to be whole.
    """
    return np.pad(np.ones(32), 2).size, output_size(32, 5, padding=2)


@claim(
    "A-8.2.1-noeffect",
    AGGARWAL,
    "section 8.2.1, on what zeros do",
    OK,
    section="three-amounts-of-padding",
    inputs="`rng = np.random.default_rng(0)`, then an image by `rng.integers(-9, 10, (6, 7))` and "
    "a kernel by `rng.integers(-4, 5, (3, 3))`",
    stated="the same",
    gives={"sums that differ": 0, "of": 42},
)
def zeros_count_nothing():
    """Padding with zeros is the same as leaving out of each sum what lies outside."""
    rng = np.random.default_rng(0)
    image, kernel = rng.integers(-9, 10, (6, 7)), rng.integers(-4, 5, (3, 3))
    padded = cross_correlate2d(image, kernel, padding=1)
    inside = np.zeros(image.shape)
    for i, j, m, n in np.ndindex(6, 7, 3, 3):
        if 0 <= i + m - 1 < 6 and 0 <= j + n - 1 < 7:
            inside[i, j] += image[i + m - 1, j + n - 1] * kernel[m, n]
    return (padded != inside).sum(), padded.size


@claim(
    "A-8.2.1-under",
    AGGARWAL,
    "section 8.2.1, on the border",
    OK,
    section="what-the-border-costs",
    inputs="32 × 32 cells and a 5 × 5 kernel; the windows that read a corner, the middle of an "
    "edge, and the centre",
    stated="cells near the border are under-represented without padding",
    gives={"valid": [1, 5, 25], "half": [9, 15, 25], "full": [25, 25, 25]},
)
def windows_that_read_a_cell():
    """Without padding, fewer outputs read the cells near the border.

    Half padding softens it, and only full padding makes all cells equal.
    """
    counts = []
    for padding in (0, 2, 4):
        windows = np.ones((32 + 2 * padding - 4,) * 2)
        read = cross_correlate2d(windows, np.ones((5, 5)), padding=4 - padding)
        counts.append([int(read[cell]) for cell in ((0, 0), (0, 16), (16, 16))])
    return counts


@claim(
    "A-8.2.1-full",
    AGGARWAL,
    "section 8.2.1, full padding",
    OK,
    section="three-amounts-of-padding",
    inputs="32 cells, a kernel of 5, four cells of padding on each side",
    stated={"padded": 40, "output": 36, "more than the input": 4},
    gives={"padded": 40, "output": 36, "more than the input": 4, "fewer without padding": 4},
)
def full_padding():
    """Full padding makes the output larger by as much as no padding makes it smaller."""
    size = output_size(32, 5, padding=4)
    return np.pad(np.ones(32), 4).size, size, size - 32, 32 - output_size(32, 5)


@claim(
    "A-8.2.2-size",
    AGGARWAL,
    "section 8.2.2 and footnote 1",
    OK,
    section="the-size-formula",
    inputs="sizes 5 to 40, kernels 1, 3 and 5, strides 1 to 4",
    stated="the size less the kernel, over the stride, plus 1, where it divides",
    gives={"settings": 432, "in which rounding down gives another number than counting": 0},
)
def size_with_stride():
    """The size of the output with a stride, where the stride divides.

    Rounded down, it is right everywhere.
    """
    every = _settings(range(5, 41), (1, 3, 5), range(1, 5), (0,))
    return len(every), sum((n - k) // s + 1 != _counted(n, k, s, p) for n, k, s, p in every)


@claim(
    "A-8.2.2-factor",
    AGGARWAL,
    "section 8.2.2, on what a stride saves",
    OK,
    section="stride",
    inputs="224 cells, a kernel of 3, one cell of padding on each side, strides 1, 2 and 4",
    stated="a side shrinks by about the stride, the area by about its square",
    gives={"sides": [224, 112, 56], "areas, as parts of the first": [1, 4, 16]},
)
def what_a_stride_saves():
    """A stride divides each side by about itself, and the area by about its square."""
    sides = [output_size(224, 3, stride=stride, padding=1) for stride in (1, 2, 4)]
    return sides, [sides[0] ** 2 / side**2 for side in sides]


@claim(
    "A-8.3.3-zero-padding",
    AGGARWAL,
    "section 8.3.3, against section 8.2.1",
    AMBIGUOUS,
    section="three-amounts-of-padding",
    inputs="a row of 6 and a kernel of 3",
    stated="a stride of 1 with zero padding, and an output that is smaller by one less than the "
    "kernel",
    gives={"no padding": 4, "padding with zeros, half": 6},
)
def zero_padding():
    """With “zero padding”, the output is smaller than the input.

    Here it means a padding of zero cells. Elsewhere in the source, and in most others, it means
    padding with zeros. Its first exercise has both readings.
    """
    return output_size(6, 3), output_size(6, 3, padding=1)


@claim(
    "A-8.4.1-55",
    AGGARWAL,
    "section 8.4.1, table 8.1",
    WRONG,
    section="a-plan-that-says-224",
    inputs=_ALEXNET,
    stated="55 from 224",
    gives={"quotient for 224": 54.25, "windows on 224": 54, "on 227": 55, "on 224 + 3": 55},
)
def alexnet_from_224():
    """AlexNet's first layer makes 55 × 55 of a 224 × 224 image.

    54 windows fit. For 55, the image needs 227 cells, or three cells of padding, of which nothing
    is said.
    """
    fits = [output_size(size, 11, stride=4) for size in (224, 227)]
    return _quotient(224, 11, 4), *fits, output_size(224, 11, stride=4, padding=(1, 2))


@claim(
    "A-ex1",
    AGGARWAL,
    "section 8.9, exercise 1",
    AMBIGUOUS,
    section="three-amounts-of-padding",
    inputs={"row": _SERIES, "kernel": _ONE_ZERO_ONE},
    stated="an exercise, with zero padding",
    gives={
        "no padding": [5, 5, 10],
        "one zero on each side": [1, 5, 5, 10, 4],
        "two zeros on each side": [2, 1, 5, 5, 10, 4, 7],
    },
)
def exercise_1():
    """A kernel of three slides over a row of five.

    The answer depends on what “zero padding” means. The kernel is symmetric, so a flip changes
    nothing.
    """
    return [_row(_SERIES, _ONE_ZERO_ONE, padding=(0, padding)) for padding in (0, 1, 2)]


@claim(
    "A-ex2",
    AGGARWAL,
    "section 8.9, exercise 2",
    OK,
    section="three-amounts-of-padding",
    inputs="rows of 8 to 29 cells and kernels of 1 to 7",
    stated="an exercise",
    gives={
        "settings": 154,
        "in which the output is not smaller by one less than the kernel": 0,
        "in which padding by that, in all, does not keep the size": 0,
    },
)
def exercise_2():
    """The task is to say how long the output is, and what padding keeps the length.

    One less than the kernel is lost, and padding by as much in all keeps it: half on each side if
    the kernel is odd, one cell more on one side if it is even.
    """
    every = [(n, k) for n in range(8, 30) for k in range(1, 8)]
    lost = [n - cross_correlate2d(np.ones((1, n)), np.ones((1, k))).shape[1] for n, k in every]
    kept = [
        output_size(n, k, padding=((k - 1) // 2, k // 2)) == n == output_size(n, k, padding="same")
        for n, k in every
    ]
    wrong = sum(cells != k - 1 for cells, (_, k) in zip(lost, every, strict=True))
    return len(every), wrong, kept.count(False)


@claim(
    "A-ex3",
    AGGARWAL,
    "section 8.9, exercise 3",
    OK,
    section="stride",
    inputs="13 cells and a kernel of 3, strides 2, 3, 4 and 5",
    stated="an exercise",
    gives={
        "without padding, quotients": [6, 4.333333, 3.5, 3],
        "strides that fit": [2, 5],
        "with one cell on each side, quotients": [7, 5, 4, 3.4],
        "strides that fit then": [2, 3, 4],
    },
)
def exercise_3():
    """The task is to say which strides fit a 13 × 13 map of 64 channels and a 3 × 3 filter.

    The channels do not matter to the sizes.
    """
    answer = []
    for padding in (0, 2):
        sizes = {stride: _quotient(13, 3, stride, padding) for stride in (2, 3, 4, 5)}
        answer += [[*sizes.values()], [s for s, size in sizes.items() if size.is_integer()]]
    return answer


@claim(
    "C-1d",
    CS231N,
    "figure on spatial arrangement, sizes",
    OK,
    section="the-size-formula",
    inputs="5 cells, a kernel of 3, one cell of padding on each side, strides 1, 2 and 3",
    stated="5 and 3; a stride of 3 does not fit",
    gives={"quotients": [5, 3, 2.333333]},
)
def neurons_in_a_row():
    """Five neurons fit with a stride of 1, three with a stride of 2, and a stride of 3 does not
    fit.
    """
    return [[_quotient(5, 3, stride, padding=2) for stride in (1, 2, 3)]]


@claim(
    "C-1d-values",
    CS231N,
    "figure on spatial arrangement, values",
    NOT_CHECKABLE,
    section="the-size-formula",
    inputs="the input stands in the picture alone; the weights are 1, 0, −1",
    stated="the values in the picture",
)
def neurons_in_a_picture():
    """The outputs of the neurons, as drawn.

    The text of the notes has the weights, and not the input.
    """


@claim(
    "C-nopad3",
    CS231N,
    "on the use of zero-padding, without",
    OK,
    section="three-amounts-of-padding",
    inputs="5 cells, a kernel of 3, no padding",
    stated=3,
    gives=3,
)
def three_neurons():
    """Without padding, the output of that figure would have 3 cells."""
    return output_size(5, 3)


@claim(
    "C-same",
    CS231N,
    "on the use of zero-padding, in general",
    OK,
    section="three-amounts-of-padding",
    inputs="sizes 5 to 40, kernels 1, 3, 5 and 7",
    stated="half of one less than the kernel keeps the size",
    gives={"settings": 144, "in which the size changes": 0},
)
def half_padding_in_general():
    """Padding by half of one less than the kernel keeps the size at stride 1.

    The kernel must be odd.
    """
    every = [(n, k) for n in range(5, 41) for k in (1, 3, 5, 7)]
    return len(every), sum(output_size(n, k, padding=(k - 1) // 2) != n for n, k in every)


@claim(
    "C-10",
    CS231N,
    "on constraints on strides",
    OK,
    section="the-size-formula",
    inputs="10 cells, a kernel of 3, a stride of 2, no padding",
    stated=4.5,
    gives=4.5,
)
def four_and_a_half():
    """The quotient is 4.5, so this stride is invalid.

    Four windows fit; libraries that round down use these.
    """
    return _quotient(10, 3, 2)


@claim(
    "C-55",
    CS231N,
    "real-world example, sizes",
    OK,
    section="a-plan-that-says-224",
    inputs=f"227 cells on both axes, {_ALEXNET}",
    stated=[55, 55],
    gives=[55, 55],
)
def alexnet_from_227():
    """AlexNet's first layer makes 55 × 55 maps, 96 of them, of a 227 × 227 image."""
    return cross_correlate2d(np.ones((227, 227)), np.ones((11, 11)), stride=4).shape


@claim(
    "C-224",
    CS231N,
    "real-world example, on 224",
    OK,
    section="a-plan-that-says-224",
    inputs=f"224 cells, {_ALEXNET}",
    stated="not a whole number",
    gives={"quotient": 54.25},
)
def not_224():
    """The paper's 224 is surely not right: it gives no whole number."""
    return [_quotient(224, 11, 4)]


@claim(
    "C-pad3",
    CS231N,
    "real-world example, best guess",
    AMBIGUOUS,
    section="a-plan-that-says-224",
    inputs=f"224 cells, {_ALEXNET}",
    stated="three extra pixels of padding",
    gives={"three in all": 55, "three on each side": 55.75},
)
def three_extra():
    """The author may have padded by 3 extra pixels.

    It is right for three in all, which is one on one side and two on the other.
    """
    return _quotient(224, 11, 4, 3), _quotient(224, 11, 4, 6)


@claim(
    "G-tab14-2-227",
    GERON,
    "table 14-2, the first layer",
    OK,
    section="a-plan-that-says-224",
    inputs="a kernel of 11 with a stride of 4, by TensorFlow's two rules",
    stated="227, with VALID, gives 55",
    gives={"227, VALID": 55, "224, VALID": 54, "224, SAME": 56},
)
def table_14_2():
    """AlexNet takes 227 × 227 images, pads by the rule VALID, and gets 55 × 55."""
    valid = [-(-(size - 11 + 1) // 4) for size in (227, 224)]
    return *valid, output_size(224, 11, stride=4, padding="same")


@claim(
    "X-224-227",
    ROSEBROCK,
    "equations 11.7 and 11.8, against Aggarwal, section 8.4.1",
    AMBIGUOUS,
    section="a-plan-that-says-224",
    inputs=_ALEXNET,
    stated="224 in one book, 227 in the others",
    gives={"quotient for 224": 54.25, "for 227": 55, "for 224 with three cells more": 55},
)
def sources_on_alexnet():
    """The sources differ about the size of AlexNet's input.

    Use 227, or 224 with one cell of padding before and two after.
    """
    return _quotient(224, 11, 4), _quotient(227, 11, 4), _quotient(224, 11, 4, 3)
