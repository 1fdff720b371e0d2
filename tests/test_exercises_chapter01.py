"""Chapter 1's checks: what each accepts, what each rejects, and what it says."""

import json
import re
import time
import warnings
from pathlib import Path

import numpy as np
import pytest
import scipy.signal
from numpy.lib.stride_tricks import sliding_window_view

import cnnlab
from cnnlab.exercises import chapter01 as check
from cnnlab.exercises.checking import check_function

NAMES = (
    "window_sum",
    "window_at",
    "correlate",
    "convolve",
    "pad_replicate",
    "to_grey_levels",
    "slope_kernel",
    "find_pattern",
)
EXERCISES = {exercise.name: exercise for exercise in check.EXERCISES}
NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "01_sliding_window.ipynb"
SHOWN = NOTEBOOK


def verdict(name, answer):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # NumPy warns where bytes overflow
        return getattr(check, name)(answer)


def test_the_exercises_are_numbered_in_order():
    assert check.__all__[:8] == list(NAMES)
    numbers = [repr(verdict(name, ...)).split()[2].rstrip(":") for name in NAMES]
    assert numbers == [f"1.{k}" for k in range(1, 9)]


@pytest.mark.parametrize("name", NAMES)
def test_an_unattempted_exercise_waits_quietly(name):
    start = ... if name == "slope_kernel" else lambda *arguments: ...
    report = verdict(name, start)
    assert report.state == "waiting"
    assert f"Replace the `...` in `{name}`" in repr(report)


# The solutions that the chapter shows

SOLUTION = re.compile(r"<summary>Solution</summary>\s*```python\n(.*?)```", re.DOTALL)
STATEMENT = re.compile(r"^### Exercise 1\.\d", re.MULTILINE)


def chapter_text(path):
    if path.suffix == ".md":
        return path.read_text(encoding="utf-8")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


def solutions(path):
    return SOLUTION.findall(chapter_text(path))


@pytest.mark.parametrize(("position", "name"), list(enumerate(NAMES)))
def test_the_solution_that_is_shown_passes(position, name):
    source = solutions(SHOWN)[position]
    assert len(source.strip().split("\n")) <= 12
    names = {"np": np, "cross_correlate2d": cnnlab.cross_correlate2d}
    exec(source, names)
    report = verdict(name, names[name])
    assert report.passed, report


def test_there_is_one_solution_for_each_exercise():
    assert len(solutions(SHOWN)) == len(NAMES)


def test_each_exercise_has_three_nested_hints():
    exercises = STATEMENT.split(chapter_text(SHOWN))[1:]
    assert len(exercises) == len(NAMES)
    for text in exercises:
        hints, _ = text.split("<summary>Solution</summary>")
        openings = [hints.index(f"<summary>Hint {k}</summary>") for k in (1, 2, 3)]
        assert openings == sorted(openings)
        assert "</details>" not in hints[: openings[-1]], "each hint is inside the one before"
        assert hints.count("<details>") == 4
        assert hints.count("</details>") == 3, "the solution stands outside the hints"


# Right answers, each by another way than the reference


def windows(image, shape):
    return sliding_window_view(image.astype(float), shape)


def sum_with_loops(window, kernel):
    total = 0
    for m in range(len(window)):
        for n in range(len(window[m])):
            total += int(window[m, n]) * int(kernel[m, n])
    return total


def sum_as_inner_product(window, kernel):
    return np.float32(window).ravel() @ np.float32(kernel).ravel()


def window_as_lists(image, row, column, kernel_shape):
    height, width = kernel_shape
    return [[image[row + m, column + n] for n in range(width)] for m in range(height)]


def window_by_indices(image, row, column, kernel_shape):
    rows = row + np.arange(kernel_shape[0])
    return image[np.ix_(rows, column + np.arange(kernel_shape[1]))]


