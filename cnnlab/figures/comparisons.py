"""Runs compared: every run as a dot, and differences of pairs with what chance could do."""

import numpy as np

from cnnlab._arguments import real_array
from cnnlab.figures import _style

_COLOURS = _style.RULE, _style.ABOVE, _style.BELOW
_MARKS = "o", "^", "s"


def run_dots(ticks, panels, *, label, levels, log=False):
    """Draw every run as a dot, series beside series, and a line through the means.

    Parameters
    ----------
    ticks : sequence
        What was varied, from left to right: a place for each.
    panels : dict of str to dict
        By title, for each panel: by name, an array of shape (len(ticks), runs). At most three
        series a panel; those of the same name look the same in all.
    label : str
        What `ticks` are.
    levels : sequence of float
        Where a fine line crosses the panels, with its number on the left.
    log : bool, default False
        Let equal steps upwards be equal factors.

    Returns
    -------
    ndarray of shape (len(panels),)
        The Axes, all with the same scale.

    Raises
    ------
    TypeError
        If a series does not hold real numbers.
    ValueError
        If there are no panels, there are more than three names, or a series has not a row for each
        tick.
    """
    names = list(dict.fromkeys(name for series in panels.values() for name in series))
    if not 1 <= len(names) <= len(_COLOURS):
        raise ValueError(f"panels must hold one to three series; got {len(names)}")
    axes = _style.new_axes(1, len(panels), height=3.6, sharey=True)[0]
    places = np.arange(len(ticks))
    handles = {}
    for ax, (title, series) in zip(axes, panels.items(), strict=True):
        for name, runs in series.items():
            runs = _style.plane(runs, "panels")
            if len(runs) != len(ticks):
                raise ValueError(f"panels need {len(ticks)} rows a series; got {len(runs)}")
            number = names.index(name)
            beside = places + 0.24 * (number - (len(names) - 1) / 2)
            look = {"color": _COLOURS[number], "marker": _MARKS[number]}
            ax.plot(beside, runs, linestyle="none", markersize=4.5, alpha=0.6,
                    markeredgewidth=0, **look)  # fmt: skip
            (handles[name],) = ax.plot(
                beside, runs.mean(axis=1), linewidth=1.6, markersize=6, **look
            )
        if log:
            ax.set_yscale("log")
        _style.finish(ax, title)
        ax.set_xlim(-0.5, len(ticks) - 0.5)
        ax.set_xticks(places, [str(tick) for tick in ticks])
        ax.set_yticks(levels, [f"{level:g}" for level in levels])
        ax.set_yticks([], minor=True)
        ax.grid(axis="y", color=_style.RULE, alpha=0.4, linewidth=0.6)
        ax.set_xlabel(label, size=_style.TEXT, color=_style.RULE)
        ax.tick_params(colors=_style.RULE, labelsize=_style.TEXT)
    if len(names) > 1:
        axes[0].figure.legend(
            handles.values(), handles, loc="outside lower center", ncols=3, labelcolor=_style.INK,
            facecolor=_style.GROUND, fontsize=_style.TEXT, framealpha=1,
        )  # fmt: skip
    return axes


def difference_rows(rows, *, label, ax=None):
    """Draw differences of pairs: a dot for each, and a bar of two standard errors about the mean.

    A bar that does not reach 0 is drawn in colour: orange where the mean is above 0, purple where
    it is below.

    Parameters
    ----------
    rows : dict of str to array_like of shape (n,)
        By name, from top to bottom: the differences of at least two pairs.
    label : str
        What they are differences of.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes

    Raises
    ------
    TypeError
        If a row does not hold real numbers.
    ValueError
        If there are no rows, or one has fewer than two differences.
    """
    if not rows:
        raise ValueError("rows must hold at least one; got none")
    ax = _style.new_axes(height=0.62 * len(rows) + 1.1)[0, 0] if ax is None else ax
    for place, (name, row) in enumerate(rows.items()):
        row = real_array(row, "rows")
        if row.ndim != 1 or len(row) < 2:
            raise ValueError(f"rows need two differences at least; got shape {row.shape}")
        mean, error = row.mean(), row.std(ddof=1) / len(row) ** 0.5
        seen = abs(mean) > 2 * error
        colour = (_style.ABOVE if mean > 0 else _style.BELOW) if seen else _style.RULE
        ax.plot(row, np.full(len(row), place + 0.22), "o", color=colour, alpha=0.5, markersize=4,
                markeredgewidth=0)  # fmt: skip
        ax.plot([mean - 2 * error, mean + 2 * error], [place + 0.22] * 2, color=colour,
                linewidth=5, alpha=0.75, solid_capstyle="butt")  # fmt: skip
        ax.plot(mean, place + 0.22, "D", color=colour, markersize=7)
        ax.text(0, place - 0.12, name, size=_style.TEXT, color=_style.INK, ha="center",
                va="center", bbox={"color": _style.GROUND, "pad": 2.5})  # fmt: skip
    ax.axvline(0, color=_style.RULE, linewidth=1, zorder=0)
    _style.finish(ax, None)
    ax.set_ylim(len(rows) - 0.45, -0.5)
    ends = max(abs(end) for end in ax.get_xlim())
    ax.set_xlim(-ends, ends)
    ax.xaxis.set_major_locator(_ticks())
    ax.set_xlabel(label, size=_style.TEXT, color=_style.RULE)
    ax.tick_params(colors=_style.RULE, labelsize=_style.TEXT, left=False)
    return ax


def _ticks():
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(7)
