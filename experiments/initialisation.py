"""Which initial weights does an activation need to start at all?"""

from cnnlab import nn
from experiments._train import COMMON, digits, right, train

SEEDS = 5
SETTINGS = {**COMMON, "network": "LeNet-5", "steps": 63}
STARTS = {
    "He": nn.he_normal,
    "Glorot": nn.glorot_uniform,
    "LeCun": nn.lecun_normal,
    "PyTorch": nn.pytorch_uniform,
}
ACTIVATIONS = {"ReLU": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}
RATES = 0.01, 0.03, 0.1
CONDITIONS = {
    f"{activation}, {start}, rate {rate}": {
        "activation": activation, "start": start, "rate": rate,
    }
    for activation in ACTIVATIONS for start in STARTS for rate in RATES
}  # fmt: skip


def run(seed, activation, start, rate):
    """Train LeNet-5 for one epoch."""
    rng, learn, held_out = digits(seed)
    net = nn.models.lenet5(rng=rng, activation=ACTIVATIONS[activation], init=STARTS[start])
    train(net, learn, rng, steps=SETTINGS["steps"], rate=rate)
    return {"held out, %": right(net, held_out)}
