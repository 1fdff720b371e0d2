"""The stepper with its matrix, backwards, transposed and in depth, worked by keyboard."""

import numpy as np
import pytest
from reader import Reader

from cnnlab.widgets import ConvStepper
from cnnlab.widgets._shared.text import format_number, weight

pytestmark = pytest.mark.browser

IMAGE = np.arange(20).reshape(4, 5) % 7
KERNEL = np.array([[1, 0, -1], [2, 1, -2]])
VOLUME = np.arange(60).reshape(3, 4, 5) % 7
FILTERS = np.arange(54).reshape(2, 3, 3, 3) % 5 - 2
CONTROLS = ["direction", "stride", "padding", "dilation", "mode", "views", "cells"]
ALL = ["input", "kernel", "output", "arithmetic", "matrix", "gradient", "transpose"]


class StepperReader(Reader):
    """One stepper."""

    def walk(self):
        """Put the focus where the arrow keys step."""
        self.box.get_by_label("Position", exact=True).focus()


@pytest.fixture
def open_stepper(open_widgets):
    return lambda stepper, **options: StepperReader(open_widgets(stepper, **options))


def as_texts(values):
    return [[format_number(value) for value in row] for row in values]


def test_forward_matrix_and_gradient_under_one_cursor(open_stepper):
    twin = ConvStepper(IMAGE, KERNEL, padding=1, views=ALL)
    reader = open_stepper(twin)
    reader.walk()
    for position in range(twin.output.size):
        twin.position = position
        assert reader.heard == twin.sentence()
        assert reader.inner("input gradient") == as_texts(twin.accumulated[0])
        row = twin.matrix[[position]]
        entries = "entry" if row.nnz == 1 else "entries"
        assert reader.texts(".cnnlab-matrix-note") == [
            f"Row {position} of C: {row.nnz} {entries}, the others are 0."
        ]
        label = reader.box.locator(".cnnlab-matrix").get_attribute("aria-label")
        assert label.startswith(
            f"C, {twin.output.size} rows by {IMAGE.size} columns. Row {position}"
        )
        reader.press("ArrowRight")


def test_a_cell_of_the_window_points_at_its_entry_of_the_matrix(open_stepper):
    twin = ConvStepper(IMAGE, KERNEL, views=ALL, position=4)
    reader = open_stepper(twin)
    note = reader.box.locator(".cnnlab-matrix-note")
    reader.box.get_by_label("image row 2 column 3", exact=True).focus()
    index = 2 * IMAGE.shape[1] + 3
    written = weight(twin.matrix[4, index])
    assert note.text_content() == f"C[4, {index}] = {written}: the weight on image[2, 3]."
    assert reader.box.locator(".cnnlab-tied").count() == 1
    reader.box.get_by_label("image row 0 column 0", exact=True).focus()  # not in the window
    assert note.text_content() == "Row 4 of C: 6 entries, the others are 0."
    assert reader.box.locator(".cnnlab-tied").count() == 0


def test_the_matrix_follows_an_edit_of_the_kernel(open_stepper):
    reader = open_stepper(ConvStepper(IMAGE, KERNEL, views=ALL))
    drawing = reader.box.locator(".cnnlab-matrix")
    before = drawing.inner_html()
    reader.box.get_by_label("kernel row 0 column 0", exact=True).click()
    reader.page.keyboard.type("-9")
    reader.press("Enter")
    after = drawing.inner_html()
    edited = np.where([[True, False, False], [False] * 3], -9, KERNEL)
    fresh = open_stepper(ConvStepper(IMAGE, edited, views=ALL)).box.locator(".cnnlab-matrix")
    assert before != after == fresh.inner_html()


def test_the_pointer_on_the_matrix_points_at_the_cell(open_stepper):
    twin = ConvStepper(IMAGE, KERNEL, views=ALL)
    reader = open_stepper(twin)
    drawing = reader.box.locator(".cnnlab-matrix")
    frame = drawing.bounding_box()
    rows, columns = twin.matrix.shape
    x, y = (
        (k + 0.5) * frame[side] / n for k, side, n in [(6, "width", columns), (0, "height", rows)]
    )
    drawing.hover(position={"x": x, "y": y})
    assert "C[0, 6] = 1: the weight on image[1, 1]" in reader.texts(".cnnlab-matrix-note")[0]
    assert (
        reader.box.locator(".cnnlab-tied input").get_attribute("aria-label")
        == "image row 1 column 1"
    )
    drawing.click(position={"x": x, "y": 7.5 * frame["height"] / rows})  # a row is an output cell
    twin.position = 7
    assert reader.heard == twin.sentence()


