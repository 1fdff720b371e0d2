"""Chapter 1's claims, recomputed. Floats are rounded, so that any machine gives the same."""

import numpy as np

from cnnlab import images, kernels
from cnnlab.claims.as_printed import double_loop, double_sum, line_15, windows_of_the_padded
from cnnlab.claims.registry import checks
from cnnlab.convolution import convolve2d, cross_correlate2d, flip_kernel
from cnnlab.shapes import output_size

_DIGITS = 6

# Rosebrock (2017), equation 11.4, and the row of his figures that it should be part of.
_REGION = np.array([[93, 139, 101], [26, 252, 196], [135, 230, 18]])
_GRID_ROW = [185, 135, 230, 48, 61, 225]
# The nine products as equation 11.5 prints them.
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


def _for_each_of_seven(function):
    """Collect what a function gives for each of the seven kernels."""
    return {name: function(name) for name in kernels.SEVEN}


def _drawn(shape):
    """Draw an image of the given shape and a 3 × 3 kernel; what is claimed holds for any."""
    rng = np.random.default_rng(0)
    return rng.integers(-9, 10, shape), rng.integers(-4, 5, (3, 3))


@checks("R-11.1-def")
def product_and_sum():
    """Multiply and add, against the dot product of the two written out as lists."""
    patch, kernel = _drawn((3, 3))
    return {
        "products, added up": (patch * kernel).sum(),
        "one output of `cross_correlate2d`": _at(patch, kernel),
        "dot product of the two as lists": np.dot(patch.ravel(), kernel.ravel()),
    }


@checks("R-eq11.1")
def true_convolution():
    """Add up equation 11.1, against SciPy's and this book's convolution."""
    from scipy import signal

    image, kernel = _drawn((6, 7))
    printed = double_sum(image, kernel, -1)
    others = {
        "`scipy.signal.convolve2d`": signal.convolve2d(image, kernel, "valid"),
        "this book's `convolve2d`": convolve2d(image, kernel),
        "cross-correlation with the flipped kernel": cross_correlate2d(image, flip_kernel(kernel)),
    }
    return {f"equal to {name}": np.array_equal(printed, other) for name, other in others.items()}


@checks("R-eq11.2")
def cross_correlation():
    """Add up equation 11.2, against SciPy's and this book's, and against equation 11.1."""
    from scipy import signal

    image, kernel = _drawn((6, 7))
    printed = double_sum(image, kernel, 1)
    others = {
        "`scipy.signal.correlate2d`": signal.correlate2d(image, kernel, "valid"),
        "this book's `cross_correlate2d`": cross_correlate2d(image, kernel),
        "the sum of equation 11.1": double_sum(image, kernel, -1),
    }
    return {f"equal to {name}": np.array_equal(printed, other) for name, other in others.items()}


@checks("R-eq11.3")
def box_mean():
    """Add up the cells of the kernel, and hold its answer against the mean."""
    kernel = kernels.named("box_blur")
    return {
        "sum of the nine cells": round(kernel.sum(), _DIGITS),
        "its answer to the region of equation 11.4": round(_at(_REGION, kernel), _DIGITS),
        "mean of that region": round(_REGION.mean(), _DIGITS),
    }


@checks("R-11.1.3-centre")
def centres():
    """Take the mean of the rows, and of the columns, of all cells."""
    return {f"{k} × {k}": np.argwhere(np.ones((k, k))).mean(axis=0) for k in (3, 2)}


@checks("R-11.1.3-odd")
def even_kernel():
    """Slide a 2 × 2 kernel of ones, and add up the same four cells by slices."""
    ramp = images.ramp((6, 7))
    output = cross_correlate2d(ramp, np.ones((2, 2)))
    right = ramp[:-1, :-1] + ramp[:-1, 1:] + ramp[1:, :-1] + ramp[1:, 1:]
    return {
        "shape of the output": output.shape,
        "right at every place": np.array_equal(output, right),
    }


@checks("R-eq11.4")
def box_blur_of_the_region():
    """Blur the printed region."""
    value = _at(_REGION, kernels.named("box_blur"))
    return {
        "sum of the region": int(_at(_REGION, np.ones((3, 3)))),
        "mean": round(value, _DIGITS),
        "rounded": round(value),
        "cut off": int(value),
    }


@checks("R-eq11.5-entries")
def nine_products():
    """Round the nine products to one decimal, and cut them off after it."""
    products = np.round(_REGION * kernels.named("box_blur"), 9)
    rounded, cut_off = np.round(products, 1), np.trunc(products * 10) / 10
    return {
        "rounded": rounded,
        "cut off": cut_off,
        "printed ones that differ from the rounded": (np.abs(_PRINTED - rounded) > 0.05).sum(),
        "printed ones that differ from the cut off": (np.abs(_PRINTED - cut_off) > 0.05).sum(),
        "sum of the printed": round(_PRINTED.sum(), _DIGITS),
        "sum of the exact": round(products.sum(), _DIGITS),
    }


