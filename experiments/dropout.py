"""Does dropout help LeNet-5, where, and with how many digits?"""

from cnnlab import nn
from experiments._train import COMMON, digits, right, train, unseen

SEEDS = 10
SETTINGS = {
    **COMMON,
    "data": "MNIST: 500 or 4,000 digits to learn from, 1,000 for validation, 5,000 as the test",
    "network": "LeNet-5",
    "steps": 252,  # 256 with 500 digits: whole epochs
}
# Of each: p, and the layers of `nn.models.lenet5` that it stands behind.
PLACES = {
    "none": (0, []),
    "before the last layer": (0.5, [10]),
    "between the dense layers": (0.5, [8, 10]),
    "after the convolutions, p = 1/4": (0.25, [1, 4]),
    "after the convolutions, p = 1/2": (0.5, [1, 4]),
}
RATES = 0.005, 0.01, 0.02, 0.05, 0.1
CONDITIONS = {
    f"{count:,} digits, {place}, rate {rate}": {"count": count, "place": place, "rate": rate}
    for count in (500, 4000) for place in PLACES for rate in RATES
}  # fmt: skip


def run(seed, count, place, rate):
    """Train LeNet-5 with dropout somewhere."""
    rng, learn, validation = digits(seed)
    if count < len(learn):
        _, learn = learn.split(count, rng=rng)
    p, behind = PLACES[place]
    layers = []
    for number, layer in enumerate(nn.models.lenet5(rng=rng).layers):
        layers += [layer] + [nn.Dropout(p, rng=rng)] * (number in behind)
    net = nn.Sequential(*layers)
    train(net, learn, rng, steps=SETTINGS["steps"], rate=rate)
    return {
        "learned from, %": right(net, learn),
        "validation, %": right(net, validation),
        "test, %": right(net, unseen()),
    }
