"""Chapter 1's claims."""

import numpy as np
from scipy import ndimage, signal

from cnnlab import convolve2d, cross_correlate2d, images, kernels, output_size
from cnnlab.claims.record import (
    AGGARWAL,
    AMBIGUOUS,
    NOT_CHECKABLE,
    OK,
    OPENCV_UNIVERSITY,
    ROSEBROCK,
    WRONG,
    claim,
)

_RNG = "`rng = np.random.default_rng(0)`"
_CAMERA = "rows 0 to 39 and columns 0 to 47 of the photograph `camera`"

# Rosebrock (2017), equation 11.4; the row of his figures that it should be part of; and its nine
# products as equation 11.5 prints them.
_REGION = np.array([[93, 139, 101], [26, 252, 196], [135, 230, 18]])
_GRID_ROW = [185, 135, 230, 48, 61, 225]
_PRINTED = np.array([[10.3, 15.4, 11.2], [2.8, 28.0, 21.7], [15.0, 25.5, 2.0]])

# OpenCV University, section 3.2: the Sobel kernel, two neighbouring windows, and the corner of
# the grid in which both stated results come out.
_SOBEL = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])
_WINDOW_1 = np.array([[20, 24, 11], [19, 20, 23], [21, 40, 25]])
_WINDOW_2 = np.array([[24, 11, 12], [17, 20, 23], [40, 25, 13]])
_CORNER = np.array([[20, 24, 11, 12], [19, 17, 20, 23], [21, 40, 25, 13]])


def _at(image, kernel):
    """Compute the one output of a window as large as the kernel."""
    return cross_correlate2d(image, kernel).item()


def _centred(image, name, border="replicate"):
    """Apply a named kernel so that the image keeps its size."""
    return cross_correlate2d(image, kernels.named(name), padding="same", border=border)


def _drawn(shape):
    """Draw an image of the given shape and a 3 × 3 kernel; what is claimed holds for any."""
    rng = np.random.default_rng(0)
    return rng.integers(-9, 10, shape), rng.integers(-4, 5, (3, 3))


def _double_sum(image, kernel, sign):
    """Write out equation 11.1 (sign −1) or 11.2 (sign 1), wherever the kernel lies inside."""
    rows, columns = (a - b + 1 for a, b in zip(image.shape, kernel.shape, strict=True))
    top, left = (size - 1 if sign < 0 else 0 for size in kernel.shape)
    cells = list(np.ndindex(kernel.shape))

    def at(i, j):
        return sum(image[i + sign * m, j + sign * n] * kernel[m, n] for m, n in cells)

    return np.array([[at(top + i, left + j) for j in range(columns)] for i in range(rows)])


def _line_15(kernel):
    """Take one padding for both axes from the kernel's width, as Rosebrock's code does."""
    return (kernel.shape[1] - 1) // 2


def _double_loop(image, kernel):
    """Follow Rosebrock's loop, section 11.1.5, before its result becomes bytes.

    Right for square kernels of odd size alone: its windows are always square (line 27).
    """
    pad = _line_15(kernel)
    padded = np.pad(image, pad, mode="edge")
    output = np.empty(image.shape)
    for row, column in np.ndindex(image.shape):
        window = padded[row : row + 2 * pad + 1, column : column + 2 * pad + 1]
        output[row, column] = (window * kernel).sum()
    return output


def _size_after_line_15(image, kernel):
    """Count, by rows and columns, the windows that fit after that padding."""
    padded = np.pad(image, _line_15(kernel), mode="edge")
    return np.lib.stride_tricks.sliding_window_view(padded, kernel.shape).shape[:2]


_DRAWN_PATCH, _DRAWN_KERNEL = _drawn((3, 3))


