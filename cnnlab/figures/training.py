"""Networks that learn: all runs of an experiment, and what stands at each of their layers."""

import numpy as np

from cnnlab._arguments import as_integer, real_array
from cnnlab.figures import _style


def every_run(x, panels, *, label, levels, ticks=None, log=False):
    """Draw each run of an experiment as a thin line, and their mean as a thick one.

    Parameters
    ----------
    x : array_like of shape (N,)
        From left to right.
    panels : dict of str to array_like of shape (runs, N)
        By title: what each run measured.
    label : str
        What `x` is.
    levels : sequence of float
        Where a fine line crosses the panels, with its number on the left.
    ticks : sequence of str, optional
        What to write at each place of `x`, instead of numbers at some of them.
    log : bool, default False
        Let equal steps upwards be equal factors.

    Returns
    -------
    ndarray of shape (len(panels),)
        The Axes, all with the same scale.

    Raises
    ------
    TypeError
        If a panel does not hold real numbers.
    ValueError
        If there are no panels, or one has not a row for each run, with a number for each of `x`.
    """
    x = np.asarray(x)
    if not panels:
        raise ValueError("panels must hold at least one experiment; got none")
    axes = _style.new_axes(1, len(panels), height=2.5, sharey=True)[0]
    for ax, (title, runs) in zip(axes, panels.items(), strict=True):
        runs = _style.plane(runs, "panels")
        if runs.shape[1] != len(x):
            raise ValueError(f"panels need {len(x)} numbers a run, as x has; got {runs.shape[1]}")
        ax.plot(x, runs.T, color=_style.BELOW, linewidth=0.8, alpha=0.8)
        ax.plot(x, runs.mean(axis=0), color=_style.ABOVE, linewidth=2.5)
        if log:
            ax.set_yscale("log")
        _style.finish(ax, title)
        ax.set_yticks(levels, [f"{level:g}" for level in levels])
        ax.set_yticks([], minor=True)
        ax.grid(axis="y", color=_style.RULE, alpha=0.4, linewidth=0.6)
        ax.set_xticks([x[0], x[-1]] if ticks is None else x, ticks)
        ax.set_xlabel(label, size=_style.TEXT, color=_style.RULE)
        ax.tick_params(colors=_style.RULE, labelsize=_style.TEXT)
    return axes


def map_rows(rows, *, columns=8):
    """Draw maps in rows, each row below its title, as they follow each other in a network.

    Parameters
    ----------
    rows : dict of str to array_like of shape (n, H, W), (H, W) or (n,)
        By title: maps side by side, a single one in the middle, or a strip of numbers.
    columns : int, default 8
        Maps side by side, at most; more of them go below.

    Returns
    -------
    ndarray of shape (len(rows),)
        The Axes. In each, the largest magnitudes have the full colour, orange above 0 and purple
        below, and where a number is 0 the page shows.

    Raises
    ------
    TypeError
        If a row does not hold real numbers.
    ValueError
        If there are no rows, or one has another shape, or `columns` is less than 1.
    """
    columns = as_integer(columns, "columns", minimum=1)
    if not rows:
        raise ValueError("rows must hold at least one; got none")
    drawn = [_tiled(real_array(maps, "rows"), columns) for maps in rows.values()]
    heights = [_style.WIDTH * (tiles.shape[0] / tiles.shape[1] + 1 / 60) for tiles in drawn]
    axes = _style.new_axes(
        len(rows), 1, height=sum(heights) + 0.36 * len(rows), height_ratios=heights
    )[:, 0]
    for ax, title, tiles in zip(axes, rows, drawn, strict=True):
        limit = float(np.nanpercentile(np.abs(tiles), 99.5)) or 1.0
        colours = _style.signed_colours()
        ax.imshow(tiles, cmap=colours, vmin=-limit, vmax=limit, interpolation="nearest")
        ax.set_ylim(tiles.shape[0] - 0.5, -0.5 - tiles.shape[1] / 60)  # room below the title
        _style.finish(ax, title)
        ax.spines[:].set_visible(False)
    return axes


def _cells(numbers, across=42, side=6):
    """Lay numbers out as cells with a gap between them, row by row."""
    across = min(across, len(numbers))
    wide = side * 42 // across  # the same width, however many there are
    rows = -(-len(numbers) // across)
    plane = np.full((rows * side, across * wide), np.nan)
    for number, value in enumerate(numbers):
        top, left = side * (number // across), wide * (number % across)
        plane[top : top + side - 1, left : left + wide - 1] = value
    return plane


def _tiled(maps, columns):
    """Lay maps side by side on one plane; NaN stands between and around them."""
    if maps.ndim not in (1, 2, 3) or not maps.size:
        raise ValueError(f"rows need shape (n, H, W), (H, W) or (n,); got {maps.shape}")
    if maps.ndim == 1:
        return _cells(maps.astype(float))
    maps = maps[np.newaxis] if maps.ndim == 2 else maps
    gap = max(round(maps.shape[2] / 12), 1)
    framed = np.pad(maps.astype(float), [(0, 0), (0, gap), (0, gap)], constant_values=np.nan)
    count, height, width = framed.shape
    across = min(columns, count) if count > 1 else min(columns, 6)
    plane = np.full((-(-count // across) * height - gap, across * width - gap), np.nan)
    start = (across - count) // 2 if count < across else 0
    for number, tile in enumerate(framed, start=start):
        top, left = height * (number // across), width * (number % across)
        if count == 1:
            left = (plane.shape[1] - width + gap) // 2
        space = plane[top : top + height, left : left + width]
        space[:] = tile[: space.shape[0], : space.shape[1]]
    return plane
