"""The stepper on its published page, worked by keyboard, and held to cnnlab's numbers."""

import numpy as np
import pytest
from draw_stepper import IMAGE, KERNEL
from reader import Reader

from cnnlab.widgets import ConvStepper
from cnnlab.widgets.text import format_number

pytestmark = pytest.mark.browser

CHAPTER = "notebooks/01_sliding_window.html"


class StepperReader(Reader):
    """The first stepper of the chapter."""

    def __init__(self, page):
        super().__init__(page, ".cnnlab-widget[data-module=conv_stepper][data-live]")

    def shows(self, stepper):
        """Everything on the page is what this stepper has in Python."""
        walked = [format_number(v) for v in stepper.output.ravel()]
        shown = np.ravel(self.inner("output")).tolist()
        done = stepper.position + 1
        assert shown == walked[:done] + [""] * (len(walked) - done)
        assert self.inner("image") == [[format_number(v) for v in row] for row in stepper.image]
        assert self.heard == stepper.sentence()
        total = self.box.locator(".cnnlab-total").text_content()
        assert total.endswith(f" {walked[stepper.position]}")
        assert stepper.sentence().endswith(f" {total}.")


@pytest.fixture
def reader(open_page):
    page = open_page(CHAPTER)
    reader = StepperReader(page)
    yield reader
    assert page.errors == []
    assert page.outside == []


@pytest.fixture
def twin():
    return ConvStepper(IMAGE, KERNEL)


def test_every_sum_by_keyboard(reader, twin):
    reader.tab_to("Position")
    heard = []
    for position in range(16):
        twin.position = position
        reader.shows(twin)
        heard.append(reader.heard)
        reader.press("ArrowRight")
    reader.shows(twin)  # the end is the end
    assert len(set(heard)) == 16
    for position in reversed(range(15)):
        reader.press("ArrowLeft")
        twin.position = position
        reader.shows(twin)


def test_rows_home_and_end(reader, twin):
    reader.tab_to("Position")
    walk = {"ArrowDown": 4, "End": 15, "ArrowUp": 11, "Home": 0}
    for key, position in walk.items():
        reader.press(key)
        twin.position = position
        reader.shows(twin)


def test_stride_by_keyboard(reader, twin):
    reader.tab_to("Stride")
    reader.press("2")
    twin.stride = 2
    reader.shows(twin)
    reader.tab_to("Padding")
    reader.press("ArrowDown")
    twin.padding = 1
    reader.shows(twin)


@pytest.mark.parametrize(
    ("label", "choice", "trait", "value"),
    [
        ("Padding", "same", "padding", "same"),
        ("Padding", "full", "padding", "full"),
        ("Dilation", "2", "dilation", 2),
        ("Slide the kernel", "flipped (convolution)", "mode", "convolution"),
    ],
)
def test_setting(reader, twin, label, choice, trait, value):
    reader.box.get_by_label(label, exact=True).select_option(label=choice)
    setattr(twin, trait, value)
    reader.shows(twin)
    reader.tab_to("Position")
    reader.press("End")
    twin.position = twin.output.size - 1
    reader.shows(twin)


def test_edit_a_cell_by_keyboard(reader, twin):
    reader.tab_to("image row 0 column 0")
    reader.press("ArrowDown", "ArrowRight")
    reader.page.keyboard.type("100")
    reader.press("Enter")
    changed = np.array(IMAGE)
    changed[1, 1] = 100
    twin.image = changed
    reader.shows(twin)
    reader.tab_to("kernel row 0 column 0")
    reader.page.keyboard.type("1/3")
    reader.press("Tab")
    kernel = np.array(KERNEL, float)
    kernel[0, 0] = 1 / 3
    twin.kernel = kernel
    reader.shows(twin)


def test_escape_takes_back(reader, twin):
    reader.tab_to("image row 0 column 0")
    reader.page.keyboard.type("77")
    reader.press("Escape", "Tab")
    reader.shows(twin)


def test_nonsense_in_a_cell(reader, twin):
    reader.tab_to("image row 0 column 0")
    reader.page.keyboard.type("abc")
    reader.press("Enter")
    assert "“abc” is not a number; the cell keeps 20" in reader.message
    reader.shows(twin)


