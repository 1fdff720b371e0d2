"""The receptive field on a page of its own, worked by keyboard, and held to cnnlab's numbers."""

import re

import numpy as np
import pytest
from reader import PHONE, Reader
from traitlets import TraitError

from cnnlab.widgets import ReceptiveField
from cnnlab.widgets._shared.text import format_number
from cnnlab.widgets.receptive_field.numbers import lay_out, look

pytestmark = pytest.mark.browser

CONV = {"kernel_size": 3}
LENET = [
    {"kernel_size": 5, "name": "C1"},
    {"kernel_size": 2, "stride": 2, "name": "S2"},
    {"kernel_size": 5, "name": "C3"},
    {"kernel_size": 2, "stride": 2, "name": "S4"},
    {"kernel_size": 5, "name": "C5"},
]


# ---- a reader --------------------------------------------------------------------------------


@pytest.fixture
def opened(open_widgets):
    return lambda widget, **options: Reader(open_widgets(widget, **options))


def agree(reader, twin):
    """Compare every number on the page with the Python twin's."""
    heard, told, spoken, rows, typed, drawn = reader.box.evaluate(
        """(box) => {
          const one = (selector) => box.querySelector(selector);
          const all = (selector, of) => [...box.querySelectorAll(selector)].map(of);
          return [one("[aria-live=polite]").textContent, one(".cnnlab-now").textContent,
            one("[role=img]").ariaLabel,
            all(".cnnlab-rf-table tr", ({ cells }) => [...cells].map((cell) =>
              cell.querySelector("input")?.value ?? cell.textContent)),
            all(".cnnlab-rf-entry", (entry) => entry.value),
            Object.fromEntries(all(".cnnlab-rf-stack path", (path) =>
              [path.getAttribute("class"), path.getAttribute("d")]))];
        }"""
    )
    assert heard == told == twin.sentence()
    assert twin.sentence() in spoken
    wanted = zip(twin.sizes, twin.fields, strict=True)
    assert [row[-4:] for row in rows[1:]] == [
        [format_number(number) for number in (units, *field)] for units, field in wanted
    ]
    keys = ("name", "kernel_size", "stride", "padding", "dilation")
    asked = [str(twin.size)]
    asked += [str(layer[key]).strip("()") for layer in twin.layers for key in keys]
    assert typed == asked
    agree_drawing(drawn, twin)


def agree_drawing(drawn, twin):
    """What is lit: the rectangles of each path, read back into units."""
    layer = twin.layer
    sight = look(lay_out(twin.size, twin.layers), layer, twin.unit, twin.percent)
    boxes = {
        name: re.findall(r"M([-\d.]+) ([-\d.]+)h([\d.]+)v([\d.]+)", drawn[f"cnnlab-drawn-{name}"])
        for name in ("units", "read", "frame", "chosen", "outside", "bars", "rim")
    }
    places = iter(boxes["units"])
    units = [[next(places) for _ in range(size)] for size in twin.sizes]
    assert boxes["chosen"] == [units[layer][twin.unit]]
    lit = [units[m][u] for m in range(layer) for u, n in enumerate(sight.counts[m]) if n]
    assert sorted(boxes["read"]) == sorted(lit)
    framed = [units[m][field[0]][:2] for m, field in enumerate(sight.fields[:layer]) if field]
    assert [box[:2] for box in boxes["frame"]] == framed[::-1] or [
        box[:2] for box in boxes["frame"]
    ] == framed
    assert len(boxes["outside"]) == sum(map(len, sight.padding))
    if twin.profile:
        cells = {round(float(x), 1): c for c, (x, *_) in enumerate(units[0])}
        found = np.zeros(twin.size)
        for x, _, _, tall in boxes["bars"] + boxes["rim"]:
            left = min(cells, key=lambda place: abs(place - float(x)))
            found[cells[left]] = float(tall)
        shares = np.array(twin.shares)
        wanted = shares / (shares.max() or 1) * 46
        np.testing.assert_allclose(found, np.where(shares, np.maximum(wanted, 1.5), 0), atol=0.011)
        first, last = twin.effective or (0, -1)
        assert len(boxes["bars"]) == np.count_nonzero(shares[first : last + 1])


