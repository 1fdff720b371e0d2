"""The same networks as PyTorch, with the numbers that it gave: see pytorch_vectors.py."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from cnnlab import nn

FOUND = json.loads(Path(__file__).with_name("pytorch_vectors.json").read_text("utf-8"))


def network(name):
    def linear(n, m):
        return nn.Linear(n, m, rng=np.random.default_rng(0))

    def conv(*sizes, **options):
        return nn.Conv2d(*sizes, **options, rng=np.random.default_rng(0))

    layers = {
        "maps": lambda: [
            conv(2, 4, 3, stride=(1, 2), padding=1, groups=2), nn.BatchNorm2d(4), nn.ELU(0.7),
            nn.MaxPool2d(3, stride=2, padding=1), nn.LocalResponseNorm(2, alpha=0.3, k=1.2),
            conv(4, 2, 2, dilation=(1, 2), bias=False), nn.LeakyReLU(0.1),
            nn.AvgPool2d(2, stride=1), nn.Flatten(), linear(2, 3),
        ],
        "activations": lambda: [
            linear(5, 4), nn.Tanh(), linear(4, 4), nn.Sigmoid(), linear(4, 4), nn.ReLU6(),
            linear(4, 3), nn.ReLU(), linear(3, 3),
        ],
    }  # fmt: skip
    return nn.Sequential(*layers[name]()).astype(np.float64)


def near(found, expected, name):
    assert_allclose(found, expected, rtol=2e-6, atol=1e-8, err_msg=name)


@pytest.mark.parametrize("name", FOUND)
def test_training_is_pytorchs_step_by_step(name):
    net, theirs = network(name), FOUND[name]
    net.load_state_dict(theirs["start"])
    assert list(net.state_dict()) == list(theirs["start"])  # names, in their order, and shapes
    x, labels = np.array(theirs["x"]), np.array(theirs["labels"])
    optimizer = nn.SGD(0.1, momentum=0.9, weight_decay=0.01)
    for expected, gradients in zip(theirs["losses"], theirs["gradients"], strict=True):
        loss, gradient = nn.cross_entropy(net(x, training=True), labels)
        near(loss, expected, "loss")
        near(net.backward(gradient), gradients.pop("x"), "x")
        assert list(gradients) == list(net.parameters())
        for key, parameter in net.parameters().items():
            near(parameter.grad, gradients[key], key)
        optimizer.step(net.parameters())
    for key, array in net.state_dict().items():
        near(array, theirs["end"][key], key)
    near(net(x), theirs["scores"], "scores")


@pytest.mark.parametrize("name", FOUND)
def test_weights_go_through_a_file(name, tmp_path):
    net, theirs = network(name), FOUND[name]
    net.load_state_dict(theirs["end"])
    nn.save(net, tmp_path / "net.safetensors")
    near(
        nn.load(network(name), tmp_path / "net.safetensors")(theirs_x(theirs)), theirs["scores"], ""
    )


def theirs_x(theirs):
    return np.array(theirs["x"])
