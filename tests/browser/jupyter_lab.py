"""Drive a JupyterLab with a live kernel, and a notebook open in it."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

import nbformat


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


def write_notebook(folder, sources):
    """Write a notebook with one code cell for each source; `Lab` opens it."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    nbformat.write(notebook, folder / "notebook.ipynb")


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
