"""All widgets in all their states on one page: who can use them, how wide, in which colours."""

import itertools
import re

import pytest
from reader import PHONE, SETTLE, cut_off, violations, violations_in_every_look
from states import states

pytestmark = pytest.mark.browser

# What a field, a list or a cell of a grid shows only in part.
CUT_IN_FIELDS = """() => {
  const found = [];
  const seen = (selector) =>
    [...document.querySelectorAll(selector)].filter((node) => node.checkVisibility());
  for (const input of seen("input[type=text]")) {
    if (input.scrollWidth > input.clientWidth + 1) found.push(`${input.ariaLabel}: ${input.value}`);
  }
  for (const select of seen("select")) {
    const alone = select.cloneNode(false); // as wide as the chosen option needs
    alone.append(select.selectedOptions[0].cloneNode(true));
    Object.assign(alone.style, { position: "absolute", maxWidth: "none", width: "max-content" });
    select.after(alone);
    const cut = alone.offsetWidth > select.offsetWidth + 1;
    if (cut) found.push(`${select.ariaLabel}: ${select.value}`);
    alone.remove();
  }
  const range = document.createRange();
  for (const cell of seen("td.cnnlab-cell")) {
    if (!cell.firstChild || cell.querySelector("input")) continue;
    range.selectNodeContents(cell);
    const [text, box] = [range.getBoundingClientRect(), cell.getBoundingClientRect()];
    const cut = text.left < box.left - 1 || text.right > box.right + 1;
    if (cut) found.push(`a cell: ${cell.textContent}`);
  }
  return [...new Set(found)];
}"""

# What differs between two elements where a reader's own few colours take the place of the page's:
# how they are drawn, the background aside, but for what keeps its colours.
DIFFERENCE = """([one, other]) => {
  const looks = ["borderTopStyle", "borderTopWidth", "borderTopColor", "borderLeftStyle",
    "outlineStyle", "outlineWidth", "outlineColor", "textDecorationLine", "fontWeight", "color"];
  const kept = ["backgroundColor", "backgroundImage"];
  const find = (selector) => {
    const node = [...document.querySelectorAll(selector)].find((node) => node.checkVisibility());
    if (!node) throw new Error(`nothing is ${selector}`);
    return getComputedStyle(node);
  };
  const [a, b] = [one, other].map(find);
  const keep = [a, b].every((style) => style.forcedColorAdjust === "none");
  return (keep ? [...looks, ...kept] : looks).filter((name) => a[name] !== b[name]);
}"""
PLAIN = "td.cnnlab-cell:not(.cnnlab-read, .cnnlab-skipped, .cnnlab-padding, .cnnlab-editable)"
TOLD_APART = [
    ("[aria-pressed=true]", "[aria-pressed=false]"),
    ("td.cnnlab-editable", PLAIN),
    ("td.cnnlab-read", PLAIN),
    ("td.cnnlab-padding:not(.cnnlab-read, .cnnlab-skipped)", PLAIN),
    ("td.cnnlab-skipped", PLAIN),
    ("td.cnnlab-skipped", "td.cnnlab-read"),
    (".cnnlab-window:not(.cnnlab-blue)", PLAIN),
    (".cnnlab-window.cnnlab-blue", ".cnnlab-window:not(.cnnlab-blue, .cnnlab-pickable + *)"),
    ("button[aria-disabled=true]", "button[aria-disabled=false]"),
    (".cnnlab-rf-table [aria-current=true]", ".cnnlab-rf-table tr:not([aria-current=true])"),
    (".cnnlab-quiz-right", ".cnnlab-quiz-why:not(.cnnlab-quiz-right)"),
    *(
        (f".cnnlab-swatch-{one}", f".cnnlab-swatch-{other}")
        for one, other in itertools.combinations(
            ["chosen", "read", "skipped", "padding", "unread"], 2
        )
    ),
]

# Types into the first field of each widget.
TYPE = """async (text) => {
  for (const root of document.querySelectorAll(".cnnlab")) {
    const field = root.querySelector("input[type=text]:not([readonly], [aria-label$=name])");
    if (!field) continue;
    field.focus();
    field.value = text;
    for (const kind of ["change", "focusout"]) {
      field.dispatchEvent(new Event(kind, { bubbles: true }));
    }
    for (let k = 0; k < 3; k++) await null; // what is due is drawn
  }
}"""