@claim(
    "R-11.1-def",
    ROSEBROCK,
    "section 11.1, definition",
    AMBIGUOUS,
    section="is-it-a-dot-product",
    inputs={
        "drawn by us": f"{_RNG}, then `patch = rng.integers(-9, 10, (3, 3))` and "
        "`kernel = rng.integers(-4, 5, (3, 3))`",
        "patch": _DRAWN_PATCH,
        "kernel": _DRAWN_KERNEL,
    },
    stated="a sum of products, and not a dot product",
    gives={
        "products, added up": -41,
        "one output of `cross_correlate2d`": -41,
        "dot product of the two as lists": -41,
    },
)
def product_and_sum():
    """At one place, convolution multiplies two arrays of equal size cell by cell and adds up the
    products. The source sets this apart from the dot product.

    It is not a matrix product. It is the dot product of the two arrays written out as lists, and
    other sources call it just that.
    """
    patch, kernel = _DRAWN_PATCH, _DRAWN_KERNEL
    return (patch * kernel).sum(), _at(patch, kernel), np.dot(patch.ravel(), kernel.ravel())


@claim(
    "R-eq11.1",
    ROSEBROCK,
    "equation 11.1",
    OK,
    section="flip-or-not",
    inputs=f"{_RNG}, then `image = rng.integers(-9, 10, (6, 7))` and "
    "`kernel = rng.integers(-4, 5, (3, 3))`; the sum is added up term by term, wherever the kernel "
    "lies inside the image",
    stated="the sum over *m* and *n* of *I*(*i* − *m*, *j* − *n*) · *K*(*m*, *n*)",
    gives={
        "equal to `scipy.signal.convolve2d`": True,
        "equal to this book's `convolve2d`": True,
        "equal to cross-correlation with the flipped kernel": True,
    },
)
def true_convolution():
    """True convolution reads the image at *i* − *m* and *j* − *n*, which means that the kernel is
    flipped.

    The source uses one star for equations 11.1 and 11.2. They are two operations and need two
    signs.
    """
    image, kernel = _drawn((6, 7))
    others = [
        signal.convolve2d(image, kernel, "valid"),
        convolve2d(image, kernel),
        cross_correlate2d(image, kernel[::-1, ::-1]),
    ]
    return [np.array_equal(_double_sum(image, kernel, -1), other) for other in others]


@claim(
    "R-eq11.2",
    ROSEBROCK,
    "equation 11.2",
    OK,
    section="flip-or-not",
    inputs="the image and the kernel of equation 11.1; the sum is added up in the same way",
    stated="the sum over *m* and *n* of *I*(*i* + *m*, *j* + *n*) · *K*(*m*, *n*)",
    gives={
        "equal to `scipy.signal.correlate2d`": True,
        "equal to this book's `cross_correlate2d`": True,
        "equal to the sum of equation 11.1": False,
    },
)
def cross_correlation():
    """Libraries compute cross-correlation, which reads the image at *i* + *m* and *j* + *n*. Only a
    sign differs: the kernel is not flipped.

    Only a sign differs, but the numbers change, unless half a turn leaves the kernel as it was.
    PyTorch 2.13's `conv2d` gives this sum for these arrays. Typed in by hand: PyTorch is not part
    of the build.
    """
    image, kernel = _drawn((6, 7))
    others = [
        signal.correlate2d(image, kernel, "valid"),
        cross_correlate2d(image, kernel),
        _double_sum(image, kernel, -1),
    ]
    return [np.array_equal(_double_sum(image, kernel, 1), other) for other in others]


@claim(
    "R-eq11.3",
    ROSEBROCK,
    "equation 11.3",
    OK,
    section="one-window-by-hand",
    inputs="nine cells of 1/9, and the region of equation 11.4",
    stated="an averaging kernel",
    gives={
        "sum of the nine cells": 1,
        "its answer to the region of equation 11.4": 132.222222,
        "mean of that region": 132.222222,
    },
)
def box_mean():
    """The 3 × 3 mean is a kernel of nine cells of 1/9.

    The cells add up to 1, so the brightness stays.
    """
    kernel = kernels.named("box_blur")
    return kernel.sum(), _at(_REGION, kernel), _REGION.mean()


@claim(
    "R-11.1.3-centre",
    ROSEBROCK,
    "section 11.1.3, figure 11.2",
    OK,
    section="odd-even-oblong",
    inputs="the mean row and the mean column of all cells",
    stated={"3 × 3": [1, 1], "2 × 2": [0.5, 0.5]},
    gives={"3 × 3": [1, 1], "2 × 2": [0.5, 0.5]},
)
def centres():
    """Counting from 0, the centre of a 3 × 3 kernel is at (1, 1) and that of a 2 × 2 kernel at
    (0.5, 0.5).

    Along a side of *k* cells the centre is at (*k* − 1) / 2: on a cell if *k* is odd, between two
    if it is even.
    """
    return [np.argwhere(np.ones((k, k))).mean(axis=0) for k in (3, 2)]


