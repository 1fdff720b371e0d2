"""What every chapter keeps to, whatever it teaches."""

import re
import statistics
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
GLOSSARY = (ROOT / "book" / "glossary.md").read_text(encoding="utf-8").lower().splitlines()
LONGEST_CELL, MEDIAN_CELL, MOST_WORDS = 15, 5, 4000
# Bold words that ask for something, and are no terms.
ASIDES = re.compile(
    r"^(Predict|First|Second|Third|What|How|Now|Read|Run|Teach|The question|Some)\b"
)

pytestmark = [
    pytest.mark.any_cpu,
    pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem),
]


def cells(path, kind=None):
    """List a chapter's own cells, without those that are woven in."""
    every = nbformat.read(path, as_version=4).cells
    own = [cell for cell in every if "cnnlab" not in cell.metadata]
    return [cell for cell in own if kind in (None, cell.cell_type)]


def prose(path):
    return "\n\n".join(cell.source for cell in cells(path, "markdown"))


def test_cells_are_short_and_there_is_more_prose_than_code(path):
    lengths = [len(cell.source.splitlines()) for cell in cells(path, "code")]
    assert max(lengths) <= LONGEST_CELL
    assert statistics.median(lengths) <= MEDIAN_CELL
    assert len(cells(path, "markdown")) >= len(lengths)


def test_a_chapter_is_an_hour_and_not_a_day(path):
    words = re.findall(r"\w+", re.sub(r"\$[^$]*\$|<[^>]*>|\]\([^)]*\)", "", prose(path)))
    assert 1000 < len(words) <= MOST_WORDS


def test_it_opens_with_a_question_and_says_what_it_takes(path):
    title, opening = (cell.source for cell in cells(path)[:2])
    text = title + opening
    assert title.startswith("# ")
    assert "?" in text.partition("## ")[0]
    assert "You will be able to" in text
    assert "builds on" in text
    assert re.search(r"\d+ (to|–) \d+ minutes|\d+ minutes|an hour", text)


def test_it_ends_with_summary_quiz_and_sources(path):
    headings = [line[3:] for line in prose(path).splitlines() if line.startswith("## ")]
    assert headings[-4:] == ["What can go wrong", "Summary", "Check yourself", "Sources"]
    assert cells(path)[-2].source == "<!-- quiz -->"


def test_exercises_stand_in_the_sections_that_they_practise(path):
    number = int(path.stem[:2])
    found = re.findall(r"^<!-- exercise (E[\d.]+) -->$", prose(path), re.M)
    assert found == [f"E{number}.{k}" for k in range(1, len(found) + 1)]
    assert 6 <= len(found) <= 10, f"{len(found)} exercises have a place; 6 to 10 are needed"
    assert prose(path).rindex("<!-- exercise") < prose(path).index("## What can go wrong")


def test_predictions_are_protected(path):
    own = cells(path)
    asked = [i for i, cell in enumerate(own) if "**Predict" in cell.source]
    assert asked
    for i in asked:
        result = next(cell for cell in own[i + 1 :] if cell.cell_type == "code")
        widget = any("text/html" in output.get("data", {}) for output in result.outputs)
        folded = "hide-output" in result.metadata.get("tags", [])
        assert folded or widget or not result.outputs, own[i].source


def test_what_folds_on_the_page_folds_in_jupyterlab(path):
    for cell in cells(path, "code"):
        folded = "hide-output" in cell.metadata.get("tags", [])
        assert folded == bool(cell.metadata.get("jupyter", {}).get("outputs_hidden"))
        assert folded == ("code_prompt_show" in cell.metadata.get("mystnb", {}))


def test_each_picture_is_told_in_words(path):
    own = cells(path)
    for i, cell in enumerate(own):
        if any("image/png" in output.get("data", {}) for output in cell.get("outputs", [])):
            assert len(cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")) > 40
            following = [after.source for after in own[i + 1 : i + 3]]
            assert any(re.match(r"\*Figure \d+\.\d+\.", text) for text in following), cell.source


def test_new_words_are_in_the_glossary(path):
    bold = set(re.findall(r"\*\*([^*]+?)[.:?!]?\*\*", prose(path)))
    lists = set(re.findall(r"^- \*\*([^*]+?)[.:?!]?\*\*", prose(path), re.M))
    terms = {word for word in bold - lists if not ASIDES.match(word) and "?" not in word}
    assert terms
    assert {term for term in terms if term.lower() not in GLOSSARY} == set()


def test_nothing_is_left_to_write(path):
    number = path.stem[:2]
    files = [path, *ROOT.glob(f"cnnlab/*/ch{number}.*"), *ROOT.glob(f"tests/*/ch{number}_*.py")]
    assert [file.name for file in files if "TODO" in file.read_text(encoding="utf-8")] == []


def test_nothing_is_run_out_of_order_or_fetched(path):
    every = nbformat.read(path, as_version=4).cells
    code = [cell for cell in every if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    for cell in every:
        assert not re.search(r"pip install|https?://|urlopen|requests\.", cell.source) or (
            cell.cell_type == "markdown"
        )
        assert all(output.output_type != "error" for output in cell.get("outputs", []))


def test_a_solution_uses_what_the_chapter_imports(path):
    every = nbformat.read(path, as_version=4).cells
    program = "\n".join(cell.source for cell in every if cell.cell_type == "code")
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--select=F821", "-"]
    for cell in every:
        if cell.metadata.get("cnnlab", {}).get("part") == "help":
            solution = "\n".join(re.findall(r"```python\n(.*?)```", cell.source, re.DOTALL))
            assert solution
            run = subprocess.run(
                ruff, input=f"{program}\n{solution}", capture_output=True, text=True
            )
            assert run.returncode == 0, run.stdout
