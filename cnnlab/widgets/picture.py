"""The pictures that stand where no script runs: number grids side by side, as SVG.

The drawing carries its own light background, so it reads on a dark page and on paper alike.
"""

from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np

from cnnlab.widgets.text import format_number, short

CELL = 36
GAP = 34
MARGIN = 14
TITLE = 26
INK, FAINT, LINE = "#1d2733", "#5c6773", "#b9c2cc"
ORANGE, ORANGE_TINT = "#b35900", "#fde3c4"
PURPLE = "#6a4fb3"
BLUE, BLUE_TINT = "#00639c", "#d3e8f6"
PADDING_TINT = "#eceff2"
FONT = "font-family='system-ui,Segoe UI,Helvetica,Arial,sans-serif'"


@dataclass
class Panel:
    """One grid of the picture.

    Attributes
    ----------
    title : str
        Stands above the grid.
    values : ndarray of shape (H, W)
        NaN leaves a cell empty.
    padded : ndarray of shape (H, W), dtype bool, optional
        True where a cell is padding, and greyed.
    tinted : ndarray of shape (H, W), dtype bool, optional
        True where a cell is read, and tinted.
    weights : dict, optional
        (row, column) to the small number in the corner of that cell.
    window : tuple of int, optional
        (row, column, height, width) of the outline.
    blue : bool
        Tint and outline in the output's colour instead of the window's.
    """

    title: str
    values: np.ndarray
    padded: np.ndarray | None = None
    tinted: np.ndarray | None = None
    weights: dict = field(default_factory=dict)
    window: tuple[int, int, int, int] | None = None
    blue: bool = False

    @property
    def width(self) -> int:
        """Width in pixels, wide enough for the title."""
        return max(self.values.shape[1] * CELL, 8 * len(self.title))

    @property
    def height(self) -> int:
        """Height in pixels, the title included."""
        return self.values.shape[0] * CELL + TITLE

    def draw(self, left: int, top: int) -> list[str]:
        """Return the SVG elements of this grid with its corner at (left, top)."""
        parts = [_text(left, top + 14, self.title, size=13, colour=FAINT, anchor="start")]
        top += TITLE
        outline, tint = (BLUE, BLUE_TINT) if self.blue else (ORANGE, ORANGE_TINT)
        for (row, column), value in np.ndenumerate(self.values):
            x, y = left + column * CELL, top + row * CELL
            fill = "#ffffff"
            if self.padded is not None and self.padded[row, column]:
                fill = PADDING_TINT
            if self.tinted is not None and self.tinted[row, column]:
                fill = tint
            parts.append(
                f"<rect x='{x}' y='{y}' width='{CELL}' height='{CELL}' fill='{fill}' "
                f"stroke='{LINE}'/>"
            )
            if not np.isnan(value):
                text = format_number(value)
                size = 15 if len(text) < 5 else 10
                parts.append(_text(x + CELL / 2, y + CELL / 2 + 5, text, size=size))
            if (row, column) in self.weights:
                weight = "×" + short(self.weights[row, column])
                x, y = x + CELL - 3, y + CELL - 4
                parts.append(_text(x, y, weight, size=9, colour=ORANGE, anchor="end"))
        if self.window is not None:
            row, column, height, width = self.window
            parts.append(
                f"<rect x='{left + column * CELL}' y='{top + row * CELL}' width='{width * CELL}' "
                f"height='{height * CELL}' fill='none' stroke='{outline}' stroke-width='3' rx='2'/>"
            )
        return parts


@dataclass
class MatrixPanel:
    """A matrix without its numbers: orange above 0, purple below, the rest left empty.

    Attributes
    ----------
    title : str
        Stands above the matrix.
    entries : scipy.sparse array of shape (M, N)
        What is stored is drawn; a stored 0 as a dot.
    band : (axis, index)
        The row (axis 0) or column (axis 1) that is lit.
    """

    title: str
    entries: Any
    band: tuple[int, int]

    @property
    def cell(self) -> float:
        """Width of an entry in pixels."""
        return max(1.5, min(13, 460 / self.entries.shape[1]))

    @property
    def width(self) -> float:
        """Width in pixels, wide enough for the title."""
        return max(self.entries.shape[1] * self.cell, 8 * len(self.title))

    @property
    def height(self) -> float:
        """Height in pixels, the title included."""
        return self.entries.shape[0] * self.cell + TITLE

    def draw(self, left: float, top: float) -> list[str]:
        """Return the SVG elements of this matrix with its corner at (left, top)."""
        parts = [_text(left, top + 14, self.title, size=13, colour=FAINT, anchor="start")]
        top += TITLE
        rows, columns = self.entries.shape
        matrix = self.entries.tocoo()
        strongest = abs(matrix.data).max(initial=0) or 1
        for row, column, weight in zip(*matrix.coords, matrix.data, strict=True):
            x, y, side = left + column * self.cell, top + row * self.cell, self.cell
            colour, strength = ORANGE if weight > 0 else PURPLE, abs(weight) / strongest
            if weight == 0:
                x, y, side, colour, strength = x + 0.4 * side, y + 0.4 * side, 0.2 * side, FAINT, 1
            parts.append(
                f"<rect x='{x:g}' y='{y:g}' width='{side:g}' height='{side:g}' fill='{colour}' "
                f"fill-opacity='{0.35 + 0.65 * strength:.2f}'/>"
            )
        axis, index = self.band
        lit = [left, top, columns * self.cell, rows * self.cell]
        frame = f"fill='none' stroke='{LINE}'"
        parts.append(_box(*lit, frame))
        lit[1 - axis] += index * self.cell
        lit[3 - axis] = self.cell
        return [*parts, _box(*lit, f"fill='none' stroke='{BLUE}' stroke-width='2'")]


def draw(columns: list, lines: list[str]) -> str:
    """Draw panels side by side, and lines of text below them.

    Parameters
    ----------
    columns : list of (Panel or MatrixPanel or list of them)
        From left to right; a list is stacked from top to bottom.
    lines : list of str
        Below the panels, from top to bottom; the last one stands out.

    Returns
    -------
    str
        A whole SVG document, the same for the same input.
    """
    stacks = [column if isinstance(column, list) else [column] for column in columns]
    parts, left, height = [], MARGIN, 0
    for stack in stacks:
        top = MARGIN
        for panel in stack:
            parts += panel.draw(left, top)
            top += panel.height + MARGIN
        left += max(panel.width for panel in stack) + GAP
        height = max(height, top - 2 * MARGIN)
    widest = max([left - GAP, *(MARGIN + 9 * len(line) for line in lines)])
    y = MARGIN + height + 10
    for number, line in enumerate(lines, start=1):
        y += 22
        last = number == len(lines)
        parts.append(
            _text(MARGIN, y, line, size=15, anchor="start", colour=BLUE if last else INK, bold=last)
        )
    width, height = widest + MARGIN, y + MARGIN
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width:g} {height:g}' "
        f"width='{width:g}' height='{height:g}'>"
        f"<rect width='{width:g}' height='{height:g}' rx='8' fill='#ffffff'/>"
        + "".join(parts)
        + "</svg>"
    )


def _box(x, y, width, height, look):
    return f"<rect x='{x:g}' y='{y:g}' width='{width:g}' height='{height:g}' {look}/>"


def _text(x, y, text, *, size, colour=INK, anchor="middle", bold=False):
    weight = " font-weight='600'" if bold else ""
    return (
        f"<text x='{x:g}' y='{y:g}' {FONT} font-size='{size}' fill='{colour}' "
        f"text-anchor='{anchor}'{weight}>{escape(text)}</text>"
    )
