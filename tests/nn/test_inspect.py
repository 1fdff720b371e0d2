"""What is inside a network: on small ones, whose numbers are known."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from cnnlab import nn
from cnnlab.nn import inspect


def rng(seed=0):
    return np.random.default_rng(seed)


def linear(*weights, bias=0):
    layer = nn.Linear(len(weights[0]), len(weights), rng=rng())
    layer.weight.value[:], layer.bias.value[:] = weights, bias
    return layer


def conv(weight, **options):
    weight = np.array(weight)
    filters, channels, *kernel = weight.shape
    layer = nn.Conv2d(channels, filters, kernel, **options, rng=rng())
    layer.weight.value[:] = weight
    return layer


def branched():
    """Make a network of all containers, for maps of two channels."""
    return nn.Sequential(
        nn.Conv2d(2, 3, 3, padding=1, rng=rng(1)),
        nn.Residual(nn.Sequential(nn.ReLU(), nn.Conv2d(3, 3, 3, padding="same", rng=rng(2)))),
        nn.Concat(nn.Identity(), nn.Sequential(nn.Conv2d(3, 2, 1, rng=rng(3)), nn.ReLU6())),
        nn.Residual(nn.Conv2d(5, 4, 1, rng=rng(4)), nn.Conv2d(5, 4, 3, padding=1, rng=rng(5))),
        nn.GlobalAvgPool2d(), nn.Flatten(), nn.Linear(4, 3, rng=rng(6)),
    )  # fmt: skip


# ---- parts and activations ----


def test_until_ends_with_the_layer_and_copies_nothing():
    net, x = branched(), rng().normal(size=(2, 2, 5, 6))
    answers = inspect.activations(net, x, ["1.branch.0", "2.1.0", "3.shortcut", "6"])
    for name, answer in answers.items():
        part = inspect.until(net, name)
        assert_array_equal(part(x), answer)
        assert list(part.walk())[-1] is net.find(name)
    assert_array_equal(answers["6"], net(x))


def test_activations_are_those_of_the_parts_where_none_is_named():
    net, x = branched(), rng().normal(size=(2, 2, 5, 6))
    found = inspect.activations(net, x)
    assert list(found) == ["0", "1", "2", "3", "4", "5", "6"]
    assert_array_equal(found["3"], net[:4](x))
    assert found["2"].shape == (2, 5, 5, 6)


def test_a_layer_that_is_named_twice_or_at_all_comes_in_the_order_of_the_names():
    net, x = branched(), rng().normal(size=(1, 2, 5, 6))
    found = inspect.activations(net, x, ["6", "0"])
    assert list(found) == ["6", "0"]
    assert list(inspect.activations(net, x, ["0", "0"])) == ["0"]


def test_the_network_is_as_it_was_also_after_an_error():
    def changed(net):
        return [each for each in net.walk() if {"forward", "backward"} & vars(each).keys()]

    net = branched()
    with pytest.raises(ValueError, match="layer 0, Conv2d"):
        inspect.activations(net, np.zeros((1, 3, 5, 6)), ["0", "2.1.1"])
    with pytest.raises(ValueError, match="layer 0, Conv2d"):
        inspect.input_gradient(net, np.zeros((1, 3, 5, 6)), 0, rule="guided")
    assert not changed(net)
    with pytest.raises(ValueError, match="unit must be"):
        inspect.input_gradient(net, np.zeros((1, 2, 5, 6)), 9, rule="guided")
    inspect.input_gradient(net, np.zeros((1, 2, 5, 6)), 0, rule="guided")
    assert not changed(net)


def test_parts_that_are_not_known_are_refused():
    class Mine(nn.Layer):
        def __init__(self):
            self.inner = nn.ReLU()

        def children(self):
            return {"inner": self.inner}

    with pytest.raises(TypeError, match=r"Mine\(\) is made of parts in a way that is not known"):
        inspect.until(nn.Sequential(Mine()), "0.inner")
    with pytest.raises(ValueError, match=r"no layer is called '7'; .* has layers named 0, 1"):
        inspect.activations(branched(), np.zeros((1, 2, 5, 6)), ["7"])


def test_the_number_of_a_layer_is_a_name_and_one_name_is_no_list():
    net, x = branched(), rng().normal(size=(2, 2, 5, 6))
    net(x)
    assert len(inspect.until(net, 2)) == 3
    for layer in (0, np.int64(0)):
        assert inspect.field(net, (2, 2), layer=layer) == inspect.field(net, (2, 2), layer="0")
        assert_array_equal(
            inspect.input_gradient(net, x, 1, layer=layer),
            inspect.input_gradient(net, x, 1, layer="0"),
        )
        assert_array_equal(inspect.activations(net, x, [layer])[layer], net[0](x))
    for layer in (1.0, False, net[0]):
        with pytest.raises(TypeError, match="a layer is called by its name, such as"):
            inspect.until(net, layer)
    for layers in ("10", "6", 6, net[0]):
        with pytest.raises(
            TypeError, match=r'layers must be a list of names, such as \["3"\]; got'
        ):
            inspect.activations(net, x, layers)


# ---- input gradients, and the three rules ----


@pytest.mark.parametrize(("layer", "unit"), [(None, 1), ("2", 4), ("1.branch.1", (2, 3, 1))])
def test_the_input_gradient_is_the_slope(layer, unit):
    net, x = branched().astype(np.float64), rng().normal(size=(2, 2, 5, 6))
    gradient = inspect.input_gradient(net, x, unit, layer=layer)
    part = net if layer is None else inspect.until(net, layer)

    def value(x):
        answer = part(x)[:, *np.atleast_1d(unit)]
        return answer.reshape(len(x), -1).sum(axis=1)

    for at in [(0, 0, 0, 0), (0, 1, 3, 2), (1, 0, 4, 5)]:
        step = np.zeros_like(x)
        step[at] = 1e-6
        slope = (value(x + step) - value(x - step)) / 2e-6
        assert_allclose(slope[at[0]], gradient[at], rtol=1e-6, atol=1e-8)
        assert slope[1 - at[0]] == 0


# The truth table: what went forward, what comes back, and what each rule makes of it.
FORWARD = [3, 3, -3, -3, 0, 0]
BACK = [5, -5, 5, -5, 5, -5]
TABLE = {
    "plain": [5, -5, 0, 0, 0, 0],
    "deconvnet": [5, 0, 5, 0, 5, 0],
    "guided": [5, 0, 0, 0, 0, 0],
}


@pytest.mark.parametrize("rule", TABLE)
@pytest.mark.parametrize("relu", [nn.ReLU, nn.ReLU6])
def test_each_rule_has_its_row(rule, relu):
    net = nn.Sequential(relu(), linear(BACK))
    found = inspect.input_gradient(net, np.array([FORWARD], float), 0, rule=rule)
    assert_array_equal(found, [TABLE[rule]])


@pytest.mark.parametrize(
    ("rule", "row"), [("plain", [0, 0]), ("deconvnet", [5, 0]), ("guided", [0, 0])]
)
def test_relu6_is_not_active_above_6(rule, row):
    net = nn.Sequential(nn.ReLU6(), linear([5, -5]))
    assert_array_equal(inspect.input_gradient(net, np.array([[9.0, 9.0]]), 0, rule=rule), [row])


def test_the_rules_hold_for_relus_wherever_they_stand():
    net = nn.Sequential(
        nn.Residual(nn.Sequential(linear([1, 0], [0, -1]), nn.ReLU())), nn.ReLU(), linear([1, -2])
    )
    x = np.array([[1.0, 3.0]])  # the branch: relu(1), relu(−3); then 2, 3
    rows = {"plain": [2, -2], "deconvnet": [2, 0], "guided": [2, 0]}
    for rule, row in rows.items():
        assert_array_equal(inspect.input_gradient(net, x, 0, rule=rule), [row])


def test_a_unit_that_is_not_there_is_refused():
    net, x = branched(), np.zeros((1, 2, 5, 6))
    for unit, layer, message in [
        (3, None, "unit must be an integer of at most 2; got 3"),
        (-1, None, "unit must be an integer of at least 0; got -1"),
        ((0, 5, 0), "0", "unit must be an integer of at most 4; got 5"),
        ((0, 0, 0, 0), "0", r"unit needs 1 to 3 numbers, as outputs are \(3, 5, 6\)"),
        ((), "0", r"unit needs 1 to 3 numbers"),
    ]:
        with pytest.raises(ValueError, match=message):
            inspect.input_gradient(net, x, unit, layer=layer)
    with pytest.raises(TypeError, match="unit must be an integer"):
        inspect.input_gradient(net, x, True)
    with pytest.raises(ValueError, match=r"must be one of .*got 'guide'; did you mean 'guided'\?"):
        inspect.input_gradient(net, x, 0, rule="guide")


def test_saliency_is_the_largest_of_the_colours():
    assert_array_equal(inspect.saliency(np.array([[[[1, -7]], [[2, 3]], [[-3, 0]]]])), [[[3, 7]]])


# ---- class activation maps ----


@pytest.mark.parametrize("dropout", [False, True])
def test_a_class_maps_mean_and_bias_are_the_score(dropout):
    net = nn.Sequential(
        conv([[[[1, -1]]], [[[0, 2]]]]), nn.ReLU(), nn.GlobalAvgPool2d(), nn.Flatten(),
        *[nn.Dropout(0.5, rng=rng())] * dropout, linear([3, 1], [-1, 2], bias=[10, 20]),
    )  # fmt: skip
    x = np.array([[[[4, 1, 0], [2, 6, 5]]]], float)
    # First maps: (4−1, 1−0; 2−6, 6−5) cut off below 0, and twice (1, 0; 6, 5).
    maps = np.array([[[3, 1], [0, 1]], [[2, 0], [12, 10]]])
    for unit, (a, b), bias in [(0, (3, 1), 10), (1, (-1, 2), 20)]:
        (found,) = inspect.class_activation_map(net, x, unit)
        assert_array_equal(found, a * maps[0] + b * maps[1])
        assert found.mean() + bias == net(x)[0, unit]


def test_a_network_without_global_pooling_has_no_class_map():
    lenet = nn.models.lenet5(rng=rng())
    with pytest.raises(ValueError, match=r"ends with Linear.*, ReLU\(\), Linear.*; ?|occlusion"):
        inspect.class_activation_map(lenet, np.zeros((1, 1, 28, 28)), 0)
    with pytest.raises(ValueError, match=r"needs a network that ends .* ends with ReLU\(\)\. inp"):
        inspect.class_activation_map(nn.ReLU(), np.zeros((1, 1, 2, 2)), 0)
    with pytest.raises(ValueError, match="unit must be an integer of at most 2"):
        inspect.class_activation_map(branched(), np.zeros((1, 2, 5, 5)), 3)


# ---- occlusion ----


def test_what_is_covered_of_a_sum_is_missing():
    net = nn.Sequential(nn.Flatten(), linear(np.ones(24), -np.ones(24)))
    x = np.arange(24.0).reshape(1, 2, 3, 4)
    falls = inspect.occlusion(net, x, 0, size=(2, 3), stride=1)
    windows = np.lib.stride_tricks.sliding_window_view(x[0].sum(axis=0), (2, 3))
    assert_array_equal(falls, windows.sum(axis=(2, 3))[None])
    assert_array_equal(inspect.occlusion(net, x, 1, size=(2, 3), stride=1), -falls)
    filled = inspect.occlusion(net, x, 0, size=(2, 3), stride=1, value=2)
    assert_array_equal(filled, falls - 24)  # 12 cells of 2 stand there instead


def test_patches_lie_side_by_side_by_default_and_each_example_counts_for_itself():
    net, x = nn.GlobalAvgPool2d(), np.arange(32.0).reshape(2, 1, 4, 4)
    falls = inspect.occlusion(net, x, 0, size=2)
    assert_array_equal(16 * falls[0], [[0 + 1 + 4 + 5, 2 + 3 + 6 + 7], [42, 50]])
    assert_array_equal(falls[1], falls[0] + 4)
    assert_array_equal(x, np.arange(32.0).reshape(2, 1, 4, 4))  # nothing was written into it


@pytest.mark.parametrize("dtype", [np.uint8, int, list])
def test_bytes_are_covered_as_floats_are(dtype):
    x = np.arange(16.0).reshape(1, 1, 4, 4)
    whole = x.astype(int).tolist() if dtype is list else x.astype(dtype)
    for value in (-0.5, 300):
        expected = inspect.occlusion(nn.MaxPool2d(4), x, (0, 0, 0), size=2, value=value)
        found = inspect.occlusion(nn.MaxPool2d(4), whole, (0, 0, 0), size=2, value=value)
        assert_array_equal(found, expected)


def test_only_the_patch_over_the_object_matters():
    net = nn.Sequential(conv([[[[1, 1], [1, 1]]]]), nn.ReLU(), nn.MaxPool2d(7))
    x = np.zeros((1, 1, 8, 8))
    x[0, 0, 2:4, 4:6] = 1
    falls = inspect.occlusion(net, x, (0, 0, 0), size=2)
    assert falls[0, 1, 2] == 4
    assert falls.sum() == 4


# ---- receptive fields and patches ----


def ones(network):
    """Give all weights the value 1, so that nothing that is seen can cancel out."""
    for name, parameter in network.parameters().items():
        parameter.value[...] = name.endswith("weight")
    return network


NETWORKS = {
    "stack": (
        lambda: [
            nn.Conv2d(2, 3, (3, 2), stride=(2, 1), padding=1, rng=rng()), nn.BatchNorm2d(3),
            nn.AvgPool2d(2, stride=2), nn.Conv2d(3, 2, 3, padding="same", rng=rng()),
        ],
        (2, 17, 14),
    ),
    "same, odd cell after": (
        lambda: [
            nn.Conv2d(1, 2, 3, stride=2, padding="same", rng=rng()),
            nn.Conv2d(2, 2, 5, stride=2, padding="same", groups=2, rng=rng()), nn.ReLU6(),
        ],
        (1, 16, 20),
    ),
    "branches": (
        lambda: [
            nn.Residual(nn.Conv2d(2, 2, 3, padding=1, rng=rng())),
            nn.Concat(nn.Identity(), nn.Conv2d(2, 1, (1, 5), padding=(0, 2), rng=rng())),
            nn.Residual(nn.Conv2d(3, 1, 1, rng=rng()), nn.Conv2d(3, 1, 3, padding=1, rng=rng())),
            nn.Subsampling(1, 2),
        ],
        (2, 12, 10),
    ),
    "dilation": (
        lambda: [
            nn.Conv2d(1, 1, 3, dilation=(3, 2), padding=2, rng=rng()),
            nn.Conv2d(1, 1, 2, dilation=2, rng=rng()), nn.AvgPool2d(3, stride=2, padding=1),
        ],
        (1, 9, 12),
    ),
    "everything": (lambda: [nn.GlobalAvgPool2d(), nn.Conv2d(1, 1, 1, rng=rng())], (1, 4, 5)),
}  # fmt: skip


@pytest.mark.parametrize("name", NETWORKS)
def test_a_field_is_where_the_gradient_is_not_0(name):
    make, shape = NETWORKS[name]
    net = ones(nn.Sequential(*make()))
    x = np.full((1, *shape), 1e-3)
    _, _, *places = net(x).shape
    for place in np.ndindex(*places):
        reached = inspect.input_gradient(net, x, (0, *place))[0].sum(axis=0) != 0
        rows, columns = inspect.field(net, place)
        seen = np.argwhere(reached)
        assert (rows.start, columns.start) == tuple(seen.min(axis=0)), place
        assert (rows.stop - 1, columns.stop - 1) == tuple(seen.max(axis=0)), place


def test_a_field_is_that_of_the_formulas():
    from cnnlab import receptive_field

    sizes = [(5, 1), (2, 2), (5, 1), (2, 2)]
    net, x = nn.models.lenet5(rng=rng()), np.zeros((1, 1, 28, 28))
    net(x)
    names = ["0", "2", "3", "5"]
    fields = receptive_field([{"kernel_size": k, "stride": s} for k, s in sizes])[1:]
    for layer, each in zip(names, fields, strict=True):
        rows, columns = inspect.field(net, (2, 2), layer=layer)
        assert rows.stop - rows.start == columns.stop - columns.start == each.size
    assert inspect.field(net, (), layer="6") == (slice(0, 28), slice(0, 28))
    assert inspect.field(net, (0, 0), layer="0") == (slice(0, 3), slice(0, 3))


@pytest.mark.parametrize(
    "layers",
    [
        [nn.Conv2d(1, 1, 1, padding=5, rng=rng())],
        [nn.Conv2d(1, 1, 2, padding=(0, 3), dilation=(1, 27), rng=rng()), nn.Identity()],
        [nn.ReLU(), nn.AvgPool2d(2, padding=(2, 0), count_padding=True), nn.ReLU()],
        [nn.Conv2d(1, 1, 3, rng=rng()), nn.Conv2d(1, 1, 3, padding=(3, 0), rng=rng())],
        [nn.GlobalAvgPool2d(), nn.Conv2d(1, 1, 1, padding=1, rng=rng())],
        [
            nn.Residual(nn.Conv2d(1, 1, 3, padding=1, rng=rng())),
            nn.Conv2d(1, 1, 1, padding=5, rng=rng()),
        ],
    ],
    ids=repr,
)
def test_a_unit_that_meets_padding_alone_sees_nothing(layers):
    net, x = ones(nn.Sequential(*layers)), rng().random((1, 1, 24, 23)) + 1
    net(x)
    assert not inspect.input_gradient(net, x, (0, 0, 0)).any()
    rows, columns = inspect.field(net, (0, 0))
    assert (rows, columns) == (slice(0, 0), slice(0, 0))
    assert x[:, :, rows, columns].size == 0


def test_a_branch_that_sees_nothing_counts_for_nothing():
    net = nn.Concat(
        nn.Conv2d(1, 1, 1, padding=(5, 0), rng=rng()),
        nn.MaxPool2d((1, 1), padding=(5, 0)),
        nn.Conv2d(1, 1, 11, padding=(10, 5), rng=rng()),
    )
    net(np.ones((1, 1, 20, 20)))
    assert inspect.field(net, (0, 7)) == (slice(0, 1), slice(2, 13))
    patch = inspect.top_patches(
        nn.Conv2d(1, 1, 1, padding=2, init=nn.zeros, rng=rng()), np.ones((1, 1, 3, 3)), 0
    )[0]
    assert patch[2:] == ((0, 0), slice(0, 0), slice(0, 0))


def own(kind, *arguments, **options):
    """Make a layer of a student's class that computes something else than its base does."""

    class Own(kind):
        def forward(self, x, training=False):
            return 2 * super().forward(x[:, :, ::-1], training)

    return Own(*arguments, **options)


