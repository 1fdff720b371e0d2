"""The pictures that stand where no script runs: number grids side by side, as SVG.

The drawing carries its own light background, so it reads on a dark page and on paper alike.
"""

from dataclasses import dataclass, field
from html import escape

import numpy as np

from cnnlab.widgets.text import format_number, short

CELL = 36
GAP = 34
MARGIN = 14
TITLE = 26
INK, FAINT, LINE = "#1d2733", "#5c6773", "#b9c2cc"
ORANGE, ORANGE_TINT = "#b35900", "#fde3c4"
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


def draw(panels: list[Panel], lines: list[str]) -> str:
    """Draw grids side by side, and lines of text below them.

    Parameters
    ----------
    panels : list of Panel
        From left to right.
    lines : list of str
        Below the grids, from top to bottom; the last one stands out.

    Returns
    -------
    str
        A whole SVG document, the same for the same input.
    """
    height = max(panel.height for panel in panels)
    parts, left = [], MARGIN
    for panel in panels:
        parts += panel.draw(left, MARGIN)
        left += panel.width + GAP
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
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' "
        f"height='{height}'><rect width='{width}' height='{height}' rx='8' fill='#ffffff'/>"
        + "".join(parts)
        + "</svg>"
    )


def _text(x, y, text, *, size, colour=INK, anchor="middle", bold=False):
    weight = " font-weight='600'" if bold else ""
    return (
        f"<text x='{x:g}' y='{y:g}' {FONT} font-size='{size}' fill='{colour}' "
        f"text-anchor='{anchor}'{weight}>{escape(text)}</text>"
    )
