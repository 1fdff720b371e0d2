"""Hold every chapter to the form that its readers rely on."""

import re
import statistics
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
CHAPTERS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
WORDS, LONGEST, MEDIAN = 4000, 15, 5
LEAD_INS = {"Predict", "Predict."}  # bold, but no terms

pytestmark = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


def cells_of(path, kind):
    """Return the cells of one kind that the chapter's author wrote: no exercise, no quiz."""
    return [
        cell
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == kind and "cnnlab" not in cell.metadata and "<!--" not in cell.source
    ]


def test_it_can_be_read_in_one_sitting(path):
    assert sum(len(cell.source.split()) for cell in cells_of(path, "markdown")) <= WORDS


def test_one_idea_a_cell(path):
    code, prose = cells_of(path, "code"), cells_of(path, "markdown")
    lines = [sum(map(bool, cell.source.splitlines())) for cell in code]
    assert max(lines) <= LONGEST
    assert statistics.median(lines) <= MEDIAN
    assert len(prose) >= len(code)


def test_bold_words_are_in_the_glossary(path):
    glossary = (ROOT / "book" / "glossary.md").read_text(encoding="utf-8")
    terms = set(re.findall(r"^(\w.*)$", glossary, flags=re.MULTILINE))
    bold = {
        term
        for cell in cells_of(path, "markdown")
        for term in re.findall(r"\*\*(.+?)\*\*", cell.source)
    }
    assert bold - LEAD_INS <= terms


def test_a_prediction_is_protected(path):
    cells = nbformat.read(path, as_version=4).cells
    asked = [k for k, cell in enumerate(cells) if "**Predict.**" in cell.source]
    assert asked
    for k in asked:
        answer = next(cell for cell in cells[k:] if cell.cell_type == "code")
        if any("cnnlab-widget" in str(output) for output in answer.outputs):
            continue  # it stands before its first step
        assert "hide-output" in answer.metadata.get("tags", []), answer.source
        assert answer.metadata.jupyter.outputs_hidden, answer.source
        assert answer.metadata.mystnb.code_prompt_show, answer.source


def test_each_figure_has_a_text_alternative(path):
    for cell in cells_of(path, "code"):
        if any("image/png" in output.get("data", {}) for output in cell.outputs):
            assert cell.metadata.mystnb.image.alt, cell.source
