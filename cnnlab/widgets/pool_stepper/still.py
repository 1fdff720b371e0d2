"""The views of a PoolStepper where no script runs."""

import numpy as np

from cnnlab.widgets._shared.still import corner, sized, stack
from cnnlab.widgets._shared.text import entry


def panels(stepper) -> list[str]:
    """Write the views that a stepper shows, and the map that its way back fills."""
    layer, position, direction = stepper.layer, stepper.position, stepper.direction
    windows, done = layer.windows, stepper.done
    everything = done if direction == "forward" else np.ones_like(done)
    cursor = (None, *stepper.place, 1, 1)
    frame = (None, *corner(windows, stepper.place), *windows.kernel_size)
    on_image = {"pads": windows.padding, "frame": frame}

    def read(cells, kind="read"):
        return {(0, *cell): (kind, "") for cell in cells}

    def filled(title, values, **options):
        return stack(title, np.where(everything, values, np.nan)[None], frame=cursor, **options)

    counts = layer.operation == "average" and layer.count_padding
    border = {"max": "−∞", "average": "0" if counts else "", "l2": "0"}[layer.operation]
    under = windows.cells(stepper.place, padded=counts)
    holders = layer.holders(position)
    names = ["1st" if len(holders) > 1 else "max", *["="] * len(holders)]
    held = {
        (0, *cell): ("read pool-equal" if k else "read pool-first", names[k])
        for k, cell in enumerate(holders)
    }
    marks = read(cell for _, cell in under) | held
    shape = layer.image.shape
    found = {
        "input": stack(
            sized("Image", shape),
            layer.image[None],
            border=border,
            marks=marks,
            write=entry,
            **on_image,
        )
    }
    if direction != "backward" or layer.operation == "l2":  # there its numbers are used
        found["output"] = filled(sized("Output", windows.count), layer.output, blue=True)
    if layer.switches is not None:
        notes = {
            (0, *cell): ("", "{}, {}".format(*divmod(int(switch), shape[1])))
            for cell, switch in np.ndenumerate(layer.switches)
            if everything[cell]
        }
        title = sized("Switches", windows.count) + ", frozen" * bool(everything.all())
        found["switches"] = filled(title, layer.switches, marks=notes, blue=True)
    back = []
    if direction == "unpool":
        values, to = layer.unpool(done), holders[0]
        options = on_image | {"frame": (None, *to, 1, 1), "marks": read([to]), "border": ""}
        back = [stack(sized("Unpooled", shape), values[None], **options)]
    elif direction == "backward":
        busiest, _ = layer.accumulated(position)
        marks = read(layer.shares(position)) | read([busiest] if busiest else [], "read pool-sum")
        sent = sized("Output gradient", windows.count)
        back = [
            stack(sent, layer.gradients[None], frame=cursor, blue=True, write=entry),
            stack(
                sized("Input gradient", shape),
                layer.backward(done)[None],
                border="",
                marks=marks,
                **on_image,
            ),
        ]
    return [view for name, view in found.items() if name in stepper.views] + back
