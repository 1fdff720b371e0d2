"""Does LeNet-5 learn faster with cross-entropy, squared error or hinge, each at its best rate?"""

from itertools import count

import numpy as np

from cnnlab import nn
from cnnlab.nn import inspect
from experiments._train import COMMON, digits, right, train

SEEDS, EPOCH, SOON = 5, 63, 10
SETTINGS = {**COMMON, "network": "LeNet-5", "steps": 3 * EPOCH}


def error_of_probabilities(scores, labels):
    """Take half the squared distance of the softmax from the targets; go back through both."""
    p = nn.softmax(scores)
    loss, gradient = nn.squared_error(p, labels)
    return loss, p * (gradient - (p * gradient).sum(axis=1, keepdims=True))


LOSSES = {
    "cross-entropy": nn.cross_entropy,
    "squared error of the scores": nn.squared_error,
    "hinge": nn.hinge,
    "squared error of the probabilities": error_of_probabilities,
}
RATES = 0.001, 0.003, 0.01, 0.03, 0.1, 0.3
STARTS = {"He": 1, "tenth": 0.1}  # of what the last layer's weights are by He's rule
CONDITIONS = {
    f"{loss}, {start}, rate {rate}": {"loss": loss, "start": start, "rate": rate}
    for loss in LOSSES for start in STARTS for rate in RATES
}  # fmt: skip


def closed(network, images):
    """Return the percentage of ReLUs in its last two hidden layers that no image opens."""
    layers = inspect.activations(network, images, ["8", "10"]).values()
    opened = np.concatenate([(units > 0).any(axis=0) for units in layers])
    return float(100 * (1 - opened.mean()))


def looking(network, images, found):
    """Return an augmentation that changes nothing, and looks at the network after ten steps."""
    steps = count()

    def look(batch, rng):
        if next(steps) == SOON:
            found.append(closed(network, images))
        return batch

    return look


def run(seed, loss, start, rate):
    """Train LeNet-5 for three epochs, and look after ten steps and after one epoch, too."""
    rng, learn, held_out = digits(seed)
    net = nn.models.lenet5(rng=rng)
    net[-1].weight.value *= STARTS[start]
    soon = []
    look = looking(net, held_out.images, soon)
    steps = train(net, learn, rng, steps=EPOCH, rate=rate, loss=LOSSES[loss], augment=look)
    early = right(net, held_out)
    train(net, learn, rng, steps=2 * EPOCH, rate=rate, loss=LOSSES[loss])
    return {
        "after one epoch, %": early,
        "held out, %": right(net, held_out),
        "closed at the end, %": closed(net, held_out.images),
        "closed after ten steps, %": soon[0] if soon else np.nan,
        "first loss": steps[0] if steps else np.nan,
    }
