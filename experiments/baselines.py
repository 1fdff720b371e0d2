"""What does LeNet-5 read that simpler methods don't?"""

import time

import numpy as np
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from cnnlab import nn
from experiments._train import COMMON, digits, right, train

SEEDS = 10
SETTINGS = {**COMMON, "steps": 504, "rate": "each network has three, and its best one counts"}
NETWORKS = {
    "one linear layer": lambda rng: nn.models.perceptron(784, 10, rng=rng),
    "perceptron, 100 hidden": lambda rng: nn.models.perceptron(784, 100, 10, rng=rng),
    "perceptron, 300 and 100 hidden": lambda rng: nn.models.perceptron(784, 300, 100, 10, rng=rng),
    "LeNet-5": lambda rng: nn.models.lenet5(rng=rng),
}
CONDITIONS = {
    f"{network}, rate {rate}": {"method": network, "rate": rate}
    for network in NETWORKS
    for rate in (0.01, 0.03, 0.1)
} | {
    "3 nearest neighbours": {"method": "neighbours"},
    "support vector machine": {"method": "machine"},
}


def classical(method, learn, held_out):
    """Learn by one of scikit-learn's methods, and return the percentage that is right."""
    model = KNeighborsClassifier(3) if method == "neighbours" else SVC(C=10, gamma=0.02)
    flat = [one.images.reshape(len(one), -1) for one in (learn, held_out)]
    model.fit(flat[0], learn.labels)
    return 100 * float(np.mean(model.predict(flat[1]) == held_out.labels))


def run(seed, method, rate=None):
    """Learn by one method."""
    rng, learn, held_out = digits(seed)
    if rate is None:
        return {"held out, %": classical(method, learn, held_out)}
    net = NETWORKS[method](rng)
    started = time.process_time()
    train(net, learn, rng, steps=SETTINGS["steps"], rate=rate)
    return {
        "held out, %": right(net, held_out),
        "parameters": sum(p.value.size for p in net.parameters().values()),
        "training, s": time.process_time() - started,
    }
