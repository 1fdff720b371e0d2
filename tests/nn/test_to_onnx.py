"""Networks in ONNX: every layer, run by ONNX's own reference, gives the same numbers."""

import sys

import numpy as np
import onnx
import pytest
from numpy.testing import assert_allclose
from onnx.reference import ReferenceEvaluator

from cnnlab import nn


def rng(seed=0):
    return np.random.default_rng(seed)


def drawn(layer):
    """Draw all parameters and averages, so that none is 0 or 1."""
    state = layer.state_dict()
    for number, (name, array) in enumerate(state.items()):
        state[name] = rng(number).uniform(0.5, 1.5, array.shape).astype(array.dtype)
    layer.load_state_dict(state)
    return layer


def run(path, x):
    (scores,) = ReferenceEvaluator(str(path)).run(None, {"x": x})
    return scores


# As many examples as channels: onnx 1.23's reference of LRN takes the one number for the other.
MAPS, ROWS = (4, 4, 7, 8), (3, 8)
LAYERS = [
    (nn.Conv2d(4, 6, (3, 2), stride=2, padding="same", groups=2, rng=rng()), MAPS),
    (nn.Conv2d(4, 3, 2, padding=((1, 0), (2, 1)), dilation=(1, 2), bias=False, rng=rng()), MAPS),
    (nn.MaxPool2d(3, stride=2, padding=1), MAPS),
    (nn.MaxPool2d(2, stride=2, ceil=True), MAPS),
    (nn.MaxPool2d(2, stride=1, dilation=2), MAPS),
    (nn.AvgPool2d((2, 3)), MAPS),
    (nn.AvgPool2d(3, stride=2, padding=1), MAPS),
    (nn.AvgPool2d(3, stride=2, padding=1, count_padding=True), MAPS),
    (nn.LpPool2d(2), MAPS),
    (nn.LpPool2d(3, p=3, stride=2), MAPS),
    (nn.GlobalAvgPool2d(), MAPS),
    (nn.DepthwiseMaxPool2d(2), MAPS),
    (drawn(nn.Subsampling(4)), MAPS),
    (nn.Flatten(), MAPS),
    (nn.Identity(), MAPS),
    (nn.Dropout(0.5, rng=rng()), MAPS),
    (drawn(nn.Linear(8, 5, rng=rng())), ROWS),
    (nn.Linear(8, 5, bias=False, rng=rng()), ROWS),
    (nn.RBF(rng().normal(size=(4, 8))), ROWS),
    (nn.ReLU(), MAPS),
    (nn.ReLU6(), ROWS),
    (nn.LeakyReLU(0.2), MAPS),
    (nn.ELU(1.5), MAPS),
    (nn.Sigmoid(), MAPS),
    (nn.Tanh(), MAPS),
    (nn.Tanh(1.7159, 2 / 3), MAPS),
    (drawn(nn.BatchNorm2d(4)), MAPS),
    (drawn(nn.BatchNorm2d(8)), ROWS),
    (nn.LocalResponseNorm(3, alpha=0.5), MAPS),
    (nn.LocalResponseNorm(3, alpha=0.5, convention="onnx"), MAPS),
    (nn.LocalResponseNorm(2, alpha=0.5, convention="paper"), MAPS),
    (nn.LocalResponseNorm(convention="tensorflow"), MAPS),
    (nn.Residual(nn.Conv2d(4, 4, 3, padding=1, rng=rng())), MAPS),
    (nn.Residual(nn.Conv2d(4, 2, 1, rng=rng()), nn.Conv2d(4, 2, 1, rng=rng(1))), MAPS),
    (nn.Sequential(conv=nn.Conv2d(4, 2, 1, rng=rng()), relu=nn.ReLU6()), MAPS),
    (nn.Concat(nn.Identity(), nn.Sequential(nn.Conv2d(4, 2, 1, rng=rng()), nn.ReLU())), MAPS),
]


@pytest.mark.parametrize(("layer", "shape"), LAYERS, ids=lambda value: str(value).split("\n")[0])
def test_a_layer_in_onnx_is_the_layer(layer, shape, tmp_path):
    x = 3 * rng(1).normal(size=shape).astype(np.float32)
    nn.to_onnx(layer, tmp_path / "layer.onnx", input_shape=shape[1:])
    assert_allclose(run(tmp_path / "layer.onnx", x), layer(x), rtol=2e-5, atol=2e-5)


def test_every_layer_is_among_them():
    def kinds(layer):
        return {type(each) for each in layer.walk()}

    tried = set().union(*(kinds(layer) for layer, _ in LAYERS))
    public = {getattr(nn, name) for name in nn.__all__}
    layers = {each for each in public if isinstance(each, type) and issubclass(each, nn.Layer)}
    assert layers - tried == {nn.Layer}


