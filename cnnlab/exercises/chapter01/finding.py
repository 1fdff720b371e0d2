"""Exercise 1.8: find a pattern in a picture with a bright area."""

import numpy as np

from cnnlab.convolution import convolve2d, cross_correlate2d
from cnnlab.exercises.chapter01 import cases
from cnnlab.exercises.chapter01.shared import OBLONG, is_oblong
from cnnlab.exercises.exercise import Blind, Exercise, Mistake


def _peak(response, *, centre_of=None, shape=None):
    place = np.array(np.unravel_index(np.argmax(response), shape or response.shape))
    return place if centre_of is None else place + np.array(centre_of.shape) // 2


def _zero_mean(image, pattern):
    return cross_correlate2d(image, pattern - pattern.mean())


def _flat_by_rows(image, pattern):
    response = _zero_mean(image, pattern)
    return np.array(divmod(int(np.argmax(response)), response.shape[0]))


_MISTAKES = (
    Mistake(
        "mean not subtracted",
        lambda image, pattern: _peak(cross_correlate2d(image, pattern)),
        "The bright area won: wherever the image is bright, a plain correlation is large. Subtract "
        "the pattern's mean from the pattern, so that an even area gives 0 however bright it is. "
        "(Subtracting the image's mean from the image does not help.)",
    ),
    Mistake(
        "column before row",
        lambda image, pattern: _peak(_zero_mean(image, pattern))[::-1],
        "This is (column, row). The row comes first, as in an array's index.",
    ),
    Mistake(
        "convolution",
        lambda image, pattern: _peak(convolve2d(image, pattern - pattern.mean())),
        "The pattern was flipped: convolution looks for the pattern turned half round. Use "
        "cross-correlation.",
    ),
    Mistake(
        "centre",
        lambda image, pattern: _peak(_zero_mean(image, pattern), centre_of=pattern),
        "This is the centre of the place. The top-left cell is asked for, and that is the index in "
        "the output of `cross_correlate2d` itself.",
    ),
    Mistake(
        "unravelled by the image's shape",
        lambda image, pattern: _peak(_zero_mean(image, pattern), shape=image.shape),
        "`np.argmax` counts the cells of the correlation, and that is smaller than the image. Give "
        "`np.unravel_index` the shape of the correlation, not of the image.",
    ),
    Mistake(
        "divided by the height",
        _flat_by_rows,
        "Cells are counted row by row, so the row is the count divided by the width of the "
        "correlation, not by its height. `np.unravel_index` does this for you.",
    ),
    Mistake(
        "flat index",
        lambda image, pattern: np.argmax(_zero_mean(image, pattern)),
        "`np.argmax` counts the cells row by row and gives one number. Turn that into a row and a "
        "column with `np.unravel_index(number, shape)`.",
    ),
    Mistake(
        "smallest response",
        lambda image, pattern: _peak(-_zero_mean(image, pattern)),
        "This is where the correlation is smallest. The pattern sits where it is largest.",
    ),
    Mistake(
        "the response itself",
        _zero_mean,
        "This is the correlation. Now find the row and the column where it is largest.",
    ),
)
_BLIND = (
    Blind(
        "square patterns only",
        lambda image, pattern: is_oblong(pattern),
        OBLONG.format(what="patterns"),
    ),
    Blind(
        "square images only",
        lambda image, pattern: is_oblong(image),
        OBLONG.format(what="images"),
    ),
    Blind(
        "square only",
        lambda image, pattern: is_oblong(image) or is_oblong(pattern),
        "Right where image and pattern are square, wrong where one is oblong: rows and columns "
        "need a size each.",
    ),
)


FIND_PATTERN = Exercise(
    number="1.8",
    name="find_pattern",
    parameters=("image", "pattern"),
    reference=lambda image, pattern: _peak(_zero_mean(image, pattern)),
    stages=cases.pictures_and_patterns,
    mistakes=_MISTAKES,
    blind=_BLIND,
    covers="drawn scenes, and parts of three photographs",
    shows="A kernel is a small picture of what it looks for. A network learns such pictures; "
    "here you made one.",
)
