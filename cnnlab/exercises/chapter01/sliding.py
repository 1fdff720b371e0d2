"""Exercises 1.3 and 1.4: a kernel slides over an image, as it is or flipped."""

import numpy as np

from cnnlab.convolution import convolve2d, cross_correlate2d, flip_kernel
from cnnlab.exercises.chapter01 import cases
from cnnlab.exercises.chapter01.shared import OVERFLOW, is_oblong
from cnnlab.exercises.exercise import Blind, Exercise, Mistake

_BYTES_IN_IMAGE = OVERFLOW.format(name="image")
_STORED_IN_BYTES = (
    "The sums are right, but they were stored in the image's type, `uint8`, which holds 0 to 255 "
    "and then starts again at 0. Make the output with `np.zeros(shape)`, which holds floats."
)
_TOO_LARGE = (
    "The output is as large as the image. A window must fit inside the image, so there are only "
    "H − K_h + 1 places for it downward, and W − K_w + 1 to the right."
)
_ZEROS_AROUND = (
    "Zeros were put around the image, and the output is as large as the image. Here nothing is "
    "added: each window lies inside."
)


def _in_a_larger_one(valid, shape, top, left):
    output = np.zeros(shape)
    output[top : top + valid.shape[0], left : left + valid.shape[1]] = valid
    return output


def _last_left_out(valid):
    output = valid.copy()
    output[-1, :] = output[:, -1] = 0
    return output


def _sum_of_bytes(image, kernel):
    output = np.zeros(cross_correlate2d(image, kernel).shape)
    for i, j in np.ndindex(output.shape):
        window = image[i : i + kernel.shape[0], j : j + kernel.shape[1]]
        output[i, j] = np.sum(window * kernel)
    return output


