"""A photograph where no script runs, and beside it what the browser's own filter makes of it."""

import numpy as np

from cnnlab.conv import flip_kernel
from cnnlab.widgets.kernel_playground.numbers import STOPS

# What each border is called in SVG. It has no reflection, which is drawn as "replicate".
BORDERS = {"zero": "none", "replicate": "duplicate", "reflect": "duplicate", "wrap": "wrap"}
MAX_ENTRIES = 256  # browsers filter with no more at once
GAP = 20


def drawing(photo: str, shape: tuple, lens: tuple, size: tuple, steps: str | None) -> str:
    """Draw a photograph with its window, and the filtered one, if there are steps of a filter.

    `photo` is its address, `shape` its rows and columns, `lens` the cell under the lens, `size`
    that of the kernel. A photograph stands in the document once.
    """
    (height, width), (row, column), (rows, columns) = shape, lens, size

    def frame(x, y, across, down, colour):
        return (
            f"<rect x='{x}' y='{y}' width='{across}' height='{down}' fill='none' "
            f"stroke='{colour}' stroke-width='2'/>"
        )

    corner = column - (columns - 1) // 2 - 2, row - (rows - 1) // 2 - 2
    parts = [
        f"<image id='photo' href='{photo}' width='{width}' height='{height}'/>",
        frame(*corner, columns + 4, rows + 4, "#b35900"),
    ]
    if steps:
        parts += [
            "<filter id='kernel' x='0' y='0' width='1' height='1' "
            f"color-interpolation-filters='sRGB'>{steps}</filter>",
            f"<use href='#photo' filter='url(#kernel)' x='{width + GAP}'/>",
            frame(width + GAP + column - 2, row - 2, 5, 5, "#00639c"),
        ]
        width = 2 * width + GAP
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' "
        f"width='{width}' height='{height}'>{''.join(parts)}</svg>"
    )


def convolving(sliding: np.ndarray, *, show: str, border: str) -> str | None:
    """Write the steps of an SVG filter that does what the playground does, from the sliding kernel.

    It is None if the kernel is too large for a browser, and no mean of rows after one of columns.

    Notes
    -----
    ``feConvolveMatrix`` turns its matrix by half a turn before it slides (W3C, Filter Effects
    Module Level 1, section 9.8). So it is handed the kernel turned already.
    """
    edge, signed = BORDERS[border], show == "signed"
    if sliding.size > MAX_ENTRIES:
        column, row = sliding.sum(axis=1, keepdims=True), sliding.sum(axis=0, keepdims=True)
        if (sliding < 0).any() or not column.any():
            return None
        column = column / column.sum()
        if not np.allclose(column * row, sliding, rtol=1e-9, atol=0):
            return None
        steps = _step(column, edge, "columns") + _step(row, edge, "", "columns", halve=signed)
    else:
        steps = _step(sliding, edge, "plus", halve=signed)
        if show == "absolute":
            steps += _step(-sliding, edge, "minus")
            steps += "<feComposite in='plus' in2='minus' operator='arithmetic' k2='1' k3='1'/>"
    if not signed:
        return steps
    colours = (
        f"<feFunc{name} type='table' tableValues='{' '.join(f'{v:.3g}' for v in channel / 255)}'/>"
        for name, channel in zip("RGB", STOPS.T, strict=True)
    )
    return f"{steps}<feComponentTransfer>{''.join(colours)}</feComponentTransfer>"


def _step(weights, edge, result, source="SourceGraphic", *, halve=False):
    """Write one pass of a kernel; `halve` maps −255 … 255 to 0 … 255."""
    rows, columns = weights.shape
    matrix = " ".join(f"{weight:.9g}" for weight in flip_kernel(weights).ravel())
    scale = "divisor='2' bias='0.5'" if halve else "divisor='1'"
    return (
        f"<feConvolveMatrix in='{source}' order='{columns} {rows}' kernelMatrix='{matrix}' "
        f"{scale} targetX='{(columns - 1) // 2}' targetY='{(rows - 1) // 2}' edgeMode='{edge}' "
        f"preserveAlpha='true' result='{result}'/>"
    )