@checks("R-eq11.4-vs-fig")
def region_with_the_grid_value():
    """Blur the region with the cell that the figures' grid has."""
    drawn = _GRID_ROW[_GRID_ROW.index(135) + 2]
    region = _REGION.copy()
    region[2, 2] = drawn
    blurred = _at(region, kernels.named("box_blur"))
    return {"number in the figures": drawn, "mean with it": round(blurred, _DIGITS)}


@checks("R-11.1.5-pad")
def padding_of_the_code():
    """Pad as line 15 says, and count the windows."""
    crop = images.load("camera")[:40, :48]

    def outcome(kernel):
        kept = windows_of_the_padded(crop, kernel) == crop.shape
        return {"cells on each side": line_15(kernel), "size kept": kept}

    return {f"{k} × {k}": outcome(np.ones((k, k))) for k in (3, 7, 21)}


@checks("R-11.1.5-same")
def sizes_are_kept():
    """Pad as line 15 says for each of the seven kernels, and count the windows."""
    crop = images.load("camera")[:40, :48]
    return _for_each_of_seven(lambda n: windows_of_the_padded(crop, kernels.named(n)) == crop.shape)


@checks("R-11.1.5-oracle")
def loop_against_ndimage():
    """Run the double loop beside scipy.ndimage, which calls the repeated edges "nearest"."""
    from scipy import ndimage

    crop = images.load("camera")[100:140, 150:198].astype(np.float64)
    others = {
        "from `correlate`": ndimage.correlate,
        "from `convolve`": ndimage.convolve,
    }

    def differences(name):
        kernel = kernels.named(name)
        output = double_loop(crop, kernel)
        return {
            label: round(np.abs(output - other(crop, kernel, mode="nearest")).max(), _DIGITS)
            for label, other in others.items()
        }

    return _for_each_of_seven(differences)


@checks("R-11.1.5-rect")
def one_padding_for_both_axes():
    """Run the double loop with kernels that are square and odd, and others."""
    ramp = images.ramp((6, 8)).astype(np.float64)

    def outcome(shape):
        kernel = np.ones(shape)
        try:
            output = double_loop(ramp, kernel)
        except ValueError:
            return "`ValueError`"
        right = cross_correlate2d(ramp, kernel, padding="same", border="replicate")
        return "right numbers" if np.array_equal(output, right) else "wrong numbers"

    shapes = [(3, 3), (3, 5), (5, 3), (2, 2), (4, 4)]
    four_times = np.array_equal(double_loop(ramp, np.ones((2, 2))), 4 * ramp)
    return {
        **{f"{rows} × {columns}": outcome((rows, columns)) for rows, columns in shapes},
        "2 × 2 gives 4 times each pixel": four_times,
    }


@checks("R-11.1.5-shrink")
def sliding_shrinks():
    """Slide a window of 3 over a row of 5."""
    slid = cross_correlate2d(np.ones((1, 5)), np.ones((1, 3)))
    return {"by the formula": output_size(5, 3), "by sliding": slid.shape[1]}


@checks("R-11.1.5-bank")
def kernel_bank():
    """Add up each kernel's cells, and see how two pairs hang together."""
    difference = kernels.named("identity") - kernels.named("laplacian")
    transposed = kernels.named("sobel_x").T
    return {
        "sum of the cells": _for_each_of_seven(lambda n: round(kernels.named(n).sum(), _DIGITS)),
        "`sharpen` is `identity` minus `laplacian`": np.array_equal(
            kernels.named("sharpen"), difference
        ),
        "`sobel_y` is `sobel_x` transposed": np.array_equal(kernels.named("sobel_y"), transposed),
    }


@checks("R-11.1.5-sobel")
def sobel_on_edges():
    """Run both Sobels over both edges; take the largest magnitude."""
    edges = {
        "vertical": images.step((6, 6), axis=1, height=9),
        "horizontal": images.step((6, 6), axis=0, height=9),
    }

    def largest(name, edge):
        return np.abs(cross_correlate2d(edges[edge], kernels.named(name))).max()

    return {
        f"{edge} edge": {name: largest(name, edge) for name in ("sobel_x", "sobel_y")}
        for edge in edges
    }


@checks("R-fig11.4-identical")
def cut_off_against_rounded():
    """Cut decimals off with repeated edges, against round with mirrored ones."""
    crop = images.load("camera")[100:228, 150:300].astype(np.float64)
    return _for_each_of_seven(lambda name: _two_conventions(crop, name))


def _two_conventions(image, name):
    """Count the pixels in which two ways to finish the same sums differ."""
    from scipy import ndimage

    kernel = kernels.named(name)
    looped = double_loop(image, kernel)
    cut_off = np.clip(looped, 0, 255).astype(np.uint8)
    difference = _apart(cut_off, _centred(image, name, border="reflect"))
    reach = kernel.shape[0] // 2
    return {
        "differ (%)": _percent(difference),
        "differ inside (%)": _percent(difference[reach:-reach, reach:-reach]),
        "by at most": difference.max(),
        "with the same rules": _apart(
            images.to_uint8(looped), ndimage.correlate(image, kernel, mode="nearest")
        ).max(),
    }


