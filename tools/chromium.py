"""Find the browser that the tests drive, or say how to get one.

python tools/chromium.py            prints its path; downloads Playwright's own if there is none
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
ADVICE = (
    "The browser tests need Chromium, and none was found. Any of these will do:\n"
    "  Debian, Ubuntu:  sudo apt-get install chromium\n"
    "  anywhere:        .venv/bin/playwright install chromium\n"
    "  installed elsewhere:  CHROMIUM=/path/to/chromium make test"
)


def find() -> str | None:
    """Look at $CHROMIUM, then on the PATH, then for Playwright's own.

    Returns
    -------
    str or None
        The path of the program.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    for name in NAMES:
        if path := shutil.which(name):
            return path
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def main() -> int:
    """Print the browser's path; without one, let Playwright fetch its own."""
    if named := os.environ.get("CHROMIUM"):
        if not find():
            print(f"CHROMIUM is {named!r}, which is no program here.\n{ADVICE}", file=sys.stderr)
            return 1
    elif not find():
        print("No Chromium on this machine: asking Playwright to download its own.")
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if not (path := find()):
        print(ADVICE, file=sys.stderr)
        return 1
    print(f"Browser tests use {path}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