def test_setting_with_which_nothing_fits(reader, twin):
    reader.box.get_by_label("Dilation", exact=True).select_option(label="3")
    assert "The kernel spans 7 rows, but the padded image has only 6" in reader.message
    assert reader.box.get_by_label("Dilation", exact=True).input_value() == "1"
    reader.shows(twin)


def test_reset(reader, twin):
    reader.box.get_by_label("Dilation", exact=True).select_option(label="2")
    reader.box.get_by_label("Padding", exact=True).select_option(label="2")
    reader.tab_to("image row 0 column 0")
    reader.page.keyboard.type("5")
    reader.press("Enter")
    reader.box.get_by_role("button", name="Reset").click()
    reader.shows(twin)
    assert reader.box.get_by_label("Padding", exact=True).input_value() == "0"


def test_click_an_output_cell(reader, twin):
    reader.box.locator("table[aria-label=output] td").nth(9).click()
    twin.position = 9
    reader.shows(twin)


def test_play_and_pause(reader, twin):
    reader.tab_to("Position")
    reader.press("9", "Space")
    reader.box.get_by_role("button", name="Pause").wait_for()
    reader.page.wait_for_function(
        "(box) => parseInt(box.querySelector('.cnnlab-counter').textContent) >= 4",
        arg=reader.box.element_handle(),
    )
    reader.press("Space")
    reader.box.get_by_role("button", name="Play").wait_for()
    twin.position = int(reader.box.locator(".cnnlab-counter").text_content().split()[0]) - 1
    reader.shows(twin)


def test_play_to_the_end_stops(reader, twin):
    reader.tab_to("Position")
    reader.press("End", "ArrowUp", "9", "Space")
    reader.box.get_by_role("button", name="Pause").wait_for()
    reader.box.get_by_role("button", name="Play", exact=True).wait_for()
    twin.position = 15
    reader.shows(twin)


def test_keys_do_not_scroll_the_page(reader):
    reader.tab_to("Position")
    before = reader.page.evaluate("scrollY")
    reader.press("ArrowDown", "End", "Space", "Space")
    assert reader.page.evaluate("scrollY") == before


def test_two_steppers_keep_apart(reader, twin):
    other = reader.page.locator(".cnnlab-widget[data-module=conv_stepper]").nth(1)
    other.get_by_label("Position", exact=True).focus()
    reader.press("End")
    assert "Row 3, column 4" in other.locator("[aria-live=polite]").text_content()
    reader.shows(twin)


def test_reduced_motion(open_page):
    reader = Reader(open_page(CHAPTER, reduced_motion="reduce"))
    moving = "(node) => getComputedStyle(node).transitionDuration"
    assert reader.box.locator(".cnnlab-window").first.evaluate(moving) == "0s"


def test_picture_stands_where_no_script_runs(open_page):
    page = open_page(CHAPTER, java_script_enabled=False)
    picture = page.locator(".cnnlab-widget[data-module=conv_stepper] img").first
    assert picture.get_attribute("alt").startswith("Row 0, column 0: 20·1 + 24·0 + 11·(−1)")
    box = picture.bounding_box()
    assert box["width"] > 300
    assert box["height"] > 150


def test_nothing_is_cut_off_on_a_phone(open_page):
    page = open_page(
        CHAPTER, viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True
    )
    reader = StepperReader(page)
    for padding in ("0 (valid)", "full"):
        reader.box.get_by_label("Padding", exact=True).select_option(label=padding)
        sticking_out = reader.box.evaluate(
            """(box) => {
              const right = (node) => node.getBoundingClientRect().right;
              return [...box.querySelectorAll("table, button, select, input, .cnnlab-terms")]
                .filter((node) => right(node) > right(box))
                .map((node) => node.outerHTML.slice(0, 80));
            }"""
        )
        assert sticking_out == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_click_into_a_cell_and_typing_replace_its_number(reader, twin):
    reader.box.get_by_label("image row 1 column 1", exact=True).click()
    reader.page.keyboard.type("100")
    reader.press("Enter", "Escape")
    changed = np.array(IMAGE)
    changed[1, 1] = 100
    twin.image = changed
    reader.shows(twin)


def test_the_keys_still_work_after_a_click_on_an_output_cell(reader, twin):
    reader.box.locator("table[aria-label=output] td").nth(5).click()
    reader.press("ArrowRight")
    twin.position = 6
    reader.shows(twin)
