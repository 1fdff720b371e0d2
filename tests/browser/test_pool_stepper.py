"""The pool stepper on a page of its own, worked by keyboard, and held to cnnlab's numbers."""

from collections import defaultdict

import numpy as np
import pytest
from reader import Reader

from cnnlab.pool import max_unpool
from cnnlab.widgets import PoolStepper
from cnnlab.widgets._shared.text import format_number

pytestmark = pytest.mark.browser

IMAGE = [[1, 3, 7, 2, 0, 4], [2, 7, 1, 5, 6, 6], [0, 4, 4, 9, 2, 1], [8, 8, 3, 1, 0, 5]]
STATES = {
    "max": {"stride": 1, "position": 1},
    "average": {"operation": "average", "kernel_size": 3, "stride": 1, "padding": 1},
    "unpool": {"stride": 1, "direction": "unpool", "position": 7},
    "max back": {"stride": 1, "direction": "backward", "position": 7},
    "l2 back": {"operation": "l2", "stride": 1, "direction": "backward", "position": 7},
}


class PoolReader(Reader):
    """One pool stepper."""

    def choose(self, label, text):
        self.box.get_by_label(label, exact=True).select_option(label=text)

    def chosen(self, label):
        return self.box.get_by_label(label, exact=True).locator("option:checked").inner_text()

    @property
    def sum(self):
        """The line of arithmetic without its spaces, which stand for room."""
        parts = self.box.locator(".cnnlab-sum").evaluate(
            """(sum) => [...sum.querySelectorAll("span")]
              .filter((one) => !one.closest("[aria-hidden]") && !one.querySelector("span"))
              .map((one) => one.textContent)"""
        )
        return "".join("".join(parts).split())

    def grids(self):
        """The texts of each grid's inner cells, row by row; None where there is no such grid."""
        found = self.box.evaluate(
            """(box) => Object.fromEntries([...box.querySelectorAll("table")].map((table) =>
              [table.ariaLabel, [...table.rows].map((row) => [...row.cells]
                .filter((cell) => !cell.classList.contains("cnnlab-padding"))
                .map((cell) => cell.querySelector("input")?.value ?? cell.textContent))
                .filter((row) => row.length)]))"""
        )
        return defaultdict(lambda: None, found)

    def cells(self, kind, name="image"):
        """The places, counted from the grid's own corner, of the cells that have a mark."""
        return self.box.locator(f"table[aria-label='{name}'] td").evaluate_all(
            """(cells, kind) => cells.filter((cell) => cell.classList.contains(kind))
              .map((cell) => [cell.parentNode.rowIndex, cell.cellIndex])""",
            kind,
        )

    def shows(self, stepper, changes=""):
        """Everything on the page is what this stepper has in Python, and `changes` is told."""
        done = stepper.position + 1
        forward = stepper.direction == "forward"
        walked = done if forward else stepper.output.size

        def filled(values):
            words = [format_number(v) for v in values.ravel()]
            words[walked:] = [""] * (len(words) - walked)
            return np.reshape(words, values.shape).tolist()

        def whole(values):
            return [[format_number(v) for v in row] for row in values]

        grids = self.grids()
        told = f"{changes} changed. ".replace(" and ", " changed. ") if changes else ""
        assert self.heard == told + stepper.sentence()
        assert grids["image"] == whole(stepper.image)
        assert grids["output"] == filled(stepper.output)
        switches = None if stepper.switches is None else filled(stepper.switches)
        assert grids["switches"] == switches
        first = np.arange(stepper.output.size).reshape(stepper.output.shape) < done
        if stepper.direction == "unpool":
            switches = np.where(first, stepper.switches, -1)[None, None]
            put = max_unpool(stepper.output[None, None], switches, (1, 1, *stepper.image.shape))
            assert grids["unpooled"] == whole(put[0, 0])
        else:
            assert grids["unpooled"] is None
        if stepper.direction == "backward":
            gradient = np.ones(first.shape) if stepper.gradient is None else stepper.gradient
            assert grids["output gradient"] == whole(gradient)
            partly = PoolStepper(
                stepper.image,
                gradient=np.where(first, gradient, 0),
                **{
                    name: getattr(stepper, name)
                    for name in ("kernel_size", "stride", "padding", "operation", "count_padding")
                },
            )
            assert grids["input gradient"] == whole(partly.input_gradient)
        else:
            assert grids["input gradient"] is None


