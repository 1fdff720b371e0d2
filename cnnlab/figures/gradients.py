"""The way back: C read by rows and by columns, and a kernel that learns."""

import numpy as np

from cnnlab._arguments import as_shape
from cnnlab.figures import _style
from cnnlab.figures.grids import number_grid
from cnnlab.matrix import conv_matrix

_OUTPUT = "#2f86c8"  # as in the widgets: blue for the output, 3.6 to 1 or more on both pages
_FAINT = 0.4  # of what is not read


def rows_and_columns(kernel, image_shape, output_cell, image_cell):
    """Draw C twice: a row that gathers an output, and a column that gathers a cell's gradient.

    Parameters
    ----------
    kernel : array_like of shape (K_h, K_w)
        It slides with stride 1 and without padding.
    image_shape : (int, int)
        Some 6 × 8 stay legible.
    output_cell, image_cell : (int, int)
        Whose row of C is lit above, and whose column below.

    Returns
    -------
    ndarray of shape (2, 3)
        The Axes: on the left the image, in the middle C, on the right the output.

    Raises
    ------
    TypeError
        If `kernel` does not hold real numbers, or `image_shape` or a cell no integers.
    ValueError
        If `kernel` or `image_shape` has not 2 axes, or a cell does not lie inside.
    """
    kernel = _style.plane(kernel, "kernel")
    image_shape = as_shape(image_shape, "image_shape", axes=2)
    matrix = conv_matrix(kernel, image_shape).toarray()
    output_shape = tuple(n - k + 1 for n, k in zip(image_shape, kernel.shape, strict=True))
    row = _flat(output_cell, "output_cell", output_shape)
    column = _flat(image_cell, "image_cell", image_shape)
    height = 2 * (_style.WIDTH * 0.59 * len(matrix) / matrix.shape[1] + 0.5)
    axes = _style.new_axes(2, 3, height=height, width_ratios=(1.25, 3.6, 0.95))
    limit = np.abs(kernel).max() or 1

    (image, above, output), (before, below, after) = axes
    lit = np.arange(len(matrix))[:, np.newaxis] == row
    _cells(above, matrix, limit, np.where(lit, 1, _FAINT), "C: a row, forwards")
    _cells(image, matrix[row].reshape(image_shape), limit, 1, "image")
    _marked(output, output_shape, output_cell, _OUTPUT, "output")
    _frame(image, output_cell, kernel.shape, _style.WINDOW)
    _frame(above, (row, 0), (1, matrix.shape[1]), _style.RULE, line=1)
    _arrow(image, _right_of(output_cell, kernel.shape), above, (row, -0.5))
    _arrow(above, (row, matrix.shape[1] - 0.5), output, (output_cell[0], output_cell[1] - 0.5))

    lit = np.arange(matrix.shape[1]) == column
    _cells(below, matrix, limit, np.where(lit, 1, _FAINT), "C: a column, backwards")
    _cells(after, matrix[:, column].reshape(output_shape), limit, 1, "gradient")
    _marked(before, image_shape, image_cell, _style.WINDOW, "gradient")
    _frame(below, (0, column), (len(matrix), 1), _style.RULE, line=1)
    corner = np.maximum(np.subtract(image_cell, kernel.shape) + 1, 0)
    last = np.minimum(image_cell, np.subtract(output_shape, 1))
    _frame(after, corner, last - corner + 1, _OUTPUT)
    middle = (corner[0] + last[0]) / 2
    _arrow(after, (middle, corner[1] - 0.5), below, (len(matrix) * 0.45, column + 0.5))
    _arrow(below, (len(matrix) * 0.45, column - 0.5), before, _right_of(image_cell, (1, 1)))
    return axes


def kernel_row(kernels, titles):
    """Draw kernels as grids of numbers with one decimal, side by side.

    Parameters
    ----------
    kernels : sequence of array_like of shape (K_h, K_w)
        For instance one kernel at several moments of its learning.
    titles : sequence of str
        What stands above each.

    Returns
    -------
    ndarray of shape (len(kernels),)
        The Axes, one for each kernel.

    Raises
    ------
    TypeError
        If a kernel does not hold real numbers.
    ValueError
        If there are no kernels, or not as many titles.
    """
    kernels = [_style.plane(kernel, "kernels") for kernel in kernels]
    if not kernels or len(titles) != len(kernels):
        raise ValueError(
            f"titles needs one entry per kernel, and at least one; got {len(titles)} "
            f"for {len(kernels)}"
        )
    axes = _style.new_axes(1, len(kernels), height=_style.WIDTH / max(len(kernels), 4) + 0.35)[0]
    for ax, kernel, title in zip(axes, kernels, titles, strict=True):
        rounded = kernel.round(1) + 0  # no −0
        number_grid(rounded, ax=ax, title=title, shade="sign")
    return axes


def _flat(cell, name, shape):
    """Return a cell's place in the flattened array."""
    place = as_shape(cell, name, minimum=0)
    if len(place) != 2 or place[0] >= shape[0] or place[1] >= shape[1]:
        raise ValueError(f"{name} must lie inside shape {tuple(shape)}; got {tuple(cell)}")
    return place[0] * shape[1] + place[1]


def _cells(ax, values, limit, strength, title):
    """Draw signed values; where a value is 0 the page shows."""
    colours = _style.signed_colours()(values / (2 * limit) + 0.5)
    colours[..., 3] = np.where(values == 0, 0, strength * (0.3 + 0.7 * np.abs(values) / limit))
    ax.imshow(colours, interpolation="nearest")
    if np.ndim(strength) == 0:
        _style.rule(ax, values.shape, 0.5)
    _style.finish(ax, title)


def _marked(ax, shape, cell, colour, title):
    """Draw an empty grid with a single cell filled."""
    from matplotlib.colors import to_rgba

    colours = np.zeros((*shape, 4))
    colours[tuple(cell)] = to_rgba(colour)
    ax.imshow(colours, interpolation="nearest")
    _style.rule(ax, shape, 0.5)
    _style.finish(ax, title)


def _right_of(corner, shape):
    """Return the place in the middle of a block's right side, as (row, column)."""
    return corner[0] + (shape[0] - 1) / 2, corner[1] + shape[1] - 0.5


def _arrow(start, at, end, to):
    """Draw an arrow from a place in one axes to a place in another, both as (row, column)."""
    from matplotlib.patches import ConnectionPatch

    arrow = ConnectionPatch(
        at[::-1], to[::-1], start.transData, end.transData, arrowstyle="-|>", color=_style.RULE,
        linewidth=1.5, mutation_scale=12, shrinkA=2, shrinkB=1,
    )  # fmt: skip
    arrow.set_in_layout(False)
    start.figure.add_artist(arrow)


def _frame(ax, corner, cells, colour, *, line=2):
    """Draw a frame around a block of cells, also where it lies on the border."""
    _style.frame(ax, corner, cells, colour, linewidth=line, zorder=3, clip_on=False)
