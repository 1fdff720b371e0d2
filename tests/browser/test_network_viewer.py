"""The network viewer on a page of its own: worked by keys and finger, and held to cnnlab's numbers.

Nothing here asserts a time: what is computed is waited for.
"""

import base64
import functools
import io
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect
from reader import PHONE, Reader, violations_in_every_look
from test_playground import BAD_FILES, SEND_TEXT

from cnnlab.nn import inspect
from cnnlab.nn.losses import softmax
from cnnlab.widgets import NetworkViewer, site
from cnnlab.widgets.network_viewer import weights
from cnnlab.widgets.network_viewer.still import EXAMPLE

pytestmark = pytest.mark.browser

LIVE = ".cnnlab-widget[data-live]"


class ViewerReader(Reader):
    """One viewer."""

    def load(self):
        self.box.get_by_role("button", name="Load the network").click()
        self.box.locator(".cnnlab-viewer-about").wait_for()

    def tell(self, text):
        expect(self.box.locator("[aria-live=polite]")).to_contain_text(text)

    @property
    def guesses(self):
        """The five names, and what stands beside each."""
        rows = self.box.locator(".cnnlab-viewer-guess:visible")
        return [tuple(row.locator("> span").all_text_contents()[:2]) for row in rows.all()]

    def pixels(self):
        """What the network looks at, as bytes of shape (H, W, 3)."""
        address = self.box.locator(".cnnlab-viewer-plate canvas").first.evaluate(
            "(canvas) => canvas.toDataURL()"
        )
        data = base64.b64decode(address.partition(",")[2])
        return np.array(Image.open(io.BytesIO(data)).convert("RGB"))

    def open(self, name, data):
        file = {"name": name, "mimeType": "image/png", "buffer": data}
        self.box.locator("input[type=file]").set_input_files(file)


@functools.cache
def network():
    return weights.viewed("photo")


def shown(share):
    value = 100 * share
    return f"{'< 1' if 0 < value < 1 else int(value + 0.5)} %".replace(" ", "\u00a0")


def expected(pixels, covered=None):
    """The chances that Python gives for what the page looks at."""
    x = network().prepare(pixels)
    if covered:
        x[:, :, covered[0], covered[1]] = 0
    return softmax(network()(x))[0]


@pytest.fixture
def open_viewer(open_widgets):
    return lambda **traits: ViewerReader(open_widgets(NetworkViewer(**traits)))


@pytest.fixture
def reader(open_viewer):
    found = open_viewer()
    found.load()
    return found


def picture():
    """Write a photograph that is no square, as a PNG."""
    file = io.BytesIO()
    rng = np.random.default_rng(3)
    small = Image.fromarray(rng.integers(0, 256, (9, 12, 3)).astype(np.uint8))
    small.resize((640, 480), Image.Resampling.BICUBIC).save(file, "png")
    return file.getvalue()


def test_before_it_is_loaded_the_example_stands_there(open_viewer):
    reader = open_viewer()
    assert reader.guesses == [(name, shown(share)) for name, share in EXAMPLE["top"]]
    now = reader.box.locator(".cnnlab-now")
    assert now.text_content() == EXAMPLE["told"]
    assert now.get_attribute("aria-hidden") is None  # it was not said yet
    assert not reader.box.locator(".cnnlab-viewer-about").is_visible()


def test_the_first_photograph_is_what_python_sees(reader):
    chances = expected(reader.pixels())
    best = np.argsort(-chances)[:5]
    names = [network().classes[k] for k in best]
    assert reader.guesses == [
        (name, shown(chances[k])) for name, k in zip(names, best, strict=True)
    ]
    assert reader.heard.startswith(f"espresso, {round(100 * chances[967])}")


def test_the_readers_own_photograph(reader):
    reader.open("mine.png", picture())
    expect(reader.box.locator(".cnnlab-now")).not_to_contain_text("espresso")
    seen = reader.pixels()
    chances = expected(seen)
    assert reader.guesses[0] == (network().classes[chances.argmax()], shown(chances.max()))
    assert (
        np.abs(
            seen.astype(float) - network().crop(np.array(Image.open(io.BytesIO(picture()))))
        ).mean()
        < 2
    )
    reader.tab_to("Reset")
    reader.press("Enter")
    expect(reader.box.locator(".cnnlab-now")).to_contain_text("espresso")


