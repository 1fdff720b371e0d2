"""The stepper's picture: the views of one state, as grids."""

from itertools import groupby

import numpy as np

from cnnlab.matrix import conv_matrix
from cnnlab.widgets._shared.picture import MatrixPanel, Panel, draw
from cnnlab.widgets._shared.text import entry, format_number, weight
from cnnlab.widgets.conv_stepper.text import sum_up, times


def draw_stepper(stepper) -> str:
    """Draw a stepper's current state.

    Parameters
    ----------
    stepper : ConvStepper
        What to draw.

    Returns
    -------
    str
        A whole SVG document.
    """
    panels = {"forward": _forward, "backward": _backward, "transposed": _transposed}
    columns = panels[stepper.direction](stepper)
    if "matrix" in stepper.views:
        columns["matrix"] = _matrix(stepper)
    lines = sum_lines(stepper) if "arithmetic" in stepper.views else []
    return draw([column for name, column in columns.items() if _shown(name, stepper)], lines)


def sum_lines(stepper) -> list[str]:
    """Spell the sum under the cursor out, one kernel row a line; the result comes last.

    Parameters
    ----------
    stepper : ConvStepper
        Whose cursor.

    Returns
    -------
    list of str
    """
    cells, width = stepper.cells, stepper.map.weights.shape[3]
    if stepper.direction == "backward":
        head = f"output gradient{stepper.index} = {entry(cells[0].value)} adds "
    else:
        head = f"output{stepper.index} = "
    rows = []
    for start in range(0, len(cells), width):
        rows.append(" + ".join(times(cell) for cell in cells[start : start + width]))
    if stepper.direction == "backward":
        return [head + rows[0], *rows[1:], f"to {sum(c.inside for c in cells)} cells"]
    return [head + rows[0], *(f"+ {row}" for row in rows[1:]), sum_up(cells)]


def _shown(name, stepper):
    view = {"sent": "output", "received": "input"}.get(name, name)
    if stepper.direction == "forward" and name in ("sent", "received"):
        view = "gradient"
    return view in stepper.views


def _forward(stepper):
    image, place = stepper.volume, stepper.place
    return {
        "input": _read("Image", image, stepper, write=entry),
        "kernel": _kernels(stepper, [(place[0], c) for c in range(len(image))]),
        "output": _walked(stepper.output_volume, stepper),
        "sent": _chosen("Output gradient", stepper.gradient, place, write=entry),
        "received": _read("Input gradient so far,", stepper.accumulated, stepper),
    }


def _backward(stepper):
    place = stepper.place
    return {
        "sent": _chosen("Output gradient", stepper.gradient, place, write=entry),
        "kernel": _kernels(stepper, [(place[0], c) for c in range(stepper.map.image[0])]),
        "received": _read("Input gradient so far,", stepper.accumulated, stepper),
    }


def _transposed(stepper):
    linear, (channel, row, column) = stepper.map, stepper.place
    spread, real = linear.spread(stepper.volume)
    cells = stepper.cells
    window = (row, column, *linear.extent)
    tied = {
        tuple(map(int, np.unravel_index(index, linear.output)))
        for index in conv_matrix(linear.weights, linear.image, **linear.options)[
            :, [stepper.position]
        ].nonzero()[0]
    }
    return {
        "input": [
            Panel(
                title,
                plane,
                tinted=_mask(plane.shape, [p[1:] for p in tied if p[0] == k]),
                write=entry,
            )
            for k, (title, plane) in enumerate(_titled("Image", stepper.volume))
        ],
        "transpose": [
            *(
                Panel(
                    title,
                    plane,
                    padded=~real,
                    tinted=_mask(plane.shape, [c[1:3] for c in cells if c.channel == k]),
                    weights={c[1:3]: c.weight for c in cells if c.channel == k},
                    window=window,
                    write=entry,
                )
                for k, (title, plane) in enumerate(_titled("Zeros between and around", spread))
            ),
            Panel(
                "How often each cell is hit", linear.hits(), window=(row, column, 1, 1), blue=True
            ),
        ],
        "kernel": _kernels(stepper, [(f, channel) for f in range(len(stepper.weights))]),
        "output": _walked(stepper.output_volume, stepper),
    }


def _matrix(stepper):
    linear = stepper.map
    entries = conv_matrix(linear.weights, linear.image, **linear.options)
    if stepper.direction == "forward":
        return MatrixPanel(_size("Matrix C", entries.shape), entries, (0, stepper.position))
    axis = 1 if stepper.direction == "backward" else 0
    return MatrixPanel(_size("Matrix Cᵀ", entries.T.shape), entries.T, (axis, stepper.position))


def _read(title, volume, stepper, write=format_number):
    """Grids with their padding, and the window on them."""
    linear = stepper.map
    _, row, column = stepper.place
    pads = linear.pads
    inside = np.pad(np.zeros(volume.shape[1:], bool), pads, constant_values=True)
    above, before = pads[0][0], pads[1][0]
    top, left = linear.corner(row, column)
    panels = []
    cells = {key: list(group) for key, group in groupby(stepper.window_cells, key=lambda c: c[0])}
    for k, (name, plane) in enumerate(_titled(title, volume)):
        read = {(c.row + above, c.column + before): c.weight for c in cells[k]}
        panels.append(
            Panel(
                name,
                np.pad(plane, pads),
                padded=inside,
                tinted=_mask(inside.shape, read),
                weights=read,
                window=(top + above, left + before, *linear.extent),
                write=write,
            )
        )
    return panels


def _kernels(stepper, pairs):
    several = stepper.filters is not None
    shape = stepper.weights.shape[2:]
    return [
        Panel(
            f"Filter {f}, channel {c}" if several else _size("Kernel", shape),
            stepper.weights[f, c],
            write=weight,
        )
        for f, c in pairs
    ]


def _walked(volume, stepper):
    """Leave the output beyond the cursor empty."""
    walked = np.where(np.arange(volume.size) <= stepper.position, volume.ravel(), np.nan)
    return _chosen("Output", walked.reshape(volume.shape), stepper.place)


def _chosen(title, volume, place, write=format_number):
    return [
        Panel(
            name,
            plane,
            window=(*place[1:], 1, 1) if k == place[0] else None,
            blue=True,
            write=write,
        )
        for k, (name, plane) in enumerate(_titled(title, volume))
    ]


def _titled(title, volume):
    if len(volume) == 1:
        return [(_size(title, volume.shape[1:]), volume[0])]
    return [(f"{title} {k}", plane) for k, plane in enumerate(volume)]


def _size(title, shape):
    return f"{title} {' × '.join(map(str, shape))}"


def _mask(shape, places):
    mask = np.zeros(shape, bool)
    for place in places:
        mask[place] = True
    return mask
