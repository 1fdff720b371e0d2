"""Every page of the built book: what a reader gets, over http and from a folder.

A page is opened once, and all is looked for there: in light and in dark, wide and narrow.
"""

import contextlib
import functools
import gzip
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import expect
from reader import COLOURS, PHONE, PLACES, cut_off, speaks, violations
from sphinx_external_toc.parsing import parse_toc_yaml

from cnnlab import widgets

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
FRONT, GALLERY = "book/index.html", "notebooks/gallery"
PAGES = [*parse_toc_yaml(ROOT / "_toc.yml"), "genindex", "search"]
CHAPTERS = [name for name in PAGES if re.match(r"notebooks/\d", name)]
WORDS = {"search": "?q=kernel"}
SIDES = ["top", "right", "bottom", "left"]
FIRST_VISIT, ANOTHER_CHAPTER = 450_000, 150_000  # bytes, gzipped

# The theme looks for what scrolls 300 ms after the page has heard of its new size: with a frame.
LATER = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 400)))"


class Visit(NamedTuple):
    """What was found while a page was open.

    Attributes
    ----------
    files : set of str
        What it fetched from the site.
    faults : list of str
        What is wrong.
    widgets : set of str
        The modules of those that are alive.
    """

    files: set
    faults: list
    widgets: set


def come_alive(page, seconds=20):
    """Give the widgets time, and return the modules of those that stay pictures."""
    still = page.locator(".cnnlab-widget:not([data-live])")
    with contextlib.suppress(AssertionError):
        expect(still).to_have_count(0, timeout=1000 * seconds)
    return modules(still)


def modules(found):
    return found.evaluate_all("(all) => all.map((widget) => widget.dataset.module)")


def too_wide(page):
    width, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    return [f"{width} pixels in {room}"] if width > room else []


def wide_formulas(page):
    return page.evaluate(
        """() => [...document.querySelectorAll("div.math")]
          .filter((box) => box.scrollWidth > box.clientWidth)
          .map((box) => box.querySelector("annotation").textContent.trim())"""
    )


def unfold(page):
    page.evaluate("document.querySelectorAll('article details').forEach((d) => { d.open = true; })")


# Past the pictures that wait until they are seen, and back to the top, where no text is covered.
PAST_ALL = """async () => {
  const to = (top) => scrollTo({ top, behavior: "instant" });
  for (let top = 0; top < document.documentElement.scrollHeight; top += innerHeight) {
    to(top);
    await new Promise(requestAnimationFrame);
  }
  to(0);
}"""


def look_around(page, path):
    """Go to a page, and look for everything that is wrong with it."""
    fetched, waiting, faults = [], set(), {}
    listeners = {
        "request": lambda request: (fetched.append(request.url), waiting.add(request)),
        "requestfinished": lambda request: waiting.discard(request),
        "requestfailed": lambda request: waiting.discard(request),
    }
    for event, listener in listeners.items():
        page.on(event, listener)
    page.goto(page.inside[0] + path, wait_until="load")
    faults["pictures"] = come_alive(page)
    page.evaluate(PAST_ALL)
    unfold(page)
    faults["too wide"] = too_wide(page)
    faults["cut off"] = cut_off(page)
    faults["light"] = violations(page)
    page.set_viewport_size(PHONE["viewport"])
    page.emulate_media(color_scheme="dark")
    faults["phone, too wide"] = too_wide(page)
    faults["phone, cut off"] = cut_off(page)
    faults["phone, a formula too wide"] = wide_formulas(page)
    page.evaluate(LATER)
    faults["phone, dark"] = violations(page, PLACES)
    while waiting:  # for what comes from this machine; Playwright's "networkidle" may never come
        page.wait_for_timeout(50)
    faults["errors"], faults["outside"] = page.errors, page.outside
    for event, listener in listeners.items():
        page.remove_listener(event, listener)
    widgets = page.locator(".cnnlab-widget")
    faults["silent"] = [
        box.get_attribute("data-module") for box in widgets.all() if not speaks(box)
    ]
    return Visit(
        {url.removeprefix(page.inside[0]) for url in fetched if url.startswith("http")},
        [f"{kind}: {one}" for kind, found in faults.items() for one in found],
        set(modules(widgets)),
    )


@pytest.fixture(scope="module")
def visited(pages, site_url):
    """Return ``visited(name)``, the visit to a page of the book, which is opened once."""

    @functools.cache
    def visit(name):
        page = pages.borrow(site_url)
        found = look_around(page, f"{name}.html{WORDS.get(name, '')}")
        pages.give_back(page)
        return found

    return visit


