"""ReceptiveField's contract: its traits, its errors, its words, its form without a kernel."""

import html
import json
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from traitlets import TraitError

from cnnlab import count_paths, field_of, receptive_field, stack_sizes
from cnnlab.widgets import ReceptiveField
from cnnlab.widgets.receptive_field import CONTROLS
from cnnlab.widgets.receptive_field.numbers import lay_out, look, sentence

CONV = {"kernel_size": 3}
POOL = {"kernel_size": 2, "stride": 2}
LENET = [
    {"kernel_size": 5, "name": "C1"},
    POOL | {"name": "S2"},
    {"kernel_size": 5, "name": "C3"},
    POOL | {"name": "S4"},
    {"kernel_size": 5, "name": "C5"},
]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def lenet():
    return ReceptiveField(LENET, 32, layer=4, unit=1)


def stored(widget):
    """The traits in the static form."""
    return json.loads(html.unescape(re.search('data-traits="([^"]*)"', widget.static_html())[1]))


def test_what_it_shows_is_what_the_package_computes(lenet):
    assert lenet.fields == receptive_field(LENET)
    assert lenet.sizes == stack_sizes(LENET, 32)
    assert lenet.seen == field_of(LENET, 32, layer=4, unit=1)
    counts = count_paths(LENET, 32, layer=4, unit=1)
    assert lenet.shares == [paths / sum(counts) for paths in counts]
    assert lenet.effective == (5, 18)


def test_the_last_layer_and_its_middle_unit_at_first():
    assert (ReceptiveField().layer, ReceptiveField().unit) == (3, 3)
    fields = ReceptiveField([CONV] * 2, 8)
    assert (fields.layer, fields.unit) == (2, 2)
    assert ReceptiveField([CONV] * 2, 8, layer=1).unit == 3
    fields.layer, fields.unit = 1, 5
    fields.layer = None
    fields.unit = None
    assert (fields.layer, fields.unit) == (2, 2)


def test_layers_are_written_out():
    fields = ReceptiveField([CONV | {"padding": (1, 1)}, {"kernel_size": 2, "padding": [0, 1]}])
    assert fields.layers == [
        {"name": "", "kernel_size": 3, "stride": 1, "padding": 1, "dilation": 1},
        {"name": "", "kernel_size": 2, "stride": 1, "padding": (0, 1), "dilation": 1},
    ]
    assert stored(fields)["layers"][1]["padding"] == [0, 1]


def test_the_unit_stays_inside_when_the_stack_changes(lenet):
    changes = []
    lenet.observe(lambda change: changes.append((change["name"], change["new"])), ["layer", "unit"])
    lenet.unit = 4
    lenet.layers = LENET[:2]
    assert (lenet.layer, lenet.unit) == (2, 4)
    lenet.size = 8
    assert (lenet.layer, lenet.unit) == (2, 1)
    lenet.layer = 1
    lenet.unit = 3
    lenet.layer = 2
    assert lenet.unit == 1
    assert changes[:2] == [("unit", 4), ("layer", 2)]


def test_of_traits_set_together_none_is_blamed_for_another():
    with pytest.raises(TraitError, match=r"^layer 1: padding must be an integer of at least 0"):
        ReceptiveField([CONV | {"padding": -1}])


def test_size_and_layers_change_together_where_neither_could_alone():
    fields = ReceptiveField([CONV] * 3, 7)
    with fields.hold_trait_notifications():
        fields.size = 32
        fields.layers = LENET
        fields.layer = 5
        fields.unit = 0
    assert fields.sizes == [32, 28, 14, 10, 5, 1]
    assert fields.seen[0] == (0, 31)


