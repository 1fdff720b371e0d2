"""Exercise 1.3: slide a kernel over an image, with loops over the kernel."""

import numpy as np

from cnnlab.convolution import convolve2d, cross_correlate2d
from cnnlab.exercises.chapter01 import cases
from cnnlab.exercises.chapter01.shared import KERNEL_TRANSPOSED
from cnnlab.exercises.chapter01.sliding import (
    BLIND,
    COVERS,
    by_windows,
    mistakes_of_both,
    with_kernel,
)
from cnnlab.exercises.exercise import Exercise, Mistake


def _places(image, kernel):
    return tuple(a - b + 1 for a, b in zip(image.shape, kernel.shape, strict=True))


def _add_up(term, rounds=lambda kernel: np.ndindex(kernel.shape)):
    """Make a loop over the kernel's cells; `term` gives what each cell adds to the output."""

    def slide(image, kernel):
        rows, columns = _places(image, kernel)
        output = np.zeros((rows, columns))
        for m, n in rounds(kernel):
            output += term(image.astype(float), kernel, m, n, rows, columns)
        return output

    return slide


def _cells(image, kernel, m, n, rows, columns):
    return kernel[m, n] * image[m : m + rows, n : n + columns]


def _computed_in(output_cells):
    """Make a cross-correlation that ended when only some cells of the output were filled."""

    def slide(image, kernel):
        output = np.zeros(_places(image, kernel))
        output[output_cells] = cross_correlate2d(image, kernel)[output_cells]
        return output

    return slide


_RETURNED_EARLY = (
    "The function ended after its first round: `return` stands inside a loop. Move it to the "
    "left, below all loops."
)
_TRANSPOSED = KERNEL_TRANSPOSED + (
    " If yours reads like that, rows and columns are swapped in the slices of the image."
)
_STOPS_AT_THE_SIZE = (
    "The slice of the image has the wrong end. What follows the colon is where to stop, counted "
    "from the image's edge: start plus size."
)

_MISTAKES = (
    Mistake(
        "flipped",
        convolve2d,
        "The kernel was flipped: this is true convolution. Cross-correlation lays the kernel on "
        "the window as it is.",
    ),
    *mistakes_of_both(cross_correlate2d, lambda kernel: kernel),
    Mistake(
        "mean",
        lambda image, kernel: cross_correlate2d(image, kernel) / kernel.size,
        "These are means of the products. Add them; do not divide by how many there are.",
    ),
    Mistake(
        "kernel[n, m]",
        _add_up(lambda i, k, m, n, *size: k[n, m] * _cells(i, np.ones(k.shape), m, n, *size)),
        _TRANSPOSED,
    ),
    Mistake(
        "kernel[n, m]",
        by_windows(lambda window, kernel: np.sum(window.astype(float) * kernel.T)),
        _TRANSPOSED,
    ),
    Mistake("kernel[n, m]", with_kernel(np.transpose), _TRANSPOSED),
    Mistake(
        "only the last product",
        _add_up(_cells, lambda kernel: [(kernel.shape[0] - 1, kernel.shape[1] - 1)]),
        "These are products with the kernel's last entry alone. Inside the loops `=` forgets what "
        "came before; `+=` adds.",
    ),
    Mistake(
        "returned too early",
        _add_up(_cells, lambda kernel: [(0, 0)]),
        _RETURNED_EARLY,
    ),
    Mistake(
        "returned too early",
        _add_up(_cells, lambda kernel: np.ndindex(1, kernel.shape[1])),
        _RETURNED_EARLY,
    ),
    Mistake("returned too early", _computed_in((0, 0)), _RETURNED_EARLY),
    Mistake("returned too early", _computed_in(0), _RETURNED_EARLY),
    Mistake(
        "last of the kernel left out",
        _add_up(_cells, lambda kernel: np.ndindex(kernel.shape[0] - 1, kernel.shape[1] - 1)),
        "The last row and the last column of the kernel were left out. `range(n)` ends at n − 1 "
        "by itself, so it takes the whole size.",
    ),
    Mistake(
        "slice stops at the size",
        _add_up(lambda i, k, m, n, rows, columns: k[m, n] * i[m:rows, n:columns]),
        _STOPS_AT_THE_SIZE,
    ),
    Mistake(
        "slice of the kernel's size",
        _add_up(lambda i, k, m, n, *_: k[m, n] * i[m : m + k.shape[0], n : n + k.shape[1]]),
        "The slice of the image is as large as the kernel. A cell of the kernel lies on one image "
        "cell for each place of the window, so the slice is as large as the output.",
    ),
    Mistake(
        "whole image",
        _add_up(lambda i, k, m, n, *_: k[m, n] * i),
        "The first entry of the kernel was multiplied with the whole image. It lies on a part of "
        "it, which is as large as the output. A slice such as `image[m:, n:]` runs on to the edge.",
    ),
    Mistake(
        "matrix product",
        by_windows(lambda window, kernel: np.sum(window.astype(float) @ kernel)),
        "This is the matrix product of window and kernel. Each entry meets the one in the same "
        "place: `*`, not `@` or `np.dot`.",
    ),
)


CORRELATE = Exercise(
    number="1.3",
    name="correlate",
    parameters=("image", "kernel"),
    reference=cross_correlate2d,
    stages=cases.images_and_kernels,
    mistakes=_MISTAKES,
    blind=BLIND,
    covers=COVERS,
    shows="This is what a convolutional layer computes, with one image and one kernel.",
)
