"""The stepper in a real JupyterLab, with a live kernel."""

import pytest

from cnnlab.widgets import ConvStepper

pytestmark = pytest.mark.browser

IMAGE = [[1, 2, 3, 4], [5, 6, 7, 8], [9, 8, 7, 6]]
KERNEL = [[1, 0], [0, -1]]
CELLS = [
    f"from cnnlab.widgets import ConvStepper\nstepper = ConvStepper({IMAGE}, {KERNEL})\nstepper",
    "print('position', stepper.position, 'stride', stepper.stride)",
    "stepper.position = 3",
    "stepper.kernel = [[2, 2], [2, 2]]",
]


@pytest.fixture
def lab(open_lab):
    return open_lab(CELLS)


@pytest.fixture
def twin():
    return ConvStepper(IMAGE, KERNEL)


def wait_for(lab, sentence):
    lab.page.wait_for_function(
        "([node, text]) => node.textContent === text",
        arg=[lab.widget.locator("[aria-live=polite]").element_handle(), sentence],
    )


def test_both_directions(lab, twin):
    lab.run(0)
    assert lab.heard == twin.sentence()
    # from the widget to Python
    lab.widget.get_by_label("Position", exact=True).focus()
    for _ in range(5):
        lab.page.keyboard.press("ArrowRight")
    lab.run(1)
    assert lab.printed == "position 5 stride 1"
    lab.widget.get_by_label("Stride", exact=True).select_option(label="2")
    lab.run(1)
    assert lab.printed == "position 1 stride 2"
    lab.widget.get_by_role("button", name="Reset").click()
    # from Python to the widget
    lab.run(2)
    twin.position = 3
    wait_for(lab, twin.sentence())
    lab.run(3)
    twin.kernel = [[2, 2], [2, 2]]
    wait_for(lab, twin.sentence())


def test_two_views_of_one_widget_move_together(lab, twin):
    lab.run(0)
    lab.cell(1).locator(".cm-content").click()
    lab.page.keyboard.press("Control+a")
    lab.page.keyboard.type("stepper")
    lab.run(1)
    lab.widget.get_by_label("Position", exact=True).focus()
    lab.page.keyboard.press("End")
    twin.position = 5
    other = lab.cell(1).locator(".cnnlab [aria-live=polite]")
    lab.page.wait_for_function(
        "([node, text]) => node.textContent === text", arg=[other.element_handle(), twin.sentence()]
    )


def test_restart_is_told_and_mended_by_running_the_cell(lab, twin):
    lab.run(0)
    lab.restart()
    notice = lab.widget.locator(".cnnlab-message", has_text="The kernel was restarted")
    notice.wait_for()
    # it still steps by itself, and the notice stays
    lab.widget.get_by_label("Position", exact=True).focus()
    lab.page.keyboard.press("ArrowRight")
    twin.position = 1
    wait_for(lab, twin.sentence())
    assert notice.is_visible()
    lab.run(0)
    assert lab.widget.locator(".cnnlab-message", has_text="restarted").count() == 0
    lab.run(2)
    twin.position = 3
    wait_for(lab, twin.sentence())


def test_reopened_with_the_kernel_alive(lab, twin):
    lab.run(0)
    lab.run(2)
    lab.save()
    lab.open()
    twin.position = 3
    lab.widget.wait_for()
    assert lab.heard == twin.sentence()


@pytest.mark.parametrize("restarted_first", [False, True])
def test_reopened_on_another_day(lab, twin, restarted_first):
    lab.run(0)
    if restarted_first:
        lab.restart()
    lab.save()
    lab.page.context.close()
    lab.page = None
    lab.stop_kernels()
    lab.open()
    output = lab.cell(0).locator(".jp-OutputArea-output")
    picture = output.locator("img")
    picture.wait_for()
    assert picture.get_attribute("alt") == twin.sentence()
    assert "Run the cell" in output.text_content()
    assert "model not found" not in output.text_content()
    lab.run(0)
    lab.widget.wait_for()
    assert lab.heard == twin.sentence()


@pytest.mark.parametrize(
    "place", ["button[aria-label='Step forward']", "table[aria-label=output] td"]
)
def test_keys_after_a_click_go_to_the_widget_and_not_to_the_notebook(lab, twin, place):
    lab.run(0)
    lab.page.keyboard.press("Escape")
    cells = lab.page.locator(".jp-Notebook .jp-CodeCell").count()
    lab.widget.locator(place).last.click()
    lab.page.keyboard.press("Home")
    wait_for(lab, twin.sentence())
    lab.page.keyboard.press("ArrowRight")
    twin.position = 1
    wait_for(lab, twin.sentence())
    lab.page.keyboard.type("dd")  # JupyterLab: delete the cell
    lab.page.wait_for_timeout(300)
    assert lab.page.locator(".jp-Notebook .jp-CodeCell").count() == cells
    assert lab.heard == twin.sentence()
