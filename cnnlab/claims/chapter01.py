"""Chapter 1's claims, recomputed. Floats are rounded, so that any machine gives the same."""

import numpy as np

from cnnlab import images, kernels
from cnnlab.claims.registry import checks
from cnnlab.convolution import convolve2d, cross_correlate2d, flip_kernel
from cnnlab.shapes import output_size, resolve_padding

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


@checks("R-11.1-def")
def product_and_sum():
    """Multiply and add, against the dot product of the flattened arrays."""
    patch = np.array([[7, 3, 0], [-4, -4, -9], [-8, -9, -6]])
    kernel = np.array([[3, 1, 4], [0, 1, 4], [2, 1, 0]])
    summed = _at(patch, kernel)
    dot = np.dot(patch.ravel(), kernel.ravel())
    return {"elementwise_sum": summed, "dot_of_flattened": float(dot), "equal": summed == dot}


def _random_pair():
    """Draw an image and a kernel of integers; what is claimed of them holds for any."""
    rng = np.random.default_rng(0)
    return rng.integers(-9, 10, (6, 7)), rng.integers(-4, 5, (3, 3))


@checks("R-eq11.1")
def true_convolution():
    """Convolve, against SciPy and against the flipped kernel."""
    from scipy import signal

    image, kernel = _random_pair()
    output = convolve2d(image, kernel)
    flipped = cross_correlate2d(image, flip_kernel(kernel))
    return {
        "matches_scipy_convolve2d": np.array_equal(
            output, signal.convolve2d(image, kernel, "valid")
        ),
        "equals_xcorr_with_flipped_kernel": np.array_equal(output, flipped),
    }


@checks("R-eq11.2")
def cross_correlation():
    """Cross-correlate, against SciPy; and see that the flip matters."""
    from scipy import signal

    image, kernel = _random_pair()
    output = cross_correlate2d(image, kernel)
    oracle = signal.correlate2d(image, kernel, "valid")
    return {
        "matches_scipy_correlate2d": np.array_equal(output, oracle),
        "equals_convolution_unflipped": np.array_equal(output, convolve2d(image, kernel)),
    }


@checks("R-eq11.3")
def box_sum():
    """Add up the cells of the 3 × 3 mean."""
    return {"sum": round(kernels.named("box_blur").sum(), _DIGITS)}


@checks("R-11.1.3-centre")
def centres():
    """Find the centre as the padding before a size-preserving window, on average."""
    return [_same_padding(size, total=True) / 2 for size in (3, 2)]


def _same_padding(kernel_size, *, total=False):
    """Return the cells that keep a row of 50 at its size: on one side, or in all."""
    ((before, after),) = resolve_padding("same", (50,), (kernel_size,), (1,), (1,))
    return before + after if total else before


@checks("R-11.1.3-odd")
def even_kernel():
    """Slide a 2 × 2 kernel of ones over a ramp, which is four times its mean."""
    ramp = images.ramp((6, 7))
    output = cross_correlate2d(ramp, np.ones((2, 2)))
    right = ramp[:-1, :-1] + ramp[:-1, 1:] + ramp[1:, :-1] + ramp[1:, 1:]
    return {"2x2_valid_output_shape": output.shape, "works": np.array_equal(output, right)}


@checks("R-eq11.4")
def box_blur_of_the_region():
    """Blur the printed region."""
    value = _at(_REGION, kernels.named("box_blur"))
    return {
        "sum": int(_at(_REGION, np.ones((3, 3)))),
        "value": round(value, _DIGITS),
        "rounded": round(value),
        "as_uint8_truncated": int(value),
    }


@checks("R-eq11.5-entries")
def nine_products():
    """Round and truncate the nine products to one decimal."""
    products = np.round(_REGION * kernels.named("box_blur"), 9)
    rounded, truncated = np.round(products, 1), np.trunc(products * 10) / 10
    return {
        "rounded": rounded,
        "truncated": truncated,
        "differ_from_rounding": int((np.abs(_PRINTED - rounded) > 0.05).sum()),
        "differ_from_truncation": int((np.abs(_PRINTED - truncated) > 0.05).sum()),
        "sum_of_printed": round(_PRINTED.sum(), _DIGITS),
        "exact_sum": round(products.sum(), _DIGITS),
    }


@checks("R-eq11.4-vs-fig")
def region_with_the_grid_value():
    """Blur the region with the cell that the figures' grid has."""
    drawn = _GRID_ROW[_GRID_ROW.index(135) + 2]
    region = _REGION.copy()
    region[2, 2] = drawn
    blurred = _at(region, kernels.named("box_blur"))
    return {"grid_value": drawn, "blur_with_48": round(blurred, _DIGITS)}


