"""Quiz: questions with one right answer each, and feedback for every answer."""

import re
from collections.abc import Sequence
from html import escape
from typing import Any

import traitlets

from cnnlab.widgets._shared.base import LabWidget, whole
from cnnlab.widgets._shared.still import LIVE
from cnnlab.widgets._shared.text import counted

LETTERS = "abcdefghij"
TEXT = "a text that is not empty"
OPTION = '{"text": str, "right": bool, "why": str}'
QUESTION = f'{{"ask": str, "options": [{OPTION}, …]}}'


class Questions(traitlets.List):
    """A trait that holds whole questions only."""

    def validate(self, obj: traitlets.HasTraits, value: Any) -> list[dict]:
        """Return a copy of the questions, or say which of them is not whole."""
        questions = super().validate(obj, value)
        if not questions:
            raise traitlets.TraitError(f"{self.name} must hold at least 1 question; got none")
        return [_checked(question, place) for place, question in enumerate(questions)]


class Quiz(LabWidget):
    """Ask questions, and say of each answer why it is right or wrong.

    The reader chooses an option and presses Check. A wrong answer can be mended; what counts is
    the first one.

    Parameters
    ----------
    questions : list of dict
        Each ``{"ask": str, "options": [{"text": str, "right": bool, "why": str}, …]}`` with 2 to
        10 options, of which exactly one is right. ``why`` is the feedback. Text in `backticks`
        is set as code; nothing else is markup.
    title : str, default "Check yourself"
        Stands above the questions.

    Attributes
    ----------
    answers : list of (int or None)
        The option last checked, for each question, counted from 0; None where there is none yet.
        Setting it draws it; setting None forgets the question's first answer too.
    first_answers : list of (int or None)
        The option that was checked first.

    Examples
    --------
    >>> options = [
    ...     {"text": "3", "right": False, "why": "The windows are 6 − 3 + 1."},
    ...     {"text": "4", "right": True, "why": "The window starts at 0, 1, 2 and 3."},
    ... ]
    >>> quiz = Quiz([{"ask": "How many windows of 3 fit into 6?", "options": options}])
    >>> quiz.answers = [1]
    >>> quiz.score
    1
    """

    _module = "quiz"

    questions = Questions().tag(sync=True)
    title = traitlets.Unicode("Check yourself").tag(sync=True)
    answers = traitlets.List().tag(sync=True)
    first_answers = traitlets.List().tag(sync=True)

    def __init__(self, questions: Sequence[dict], title: str = "Check yourself") -> None:
        super().__init__(questions=questions, title=title)

    @property
    def score(self) -> int:
        """int: how many questions were answered right at the first try."""
        return sum(
            answer is not None and question["options"][answer]["right"]
            for question, answer in zip(self.questions, self.first_answers, strict=True)
        )

    def __repr__(self) -> str:
        return self.brief("answers", begin=[repr(self.title), f"{len(self.questions)} questions"])

    def picture(self) -> str:
        """List the questions with their options, and the answers folded below."""
        asked = "".join(f"<li>{_question(question)}</li>\n" for question in self.questions)
        solved = "".join(f"<li>{_solution(question)}</li>\n" for question in self.questions)
        return (
            f'<div class="cnnlab-quiz-still"><p><strong>{escape(self.title)}</strong></p>\n'
            f"<ol>\n{asked}</ol>\n"
            f"<details><summary>Answers</summary>\n<ol>\n{solved}</ol>\n</details></div>"
        )

    def caption(self) -> str:
        """Say where the quiz can be answered."""
        return f"{counted(len(self.questions), 'question')}. They can be answered {LIVE}"

    @traitlets.validate("answers", "first_answers")
    def _check_answers(self, proposal: Any) -> list:
        name, answers = proposal["trait"].name, proposal["value"]
        if len(answers) != len(self.questions):
            raise traitlets.TraitError(
                f"{name} must have one entry for each of {len(self.questions)} questions; "
                f"got {len(answers)}: {answers!r}"
            )
        for place, (answer, question) in enumerate(zip(answers, self.questions, strict=True)):
            if answer is not None:
                whole(answer, f"{name}[{place}]", 0, len(question["options"]) - 1, "or None")
        return answers

    @traitlets.observe("questions")
    def _begin_anew(self, _change: Any) -> None:
        self.answers = self.first_answers = [None] * len(self.questions)

    @traitlets.observe("answers")
    def _keep_first(self, _change: Any) -> None:
        if len(self.first_answers) == len(self.answers):
            pairs = zip(self.answers, self.first_answers, strict=True)
            self.first_answers = [now if None in (now, first) else first for now, first in pairs]


def _checked(question: Any, place: int) -> dict:
    """Return a whole question, or say what is wrong with it."""
    name = f"questions[{place}]"
    _must(_has(question, "ask", "options"), name, QUESTION, question)
    _must(_is_text(question["ask"]), f'{name}["ask"]', TEXT, question["ask"])
    options = question["options"]
    enough = isinstance(options, (list, tuple)) and 2 <= len(options) <= len(LETTERS)
    _must(enough, f'{name}["options"]', f"a list of 2 to {len(LETTERS)} options", options)
    for number, option in enumerate(options):
        which = f'{name}["options"][{number}]'
        _must(_has(option, "text", "right", "why"), which, OPTION, option)
        for key in ("text", "why"):
            _must(_is_text(option[key]), f'{which}["{key}"]', TEXT, option[key])
        right = option["right"]
        _must(isinstance(right, bool), f'{which}["right"]', "True or False", right)
    right = sum(option["right"] for option in options)
    if right != 1:
        raise traitlets.TraitError(
            f"{name} must have exactly 1 right option; got {right} ({question['ask']!r})"
        )
    return {"ask": question["ask"], "options": [dict(option) for option in options]}


def _must(holds: bool, name: str, wanted: str, got: Any) -> None:
    if not holds:
        raise traitlets.TraitError(f"{name} must be {wanted}; got {_brief(got)}")


def _has(value: Any, *keys: str) -> bool:
    return isinstance(value, dict) and set(value) == set(keys)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value.strip() != ""


def _brief(value: Any) -> str:
    if isinstance(value, dict):
        return f"a dict with the keys {sorted(map(str, value))}"
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}"
    return f"{type(value).__name__} {value!r:.42}"


def markup(text: str) -> str:
    """Turn plain text into HTML: what stands in backticks is ``<code>``, nothing else is markup.

    Examples
    --------
    >>> markup("`x[0]` < 3")
    '<code>x[0]</code> &lt; 3'
    """
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))


def _question(question: dict) -> str:
    options = "".join(f"<li>{markup(option['text'])}</li>" for option in question["options"])
    return f'<p>{markup(question["ask"])}</p><ol type="a">{options}</ol>'


def _solution(question: dict) -> str:
    """Say which option is right and why, then why the others are not."""
    letters = dict(zip(LETTERS, question["options"], strict=False))
    right, *wrong = sorted(letters, key=lambda letter: not letters[letter]["right"])
    others = "".join(f"<br>Not {letter}: {markup(letters[letter]['why'])}" for letter in wrong)
    return f"<p><strong>{right}.</strong> {markup(letters[right]['why'])}{others}</p>"
