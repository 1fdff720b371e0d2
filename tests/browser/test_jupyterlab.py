"""The stepper in a real JupyterLab, with a live kernel."""

import json
import os
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request

import nbformat
import pytest

from cnnlab.widgets import ConvStepper

pytestmark = pytest.mark.browser

IMAGE = [[1, 2, 3, 4], [5, 6, 7, 8], [9, 8, 7, 6]]
KERNEL = [[1, 0], [0, -1]]
CELLS = [
    f"from cnnlab.widgets import ConvStepper\nstepper = ConvStepper({IMAGE}, {KERNEL})\nstepper",
    "print('position', stepper.position, 'stride', stepper.stride)",
    "stepper.position = 3",
    "stepper.kernel = [[2, 2], [2, 2]]",
]


def start_server(folder, token):
    """Start JupyterLab on a port of its own choice; return the process and its address."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("JUPYTER")}
    for name in ("CONFIG", "DATA", "RUNTIME"):
        environment[f"JUPYTER_{name}_DIR"] = str(folder / name.lower())
    environment["IPYTHONDIR"] = str(folder / "ipython")
    options = [
        "--no-browser",
        "--port=0",
        "--ip=127.0.0.1",
        "--allow-root",
        f"--IdentityProvider.token={token}",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options, f"--ServerApp.root_dir={folder}"],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for path in (folder / "runtime").glob("jpserver-*.json"):
            try:
                url = json.loads(path.read_text())["url"]
                urllib.request.urlopen(f"{url}api/status?token={token}", timeout=5).close()
            except (OSError, ValueError, urllib.error.URLError):
                break
            return process, url
        time.sleep(0.2)
    process.kill()
    process.wait()
    raise RuntimeError("JupyterLab did not answer within 60 s")


class Lab:
    """One notebook open in JupyterLab, as a student has it."""

    def __init__(self, browser, url, token):
        self.browser, self.url, self.token = browser, url, token
        self.page = None

    def open(self, reset=True):
        """Open the notebook in a fresh browser, as on another day."""
        if self.page:
            self.page.context.close()
        self.page = self.browser.new_context(viewport={"width": 1300, "height": 1000}).new_page()
        self.page.goto(
            f"{self.url}lab/tree/notebook.ipynb?token={self.token}" + ("&reset" if reset else "")
        )
        self.page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=60_000)
        self.idle()

    def idle(self):
        self.page.wait_for_function(
            "() => document.querySelector('#jp-main-statusbar')?.textContent.includes('| Idle')",
            timeout=60_000,
        )

    def cell(self, number):
        return self.page.locator(".jp-Notebook .jp-CodeCell").nth(number)

    def run(self, number):
        """Run one cell with Ctrl+Enter and wait for its number."""
        prompt = self.cell(number).locator(".jp-InputPrompt")
        prompt.evaluate("(node) => { node.textContent = 'waiting'; }")
        self.cell(number).locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        self.page.wait_for_function(
            "(node) => /\\d/.test(node.textContent)", arg=prompt.element_handle()
        )
        self.idle()

    def command(self, menu, item):
        self.page.get_by_role("menuitem", name=menu, exact=True).first.click()
        self.page.locator(".lm-Menu-itemLabel", has_text=item).first.click()

    def restart(self):
        self.command("Kernel", "Restart Kernel…")
        self.page.locator(".jp-Dialog button", has_text="Restart").last.click()
        self.idle()

    def save(self):
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("Control+s")
        self.page.wait_for_function("() => !document.querySelector('.jp-mod-dirty')")
        self.page.wait_for_timeout(500)

    def stop_kernels(self):
        """What a new day does: no kernel is left."""
        base = f"{self.url}api"
        query = f"?token={self.token}"
        with urllib.request.urlopen(f"{base}/sessions{query}") as answer:
            sessions = json.load(answer)
        for session in sessions:
            request = urllib.request.Request(
                f"{base}/sessions/{session['id']}{query}", method="DELETE"
            )
            urllib.request.urlopen(request).close()

    @property
    def printed(self):
        return self.cell(1).locator(".jp-OutputArea-output").text_content().strip()

    @property
    def widget(self):
        return self.cell(0).locator(".cnnlab")

    @property
    def heard(self):
        return self.widget.locator("[aria-live=polite]").text_content()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab")
    token = secrets.token_hex(16)
    process, url = start_server(folder, token)
    yield folder, url, token
    process.terminate()
    process.wait(20)


@pytest.fixture
def lab(browser, server):
    folder, url, token = server
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    nbformat.write(notebook, folder / "notebook.ipynb")
    lab = Lab(browser, url, token)
    lab.open()
    yield lab
    lab.page.context.close()
    lab.stop_kernels()


@pytest.fixture
def twin():
    return ConvStepper(IMAGE, KERNEL)


def wait_for(lab, sentence):
    lab.page.wait_for_function(
        "([node, text]) => node.textContent === text",
        arg=[lab.widget.locator("[aria-live=polite]").element_handle(), sentence],
    )


def test_both_directions(lab, twin):
    lab.run(0)
    assert lab.heard == twin.sentence()
    # from the widget to Python
    lab.widget.get_by_label("Position", exact=True).focus()
    for _ in range(5):
        lab.page.keyboard.press("ArrowRight")
    lab.run(1)
    assert lab.printed == "position 5 stride 1"
    lab.widget.get_by_label("Stride", exact=True).select_option(label="2")
    lab.run(1)
    assert lab.printed == "position 1 stride 2"
    lab.widget.get_by_role("button", name="Reset").click()
    # from Python to the widget
    lab.run(2)
    twin.position = 3
    wait_for(lab, twin.sentence())
    lab.run(3)
    twin.kernel = [[2, 2], [2, 2]]
    wait_for(lab, twin.sentence())


def test_two_views_of_one_widget_move_together(lab, twin):
    lab.run(0)
    lab.cell(1).locator(".cm-content").click()
    lab.page.keyboard.press("Control+a")
    lab.page.keyboard.type("stepper")
    lab.run(1)
    lab.widget.get_by_label("Position", exact=True).focus()
    lab.page.keyboard.press("End")
    twin.position = 5
    other = lab.cell(1).locator(".cnnlab [aria-live=polite]")
    lab.page.wait_for_function(
        "([node, text]) => node.textContent === text", arg=[other.element_handle(), twin.sentence()]
    )


def test_restart_is_told_and_mended_by_running_the_cell(lab, twin):
    lab.run(0)
    lab.restart()
    notice = lab.widget.locator(".cnnlab-message", has_text="The kernel was restarted")
    notice.wait_for()
    # it still steps by itself, and the notice stays
    lab.widget.get_by_label("Position", exact=True).focus()
    lab.page.keyboard.press("ArrowRight")
    twin.position = 1
    wait_for(lab, twin.sentence())
    assert notice.is_visible()
    lab.run(0)
    assert lab.widget.locator(".cnnlab-message", has_text="restarted").count() == 0
    lab.run(2)
    twin.position = 3
    wait_for(lab, twin.sentence())


def test_reopened_with_the_kernel_alive(lab, twin):
    lab.run(0)
    lab.run(2)
    lab.save()
    lab.open()
    twin.position = 3
    lab.widget.wait_for()
    assert lab.heard == twin.sentence()


@pytest.mark.parametrize("restarted_first", [False, True])
def test_reopened_on_another_day(lab, twin, restarted_first):
    lab.run(0)
    if restarted_first:
        lab.restart()
    lab.save()
    lab.page.context.close()
    lab.page = None
    lab.stop_kernels()
    lab.open()
    output = lab.cell(0).locator(".jp-OutputArea-output")
    picture = output.locator("img")
    picture.wait_for()
    assert picture.get_attribute("alt") == twin.sentence()
    assert "Run the cell" in output.text_content()
    assert "model not found" not in output.text_content()
    lab.run(0)
    lab.widget.wait_for()
    assert lab.heard == twin.sentence()


@pytest.mark.parametrize(
    "place", ["button[aria-label='Step forward']", "table[aria-label=output] td"]
)
def test_keys_after_a_click_go_to_the_widget_and_not_to_the_notebook(lab, twin, place):
    lab.run(0)
    lab.page.keyboard.press("Escape")
    cells = lab.page.locator(".jp-Notebook .jp-CodeCell").count()
    lab.widget.locator(place).last.click()
    lab.page.keyboard.press("Home")
    wait_for(lab, twin.sentence())
    lab.page.keyboard.press("ArrowRight")
    twin.position = 1
    wait_for(lab, twin.sentence())
    lab.page.keyboard.type("dd")  # JupyterLab: delete the cell
    lab.page.wait_for_timeout(300)
    assert lab.page.locator(".jp-Notebook .jp-CodeCell").count() == cells
    assert lab.heard == twin.sentence()
