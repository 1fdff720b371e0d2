"""Exercise 1.1: one window, summed by hand."""

import numpy as np

from cnnlab.convolution import flip_kernel
from cnnlab.exercises.chapter01 import cases
from cnnlab.exercises.chapter01.shared import KERNEL_TRANSPOSED, OBLONG, OVERFLOW, is_oblong
from cnnlab.exercises.exercise import Blind, Exercise, Mistake


def _products_in_bytes(window, kernel):
    return np.sum(window * kernel)


def _all_in_bytes(window, kernel):
    return np.sum(window * kernel, dtype=np.result_type(window, kernel))


def _nine_cells(window, kernel):
    return sum(window[m, n] * kernel[m, n] for m in range(3) for n in range(3))


def _on_part(rows, columns):
    return lambda window, kernel: np.sum(window[rows, columns] * kernel[rows, columns])


def _index_swapped(window, kernel):
    return sum(window[m, n] * kernel[n, m] for m, n in np.ndindex(window.shape))


_MATRIX_PRODUCT = (
    "This is the matrix product. `@` and `np.dot` combine rows with columns; here each entry meets "
    "the one in the same place: `window * kernel`."
)
_THREE_BY_THREE = (
    "This counts on a 3 × 3 window. A window has as many rows and columns as its kernel: "
    "`kernel.shape`."
)
_LAST_LEFT_OUT = (
    "The last {} left out. `range(n)` ends at n − 1 by itself, so it takes the whole size: "
    "`range(window.shape[0])` for the rows, `range(window.shape[1])` for the columns."
)
_RETURNED_EARLY = (
    "The function ended {}: `return` stands inside a loop. Move it to the left, below both loops."
)
_ALL = slice(None)
_BYTES_IN_WINDOW = OVERFLOW.format(name="window")

_MISTAKES = (
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
    Mistake(
        "adds instead of multiplying",
        lambda window, kernel: np.sum(window.astype(float) + kernel),
        "The entries were added in pairs. Multiply those in the same place; then add the products.",
    ),
    Mistake(
        "divided by the kernel's sum",
        lambda window, kernel: np.sum(window * kernel) / np.sum(kernel),
        "The sum was divided by the sum of the kernel's entries. Leave it as it is.",
    ),
    Mistake(
        "last left out",
        _on_part(slice(-1), slice(-1)),
        _LAST_LEFT_OUT.format("row and the last column were"),
    ),
    Mistake("last left out", _on_part(slice(-1), _ALL), _LAST_LEFT_OUT.format("row was")),
    Mistake("last left out", _on_part(_ALL, slice(-1)), _LAST_LEFT_OUT.format("column was")),
    Mistake(
        "first left out",
        _on_part(slice(1, None), slice(1, None)),
        "The first row and the first column were left out. Rows and columns are counted from 0.",
    ),
    Mistake(
        "only the last product",
        lambda window, kernel: window[-1, -1] * kernel[-1, -1],
        "This is the last product alone. Inside the loops `=` forgets what came before; `+=` adds.",
    ),
    Mistake(
        "returned too early",
        lambda window, kernel: window[0, 0] * kernel[0, 0],
        _RETURNED_EARLY.format("after the first product"),
    ),
    Mistake("returned too early", _on_part(0, _ALL), _RETURNED_EARLY.format("after the first row")),
    Mistake("kernel[n, m]", _index_swapped, KERNEL_TRANSPOSED),
    Mistake("kernel[n, m]", lambda window, kernel: np.sum(window * kernel.T), KERNEL_TRANSPOSED),
    Mistake("3 × 3 only", _nine_cells, _THREE_BY_THREE),
    Mistake(
        "3 × 3 only",
        lambda window, kernel: np.sum(window[:3, :3] * kernel[:3, :3]),
        _THREE_BY_THREE,
    ),
    Mistake("overflow", _products_in_bytes, _BYTES_IN_WINDOW),
    Mistake("overflow", _all_in_bytes, _BYTES_IN_WINDOW),
    Mistake(
        "sum in a byte",
        lambda window, kernel: np.sum(window.astype(int) * kernel).astype(np.uint8),
        "The sum was turned into a byte. `uint8` holds 0 to 255, and sums go beyond. Return it as "
        "it is.",
    ),
)
_BLIND = (
    Blind(
        "overflow",
        lambda window, kernel: kernel.dtype == np.uint8,
        _BYTES_IN_WINDOW,
        may_raise=False,
    ),
    Blind(
        "square only",
        lambda window, kernel: is_oblong(window),
        OBLONG.format(what="windows"),
    ),
)


WINDOW_SUM = Exercise(
    number="1.1",
    name="window_sum",
    parameters=("window", "kernel"),
    reference=lambda window, kernel: np.sum(window.astype(float) * kernel),
    stages=cases.windows_and_kernels,
    mistakes=_MISTAKES,
    blind=_BLIND,
    covers="square and oblong windows, negative numbers, and bytes that would overflow",
    shows="That one sum is all that happens at a position; the rest of the chapter moves it about.",
)
