"""Which changed images help LeNet-5 to read others, and which mislead it?"""

import numpy as np

from cnnlab import data, nn
from experiments._train import COMMON, digits, right, train

SEEDS = 5
SETTINGS = {
    **COMMON, "network": "LeNet-5", "steps": 630, "rate": "0.05, falling to 0 as a cosine",
}  # fmt: skip


def half_turns(images, rng):
    """Turn half of the images by 180°."""
    return np.where(rng.random((len(images), 1, 1, 1)) < 0.5, images[..., ::-1, ::-1], images)


AUGMENT = {
    "none": None,
    "shifts of 1": nn.shift(1),
    "shifts of 2": nn.shift(2),
    "turns of 10°": nn.rotate(10),
    "zooms of 10 %": nn.zoom(0.1),
    "shifts, turns and zooms": [nn.shift(1), nn.rotate(10), nn.zoom(0.1)],
    "noise of 0.2": nn.noise(0.2),
    "mirror images": nn.flip(),
    "half turns": half_turns,
}
CONDITIONS = {name: {"augment": name} for name in AUGMENT}


def run(seed, augment):
    """Train LeNet-5 on changed images."""
    rng, learn, held_out = digits(seed)
    net, steps = nn.models.lenet5(rng=rng), SETTINGS["steps"]
    rate = nn.cosine(0.05, steps=steps)
    train(net, learn, rng, steps=steps, rate=rate, augment=AUGMENT[augment])

    def share(label, taken_for, change=lambda images: images):
        """Return the percentage of a digit's images that the network takes for another digit."""
        scores = nn.predict(net, change(held_out.images[held_out.labels == label]))
        return 100 * np.mean(scores.argmax(axis=1) == taken_for)

    def turned(images):
        return images[..., ::-1, ::-1]

    return {
        "held out, %": right(net, held_out),
        "6 read as 9, %": share(6, 9),
        "9 read as 6, %": share(9, 6),
        "2 and 5 mixed up, %": (share(2, 5) + share(5, 2)) / 2,
        "turned 6 read as 9, %": share(6, 9, turned),
        "turned 9 read as 6, %": share(9, 6, turned),
        "mirrored, %": right(net, data.Dataset(nn.mirrored(held_out.images), held_out.labels)),
    }
