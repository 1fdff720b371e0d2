"""SVG for the pictures that stand where no script runs: its colours, shapes and text.

Every function returns a piece of SVG; lengths are in pixels, written with at most two decimals.
"""

from collections.abc import Iterable
from html import escape

INK, FAINT, LINE, WHITE = "#1d2733", "#5c6773", "#b9c2cc", "#ffffff"
ORANGE, ORANGE_TINT = "#b35900", "#fde3c4"
PURPLE = "#6a4fb3"
BLUE, BLUE_TINT = "#00639c", "#d3e8f6"
# From purple below 0 over white to orange above: C. Brewer's PuOr, which the colour-blind can read.
SIGNED = ["2d004b", "542788", "8073ac", "b2abd2", "d8daeb", "f7f7f7"]
SIGNED += ["fee0b6", "fdb863", "e08214", "b35806", "7f3b08"]
PADDING_TINT = "#eceff2"
FONT = "font-family='system-ui,Segoe UI,Helvetica,Arial,sans-serif'"
HATCH = 5  # pixels from line to line


def document(width: float, height: float, parts: Iterable[str]) -> str:
    """Return a whole document on a light ground of its own, which reads on a dark page too."""
    size = f"width='{number(width)}' height='{number(height)}'"
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {number(width)} {number(height)}' "
        f"{size}><rect {size} rx='8' fill='{WHITE}'/>{''.join(parts)}</svg>"
    )


def number(value: float) -> str:
    """Write a length."""
    return f"{round(value, 2):g}"


def text(x, y, words, *, size=13, colour=INK, anchor="start", bold=False, halo=False) -> str:
    """Write words from (x, y) on; with a halo they stay legible on lines."""
    weight = " font-weight='600'" if bold else ""
    around = f" paint-order='stroke' stroke='{WHITE}' stroke-width='3' stroke-opacity='.7'"
    return (
        f"<text x='{number(x)}' y='{number(y)}' {FONT} font-size='{size}' fill='{colour}' "
        f"text-anchor='{anchor}'{weight}{around if halo else ''}>{escape(words)}</text>"
    )


def rectangle(x: float, y: float, width: float, height: float, look: str) -> str:
    """Return one rectangle; `look` is its attributes."""
    return (
        f"<rect x='{number(x)}' y='{number(y)}' width='{number(width)}' "
        f"height='{number(height)}' {look}/>"
    )


def path(commands: str, look: str) -> str:
    """Return one path, or nothing for an empty one; `look` is its attributes."""
    return f"<path d='{commands}' {look}/>" if commands else ""


def box(x: float, y: float, width: float, height: float) -> str:
    """Return a path's commands for a rectangle."""
    across = number(width)
    return f"M{number(x)} {number(y)}h{across}v{number(height)}h-{across}z"


def line(*points: tuple[float, float]) -> str:
    """Return a path's commands for a line through points."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


def hatch(x: float, y: float, width: float, height: float) -> str:
    """Return a path's commands for lines at 45° that fill a rectangle."""
    return "".join(
        line(
            (x + max(0, c - height), y + min(c, height)),
            (x + min(c, width), y + max(0, c - width)),
        )
        for c in range(HATCH, int(width + height), HATCH)
    )
