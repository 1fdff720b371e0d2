"""The widgets in one real JupyterLab, with a live kernel: the gallery, as a student has it open."""

import html
import json
import re
from pathlib import Path

import nbformat
import pytest
from memory import Memory
from playwright.sync_api import expect
from reader import speaks

pytestmark = pytest.mark.browser

NAME = "gallery.ipynb"
ORIGINAL = Path(__file__).resolve().parents[2] / "notebooks" / NAME
CAPTION = re.compile(r"<figcaption>(.*?)</figcaption>", re.DOTALL)
ALT = re.compile(r'<img[^>]* alt="(.*?)"', re.DOTALL)
SAID = re.compile(r'<p class="cnnlab-(?:now|spoken)">(.*?)</p>', re.DOTALL)

# A cell above the gallery's own, and three below. Out holds what a cell has shown.
FORGET = "Out.clear()"
SHOWN = """from cnnlab.widgets._shared.base import LabWidget
shown = [value for _, value in sorted(Out.items()) if isinstance(value, LabWidget)]

def changed(widget):
    first, now = widget._initial, widget.state()
    return {name: first[name] for name in now if now[name] != first[name]}

"""
TELL = """import json
print(json.dumps([sorted(changed(widget)) for widget in shown]))"""
BRING_BACK = """for widget in shown:
    with widget.hold_trait_notifications():
        for name, value in changed(widget).items():
            setattr(widget, name, value)"""
SHOW_AGAIN = "display(*shown)"
TOLD, BROUGHT_BACK = -3, -2  # which cell

RESTARTED = "The kernel was restarted"
# Python keeps every widget of a session open, and ipywidgets and anywidget keep a frame for it: 3
# nodes and 3 listeners for a widget that does nothing at all. One of ours has hundreds.
FRAME = 10


def stored_pictures(notebook):
    """Captions, text alternatives and sentences of the pictures that stand for the widgets."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    pages = ["".join(output.get("data", {}).get("text/html", "")) for output in outputs]
    page = "".join(page for page in pages if 'class="cnnlab-widget"' in page)
    return [list(map(html.unescape, part.findall(page))) for part in (CAPTION, ALT, SAID)]


@pytest.fixture(scope="module")
def lab(lab):
    """The gallery open in JupyterLab, not yet run; `lab.pictures` are those stored in it."""
    notebook = nbformat.read(ORIGINAL, 4)
    lab.pictures = stored_pictures(notebook)
    lab.count = len(lab.pictures[0])
    above, *below = map(nbformat.v4.new_code_cell, (FORGET, TELL, BRING_BACK, SHOW_AGAIN))
    for cell in below:
        cell.source = SHOWN + cell.source
    notebook.cells = [above, *notebook.cells, *below]
    nbformat.write(notebook, lab.folder / NAME)
    lab.open(NAME)
    return lab


@pytest.fixture
def gallery(lab):
    """The same with every widget alive, as it was at first: a view of each, and then another."""
    cut_off = lab.page.get_by_text(RESTARTED)
    if lab.views.count() != 2 * lab.count or cut_off.count():
        run_all(lab)
    else:
        lab.run(BROUGHT_BACK)
    return lab


def run_all(lab):
    lab.run_all()
    expect(lab.views).to_have_count(2 * lab.count)


def use(lab, first=0):
    """Work each widget by its keys, from the view of that number on; return what all show then."""
    before = lab.texts
    for view in lab.views.all()[first : first + lab.count]:
        assert speaks(view)
    after = lab.texts
    assert [k for k in range(lab.count) if before[k] == after[k]] == []
    return after


def see_pictures(lab):
    """Look for a picture in place of each widget."""
    captions, alternatives, said = lab.pictures
    stills = lab.page.locator(".jp-OutputArea-output .cnnlab-widget figure")
    stills.nth(lab.count - 1).wait_for(state="attached")
    assert stills.locator("figcaption").all_text_contents()[: lab.count] == captions
    images = stills.locator("img").all()
    assert [img.get_attribute("alt") for img in images][: len(alternatives)] == alternatives
    assert stills.locator(".cnnlab-still > p").all_text_contents()[: len(said)] == said
    assert lab.page.get_by_text("model not found").count() == 0
    assert lab.views.count() == 0


def test_a_notebook_that_has_not_run_shows_pictures(lab):
    see_pictures(lab)


def test_the_reader_and_python_see_the_same(gallery):
    first = gallery.texts
    use(gallery)
    told = json.loads(gallery.run(TOLD))
    assert len(told) == gallery.count
    assert all(told)  # each has traits that are not as they were
    gallery.run(BROUGHT_BACK)
    gallery.wait_for(first)


def test_two_views_of_one_widget_move_together(gallery):
    texts = use(gallery, first=gallery.count)
    assert texts[: gallery.count] == texts[gallery.count :]


def test_keys_after_a_click_go_to_the_widget_and_not_to_the_notebook(gallery):
    stepper, cells = gallery.views.first, gallery.cells.count()
    position = stepper.get_by_label("Position", exact=True)
    for place in ("button[aria-label='Step forward']", "table[aria-label=output] td"):
        stepper.locator(place).last.click()
        for key, moved_to in (("Home", "0"), ("ArrowRight", "1")):
            gallery.page.keyboard.press(key)
            assert position.input_value() == moved_to
        gallery.page.keyboard.type("dd")  # JupyterLab: delete the cell
    for view in gallery.views.all():
        assert speaks(view)
        gallery.page.keyboard.type("dd")
    gallery.page.wait_for_timeout(300)
    assert gallery.cells.count() == cells


def test_reopened_with_the_kernel_alive(gallery):
    texts = use(gallery)
    gallery.save()
    gallery.open(NAME)
    gallery.wait_for(texts)


def test_restart_is_told_and_mended_by_running_the_cells(gallery):
    gallery.restart()
    notices = gallery.page.get_by_text(RESTARTED)
    expect(notices).to_have_count(2 * gallery.count)
    use(gallery)  # they go on by themselves, and the notices stay
    assert notices.count() == 2 * gallery.count
    run_all(gallery)
    assert notices.count() == 0
    use(gallery)
    assert all(json.loads(gallery.run(TOLD)))


@pytest.mark.parametrize("restarted_first", [False, True])
def test_reopened_on_another_day(gallery, restarted_first):
    first = gallery.texts
    if restarted_first:
        gallery.restart()
    gallery.save()
    gallery.stop_kernels()
    gallery.open(NAME)
    see_pictures(gallery)
    assert gallery.page.get_by_text("Run the cell to use it").count() == 2 * gallery.count
    run_all(gallery)
    gallery.wait_for(first)


@pytest.mark.parametrize(
    ("first_runs", "runs", "kinds"),
    [
        (1, 2, ["jsEventListeners"]),  # nodes come to rest later
        pytest.param(5, 30, ["jsEventListeners", "nodes"], marks=pytest.mark.soak),
    ],
)
def test_running_the_cells_again_leaves_nothing_behind(gallery, first_runs, runs, kinds):
    for _ in range(first_runs):
        run_all(gallery)
    memory = Memory(gallery.page)
    before = memory.count("cnnlab")
    for _ in range(runs):
        run_all(gallery)
    after = memory.count("cnnlab")
    assert after["detached"] <= before["detached"] + FRAME * gallery.count
    for kind in kinds:
        assert after[kind] - before[kind] <= FRAME * gallery.count * runs, kind
