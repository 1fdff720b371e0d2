"""Activations beside their slopes, and what layers leave of a gradient."""

import numpy as np

from cnnlab.figures._style import ABOVE, BELOW, GROUND, INK, RULE, TEXT, finish, new_axes


def slopes(layers, *, reach=5.0):
    """Draw activations, each with its slope and the range in which it saturates.

    Parameters
    ----------
    layers : dict of str to Layer
        Activations of `cnnlab.nn`, by name; at most four stand side by side.
    reach : float, default 5
        From −reach to reach.

    Returns
    -------
    ndarray of Axes
        One for each.
    """
    x = np.linspace(-reach, reach, 401)
    axes = new_axes(1, len(layers), height=1.9, sharey=True)[0]
    for ax, (name, layer) in zip(axes, layers.items(), strict=True):
        value = layer.forward(x)
        slope = layer.backward(np.ones_like(x))
        ax.axhline(0, color=RULE, linewidth=0.6)
        ax.axvline(0, color=RULE, linewidth=0.6)
        ax.fill_between(
            x, -1.2, 2.2, where=np.abs(slope) < 0.05, color=RULE, alpha=0.25, linewidth=0
        )
        ax.plot(x, value, color=BELOW, linewidth=2.2)
        ax.plot(x, slope, color=ABOVE, linewidth=1.6, linestyle="--")
        ax.set_ylim(-1.2, 2.2)
        finish(ax, name)
    return axes


def way_back(gradients, titles):
    """Draw how large a gradient is at each layer, as hills, the loss on top.

    Parameters
    ----------
    gradients : list of list of ndarray
        For each network, the gradient at each layer, from the last to the first.
    titles : list of str
        One for each network.

    Returns
    -------
    ndarray of Axes
        One for each network. Cells of 0 are left out.
    """
    axes = new_axes(1, len(gradients), height=4.2, sharey=True)[0]
    edges = np.linspace(-9, 0.5, 90)
    middle = (edges[1:] + edges[:-1]) / 2
    for ax, layers, title in zip(axes, gradients, titles, strict=True):
        for depth, gradient in enumerate(layers):
            sizes = np.abs(gradient[gradient != 0])
            share, _ = np.histogram(np.log10(sizes), edges)
            hill = np.convolve(share / max(share.max(), 1), np.ones(5) / 5, "same")
            colour = _between(depth / max(len(layers) - 1, 1))
            ax.fill_between(
                middle, -depth, -depth + 1.6 * hill, color=colour, zorder=depth, linewidth=0
            )
            edge = np.where(hill > 0.01, -depth + 1.6 * hill, np.nan)
            ax.plot(middle, edge, color="white", linewidth=0.7, zorder=depth)
        ax.set_xlim(-8.8, 0.5)
        finish(ax, title)
        ax.spines[:].set_visible(False)
        for power in (-8, -4, 0):
            ax.axvline(power, color=RULE, linewidth=0.6, zorder=-1)
            name = "1" if power == 0 else f"$10^{{{power}}}$"
            ground = {"facecolor": GROUND, "edgecolor": "none", "pad": 2.5}
            place = power, -len(layers) + 0.2
            ax.text(*place, name, color=INK, size=TEXT, ha="center", va="center", bbox=ground)
        ax.set_ylim(-len(layers) - 0.3, 2)
    return axes


def _between(part):
    """Mix the two colours: orange near the loss, purple far from it."""
    ends = [[int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)] for colour in (ABOVE, BELOW)]
    return tuple((1 - part) * near + part * far for near, far in zip(*ends, strict=True))
