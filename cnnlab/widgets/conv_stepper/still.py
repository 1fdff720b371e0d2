"""The views of a ConvStepper where no script runs."""

from collections import defaultdict
from itertools import product

import numpy as np

from cnnlab.widgets._shared.still import corner, panel, sized, stack
from cnnlab.widgets._shared.text import entry, short, weight

WIDEST = 460  # pixels of a matrix
COLOURS = {1: "#e08214", 0: "#888", -1: "#7e57c2"}


def panels(stepper) -> list[str]:
    """Write the views that a stepper shows."""
    linear, (volume, slides) = stepper.map, stepper.sliding
    channel, *cell = stepper.place
    cursor = {"frame": (channel, *cell, 1, 1), "blue": True}
    transposed = stepper.direction == "transposed"
    pairs = [(k, channel) if transposed else (channel, k) for k in range(len(volume))]
    kernels = stack(
        sized("Kernel", linear.windows.kernel_size),
        [stepper.weights[pair] for pair in pairs],
        names=[f"Filter {f}, channel {c}" for f, c in pairs],
        write=weight,
    )
    output = _maps("Output", np.where(stepper.done, slides.forward(volume), np.nan), **cursor)
    read = _read(stepper.cells, slides.windows, cell)
    if transposed:
        zeros = product(range(len(volume)), zip(*np.where(~slides.real), strict=True))
        read["marks"] = {(k, *at): ("padding", "") for k, at in zeros} | read["marks"]
        hits, here = linear.hits()[None], (0, *cell, 1, 1)
        views = {
            "input": _maps("Image", stepper.volume, marks=_tied(stepper), write=entry),
            "transpose": stack("Zeros between and around", volume, write=entry, **read)
            + stack("How often each cell is hit", hits, frame=here, blue=True),
            "kernel": kernels,
            "output": output,
        }
    else:
        read["pads"] = linear.windows.padding
        sent = _maps("Output gradient", stepper.gradient, write=entry, **cursor)
        received = _maps("Input gradient so far,", stepper.accumulated, border="", **read)
        image = _maps("Image", volume, write=entry, **read)
        views = {"input": image, "kernel": kernels, "output": output, "gradient": sent + received}
        if stepper.direction == "backward":
            views = {"output": sent, "kernel": kernels, "input": received}
    if "matrix" in stepper.views:
        views["matrix"] = _matrix(linear.matrix, stepper.direction, stepper.position)
    return [view for name, view in views.items() if name in stepper.views]


def _maps(title, volume, **options):
    """Write the maps of a volume with its shape in the title."""
    return stack(sized(title, volume.shape[len(volume) == 1 :]), volume, **options)


def _mark(value):
    return "read", f"×{short(value)}"


def _read(cells, windows, window):
    """Mark the cells under a window, and those that it skips, and frame them."""
    frame = (None, *corner(windows, window), *windows.span)
    sides = [range(at, at + span) for at, span in zip(frame[1:3], windows.span, strict=True)]
    marks = dict.fromkeys(product(range(cells[-1].channel + 1), *sides), ("skipped", ""))
    marks |= {cell[:3]: _mark(cell.weight) for cell in cells}
    return {"marks": marks, "frame": frame}


def _tied(stepper):
    """Mark the cells of its input that a cell of the transposed convolution comes from."""
    column = stepper.matrix[:, [stepper.position]].tocoo()
    places = np.unravel_index(column.coords[0], stepper.map.output)
    return {tuple(place): _mark(value) for *place, value in zip(*places, column.data, strict=True)}


def _matrix(entries, direction, position):
    """Draw C or its transpose with the cursor's row or column: orange above 0, purple below."""
    name = "C" if direction == "forward" else "Cᵀ"
    along = "column" if direction == "backward" else "row"
    entries = (entries if name == "C" else entries.T).tocoo()
    rows, columns = entries.shape
    squares = defaultdict(str)
    for row, column, value in zip(*entries.coords, entries.data, strict=True):
        squares[value] += f"M{column} {row}h1v1h-1z" if value else f"M{column}.4 {row}.4h.2v.2h-.2z"
    strongest = max(map(abs, squares), default=0) or 1
    paths = [
        f'<path d="{path}" fill="{COLOURS[np.sign(value)]}"'
        f' opacity="{0.35 + 0.65 * abs(value) / strongest:.2f}"/>'
        for value, path in squares.items()
    ]
    side, across, down = ("y", columns, 1) if along == "row" else ("x", 1, rows)
    words = f"{name}, {rows} rows by {columns} columns; {along} {position} is lit"
    width = max(2, min(13, WIDEST // columns)) * columns
    drawing = (
        f'<svg class="cnnlab-matrix" role="img" aria-label="{words}" viewBox="0 0 {columns} {rows}"'
        f' style="display:block;width:100%;max-width:{width}px">{"".join(paths)}'
        f'<rect class="cnnlab-matrix-band" {side}="{position}" width="{across}" height="{down}"/>'
        "</svg>"
    )
    return panel(f"Matrix {name} {rows} × {columns}", drawing)
