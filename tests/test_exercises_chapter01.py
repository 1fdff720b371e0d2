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


# The cases


def zero_mean(image, pattern):
    return cnnlab.cross_correlate2d(image, pattern - pattern.mean())


def peak(response):
    return np.unravel_index(np.argmax(response), response.shape)


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
