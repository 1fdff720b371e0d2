"""Networks that learn: layers, losses, an optimiser, training, and weights in files.

`layers`, `activations` and `normalisation` hold what a network is made of; `losses`, `optim` and
`train` how it learns; `augment` and `data` what it learns from; `models` builds networks with a
name, `inspect` looks into them, and `results` reads what many runs of them gave; `weights` and
`to_onnx` take a network to other programs. Everything is importable from here; what `inspect` has
keeps that name before it.

Examples
--------
>>> import numpy as np
>>> from cnnlab import data, nn
>>> rng = np.random.default_rng(0)
>>> train, test = data.digits().split(297, rng=rng)
>>> net = nn.Sequential(
...     nn.Conv2d(1, 8, 3, rng=rng), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
...     nn.Linear(72, 10, rng=rng),
... )
>>> sgd = nn.SGD(0.1, momentum=0.9)
>>> history = nn.fit(net, train, epochs=5, batch_size=50, optimizer=sgd, rng=rng, progress=False)
>>> nn.accuracy(net, test) > 0.9
True
"""

from cnnlab.nn import (
    activations,
    augment,
    inspect,
    layers,
    losses,
    models,
    normalisation,
    optim,
    train,
    weights,
)  # fmt: skip
from cnnlab.nn._layer import Concat, Identity, Layer, Parameter, Residual, Sequential
from cnnlab.nn._onnx import to_onnx
from cnnlab.nn.activations import *  # noqa: F403
from cnnlab.nn.augment import *  # noqa: F403
from cnnlab.nn.data import Dataset
from cnnlab.nn.initial import glorot_uniform, he_normal, lecun_normal, pytorch_uniform, zeros
from cnnlab.nn.layers import *  # noqa: F403
from cnnlab.nn.losses import *  # noqa: F403
from cnnlab.nn.normalisation import *  # noqa: F403
from cnnlab.nn.optim import *  # noqa: F403
from cnnlab.nn.results import Results, results
from cnnlab.nn.train import *  # noqa: F403
from cnnlab.nn.weights import *  # noqa: F403

__all__ = [
    "Layer", "Parameter", "Sequential", "Residual", "Concat", "Identity",
    *layers.__all__, *activations.__all__, *normalisation.__all__,
    "he_normal", "lecun_normal", "glorot_uniform", "pytorch_uniform", "zeros",
    *losses.__all__, *optim.__all__, *train.__all__, *augment.__all__,
    "Dataset", "Results", "results", "models", "inspect", *weights.__all__, "to_onnx",
]  # fmt: skip
