"""Drive a JupyterLab with a live kernel, as a student does."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

VIEWS = ".jp-OutputArea-output .cnnlab:not(.cnnlab-still)"  # alive
TIMEOUT = 60_000  # milliseconds: a kernel may take long to start

# What widgets show, their pictures and what was said last aside. JupyterLab draws no cell that
# nobody sees, so there is no innerText.
TEXTS = """(all) => all.map((widget) => {
  const copy = widget.cloneNode(true);
  for (const spoken of copy.querySelectorAll("[aria-live]")) spoken.remove();
  const inputs = [...widget.querySelectorAll("input")];
  const isChoice = ({ type }) => type === "radio" || type === "checkbox";
  const values = inputs.map((input) => (isChoice(input) ? input.checked : input.value));
  return `${copy.textContent} ${values}`;
})"""


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
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        f"--IdentityProvider.token={token}",
        f"--ServerApp.root_dir={folder}",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options],
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
    """A notebook in JupyterLab, as a student has it, and its widgets.

    Parameters
    ----------
    browser : Browser
        Playwright's.
    folder : Path
        Where the notebook lies, and the server runs.
    url, token : str
        Of the server.
    """

    def __init__(self, browser, folder, url, token):
        self.folder, self.url, self.token = folder, url, token
        self.page = browser.new_context(viewport={"width": 1300, "height": 1000}).new_page()
        self.notebook = None

    def open(self, notebook):
        """Open a notebook of the folder in a fresh JupyterLab."""
        self.notebook = notebook
        self.page.goto(f"{self.url}lab/tree/{notebook}?token={self.token}&reset")
        self.page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=TIMEOUT)
        self.idle()

    def close(self):
        self.page.context.close()

    def idle(self):
        self.page.wait_for_function(
            "() => document.querySelector('#jp-main-statusbar')?.textContent.includes('| Idle')",
            timeout=TIMEOUT,
        )

    @property
    def cells(self):
        return self.page.locator(".jp-Notebook .jp-CodeCell")

    @property
    def views(self):
        """The live widgets, from top to bottom."""
        return self.page.locator(VIEWS)

    @property
    def texts(self):
        return self.views.evaluate_all(TEXTS)

    def wait_for(self, texts):
        """Wait until the live widgets show these texts."""
        self.page.wait_for_function(
            f"""(texts) => JSON.stringify(texts) === JSON.stringify(
              ({TEXTS})([...document.querySelectorAll("{VIEWS}")]))""",
            arg=texts,
        )

    def run(self, number):
        """Run a cell with Ctrl+Enter; return what it prints."""
        self._expect_run(self.cells.nth(number), lambda: self._press_run(number))
        return "".join(self.cells.nth(number).locator(".jp-OutputArea-output").all_text_contents())

    def run_all(self):
        """Run every cell, from the first to the last."""
        self._expect_run(self.cells.last, lambda: self.command("Run", "Run All Cells"))

    def _press_run(self, number):
        self.cells.nth(number).locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")

    def _expect_run(self, cell, act):
        prompt = cell.locator(".jp-InputPrompt")
        prompt.evaluate("(node) => { node.textContent = 'waiting'; }")
        act()
        self.page.wait_for_function(
            "(node) => /\\d/.test(node.textContent)", arg=prompt.element_handle(), timeout=TIMEOUT
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
        def stored(answer):
            return answer.request.method == "PUT" and "/api/contents/" in answer.url

        with self.page.expect_response(stored):
            self.command("File", "Save Notebook")

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