def correlate_with_four_loops(image, kernel):
    output = []
    for i in range(len(image) - len(kernel) + 1):
        output.append([])
        for j in range(len(image[0]) - len(kernel[0]) + 1):
            total = 0.0
            for m in range(len(kernel)):
                for n in range(len(kernel[0])):
                    total += (
                        float(image[i, j + n] if m == 0 else image[i + m, j + n]) * kernel[m, n]
                    )
            output[i].append(total)
    return output


def correlate_over_the_kernel(image, kernel):
    rows, columns = (a - b + 1 for a, b in zip(image.shape, kernel.shape, strict=True))
    output = np.zeros((rows, columns))
    for m, n in np.ndindex(*kernel.shape):
        output += float(kernel[m, n]) * image[m : m + rows, n : n + columns]
    return output


def convolve_by_spectrum(image, kernel):
    full = [a + b - 1 for a, b in zip(image.shape, kernel.shape, strict=True)]
    product = np.fft.rfft2(image, full) * np.fft.rfft2(kernel, full)
    whole = np.fft.irfft2(product, full)
    return whole[kernel.shape[0] - 1 : image.shape[0], kernel.shape[1] - 1 : image.shape[1]]


def convolve_with_scipy(image, kernel):
    return scipy.signal.convolve2d(image.astype(int), kernel.astype(int), mode="valid")


