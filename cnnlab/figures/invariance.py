"""What a network makes of pictures that were moved: maps of places, and curves with a spread."""

import numpy as np

from cnnlab._arguments import real_array
from cnnlab.figures import _style

_COLOURS = _style.RULE, _style.BELOW, _style.ABOVE
_MARKS = "s", "o", "^"


def place_maps(shares, titles):
    """Show for each place of a picture how often a network was right there.

    Parameters
    ----------
    shares : sequence of array_like of shape (2R + 1, 2R + 1)
        From 0 to 1; in row r and column c those for a move by r − R down and c − R to the right.
    titles : sequence of str
        One for each.

    Returns
    -------
    ndarray of shape (len(shares),)
        The Axes. Full colour is 1, and where a share is 0 the page shows; a ring marks the place
        where nothing was moved.

    Raises
    ------
    TypeError
        If a map does not hold real numbers.
    ValueError
        If there are no maps, or not as many titles, or a map is no square with a middle.
    """
    shares = [_style.plane(share, "shares") for share in shares]
    if not shares or len(titles) != len(shares):
        raise ValueError(
            f"titles needs one entry per map, and at least one; got {len(titles)} for {len(shares)}"
        )
    for share in shares:
        if share.shape[0] != share.shape[1] or share.shape[0] % 2 == 0:
            raise ValueError(f"shares must be square, with a middle; got shape {share.shape}")
    axes = _style.new_axes(1, len(shares), height=_style.WIDTH / max(len(shares), 2) + 0.35)[0]
    for ax, share, title in zip(axes, shares, titles, strict=True):
        colours = _style.signed_colours()
        ax.imshow(share, cmap=colours, vmin=-1, vmax=1, interpolation="nearest")
        middle = len(share) // 2
        ring = {"markersize": 8, "markerfacecolor": "none", "markeredgewidth": 2}
        ax.plot(middle, middle, "o", markeredgecolor=_style.GROUND, **ring)
        _style.finish(ax, title)
    return axes


def spread_curves(x, panels, *, label):
    """Draw per cents as lines, means over seeds, and the spread as a band around each.

    Parameters
    ----------
    x : array_like of shape (N,)
        From left to right.
    panels : dict of str to dict
        By title, for each panel: by name, the pair (mean, spread), each of shape (N,). At most
        three lines a panel; those of the same place look the same in all.
    label : str
        What `x` is.

    Returns
    -------
    ndarray of shape (len(panels),)
        The Axes.

    Raises
    ------
    TypeError
        If a line does not hold real numbers.
    ValueError
        If there are no panels, one has no lines or more than three, or a mean or a spread has not
        a number for each of `x`.
    """
    x = np.asarray(x)
    counts = [len(lines) for lines in panels.values()]
    if not counts or min(counts) < 1 or max(counts) > len(_COLOURS):
        raise ValueError(f"panels must hold at least one, each of one to three lines; got {counts}")
    axes = _style.new_axes(1, len(panels), height=2.9, sharey=True)[0]
    for ax, (title, lines) in zip(axes, panels.items(), strict=True):
        for colour, mark, (name, (mean, spread)) in zip(
            _COLOURS, _MARKS, lines.items(), strict=False
        ):
            mean, spread = (real_array(numbers, "panels") for numbers in (mean, spread))
            if mean.shape != x.shape or spread.shape != x.shape:
                raise ValueError(
                    f"panels need {len(x)} numbers for a mean and for its spread, as x has; "
                    f"got shapes {mean.shape} and {spread.shape}"
                )
            band = mean - spread, mean + spread
            ax.fill_between(x, *band, color=colour, alpha=0.3, linewidth=0)
            ax.plot(x, mean, color=colour, marker=mark, markersize=4.5, linewidth=2, label=name)
        _style.finish(ax, title)
        ax.set_xticks(x[:: max(len(x) // 4, 1)])
        ax.set_xlabel(label, size=_style.TEXT, color=_style.RULE)
        ax.tick_params(colors=_style.RULE, labelsize=_style.TEXT)
        ax.set_ylim(0, 103)
        ax.set_yticks([0, 25, 50, 75, 100])
        ax.grid(axis="y", color=_style.RULE, alpha=0.25, linewidth=0.6)
    handles, names = axes[0].get_legend_handles_labels()
    axes[0].figure.legend(
        handles, names, loc="outside lower center", ncols=3, facecolor=_style.GROUND,
        labelcolor=_style.INK, fontsize=_style.TEXT, framealpha=1,
    )  # fmt: skip
    return axes