def test_at_first_it_shows_its_traits(opened):
    twin = ReceptiveField(LENET, 32, layer=4, unit=1)
    agree(opened(twin), twin)


def test_the_arrows_move_through_units_and_layers(opened):
    twin = ReceptiveField(LENET, 32, layer=3, unit=4)
    reader = opened(twin)
    reader.tab_to("Unit")
    for key, layer, unit in [
        ("ArrowRight", 3, 5),
        ("ArrowLeft", 3, 4),
        ("ArrowUp", 4, 2),  # centred on 15.5, 1 cell away from 14.5
        ("ArrowUp", 5, 0),
        ("ArrowUp", 5, 0),  # there is none above
        ("ArrowDown", 4, 2),
        ("ArrowDown", 3, 5),
        ("Home", 3, 0),
        ("ArrowLeft", 3, 0),
        ("End", 3, 9),
        ("ArrowRight", 3, 9),
        ("ArrowDown", 2, 11),
        ("ArrowDown", 1, 23),
        ("ArrowDown", 1, 23),  # the input has no field of its own
    ]:
        reader.press(key)
        twin.layer, twin.unit = layer, unit
        agree(reader, twin)


def test_every_unit_of_a_small_stack_by_keyboard(opened):
    twin = ReceptiveField([CONV | {"padding": 1}, CONV | {"stride": 2, "padding": (0, 2)}], 7)
    reader = opened(twin)
    reader.tab_to("Layer")
    for layer in (2, 1):
        twin.layer = layer
        reader.press("Home")
        for unit in range(twin.sizes[layer]):
            twin.unit = unit
            agree(reader, twin)
            reader.press("ArrowRight")
        reader.press("ArrowDown")


