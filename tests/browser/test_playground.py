"""The playground on a page of its own: every number and pixel is held to cnnlab's."""

import base64
import io
import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from reader import MODEL, PHONE, Reader, module_url

from cnnlab import images, kernels
from cnnlab.conv import BORDERS
from cnnlab.widgets import KernelPlayground
from cnnlab.widgets._shared.still import picture_url
from cnnlab.widgets._shared.text import format_number

pytestmark = pytest.mark.browser

timing = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "playground.py"))
PHOTO = images.load("coins", size=(60, 80))
BUILT_IN = KernelPlayground(PHOTO)
SIGNED = "signed: orange above 0, purple below"


class PlaygroundReader(Reader):
    """One playground."""

    def settle(self):
        """Wait until what was asked for is painted."""
        self.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )

    def pixels(self, number):
        """The greys of the photograph (0) or of the filtered picture (1), or its colours."""
        self.settle()
        canvas = self.box.locator("canvas").nth(number)
        rows, columns, data = canvas.evaluate(
            """(canvas) => {
              const { height, width } = canvas;
              const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
              let text = "";
              for (let k = 0; k < data.length; k += 4096)
                text += String.fromCharCode(...data.subarray(k, k + 4096));
              return [height, width, btoa(text)];
            }"""
        )
        rgba = np.frombuffer(base64.b64decode(data), np.uint8).reshape(rows, columns, 4)
        assert (rgba[..., 3] == 255).all()
        grey = (rgba[..., :3] == rgba[..., :1]).all()
        return rgba[..., 0] if grey else rgba[..., :3]

    def choose(self, label, text):
        self.list(label).select_option(text)

    def list(self, label):
        return self.box.get_by_role("combobox", name=label, exact=True)

    def type_cell(self, row, column, text):
        self.box.get_by_label(f"kernel row {row} column {column}", exact=True).fill(text)
        self.page.keyboard.press("Enter")

    def open(self, name, data, kind="image/png"):
        self.box.locator("input[type=file]").set_input_files(
            {"name": name, "mimeType": kind, "buffer": data}
        )

    @property
    def titles(self):
        return self.box.locator(".cnnlab-photo .cnnlab-title").all_inner_texts()

    @property
    def lens(self):
        self.settle()
        return self.box.locator(".cnnlab-lens-sum").inner_text()


@pytest.fixture
def reader(open_widgets):
    return PlaygroundReader(open_widgets(BUILT_IN))


def like(**traits):
    """Python's own playground, with other traits."""
    return KernelPlayground(PHOTO, **traits)


def file(array, kind="png", **options):
    stream = io.BytesIO()
    picture = array if isinstance(array, Image.Image) else Image.fromarray(array)
    picture.save(stream, kind, **options)
    return stream.getvalue()


def test_first_pictures_are_those_of_python(reader):
    assert np.array_equal(reader.pixels(0), PHOTO)
    assert np.array_equal(reader.pixels(1), BUILT_IN.shown)
    assert reader.titles == ["Photo 60 × 80", "Filtered"]


def test_an_edited_cell_filters_anew(reader):
    reader.type_cell(0, 2, "-1/3")
    kernel = kernels.named("sobel_x")
    kernel[0, 2] = -1 / 3
    assert np.array_equal(reader.pixels(1), like(kernel=kernel).shown)
    assert reader.list("Kernel").input_value() == '"your own"'
    assert "Entries add up to −1.33" in reader.box.locator("p.cnnlab-note").inner_text()


def test_what_is_no_number_leaves_everything_as_it_was(reader):
    reader.type_cell(1, 1, "cat")
    assert "“cat” is not a number; the cell keeps 0." in reader.message
    assert reader.box.locator(".cnnlab-grid > .cnnlab-beside").inner_text() == reader.message
    assert np.array_equal(reader.pixels(1), BUILT_IN.shown)


def test_every_named_kernel(reader):
    reader.choose("Show the sums", SIGNED)
    for name in kernels.NAMES:
        reader.choose("Kernel", name)
        assert np.array_equal(reader.pixels(1), like(kernel=name, show="signed").shown), name
        assert kernels.note(name) in reader.box.locator("p.cnnlab-note").inner_text()


