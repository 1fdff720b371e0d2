"""The table: a row for each student, no zero that is none, and a page that anyone can read."""

import codecs
import csv
import html.parser
import io
import re

import chromium
import pytest
from playwright.sync_api import sync_playwright
from reader import CUT_OFF, violations_in_every_look

from cnnlab.classroom.table import common_mistakes, read_rows, write_table

pytestmark = pytest.mark.filterwarnings("ignore:Object of type <Submitted")  # nbgrader's own
NAME = "pooling"
POINTS = {"E4.1": 4, "E4.2": 4, "E4.7": 4, "E6.1": 4, "E6.3": 4, "written": 6}


@pytest.fixture
def marked(course):
    """Mark two students by way of the gradebook, and let a third time out."""
    wrong = {"ann": ["E4-1-hidden", "E4-2-hidden"], "bob": None}
    with course.gradebook() as gradebook:
        for student, failed in wrong.items():
            gradebook.add_student(student)
            for page in gradebook.add_submission(NAME, student).notebooks:
                for grade in page.grades:
                    if grade.name == "written":
                        grade.needs_manual_grade = True
                    else:
                        fails = failed is None or grade.name in failed
                        grade.auto_score = 0 if fails else grade.max_score
                        grade.needs_manual_grade = False
        gradebook.db.commit()
    flat = "fractions cut off"
    course.record(NAME, "ann", status="graded", mistakes={"E4.1": "mean", "E4.2": "transposed"})
    course.record(
        NAME,
        "bob",
        status="graded",
        file="=cmd|' /C calc'!A0",
        late=True,
        tampered=["The test `E4-1-visible` was changed.", "<script>alert(1)</script>"],
        mistakes={"E4.1": "mean", "E4.7": flat, "E6.1": "stopped"},
    )
    course.record(NAME, "zoe", status="timed out", reason="A cell did not end.")
    course.record_others(NAME, [{"file": "<b>.zip", "status": "rejected", "reason": "A link."}])
    return course


def rows_of(course):
    write_table(course, NAME)
    assert course.table(NAME).read_bytes().startswith(codecs.BOM_UTF8)  # or Excel garbles names
    text = course.table(NAME).read_text(encoding="utf-8-sig")
    return {row["student_id"]: row for row in csv.DictReader(io.StringIO(text))}


def page_of(course):
    write_table(course, NAME)
    return course.table(NAME, "html").read_text(encoding="utf-8")


def test_a_row_for_each_student_and_no_zero_that_is_none(marked):
    rows = rows_of(marked)
    assert [*rows] == [*marked.roster()]
    assert {s: row["status"] for s, row in rows.items()} == {
        "ann": "graded",
        "bob": "graded",
        "zoe": "timed out",
        "kim": "missing",
    }
    scores = {s: (row["score"], row["max_score"], row["written"]) for s, row in rows.items()}
    assert scores == {
        "ann": ("14", "26", ""),  # the written answer is not marked yet
        "bob": ("0", "26", ""),
        "zoe": ("", "", ""),
        "kim": ("", "", ""),
    }
    assert {part: rows["ann"][part] for part in POINTS} == {
        "E4.1": "1",
        "E4.2": "1",
        "E4.7": "4",
        "E6.1": "4",
        "E6.3": "4",
        "written": "",
    }
    assert rows["ann"]["to_mark"] == "written"
    assert rows["bob"]["late"] == "late"
    assert rows["bob"]["mistakes"] == "E4.1: mean; E4.7: fractions cut off; E6.1: stopped"
    assert rows["bob"]["file"].startswith("'=")  # no formula for a spreadsheet


def test_marks_by_hand_count_as_soon_as_they_are_there(marked):
    with marked.gradebook() as gradebook:
        grade = gradebook.find_grade("written", NAME, NAME, "ann")
        grade.manual_score, grade.needs_manual_grade = 0, False
        gradebook.db.commit()
    row = rows_of(marked)["ann"]
    assert (row["score"], row["written"], row["to_mark"]) == ("14", "0", "")


@pytest.mark.parametrize("separator", ",;\t|")
def test_no_cell_is_a_formula_whatever_parts_the_columns(separator, marked):
    name = f'x{separator}=1+1{separator} @SUM(1){separator}"=2".ipynb'
    marked.record(NAME, "zoe", file=name, mistakes={"E4.1": f"m{separator}+1"})
    write_table(marked, NAME)
    text = marked.table(NAME).read_text(encoding="utf-8-sig")
    assert "=1+1" in text
    for row in csv.reader(text.splitlines(), delimiter=separator):
        for cell in row:
            assert not cell.strip().strip('"').startswith(("=", "+", "-", "@")), cell