def test_a_forward_of_ones_own_is_not_taken_for_that_of_its_base():
    x = np.ones((1, 1, 4, 4))
    for layer in (own(nn.Identity), own(nn.MaxPool2d, 2), own(nn.Residual, nn.ReLU())):
        layer(x)
        with pytest.raises(TypeError, match=r"sees is not known here: the class Own has a forward"):
            inspect.field(layer, (0, 0))
    for net in (own(nn.Sequential, nn.ReLU(), nn.ReLU()), own(nn.Concat, nn.ReLU(), nn.ReLU())):
        with pytest.raises(TypeError, match="is made of parts in a way that is not known here"):
            inspect.until(net, "1")
    ends = nn.GlobalAvgPool2d(), nn.Flatten(), own(nn.Linear, 1, 2, rng=rng())
    with pytest.raises(ValueError, match="a class activation map needs a network that ends with"):
        inspect.class_activation_map(nn.Sequential(*ends), x, 0)


def test_a_class_of_ones_own_with_its_bases_forward_is_known():
    class Net(nn.Sequential):
        pass

    net = Net(nn.ReLU(), nn.MaxPool2d(2))
    net(np.ones((1, 1, 4, 4)))
    assert inspect.field(net, (1, 0)) == (slice(2, 4), slice(0, 2))
    assert len(inspect.until(net, "0")) == 1


