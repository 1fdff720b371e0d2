"""Does a second convolution help on digits of 8×8?

The smallest experiment: the tests run it again, and compare with what is stored.
"""

import numpy as np

from cnnlab import data, nn

SEEDS = 5
SETTINGS = {
    "data": "scikit-learn's digits, 1,497 to learn from, 300 held out",
    "epochs": 5,
    "batch_size": 32,
    "rate": 0.05,
    "momentum": 0.9,
}
CONDITIONS = {"one layer": {"layers": 1}, "two layers": {"layers": 2}}


def run(seed, layers):
    """Train a network of one or two convolutions."""
    rng = np.random.default_rng(seed)
    train, test = data.digits().split(300, rng=rng)
    first = [nn.Conv2d(1, 8, 3, padding=1, rng=rng), nn.ReLU()]
    second = [nn.Conv2d(8, 16, 3, padding=1, rng=rng), nn.ReLU()] * (layers - 1)
    channels = 8 * layers
    net = nn.Sequential(
        *first, *second, nn.MaxPool2d(2), nn.Flatten(), nn.Linear(16 * channels, 10, rng=rng)
    )
    sgd = nn.SGD(SETTINGS["rate"], momentum=SETTINGS["momentum"])
    nn.fit(
        net, train, epochs=SETTINGS["epochs"], batch_size=SETTINGS["batch_size"],
        optimizer=sgd, rng=rng, progress=False,
    )  # fmt: skip
    return {"held out, %": 100 * nn.accuracy(net, test)}
