"""The stepper on a page of its own, worked by keyboard, and held to cnnlab's numbers."""

import numpy as np
import pytest
from reader import Reader

from cnnlab.widgets import ConvStepper
from cnnlab.widgets._shared.text import entry, format_number

pytestmark = pytest.mark.browser

IMAGE = [
    [20, 24, 11, 12, 16, 19],
    [19, 17, 20, 23, 15, 10],
    [21, 40, 25, 13, 14, 8],
    [9, 18, 8, 6, 7, 12],
    [31, 3, 3, 33, 11, 2],
    [4, 5, 22, 17, 8, 9],
]
KERNEL = [[1, 0, -1], [2, 0, -2], [1, 0, -1]]

IMAGE = [
    [20, 24, 11, 12, 16, 19],
    [19, 17, 20, 23, 15, 10],
    [21, 40, 25, 13, 14, 8],
    [9, 18, 8, 6, 7, 12],
    [31, 3, 3, 33, 11, 2],
    [4, 5, 22, 17, 8, 9],
]
KERNEL = [[1, 0, -1], [2, 0, -2], [1, 0, -1]]


class StepperReader(Reader):
    """The first stepper of a page."""

    def shows(self, stepper, changed=None):
        """Everything on the page is what this stepper has in Python, `changed` its marked cells."""
        walked = [format_number(v) for v in stepper.output.ravel()]
        shown = np.ravel(self.inner("output")).tolist()
        done = stepper.position + 1
        assert shown == walked[:done] + [""] * (len(walked) - done)
        assert self.inner("image") == [[entry(v) for v in row] for row in stepper.image]
        total = self.box.locator(".cnnlab-total").text_content()
        assert total.endswith(f" {walked[stepper.position]}")
        assert stepper.sentence().endswith(f" {total}.")
        marks = self.box.locator("table[aria-label=output] td").evaluate_all(
            "(cells) => cells.map((cell) => cell.classList.contains('cnnlab-changed'))"
        )
        assert np.flatnonzero(marks).tolist() == (changed or [])
        if changed is None:
            assert self.heard == stepper.sentence()
            assert self.texts(".cnnlab-changes") == [""]
        else:
            count = f"{len(changed) or 'None'} of {len(walked)}"
            assert self.heard == f"{count} outputs changed. {stepper.sentence()}"
            assert self.texts(".cnnlab-changes") == [f"{count} changed"]


@pytest.fixture
def reader(open_widgets):
    return StepperReader(open_widgets(ConvStepper(IMAGE, KERNEL)))


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


def test_an_edit_marks_the_outputs_that_it_changes(reader, twin):
    reader.tab_to("image row 0 column 0")
    reader.press("ArrowDown", "ArrowRight")
    reader.page.keyboard.type("100")
    reader.press("Enter")
    before, changed = twin.output, np.array(IMAGE)
    changed[1, 1] = 100
    twin.image = changed
    differ = np.flatnonzero(before != twin.output).tolist()
    assert differ == [1, 5]  # of the four windows with the cell, two have a 0 there
    reader.shows(twin, changed=differ)
    reader.tab_to("Position")
    reader.press("ArrowRight")  # until the next action
    twin.position = 1
    reader.shows(twin)
    reader.tab_to("kernel row 0 column 0")
    reader.page.keyboard.type("1/3")
    reader.press("Tab")
    before, kernel = twin.output, np.array(KERNEL, float)
    kernel[0, 0] = 1 / 3
    twin.kernel = kernel
    reader.shows(twin, changed=np.flatnonzero(before != twin.output).tolist())
    cell = reader.box.get_by_label("kernel row 0 column 0", exact=True)
    assert cell.input_value() == "1/3"
    cell.focus()
    reader.press("End")
    reader.page.keyboard.type("3")  # 1/33: what is typed is what was written
    reader.press("Enter")
    before, kernel[0, 0] = twin.output, 1 / 33
    twin.kernel = kernel
    reader.shows(twin, changed=np.flatnonzero(before != twin.output).tolist())


def test_an_edit_that_changes_nothing_says_so(open_widgets):
    twin = ConvStepper(IMAGE, [[0, 1]])
    reader = StepperReader(open_widgets(twin))
    reader.tab_to("image row 0 column 0")
    reader.page.keyboard.type("9")
    reader.press("Enter")
    changed = np.array(IMAGE)
    changed[0, 0] = 9
    twin.image = changed
    reader.shows(twin, changed=[])


