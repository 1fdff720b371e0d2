"""Every layer: its gradients against central differences, its shapes, and what it refuses."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import cnnlab
from cnnlab import nn


def rng(seed=0):
    return np.random.default_rng(seed)


def small(*shape, seed=1):
    """Draw numbers that are no ties and no kinks: all differ, and none is near 0."""
    values = np.linspace(0.1, 2, int(np.prod(shape)))
    values[::2] *= -1
    return rng(seed).permutation(values).reshape(shape)


MAPS, ROWS = (2, 4, 4, 5), (3, 8)
LAYERS = {
    "conv": (lambda: nn.Conv2d(4, 6, 3, rng=rng()), MAPS),
    "conv, no bias": (lambda: nn.Conv2d(4, 2, (1, 2), bias=False, rng=rng()), MAPS),
    "conv, padding": (lambda: nn.Conv2d(4, 3, (3, 2), padding="same", rng=rng()), MAPS),
    "conv, stride": (lambda: nn.Conv2d(4, 3, 2, stride=(2, 1), padding=1, rng=rng()), MAPS),
    "conv, groups": (lambda: nn.Conv2d(4, 6, 3, groups=2, dilation=(1, 2), rng=rng()), MAPS),
    "conv, depthwise": (lambda: nn.Conv2d(4, 4, 3, groups=4, rng=rng()), MAPS),
    "linear": (lambda: nn.Linear(8, 5, rng=rng()), ROWS),
    "linear, no bias": (lambda: nn.Linear(8, 5, bias=False, rng=rng()), ROWS),
    "flatten": (nn.Flatten, MAPS),
    "identity": (nn.Identity, MAPS),
    "max pool": (lambda: nn.MaxPool2d(2), MAPS),
    "max pool, overlapping": (lambda: nn.MaxPool2d(3, stride=2, padding=1, ceil=True), MAPS),
    "average pool": (lambda: nn.AvgPool2d((2, 3)), MAPS),
    "average pool, padding": (lambda: nn.AvgPool2d(3, stride=2, padding=1), MAPS),
    "L2 pool": (lambda: nn.LpPool2d(2, stride=1), MAPS),
    "L3 pool": (lambda: nn.LpPool2d(2, p=3), MAPS),
    "global average pool": (nn.GlobalAvgPool2d, MAPS),
    "depthwise max pool": (lambda: nn.DepthwiseMaxPool2d(2), MAPS),
    "subsampling": (lambda: moved(nn.Subsampling(4)), MAPS),
    "RBF": (lambda: nn.RBF(small(4, 8), trainable=True), ROWS),
    "ReLU": (nn.ReLU, MAPS),
    "ReLU6": (lambda: nn.Sequential(Times(5), nn.ReLU6()), MAPS),
    "leaky ReLU": (lambda: nn.LeakyReLU(0.2), MAPS),
    "ELU": (lambda: nn.ELU(1.5), MAPS),
    "sigmoid": (nn.Sigmoid, MAPS),
    "tanh": (nn.Tanh, ROWS),
    "tanh, scaled": (lambda: nn.Tanh(1.7159, 2 / 3), ROWS),
    "batch norm of maps": (lambda: moved(nn.BatchNorm2d(4)), MAPS),
    "batch norm of rows": (lambda: moved(nn.BatchNorm2d(8)), ROWS),
    "LRN, torch": (lambda: nn.LocalResponseNorm(3, alpha=0.5), MAPS),
    "LRN, torch, even": (lambda: nn.LocalResponseNorm(2, alpha=0.5), MAPS),
    "LRN, onnx, even": (lambda: nn.LocalResponseNorm(4, alpha=0.5, convention="onnx"), MAPS),
    "LRN, wider": (lambda: nn.LocalResponseNorm(11, convention="tensorflow"), MAPS),
    "LRN, paper": (lambda: nn.LocalResponseNorm(2, alpha=0.5, convention="paper"), MAPS),
    "dropout": (lambda: Again(nn.Dropout(0.4, rng=rng())), MAPS),
    "residual": (lambda: nn.Residual(nn.Conv2d(4, 4, 3, padding=1, rng=rng())), MAPS),
    "residual, shortcut": (
        lambda: nn.Residual(
            nn.Sequential(nn.Conv2d(4, 3, 3, padding=1, rng=rng()), nn.Tanh()),
            nn.Conv2d(4, 3, 1, rng=rng(1)),
        ),
        MAPS,
    ),
    "concat": (
        lambda: nn.Concat(
            nn.Conv2d(4, 2, 1, rng=rng()), nn.Identity(), nn.Conv2d(4, 3, 3, padding=1, rng=rng())
        ),
        MAPS,
    ),
    "sequential": (
        lambda: nn.Sequential(
            nn.Conv2d(4, 5, 3, rng=rng()), nn.Tanh(), nn.MaxPool2d(2), nn.Flatten(),
            nn.Linear(5, 3, rng=rng()),
        ),
        MAPS,
    ),
}  # fmt: skip


class Times(nn.Layer):
    """Multiply by a number: a layer as a student writes it."""

    def __init__(self, factor):
        self.factor = factor

    def forward(self, x, training=False):
        return self.factor * x

    def backward(self, grad):
        return self.factor * grad


class Again(nn.Layer):
    """Draw the same numbers at each call."""

    def __init__(self, layer):
        self.layer, self.state = layer, layer.rng.bit_generator.state

    def forward(self, x, training=False):
        self.layer.rng.bit_generator.state = self.state
        return self.layer(x, training)

    def backward(self, grad):
        return self.layer.backward(grad)


def moved(layer):
    """Take parameters away from the 0 and 1 at which they start."""
    for number, parameter in enumerate(layer.parameters().values()):
        parameter.value[...] = small(*parameter.value.shape, seed=number)
    return layer


def made(name):
    make, shape = LAYERS[name]
    return make().astype(np.float64), small(*shape)


@pytest.mark.parametrize("training", [True, False], ids=["training", "not training"])
@pytest.mark.parametrize("name", LAYERS)
def test_backward_is_the_gradient_of_the_input(name, training):
    layer, x = made(name)
    grad = small(*layer(x, training).shape, seed=2)
    back = layer.backward(grad)
    assert back.shape == x.shape
    cnnlab.check_gradient(lambda x: layer(x, training), x, back, grad, rtol=1e-5)


@pytest.mark.parametrize("learn", [True, False], ids=["learn", "backward"])
@pytest.mark.parametrize("name", [name for name in LAYERS if made(name)[0].parameters()])
def test_backward_fills_the_gradients_of_the_parameters(name, learn):
    layer, x = made(name)
    grad = small(*layer(x, training=True).shape, seed=2)
    for parameter in layer.parameters().values():
        parameter.grad[...] = np.nan  # what was there does not count
    (layer.learn if learn else layer.backward)(grad)
    for parameter in layer.parameters().values():

        def of(value, parameter=parameter):
            kept, parameter.value = parameter.value, value
            try:
                return layer(x, training=True)
            finally:
                parameter.value = kept

        cnnlab.check_gradient(of, parameter.value, parameter.grad.copy(), grad, rtol=1e-5)


@pytest.mark.parametrize("name", LAYERS)
def test_float32_stays_and_arguments_are_left_alone(name):
    make, shape = LAYERS[name]
    layer, x = make(), small(*shape).astype(np.float32)
    x.flags.writeable = False
    output = layer(x, training=True)
    grad = np.ones_like(output)
    grad.flags.writeable = False
    assert output.dtype == layer.backward(grad).dtype == np.float32
    assert {each.value.dtype for each in layer.parameters().values()} <= {np.dtype(np.float32)}


@pytest.mark.parametrize("name", LAYERS)
def test_a_batch_of_no_example_has_the_shape(name):
    make, shape = LAYERS[name]
    layer = make()
    empty = layer(np.zeros((0, *shape[1:]), np.float32))
    assert empty.shape == (0, *layer(small(*shape)).shape[1:])


@pytest.mark.parametrize("name", LAYERS)
def test_a_label_is_one_line(name):
    label = LAYERS[name][0]().label()
    assert re.fullmatch(r"[A-Za-z0-9]+\(.*\)", label), label


def test_options_in_any_form_are_written_alike():
    labels = [
        nn.Conv2d(1, 1, 3, stride=np.array([2, 2]), padding=((1, 1), [2, 2]), rng=rng()),
        nn.Conv2d(1, 1, 3, stride=(1, 1), padding=np.int64(1), dilation=[1, 2], rng=rng()),
        nn.Conv2d(1, 1, 3, padding=((1, 2), (1, 2)), rng=rng()),
        nn.MaxPool2d(3, stride=np.array([2, 2]), padding=np.array([1, 1])),
        nn.AvgPool2d(3, stride=(2, 1), padding=[(0, 1), 1]),
    ]
    assert [repr(layer) for layer in labels] == [
        "Conv2d(1 → 1, 3×3, stride 2, padding (1, 2))",
        "Conv2d(1 → 1, 3×3, padding 1, dilation (1, 2))",
        "Conv2d(1 → 1, 3×3, padding ((1, 2), (1, 2)))",
        "MaxPool2d(3×3, stride 2, padding 1)",
        "AvgPool2d(3×3, stride (2, 1), padding ((0, 1), 1))",
    ]
    same = nn.Conv2d(1, 1, 3, stride=[2, 2], padding=((0, 0), 0), dilation=(1, 1), rng=rng())
    assert same.options == nn.Conv2d(1, 1, 3, stride=2, rng=rng()).options
    assert same.options == {"stride": 2, "padding": 0, "dilation": 1, "groups": 1}


def test_labels_say_what_is_not_as_usual():
    labels = [
        nn.Conv2d(4, 6, (3, 2), stride=2, padding=1, groups=2, rng=rng()),
        nn.MaxPool2d(3, stride=2, ceil=True),
        nn.AvgPool2d(2, count_padding=True),
        nn.LpPool2d(2, p=3),
        nn.Linear(8, 5, rng=rng()),
        nn.Tanh(1.7159, 2 / 3),
        nn.LocalResponseNorm(convention="paper"),
    ]
    assert [repr(layer) for layer in labels] == [
        "Conv2d(4 → 6, 3×2, stride 2, padding 1, groups 2)",
        "MaxPool2d(3×3, stride 2, ceil)",
        "AvgPool2d(2×2, count padding)",
        "LpPool2d(2×2, p 3)",
        "Linear(8 → 5)",
        "Tanh(1.7159, 0.6667)",
        "LocalResponseNorm(5, paper)",
    ]


# ---- single layers ----


def test_a_convolution_as_large_as_its_input_is_fully_connected():
    conv, linear = nn.Conv2d(3, 5, (4, 6), rng=rng()), nn.Linear(72, 5, rng=rng())
    linear.weight.value[...] = conv.weight.value.reshape(5, 72)
    x = small(2, 3, 4, 6)
    assert_allclose(conv(x)[:, :, 0, 0], linear(nn.Flatten()(x)), rtol=1e-12)


def test_flatten_goes_channel_by_channel_row_by_row():
    assert_array_equal(nn.Flatten()(np.arange(12).reshape(1, 2, 2, 3))[0], np.arange(12))


def test_subsampling_is_a_mean_with_a_coefficient_and_a_bias():
    layer = nn.Subsampling(2)
    layer.weight.value[...], layer.bias.value[...] = [2, -1], [0.5, 3]
    x = np.array([[[[1.0, 3], [5, 7]], [[1, 1], [1, 5]]]])
    assert_array_equal(layer(x), [[[[8.5]], [[1.0]]]])
    assert layer.multiply_adds((2, 1, 1)) == 2


def test_rbf_is_twice_the_log_of_a_gaussian():
    prototypes, x = small(3, 4), small(2, 4, seed=5)
    layer = nn.RBF(prototypes).astype(np.float64)
    layer.weight.value = prototypes
    gaussian = np.exp(-0.5 * ((x[:, None] - prototypes) ** 2).sum(axis=2)) / (2 * np.pi) ** 2
    assert_allclose(layer(x) / 2, np.log(gaussian * (2 * np.pi) ** 2), rtol=1e-12)
    assert layer(prototypes).argmax(axis=1).tolist() == [0, 1, 2]


def test_fixed_prototypes_do_not_move():
    layer = nn.RBF(small(3, 4))
    layer.backward(layer(small(2, 4)))
    assert not layer.weight.grad.any()


def test_depthwise_max_pool_gives_ties_to_the_first():
    layer = nn.DepthwiseMaxPool2d(3)
    layer(np.zeros((1, 6, 1, 1)))
    assert_array_equal(layer.backward(np.ones((1, 2, 1, 1))).ravel(), [1, 0, 0, 1, 0, 0])


@pytest.mark.parametrize(
    ("layer", "values"),
    [
        (nn.ReLU(), [0, 0, 0, 0.5, 9]),
        (nn.ReLU6(), [0, 0, 0, 0.5, 6]),
        (nn.LeakyReLU(0.1), [-100, -0.1, 0, 0.5, 9]),
        (nn.ELU(2), [-2, 2 / np.e - 2, 0, 0.5, 9]),
        (nn.Sigmoid(), [0, 1 / (1 + np.e), 0.5, 1 / (1 + np.exp(-0.5)), 1 / (1 + np.exp(-9))]),
        (nn.Tanh(1.7159, 2 / 3), [-1.7159, -1, 0, 0.551684, 1.715879]),
    ],
    ids=repr,
)
def test_activations(layer, values):
    assert_allclose(layer(np.array([-1000.0, -1, 0, 0.5, 9])), values, rtol=1e-4, atol=1e-12)


def test_relu_has_no_slope_at_0():
    layer = nn.ReLU()
    layer(np.zeros(1))
    assert layer.backward(np.ones(1)) == 0


def test_batch_norm_learns_from_the_batch_and_then_keeps_its_averages():
    layer, x = nn.BatchNorm2d(4).astype(np.float64), small(*MAPS)
    y = layer(x, training=True)
    assert_allclose(y.mean(axis=(0, 2, 3)), 0, atol=1e-12)
    assert_allclose(y.var(axis=(0, 2, 3)), 1, rtol=1e-4)
    assert_allclose(layer.running_mean, 0.1 * x.mean(axis=(0, 2, 3)))
    assert_allclose(layer.running_var, 0.9 + 0.1 * x.var(axis=(0, 2, 3), ddof=1))
    assert layer.num_batches_tracked == 1
    before = layer.state_dict()
    assert_allclose(
        layer(x)[:, 2], (x[:, 2] - before["running_mean"][2]) / np.sqrt(before["running_var"][2]),
        rtol=1e-4,
    )  # fmt: skip
    assert all((before[name] == array).all() for name, array in layer.state_dict().items())


def test_dropout_scales_what_stays_and_does_nothing_afterwards():
    layer, x = nn.Dropout(0.75, rng=rng()), np.ones((100, 100), np.float32)
    y = layer(x, training=True)
    assert set(np.unique(y)) == {0, 4}
    assert 0.23 < (y > 0).mean() < 0.27
    assert layer(x) is x
    assert layer.backward(x) is x
    assert_array_equal(nn.Dropout(0, rng=rng())(x, training=True), x)


# What each convention sums for the middle of five channels 1, 2, 3, 4, 5, with alpha 1 and beta 1.
@pytest.mark.parametrize(
    ("convention", "size", "d"),
    [
        ("torch", 3, 1 + (4 + 9 + 16) / 3),
        ("torch", 2, 1 + (4 + 9) / 2),
        ("torch", 4, 1 + (1 + 4 + 9 + 16) / 4),
        ("onnx", 2, 1 + (9 + 16) / 2),
        ("onnx", 4, 1 + (4 + 9 + 16 + 25) / 4),
        ("caffe", 5, 1 + 55 / 5),
        ("paper", 3, 2 + 4 + 9 + 16),
        ("paper", 2, 2 + 4 + 9 + 16),
        ("tensorflow", 3, 1 + 4 + 9 + 16),
        ("torch", 9, 1 + 55 / 9),
    ],
)
def test_local_response_norm_by_each_convention(convention, size, d):
    layer = nn.LocalResponseNorm(size, alpha=1, beta=1, convention=convention)
    x = np.arange(1.0, 6).reshape(1, 5, 1, 1)
    assert_allclose(layer(x)[0, 2, 0, 0], 3 / d, rtol=1e-12)


def test_initial_weights_have_the_variance_that_they_say():
    shape = (200, 100, 3, 3)
    fan_in, fan_out = 900, 1800
    expected = {
        nn.he_normal: 2 / fan_in,
        nn.lecun_normal: 1 / fan_in,
        nn.glorot_uniform: 2 / (fan_in + fan_out),
        nn.pytorch_uniform: 1 / (3 * fan_in),
    }
    for init, variance in expected.items():
        drawn = init(shape, rng())
        assert drawn.shape == shape
        assert_allclose(drawn.var(), variance, rtol=0.02)
        assert abs(drawn.mean()) < 0.01 * drawn.std()
    layer = nn.Conv2d(4, 6, 3, rng=rng(), init=nn.zeros)
    assert not layer.weight.value.any()
    same = nn.Linear(8, 5, rng=rng(3)).weight.value
    assert_array_equal(same, nn.Linear(8, 5, rng=rng(3)).weight.value)


# ---- what is refused ----


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: nn.Conv2d(4, 6, 3, rng=0), TypeError, r"rng must be a numpy\.random\.Generator"),
        (lambda: nn.Linear(0, 6, rng=rng()), ValueError, "in_features must be an integer of at "),
        (
            lambda: nn.Conv2d(4, 6, 3, groups=4, rng=rng()),
            ValueError,
            r"groups must divide in_channels and out_channels, 4 and 6 \(1, 2\); got 4",
        ),
        (lambda: nn.Dropout(1, rng=rng()), ValueError, "p must be at least 0 and below 1; got 1"),
        (lambda: nn.LeakyReLU("x"), TypeError, "slope must be a number; got 'x'"),
        (lambda: nn.LeakyReLU(1j), TypeError, r"slope must be a number; got 1j \(complex\)"),
        (lambda: nn.LeakyReLU(b"1"), TypeError, "slope must be a number; got b'1'"),
        (lambda: nn.LeakyReLU(10**400), ValueError, "slope must fit a float, which ends at about"),
        (lambda: nn.ELU(np.inf), ValueError, "alpha must be finite and at least 0; got inf"),
        (
            lambda: nn.BatchNorm2d(3, momentum=2),
            ValueError,
            "momentum must be at least 0 and at most 1; got 2",
        ),
        (
            lambda: nn.Conv2d(4, 6, 3, stride=0, rng=rng()),
            ValueError,
            "stride must be an integer of",
        ),
        (
            lambda: nn.Conv2d(4, 6, 3, stride=None, rng=rng()),
            TypeError,
            "stride must be an integer",
        ),
        (lambda: nn.Conv2d(4, 6, 3, dilation=1.5, rng=rng()), TypeError, "dilation must be an int"),
        (lambda: nn.Conv2d(4, 6, 3, padding="smae", rng=rng()), ValueError, "did you mean 'same'"),
        (lambda: nn.Conv2d(4, 6, 3, padding=-1, rng=rng()), ValueError, "padding must be an integ"),
        (lambda: nn.MaxPool2d(2, stride=-1), ValueError, "stride must be an integer of at least 1"),
        (lambda: nn.MaxPool2d(2, ceil="yes"), TypeError, "ceil must be True or False; got 'yes'"),
        (lambda: nn.MaxPool2d(2, dilation=None), TypeError, "dilation must be an integer"),
        (
            lambda: nn.AvgPool2d(2, padding=(1, 2, 3)),
            ValueError,
            "padding needs one entry per axis",
        ),
        (lambda: nn.AvgPool2d(2, count_padding=1), TypeError, "count_padding must be True or Fal"),
        (lambda: nn.LpPool2d(2, p=-1), ValueError, "p must be at least 1; got -1"),
        (
            lambda: nn.Conv2d(4, 6, 3, rng=rng(), init=lambda shape, rng: np.zeros(6)),
            ValueError,
            r"init must draw the shape \(6, 4, 3, 3\); got \(6,\)",
        ),
        (
            lambda: nn.Linear(4, 6, rng=rng(), init="he_normal"),
            TypeError,
            r"init must be a function, such as nn\.he_normal; got 'he_normal'",
        ),
        (
            lambda: nn.LocalResponseNorm(4, convention="caffe"),
            ValueError,
            "size must be odd by the convention 'caffe'; got 4",
        ),
        (
            lambda: nn.LocalResponseNorm(convention="keras"),
            ValueError,
            "convention must be one of 'torch', 'onnx'",
        ),
        (lambda: nn.Sequential(), ValueError, "Sequential needs at least one layer"),
        (lambda: nn.Sequential(nn.ReLU), TypeError, "number 0 is .*; call it: it is a class"),
        (lambda: nn.Sequential([nn.ReLU()]), TypeError, r"; write \*layers"),
        (lambda: nn.RBF([1, 2]), ValueError, r"prototypes must have 2 axes \(classes, features\)"),
    ],
)
def test_settings_that_will_not_do(make, error, message):
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (nn.Subsampling(3), (2, 4, 4, 4), r"(N, 3, H, W); got (2, 4, 4, 4)"),
        (nn.BatchNorm2d(3), (2, 4), r"(N, 3, …); got (2, 4)"),
        (nn.Linear(7, 2, rng=rng()), (2, 4), r"(N, 7); got (2, 4)"),
        (
            nn.Linear(7, 2, rng=rng()),
            (2, 4, 3, 3),
            r"got (2, 4, 3, 3); lay maps into rows with Flatten() before it, which gives 36",
        ),
        (nn.RBF(small(3, 4)), (2, 5), r"(N, 4); got (2, 5)"),
    ],
)
def test_shapes_that_will_not_do(layer, shape, message):
    with pytest.raises(ValueError, match=re.escape(f"x must have shape {message}"[-40:])):
        layer(np.zeros(shape))


def test_one_example_has_no_variance():
    with pytest.raises(ValueError, match="use a larger batch"):
        nn.BatchNorm2d(3)(np.zeros((1, 3)), training=True)


def test_backward_before_forward_says_so():
    with pytest.raises(AttributeError, match=r"Linear has no 'x'.*call forward before backward"):
        nn.Linear(7, 2, rng=rng()).backward(np.zeros((1, 2)))
