"""Receptive fields, held to brute force: which cells change a unit, and by how much."""

import itertools

import numpy as np
import pytest

import cnnlab
from cnnlab import conv1d
from cnnlab.receptive_fields import (
    Field,
    checked,
    count_paths,
    effective_field,
    field_of,
    receptive_field,
    stack_sizes,
)

CONV = {"kernel_size": 3}
POOL = {"kernel_size": 2, "stride": 2}


def draw_stack(rng):
    """One to four random layers."""
    layers = []
    for _ in range(rng.integers(1, 5)):
        before, after = rng.integers(0, 4, 2).tolist()
        layers.append(
            {
                "kernel_size": int(rng.integers(1, 6)),
                "stride": int(rng.integers(1, 4)),
                "padding": (before, after) if rng.random() < 0.5 else before,
                "dilation": int(rng.integers(1, 4)),
            }
        )
    return layers


def run(layers, x, weights=None):
    """Run the stack on sequences of shape (N, L), with ones or the weights given."""
    x = x[:, None]
    for number, layer in enumerate(layers):
        options = {name: layer[name] for name in layer if name not in ("kernel_size", "name")}
        if isinstance(options.get("padding"), tuple):
            options["padding"] = [options["padding"]]
        ones = np.ones(layer["kernel_size"])
        weight = ones if weights is None else weights[number]
        x = conv1d(x, weight[None, None], **options)
    return x[:, 0]


@pytest.fixture(scope="module")
def stacks():
    """Random stacks with a size on which each has units left, and the paths found by running."""
    rng = np.random.default_rng(11)
    found = []
    while len(found) < 200:
        layers, size = draw_stack(rng), int(rng.integers(1, 30))
        try:
            stack_sizes(layers, size)
        except ValueError:
            continue
        found.append((layers, size, run(layers, np.eye(size))))
    return found


def test_paths_are_what_a_stack_of_ones_makes_of_a_single_one(stacks):
    for layers, size, responses in stacks:
        top = len(layers)
        assert stack_sizes(layers, size)[-1] == responses.shape[1]
        for unit in range(responses.shape[1]):
            counts = count_paths(layers, size, layer=top, unit=unit)
            assert counts == responses[:, unit].tolist(), (layers, size, unit)


def test_field_is_what_changes_the_unit_when_it_is_perturbed(stacks):
    rng = np.random.default_rng(12)
    cut = unseen = 0
    for layers, size, _ in stacks:
        weights = [rng.uniform(0.5, 2, layer["kernel_size"]) for layer in layers]
        x = rng.normal(size=(1, size))
        change = run(layers, x + np.eye(size), weights) - run(layers, x, weights)
        theory = receptive_field(layers)[-1]
        for unit in range(change.shape[1]):
            cells = np.flatnonzero(np.abs(change[:, unit]) > 1e-9)
            field = field_of(layers, size, layer=len(layers), unit=unit)[0]
            assert field == ((cells[0], cells[-1]) if cells.size else None)
            if cells.size:
                middle = theory.start + unit * theory.jump
                assert middle - theory.size / 2 <= cells[0] <= cells[-1] <= middle + theory.size / 2
                cut += cells[-1] - cells[0] + 1 < theory.size
            unseen += not cells.size
    assert cut > 100
    assert unseen > 10


def test_field_in_each_layer_below_is_that_of_the_layers_between():
    rng = np.random.default_rng(13)
    done = 0
    while done < 60:
        layers, size = draw_stack(rng), int(rng.integers(5, 30))
        try:
            sizes = stack_sizes(layers, size)
        except ValueError:
            continue
        done += 1
        unit = int(rng.integers(sizes[-1]))
        found = field_of(layers, size, layer=len(layers), unit=unit)
        assert len(found) == len(sizes)
        assert found[-1] == (unit, unit)
        for below in range(len(layers)):
            between = layers[below:]
            place = {"layer": len(between), "unit": unit}
            assert found[below] == field_of(between, sizes[below], **place)[0]
            counts = count_paths(layers, size, layer=len(layers), unit=unit, below=below)
            assert counts == count_paths(between, sizes[below], **place)