def pad_by_indices(image, kernel_shape):
    lists = []
    for size, side in zip(image.shape, kernel_shape, strict=True):
        lists.append(np.clip(np.arange(-(side // 2), size + side // 2), 0, size - 1))
    return image[np.ix_(*lists)]


def pad_row_by_row(image, kernel_shape):
    rows = [[row[0]] * (kernel_shape[1] // 2) + list(row) for row in image.tolist()]
    rows = [row + [row[-1]] * (kernel_shape[1] // 2) for row in rows]
    half = kernel_shape[0] // 2
    return [rows[0]] * half + rows + [rows[-1]] * half


def grey_by_masks(values):
    rounded = np.floor(values + 0.5)
    rounded[rounded < 0] = 0
    rounded[rounded > 255] = 255
    return rounded.astype("uint8")


def grey_one_by_one(values):
    output = np.zeros(values.shape, np.uint8)
    for place in np.ndindex(*values.shape):
        output[place] = min(max(round(float(values[place])), 0), 255)
    return output


def find_by_squares(image, pattern):
    misses = ((windows(image, pattern.shape) - pattern) ** 2).sum(axis=(2, 3))
    return list(np.unravel_index(np.argmin(misses), misses.shape))


def find_by_normalised_correlation(image, pattern):
    cut = windows(image, pattern.shape)
    cut = cut - cut.mean(axis=(2, 3), keepdims=True)
    zero_mean = pattern - pattern.mean()
    spread = np.sqrt((cut**2).sum(axis=(2, 3)))
    assert spread.min() > 0, "an even window would divide by 0"
    response = (cut * zero_mean).sum(axis=(2, 3)) / spread
    return np.argwhere(response == response.max())[0]


def find_exactly(image, pattern):
    height, width = pattern.shape
    for row in range(len(image) - height + 1):
        for column in range(len(image[0]) - width + 1):
            if (image[row : row + height, column : column + width] == pattern).all():
                return row, column
    return None


RIGHT = [
    ("window_sum", sum_with_loops),
    ("window_sum", sum_as_inner_product),
    ("window_at", window_as_lists),
    ("window_at", window_by_indices),
    ("correlate", correlate_with_four_loops),
    ("correlate", correlate_over_the_kernel),
    ("correlate", cnnlab.cross_correlate2d),
    ("convolve", convolve_by_spectrum),
    ("convolve", convolve_with_scipy),
    ("convolve", lambda image, kernel: cnnlab.cross_correlate2d(image, np.rot90(kernel, 2))),
    ("pad_replicate", pad_by_indices),
    ("pad_replicate", pad_row_by_row),
    ("to_grey_levels", grey_by_masks),
    ("to_grey_levels", grey_one_by_one),
    ("slope_kernel", [[0, -0.5, 0], [0, 0, 0], [0, 0.5, 0]]),
    ("slope_kernel", np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]]) / 6),
    ("slope_kernel", np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]], np.float32) / 8),
    ("slope_kernel", [[0, 0, 0], [0, -1, 0], [0, 1, 0]]),
    ("find_pattern", find_by_squares),
    ("find_pattern", find_by_normalised_correlation),
    ("find_pattern", find_exactly),
]


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_another_right_answer_passes(name, answer):
    report = verdict(name, answer)
    assert report.passed, report


@pytest.mark.parametrize("name", NAMES)
def test_at_least_one_other_right_answer_is_tried(name):
    assert sum(name == tried for tried, _ in RIGHT) >= 2


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
    for _, _, message in (*exercise.mistakes, *exercise.blind):
        assert re.fullmatch(r"[A-Z`].*[.)]", message), message
        assert "{" not in message


def test_a_kernel_that_is_not_scaled_names_the_factor():
    report = check.slope_kernel([[-1, -2, -1], [0, 0, 0], [1, 2, 1]])
    assert "gives 8 instead of 1. Divide every entry by 8." in repr(report)
    assert "        8  8  8" in repr(report)


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
        ("find_pattern", lambda i, p: (0, 0), "1 of 2 values differ. The first is at [0]: 0 came"),
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


# The cases


@pytest.mark.parametrize("name", EXERCISES)
def test_the_cases_are_the_same_each_time(name):
    make = EXERCISES[name].stages
    first, second = make.__wrapped__(), make.__wrapped__()
    for ours, theirs in zip(sum(first, ()), sum(second, ()), strict=True):
        for mine, other in zip(ours, theirs, strict=True):
            np.testing.assert_array_equal(mine, other)


@pytest.mark.parametrize("name", [name for name in EXERCISES if name != "to_grey_levels"])
def test_there_are_square_and_oblong_cases(name):
    small = EXERCISES[name].stages()[0]
    oblong = [any(a.shape[0] != a.shape[1] for a in case if np.ndim(a) == 2) for case in small]
    assert 2 <= sum(oblong) < len(oblong)


def test_no_kernel_looks_the_same_turned_or_mirrored():
    for _, kernel in sum(EXERCISES["convolve"].stages(), ()):
        for other in (kernel[::-1], kernel[:, ::-1], kernel[::-1, ::-1]):
            assert kernel.shape[0] == 1 or not np.array_equal(kernel, other)
        assert not np.array_equal(kernel, kernel[::-1, ::-1])


def test_no_grey_value_lies_halfway():
    for (values,) in EXERCISES["to_grey_levels"].stages()[0]:
        assert np.all(np.abs(values % 1 - 0.5) > 0.05)


def test_each_pattern_occurs_once():
    for image, pattern in sum(EXERCISES["find_pattern"].stages(), ()):
        misses = np.abs(windows(image, pattern.shape) - pattern).sum(axis=(2, 3))
        assert np.count_nonzero(misses == 0) == 1


def test_a_bright_area_fools_the_plain_correlation_every_time():
    for image, pattern in sum(EXERCISES["find_pattern"].stages(), ()):
        plain = peak(cnnlab.cross_correlate2d(image, pattern))
        assert tuple(plain) != tuple(peak(zero_mean(image, pattern)))


def test_plain_python_finds_the_pattern_well_within_the_time_limit():
    def by_four_loops(image, pattern):
        best = None
        shape = [a - b + 1 for a, b in zip(image.shape, pattern.shape, strict=True)]
        image, pattern = image.tolist(), pattern.tolist()
        for i, j in np.ndindex(*shape):
            score = 0
            for m, row in enumerate(pattern):
                for n, wanted in enumerate(row):
                    score += (image[i + m][j + n] - wanted) ** 2
            if best is None or score < best[0]:
                best = score, (i, j)
        return best[1]

    started = time.process_time()
    assert check_function(EXERCISES["find_pattern"], by_four_loops, seconds=60).passed
    assert time.process_time() - started < 8
