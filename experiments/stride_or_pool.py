"""Is a strided convolution better than pooling?"""

from cnnlab import data, nn
from experiments._train import COMMON, digits, right, train
from experiments.invariance import moved

SEEDS = 10
SETTINGS = {
    **COMMON, "network": "LeNet-5, whose pools may be strides of its convolutions", "steps": 252,
}  # fmt: skip
STARTS = {"He": nn.he_normal, "PyTorch": nn.pytorch_uniform}
RATES = 0.01, 0.03, 0.1
CONDITIONS = {
    f"{way}, {start}, rate {rate}": {"way": way, "start": start, "rate": rate}
    for way in ("pooling", "stride") for start in STARTS for rate in RATES
}  # fmt: skip


def run(seed, way, start, rate):
    """Train LeNet-5, with pools or with strides of 2."""
    rng, learn, held_out = digits(seed)
    init, stride = STARTS[start], 2 if way == "stride" else 1
    pools = [[], []] if way == "stride" else [[nn.MaxPool2d(2)], [nn.MaxPool2d(2)]]
    net = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2, stride=stride, rng=rng, init=init), nn.ReLU(), *pools[0],
        nn.Conv2d(6, 16, 5, stride=stride, rng=rng, init=init), nn.ReLU(), *pools[1],
        nn.Flatten(),
        nn.Linear(400, 120, rng=rng, init=init), nn.ReLU(),
        nn.Linear(120, 84, rng=rng, init=init), nn.ReLU(),
        nn.Linear(84, 10, rng=rng, init=init),
    )  # fmt: skip
    train(net, learn, rng, steps=SETTINGS["steps"], rate=rate)
    shifted = data.Dataset(moved(held_out.images, 2), held_out.labels)
    return {"held out, %": right(net, held_out), "moved by 2 cells, %": right(net, shifted)}
