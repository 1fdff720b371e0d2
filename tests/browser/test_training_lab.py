"""The training lab on a page of its own: worked by keyboard, and held to cnnlab's numbers.

Nothing here asserts a time: training is waited for.
"""

import base64
import functools
import math
import re

import nbformat
import numpy as np
import pytest
from playwright.sync_api import expect
from reader import MODEL, PHONE, Reader, module_url, violations_in_every_look

from cnnlab.widgets import TrainingLab, site
from cnnlab.widgets.training_lab import digits, numbers

pytestmark = pytest.mark.browser

LIVE = ".cnnlab-widget[data-live]"


class LabReader(Reader):
    """One training lab."""

    @property
    def now(self):
        return self.box.locator(".cnnlab-now").text_content()

    @property
    def seen(self):
        """How many digits it has learned from."""
        text = self.box.locator(".cnnlab-counter").text_content()
        return int(text.split(", ", 1)[1].removesuffix(" digits").replace(",", ""))

    def press_button(self, name):
        self.tab_to(name)
        self.press("Enter")

    def wait_for_sentence(self, start):
        expect(self.box.locator("[aria-live=polite]")).to_contain_text(start)

    def rests_at(self, seen):
        """Wait until it rests after that many digits, and return what is heard."""
        self.wait_for_sentence(f"After {seen:,} digits" if seen else "Nothing is learned yet: ")
        return self.heard

    def play_to_the_end_of(self, passes=1):
        """Train some passes over all digits: play, and pause at a look that comes later."""
        self.control("Play").click()
        self.page.wait_for_function(
            "([box, least]) => +box.querySelector('.cnnlab-counter').textContent"
            ".match(/, ([\\d,]+)/)[1].replaceAll(',', '') >= least",
            arg=[self.box.element_handle(), passes * digits.LEARNED],
        )
        self.control("Pause").click()
        self.control("Play").wait_for()
        self.wait_for_sentence("After")


def article(digit):
    return "an" if str(digit) == "8" else "a"


@functools.cache
def examples():
    images = digits.levels()[:, None] / 3
    return images, np.arange(len(images)) % 10


def expected(lab, steps):
    """What Python says after some steps, each of which was looked at, and who is right."""
    images, labels = examples()
    learned, held = slice(0, digits.LEARNED), slice(digits.LEARNED, None)
    net, losses = numbers.train(lab.settings(), images[learned], labels[learned], steps)
    guesses = net(images[held]).argmax(axis=1)
    right = int((guesses == labels[held]).sum())
    loss = losses[-1] if losses else None
    return numbers.told(steps * lab.batch_size, loss, right, digits.HELD_OUT), guesses


@pytest.fixture
def open_lab(open_widgets):
    return lambda lab=None, **options: LabReader(open_widgets(lab or TrainingLab(), **options))


@pytest.fixture
def reader(open_lab):
    return open_lab()


@pytest.mark.parametrize(
    "lab",
    [
        TrainingLab(),
        TrainingLab(filters=4, kernel_size=3, second=8, pooling="average", activation="tanh"),
    ],
)
def test_steps_by_keyboard_are_those_of_python(open_lab, lab):
    reader = open_lab(lab)
    assert reader.now.startswith("Nothing is learned yet. Play")
    for steps in (1, 2, 3):
        reader.press_button("One step")
        told, guesses = expected(lab, steps)
        assert reader.rests_at(steps * lab.batch_size).startswith(told)
        assert reader.now == reader.heard
        assert reader.seen == steps * lab.batch_size
    wrong = [(k % 10, guess) for k, guess in enumerate(guesses) if guess != k % 10]
    assert f"Still wrong: {len(wrong)} of 500" in reader.texts(".cnnlab-title")[-1]
    assert reader.texts(".cnnlab-training-wrong:visible") == [f"{a} → {b}" for a, b in wrong[:24]]
    reader.press_button("Start again")
    assert reader.rests_at(0).startswith(expected(lab, 0)[0])


def test_keys_anywhere_in_it(reader):
    reader.box.locator(".cnnlab-now").click()
    reader.press("ArrowRight")
    reader.rests_at(16)
    reader.press("9")
    assert reader.heard == "Speed: as fast as it can."
    reader.press(" ")
    reader.control("Pause").wait_for()
    reader.press(" ")
    reader.control("Play").wait_for()
    reader.wait_for_sentence("After")


