"""Every page of the built book: what a reader gets, over http and from a folder."""

import gzip
from pathlib import Path

import pytest
from reader import violations

pytestmark = pytest.mark.browser

SITE = Path(__file__).resolve().parents[2] / "_build" / "html"
CHAPTER = "notebooks/01_sliding_window.html"
PAGES = (
    "index.html",
    "book/index.html",
    CHAPTER,
    "notebooks/gallery.html",
    "book/notation.html",
    "book/glossary.html",
    "book/numbers.html",
    "book/bibliography.html",
    "genindex.html",
    "search.html?q=kernel",
)
DESKTOP = {"viewport": {"width": 1280, "height": 900}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
SETTINGS = {
    "desktop": {**DESKTOP, "color_scheme": "light"},
    "dark": {**DESKTOP, "color_scheme": "dark"},
    "phone": {**PHONE, "color_scheme": "light"},
    "phone-dark": {**PHONE, "color_scheme": "dark"},
}
FIRST_VISIT, SECOND_PAGE = 450_000, 120_000  # bytes, gzipped


def come_alive(page):
    """Wait for every widget, and return how many there are."""
    page.wait_for_function(
        "() => document.querySelectorAll('.cnnlab-widget:not([data-live])').length === 0"
    )
    return page.locator(".cnnlab-widget").count()


def test_the_list_of_pages_is_whole(site):
    built = {str(p.relative_to(site)) for p in site.rglob("*.html") if "_static" not in p.parts}
    assert built == {page.partition("?")[0] for page in PAGES}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_works_from_a_folder(open_page, site_folder_url, path):
    page = open_page(path, base=site_folder_url, **SETTINGS["desktop"])
    come_alive(page)
    page.evaluate("() => new Promise(requestIdleCallback)")
    assert page.outside == []
    assert page.errors == []


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_alive_accessible_and_whole(open_page, path, setting):
    page = open_page(path, **SETTINGS[setting])
    come_alive(page)
    page.wait_for_load_state("networkidle")
    assert page.outside == []
    assert page.errors == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for hidden in page.locator("article details").all():
        hidden.evaluate("element => { element.open = true }")
    assert violations(page) == []


def test_the_check_for_accessibility_can_fail(open_page):
    page = open_page("book/index.html", **SETTINGS["desktop"])
    page.evaluate("document.querySelector('article').insertAdjacentHTML('beforeend', '<img src>')")
    assert any(line.startswith("image-alt") for line in violations(page))


def test_chapter_1_has_two_widgets(open_page):
    page = open_page(CHAPTER, **SETTINGS["desktop"])
    assert come_alive(page) >= 2


def fetched(page, url):
    """Return the gzipped size of each file that opening a page fetched, to its very end."""
    sizes = {}
    page.on("response", lambda answer: sizes.update({answer.url: answer}))
    page.goto(url, wait_until="load")
    come_alive(page)
    page.keyboard.press("End")
    page.wait_for_load_state("networkidle")
    return {
        address: len(gzip.compress(answer.body()))
        for address, answer in sizes.items()
        if address.startswith("http") and answer.ok
    }


@pytest.fixture(scope="module")
def chapter_files(browser, site_url):
    with browser.new_context(**SETTINGS["desktop"]) as context:
        return fetched(context.new_page(), site_url + CHAPTER)


def test_weight_of_a_first_visit(chapter_files):
    print(f"chapter 1, first visit: {sum(chapter_files.values())} bytes, gzipped")
    assert 50_000 < sum(chapter_files.values()) <= FIRST_VISIT


# index.html is no page but a way to the front page
@pytest.mark.parametrize("path", [page for page in PAGES if page not in ("index.html", CHAPTER)])
def test_weight_of_the_second_page(browser, site_url, chapter_files, path):
    with browser.new_context(**SETTINGS["desktop"]) as context:
        files = fetched(context.new_page(), site_url + path)
    new = sum(size for address, size in files.items() if address not in chapter_files)
    print(f"{path} after chapter 1: {new} bytes, gzipped")
    assert 1_000 < new <= SECOND_PAGE