def _apart(picture, values):
    """Return how many grey levels a picture is from values that are rounded to bytes."""
    return np.abs(picture.astype(int) - images.to_uint8(values))


def _percent(difference):
    """Return the share of cells that are not 0, in percent, to one decimal."""
    return round(100 * float(np.mean(difference != 0)), 1)


@checks("R-fig11.5-blur")
def gradient_energy():
    """Add the mean squared differences between neighbours, down and across."""
    small = images.load("camera")[::4, ::4].astype(np.float64)

    def energy(image):
        squares = [np.mean(np.diff(image, axis=axis) ** 2) for axis in (0, 1)]
        return round(float(sum(squares)), _DIGITS)

    names = ("small_blur", "large_blur", "sharpen")
    filtered = {f"after `{name}`": energy(_centred(small, name)) for name in names}
    return {"the photograph": energy(small), **filtered}


@checks("A-8.1b-edge")
def horizontal_edge_filter():
    """Run two such filters over three edges of height 1; take the largest output."""
    edges = {
        "horizontal edge": 1 - images.step((9, 9), axis=0),
        "45° edge": np.triu(np.ones((9, 9))),
        "vertical edge": images.step((9, 9), axis=1),
    }
    filters = {
        "filter": kernels.named("horizontal_edge"),
        "same, 2 in the middle": -kernels.named("sobel_y"),
    }
    return {
        label: {name: cross_correlate2d(edge, kernel).max() for name, edge in edges.items()}
        for label, kernel in filters.items()
    }


@checks("A-8.2-fig-16")
def first_sum():
    """Add up the four products that are not 0."""
    return int(_at([[5, 8, 1, 1]], [[1, 1, 1, 2]]))


@checks("A-8.2-fig-26")
def second_sum():
    """Add up the four products that are not 0."""
    return int(_at([[4, 4, 4, 7]], [[1, 1, 1, 2]]))


@checks("A-8.2-fig-size")
def map_of_seven():
    """Size the map of a 7 × 7 input under a 3 × 3 filter, and slide one."""
    slid = cross_correlate2d(np.ones((7, 7)), np.ones((3, 3)))
    return {"one side by the formula": output_size(7, 3), "shape by sliding": slid.shape}


@checks("A-8.2-L-F+1")
def alignments():
    """Slide every window of 1 to 9 over every row of 1 to 40 that holds it."""
    pairs = [(size, window) for size in range(1, 41) for window in range(1, min(size, 9) + 1)]

    def slid(size, window):
        return cross_correlate2d(np.ones((1, size)), np.ones((1, window))).shape[1]

    agree = sum(slid(size, window) == size - window + 1 for size, window in pairs)
    return {"pairs of *L* and *F*": len(pairs), "pairs that agree": agree}


@checks("L-sobel-1")
def first_sobel_window():
    """Take the first window as printed, then from the grid that fits both windows."""
    return {
        "as printed": int(_at(_WINDOW_1, _SOBEL)),
        "with the middle row 19 17 20": int(_at(_CORNER[:, :3], _SOBEL)),
    }


@checks("L-sobel-2")
def second_sobel_window():
    """Take the second window as printed."""
    return int(_at(_WINDOW_2, _SOBEL))


@checks("L-sobel-overlap")
def overlap_of_the_windows():
    """Compare the columns that neighbours share, and slide over the repaired corner."""
    shared = (_WINDOW_2[:, :2] == _WINDOW_1[:, 1:]).all(axis=1)
    rows = zip(("top", "middle", "bottom"), shared, strict=True)
    return {
        **{f"{row} rows agree where they overlap": agree for row, agree in rows},
        "corner that fits both": _CORNER,
        "its two outputs": cross_correlate2d(_CORNER, _SOBEL)[0],
    }


@checks("L-derivative")
def sobel_on_a_ramp():
    """Run both signs of the Sobel over a ramp of slope 1, and convolve with the first."""
    ramp = images.ramp((3, 3))
    return {
        "this kernel": _at(ramp, _SOBEL),
        "Rosebrock's `sobel_x`": _at(ramp, kernels.named("sobel_x")),
        "this kernel under true convolution": convolve2d(ramp, _SOBEL).item(),
    }


@checks("L-lines")
def line_filters():
    """Draw a line of each kind, and take each filter's answer at its middle."""
    image = np.zeros((20, 20))
    image[2, 4:11] = 1
    image[4:11, 17] = 1
    image[range(10, 17), range(4, 11)] = 1
    middles = {"horizontal": (2, 7), "vertical": (7, 17), "diagonal": (13, 7)}
    maps = {name: _centred(image, name) for name in (f"line_{kind}" for kind in middles)}
    return {
        f"{line} line": {name: answers[place] for name, answers in maps.items()}
        for line, place in middles.items()
    }


@checks("X-sobel-sign")
def two_signs():
    """Run both kernels over a ramp of slope 1."""
    ramp = images.ramp((3, 3))
    return {
        "Rosebrock": _at(ramp, kernels.named("sobel_x")),
        "OpenCV University": _at(ramp, _SOBEL),
    }
