"""How well does LeNet-5 read digits, and does it help to move those that it learns from?

The first seed's network that learned from moved digits is kept: its weights are those of
``nn.models.lenet5(pretrained=True)``. It never saw the thousand digits that were held out, the
second part of ``data.mnist().split(1000, rng=np.random.default_rng(0))``.
"""

from pathlib import Path

import numpy as np

from cnnlab import data, nn
from experiments._digits import more_digits

SEEDS = 5
SETTINGS = {
    "data": "10,000 of MNIST's digits, 9,000 to learn from, 1,000 held out",
    "network": "LeNet-5 with ReLU and max pooling, 61,706 parameters",
    "epochs": 30,
    "batch_size": 32,
    "rate": "0.03, falling to 0 as a cosine",
    "momentum": 0.9,
    "weight_decay": 0.0005,
    "moved afterwards": "by up to 3 cells, 20 degrees, and a factor of 1.2",
    "moved": "each digit anew by up to 2 cells, 10 degrees, and a factor of 1.1",
}
CONDITIONS = {
    "as they are": {"augment": None, "kept_as": None},
    "moved": {
        "augment": [nn.shift(2), nn.rotate(10), nn.zoom(0.1)],
        "kept_as": "lenet5.safetensors",
    },
}


def run(seed, augment, kept_as):
    """Train one network; try it on digits held out, and on the same ones moved."""
    rng = np.random.default_rng(seed)
    here, test = data.mnist().split(1000, rng=rng)
    more = more_digits()
    train = data.Dataset(
        np.concatenate([here.images, more.images]), np.concatenate([here.labels, more.labels])
    )
    epochs, batch_size = SETTINGS["epochs"], SETTINGS["batch_size"]
    steps = epochs * -(-len(train) // batch_size)
    sgd = nn.SGD(
        nn.cosine(0.03, steps=steps),
        momentum=SETTINGS["momentum"],
        weight_decay=SETTINGS["weight_decay"],
    )
    net = nn.models.lenet5(rng=rng)
    nn.fit(
        net, train, epochs=epochs, batch_size=batch_size, optimizer=sgd, augment=augment,
        rng=rng, progress=False,
    )  # fmt: skip
    if kept_as and seed == 0:
        nn.save(net, Path(__file__).parent / "results" / kept_as)
    images = test.images
    for change in (nn.shift(3), nn.rotate(20), nn.zoom(0.2)):
        images = change(images, rng)
    moved = data.Dataset(images, test.labels)
    return {
        "held out, %": 100 * nn.accuracy(net, test),
        "held out and moved, %": 100 * nn.accuracy(net, moved),
    }
