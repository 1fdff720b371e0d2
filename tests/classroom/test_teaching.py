"""The teacher's page: its commands run, and what it says of exercises is so."""

import csv
import re
import shlex
import subprocess
from pathlib import Path

import nbformat
import pytest

from cnnlab import classroom
from cnnlab.classroom.__main__ import main
from cnnlab.classroom.collect import IN_DOUBT, NOT_JUDGED
from cnnlab.classroom.sandbox import problem
from cnnlab.exercises import _bank

BOOK = Path(__file__).parents[2]
PAGE = (BOOK / "book/teaching.md").read_text(encoding="utf-8")
AFTERNOON = PAGE[PAGE.index("## Your first afternoon") : PAGE.index("## Assignments")]
PLANS = {
    int(text.split(":")[0]): text[: text.find("\n## ")]
    for text in re.split(r"^### Chapter ", PAGE, flags=re.M)[1:]
}
CHAPTERS = sorted(PLANS)


def named(text):
    """List the exercises that a text names, in its order."""
    return re.findall(r"\bE\d+\.\d+\b", text)


def test_each_chapter_of_the_book_has_a_plan_under_its_title():
    toc = (BOOK / "_toc.yml").read_text(encoding="utf-8")
    chapters = re.findall(r"file: (notebooks/(\d+)_\w+)", toc)
    assert [int(number) for _, number in chapters] == CHAPTERS
    for path, number in chapters:
        opening = nbformat.read(BOOK / f"{path}.ipynb", 4).cells[0].source.splitlines()[0]
        assert PLANS[int(number)].splitlines()[0] == f"{int(number)}: {opening.removeprefix('# ')}"


def test_each_exercise_that_is_named_exists():
    known = {number for chapter in _bank.chapters() for number in _bank.load(chapter)[0]}
    assert {*named(PAGE)} <= known


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_each_lesson_takes_90_minutes(chapter):
    lessons = re.split(r"^\| minutes \|", PLANS[chapter], flags=re.M)[1:]
    minutes = [sum(map(int, re.findall(r"^\| (\d+) \|", lesson, re.M))) for lesson in lessons]
    assert minutes == [90, 90]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_each_exercise_is_done_in_a_lesson_or_at_home(chapter):
    lines = PLANS[chapter].splitlines()
    class_room = named("\n".join(line for line in lines if line.startswith("|")))
    at_home = named(next(line for line in lines if line.startswith("At home")))
    assert len(class_room) == len(set(class_room))
    assert {*class_room, *at_home} == set(_bank.load(chapter)[0])


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_each_mistake_is_one_that_the_judge_names(chapter):
    mistakes = re.findall(r"^- \*\*(E\d+\.\d+) · \*(.+?)\*\.\*\*", PLANS[chapter], re.M)
    assert len(mistakes) >= 5
    exercises = _bank.load(chapter)[0]
    for number, name in mistakes:
        assert name in exercises[number].wrong, f"{number}: {name}"


def test_each_status_is_explained():
    """Whatever the code can say of a submission stands in the table of the page."""
    folder = Path(classroom.__file__).parent
    code = "".join((folder / f"{name}.py").read_text() for name in ("grade", "collect", "course"))
    given = {a or b for a, b in re.findall(r'"status": "([^"]+)"|_answer\("([^"]+)"', code)}
    told = PAGE[PAGE.index("## What the table says") : PAGE.index("## What a machine can prove")]
    rows = re.findall(r"^\| (.+?) \|", told, re.M)
    assert given >= {"graded", "collected", "no notebook", "missing", "another notebook"}
    assert given <= {status for row in rows for status in row.split(", ")}


def test_what_is_said_of_late_work_is_explained():
    told = PAGE[PAGE.index("**Late** is") : PAGE.index("## What the table says")]
    assert f"*{NOT_JUDGED}*" in told
    assert f"*{IN_DOUBT}*" in told


def test_nbgraders_own_autograding_is_warned_of(capsys):
    assert "leave *Autograde* alone" in PAGE
    with pytest.raises(SystemExit):
        main(["--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert "autograde, in the Formgrader or typed, refuses" in said


def run(command):
    """Run a line of the page as it stands."""
    words = shlex.split(command)
    if words[:3] == ["python", "-m", "cnnlab.classroom"]:
        assert main(words[3:]) == 0, command
    else:
        subprocess.run(words, check=True)


def be_the_class(course):
    """Do what the page asks: Ann solves all, Ben forgets the flip and changes its test."""
    source = nbformat.read(course / "source/week1/week1.ipynb", as_version=4)
    right = {cell.metadata.nbgrader.grade_id: cell.source for cell in source.cells}
    for student in ("ann", "ben"):
        path = course / f"handed-in/{student}/week1.ipynb"
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            name = cell.metadata.nbgrader.grade_id
            if name.endswith("-answer") and (student == "ann" or name == "E1-1-answer"):
                cell.source = right[name]
            elif name == "E1-4-answer":
                cell.source = (
                    "def convolve(image, kernel):\n    return cross_correlate2d(image, kernel)"
                )
        nbformat.write(notebook, path)
        if student == "ben":
            text = path.read_text(encoding="utf-8")
            head, sought, rest = text.partition("The first cases of E1.4")
            changed = rest.replace('"    assert np.allclose(', '"    # assert np.allclose(', 1)
            assert changed != rest
            path.write_text(head + sought + changed, encoding="utf-8")


def test_a_first_afternoon(tmp_path, monkeypatch):
    if why := problem():
        pytest.skip(why.splitlines()[0])
    commands = "\n".join(re.findall(r"^```sh\n(.*?)^```", AFTERNOON, re.M | re.S)).split("\n")
    roster = re.search(r"^```text\n(.*?)^```", AFTERNOON, re.M | re.S)[1]
    folder = tmp_path
    monkeypatch.chdir(folder)
    for command in filter(None, commands):
        if command.startswith(("make ", "source ")):
            continue  # the environment is there
        if command.startswith("jupyter lab"):
            be_the_class(folder)
        elif command.startswith("cd "):
            folder /= command.removeprefix("cd ")
            monkeypatch.chdir(folder)
            (folder / "roster.csv").write_text(roster)
        else:
            run(command)
    with (folder / "tables/week1.csv").open(encoding="utf-8-sig") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    printed = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in AFTERNOON.splitlines()
        if line.startswith("| ") and not line.startswith("| student")
    ]
    for (name, status, points, mistakes), row in zip(printed, rows.values(), strict=True):
        assert name == f"{row['first_name']} {row['last_name']}"
        assert status == row["status"]
        assert points == (f"{row['score']} of {row['max_score']}" if row["score"] else "")
        assert mistakes == row["mistakes"]
    assert "E1-4-visible" in rows["ben"]["tampered"]
    assert not rows["ann"]["tampered"]
    assert {path.name for path in folder.glob("feedback/*")} == {"ann", "ben"}