@claim(
    "R-11.1.3-odd",
    ROSEBROCK,
    "section 11.1.3",
    AMBIGUOUS,
    section="odd-even-oblong",
    inputs="a 2 × 2 kernel of ones on a 6 × 7 image, each row 0 1 2 3 4 5 6, without padding",
    stated="*M* × *N*, both odd",
    gives={"shape of the output": [5, 6], "right at every place": True},
)
def even_kernel():
    """A kernel may have any number of rows and columns, as long as both numbers are odd.

    You need odd sides only for a centred output of the image's own size. Without padding an even
    kernel works as well. To keep the size it needs one cell more on one side than on the other.
    """
    ramp = images.ramp((6, 7))
    output = cross_correlate2d(ramp, np.ones((2, 2)))
    right = ramp[:-1, :-1] + ramp[:-1, 1:] + ramp[1:, :-1] + ramp[1:, 1:]
    return output.shape, np.array_equal(output, right)


@claim(
    "R-eq11.4",
    ROSEBROCK,
    "equations 11.4 and 11.5",
    OK,
    section="one-window-by-hand",
    inputs=_REGION,
    stated=132,
    gives={"sum of the region": 1190, "mean": 132.222222, "rounded": 132, "cut off": 132},
)
def box_blur_of_the_region():
    """The mean of a printed 3 × 3 region is about 132.

    It is 1190 / 9 = 132.22…, and 132 whether you round or cut off.
    """
    mean = _at(_REGION, kernels.named("box_blur"))
    return _at(_REGION, np.ones((3, 3))), mean, round(mean), int(mean)


@claim(
    "R-eq11.5-entries",
    ROSEBROCK,
    "equation 11.5, the nine products",
    AMBIGUOUS,
    section="is-it-a-dot-product",
    inputs="the region of equation 11.4, each cell times 1/9",
    stated=_PRINTED,
    gives={
        "rounded": [[10.3, 15.4, 11.2], [2.9, 28.0, 21.8], [15.0, 25.6, 2.0]],
        "cut off": [[10.3, 15.4, 11.2], [2.8, 28.0, 21.7], [15.0, 25.5, 2.0]],
        "printed ones that differ from the rounded": 3,
        "printed ones that differ from the cut off": 0,
        "sum of the printed": 131.9,
        "sum of the exact": 132.222222,
    },
)
def nine_products():
    """To one decimal, the nine products of that mean are those printed.

    They are, if you cut the other decimals off. If you round, three differ, and so does the sum.
    """
    products = np.round(_REGION * kernels.named("box_blur"), 9)
    both = [np.round(products, 1), np.trunc(products * 10) / 10]
    differ = [(np.abs(_PRINTED - printed) > 0.05).sum() for printed in both]
    return *both, *differ, _PRINTED.sum(), products.sum()


@claim(
    "R-eq11.4-vs-fig",
    ROSEBROCK,
    "equation 11.4, against figures 11.1 and 11.3",
    AMBIGUOUS,
    section="is-it-a-dot-product",
    inputs="the figures' row 185 135 230 48 61 225, where equation 11.4 has 135 230 18",
    stated="18, in the equation",
    gives={"number in the figures": 48, "mean with it": 135.555556},
)
def region_with_the_grid_value():
    """The 3 × 3 region is part of the 6 × 6 grid in the figures.

    It is, but for one number. The equation agrees with itself, since 18 / 9 = 2.0 is among its
    products, so 132 holds for the equation as printed.
    """
    drawn = _GRID_ROW[_GRID_ROW.index(135) + 2]
    region = _REGION.copy()
    region[2, 2] = drawn
    return drawn, _at(region, kernels.named("box_blur"))


@claim(
    "R-fig11.1",
    ROSEBROCK,
    "figures 11.1 and 11.3",
    NOT_CHECKABLE,
    section="is-it-a-dot-product",
    inputs="all 36 numbers of the image",
    stated="a 6 × 6 grid of numbers, with the kernel's numbers on top",
)
def hidden_numbers():
    """A kernel is laid over a 6 × 6 image.

    The kernel hides some of the 36 numbers in both figures. You can compute with those of equation
    11.4, and with no others.
    """


