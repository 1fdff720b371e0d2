"""Exercise 1.2: one window, cut out of an image."""

from cnnlab.exercises.chapter01 import cases
from cnnlab.exercises.chapter01.shared import OBLONG
from cnnlab.exercises.exercise import Blind, Exercise, Mistake


def _cut(image, top, bottom, left, right):
    return image[top:bottom, left:right]


def _centred(beyond, *, cut_off=False):
    """Put (row, column) at the centre; `beyond` makes a stop from a centre and a size."""

    def window(image, row, column, shape):
        top, left = row - shape[0] // 2, column - shape[1] // 2
        if cut_off:
            top, left = max(top, 0), max(left, 0)
        return _cut(image, top, beyond(row, shape[0]), left, beyond(column, shape[1]))

    return window


_CENTRES = (
    _centred(lambda centre, size: centre - size // 2 + size),
    _centred(lambda centre, size: centre + size // 2 + 1),
    _centred(lambda centre, size: centre + size // 2),
    _centred(lambda centre, size: centre - size // 2 + size, cut_off=True),
    _centred(lambda centre, size: centre + size // 2 + 1, cut_off=True),
    _centred(lambda centre, size: centre + size // 2, cut_off=True),
)
_ONE_SIDE_FOR_BOTH = (
    "This takes `kernel_shape[{wrong}]` for both sides. The number of {what} is "
    "`kernel_shape[{right}]`."
)


_MISTAKES = (
    Mistake(
        "row and column swapped",
        lambda image, r, c, k: _cut(image, c, c + k[0], r, r + k[1]),
        "Row and column are swapped. The first index of an array counts rows, downward; the "
        "second counts columns, to the right.",
    ),
    Mistake(
        "sides of the kernel swapped",
        lambda image, r, c, k: _cut(image, r, r + k[1], c, c + k[0]),
        "The sides of the kernel are swapped: `kernel_shape` is (rows, columns).",
    ),
    *(
        Mistake(
            "centred",
            centred,
            "This window has (row, column) at its centre. Here (row, column) is its top-left cell.",
        )
        for centred in _CENTRES
    ),
    Mistake(
        "ends at (row, column)",
        lambda image, r, c, k: _cut(image, r - k[0] + 1, r + 1, c - k[1] + 1, c + 1),
        "This window has (row, column) at its bottom right. Here (row, column) is its top-left "
        "cell.",
    ),
    Mistake(
        "always at the corner",
        lambda image, r, c, k: _cut(image, 0, k[0], 0, k[1]),
        "This is the window in the image's corner, wherever it is asked for. A slice that starts "
        "with the colon starts at 0.",
    ),
    Mistake(
        "3 × 3 only",
        lambda image, r, c, k: _cut(image, r, r + 3, c, c + 3),
        "This window always has 3 rows and 3 columns. `kernel_shape` says how many there are.",
    ),
    Mistake(
        "cut twice along the rows",
        lambda image, r, c, k: image[r : r + k[0]][c : c + k[1]],
        "Both slices cut rows: in `image[a:b][c:d]`, the second cuts the rows of what the first "
        "left. One pair of brackets with a comma cuts rows and columns: `image[a:b, c:d]`.",
    ),
    Mistake(
        "columns not cut",
        lambda image, r, c, k: image[r : r + k[0]],
        "These rows are complete. After a comma comes the slice for the columns.",
    ),
    Mistake(
        "one cell",
        lambda image, r, c, k: image[r, c],
        "This is one cell of the image, the window's top-left. A window has all cells under the "
        "kernel.",
    ),
    Mistake(
        "in one row",
        lambda image, r, c, k: _cut(image, r, r + k[0], c, c + k[1]).ravel(),
        "These are the right cells, all in one row. A window has rows and columns.",
    ),
    Mistake(
        "stops at the size",
        lambda image, r, c, k: _cut(image, r, k[0], c, k[1]),
        "The slice stops at the kernel's size. What follows the colon is where to stop, counted "
        "from the image's edge: start plus size.",
    ),
    Mistake(
        "one cell too few",
        lambda image, r, c, k: _cut(image, r, r + k[0] - 1, c, c + k[1] - 1),
        "One row and one column too few. A slice leaves out its end: `image[2:5]` has rows 2, 3 "
        "and 4, which makes 5 − 2 = 3.",
    ),
    Mistake(
        "one cell too many",
        lambda image, r, c, k: _cut(image, r, r + k[0] + 1, c, c + k[1] + 1),
        "One row and one column too many. A slice leaves out its end, so start plus size is "
        "enough.",
    ),
    Mistake(
        "counts from 1",
        lambda image, r, c, k: _cut(image, r - 1, r - 1 + k[0], c - 1, c - 1 + k[1]),
        "This counts rows and columns from 1. NumPy counts from 0, and so does this book.",
    ),
    Mistake(
        "square only",
        lambda image, r, c, k: _cut(image, r, r + k[0], c, c + k[0]),
        _ONE_SIDE_FOR_BOTH.format(wrong=0, right=1, what="columns"),
    ),
    Mistake(
        "square only",
        lambda image, r, c, k: _cut(image, r, r + k[1], c, c + k[1]),
        _ONE_SIDE_FOR_BOTH.format(wrong=1, right=0, what="rows"),
    ),
    Mistake(
        "transposed",
        lambda image, r, c, k: _cut(image, r, r + k[0], c, c + k[1]).T,
        "The window came out transposed: its rows stand as columns.",
    ),
)
_BLIND = (
    Blind(
        "square only",
        lambda image, r, c, k: k[0] != k[1],
        OBLONG.format(what="windows"),
    ),
)


WINDOW_AT = Exercise(
    number="1.2",
    name="window_at",
    parameters=("image", "row", "column", "kernel_shape"),
    reference=lambda image, r, c, k: image[r : r + k[0], c : c + k[1]],
    stages=cases.windows_of_images,
    mistakes=_MISTAKES,
    blind=_BLIND,
    covers="square and oblong windows, at edges, in corners and between",
    shows="With `window_sum` this is every step of a sliding kernel: cut out, multiply, add.",
)