def test_the_mouse_lights_and_a_click_holds(opened):
    twin = ReceptiveField([CONV] * 3)
    reader = opened(twin)
    numbers = reader.box.locator(".cnnlab-drawn-numbers text")
    offsets = np.cumsum([0, *twin.sizes])
    hold = reader.box.get_by_role("button", name="Hold this unit")

    def over(layer, unit, act):
        place = numbers.nth(int(offsets[layer]) + unit).bounding_box()
        at = (place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
        getattr(reader.page.mouse, act)(*at)

    over(2, 5, "move")
    twin.layer, twin.unit = 2, 5
    agree(reader, twin)
    over(0, 5, "move")  # a cell of the input has no field
    agree(reader, twin)
    over(1, 7, "click")
    twin.layer, twin.unit = 1, 7
    assert hold.get_attribute("aria-pressed") == "true"
    over(3, 0, "move")
    agree(reader, twin)
    over(1, 7, "click")
    assert hold.get_attribute("aria-pressed") == "false"
    over(3, 0, "move")
    twin.layer, twin.unit = 3, 0
    agree(reader, twin)
    hold.press("Space")
    over(2, 5, "move")
    agree(reader, twin)


def test_layers_are_added_moved_and_removed_by_keyboard(opened):
    twin = ReceptiveField(LENET[:3], 32)
    reader = opened(twin)
    reader.tab_to("Move earlier: layer 3")
    reader.press("Enter")
    twin.layers = [LENET[0], LENET[2], LENET[1]]
    agree(reader, twin)
    assert focused(reader) == "Move earlier: layer 2"  # it stays on the layer that moved
    reader.press("Enter", "Enter")
    twin.layers = [LENET[2], LENET[0], LENET[1]]
    agree(reader, twin)
    assert focused(reader) == "Move earlier: layer 1"
    reader.tab_to("Remove layer 2")
    reader.press("Space")
    twin.layers = [LENET[2], LENET[1]]
    agree(reader, twin)
    assert focused(reader) == "Remove layer 2"
    reader.tab_to("Move later: layer 1", limit=60)
    reader.press("Enter")
    twin.layers = [LENET[1], LENET[2]]
    agree(reader, twin)
    assert focused(reader) == "Move later: layer 2"
    reader.box.get_by_role("button", name="Add a layer").press("Enter")
    twin.layers = [LENET[1], LENET[2], LENET[2] | {"name": ""}]
    twin.layer = 3
    assert reader.heard.startswith("Layer 3, unit ")
    twin.unit = int(re.search(r"unit (\d+)", reader.heard)[1])
    agree(reader, twin)


def test_the_last_layer_can_not_be_removed(opened):
    twin = ReceptiveField([CONV])
    reader = opened(twin)
    reader.tab_to("Remove layer 1")
    reader.press("Enter")
    assert reader.message == "A stack needs a layer. Nothing was changed."
    agree(reader, twin)


def test_no_more_layers_than_can_be_drawn(opened):
    twin = ReceptiveField([{"kernel_size": 1}] * 16)
    reader = opened(twin)
    reader.box.get_by_role("button", name="Add a layer").press("Enter")
    assert reader.message == "16 layers are the most. Nothing was changed."
    agree(reader, twin)


def test_typed_numbers_change_the_stack(opened):
    twin = ReceptiveField(LENET, 32)
    reader = opened(twin)

    def type_into(name, text):
        reader.box.get_by_label(name, exact=True).focus()
        reader.press("Control+A")
        reader.page.keyboard.type(text)
        reader.press("Enter")

    type_into("Layer 1 padding", "2")
    twin.layers = [LENET[0] | {"padding": 2}, *LENET[1:]]
    agree(reader, twin)
    type_into("Layer 3 padding", "1, 2")
    twin.layers = [*twin.layers[:2], LENET[2] | {"padding": (1, 2)}, *LENET[3:]]
    agree(reader, twin)
    type_into("Layer 4 stride", "1")
    twin.layers = [*twin.layers[:3], LENET[3] | {"stride": 1}, LENET[4]]
    agree(reader, twin)
    type_into("Layer 5 dilation", "2")
    twin.layers = [*twin.layers[:4], LENET[4] | {"dilation": 2}]
    agree(reader, twin)
    type_into("Layer 2 kernel size", "3")
    type_into("Layer 2 name", "<i>pool</i>")
    pooling = twin.layers[1] | {"kernel_size": 3, "name": "<i>pool</i>"}
    twin.layers = [twin.layers[0], pooling, *twin.layers[2:]]
    agree(reader, twin)
    type_into("Input size", "40")
    twin.size = 40
    agree(reader, twin)
    assert reader.message == ""


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("Input size", "11", {"size": 11}),
        ("Layer 3 kernel size", "40", {"layer": 3, "kernel_size": 40}),
        ("Layer 2 dilation", "64", {"layer": 2, "dilation": 64}),
        ("Layer 1 stride", "0", "Layer 1 stride must be a whole number from 1 to 64."),
        (
            "Layer 1 stride",
            "two",
            "“two” is not a number; Layer 1 stride must be a whole number from 1 to 64.",
        ),
        ("Layer 1 stride", "1.5", "Layer 1 stride must be a whole number from 1 to 64."),
        ("Layer 4 kernel size", "", "Layer 4 kernel size must be a whole number from 1 to 64."),
        ("Input size", "999", "The input's size must be a whole number from 1 to 256."),
        (
            "Layer 1 padding",
            "1, 2, 3",
            "Layer 1 padding must be a whole number from 0 to 64, or two: before, after.",
        ),
        (
            "Layer 1 padding",
            "same",
            "Layer 1 padding must be a whole number from 0 to 64, or two: before, after.",
        ),
    ],
)
def test_what_can_not_be_gets_a_sentence_and_changes_nothing(opened, name, text, message):
    twin = ReceptiveField(LENET, 32, layer=3)
    reader = opened(twin)
    reader.box.get_by_label(name, exact=True).focus()
    reader.press("Control+A", "Delete")
    reader.page.keyboard.type(text)
    reader.press("Enter")
    if isinstance(message, dict):
        message = refusal(twin, **message)
        assert message.startswith("Layer ")
        assert " has no unit left: " in message
    assert reader.message == f"{message} Nothing was changed."
    agree(reader, twin)
    reader.box.get_by_label("Layer 5 kernel size", exact=True).press("ArrowDown")
    twin.layers = [*LENET[:4], LENET[4] | {"kernel_size": 4}]
    agree(reader, twin)
    assert reader.message == ""  # what can be takes the sentence away


