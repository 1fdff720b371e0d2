"""What the book promises to show: each item has a section, and there an output that shows it.

A chapter's module in `tests/coverage` says which items are its own, where, and what is to be seen.
"""

import importlib.util
import re
from pathlib import Path

import nbformat
import pytest

pytestmark = pytest.mark.any_cpu

ROOT = Path(__file__).resolve().parents[1]
PROMISED = {  # what each chapter takes on itself
    2: {6, 9, *range(23, 29), 30},
    3: {*range(10, 17), 29, 31, 46},
    4: {*range(32, 39), 52, 89},
    5: {17, 18, 21, 39},
    6: {19, 20, *range(47, 53), 97, 98},
    7: {31, *range(39, 43), *range(44, 47)},
    8: {53, 56, 57, 74, *range(79, 83), 91},
    9: {13, 86, 87, 88},
    10: {*range(42, 46)},
    14: {*range(90, 96), 99},
}


def shown():
    """Yield chapter, item, what it is, the section's heading and what its output must hold."""
    for path in sorted((ROOT / "tests" / "coverage").glob("ch*.py")):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for item, (what, heading, seen) in module.SHOWN.items():
            yield int(path.stem[2:]), item, what, heading, seen


ITEMS = list(shown())


def section(chapter, heading):
    """List the cells of a chapter below a heading, down to the next one of its rank."""
    (path,) = (ROOT / "notebooks").glob(f"{chapter:02}_*.ipynb")
    found, rank = [], 0
    for cell in nbformat.read(path, as_version=4).cells:
        for marks, title in re.findall(r"^(#+) (.*)$", cell.source, re.M):
            if cell.cell_type == "markdown" and (title == heading or len(marks) <= rank):
                rank = len(marks) if title == heading else 0
        if rank:
            found.append(cell)
    return found


def outputs(cells):
    """Give all that the cells' stored outputs say, pictures by their text alternatives."""
    texts = []
    for cell in (cell for cell in cells if cell.cell_type == "code"):
        for output in cell.outputs:
            texts += [output.get("text", "")]
            texts += [str(data) for kind, data in output.get("data", {}).items()
                      if not kind.startswith("image/png")]  # fmt: skip
            if "image/png" in output.get("data", {}):
                texts.append(cell.metadata.get("mystnb", {}).get("image", {}).get("alt", ""))
    return "\n".join(texts)


@pytest.mark.parametrize("chapter", sorted({chapter for chapter, *_ in ITEMS}))
def test_all_that_a_chapter_promises_is_shown(chapter):
    assert {item for number, item, *_ in ITEMS if number == chapter} >= PROMISED[chapter]


@pytest.mark.parametrize(
    ("chapter", "what", "heading", "seen"),
    [(chapter, *rest) for chapter, _, *rest in ITEMS],
    ids=[f"{chapter}-{item}" for chapter, item, *_ in ITEMS],
)
def test_the_section_shows_it(chapter, what, heading, seen):
    assert seen in outputs(section(chapter, heading)), what