def test_a_field_needs_a_batch_and_known_layers():
    class Mine(nn.Layer):
        def forward(self, x, training=False):
            return x

    with pytest.raises(ValueError, match="sizes are not known, as no batch went through"):
        inspect.field(nn.models.lenet5(rng=rng()), (0, 0))
    net = nn.Sequential(nn.ReLU(), Mine())
    net(np.zeros((1, 1, 2, 2)))
    with pytest.raises(TypeError, match=r"what a unit of Mine\(\) sees is not known"):
        inspect.field(net, (0, 0))
    for place, message in [
        ((0,), r"place needs one integer per axis \(2\)"),
        ((0, 2), "place must be an integer of at most 1; got 2"),
    ]:
        with pytest.raises(ValueError, match=message):
            inspect.field(net, place, layer="0")


PLANTED = np.array([[0, 1, 0], [1, 2, 1], [0, 1, 0]])


def planted(places, size=(10, 13)):
    images = np.zeros((4, 1, *size))
    for strength, (image, row, column) in enumerate(places, start=1):
        images[image, 0, row : row + 3, column : column + 3] = strength * PLANTED
    return images


@pytest.mark.parametrize("batch_size", [1, 3, 16])
def test_patches_are_found_where_they_were_planted(batch_size):
    places = [(2, 0, 9), (0, 4, 4), (3, 6, 0)]
    images = planted(places)
    net = nn.Sequential(conv([[[[1] * 3] * 3], PLANTED[None]]), nn.ReLU())
    found = inspect.top_patches(net, images, 1, count=3, batch_size=batch_size)
    assert [(p.image, *p.place) for p in found] == places[::-1]
    assert [p.value for p in found] == [24, 16, 8]  # the planted cells with themselves: 8
    for strength, p in zip((3, 2, 1), found, strict=True):
        assert_array_equal(images[p.image, 0, p.rows, p.columns], strength * PLANTED)