@claim(
    "R-11.1.5-pad",
    ROSEBROCK,
    "section 11.1.5, line 15 of the code",
    OK,
    section="how-big-is-the-output",
    inputs=f"kernels of 3 × 3, 7 × 7 and 21 × 21 on {_CAMERA}",
    stated="(*k* − 1) // 2",
    gives={
        "3 × 3": {"cells on each side": 1, "size kept": True},
        "7 × 7": {"cells on each side": 3, "size kept": True},
        "21 × 21": {"cells on each side": 10, "size kept": True},
    },
)
def padding_of_the_code():
    """Padding by (*k* − 1) // 2 cells on each side, where *k* is the kernel's width, keeps the
    image's size.

    Counted are the windows that fit into the padded image. It holds for square kernels of odd
    width; for others see `R-11.1.5-rect`.
    """
    crop = images.load("camera")[:40, :48]
    squares = [np.ones((k, k)) for k in (3, 7, 21)]
    return [(_line_15(k), _size_after_line_15(crop, k) == crop.shape) for k in squares]


@claim(
    "R-11.1.5-same",
    ROSEBROCK,
    "section 11.1.5, size of the output",
    OK,
    section="how-big-is-the-output",
    inputs=f"the seven kernels on {_CAMERA}",
    stated="an output as large as the image",
    gives=dict.fromkeys(kernels.SEVEN, True),
)
def sizes_are_kept():
    """With edge cells repeated around the image, each kernel of the bank gives an output of the
    image's size.

    Padded as line 15 of the code says; counted are the windows that fit.
    """
    crop = images.load("camera")[:40, :48]
    return [_size_after_line_15(crop, kernels.named(name)) == crop.shape for name in kernels.SEVEN]


@claim(
    "R-11.1.5-oracle",
    ROSEBROCK,
    "section 11.1.5, the double loop",
    OK,
    section="three-ways-to-write-it",
    inputs="the seven kernels on rows 100 to 139 and columns 150 to 197 of the photograph "
    "`camera`; the loop runs as the source writes it, and shown are its largest differences from "
    "two functions of `scipy.ndimage`",
    stated="a convolution, with the border replicated",
    gives={
        name: {"from `correlate`": 0, "from `convolve`": apart}
        for name, apart in zip(kernels.SEVEN, [0, 0, 0, 0, 1382, 1276, 1272], strict=True)
    },
)
def loop_against_ndimage():
    """The double loop computes a centred cross-correlation with repeated edges.

    The source calls it convolution in the sense of equation 11.2, as libraries do. In the sense of
    equation 11.1, with a flip, three of the seven kernels give other numbers: the right column.
    Differences below a billionth count as 0; they come from the order of the additions.
    """
    crop = images.load("camera")[100:140, 150:198].astype(np.float64)

    def apart(kernel, other):
        expected = other(crop, kernel, mode="nearest")  # SciPy's name for repeated edges
        return np.abs(_double_loop(crop, kernel) - expected).max()

    bank = map(kernels.named, kernels.SEVEN)
    return [[apart(k, ndimage.correlate), apart(k, ndimage.convolve)] for k in bank]