def test_backward_by_keyboard(open_stepper):
    gradient = np.arange(-4, 5).reshape(3, 3)
    twin = ConvStepper(IMAGE, KERNEL, direction="backward", grad_output=gradient, controls=CONTROLS)
    reader = open_stepper(twin)
    assert reader.numbers("output gradient") == as_texts(gradient)
    reader.walk()
    for position in range(gradient.size):
        twin.position = position
        assert reader.heard == twin.sentence()
        assert reader.numbers("input gradient") == as_texts(twin.accumulated[0])
        reader.press("ArrowRight")
    for position in reversed(range(gradient.size - 1)):
        reader.press("ArrowLeft")
        twin.position = position
        assert reader.numbers("input gradient") == as_texts(twin.accumulated[0])


def test_the_sum_that_accumulates_is_spelled_out(open_stepper):
    twin = ConvStepper(
        [[1, 2, 3]], [[2, -1]], direction="backward", grad_output=[[3, 5]], position=1
    )
    reader = open_stepper(twin)
    assert reader.texts(".cnnlab-total") == ["output gradient[0, 1] = 5 goes to"]
    assert reader.texts(".cnnlab-term") == ["−3 + 5·2 = 7", "0 + 5·(−1) = −5"]


def test_an_output_gradient_is_edited(open_stepper):
    twin = ConvStepper(IMAGE, KERNEL, direction="backward")
    reader = open_stepper(twin)
    reader.box.get_by_label("output gradient row 0 column 0", exact=True).click()
    reader.page.keyboard.type("4")
    reader.press("Enter")
    gradient = np.ones((3, 3))
    gradient[0, 0] = 4
    twin.grad_output = gradient
    told = "5 of 20 cells of the input gradient changed."  # one of the six weights is 0
    assert reader.heard == f"{told} {twin.sentence()}"
    assert reader.texts(".cnnlab-changes") == ["5 of 20 changed"]
    assert reader.box.locator("table[aria-label='input gradient'] .cnnlab-changed").count() == 5
    reader.box.get_by_role("button", name="Reset").click()
    twin.grad_output = None
    assert reader.heard == twin.sentence()


def test_transposed_by_keyboard(open_stepper):
    options = {"stride": 2, "padding": 1, "direction": "transposed"}
    twin = ConvStepper([[1, 2, 3], [4, 5, 6]], [[1, 2, 3], [4, 5, 6], [7, 8, 9]], **options)
    reader = open_stepper(twin)
    spread, *_ = twin.map.spread(twin.volume)
    assert reader.numbers("spread image") == as_texts(spread[0])
    assert reader.numbers("overlap count") == as_texts(twin.map.hits())
    assert reader.numbers("flipped kernel") == as_texts(twin.kernel[::-1, ::-1])
    reader.walk()
    for position in range(twin.output.size):
        twin.position = position
        assert reader.heard == twin.sentence()
        reader.press("ArrowRight")
    assert reader.numbers("output") == as_texts(twin.output)


def test_the_reader_turns_the_direction_and_switches_views(open_stepper):
    twin = ConvStepper(IMAGE, KERNEL, controls=CONTROLS)
    reader = open_stepper(twin)
    direction = reader.box.get_by_label("Direction", exact=True)
    direction.focus()
    reader.press("ArrowDown")  # backward
    assert direction.evaluate("(node) => node === document.activeElement")
    twin.direction = "backward"
    assert reader.heard == twin.sentence()
    direction.select_option(label="transposed convolution")
    twin.direction = "transposed"
    assert reader.heard == twin.sentence()
    assert reader.numbers("overlap count") == as_texts(twin.map.hits())
    padding = reader.box.get_by_label("Padding", exact=True).locator("option").all_inner_texts()
    assert padding == ["0 (valid)", "1", "2", "3"]  # words for it do not say what they cut off here
    reader.box.get_by_text("Views", exact=True).focus()
    reader.press("Enter")
    reader.box.get_by_label("matrix", exact=True).focus()
    reader.press("Space")
    assert reader.box.locator(".cnnlab-matrix").count() == 1
    reader.press("Space")
    assert reader.box.locator(".cnnlab-matrix").count() == 0
    reader.box.get_by_role("button", name="Reset").click()
    twin = ConvStepper(IMAGE, KERNEL)
    assert reader.heard == twin.sentence()