@pytest.fixture
def open_stepper(open_widgets):
    def open_one(options=None, **context_options):
        return PoolReader(open_widgets(PoolStepper(IMAGE, **(options or {})), **context_options))

    return open_one


@pytest.mark.parametrize("state", STATES)
def test_every_step_by_keyboard(open_stepper, state):
    options = STATES[state] | {"position": 0}
    reader, twin = open_stepper(options), PoolStepper(IMAGE, **options)
    reader.tab_to("Position")
    for position in range(twin.output.size):
        twin.position = position
        reader.shows(twin)
        reader.press("ArrowRight")
    reader.shows(twin)  # the end is the end
    for position in reversed(range(twin.output.size - 1)):
        reader.press("ArrowLeft")
        twin.position = position
        reader.shows(twin)


def test_rows_home_and_end(open_stepper):
    reader, twin = open_stepper(), PoolStepper(IMAGE)
    reader.tab_to("Position")
    for key, position in {"ArrowDown": 3, "End": 5, "ArrowUp": 2, "Home": 0}.items():
        reader.press(key)
        twin.position = position
        reader.shows(twin)


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({"stride": 1, "position": 1},
         "output[0,1]=max(3,7,7,1)=7atrow0column2,thefirstoftwoequalones"),
        ({"operation": "average", "stride": 1, "position": 1}, "output[0,1]=(3+7+7+1)/4=4.5"),
        ({"operation": "l2", "stride": 1, "position": 1}, "output[0,1]=√(9+49+49+1)≈10.39"),
        ({"operation": "average", "padding": 1},
         "output[0,0]=(1)/1=1thepaddingdoesnotcount"),
        ({"operation": "average", "padding": 1, "count_padding": True},
         "output[0,0]=(0001)/4=0.25thepaddingcountsas0"),
        ({"stride": 1, "position": 6, "direction": "unpool"},
         "output[1,1]=7goestoswitch7:row1,column1unpooled[1,1]=7"),
        ({"stride": 1, "position": 6, "direction": "backward"},
         "outputgradient[1,1]=1gives1000inputgradient[1,1]=1+1+1=3"),
        ({"operation": "average", "stride": 1, "position": 1, "direction": "backward"},
         "outputgradient[0,1]=1gives1/41/41/41/4inputgradient[0,1]=0.25+1/4=0.5"),
        ({"operation": "l2", "direction": "backward"},
         "outputgradient[0,0]=1gives(1/7.94)·1(3/7.94)·1(2/7.94)·1(7/7.94)·1"
         "inputgradient[0,0]=(1/7.94)·1≈0.126"),
    ],
)  # fmt: skip
def test_the_line_of_arithmetic(open_stepper, options, line):
    assert open_stepper(options).sum == line


def test_ties_are_marked_and_the_first_wins(open_stepper):
    reader = open_stepper({"stride": 1, "position": 1})
    assert reader.cells("cnnlab-pool-first") == [[0, 2]]
    assert reader.cells("cnnlab-pool-equal") == [[1, 1]]
    marks = reader.box.locator("table[aria-label=image] td[data-weight]")
    assert marks.evaluate_all("(all) => all.map((td) => td.dataset.weight)") == ["1st", "="]
    reader.press("Tab", "ArrowRight")  # in a cell the arrows are the grid's
    assert reader.cells("cnnlab-pool-first") == [[0, 2]]
    reader.tab_to("Position")
    reader.press("ArrowRight", "ArrowRight")
    assert reader.cells("cnnlab-pool-first") == [[1, 4]]
    assert reader.cells("cnnlab-pool-equal") == []


def test_switches_name_row_and_column_and_freeze_at_the_end(open_stepper):
    reader = open_stepper()
    frozen = reader.box.get_by_text("Switches, frozen", exact=True)
    assert not frozen.is_visible()
    reader.tab_to("Position")
    reader.press("End")
    assert frozen.is_visible()
    places = reader.box.locator("table[aria-label=switches] td").evaluate_all(
        "(cells) => cells.map((cell) => cell.dataset.weight)"
    )
    switches = PoolStepper(IMAGE).switches.ravel()
    assert places == ["{}, {}".format(*divmod(int(k), 6)) for k in switches]


