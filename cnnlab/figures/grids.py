"""Grids of numbers: an array, a patch of a picture, kernels."""

import numpy as np

from cnnlab._arguments import is_sequence, real_array
from cnnlab.figures import _style
from cnnlab.figures.pictures import show_image
from cnnlab.kernels import named

_ABOVE, _BELOW = "#f2a552", "#b09ceb"  # lighter than a picture's, so that black reads on both


def number_grid(values, *, ax=None, window=None, title=None, fmt="{:g}", shade=True):
    """Draw an array as a grid of numbers.

    Parameters
    ----------
    values : array_like of shape (H, W)
        What the cells hold; some 12 × 12 stay legible.
    ax : matplotlib Axes, optional
        Where to draw; by default on a new figure.
    window : (row, column, height, width), optional
        Cells to outline, in cells from the top left.
    title : str, optional
        What stands above.
    fmt : str, default "{:g}"
        How a number is written, as for `str.format`.
    shade : bool, (low, high) or "sign", default True
        Shade the cells from black to white: True from the least value to the greatest, a pair from
        the one to the other. "sign" colours them, as `show_signed` does: orange above 0, purple
        below.

    Returns
    -------
    matplotlib Axes
        The axes drawn on, one unit a cell: the centre of row 0, column 0 is at (0, 0).

    Raises
    ------
    TypeError
        If `values` does not hold real numbers, or `window` no integers.
    ValueError
        If `values` has not 2 axes, `window` does not lie inside, or `shade` is nothing of these.
    """
    values = _style.plane(values, "values")
    ax = _style.axes_for(values, ax)
    colours = _colours(values.astype(np.float64), shade)
    ax.imshow(colours, interpolation="nearest")
    texts = [fmt.format(value).replace("-", "−") for value in values.flat]
    size = _text_size(ax, values.shape, texts)
    for (row, column), text in zip(np.ndindex(values.shape), texts, strict=True):
        ink = "white" if colours[row, column].mean() < 0.46 else "black"
        ax.text(column, row, text, color=ink, size=size, ha="center", va="center")
    _style.rule(ax, values.shape, 0.8)
    if window is not None:
        _style.outline(ax, values.shape, window)
    return _style.finish(ax, title)


def patch(image, window):
    """Show a picture with a small window outlined, and beside it the window's numbers.

    Parameters
    ----------
    image : array_like of shape (H, W)
        A grey picture.
    window : (row, column, height, width)
        The cells to show as numbers; some 8 × 8 stay legible.

    Returns
    -------
    ndarray of shape (2,)
        The Axes of the picture and of the numbers.

    Raises
    ------
    TypeError
        If `image` does not hold real numbers, or `window` no integers.
    ValueError
        If `image` has not 2 axes, or `window` does not lie inside.
    """
    image = _style.plane(image, "image")
    axes = _style.new_axes(1, 2, height=2.5, width_ratios=(2, 3))[0]
    show_image(image, ax=axes[0])
    _style.outline(axes[0], image.shape, window)
    row, column, height, width = window
    cells = image[row : row + height, column : column + width]
    number_grid(cells, ax=axes[1], shade=(0, 255))
    return axes


def kernel_grids(names):
    """Draw named kernels as grids of numbers, side by side: orange above 0, purple below.

    Parameters
    ----------
    names : sequence of str
        Names of `cnnlab.kernels`.

    Returns
    -------
    ndarray of shape (len(names),)
        The Axes, one for each kernel.

    Raises
    ------
    ValueError
        If there are no names, or one is unknown.
    """
    values = [named(name) for name in names]
    if not values:
        raise ValueError("names must hold at least one name; got none")
    axes = _style.new_axes(1, len(values), height=_style.WIDTH / max(len(values), 4) + 0.35)[0]
    for ax, name, kernel in zip(axes, names, values, strict=True):
        number_grid(kernel, ax=ax, title=name, shade="sign")
    return axes


def _colours(values, shade):
    """Return the colour of each cell, (H, W, 3); all the same where there is nothing to shade."""
    from matplotlib.colors import to_rgb

    tile, above, below = map(np.array, map(to_rgb, (_style.TILE, _ABOVE, _BELOW)))
    part, pair = np.zeros(values.shape), is_sequence(shade) and len(shade) == 2
    if not (pair or isinstance(shade, bool) or (isinstance(shade, str) and shade == "sign")):
        raise ValueError(f"shade must be True, False, (low, high) or 'sign'; got {shade!r}")
    if isinstance(shade, str) and shade == "sign":
        part = values / (np.nanmax(np.abs(values)) or 1)
    elif shade is not False:
        whole = np.nanmin(values), np.nanmax(values)
        low, high = real_array(shade, "shade") if pair else whole
        if high > low:
            grey = np.clip((values - low) / (high - low), 0, 1)
            return np.repeat(grey[..., np.newaxis], 3, axis=2)
    part = part[..., np.newaxis]
    return tile + np.abs(part) * (np.where(part > 0, above, below) - tile)


def _text_size(ax, shape, texts):
    """Return the largest size in points, up to `TEXT`, at which each text fits its cell."""
    rows, columns = shape
    box = ax.get_position()
    width, height = 72 * ax.figure.get_size_inches()
    cell = min(box.width * width / columns, box.height * height / rows)
    longest = max(len(text) for text in texts)
    return min(_style.TEXT, 0.9 * cell / (0.64 * longest))