@pytest.mark.parametrize(
    ("trait", "value", "text"),
    [
        ("size", 6, r"size can't be 6: layer 3 \(C3\) has no unit left: kernel_size 5 .* only 1"),
        ("size", 0, "size can't be 0: size must be an integer of at least 1; got 0"),
        ("size", 300, "size can't be 300: size must be an integer of at most 256; got 300"),
        ("size", "32", "size can't be '32': size must be an integer"),
        ("layers", [], "layers can't be used: layers must be 1 to 16 layers; got 0"),
        ("layers", [{"kernel_size": 1}] * 17, "layers must be 1 to 16 layers; got 17"),
        ("layers", [CONV, {"kernel_size": 40}], "layer 2 has no unit left: kernel_size 40"),
        ("layers", [CONV | {"stride": 65}], "layer 1: stride must be at most 64; got 65"),
        ("layers", [CONV | {"padding": (0, 99)}], "layer 1: padding must be at most 64; got 99"),
        ("layers", [{"kernel_size": 0, "name": "a"}], r"layer 1 \(a\): kernel_size must be an int"),
        ("layers", [{"kernel": 3}], "layer 1 has no setting 'kernel'; did you mean"),
        ("layers", 3, "layers must be a list of dicts; got 3"),
        (
            "layers",
            [{"kernel_size": 1, "stride": 32}] * 3,
            "layer 3 would have a jump of 32768; at most 1024 can be drawn",
        ),
        (
            "layers",
            [CONV | {"stride": 4, "padding": 1}] * 3 + [CONV | {"padding": 60}],
            r"the stack spreads over \d+ cells, padding included; at most 1024 can be drawn",
        ),
        ("layer", 0, "layer must be a whole number from 1 to 5, the last; got 0"),
        ("layer", 6, "layer must be a whole number from 1 to 5, the last; got 6"),
        ("layer", "C3", "layer must be a whole number from 1 to 5, the last; got 'C3'"),
        ("unit", 5, "unit must be a whole number from 0 to 4, the last of layer 4; got 5"),
        ("unit", -1, "unit must be a whole number from 0 to 4, the last of layer 4; got -1"),
        ("unit", 1.5, "unit must be a whole number from 0 to 4"),
        ("percent", 0, "percent"),
        ("percent", 101, "percent"),
        ("controls", ["speed"], "controls"),
        ("held", "yes", "held"),
    ],
)
def test_a_bad_value_is_refused_and_the_last_good_state_kept(lenet, trait, value, text):
    before = lenet.state()
    with pytest.raises(TraitError, match=text):
        setattr(lenet, trait, value)
    assert lenet.state() == before


@pytest.mark.parametrize(
    "given",
    [{"unit": 0, "layer": 9}, {"layer": 9, "unit": 0}, {"unit": 99}, {"layers": [CONV] * 7}],
)
def test_a_bad_beginning_is_refused_whatever_comes_first(given):
    with pytest.raises(TraitError, match=r"must be a whole number from|has no unit left"):
        ReceptiveField(**given)


def test_an_unknown_trait_is_named():
    with pytest.raises(TypeError, match="ReceptiveField has no trait 'stride'; it has controls"):
        ReceptiveField(stride=2)


@pytest.mark.parametrize(
    ("layers", "size", "layer", "unit", "text"),
    [
        (
            LENET,
            32,
            4,
            1,
            "Layer 4 (S4), unit 1 sees cells 4 to 19 of the input, 16 in all; the theoretical "
            "field is 16. At least 95 % of the paths come from cells 5 to 18, 14 in all.",
        ),
        (
            [CONV | {"padding": 1}] * 3,
            9,
            3,
            0,
            "Layer 3, unit 0 sees cells 0 to 3 of the input, 4 in all; the theoretical field is 7."
            " At least 95 % of the paths come from cells 0 to 3, 4 in all.",
        ),
        (
            [CONV | {"dilation": 2}],
            9,
            1,
            4,
            "Layer 1, unit 4 sees 3 of the cells 4 to 8 of the input; the theoretical field is 5."
            " At least 95 % of the paths come from cells 4 to 8, 5 in all.",
        ),
        (
            [{"kernel_size": 1, "stride": 2}],
            5,
            1,
            2,
            "Layer 1, unit 2 sees only cell 4 of the input; the theoretical field is 1."
            " At least 95 % of the paths come from cell 4 alone.",
        ),
        (
            [{"kernel_size": 2, "padding": 4}],
            3,
            1,
            1,
            "Layer 1, unit 1 sees no cell of the input, only padding; the theoretical field is 2.",
        ),
    ],
)
def test_sentence(layers, size, layer, unit, text):
    assert sentence(lay_out(size, layers), layer, unit) == text
    fields = ReceptiveField(layers, size, layer=layer, unit=unit)
    assert fields.sentence() == text
    assert f'<p class="cnnlab-now">{html.escape(text)}</p>' in fields.picture()