def test_a_test_of_the_teachers_own(marked):
    marked.record(NAME, "ann", mistakes={"bonus": "an exception", "E99.1": "raised"})
    page = page_of(marked)
    assert "<strong>bonus (a test of your own): an exception</strong>, 1 student." in page
    assert rows_of(marked)["ann"]["mistakes"] == "bonus: an exception; E99.1: raised"


def test_who_left_the_roster_is_still_there(marked):
    (marked.root / "roster.csv").write_text("student_id\nzoe\nbob\n")
    assert [*rows_of(marked)] == ["zoe", "bob", "ann"]


def test_the_most_frequent_mistakes_come_first(marked):
    rows = read_rows(marked, NAME)
    assert common_mistakes(rows) == [
        (2, "E4.1", "mean"),
        (1, "E4.2", "transposed"),
        (1, "E4.7", "fractions cut off"),
        (1, "E6.1", "stopped"),
    ]
    page = page_of(marked)
    assert "<strong>E4.1 (The largest of each window): mean</strong>, 2 students. " in page
    assert "Right for whole numbers, wrong where there are fractions." in page
    assert page.index("2 students") < page.index("1 student.")


def test_no_mistake_is_left_out(marked):
    for student in ("ann", "bob"):
        mistakes = {f"E4.{number}": f"mistake of {student}" for number in range(1, 9)}
        marked.record(NAME, student, mistakes=mistakes)
    page = page_of(marked)
    assert page.count("<li><strong>E4.") == 16
    assert "<summary>4 more</summary>" in page


class Reader(html.parser.HTMLParser):
    """Reads a page as a browser without scripts does: what it asks for, and its tags."""

    def __init__(self, text):
        super().__init__()
        self.asked, self.tags = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        named = dict(attributes)
        self.asked += [value for name, value in named.items() if name in ("src", "href", "action")]


def test_the_page_needs_no_script_and_nothing_from_elsewhere(marked):
    page = page_of(marked)
    reader = Reader(page)
    assert reader.tags.count("tr") == 1 + len(marked.roster())
    assert not {"script", "link", "img", "iframe", "b"} & {*reader.tags}
    assert reader.asked == ["#by-hand"]
    assert "&lt;script&gt;" in page
    assert "@import" not in page
    assert "url(" not in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page


def test_the_page_leads_to_each_students_own(marked):
    path = marked.feedback(NAME, "ann")
    path.parent.mkdir(parents=True)
    path.write_text("x")
    assert f"../feedback/ann/{NAME}/{NAME}.html" in Reader(page_of(marked)).asked


def test_the_page_has_the_rubric(marked):
    assert "How to mark the written answer" in page_of(marked)
    assert "one point without a reason" in page_of(marked)


def test_the_old_table_is_kept(marked):
    before = page_of(marked)
    marked.record(NAME, "kim", status="rejected")
    assert page_of(marked) != before
    assert [
        path.read_text(encoding="utf-8") for path in marked.root.glob("kept/*/tables/*.html")
    ] == [before]


def test_a_table_of_nothing_yet(course):
    page = page_of(course)
    assert "4 students: 4 missing." in page
    assert "Nothing that the tests have found." in page


def test_in_a_browser(marked):
    write_table(marked, NAME)
    path = chromium.find() or pytest.fail(chromium.ADVICE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        asked, said = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto(marked.table(NAME, "html").as_uri())
        assert violations_in_every_look(page) == {}
        assert page.evaluate(CUT_OFF) == []
        assert asked == [marked.table(NAME, "html").as_uri()]
        assert said == []
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            for order, first in [
                ("score", "zoe"),
                ("status", "kim"),
                ("name", "bob"),
                ("roster", "ann"),
            ]:
                page.check(f"#order-{order}")
                tops = {
                    row.locator("small").inner_text(): row.bounding_box()["y"]
                    for row in page.locator("tbody tr").all()
                }
                assert min(tops, key=tops.get) == first, (order, tops)
        browser.close()


def test_every_order_is_offered(marked):
    orders = re.findall(r'id="order-(\w+)"', page_of(marked))
    assert orders == ["roster", "name", "status", "score"]
