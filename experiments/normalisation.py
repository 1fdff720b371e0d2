"""Does it help LeNet-5 to normalise its maps, where, and at which rates?"""

import time

import numpy as np

from cnnlab import nn
from experiments._train import COMMON, digits, right, train, unseen

SEEDS = 10
SETTINGS = {
    **COMMON,
    "data": "MNIST: 4,000 digits to learn from, 1,000 for validation, 5,000 others as the test",
    "network": "LeNet-5, normalised after both convolutions",
    "steps": 189,
}
LAYERS = {
    "none": lambda filters: [nn.ReLU()],
    "batch norm before": lambda filters: [nn.BatchNorm2d(filters), nn.ReLU()],
    "batch norm after": lambda filters: [nn.ReLU(), nn.BatchNorm2d(filters)],
    "local response, paper": lambda filters: [nn.ReLU(), nn.LocalResponseNorm(convention="paper")],
    "local response, TensorFlow": lambda filters: [
        nn.ReLU(), nn.LocalResponseNorm(convention="tensorflow")
    ],
}  # fmt: skip
RATES = 0.01, 0.03, 0.1, 0.3
CONDITIONS = {
    f"{layers}, rate {rate}": {"layers": layers, "rate": rate}
    for layers in LAYERS for rate in RATES
}  # fmt: skip


def run(seed, layers, rate):
    """Train LeNet-5 for three epochs, and look after one of them, too."""
    rng, learn, validation = digits(seed)
    behind = LAYERS[layers]
    net = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2, rng=rng), *behind(6), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5, rng=rng), *behind(16), nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120, rng=rng), nn.ReLU(),
        nn.Linear(120, 84, rng=rng), nn.ReLU(),
        nn.Linear(84, 10, rng=rng),
    )  # fmt: skip
    third = SETTINGS["steps"] // 3
    started = time.process_time()
    losses = train(net, learn, rng, steps=third, rate=rate)
    seconds = time.process_time() - started
    early = right(net, validation)
    losses += train(net, learn, rng, steps=2 * third, rate=rate)
    finished = len(losses) == 3 * third  # it ends early where the loss is no longer a number
    return {
        "after one epoch, %": early,
        "validation, %": right(net, validation),
        "test, %": right(net, unseen()),
        "loss of the last 63 steps": np.mean(losses[-third:]) if finished else np.nan,
        "an epoch, s": seconds,
    }
