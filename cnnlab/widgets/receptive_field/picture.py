"""The picture of a stack of layers where no script runs; ``field_drawing.js`` draws the same."""

from collections.abc import Iterable

from cnnlab.receptive_fields import called
from cnnlab.widgets._shared import svg
from cnnlab.widgets.receptive_field.numbers import Sight, Stack

WIDTH = 680
ROW, LABEL, EDGE, WIDEST, BARS = 26, 17, 16, 40, 46


def draw_stack(stack: Stack, sight: Sight, lines: list[str], percent: int, *, profile: bool) -> str:
    """Draw a stack, one of its units, and what that unit sees.

    Parameters
    ----------
    stack : Stack
        The layers.
    sight : Sight
        What the unit sees; its last entry belongs to the unit's own layer.
    lines : list of str
        Below the drawing, from top to bottom.
    percent : int
        How much of the paths the effective field holds.
    profile : bool
        Whether the shares of the paths are drawn.

    Returns
    -------
    str
        A whole SVG document, the same for the same input.
    """
    drawing = _Drawing(stack)
    parts = drawing.layers(sight)
    top = drawing.bottom
    if profile:
        parts += drawing.profile(sight, percent)
        top += 10 + BARS + 60
    for line in lines:
        top += 22
        parts.append(svg.text(EDGE, top, line, size=14))
    width = max(drawing.width, 2 * EDGE + 7 * max(map(len, lines)))
    return svg.document(width, top + EDGE, parts)


