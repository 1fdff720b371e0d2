"""The pictures that stand where no script runs: number grids side by side, as SVG.

The drawing carries its own light background, so it reads on a dark page and on paper alike.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cnnlab.widgets._shared import svg
from cnnlab.widgets._shared.text import format_number, short

CELL = 36
GAP = 34
MARGIN = 14
TITLE = 26


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
    write : callable
        How a number is written: those of a result are rounded.
    """

    title: str
    values: np.ndarray
    padded: np.ndarray | None = None
    tinted: np.ndarray | None = None
    weights: dict = field(default_factory=dict)
    window: tuple[int, int, int, int] | None = None
    blue: bool = False
    write: Callable[[float], str] = format_number

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
        parts = [svg.text(left, top + 14, self.title, colour=svg.FAINT)]
        top += TITLE
        outline, tint = (svg.BLUE, svg.BLUE_TINT) if self.blue else (svg.ORANGE, svg.ORANGE_TINT)
        for (row, column), value in np.ndenumerate(self.values):
            x, y = left + column * CELL, top + row * CELL
            fill = svg.WHITE
            if self.padded is not None and self.padded[row, column]:
                fill = svg.PADDING_TINT
            if self.tinted is not None and self.tinted[row, column]:
                fill = tint
            parts.append(svg.rectangle(x, y, CELL, CELL, f"fill='{fill}' stroke='{svg.LINE}'"))
            if not np.isnan(value):
                words = self.write(value)
                size = 15 if len(words) < 5 else 10
                middle, baseline = x + CELL / 2, y + CELL / 2 + 5
                parts.append(svg.text(middle, baseline, words, size=size, anchor="middle"))
            if (row, column) in self.weights:
                weight = "×" + short(self.weights[row, column])
                x, y = x + CELL - 3, y + CELL - 4
                parts.append(svg.text(x, y, weight, size=9, colour=svg.ORANGE, anchor="end"))
        if self.window is not None:
            row, column, height, width = self.window
            frame = left + column * CELL, top + row * CELL, width * CELL, height * CELL
            look = f"fill='none' stroke='{outline}' stroke-width='3' rx='2'"
            parts.append(svg.rectangle(*frame, look))
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
        parts = [svg.text(left, top + 14, self.title, colour=svg.FAINT)]
        top += TITLE
        rows, columns = self.entries.shape
        matrix = self.entries.tocoo()
        strongest = abs(matrix.data).max(initial=0) or 1
        for row, column, weight in zip(*matrix.coords, matrix.data, strict=True):
            x, y, side = left + column * self.cell, top + row * self.cell, self.cell
            colour = svg.ORANGE if weight > 0 else svg.PURPLE
            strength = abs(weight) / strongest
            if weight == 0:
                x, y, side = x + 0.4 * side, y + 0.4 * side, 0.2 * side
                colour, strength = svg.FAINT, 1
            look = f"fill='{colour}' fill-opacity='{0.35 + 0.65 * strength:.2f}'"
            parts.append(svg.rectangle(x, y, side, side, look))
        axis, index = self.band
        lit = [left, top, columns * self.cell, rows * self.cell]
        frame = f"fill='none' stroke='{svg.LINE}'"
        parts.append(svg.rectangle(*lit, frame))
        lit[1 - axis] += index * self.cell
        lit[3 - axis] = self.cell
        return [*parts, svg.rectangle(*lit, f"fill='none' stroke='{svg.BLUE}' stroke-width='2'")]


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
        colour = svg.BLUE if last else svg.INK
        parts.append(svg.text(MARGIN, y, line, size=15, colour=colour, bold=last))
    return svg.document(widest + MARGIN, y + MARGIN, parts)
