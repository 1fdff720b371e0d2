"""Twenty widgets on one page: all come alive, and use leaves nothing behind.

Chromium counts the nodes and the listeners that are in memory, those in no document included.
"""

import numpy as np
import pytest
from memory import Memory
from reader import module_url

from cnnlab import images
from cnnlab.widgets import (
    ConvStepper,
    KernelPlayground,
    PoolStepper,
    Quiz,
    ReceptiveField,
    SizeExplorer,
    site,
)

pytestmark = pytest.mark.browser

RNG = np.random.default_rng(0)
NUMBERS = RNG.integers(0, 10, (6, 7))
KERNEL = [[1, 0, -1], [2, 0, -2]]
QUESTIONS = [
    {
        "ask": f"What is {number} + 1?",
        "options": [
            {"text": str(number), "right": False, "why": "Count on."},
            {"text": str(number + 1), "right": True, "why": "Yes."},
        ],
    }
    for number in range(4)
]


def twenty():
    """Widgets of every kind, and of every view, as a chapter shows them."""
    photo = images.load("coins", size=(60, 80))
    channels = RNG.integers(0, 5, (2, 5, 5))
    views = ["input", "kernel", "output", "arithmetic", "matrix"]
    steppers = [
        ConvStepper(NUMBERS, KERNEL),
        ConvStepper(NUMBERS, KERNEL, stride=2, padding=1, views=views),
        ConvStepper(NUMBERS, KERNEL, direction="backward", views=views),
        ConvStepper(NUMBERS[:3, :4], KERNEL, stride=2, direction="transposed", views=views),
        ConvStepper(channels, filters=RNG.integers(-2, 3, (3, 2, 3, 3)), padding=1),
        ConvStepper(NUMBERS, KERNEL, mode="convolution", dilation=2, padding="same"),
    ]
    others = [
        *(KernelPlayground(photo, name) for name in ("sobel_x", "small_blur", "large_blur")),
        *(PoolStepper(NUMBERS, size) for size in (2, 3)),
        PoolStepper(NUMBERS, 3, stride=2, operation="average"),
        *(SizeExplorer(*sizes) for sizes in ((7, 3), (13, 3), (224, 11))),
        *(ReceptiveField() for _ in range(3)),
        *(Quiz(QUESTIONS) for _ in range(2)),
    ]
    return steppers + others


def test_twenty_are_of_every_kind():
    assert len(twenty()) == 20
    assert {f"{widget._module}.js" for widget in twenty()} == set(site.views())


# What a reader does with a widget: each list, slider, cell, option, button; the first state last.
# What a step draws anew is looked up anew. Some steps share a frame, as with a fast hand.
USE = """async (box) => {
  let steps = 0;
  const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const step = () => (++steps % 12 ? null : painted());
  const all = (selector) =>
    [...box.querySelectorAll(selector)].filter((node) => node.getClientRects().length);
  const send = (node, type) => node.dispatchEvent(new Event(type, { bubbles: true }));
  const press = (node, key) =>
    node.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  const each = async (selector, act, most = 12) => {
    for (let k = 0; k < Math.min(all(selector).length, most); k++) {
      act(all(selector)[k]);
      await step();
    }
  };
  const pick = async (place, value) => {
    const select = all("select")[place];
    if (!select) return;
    select.value = value;
    send(select, "change");
    await step();
  };
  for (let place = 0; place < all("select").length; place++) {
    const { value, options } = all("select")[place];
    for (const other of [...options].slice(0, 5)) await pick(place, other.value);
    await pick(place, value);
  }
  for (const share of [0, 1, 0.5]) {
    await each("input[type=range]", (slider) => {
      slider.value = Number(slider.min) + share * (slider.max - slider.min);
      send(slider, "input");
      send(slider, "change");
    });
  }
  await each("input[type=text], input[type=number]", (cell) => {
    cell.focus();
    cell.value = cell.value === "2" ? "3" : "2";
    press(cell, "Enter");
    send(cell, "change");
  });
  await each("input[type=radio]", (option) => option.click());
  await each("input[type=checkbox]", (option) => option.click());
  await each("input[type=checkbox]", (option) => option.click());
  for (const key of ["ArrowRight", "ArrowDown", "End", "Home"]) {
    await each("input[type=range], canvas", (node) => press(node, key));
  }
  const last = /Reset|Start again|Play/;
  const named = (button) => button.ariaLabel ?? button.textContent;
  await each("button", (button) => {
    if (!last.test(named(button)) && !named(button).includes("your own picture")) button.click();
  }, 40);
  await each("canvas", (canvas) => {
    canvas.dispatchEvent(new PointerEvent("pointermove", { clientX: 30, clientY: 40 }));
  });
  await each("button[aria-label=Play]", (button) => button.click());
  await each("button[aria-label=Pause]", (button) => button.click());
  await each("button", (button) => /Reset|Start again/.test(named(button)) && button.click());
  document.activeElement.blur();
  await painted();
  await painted();
  return steps;
}"""