def test_it_learns_and_shows_what_it_still_gets_wrong(open_lab):
    reader = open_lab(TrainingLab(speed=9))
    reader.play_to_the_end_of(2)
    share = float(reader.heard.split(", and ")[1].split("\u00a0%")[0])
    assert share > 88
    assert violations_in_every_look(reader.page) == {}
    one = reader.box.locator(".cnnlab-training-wrong").first
    label, guess = one.inner_text().split(" → ")
    told = f"{article(label)} {label} taken for {article(guess)} {guess}"
    assert one.get_attribute("aria-label") == told
    one.focus()
    reader.press("Enter")
    assert reader.heard.startswith(f"This {label} is taken for {article(guess)} {guess} (")
    assert reader.now.endswith(reader.heard)
    bold = reader.box.locator(".cnnlab-training-best").inner_text()
    assert bold.startswith(guess)
    for chart in reader.box.locator(".cnnlab-training-chart").all():
        assert reader.now.split(" of the")[0] in chart.get_attribute("aria-label")


@pytest.mark.parametrize(
    ("lab", "why"),
    [
        (TrainingLab(rate=1, speed=9), "every map is 0 for every digit, and no gradient"),
        (TrainingLab(rate=1e200, speed=9), "the loss became (NaN|∞) after [0-9]+ steps"),
        (TrainingLab(rate=3, activation="sigmoid", speed=9), "it does no better than guessing"),
    ],
)
def test_a_rate_that_is_too_large_is_told_and_a_smaller_one_starts_again(open_lab, lab, why):
    reader = open_lab(lab)
    reader.press_button("Play")
    alert = reader.box.locator("[role=alert]")
    expect(alert).to_contain_text("too large")
    reader.control("Play").wait_for()
    assert re.search(why, reader.message)
    reader.press_button("Play")  # it is of no use
    reader.control("Play").wait_for()
    assert "too large" in reader.message
    low = reader.control("Play").bounding_box()
    assert 0 < alert.bounding_box()["y"] - low["y"] < 150  # where one looks
    reader.control("Learning rate").select_option(label="0.1")
    reader.rests_at(0)
    assert reader.message == ""
    reader.press_button("One step")
    reader.rests_at(16)


def test_every_setting_can_be_chosen_and_reset(reader):
    chosen = {
        "Filters": ("4", "filters", 4),
        "Kernel size": ("3 × 3", "kernel_size", 3),
        "Second layer": ("8 filters", "second", 8),
        "Pooling": ("average", "pooling", "average"),
        "Activation": ("tanh", "activation", "tanh"),
        "Learning rate": ("0.03", "rate", 0.03),
        "Batch": ("4", "batch_size", 4),
    }
    lab = TrainingLab()
    for label, (text, name, value) in chosen.items():
        reader.control(label).select_option(label=text)
        setattr(lab, name, value)
    reader.tab_to("Seed")
    reader.press("ArrowUp")
    lab.seed = 1
    reader.press_button("One step")
    assert reader.rests_at(4).startswith(expected(lab, 1)[0])
    titles = reader.texts(".cnnlab-title")
    assert "4 filters of 3 × 3: orange adds, purple takes away" in titles
    assert {"4 maps of 13 × 13", "8 maps of 5 × 5, second layer"} <= set(titles)
    reader.press_button("Reset")
    assert reader.rests_at(0).startswith(expected(TrainingLab(), 0)[0])
    assert reader.control("Seed").input_value() == "0"


def test_a_seed_that_can_not_be_is_refused(reader):
    reader.tab_to("Seed")
    reader.page.keyboard.type("x")
    reader.press("Enter")
    assert "is not a number; Seed must be a whole number from 0 to 999999" in reader.message


