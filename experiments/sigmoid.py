"""What makes LeNet-5 with sigmoids start?"""

from cnnlab import nn
from experiments._train import COMMON, digits, right, train

SEEDS = 5
SETTINGS = {**COMMON, "network": "LeNet-5 with sigmoids, He's initial weights", "steps": 63}
RATES = 0.01, 0.03, 0.1
CONDITIONS = {
    f"{'with' if norm else 'without'} batch normalisation, rate {rate}": {
        "norm": norm, "rate": rate,
    }
    for norm in (False, True) for rate in RATES
}  # fmt: skip


def run(seed, norm, rate):
    """Train it for one epoch, with each sum normalised before its sigmoid or not."""
    rng, learn, held_out = digits(seed)
    layers = []
    for layer in nn.models.lenet5(rng=rng, activation=nn.Sigmoid).layers:
        if norm and isinstance(layer, nn.Sigmoid):
            before = layers[-1].bias.value
            layers.append(nn.BatchNorm2d(len(before)))
        layers.append(layer)
    net = nn.Sequential(*layers)
    train(net, learn, rng, steps=SETTINGS["steps"], rate=rate)
    return {"held out, %": right(net, held_out)}
