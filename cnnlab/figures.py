"""Figures: each takes the axes to draw on, and returns them. Rows go down, as in arrays."""

import numpy as np

from cnnlab.arguments import as_integer, real_array
from cnnlab.kernels import named

_WIDTH = 7  # inches: at 100 dots an inch as wide as a page of the book
# On a phone such a figure is about 350 pixels wide: a point is then some 0.7 pixels.
_TEXT = 14
_TITLE = 16
_WINDOW = "#d55e00"  # vermilion of Okabe & Ito (2008): tells apart without red and green
_SIGNED = "PuOr_r"  # purple below 0, orange above; safe for the colour-blind (Brewer 2003)


def show_image(image, *, ax=None, title=None, vmin=0, vmax=255):
    """Show a picture, with no ticks.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, 3)
        Grey, or colour as bytes or as floats from 0 to 1.
    ax : matplotlib Axes, optional
        Where to draw; by default on a new figure.
    title : str, optional
        What stands above.
    vmin, vmax : float, default 0 and 255
        What is drawn black and white in a grey picture. Values beyond look the same as these.

    Returns
    -------
    matplotlib Axes
        The axes drawn on.

    Raises
    ------
    TypeError
        If `image` does not hold real numbers.
    ValueError
        If `image` has another shape.

    See Also
    --------
    show_signed : For values on both sides of 0.
    """
    image = _picture(image)
    ax = _axes(ax, image)
    ax.imshow(image, cmap="gray", vmin=vmin, vmax=vmax, interpolation="antialiased")
    return _finish(ax, title)


def show_signed(values, *, ax=None, title=None, limit=None, colour_bar=False):
    """Show positive and negative values: orange above 0, purple below, 0 between them.

    Parameters
    ----------
    values : array_like of shape (H, W)
        For instance what an edge kernel answers.
    ax : matplotlib Axes, optional
        Where to draw; by default on a new figure.
    title : str, optional
        What stands above.
    limit : float, optional
        The magnitude drawn in full colour; by default the largest in `values`.
    colour_bar : bool, default False
        Draw a thin scale beside the picture.

    Returns
    -------
    matplotlib Axes
        The axes drawn on.

    Raises
    ------
    TypeError
        If `values` does not hold real numbers.
    ValueError
        If `values` has not 2 axes, or `limit` is not above 0.

    See Also
    --------
    show_image : For brightness.
    """
    values = _plane(values, "values")
    if limit is None:
        limit = float(np.nanmax(np.abs(values.astype(np.float64)))) or 1.0
    elif not limit > 0:
        raise ValueError(f"limit must be above 0; got {limit!r}")
    ax = _axes(ax, values)
    drawn = ax.imshow(values, cmap=_SIGNED, vmin=-limit, vmax=limit, interpolation="antialiased")
    if colour_bar:
        bar = ax.figure.colorbar(drawn, ax=ax, fraction=0.04, pad=0.03, ticks=[-limit, 0, limit])
        bar.outline.set_visible(False)
        bar.ax.tick_params(labelsize=_TEXT, length=0)
    return _finish(ax, title)


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
    shade : bool or (low, high), default True
        Shade the cells from black to white: True from the least value to the greatest, a pair from
        the one to the other.

    Returns
    -------
    matplotlib Axes
        The axes drawn on, one unit a cell: the centre of row 0, column 0 is at (0, 0).

    Raises
    ------
    TypeError
        If `values` does not hold real numbers, or `window` no integers.
    ValueError
        If `values` has not 2 axes, or `window` does not lie inside.
    """
    values = _plane(values, "values")
    ax = _axes(ax, values)
    shades = _shades(values, shade)
    ax.imshow(shades, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    texts = [fmt.format(value).replace("-", "−") for value in values.flat]
    size = _text_size(ax, values.shape, texts)
    for (row, column), text in zip(np.ndindex(values.shape), texts, strict=True):
        ink = "white" if shades[row, column] < 0.46 else "black"
        ax.text(column, row, text, color=ink, size=size, ha="center", va="center")
    _rule(ax, values.shape)
    if window is not None:
        _outline(ax, values.shape, window)
    return _finish(ax, title)


def gallery(images, titles, *, columns=4, signed=False):
    """Show pictures side by side, row by row.

    Parameters
    ----------
    images : sequence of array_like of shape (H, W) or (H, W, 3)
        What to show.
    titles : sequence of str
        One for each.
    columns : int, default 4
        Pictures in a row, at most.
    signed : bool or sequence of bool, default False
        Show values on both sides of 0 as `show_signed` does: all, or those marked.

    Returns
    -------
    ndarray of shape (rows, columns)
        The Axes; those left over at the end show nothing.

    Raises
    ------
    TypeError
        If `columns` is not an integer.
    ValueError
        If there are no images, or not as many titles (or marks) as images.
    """
    import matplotlib.pyplot as plt

    images, titles = list(images), list(titles)
    marks = [signed] * len(images) if isinstance(signed, (bool, np.bool_)) else list(signed)
    for name, entries in (("titles", titles), ("signed", marks)):
        if len(entries) != len(images):
            raise ValueError(
                f"{name} needs one entry per image ({len(images)}); got {len(entries)}"
            )
    if not images:
        raise ValueError("images must hold at least one image; got none")

    columns = min(as_integer(columns, "columns", minimum=1), len(images))
    rows = -(-len(images) // columns)
    tallest = max(np.shape(image)[0] / np.shape(image)[1] for image in images)
    size = (_WIDTH, rows * (_WIDTH / columns * tallest + 0.4))
    _, axes = plt.subplots(rows, columns, figsize=size, squeeze=False, layout="constrained")
    for ax, image, title, mark in zip(axes.flat, images, titles, marks, strict=False):
        (show_signed if mark else show_image)(image, ax=ax, title=title)
    for ax in axes.flat[len(images) :]:
        ax.set_axis_off()
    return axes


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
    import matplotlib.pyplot as plt

    image = _plane(image, "image")
    _, axes = plt.subplots(1, 2, figsize=(_WIDTH, 2.9), layout="constrained")
    show_image(image, ax=axes[0])
    _outline(axes[0], image.shape, window)
    row, column, height, width = window
    cells = image[row : row + height, column : column + width]
    number_grid(cells, ax=axes[1], shade=(0, 255))
    return axes


def kernel_grids(names):
    """Draw named kernels as grids of numbers, side by side.

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
    import matplotlib.pyplot as plt

    values = [named(name) for name in names]
    if not values:
        raise ValueError("names must hold at least one name; got none")
    size = (_WIDTH, _WIDTH / max(len(values), 4) + 0.35)
    _, axes = plt.subplots(1, len(values), figsize=size, squeeze=False, layout="constrained")
    for ax, name, kernel in zip(axes.flat, names, values, strict=True):
        number_grid(kernel, ax=ax, title=name, shade=False)
    return axes[0]


