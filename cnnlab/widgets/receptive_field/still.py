"""The layers of a ReceptiveField where no script runs."""

from cnnlab.receptive_fields import called
from cnnlab.widgets._shared.still import panel, strip
from cnnlab.widgets._shared.text import counted


def layers_panel(stack, sight, percent: int, *, profile: bool) -> str:
    """Write each layer as a row of units as wide as their jump, the input as the last."""
    chosen = len(sight.counts) - 1

    def box(level, unit):
        size, jump = stack.sizes[level], stack.fields[level].jump
        kind = ""
        if level <= chosen and (field := sight.fields[level]) and field[0] <= unit <= field[1]:
            seen = unit < size and sight.counts[level][unit]
            kind = "skipped" if not seen else "chosen" if level == chosen else "read"
        if not 0 <= unit < size:
            kind = "padding read" if level < chosen and unit in sight.padding[level] else "padding"
        start = stack.centre(level, unit) + (1 - jump) / 2
        return start, start + jump, str(unit) if 0 <= unit < size else "", kind

    rows = []
    for level, size in reversed(list(enumerate(stack.sizes))):
        before, after = stack.pads(level)
        who = called(stack.layers, level) if level else "input"
        who = f"{who[0].upper()}{who[1:]}: {counted(size, 'unit' if level else 'cell')}"
        rows.append((who, [box(level, u) for u in range(-before, size + after)]))
    if profile and sight.effective:
        first, last = sight.effective
        cells = f"cell {first}" if first == last else f"cells {first} to {last}"
        shares = [
            (c, c + 1, f"{100 * s:.0f}" * bool(s), "read" * (first <= c <= last))
            for c, s in enumerate(sight.shares)
        ]
        told = f"Share of the paths in %; at least {percent} % of the paths: {cells}"
        rows.append((told, shares))
    low = min(boxes[0][0] for _, boxes in rows)
    high = max(boxes[-1][1] for _, boxes in rows)
    title = f"Theoretical field: {counted(stack.fields[chosen].size, 'cell')}"
    return panel(title, strip("Layers", low, high, rows))
