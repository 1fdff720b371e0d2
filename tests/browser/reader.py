"""A widget on a page, as a reader with a keyboard has it."""

import json
from pathlib import Path

import axe_playwright_python

from cnnlab.widgets import modules

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": PHONE,
    "phone-dark": {**PHONE, "color_scheme": "dark"},
}


# A model as a notebook's front end has it; `set` does as Python does.
MODEL = """async ([url, traits]) => {
  const widget = (await import(url)).default;
  const handlers = new Map();
  const of = (event) => [...(handlers.get(event) ?? [])];
  const model = {
    saved: 0, values: { ...traits, _initial: traits },
    get: (name) => model.values[name],
    set: (name, value) => {
      if (JSON.stringify(model.values[name]) === JSON.stringify(value)) return;
      model.values[name] = value;
      of(`change:${name}`).forEach((handler) => handler());
    },
    save_changes: () => model.saved++,
    on: (event, handler) => handlers.set(event, new Set([...of(event), handler])),
    off: (event, handler) => handlers.get(event)?.delete(handler),
    listeners: () => [...handlers.values()].reduce((sum, { size }) => sum + size, 0),
  };
  const box = document.createElement("div");
  box.className = "cnnlab-widget";
  box.dataset.live = "";
  document.body.append(box);
  const rest = widget.initialize?.({ model });
  const close = widget.render({ model, el: box });
  globalThis.model = model;
  globalThis.stop = () => {
    close();
    rest?.();
  };
}"""


def module_url(page, name):
    """Return the URL under which this page can import one of the widgets' modules."""
    return page.evaluate(f"() => {{ {modules.carried([name])} return link({json.dumps(name)}); }}")


class Reader:
    """One live widget: its box on the page, its keys, and what can be read off it."""

    def __init__(self, page, selector=".cnnlab-widget[data-live]"):
        self.page = page
        self.box = page.locator(selector).first
        self.box.wait_for()

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def control(self, name):
        """The control, button or list with this accessible name."""
        labelled = self.box.get_by_label(name, exact=True)
        return labelled.or_(self.box.get_by_role("button", name=name, exact=True))

    def tab_to(self, name, limit=200):
        """Press Tab until the focus is on a control of the widget with this accessible name."""
        target = self.control(name).element_handle()
        for _ in range(limit):
            self.press("Tab")
            if target.evaluate("(node) => node === document.activeElement"):
                return
        raise AssertionError(f"{name!r} not reached by {limit} presses of Tab")

    @property
    def heard(self):
        return self.box.locator("[aria-live=polite]").text_content()

    @property
    def message(self):
        return self.box.locator("[role=alert]").text_content()

    def texts(self, selector):
        return self.box.locator(selector).all_text_contents()

    def numbers(self, name):
        """The texts of a grid's cells, its padding included, as (H, W) lists."""
        return self.box.locator(f"table[aria-label='{name}']").evaluate(
            """(table) => [...table.rows].map((row) => [...row.cells]
              .map((cell) => cell.querySelector("input")?.value ?? cell.textContent))"""
        )

    def inner(self, name):
        """The same without the padding."""
        return self.box.locator(f"table[aria-label='{name}']").evaluate(
            """(table) => [...table.rows].map((row) => [...row.cells]
              .filter((cell) => !cell.classList.contains("cnnlab-padding"))
              .map((cell) => cell.querySelector("input")?.value ?? cell.textContent))
              .filter((row) => row.length)"""
        )


def violations(page):
    """Return one line for each element that breaks a rule of WCAG 2.2, levels A and AA."""
    page.evaluate(AXE)
    found = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS
    )["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]
