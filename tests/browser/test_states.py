"""All widgets in all their states on one page: who can use them, at which widths, in which colours."""

import itertools

import pytest
from reader import SETTLE, cut_off, violations_in_every_look
from states import states

pytestmark = pytest.mark.browser

# What a field, a list or a cell of a grid shows only in part.
CUT_IN_FIELDS = """() => {
  const found = [];
  const seen = (selector) => [...document.querySelectorAll(selector)].filter((node) => node.checkVisibility());
  for (const input of seen("input[type=text]")) {
    if (input.scrollWidth > input.clientWidth + 1) found.push(`${input.ariaLabel}: ${input.value}`);
  }
  for (const select of seen("select")) {
    const alone = select.cloneNode(false); // as wide as the chosen option needs
    alone.append(select.selectedOptions[0].cloneNode(true));
    Object.assign(alone.style, { position: "absolute", maxWidth: "none", width: "max-content" });
    select.after(alone);
    if (alone.offsetWidth > select.offsetWidth + 1) found.push(`${select.ariaLabel}: ${select.value}`);
    alone.remove();
  }
  const range = document.createRange();
  for (const cell of seen("td.cnnlab-cell")) {
    if (!cell.firstChild || cell.querySelector("input")) continue;
    range.selectNodeContents(cell);
    const [text, box] = [range.getBoundingClientRect(), cell.getBoundingClientRect()];
    if (text.left < box.left - 1 || text.right > box.right + 1) found.push(`a cell: ${cell.textContent}`);
  }
  return [...new Set(found)];
}"""

# What differs between two elements when a reader's own few colours take the place of the page's: how they are
# drawn, the background aside.
DIFFERENCE = """([one, other]) => {
  const looks = ["borderTopStyle", "borderTopWidth", "borderTopColor", "borderLeftStyle", "borderLeftWidth",
    "outlineStyle", "outlineWidth", "outlineColor", "textDecorationLine", "fontWeight", "color"];
  const kept = ["backgroundColor", "backgroundImage"];
  const find = (selector) => {
    const node = [...document.querySelectorAll(selector)].find((node) => node.checkVisibility());
    if (!node) throw new Error(`nothing is ${selector}`);
    return getComputedStyle(node);
  };
  const [a, b] = [one, other].map(find);
  const drawn = [a, b].every((style) => style.forcedColorAdjust === "none") ? [...looks, ...kept] : looks;
  return drawn.filter((name) => a[name] !== b[name]);
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
    (".cnnlab-rf-list [aria-current]", ".cnnlab-rf-row:not([aria-current])"),
    (".cnnlab-rf-table [aria-current]", ".cnnlab-rf-table tr:not([aria-current])"),
    (".cnnlab-quiz-right", ".cnnlab-quiz-why:not(.cnnlab-quiz-right)"),
    *(
        (f".cnnlab-swatch-{one}", f".cnnlab-swatch-{other}")
        for one, other in itertools.combinations(
            ["chosen", "read", "skipped", "padding", "unread", "theory"], 2
        )
    ),
]


@pytest.fixture
def open_states(open_widgets):
    def open_them(**options):
        page = open_widgets(*states(), **options)
        live = page.locator(".cnnlab-widget[data-live]")
        live.nth(page.locator(".cnnlab-widget").count() - 1).wait_for()
        page.evaluate("document.querySelectorAll('details').forEach((node) => (node.open = true))")
        return page

    return open_them


def test_everybody_can_use_them(open_states):
    assert violations_in_every_look(open_states()) == {}


def test_nothing_is_cut_off_at_any_width(open_states):
    page = open_states(viewport={"width": 700, "height": 900})
    cut = {}
    for width in range(320, 701, 20):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(SETTLE)
        cut[width] = cut_off(page) + page.evaluate(CUT_IN_FIELDS)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert {width: texts for width, texts in cut.items() if texts} == {}


def test_states_are_told_apart_in_forced_colours(open_states):
    page = open_states(forced_colors="active")
    told = {pair: page.evaluate(DIFFERENCE, pair) for pair in TOLD_APART}
    assert [pair for pair, differences in told.items() if not differences] == []
    grounds = page.evaluate(
        """() => [...document.querySelectorAll(".cnnlab-window, .cnnlab-matrix-band")].map((node) =>
          [getComputedStyle(node).outlineColor, getComputedStyle(document.body).backgroundColor])"""
    )
    assert grounds
    assert all(outline != ground for outline, ground in grounds)
