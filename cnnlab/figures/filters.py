"""Filters: what a bank of them makes of a photograph, and the curves that come behind."""

import numpy as np

from cnnlab._arguments import array_with_axes
from cnnlab.conv import conv2d
from cnnlab.figures import _style
from cnnlab.figures.pictures import show_image, show_signed

_LIGHTS = ("#e8857c", "#8fc98f", "#8fa8e8")  # red, green, blue, light enough for black numbers
_STYLES = ("-", "--", "-.", ":")


def filter_table(photo, colours, kernels):
    """Show a photograph through filters that are a colour times a kernel, as a table of products.

    Parameters
    ----------
    photo : array_like of shape (H, W, 3)
        In colour.
    colours : dict of str to array_like of shape (3,)
        The rows: by name, how much each channel counts.
    kernels : dict of str to array_like of shape (K_h, K_w)
        The columns: by name, what slides over the channels.

    Returns
    -------
    ndarray of shape (1 + len(colours), 1 + len(kernels))
        The Axes. In the corner the photograph, above each column its kernel, before each row the
        weights of red, green and blue, and inside the maps: orange above 0, purple below. Full
        colour is the 99th percentile of the map's magnitudes.

    Raises
    ------
    TypeError
        If an array does not hold real numbers.
    ValueError
        If `photo` is not in colour, or an entry has another shape.
    """
    photo = array_with_axes(photo, "photo", "H, W, 3")
    if photo.shape[2] != 3:
        raise ValueError(f"photo must have shape (H, W, 3); got {photo.shape}")
    colours = {name: _weights(weights, name) for name, weights in colours.items()}
    kernels = {name: _style.plane(kernel, name) for name, kernel in kernels.items()}
    volume = photo.transpose(2, 0, 1)[np.newaxis].astype(float)
    ratio = photo.shape[0] / photo.shape[1]
    widths, heights = [0.8] + [1] * len(kernels), [1] + [ratio] * len(colours)
    unit = _style.WIDTH / sum(widths)
    axes = _style.new_axes(
        1 + len(colours),
        1 + len(kernels),
        height=unit * sum(heights),
        width_ratios=widths,
        height_ratios=heights,
    )
    axes[0, 0].figure.get_layout_engine().set(w_pad=0.02, h_pad=0.02, wspace=0, hspace=0)
    show_image(photo, ax=axes[0, 0])
    for ax, (name, kernel) in zip(axes[0, 1:], kernels.items(), strict=True):
        show_signed(kernel, ax=ax, title=name)
    for row, (name, weights) in zip(axes[1:], colours.items(), strict=True):
        _lights(row[0], name, weights)
        for ax, kernel in zip(row[1:], kernels.values(), strict=True):
            answer = conv2d(volume, np.multiply.outer(weights, kernel)[np.newaxis])[0, 0]
            show_signed(answer, ax=ax, limit=float(np.percentile(abs(answer), 99)) or None)
    return axes


def curves(functions, x, *, ax=None):
    """Draw functions of one number over each other, each with a line of its own kind.

    Parameters
    ----------
    functions : dict of str to callable
        By name; each takes `x`.
    x : array_like of shape (N,)
        From left to right.
    ax : matplotlib Axes, optional
        Where to draw; by default on a new figure.

    Returns
    -------
    matplotlib Axes
        The axes drawn on.
    """
    if ax is None:
        ax = _style.new_axes(height=2.6)[0, 0]
    colours = (_style.ABOVE, _style.BELOW, _style.RULE)
    for number, (name, function) in enumerate(functions.items()):
        style = {"color": colours[number % 3], "linestyle": _STYLES[number % 4], "linewidth": 2}
        ax.plot(x, function(np.asarray(x)), label=name, **style)
    ax.axhline(0, color=_style.RULE, linewidth=0.8, zorder=0)
    ax.axvline(0, color=_style.RULE, linewidth=0.8, zorder=0)
    ax.tick_params(colors=_style.RULE, labelsize=_style.TEXT)
    ax.legend(facecolor=_style.GROUND, labelcolor=_style.INK, fontsize=_style.TEXT, framealpha=1)
    ax.patch.set_alpha(0)
    ax.spines[:].set(color=_style.RULE, linewidth=0.8)
    return ax


def _weights(weights, name):
    weights = array_with_axes(weights, name, "3")
    if weights.shape != (3,):
        raise ValueError(f"{name} must hold 3 weights, of red, green and blue; got {weights.shape}")
    return weights


def _lights(ax, name, weights):
    """Draw a name, and below it the weights of red, green and blue."""
    from matplotlib.colors import to_rgb

    texts = [name, *(f"{weight:.3g}".replace("-", "−") for weight in weights)]
    grounds, inks = [_style.GROUND, *_LIGHTS], [_style.INK, "black", "black", "black"]
    ax.imshow(np.array([[to_rgb(ground)] for ground in grounds]), aspect="auto")
    for row, (text, ink) in enumerate(zip(texts, inks, strict=True)):
        ax.text(0, row, text, color=ink, size=_style.TEXT, ha="center", va="center")
    _style.finish(ax, None)
