"""What do several networks, and several views of a digit, read that one does not?"""

from itertools import permutations

import numpy as np

from cnnlab import nn
from experiments._train import COMMON, digits, train

SEEDS = 5
SETTINGS = {
    **COMMON, "network": "LeNet-5", "rate": 0.03, "steps": 252, "networks": 5,
    "views": "the digit, and shifted by one cell each way",
}  # fmt: skip
CONDITIONS = {"plain": {"augment": None}, "learned from shifted digits": {"augment": nn.shift(1)}}


def shared(one, other):
    """Return the percentage of one reader's mistakes that another makes, too."""
    return 100 * np.mean(other[one])


def run(seed, augment):
    """Train five networks on the same digits, and average probabilities."""
    rng, learn, held_out = digits(seed)
    views = [held_out.images]
    views += [nn.shifted(held_out.images, *way) for way in ((0, 1), (0, -1), (1, 0), (-1, 0))]
    found = []
    for _ in range(SETTINGS["networks"]):
        net = nn.models.lenet5(rng=rng)
        train(net, learn, rng, steps=SETTINGS["steps"], rate=SETTINGS["rate"], augment=augment)
        found.append([nn.softmax(nn.predict(net, view)) for view in views])
    found = np.array(found)  # by network, view, digit and class

    def score(probabilities):
        return 100 * np.mean(probabilities.argmax(axis=-1) == held_out.labels)

    wrong = found.argmax(axis=-1) != held_out.labels  # by network, view and digit
    pairs = permutations(wrong[:, 0], 2)
    looks = [(one[0], moved) for one in wrong for moved in one[1:]]
    return {
        "one network, one view, %": np.mean([score(one[0]) for one in found]),
        "one network, five views, %": np.mean([score(one.mean(axis=0)) for one in found]),
        "five networks, one view, %": score(found[:, 0].mean(axis=0)),
        "five networks, five views, %": score(found.mean(axis=(0, 1))),
        "mistakes that another network shares, %": np.mean([shared(*two) for two in pairs]),
        "mistakes that a shifted view repeats, %": np.mean([shared(*two) for two in looks]),
    }