@claim(
    "R-11.1.5-rect",
    ROSEBROCK,
    "section 11.1.3, against lines 15 and 27 of the code in 11.1.5",
    WRONG,
    section="odd-even-oblong",
    inputs="kernels of ones on a 6 × 8 image, each row 0 1 2 3 4 5 6 7; the loop runs as the "
    "source writes it",
    stated="any *M* × *N*, both odd",
    gives={
        "3 × 3": "right numbers",
        "3 × 5": "`ValueError`",
        "5 × 3": "`ValueError`",
        "2 × 2": "wrong numbers",
        "4 × 4": "`ValueError`",
        "2 × 2 gives 4 times each pixel": True,
    },
)
def one_padding_for_both_axes():
    """The code convolves with any kernel that has an odd number of rows and an odd number of
    columns.

    The text asks for odd numbers. The code, with one padding from the width and square windows,
    needs a square kernel as well: oblong ones raise an error. A 2 × 2 kernel runs: its window is
    one cell wide, and NumPy stretches that cell over the whole kernel. What works is one padding
    for each axis, and windows of the kernel's own shape.
    """
    ramp = images.ramp((6, 8)).astype(np.float64)

    def outcome(*shape):
        kernel = np.ones(shape)
        try:
            output = _double_loop(ramp, kernel)
        except ValueError:
            return "`ValueError`"
        right = cross_correlate2d(ramp, kernel, padding="same", border="replicate")
        return "right numbers" if np.array_equal(output, right) else "wrong numbers"

    four_times = np.array_equal(_double_loop(ramp, np.ones((2, 2))), 4 * ramp)
    return outcome(3, 3), outcome(3, 5), outcome(5, 3), outcome(2, 2), outcome(4, 4), four_times


@claim(
    "R-11.1.5-shrink",
    ROSEBROCK,
    "section 11.1.5, figure 11.3",
    OK,
    section="how-big-is-the-output",
    inputs="a row of 5 cells and a window of 3",
    stated="a smaller output",
    gives={"by the formula": 3, "by sliding": 3},
)
def sliding_shrinks():
    """Without padding the output is smaller than the image."""
    return output_size(5, 3), cross_correlate2d(np.ones((1, 5)), np.ones((1, 3))).shape[1]


@claim(
    "R-11.1.5-bank",
    ROSEBROCK,
    "section 11.1.5, lines 55 to 96 of the code",
    OK,
    section="seven-kernels-on-a-photograph",
    inputs={
        "small_blur": "7 × 7 cells of 1/49",
        "large_blur": "21 × 21 cells of 1/441",
        **{name: kernels.named(name).astype(int) for name in kernels.SEVEN[2:]},
    },
    stated="seven kernels by name",
    gives={
        "sum of the cells": dict(zip(kernels.SEVEN, [1, 1, 1, 0, 0, 0, 1], strict=True)),
        "`sharpen` is `identity` minus `laplacian`": True,
        "`sobel_y` is `sobel_x` transposed": True,
    },
)
def kernel_bank():
    """A bank of seven kernels: `small_blur`, `large_blur`, `sharpen`, `laplacian`, `sobel_x`,
    `sobel_y` and `emboss`.

    Kernels that add up to 1 keep the brightness. Those that add up to 0 ignore flat regions.
    """
    of = {name: kernels.named(name) for name in (*kernels.SEVEN, "identity")}
    sums = [of[name].sum() for name in kernels.SEVEN]
    sharpened = np.array_equal(of["sharpen"], of["identity"] - of["laplacian"])
    return sums, sharpened, np.array_equal(of["sobel_y"], of["sobel_x"].T)


@claim(
    "R-11.1.5-sobel",
    ROSEBROCK,
    "section 11.1.5, figure 11.5, the Sobel kernels",
    OK,
    section="reading-a-kernel",
    inputs="6 × 6 images: 0 in the first three columns (rows), 9 in the others; shown is the "
    "largest magnitude",
    stated="`sobel_x` for vertical edges, `sobel_y` for horizontal ones",
    gives={
        "vertical edge": {"sobel_x": 36, "sobel_y": 0},
        "horizontal edge": {"sobel_x": 0, "sobel_y": 36},
    },
)
def sobel_on_edges():
    """`sobel_x` finds vertical edges, `sobel_y` horizontal ones.

    36 is 9 times the 1 + 2 + 1 of one side of the kernel.
    """
    edges = [images.step((6, 6), axis=axis, height=9) for axis in (1, 0)]
    both = [kernels.named(name) for name in ("sobel_x", "sobel_y")]
    return [[np.abs(cross_correlate2d(edge, one)).max() for one in both] for edge in edges]


