"""What stands beyond a border, and what it does to a blurred photograph."""

import numpy as np

from cnnlab._arguments import as_integer
from cnnlab.conv import NUMPY_MODES, cross_correlate2d
from cnnlab.figures import _style
from cnnlab.figures.pictures import show_image, show_signed


def borders(scene, cells, kernel, *, limit=None):
    """Cut a photograph out of a larger one, and guess what lay around it, in four ways.

    Parameters
    ----------
    scene : array_like of shape (H, W)
        The larger photograph, grey.
    cells : int
        How many cells are cut off on each side.
    kernel : array_like of shape (K_h, K_w)
        What slides over the photograph with each border; at most ``2 * cells + 1`` on a side.
    limit : float, optional
        The difference drawn in full colour; by default the largest of all four.

    Returns
    -------
    ndarray of shape (4, 2)
        The Axes, a row for each border: zero, replicate, reflect, wrap. On the left the photograph
        with the border around it, on the right how much brighter (orange) or darker (purple) the
        sums are than those of the whole scene.

    Raises
    ------
    TypeError
        If `scene` does not hold real numbers, or `cells` is no integer.
    ValueError
        If `scene` has not 2 axes, too little would be left of it, or `limit` is not above 0.
    """
    scene = _style.plane(scene, "scene")
    height, width = scene.shape
    cells = as_integer(cells, "cells", minimum=1)
    if min(height, width) <= 3 * cells:
        raise ValueError(f"cells must be less than a third of scene's sides {scene.shape}")
    inside = np.s_[cells : height - cells, cells : width - cells]
    photo = scene[inside]
    truth = cross_correlate2d(scene, kernel, padding="same")[inside]
    misses = {
        border: cross_correlate2d(photo, kernel, padding="same", border=border) - truth
        for border in NUMPY_MODES
    }
    if limit is None:
        limit = max(np.abs(miss).max() for miss in misses.values()) or 1.0
    axes = _style.new_axes(4, 2, height=4 * (_style.WIDTH / 2 * height / width + 0.32))
    for (left, right), (border, mode) in zip(axes, NUMPY_MODES.items(), strict=True):
        show_image(np.pad(photo, cells, mode=mode), ax=left, title=border)
        show_signed(np.pad(misses[border], cells), ax=right, title="difference", limit=limit)
        _style.outline(left, scene.shape, (cells, cells, *photo.shape))
        _style.frame(right, (cells, cells), photo.shape, _style.RULE, linewidth=0.8)
    return axes
