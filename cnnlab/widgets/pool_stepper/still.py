"""The views of a PoolStepper where no script runs."""

import numpy as np

from cnnlab.widgets._shared.still import corner, sized, stack
from cnnlab.widgets._shared.text import entry


def panels(stepper) -> list[str]:
    """Write the views that a stepper shows, and the map that its way back fills."""
    layer, position, direction = stepper.layer, stepper.position, stepper.direction
    windows, done, shape = layer.windows, stepper.done, layer.image.shape
    everything = done if direction == "forward" else np.ones_like(done)
    window = (None, *corner(windows, stepper.place), *windows.kernel_size)

    def read(cells, kind="read"):
        return {(0, *cell): (kind, "") for cell in cells}

    def on_image(title, values, *, frame=window, **options):
        options |= {"pads": windows.padding, "frame": frame}
        return stack(sized(title, shape), values[None], **options)

    def on_output(title, values, *, more="", **options):
        values, cursor = np.where(everything, values, np.nan)[None], (None, *stepper.place, 1, 1)
        title = sized(title, windows.count) + more
        return stack(title, values, frame=cursor, blue=True, **options)

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
    found = {"input": on_image("Image", layer.image, border=border, marks=marks, write=entry)}
    if direction != "backward" or layer.operation == "l2":  # there its numbers are used
        found["output"] = on_output("Output", layer.output)
    if layer.switches is not None:
        notes = {
            (0, *cell): ("", "{}, {}".format(*divmod(int(switch), shape[1])))
            for cell, switch in np.ndenumerate(layer.switches)
            if everything[cell]
        }
        frozen = ", frozen" * bool(everything.all())
        found["switches"] = on_output("Switches", layer.switches, more=frozen, marks=notes)
    views = [view for name, view in found.items() if name in stepper.views]
    if direction == "unpool":
        to = holders[0]
        options = {"frame": (None, *to, 1, 1), "marks": read([to]), "border": ""}
        views.append(on_image("Unpooled", layer.unpool(done), **options))
    elif direction == "backward":
        busiest, _ = layer.accumulated(position)
        marks = read(layer.shares(position)) | read([busiest] if busiest else [], "read pool-sum")
        views.append(on_output("Output gradient", layer.gradients, write=entry))
        views.append(on_image("Input gradient", layer.backward(done), border="", marks=marks))
    return views
