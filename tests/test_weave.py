"""Weaving: exercises stand where their markers are, twice is once, and nothing is lost."""

from pathlib import Path

import nbformat
import pytest
import weave
from nbformat import v4

from cnnlab.exercises import _bank

pytestmark = pytest.mark.any_cpu

CHAPTERS = sorted((Path(weave.ROOT) / "notebooks").glob("[0-9][0-9]_*.ipynb"))
EXERCISES = list(_bank.load(1)[0])


def marker(what):
    return v4.new_markdown_cell(f"<!-- {what} -->")


@pytest.fixture
def notebook():
    """Return a chapter that holds nothing but its markers, and one cell of its own."""
    places = [marker(f"exercise {number}") for number in EXERCISES]
    cells = [v4.new_code_cell("mine = 1", execution_count=7), *places, marker("quiz")]
    return v4.new_notebook(cells=cells)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_each_stored_chapter_is_woven(path, capsys):
    assert weave.main(["--check", str(path)]) == 0, capsys.readouterr().out


def test_an_exercise_has_four_cells_behind_its_marker(notebook):
    weave.weave(notebook, 1)
    at = next(i for i, cell in enumerate(notebook.cells) if "E1.2" in cell.source)
    cells = notebook.cells[at : at + 5]
    assert [cell.cell_type for cell in cells] == [
        "markdown",
        "markdown",
        "code",
        "code",
        "markdown",
    ]
    parts = ["statement", "starter", "check", "help"]
    assert [c.metadata.cnnlab for c in cells[1:]] == [
        {"exercise": "E1.2", "part": part} for part in parts
    ]
    assert cells[1].source.startswith("### E1.2 · Cut out a window\n\nWrite `window_at(")
    assert cells[2].source == (
        "def window_at(image, row, column, kernel_shape):\n    return ...  # your code here"
    )
    assert cells[3].source == 'check("E1.2", window_at)'
    assert "remove-output" in cells[3].metadata.tags
    hints = [cells[4].source.index(f"<summary>Hint {k}</summary>") for k in (1, 2, 3)]
    assert hints == sorted(hints)
    assert cells[4].source.count("<details>") == cells[4].source.count("</details>") == 4
    assert _bank.find("E1.2").source in cells[4].source.partition("<summary>Solution</summary>")[2]


def test_an_exercise_without_help_has_no_solution():
    text = "".join(cell.source for cell in weave.exercise_cells("E1.1", help=False))
    assert "Hint" not in text
    assert _bank.find("E1.1").source not in text


def test_an_array_is_asked_for_by_name():
    assert _bank.find("E1.7").starter == "slope_kernel = ...  # your code here"


def test_weaving_twice_changes_nothing(tmp_path, notebook):
    path = tmp_path / "01_topic.ipynb"
    nbformat.write(notebook, path)
    assert weave.main(["--check", str(path)]) == 1
    assert weave.main([str(path)]) == 0
    once = path.read_bytes()
    nbformat.validate(nbformat.read(path, as_version=4))
    assert weave.main(["--check", str(path)]) == weave.main([str(path)]) == 0
    assert path.read_bytes() == once


def test_outputs_stay_where_the_cell_stays(notebook):
    weave.weave(notebook, 1)
    checks = {c.id: c for c in notebook.cells if c.source.startswith("check(")}
    first, second = checks["e1-1-check"], checks["e1-2-check"]
    for cell in (first, second):
        cell.outputs, cell.execution_count = [v4.new_output("stream", text="○")], 3
    second.source = "check('E1.2', another)"
    weave.weave(notebook, 1)
    checks = {c.id: c for c in notebook.cells if c.source.startswith("check(")}
    assert checks["e1-1-check"].execution_count == 3
    assert checks["e1-1-check"].outputs
    assert not checks["e1-2-check"].outputs
    assert notebook.cells[0].execution_count == 7


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda cells: cells.append(marker("exercise E1.99")), "there is no exercise E1.99"),
        (lambda cells: cells.append(marker("exercise E1.1")), "more than one place for E1.1"),
        (lambda cells: cells.pop(2), "no place for E1.2"),
        (lambda cells: cells.pop(), "no place for quiz"),
    ],
)
def test_a_wrong_marker_changes_nothing(tmp_path, capsys, notebook, change, said):
    change(notebook.cells)
    path = tmp_path / "01_topic.ipynb"
    nbformat.write(notebook, path)
    before = path.read_bytes()
    with pytest.raises(SystemExit):
        weave.main([str(path)])
    error = " ".join(capsys.readouterr().err.split())
    assert "01_topic.ipynb: " in error
    assert said in error
    assert path.read_bytes() == before
