"""The quiz on a page of its own, worked by keyboard only."""

import pytest

from cnnlab.widgets import Quiz, site

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


class Reader:
    """A quiz as a reader with a keyboard and a screen reader has it."""

    def __init__(self, page):
        self.page = page
        self.box = page.locator(".cnnlab-widget[data-live]")
        self.box.wait_for()

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    @property
    def focused(self):
        return self.page.evaluate(
            "(({activeElement: a}) => a.getAttribute('aria-label') ?? "
            "(a.closest('label') ?? a).textContent)(document)"
        )

    @property
    def heard(self):
        return self.box.locator("p[aria-live=polite]").text_content()

    @property
    def feedback(self):
        return self.box.locator(".cnnlab-quiz-why:visible").all_inner_texts()

    @property
    def count(self):
        return self.box.locator(".cnnlab-quiz-count").inner_text()


@pytest.fixture
def reader(browser, tmp_path):
    """Open the quiz on a page without a kernel; nothing may go wrong on it."""
    path = tmp_path / "quiz.html"
    path.write_text(
        f"<!doctype html><meta charset=utf-8><style>{site.stylesheet()}</style>"
        f"{Quiz(QUESTIONS).static_html()}<script>{site.script()}</script>",
        encoding="utf-8",
    )
    page = browser.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text))
    page.goto(path.as_uri())
    yield Reader(page)
    page.close()
    assert errors == []


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


def test_two_quizzes_on_a_page_do_not_share_their_radio_buttons(browser, tmp_path):
    path = tmp_path / "two.html"
    path.write_text(
        f"<!doctype html><meta charset=utf-8>{Quiz(QUESTIONS).static_html()}"
        f"{Quiz(QUESTIONS).static_html()}<script>{site.script()}</script>",
        encoding="utf-8",
    )
    page = browser.new_page()
    page.goto(path.as_uri())
    page.locator(".cnnlab-widget[data-live]").nth(1).wait_for()
    for quiz in (0, 1):
        page.get_by_role("radio", name="Four").nth(quiz).check()
    assert page.locator("input:checked").count() == 2
    page.close()


def test_without_a_script_the_answers_are_there_to_unfold(browser, tmp_path):
    path = tmp_path / "still.html"
    path.write_text(
        f"<!doctype html><meta charset=utf-8>{Quiz(QUESTIONS).static_html()}", encoding="utf-8"
    )
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.get_by_text("What size does x have?").is_visible()
    assert not page.get_by_text("There are 4 windows.").is_visible()
    page.get_by_text("Answers", exact=True).click()
    assert page.get_by_text("There are 4 windows.").is_visible()
    context.close()
