"""Exercise 1.5: repeat the border, so that the output keeps the size."""

import numpy as np

from cnnlab.exercises.chapter01 import cases
from cnnlab.exercises.exercise import Blind, Exercise, Mistake


def _pad(image, rows, columns, mode="edge"):
    return np.pad(image, (rows, columns), mode=mode)


def _half(size):
    return size // 2, size // 2


def _repeat(mode):
    return lambda image, shape: _pad(image, _half(shape[0]), _half(shape[1]), mode)


def _wider(rows, columns):
    """Repeat the border, with (before, after) cells more on each axis."""

    def pad(image, shape):
        (m, _), (n, _) = _half(shape[0]), _half(shape[1])
        return _pad(image, (m + rows[0], m + rows[1]), (n + columns[0], n + columns[1]))

    return pad


def _zero_corners(image, shape):
    (m, _), (n, _) = _half(shape[0]), _half(shape[1])
    padded = _pad(image, (m, m), (n, n))
    for rows in (slice(0, m), slice(padded.shape[0] - m, None)):
        for columns in (slice(0, n), slice(padded.shape[1] - n, None)):
            padded[rows, columns] = 0
    return padded


_ONE_FOR_BOTH = (
    "The same number of cells was added on both axes, from the kernel's {side}. How many rows come "
    "above and below depends on its height, how many columns come left and right on its width."
)
_TOO_MANY = (
    "A side has one cell too many. With its centre on a cell at the edge, a kernel of 3 rows "
    "reaches over the edge by 1 row, a kernel of 5 rows by 2."
)
_NONE, _BEFORE, _AFTER, _EACH = (0, 0), (1, 0), (0, 1), (1, 1)
_ONE_MORE = (
    (_EACH, _EACH),
    (_AFTER, _AFTER),
    (_BEFORE, _BEFORE),
    *((more, _NONE) for more in (_BEFORE, _AFTER, _EACH)),
    *((_NONE, more) for more in (_BEFORE, _AFTER, _EACH)),
)
_ONE_SIDE = (
    "Cells were added on one side only. A kernel with an odd side reaches as far to one side of "
    "its centre as to the other."
)

_MISTAKES = (
    Mistake(
        "zeros",
        _repeat("constant"),
        "The border was filled with zeros. Repeat the nearest cell of the image instead.",
    ),
    Mistake(
        "one pad from the width",
        lambda image, k: _pad(image, _half(k[1]), _half(k[1])),
        _ONE_FOR_BOTH.format(side="width"),
    ),
    Mistake(
        "one pad from the height",
        lambda image, k: _pad(image, _half(k[0]), _half(k[0])),
        _ONE_FOR_BOTH.format(side="height"),
    ),
    Mistake(
        "axes swapped",
        lambda image, k: _pad(image, _half(k[1]), _half(k[0])),
        "The axes are swapped. The kernel's height, `kernel_shape[0]`, says how many rows come "
        "above and below; its width says how many columns come left and right.",
    ),
    Mistake(
        "reflect",
        _repeat("reflect"),
        "The border mirrors the image, without its edge (`reflect`). Repeat the edge cell itself: "
        "abc continues as ccc.",
    ),
    Mistake(
        "symmetric",
        _repeat("symmetric"),
        "The border mirrors the image, edge included (`symmetric`). Repeat only the edge cell: "
        "abc continues as ccc, not as cba.",
    ),
    Mistake(
        "wrap",
        _repeat("wrap"),
        "The border continues with the opposite side (`wrap`). Repeat the nearest cell instead.",
    ),
    Mistake("after only", lambda image, k: _pad(image, (0, k[0] // 2), (0, k[1] // 2)), _ONE_SIDE),
    Mistake("before only", lambda image, k: _pad(image, (k[0] // 2, 0), (k[1] // 2, 0)), _ONE_SIDE),
    Mistake("after only", lambda image, k: _pad(image, (0, k[0] - 1), (0, k[1] - 1)), _ONE_SIDE),
    Mistake("before only", lambda image, k: _pad(image, (k[0] - 1, 0), (k[1] - 1, 0)), _ONE_SIDE),
    Mistake(
        "rows only",
        lambda image, k: _pad(image, _half(k[0]), (0, 0)),
        "Rows were added above and below, but no columns. A kernel of several columns makes the "
        "output narrower as well.",
    ),
    Mistake(
        "columns only",
        lambda image, k: _pad(image, (0, 0), _half(k[1])),
        "Columns were added left and right, but no rows. A kernel of several rows makes the output "
        "lower as well.",
    ),
    Mistake(
        "one pair for both axes",
        lambda image, k: np.pad(image, (k[0] // 2, k[1] // 2), "edge"),
        "`np.pad` took the pair for (before, after), and used it on both axes. It wants a pair for "
        "each axis.",
    ),
    Mistake(
        "always one",
        lambda image, k: _pad(image, (1, 1), (1, 1)),
        "One cell was added on each side, whatever the kernel. That is right for 3 rows and 3 "
        "columns; `kernel_shape` says how many there are.",
    ),
    *(Mistake("one too many", _wider(*more), _TOO_MANY) for more in _ONE_MORE),
    Mistake(
        "k − 1 on each side",
        lambda image, k: _pad(image, (k[0] - 1, k[0] - 1), (k[1] - 1, k[1] - 1)),
        "Twice too many cells: K − 1 were added on each side. The output loses K − 1 on both sides "
        "together, so each side gets half of that.",
    ),
    Mistake(
        "k on each side",
        lambda image, k: _pad(image, (k[0], k[0]), (k[1], k[1])),
        "As many cells as the kernel has were added on each side. The output loses one less than "
        "that, K − 1, on both sides together.",
    ),
    Mistake(
        "corners",
        _zero_corners,
        "The edges are right; the corners are not. A cell in the corner of the border repeats the "
        "nearest cell of the image, which is the image's corner.",
    ),
)
_BLIND = (
    Blind(
        "square only",
        lambda image, k: k[0] != k[1],
        "Right for square kernels, wrong for oblong ones: each axis has a pad of its own.",
    ),
)


PAD_REPLICATE = Exercise(
    number="1.5",
    name="pad_replicate",
    parameters=("image", "kernel_shape"),
    reference=_repeat("edge"),
    stages=cases.images_and_kernel_shapes,
    mistakes=_MISTAKES,
    blind=_BLIND,
    covers="square and oblong kernels with sides from 1 to 7",
    shows="Padded like this, a photograph keeps its size, and no dark frame grows at its edges.",
)