def test_size_jump_and_start_where_no_border_cuts():
    """Units in the middle of a long input: how far apart their fields are, and where."""
    rng = np.random.default_rng(14)
    for _ in range(40):
        layers = draw_stack(rng)
        theory = receptive_field(layers)[-1]
        size = 6 * theory.size + 20 * theory.jump
        sizes = stack_sizes(layers, size)
        for unit in (sizes[-1] // 2, sizes[-1] // 2 + 1):
            first, last = field_of(layers, size, layer=len(layers), unit=unit)[0]
            assert last - first + 1 == theory.size
            assert (first + last) / 2 == theory.start + unit * theory.jump


def test_lenet():
    layers = [{"kernel_size": 5}, POOL, {"kernel_size": 5}, POOL, {"kernel_size": 5}]
    assert stack_sizes(layers, 32) == [32, 28, 14, 10, 5, 1]
    assert [f.size for f in receptive_field(layers)] == [1, 5, 6, 14, 16, 32]
    assert [f.jump for f in receptive_field(layers)] == [1, 1, 2, 2, 4, 4]


def test_vgg16_sees_212_cells_at_its_last_pooling():
    padded = {"kernel_size": 3, "padding": 1}
    blocks = [[padded] * convs + [POOL] for convs in (2, 2, 3, 3, 3)]
    layers = list(itertools.chain.from_iterable(blocks))
    assert receptive_field(layers)[-1] == Field(212, 32, 15.5)
    assert stack_sizes(layers, 224)[-1] == 7


def test_dilations_that_double_double_the_field():
    layers = [{"kernel_size": 3, "dilation": d} for d in (1, 2, 4, 8)]
    assert [f.size for f in receptive_field(layers)] == [1, 3, 7, 15, 31]
    counts = count_paths(layers, 31, layer=4, unit=0)
    assert sum(counts) == 3**4
    assert min(counts) == 1  # no cell is skipped


def test_paths_near_a_gaussian_of_the_same_width():
    """Ten equal layers of 3: variance 2/3 each."""
    counts = np.array(count_paths([CONV] * 10, 21, layer=10, unit=0), float)
    cells = np.arange(21) - 10
    variance = 10 * 2 / 3
    assert (counts @ cells**2) / counts.sum() == pytest.approx(variance)
    gaussian = np.exp(-(cells**2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)
    np.testing.assert_allclose(counts / counts.sum(), gaussian, atol=0.003)
    first, last = effective_field(counts.astype(int).tolist())
    assert (first, last) == (5, 15)


@pytest.mark.parametrize("percent", [1, 50, 80, 95, 99, 100])
def test_effective_field_against_trying_every_cut(stacks, percent):
    for layers, size, responses in stacks[:80]:
        counts = responses[:, responses.shape[1] // 2].astype(int).tolist()
        found = effective_field(counts, percent=percent)
        if not sum(counts):
            assert found is None, (layers, size)
            continue
        allowed = (100 - percent) / 200 * sum(counts) + 1e-9
        cuts = range(len(counts) + 1)
        first = max(cut for cut in cuts if sum(counts[:cut]) <= allowed)
        last = len(counts) - 1 - max(cut for cut in cuts if sum(counts[::-1][:cut]) <= allowed)
        assert found == (first, last)
        assert 100 * sum(counts[first : last + 1]) >= percent * sum(counts)


def test_counts_stay_exact_beyond_what_floats_hold():
    counts = count_paths([{"kernel_size": 9}] * 20, 161, layer=20, unit=0)
    assert sum(counts) == 9**20
    assert counts == counts[::-1]


def test_no_layer_is_the_input_itself():
    assert receptive_field([]) == [Field(1, 1, 0.0)]
    assert count_paths([CONV], 4, layer=0, unit=2) == [0, 0, 1, 0]
    assert field_of([CONV], 4, layer=0, unit=2) == [(2, 2)]


def test_checked_writes_everything_out():
    assert checked([{"kernel_size": np.int64(3), "padding": [1, 2], "name": "conv"}]) == [
        {"name": "conv", "kernel_size": 3, "stride": 1, "padding": (1, 2), "dilation": 1}
    ]


@pytest.mark.parametrize(
    ("layers", "error", "text"),
    [
        (3, TypeError, "layers must be a list of dicts; got 3"),
        (CONV, TypeError, "layers must be a list of dicts; got {'kernel_size': 3}"),
        ([CONV, 3], TypeError, "layer 2 must be a dict such as {'kernel_size': 3}; got 3"),
        ([{"stride": 2}], ValueError, "layer 1 needs a 'kernel_size'; got {'stride': 2}"),
        (
            [CONV, {"kernel": 3, "name": "c2"}],
            ValueError,
            r"layer 2 \(c2\) has no setting 'kernel'; did you mean 'kernel_size'\?",
        ),
        ([CONV | {"stride": 0}], ValueError, "layer 1: stride must be an .* at least 1; got 0"),
        ([CONV | {"padding": -1}], ValueError, "layer 1: padding must be an .* 0; got -1"),
        ([CONV | {"padding": "same"}], TypeError, "layer 1: padding must be an integer .* 'same'"),
        ([CONV | {"padding": (1, 2, 3)}], ValueError, "layer 1: padding must be an int or a pair"),
        ([{"kernel_size": 2.0}], TypeError, "layer 1: kernel_size must be an integer .* 2.0"),
        ([CONV | {"dilation": True}], TypeError, "layer 1: dilation must be an integer .* True"),
        ([CONV | {"name": 7}], TypeError, "layer 1: name must be a string; got 7"),
    ],
)
def test_what_is_no_stack(layers, error, text):
    with pytest.raises(error, match=text):
        receptive_field(layers)
    with pytest.raises(error, match=text):
        stack_sizes(layers, 9)


def test_no_unit_left_names_the_layer():
    with pytest.raises(ValueError, match=r"layer 3 \(top\) has no unit left: .* covers 3 cells"):
        stack_sizes([CONV, POOL, CONV | {"name": "top"}], 6)


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ({"layer": 3, "unit": 0}, "layer must be at most 2, the last; got 3"),
        ({"layer": -1, "unit": 0}, "layer must be an integer of at least 0; got -1"),
        ({"layer": 2, "unit": 3}, r"unit must be at most 2, the last of layer 2 \(pool\); got 3"),
        ({"layer": 0, "unit": 8}, "unit must be at most 7, the last of the input; got 8"),
        ({"layer": 1, "unit": 0, "below": 2}, "below must be at most 1, the unit's own layer"),
    ],
)
def test_a_unit_that_is_not_there(place, text):
    layers = [CONV, POOL | {"name": "pool"}]
    with pytest.raises(ValueError, match=text):
        count_paths(layers, 8, **place)


def test_percent_out_of_range():
    for percent in (0, 101):
        with pytest.raises(ValueError, match="percent must be"):
            effective_field([1, 2, 1], percent=percent)


@pytest.mark.parametrize(
    "name", ["receptive_field", "field_of", "count_paths", "effective_field", "stack_sizes"]
)
def test_at_the_top_of_the_package(name):
    assert getattr(cnnlab, name).__module__ == "cnnlab.receptive_fields"
    assert name in cnnlab.__all__


@pytest.mark.parametrize("kind", [np.uint8, np.int8, np.int64])
def test_counts_are_integers_of_any_kind(kind):
    assert effective_field(np.array([100, 120, 100], kind)) == (0, 2)
    assert effective_field([kind(100), kind(120), kind(100)], percent=30) == (1, 1)
    assert effective_field(np.zeros(3, kind)) is None


@pytest.mark.parametrize(
    ("counts", "error", "message"),
    [
        ([-1, 1], ValueError, "counts must be an integer of at least 0; got -1"),
        ([1.0], TypeError, "counts must be an integer of at least 0; got 1.0"),
        ([True], TypeError, "counts must be an integer of at least 0; got True"),
        ("abc", TypeError, "counts must be a list of integers; got 'abc'"),
        (3, TypeError, "counts must be a list of integers; got 3"),
    ],
)
def test_malformed_counts(counts, error, message):
    with pytest.raises(error, match=message):
        effective_field(counts)