class _Drawing:
    """Where the rows and their units stand."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.top = len(stack.layers)
        self.low, high = stack.extent
        self.cell = min(WIDEST, (WIDTH - 2 * EDGE) / (high - self.low + 1))
        self.width = round(self.cell * (high - self.low + 1) + 2 * EDGE, 2)
        self.pitch = max(46, min(66, 480 / self.top))
        self.bottom = self.y(0) + ROW

    def y(self, level: int) -> float:
        return round((self.top - level) * self.pitch + LABEL + 4, 2)

    def x(self, cells: float) -> float:
        return EDGE + (cells - self.low + 0.5) * self.cell

    def breadth(self, level: int) -> float:
        share = self.stack.fields[level].jump * self.cell
        if self.stack.fields[level].jump == 1:
            return self.cell
        return min(max(share * 0.75, share - 3), max(self.cell, 28))

    def left(self, level: int, unit: int) -> float:
        return self.x(self.stack.centre(level, unit)) - self.breadth(level) / 2

    def right(self, level: int, unit: int) -> float:
        return self.left(level, unit) + self.breadth(level)

    def boxes(self, level: int, units: Iterable[int], look: str) -> str:
        width, y = self.breadth(level), self.y(level)
        return svg.path("".join(svg.box(self.left(level, u), y, width, ROW) for u in units), look)

    def layers(self, sight: Sight) -> list[str]:
        layer = len(sight.counts) - 1
        parts = []
        for level in range(layer):
            if sight.fields[level] is None:
                continue
            (first, last), (start, end) = sight.fields[level], sight.fields[level + 1]
            upper, lower = self.y(level + 1) + ROW, self.y(level)
            corners = [
                (self.left(level + 1, start), upper),
                (self.right(level + 1, end), upper),
                (self.right(level, last), lower),
                (self.left(level, first), lower),
            ]
            parts.append(
                svg.path(svg.line(*corners) + "z", f"fill='{svg.ORANGE}' fill-opacity='.13'")
            )
        thin = f"stroke='{svg.LINE}' stroke-width='{1 if self.cell >= 3 else 0.5}'"
        for level, size in enumerate(self.stack.sizes):
            before, after = self.stack.pads(level)
            ghosts = [*range(-before, 0), *range(size, size + after)]
            parts.append(self.boxes(level, ghosts, f"fill='{svg.PADDING_TINT}' {thin}"))
            parts.append(self.boxes(level, range(size), f"fill='{svg.WHITE}' {thin}"))
        for level in range(layer):
            parts += self._lit(sight, level)
        chosen = [u for u, paths in enumerate(sight.counts[layer]) if paths]
        look = f"fill='{svg.BLUE_TINT}' stroke='{svg.BLUE}' stroke-width='3'"
        parts.append(self.boxes(layer, chosen, look))
        for level in range(self.top + 1):
            parts += self._words(level)
        return parts

    def _lit(self, sight: Sight, level: int) -> list[str]:
        counts, field, theory = sight.counts[level], sight.fields[level], sight.theory
        dashes = f"stroke='{svg.ORANGE}' stroke-width='1.5' stroke-dasharray='3 3' fill='none'"
        parts = [self.boxes(level, sight.padding[level], dashes)]
        if field != theory[level]:
            upper, lower = self.y(level + 1) + ROW, self.y(level)
            for end, side in enumerate((self.left, self.right)):
                ends = [(side(level + 1, theory[level + 1][end]), upper)]
                ends.append((side(level, theory[level][end]), lower))
                ends.append((ends[-1][0], lower + ROW))
                parts.append(svg.path(svg.line(*ends), dashes))
        if field is None:
            return parts
        inside = range(field[0], field[1] + 1)
        seen = [u for u in inside if counts[u]]
        parts.append(
            self.boxes(
                level, seen, f"fill='{svg.ORANGE_TINT}' stroke='{svg.ORANGE}' stroke-opacity='.4'"
            )
        )
        skipped = "".join(
            svg.hatch(self.left(level, u), self.y(level), self.breadth(level), ROW)
            for u in inside
            if not counts[u]
        )
        parts.append(svg.path(skipped, f"stroke='{svg.ORANGE}' fill='none'"))
        left = self.left(level, field[0])
        frame = svg.box(left, self.y(level), self.right(level, field[1]) - left, ROW)
        parts.append(
            svg.path(
                frame,
                f"fill='{svg.ORANGE}' fill-opacity='.08' stroke='{svg.ORANGE}' stroke-width='2.5'",
            )
        )
        return parts

    def _words(self, level: int) -> list[str]:
        size = self.stack.sizes[level]
        unit = "unit" if level else "cell"
        who = called(self.stack.layers, level).capitalize() if level else "Input"
        if level and (name := self.stack.layers[level - 1]["name"]):
            who = f"Layer {level} ({name})"
        count = f"{size} {unit}{'' if size == 1 else 's'}"
        parts = [
            svg.text(4, self.y(level) - 5, f"{who}: {count}", size=12, colour=svg.FAINT, halo=True)
        ]
        if self.breadth(level) >= (24 if size > 100 else 17):
            y = self.y(level) + ROW / 2 + 4
            for u in range(size):
                x = self.x(self.stack.centre(level, u))
                parts.append(svg.text(x, y, str(u), size=11, anchor="middle", halo=True))
        return parts

    def profile(self, sight: Sight, percent: int) -> list[str]:
        ground = self.bottom + 10 + BARS
        most = max(sight.shares) or 1
        gap = 1 if self.cell >= 6 else 0
        bars = {True: "", False: ""}
        for c, share in enumerate(sight.shares):
            if share:
                tall = max(1.5, share / most * BARS)
                held = sight.effective[0] <= c <= sight.effective[1]
                width = self.cell - 2 * gap
                bars[held] += svg.box(self.x(c) - self.cell / 2 + gap, ground - tall, width, tall)
        parts = [
            svg.path(bars[False], f"fill='{svg.ORANGE_TINT}' stroke='{svg.ORANGE}'"),
            svg.path(bars[True], f"fill='{svg.ORANGE}'"),
            svg.path(f"M{EDGE} {ground:g}H{self.width - EDGE:g}", f"stroke='{svg.LINE}'"),
        ]
        if sight.effective:
            first, last = sight.effective
            cells = f"cell {first}" if first == last else f"cells {first} to {last}"
            text = f"at least {percent} % of the paths: {cells}"
            parts += self._bracket(sight.effective, ground + 12, text, f"stroke='{svg.ORANGE}'")
        size = self.stack.fields[len(sight.counts) - 1].size
        text = f"theoretical field: {size} cell{'' if size == 1 else 's'}"
        dashes = f"stroke='{svg.FAINT}' stroke-dasharray='4 3'"
        return parts + self._bracket(sight.theory[0], ground + 42, text, dashes)

    def _bracket(self, ends: tuple[int, int], y: float, text: str, look: str) -> list[str]:
        start, end = self.x(ends[0]) - self.cell / 2, self.x(ends[1]) + self.cell / 2
        a, b = max(start, 1), min(end, self.width - 1)
        line = f"M{a:g} {y - 6:g}V{y:g}" if start > 1 else f"M{a:g} {y:g}"
        line += f"H{b:g}" + (f"V{y - 6:g}" if end < self.width - 1 else "")
        half = 3.4 * len(text)
        x = max(half, min(self.width - half, (a + b) / 2))
        words = svg.text(x, y + 14, text, size=12, anchor="middle", halo=True)
        return [svg.path(line, f"fill='none' stroke-width='2' {look}"), words]