@claim(
    "R-fig11.4-identical",
    ROSEBROCK,
    "section 11.1.5, caption of figure 11.4",
    WRONG,
    section="numbers-that-dont-fit-into-a-byte",
    inputs="the seven kernels on rows 100 to 227 and columns 150 to 299 of the photograph "
    "`camera`: how many pixels differ, in all and inside, where no window crosses the border; by "
    "how many grey levels at most; and the same once both round and repeat edge cells",
    stated="identical",
    gives={
        name: {
            "differ (%)": anywhere,
            "differ inside (%)": inside,
            "by at most": most,
            "with the same rules": 0,
        }
        for name, anywhere, inside, most in [
            ("small_blur", 50.0, 48.5, 15),
            ("large_blur", 55.2, 49.3, 46),
            ("sharpen", 2.1, 0, 40),
            ("laplacian", 1.2, 0, 35),
            ("sobel_x", 1.3, 0, 51),
            ("sobel_y", 1.1, 0, 114),
            ("emboss", 2.3, 0, 87),
        ]
    },
)
def cut_off_against_rounded():
    """The hand-written loop and OpenCV's `filter2D` give identical pictures.

    They look alike. But the loop cuts decimals off and repeats edge cells, while OpenCV rounds and,
    by default, mirrors (`BORDER_REFLECT_101`). Compared here are these two conventions, and in the
    last column the loop, rounded, with `scipy.ndimage`. A mean that is whole is cut off as whole,
    even where the loop's floats lie a hair below it. OpenCV 5.0.0 itself gives the same 28 numbers.
    Typed in by hand: OpenCV is not part of the build.
    """
    crop = images.load("camera")[100:228, 150:300].astype(np.float64)
    return [_two_conventions(crop, name) for name in kernels.SEVEN]


def _two_conventions(image, name):
    """Count the pixels in which two ways to finish the same sums differ."""
    kernel = kernels.named(name)
    looped = _double_loop(image, kernel)
    # Some sums that are whole come out a hair below in floats; where, depends on the processor.
    cut_off = np.clip(np.floor(looped + 1e-9), 0, 255)
    gap = np.abs(cut_off - images.to_uint8(_centred(image, name, border="reflect")))
    reach = kernel.shape[0] // 2
    inside = gap[reach:-reach, reach:-reach]
    scipys = images.to_uint8(ndimage.correlate(image, kernel, mode="nearest"))
    rounded = images.to_uint8(looped).astype(int)
    return _percent(gap), _percent(inside), gap.max(), np.abs(rounded - scipys).max()


def _percent(gap):
    """Return the share of cells that are not 0, in percent, to one decimal."""
    return round(100 * np.mean(gap != 0), 1)


@claim(
    "R-fig11.5-blur",
    ROSEBROCK,
    "section 11.1.5, figure 11.5, the blurs",
    OK,
    section="seven-kernels-on-a-photograph",
    inputs="every fourth pixel of the photograph `camera`, 128 × 128, edge cells repeated, nothing "
    "clipped",
    stated="`large_blur` blurs more than `small_blur`",
    gives={
        "the photograph": 1473.169414,
        "after `small_blur`": 61.004647,
        "after `large_blur`": 13.187702,
        "after `sharpen`": 38066.207431,
    },
)
def gradient_energy():
    """A larger mean blurs more, 21 × 21 more than 7 × 7, and `sharpen` lifts detail.

    The numbers are mean squared differences between neighbours, down plus across.
    """
    small = images.load("camera")[::4, ::4].astype(np.float64)
    filtered = [_centred(small, name) for name in ("small_blur", "large_blur", "sharpen")]
    return [
        sum(np.mean(np.diff(image, axis=axis) ** 2) for axis in (0, 1))
        for image in (small, *filtered)
    ]


_EDGE_FILTERS = [kernels.named("horizontal_edge"), -kernels.named("sobel_y")]


@claim(
    "A-8.1b-edge",
    AGGARWAL,
    "section 8.2, figure 8.1(b)",
    OK,
    section="reading-a-kernel",
    inputs={
        "filter": _EDGE_FILTERS[0].astype(int),
        "same, 2 in the middle": _EDGE_FILTERS[1].astype(int),
        "images": "9 × 9 cells of 0, with 1 in rows 0 to 3 (horizontal edge), on and above the "
        "diagonal (45° edge), in columns 4 to 8 (vertical edge); shown is the largest answer",
    },
    stated="high, zero, in between",
    gives={
        "filter": {"horizontal edge": 3, "45° edge": 2, "vertical edge": 0},
        "same, 2 in the middle": {"horizontal edge": 4, "45° edge": 3, "vertical edge": 0},
    },
)
def horizontal_edge_filter():
    """A filter for horizontal edges answers strongly to a horizontal edge, with zero to a vertical
    one, and in between to a slanted one.

    The source gives the filter's numbers only in a picture, so these are assumed. The claim doesn't
    hang on them: a second such filter gives the same order.
    """
    level, upright = (images.step((9, 9), axis=axis) for axis in (0, 1))
    edges = [1 - level, np.triu(np.ones((9, 9))), upright]
    return [[cross_correlate2d(edge, one).max() for edge in edges] for one in _EDGE_FILTERS]