def refusal(twin, layer=None, **changes):
    """What Python says of the same change."""
    layers = [dict(one) for one in twin.layers]
    if layer:
        layers[layer - 1] |= changes
    with pytest.raises(TraitError) as caught:
        ReceptiveField(layers, changes.get("size", twin.size))
    words = str(caught.value)
    return f"{words[0].upper()}{words[1:]}."


def test_escape_takes_back_what_was_typed(opened):
    twin = ReceptiveField([CONV])
    reader = opened(twin)
    reader.tab_to("Layer 1 kernel size")
    reader.page.keyboard.type("9")
    reader.press("Escape", "Tab")
    agree(reader, twin)


@pytest.mark.parametrize(
    ("preset", "field", "units"),
    [
        ("Three 3 × 3", 7, 7),
        ("One 7 × 7", 7, 7),
        ("Stride 2", 15, 3),
        ("Dilated 1-2-4-8", 31, 32),
        ("LeNet-5", 32, 1),
        ("VGG-16 to pool3", 44, 8),
    ],
)
def test_presets(opened, preset, field, units):
    reader = opened(ReceptiveField([{"kernel_size": 2}], 9))
    button = reader.box.get_by_role("button", name=preset, exact=True)
    button.press("Enter")
    assert button.get_attribute("aria-pressed") == "true"
    assert reader.box.locator(".cnnlab-presets [aria-pressed=true]").count() == 1
    top = reader.numbers("Layers, from the input upwards, with units, field, jump and start")[-1]
    assert top[-4:-2] == [str(units), str(field)]
    assert f"; the theoretical field is {field}." in reader.heard
    size = int(reader.box.get_by_label("Input size").input_value())
    texts = reader.box.locator(".cnnlab-rf-entry").evaluate_all("(all) => all.map((x) => x.value)")
    layers = [
        {
            "name": name,
            "kernel_size": int(k),
            "stride": int(s),
            "padding": int(p),
            "dilation": int(d),
        }
        for name, k, s, p, d in zip(*[iter(texts[1:])] * 5, strict=True)
    ]
    agree(reader, ReceptiveField(layers, size))
    button.press("ArrowLeft")
    assert button.get_attribute("aria-pressed") == "true"
    reader.box.get_by_label("Layer 1 kernel size").press("ArrowDown")
    assert button.get_attribute("aria-pressed") == "false"


def test_reset_brings_the_beginning_back(opened):
    twin = ReceptiveField(LENET, 32, layer=2, unit=7)
    reader = opened(twin)
    reader.box.get_by_role("button", name="VGG-16 to pool3").press("Enter")
    reader.box.get_by_role("button", name="Reset").press("Enter")
    agree(reader, twin)


def test_controls_can_be_closed(opened):
    twin = ReceptiveField([CONV], controls=[])
    reader = opened(twin)
    for name in ("One 7 × 7", "Add a layer", "Remove layer 1"):
        assert reader.box.get_by_role("button", name=name).count() == 0
    reader.box.get_by_label("Layer 1 kernel size").focus()
    reader.page.keyboard.type("9")
    reader.press("Enter")
    reader.box.get_by_label("Input size").focus()
    reader.press("ArrowUp")
    agree(reader, twin)


