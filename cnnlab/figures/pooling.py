"""Pictures of pooling: a map, what is left of it, and what comes back."""

import numpy as np

from cnnlab._arguments import as_integer
from cnnlab.figures import _style
from cnnlab.figures.pictures import gallery
from cnnlab.pool import max_pool2d, max_unpool


def pooled_and_back(image, size=2):
    """Show an image, the largest cell of each window, and two ways to put these back.

    Parameters
    ----------
    image : array_like of shape (H, W)
        A grey picture; `size` divides both sides.
    size : int, default 2
        Rows and columns of a window.

    Returns
    -------
    ndarray of shape (2, 2)
        The Axes: the image and the pooled map above; below, the maxima at the cells that they came
        from, and in the top left corners of their windows.

    Raises
    ------
    TypeError
        If `image` does not hold real numbers, or `size` is not an integer.
    ValueError
        If `image` has not 2 axes, or `size` is below 1 or does not divide its sides.
    """
    image = _style.plane(image, "image").astype(np.float64)
    size = as_integer(size, "size", minimum=1)
    if any(side % size for side in image.shape):
        raise ValueError(f"size must divide the sides of image, {image.shape}; got {size}")
    pooled, switches = max_pool2d(image[np.newaxis, np.newaxis], size)
    by_switches = max_unpool(pooled, switches, (1, 1, *image.shape))
    to_corners = np.zeros(image.shape)
    to_corners[::size, ::size] = pooled[0, 0]
    titles = ["the photograph", "the largest of each window", "back, by the switches"]
    pictures = [image, pooled[0, 0], by_switches[0, 0], to_corners]
    axes = gallery(pictures, [*titles, "back, to the corners"])
    for ax in axes.flat:
        ax.images[0].set_interpolation("nearest")
    return axes