def test_every_border(reader):
    reader.choose("Kernel", "small_blur")
    for border in BORDERS:
        reader.choose("Border", border)
        expected = like(kernel="small_blur", border=border).shown
        assert np.array_equal(reader.pixels(1), expected), border


def test_flip_and_absolute_values(reader):
    reader.choose("Kernel", "emboss")
    reader.choose("Slide the kernel", "flipped (convolution)")
    reader.choose("Show the sums", "absolute values")
    expected = like(kernel="emboss", mode="convolution", show="absolute").shown
    assert np.array_equal(reader.pixels(1), expected)


def test_another_size_keeps_the_middle_of_the_kernel(reader):
    reader.choose("Rows", "2")
    reader.choose("Columns", "5")
    kernel = [[0, -2, 0, 2, 0], [0, -1, 0, 1, 0]]
    assert np.array_equal(reader.pixels(1), like(kernel=kernel).shown)
    reader.choose("Columns", "1")
    assert np.array_equal(reader.pixels(1), like(kernel=[[0], [0]]).shown)


def test_the_lens_by_keyboard(reader):
    canvas = reader.box.get_by_role("application")
    reader.page.keyboard.press("Tab")
    assert canvas.evaluate("(node) => node === document.activeElement")
    for key in ("ArrowDown", "Shift+ArrowRight", "ArrowLeft", "Home", "ArrowRight"):
        reader.page.keyboard.press(key)
    row, column = BUILT_IN.lens[0] + 1, 1
    value = format_number(BUILT_IN.output[row, column])
    assert reader.lens == f"9 products add up to {value}"
    assert reader.heard.startswith(f"Row {row}, column {column}: ")
    assert reader.heard.endswith(f" = {value}.")
    assert f"Lens at row {row}, column {column}" in reader.box.inner_text()
    cells = reader.box.get_by_role("table", name="window under the lens").get_by_role("cell")
    assert cells.all_inner_texts() == [str(v) for v in PHOTO[row - 1 : row + 2, 0:3].ravel()]


def test_the_lens_stays_inside_and_reads_the_border(reader):
    reader.page.keyboard.press("Tab")
    for key in ("End", *["Shift+ArrowUp"] * 6):
        reader.page.keyboard.press(key)
    for border in BORDERS:
        reader.choose("Border", border)
        value = format_number(like(border=border).output[0, 79])
        assert reader.lens == f"9 products add up to {value}"


def test_the_lens_follows_the_pointer(reader):
    box = reader.box.locator("canvas").nth(1).bounding_box()
    reader.page.mouse.move(box["x"] + 20.5 / 80 * box["width"], box["y"] + 7.5 / 60 * box["height"])
    assert reader.lens == f"9 products add up to {format_number(BUILT_IN.output[7, 20])}"


def test_reset_brings_the_first_state_back(reader):
    reader.choose("Kernel", "large_blur")
    reader.choose("Border", "wrap")
    reader.open("mine.png", file(np.zeros((5, 4), np.uint8)))
    reader.box.get_by_text("Your picture 5 × 4").wait_for()
    reader.box.get_by_role("button", name="Reset").click()
    reader.box.get_by_text("Photo 60 × 80").wait_for()
    assert np.array_equal(reader.pixels(0), PHOTO)
    assert np.array_equal(reader.pixels(1), BUILT_IN.shown)


def test_the_readers_own_picture(reader):
    colour = np.random.default_rng(0).integers(0, 256, (30, 41, 3)).astype(np.uint8)
    reader.open("mine.png", file(colour))
    reader.box.get_by_text("Your picture 30 × 41").wait_for()
    grey = images.to_uint8(images.to_grey(colour))
    assert np.array_equal(reader.pixels(0), grey)
    assert np.array_equal(reader.pixels(1), KernelPlayground(grey).shown)


def test_a_large_picture_is_scaled_down(reader):
    reader.open("large.jpg", file(np.full((600, 1500), 90, np.uint8), "jpeg"), "image/jpeg")
    reader.box.get_by_text("Your picture 205 × 512, scaled down from 600 × 1500").wait_for()
    assert (reader.pixels(0) == 90).all()


