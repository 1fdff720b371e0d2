"""What students must not change is put back, and told; whatever else they do is left alone."""

import nbformat
import pytest
from classroom.submissions import EXERCISES, cell_of, notebook, without

from cnnlab.classroom.restore import restore


@pytest.fixture(scope="module")
def released():
    return notebook(right=())


def test_an_honest_notebook_is_left_as_it_is(released):
    solved = notebook(right=EXERCISES)
    whole, changes, found = restore(solved, released)
    assert whole.cells == solved.cells
    assert changes == []
    assert found == 10


@pytest.mark.parametrize(
    "change",
    [
        lambda cell: cell.metadata.update(tags=["skip-execution"]),
        lambda cell: cell.metadata.nbgrader.update(points=50),
        lambda cell: cell.metadata.nbgrader.update(grade=False),
        lambda cell: cell.metadata.nbgrader.update(solution=True),
        lambda cell: cell.update(cell_type="raw"),
        lambda cell: cell.update(source="pass"),
        lambda cell: cell.metadata.update(nbgrader={"grade_id": "E1-1-visible"}),
        lambda cell: cell.metadata.update(nbgrader="nonsense", tags=["skip-execution"]),
        lambda cell: cell.update(source="pass", id="x", metadata={}),
    ],
)
def test_a_changed_test_is_put_back_and_told(released, change):
    book = notebook()
    change(cell_of(book, "E1-1-visible"))
    whole, changes, _ = restore(nbformat.from_dict(book), released)
    assert cell_of(whole, "E1-1-visible") == cell_of(released, "E1-1-visible")
    assert len(changes) == 1
    assert "E1-1-visible" in changes[0]


def test_deleted_cells_come_back_in_their_places(released):
    names = [cell.metadata.nbgrader.grade_id for cell in released.cells]
    for book in (without(notebook(), *names[3:7]), without(notebook(), *names[:4], names[-1])):
        whole, changes, _ = restore(book, released)
        assert [cell.metadata.nbgrader.grade_id for cell in whole.cells] == names
        assert len(changes) == 3


def test_of_two_alike_the_true_one_counts(released):
    book = notebook()
    false = nbformat.from_dict(cell_of(book, "E1-1-visible"))
    false.source = "pass"
    book.cells.insert(3, false)
    whole, changes, _ = restore(book, released)
    assert changes == []
    marked = [cell for cell in whole.cells if cell.metadata.get("nbgrader")]
    assert [cell.metadata for cell in marked] == [cell.metadata for cell in released.cells]
    assert len({cell.id for cell in whole.cells}) == len(whole.cells)


def test_an_answer_keeps_its_pictures_and_its_text(released):
    book = notebook()
    answer = cell_of(book, "written")
    answer.source, answer.attachments = "See below.", {"a.png": {"image/png": "AAAA"}}
    whole, _, _ = restore(book, released)
    assert cell_of(whole, "written").attachments == answer.attachments


@pytest.mark.parametrize("answered", [0, 1])
def test_of_two_copies_of_an_answer_the_one_that_says_something_counts(released, answered):
    book = notebook(right=())
    place = next(i for i, cell in enumerate(book.cells) if cell.id == "written")
    book.cells.insert(place, nbformat.from_dict(book.cells[place]))
    book.cells[place + answered].source = "The kernel is flipped."
    whole, changes, _ = restore(book, released)
    assert cell_of(whole, "written").source == "The kernel is flipped."
    assert changes == []


def test_an_answer_that_was_made_text_is_code_again(released):
    book = notebook()
    answer = cell_of(book, "E1-1-answer")
    answer.cell_type, source = "markdown", answer.source
    whole, changes, _ = restore(book, released)
    answer = cell_of(whole, "E1-1-answer")
    assert (answer.cell_type, answer.source) == ("code", source)
    assert changes == []


@pytest.mark.parametrize("place", [0, 4])
def test_what_looks_after_the_tests_stays_behind_them(released, place):
    book = notebook()
    book.cells.insert(place, book.cells.pop())
    book.cells.append(nbformat.v4.new_code_cell("1 + 1"))
    whole, changes, _ = restore(book, released)
    assert whole.cells[-1] == released.cells[-1]
    assert [cell.source for cell in whole.cells[-2:-1]] == ["1 + 1"]
    assert changes == []
