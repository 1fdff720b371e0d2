"""Write the networks that the page's `InvarianceExplorer` carries: ``weights.js`` in its folder.

    python tools/pack_networks.py

They are those that the experiment ``moves`` kept, and the digits are among those held out from
them: the first two of each class.
"""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from cnnlab.widgets.invariance_explorer.weights import HEAD, LETTERS, NETWORKS, TRAININGS, pack
from experiments.moves import digits

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "cnnlab" / "widgets" / "invariance_explorer" / "weights.js"


def written():
    """Return the text of ``weights.js``."""
    networks = {}
    for training in TRAININGS:
        for network in NETWORKS:
            kept = ROOT / "experiments" / "results" / f"moves.{network}.{training}.safetensors"
            arrays = load_file(kept)
            networks[f"{network}, {training}"] = [pack(arrays[name]) for name in sorted(arrays)]
    _, held_out = digits(np.random.default_rng(0))
    chosen = [
        place for label in range(10) for place in np.flatnonzero(held_out.labels == label)[:2]
    ]
    levels = np.rint(16 * held_out.images[chosen, 0, 6:14, 6:14]).astype(int)
    found = {
        "labels": held_out.labels[chosen].tolist(),
        "digits": ["".join(LETTERS[level] for level in digit.ravel()) for digit in levels],
        "networks": networks,
    }
    return f"{HEAD}{json.dumps(found)};\n"


if __name__ == "__main__":
    TARGET.write_text(written(), encoding="utf-8")
