"""What the matrix of a convolution looks like: its bands, and the blocks of a layer."""

import numpy as np

from cnnlab._arguments import array_with_axes, as_shape
from cnnlab.figures import _style
from cnnlab.matrix import conv_matrix

# One hue for each filter, of Okabe & Ito (2008); on light and on dark pages.
_HUES = ("#d55e00", "#0a84c6", "#0b9a74", "#c2639a")
_FAINTEST = 0.45  # of an entry that is not 0


def bands(matrices, titles, *, blocks=None):
    """Show matrices below each other, a square for each entry: orange above 0, purple below.

    Parameters
    ----------
    matrices : sequence of array_like of shape (A_O, A_I)
        As `cnnlab.conv_matrix` makes them, sparse or not; all are drawn at one scale.
    titles : sequence of str
        What stands above each.
    blocks : (int, int), optional
        After how many rows and columns a line is drawn.

    Returns
    -------
    ndarray of shape (len(matrices),)
        The Axes, one for each matrix.

    Raises
    ------
    ValueError
        If there are no matrices, or not one title for each.
    """
    dense = [_style.plane(_dense(matrix), "matrices") for matrix in matrices]
    if not dense or len(titles) != len(dense):
        raise ValueError(f"titles needs one entry per matrix ({len(dense)}); got {len(titles)}")
    cell = _style.WIDTH / max(matrix.shape[1] for matrix in dense)
    heights = [max(matrix.shape[0] * cell, 0.2) for matrix in dense]
    axes = _style.new_axes(
        len(dense), 1, height=sum(heights) + 0.42 * len(dense), height_ratios=heights
    )[:, 0]
    for ax, matrix, title in zip(axes, dense, titles, strict=True):
        limit = np.abs(matrix).max() or 1
        colours = _style.signed_colours()
        ax.imshow(matrix, cmap=colours, vmin=-limit, vmax=limit, interpolation="nearest")
        if blocks is not None:
            _rule(ax, matrix.shape, blocks)
        _style.finish(ax, title)
    return axes


def layer_blocks(weight, image_shape, output):
    """Show the matrix of a layer, a colour for each filter, and one of its rows as pictures.

    Parameters
    ----------
    weight : array_like of shape (C_out, C_in, K_h, K_w)
        At most four filters. Among a filter's entries, one is the stronger the further it is from
        0.
    image_shape : (int, int)
        The sides of each channel.
    output : (int, int, int)
        Filter, row and column of the output whose row of the matrix is marked and shown below.

    Returns
    -------
    list of matplotlib Axes
        Of the matrix; then, for each channel, of that row's part, given the image's rows and
        columns; then of the output's map.

    Raises
    ------
    TypeError
        If `weight` does not hold real numbers, or `image_shape` or `output` no integers.
    ValueError
        If an argument has another shape, there are more than four filters, or no such output.
    """
    import matplotlib.pyplot as plt

    weight = array_with_axes(weight, "weight", "C_out, C_in, K_h, K_w", may_be_empty=False)
    weight, image_shape = weight.astype(float), as_shape(image_shape, "image_shape", axes=2)
    outputs, inputs = weight.shape[:2]
    if outputs > len(_HUES):
        raise ValueError(f"weight may hold up to {len(_HUES)} filters; got {outputs}")
    dense = _dense(conv_matrix(weight, (inputs, *image_shape)))
    places = tuple(size - k + 1 for size, k in zip(image_shape, weight.shape[2:], strict=True))
    output = as_shape(output, "output", axes=3, minimum=0)
    if any(number >= most for number, most in zip(output, (outputs, *places), strict=True)):
        raise ValueError(f"output must lie inside {(outputs, *places)}; got {output}")
    row = int(np.ravel_multi_index(output, (outputs, *places)))
    filters = np.repeat(np.arange(outputs), places[0] * places[1])
    largest = np.abs(weight).max(axis=(1, 2, 3))[filters]
    strength = np.abs(dense) / np.where(largest, largest, 1)[:, np.newaxis]
    strength = np.where(dense != 0, _FAINTEST + (1 - _FAINTEST) * strength, 0)

    tall = _style.WIDTH * dense.shape[0] / dense.shape[1]
    small = _style.WIDTH / (inputs + 1)
    figure = plt.figure(figsize=(_style.WIDTH, tall + small + 0.75), layout="constrained")
    figure.patch.set_alpha(0)
    grid = figure.add_gridspec(2, inputs + 1, height_ratios=(tall + 0.3, small + 0.3))
    whole = figure.add_subplot(grid[0, :])
    whole.imshow(_tinted(strength, filters[:, np.newaxis]), interpolation="antialiased")
    _rule(whole, dense.shape, (places[0] * places[1], image_shape[0] * image_shape[1]))
    for edge in (row - 0.5, row + 0.5):
        whole.axhline(edge, color=_style.RULE, linewidth=0.8)
    _style.finish(whole, f"C, {dense.shape[0]} × {dense.shape[1]}")
    axes = [whole]
    for channel, part in enumerate(strength[row].reshape(inputs, *image_shape)):
        ax = figure.add_subplot(grid[1, channel])
        ax.imshow(_tinted(part, output[0]), interpolation="nearest")
        _style.outline(ax, image_shape, (*output[1:], *weight.shape[2:]))
        axes.append(_style.finish(ax, f"row {row}, channel {channel}"))
    ax = figure.add_subplot(grid[1, inputs])
    cell = np.zeros(places)
    cell[output[1:]] = 1
    ax.imshow(_tinted(cell, output[0]), interpolation="nearest")
    axes.append(_style.finish(ax, f"its output, map {output[0]}"))
    return axes


def _dense(matrix):
    return matrix.toarray() if hasattr(matrix, "toarray") else matrix


def _tinted(strength, filters):
    """Give each cell its filter's hue, and leave the page to show where the strength is 0."""
    from matplotlib.colors import to_rgb

    hues = np.array([to_rgb(hue) for hue in _HUES])[filters]
    return np.dstack([np.broadcast_to(hues, (*strength.shape, 3)), strength])


def _rule(ax, shape, blocks):
    """Draw thin lines between blocks."""
    style = {"color": _style.RULE, "linewidth": 0.8}
    for at in range(blocks[0], shape[0], blocks[0]):
        ax.axhline(at - 0.5, **style)
    for at in range(blocks[1], shape[1], blocks[1]):
        ax.axvline(at - 0.5, **style)
