"""A browser, the built site, and pages that keep a record of what goes wrong on them."""

import functools
import secrets
import shutil
import subprocess
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import chromium
import pytest
from jupyter_lab import Lab, start_server, write_notebook
from playwright.sync_api import sync_playwright
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
)


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium."""
    path = chromium.find()
    if path is None:
        pytest.fail(chromium.ADVICE)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def site():
    """Return the folder of the built book, built now if a source is newer than it."""
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
    """Serve files without a line for each."""

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


@pytest.fixture
def open_page(browser, site_url):
    """Return ``open_page(path, *, base=site_url, **context_options)``, which opens a page.

    The page comes back loaded and has two lists: ``page.outside``, the addresses of requests that
    left the site (each was stopped), and ``page.errors``, console errors and uncaught exceptions.
    ``context_options`` go to Playwright's ``new_context``: ``viewport``, ``color_scheme``, …
    """
    contexts = []

    def open_one(path, *, base=site_url, **context_options):
        context = browser.new_context(**context_options)
        contexts.append(context)
        page = context.new_page()
        watch(page, base)
        page.goto(base + path, wait_until="load")
        return page

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def open_widgets(browser, tmp_path):
    """Return ``open_widgets(*widgets, **context_options)``, which opens a page of their own.

    It has neither kernel nor network. Whatever is written to its console, goes wrong on it, or
    leaves it, fails the test.
    """
    pages = []

    def open_them(*widgets, **context_options):
        path = tmp_path / f"{len(pages)}.html"
        path.write_text(own_page(*widgets, title="Widgets"), encoding="utf-8")
        page = browser.new_context(**context_options).new_page()
        pages.append(page)
        watch(page, path.as_uri())
        page.on("console", lambda message: page.errors.append(message.text))
        page.goto(path.as_uri())
        return page

    yield open_them
    for page in pages:
        page.context.close()
    assert [page.errors for page in pages] == [[]] * len(pages)
    assert [page.outside for page in pages] == [[]] * len(pages)


@pytest.fixture
def hold(browser):
    """Return ``hold(widget)``, which shows a widget as a notebook does, on a page that has no host.

    There ``model.set(name, value)`` does what Python does, ``model.saved`` counts what is sent to
    it, and ``stop()`` ends the view. An error on the page fails the test.
    """
    pages = []

    def hold_one(widget):
        page = browser.new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        pages.append(page)
        page.evaluate(MODEL, [module_url(page, f"{widget._module}.js"), widget.state()])
        return page

    yield hold_one
    for page in pages:
        page.close()
    assert [page.errors for page in pages] == [[]] * len(pages)


def watch(page, base):
    """Close the network beyond `base`, and begin the lists `page.outside` and `page.errors`."""
    page.outside, page.errors = [], []
    inside = (base, "data:", "blob:", "about:")

    def decide(route):
        if route.request.url.startswith(inside):
            route.continue_()
        else:
            page.outside.append(route.request.url)
            route.abort()

    page.route("**/*", decide)
    page.on("console", lambda message: _note(page, message))
    page.on("pageerror", lambda error: page.errors.append(str(error)))


def _note(page, message):
    if message.type == "error":
        page.errors.append(f"{message.text} ({message.location.get('url', '')})")


@pytest.fixture(scope="session")
def lab_server(tmp_path_factory):
    """Return the folder, the address and the token of a JupyterLab that runs."""
    folder = tmp_path_factory.mktemp("lab")
    token = secrets.token_hex(16)
    process, url = start_server(folder, token)
    yield folder, url, token
    process.terminate()
    process.wait(20)


@pytest.fixture
def open_lab(browser, lab_server):
    """Return ``open_lab(cells)``, which opens a notebook with these cells and its own kernel."""
    folder, url, token = lab_server
    opened = []

    def open_one(sources):
        write_notebook(folder, sources)
        lab = Lab(browser, url, token)
        opened.append(lab)
        lab.open()
        return lab

    yield open_one
    for lab in opened:
        lab.page.context.close()
        lab.stop_kernels()
