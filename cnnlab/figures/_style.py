"""What all figures share: sizes, colours that read on light and dark pages, labels."""

import numpy as np

from cnnlab._arguments import as_integer, real_array

# At 100 dots an inch 540 pixels: a phone shows that at two thirds, so that letters which are as
# large as the book's text on a desk are still legible there.
WIDTH = 5.4  # inches
TEXT = 11  # points
INK, GROUND = "white", "#4d5562"  # of a label: 7.5 to 1
TILE = "#bcc2ca"  # of a cell without a shade of its own
RULE = "#808080"  # lines: 3.9 to 1 on a light page, 4.5 to 1 on the book's dark one
WINDOW = "#d55e00"  # vermilion of Okabe & Ito (2008): tells apart without red and green
ABOVE, BELOW = "#d06a10", "#8868d0"  # about as bright as each other, 3.6 to 1 or more on both


def new_axes(rows=1, columns=1, *, height, **options):
    """Make a figure without a ground.

    Parameters
    ----------
    rows, columns : int, default 1
        How many axes.
    height : float
        Of the figure, in inches; it is `WIDTH` wide.
    **options
        For `matplotlib.pyplot.subplots`.

    Returns
    -------
    ndarray of shape (rows, columns)
        The Axes.
    """
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(
        rows, columns, figsize=(WIDTH, height), squeeze=False, layout="constrained", **options
    )
    figure.patch.set_alpha(0)
    return axes


def axes_for(values, ax):
    """Return the axes to draw on; make them in the picture's proportions if there are none."""
    if ax is not None:
        return ax
    height = WIDTH * values.shape[0] / values.shape[1]
    return new_axes(height=min(max(height, 0.8), 7.5) + 0.4)[0, 0]


def finish(ax, title):
    """Take the ticks away, let the page show through, and set the title."""
    ax.set(xticks=[], yticks=[])
    ax.patch.set_alpha(0)
    ax.spines[:].set(color=RULE, linewidth=0.8)
    if title is not None:
        label(ax, title)
    return ax


def label(ax, title):
    """Write a title into a bar as wide as the axes, on top of them."""
    from matplotlib.patches import Rectangle
    from matplotlib.transforms import ScaledTranslation, blended_transform_factory

    inches_up = ax.figure.dpi_scale_trans + ScaledTranslation(0, 1, ax.transAxes)
    place = blended_transform_factory(ax.transAxes, inches_up)
    bar = Rectangle((0, 0), 1, (TEXT + 9) / 72, transform=place, color=GROUND, clip_on=False)
    ax.add_artist(bar)
    ax.set_title(title, size=TEXT, color=INK, pad=5)


def outline(ax, shape, window):
    """Draw a frame round the window's cells."""
    if len(window) != 4:
        raise ValueError(f"window must be (row, column, height, width); got {window!r}")
    row, column = (as_integer(start, "window", minimum=0) for start in window[:2])
    height, width = (as_integer(cells, "window", minimum=1) for cells in window[2:])
    if row + height > shape[0] or column + width > shape[1]:
        raise ValueError(f"window {tuple(window)} must lie inside values of shape {shape}")
    frame(ax, (row, column), (height, width), WINDOW, linewidth=3, zorder=3)


def frame(ax, corner, cells, colour, **look):
    """Draw a frame round a block, from its first cell (row, column) and its (height, width)."""
    from matplotlib.patches import Rectangle

    place = corner[1] - 0.5, corner[0] - 0.5
    ax.add_patch(Rectangle(place, cells[1], cells[0], fill=False, edgecolor=colour, **look))


def rule(ax, shape, linewidth):
    """Draw thin lines between the cells."""
    rows, columns = shape
    style = {"color": RULE, "linewidth": linewidth}
    ax.hlines(np.arange(1, rows) - 0.5, -0.5, columns - 0.5, **style)
    ax.vlines(np.arange(1, columns) - 0.5, -0.5, rows - 0.5, **style)


def signed_colours():
    """Return a colour map: `ABOVE` and `BELOW`, and less and less of them towards the middle.

    The part of the hue grows faster at first: small values would drown in a dark page.
    """
    from matplotlib.colors import ListedColormap, to_rgb

    part = np.linspace(-1, 1, 255)[:, np.newaxis]
    hue = np.where(part > 0, to_rgb(ABOVE), to_rgb(BELOW))
    return ListedColormap(np.hstack([hue, np.abs(part) ** 0.75]), name="signed")


def plane(values, name):
    """Return an array with two axes."""
    values = real_array(values, name)
    if values.ndim != 2 or not values.size:
        raise ValueError(f"{name} must have shape (H, W) and at least one cell; got {values.shape}")
    return values
