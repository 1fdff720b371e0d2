"""Chapter 1's checks: a small matrix slides over a big one.

Each check has the name of what the student writes, and takes it:

>>> from cnnlab.exercises import chapter01 as check
>>> check.slope_kernel(...)
○ Exercise 1.7: not attempted yet.
Replace the `...` in `slope_kernel`, run the cell, then run this one again.
"""

from cnnlab.exercises.chapter01 import (
    borders,
    convolving,
    correlating,
    cutting,
    finding,
    grey_levels,
    slope,
    summing,
)
from cnnlab.exercises.checking import check_function

EXERCISES = (
    summing.WINDOW_SUM,
    cutting.WINDOW_AT,
    correlating.CORRELATE,
    convolving.CONVOLVE,
    borders.PAD_REPLICATE,
    grey_levels.TO_GREY_LEVELS,
    finding.FIND_PATTERN,
)

__all__ = [
    "window_sum",
    "window_at",
    "correlate",
    "convolve",
    "pad_replicate",
    "to_grey_levels",
    "slope_kernel",
    "find_pattern",
    "quiz",
    "EXERCISES",
]


def window_sum(answer):
    """Check exercise 1.1: the sum of a window's entries times the kernel's.

    Parameters
    ----------
    answer : callable
        ``window_sum(window, kernel) -> number``.

    Returns
    -------
    cnnlab.exercises.report.Report
        What came of it.
    """
    return check_function(summing.WINDOW_SUM, answer)


def window_at(answer):
    """Check exercise 1.2: the window whose top-left cell is at a place.

    Parameters
    ----------
    answer : callable
        ``window_at(image, row, column, kernel_shape) -> (K_h, K_w)``.

    Returns
    -------
    cnnlab.exercises.report.Report
        What came of it.
    """
    return check_function(cutting.WINDOW_AT, answer)


def correlate(answer):
    """Check exercise 1.3: valid cross-correlation, with loops of one's own.

    Parameters
    ----------
    answer : callable
        ``correlate(image, kernel) -> (H', W')``.

    Returns
    -------
    cnnlab.exercises.report.Report
        What came of it.
    """
    return check_function(correlating.CORRELATE, answer)


def convolve(answer):
    """Check exercise 1.4: valid convolution: flip, then slide.

    Parameters
    ----------
    answer : callable
        ``convolve(image, kernel) -> (H', W')``.

    Returns
    -------
    cnnlab.exercises.report.Report
        What came of it.
    """
    return check_function(convolving.CONVOLVE, answer)


def pad_replicate(answer):
    """Check exercise 1.5: repeat the border, so that an odd kernel keeps the size.

    Parameters
    ----------
    answer : callable
        ``pad_replicate(image, kernel_shape) -> (H + K_h − 1, W + K_w − 1)``.

    Returns
    -------
    cnnlab.exercises.report.Report
        What came of it.
    """
    return check_function(borders.PAD_REPLICATE, answer)


def to_grey_levels(answer):
    """Check exercise 1.6: round, clip to 0 … 255, make bytes.

    Parameters
    ----------
    answer : callable
        ``to_grey_levels(values) -> uint8, the same shape``.

    Returns
    -------
    cnnlab.exercises.report.Report
        What came of it.
    """
    return check_function(grey_levels.TO_GREY_LEVELS, answer)


def slope_kernel(answer):
    """Check exercise 1.7: a kernel that measures the vertical slope.

    Parameters
    ----------
    answer : array_like of shape (3, 3)
        The student's kernel.

    Returns
    -------
    cnnlab.exercises.report.Report
        What came of it.
    """
    return slope.check_slope_kernel(answer)


def find_pattern(answer):
    """Check exercise 1.8: the place of a pattern in a larger picture.

    Parameters
    ----------
    answer : callable
        ``find_pattern(image, pattern) -> (row, column)``.

    Returns
    -------
    cnnlab.exercises.report.Report
        What came of it.
    """
    return check_function(finding.FIND_PATTERN, answer)


def quiz():
    """Make the chapter's quiz.

    Returns
    -------
    cnnlab.widgets.Quiz
        Five questions, with a reply to every answer.
    """
    from cnnlab.exercises.chapter01.questions import QUESTIONS
    from cnnlab.widgets import Quiz

    return Quiz(QUESTIONS, title="Quiz, chapter 1")