@claim(
    "A-8.2-fig-16",
    AGGARWAL,
    "section 8.2, figure 8.2, first sum",
    OK,
    section="one-window-by-hand",
    inputs="5 · 1 + 8 · 1 + 1 · 1 + 1 · 2",
    stated=16,
    gives=16,
)
def first_sum():
    """The first worked sum of products is 16.

    Products that are 0 are left out.
    """
    return int(_at([[5, 8, 1, 1]], [[1, 1, 1, 2]]))


@claim(
    "A-8.2-fig-26",
    AGGARWAL,
    "section 8.2, figure 8.2, second sum",
    OK,
    section="one-window-by-hand",
    inputs="4 · 1 + 4 · 1 + 4 · 1 + 7 · 2",
    stated=26,
    gives=26,
)
def second_sum():
    """The second worked sum of products is 26.

    Products that are 0 are left out.
    """
    return int(_at([[4, 4, 4, 7]], [[1, 1, 1, 2]]))


@claim(
    "A-8.2-fig-size",
    AGGARWAL,
    "section 8.2, figure 8.2, size of the map",
    OK,
    section="how-big-is-the-output",
    inputs="a 7 × 7 input and a 3 × 3 filter of ones, stride 1",
    stated="a 5 × 5 map",
    gives={"one side by the formula": 5, "shape by sliding": [5, 5]},
)
def map_of_seven():
    """A 7 × 7 input and a 3 × 3 filter at stride 1 give a 5 × 5 map."""
    return output_size(7, 3), cross_correlate2d(np.ones((7, 7)), np.ones((3, 3))).shape


@claim(
    "A-8.2-L-F+1",
    AGGARWAL,
    "section 8.2, number of places",
    OK,
    section="how-big-is-the-output",
    inputs="*L* from 1 to 40, *F* from 1 to 9, *F* no larger than *L*; each pair is counted by "
    "sliding",
    stated="*L* − *F* + 1",
    gives={"pairs of *L* and *F*": 324, "pairs that agree": 324},
)
def alignments():
    """A filter of size *F* fits an input of size *L* at *L* − *F* + 1 places."""
    pairs = [(size, window) for size in range(1, 41) for window in range(1, min(size, 9) + 1)]

    def slid(size, window):
        return cross_correlate2d(np.ones((1, size)), np.ones((1, window))).shape[1]

    return len(pairs), sum(slid(size, window) == size - window + 1 for size, window in pairs)


@claim(
    "L-sobel-1",
    OPENCV_UNIVERSITY,
    "section 3.2, first window",
    WRONG,
    section="slide-it",
    inputs={"window as printed": _WINDOW_1, "kernel": _SOBEL},
    stated=3,
    gives={"as printed": -3, "with the middle row 19 17 20": 3},
)
def first_sobel_window():
    """The first Sobel window gives 3.

    The middle row should be 19 17 20: that row gives 3, and it fits the second window, whose middle
    row is 17 20 23.
    """
    return _at(_WINDOW_1, _SOBEL), _at(_CORNER[:, :3], _SOBEL)


@claim(
    "L-sobel-2",
    OPENCV_UNIVERSITY,
    "section 3.2, second window",
    OK,
    section="slide-it",
    inputs={"window": _WINDOW_2, "kernel": _SOBEL},
    stated=27,
    gives=27,
)
def second_sobel_window():
    """The second Sobel window gives 27."""
    return int(_at(_WINDOW_2, _SOBEL))


