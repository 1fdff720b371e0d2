"""The picture of one axis with its windows, as SVG: the still form of ``axis_drawing.js``."""

from html import escape

from cnnlab.widgets.axis import Axis
from cnnlab.widgets.picture import (
    BLUE,
    BLUE_TINT,
    FAINT,
    FONT,
    INK,
    LINE,
    MARGIN,
    ORANGE,
    ORANGE_TINT,
    PADDING_TINT,
)

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
    parts = [_text(MARGIN, MARGIN + 12, f"Input {axis.size}{padding}", colour=FAINT)]
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
    parts.append(_text(MARGIN, top + 18, output, colour=FAINT))
    top += 26
    result = ORANGE if void else BLUE
    for number, line in enumerate(lines):
        top += 22
        parts.append(
            _text(MARGIN, top, line, colour=INK if number else result, size=15, bold=not number)
        )
    longest = max(len(line) for line in lines)
    width, height = max(WIDTH, 8 * longest) + 2 * MARGIN, top + MARGIN
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height:g}' "
        f"width='{width}' height='{height:g}'>"
        f"<rect width='{width}' height='{height:g}' rx='8' fill='#ffffff'/>"
        + "".join(parts)
        + "</svg>"
    )


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
        axis, cell, row = self.axis, self.cell, self.row
        inside = self.place(0), axis.size * cell
        parts = [
            _rect(0, 0, self.width, row, PADDING_TINT),
            _rect(inside[0], 0, inside[1], row, "#ffffff"),
        ]
        lit = axis.cells(position)
        for c in lit:
            tint = ORANGE_TINT if 0 <= c < axis.size else PADDING_READ
            parts.append(_rect(self.place(c), 0, cell, row, tint))
        if self.numbered:
            for c in sorted(set(range(lit[0], lit[-1])) - set(lit)):
                parts.append(_path(_hatch(self.place(c), 0, cell, row), ORANGE, 1))
        if cell >= 3:
            walls = "".join(f"M{k * cell:.4g} 0V{row}" for k in range(axis.padded + 1))
            parts.append(_path(walls, LINE, 1))
        parts.append(
            _path("".join(_hatch(self.place(c), 0, cell, row) for c in axis.unread), FAINT)
        )
        frame = f"M0 0H{self.width:g}V{row}H0Z"
        parts.append(_path(frame, LINE, 1))
        crosses = "".join(_cross(self.place(c) + cell / 2, row + 8) for c in axis.uncovered)
        parts.append(_path(crosses, INK, 2))
        if self.numbered:
            parts += [
                _text(self.place(c) + cell / 2, row / 2 + 4, str(c), size=12, anchor="middle")
                for c in range(axis.size)
            ]
        others = "".join(self._bracket(k) for k in range(axis.count) if k != position)
        parts.append(_path(others, FAINT, round(min(1, self.pitch * 0.4), 2)))
        parts.append(_path(self._bracket(position), ORANGE, 3))
        x, y = self.left(position), self.row + GAP + (position % self.lanes + 1) * self.pitch
        parts.append(
            f"<rect x='{x:g}' y='0' width='{axis.span * cell:g}' height='{row}' fill='none' "
            f"stroke='{ORANGE}' stroke-width='3' rx='2'/>"
        )
        middle = x + axis.span * cell / 2
        parts.append(_path(f"M{middle:g} {y:g}V{self.output:g}", BLUE, 2, dashes=True))
        return "".join([*parts, *self._outputs(position, void)])

    def _bracket(self, position: int) -> str:
        x = self.left(position)
        y = self.row + GAP + (position % self.lanes + 1) * self.pitch - 2
        rise = min(6, self.pitch * 0.6)
        end = x + self.axis.span * self.cell
        line = f"M{x + 1:g} {y - rise:g}V{y:g}H{end - 1:g}V{y - rise:g}"
        if self.axis.dilation > 1 and self.pitch >= 6:
            for c in self.axis.cells(position):
                middle = self.place(c) + self.cell / 2
                line += f"M{middle:g} {y:g}v{-rise:g}"
        return line

    def _outputs(self, position: int, void: bool) -> list[str]:
        parts = []
        for k in range(self.axis.count):
            x = self.left(k) + (self.axis.span * self.cell - self.made) / 2
            lit = k == position and not void
            line = " stroke-dasharray='3 3'" if void else ""
            parts.append(
                f"<rect x='{x:g}' y='{self.output:g}' width='{self.made:g}' height='{self.row}' "
                f"fill='{BLUE_TINT if lit else '#ffffff'}' stroke='{BLUE if lit else LINE}'{line}/>"
            )
            if self.made >= NUMBERED and self.numbered:
                y = self.output + self.row / 2 + 4
                text = "–" if void else str(k)
                parts.append(_text(x + self.made / 2, y, text, size=12, anchor="middle"))
        x = self.left(position) + (self.axis.span * self.cell - self.made) / 2
        if not void:
            parts.append(
                f"<rect x='{x:g}' y='{self.output:g}' width='{self.made:g}' height='{self.row}' "
                f"fill='none' stroke='{BLUE}' stroke-width='3' rx='2'/>"
            )
        return parts


def _hatch(x: float, y: float, width: float, height: float) -> str:
    """Lines at 45° that fill a rectangle."""
    path = ""
    for c in range(5, int(width + height), 5):
        path += f"M{x + max(0, c - height):g} {y + min(c, height):g}"
        path += f"L{x + min(c, width):g} {y + max(0, c - width):g}"
    return path


def _cross(x: float, y: float) -> str:
    return f"M{x - 3:g} {y - 3:g}l6 6m0 -6l-6 6"


def _at(x: float, y: float, content: str) -> str:
    return f"<g transform='translate({x:g} {y:g})'>{content}</g>"


def _rect(x: float, y: float, width: float, height: float, fill: str) -> str:
    return f"<rect x='{x:g}' y='{y:g}' width='{width:g}' height='{height:g}' fill='{fill}'/>"


def _path(path: str, colour: str, width: float = 1, *, dashes: bool = False) -> str:
    dashed = " stroke-dasharray='3 3'" if dashes else ""
    return f"<path d='{path}' fill='none' stroke='{colour}' stroke-width='{width}'{dashed}/>"


def _text(x, y, text, *, size=13, colour=INK, anchor="start", bold=False):
    weight = " font-weight='600'" if bold else ""
    return (
        f"<text x='{x:g}' y='{y:g}' {FONT} font-size='{size}' fill='{colour}' "
        f"text-anchor='{anchor}'{weight}>{escape(text)}</text>"
    )
