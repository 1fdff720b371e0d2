"""Exercise 1.8: find a pattern in a picture with a bright area."""

import numpy as np

from cnnlab.convolution import convolve2d, cross_correlate2d
from cnnlab.exercises.chapter01 import cases
from cnnlab.exercises.chapter01.shared import OBLONG, is_oblong
from cnnlab.exercises.exercise import Blind, Exercise, Mistake


def _peak(response, *, centre_of=None, shape=None):
    place = np.array(np.unravel_index(np.argmax(response), shape or response.shape))
    return place if centre_of is None else place + np.array(centre_of.shape) // 2


def _less_its_mean(pattern):
    return pattern - pattern.mean()


def _zero_mean(image, pattern):
    return cross_correlate2d(image, _less_its_mean(pattern))


def _flat_by_rows(image, pattern):
    response = _zero_mean(image, pattern)
    return np.array(divmod(int(np.argmax(response)), response.shape[0]))


def _same(pattern):
    return pattern


def _forms(prepare):
    """List what else a student may return, after a correlation with the pattern so prepared."""

    def respond(image, pattern, **options):
        return cross_correlate2d(image, prepare(pattern), **options)

    return (
        Mistake(
            "column before row",
            lambda image, pattern: _peak(respond(image, pattern))[::-1],
            "This is (column, row). The row comes first, as in an array's index.",
        ),
        Mistake(
            "zeros around the image",
            lambda image, pattern: _peak(respond(image, pattern, padding="same")),
            "Zeros were put around the image, so every place has moved down and to the right, by "
            "half the pattern. Without them, the index in the output is the top-left cell.",
        ),
        Mistake(
            "flat index",
            lambda image, pattern: np.argmax(respond(image, pattern)),
            "`np.argmax` counts the cells row by row and gives one number. Turn that into a row "
            "and a column with `np.unravel_index(number, shape)`.",
        ),
        Mistake(
            "the value",
            lambda image, pattern: np.max(respond(image, pattern)),
            "This is the largest answer itself. Asked for is where it is: `np.max` gives a value, "
            "`np.argmax` tells its place.",
        ),
        Mistake(
            "np.where",
            lambda image, pattern: _where_largest(respond(image, pattern)).T,
            "`np.where` returns two arrays: the rows of all places that it finds, and their "
            "columns. Take the first entry of each: `rows[0], columns[0]`.",
        ),
        Mistake(
            "np.argwhere",
            lambda image, pattern: _where_largest(respond(image, pattern)),
            "`np.argwhere` returns an array with a row (row, column) for each place that it finds. "
            "Take the first: `places[0]`.",
        ),
        Mistake(
            "the response itself",
            respond,
            "This is the correlation. Now find the row and the column where it is largest.",
        ),
    )


def _where_largest(response):
    return np.argwhere(response == response.max())


_MISTAKES = (
    Mistake(
        "mean not subtracted",
        lambda image, pattern: _peak(cross_correlate2d(image, pattern)),
        "The bright area won: wherever the image is bright, a plain correlation is large. The "
        "kernel has to answer to the pattern's form, and not to brightness. (Making the whole "
        "image darker does not help: it changes every answer by the same amount.)",
    ),
    Mistake(
        "convolution",
        lambda image, pattern: _peak(convolve2d(image, _less_its_mean(pattern))),
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
        "counts from 1",
        lambda image, pattern: _peak(_zero_mean(image, pattern)) + 1,
        "This counts rows and columns from 1. NumPy counts from 0, and so does this book.",
    ),
    Mistake(
        "bottom right",
        lambda image, pattern: _peak(_zero_mean(image, pattern)) + np.array(pattern.shape) - 1,
        "This is the bottom-right cell of the pattern's place; the index in a `full` correlation "
        "is that cell, too. The top-left cell is asked for.",
    ),
    Mistake(
        "mean of the image",
        lambda image, pattern: _peak(cross_correlate2d(image, pattern - image.mean())),
        "The mean of the wrong picture was subtracted: with the image's mean, the kernel's entries "
        "do not add up to 0, and brightness still counts.",
    ),
    Mistake(
        "smallest response",
        lambda image, pattern: _peak(-_zero_mean(image, pattern)),
        "This is where the correlation is smallest. The pattern sits where it is largest.",
    ),
    *_forms(_less_its_mean),
    *_forms(_same),
    Mistake(
        "brightest cell",
        lambda image, pattern: _peak(image),
        "This is the brightest cell of the image. The pattern has no part in it.",
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