@pytest.fixture(scope="module")
def weight(site):
    """Return ``weight(files)``, the bytes that they take gzipped."""

    @functools.cache
    def one(path):
        return len(gzip.compress((site / re.split("[?#]", path)[0]).read_bytes()))

    return lambda files: sum(map(one, files))


def test_the_list_of_pages_is_whole(site):
    built = {str(p.relative_to(site)) for p in site.rglob("*.html") if "_static" not in p.parts}
    assert built == {f"{name}.html" for name in ("index", *PAGES)}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_alive_accessible_and_whole(visited, name):
    faults = visited(name).faults
    assert faults == [], "\n".join(faults)


@pytest.mark.parametrize("name", PAGES)
def test_weight(visited, weight, name):
    others = {f"{other}.html" for other in PAGES if other != name}  # a search reads what it finds
    files = visited(name).files - others
    assert 50_000 < weight(files) <= FIRST_VISIT
    shared = {path for path in visited(CHAPTERS[0]).files if path.startswith("_static/")}
    assert 1_000 < weight(files - shared) <= ANOTHER_CHAPTER


def test_each_sheet_is_one_printed_page_with_all_its_columns(open_page):
    page = open_page("book/sheets.html")
    sheets = page.locator("#a-sheet-for-each-chapter > section").count()
    assert sheets == len(CHAPTERS)
    for paper in ("A4", "Letter"):
        printed = page.pdf(format=paper, margin=dict.fromkeys(SIDES, "12mm"))
        assert len(re.findall(rb"/Type /Page\b", printed)) == 1 + sheets, paper
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 700, "height": 1000})  # 21 cm, less the margins
    tables = page.locator(".pst-scrollable-table-container")
    assert (
        tables.evaluate_all("(all) => all.map((box) => box.scrollWidth - box.clientWidth)")
        == [0] * tables.count()
    )


def test_the_site_opens_at_its_front_page(open_page):
    page = open_page("index.html")
    page.wait_for_url("**/book/index.html")


def test_the_gallery_shows_every_widget(visited):
    kinds = {getattr(widgets, name)._module for name in widgets.__all__}
    assert visited(GALLERY).widgets == kinds


def test_the_playground_takes_the_photograph_alone_out_of_its_picture(open_page):
    page = open_page(f"{CHAPTERS[0]}.html")
    title = page.locator(".cnnlab-playground .cnnlab-title").first
    expect(title).to_have_text("Photo 132 × 186")


# Styles are shared, so the dark on a wide page and the light on a real phone are looked at where
# they all are.
def test_the_dark(open_page):
    page = open_page(FRONT, color_scheme="dark")
    assert come_alive(page) == []
    assert violations(page, COLOURS) == []


@pytest.mark.parametrize("name", [CHAPTERS[0], GALLERY])
def test_on_a_phone(open_page, name):
    page = open_page(f"{name}.html", **PHONE, device_scale_factor=2)
    assert come_alive(page) == []
    unfold(page)
    assert too_wide(page) == []
    assert violations(page, PLACES) == []


# Opened by double-click a page may not fetch: widgets and the search must do without it, and
# nothing else differs. Firefox opens every page so.
@pytest.mark.parametrize("name", [GALLERY, "search"])
def test_a_page_works_from_a_folder(open_page, site_folder_url, name):
    page = open_page(f"{name}.html{WORDS.get(name, '')}", base=site_folder_url)
    assert come_alive(page) == []
    page.evaluate("() => new Promise(requestIdleCallback)")
    if name == "search":
        page.locator("#search-results li").first.wait_for()
    assert page.outside == []
    assert page.errors == []


def test_the_search_finds_pages(open_page):
    page = open_page("search.html?q=kernel")
    page.locator("#search-results li").first.wait_for()


def test_claims_are_shown_by_source_chapter_and_verdict(open_page):
    page = open_page("book/numbers.html")
    every = page.locator(".cnnlab-claim")
    seen, count = page.locator(".cnnlab-claim:visible"), every.count()
    page.get_by_label("Verdict").select_option("WRONG")
    wrong = page.locator(".cnnlab-claim.is-wrong")
    expect(seen).to_have_count(wrong.count())
    page.get_by_label("Chapter").select_option("1")
    expect(seen).to_have_count(page.locator(".cnnlab-claim.is-wrong.in-chapter-1").count())
    expect(page.locator(".cnnlab-filter output")).to_contain_text(f"of {count} shown")
    assert 0 < seen.count() < wrong.count() < count
    page.locator(".cnnlab-verdicts a").first.click()  # to a claim that is not shown
    expect(seen).to_have_count(count)
    page.get_by_label("Verdict").select_option("NOT CHECKABLE")
    page.locator(".cnnlab-verdicts a").first.click()  # the same link once more
    expect(seen).to_have_count(count)


