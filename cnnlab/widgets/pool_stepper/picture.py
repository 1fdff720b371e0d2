"""The picture of PoolStepper: number grids with words and rings in single cells."""

from dataclasses import dataclass, field, replace

import numpy as np

from cnnlab.widgets._shared import svg
from cnnlab.widgets._shared.picture import CELL, TITLE, Panel, draw
from cnnlab.widgets._shared.text import entry
from cnnlab.widgets.pool_stepper.numbers import Walk


@dataclass
class PoolPanel(Panel):
    """A number grid that sets long numbers smaller and says more about some of its cells.

    Attributes
    ----------
    words : dict
        (row, column) to what stands in the middle of that cell, which has no number.
    small : dict
        (row, column) to what stands below that.
    badges : dict
        (row, column) to a word in the corner of that cell, which gets a ring: a dashed one if
        the word is ``"="``.
    """

    words: dict = field(default_factory=dict)
    small: dict = field(default_factory=dict)
    badges: dict = field(default_factory=dict)

    def draw(self, left: int, top: int) -> list[str]:
        """Return the SVG elements of this grid with its corner at (left, top)."""
        bare = replace(self, values=np.full(self.values.shape, np.nan))
        parts = Panel.draw(bare, left, top)
        words = {cell: self.write(v) for cell, v in np.ndenumerate(self.values) if v == v}

        def write(cell, x, y, text, size, colour):
            x, y = left + (cell[1] + x) * CELL, top + TITLE + (cell[0] + y) * CELL
            parts.append(svg.text(x, y, text, size=size, colour=colour, anchor="middle"))

        def box(cell, x, y, width, height, look):
            x, y = left + cell[1] * CELL + x, top + TITLE + cell[0] * CELL + y
            parts.append(svg.rectangle(x, y, width, height, f"rx='3' {look}"))

        for cell, text in (words | self.words).items():
            size = min(15, round(1.5 * CELL / max(len(text), 1), 1))
            write(cell, 0.5, 0.5 if cell in self.small else 0.64, text, size, svg.INK)
        for cell, text in self.small.items():
            write(cell, 0.5, 0.84, text, 9, svg.FAINT)
        for cell, text in self.badges.items():
            ring = f"fill='none' stroke='{svg.ORANGE}' stroke-width='2'"
            tie = text == "="
            box(cell, 4, 4, CELL - 8, CELL - 8, ring + " stroke-dasharray='4 3'" * tie)
            width = 10 if tie else 19
            box(
                cell,
                CELL - width,
                CELL - 11,
                width,
                11,
                f"fill='{svg.WHITE if tie else svg.ORANGE}'",
            )
            write(cell, 1 - width / 2 / CELL, 0.93, text, 8, svg.ORANGE if tie else svg.WHITE)
        return parts


def picture(walk: Walk, direction: str, position: int, views: list[str]) -> str:
    """Draw a pooling layer with the cursor at one position.

    Parameters
    ----------
    walk : Walk
        The layer.
    direction : {"forward", "unpool", "backward"}
        Which way the cursor walks.
    position : int
        The output cell, in reading order.
    views : list of str
        Which grids to draw, beside the one that the way back fills.

    Returns
    -------
    str
        A whole SVG document.
    """
    done, count = position + 1, walk.output.size
    shown = done if direction == "forward" else count
    panels = [_image(walk, position)] if "input" in views else []
    needed = direction != "backward" or walk.operation == "l2"  # where its numbers are used
    if "output" in views and needed:
        panels.append(_output("Output", walk, walk.output, position, shown))
    if "switches" in views and walk.switches is not None:
        panels.append(_switches(walk, position, shown))
    if direction == "unpool":
        switch = divmod(int(walk.switches.flat[position]), walk.image.shape[1])
        filled = walk.unpool(done)
        panels.append(Panel(_title("Unpooled", filled), filled, window=(*switch, 1, 1)))
    if direction == "backward":
        sent = _output("Output gradient", walk, walk.gradients, position, count)
        panels.append(replace(sent, write=entry))
        given = list(walk.shares(position))
        panels.append(_padded("Input gradient", walk, walk.backward(done), position, given))
    before, _, last = walk.sentence(direction, position).rpartition(": ")
    return draw(panels, [f"{before}:", last] if "arithmetic" in views else [])


def _image(walk, position):
    """Draw the image with its padding, the window, and the cells that hold its maximum."""
    panel = _padded("Image", walk, walk.image, position, walk.real(position))
    panel.write = entry
    (top, _), (left, _) = walk.pads
    filler = {"max": "−∞", "average": "0" if walk.count_padding else "", "l2": "0"}
    for row, column in np.argwhere(panel.padded):
        panel.words[int(row), int(column)] = filler[walk.operation]
    if walk.operation == "average" and walk.count_padding:
        row, column, height, width = panel.window
        panel.tinted[row : row + height, column : column + width] = True
    holders = walk.holders(position)
    for number, (row, column) in enumerate(holders):
        word = "=" if number else "1st" if len(holders) > 1 else "max"
        panel.badges[row + top, column + left] = word
    return panel


def _switches(walk, position, shown):
    """Draw the switches, each with its row and column below it."""
    panel = _output("Switches", walk, walk.switches, position, shown)
    panel.title += ", frozen" if shown == walk.output.size else ""
    panel.values = np.full(walk.shape, np.nan)
    for place, switch in enumerate(walk.switches.flat[:shown]):
        row, column = divmod(int(switch), walk.image.shape[1])
        cell = walk.cell(place)
        panel.words[cell], panel.small[cell] = str(switch), f"{row}, {column}"
    return panel


def _padded(name, walk, values, position, cells):
    """Draw a map of the image's size with its padding, the window, and some cells tinted."""
    (top, _), (left, _) = walk.pads
    row, column = walk.corner(position)
    grid = np.pad(values.astype(float), walk.pads, constant_values=np.nan)
    tinted = np.zeros(grid.shape, bool)
    for cell in cells:
        tinted[cell[0] + top, cell[1] + left] = True
    return PoolPanel(
        _title(name, values),
        grid,
        padded=np.pad(np.zeros(values.shape, bool), walk.pads, constant_values=True),
        tinted=tinted,
        window=(row + top, column + left, *walk.kernel),
    )


def _output(name, walk, values, position, shown):
    """Draw a map of the output's size, filled up to the cursor."""
    filled = np.where(np.arange(values.size) < shown, values.ravel(), np.nan).reshape(values.shape)
    return PoolPanel(_title(name, values), filled, window=(*walk.cell(position), 1, 1), blue=True)


def _title(name, values):
    return f"{name} {values.shape[0]} × {values.shape[1]}"
