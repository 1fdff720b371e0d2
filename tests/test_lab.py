"""A student's own copies: handed out, refreshed, and never at the cost of what was written."""

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jupyterlab
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from cnnlab import lab

pytestmark = pytest.mark.any_cpu

PREDICTION = {"tags": ["hide-output"], "jupyter": {"outputs_hidden": True}}
EXERCISE = {"cnnlab": {"exercise": "E1.1", "part": "check"}, "tags": ["remove-output"]}
ORIGINALS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))
QUIZ = {"cnnlab": {"quiz": 1, "part": "quiz"}}


def code(source, metadata=None):
    """Return a code cell that has run."""
    output = new_output("stream", text=f"the output of {source}\n")
    return new_code_cell(source, metadata=metadata or {}, execution_count=1, outputs=[output])


def chapter(*more):
    cells = [
        new_markdown_cell("# A chapter\n\nSee the [glossary](../book/glossary.md)."),
        code("2 + 2"),
        code("predicted()", PREDICTION),
        code("check('E1.1', answer)", EXERCISE),
        code("quiz(1)", QUIZ),
        *more,
    ]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    return new_notebook(cells=cells)


@pytest.fixture
def place(tmp_path):
    """A checkout with one chapter; its original and where the copy goes."""
    original = tmp_path / "notebooks" / "01_chapter.ipynb"
    original.parent.mkdir()
    nbformat.write(chapter(), original)
    return original, tmp_path / "work" / original.name


@pytest.fixture
def handed_out(place):
    assert lab.hand_out(*place) == "new"
    return place


def change(path, edit):
    """Edit a notebook and save it as JupyterLab does, in its own layout."""
    notebook = nbformat.read(path, as_version=4)
    edit(notebook)
    nbformat.write(notebook, path)


def new_edition(original):
    change(original, lambda notebook: notebook.cells.append(code("3 + 3")))


def sources(path):
    return [cell.source for cell in nbformat.read(path, as_version=4).cells]


def files(folder):
    return sorted(path.name for path in folder.iterdir())


# ---- what is handed out ----


def test_predictions_and_exercises_come_without_results(handed_out):
    original, copy = handed_out
    cells = nbformat.read(copy, as_version=4).cells
    results = {cell.source: bool(cell.outputs) for cell in cells if cell.cell_type == "code"}
    assert results == {
        "2 + 2": True,
        "predicted()": False,
        "check('E1.1', answer)": False,
        "quiz(1)": True,
    }
    assert sources(copy) == sources(original)
    assert "outputs_hidden" not in copy.read_text(encoding="utf-8")


def test_a_copy_is_a_valid_notebook(handed_out):
    nbformat.validate(nbformat.read(handed_out[1], as_version=4))


def test_the_original_is_left_as_it_was(place):
    original, copy = place
    before = original.read_bytes()
    lab.hand_out(original, copy)
    lab.fresh(original, copy)
    assert original.read_bytes() == before


def test_handing_out_twice_changes_nothing(handed_out):
    original, copy = handed_out
    before = copy.stat()
    assert lab.hand_out(original, copy) == "current"
    assert copy.stat() == before


def test_a_deleted_copy_comes_back(handed_out):
    original, copy = handed_out
    copy.unlink()
    assert lab.hand_out(original, copy) == "new"
    assert sources(copy) == sources(original)


@pytest.mark.parametrize("path", ORIGINALS, ids=lambda path: path.stem)
def test_links_lead_from_work_where_they_lead_from_notebooks(path):
    cells = nbformat.read(path, as_version=4).cells
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    prose = re.sub(r"^```.*?^```", "", prose, flags=re.DOTALL | re.MULTILINE)
    targets = re.findall(r"\]\(([^)#\s]+)|(?:href|src)=\"([^\"#]+)", prose)
    inside = [target for pair in targets for target in pair if target and ":" not in target]
    copied = {original.name for original in ORIGINALS}
    assert [t for t in inside if not t.startswith("../") and t not in copied] == []


# ---- what is the student's ----


def run_everything(notebook):
    for number, cell in enumerate(c for c in notebook.cells if c.cell_type == "code"):
        cell.execution_count = number + 10
        cell.outputs = [new_output("stream", text="another day, another number")]
        cell.metadata["execution"] = {"iopub.execute_input": "2026-01-01T00:00:00Z"}
    notebook.metadata["language_info"] = {"name": "python", "version": "3.13.0"}
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}}}