def test_an_image_gives_one_patch_or_several_that_are_apart():
    images = planted([(1, 0, 0), (1, 0, 8), (0, 5, 5)])
    net = conv([[PLANTED]])
    assert [p.image for p in inspect.top_patches(net, images, 0, count=9)] == [0, 1, 2, 3]
    found = inspect.top_patches(net, images, 0, count=3, apart=5)
    assert [(p.image, *p.place) for p in found] == [(0, 5, 5), (1, 0, 8), (1, 0, 0)]
    found = inspect.top_patches(net, images, 0, count=3, apart=1)
    assert [p.image for p in found] == [0, 1, 0]
    assert found[2].value == 12  # a place beside the best, with 3 · (1·2 + 2·1)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"apart": 0}, ValueError, "apart must be an integer of at least 1; got 0"),
        ({"apart": False}, TypeError, "apart must be an integer of at least 1; got False"),
        ({"images": planted([])[:0]}, ValueError, "images is empty; there is no patch to find"),
    ],
)
def test_patches_that_can_not_be_found(options, error, message):
    options = {"images": planted([(0, 1, 1)])} | options
    with pytest.raises(error, match=message):
        inspect.top_patches(conv([[PLANTED]]), unit=0, **options)


def test_patches_of_a_layer_inside_and_of_scores():
    images = planted([(2, 4, 6)])
    net = nn.Sequential(
        nn.Residual(nn.Conv2d(1, 1, 1, rng=rng(), init=nn.zeros)), conv([[PLANTED]]),
        nn.GlobalAvgPool2d(), nn.Flatten(),
    )  # fmt: skip
    (patch,) = inspect.top_patches(net, images, 0, layer="1", count=1)
    assert (patch.image, patch.place) == (2, (4, 6))
    (whole,) = inspect.top_patches(net, images, 0, count=1)
    assert (whole.image, whole.place) == (2, ())
    assert (whole.rows, whole.columns) == (slice(0, 10), slice(0, 13))