def test_a_digit_is_drawn_by_keys(reader):
    box = reader.box.get_by_role("application")
    chances = functools.partial(reader.texts, ".cnnlab-training-chance")
    before = chances()
    box.focus()
    reader.press("Delete")
    assert reader.heard == "Cleared."
    empty = chances()
    assert empty != before
    reader.press("ArrowUp", "ArrowUp", "ArrowUp", " ")
    assert reader.heard == "Pen down."
    for _ in range(8):
        reader.press("ArrowDown")
    assert reader.heard == "Pen down, row 13, column 8."
    reader.press(" ")
    assert reader.heard.startswith("Your drawing is taken for a ")
    one = chances()
    assert one != empty
    reader.press("Backspace")
    assert reader.heard == "Stroke taken back."
    assert chances() == empty
    assert reader.seen == 0  # the keys were the pen's alone


def test_a_digit_is_drawn_by_pointer_and_stays_while_it_learns(reader):
    """It takes the place of the seven that was there."""
    place = reader.box.get_by_role("application").bounding_box()
    middle = place["x"] + place["width"] / 2
    reader.page.mouse.move(middle, place["y"] + 20)
    reader.page.mouse.down()
    reader.page.mouse.move(middle, place["y"] + 150, steps=5)
    reader.page.mouse.up()
    reader.page.mouse.move(middle + 40, place["y"] + 50)  # lifted: no more ink
    path = reader.box.locator(".cnnlab-ink-lines").get_attribute("d")
    assert (path.count("M"), path.count("L")) == (1, 6)
    reader.play_to_the_end_of()
    assert "Your drawing is taken for a 1 (" in reader.heard


def test_a_digit_held_out_is_shown_by_keys(reader):
    reader.tab_to("A digit held out")
    reader.press("ArrowRight", "ArrowRight")
    reader.wait_for_sentence("This 2 is taken for a ")
    assert "A 2 that it never learned from" in reader.texts(".cnnlab-title")


def test_with_reduced_motion_it_learns_one_pass_and_draws_at_rest(open_lab):
    reader = open_lab(TrainingLab(speed=9, playing=True), reduced_motion="reduce")
    reader.control("Play").wait_for()
    assert reader.seen == 0
    reader.press_button("Play")
    path = reader.box.locator(".cnnlab-training-chart path").last
    drawn = path.get_attribute("d")
    counts = reader.page.evaluate_handle(
        """(box) => {
          const counts = new Set();
          const counter = box.querySelector(".cnnlab-counter");
          const options = { childList: true, characterData: true, subtree: true };
          new MutationObserver(() => counts.add(counter.textContent)).observe(counter, options);
          return counts;
        }""",
        reader.box.element_handle(),
    )
    reader.rests_at(digits.LEARNED)
    assert counts.evaluate("({ size }) => size") >= 1
    assert path.get_attribute("d") != drawn
    assert reader.seen == digits.LEARNED


def test_controls_and_views_can_be_left_out(open_lab):
    lab = TrainingLab(controls=["rate"], views=["curves"])
    reader = open_lab(lab)
    assert reader.box.locator("select").count() == 1
    assert not reader.box.get_by_role("application").is_visible()
    assert not reader.box.locator(".cnnlab-training-sheet").first.is_visible()
    reader.press_button("One step")
    assert reader.rests_at(16) == expected(lab, 1)[0]


def test_what_is_drawn_is_answered_without_the_maps(open_lab):
    reader = open_lab(TrainingLab(views=["curves", "wrong", "draw"]))
    chances = functools.partial(reader.texts, ".cnnlab-training-chance:visible")
    title, *_ = reader.texts(".cnnlab-training-maps .cnnlab-title")
    assert title == "Your drawing, as the network sees it"
    before = chances()
    assert len(before) == 10
    reader.box.get_by_role("application").focus()
    reader.press("Delete", " ", "ArrowDown", "ArrowDown", " ")
    assert chances() != before
    assert "Your drawing is taken for a " in reader.now
    reader.press_button("One step")
    reader.rests_at(16)
    one = reader.box.locator(".cnnlab-training-wrong").first
    label, guess = one.inner_text().split(" → ")
    one.click()
    assert f"This {label} is taken for {article(guess)} {guess} (" in reader.now
    assert reader.box.locator(".cnnlab-training-best").inner_text().startswith(guess)
    reader.box.get_by_role("application").focus()
    reader.press("Delete")
    assert reader.now.endswith("Nothing is drawn yet.")