def test_without_the_profile(opened):
    twin = ReceptiveField(LENET, 32, layer=3, profile=False)
    reader = opened(twin)
    agree(reader, twin)
    assert reader.box.locator("path.cnnlab-drawn-bars").get_attribute("d") == ""
    assert "of the paths" not in reader.box.locator("svg").text_content()


def test_a_unit_that_sees_only_padding(opened):
    twin = ReceptiveField([{"kernel_size": 2, "padding": 4}], 3, unit=1)
    reader = opened(twin)
    agree(reader, twin)
    reader.tab_to("Unit")
    for unit in range(2, twin.sizes[1]):
        reader.press("ArrowRight")
        twin.unit = unit
        agree(reader, twin)


@pytest.mark.parametrize("look", [{}, PHONE], ids=["desk", "phone"])
def test_a_refusal_stands_below_its_cell(opened, look):
    layers = [*LENET[:2], CONV | {"dilation": 4, "padding": 4, "name": "dilated"}]
    reader = opened(ReceptiveField(layers, 32, unit=1), **look)
    reader.tab_to("Remove layer 1")
    reader.press("Enter")
    for text in ("60", "x"):
        reader.box.get_by_label("Layer 1 kernel size").fill(text)
        reader.press("Enter")
        assert "Nothing was changed" in reader.message
        cell = reader.box.locator("td", has_text="Nothing was changed")
        assert cell.count() == 1
        assert cell.get_by_label("Layer 1 kernel size").input_value() == "2"
        note = cell.locator(".cnnlab-beside")
        assert note.inner_text() == reader.message
        top = cell.bounding_box()["y"] + cell.bounding_box()["height"]
        assert 0 <= note.bounding_box()["y"] - top < 10


# ---- a model, as Jupyter hands it over ----------------------------------------------------------


def test_what_python_sets_is_drawn(hold):
    twin = ReceptiveField()
    page = hold(twin)
    reader = Reader(page)
    for changes in (
        {"size": 32, "layers": LENET, "layer": 5, "unit": 0},
        {"layer": 3},
        {"unit": 9},
        {"percent": 50},
        {"size": 36},
        {"layers": LENET[:3]},
    ):
        with twin.hold_trait_notifications():
            for name, value in changes.items():
                setattr(twin, name, value)
        page.evaluate(
            "(traits) => Object.entries(traits).forEach(([n, v]) => model.set(n, v))", twin.state()
        )
        agree(reader, twin)
    page.evaluate("() => model.set('profile', false)")
    assert page.locator("path.cnnlab-drawn-bars").get_attribute("d") == ""
    page.evaluate("() => model.set('held', true)")
    hold = page.get_by_role("button", name="Hold this unit")
    assert hold.get_attribute("aria-pressed") == "true"
    page.evaluate("() => model.set('controls', [])")
    assert page.get_by_role("button", name="Add a layer").count() == 0


def test_what_the_reader_does_arrives_in_traits_that_python_takes(hold):
    page = hold(ReceptiveField())
    page.get_by_role("button", name="LeNet-5").press("Enter")
    page.get_by_label("Layer 1 padding").fill("1, 2")
    page.get_by_label("Layer 1 padding").press("Enter")
    page.get_by_role("slider", name="Layer").press("ArrowDown")
    values = page.evaluate("() => model.values")
    assert page.evaluate("() => model.saved") >= 3
    twin = ReceptiveField(**{name: values[name] for name in ReceptiveField.own()})
    assert twin.layers[0]["padding"] == (1, 2)
    assert page.locator("[aria-live=polite]").text_content() == twin.sentence()


def test_closing_leaves_nothing_behind(hold):
    page = hold(ReceptiveField())
    assert page.evaluate("() => model.listeners()") > 5
    page.evaluate("() => stop()")
    assert page.evaluate(
        "() => [model.listeners(), document.querySelectorAll('.cnnlab').length]"
    ) == [0, 0]


def focused(reader):
    return reader.page.evaluate("document.activeElement.getAttribute('aria-label')")