# ---- images that excite ----


def test_with_a_penalty_a_linear_unit_is_excited_by_its_own_weights():
    net = linear([8, -4, 0])
    climb = inspect.maximise(net, rng().normal(size=(2, 3)), 0, rate=0.25, penalty=1, steps=80)
    assert_allclose(climb.x, [[4, -2, 0]] * 2, atol=1e-12)  # w / 2λ
    assert climb.values.shape == (81, 2)
    assert_allclose(climb.values[-1], 40)


def test_each_step_is_the_gradients():
    climb = inspect.maximise(linear([6, -2]), np.array([[1.0, 1.0]]), 0, steps=2, rate=0.5)
    assert_array_equal(climb.x, [[7, -1]])
    assert_array_equal(climb.values, [[4], [24], [44]])


def test_limits_hold():
    x, _ = inspect.maximise(linear([6, -2]), np.zeros((1, 2)), 0, steps=3, limits=(-1, 2))
    assert_array_equal(x, [[2, -1]])


def test_from_zeros_a_network_of_relus_does_not_get_away():
    net = nn.Sequential(nn.Conv2d(1, 3, 3, rng=rng()), nn.ReLU(), nn.MaxPool2d(2))
    start = np.zeros((1, 1, 4, 4))
    stuck = inspect.maximise(net, start, 0, steps=5)
    assert not stuck.x.any()
    assert not stuck.values.any()
    away = inspect.maximise(net, start + 0.01 * rng(1).normal(size=start.shape), 0, steps=5)
    assert away.values[-1] > away.values[0] > 0


