"""A browser, the built site, and pages that keep a record of what goes wrong on them."""

import functools
import os
import secrets
import shutil
import subprocess
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import chromium
import pytest
from jupyter_lab import Lab, start_server
from playwright.sync_api import expect, sync_playwright
from reader import MODEL, module_url

from cnnlab.widgets.site import page as own_page

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"
SOURCES = ("book", "notebooks", "cnnlab", "_config.yml", "_toc.yml")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # the network is closed
)

expect.set_options(timeout=30_000)  # as all else that waits


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium, which reaches this machine and no other."""
    path = chromium.find()
    if path is None:
        pytest.fail(chromium.ADVICE)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def site():
    """Return the folder of the built book: $CNNLAB_SITE, or the one here, built if it is stale."""
    if named := os.environ.get("CNNLAB_SITE"):
        return Path(named)
    if not _is_fresh():
        book = Path(sys.executable).with_name("jupyter-book")
        options = ["--all", "-W", "-n", "--keep-going", "--quiet"]
        subprocess.run([book, "build", ROOT, *options], check=True)
    return SITE


def _is_fresh():
    index = SITE / "book" / "index.html"
    return index.exists() and index.stat().st_mtime >= max(map(_changed, SOURCES))


def _changed(name):
    path = ROOT / name
    files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    skipped = {"node_modules", "__pycache__", ".ipynb_checkpoints"}
    return max((p.stat().st_mtime for p in files if skipped.isdisjoint(p.parts)), default=0)


class Quiet(SimpleHTTPRequestHandler):
    """Serve files without a line for each, and no icon, which a browser asks the whole host for."""

    def do_GET(self):
        if self.path == "/favicon.ico":
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, *args):
        pass


@pytest.fixture(scope="session")
def site_url(site):
    """Return the address, ending in ``/``, of the built book, served from this machine."""
    handler = functools.partial(Quiet, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def site_folder_url(site, tmp_path_factory):
    """Return the address, ending in ``/``, of a copy of the built book opened from a folder."""
    folder = tmp_path_factory.mktemp("unzipped") / "a book"
    shutil.copytree(site, folder)
    return folder.as_uri() + "/"


class Pages:
    """Pages that tests borrow one after another: an address costs far less than a new page."""

    def __init__(self, browser):
        self.browser, self.free = browser, {}

    def borrow(self, inside, *, viewport=None, color_scheme="light", **context_options):
        """Return an empty page, which notes what goes wrong on it and what leaves `inside`.

        Parameters
        ----------
        inside : str
            How the addresses begin that the page may ask for.
        viewport : dict, optional
            Its width and height in pixels; 1280 × 900 by default.
        color_scheme, **context_options
            As Playwright's ``new_context`` takes them.

        Returns
        -------
        Page
            With three lists: ``outside``, the addresses that it asked for elsewhere; ``errors``,
            console errors and uncaught exceptions; ``said``, all that its console says.
        """
        kind = repr(sorted(context_options.items()))
        free = self.free.setdefault(kind, [])
        page = free.pop() if free else self._make(context_options)
        page.kind, page.inside = kind, (inside, "data:", "blob:", "about:")
        page.outside, page.errors, page.said = [], [], []
        page.set_viewport_size(viewport or {"width": 1280, "height": 900})
        page.emulate_media(media="null", color_scheme=color_scheme)
        page.mouse.move(0, 0)
        return page

    def give_back(self, page):
        page.goto("about:blank")
        self.free[page.kind].append(page)

    def _make(self, context_options):
        page = self.browser.new_context(**context_options).new_page()

        def leave(request):
            if not request.url.startswith(page.inside):
                page.outside.append(request.url)

        def say(message):
            page.said.append(message.text)
            if message.type == "error":
                page.errors.append(f"{message.text} ({message.location.get('url', '')})")

        page.on("request", leave)
        page.on("console", say)
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        return page


@pytest.fixture(scope="session")
def pages(browser):
    return Pages(browser)


@pytest.fixture
def open_page(pages, site_url):
    """Return ``open_page(path, *, base=site_url, **options)``, which opens a page of the book.

    The page comes back loaded, with the lists and the options of :meth:`Pages.borrow`.
    """
    opened = []

    def open_one(path, *, base=site_url, **options):
        page = pages.borrow(base, **options)
        opened.append(page)
        page.goto(base + path, wait_until="load")
        return page

    yield open_one
    for page in opened:
        pages.give_back(page)


@pytest.fixture
def open_widgets(pages, tmp_path):
    """Return ``open_widgets(*widgets, **options)``, which opens a page of their own.

    It has neither kernel nor network. Whatever is written to its console, goes wrong on it, or
    leaves it, fails the test.
    """
    opened = []

    def open_them(*widgets, **options):
        path = tmp_path / f"{len(opened)}.html"
        path.write_text(own_page(*widgets, title="Widgets"), encoding="utf-8")
        page = pages.borrow(path.as_uri(), **options)
        opened.append(page)
        page.goto(path.as_uri())
        return page

    yield open_them
    faults = [page.errors + page.said + page.outside for page in opened]
    for page in opened:
        pages.give_back(page)
    assert faults == [[]] * len(opened)


@pytest.fixture
def hold(pages):
    """Return ``hold(widget)``, which shows a widget as a notebook does, on a page that has no host.

    There ``model.set(name, value)`` does what Python does, ``model.saved`` counts what is sent to
    it, and ``stop()`` ends the view. An error on the page fails the test.
    """
    opened = []

    def hold_one(widget):
        page = pages.borrow("about:blank")
        opened.append(page)
        page.evaluate(MODEL, [module_url(page, f"{widget._module}/view.js"), widget.state()])
        return page

    yield hold_one
    faults = [page.errors + page.outside for page in opened]
    for page in opened:
        pages.give_back(page)
    assert faults == [[]] * len(opened)


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    """Return a JupyterLab that runs, with an empty folder, open in a browser of its own."""
    folder = tmp_path_factory.mktemp("lab")
    process, url = start_server(folder, token := secrets.token_hex(16))
    lab = Lab(browser, folder, url, token)
    yield lab
    lab.close()
    process.terminate()
    process.wait(20)
