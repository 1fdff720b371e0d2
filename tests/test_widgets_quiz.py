import json
import re
from html.parser import HTMLParser

import pytest
import traitlets

from cnnlab.widgets import Quiz
from cnnlab.widgets.quiz import markup

pytestmark = pytest.mark.any_cpu


def option(text="a", right=False, why="because"):
    return {"text": text, "right": right, "why": why}


def questions(count=2):
    options = [option("no"), option("`x < 1`", right=True), option("nor this")]
    return [{"ask": f"Question {k}?", "options": options} for k in range(count)]


class Tags(HTMLParser):
    """Collect the elements of a page, and fail where they do not nest."""

    def __init__(self):
        super().__init__()
        self.seen, self.open = [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in ("br", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def parse(text):
    tags = Tags()
    tags.feed(text)
    tags.close()
    assert tags.open == []
    return tags.seen


def test_nothing_is_answered_at_first():
    quiz = Quiz(questions(3))
    assert quiz.answers == quiz.first_answers == [None, None, None]
    assert quiz.score == 0


def test_score_counts_first_answers_only():
    quiz = Quiz(questions(3))
    quiz.answers = [1, 0, None]
    quiz.answers = [1, 1, 1]
    assert quiz.first_answers == [1, 0, 1]
    assert quiz.score == 2


def test_taking_an_answer_back_forgets_the_first_one():
    quiz = Quiz(questions())
    quiz.answers = [0, 1]
    quiz.answers = [None, 1]
    assert quiz.first_answers == [None, 1]
    quiz.answers = [1, 1]
    assert quiz.score == 2


def test_new_questions_begin_without_answers():
    quiz = Quiz(questions(2))
    quiz.answers = [1, 1]
    quiz.questions = questions(3)
    assert quiz.answers == quiz.first_answers == [None, None, None]


def test_questions_are_copied():
    asked = questions()
    quiz = Quiz(asked)
    asked[0]["options"][0]["text"] = "changed"
    assert quiz.questions[0]["options"][0]["text"] == "no"


def test_state_is_json_with_the_documented_names():
    state = json.loads(json.dumps(Quiz(questions(1)).state()))
    assert state == {
        "answers": [None],
        "first_answers": [None],
        "questions": questions(1),
        "title": "Check yourself",
    }


def test_static_form_is_the_same_every_time_and_carries_the_state():
    first, second = (Quiz(questions(), title="Two & more").static_html() for _ in range(2))
    assert first == second
    box = parse(first)[0][1]
    assert box["data-module"] == "quiz"
    assert json.loads(box["data-traits"]) == Quiz(questions(), title="Two & more").state()


def test_picture_lists_every_option_and_folds_every_explanation():
    asked = questions(1)
    asked[0]["options"] = [option("no", why="W0"), option("yes", right=True, why="W1")]
    picture = Quiz(asked, title="<Title>").picture()
    shown, folded = picture.split("<details>")
    assert "&lt;Title&gt;" in shown
    assert re.findall(r"<li>(\w+)</li>", shown) == ["no", "yes"]
    assert "W0" not in shown
    assert "<strong>b.</strong> W1<br>Not a: W0" in folded


def test_only_backticks_are_markup():
    assert markup("`a<b` & <i>*x*</i> `") == "<code>a&lt;b</code> &amp; &lt;i&gt;*x*&lt;/i&gt; `"
    assert "<li><code>x &lt; 1</code></li>" in Quiz(questions()).picture()


def test_repr_tells_answers_but_not_solutions():
    quiz = Quiz(questions(), title="Sizes")
    quiz.answers = [2, None]
    assert repr(quiz) == "Quiz('Sizes', 2 questions, answers=[2, None])"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ([], "at least 1 question; got none"),
        (["why?"], r"questions\[0\] must be \{.*; got str 'why\?'"),
        ([{"ask": "a"}], r"questions\[0\] must be .* got a dict with the keys \['ask'\]"),
        (
            [{"ask": " ", "options": []}],
            r'\["ask"\] must be a text that is not empty; got str \' \'',
        ),
        ([{"ask": "a", "options": [option(right=True)]}], "2 to 10 options; got a list of 1"),
        ([{"ask": "a", "options": [option(), option()]}], "exactly 1 right option; got 0"),
        ([{"ask": "a", "options": [option(right=True)] * 2}], "exactly 1 right option; got 2"),
        (
            [*questions(1), {"ask": "a", "options": [option(), {"text": "b", "right": True}]}],
            r'questions\[1\]\["options"\]\[1\] must be .* keys \[\'right\', \'text\'\]',
        ),
        ([{"ask": "a", "options": [option(why=""), option(right=True)]}], r'\["why"\] must be'),
        (
            [{"ask": "a", "options": [option(right=0), option(right=True)]}],
            r'\["right"\] must be True or False; got int 0',
        ),
    ],
)
def test_a_question_that_is_not_whole_is_refused(change, message):
    with pytest.raises(traitlets.TraitError, match=message):
        Quiz(change)
    quiz = Quiz(questions())
    with pytest.raises(traitlets.TraitError, match=message):
        quiz.questions = change
    assert quiz.questions == questions()


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ([1], "one entry for each of 2 questions; got 1"),
        ([1, 3], r"answers\[1\] must be a whole number from 0 to 2, or None; got 3"),
        ([-1, None], r"answers\[0\] must be .*, or None; got -1"),
        ([True, None], r"answers\[0\] must be .*, or None; got True"),
        (["b", None], r"answers\[0\] must be .*, or None; got 'b'"),
    ],
)
def test_answers_that_no_question_has_are_refused(answers, message):
    quiz = Quiz(questions())
    quiz.answers = [0, 1]
    with pytest.raises(traitlets.TraitError, match=message):
        quiz.answers = answers
    assert quiz.answers == [0, 1]


def test_mime_bundle_holds_all_three_lives():
    data, _ = Quiz(questions())._repr_mimebundle_()
    assert data["text/plain"] == repr(Quiz(questions()))
    assert data["text/html"] == Quiz(questions()).static_html()
    assert "application/vnd.jupyter.widget-view+json" in data