@pytest.mark.parametrize("way", ["paste", "drop"])
def test_a_picture_can_be_pasted_or_dropped(reader, way):
    data = base64.b64encode(file(np.full((6, 5), 40, np.uint8))).decode()
    reader.box.get_by_role("application").evaluate(
        """async (node, [way, data]) => {
          const blob = await (await fetch(`data:image/png;base64,${data}`)).blob();
          const transfer = new DataTransfer();
          transfer.items.add(new File([blob], "mine.png", { type: "image/png" }));
          const options = { bubbles: true, cancelable: true };
          node.dispatchEvent(way === "drop"
            ? new DragEvent("drop", { ...options, dataTransfer: transfer })
            : new ClipboardEvent("paste", { ...options, clipboardData: transfer }));
        }""",
        [way, data],
    )
    reader.box.get_by_text("Your picture 6 × 5").wait_for()
    assert (reader.pixels(0) == 40).all()


def framed(data):
    """A JPEG whose real header begins only after a mebibyte of other things."""
    return data[:2] + (b"\xff\xe1\xff\xff" + b"\0" * 65_533) * 17 + data[2:]


ODD_FILES = {
    "sixteen bits": (file(np.full((5, 4), 0x8080, np.uint16)), (5, 4), 128),
    "CMYK": (file(Image.new("CMYK", (8, 16), (0, 0, 0, 155)), "jpeg"), (16, 8), 100),
    "half transparent": (file(np.full((5, 4, 2), (0, 51), np.uint8)), (5, 4), 204),
    "a palette": (file(np.full((5, 4), 7, np.uint8), "gif"), (5, 4), 7),
    "two frames": (
        file(
            np.full((5, 4), 30, np.uint8),
            "gif",
            save_all=True,
            append_images=[Image.new("L", (4, 5), 90)],
        ),
        (5, 4),
        30,
    ),
    "one row": (file(np.full((1, 20_000), 50, np.uint8)), (1, 512), 50),
    "one column": (file(np.full((20_000, 1), 50, np.uint8)), (512, 1), 50),
    "49 million pixels": (file(np.full((7000, 7000), 60, np.uint8)), (512, 512), 60),
    "a late header": (framed(file(np.full((8, 8), 70, np.uint8), "jpeg")), (8, 8), 70),
    "another name": (file(np.full((5, 4), 9, np.uint8), "webp", lossless=True), (5, 4), 9),
}


def test_an_odd_file_is_a_picture_all_the_same(reader):
    for name, (data, shape, grey) in ODD_FILES.items():
        reader.open("mine.png", data)
        reader.box.get_by_text(f"Your picture {shape[0]} × {shape[1]}").wait_for()
        assert reader.message == "", name
        drawn = reader.pixels(0)
        assert drawn.shape == shape, name
        assert (np.abs(drawn.astype(int) - grey) <= 1).all(), name
        reader.box.get_by_role("button", name="Reset").click()
        reader.box.get_by_text("Photo 60 × 80").wait_for()


