"""What stands where no script runs: the tables of the live grids, as they are at one moment.

They have the classes that ``grid.js`` and ``panels.js`` give them. What is read is bold, too: it
stands out where no stylesheet came along.
"""

import base64
import io
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
from PIL import Image

from cnnlab.shapes import Windows
from cnnlab.widgets._shared.text import format_number

MOST = 128 * 128  # cells of one drawing
ROOM, NARROW = 42, 18  # numbers that fit side by side, and on a phone
LIVE = "where the notebook's cell has run, and on the book's page."  # a caption's end


def still_form(panels: Iterable[str], sentence: str, *, told: bool = True, kind: str = "") -> str:
    """Set panels side by side, and a sentence below them, for all to see or only to be heard.

    The widget's own styles begin with `kind`, if it has some.
    """
    own = f" cnnlab-{kind}" if kind else ""
    return (
        f'<div class="cnnlab cnnlab-still{own}"><div class="cnnlab-panels">{"".join(panels)}</div>'
        f'<p class="cnnlab-{"now" if told else "spoken"}">{escape(sentence)}</p></div>'
    )


def sized(title: str, shape: Iterable[int]) -> str:
    """Write a title with a shape behind it."""
    return f"{title} {' × '.join(map(str, shape))}"


def corner(windows: Windows, window: Sequence[int]) -> list[int]:
    """Return the first cell that one window covers, row and column."""
    return [int(windows.start(axis)[index]) for axis, index in enumerate(window)]


def drawable(layer: Any, maps: int = 1) -> Any:
    """Return what has `windows` if so many maps, padded, can be drawn; or say what can be."""
    axes = zip(layer.windows.size, layer.windows.padding, strict=True)
    sides = [size + sum(pads) for size, pads in axes]
    if maps * math.prod(sides) <= MOST:
        return layer
    cells = sized("there would be", [maps, *sides][maps == 1 :])
    raise ValueError(f"{cells} cells, padding included; at most {MOST:,} can be drawn")


def panel(title: str, *content: str) -> str:
    """Write a title with content below it."""
    return f'<div class="cnnlab-panel">{_title(title)}{"".join(content)}</div>'


def stack(
    title: str,
    volume: Any,
    *,
    names: Sequence[str] = (),
    marks: Mapping | None = None,
    frame: tuple | None = None,
    **options: Any,
) -> str:
    """Write a panel of grids below each other, one for each channel of `volume` (C, H, W).

    Parameters
    ----------
    names : sequence of str, optional
        Of the channels, where there are several.
    marks : dict, optional
        (channel, row, column) to the kind of that cell's look and the note in its corner.
    frame : (channel or None, row, column, height, width), optional
        The outline around some cells, of one channel or of all.
    **options
        As in :func:`grid`.
    """
    planes = np.asarray(volume, float)
    content = []
    for k, plane in enumerate(planes):
        name = title
        if len(planes) > 1:
            name = names[k] if names else f"{title}, channel {k}"
            content.append(_title(name))
        own = {place[1:]: mark for place, mark in (marks or {}).items() if place[0] == k}
        framed = frame[1:] if frame and frame[0] in (None, k) else None
        content.append(grid(name, plane, marks=own, frame=framed, **options))
    return panel(title, *content)


def grid(
    name: str,
    values: np.ndarray,
    *,
    pads: Iterable = ((0, 0), (0, 0)),
    border: str = "0",
    marks: Mapping | None = None,
    frame: tuple | None = None,
    blue: bool = False,
    write: Callable[[float], str] = format_number,
) -> str:
    """Write a table of numbers, which a screen reader calls `name`; NaN leaves a cell empty.

    As in ``grid.js``, `pads` are padding cells around it, which show `border`; `marks` and `frame`
    count from the inner corner; `blue` outlines in the output's colour.
    """
    (top, bottom), (left, right) = pads
    rows, columns = values.shape
    lines = []
    for row in range(-top, rows + bottom):
        cells = []
        for column in range(-left, columns + right):
            inside = 0 <= row < rows and 0 <= column < columns
            text = border
            if inside:
                text = "" if np.isnan(values[row, column]) else write(values[row, column])
            kind, note = (marks or {}).get((row, column), ("", ""))
            cells.append(_cell(text, kind if inside else f"padding {kind}", note))
        lines.append(f"<tr>{''.join(cells)}</tr>")
    outline = ""
    if frame:
        row, column, height, width = frame
        outline = (
            f'<div class="cnnlab-window{" cnnlab-blue" * blue}" style="--row:{row + top};'
            f'--column:{column + left};--height:{height};--width:{width}"></div>'
        )
    return (
        f'<div class="cnnlab-grid" style="--columns:{columns + left + right}">'
        f'<table class="cnnlab-table" aria-label="{escape(name)}">{"".join(lines)}</table>'
        f"{outline}</div>"
    )


def strip(name: str, low: float, high: float, rows: Iterable[tuple]) -> str:
    """Write rows of boxes along one axis, from `low` to `high` in whole and half cells.

    A row is ``(caption, boxes)``; without a caption it belongs to the one above. A box is ``(start,
    end, text, kind of its look)``; boxes come in order and don't overlap, and end at the ends.
    """
    across, lines = round(2 * (high - low)), []
    for caption, boxes in rows:
        if caption:
            lines.append(
                f'<tr><th class="cnnlab-title" colspan="{across}">{escape(caption)}</th></tr>'
            )
        at, cells = low, []
        for start, end, text, kind in boxes:
            start, end = max(start, low), min(end, high)
            if start < end:
                if start > at:
                    cells.append(f'<td colspan="{round(2 * (start - at))}"></td>')
                span, share = round(2 * (end - start)), (end - start) / (high - low)
                text, narrow = text * (share > 1 / ROOM), " narrow" * (share < 1 / NARROW)
                cells.append(_cell(text, kind + narrow, "", span))
                at = end
        if at < high:
            cells.append(f'<td colspan="{round(2 * (high - at))}"></td>')
        lines.append(f"<tr>{''.join(cells)}</tr>")
    size = f"--cell:1.7rem;--across:{across};max-width:{round(1.1 * across, 1)}rem"
    return (
        f'<table class="cnnlab-table cnnlab-strip" aria-label="{escape(name)}" style="{size}">'
        f"{''.join(lines)}</table>"
    )


def picture_url(image: np.ndarray) -> str:
    """Write a grey image, uint8 of shape (H, W), as the address of an ``<img>``.

    It is a BMP, which nothing compresses: compressors differ from one version to the next, and a
    notebook's stored outputs are compared letter by letter.
    """
    file = io.BytesIO()
    Image.fromarray(image).save(file, "bmp")
    return "data:image/bmp;base64," + base64.b64encode(file.getvalue()).decode()


def _cell(text, kinds, note, span=0):
    classes = " ".join(f"cnnlab-{kind}" for kind in ["cell", *kinds.split()])
    numbers = [f"--length:{len(text)}"] * (len(text) > 1) + [f"--span:{span}"] * (span > 2)
    attributes = f' style="{";".join(numbers)}"' if numbers else ""
    attributes += f' colspan="{span}"' if span else ""
    attributes += f' data-weight="{note}"' if note else ""
    if text and "read" in kinds.split():
        text = f"<b>{text}</b>"
    return f'<td class="{classes}"{attributes}>{text}</td>'


def _title(text):
    return f'<div class="cnnlab-title">{escape(text)}</div>'
