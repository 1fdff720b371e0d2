"""How many digits does LeNet-5 need?"""

from cnnlab import nn
from experiments._train import COMMON, digits, right, train

SEEDS = 10
RATES = {"LeNet-5": 0.03, "perceptron": 0.1}
SETTINGS = {
    **COMMON, "data": "100 to 4,000 of MNIST's digits, 1,000 held out",
    "steps": "504, and 16 where the name says so",
    "rate": RATES | {"how": "falls to 0 as a cosine; of four tried with other seeds, each is best "
                            "or within a per cent of the best, with any number of digits"},
    "augmented": "shifts by a cell, turns by up to 10°, zooms by up to 10 %",
}  # fmt: skip
CONDITIONS = {
    f"{network}, {count:,} digits{', augmented' if augmented else ''}": {
        "network": network, "count": count, "augmented": augmented,
    }
    for network, augmented in (("LeNet-5", False), ("LeNet-5", True), ("perceptron", False))
    for count in (100, 300, 1000, 4000)
} | {
    "LeNet-5, 100 digits, 16 steps": {
        "network": "LeNet-5", "count": 100, "augmented": False, "steps": 16,
    },
}  # fmt: skip


def run(seed, network, count, augmented, steps=504):
    """Train on some of the digits, for so many steps."""
    rng, learn, held_out = digits(seed)
    if count < len(learn):
        _, learn = learn.split(count, rng=rng)
    net = (
        nn.models.lenet5(rng=rng)
        if network == "LeNet-5"
        else nn.models.perceptron(784, 100, 10, rng=rng)
    )
    augment = [nn.shift(1), nn.rotate(10), nn.zoom(0.1)] if augmented else None
    rate = nn.cosine(RATES[network], steps=steps)
    train(net, learn, rng, steps=steps, rate=rate, augment=augment)
    return {"held out, %": right(net, held_out), "its own, %": right(net, learn)}