def test_padding_shows_what_it_stands_for(open_stepper):
    reader = open_stepper({"kernel_size": 3, "stride": 1, "padding": 1})
    padding = reader.box.locator("table[aria-label=image] td.cnnlab-padding")
    for operation, text in {"max": "−∞", "average": "", "L2": "0"}.items():
        reader.choose("Operation", operation)
        assert set(padding.all_inner_texts()) == {text}
    reader.choose("Operation", "average")
    reader.choose("Average over", "padding too")
    assert set(padding.all_inner_texts()) == {"0"}


@pytest.mark.parametrize(
    ("label", "choice", "traits"),
    [
        ("Operation", "average", {"operation": "average"}),
        ("Operation", "L2", {"operation": "l2"}),
        ("Window", "3", {"kernel_size": 3}),
        ("Stride", "1", {"stride": 1}),
        ("Padding", "1", {"padding": 1}),
        ("Padding", "same", {"padding": "same"}),
        ("Padding", "full", {"padding": "full"}),
        ("Direction", "unpool", {"direction": "unpool"}),
        ("Direction", "backward", {"direction": "backward"}),
    ],
)
def test_setting(open_stepper, label, choice, traits):
    reader, twin = open_stepper(), PoolStepper(IMAGE, **traits)
    reader.choose(label, choice)
    reader.shows(twin)
    reader.tab_to("Position")
    reader.press("End")
    twin.position = twin.output.size - 1
    reader.shows(twin)


def test_a_setting_keeps_the_focus(open_stepper):
    reader, twin = open_stepper(), PoolStepper(IMAGE)
    reader.tab_to("Operation")
    reader.press("a")
    twin.operation = "average"
    reader.shows(twin)
    reader.press("ArrowDown")
    twin.operation = "l2"
    reader.shows(twin)
    reader.tab_to("Direction")


@pytest.mark.parametrize("operation", ["average", "L2"])
def test_what_can_not_be_unpooled(open_stepper, operation):
    reader, twin = open_stepper(), PoolStepper(IMAGE, operation=operation.lower())
    reader.choose("Operation", operation)
    reader.choose("Direction", "unpool")
    assert reader.message == (
        f"Unpooling puts each value back to its switch, and {operation} pooling has none: its "
        "value comes from every cell of the window. Nothing was changed."
    )
    assert reader.chosen("Direction") == "forward"
    reader.shows(twin)
    reader.choose("Operation", "max")
    reader.choose("Direction", "unpool")
    assert reader.message == ""
    reader.choose("Operation", operation)
    assert "Nothing was changed." in reader.message
    assert reader.chosen("Operation") == "max"
    reader.shows(PoolStepper(IMAGE, direction="unpool"))


def test_setting_with_which_nothing_fits(open_stepper):
    reader, twin = open_stepper(), PoolStepper(IMAGE)
    reader.choose("Padding", "2")
    assert reader.message == (
        "Some window would hold padding only, and have nothing to pool: "
        "take less padding or a larger window. Nothing was changed."
    )
    assert reader.chosen("Padding") == "0 (valid)"
    reader.shows(twin)


def test_a_window_that_is_larger_than_the_image(open_stepper):
    reader = open_stepper({"kernel_size": (4, 2), "padding": ((0, 0), (0, 1)), "stride": 2})
    assert reader.chosen("Window") == "4 × 2"
    reader.choose("Padding", "0 (valid)")
    reader.tab_to("image row 0 column 0")
    twin = PoolStepper(IMAGE, (4, 2), stride=2)
    reader.shows(twin)
    reader.choose("Window", "4")
    twin.kernel_size = 4
    reader.shows(twin)


def test_edit_a_cell_by_keyboard(open_stepper):
    reader, twin = open_stepper(), PoolStepper(IMAGE)
    reader.tab_to("image row 0 column 0")
    reader.press("ArrowDown", "ArrowRight")
    reader.page.keyboard.type("-2,5")
    reader.press("Enter")
    changed = np.array(IMAGE, float)
    changed[1, 1] = -2.5
    twin.image = changed
    reader.shows(twin, changes="1 of 6 outputs and 1 of 6 switches")
    assert reader.cells("cnnlab-changed", "output") == [[0, 0]]
    assert reader.cells("cnnlab-changed", "switches") == [[0, 0]]
    reader.press("Escape")
    reader.page.keyboard.type("abc")
    reader.press("Enter")
    assert "“abc” is not a number; the cell keeps −2.5" in reader.message
    assert reader.box.locator(".cnnlab-grid > .cnnlab-beside").count() == 1
    reader.tab_to("Position")
    reader.press("ArrowRight")
    twin.position = 1
    reader.shows(twin)
    assert reader.cells("cnnlab-changed", "output") == []
    assert reader.box.locator(".cnnlab-beside").count() == 0