def test_the_readers_own_photograph_has_no_scores_of_another(open_viewer):
    reader = open_viewer()
    reader.open("mine.png", picture())
    expect(reader.box.locator(".cnnlab-now")).to_have_text(
        "Load the network to see what it makes of your picture."
    )
    assert reader.guesses == []


def test_what_was_seen_in_the_picture_before_is_not_told(reader):
    """One is looked at while the next comes."""
    told = reader.box.evaluate(
        """(box) => new Promise((done) => {
          const [canvas, now, list] = [".cnnlab-viewer-plate canvas", ".cnnlab-now", "select"]
            .map((one) => box.querySelector(one));
          const before = canvas.toDataURL();
          const told = new Set();
          new MutationObserver(() => {
            if (canvas.toDataURL() === before) return;
            told.add(now.textContent);
            if (!now.textContent.includes("espresso")) done([...told]);
          }).observe(now, { childList: true });
          list.value = JSON.stringify("camera");
          const buttons = [...box.querySelectorAll("button")];
          buttons.find(({ textContent }) => textContent === "Cover a part").click();
          list.dispatchEvent(new Event("change"));
        })"""
    )
    assert len(told) == 1
    assert told[0].startswith("tripod")


@pytest.mark.parametrize("way", ["paste", "drop"])
def test_a_photograph_can_be_pasted_or_dropped_and_a_link_is_none(reader, way):
    canvas = reader.box.get_by_role("application", name="The picture")
    assert canvas.evaluate(SEND_TEXT, [way, "text/uri-list"]) is False
    assert reader.message.startswith("There is no picture in what came. The picture stays")
    canvas.evaluate(
        """async (node, [way, data]) => {
          const blob = await (await fetch(`data:image/png;base64,${data}`)).blob();
          const transfer = new DataTransfer();
          transfer.items.add(new File([blob], "mine.png", { type: "image/png" }));
          const options = { bubbles: true, cancelable: true };
          node.dispatchEvent(way === "drop"
            ? new DragEvent("drop", { ...options, dataTransfer: transfer })
            : new ClipboardEvent("paste", { ...options, clipboardData: transfer }));
        }""",
        [way, base64.b64encode(picture()).decode()],
    )
    expect(reader.box.locator(".cnnlab-now")).not_to_contain_text("espresso")


def test_a_bad_file_gets_a_sentence_and_the_picture_stays(reader):
    before, guesses = reader.pixels(), reader.guesses
    for name, (data, message) in BAD_FILES.items():
        reader.open(name, data)
        reader.box.get_by_role("alert").get_by_text(f"“{name}”").wait_for()
        assert message in reader.message, name
        assert np.array_equal(reader.pixels(), before), name
        assert reader.guesses == guesses
    assert reader.page.title() == "Widgets"  # no script of a file ran


def test_layer_by_layer_with_the_keyboard(reader):
    reader.box.locator(".cnnlab-viewer-about").click()
    reader.press("Home")
    assert reader.heard.startswith("stem: 32 maps of 112 × 112; 3 × 3 filters over the picture")
    for name in weights.names("photo")[1:4]:
        reader.press("ArrowRight")
        assert reader.heard.startswith(f"{name}: ")
    reader.press("ArrowLeft")
    assert reader.heard.startswith("block1.project: 16 maps of 112 × 112; each a weighted sum of")
    reader.press("End")
    assert reader.heard.startswith("scores: 1000 numbers")


def test_a_unit_its_value_and_its_window(open_viewer):
    reader = open_viewer(layer="block3.depthwise", channel=7, place=(20, 30))
    reader.load()
    x = network().prepare(reader.pixels())
    last = "block3.branch.depthwise.relu"
    maps = inspect.activations(network(), x, [last])[last][0, 7]
    rows, columns = inspect.field(network(), (21, 31), layer=last)
    reader.tab_to("One map: the arrow keys move to another unit, with Shift by 5")
    reader.press("ArrowDown", "ArrowRight")
    value, told = reader.heard.split(": ", 1)[1].split(". It sees ")
    assert float(value.replace("−", "-")) == pytest.approx(maps[21, 31], rel=0.01, abs=1e-3)
    size = f"{rows.stop - rows.start} × {columns.stop - columns.start}"
    assert told == f"{size} of the picture's cells, from row {rows.start}, column {columns.start}."
    found = inspect.top_patches(network(), x, 7, layer=last, count=5, apart=8)
    values = reader.texts(".cnnlab-viewer-patches span")
    assert [float(v) for v in values] == pytest.approx([one.value for one in found], rel=0.01)
    third = reader.box.locator(".cnnlab-viewer-patch").nth(2)
    third.focus()
    reader.press("Enter")
    row, column = found[2].place
    assert reader.heard.startswith(f"Map 7, row {row}, column {column}: {values[2]}. It sees ")
    expect(third).to_have_attribute("aria-pressed", "true")