def test_the_start_is_left_alone_and_its_type_stays():
    start = np.ones((1, 2), np.float32)
    x, _ = inspect.maximise(linear([6, -2]), start, 0, steps=2, penalty=0.1)
    assert x.dtype == np.float32
    assert_array_equal(start, 1)


def test_whole_numbers_climb_as_floats_do():
    climb = inspect.invert(nn.ReLU(), np.array([[3, 1]], np.uint8), np.array([[1, 2]], np.uint8))
    assert_allclose(climb.x, [[1, 2]])
    assert climb.values[0] == 2.5


def test_an_answer_is_inverted():
    net = nn.Sequential(linear([2, 0], [0, 1]), nn.ReLU(), linear([1, 1]))
    target = np.array([[6.0, 1.0]])
    climb = inspect.invert(net, np.array([[1.0, 1.0]]), target, layer="1", steps=60, rate=0.2)
    assert_allclose(climb.x, [[3, 1]])
    assert climb.values[0] == 8
    assert climb.values[-1] < 1e-9
    with pytest.raises(ValueError, match=r"target must have shape \(1, 2\); got \(1, 3\)"):
        inspect.invert(net, np.array([[1.0, 1.0]]), np.zeros((1, 3)), layer="1")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"steps": 0}, "steps must be an integer of at least 1"),
        ({"penalty": -1}, "penalty must be at least 0"),
        ({"rate": np.nan}, "rate must be finite"),
        ({"layer": "9"}, "no layer is called '9'"),
    ],
)
def test_what_does_not_climb_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        inspect.maximise(linear([6, -2]), np.zeros((1, 2)), 0, **options)
