"""What a network that has learned looks at, and what it looks for."""

import numpy as np

from cnnlab._arguments import as_integer, real_array
from cnnlab.figures import _style
from cnnlab.figures.pictures import as_picture, show_image

COARSE = 16  # rows of a map that is laid over the photograph, at most


def looked_at(photo, maps, *, columns=3, repeat=True):
    """Show a photograph, and beside it maps of what a network answers to it.

    Parameters
    ----------
    photo : array_like of shape (H, W, 3) or (H, W)
        What the network saw, as `show_image` takes it.
    maps : dict of str to array_like of shape (h, w)
        By title. A map of up to 16 rows is laid over the photograph in grey, each cell over its
        part of it; a finer one stands alone.
    columns : int, default 3
        Pictures in a row.
    repeat : bool, default True
        Show the photograph itself; a page that has shown it already can do without.

    Returns
    -------
    ndarray of shape (rows, columns)
        The Axes, that of the photograph first, if it is shown; those left over show nothing. Over
        the photograph orange is above 0 and purple below. A map that stands alone is white for its
        largest magnitudes, the 99.5th percentile, and black for 0.

    Raises
    ------
    TypeError
        If `columns` is not an integer, or an array does not hold real numbers.
    ValueError
        If there are no maps, or `columns` is less than 1, or an array has another shape.
    """
    photo, columns = as_picture(photo, "photo"), as_integer(columns, "columns", minimum=1)
    if not maps:
        raise ValueError("maps must hold at least one; got none")
    pictures = len(maps) + repeat
    axes = _photo_axes(photo, -(-pictures // columns), columns)
    if repeat:
        show_image(photo, ax=axes.flat[0], title="photograph")
    _draw(axes.flat[int(repeat) : pictures], photo, maps)
    for ax in axes.flat[pictures:]:
        ax.set_axis_off()
    return axes


def looked_at_twice(photo, rows):
    """Show in rows what several networks answer to one photograph.

    Parameters
    ----------
    photo : array_like of shape (H, W, 3) or (H, W)
        What the networks saw, as `show_image` takes it; it stands at the beginning of each row.
    rows : dict of str to dict
        By the row's name, the maps: all with as many, as `looked_at` takes them.

    Returns
    -------
    ndarray of shape (len(rows), 1 + maps)
        The Axes. Each map has a scale of its own.

    Raises
    ------
    TypeError
        If an array does not hold real numbers.
    ValueError
        If there are no rows, or one has more maps than another, or an array has another shape.
    """
    photo, sizes = as_picture(photo, "photo"), {len(maps) for maps in rows.values()}
    if len(sizes) != 1 or sizes == {0}:
        raise ValueError(f"rows need as many maps each, at least one; got {sorted(sizes)}")
    axes = _photo_axes(photo, len(rows), 1 + sizes.pop())
    for row, (name, maps) in zip(axes, rows.items(), strict=True):
        show_image(photo, ax=row[0], title=name)
        _draw(row[1:], photo, maps)
    return axes


def contact_sheet(groups, *, columns=8, limit=None):
    """Show many small pictures whose numbers lie around 0, such as filters: 0 is mid-grey.

    Parameters
    ----------
    groups : dict of str to array_like of shape (n, C, H, W)
        By title: pictures in rows, one after the other; C is 3 (red, green, blue) or 1.
    columns : int, default 8
        Side by side; where there are fewer, the rest stays empty.
    limit : float, optional
        The magnitude drawn white, or black below 0; by default each picture's largest.

    Returns
    -------
    ndarray of shape (len(groups),)
        The Axes, one below the other.

    Raises
    ------
    TypeError
        If `columns` is not an integer, or an array does not hold real numbers.
    ValueError
        If there are no groups, or `columns` is less than 1, or an array has another shape.
    """
    columns = as_integer(columns, "columns", minimum=1)
    if not groups:
        raise ValueError("groups must hold at least one; got none")
    sheets = [_sheet(real_array(group, "groups"), columns, limit) for group in groups.values()]
    heights = [_style.WIDTH * sheet.shape[0] / sheet.shape[1] for sheet in sheets]
    axes = _style.new_axes(
        len(sheets), 1, height=sum(heights) + 0.36 * len(sheets), height_ratios=heights
    )[:, 0]
    for ax, title, sheet in zip(axes, groups, sheets, strict=True):
        ax.imshow(sheet, interpolation="nearest")
        _style.finish(ax, title)
        ax.spines[:].set_visible(False)
    return axes


def _photo_axes(photo, rows, columns):
    """Make axes for pictures of a photograph's proportions."""
    tall = photo.shape[0] / photo.shape[1]
    return _style.new_axes(rows, columns, height=rows * (_style.WIDTH / columns * tall + 0.35))


def _draw(axes, photo, maps):
    """Draw a map on each of the axes."""
    for ax, (title, values) in zip(axes, maps.items(), strict=True):
        values = _style.plane(values, "maps")
        limit = float(np.percentile(abs(values), 99.5)) or 1.0
        if len(values) > COARSE:
            show_image(abs(values), ax=ax, title=title, vmax=limit)
        else:
            _lay_over(ax, photo, values, limit)
            _style.finish(ax, title)


def _lay_over(ax, photo, values, limit):
    """Draw a photograph in grey, and a map of larger cells over it."""
    height, width = photo.shape[:2]
    grey = photo if photo.ndim == 2 else photo.mean(axis=2)
    white = 1 if photo.ndim == 3 and photo.dtype.kind == "f" else 255
    ax.imshow(grey, cmap="gray", vmin=0, vmax=white, alpha=0.75, interpolation="antialiased")
    ax.imshow(
        values, cmap=_style.signed_colours(), vmin=-limit, vmax=limit, interpolation="nearest",
        alpha=0.75 * np.clip(np.abs(values) / limit, 0, 1),
        extent=(-0.5, width - 0.5, height - 0.5, -0.5),
    )  # fmt: skip


def _sheet(pictures, columns, limit):
    """Lay pictures side by side; what lies between them is transparent."""
    if pictures.ndim != 4 or pictures.shape[1] not in (1, 3) or not pictures.size:
        raise ValueError(f"groups need shape (n, C, H, W), C being 1 or 3; got {pictures.shape}")
    number, _, height, width = pictures.shape
    gap = max(width // 12, 1)
    sheet = np.zeros((-(-number // columns) * (height + gap), columns * (width + gap), 4))
    for at, picture in enumerate(pictures):
        full = limit or abs(picture).max() or 1
        row, column = divmod(at, columns)
        top, left = row * (height + gap) + gap, column * (width + gap)
        cells = sheet[top : top + height, left : left + width]
        cells[..., :3] = np.clip(picture.transpose(1, 2, 0) / full / 2 + 0.5, 0, 1)
        cells[..., 3] = 1
    return sheet[:, :-gap]