def test_a_part_covered_by_keys_and_by_finger(reader):
    before = expected(reader.pixels())
    reader.tab_to("Cover a part")
    reader.press("Enter")
    reader.tell("With this part covered, espresso goes from")
    window = (slice(80, 144), slice(80, 144))
    after = expected(reader.pixels(), window)
    assert reader.guesses[0] == ("espresso", f"{shown(before[967])} → {shown(after[967])}")
    box = reader.box.get_by_role("application", name="The picture").bounding_box()
    at = [box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.4]
    reader.page.mouse.move(*at)
    reader.page.mouse.down()
    reader.page.mouse.move(at[0] + 5, at[1], steps=3)
    reader.page.mouse.up()
    place = reader.box.locator(".cnnlab-viewer-cover").evaluate(
        "({ style }) => [style.top, style.left].map((part) => Math.round(2.24 * parseFloat(part)))"
    )
    assert place != [80, 80]
    after = expected(reader.pixels(), tuple(slice(p, p + 64) for p in place))
    told = ("espresso", f"{shown(before[967])} → {shown(after[967])}")
    expect(reader.box.locator(".cnnlab-viewer-share").first).to_have_text(told[1])


def test_another_class_has_another_map(reader):
    name = reader.guesses[1][0]
    reader.control("Class map").click()
    expect(reader.box.locator(".cnnlab-now")).not_to_contain_text("Most of the score")
    reader.box.get_by_role("button", name=name).first.click()
    expect(reader.box.locator(".cnnlab-now")).to_contain_text(
        f"Most of the score for {name} was collected in"
    )
    reader.tell(f"Most of the score for {name} was collected in")
    reader.box.locator(".cnnlab-viewer-about").click()
    reader.press("End")
    field = reader.control("Number")
    field.fill("5")
    field.press("Enter")
    assert reader.heard.startswith("Number 5 (")


def test_a_finger_that_scrolls_picks_no_map(open_widgets):
    reader = ViewerReader(open_widgets(NetworkViewer(network="digit"), **PHONE))
    reader.load()
    maps = reader.box.get_by_role("application", name="The maps of this layer")
    maps.scroll_into_view_if_needed()
    shown = reader.control("Map").input_value()
    size = maps.bounding_box()
    x, y = size["x"] + size["width"] * 0.75, size["y"] + size["height"] / 2
    maps.evaluate(
        """(canvas, [clientX, clientY]) => {
          const at = { pointerType: "touch", buttons: 1, clientX, clientY, bubbles: true };
          for (const type of ["pointerdown", "pointermove", "pointercancel"]) {
            canvas.dispatchEvent(new PointerEvent(type, at));
          }
        }""",
        [x, y],
    )
    assert reader.control("Map").input_value() == shown
    reader.page.touchscreen.tap(x, y)
    expect(reader.control("Map")).not_to_have_value(shown)
    assert reader.heard.startswith("Map ")


def test_where_no_frame_can_be_moved_the_picture_is_no_stop(open_viewer):
    reader = open_viewer(controls=["picture"], views=["scores"])
    canvas = reader.box.get_by_role("img", name="The picture")
    assert canvas.get_attribute("tabindex") is None
    guesses = reader.box.locator(".cnnlab-viewer-guess:visible")
    assert guesses.first.get_attribute("tabindex") == "-1"
    reader.box.get_by_role("button", name="Load the network").click()
    expect(guesses.first).to_have_attribute("tabindex", "0")


def test_an_empty_sheet_is_taken_for_nothing(open_viewer):
    reader = open_viewer(network="digit")
    reader.load()
    reader.tell("A 7, ")
    reader.box.locator(".cnnlab-ink-paper").focus()
    reader.press("Delete")
    assert reader.heard == "Cleared."
    expect(reader.box.locator(".cnnlab-now")).to_have_text("Nothing is drawn yet.")


def test_a_map_that_the_layer_has_not_is_refused(open_viewer):
    reader = open_viewer(network="digit")
    reader.load()
    reader.box.locator(".cnnlab-viewer-about").click()
    reader.press("Home")
    field = reader.control("Map")
    shown = field.input_value()
    for number in ("6", "1280", "-1"):
        field.fill(number)
        field.press("Enter")
        reader.box.get_by_role("alert").get_by_text("Nothing was changed").wait_for()
        assert field.input_value() == shown
        assert "0 to" in reader.message
    field.fill("5")
    field.press("Enter")
    expect(field).to_have_value("5")


