"""Exercise 1.7: design a kernel that measures how steeply a picture rises, downward."""

import numpy as np

from cnnlab.convolution import cross_correlate2d
from cnnlab.exercises.answers import read
from cnnlab.exercises.checking import TOLERANCE, waiting
from cnnlab.exercises.report import Listing, Report, show_value

TITLE = "Exercise 1.7"
NAME = "slope_kernel"

_ROWS, _COLUMNS = np.mgrid[0:4, 0:5]
_EVEN = np.full((4, 5), 7)


def check_slope_kernel(answer):
    """Judge a kernel by what it answers to three pictures.

    Parameters
    ----------
    answer : array_like of shape (3, 3)
        The student's kernel.

    Returns
    -------
    Report
        Passed if the kernel answers 0 to even pictures and to a ramp to the right, and 1 to a ramp
        downward.

    Notes
    -----
    On a ramp, what a kernel answers is the sum of its entries times their row (or column) numbers,
    plus the sum of its entries times the grey level. So three sums decide for all such pictures.
    """
    outcome = read(answer)
    if outcome.unattempted:
        return waiting(TITLE, NAME)
    if outcome.numbers is None:
        return _not_yet("not a kernel", f"A 3 × 3 array is asked for. This is {outcome.unusable}.")
    kernel = outcome.numbers
    if kernel.shape != (3, 3):
        message = f"A kernel of shape (3, 3) is asked for. This one has shape {kernel.shape}."
        return _not_yet("not 3 × 3", message)
    if not np.isfinite(kernel).all():
        return _not_yet("not finite", "The kernel holds NaN or infinity. Every entry is a number.")
    return _by_its_answers(kernel)


def _by_its_answers(kernel):
    offsets = np.array([-1, 0, 1])
    total = np.sum(kernel)
    right = np.sum(kernel * offsets)
    down = np.sum(kernel * offsets[:, np.newaxis])
    found = _mistake(total, right, down, TOLERANCE * max(1.0, np.abs(kernel).max()))
    if found is None:
        body = [
            "Checked on even pictures, ramps to the right and ramps downward.",
            "Any kernel with these three answers measures the vertical slope. They differ in how "
            "they average over noise: the Sobel and Prewitt kernels look at three columns at once.",
        ]
        return Report(TITLE, "passed", body)
    name, message, picture, wanted = found
    return _not_yet(name, message, kernel, picture, wanted)


def _mistake(total, right, down, tolerance):
    """Name what is wrong with the three sums: (name, message, picture, wanted), or None."""

    def zero(value):
        return abs(value) <= tolerance

    if not zero(total):
        message = (
            f"The kernel answers to even pictures, where nothing changes: its entries add up to "
            f"{total:.4g}. They have to add up to 0."
        )
        return "answers to even pictures", message, _EVEN, 0
    if zero(right) and zero(down):
        message = "The kernel answers 0 to every ramp, so it does not measure a slope at all."
        return "answers to nothing", message, _ROWS, 1
    if zero(down):
        message = (
            "The kernel answers to ramps that grow to the right, and not to those that grow "
            "downward. Swap its rows and columns: transpose it."
        )
        return "wrong direction", message, _COLUMNS, 0
    if not zero(right):
        message = (
            "The kernel answers to ramps that grow downward, but to those that grow to the right "
            "as well. Make the left column the mirror image of the right one."
        )
        return "slanted", message, _COLUMNS, 0
    if down < 0:
        message = (
            "The sign is the other way round: a ramp that grows downward gives "
            f"{down:.4g}. Cross-correlation does not flip, so the bottom row is the positive one."
        )
        return "wrong sign", message, _ROWS, 1
    if not zero(down - 1):
        message = (
            f"The kernel is not scaled: a ramp that grows by 1 a row gives {down:.4g} instead of "
            f"1. Divide every entry by {down:.4g}."
        )
        return "not scaled", message, _ROWS, 1
    return None


def _not_yet(mistake, message, kernel=None, picture=None, wanted=None):
    body = [message]
    if kernel is not None:
        body += [
            "With your kernel, this picture",
            Listing(show_value("picture", picture)),
            "gives",
            Listing(show_value("output", cross_correlate2d(picture, kernel))),
            f"and every entry should be {wanted}.",
        ]
    return Report(TITLE, "failed", body, mistake)