def styles(found, *names):
    """Return the computed values of each element that is found."""
    return found.evaluate_all(
        "(all, names) => all.map((one) => names.map((name) => getComputedStyle(one)[name]))", names
    )


def test_on_a_phone_a_table_shows_the_shadow_and_the_arrow_beside_a_title_is_seen(open_page):
    page = open_page("book/numbers.html", viewport=PHONE["viewport"])
    rows = styles(page.locator(".pst-scrollable-table-container tr"), "backgroundColor")
    assert {row for (row,) in rows} == {"rgba(0, 0, 0, 0)"}
    links = page.locator(".prev-next-area a")
    assert links.evaluate_all("(all) => all.map((a) => a.scrollWidth - a.clientWidth)") == [0, 0]


def test_where_the_focus_is_shows_in_forced_colours_and_inside_a_box(open_page):
    page = open_page(f"{CHAPTERS[0]}.html")
    summary = page.locator("details.hide > summary").first
    page.keyboard.press("Tab")
    summary.focus()
    assert styles(summary, "outlineStyle", "outlineOffset") == [["solid", "-2px"]]
    page.emulate_media(forced_colors="active")
    link = page.locator(".bd-sidebar-primary nav.bd-links li > a").first
    link.focus()
    assert styles(link, "outlineStyle", "outlineWidth") == [["solid", "2px"]]
    page.emulate_media(forced_colors="none")


def test_a_page_is_printed_from_the_dark_as_from_the_light(open_page):
    page = open_page(FRONT)
    text = page.locator("article p, article a, article h1")
    page.emulate_media(media="print")
    light = styles(text, "color")
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert styles(text, "color") == light


def test_the_magnifier_is_beside_what_is_searched(open_page):
    page = open_page("search.html?q=kernel")
    field = page.locator("article form.bd-search, main form.bd-search").first
    icon, text = field.locator(".fa-magnifying-glass"), field.locator("input")
    start = text.evaluate(
        "(e) => e.getBoundingClientRect().x + parseFloat(getComputedStyle(e).paddingLeft)"
    )
    assert icon.evaluate("(e) => e.getBoundingClientRect().right") <= start


def test_the_check_for_accessibility_can_fail(open_page):
    page = open_page(FRONT)
    page.evaluate(
        """() => document.querySelector("article").insertAdjacentHTML("beforeend", `
          <style>.faint { color: #aaa; background: #fff }</style>${"<p>Plain to see</p>".repeat(9)}
          ${"<p class='faint' hidden>Not seen</p><p class='faint'></p>".repeat(9)}
          <p class="faint">Hardly seen</p><img src="data:,">`)"""
    )
    rules = [line.partition(":")[0] for line in violations(page)]
    assert sorted(rules) == ["color-contrast", "image-alt"]


def test_the_check_for_wide_formulas_can_fail(open_page):
    page = open_page("book/sheets.html", viewport=PHONE["viewport"])
    assert wide_formulas(page) == []
    page.add_style_tag(content=".katex-display { width: 30rem; }")
    assert len(wide_formulas(page)) > 1


def test_the_check_for_what_is_cut_off_can_fail(open_page):
    page = open_page(FRONT, viewport=PHONE["viewport"])
    assert cut_off(page) == []
    page.evaluate(
        """() => document.querySelector("article").insertAdjacentHTML("beforeend", `
          <pre id="code" style="overflow: auto">${"x = ".repeat(40)}</pre>
          <div class="cell_output"><pre style="overflow: auto">${"1 ".repeat(100)}</pre></div>
          <p id="hidden" style="overflow: hidden; white-space: nowrap">${"hidden ".repeat(20)}</p>
          <p id="wide" style="white-space: nowrap">${"wide ".repeat(40)}</p>`)"""
    )
    assert [line.partition(":")[0] for line in cut_off(page)] == ["pre#code", "p#hidden", "p#wide"]


def test_what_a_page_asks_for_elsewhere_is_seen_and_stopped(open_page):
    page = open_page(FRONT)
    address = "https://example.org/picture.png"
    with page.expect_console_message():
        page.evaluate("(src) => document.body.append(Object.assign(new Image(), { src }))", address)
    assert page.outside == [address]
    assert "ERR_NAME_NOT_RESOLVED" in page.errors[0]