UNTOUCHED = {
    "saved": lambda notebook: None,
    "run": run_everything,
    "folded": lambda notebook: notebook.cells[1].metadata.update(collapsed=True),
    "an empty cell below": lambda notebook: notebook.cells.append(new_code_cell(" \n")),
}
TOUCHED = {
    "an answer": lambda notebook: notebook.cells[1].update(source="2 + 2 == 4"),
    "a space": lambda notebook: notebook.cells[0].update(source=notebook.cells[0].source + " "),
    "a note": lambda notebook: notebook.cells.insert(2, new_markdown_cell("I guess 5.")),
    "a trial": lambda notebook: notebook.cells.append(new_code_cell("1 / 0")),
    "a cell deleted": lambda notebook: notebook.cells.pop(2),
    "a cell emptied": lambda notebook: notebook.cells[2].update(source=""),
    "two cells swapped": lambda notebook: notebook.cells.insert(1, notebook.cells.pop(2)),
    "another kind": lambda notebook: notebook.cells.__setitem__(1, new_markdown_cell("2 + 2")),
    "a picture": lambda notebook: notebook.cells[0].update(attachments={"a": {"image/png": "AA"}}),
    "no stamp": lambda notebook: (
        notebook.metadata.pop("cnnlab"),
        notebook.cells.append(new_code_cell("mine")),
    ),
}


@pytest.mark.parametrize("edit", UNTOUCHED.values(), ids=UNTOUCHED)
def test_a_copy_without_a_word_of_the_students_follows_the_chapter(handed_out, edit):
    original, copy = handed_out
    change(copy, edit)
    assert lab.hand_out(original, copy) == "current"
    new_edition(original)
    assert lab.hand_out(original, copy) == "refreshed"
    assert sources(copy) == sources(original)
    assert lab.hand_out(original, copy) == "current"


@pytest.mark.parametrize("edit", TOUCHED.values(), ids=TOUCHED)
def test_a_copy_that_was_written_in_stays(handed_out, edit):
    original, copy = handed_out
    change(copy, edit)
    mine = copy.read_bytes()
    assert lab.hand_out(original, copy) in ("yours", "behind")
    new_edition(original)
    assert lab.hand_out(original, copy) == "behind"
    assert copy.read_bytes() == mine


def test_a_copy_is_yours_while_the_chapter_stands_still(handed_out):
    change(handed_out[1], TOUCHED["an answer"])
    assert lab.hand_out(*handed_out) == "yours"


def test_without_its_stamp_a_copy_that_says_the_same_follows(handed_out):
    original, copy = handed_out
    change(copy, lambda notebook: notebook.metadata.pop("cnnlab"))
    assert lab.hand_out(original, copy) == "refreshed"
    assert lab.hand_out(original, copy) == "current"


@pytest.mark.parametrize("text", ["", '{"cells": [', "[]", "{}", '{"metadata": {}, "cells": [1]}'])
def test_what_is_no_notebook_is_left_alone(handed_out, text):
    original, copy = handed_out
    copy.write_text(text)
    assert lab.hand_out(original, copy) == "unreadable"
    assert copy.read_text() == text


def test_half_a_merge_in_the_original_hurts_no_copy(handed_out):
    original, copy = handed_out
    mine = copy.read_bytes()
    original.write_text("<<<<<<< HEAD\n" + original.read_text())
    assert lab.hand_out(original, copy) == "no original"
    assert copy.read_bytes() == mine


# ---- a fresh one ----


def test_a_fresh_copy_keeps_each_former_one(handed_out):
    original, copy = handed_out
    kept = []
    for word in ("first", "second"):
        change(copy, lambda notebook, word=word: notebook.cells.append(new_code_cell(word)))
        kept.append(lab.fresh(original, copy))
        assert sources(copy) == sources(original)
    assert [path.name for path in kept] == ["01_chapter-mine-1.ipynb", "01_chapter-mine-2.ipynb"]
    assert [sources(path)[-1] for path in kept] == ["first", "second"]


def test_a_fresh_copy_where_none_was(place):
    assert lab.fresh(*place) is None
    assert sources(place[1]) == sources(place[0])


@pytest.mark.parametrize("content", ["<<<<<<< HEAD\n{}", "[]", "{}", '{"cells": 3}', "\xff"])
def test_without_an_original_nothing_is_copied(handed_out, content):
    original, copy = handed_out
    original.write_text(content, encoding="latin-1")
    with pytest.raises(ValueError, match=r"01_chapter\.ipynb can't be read \(half a merge\?\): "):
        lab.fresh(original, copy)
    assert files(copy.parent) == [copy.name]