def test_where_nothing_can_be_drawn_a_digit_held_out_is_shown(open_lab):
    reader = open_lab(TrainingLab(views=["filters", "maps"]))
    assert "rawing" not in reader.box.inner_text()
    assert "What you draw" not in reader.box.inner_text()
    assert "A digit held out stands here" in reader.texts(".cnnlab-title")
    assert reader.now.endswith("held out.")
    bars = reader.box.locator(".cnnlab-training-bar").all()
    assert [bar.bounding_box()["width"] for bar in bars] == [0] * 10
    reader.press_button("One step")
    reader.rests_at(16)
    assert "A 0 that it never learned from" in reader.texts(".cnnlab-title")
    assert "This 0 is taken for a " in reader.now
    assert reader.now == reader.heard
    reader.press_button("Reset")
    reader.rests_at(0)
    assert "This 0 is taken for a " in reader.now


def test_a_stroke_that_is_taken_away_while_it_is_drawn_is_over(reader):
    paper = reader.box.get_by_role("application")
    path = reader.box.locator(".cnnlab-ink-lines")

    def strokes():
        drawn = path.get_attribute("d")
        return drawn.count("M"), drawn.count("L")

    paper.focus()
    reader.press("Delete", " ", "ArrowRight", " ", "ArrowDown", "ArrowDown", " ", "Backspace")
    reader.press("ArrowRight")
    assert strokes() == (1, 2)  # the first
    assert reader.heard.startswith("Pen up")
    reader.press("Backspace", " ", "Backspace", "ArrowRight")
    assert strokes() == (0, 0)
    box = paper.bounding_box()
    x, y, mouse = box["x"], box["y"], reader.page.mouse
    for key in ("Delete", "Backspace"):
        mouse.move(x + 40, y + 40)
        mouse.down()
        mouse.move(x + 60, y + 60)
        assert strokes() == (1, 2)
        reader.press(key)
        mouse.move(x + 80, y + 40)
        assert strokes() == (0, 0)
        mouse.up()
    mouse.down(button="right")
    mouse.move(x + 40, y + 40)
    mouse.up(button="right")
    assert strokes() == (0, 0)


def test_on_a_phone_nothing_sticks_out(open_lab):
    reader = open_lab(TrainingLab(filters=16, second=16, speed=9), **PHONE)
    reader.control("One step").click()
    reader.rests_at(16)
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= 390
    sheets = reader.box.locator(".cnnlab-training-sheet").all()
    assert all(sheet.bounding_box()["width"] > 100 for sheet in sheets)


