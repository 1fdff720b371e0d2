"""What exercises 1.3 and 1.4 share: a kernel slides over an image, as it is or flipped."""

import numpy as np

from cnnlab.convolution import cross_correlate2d
from cnnlab.exercises.chapter01.shared import OVERFLOW, is_oblong
from cnnlab.exercises.exercise import Blind, Mistake

COVERS = "square and oblong images and kernels, none of them symmetric, and images in bytes"

_BYTES_IN_IMAGE = OVERFLOW.format(name="image")
_STORED_IN_BYTES = (
    "The sums are right, but they were stored in an array of type `uint8`, which holds 0 to 255 "
    "and then starts again at 0. Make the output with `np.zeros(shape)`, which holds floats."
)
_TOO_LARGE = (
    "The output is as large as the image. A window must fit inside the image, so there are only "
    "H − K_h + 1 places for it downward, and W − K_w + 1 to the right."
)


def with_kernel(change):
    """Make the cross-correlation with a changed kernel.

    Parameters
    ----------
    change : callable
        Takes a kernel and returns another.

    Returns
    -------
    callable
        ``(image, kernel) -> output``.
    """
    return lambda image, kernel: cross_correlate2d(image, change(kernel))


def by_windows(entry):
    """Make a loop over windows.

    Parameters
    ----------
    entry : callable
        Takes a window and the kernel, and returns what to store.

    Returns
    -------
    callable
        ``(image, kernel) -> output``; a window has the type of the image.
    """

    def slide(image, kernel):
        height, width = kernel.shape
        output = np.zeros((image.shape[0] - height + 1, image.shape[1] - width + 1))
        for i, j in np.ndindex(output.shape):
            output[i, j] = entry(image[i : i + height, j : j + width], kernel)
        return output

    return slide


def _in_a_larger_one(valid, shape, top, left):
    output = np.zeros(shape)
    output[top : top + valid.shape[0], left : left + valid.shape[1]] = valid
    return output


def _last_left_out(valid):
    output = valid.copy()
    output[-1, :] = output[:, -1] = 0
    return output


def mistakes_of_both(slide, change):
    """List the mistakes that both exercises know.

    Parameters
    ----------
    slide : callable
        The operation, as in `cnnlab.cross_correlate2d`.
    change : callable
        What the operation does to a kernel before it slides.

    Returns
    -------
    tuple of Mistake
        With the messages.
    """
    in_bytes = by_windows(lambda window, kernel: np.sum(window * change(kernel)))
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
            "Zeros were put around the image, and the output is as large as the image. Here "
            "nothing is added: each window lies inside.",
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
        Mistake(
            "output in bytes",
            lambda image, kernel: slide(image, kernel).astype(np.int64).astype(np.uint8),
            _STORED_IN_BYTES,
        ),
        Mistake("overflow", in_bytes, _BYTES_IN_IMAGE),
    )


BLIND = (
    Blind(
        "overflow",
        lambda image, kernel: image.dtype == np.uint8,
        _BYTES_IN_IMAGE + " Store the sums in floats, too.",
        may_raise=False,
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
    Blind(
        "3 × 3 only",
        lambda image, kernel: kernel.shape != (3, 3),
        "Right for kernels of 3 rows and 3 columns, wrong for all others. Let `kernel.shape` say "
        "how many there are.",
        every=True,
    ),
)