GOOD = file(PHOTO)
HOSTILE_SVG = (
    b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9' onload='document.title=1'>"
    b"<script>document.title = 1</script><image href='http://example.org/spy.png'/></svg>"
)
NOT_READ = "can't be read here"
BAD_FILES = {
    "empty.png": (b"", "is empty (0 bytes)"),
    "notes.txt": (b"not a picture at all, " * 20, "can't be read here"),
    "short.png": (GOOD[:40], "can't be read here"),
    "head.jpg": (b"\xff\xd8\xff\xe0" + b"\0" * 60, "can't be read here"),
    "page.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "can't be read here"),
    "script.svg": (HOSTILE_SVG, NOT_READ),
    "page.png": (b"<!doctype html><script>document.title = 1</script>" * 9, NOT_READ),
    "phone.heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 60, NOT_READ),
    "half.png": (GOOD[: len(GOOD) // 2], NOT_READ),
    "mixed.png": (GOOD[:60] + GOOD[60:][::-1], NOT_READ),
    "zeros.png": (bytes(5_000_000), NOT_READ),
    "film.mp4": (b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + b"\1" * 400, NOT_READ),
}


def huge(kind):
    """A picture of 72 million pixels, which would take up 288 MB."""
    return file(Image.new("1" if kind == "bmp" else "L", (9000, 8000)), kind)


def test_a_bad_file_gets_a_sentence_and_the_picture_stays(reader):
    million = "has 8000 × 9000 pixels, 72 million; at most 64 million can be read"
    large = {
        f"huge.{kind}": (huge(kind), million) for kind in ("png", "gif", "jpeg", "webp", "bmp")
    }
    for name, (data, message) in (BAD_FILES | large).items():
        reader.open(name, data)
        reader.box.get_by_role("alert").get_by_text(f"“{name}”").wait_for()
        assert message in reader.message, name
        stays = "The picture stays as it was" in reader.message
        assert stays or "the picture stays" in reader.message, name
        assert np.array_equal(reader.pixels(0), PHOTO), name
        assert np.array_equal(reader.pixels(1), BUILT_IN.shown), name
        reader.box.get_by_role("application").press("ArrowDown")
        assert message in reader.message, name  # it stands until something else is done about it
    assert reader.page.title() == "Widgets"  # no script of a file ran


def test_a_file_beyond_200_million_bytes_is_not_read(reader):
    reader.box.get_by_role("application").evaluate(
        """(node) => {
          const part = new Uint8Array(1e7);
          const transfer = new DataTransfer();
          transfer.items.add(new File(Array(21).fill(part), "mine.png", { type: "image/png" }));
          const options = { bubbles: true, cancelable: true, dataTransfer: transfer };
          node.dispatchEvent(new DragEvent("drop", options));
        }"""
    )
    assert "“mine.png” has 210 million bytes; at most 200 million" in reader.message
    assert np.array_equal(reader.pixels(0), PHOTO)


def test_of_several_files_the_first_is_opened(reader):
    files = [("one.png", 10), ("two.png", 20), ("three.png", 30)]
    reader.box.get_by_role("application").evaluate(
        """async (node, files) => {
          const transfer = new DataTransfer();
          for (const [name, data] of files) {
            const blob = await (await fetch(`data:image/png;base64,${data}`)).blob();
            transfer.items.add(new File([blob], name, { type: "image/png" }));
          }
          const options = { bubbles: true, cancelable: true, dataTransfer: transfer };
          node.dispatchEvent(new DragEvent("drop", options));
        }""",
        [
            (name, base64.b64encode(file(np.full((6, 5), grey, np.uint8))).decode())
            for name, grey in files
        ],
    )
    reader.box.get_by_text("Your picture 6 × 5").wait_for()
    assert (reader.pixels(0) == 10).all()
    assert reader.message == "3 files came; “one.png” is open."


SEND_TEXT = """(node, [way, type]) => {
  const transfer = new DataTransfer();
  transfer.setData(type, "https://example.org/cat.png");
  const options = { bubbles: true, cancelable: true };
  const event = way === "paste"
    ? new ClipboardEvent("paste", { ...options, clipboardData: transfer })
    : new DragEvent(way, { ...options, dataTransfer: transfer });
  return node.dispatchEvent(event); // false if the browser's own way with it was stopped
}"""


@pytest.mark.parametrize("way", ["paste", "drop"])
def test_text_and_links_are_no_picture(reader, way):
    canvas = reader.box.get_by_role("application")
    if way == "drop":
        assert canvas.evaluate(SEND_TEXT, ["dragover", "text/uri-list"]) is False
    assert canvas.evaluate(SEND_TEXT, [way, "text/uri-list"]) is False
    assert reader.message.startswith("There is no picture in what came. The picture stays")
    assert np.array_equal(reader.pixels(0), PHOTO)
    cell = reader.box.get_by_label("kernel row 0 column 0", exact=True)
    assert cell.evaluate(SEND_TEXT, [way, "text/plain"]) is True  # text goes into a cell


def test_the_slider_moves_the_cell_one_was_in(reader):
    reader.box.get_by_label("kernel row 2 column 1", exact=True).click()
    slider = reader.box.get_by_label("Change row 2, column 1", exact=True)
    slider.focus()
    for _ in range(3):
        reader.page.keyboard.press("ArrowRight")
    kernel = kernels.named("sobel_x")
    kernel[2, 1] = 0.75
    assert np.array_equal(reader.pixels(1), like(kernel=kernel).shown)
    assert slider.get_attribute("aria-valuetext") == "0.75"
    assert reader.box.get_by_label("kernel row 2 column 1", exact=True).input_value() == "0.75"
    reader.page.keyboard.press("End")  # the ends stay where they are while it moves
    kernel[2, 1] = 5
    assert np.array_equal(reader.pixels(1), like(kernel=kernel).shown)
    assert slider.get_attribute("max") == "5"
    reader.choose("Kernel", "small_blur")
    middle = reader.box.get_by_label("Change row 3, column 3", exact=True)
    assert middle.get_attribute("aria-valuetext") == "1/49"
    reader.choose("Kernel", "large_blur")
    reader.settle()
    assert reader.box.get_by_role("slider").count() == 0


def test_without_a_script_the_browser_draws_both_pictures(browser, tmp_path):
    playground = like(kernel=[[0, -1, 2], [0.5, 0, -1]], border="wrap", show="signed")
    path = tmp_path / "still.html"
    style = "<style>body, figure { margin: 0 }</style>"
    path.write_text(
        f"<!doctype html><meta charset=utf-8>{style}{playground.static_html()}", encoding="utf-8"
    )
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    picture = page.locator("img")
    picture.evaluate("(image) => image.decode()")
    with Image.open(io.BytesIO(picture.screenshot())) as shot:
        pixels = np.asarray(shot.convert("RGB")).astype(int)
    context.close()
    photo = np.repeat(PHOTO[..., None], 3, axis=2)
    lens = playground.lens
    assert len(_places(pixels, photo, lens, rounding=1)) == 1
    # a grey level is a step of up to 3 from colour to colour, and the browser rounds twice
    assert len(_places(pixels, playground.shown, lens, rounding=7)) == 1


def _places(drawn, expected, lens, rounding):
    """Where a picture stands in another, the lens and its frame aside: a list of columns."""
    rows, columns, _ = expected.shape
    other = np.ones((rows, columns), bool)
    other[max(lens[0] - 6, 0) : lens[0] + 7, max(lens[1] - 6, 0) : lens[1] + 7] = False
    return [
        left
        for left in range(drawn.shape[1] - columns + 1)
        if (np.abs(drawn[:, left : left + columns] - expected)[other] <= rounding).all()
    ]


def finger(page, start, way, steps=15):
    """Drag a finger over the page, from a point, by so many pixels."""
    touch = page.context.new_cdp_session(page)

    def send(kind, *points):
        places = [{"x": x, "y": y} for x, y in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    send("touchStart", start)
    for k in range(1, steps + 1):
        send("touchMove", [a + b * k / steps for a, b in zip(start, way, strict=True)])
        page.evaluate("() => new Promise(requestAnimationFrame)")
    send("touchEnd")


def test_a_finger_moves_the_lens_and_scrolls_beside_it(open_widgets):
    reader = PlaygroundReader(open_widgets(BUILT_IN, **PHONE))
    page = reader.page
    page.evaluate(
        """() => {
          globalThis.seen = [];
          for (const kind of ["pointermove", "pointercancel"])
            document.addEventListener(kind, (event) => seen.push(event.type), true);
        }"""
    )
    seen = "seen.splice(0).reduce((all, kind) => ({ ...all, [kind]: (all[kind] ?? 0) + 1 }), {})"
    box = reader.box.locator("canvas").nth(0).bounding_box()
    cell = box["width"] / 80
    start = (box["x"] + 10.5 * cell, box["y"] + 50.5 * cell)
    finger(page, start, (40 * cell, -45 * cell))
    found = page.evaluate(seen)
    assert found["pointermove"] >= 15
    assert "pointercancel" not in found
    assert page.evaluate("scrollY") == 0
    assert reader.lens == f"9 products add up to {format_number(BUILT_IN.output[5, 50])}"

    other = reader.box.locator("canvas").nth(1).bounding_box()
    finger(page, (other["x"] + 20, other["y"] + 100), (5, -90))
    assert page.evaluate("scrollY") > 50  # on the filtered picture it moves the page
    assert reader.lens == f"9 products add up to {format_number(BUILT_IN.output[5, 50])}"
    page.wait_for_timeout(300)  # the page rolls on for a moment
    page.evaluate("scrollTo(0, 0)")
    page.touchscreen.tap(other["x"] + 20.5 * cell, other["y"] + 30.5 * cell)  # a tap is a look
    sum_there = f"9 products add up to {format_number(BUILT_IN.output[30, 20])}"
    reader.box.get_by_text(sum_there, exact=True).wait_for()


def test_a_playground_offers_no_more_than_it_was_told_to(hold):
    whole = BUILT_IN.state() | {"image": picture_url(PHOTO)}  # as a notebook gets it
    notebook = SimpleNamespace(_module=BUILT_IN._module, state=lambda: whole)
    reader = PlaygroundReader(hold(notebook))
    page, box = reader.page, reader.box

    def offered():
        return box.locator("select, input, button").evaluate_all(
            "(all) => all.filter((node) => node.checkVisibility() && !node.closest('td'))"
            ".map((node) => node.ariaLabel || node.textContent || node.type)"
        )

    everything = offered()
    page.evaluate("() => model.set('controls', [])")
    assert offered() == []
    assert box.locator("td input").count() == 0
    canvas = box.get_by_role("application")
    assert canvas.evaluate(SEND_TEXT, ["drop", "text/uri-list"]) is True  # no business of ours
    assert reader.message == ""
    canvas.press("Home")
    row = BUILT_IN.lens[0]
    assert reader.lens == f"9 products add up to {format_number(BUILT_IN.output[row, 0])}"
    page.evaluate("() => model.set('controls', ['size', 'show'])")
    assert offered() == ["Rows", "Columns", "Show the sums", "Reset"]
    page.evaluate(
        "(all) => model.set('controls', all)",
        ["image", "kernel", "size", "cells", "border", "mode", "show"],
    )
    assert offered() == everything
    assert box.locator("td input").count() == 9


def test_a_picture_that_comes_while_the_first_is_decoded_is_shown(hold):
    """Nobody listens yet when Python sets it."""
    whole = BUILT_IN.state() | {"image": picture_url(PHOTO)}
    page = hold(SimpleNamespace(_module=BUILT_IN._module, state=lambda: whole))
    page.evaluate("() => document.querySelector('.cnnlab-widget').remove()")
    later = np.full((20, 30), 9, np.uint8)
    page.evaluate(
        f"async ([url, traits, image]) => {{ await ({MODEL})([url, traits]);"
        "model.set('image', image); }",
        [module_url(page, "kernel_playground/view.js"), whole, picture_url(later)],
    )
    reader = PlaygroundReader(page)
    reader.box.get_by_text("Photo 20 × 30").wait_for()
    assert np.array_equal(reader.pixels(0), later)


def test_a_flat_area_is_one_colour_whatever_the_order_of_its_sum(reader):
    reader.open("flat.png", file(np.full((30, 30), 100, np.uint8)))
    reader.box.get_by_text("Your picture 30 × 30").wait_for()
    reader.choose("Show the sums", SIGNED)
    for name in ("small_blur", "large_blur", "box_blur", "gaussian_blur"):
        reader.choose("Kernel", name)
        playground = KernelPlayground(np.full((30, 30), 100), name, show="signed")
        (colour,) = np.unique(playground.shown.reshape(-1, 3), axis=0)
        assert (reader.pixels(1) == colour).all(), name


@pytest.mark.parametrize(
    ("kernel", "change"), [("sobel_x", "cell"), ("large_blur", "blur"), ("large_blur", "border")]
)
def test_the_benchmark_sees_its_changes_drawn(browser, tmp_path, kernel, change):
    box = timing["open_box"](browser, tmp_path, 32, kernel)
    assert len(box.evaluate(timing["CHANGE"], {"kind": change, "count": 2})) == 2
    box.owner_frame().page.close()
