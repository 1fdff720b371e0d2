"""Pictures: brightness, values on both sides of 0, and several side by side."""

import numpy as np

from cnnlab._arguments import as_integer, real_array
from cnnlab.figures import _style


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
    image = as_picture(image, "image")
    ax = _style.axes_for(image, ax)
    ax.imshow(image, cmap="gray", vmin=vmin, vmax=vmax, interpolation="antialiased")
    return _style.finish(ax, title)


def show_signed(values, *, ax=None, title=None, limit=None, colour_bar=False):
    """Show positive and negative values: orange above 0, purple below, 0 left blank.

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

    Notes
    -----
    Where a value is 0 the picture has no colour at all, and the page shows: white on a light
    page, dark on a dark one.
    """
    values = _style.plane(values, "values")
    if limit is None:
        limit = float(np.nanmax(np.abs(values.astype(np.float64)))) or 1.0
    elif not limit > 0:
        raise ValueError(f"limit must be above 0; got {limit!r}")
    ax = _style.axes_for(values, ax)
    colours = _style.signed_colours()
    drawn = ax.imshow(values, cmap=colours, vmin=-limit, vmax=limit, interpolation="antialiased")
    if colour_bar:
        _add_scale(drawn, limit)
    return _style.finish(ax, title)


def gallery(images, titles, *, columns=None, signed=False):
    """Show pictures side by side, row by row.

    Parameters
    ----------
    images : sequence of array_like of shape (H, W) or (H, W, 3)
        What to show.
    titles : sequence of str
        One for each.
    columns : int, optional
        Pictures in a row, at most. By default 3, which a phone still shows well, or 2 where there
        are 4 pictures.
    signed : bool or sequence of bool, default False
        Show values on both sides of 0 as `show_signed` does: all, or those marked.

    Returns
    -------
    ndarray of shape (rows, columns)
        The Axes; those left over at the end show nothing.

    Raises
    ------
    TypeError
        If `columns` is not an integer, or an image does not hold real numbers.
    ValueError
        If there are no images, not as many titles (or marks) as images, or one has another shape.
    """
    images, titles = [as_picture(image, "images") for image in images], list(titles)
    marks = [signed] * len(images) if isinstance(signed, (bool, np.bool_)) else list(signed)
    for name, entries in (("titles", titles), ("signed", marks)):
        if len(entries) != len(images):
            raise ValueError(
                f"{name} needs one entry per image ({len(images)}); got {len(entries)}"
            )
    if not images:
        raise ValueError("images must hold at least one image; got none")

    if columns is None:
        columns = 2 if len(images) == 4 else 3
    columns = min(as_integer(columns, "columns", minimum=1), len(images))
    rows = -(-len(images) // columns)
    tallest = max(image.shape[0] / image.shape[1] for image in images)
    axes = _style.new_axes(rows, columns, height=rows * (_style.WIDTH / columns * tallest + 0.35))
    for ax, image, title, mark in zip(axes.flat, images, titles, marks, strict=False):
        (show_signed if mark else show_image)(image, ax=ax, title=title)
    for ax in axes.flat[len(images) :]:
        ax.set(xticks=[], yticks=[])
        ax.set_axis_off()
    return axes


def _add_scale(drawn, limit):
    """Draw a thin scale beside a signed picture, its numbers in labels like the titles."""
    bar = drawn.axes.figure.colorbar(drawn, ax=drawn.axes, fraction=0.04, pad=0.03, ticks=[])
    bar.outline.set(color=_style.RULE, linewidth=0.8)
    bar.ax.patch.set_alpha(0)
    box = {"facecolor": _style.GROUND, "edgecolor": "none", "boxstyle": "square,pad=0.2"}
    style = {"color": _style.INK, "size": _style.TEXT, "bbox": box, "transform": bar.ax.transAxes}
    for value, height, side in ((-limit, 0, "bottom"), (0, 0.5, "center"), (limit, 1, "top")):
        bar.ax.text(1.8, height, f"{value:.4g}".replace("-", "−"), va=side, **style)


def as_picture(image, name):
    """Return a grey or coloured picture."""
    image = real_array(image, name)
    if (image.ndim != 2 and image.shape[2:] != (3,)) or not image.size:
        raise ValueError(f"{name} must have shape (H, W) or (H, W, 3); got {image.shape}")
    return image
