"""The quiz on a page of its own, worked by keyboard only."""

import pytest
from reader import Reader

from cnnlab.widgets import Quiz

pytestmark = pytest.mark.browser

QUESTIONS = [
    {
        "ask": "What size does `x` have?",
        "options": [
            {"text": "`3 < 4`", "right": False, "why": "Count `x` again."},
            {"text": "Four", "right": True, "why": "There are 4 windows."},
            {"text": "<b>Six</b>", "right": False, "why": "That is the image."},
        ],
    },
    {
        "ask": "Is the kernel flipped?",
        "options": [
            {"text": "No", "right": True, "why": "Correlation does not flip."},
            {"text": "Yes", "right": False, "why": "Convolution does."},
        ],
    },
]


class QuizReader(Reader):
    """One quiz."""

    @property
    def focused(self):
        return self.page.evaluate(
            "(({activeElement: a}) => a.getAttribute('aria-label') ?? "
            "(a.closest('label') ?? a).textContent)(document)"
        )

    @property
    def feedback(self):
        return self.box.locator(".cnnlab-quiz-why:visible").all_inner_texts()

    @property
    def count(self):
        return self.box.locator(".cnnlab-quiz-count").inner_text()


@pytest.fixture
def reader(open_widgets):
    return QuizReader(open_widgets(Quiz(QUESTIONS)))


def test_arrows_select_but_do_not_answer(reader):
    reader.press("Tab", "Space", "ArrowDown", "ArrowDown", "ArrowUp")
    assert reader.focused == "Four"
    assert reader.box.get_by_role("radio", name="Four").is_checked()
    assert reader.feedback == []
    assert reader.heard == ""
    assert reader.count == "2 questions, none answered yet."


def test_the_whole_quiz_by_keyboard(reader):
    reader.press("Tab", "ArrowDown", "Tab")  # from "3 < 4" to "Four", then to the button
    assert reader.focused == "Check question 1"
    reader.press("Space")
    assert reader.feedback == ["✓ Right. There are 4 windows."]
    assert reader.heard == "Right. There are 4 windows."
    reader.press("Tab", "Space", "ArrowDown", "Enter")  # Enter on an option checks it
    assert reader.feedback[1] == "✗ Not this one. Convolution does."
    assert reader.heard.startswith("Not this one. Convolution does.")
    assert reader.heard.endswith("1 of 2 right at the first try.")
    reader.press("ArrowUp", "Enter")
    assert reader.feedback[1] == "✓ Right. Correlation does not flip."
    assert reader.count == "1 of 2 right at the first try."
    reader.press("Tab", "Tab")
    assert reader.focused == "Start again"
    reader.press("Enter")
    assert reader.feedback == []
    assert reader.count == "2 questions, none answered yet."
    assert reader.box.locator("input:checked").count() == 0
    assert reader.focused == "3 < 4"


def test_one_question_is_one(open_widgets):
    reader = QuizReader(open_widgets(Quiz(QUESTIONS[:1])))
    assert reader.count == "1 question, none answered yet."


def test_feedback_stands_below_its_option(reader):
    reader.press("Tab", "Space", "Enter")
    option = reader.box.locator("div", has=reader.page.get_by_text("3 < 4")).last
    assert "✗ Not this one. Count x again." in option.inner_text()
    assert reader.heard == "Not this one. Count x again."


def test_checking_nothing_asks_for_a_choice(reader):
    reader.press("Tab", "Tab", "Enter")
    assert reader.box.get_by_role("status").first.inner_text() == "Choose an answer first."
    assert reader.count == "2 questions, none answered yet."


def test_only_backticks_are_markup(reader):
    assert reader.box.locator("code").all_inner_texts() == ["x", "3 < 4"]
    assert reader.box.get_by_text("<b>Six</b>").count() == 1


def test_two_quizzes_on_a_page_do_not_share_their_radio_buttons(open_widgets):
    page = open_widgets(Quiz(QUESTIONS), Quiz(QUESTIONS))
    page.locator(".cnnlab-widget[data-live]").nth(1).wait_for()
    for quiz in (0, 1):
        page.get_by_role("radio", name="Four").nth(quiz).check()
    assert page.locator("input:checked").count() == 2


def test_without_a_script_the_answers_are_there_to_unfold(open_widgets):
    page = open_widgets(Quiz(QUESTIONS), java_script_enabled=False)
    assert page.get_by_text("What size does x have?").is_visible()
    assert not page.get_by_text("There are 4 windows.").is_visible()
    page.get_by_text("Answers", exact=True).click()
    assert page.get_by_text("There are 4 windows.").is_visible()
