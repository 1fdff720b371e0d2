"""The size explorer on a page of its own, worked by keyboard, and held to cnnlab's numbers."""

import pytest
from reader import Reader

from cnnlab.widgets import SizeExplorer
from cnnlab.widgets.size_explorer.numbers import lay_out, verdict

pytestmark = pytest.mark.browser


# ---- the page --------------------------------------------------------------------------------


class SizeReader(Reader):
    """One explorer."""

    def type_number(self, name, text):
        self.tab_to(f"{name}, a number")
        self.press("Control+a", "Delete")
        self.page.keyboard.type(text)
        self.press("Enter")

    def text(self, name):
        return self.box.locator(f".cnnlab-{name}").text_content()

    def shows(self, twin):
        """Everything on the page is what this explorer has in Python."""
        heard, texts, paths, values = self.box.evaluate(
            """(box) => {
              const all = (selector, of) => Object.fromEntries(
                [...box.querySelectorAll(selector)].map((node) => of(node)));
              const kind = (node) => node.getAttribute("class");
              return [box.querySelector("[aria-live=polite]").textContent,
                all("[class]", (node) => [kind(node), node.textContent]),
                all(".cnnlab-size-near path", (node) => [kind(node), node.getAttribute("d")]),
                all("input", (node) => [node.ariaLabel, node.value])];
            }"""
        )
        assert heard.endswith(twin.sentence())
        assert texts["cnnlab-now"] == twin.sentence()
        assert texts["cnnlab-size-filled"] == twin.formula()
        axis = lay_out(*(getattr(twin, n) for n in NAMES))
        fault = " cnnlab-size-fault" if twin.output is None else ""
        assert texts[f"cnnlab-size-verdict{fault}"].startswith(verdict(axis, twin.exact))
        windows = len(twin.windows)
        assert texts["cnnlab-counter"] == f"{twin.position + 1} of {windows}"
        outputs = "cnnlab-drawn-units cnnlab-drawn-outputs" + " cnnlab-drawn-void" * (
            twin.output is None
        )
        assert paths[outputs].count("M") == windows
        assert paths["cnnlab-drawn-cross"].count("l6 6") == len(twin.uncovered)
        assert paths["cnnlab-drawn-read"].count("z") == twin.kernel_size
        for name, label in LABELS.items():
            for form in (label, f"{label}, a number"):
                assert values[form] == str(getattr(twin, name))
        made = texts["cnnlab-title cnnlab-size-made"]
        assert made == ("No output" if twin.output is None else f"Output {twin.output}")


NAMES = ("size", "kernel_size", "stride", "padding", "dilation")
LABELS = {
    "size": "Size",
    "kernel_size": "Kernel size",
    "stride": "Stride",
    "dilation": "Dilation",
}


@pytest.fixture
def open_explorer(open_widgets):
    def open_one(explorer=None, **options):
        explorer = explorer or SizeExplorer(7, 3, stride=2, padding=1)
        return SizeReader(open_widgets(explorer, **options))

    return open_one


@pytest.fixture
def reader(open_explorer):
    return open_explorer()


@pytest.fixture
def twin():
    return SizeExplorer(7, 3, stride=2, padding=1)


def test_every_window_by_keyboard(reader, twin):
    reader.tab_to("Position")
    for position in (0, 1, 2, 3):
        twin.position = position
        reader.shows(twin)
        reader.press("ArrowRight")
    reader.shows(twin)  # the end is the end
    reader.press("Home")
    twin.position = 0
    reader.shows(twin)
    reader.press("End", "ArrowLeft")
    twin.position = 2
    reader.shows(twin)


@pytest.mark.parametrize(
    ("slider", "trait"), [("Size", "size"), ("Stride", "stride"), ("Dilation", "dilation")]
)
def test_a_slider_by_keyboard(reader, twin, slider, trait):
    reader.tab_to(slider)
    reader.press("ArrowRight")
    setattr(twin, trait, getattr(twin, trait) + 1)
    reader.shows(twin)


@pytest.mark.parametrize("name", LABELS)
def test_a_number_by_keyboard(reader, twin, name):
    reader.type_number(LABELS[name], "4")
    setattr(twin, name, 4)
    reader.shows(twin)