def test_on_the_way_back_the_image_is_fixed_and_the_gradient_can_be_edited(open_stepper):
    options = {"stride": 1, "direction": "backward", "position": 7}
    reader, twin = open_stepper(options), PoolStepper(IMAGE, **options)
    assert reader.box.locator("table[aria-label=image] input").count() == 0
    reader.tab_to("output gradient row 0 column 0")
    reader.press("ArrowDown", "ArrowRight")
    reader.page.keyboard.type("-3")
    reader.press("Enter")
    gradient = np.ones((3, 5))
    gradient[1, 1] = -3
    twin.gradient = gradient
    reader.shows(twin, changes="1 of 24 cells of the input gradient")
    assert reader.cells("cnnlab-changed", "input gradient") == [[1, 1]]
    reader.choose("Operation", "L2")
    twin.operation = "l2"
    reader.shows(twin)
    reader.choose("Stride", "2")  # another shape: ones again
    twin.stride = 2
    assert twin.gradient is None
    reader.shows(twin)


def test_click_an_output_cell_and_go_on_by_key(open_stepper):
    reader, twin = open_stepper(), PoolStepper(IMAGE)
    for name, cell in {"output": 4, "switches": 1}.items():
        reader.box.locator(f"table[aria-label={name}] td").nth(cell).click()
        twin.position = cell
        reader.shows(twin)
    reader.press("ArrowRight")
    twin.position = 2
    reader.shows(twin)


def test_reset(open_stepper):
    reader, twin = open_stepper(), PoolStepper(IMAGE)
    reader.choose("Operation", "average")
    reader.choose("Direction", "backward")
    reader.choose("Window", "3")
    reader.tab_to("Position")
    reader.press("End")
    reader.box.get_by_role("button", name="Reset").click()
    reader.shows(twin)
    assert reader.chosen("Window") == "2"


def test_play_to_the_end_stops(open_stepper):
    reader, twin = open_stepper(), PoolStepper(IMAGE)
    reader.tab_to("Position")
    reader.press("9", "Space")
    reader.box.get_by_role("button", name="Pause").wait_for()
    reader.box.get_by_role("button", name="Play", exact=True).wait_for()
    twin.position = 5
    reader.shows(twin)


def test_a_stepper_offers_no_more_than_it_was_told_to(hold):
    reader = PoolReader(hold(PoolStepper(IMAGE, controls=[])))
    help_text = reader.box.locator(".cnnlab-help")
    assert reader.box.locator("select, td input").count() == 0
    assert reader.box.get_by_role("button", name="Reset").count() == 0
    assert "In a grid" not in help_text.inner_text()
    reader.tab_to("Position")
    reader.press("ArrowRight")
    reader.shows(PoolStepper(IMAGE, position=1))
    reader.page.evaluate("() => model.set('controls', ['cells', 'stride'])")
    assert reader.box.locator("select").count() == 1
    assert reader.box.locator("table[aria-label=image] input").count() == 24
    assert "In a grid" in help_text.inner_text()
    reader.page.evaluate("() => model.set('views', ['output'])")
    assert "In a grid" not in help_text.inner_text()


def test_what_python_sets_is_drawn(hold):
    page = hold(PoolStepper(IMAGE))
    reader, twin = PoolReader(page), PoolStepper(IMAGE)
    for name, value in {
        "position": 3,
        "stride": 1,
        "operation": "average",
        "kernel_size": [2, 3],
        "padding": [[1, 0], [0, 1]],
        "count_padding": True,
        "direction": "backward",
        "gradient": np.arange(20).reshape(4, 5).tolist(),
        "image": (np.array(IMAGE)[::-1] * 2).tolist(),
    }.items():
        setattr(twin, name, value)
        page.evaluate("([name, value]) => model.set(name, value)", [name, value])
        reader.shows(twin)
    # two that need each other, one after the other: nothing breaks on the way
    page.evaluate("() => { model.set('kernel_size', 7); model.set('padding', 3); }")
    with twin.hold_trait_notifications():
        twin.kernel_size, twin.padding = 7, 3
    reader.shows(twin)
    page.evaluate("() => stop()")
    assert page.evaluate("() => model.listeners()") == 0
    assert page.locator(".cnnlab").count() == 0