def test_three_channels_and_two_filters(open_stepper):
    twin = ConvStepper(VOLUME, filters=FILTERS, padding=1, stride=2)
    reader = open_stepper(twin)
    reader.walk()
    for position in range(twin.output.size):
        twin.position = position
        assert reader.heard == twin.sentence()
        channel, row, column = twin.place
        for k in range(3):
            names = f"kernel of filter {channel}, channel {k}"
            assert names in reader.texts(".cnnlab-title")
        shown = np.array([reader.numbers(f"output filter {f}") for f in (0, 1)])
        assert shown[channel, row, column] == format_number(twin.output[channel, row, column])
        assert (shown != "").sum() == position + 1
        reader.press("ArrowRight")
    sums = reader.texts(".cnnlab-part")
    assert len(sums) == 3


def test_a_kernels_cells_have_the_name_of_the_filter_at_the_cursor(open_stepper):
    reader = open_stepper(ConvStepper(VOLUME, filters=FILTERS))
    cells = reader.box.locator("input[aria-label^='kernel of']")
    for key, number in {"Home": 0, "End": 1}.items():
        reader.walk()
        reader.press(key)
        names = cells.evaluate_all("(cells) => cells.map((cell) => cell.ariaLabel)")
        assert len(names) == 27
        assert all(name.startswith(f"kernel of filter {number}, channel ") for name in names)


def test_a_filter_is_edited_where_it_is_shown(open_stepper):
    twin = ConvStepper(VOLUME, filters=FILTERS, position=8)
    reader = open_stepper(twin)
    reader.box.get_by_label("kernel of filter 1, channel 2 row 0 column 1", exact=True).click()
    reader.page.keyboard.type("9")
    reader.press("Enter")
    filters = FILTERS.copy()
    filters[1, 2, 0, 1] = 9
    before, twin.filters = twin.output, filters
    count = (before != twin.output).sum()
    assert reader.heard == f"{count} of 12 outputs changed. {twin.sentence()}"
    assert reader.box.locator("table[aria-label='output filter 0'] .cnnlab-changed").count() == 0
    assert (
        reader.box.locator("table[aria-label='output filter 1'] .cnnlab-changed").count() == count
    )


def offered(reader):
    """What there is to work the widget by, cells counted as one."""
    names = reader.box.locator("button, input, select, summary").evaluate_all(
        """(nodes) => nodes.filter((node) => node.checkVisibility()).map((node) =>
          node.closest("td") ? "cells" : node.ariaLabel || node.textContent)"""
    )
    return list(dict.fromkeys(names))


WALK = ["First", "Step back", "Play", "Step forward", "Last", "Position", "Speed"]


def test_a_stepper_offers_no_more_than_it_was_told_to(hold):
    twin = ConvStepper(IMAGE, KERNEL, controls=[])
    reader = StepperReader(hold(twin))
    help_text = reader.box.locator(".cnnlab-help")
    assert offered(reader) == WALK
    assert "In a grid" not in help_text.inner_text()
    assert "Type into a cell" not in help_text.inner_text()
    assert reader.inner("image") == as_texts(IMAGE)
    reader.walk()
    reader.press("End")
    reader.page.evaluate("() => model.set('stride', 2)")  # Python can, and the reader sees it
    twin.stride, twin.position = 2, 3
    assert reader.heard == twin.sentence()
    reader.page.evaluate("() => model.set('controls', ['stride', 'cells'])")
    assert offered(reader) == ["cells", *WALK, "Stride", "Reset"]
    assert "In a grid" in help_text.inner_text()
    assert "Click an output cell" in help_text.inner_text()
    reader.page.evaluate("() => model.set('views', ['kernel'])")
    assert "Click" not in help_text.inner_text()
    reader.page.evaluate("(all) => model.set('controls', all)", CONTROLS)
    lists = ["Direction", "Stride", "Padding", "Dilation", "Slide the kernel"]
    assert offered(reader) == ["cells", *WALK, *lists, "Reset", "Views"]
