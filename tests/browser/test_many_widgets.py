"""Widgets of every kind on one page, and in a notebook: use leaves nothing behind.

Chromium counts the nodes and the listeners that are in memory, those in no document included.
"""

import pytest
from memory import Memory
from reader import module_url
from states import states
from widget_examples import WIDGETS, example

from cnnlab.widgets import site

pytestmark = pytest.mark.browser


def examples():
    return [example(kind) for kind in WIDGETS]


MAKERS = [examples, pytest.param(states, marks=pytest.mark.soak)]
STEPS = 20  # that a reader can at least take with a widget


# Lets `rest()` wait until no frame and no timer is due: then all that was begun is drawn.
WATCH = """
const due = new Set();
const asked = { requestAnimationFrame: "cancelAnimationFrame", setTimeout: "clearTimeout" };
for (const [ask, cancel] of Object.entries(asked)) {
  const [start, stop] = [window[ask].bind(window), window[cancel].bind(window)];
  window[ask] = (act, ...how) => {
    const id = start((...now) => {
      due.delete(ask + id);
      act(...now);
    }, ...how);
    due.add(ask + id);
    return id;
  };
  window[cancel] = (id) => {
    due.delete(ask + id);
    stop(id);
  };
}
window.rest = async () => {
  do await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  while (due.size);
};"""

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


@pytest.mark.parametrize("make", MAKERS)
def test_use_leaves_nothing_behind(page, tmp_path, make):
    widgets = make()
    path = tmp_path / "many.html"
    path.write_text(site.page(*widgets), encoding="utf-8")
    page.add_init_script(WATCH)
    page.goto(path.as_uri())
    page.locator("[data-live]").nth(len(widgets) - 1).wait_for()
    boxes = page.query_selector_all("[data-live]")

    def use_all():
        steps = sum(box.evaluate(USE) for box in boxes)
        page.evaluate("rest()")
        return steps

    memory = Memory(page)
    assert use_all() > STEPS * len(widgets)
    before = memory.count()
    use_all()
    assert memory.count() == before


# What each widget looks like when it says that it is alive, and two frames later.
WAKE = """
window.woken = new Map();
new MutationObserver((records) => {
  for (const { target } of records) woken.set(target, target.innerHTML);
}).observe(document, { subtree: true, attributeFilter: ["data-live"] });"""
REDRAWN = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  await frame();
  return [...woken].filter(([box, before]) => box.innerHTML !== before)
    .map(([box]) => box.dataset.module);
}"""


def test_a_widget_comes_alive_drawn_for_the_width_that_it_has(page, tmp_path):
    """Else it is drawn twice, and what is pointed at in between is gone."""
    path = tmp_path / "woken.html"
    path.write_text(site.page(*examples()), encoding="utf-8")
    page.add_init_script(WAKE)
    page.goto(path.as_uri())
    page.locator("[data-live]").nth(len(WIDGETS) - 1).wait_for()
    assert page.evaluate("woken.size") == len(WIDGETS)
    assert page.evaluate(REDRAWN) == []


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


@pytest.mark.parametrize("make", MAKERS)
def test_a_removed_view_leaves_nothing_behind(page, make):
    widgets = make()
    page.set_content(f"<style>{site.stylesheet()}</style>")
    page.evaluate(LOAD, {name: module_url(page, name) for name in site.views()})

    def show_and_remove_all():
        for widget in widgets:
            left = page.evaluate(SHOW_AND_REMOVE, [f"{widget._module}/view.js", traits(widget)])
            assert left == 0, f"{widget!r} still listens to {left} events of its model"

    memory = Memory(page)
    show_and_remove_all()
    before = memory.count()
    show_and_remove_all()
    assert memory.count() == before
