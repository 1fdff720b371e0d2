"""The named kernels, each with its source and its sign convention."""

import numpy as np

from cnnlab._arguments import listed, nearest

_ROSEBROCK = "Rosebrock (2017, section 11.1.5)"
_LINES = "after the line masks in Gonzalez & Woods (2018, section 10.2)"

# name: (values, what it does, with source and sign convention)
_KERNELS = {
    "small_blur": (
        np.full((7, 7), 1 / 49),
        f"Mean of 7 × 7 cells; keeps the brightness; {_ROSEBROCK}.",
    ),
    "large_blur": (
        np.full((21, 21), 1 / 441),
        f"Mean of 21 × 21 cells; keeps the brightness; {_ROSEBROCK}.",
    ),
    "sharpen": (
        [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
        f"The image minus its Laplacian: lifts detail, keeps the brightness; {_ROSEBROCK}.",
    ),
    "laplacian": (
        [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
        "Second derivative along both axes, added: positive where a cell is darker than its four "
        f"neighbours, 0 where brightness is flat or grows evenly; {_ROSEBROCK}.",
    ),
    "sobel_x": (
        [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
        "Change along a row, smoothed down the column: positive where brightness grows to the "
        f"right, 8 times the slope; {_ROSEBROCK}.",
    ),
    "sobel_y": (
        [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
        "Change down a column, smoothed along the row: positive where brightness grows downwards, "
        f"8 times the slope; {_ROSEBROCK}.",
    ),
    "emboss": (
        [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]],
        "Slope along the diagonal plus the image: brighter where brightness grows down and to "
        f"the right, like a relief lit from one corner; {_ROSEBROCK}.",
    ),
    "identity": (
        [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
        "The image as it was; this book's own, to compare with.",
    ),
    "box_blur": (
        np.full((3, 3), 1 / 9),
        "Mean of 3 × 3 cells; keeps the brightness; Rosebrock (2017, equation 11.3).",
    ),
    "gaussian_blur": (
        np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1]) / 256,
        "Weighted mean of 5 × 5 cells that favours the centre; keeps the brightness; the binomial "
        "kernel of Burt & Adelson (1983) with a = 3/8.",
    ),
    "prewitt_x": (
        [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
        "Change along a row, added up over three rows: positive where brightness grows to the "
        "right, 6 times the slope; Prewitt (1970).",
    ),
    "prewitt_y": (
        [[-1, -1, -1], [0, 0, 0], [1, 1, 1]],
        "Change down a column, added up over three columns: positive where brightness grows "
        "downwards, 6 times the slope; Prewitt (1970).",
    ),
    "horizontal_edge": (
        [[1, 1, 1], [0, 0, 0], [-1, -1, -1]],
        "Horizontal edges: positive where it is brighter above than below, so the opposite sign "
        "of prewitt_y; after the picture in Aggarwal (2018, figure 8.1b).",
    ),
    "line_horizontal": (
        [[-1, -1, -1], [2, 2, 2], [-1, -1, -1]],
        f"Bright horizontal lines one cell thick are positive, dark ones negative; {_LINES}.",
    ),
    "line_vertical": (
        [[-1, 2, -1], [-1, 2, -1], [-1, 2, -1]],
        f"Bright vertical lines one cell thick are positive, dark ones negative; {_LINES}.",
    ),
    "line_diagonal": (
        [[2, -1, -1], [-1, 2, -1], [-1, -1, 2]],
        "Bright lines one cell thick that fall from the top left to the bottom right are positive, "
        f"dark ones negative; {_LINES}.",
    ),
}

NAMES = tuple(_KERNELS)
SEVEN = NAMES[:7]


def named(name):
    """Return a kernel by its name.

    Parameters
    ----------
    name : str
        One of `NAMES`. The first seven of them, `SEVEN`, are those of Rosebrock (2017, section
        11.1.5).

    Returns
    -------
    ndarray of shape (K_h, K_w)
        A new float64 array: changing it changes nothing else. Read it as a kernel for
        cross-correlation, which does not flip.

    Raises
    ------
    ValueError
        If there is no kernel of that name.

    See Also
    --------
    note : What the kernel does, in a sentence.

    Examples
    --------
    >>> named("sobel_x")
    array([[-1.,  0.,  1.],
           [-2.,  0.,  2.],
           [-1.,  0.,  1.]])
    """
    return np.array(_entry(name)[0], dtype=np.float64)


def note(name):
    """Say what a kernel does, where it comes from, and what its signs mean.

    Parameters
    ----------
    name : str
        One of `NAMES`.

    Returns
    -------
    str
        One sentence.

    Raises
    ------
    ValueError
        If there is no kernel of that name.

    Examples
    --------
    >>> print(note("box_blur"))
    Mean of 3 × 3 cells; keeps the brightness; Rosebrock (2017, equation 11.3).
    """
    return _entry(name)[1]


def _entry(name):
    """Look a name up, or say which names there are."""
    if not isinstance(name, str) or name not in _KERNELS:
        raise ValueError(f"name must be one of {listed(NAMES)}; got {name!r}{nearest(name, NAMES)}")
    return _KERNELS[name]
