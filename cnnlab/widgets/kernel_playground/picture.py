"""Photographs in the pictures that stand where no script runs, filtered by the browser itself."""

from dataclasses import dataclass

import numpy as np

from cnnlab.conv import flip_kernel
from cnnlab.widgets._shared import svg
from cnnlab.widgets._shared.picture import MARGIN, TITLE

# What each border is called in SVG, which has no reflection.
# Browsers filter with up to 256 entries at once, and no more.
_MAX_ENTRIES = 256
_EDGE_MODES = {"zero": "none", "replicate": "duplicate", "reflect": "duplicate", "wrap": "wrap"}


@dataclass
class PhotoPanel:
    """A photograph among the panels of a picture.

    Attributes
    ----------
    title : str
        Stands above the photograph.
    shape : tuple of int
        Rows and columns; a cell is a pixel.
    content : str
        SVG with places for ``{left}``, ``{top}`` and ``{shift}``: the corner, and the way from the
        first photograph.
    outline : tuple of int
        (row, column, height, width) of the outline.
    colour : str
        Of the outline.
    """

    title: str
    shape: tuple[int, int]
    content: str
    outline: tuple[int, int, int, int]
    colour: str

    @property
    def width(self) -> int:
        """Width in pixels, wide enough for the title."""
        return max(self.shape[1], 8 * len(self.title))

    @property
    def height(self) -> int:
        """Height in pixels, the title included."""
        return self.shape[0] + TITLE

    def draw(self, left: int, top: int) -> list[str]:
        """Return the SVG elements with the corner at (left, top)."""
        row, column, height, width = self.outline
        content = self.content.replace("{left}", str(left)).replace("{top}", str(top + TITLE))
        return [
            svg.text(left, top + 14, self.title, colour=svg.FAINT),
            content.replace("{shift}", str(left - MARGIN)),
            svg.rectangle(
                left + column - 2,
                top + TITLE + row - 2,
                width + 4,
                height + 4,
                f"fill='none' stroke='{self.colour}' stroke-width='2'",
            ),
        ]


def convolving(sliding: np.ndarray, *, show: str, border: str) -> str | None:
    """Write an SVG filter that does what the playground does.

    Parameters
    ----------
    sliding : ndarray of shape (K_h, K_w)
        The kernel as it slides.
    show : {"clipped", "signed", "absolute"}
        How the sums become greys.
    border : {"zero", "replicate", "reflect", "wrap"}
        What the window reads outside. SVG has no reflection; it is drawn as ``"replicate"``.

    Returns
    -------
    str or None
        A ``<filter>`` named ``kernel``; None if the kernel is too large for a browser, and is no
        mean of rows after a mean of columns.

    Notes
    -----
    ``feConvolveMatrix`` turns its matrix by half a turn before it slides (W3C, Filter Effects
    Module Level 1, section 9.8). So it is handed the kernel turned already.
    """
    edge = _EDGE_MODES[border]
    if sliding.size > _MAX_ENTRIES:
        factors = _means(sliding)
        if factors is None:
            return None
        steps = _step(factors[0], edge, result="columns") + _step(
            factors[1], edge, source="columns", halve=show == "signed"
        )
    else:
        steps = _step(sliding, edge, result="plus", halve=show == "signed")
        if show == "absolute":
            steps += _step(-sliding, edge, result="minus")
            steps += "<feComposite in='plus' in2='minus' operator='arithmetic' k2='1' k3='1'/>"
    if show == "signed":
        steps += _in_colour()
    return (
        "<filter id='kernel' x='0' y='0' width='1' height='1' "
        f"color-interpolation-filters='sRGB'>{steps}</filter>"
    )


def _step(weights, edge, *, source="SourceGraphic", result="", halve=False):
    """Write one pass of a kernel; `halve` maps −255 … 255 to 0 … 255."""
    rows, columns = weights.shape
    matrix = " ".join(f"{weight:.9g}" for weight in flip_kernel(weights).ravel())
    scale = "divisor='2' bias='0.5'" if halve else "divisor='1'"
    return (
        f"<feConvolveMatrix in='{source}' order='{columns} {rows}' kernelMatrix='{matrix}' "
        f"{scale} targetX='{(columns - 1) // 2}' targetY='{(rows - 1) // 2}' edgeMode='{edge}' "
        f"preserveAlpha='true' result='{result}'/>"
    )


def _in_colour():
    """Write the pass that gives each grey, 0 in the middle, its colour."""
    stops = np.array([list(bytes.fromhex(stop)) for stop in svg.SIGNED]) / 255
    parts = [
        f"<feFunc{name} type='table' tableValues='{' '.join(f'{v:.3g}' for v in channel)}'/>"
        for name, channel in zip("RGB", stops.T, strict=True)
    ]
    return f"<feComponentTransfer>{''.join(parts)}</feComponentTransfer>"


def signed_colours() -> np.ndarray:
    """Return the colour of each byte where 128 stands for 0: uint8 ndarray of shape (256, 3)."""
    stops = np.array([list(bytes.fromhex(stop)) for stop in svg.SIGNED], float)
    middle = (len(stops) - 1) / 2
    grey = np.arange(256)
    at = middle + (grey - 128) / np.where(grey < 128, 128, 127) * middle
    below = np.minimum(at.astype(int), len(stops) - 2)
    share = (at - below)[:, None]
    return np.floor((1 - share) * stops[below] + share * stops[below + 1] + 0.5).astype(np.uint8)


def liveliest(image: np.ndarray) -> tuple[int, int]:
    """Find where a lens has most to show.

    Parameters
    ----------
    image : ndarray of shape (H, W)
        A grey picture.

    Returns
    -------
    (int, int)
        Row and column of the cell in the middle half whose neighbours to the left and right, and
        above and below, differ most; the first of them. The middle of a flat picture.

    Examples
    --------
    >>> liveliest(np.array([[0, 0, 0, 0], [0, 0, 9, 9], [0, 0, 0, 0], [0, 0, 0, 0]]))
    (1, 1)
    """
    rows, columns = image.shape
    padded = np.pad(image.astype(np.int64), 1, mode="edge")
    contrast = np.abs(padded[1:-1, 2:] - padded[1:-1, :-2])
    contrast += np.abs(padded[2:, 1:-1] - padded[:-2, 1:-1])
    top, left = rows // 4, columns // 4
    middle = contrast[top : rows - top, left : columns - left]
    if not middle.any():
        return rows // 2, columns // 2
    row, column = np.unravel_index(middle.argmax(), middle.shape)
    return int(row) + top, int(column) + left


def _means(kernel):
    """Split a kernel into a mean down the columns and weights along the rows, if it is such."""
    column = kernel.sum(axis=1, keepdims=True)
    if (kernel < 0).any() or not column.any():
        return None
    column = column / column.sum()
    row = kernel.sum(axis=0, keepdims=True)
    return (column, row) if np.allclose(column * row, kernel, rtol=1e-9, atol=0) else None
