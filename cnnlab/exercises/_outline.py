"""Read a chapter's texts: Markdown with a fixed outline. A mistake in it is named with its line."""

import functools
import re
from dataclasses import dataclass
from pathlib import Path

MARKS = ("1. ", "2. ", "3. ", "- Solution: ", "- Cases: ", "- Shows: ")  # then the mistakes
QUESTIONS = 5

_EXERCISE = re.compile(r"(E\d+\.\d+) · (.+)")
_MISTAKE = re.compile(r"- \*\*(.+?)\*\*: (.+)")
_OPTION = re.compile(r"- \[([ x])\] (.+) · (.+)")
_SENTENCE = re.compile(r".*[.?!)]")


class OutlineError(ValueError):
    """A mistake in the outline of a chapter's texts, with the file and the line."""

    def __init__(self, path, line, message):
        super().__init__(f"{path.name}, line {line}: {message}")


@dataclass(frozen=True)
class Text:
    """What is said about an exercise.

    Parameters
    ----------
    path, line : Path, int
        Where it stands.
    title, statement : str
        What is asked for.
    hints : tuple of str
        Three.
    solution : str
        What stands below the solution: why it works, and another way.
    covers, shows : str
        What the cases are, and what a right answer shows.
    mistakes : dict of str to str
        A sentence for each mistake that has a name.
    lines : dict of str to int
        Where these sentences stand.
    """

    path: Path
    line: int
    title: str
    statement: str
    hints: tuple
    solution: str
    covers: str
    shows: str
    mistakes: dict
    lines: dict


def read_chapter(path):
    """Read a chapter's texts.

    Parameters
    ----------
    path : Path
        A file ``chNN.md``.

    Returns
    -------
    (dict of str to Text, list of dict)
        The exercises by number, and the quiz's questions as `cnnlab.widgets.Quiz` takes them.

    Raises
    ------
    OutlineError
        If anything is missing, double or out of order.
    """
    lines = list(enumerate(path.read_text(encoding="utf-8").splitlines(), 1))
    texts, quiz = {}, None
    for line, heading, block in _blocks(path, lines, "## "):
        if heading == "Quiz":
            quiz = _read_quiz(path, line, block)
            continue
        named = _EXERCISE.fullmatch(heading)
        if named is None or quiz is not None:
            wanted = "`## E1.1 · Title`, in order, and `## Quiz` at the end"
            raise OutlineError(path, line, f"`## {heading}` is not expected here; {wanted} are")
        number, title = named.groups()
        if number != f"E{int(path.stem[2:])}.{len(texts) + 1}":
            raise OutlineError(
                path, line, f"{number} is out of order: it is exercise {len(texts) + 1}"
            )
        texts[number] = _read_exercise(path, line, number, title, block)
    if quiz is None:
        raise OutlineError(path, len(lines), "there is no `## Quiz` at the end")
    return texts, quiz


def _blocks(path, lines, mark):
    """Cut lines at headings, but for those in a fence: (line, heading, lines below it)."""
    blocks, fence = [], None
    for number, line in lines:
        if line.startswith("```"):
            fence = None if fence else number
        if line.startswith(mark) and fence is None:
            blocks.append((number, line.removeprefix(mark).strip(), []))
        elif blocks:
            blocks[-1][2].append((number, line))
    if fence is not None:
        raise OutlineError(path, fence, "this fence is not closed")
    return blocks


def _read_exercise(path, line, number, title, block):
    helped = _blocks(path, block, "### ")
    if [heading for _, heading, _ in helped] != ["Help"]:
        at = next((at for at, heading, _ in helped if heading != "Help"), line)
        raise OutlineError(path, at, f"{number} needs one part `### Help` below its statement")
    start, _, below = helped[0]
    statement = "\n".join(text for at, text in block if at < start).strip()
    if not statement:
        raise OutlineError(path, line, f"{number} has no statement")
    below = [(at, text) for at, text in below if text.strip()]
    parts = []
    for place, mark in enumerate(MARKS):
        at, text = below[place] if place < len(below) else (start, "")
        if not text.startswith(mark) or text == mark:
            raise OutlineError(path, at, f"the help of {number} needs a line `{mark}…` here")
        parts.append(text.removeprefix(mark))
    mistakes, lines = read_sentences(path, below[len(MARKS) :])
    return Text(path, line, title, statement, tuple(parts[:3]), *parts[3:], mistakes, lines)


def read_sentences(path, block):
    """Read a list of ``- **name**: sentence``: the sentences by name, and their lines by name."""
    sentences, lines = {}, {}
    for number, line in block:
        if not line.strip():
            continue
        found = _MISTAKE.fullmatch(line)
        if found is None:
            raise OutlineError(path, number, "a mistake is one line, `- **name**: sentence`")
        name, sentence = found.groups()
        if name in sentences:
            raise OutlineError(path, number, f"“{name}” stands here twice")
        if sentence in sentences.values():
            raise OutlineError(path, number, f"“{name}” says what another mistake says")
        if not _SENTENCE.fullmatch(sentence):
            raise OutlineError(path, number, f"“{name}” does not end as a sentence does")
        sentences[name], lines[name] = sentence, number
    return sentences, lines


def _read_quiz(path, heading, block):
    """Read questions: a line each, then a line ``- [ ] option · reply`` for each option."""
    questions, at = [], []
    for number, line in block:
        option = _OPTION.fullmatch(line)
        if option and questions:
            mark, text, reply = option.groups()
            questions[-1]["options"].append({"text": text, "right": mark == "x", "why": reply})
        elif line.startswith("- "):
            raise OutlineError(path, number, "an option is one line, `- [ ] option · reply`")
        elif line.strip():
            questions.append({"ask": line, "options": []})
            at.append(number)
    for number, question in zip(at, questions, strict=True):
        rights = [option["right"] for option in question["options"]]
        if len(rights) < 2 or sum(rights) != 1:
            raise OutlineError(
                path, number, "a question needs 2 options or more, one of them `[x]`"
            )
        for option in question["options"]:
            if not _SENTENCE.fullmatch(option["why"]):
                message = f"the reply to “{option['text']}” does not end as a sentence does"
                raise OutlineError(path, number, message)
    if len(questions) != QUESTIONS:
        message = f"the quiz has {len(questions)} questions; {QUESTIONS} are needed"
        raise OutlineError(path, heading, message)
    return questions


@functools.cache
def common_sentences():
    """Read what is said about mistakes that happen in any exercise."""
    path = Path(__file__).with_name("common.md")
    lines = path.read_text(encoding="utf-8").splitlines()
    return read_sentences(path, [*enumerate(lines, 1)][2:])[0]
