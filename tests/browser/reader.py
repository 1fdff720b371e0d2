"""A widget on a page, as a reader with a keyboard has it."""

import json
from pathlib import Path

import axe_playwright_python

from cnnlab.widgets._shared import modules

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
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


KEYS = {
    "input[type=range]": ("End", "Home"),
    "input[type=radio]": ("Space", "Enter"),
    "button, select, input:not([type=file]), [tabindex='0']": ("ArrowRight", "Enter"),
}


def speaks(box):
    """Press keys on one control of a widget after another; return whether it says something new."""

    def heard():
        return "\n".join(box.locator("[aria-live=polite], [role=alert]").all_text_contents())

    before = heard()
    for selector, keys in KEYS.items():
        for control in box.locator(selector).all():
            control.focus()
            for key in keys:
                box.page.keyboard.press(key)
                if heard() != before:
                    return bool(heard().strip())
    return False


# Contrast is a matter of styles, and takes most of axe's time: of texts that are alike in kind and
# in colours, and lie in elements that are alike, the first few are checked.
MARK_ALIKE = """() => {
  const kinds = new Map(), kindOf = new Map(), seen = [];
  for (const node of document.body.querySelectorAll("*")) {
    const { color, fill, backgroundColor, backgroundImage, opacity, fontSize, fontWeight } =
      getComputedStyle(node);
    const name = [kindOf.get(node.parentElement), node.localName, node.getAttribute("class"),
      node.matches(":disabled, [aria-disabled=true]"),
      color, fill, backgroundColor, backgroundImage, opacity, fontSize, fontWeight].join("|");
    if (!kinds.has(name)) kinds.set(name, kinds.size);
    const kind = kinds.get(name);
    kindOf.set(node, kind);
    const own = [...node.childNodes].some(({ nodeType, data }) => nodeType === 3 && data.trim());
    const shows = node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    const checked = shows && (own || node.matches("input, select, textarea"));
    if (checked) seen[kind] = (seen[kind] ?? 0) + 1;
    node.toggleAttribute("data-alike", checked && (seen[kind] & (seen[kind] - 1)) > 0);
  }
}"""
RUN_AXE = """(only) => {
  axe.configure({ rules: [{ id: "color-contrast", selector: ":not([data-alike])" }] });
  return axe.run({ runOnly: only, resultTypes: ["violations"], preload: false });
}"""
# What a change of theme or of size sets in motion comes to rest.
SETTLE = """async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const ends = (animation) => animation.effect.getComputedTiming().endTime < Infinity;
  await Promise.allSettled(document.getAnimations().filter(ends).map(({ finished }) => finished));
}"""
EVERYTHING = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
PLACES = {
    "type": "rule",
    "values": [*COLOURS["values"], "scrollable-region-focusable", "target-size"],
}


def violations(page, only=EVERYTHING):
    """Return one line for each element that breaks a rule of WCAG 2.2, levels A and AA."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    page.evaluate(SETTLE)
    page.evaluate(MARK_ALIKE)
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in page.evaluate(RUN_AXE, only)["violations"]
        for node in rule["nodes"]
    ]


def violations_in_every_look(page):
    """The same, by look: as wide as the page is and as a phone, in light and in dark.

    What can't differ from one look to the next is checked once. The page stays a phone, in light.
    """
    found = {"light": violations(page)}
    page.emulate_media(color_scheme="dark")
    found["dark"] = violations(page, COLOURS)
    page.set_viewport_size(PHONE["viewport"])
    found["phone, dark"] = violations(page, COLOURS)
    page.emulate_media(color_scheme="light")
    found["phone, light"] = violations(page, PLACES)
    return {look: lines for look, lines in found.items() if lines}


# Texts that end beyond what holds them, or beyond the page. A box that scrolls sideways shows the
# rest, but code must not need it. What is a pixel wide is there for screen readers.
CUT_OFF = """() => {
  const root = document.querySelector("article") ?? document.querySelector("main");
  const cut = new Set();
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  const sticksOut = (inner, outer) => inner.right > outer.right + 1 || inner.left < outer.left - 1;
  while (texts.nextNode()) {
    const text = texts.currentNode, holder = text.parentElement;
    if (!text.data.trim() || !holder.checkVisibility({ visibilityProperty: true })) continue;
    range.selectNodeContents(text);
    let place = range.getBoundingClientRect();
    if (!place.width) continue;
    const code = holder.closest("pre") && !holder.closest(".cell_output");
    for (let node = holder; node; node = node.parentElement) {
      const { overflowX, clipPath, display } = getComputedStyle(node);
      const box = node.getBoundingClientRect();
      if (clipPath !== "none" || (box.width <= 1 && overflowX !== "visible")) {
        place = null;
        break;
      }
      if (display === "inline" || overflowX === "visible") continue;
      const scrolls = overflowX === "auto" || overflowX === "scroll";
      if (sticksOut(place, box) && (code || !scrolls)) cut.add(holder);
      place = box;
    }
    if (place && sticksOut(place, { left: 0, right: innerWidth })) cut.add(holder);
  }
  return [...cut].map((node) => {
    const classes = [...node.classList].map((name) => `.${name}`).join("");
    const name = node.localName + (node.id && `#${node.id}`) + classes;
    return `${name}: ${node.textContent.trim().slice(0, 80)}`;
  });
}"""


def cut_off(page):
    """Return one line for each text of which something lies where no reader gets to see it."""
    return page.evaluate(CUT_OFF)
