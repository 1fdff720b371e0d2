"""Every page of the built book in Firefox: alive and speaking, over http and from a folder."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from node import NODE

pytestmark = pytest.mark.firefox

PROGRAM = Path(__file__).with_name("firefox.mjs")
FAULTY = """<!doctype html><meta charset="utf-8"><title>Faults</title>
<div class="skip-link"><a href="#main">Skip</a></div>
<img src="https://example.org/picture.png" alt="">
<div class="cnnlab-widget" data-module="x"></div>
<div class="cnnlab-widget" data-module="x" data-live>
  <button>+</button><p aria-live="polite">0</p>
</div>
<script>console.error("loud"); setTimeout(() => { throw new Error("thrown"); });</script>"""


def find():
    """Look at $FIREFOX, then on the PATH."""
    if named := os.environ.get("FIREFOX"):
        return shutil.which(named) or pytest.fail(f"FIREFOX is {named!r}, which is no program here")
    return shutil.which("firefox-esr") or shutil.which("firefox")


def visited(addresses, *, seconds=20):
    """Open pages in one Firefox; by address, how many widgets it has and what is wrong."""
    if not (firefox := find()):
        pytest.skip("no Firefox: install firefox-esr, or name one: FIREFOX=/path/to/firefox")
    asked = json.dumps({"firefox": firefox, "pages": [(page, seconds) for page in addresses]})
    return json.loads(subprocess.check_output([NODE, PROGRAM], input=asked, text=True))


@pytest.mark.parametrize("way", ["site_url", "site_folder_url"])
def test_every_page_is_alive_and_speaks(site, way, request):
    names = [str(path.relative_to(site)) for path in site.rglob("*.html")]
    names.remove("index.html")  # no page, but the way to the front page
    base = request.getfixturevalue(way)
    pages = visited([base + name for name in names if not name.startswith("_static")])
    assert sum(one["widgets"] for one in pages.values()) > 0
    assert {address: one["faults"] for address, one in pages.items() if one["faults"]} == {}


def test_a_faulty_page_is_found_out(tmp_path):
    page = tmp_path / "faulty.html"
    page.write_text(FAULTY, encoding="utf-8")
    (faulty,) = visited([page.as_uri()], seconds=0.5).values()
    assert faulty["widgets"] == 1
    assert sorted(set(faulty["faults"])) == [
        "Error: thrown",
        "a widget stays a picture",
        "asks for example.org:443",
        "console: loud",
        "the skip link shows before Tab leads to it",
        "widget 0 says nothing new",
    ]