# Walks through each widget by its own keys, and returns what is not where it was before.
WALK = """async () => {
  const STILL = "table, button, select, input, canvas, .cnnlab-matrix-note, .cnnlab-size-axes, "
    + ".cnnlab-terms, .cnnlab-total, .cnnlab-sum, .cnnlab-now";
  const moved = [];
  for (const root of document.querySelectorAll(".cnnlab")) {
    const scrubber = root.querySelector("[aria-label=Position], [aria-label=Unit]");
    if (!scrubber) continue;
    const places = () => [...root.querySelectorAll(STILL)].map((node) => {
      const [here, from] = [node, root].map((one) => one.getBoundingClientRect());
      const name = node.className || node.localName;
      return `${name} at ${Math.round(here.x - from.x)}, ${Math.round(here.y - from.y)}`;
    });
    const press = async (key) => {
      scrubber.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
      for (let k = 0; k < 3; k++) await null; // what is due is drawn
    };
    await press("Home");
    const before = places();
    for (let k = 0; k < 14; k++) {
      await press("ArrowRight");
      const away = places().filter((place, k) => place !== before[k]);
      moved.push(...away.map((place) => [root.ariaLabel, place]));
    }
  }
  return moved;
}"""


@pytest.fixture
def open_states(open_widgets):
    def open_them(**options):
        page = open_widgets(*states(), **options)
        live = page.locator(".cnnlab-widget[data-live]")
        live.nth(page.locator(".cnnlab-widget").count() - 1).wait_for()
        page.evaluate("document.querySelectorAll('details').forEach((node) => (node.open = true))")
        page.add_style_tag(content="code { overflow-wrap: break-word }")  # the book's theme does so
        return page

    return open_them


def test_everybody_can_use_them(open_states):
    page = open_states()
    assert violations_in_every_look(page) == {}
    page.evaluate(TYPE, "7")  # outputs are marked now
    page.evaluate(TYPE, "a")  # and now there are refusals, too
    assert page.locator(".cnnlab-changed").count() > 20
    assert page.locator(".cnnlab-beside").count() > 15
    assert violations(page) == []
    assert cut_off(page) == []


def test_nothing_is_cut_off_at_any_width(open_states):
    page = open_states(viewport={"width": 700, "height": 900})
    cut = {}
    for width in range(320, 701, 20):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(SETTLE)
        cut[width] = cut_off(page) + page.evaluate(CUT_IN_FIELDS)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert {width: texts for width, texts in cut.items() if texts} == {}


def test_nothing_is_cut_off_where_no_script_runs(open_widgets):
    page = open_widgets(
        *states(), java_script_enabled=False, viewport={"width": 700, "height": 900}
    )
    assert page.locator(".cnnlab-still table").count() > 60
    cut = {}
    for width in (320, 390, 520, 700):
        page.set_viewport_size({"width": width, "height": 900})
        cut[width] = cut_off(page) + page.evaluate(CUT_IN_FIELDS)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert {width: texts for width, texts in cut.items() if texts} == {}


def test_states_are_told_apart_in_forced_colours(open_states):
    page = open_states(forced_colors="active")
    told = {pair: page.evaluate(DIFFERENCE, pair) for pair in TOLD_APART}
    assert [pair for pair, differences in told.items() if not differences] == []
    grounds = page.evaluate(
        """() => [["window", "outlineColor"], ["matrix-band", "stroke"]].flatMap(([name, edge]) =>
          [...document.querySelectorAll(`.cnnlab-${name}`)].map((node) =>
            [getComputedStyle(node)[edge], getComputedStyle(document.body).backgroundColor]))"""
    )
    assert grounds
    assert all(edge != ground for edge, ground in grounds)


def test_nothing_jumps_while_stepping(open_states):
    page = open_states()
    for width in (1000, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(SETTLE)
        assert page.evaluate(WALK) == []


def test_nothing_moves_for_those_who_wish_so(open_states):
    page = open_states(reduced_motion="reduce")
    durations = page.evaluate(
        """() => [...document.querySelectorAll(".cnnlab *")].map((node) => getComputedStyle(node))
          .flatMap((style) => [style.transitionDuration, style.animationName])"""
    )
    assert set(durations) == {"0s", "none"}


def test_a_touch_screen_is_not_told_of_keys(open_states):
    """What help there is says nothing of keys; with a mouse it begins with them."""
    told = "(all) => all.map((node) => node.innerText)"
    phone = open_states(**PHONE).locator(".cnnlab-help").evaluate_all(told)
    desk = open_states().locator(".cnnlab-help").evaluate_all(told)
    words = re.compile("keys|arrows|Enter|Escape|Home and End")
    assert len(phone) == len(desk) > 20
    assert [text for text in phone if words.search(text)] == []
    assert [text for text in desk if not words.search(text)] == []