def test_passing_through_cells_loses_no_digit(hold):
    page = hold(ConvStepper([[0.123456789, 1 / 3, 5 / 13]], [[1 / 9, 1e-7]]))
    reader = StepperReader(page)
    assert reader.inner("image") == [["0.1235", "1/3", "0.3846"]]
    assert reader.inner("kernel") == [["1/9", "1e−7"]]
    for name in ("image", "kernel"):
        reader.tab_to(f"{name} row 0 column 0")
        reader.press("Enter", "ArrowRight", "ArrowRight", "Escape", "Enter", "Tab")
    assert page.evaluate("model.saved") == 0
    assert page.evaluate("model.values.image") == [[0.123456789, 1 / 3, 5 / 13]]


def test_escape_takes_back(reader, twin):
    reader.tab_to("image row 0 column 0")
    reader.page.keyboard.type("77")
    reader.press("Escape", "Tab")
    reader.shows(twin)


def test_nonsense_is_refused_below_its_grid(reader, twin):
    reader.tab_to("image row 0 column 0")
    for typed, reason in {
        "abc": "“abc” is not a number",
        "1,000": "“1,000” may mean 1000 or 1.000: type the one that you mean",
        "1/0": "“1/0” divides by 0",
        "inf": "“inf” is no finite number",
    }.items():
        reader.page.keyboard.type(typed)
        reader.press("Enter")
        wanted = f"{reason}; the cell keeps 20. Numbers such as −2, 0.5 and 1/9 will do."
        assert reader.message == wanted
        note = reader.box.locator(".cnnlab-message", has_text=reason).filter(visible=True)
        seen = [note.bounding_box() for note in note.all() if note.bounding_box()["width"] > 1]
        assert len(seen) == 1
        grid = reader.box.locator("table[aria-label=image]").bounding_box()
        assert 0 <= seen[0]["y"] - (grid["y"] + grid["height"]) < 10
        reader.shows(twin)
    reader.tab_to("Position")
    reader.press("ArrowRight")
    assert reader.message == ""
    assert reader.box.locator(".cnnlab-beside").count() == 0


def test_a_note_stays_within_the_widget(open_widgets):
    """The last cell of a wide image on a phone: the note below it is moved to the left."""
    twin = ConvStepper(np.zeros((2, 9)), [[1]], views=["input", "kernel"])
    reader = StepperReader(open_widgets(twin, viewport={"width": 360, "height": 700}))
    for name in ("image row 1 column 8", "kernel row 0 column 0"):
        reader.box.get_by_label(name, exact=True).fill("a")
        reader.press("Enter")
        note = reader.box.locator(".cnnlab-beside").bounding_box()
        root = reader.box.locator(".cnnlab").bounding_box()
        assert root["x"] <= note["x"]
        assert note["x"] + note["width"] <= root["x"] + root["width"]
        assert note["y"] + note["height"] <= root["y"] + root["height"]


def test_setting_with_which_nothing_fits(reader, twin):
    reader.box.get_by_label("Dilation", exact=True).select_option(label="3")
    assert "A window spans 7 rows, but the padded image has only 6" in reader.message
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


def test_two_steppers_keep_apart(open_widgets, twin):
    reader = StepperReader(open_widgets(twin, twin))
    other = reader.page.locator(".cnnlab-widget[data-live]").nth(1)
    other.get_by_label("Position", exact=True).focus()
    reader.press("End")
    assert "Row 3, column 3" in other.locator("[aria-live=polite]").text_content()
    reader.shows(twin)


def test_picture_stands_where_no_script_runs(open_widgets, twin):
    page = open_widgets(twin, java_script_enabled=False)
    picture = page.locator(".cnnlab-widget .cnnlab-still")
    assert "Row 0, column 0: 20·1 + 24·0 + 11·(−1)" in picture.inner_text()
    read = picture.locator("table").first.locator("td.cnnlab-read")
    assert [cell.split() for cell in read.all_inner_texts()[:3]] == [["20"], ["24"], ["11"]]
    box = picture.bounding_box()
    assert box["width"] > 300
    assert box["height"] > 150


def test_a_click_into_a_cell_and_typing_replace_its_number(reader, twin):
    reader.box.get_by_label("image row 1 column 1", exact=True).click()
    reader.page.keyboard.type("100")
    reader.press("Enter", "Escape")
    changed = np.array(IMAGE)
    changed[1, 1] = 100
    twin.image = changed
    reader.shows(twin, changed=[1, 5])


def test_the_keys_still_work_after_a_click_on_an_output_cell(reader, twin):
    reader.box.locator("table[aria-label=output] td").nth(5).click()
    reader.press("ArrowRight")
    twin.position = 6
    reader.shows(twin)