def test_padding_in_all_its_forms(reader, twin):
    reader.tab_to("Padding before")
    reader.press("ArrowRight")
    twin.padding = 2  # both sides move together
    reader.shows(twin)
    assert reader.control("Padding after, a number").input_value() == "2"
    reader.control("Padding").select_option(label="before and after")
    reader.type_number("Padding after", "5")
    twin.padding = (2, 5)
    reader.shows(twin)
    for word, pads in {"same": ["1", "1"], "valid": ["0", "0"], "full": ["2", "2"]}.items():
        reader.control("Padding").select_option(label=word)
        twin.padding = word
        reader.shows(twin)
        shown = [reader.control(f"Padding {side}").input_value() for side in ("before", "after")]
        assert shown == pads
    reader.tab_to("Padding before")
    reader.press("ArrowRight")  # a number again, from where the word had it
    twin.padding = (3, 2)
    reader.shows(twin)
    reader.control("Padding").select_option(label="the same on both sides")
    twin.padding = 3
    reader.shows(twin)


@pytest.mark.parametrize(
    ("button", "explorer"),
    [
        ("AlexNet 224", SizeExplorer(224, 11, stride=4)),
        ("AlexNet 227", SizeExplorer(227, 11, stride=4)),
        ("AlexNet 224, padding 2", SizeExplorer(224, 11, stride=4, padding=2)),
        ("AlexNet 224, padding 1 and 2", SizeExplorer(224, 11, stride=4, padding=(1, 2))),
        ("13, stride 2", SizeExplorer(13, 3, stride=2)),
        ("13, stride 3", SizeExplorer(13, 3, stride=3)),
        ("13, stride 4", SizeExplorer(13, 3, stride=4)),
        ("13, stride 5", SizeExplorer(13, 3, stride=5)),
        ("VGG 224", SizeExplorer(224, 3, padding=1)),
    ],
)
def test_preset(reader, button, explorer):
    reader.tab_to(button)
    reader.press("Space")
    reader.shows(explorer)
    pressed = reader.box.locator(".cnnlab > .cnnlab-presets [aria-pressed=true]").all_inner_texts()
    assert pressed == [button]
    reader.tab_to("Position")
    reader.press("End")
    explorer.position = explorer.output - 1
    reader.shows(explorer)


def test_error_names_the_sizes_that_fit_and_takes_one(reader):
    reader.tab_to("AlexNet 224")
    reader.press("Enter")
    reader.tab_to("error")
    reader.press("Enter")
    twin = SizeExplorer(224, 11, stride=4, exact=True)
    reader.shows(twin)
    fault = (
        "size 224 leaves 1 cell over with kernel_size 11, stride 4, padding (0, 0) and "
        "dilation 1; sizes 223 and 227 fit"
    )
    assert fault in reader.heard
    assert f"Error: {fault}." in reader.text("size-verdict")
    reader.type_number("Size", "227")
    twin.size = 227
    reader.shows(twin)
    reader.tab_to("floor")
    reader.press("Enter")
    twin.exact = False
    reader.shows(twin)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("Kernel size", "10", "use a kernel of at most 9 or padding of at least 3 in total"),
        ("Size", "300", "Size must be a whole number from 1 to 256."),
        ("Size", "0", "Size must be a whole number from 1 to 256."),
        ("Size", "", "Size must be a whole number from 1 to 256."),
        ("Stride", "1.5", "Stride must be a whole number from 1 to 256."),
        ("Padding before", "-1", "Padding before must be a whole number from 0 to 256."),
        ("Dilation", "e", "“e” is not a number; Dilation must be a whole number from 1 to 256."),
        ("Size", "1,000", "“1,000” may mean 1000 or 1.000: type the one that you mean; Size must"),
    ],
)
def test_what_can_not_be_is_refused_below_its_slider(reader, twin, name, text, message):
    reader.type_number(name, text)
    assert message in reader.message
    assert reader.message.endswith(" Nothing was changed.")
    note = reader.box.locator(".cnnlab-beside")
    assert note.inner_text() == reader.message
    slider = reader.control(f"{name}, a number").bounding_box()
    assert 0 <= note.bounding_box()["y"] - (slider["y"] + slider["height"]) < 20
    reader.shows(twin)
    reader.type_number("Stride", "3")
    twin.stride = 3
    reader.shows(twin)
    assert reader.message == ""


