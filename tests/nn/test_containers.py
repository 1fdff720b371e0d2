"""Networks of layers: names, tables, and messages that say which layer refuses."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from cnnlab import nn


def lenet(rng):
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2, rng=rng), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5, rng=rng), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 120, rng=rng), nn.ReLU(),
        nn.Linear(120, 84, rng=rng), nn.ReLU(), nn.Linear(84, 10, rng=rng),
    )  # fmt: skip


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def nested(rng):
    return nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1, rng=rng),
        nn.Residual(nn.Sequential(nn.BatchNorm2d(4), nn.Conv2d(4, 4, 3, padding=1, rng=rng))),
        nn.Concat(nn.Identity(), nn.Conv2d(4, 2, 1, rng=rng)),
    )


def test_a_network_prints_as_a_table(rng):
    net = lenet(rng)
    assert (
        net.table((1, 28, 28))
        == """\
layer                              output    parameters  multiply-adds
0   Conv2d(1 → 6, 5×5, padding 2)  6×28×28          156        117,600
1   ReLU()                         6×28×28            0              0
2   MaxPool2d(2×2)                 6×14×14            0              0
3   Conv2d(6 → 16, 5×5)            16×10×10       2,416        240,000
4   ReLU()                         16×10×10           0              0
5   MaxPool2d(2×2)                 16×5×5             0              0
6   Flatten()                      400                0              0
7   Linear(400 → 120)              120           48,120         48,000
8   ReLU()                         120                0              0
9   Linear(120 → 84)               84            10,164         10,080
10  ReLU()                         84                 0              0
11  Linear(84 → 10)                10               850            840
total                                            61,706        416,520"""
    )
    assert repr(net) == net.table()


def test_shapes_are_open_before_the_first_batch(rng):
    lines = lenet(rng).table().split("\n")
    assert lines[1].split() == ["0", "Conv2d(1", "→", "6,", "5×5,", "padding", "2)", "156"]
    assert lines[-1].split() == ["total", "61,706"]


def test_parts_of_a_layer_are_indented(rng):
    lines = nested(rng).table((3, 5, 6)).split("\n")
    assert [line[: line.rindex(")", 0, 40) + 1] for line in lines[1:-1]] == [
        "0  Conv2d(3 → 4, 3×3, padding 1)",
        "1  Residual()",
        "   branch  Sequential(2 layers)",
        "      0  BatchNorm2d(4)",
        "      1  Conv2d(4 → 4, 3×3, padding 1)",
        "2  Concat(2 branches)",
        "   0  Identity()",
        "   1  Conv2d(4 → 2, 1×1)",
    ]
    assert lines[-1].split() == ["total", "278", "7,920"]


def test_names_are_pytorchs(rng):
    assert list(nested(rng).state_dict()) == [
        "0.weight", "0.bias",
        "1.branch.0.weight", "1.branch.0.bias", "1.branch.0.running_mean",
        "1.branch.0.running_var", "1.branch.0.num_batches_tracked",
        "1.branch.1.weight", "1.branch.1.bias",
        "2.1.weight", "2.1.bias",
    ]  # fmt: skip
    assert len(nested(rng).parameters()) == 8


def test_a_layer_that_refuses_is_named(rng):
    net = lenet(rng)
    net.layers[3] = nn.Conv2d(7, 16, 5, rng=rng)
    with pytest.raises(ValueError, match=r"^layer 3, Conv2d\(7 → 16, 5×5\): weight expects 7 inp"):
        net(np.zeros((2, 1, 28, 28)))
    with pytest.raises(ValueError, match=r"^layer 7, Linear\(400 → 120\): .*; got \(2, 16\)"):
        lenet(rng)(np.zeros((2, 1, 12, 12)))


def test_a_layer_inside_a_layer_is_named_with_both(rng):
    net = nested(rng)
    net[1].branch.layers[1] = nn.Conv2d(5, 4, 3, padding=1, rng=rng)
    with pytest.raises(ValueError, match=r"^layer 1, Residual\(\): layer 1, Conv2d\(5 → 4"):
        net(np.zeros((2, 3, 5, 6)))
    net = nn.Sequential(nn.Concat(nn.Identity(), nn.Linear(2, 2, rng=rng)))
    with pytest.raises(ValueError, match=r"^layer 0, Concat\(2 branches\): branch 1, Linear"):
        net(np.zeros((2, 3, 5, 6)))


def test_branches_must_agree(rng):
    net = nn.Residual(nn.Conv2d(3, 4, 3, rng=rng))
    with pytest.raises(ValueError, match=r"branch gives \(2, 4, 3, 4\), the shortcut \(2, 3, 5, 6"):
        net(np.zeros((2, 3, 5, 6)))
    net = nn.Concat(nn.Identity(), nn.MaxPool2d(2))
    with pytest.raises(ValueError, match="branches must agree in all but the channels; they give"):
        net(np.zeros((2, 3, 5, 6)))


def test_part_of_a_network_is_a_network(rng):
    net, x = lenet(rng), np.ones((2, 1, 28, 28), np.float32)
    assert len(net) == 12
    assert_array_equal(net[3:](net[:3](x)), net(x))
    assert net[:3][0] is net[0]


def test_a_copy_in_float64_shares_nothing(rng):
    net = nested(rng)
    twin = net.astype(np.float64)
    assert {array.dtype.kind + str(array.itemsize) for array in twin.state_dict().values()} == {
        "f8", "i8",
    }  # fmt: skip
    twin[0].weight.value[...] = 0
    assert net[0].weight.value.any()


@pytest.mark.parametrize("dtype", [int, "uint8", bool, complex])
def test_weights_are_floats(rng, dtype):
    with pytest.raises(TypeError, match=r"dtype must be a float type, such as np\.float64; got"):
        nested(rng).astype(dtype)


def test_a_layer_of_ones_own_needs_forward_and_backward():
    class Mine(nn.Layer):
        pass

    with pytest.raises(NotImplementedError, match="Mine needs a forward"):
        Mine()(np.zeros(1))
    with pytest.raises(NotImplementedError, match="Mine needs a backward"):
        Mine().backward(np.zeros(1))


def test_a_layer_has_one_place(rng):
    relu = nn.ReLU()
    with pytest.raises(
        ValueError, match=r"ReLU\(\) stands in it twice; .* make one for each place"
    ):
        nn.Sequential(relu, nn.Conv2d(1, 1, 1, rng=rng), nn.Residual(relu))
    with pytest.raises(ValueError, match="stands in it twice"):
        nn.Residual(relu, relu)


# ---- layers by name ----


def named():
    branch = nn.Sequential(conv=nn.Conv2d(3, 3, 1, rng=np.random.default_rng(0)), relu=nn.ReLU())
    return nn.Sequential(stem=nn.ReLU(), block=nn.Residual(branch), end=nn.Flatten())


def test_layers_can_have_names():
    net = named()
    assert list(net.state_dict()) == ["block.branch.conv.weight", "block.branch.conv.bias"]
    assert net["stem"] is net[0] is net.find("stem")
    assert net["block.branch.relu"] is net[1].branch[1]
    assert list(net[1:].children()) == ["block", "end"]
    assert "block  Residual()" in net.table((3, 2, 2))
    assert nn.Sequential(nn.ReLU(), nn.Flatten())["1"].label() == "Flatten()"


def test_a_table_can_stop_at_a_depth():
    net = named()
    lines = net.table((3, 2, 2)).splitlines()
    assert len(lines) == 8
    short = net.table((3, 2, 2), depth=1).splitlines()
    assert [line.split()[0] for line in short] == ["layer", "stem", "block", "end", "total"]
    assert short[2].split()[-2:] == ["12", "36"]
    assert short[-1].split() == lines[-1].split() == ["total", "12", "36"]
    assert len(net.table(depth=2).splitlines()) == 6
    with pytest.raises(ValueError, match="depth must be an integer of at least 1"):
        net.table(depth=0)


def test_a_layer_with_a_name_that_refuses_is_called_by_it():
    with pytest.raises(
        ValueError, match=r"layer block, Residual\(\): layer conv, Conv2d.*; x has 4"
    ):
        named()(np.zeros((1, 4, 2, 2)))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("body", r"no layer is called 'body'; Sequential\(3 layers\) has layers named stem, block"),
        ("block.2", r"called 'block.2'; block, Residual\(\), has layers named branch"),
        ("stem.0", r"called 'stem.0'; stem, ReLU\(\), has no parts"),
    ],
)
def test_a_name_that_is_not_there_is_said(name, message):
    with pytest.raises(ValueError, match=message):
        named().find(name)


def test_a_layers_number_is_its_name_and_nothing_else_is():
    net = nn.Sequential(nn.ReLU(), nn.Flatten())
    assert net.find(1) is net.find(np.int64(1)) is net[1]
    for name in (1.0, True, None, net[1]):
        with pytest.raises(TypeError, match=r'called by its name, such as "3" or .*; got'):
            net.find(name)


def test_names_and_no_names_do_not_mix():
    with pytest.raises(TypeError, match="layers with names or without, not both"):
        nn.Sequential(nn.ReLU(), end=nn.Flatten())
    with pytest.raises(ValueError, match=r"a layer's name has no dot, .*; got 'a\.b'"):
        nn.Sequential(**{"a.b": nn.ReLU()})