@pytest.fixture
def page(browser):
    """A page on which nothing may go wrong."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text))
    yield page
    context.close()
    assert errors == []


def test_use_leaves_nothing_behind(page, tmp_path):
    path = tmp_path / "many.html"
    path.write_text(
        f"<!doctype html><meta charset=utf-8><style>{site.stylesheet()}</style>"
        f"{''.join(widget.static_html() for widget in twenty())}<script>{site.script()}</script>",
        encoding="utf-8",
    )
    page.goto(path.as_uri())
    page.wait_for_function("document.querySelectorAll('[data-live]').length === 20")
    boxes = page.query_selector_all("[data-live]")

    def use_all():
        return sum(box.evaluate(USE) for box in boxes)

    memory = Memory(page)
    assert use_all() > 500
    before = memory.count()
    use_all()
    assert memory.count() == before


LOAD = """async (urls) => {
  globalThis.views = {};
  for (const [name, url] of Object.entries(urls)) views[name] = (await import(url)).default;
}"""
SHOW_AND_REMOVE = """async ([name, values]) => {
  const handlers = new Map();
  const traits = { ...values };
  const of = (event) => handlers.get(event) ?? handlers.set(event, new Set()).get(event);
  const model = {
    get: (trait) => traits[trait],
    set(trait, value) {
      if (JSON.stringify(traits[trait]) === JSON.stringify(value)) return;
      traits[trait] = value;
      for (const handler of [...of(`change:${trait}`), ...of("change")]) handler();
    },
    on: (event, handler) => of(event).add(handler),
    off: (event, handler) => of(event).delete(handler),
    save_changes() {},
    send() {},
  };
  const el = document.createElement("div");
  document.body.append(el);
  const stop = [await views[name].initialize?.({ model }), await views[name].render({ model, el })];
  const use = USE;
  await use(el);
  for (const cleanup of stop) cleanup?.();
  el.remove();
  return [...handlers.values()].reduce((sum, set) => sum + set.size, 0);
}""".replace("USE", USE)


def traits(widget):
    """What a notebook sends to a view, its layout aside."""
    return {name: value for name, value in widget.get_state().items() if name != "layout"}


def test_a_removed_view_leaves_nothing_behind(page):
    page.set_content(f"<style>{site.stylesheet()}</style>")
    page.evaluate(LOAD, {name: module_url(page, name) for name in site.views()})

    def show_and_remove_all():
        for widget in twenty()[1::2]:
            left = page.evaluate(SHOW_AND_REMOVE, [f"{widget._module}.js", traits(widget)])
            assert left == 0, f"{widget!r} still listens to {left} events of its model"

    memory = Memory(page)
    show_and_remove_all()
    before = memory.count()
    show_and_remove_all()
    assert memory.count() == before
