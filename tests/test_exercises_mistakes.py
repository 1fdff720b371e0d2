"""Chapter 1's checks: each typical mistake is recognised, and named."""

import re
import warnings

import numpy as np
import pytest
import scipy.signal
from numpy.lib.stride_tricks import sliding_window_view

import cnnlab
from cnnlab.exercises import chapter01 as check

EXERCISES = {exercise.name: exercise for exercise in check.EXERCISES}
NAMES = (*EXERCISES, "slope_kernel")


def verdict(name, answer):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # NumPy warns where bytes overflow
        return getattr(check, name)(answer)


def windows(image, shape):
    return sliding_window_view(image.astype(float), shape)


def correlate_over_the_kernel(image, kernel):
    rows, columns = (a - b + 1 for a, b in zip(image.shape, kernel.shape, strict=True))
    output = np.zeros((rows, columns))
    for m, n in np.ndindex(*kernel.shape):
        output += float(kernel[m, n]) * image[m : m + rows, n : n + columns]
    return output


def convolve_with_scipy(image, kernel):
    return scipy.signal.convolve2d(image.astype(int), kernel.astype(int), mode="valid")


def pad_by_indices(image, kernel_shape):
    lists = []
    for size, side in zip(image.shape, kernel_shape, strict=True):
        lists.append(np.clip(np.arange(-(side // 2), size + side // 2), 0, size - 1))
    return image[np.ix_(*lists)]


# Typical wrong answers, written as a student might


def uint8_loops(window, kernel):
    total = window[0, 0] * 0
    for m, n in np.ndindex(*window.shape):
        total += window[m, n] * kernel[m, n]
    return total


def nine(window, kernel):
    total = 0
    for m in range(3):
        for n in range(3):
            total += window[m, n] * kernel[m, n]
    return total


def sliding(image, kernel, rows, columns, output=None):
    """Slide with loops; what a student gets wrong is handed in."""
    output = np.zeros((rows, columns)) if output is None else output
    height, width = kernel.shape
    for i in range(rows):
        for j in range(columns):
            output[i, j] = (image[i : i + height, j : j + width].astype(int) * kernel).sum()
    return output


def sizes(image, kernel):
    return tuple(a - b + 1 for a, b in zip(image.shape, kernel.shape, strict=True))


def correlate_size_of_height(image, kernel):
    rows = image.shape[0] - kernel.shape[0] + 1
    return sliding(image, kernel, rows, rows)


def correlate_height_for_width(image, kernel):
    rows, columns = (image.shape[0] - size + 1 for size in kernel.shape)
    return sliding(image, kernel, rows, columns)


def correlate_sizes_swapped(image, kernel):
    rows, columns = sizes(image, kernel)
    output = np.zeros((columns, rows))
    return sliding(image, kernel, rows, columns, output)


def correlate_square_kernel(image, kernel):
    size = kernel.shape[0]
    rows, columns = image.shape[0] - size + 1, image.shape[1] - size + 1
    output = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            output[i, j] = np.sum(image[i : i + size, j : j + size] * kernel)
    return output


def correlate_same_zeros(image, kernel):
    return sliding(image, kernel, *sizes(image, kernel), np.zeros(image.shape))


def correlate_in_bytes(image, kernel):
    rows, columns = sizes(image, kernel)
    return sliding(image, kernel, rows, columns, np.zeros((rows, columns), image.dtype))


def correlate_bytes_multiplied(image, kernel):
    rows, columns = sizes(image, kernel)
    output = np.zeros((rows, columns))
    for i, j in np.ndindex(rows, columns):
        output[i, j] = np.sum(image[i : i + kernel.shape[0], j : j + kernel.shape[1]] * kernel)
    return output


def correlate_transposed(image, kernel):
    rows, columns = sizes(image, kernel)
    output = np.zeros((columns, rows))
    for i, j in np.ndindex(rows, columns):
        window = image[i : i + kernel.shape[0], j : j + kernel.shape[1]].astype(float)
        output[j, i] = np.sum(window * kernel)
    return output


def correlate_flipped(image, kernel):
    return scipy.signal.convolve2d(image.astype(float), kernel.astype(float), mode="valid")


def correlate_short(image, kernel):
    rows, columns = sizes(image, kernel)
    return sliding(image, kernel, rows - 1, columns - 1)


def correlate_last_missing(image, kernel):
    rows, columns = sizes(image, kernel)
    return sliding(image, kernel, rows - 1, columns - 1, np.zeros((rows, columns)))


def correlate_same(image, kernel):
    image, kernel = image.astype(float), kernel.astype(float)
    before = [((k - 1) // 2, k // 2) for k in kernel.shape]
    return scipy.signal.correlate2d(np.pad(image, before), kernel, mode="valid")


def convolve_mode(mode):
    return lambda image, kernel: scipy.signal.convolve2d(
        image.astype(float), kernel.astype(float), mode=mode
    )


def slid(change_kernel=lambda kernel: kernel, change_image=lambda image: image):
    return lambda image, kernel: cnnlab.cross_correlate2d(
        change_image(image), change_kernel(kernel)
    )


def pad_with(mode):
    def pad(image, kernel_shape):
        m, n = kernel_shape[0] // 2, kernel_shape[1] // 2
        return np.pad(image, ((m, m), (n, n)), mode=mode)

    return pad


def pad_corners_left_zero(image, kernel_shape):
    m, n = kernel_shape[0] // 2, kernel_shape[1] // 2
    height, width = image.shape
    padded = np.zeros((height + 2 * m, width + 2 * n))
    padded[m : m + height, n : n + width] = image
    padded[:m, n : n + width] = image[0]
    padded[m + height :, n : n + width] = image[-1]
    padded[m : m + height, :n] = image[:, :1]
    padded[m : m + height, n + width :] = image[:, -1:]
    return padded


def zero_mean(image, pattern):
    return cnnlab.cross_correlate2d(image, pattern - pattern.mean())


def peak(response):
    return np.unravel_index(np.argmax(response), response.shape)


def centre_of_match(image, pattern):
    row, column = peak(zero_mean(image, pattern))
    return row + pattern.shape[0] // 2, column + pattern.shape[1] // 2


def find_in_squares(image, pattern):
    size = pattern.shape[0]
    best = None
    for row in range(image.shape[0] - size + 1):
        for column in range(image.shape[1] - size + 1):
            window = image[row : row + size, column : column + size]
            score = np.sum((window - 1.0 * pattern) ** 2)
            if best is None or score < best[0]:
                best = score, (row, column)
    return best[1]


def find_squares_in_squares(image, pattern):
    size = pattern.shape[0]
    places = range(image.shape[0] - size + 1)
    tried = [
        (np.sum((1.0 * image[i : i + size, j : j + size] - pattern) ** 2), i, j)
        for i in places
        for j in places
    ]
    return min(tried)[1:]


def find_in_square_images(image, pattern):
    rows = image.shape[0] - pattern.shape[0] + 1
    misses = ((windows(image, pattern.shape) - pattern) ** 2).sum(axis=(2, 3))
    best = min((misses[i, j], i, j) for i in range(rows) for j in range(rows))
    return best[1:]


WRONG = [
    ("window_sum", "matrix product", lambda w, k: (w @ k).sum()),
    ("window_sum", "matrix product", np.dot),
    ("window_sum", "mean", lambda w, k: (w.astype(float) * k).mean()),
    ("window_sum", "flipped", lambda w, k: (w.astype(float) * k[::-1, ::-1]).sum()),
    ("window_sum", "flipped", lambda w, k: (w * np.rot90(k, 2)).sum()),
    ("window_sum", "overflow", lambda w, k: np.sum(w * k)),
    ("window_sum", "overflow", uint8_loops),
    ("window_sum", "overflow", lambda w, k: (w * k).astype(float).sum()),
    ("window_sum", "3 × 3 only", nine),
    ("window_sum", "3 × 3 only", lambda w, k: (w[:3, :3].astype(float) * k[:3, :3]).sum()),
    ("window_sum", "products not added", lambda w, k: w * k),
    ("window_sum", "products not added", lambda w, k: w.astype(float) * k),
    ("window_sum", "added per column", lambda w, k: sum(w * k)),
    ("window_sum", "added per row", lambda w, k: (w * k).sum(axis=1)),
    ("window_sum", "sums without products", lambda w, k: w.sum() * k.sum()),
    (
        "window_sum",
        "square only",
        lambda w, k: sum(float(w[m, n]) * k[m, n] for m in range(len(w)) for n in range(len(w))),
    ),
    ("window_at", "row and column swapped", lambda i, r, c, k: i[c : c + k[0], r : r + k[1]]),
    ("window_at", "sides of the kernel swapped", lambda i, r, c, k: i[r : r + k[1], c : c + k[0]]),
    (
        "window_at",
        "centred",
        lambda i, r, c, k: i[
            r - k[0] // 2 : r - k[0] // 2 + k[0], c - k[1] // 2 : c - k[1] // 2 + k[1]
        ],
    ),
    ("window_at", "stops at the size", lambda i, r, c, k: i[r : k[0], c : k[1]]),
    ("window_at", "one cell too few", lambda i, r, c, k: i[r : r + k[0] - 1, c : c + k[1] - 1]),
    ("window_at", "one cell too many", lambda i, r, c, k: i[r : r + k[0] + 1, c : c + k[1] + 1]),
    (
        "window_at",
        "counts from 1",
        lambda i, r, c, k: i[r - 1 : r + k[0] - 1, c - 1 : c + k[1] - 1],
    ),
    ("window_at", "square only", lambda i, r, c, k: i[r : r + k[0], c : c + k[0]]),
    ("window_at", "square only", lambda i, r, c, k: i[r : r + k[1], c : c + k[1]]),
    ("window_at", "square only", lambda i, r, c, k: i[r : r + max(k), c : c + max(k)]),
    ("window_at", "transposed", lambda i, r, c, k: i[r : r + k[0], c : c + k[1]].T),
    ("correlate", "flipped", correlate_flipped),
    ("correlate", "off by one", correlate_short),
    ("correlate", "last left out", correlate_last_missing),
    ("correlate", "output transposed", correlate_transposed),
    ("correlate", "square images only", correlate_height_for_width),
    ("correlate", "square only", correlate_size_of_height),
    ("correlate", "square only", correlate_sizes_swapped),
    ("correlate", "square kernels only", correlate_square_kernel),
    ("correlate", "output in bytes", correlate_in_bytes),
    ("correlate", "overflow", correlate_bytes_multiplied),
    ("correlate", "as large as the image", correlate_same_zeros),
    ("correlate", "zeros around the image", correlate_same),
    ("correlate", "mean", lambda i, k: correlate_over_the_kernel(i, k) / k.size),
    ("convolve", "not flipped", correlate_over_the_kernel),
    ("convolve", "only rows flipped", slid(np.flipud)),
    ("convolve", "only columns flipped", slid(np.fliplr)),
    ("convolve", "transposed", slid(lambda kernel: kernel.T)),
    ("convolve", "quarter turn", slid(np.rot90)),
    ("convolve", "quarter turn", slid(lambda kernel: np.rot90(kernel, 3))),
    ("convolve", "image flipped", slid(change_image=lambda image: image[::-1, ::-1])),
    ("convolve", "output flipped", slid(np.flip, np.flip)),
    ("convolve", "full", convolve_mode("full")),
    ("convolve", "off by one", lambda i, k: correlate_short(i, k[::-1, ::-1])),
    ("convolve", "overflow", lambda i, k: correlate_bytes_multiplied(i, k[::-1, ::-1])),
    ("convolve", "output in bytes", lambda i, k: correlate_in_bytes(i, k[::-1, ::-1])),
    ("convolve", "square kernels only", lambda i, k: correlate_square_kernel(1.0 * i, np.flip(k))),
    ("pad_replicate", "zeros", pad_with("constant")),
    ("pad_replicate", "reflect", pad_with("reflect")),
    ("pad_replicate", "symmetric", pad_with("symmetric")),
    ("pad_replicate", "wrap", pad_with("wrap")),
    ("pad_replicate", "one pad from the width", lambda i, k: np.pad(i, k[1] // 2, "edge")),
    ("pad_replicate", "one pad from the height", lambda i, k: np.pad(i, k[0] // 2, "edge")),
    ("pad_replicate", "axes swapped", lambda i, k: pad_by_indices(i, k[::-1])),
    ("pad_replicate", "after only", lambda i, k: np.pad(i, [(0, n // 2) for n in k], "edge")),
    ("pad_replicate", "before only", lambda i, k: np.pad(i, [(n // 2, 0) for n in k], "edge")),
    ("pad_replicate", "k − 1 on each side", lambda i, k: np.pad(i, [(n - 1,) for n in k], "edge")),
    ("pad_replicate", "k on each side", lambda i, k: np.pad(i, [(n,) for n in k], "edge")),
    ("pad_replicate", "corners", pad_corners_left_zero),
    ("pad_replicate", "square only", lambda i, k: np.pad(i, max(k) // 2, "edge")),
    ("to_grey_levels", "wraps around", lambda v: np.round(v).astype(int).astype(np.uint8)),
    (
        "to_grey_levels",
        "wraps around",
        lambda v: (v // 1 % 256 if v.min() > 0 else v.astype(int) % 256).astype(np.uint8),
    ),
    ("to_grey_levels", "truncates", lambda v: v.clip(0, 255).astype(np.uint8)),
    ("to_grey_levels", "rounds up", lambda v: np.ceil(v).clip(0, 255).astype(np.uint8)),
    ("to_grey_levels", "not rounded", lambda v: np.minimum(np.maximum(v, 0), 255)),
    ("to_grey_levels", "not clipped", lambda v: np.round(v).astype(int)),
    (
        "to_grey_levels",
        "rescales",
        lambda v: np.round(255 * (v - v.min()) / (v.max() - v.min())).astype(np.uint8),
    ),
    ("to_grey_levels", "type", lambda v: np.round(v).clip(0, 255)),
    ("to_grey_levels", "type", lambda v: np.round(v).clip(0, 255).astype(int)),
    (
        "to_grey_levels",
        "clips below only",
        lambda v: np.round(v).clip(0).astype(int).astype(np.uint8),
    ),
    (
        "to_grey_levels",
        "clips above only",
        lambda v: np.round(v).clip(None, 255).astype(int).astype(np.uint8),
    ),
    ("slope_kernel", "wrong direction", np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 8),
    ("slope_kernel", "wrong direction", [[0, 0, 0], [-1, 0, 1], [0, 0, 0]]),
    ("slope_kernel", "wrong sign", [[0, 0.5, 0], [0, 0, 0], [0, -0.5, 0]]),
    ("slope_kernel", "wrong sign", [[1, 2, 1], [0, 0, 0], [-1, -2, -1]]),
    ("slope_kernel", "not scaled", [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]),
    ("slope_kernel", "answers to even pictures", np.full((3, 3), 1 / 9)),
    ("slope_kernel", "answers to even pictures", [[0, 0, 0], [0, -1, 0], [0, 1, 1]]),
    ("slope_kernel", "answers to nothing", np.zeros((3, 3))),
    ("slope_kernel", "answers to nothing", [[0, 1, 0], [1, -4, 1], [0, 1, 0]]),
    ("slope_kernel", "slanted", [[-0.5, 0, 0], [0, 0, 0], [0, 0, 0.5]]),
    ("slope_kernel", "not 3 × 3", [[-0.5], [0], [0.5]]),
    ("slope_kernel", "not 3 × 3", np.zeros(9)),
    ("slope_kernel", "not finite", np.full((3, 3), np.nan)),
    ("slope_kernel", "not a kernel", None),
    ("slope_kernel", "not a kernel", lambda: np.zeros((3, 3))),
    ("find_pattern", "mean not subtracted", lambda i, p: peak(cnnlab.cross_correlate2d(i, p))),
    (
        "find_pattern",
        "mean not subtracted",
        lambda i, p: peak(cnnlab.cross_correlate2d(i - i.mean(), p)),
    ),
    ("find_pattern", "column before row", lambda i, p: peak(zero_mean(i, p))[::-1]),
    ("find_pattern", "convolution", lambda i, p: peak(cnnlab.convolve2d(i, p - p.mean()))),
    ("find_pattern", "centre", centre_of_match),
    (
        "find_pattern",
        "unravelled by the image's shape",
        lambda i, p: np.unravel_index(np.argmax(zero_mean(i, p)), i.shape),
    ),
    (
        "find_pattern",
        "divided by the height",
        lambda i, p: divmod(int(np.argmax(zero_mean(i, p))), len(zero_mean(i, p))),
    ),
    ("find_pattern", "flat index", lambda i, p: np.argmax(zero_mean(i, p))),
    ("find_pattern", "smallest response", lambda i, p: peak(-zero_mean(i, p))),
    ("find_pattern", "the response itself", zero_mean),
    ("find_pattern", "square patterns only", find_in_squares),
    ("find_pattern", "square images only", find_in_square_images),
    ("find_pattern", "square only", find_squares_in_squares),
]


@pytest.mark.parametrize(("name", "mistake", "answer"), WRONG)
def test_a_typical_wrong_answer_is_named(name, mistake, answer):
    report = verdict(name, answer)
    assert report.state in ("failed", "raised")
    assert report.mistake == mistake, report


@pytest.mark.parametrize("name", EXERCISES)
def test_the_message_of_the_mistake_comes_first(name):
    exercise = EXERCISES[name]
    messages = {m.name: set() for m in (*exercise.mistakes, *exercise.blind)}
    for mistake in (*exercise.mistakes, *exercise.blind):
        messages[mistake.name].add(mistake.message)
    tried = [(mistake, answer) for who, mistake, answer in WRONG if who == name]
    for mistake, answer in tried:
        if mistake != "type":
            assert verdict(name, answer).body[0] in messages[mistake]


@pytest.mark.parametrize("name", NAMES)
def test_at_least_four_typical_wrong_answers_are_tried(name):
    assert len({mistake for tried, mistake, _ in WRONG if tried == name}) >= 4


@pytest.mark.parametrize("name", EXERCISES)
def test_every_mistake_that_is_listed_is_recognised_as_itself(name):
    for mistake in EXERCISES[name].mistakes:
        report = verdict(name, mistake.function)
        assert report.mistake == mistake.name
        assert report.body[0] == mistake.message, mistake.message


@pytest.mark.parametrize("name", EXERCISES)
def test_messages_are_sentences(name):
    exercise = EXERCISES[name]
    for _, _, message, *_ in (*exercise.mistakes, *exercise.blind):
        assert re.fullmatch(r"[A-Z`].*[.)]", message), message
        assert "{" not in message


def test_a_kernel_that_is_not_scaled_names_the_factor():
    report = check.slope_kernel([[-1, -2, -1], [0, 0, 0], [1, 2, 1]])
    assert "gives 8 instead of 1. Divide every entry by 8." in repr(report)
    assert "        8  8  8" in repr(report)


# Programs, each with one thing wrong

DEFINE = {
    "window_sum": "def window_sum(window, kernel):\n",
    "window_at": "def window_at(image, row, column, kernel_shape):\n    h, w = kernel_shape\n",
    "convolve": "def convolve(image, kernel):\n",
    "pad_replicate": "def pad_replicate(image, kernel_shape):\n    h, w = kernel_shape\n",
    "to_grey_levels": "def to_grey_levels(values):\n",
    "find_pattern": "def find_pattern(image, pattern):\n"
    "    response = cross_correlate2d(image, pattern - pattern.mean())\n",
}

SUM = """
def window_sum(window, kernel):
    total = 0
    for m in range(window.shape[0]):
        for n in range(window.shape[1]):
            total += float(window[m, n]) * kernel[m, n]
    return total
"""

OVER_KERNEL = """
def correlate(image, kernel):
    rows = image.shape[0] - kernel.shape[0] + 1
    columns = image.shape[1] - kernel.shape[1] + 1
    output = np.zeros((rows, columns))
    for m in range(kernel.shape[0]):
        for n in range(kernel.shape[1]):
            output += float(kernel[m, n]) * image[m : m + rows, n : n + columns]
    return output
"""

OVER_WINDOWS = """
def correlate(image, kernel):
    height, width = kernel.shape
    rows = image.shape[0] - height + 1
    columns = image.shape[1] - width + 1
    output = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            window = image[i : i + height, j : j + width].astype(float)
            output[i, j] = np.sum(window * kernel)
    return output
"""

FOUR_LOOPS = """
def correlate(image, kernel):
    rows = image.shape[0] - kernel.shape[0] + 1
    columns = image.shape[1] - kernel.shape[1] + 1
    output = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            for m in range(kernel.shape[0]):
                for n in range(kernel.shape[1]):
                    output[i, j] += float(image[i + m, j + n]) * kernel[m, n]
    return output
"""

PROGRAMS = {SUM: "window_sum", OVER_KERNEL: "correlate", OVER_WINDOWS: "correlate"}
PROGRAMS[FOUR_LOOPS] = "correlate"


def run(source, name):
    names = {
        "np": np,
        "cross_correlate2d": cnnlab.cross_correlate2d,
        "convolve2d": cnnlab.convolve2d,
    }
    exec(source, names)
    return verdict(name, names[name])


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_programs_are_right_before_they_are_spoilt(program):
    assert run(program, PROGRAMS[program]).passed


EDITED = [
    (SUM, "last left out", [("shape[0])", "shape[0] - 1)"), ("shape[1])", "shape[1] - 1)")]),
    (SUM, "last left out", [("shape[0])", "shape[0] - 1)")]),
    (SUM, "last left out", [("shape[1])", "shape[1] - 1)")]),
    (SUM, "first left out", [("range(", "range(1, ")]),
    (SUM, "one past the end", [("range(", "range(1, 1 + ")]),
    (SUM, "only the last product", [("+=", "=")]),
    (SUM, "returned too early", [("    return", "            return")]),
    (SUM, "returned too early", [("    return", "        return")]),
    (SUM, "kernel[n, m]", [("kernel[m, n]", "kernel[n, m]")]),
    (SUM, "3 × 3 only", [("window.shape[0]", "3"), ("window.shape[1]", "3")]),
    (SUM, "adds instead of multiplying", [(") * kernel", ") + kernel")]),
    (SUM, "mean", [("return total", "return total / window.size")]),
    (SUM, "does not fit into the type", [("total = 0", "total = np.zeros((), np.uint8)")]),
    (SUM, "sum in a byte", [("return total", "return np.int64(total).astype(np.uint8)")]),
    (OVER_KERNEL, "3 × 3 only", [("kernel.shape[0])", "3)"), ("kernel.shape[1])", "3)")]),
    (OVER_KERNEL, "3 × 3 only", [("kernel.shape[0]", "3"), ("kernel.shape[1]", "3")]),
    (
        OVER_KERNEL,
        "3 × 3 only",
        [("shape[0] - kernel.shape[0] + 1", "shape[0] - 2"), ("- kernel.shape[1] + 1", "- 2")],
    ),
    (OVER_WINDOWS, "3 × 3 only", [("kernel.shape\n", "3, 3\n")]),
    (FOUR_LOOPS, "3 × 3 only", [("kernel.shape[0])", "3)"), ("kernel.shape[1])", "3)")]),
    (OVER_KERNEL, "kernel[n, m]", [("kernel[m, n]", "kernel[n, m]")]),
    (OVER_KERNEL, "kernel[n, m]", [("m : m", "x : x"), ("n : n", "m : m"), ("x : x", "n : n")]),
    (OVER_WINDOWS, "kernel[n, m]", [("* kernel)", "* kernel.T)")]),
    (FOUR_LOOPS, "kernel[n, m]", [("kernel[m, n]", "kernel[n, m]")]),
    (OVER_KERNEL, "only the last product", [("+=", "=")]),
    (FOUR_LOOPS, "only the last product", [("+=", "=")]),
    (OVER_KERNEL, "returned too early", [("    return", "            return")]),
    (OVER_KERNEL, "returned too early", [("    return", "        return")]),
    (OVER_WINDOWS, "returned too early", [("    return", "            return")]),
    (OVER_WINDOWS, "returned too early", [("    return", "        return")]),
    (OVER_KERNEL, "output in bytes", [("return output", "return output.astype(np.uint8)")]),
    (OVER_WINDOWS, "output in bytes", [("(rows, columns))", "(rows, columns), np.uint8)")]),
    (OVER_WINDOWS, "output in bytes", [("(rows, columns))", "(rows, columns), image.dtype)")]),
    (OVER_KERNEL, "does not fit into the type", [("columns))", "columns), np.uint8)")]),
    (OVER_KERNEL, "does not fit into the type", [("columns))", "columns), image.dtype)")]),
    (
        OVER_KERNEL,
        "does not fit into the type",
        [("columns))", "columns), image.dtype)"), ("float(kernel[m, n])", "kernel[m, n]")],
    ),
    (OVER_KERNEL, "overflow", [("float(kernel[m, n])", "kernel[m, n]")]),
    (OVER_KERNEL, "off by one", [(" + 1\n", "\n")]),
    (OVER_KERNEL, "last of the kernel left out", [("[0])", "[0] - 1)"), ("[1])", "[1] - 1)")]),
    (OVER_KERNEL, "slice stops at the size", [("m : m + rows, n : n +", "m : rows, n :")]),
    (OVER_KERNEL, "whole image", [("[m : m + rows, n : n + columns]", "")]),
    (OVER_KERNEL, "whole image", [("m : m + rows, n : n + columns", "m:, n:")]),
    (
        OVER_KERNEL,
        "slice of the kernel's size",
        [("m + rows", "m + kernel.shape[0]"), ("n + columns", "n + kernel.shape[1]")],
    ),
    (OVER_KERNEL, "two sizes for a shape", [("((rows, columns))", "(rows, columns)")]),
    (OVER_KERNEL, "a pair for a number", [("range(kernel.shape[0])", "range(kernel.shape)")]),
    (OVER_WINDOWS, "matrix product", [("window * kernel", "window @ kernel")]),
    (OVER_WINDOWS, "an array for an entry", [("np.sum(window * kernel)", "window * kernel")]),
    (OVER_WINDOWS, "mean", [("np.sum(", "np.mean(")]),
]


@pytest.mark.parametrize(("program", "mistake", "changes"), EDITED)
def test_a_program_with_one_thing_wrong_is_named(program, mistake, changes):
    for old, new in changes:
        assert old in program
        program = program.replace(old, new)
    name = program.split("def ")[1].split("(")[0]
    report = run(program, name)
    assert report.mistake == mistake, report


BODIES = [
    ("window_sum", "divided by the kernel's sum", "np.sum(1.0 * window * kernel) / kernel.sum()"),
    ("window_at", "3 × 3 only", "image[row : row + 3, column : column + 3]"),
    (
        "window_at",
        "centred",
        "image[row - h // 2 : row + h // 2, column - w // 2 : column + w // 2]",
    ),
    (
        "window_at",
        "centred",
        "image[row - h // 2 : row + h // 2 + 1, column - w // 2 : column + w // 2 + 1]",
    ),
    (
        "window_at",
        "centred",
        "image[max(0, row - h // 2) : row + h // 2 + 1, "
        "max(0, column - w // 2) : column + w // 2 + 1]",
    ),
    ("window_at", "cut twice along the rows", "image[row : row + h][column : column + w]"),
    ("window_at", "columns not cut", "image[row : row + h]"),
    ("window_at", "one cell", "image[row][column]"),
    ("window_at", "in one row", "[image[row + m, column + n] for m in range(h) for n in range(w)]"),
    ("window_at", "always at the corner", "image[:h, :w]"),
    (
        "window_at",
        "ends at (row, column)",
        "image[row - h + 1 : row + 1, column - w + 1 : column + 1]",
    ),
    (
        "window_at",
        "a pair for a number",
        "image[row : row + kernel_shape, column : column + kernel_shape]",
    ),
    ("window_at", "no integer in a slice", "image[row:kernel_shape, column:kernel_shape]"),
    ("window_at", "the shape of a shape", "image[row : row + kernel_shape.shape[0]]"),
    ("window_at", "round brackets", "image(row, column)"),
    ("convolve", "not flipped", "cross_correlate2d(image, kernel[::-1][::-1])"),
    ("convolve", "not flipped", "convolve2d(image, kernel[::-1, ::-1])"),
    ("convolve", "negated", "cross_correlate2d(image, -kernel)"),
    ("convolve", "flipped and transposed", "cross_correlate2d(image, kernel[::-1, ::-1].T)"),
    ("convolve", "only rows flipped", "cross_correlate2d(image, list(reversed(kernel)))"),
    ("convolve", "zeros around the image", "convolve2d(image, kernel, padding='same')"),
    (
        "convolve",
        "counts back from 0",
        "cross_correlate2d(image, kernel[np.ix_(*(-np.arange(s) for s in kernel.shape))])",
    ),
    (
        "convolve",
        "one past the end",
        "cross_correlate2d(image, [[kernel[len(kernel) - m, 0] for m in range(len(kernel))]])",
    ),
    (
        "convolve",
        "3 × 3 only",
        "cross_correlate2d(image, [[kernel[2 - m, 2 - n] for n in range(3)] for m in range(3)])",
    ),
    ("pad_replicate", "always one", "np.pad(image, 1, mode='edge')"),
    ("pad_replicate", "one too many", "np.pad(image, [(k // 2 + 1,) * 2 for k in (h, w)], 'edge')"),
    ("pad_replicate", "one too many", "np.pad(image, [((k + 1) // 2,) for k in (h, w)], 'edge')"),
    (
        "pad_replicate",
        "one too many",
        "np.pad(image, [(k // 2, k - k // 2) for k in (h, w)], 'edge')",
    ),
    (
        "pad_replicate",
        "one too many",
        "np.pad(image, ((h // 2, h // 2 + 1), (w // 2, w // 2)), 'edge')",
    ),
    (
        "pad_replicate",
        "one too many",
        "np.pad(image, ((h // 2, h // 2), (w // 2 + 1, w // 2)), 'edge')",
    ),
    ("pad_replicate", "before only", "np.pad(image, [(k - 1, 0) for k in (h, w)], 'edge')"),
    ("pad_replicate", "after only", "np.pad(image, [(0, k - 1) for k in (h, w)], 'edge')"),
    ("pad_replicate", "rows only", "np.pad(image, ((h // 2, h // 2), (0, 0)), 'edge')"),
    ("pad_replicate", "columns only", "np.pad(image, ((0, 0), (w // 2, w // 2)), 'edge')"),
    ("pad_replicate", "one pair for both axes", "np.pad(image, (h // 2, w // 2), 'edge')"),
    ("pad_replicate", "a float for a count", "np.pad(image, [(k / 2,) for k in (h, w)], 'edge')"),
    ("pad_replicate", "a float for a count", "np.zeros((image.shape[0] + h / 2, 3))"),
    ("pad_replicate", "a float for a count", "[image[0.5] for k in range(h)]"),
    ("pad_replicate", "a pair for a number", "np.pad(image, kernel_shape // 2, 'edge')"),
    ("pad_replicate", "another name for the mode", "np.pad(image, h // 2, 'replicate')"),
    ("to_grey_levels", "signed bytes", "np.clip(np.round(values), 0, 255).astype(np.int8)"),
    ("to_grey_levels", "absolute value", "np.clip(abs(np.round(values)), 0, 255).astype(np.uint8)"),
    ("to_grey_levels", "absolute value", "np.abs(np.round(values)).astype(int).astype(np.uint8)"),
    ("to_grey_levels", "white turns black", "np.clip(np.round(values), 0, 256).astype(np.uint8)"),
    (
        "to_grey_levels",
        "white turns black",
        "np.where((values < 0) | (values > 255), 0, np.round(values)).astype(np.uint8)",
    ),
    ("to_grey_levels", "clips to 256", "np.clip(np.round(values), 0, 256)"),
    ("to_grey_levels", "clips to 0 … 1", "np.clip(np.round(values), 0, 1).astype(np.uint8)"),
    (
        "to_grey_levels",
        "stretched to the largest",
        "np.round(values / values.max() * 255).astype(int).astype(np.uint8)",
    ),
    ("to_grey_levels", "type", "np.clip(np.round(values), 0, 255).astype(np.uint16)"),
    ("to_grey_levels", "an array for a number", "np.uint8(round(values))"),
    ("to_grey_levels", "an array for a number", "np.uint8(int(values))"),
    ("to_grey_levels", "an array for a number", "np.uint8(min(max(values, 0), 255))"),
    (
        "find_pattern",
        "zeros around the image",
        "np.divmod(cross_correlate2d(image, pattern - pattern.mean(), padding='same').argmax(), "
        "image.shape[1])",
    ),
    (
        "find_pattern",
        "zeros around the image",
        "np.divmod(cross_correlate2d(image, pattern, padding='same').argmax(), image.shape[1])",
    ),
    ("find_pattern", "the value", "response.max()"),
    ("find_pattern", "the value", "cross_correlate2d(image, pattern).max()"),
    ("find_pattern", "np.where", "np.where(response == response.max())"),
    ("find_pattern", "np.where", "np.nonzero(response == np.max(response))"),
    ("find_pattern", "np.argwhere", "np.argwhere(response == response.max())"),
    (
        "find_pattern",
        "mean of the image",
        "np.divmod(cross_correlate2d(image, pattern - image.mean()).argmax(), response.shape[1])",
    ),
    (
        "find_pattern",
        "counts from 1",
        "[k + 1 for k in np.unravel_index(response.argmax(), response.shape)]",
    ),
    (
        "find_pattern",
        "bottom right",
        "np.unravel_index(response.argmax(), response.shape) + np.array(pattern.shape) - 1",
    ),
    ("find_pattern", "brightest cell", "np.unravel_index(image.argmax(), image.shape)"),
    ("find_pattern", "a value for a count", "np.unravel_index(response.max(), response.shape)"),
    ("find_pattern", "shapes that do not fit", "np.argwhere(image - pattern == 0)[0]"),
]


@pytest.mark.parametrize(("name", "mistake", "body"), BODIES)
def test_an_expression_with_one_thing_wrong_is_named(name, mistake, body):
    report = run(f"{DEFINE[name]}    return {body}\n", name)
    assert report.mistake == mistake, report


@pytest.mark.parametrize("name", EXERCISES)
def test_every_mistake_that_is_listed_is_made_by_a_students_program(name):
    tried = {mistake for who, mistake, _ in (*WRONG, *BODIES) if who == name}
    tried |= {mistake for program, mistake, _ in EDITED if PROGRAMS[program] == name}
    if name == "convolve":  # what it shares with the exercise before is tried there
        listed = (*EXERCISES["correlate"].mistakes, *EXERCISES["correlate"].blind)
        tried |= {mistake.name for mistake in listed}
    exercise = EXERCISES[name]
    assert {listed.name for listed in (*exercise.mistakes, *exercise.blind)} <= tried


# What the messages say


def test_sums_written_into_bytes_are_told_as_numpy_tells_it():
    program = OVER_KERNEL.replace("(rows, columns))", "(rows, columns), np.uint8)")
    report = run(program, "correlate")
    assert report.body[0] == (
        "NumPy refused to write numbers of type `float64` into an array of type `uint8`, which "
        "cannot hold all of them. `+=` and its like keep the type of the array on their left; an "
        "array of floats is needed there."
    )
    assert "overflow" not in repr(report)


def test_a_number_too_large_for_a_byte_is_told():
    def in_a_byte(window, kernel):
        total = np.uint8(0)
        for entry, factor in zip(window.flat, kernel.flat, strict=True):
            total = total + int(entry) * 100 * int(factor)
        return total

    report = verdict("window_sum", in_a_byte)
    assert report.mistake == "does not fit into the type"
    assert report.body[0].startswith("The number 600 does not fit into the type `uint8`.")


def test_an_exception_on_bytes_alone_is_not_called_an_overflow():
    def no_bytes(image, kernel):
        if image.dtype == np.uint8:
            raise RuntimeError("no bytes")
        return correlate_over_the_kernel(image, kernel)

    report = verdict("correlate", no_bytes)
    assert (report.state, report.mistake) == ("raised", None)


def test_a_wrong_type_of_bytes_is_shown_beside_the_right_one():
    report = verdict("to_grey_levels", lambda values: np.round(values).clip(0, 255).astype(np.int8))
    text = repr(report)
    assert "The type is `int8`, whose numbers have a sign" in text
    assert "result, shape (2, 2), int8:" in text
    assert "Expected\n    result, shape (2, 2), uint8:" in text
    report = verdict("to_grey_levels", lambda values: np.round(values).clip(0))
    assert report.body[-1] == "Besides, the result's type is `float64`; `uint8` is asked for."


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("convolve", slid()),
        ("convolve", slid(np.flipud)),
        ("convolve", slid(np.fliplr)),
        ("convolve", slid(np.rot90)),
        ("convolve", slid(lambda kernel: kernel.T)),
        ("find_pattern", lambda i, p: peak(cnnlab.cross_correlate2d(i, p))),
    ],
)
def test_the_first_message_leaves_the_answer_to_the_hints(name, answer):
    text = repr(verdict(name, answer))
    for given_away in ("[::-1, ::-1]", "rot90(kernel, 2)", "pattern's mean", ".mean()"):
        assert given_away not in text


def test_the_layer_is_named_in_words_that_the_chapter_has():
    assert verdict("correlate", correlate_over_the_kernel).body[-1] == (
        "This is what a convolutional layer computes, with one image and one kernel."
    )


@pytest.mark.parametrize(
    ("factor", "text"),
    [(4 / 3, "4/3"), (8, "8"), (0.5, "0.5"), (1.00025, "1.00025"), (np.pi, "3.141593")],
)
def test_the_factor_that_is_named_is_the_factor_that_mends_it(factor, text):
    kernel = np.array([[0, -1, 0], [0, 0, 0], [0, 1, 0]]) / 2 * factor
    report = check.slope_kernel(kernel)
    assert f"gives {text} instead of 1. Divide every entry by {text}." in report.body[0]
    top, _, bottom = text.partition("/")
    assert check.slope_kernel(kernel / (float(top) / float(bottom or 1))).passed


@pytest.mark.parametrize("seed", range(20))
def test_the_factor_that_is_named_mends_any_kernel(seed):
    kernel = np.zeros((3, 3))
    kernel[2, 1] = np.exp(np.random.default_rng(seed).uniform(-4, 4))
    kernel[0, 1] = -kernel[2, 1]
    words = check.slope_kernel(kernel).body[0].split()
    top, _, bottom = words[-1].rstrip(".").partition("/")
    assert check.slope_kernel(kernel / (float(top) / float(bottom or 1))).passed


def test_two_numbers_that_differ_are_not_printed_alike():
    nearly = np.array([[0, -1, 0], [0, 0, 0], [0, 1, 0]]) / 2 * 1.000002
    text = repr(check.slope_kernel(nearly))
    assert "1.000002  1.000002" in text
    text = repr(verdict("correlate", lambda i, k: cnnlab.cross_correlate2d(i, k) + 1e-4))
    assert "25.0001 came, 25 is expected" in text
    assert "25.0001  31.0001" in text


def test_no_kernel_is_not_taken_for_a_function_without_return():
    assert check.slope_kernel(None).body == ("A 3 × 3 array is asked for. This is `None`.",)
    text = repr(check.slope_kernel(lambda: np.zeros((3, 3))))
    assert "a function, not its result: the brackets `()` of a call are missing." in text


# What no list of mistakes foresees


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("window_sum", lambda w, k: np.sum(w) - np.sum(k), "4 came, 20 is expected"),
        ("window_at", lambda i, r, c, k: i[:1], "The shapes differ: (1, 4) came, (2, 2)"),
        ("correlate", lambda i, k: sliding(i, k, *sizes(i, k)).ravel(), "(4,) came, (2, 2)"),
        ("convolve", lambda i, k: -convolve_with_scipy(i, k), "The first is at [0, 0]: -"),
        ("pad_replicate", lambda i, k: i, "(2, 3) came, (4, 5) is expected"),
        ("to_grey_levels", lambda v: 0 * v, "4 of 4 values differ"),
        ("find_pattern", lambda i, p: (0, 0), "1 of 2 values differs. The first is at [0]: 0 came"),
        ("find_pattern", lambda i, p: None, "did you forget `return`".replace("d", "D", 1)),
        ("find_pattern", lambda i, p: np.argwhere(i == i.max())[:1], "(1, 2) came, (2,)"),
    ],
)
def test_another_wrong_answer_is_shown_with_what_differs(name, answer, words):
    report = verdict(name, answer)
    assert (report.state, report.mistake) == ("failed", None), report
    assert words in repr(report)
    assert f"`{EXERCISES[name].call_text}`" in repr(report)


def test_two_mistakes_at_once_are_not_called_one():
    report = check.correlate(lambda image, kernel: correlate_flipped(image, kernel)[:-1])
    assert (report.state, report.mistake) == ("failed", None)


def test_changing_the_values_in_place_is_named():
    def in_place(values):
        values[values < 0] = 0
        values[values > 255] = 255
        return np.round(values).astype(np.uint8)

    report = check.to_grey_levels(in_place)
    assert (report.state, report.mistake) == ("failed", "changes its input")
    assert "-3.2" in repr(report)
