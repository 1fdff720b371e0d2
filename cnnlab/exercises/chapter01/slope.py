"""Exercise 1.7: design a kernel that measures how steeply a picture rises, downward."""

from fractions import Fraction

import numpy as np

from cnnlab.convolution import cross_correlate2d
from cnnlab.exercises.answers import read
from cnnlab.exercises.checking import waiting
from cnnlab.exercises.comparing import TOLERANCE, digits_apart
from cnnlab.exercises.report import Listing, Report, show_value

TITLE = "Exercise 1.7"
NAME = "slope_kernel"

_ROWS, _COLUMNS = np.mgrid[0:4, 0:5]
_EVEN = np.full((4, 5), 7)
_LARGEST_DENOMINATOR = 24


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
        what = "`None`" if answer is None else outcome.unusable
        return _not_yet("not a kernel", f"A 3 × 3 array is asked for. This is {what}.")
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
            f"{factor_text(total)}. They have to add up to 0."
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
            f"{factor_text(down)}. Cross-correlation does not flip, so the bottom row is the "
            "positive one."
        )
        return "wrong sign", message, _ROWS, 1
    if not zero(down - 1):
        factor = factor_text(down)
        message = (
            f"The kernel is not scaled: a ramp that grows by 1 a row gives {factor} instead of 1. "
            f"Divide every entry by {factor}."
        )
        return "not scaled", message, _ROWS, 1
    return None


def factor_text(factor):
    """Show a factor so exactly that dividing by what is shown gives 1.

    Parameters
    ----------
    factor : float
        Finite, not 0.

    Returns
    -------
    str
        A short decimal or a simple fraction where it is one, otherwise as many digits as it takes.

    Examples
    --------
    >>> factor_text(8.0), factor_text(0.75), factor_text(4 / 3), factor_text(1.00025)
    ('8', '0.75', '4/3', '1.00025')
    """
    digits = (f"{factor:.{count}g}" for count in range(4, 18))
    fraction = str(Fraction(factor).limit_denominator(_LARGEST_DENOMINATOR))
    for text in (next(digits), fraction, *digits):
        if abs(float(Fraction(text)) / factor - 1) <= TOLERANCE / 2:
            return text
    return repr(float(factor))


def _not_yet(mistake, message, kernel=None, picture=None, wanted=None):
    body = [message]
    if kernel is not None:
        output = cross_correlate2d(picture, kernel)
        digits = digits_apart(output, np.full(output.shape, float(wanted)))
        body += [
            "With your kernel, this picture",
            Listing(show_value("picture", picture)),
            "gives",
            Listing(show_value("output", output, digits=digits)),
            f"and every entry should be {wanted}.",
        ]
    return Report(TITLE, "failed", body, mistake)
