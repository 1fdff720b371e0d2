"""The picture of one axis with its windows, as SVG: the still form of ``axis_drawing.js``."""

from collections.abc import Iterable

from cnnlab.widgets._shared import svg
from cnnlab.widgets._shared.picture import MARGIN
from cnnlab.widgets.size_explorer.numbers import Axis

WIDTH = 720
NUMBERED = 18
WIDEST = 46
NEAR = 30
ROW = 30
GAP = 18
LANES = 150
PITCH = 14
PADDING_READ = "#eddcc6"
OUTPUT_GAP = 22
TITLE = 22


def draw_axis(axis: Axis, position: int, lines: list[str], *, void: bool) -> str:
    """Draw the cells, the windows as brackets, the output cells, and lines of text below.

    A long axis is drawn twice: all of it, thin, and the part around the window with numbers.

    Parameters
    ----------
    axis : Axis
        What to draw.
    position : int
        Which window is lit, from 0.
    lines : list of str
        Below the drawing, from top to bottom; the first stands out.
    void : bool
        Whether the output cells are crossed out.

    Returns
    -------
    str
        A whole SVG document, the same for the same input.
    """
    padding = f", padded to {axis.padded}" if axis.padded > axis.size else ""
    parts = [svg.text(MARGIN, MARGIN + 12, f"Input {axis.size}{padding}", colour=svg.FAINT)]
    top = MARGIN + TITLE
    if WIDTH / axis.padded >= NUMBERED:
        cell = min(WIDTH / axis.padded, WIDEST)
        strip = _Strip(axis, cell, ROW)
        parts.append(_at(MARGIN, top, strip.draw(position, void)))
        top += strip.height
    else:
        strip = _Strip(axis, WIDTH / axis.padded, 18)
        parts.append(_at(MARGIN, top, strip.draw(position, void)))
        top += strip.height + 16
        near = _Strip(axis, NEAR, ROW)
        middle = near.left(position) + axis.span * near.cell / 2
        from_left = min(max(middle - WIDTH / 2, 0), near.width - WIDTH)
        parts.append(
            f"<svg x='{MARGIN}' y='{top}' width='{WIDTH}' height='{near.height}' "
            f"viewBox='{from_left:g} 0 {WIDTH} {near.height}'>{near.draw(position, void)}</svg>"
        )
        top += near.height
    output = "No output" if void else f"Output {axis.count}"
    parts.append(svg.text(MARGIN, top + 18, output, colour=svg.FAINT))
    top += 26
    result = svg.ORANGE if void else svg.BLUE
    for place, line in enumerate(lines):
        top += 22
        colour = result if place == 0 else svg.INK
        parts.append(svg.text(MARGIN, top, line, colour=colour, size=15, bold=place == 0))
    width = max(WIDTH, 8 * max(map(len, lines)))
    return svg.document(width + 2 * MARGIN, top + MARGIN, parts)