@checks("R-11.1.5-pad")
def padding_for_odd_kernels():
    """Ask for the padding that keeps the size."""
    return {f"{size}x{size}": _same_padding(size) for size in (3, 7, 21)}


@checks("R-11.1.5-same")
def sizes_are_kept():
    """Pad by (K - 1) / 2 on each side, and compare the shapes."""
    crop = images.load("camera")[:40, :48]

    def kept(name):
        kernel = kernels.named(name)
        padding = [(size - 1) // 2 for size in kernel.shape]
        output = cross_correlate2d(crop, kernel, padding=padding, border="replicate")
        return output.shape == crop.shape

    return _for_each_of_seven(kept)


@checks("R-11.1.5-oracle")
def against_ndimage():
    """Compare with scipy.ndimage, which calls the replicated border "nearest"."""
    from scipy import ndimage

    crop = images.load("camera")[100:140, 150:198].astype(np.float64)

    def difference(name):
        oracle = ndimage.correlate(crop, kernels.named(name), mode="nearest")
        return round(float(np.abs(_centred(crop, name) - oracle).max()), _DIGITS)

    return {"max_abs_diff_vs_scipy_correlate_nearest": _for_each_of_seven(difference)}


@checks("R-11.1.5-rect")
def one_padding_for_both_axes():
    """Follow the printed procedure with kernels that are square and odd, and others."""
    ramp = images.ramp((6, 8)).astype(np.float64)

    def outcome(shape):
        kernel = np.ones(shape)
        try:
            output = _square_windows_only(ramp, kernel)
        except ValueError:
            return "ValueError"
        right = cross_correlate2d(ramp, kernel, padding="same", border="replicate")
        return "runs, right numbers" if np.array_equal(output, right) else "runs, WRONG numbers"

    shapes = {"3x3": (3, 3), "3x5": (3, 5), "5x3": (5, 3), "2x2": (2, 2), "4x4": (4, 4)}
    outcomes = {label: outcome(shape) for label, shape in shapes.items()}
    four_times = np.array_equal(_square_windows_only(ramp, np.ones((2, 2))), 4 * ramp)
    return {**outcomes, "2x2 gives 4 times the pixel": four_times}


def _square_windows_only(image, kernel):
    """Derive one padding from the kernel's width, and cut windows that are always square."""
    reach = (kernel.shape[1] - 1) // 2
    padded = np.pad(image, reach, mode="edge")
    output = np.empty(image.shape)
    for row, column in np.ndindex(image.shape):
        window = padded[row : row + 2 * reach + 1, column : column + 2 * reach + 1]
        output[row, column] = (window * kernel).sum()
    return output


@checks("R-11.1.5-shrink")
def sliding_shrinks():
    """Slide a window of 3 over a row of 5."""
    slid = cross_correlate2d(np.ones((1, 5)), np.ones((1, 3)))
    return {"by formula": output_size(5, 3), "by sliding": slid.shape[1]}


@checks("R-11.1.5-bank")
def kernel_bank():
    """Add up each kernel's cells, and see how two pairs hang together."""
    difference = kernels.named("identity") - kernels.named("laplacian")
    transposed = kernels.named("sobel_x").T
    return {
        "entry_sums": _for_each_of_seven(lambda n: round(kernels.named(n).sum(), _DIGITS)),
        "sharpen == identity - laplacian": np.array_equal(kernels.named("sharpen"), difference),
        "sobel_y == sobel_x.T": np.array_equal(kernels.named("sobel_y"), transposed),
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
        f"{name} on {edge} edge": largest(name, edge)
        for name in ("sobel_x", "sobel_y")
        for edge in edges
    }


@checks("R-fig11.4-identical")
def truncated_against_rounded():
    """Truncate with a replicated border, against round with a mirrored one."""
    crop = images.load("camera")[100:228, 150:300].astype(np.float64)
    return _for_each_of_seven(lambda name: _two_conventions(crop, name))


def _two_conventions(image, name):
    """Count the pixels in which two ways to finish the same sum differ."""
    truncated = np.clip(_centred(image, name), 0, 255).astype(np.uint8)
    rounded = images.to_uint8(_centred(image, name, border="reflect"))
    difference = np.abs(truncated.astype(int) - rounded)
    reach = kernels.named(name).shape[0] // 2
    return {
        "differing_pixels_pct": _percent(difference),
        "interior_pct": _percent(difference[reach:-reach, reach:-reach]),
        "max_abs_diff": difference.max(),
        "max_abs_diff_if_both_round_and_replicate": _against_scipy(image, name),
    }


def _percent(difference):
    """Return the share of cells that are not 0, in percent, to one decimal."""
    return round(100 * float(np.mean(difference != 0)), 1)


def _against_scipy(image, name):
    """Compare rounded bytes with those of scipy.ndimage, both with a replicated border."""
    from scipy import ndimage

    oracle = images.to_uint8(ndimage.correlate(image, kernels.named(name), mode="nearest"))
    return np.abs(images.to_uint8(_centred(image, name)).astype(int) - oracle).max()


@checks("R-fig11.5-blur")
def gradient_energy():
    """Add the mean squared differences between neighbours, down and across."""
    small = images.load("camera")[::4, ::4].astype(np.float64)

    def energy(image):
        squares = [np.mean(np.diff(image, axis=axis) ** 2) for axis in (0, 1)]
        return round(float(sum(squares)), _DIGITS)

    shown = {"7x7": "small_blur", "21x21": "large_blur", "sharpen": "sharpen"}
    filtered = {label: energy(_centred(small, name)) for label, name in shown.items()}
    return {"gradient_energy": {"original": energy(small), **filtered}}


@checks("A-8.1b-edge")
def horizontal_edge_filter():
    """Run the filter over three edges of height 1, brighter above; take the largest output."""
    diagonal = np.triu(np.ones((9, 9)))
    edges = {
        "horizontal": 1 - images.step((9, 9), axis=0),
        "vertical": images.step((9, 9), axis=1),
        "45_degree": diagonal,
    }
    kernel = kernels.named("horizontal_edge")
    return {name: cross_correlate2d(edge, kernel).max() for name, edge in edges.items()}


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
    """Size the map of a 7 × 7 input under a 3 × 3 filter."""
    return output_size(7, 3)


@checks("A-8.2-L-F+1")
def alignments():
    """Slide every window of 1 to 9 over every row of 1 to 40 that holds it."""
    pairs = [(size, window) for size in range(1, 41) for window in range(1, min(size, 9) + 1)]

    def slid(size, window):
        return cross_correlate2d(np.ones((1, size)), np.ones((1, window))).shape[1]

    return {"all": all(slid(size, window) == size - window + 1 for size, window in pairs)}


@checks("L-sobel-1")
def first_sobel_window():
    """Take the first window as printed, then from the grid that fits both windows."""
    return {
        "as printed": int(_at(_WINDOW_1, _SOBEL)),
        "with middle row 19,17,20": int(_at(_CORNER[:, :3], _SOBEL)),
    }


@checks("L-sobel-2")
def second_sobel_window():
    """Take the second window as printed."""
    return int(_at(_WINDOW_2, _SOBEL))


@checks("L-sobel-overlap")
def overlap_of_the_windows():
    """Compare the columns that neighbours share, and slide over the repaired corner."""
    shared = (_WINDOW_2[:, :2] == _WINDOW_1[:, 1:]).all(axis=1)
    return {
        "rows where window 2's first two columns equal window 1's last two": shared,
        "repaired 3x4 corner": _CORNER,
        "its two outputs": cross_correlate2d(_CORNER, _SOBEL)[0],
    }


@checks("L-derivative")
def sobel_on_a_ramp():
    """Run both signs of the Sobel over a ramp of slope 1, and convolve with the first."""
    ramp = images.ramp((3, 3))
    return {
        "response": _at(ramp, _SOBEL),
        "response of Rosebrock's sobel_x": _at(ramp, kernels.named("sobel_x")),
        "response under true convolution": convolve2d(ramp, _SOBEL).item(),
    }


@checks("L-lines")
def line_filters():
    """Draw a line of each kind, and see which filter answers most at its middle."""
    image = np.zeros((20, 20))
    image[2, 4:11] = 1
    image[4:11, 17] = 1
    image[range(10, 17), range(4, 11)] = 1
    middles = {"horizontal": (2, 7), "vertical": (7, 17), "diagonal": (13, 7)}
    maps = {kind: _centred(image, f"line_{kind}") for kind in middles}
    return {
        "winner at the middle of each line": {
            line: max(maps, key=lambda kind: maps[kind][place]) for line, place in middles.items()
        }
    }


@checks("X-sobel-sign")
def two_signs():
    """Run both kernels over a ramp of slope 1."""
    ramp = images.ramp((3, 3))
    return [_at(ramp, kernel) for kernel in (kernels.named("sobel_x"), _SOBEL)]