def test_a_trained_network_gives_the_same_scores(tmp_path):
    net = nn.Sequential(
        nn.Conv2d(1, 4, 3, rng=rng()), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Dropout(0.2, rng=rng()), nn.Linear(36, 3, rng=rng()),
    )  # fmt: skip
    data = nn.Dataset(rng().random((20, 1, 8, 8)), np.arange(20) % 3)
    sgd = nn.SGD(0.1)
    nn.fit(net, data, epochs=2, batch_size=5, optimizer=sgd, rng=rng(), progress=False)
    nn.to_onnx(net, tmp_path / "net.onnx")  # the shape is known by now
    assert_allclose(run(tmp_path / "net.onnx", data.images), net(data.images), rtol=1e-4, atol=1e-5)
    model = onnx.load(tmp_path / "net.onnx")
    (x,) = model.graph.input
    assert [d.dim_param or d.dim_value for d in x.type.tensor_type.shape.dim] == ["N", 1, 8, 8]
    names = {each.name for each in model.graph.initializer}
    assert names == set(net.state_dict()) - {"1.num_batches_tracked"}


def test_what_onnx_has_no_form_for_is_named(tmp_path):
    class Mine(nn.Layer):
        def forward(self, x, training=False):
            return x

    for layer, error, message in [
        (Mine(), TypeError, r"layer 1, Mine\(\): Mine\(\) has no form in ONNX"),
        (nn.LocalResponseNorm(2), ValueError, "layer 1, LocalResponseNorm.*: ONNX Runtime has odd"),
        (nn.LpPool2d(2, p=1.5), ValueError, r"layer 1, LpPool2d.*: ONNX has whole powers alone"),
    ]:
        net = nn.Sequential(nn.ReLU(), layer)
        with pytest.raises(error, match=message):
            nn.to_onnx(net, tmp_path / "net.onnx", input_shape=(4, 5, 6))
    assert not list(tmp_path.iterdir())


def own(kind, *arguments, **options):
    """Make a layer of a student's class that computes twice what its base does."""

    class Own(kind):
        def forward(self, x, training=False):
            return 2 * super().forward(x, training)

    return Own(*arguments, **options)


@pytest.mark.parametrize(
    "layer",
    [
        own(nn.Sigmoid), own(nn.ReLU), own(nn.Identity), own(nn.Flatten), own(nn.GlobalAvgPool2d),
        own(nn.Dropout, rng=rng()), own(nn.Conv2d, 4, 4, 1, rng=rng()), own(nn.MaxPool2d, 2),
        own(nn.BatchNorm2d, 4), own(nn.Sequential, nn.ReLU()), own(nn.Concat, nn.ReLU()),
        own(nn.Residual, nn.ReLU()), own(nn.Residual, nn.ReLU(), nn.ReLU()),
    ],
    ids=lambda layer: type(layer).__base__.__name__,
)  # fmt: skip
def test_a_forward_of_ones_own_is_not_taken_for_that_of_its_base(layer, tmp_path):
    net = nn.Sequential(nn.ReLU(), layer)
    with pytest.raises(TypeError, match=r"^layer 1, .* no form in ONNX .*: the class Own has a f"):
        nn.to_onnx(net, tmp_path / "net.onnx", input_shape=(4, 5, 6))
    assert not list(tmp_path.iterdir())


def test_a_class_of_ones_own_with_its_bases_forward_is_written(tmp_path):
    class Head(nn.Linear):
        def __init__(self, classes):
            self.unused = nn.Parameter(np.zeros(3))
            super().__init__(8, classes, rng=rng())

    class Start(nn.MaxPool2d):
        pass

    class Net(nn.Sequential):
        pass

    class Sigmoid(nn.Sigmoid):
        pass

    x = rng().normal(size=(2, 2, 4, 4)).astype(np.float32)
    net = Net(Start(2), Sigmoid(), nn.Flatten(), Head(3))
    nn.to_onnx(net, tmp_path / "net.onnx", input_shape=np.array([2, 4, 4]))
    assert_allclose(run(tmp_path / "net.onnx", x), net(x), rtol=1e-5)


def test_the_shape_must_be_known(tmp_path):
    with pytest.raises(ValueError, match="input_shape is not known, as no batch went through"):
        nn.to_onnx(nn.ReLU(), tmp_path / "net.onnx")
    with pytest.raises(ValueError, match="input_shape must be an integer of at least 1; got 0"):
        nn.to_onnx(nn.ReLU(), tmp_path / "net.onnx", input_shape=(0, 2))
    with pytest.raises(ValueError, match=r"x must have shape \(N, 8\); got \(0,\)"):
        nn.to_onnx(nn.Linear(8, 2, rng=rng()), tmp_path / "net.onnx", input_shape=())


def test_without_onnx_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ModuleNotFoundError, match="pip install onnx"):
        nn.to_onnx(nn.ReLU(), tmp_path / "net.onnx", input_shape=(1, 2, 2))
