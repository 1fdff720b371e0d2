"""The axis of a SizeExplorer where no script runs."""

from cnnlab.widgets._shared.still import panel, strip

MOST = 22  # cells that a page has room for


def axis_panel(axis, position: int, *, void: bool) -> str:
    """Write the cells of an axis and, below those that it covers, each window with its number.

    Of a long axis it is the part around one window. With `void` there is no output.
    """
    low = -axis.padding[0]
    high = low + axis.padded
    start, lit = axis.starts[position], axis.cells(position)
    part = ""
    if axis.padded > MOST:
        low = min(max(start + axis.span // 2 - MOST // 2, low), high - MOST)
        high = low + MOST
        part = f", from cell {max(low, 0)} to {min(high, axis.size) - 1}"

    def box(cell):
        kind = "skipped" if start <= cell < start + axis.span else ""
        kind = "unread" if cell in axis.unread else "read" if cell in lit else kind
        on = 0 <= cell < axis.size
        text = "×" if cell in axis.uncovered else str(cell) if on else ""
        return cell, cell + 1, text, kind if on else f"padding {kind}"

    windows = [
        (first, first + axis.span, "–" if void else str(k), "chosen" if k == position else "edge")
        for k, first in enumerate(axis.starts)
    ]
    lanes = -(-axis.span // axis.stride)  # windows that overlap lie below each other
    below = [("", windows[lane::lanes]) for lane in range(min(lanes, axis.count))]
    below[0] = ("No output" if void else f"Output {axis.count}", windows[::lanes])
    padded = f", padded to {axis.padded}" if axis.padded > axis.size else ""
    title = f"Input {axis.size}{padded}{part}"
    rows = [("", [box(cell) for cell in range(low, high)]), *below]
    return panel(title, strip(title, low, high, rows))