def test_a_drawing_is_read_and_the_preparation_can_be_left_out(open_viewer):
    reader = open_viewer(network="digit")
    paper = reader.box.locator(".cnnlab-ink-paper").bounding_box()
    reader.page.mouse.move(paper["x"] + 20, paper["y"] + 20)
    reader.page.mouse.down()
    reader.page.mouse.move(paper["x"] + 20, paper["y"] + 70, steps=5)
    reader.page.mouse.up()
    expect(reader.box.locator(".cnnlab-now")).to_contain_text("A 1, ")
    assert reader.box.locator(".cnnlab-ink-paper").bounding_box() == paper  # the network has come
    before = reader.pixels().sum()
    reader.tab_to("Prepare as MNIST does")
    reader.press("Enter")
    assert reader.pixels().sum() < before  # it is as small as it was drawn
    reader.box.locator(".cnnlab-viewer-about").click()
    reader.press("End")
    assert reader.heard.startswith("scores: 10 numbers")


def test_reset_keeps_the_network_that_the_reader_chose(open_viewer):
    reader = open_viewer(network="digit")
    reader.control("A photograph").click()
    reader.load()
    reader.box.locator(".cnnlab-viewer-about").click()
    reader.press("Home")
    reader.control("Reset").click()
    expect(reader.box.locator(".cnnlab-viewer-about")).to_contain_text("head: 1280 maps")


def test_a_cover_changes_what_a_map_answers_not_which_map_is_shown(open_viewer):
    reader = open_viewer(network="digit")
    reader.load()
    shown = reader.control("Map").input_value()
    reader.tab_to("Cover a part")
    reader.press("Enter")
    reader.tell("With this part covered")
    reader.tab_to("The picture: the arrow keys move the frame, with Shift by 5")
    for _ in range(3):
        reader.press("Shift+ArrowUp")
        assert reader.control("Map").input_value() == shown


def test_all_can_use_it(reader):
    reader.box.get_by_role("button", name="Cover a part").click()
    reader.tell("With this part covered")
    assert violations_in_every_look(reader.page) == {}


def test_on_a_phone_nothing_sticks_out(open_widgets):
    reader = ViewerReader(open_widgets(NetworkViewer(layer="block3.expand"), **PHONE))
    reader.load()
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= 390


PAPER = (
    "Draw a digit: the arrow keys move the pen, Space lowers and lifts it, "
    "Backspace takes a stroke back, Delete all"
)


def in_notebook(**traits):
    """A viewer as a notebook's front end gets it: with its photograph."""
    viewer = NetworkViewer(**traits)
    state = viewer.state() | {"photo": viewer.photo}
    return SimpleNamespace(_module=viewer._module, state=lambda: state)


def test_what_python_sets_is_drawn_and_a_closed_view_is_gone(hold):
    page = hold(in_notebook())
    page.evaluate(
        "() => Object.entries({ network: 'digit', layer: 'C3', covered: [9, 9] })"
        ".forEach((one) => model.set(...one))"
    )
    assert page.locator(".cnnlab-ink-paper").is_visible()
    page.evaluate("() => stop()")
    assert page.evaluate("() => model.listeners()") == 0
    assert page.locator(".cnnlab").count() == 0


ANSWER = """([kind, header, text]) => {
  const hearing = new Set();
  const { on, off } = model;
  const own = (event) => event === "msg:custom";
  model.on = (event, handler) => own(event) ? hearing.add(handler) : on(event, handler);
  model.off = (event, handler) => own(event) ? hearing.delete(handler) : off(event, handler);
  model.send = ({ wanted }) => setTimeout(() => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const told = text ? { network: wanted, header } : { refused: "Install the weights." };
    for (const handler of [...hearing]) handler(told, [new DataView(bytes.buffer)]);
  });
}"""


def test_python_gives_the_network(hold):
    page = hold(in_notebook(network="digit"))
    reader, packed = ViewerReader(page), weights.packed("digit")
    page.evaluate(ANSWER, ["digit", {}, ""])
    reader.box.get_by_role("button", name="Load the network").click()
    expect(reader.box.locator("[role=alert]")).to_have_text("Install the weights.")
    page.evaluate(ANSWER, ["digit", packed.header, base64.b64encode(packed.content()).decode()])
    reader.load()
    reader.tell("A 7, 100")