def test_letters_in_a_number_are_not_passed_over(reader, twin):
    """A number field of the browser's own would swallow them without a word."""
    field = reader.control("Stride, a number")
    field.press("End")
    reader.page.keyboard.type("x")
    assert field.input_value() == "2x"
    reader.press("Tab")
    assert "“2x” is not a number" in reader.message
    reader.shows(twin)
    for key, stride in {"ArrowUp": 3, "ArrowDown": 2}.items():
        field.press(key)
        twin.stride = stride
        reader.shows(twin)
    assert field.get_attribute("aria-valuenow") == "2"


def test_escape_takes_a_number_back(reader, twin):
    reader.tab_to("Size, a number")
    reader.page.keyboard.type("9")
    reader.press("Escape", "Tab")
    reader.shows(twin)


def test_reset(reader, twin):
    reader.tab_to("VGG 224")
    reader.press("Enter")
    reader.tab_to("error")
    reader.press("Enter")
    reader.tab_to("Reset")
    reader.press("Enter")
    reader.shows(twin)


def test_play_to_the_end_stops(reader, twin):
    reader.tab_to("Position")
    reader.press("9", "Space")
    reader.box.get_by_role("button", name="Pause").wait_for()
    reader.box.get_by_role("button", name="Play", exact=True).wait_for()
    twin.position = 3
    reader.shows(twin)


def test_a_click_jumps_to_the_nearest_window(reader, twin):
    drawing = reader.box.locator(".cnnlab-size-near svg").bounding_box()
    reader.page.mouse.click(
        drawing["x"] + drawing["width"] * 5.5 / 9, drawing["y"] + drawing["height"] - 10
    )
    twin.position = 2
    reader.shows(twin)


def test_arrows_in_a_list_or_number_do_not_step(reader, twin):
    reader.tab_to("Stride, a number")
    reader.press("ArrowUp")
    twin.stride = 3
    reader.shows(twin)


def test_a_long_axis_shows_the_window_in_whole_and_in_part(open_explorer):
    reader = open_explorer(SizeExplorer(224, 11, stride=4))
    visible = """(node) => {
      const frame = node.querySelector(".cnnlab-drawn-frame").getBoundingClientRect();
      const box = node.getBoundingClientRect();
      return frame.width > 20 && frame.left >= box.left - 1 && frame.right <= box.right + 1;
    }"""
    reader.tab_to("Position")
    near, whole = (reader.box.locator(f".cnnlab-size-{name}") for name in ("near", "whole"))
    for key in ("Home", "ArrowDown", "ArrowRight", "End", "ArrowUp"):
        reader.press(key)
        assert near.evaluate(visible)
        assert whole.evaluate(visible)
    assert whole.locator(".cnnlab-drawn-cross").get_attribute("d").count("l6 6") == 1


def test_controls_can_be_left_out(open_explorer):
    explorer = SizeExplorer(7, 3, controls=["stride", "exact"])
    reader = open_explorer(explorer)
    names = reader.box.locator("input, select").evaluate_all(
        "(nodes) => nodes.map((node) => node.getAttribute('aria-label'))"
    )
    assert names == ["Stride", "Stride, a number", "Position", "Speed"]
    assert not reader.box.get_by_role("button", name="VGG 224").is_visible()
    assert reader.box.get_by_role("button", name="error").is_visible()


def test_reduced_motion_does_not_play(open_explorer):
    reader = open_explorer(SizeExplorer(7, 3, playing=True), reduced_motion="reduce")
    assert reader.box.get_by_role("button", name="Play", exact=True).is_visible()
    reader.shows(SizeExplorer(7, 3))


def test_what_python_sets_is_drawn_and_a_closed_view_is_gone(hold):
    twin = SizeExplorer(7, 3)
    page = hold(twin)
    reader = SizeReader(page)
    for name, value in {"size": 9, "exact": True, "stride": 4, "position": 1}.items():
        setattr(twin, name, value)
        page.evaluate("([name, value]) => model.set(name, value)", [name, value])
        reader.shows(twin)
    page.evaluate("() => model.set('controls', ['size'])")
    assert not reader.box.locator(".cnnlab > .cnnlab-presets").is_visible()
    page.evaluate("() => stop()")
    assert page.evaluate("() => model.listeners()") == 0
    assert page.locator(".cnnlab").count() == 0