class _Strip:
    """The axis at one scale: a cell is `cell` wide, and the row of cells `row` high."""

    def __init__(self, axis: Axis, cell: float, row: float) -> None:
        self.axis, self.cell, self.row = axis, cell, row
        self.numbered = cell >= NUMBERED
        room = LANES if self.numbered else 40
        self.lanes = min(axis.count, -(-(axis.span + 1) // axis.stride))
        self.pitch = min(PITCH if self.numbered else 7, room / self.lanes)
        self.made = min(axis.stride * cell, max(cell, 30))
        self.output = row + GAP + self.lanes * self.pitch + (OUTPUT_GAP if self.numbered else 6)
        self.height = round(self.output + row + 2, 2)
        self.width = axis.padded * cell

    def left(self, position: int) -> float:
        return position * self.axis.stride * self.cell

    def place(self, cell: int) -> float:
        return (cell + self.axis.before) * self.cell

    def draw(self, position: int, void: bool) -> str:
        """Return the strip with one window lit; `void` crosses the output out."""
        axis, cell, row = self.axis, self.cell, self.row
        parts = [
            svg.rectangle(0, 0, self.width, row, f"fill='{svg.PADDING_TINT}'"),
            svg.rectangle(self.place(0), 0, axis.size * cell, row, f"fill='{svg.WHITE}'"),
        ]
        lit = axis.cells(position)
        for c in lit:
            tint = svg.ORANGE_TINT if 0 <= c < axis.size else PADDING_READ
            parts.append(svg.rectangle(self.place(c), 0, cell, row, f"fill='{tint}'"))
        if self.numbered:
            skipped = sorted(set(range(lit[0], lit[-1])) - set(lit))
            parts.append(_stroke(self._hatched(skipped), svg.ORANGE))
        if cell >= 3:
            walls = (f"M{svg.number(k * cell)} 0V{row}" for k in range(axis.padded + 1))
            parts.append(_stroke("".join(walls), svg.LINE))
        crosses = "".join(_cross(self.place(c) + cell / 2, row + 8) for c in axis.uncovered)
        parts += [
            _stroke(self._hatched(axis.unread), svg.FAINT),
            _stroke(svg.box(0, 0, self.width, row), svg.LINE),
            _stroke(crosses, svg.INK, 2),
        ]
        if self.numbered:
            parts += [
                svg.text(self.place(c) + cell / 2, row / 2 + 4, str(c), size=12, anchor="middle")
                for c in range(axis.size)
            ]
        others = "".join(self._bracket(k) for k in range(axis.count) if k != position)
        x, y = self.left(position), self._lane(position)
        middle = x + axis.span * cell / 2
        link = svg.line((middle, y + 2), (middle, self.output))
        parts += [
            _stroke(others, svg.FAINT, round(min(1, self.pitch * 0.4), 2)),
            _stroke(self._bracket(position), svg.ORANGE, 3),
            svg.rectangle(x, 0, axis.span * cell, row, _frame(svg.ORANGE)),
            _stroke(link, svg.BLUE, 2, dashes=True),
        ]
        return "".join([*parts, *self._outputs(position, void)])

    def _hatched(self, cells: Iterable[int]) -> str:
        return "".join(svg.hatch(self.place(c), 0, self.cell, self.row) for c in cells)

    def _lane(self, position: int) -> float:
        return self.row + GAP + (position % self.lanes + 1) * self.pitch - 2

    def _bracket(self, position: int) -> str:
        x, y = self.left(position), self._lane(position)
        rise = min(6, self.pitch * 0.6)
        end = x + self.axis.span * self.cell - 1
        bracket = svg.line((x + 1, y - rise), (x + 1, y), (end, y), (end, y - rise))
        if self.axis.dilation > 1 and self.pitch >= 6:
            for c in self.axis.cells(position):
                middle = self.place(c) + self.cell / 2
                bracket += svg.line((middle, y), (middle, y - rise))
        return bracket

    def _outputs(self, position: int, void: bool) -> list[str]:
        parts, lit = [], None
        for k in range(self.axis.count):
            x = self.left(k) + (self.axis.span * self.cell - self.made) / 2
            place = x, self.output, self.made, self.row
            look = f"fill='{svg.WHITE}' stroke='{svg.LINE}'"
            if void:
                look += " stroke-dasharray='3 3'"
            elif k == position:
                look, lit = f"fill='{svg.BLUE_TINT}'", place
            parts.append(svg.rectangle(*place, look))
            if self.made >= NUMBERED and self.numbered:
                x, y = x + self.made / 2, self.output + self.row / 2 + 4
                parts.append(svg.text(x, y, "–" if void else str(k), size=12, anchor="middle"))
        return [*parts, svg.rectangle(*lit, _frame(svg.BLUE))] if lit else parts


def _cross(x: float, y: float) -> str:
    return f"M{svg.number(x - 3)} {svg.number(y - 3)}l6 6m0 -6l-6 6"


def _at(x: float, y: float, content: str) -> str:
    return f"<g transform='translate({svg.number(x)} {svg.number(y)})'>{content}</g>"


def _frame(colour: str) -> str:
    return f"fill='none' stroke='{colour}' stroke-width='3' rx='2'"


def _stroke(commands: str, colour: str, width: float = 1, *, dashes: bool = False) -> str:
    dashed = " stroke-dasharray='3 3'" if dashes else ""
    return svg.path(commands, f"fill='none' stroke='{colour}' stroke-width='{width}'{dashed}")
