"""What stands where no script runs, and until a network has come: an example that was worked out.

``tests/widgets/test_network_viewer.py`` works it out anew.
"""

import json
from html import escape

import numpy as np

from cnnlab.widgets._shared.modules import read
from cnnlab.widgets._shared.still import grid, panel

EXAMPLE = json.loads(read("network_viewer/example.json"))


def panels(network: str, *, both: bool) -> list[str]:
    """Write the example of a network: the picture, what it is taken for, and where that is.

    Where the reader may go from the digit to `both`, the photograph stands there, too.
    """
    photo = f'<img data-trait="photo" alt="A cup of coffee with a spoon" src="{EXAMPLE["photo"]}">'
    photo = panel("The photograph, 224 × 224", photo)
    if network == "digit":
        drawing = f'<img alt="A seven, drawn" src="{EXAMPLE["digit"]}">'
        drawing = panel("A drawn digit, prepared", drawing)
        return [drawing, panel("Taken for", _list(EXAMPLE["chances"])), *([photo] if both else [])]
    shares = np.reshape(EXAMPLE["map"], (7, 7))
    marks = {
        tuple(place): ("read", "") for place in np.argwhere(shares >= shares.max() / 2).tolist()
    }
    where = "Where it is: the class map"
    maps = f'<img alt="Eight maps" src="{EXAMPLE["maps"]}">'
    return [
        photo,
        panel("Taken for", _list(EXAMPLE["top"])),
        panel(where, grid(where, shares, marks=marks)),
        panel("Eight maps of block3.expand", maps),
    ]


def _list(top):
    lines = (f"<tr><td>{escape(name)}</td><td>{_percent(share)}</td></tr>" for name, share in top)
    return f'<table class="cnnlab-table cnnlab-viewer-list">{"".join(lines)}</table>'


def _percent(share):
    return f"{round(100 * share)} %" if share >= 0.01 else "< 1 %"