# ---- things that go wrong ----


@pytest.mark.parametrize("broken", ["fsync", "replace"])
def test_an_interrupted_copy_leaves_no_half_file(handed_out, monkeypatch, broken):
    original, copy = handed_out
    before = copy.read_bytes()
    new_edition(original)

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(*{"fsync": (os, "fsync"), "replace": (Path, "replace")}[broken], interrupt)
    with pytest.raises(KeyboardInterrupt):
        lab.hand_out(original, copy)
    assert copy.read_bytes() == before
    assert files(copy.parent) == [copy.name]


def test_many_at_once(place):
    original, copy = place
    with ThreadPoolExecutor(8) as pool:
        states = list(pool.map(lambda _: lab.hand_out(original, copy), range(40)))
    assert set(states) <= {"new", "current"}
    assert sources(copy) == sources(original)
    assert files(copy.parent) == [copy.name]


def test_many_fresh_ones_at_once_lose_nothing(handed_out):
    original, copy = handed_out
    change(copy, TOUCHED["a trial"])
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda _: lab.fresh(original, copy), range(20)))
    assert len(set(kept)) == 20
    assert sum(sources(path)[-1] == "1 / 0" for path in kept) >= 1
    assert files(copy.parent) == sorted([copy.name, *(path.name for path in kept)])


# ---- which one opens, and what is said ----


def test_the_copy_that_was_written_in_last_opens(tmp_path):
    states = dict.fromkeys((tmp_path / name for name in ("01_a", "02_b", "03_c", "gallery")), "")
    for path in states:
        path.touch()
    assert lab.where_you_left_off(states).name == "01_a"
    for number, path in enumerate(states):
        os.utime(path, (1e9 + number, 1e9 + number))
    states = dict(zip(states, ["behind", "yours", "new", "current"], strict=True))
    assert lab.where_you_left_off(states).name == "02_b"


def test_a_copy_that_could_not_be_made_does_not_open(tmp_path):
    assert lab.where_you_left_off({tmp_path / "01_a.ipynb": "no original"}) is None


def test_what_is_kept_is_said_with_the_way_to_a_fresh_one():
    said = list(lab.report({Path("work/01_a.ipynb"): "behind", Path("work/02_b.ipynb"): "current"}))
    assert said[0] == f"{lab.SAID['behind']}: 01_a."
    assert said[1].endswith("-m cnnlab.lab --fresh 01_a")
    assert len(said) == 2


@pytest.mark.parametrize("state", ["current", "yours"])
def test_what_needs_no_word_gets_none(state):
    assert list(lab.report({Path("work/01_a.ipynb"): state})) == []


DISPLAYS = [
    ("linux", {}, False),
    ("linux", {"DISPLAY": ""}, False),
    ("linux", {"DISPLAY": ":0"}, True),
    ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
    ("linux", {"SSH_CONNECTION": "a 1 b 2"}, False),
    ("linux", {"SSH_CONNECTION": "a 1 b 2", "DISPLAY": "localhost:10.0"}, True),
    ("darwin", {}, True),
    ("darwin", {"SSH_CONNECTION": "a 1 b 2"}, False),
    ("win32", {}, True),
    ("win32", {"SSH_CONNECTION": "a 1 b 2"}, False),
]


@pytest.mark.parametrize(("platform", "variables", "seen"), DISPLAYS)
def test_a_browser_opens_where_it_can_be_seen(monkeypatch, platform, variables, seen):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    assert ("--no-browser" not in lab.settings(Path("/a"), Path("/a/work/b.ipynb"))) is seen


@pytest.mark.parametrize(("uid", "allowed"), [(0, True), (1000, False)])
def test_root_is_allowed_only_where_one_is_root(monkeypatch, uid, allowed):
    monkeypatch.setattr(os, "geteuid", lambda: uid, raising=False)
    assert ("--allow-root" in lab.settings(Path("/a"), Path("/a/work/b.ipynb"))) is allowed


def test_the_plugin_that_is_switched_off_goes_by_this_name():
    scripts = (Path(jupyterlab.__file__).parent / "static").glob("*.js")
    assert any(f'"{lab.NEWS}"' in script.read_text(encoding="utf-8") for script in scripts)