def _axes(ax, values):
    """Return the axes to draw on; make them in the picture's proportions if there are none."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    height = _WIDTH * values.shape[0] / values.shape[1]
    _, ax = plt.subplots(figsize=(_WIDTH, min(max(height, 1), 9) + 0.5), layout="constrained")
    return ax


def _finish(ax, title):
    """Take the ticks and the frame away; set the title."""
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    if title is not None:
        ax.set_title(title, size=_TITLE)
    return ax


def _shades(values, shade):
    """Scale values to 0 … 1; a constant array is white."""
    if shade is False:
        return np.ones(values.shape)
    values = values.astype(np.float64)
    low, high = (np.nanmin(values), np.nanmax(values)) if shade is True else shade
    return np.clip((values - low) / (high - low), 0, 1) if high > low else np.ones(values.shape)


def _text_size(ax, shape, texts):
    """Return the largest size in points, up to `_TEXT`, at which each text fits its cell."""
    rows, columns = shape
    box = ax.get_position()
    width, height = 72 * ax.figure.get_size_inches()
    cell = min(box.width * width / columns, box.height * height / rows)
    longest = max(len(text) for text in texts)
    return min(_TEXT, 0.9 * cell / (0.64 * longest))


def _rule(ax, shape):
    """Draw thin lines between the cells."""
    rows, columns = shape
    ax.hlines(np.arange(rows + 1) - 0.5, -0.5, columns - 0.5, color="#888888", linewidth=0.8)
    ax.vlines(np.arange(columns + 1) - 0.5, -0.5, rows - 0.5, color="#888888", linewidth=0.8)
    ax.set(xlim=(-0.6, columns - 0.4), ylim=(rows - 0.4, -0.6))


def _outline(ax, shape, window):
    """Draw a frame round the window's cells."""
    from matplotlib.patches import Rectangle

    if len(window) != 4:
        raise ValueError(f"window must be (row, column, height, width); got {window!r}")
    row, column = (as_integer(start, "window", minimum=0) for start in window[:2])
    height, width = (as_integer(cells, "window", minimum=1) for cells in window[2:])
    if row + height > shape[0] or column + width > shape[1]:
        raise ValueError(f"window {tuple(window)} must lie inside values of shape {shape}")
    corner = column - 0.5, row - 0.5
    frame = Rectangle(corner, width, height, fill=False, edgecolor=_WINDOW, linewidth=4, zorder=3)
    ax.add_patch(frame)


def _picture(image):
    """Return a grey or coloured picture."""
    image = real_array(image, "image")
    if (image.ndim != 2 and image.shape[2:] != (3,)) or not image.size:
        raise ValueError(f"image must have shape (H, W) or (H, W, 3); got {image.shape}")
    return image


def _plane(values, name):
    """Return an array with two axes."""
    values = real_array(values, name)
    if values.ndim != 2 or not values.size:
        raise ValueError(f"{name} must have shape (H, W) and at least one cell; got {values.shape}")
    return values
