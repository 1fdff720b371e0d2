"""Exercises 1.1 and 1.2: one window, summed by hand and cut out."""

import numpy as np

from cnnlab.convolution import flip_kernel
from cnnlab.exercises.chapter01 import cases
from cnnlab.exercises.chapter01.shared import OBLONG, OVERFLOW, is_oblong
from cnnlab.exercises.exercise import Blind, Exercise, Mistake


def _products_in_bytes(window, kernel):
    return np.sum(window * kernel)


def _all_in_bytes(window, kernel):
    return np.sum(window * kernel, dtype=np.result_type(window, kernel))


def _nine_cells(window, kernel):
    return sum(window[m, n] * kernel[m, n] for m in range(3) for n in range(3))


_MATRIX_PRODUCT = (
    "This is the matrix product. `@` and `np.dot` combine rows with columns; here each entry meets "
    "the one in the same place: `window * kernel`."
)
_THREE_BY_THREE = (
    "This counts on a 3 × 3 window. A window has as many rows and columns as its kernel: "
    "`kernel.shape`."
)
_BYTES_IN_WINDOW = OVERFLOW.format(name="window")

_SUM_MISTAKES = (
    Mistake("matrix product", lambda window, kernel: np.sum(window @ kernel), _MATRIX_PRODUCT),
    Mistake("matrix product", lambda window, kernel: window @ kernel, _MATRIX_PRODUCT),
    Mistake(
        "mean",
        lambda window, kernel: np.mean(window * kernel),
        "This is the mean of the products. Add them; do not divide by how many there are.",
    ),
    Mistake(
        "flipped",
        lambda window, kernel: np.sum(window * flip_kernel(kernel)),
        "The kernel was flipped. Here the first entry of the kernel meets the first entry of the "
        "window.",
    ),
    Mistake(
        "products not added",
        lambda window, kernel: window * kernel,
        "These are the products, one for each cell. Now add them, to one number.",
    ),
    Mistake(
        "added per column",
        lambda window, kernel: (window * kernel).sum(axis=0),
        "This is a sum for each column. Python's `sum` adds the rows of an array and stops there; "
        "`np.sum` adds every entry.",
    ),
    Mistake(
        "added per row",
        lambda window, kernel: (window * kernel).sum(axis=1),
        "This is a sum for each row. Add those too, to one number.",
    ),
    Mistake(
        "sums without products",
        lambda window, kernel: np.sum(window) * np.sum(kernel),
        "This multiplies two sums. Multiply first, entry by entry, and then add.",
    ),
    Mistake("3 × 3 only", _nine_cells, _THREE_BY_THREE),
    Mistake(
        "3 × 3 only",
        lambda window, kernel: np.sum(window[:3, :3] * kernel[:3, :3]),
        _THREE_BY_THREE,
    ),
    Mistake("overflow", _products_in_bytes, _BYTES_IN_WINDOW),
    Mistake("overflow", _all_in_bytes, _BYTES_IN_WINDOW),
)
_SUM_BLIND = (
    Blind("overflow", lambda window, kernel: kernel.dtype == np.uint8, _BYTES_IN_WINDOW),
    Blind(
        "square only",
        lambda window, kernel: is_oblong(window),
        OBLONG.format(what="windows"),
    ),
)


def _cut(image, top, bottom, left, right):
    return image[top:bottom, left:right]


def _centred(image, row, column, shape):
    top, left = row - shape[0] // 2, column - shape[1] // 2
    return _cut(image, top, top + shape[0], left, left + shape[1])


_AT_MISTAKES = (
    Mistake(
        "row and column swapped",
        lambda image, r, c, k: _cut(image, c, c + k[0], r, r + k[1]),
        "Row and column are swapped. The first index of an array counts rows, downward; the "
        "second counts columns, to the right.",
    ),
    Mistake(
        "sides of the kernel swapped",
        lambda image, r, c, k: _cut(image, r, r + k[1], c, c + k[0]),
        "The sides of the kernel are swapped: `kernel_shape` is (rows, columns).",
    ),
    Mistake(
        "centred",
        _centred,
        "This window has (row, column) at its centre. Here (row, column) is its top-left cell.",
    ),
    Mistake(
        "stops at the size",
        lambda image, r, c, k: _cut(image, r, k[0], c, k[1]),
        "The slice stops at the kernel's size. What follows the colon is where to stop, counted "
        "from the image's edge: start plus size.",
    ),
    Mistake(
        "one cell too few",
        lambda image, r, c, k: _cut(image, r, r + k[0] - 1, c, c + k[1] - 1),
        "One row and one column too few. A slice leaves out its end: `image[2:5]` has rows 2, 3 "
        "and 4, which makes 5 − 2 = 3.",
    ),
    Mistake(
        "one cell too many",
        lambda image, r, c, k: _cut(image, r, r + k[0] + 1, c, c + k[1] + 1),
        "One row and one column too many. A slice leaves out its end, so start plus size is "
        "enough.",
    ),
    Mistake(
        "counts from 1",
        lambda image, r, c, k: _cut(image, r - 1, r - 1 + k[0], c - 1, c - 1 + k[1]),
        "This counts rows and columns from 1. NumPy counts from 0, and so does this book.",
    ),
    Mistake(
        "square only",
        lambda image, r, c, k: _cut(image, r, r + k[0], c, c + k[0]),
        "This takes `kernel_shape[0]` for both sides. The number of columns is `kernel_shape[1]`.",
    ),
    Mistake(
        "square only",
        lambda image, r, c, k: _cut(image, r, r + k[1], c, c + k[1]),
        "This takes `kernel_shape[1]` for both sides. The number of rows is `kernel_shape[0]`.",
    ),
    Mistake(
        "transposed",
        lambda image, r, c, k: _cut(image, r, r + k[0], c, c + k[1]).T,
        "The window came out transposed: its rows stand as columns.",
    ),
)
_AT_BLIND = (
    Blind(
        "square only",
        lambda image, r, c, k: k[0] != k[1],
        OBLONG.format(what="windows"),
    ),
)


WINDOW_SUM = Exercise(
    number="1.1",
    name="window_sum",
    parameters=("window", "kernel"),
    reference=lambda window, kernel: np.sum(window.astype(float) * kernel),
    stages=cases.windows_and_kernels,
    mistakes=_SUM_MISTAKES,
    blind=_SUM_BLIND,
    covers="square and oblong windows, negative numbers, and bytes that would overflow",
    shows="That one sum is all that happens at a position; the rest of the chapter moves it about.",
)

WINDOW_AT = Exercise(
    number="1.2",
    name="window_at",
    parameters=("image", "row", "column", "kernel_shape"),
    reference=lambda image, r, c, k: image[r : r + k[0], c : c + k[1]],
    stages=cases.windows_of_images,
    mistakes=_AT_MISTAKES,
    blind=_AT_BLIND,
    covers="square and oblong windows, at edges, in corners and between",
    shows="With `window_sum` this is every step of a sliding kernel: cut out, multiply, add.",
)
