"""Three networks and a digit on a page of their own, worked by keyboard and by mouse."""

import pytest
from reader import PHONE, Reader

from cnnlab.widgets import InvarianceExplorer

pytestmark = pytest.mark.browser

READ = """(box) => {
  const copy = new OffscreenCanvas(20, 20).getContext("2d", { willReadFrequently: true });
  copy.drawImage(box.querySelector("canvas"), 0, 0);
  return {
    said: [...box.querySelectorAll(".cnnlab-invariance-said")].map((one) => one.textContent),
    chances: [...box.querySelectorAll(".cnnlab-invariance-bars")].map((list) =>
      [...list.querySelectorAll(".cnnlab-invariance-chance")].map((one) => one.textContent)),
    told: box.querySelector(".cnnlab-now").textContent,
    seen: box.querySelector("canvas").ariaLabel,
    greys: [...copy.getImageData(0, 0, 20, 20).data].filter((_, k) => k % 4 === 0),
  };
}"""


def agree(reader, twin):
    """Compare all that the page shows with the Python twin."""
    shown = reader.box.evaluate(READ)
    found = twin.answers
    marks = ["✓ right" if answer.best == twin.label else "✗ wrong" for answer in found]
    assert shown["said"] == [f"{a.best}{mark}" for a, mark in zip(found, marks, strict=True)]
    for texts, answer in zip(shown["chances"], found, strict=True):
        assert texts == [f"{int(100 * chance + 0.5)} %" for chance in answer.chances]
    assert reader.heard == shown["told"] == twin.sentence()
    assert shown["seen"] in twin.sentence()
    greys = (255 * twin.image).ravel()
    assert max(abs(a - b) for a, b in zip(shown["greys"], greys, strict=True)) <= 0.501


def test_arrows_move_the_digit_and_home_puts_it_back(open_widgets):
    twin = InvarianceExplorer()
    reader = Reader(open_widgets(twin))
    agree(reader, twin)
    reader.box.locator("canvas").focus()
    reader.press("ArrowRight", "ArrowRight", "ArrowUp")
    twin.right, twin.down = 2, -1
    agree(reader, twin)
    reader.press(*["ArrowLeft"] * 12)  # as far as it goes
    twin.right = -6
    agree(reader, twin)
    reader.press("Home")
    twin.right = twin.down = 0
    agree(reader, twin)


def test_sliders_and_lists(open_widgets):
    twin = InvarianceExplorer()
    reader = Reader(open_widgets(twin))
    reader.tab_to("Turn")
    reader.press("ArrowRight", "ArrowRight")
    twin.turn = 10
    agree(reader, twin)
    reader.tab_to("Zoom")
    reader.press("ArrowLeft")
    twin.zoom = 95
    agree(reader, twin)
    reader.control("Digit").select_option(label="a 6")
    twin.digit = 12
    agree(reader, twin)
    reader.control("Trained with moves").click()
    twin.training = "moved"
    agree(reader, twin)
    assert reader.control("Trained with moves").get_attribute("aria-pressed") == "true"
    reader.control("Reset").click()
    agree(reader, InvarianceExplorer())


def test_the_digit_can_be_dragged(open_widgets):
    twin = InvarianceExplorer()
    page = open_widgets(twin)
    reader = Reader(page)
    box = reader.box.locator("canvas").bounding_box()
    cell = box["width"] / 20
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 3 * cell, middle[1] - 2 * cell)
    page.mouse.up()
    page.mouse.move(*middle)  # it stays where it was let go
    twin.right, twin.down = 3, -2
    agree(reader, twin)


def test_a_page_offers_what_it_wants(open_widgets):
    twin = InvarianceExplorer(controls=["turn"])
    reader = Reader(open_widgets(twin, **PHONE))
    assert not reader.control("To the right").is_visible()
    assert not reader.control("Digit").is_visible()
    canvas = reader.box.locator("canvas")
    canvas.focus()
    reader.press("ArrowRight")
    agree(reader, twin)
    assert canvas.get_attribute("tabindex") is None
    assert canvas.evaluate("(node) => getComputedStyle(node).touchAction") == "auto"


def test_the_right_bar_is_seen_in_forced_colours(open_widgets):
    reader = Reader(open_widgets(InvarianceExplorer(), forced_colors="active"))
    bar = reader.box.locator(".cnnlab-invariance-bar")
    right = reader.box.locator(".cnnlab-invariance-right .cnnlab-invariance-bar").first
    colours = [
        one.evaluate("(node) => getComputedStyle(node).backgroundColor")
        for one in (right, bar.last, reader.box)
    ]
    assert len(set(colours)) == 3


def test_what_python_sets_is_drawn(hold):
    page = hold(InvarianceExplorer())
    page.evaluate("() => model.set('right', 2)")
    agree(Reader(page), InvarianceExplorer(right=2))
    page.evaluate("() => model.set('controls', [])")
    assert not Reader(page).control("Turn").is_visible()
    page.evaluate("() => stop()")
    assert page.evaluate("() => model.listeners()") == 0