# ---- for real ----


@pytest.fixture
def checkout(place, tmp_path):
    """A folder like a clone: the package, and a chapter."""
    package = tmp_path / "cnnlab"
    shutil.copytree(Path(lab.__file__).parent, package, ignore=lambda *_: ["__pycache__"])
    return tmp_path


def command(folder, *options, **variables):
    """Return the arguments and the environment for a run that touches nobody's settings."""
    without = ("JUPYTER", "PYTHON", "XDG_", "DISPLAY", "WAYLAND_DISPLAY")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(without)}
    environment |= {"HOME": str(folder / "home"), **variables}
    arguments = [sys.executable, "-m", "cnnlab.lab", *options]
    return {"args": arguments, "cwd": folder, "env": environment, "text": True}


def run(folder, *options):
    return subprocess.run(**command(folder, *options), capture_output=True)


def test_fresh_by_name(checkout):
    fresh = "work/01_chapter.ipynb is fresh."
    for expected in (f"{fresh}\n", f"{fresh} Yours is work/01_chapter-mine-1.ipynb.\n"):
        assert run(checkout, "--fresh", "work/01_chapter.ipynb").stdout == expected
    assert files(checkout / "work") == ["01_chapter-mine-1.ipynb", "01_chapter.ipynb"]


def test_half_a_merge_is_told_and_nothing_made_afresh(checkout):
    original = checkout / "notebooks" / "01_chapter.ipynb"
    original.write_text("<<<<<<< HEAD\n" + original.read_text())
    done = run(checkout, "--fresh", "01_chapter")
    assert done.returncode == 1
    assert done.stderr.startswith(f"Nothing is changed: {original} can't be read (half a merge?)")
    assert not (checkout / "work").exists()


def test_an_unknown_chapter_is_told_the_known_ones(checkout):
    done = run(checkout, "--fresh", "02_nothing")
    assert (done.returncode, done.stderr) == (1, "There is no 02_nothing; there are 01_chapter.\n")


def test_a_folder_that_takes_no_copies_gets_a_sentence(checkout):
    (checkout / "work").write_text("a file where the folder should be")
    done = run(checkout)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Your copies of the chapters go into {checkout / 'work'}, which")
    assert "Traceback" not in done.stderr


def test_without_chapters_it_says_where_they_are(checkout):
    shutil.rmtree(checkout / "notebooks")
    done = run(checkout)
    assert done.returncode == 1
    assert "Clone cnnlab's repository" in done.stderr


def test_without_jupyterlab_it_says_how_to_get_it(place, monkeypatch):
    monkeypatch.setattr(lab, "find_root", lambda: place[0].parents[1])
    monkeypatch.setattr(lab.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(
        SystemExit, match=r"JupyterLab is missing: .* -m pip install -e '.*\[lab\]'"
    ):
        lab.main([])


def test_it_serves_the_copy_and_asks_nothing_of_anyone(checkout, tmp_path):
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f"#!/bin/sh\ntouch {opened}\n")
    browser.chmod(0o755)
    options = command(checkout, "--port=0", BROWSER=str(browser))
    with subprocess.Popen(**options, stdout=subprocess.PIPE) as process:
        try:
            said = ""
            while "To end it" not in said:
                said += (line := process.stdout.readline())
                assert line, "it ended before it had begun"
            (address,) = re.findall(r"http://127\.0\.0\.1:[1-9]\d*/\S+", said)
            page = get(address)
            base, query = address.split("lab/tree/")[0], address.partition("?")[2]
            copy = get(f"{base}api/contents/work/01_chapter.ipynb?{query}")
            original = get(f"{base}api/contents/notebooks/01_chapter.ipynb?content=0&{query}")
            answers = [get(f"{base}lab/api/{name}?{query}") for name in ("news", "update")]
        finally:
            process.terminate()
    assert ("You are root" in said) is lab.is_root()
    assert json.loads(copy)["content"]["cells"][0]["source"].startswith("# A chapter")
    assert json.loads(original)["type"] == "notebook"  # so that ../notebooks and ../book open too
    assert [json.loads(answer) for answer in answers] == [{"news": []}, {"notification": None}]
    config = json.loads(re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', page, re.S)[1])
    assert lab.NEWS in config["disabledExtensions"]
    assert config["treePath"] == "work/01_chapter.ipynb"
    assert not opened.exists()


def get(url):
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.read().decode()