def test_what_is_read_beside_the_units_lies_in_the_padding():
    rng = np.random.default_rng(5)
    for _ in range(100):
        layers = [
            {
                "kernel_size": int(rng.integers(1, 5)),
                "stride": int(rng.integers(1, 3)),
                "padding": rng.integers(0, 4, 2).tolist(),
                "dilation": int(rng.integers(1, 3)),
            }
            for _ in range(rng.integers(1, 5))
        ]
        stack = lay_out(60, layers)
        layer = len(layers)
        unit = int(rng.integers(stack.sizes[-1]))
        sight = look(stack, layer, unit)
        for level in range(layer):
            before, after = stack.pads(level)
            size = stack.sizes[level]
            assert all(-before <= i < 0 or size <= i < size + after for i in sight.padding[level])


def test_the_static_form_holds_every_trait(lenet):
    assert stored(lenet) == json.loads(json.dumps(lenet.state()))
    assert set(lenet.state()) == {
        "controls", "held", "layer", "layers", "percent", "profile", "size", "unit",
    }  # fmt: skip
    assert lenet.state()["controls"] == list(CONTROLS)


@pytest.mark.parametrize("profile", [True, False])
def test_the_picture_has_a_row_for_each_layer_and_says_what_is_seen(lenet, profile):
    lenet.profile = profile
    texts = list(ET.fromstring(lenet.picture()).itertext())
    rows = ["Input: 32 cells", "Layer 1 (C1): 28 units", "Layer 5 (C5): 1 unit"]
    assert all(row in texts for row in rows)
    assert any("at least 95 % of the paths: cells 5 to 18" in text for text in texts) is profile
    assert texts[0] == "Theoretical field: 16 cells"
    assert texts[-1] == lenet.sentence()
    assert lenet.picture() == lenet.picture()


def test_the_picture_draws_what_can_only_be_padding():
    fields = ReceptiveField([{"kernel_size": 2, "padding": 4}], 3, unit=1)
    assert "NaN" not in fields.picture()
    assert "of the paths" not in fields.picture()
    read = ET.fromstring(fields.picture()).findall(
        ".//td[@class='cnnlab-cell cnnlab-padding cnnlab-read']"
    )
    assert len(read) == 2


def test_every_unit_of_the_picture_is_as_wide_as_its_jump():
    """A row of boxes fills the whole breadth, gaps and all."""
    for layers in (
        [CONV] * 3,
        [CONV | {"stride": 2, "padding": 1}, {"kernel_size": 2, "stride": 3}],
    ):
        rows = ET.fromstring(ReceptiveField(layers, 17).picture()).iter("tr")
        widths = {sum(int(cell.get("colspan")) for cell in row) for row in rows}
        assert len(widths) == 1


def test_a_name_is_text_and_no_markup():
    fields = ReceptiveField([CONV | {"name": "<b>&"}])
    assert "Layer 1 (<b>&): 11 units" in list(ET.fromstring(fields.picture()).itertext())
    assert "(<b>" not in fields.static_html()


def test_repr_makes_the_same_again(lenet):
    again = eval(repr(lenet))
    assert again.state() == lenet.state()
    assert (
        repr(ReceptiveField([CONV])) == "ReceptiveField([{'kernel_size': 3}], 13, layer=1, unit=5)"
    )