# ---- where the digits come from ---------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    """Write a page whose scripts lie beside it, as in the book."""
    body = TrainingLab().static_html()
    tag = '<script async src="_static/cnnlab-widgets.js?v=1"></script>'
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Lab</title>'
    page = f"{head}{body}{tag}</html>"
    (tmp_path / "_static").mkdir()
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    (tmp_path / "_static" / "cnnlab-widgets.js").write_text(site.script(), encoding="utf-8")
    (tmp_path / "_static" / digits.SCRIPT).write_text(digits.script(), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("over", ["http", "file"])
def test_the_digits_come_once_they_are_used(pages, folder, over):
    address = "http://book.invalid/" if over == "http" else folder.as_uri() + "/"
    page = pages.borrow(address)
    asked = []

    def serve(route):
        name = route.request.url.removeprefix(address).partition("?")[0]
        asked.append(name)
        if over == "http" and name != "favicon.ico":
            route.fulfill(path=folder / name)
        else:
            route.continue_() if over == "file" else route.fulfill(status=204)

    page.route(f"{address}**", serve)
    page.goto(f"{address}page.html")
    reader = LabReader(page, LIVE)
    reader.box.get_by_role("application").focus()
    reader.press("Delete", " ", "ArrowDown", " ")  # drawing needs none
    assert f"_static/{digits.SCRIPT}" not in asked
    reader.control("One step").click()
    assert reader.rests_at(16).startswith(expected(TrainingLab(), 1)[0])
    reader.control("One step").click()
    reader.rests_at(32)
    assert asked.count(f"_static/{digits.SCRIPT}") == 1
    assert page.locator(f"script[src*='{digits.SCRIPT}']").count() == 0
    assert (page.errors, page.outside) == ([], [])
    page.unroute_all()
    pages.give_back(page)


def test_digits_that_do_not_come_are_told_and_asked_for_again(pages, folder):
    (folder / "_static" / digits.SCRIPT).rename(folder / "kept.js")
    page = pages.borrow(folder.as_uri())
    page.goto((folder / "page.html").as_uri())
    reader = LabReader(page, LIVE)
    reader.control("Play").click()
    expect(reader.box.locator("[role=alert]")).to_contain_text("The digits did not come")
    assert reader.control("Play").is_visible()
    (folder / "kept.js").rename(folder / "_static" / digits.SCRIPT)
    reader.control("One step").click()
    reader.rests_at(16)
    assert reader.message == ""
    pages.give_back(page)


def test_digits_that_can_not_be_read_are_told_and_asked_for_again(pages, folder):
    """What a hotspot answers in their place, and what was spoilt on its way."""
    page = pages.borrow("http://book.invalid/")
    found = iter(["<!doctype html><title>Log in</title>", 'globalThis.cnnlabDigits = "%";'])

    def serve(route):
        name = route.request.url.removeprefix("http://book.invalid/").partition("?")[0]
        if name.endswith(digits.SCRIPT) and (text := next(found, None)):
            route.fulfill(body=text, content_type="text/javascript")
        else:
            route.fulfill(path=folder / name) if name != "favicon.ico" else route.abort()

    page.route("http://book.invalid/**", serve)
    page.goto("http://book.invalid/page.html")
    reader = LabReader(page, LIVE)
    for _ in range(2):
        reader.control("Play").click()
        alert = reader.box.locator("[role=alert]")
        expect(alert).to_contain_text("The digits can't be read: something else came.")
        reader.control("Play").wait_for()
        reader.control("Reset").click()
        expect(alert).to_have_text("")
    reader.control("One step").click()
    reader.rests_at(16)
    assert reader.message == ""
    assert [error for error in page.errors if "Unexpected token" not in error] == []
    page.unroute_all()
    pages.give_back(page)


# ---- beside Python ----------------------------------------------------------------------------

ANSWER = """(levels) => {
  model.sent = [];
  model.send = (content, callbacks, buffers) => {
    model.sent.push([content, buffers?.map((buffer) => buffer.byteLength)]);
    if (content.wanted !== "digits") return;
    const bytes = Uint8Array.from(atob(levels), (letter) => letter.charCodeAt(0));
    const told = levels ? { digits: 2500 } : { refused: "Install the digits." };
    setTimeout(() => model.tell(told, [new DataView(bytes.buffer)]));
  };
  const hearing = new Set();
  const [on, off] = [model.on, model.off];
  model.on = (event, handler) => event === "msg:custom" ? hearing.add(handler) : on(event, handler);
  model.off = (event, handler) =>
    event === "msg:custom" ? hearing.delete(handler) : off(event, handler);
  model.tell = (...what) => [...hearing].forEach((handler) => handler(...what));
}"""


def test_python_gives_the_digits_and_takes_the_weights(hold):
    lab = TrainingLab(filters=4)
    page = hold(lab)
    reader = LabReader(page)
    page.evaluate(ANSWER, "")
    reader.control("One step").click()
    expect(reader.box.locator("[role=alert]")).to_have_text("Install the digits.")
    page.evaluate(ANSWER, base64.b64encode(digits.levels().tobytes()).decode())
    reader.control("One step").click()
    assert reader.rests_at(16).startswith(expected(lab, 1)[0])
    content, sizes = page.evaluate("() => model.sent.at(-1)")
    trained = content["trained"]
    assert trained["settings"] == lab.settings()
    assert (trained["steps"], trained["seen"], len(trained["history"])) == (1, 16, 2)
    assert sizes == [8 * sum(array.size for array in lab.weights.values())]


def test_looks_at_the_digits_held_out_become_rarer(hold):
    """A look costs as much as learning from some 300 digits."""
    page = hold(TrainingLab(speed=9))
    page.evaluate(ANSWER, base64.b64encode(digits.levels().tobytes()).decode())
    LabReader(page).play_to_the_end_of(2)
    page.wait_for_function("() => model.sent.at(-1)[0].trained")
    seen = [row[0] for row in page.evaluate("() => model.sent.at(-1)[0].trained.history")]
    wanted = [0]
    while len(wanted) < len(seen) - 1:  # the last look is when it comes to rest
        due = max(wanted[-1] + 400, 1.5 * wanted[-1])
        wanted.append(16 * math.ceil(due / 16))
    assert seen[:-1] == wanted
    assert seen[-1] >= 2 * digits.LEARNED


def test_what_python_sets_is_drawn_and_a_closed_view_is_gone(hold):
    page = hold(TrainingLab())
    reader = LabReader(page)
    for name, value in {"filters": 16, "kernel_size": 7, "rate": 0.05, "speed": 9}.items():
        page.evaluate("([name, value]) => model.set(name, value)", [name, value])
    assert "16 filters of 7 × 7: orange adds, purple takes away" in reader.texts(".cnnlab-title")
    assert reader.control("Learning rate").input_value() == "0.05"
    page.evaluate("() => model.set('views', ['draw'])")
    assert not reader.box.locator(".cnnlab-training-chart").first.is_visible()
    page.evaluate("() => stop()")
    assert page.evaluate("() => model.listeners()") == 0
    assert page.locator(".cnnlab").count() == 0


def test_two_views_show_one_training(hold):
    lab = TrainingLab()
    page = hold(lab)
    page.evaluate(ANSWER, base64.b64encode(digits.levels().tobytes()).decode())
    page.evaluate(
        """async (url) => {
          const { render } = (await import(url)).default;
          const el = document.createElement("div");
          document.body.append(el);
          render({ model, el });
        }""",
        module_url(page, "training_lab/view.js"),
    )
    LabReader(page).control("One step").first.click()
    LabReader(page).rests_at(16)
    one, two = page.locator(".cnnlab-training").all_text_contents()
    assert one == two
    assert expected(lab, 1)[0] in two
    assert page.evaluate("() => model.sent.filter(([{ trained }]) => trained).length") == 1


def test_a_widget_that_is_closed_ends_only_its_own_wait(hold):
    page = hold(TrainingLab())
    page.evaluate("() => (globalThis.first = { model, stop, sent: [] })")
    page.evaluate("() => (first.model.send = (content) => first.sent.push(content))")
    page.evaluate(MODEL, [module_url(page, "training_lab/view.js"), TrainingLab().state()])
    page.evaluate(ANSWER, base64.b64encode(digits.levels().tobytes()).decode())
    for button in page.get_by_role("button", name="One step").all():
        button.click()
    assert page.evaluate("() => [first.sent, model.sent]") == [[{"wanted": "digits"}], []]
    page.evaluate("() => first.stop()")
    reader = LabReader(page, ".cnnlab-widget[data-live]:has(.cnnlab)")
    assert reader.rests_at(16).startswith(expected(TrainingLab(), 1)[0])
    assert reader.message == ""


def test_in_jupyterlab_what_was_learned_arrives_as_a_network(lab):
    show = "from cnnlab.widgets import TrainingLab\nlab = TrainingLab(filters=4)\nlab"
    tell = (
        "scores = lab.network()(digits.levels()[2000:, None] / 3)\n"
        "right = int((scores.argmax(axis=1) == np.arange(500) % 10).sum())\n"
        "print(lab.steps, lab.playing, right == int(lab.history[-1, 3]), lab.sentence())"
    )
    imports = "import numpy as np\nfrom cnnlab.widgets.training_lab import digits\n"
    cells = [nbformat.v4.new_code_cell(source) for source in (show, imports + tell)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, lab.folder / "lab.ipynb")
    lab.open("lab.ipynb")
    lab.run(0)
    view = lab.views.first
    view.get_by_role("button", name="One step").click()
    heard = view.locator("[aria-live=polite]")
    expect(heard).to_contain_text("After 16 digits")
    told, _ = expected(TrainingLab(filters=4), 1)
    assert heard.text_content().startswith(told)
    assert lab.run(1).strip() == f"1 False True {told}"


def test_a_rate_of_ones_own_stands_among_the_others(open_lab):
    reader = open_lab(TrainingLab(rate=0.05))
    offered = reader.control("Learning rate").locator("option").all_text_contents()
    assert [float(text) for text in offered] == [0.001, 0.01, 0.03, 0.05, 0.1, 0.3, 1, 3]