def test_a_drawing_is_read_though_the_photographs_network_is_on_its_way(hold):
    """Python answers for the photographs last."""
    page = hold(in_notebook())
    reader, packed = ViewerReader(page), weights.packed("digit")
    page.evaluate(ANSWER, ["digit", packed.header, base64.b64encode(packed.content()).decode()])
    page.evaluate(
        """() => {
          const send = model.send;
          model.send = (content) => content.wanted === "digit" && send(content);
        }"""
    )
    load = reader.box.locator(".cnnlab-viewer-load")
    load.click()
    expect(load).to_have_text("Loading: 0\u00a0%")
    reader.control("A drawn digit").click()
    assert load.text_content().startswith("Load the network (70 kB")
    expect(load).to_have_attribute("aria-disabled", "false")
    reader.tab_to(PAPER)
    reader.press("Delete", " ", *["ArrowDown"] * 6, " ")
    reader.tell("A 1, ")
    reader.control("A photograph").click()
    expect(load).to_have_text("Loading: 0\u00a0%")


@pytest.fixture
def folder(tmp_path):
    """Write a page whose scripts lie beside it, as in the book."""
    tag = '<script async src="_static/cnnlab-widgets.js?v=1"></script>'
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Viewer</title>'
    page = f"{head}<main>{NetworkViewer().static_html()}</main>{tag}</html>"
    (tmp_path / "_static").mkdir()
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    scripts = {"cnnlab-widgets.js": site.script()} | weights.scripts("photo")
    for name, text in scripts.items():
        (tmp_path / "_static" / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("over", ["http", "file"])
def test_the_network_comes_once_it_is_asked_for(pages, folder, over):
    address = "http://book.invalid/" if over == "http" else folder.as_uri() + "/"
    page = pages.borrow(address)
    asked = []

    def serve(route):
        name = route.request.url.removeprefix(address).partition("?")[0]
        asked.append(name)
        if over == "file":
            route.continue_()
        elif name == "favicon.ico":
            route.fulfill(status=204)
        else:
            route.fulfill(path=folder / name)

    page.route(f"{address}**", serve)
    page.goto(f"{address}page.html")
    reader = ViewerReader(page, LIVE)
    assert not any("photo" in name for name in asked)
    reader.load()
    assert sum("photo" in name for name in asked) == len(weights.scripts("photo"))
    assert reader.guesses[0][0] == "espresso"
    assert (page.errors, page.outside) == ([], [])
    page.unroute_all()
    pages.give_back(page)


def test_a_network_that_does_not_come_is_told_and_asked_for_again(pages, folder):
    part = folder / "_static" / "cnnlab-photo-3.js"
    part.rename(folder / "kept.js")
    page = pages.borrow(folder.as_uri())
    page.goto((folder / "page.html").as_uri())
    reader = ViewerReader(page, LIVE)
    reader.box.get_by_role("button", name="Load the network").click()
    alert = reader.box.locator("[role=alert]")
    expect(alert).to_contain_text("The network did not come (cnnlab-photo-3.js)")
    (folder / "kept.js").rename(part)
    reader.load()
    assert reader.guesses[0][0] == "espresso"
    assert reader.message == ""
    pages.give_back(page)


@pytest.mark.parametrize("text", ["<!doctype html><title>Log in</title>", "let other = 1;", ""])
def test_a_network_that_can_not_be_read_is_told_and_asked_for_again(pages, folder, text):
    """What a hotspot answers in its place, for one."""
    part = folder / "_static" / "cnnlab-photo-1.js"
    kept = part.read_text(encoding="utf-8")
    part.write_text(text, encoding="utf-8")
    page = pages.borrow(folder.as_uri())
    page.goto((folder / "page.html").as_uri())
    reader = ViewerReader(page, LIVE)
    load = reader.box.locator(".cnnlab-viewer-load")
    load.click()
    alert = reader.box.locator("[role=alert]")
    expect(alert).to_contain_text("The network can't be read: something else came. Look for")
    expect(load).to_have_attribute("aria-disabled", "false")
    assert load.text_content().startswith("Load the network")
    part.write_text(kept, encoding="utf-8")
    reader.load()
    assert reader.guesses[0][0] == "espresso"
    assert reader.message == ""
    assert [error for error in page.errors if "Unexpected token" not in error] == []
    pages.give_back(page)
