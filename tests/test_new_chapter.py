"""The skeleton of a chapter: its files, its place, and what is refused."""

import nbformat
import new_chapter
import pytest
import yaml

from cnnlab.exercises._outline import read_chapter

pytestmark = pytest.mark.any_cpu

PLAN = {number: part for part, chapters in new_chapter.plan().items() for number in chapters}


@pytest.fixture
def root(tmp_path):
    """Return a repository in which no chapter is written."""
    for folder in ("notebooks", "cnnlab/exercises", "cnnlab/claims", "tests/exercises"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "_toc.yml").write_text(
        "root: book/index\nparts:\n"
        "  - caption: Reference\n    chapters:\n      - file: book/words\n",
        encoding="utf-8",
    )
    return tmp_path


def make(root, *arguments):
    return new_chapter.main([*map(str, arguments), "--root", str(root)])


def contents(root):
    parts = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    return {part["caption"]: [page["file"] for page in part["chapters"]] for part in parts}


@pytest.mark.parametrize("order", [(1, 2, 7, 20), (20, 7, 2, 1), (7, 1, 20, 2)])
def test_chapters_stand_in_their_parts_in_order(root, order):
    for number in order:
        assert make(root, number, "topic") == 0
    found = contents(root)
    assert list(found) == [*dict.fromkeys(PLAN[number] for number in (1, 2, 7, 20)), "Reference"]
    pages = [page for pages in found.values() for page in pages]
    assert pages == [*(f"notebooks/{n:02}_topic" for n in (1, 2, 7, 20)), "book/words"]


def test_a_skeleton_has_a_file_for_everything(root):
    make(root, 2, "borders")
    made = {str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()} - {"_toc.yml"}
    assert made == {
        "notebooks/02_borders.ipynb",
        "cnnlab/exercises/ch02.py",
        "cnnlab/exercises/ch02.md",
        "cnnlab/claims/ch02.py",
        "tests/exercises/ch02_programs.py",
    }
    notebook = nbformat.read(root / "notebooks/02_borders.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert notebook.cells[0].source.startswith("# Borders, strides and sizes\n")
    _, questions = read_chapter(root / "cnnlab/exercises/ch02.md")
    places = {[option["right"] for option in ask["options"]].index(True) for ask in questions}
    assert places == {0, 1, 2}, "the right answer does not always stand first"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((2, "other"), "chapter 2 is there already: 02_borders.ipynb"),
        ((21, "more"), "the front page has chapters 1 to 20; got 21"),
        ((3, "No Name"), "small letters, digits and _, as in borders; got 'No Name'"),
        ((3, "volumes"), "stays as it is: cnnlab/claims/ch03.py"),
    ],
)
def test_nothing_is_written_over(root, capsys, arguments, said):
    make(root, 2, "borders")
    (root / "cnnlab/claims/ch03.py").write_text("mine")
    before = {p: p.read_bytes() for p in root.rglob("*") if p.is_file()}
    with pytest.raises(SystemExit):
        make(root, *arguments)
    assert said in " ".join(capsys.readouterr().err.split())
    assert {p: p.read_bytes() for p in root.rglob("*") if p.is_file()} == before