def _mistakes_of_both(slide, change):
    """List the mistakes that both exercises know, for an operation and what it does to a kernel."""
    return (
        Mistake(
            "off by one",
            lambda image, kernel: slide(image, kernel)[:-1, :-1],
            "The output is one row and one column too small. A window of 2 rows has 2 places in "
            "an image of 3 rows: H − K_h + 1, not H − K_h.",
        ),
        Mistake(
            "last left out",
            lambda image, kernel: _last_left_out(slide(image, kernel)),
            "The last row and the last column of the output were never computed. `range(n)` ends "
            "at n − 1; let it run over every row and column of the output.",
        ),
        Mistake(
            "as large as the image",
            lambda i, k: _in_a_larger_one(slide(i, k), i.shape, 0, 0),
            _TOO_LARGE,
        ),
        Mistake(
            "as large as the image",
            lambda i, k: _in_a_larger_one(slide(i, k), i.shape, k.shape[0] // 2, k.shape[1] // 2),
            _TOO_LARGE,
        ),
        Mistake(
            "zeros around the image",
            lambda image, kernel: slide(image, kernel, padding="same"),
            _ZEROS_AROUND,
        ),
        Mistake(
            "output transposed",
            lambda image, kernel: slide(image, kernel).T,
            "Rows and columns of the output are swapped. The window that starts at row i, column j "
            "gives `output[i, j]`.",
        ),
        Mistake(
            "output in bytes",
            lambda i, k: slide(i, k).astype(np.int64).astype(i.dtype),
            _STORED_IN_BYTES,
        ),
        Mistake("overflow", lambda i, k: _sum_of_bytes(i, change(k)), _BYTES_IN_IMAGE),
    )


_CORRELATE_MISTAKES = (
    Mistake(
        "flipped",
        convolve2d,
        "The kernel was flipped: this is true convolution. Cross-correlation lays the kernel on "
        "the window as it is.",
    ),
    *_mistakes_of_both(cross_correlate2d, lambda kernel: kernel),
    Mistake(
        "mean",
        lambda image, kernel: cross_correlate2d(image, kernel) / kernel.size,
        "These are means of the products. Add them; do not divide by how many there are.",
    ),
)
_SLIDING_BLIND = (
    Blind(
        "overflow",
        lambda image, kernel: image.dtype == np.uint8,
        _BYTES_IN_IMAGE + " Store the sums in floats, too.",
    ),
    Blind(
        "square images only",
        lambda image, kernel: is_oblong(image),
        "Right for square images, wrong for oblong ones. The number of rows is `image.shape[0]`, "
        "the number of columns `image.shape[1]`: one of them stands where the other should.",
    ),
    Blind(
        "square kernels only",
        lambda image, kernel: is_oblong(kernel),
        "Right for square kernels, wrong for oblong ones. The kernel has `kernel.shape[0]` rows "
        "and `kernel.shape[1]` columns: one of them stands where the other should.",
    ),
    Blind(
        "square only",
        lambda image, kernel: is_oblong(image) or is_oblong(kernel),
        "Right where image and kernel are square, wrong where one is oblong. Rows and columns "
        "need a size each, for the image and for the kernel.",
    ),
)


def _with_kernel(change):
    return lambda image, kernel: cross_correlate2d(image, change(kernel))


_CONVOLVE_MISTAKES = (
    Mistake(
        "not flipped",
        cross_correlate2d,
        "The kernel was not flipped: this is cross-correlation. Convolution turns the kernel "
        "half round first.",
    ),
    Mistake(
        "only rows flipped",
        _with_kernel(lambda kernel: kernel[::-1]),
        "Only the order of the rows was reversed. Reverse the columns too: `kernel[::-1, ::-1]`.",
    ),
    Mistake(
        "only columns flipped",
        _with_kernel(lambda kernel: kernel[:, ::-1]),
        "Only the order of the columns was reversed. Reverse the rows too: `kernel[::-1, ::-1]`.",
    ),
    Mistake(
        "transposed",
        _with_kernel(np.transpose),
        "The kernel was transposed. That mirrors it in its diagonal, and swaps the sides of an "
        "oblong one; a flip reverses the order of the rows, and of the columns.",
    ),
    Mistake(
        "quarter turn",
        _with_kernel(np.rot90),
        "The kernel was turned by a quarter. Convolution turns it by a half: "
        "`np.rot90(kernel, 2)`.",
    ),
    Mistake(
        "quarter turn",
        _with_kernel(lambda kernel: np.rot90(kernel, -1)),
        "The kernel was turned by a quarter. Convolution turns it by a half: "
        "`np.rot90(kernel, 2)`.",
    ),
    Mistake(
        "image flipped",
        lambda image, kernel: cross_correlate2d(image[::-1, ::-1], kernel),
        "The image was flipped instead of the kernel, so the output stands on its head.",
    ),
    Mistake(
        "output flipped",
        lambda image, kernel: cross_correlate2d(image, kernel)[::-1, ::-1],
        "This is the cross-correlation, standing on its head: image and kernel were both flipped, "
        "or the output was. Flip the kernel alone.",
    ),
    *_mistakes_of_both(convolve2d, flip_kernel),
    Mistake(
        "full",
        lambda image, kernel: convolve2d(image, kernel, padding="full"),
        "This is the `full` convolution, with windows that reach over the edge; it is what "
        "`scipy.signal.convolve2d` gives unasked. Here each window lies inside the image.",
    ),
)


_COVERS = "square and oblong images and kernels, none of them symmetric, and images in bytes"

CORRELATE = Exercise(
    number="1.3",
    name="correlate",
    parameters=("image", "kernel"),
    reference=cross_correlate2d,
    stages=cases.images_and_kernels,
    mistakes=_CORRELATE_MISTAKES,
    blind=_SLIDING_BLIND,
    covers=_COVERS,
    shows="This is what a convolutional layer computes, for one channel and one filter.",
)

CONVOLVE = Exercise(
    number="1.4",
    name="convolve",
    parameters=("image", "kernel"),
    reference=convolve2d,
    stages=cases.images_and_kernels,
    mistakes=_CONVOLVE_MISTAKES,
    blind=_SLIDING_BLIND,
    covers=_COVERS,
    shows="One flip is the whole difference between the two operations; a kernel that looks the "
    "same after half a turn does not notice it.",
)