@claim(
    "L-sobel-overlap",
    OPENCV_UNIVERSITY,
    "section 3.2, both windows",
    WRONG,
    section="slide-it",
    inputs={"first window": _WINDOW_1, "second window": _WINDOW_2, "kernel": _SOBEL},
    stated="the second window starts one column further right",
    gives={
        "top rows agree where they overlap": True,
        "middle rows agree where they overlap": False,
        "bottom rows agree where they overlap": True,
        "corner that fits both": [[20, 24, 11, 12], [19, 17, 20, 23], [21, 40, 25, 13]],
        "its two outputs": [3, 27],
    },
)
def overlap_of_the_windows():
    """The two windows are neighbours at stride 1 in one 6 × 6 input.

    The same misprint as in `L-sobel-1`. With it mended, both stated results come out. The rest of
    the 6 × 6 input is only in a picture.
    """
    agree = (_WINDOW_2[:, :2] == _WINDOW_1[:, 1:]).all(axis=1)
    return *agree, _CORNER, cross_correlate2d(_CORNER, _SOBEL)[0]


@claim(
    "L-derivative",
    OPENCV_UNIVERSITY,
    "section 3.4",
    AMBIGUOUS,
    section="a-slope-times-eight",
    inputs={
        "kernel": _SOBEL,
        "image": "3 × 3, each row 0 1 2: it grows by 1 from column to column, so its derivative "
        "is 1",
    },
    stated="the horizontal derivative",
    gives={
        "this kernel": -8,
        "Rosebrock's `sobel_x`": 8,
        "this kernel under true convolution": 8,
    },
)
def sobel_on_a_ramp():
    """This Sobel, positive on the left and negative on the right, approximates the horizontal
    derivative.

    In size it is 8 times the derivative. The sign is convention: Rosebrock's `sobel_x` has the
    other one, and so has this kernel once it is flipped.
    """
    ramp = images.ramp((3, 3))
    sobel_x = kernels.named("sobel_x")
    return _at(ramp, _SOBEL), _at(ramp, sobel_x), convolve2d(ramp, _SOBEL).item()


_LINES = ("line_horizontal", "line_vertical", "line_diagonal")


@claim(
    "L-lines",
    OPENCV_UNIVERSITY,
    "section 3.8",
    OK,
    section="lines",
    inputs={
        "image": "20 × 20 cells of 0, with 1 in row 2, columns 4 to 10; in column 17, rows 4 to "
        "10; and on the diagonal from (10, 4) to (16, 10)",
        **{name: kernels.named(name).astype(int) for name in _LINES},
        "read at": "(2, 7), (7, 17) and (13, 7), the middles of the lines",
    },
    stated="one filter for each kind of line",
    gives={
        "horizontal line": dict(zip(_LINES, (6, 0, 0), strict=True)),
        "vertical line": dict(zip(_LINES, (0, 6, 0), strict=True)),
        "diagonal line": dict(zip(_LINES, (0, 0, 6), strict=True)),
    },
)
def line_filters():
    """Three filters can tell horizontal, vertical and diagonal lines apart.

    Each line's own filter answers most. The filters' numbers are this book's: we assumed them.
    """
    image = np.zeros((20, 20))
    image[2, 4:11] = image[4:11, 17] = image[range(10, 17), range(4, 11)] = 1
    maps = [_centred(image, name) for name in _LINES]
    return [[answers[middle] for answers in maps] for middle in [(2, 7), (7, 17), (13, 7)]]


@claim(
    "X-sobel-sign",
    ROSEBROCK,
    "section 11.1.5, against OpenCV University, section 3.2",
    AMBIGUOUS,
    section="a-slope-times-eight",
    inputs="a 3 × 3 image, each row 0 1 2",
    stated={
        "Rosebrock, top row": kernels.named("sobel_x")[0].astype(int),
        "OpenCV University, top row": _SOBEL[0],
    },
    gives={"Rosebrock": 8, "OpenCV University": -8},
)
def two_signs():
    """The Sobel kernel for vertical edges has its −1 on the left (Rosebrock), or on the right
    (OpenCV University).

    Each is right in its own convention: the first answers positively where brightness grows to the
    right, the second where it falls. Say which you mean.
    """
    ramp = images.ramp((3, 3))
    return _at(ramp, kernels.named("sobel_x")), _at(ramp, _SOBEL)
