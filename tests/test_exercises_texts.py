"""A mistake in a chapter's texts is told with its file and its line."""

import types

import numpy as np
import pytest

from cnnlab.exercises._bank import FOLDER, chapters, join
from cnnlab.exercises._exercise import Exercise
from cnnlab.exercises._outline import OutlineError, read_chapter

pytestmark = pytest.mark.any_cpu

TEXT = """\
# Chapter 7: the exercises' texts

## E7.1 · Double it
Write `double(image)`.

```text
## not a heading
```

### Help
1. What is it?
2. Which tool does it?
3. Nearly there.
- Solution: It works.
- Cases: all kinds.
- Shows: That it works.
- **halved**: This is half. Double it.
- **same**: It is the same.

## Quiz

What is 1?
- [x] 1 · Yes.
- [ ] 2 · No: that is more.

{more}"""
MORE = "\n\n".join(f"What is {n}?\n- [ ] 0 · No.\n- [x] {n} · Yes." for n in (2, 3, 4, 5))
TEXT = TEXT.format(more=MORE) + "\n"


def double(image):
    return 2 * image


def chapter(tmp_path, text=TEXT, **changes):
    """Read a chapter from a file; `changes` are the exercises of its module."""
    path = tmp_path / "ch07.md"
    path.write_text(text, encoding="utf-8")
    texts, questions = read_chapter(path)
    module = types.ModuleType("ch07")
    module.__file__ = str(tmp_path / "ch07.py")
    wrong = {"halved": lambda image: image / 2, "same": lambda image: image}
    vars(module).update(
        {"double": double, "E7_1": Exercise(double, [(np.eye(2),)], wrong)} | changes
    )
    return join(module, texts), questions


def test_a_whole_chapter_is_read(tmp_path):
    exercises, questions = chapter(tmp_path)
    exercise = exercises["E7.1"]
    assert (exercise.number, exercise.name, exercise.text.title) == ("E7.1", "double", "Double it")
    assert exercise.text.statement.endswith("## not a heading\n```")
    assert exercise.text.hints == ("What is it?", "Which tool does it?", "Nearly there.")
    assert (exercise.text.covers, exercise.text.shows) == ("all kinds.", "That it works.")
    assert exercise.sentences == {"halved": "This is half. Double it.", "same": "It is the same."}
    assert questions[0] == {
        "ask": "What is 1?",
        "options": [
            {"text": "1", "right": True, "why": "Yes."},
            {"text": "2", "right": False, "why": "No: that is more."},
        ],
    }


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("## E7.1 · Double it", "## E7.1 Double it", 3, "is not expected here"),
        ("## E7.1 ·", "## E7.2 ·", 3, "E7.2 is out of order"),
        ("## E7.1 ·", "## E8.1 ·", 3, "E8.1 is out of order"),
        ("Write `double(image)`.\n\n```text\n## not a heading\n```", "", 3, "no statement"),
        ("heading\n```", "heading", 6, "this fence is not closed"),
        ("### Help", "### Hints", 10, "needs one part `### Help`"),
        ("### Help\n", "", 3, "needs one part `### Help`"),
        ("3. Nearly there.\n", "", 13, "needs a line `3. …` here"),
        ("2. Which", "- Which", 12, "needs a line `2. …` here"),
        ("- Solution: It works.\n", "", 14, "needs a line `- Solution: …` here"),
        ("- Shows: That it works.", "- Shows: ", 16, "needs a line `- Shows: …` here"),
        ("- **halved**: This", "- halved: This", 17, "a mistake is one line"),
        ("Double it.\n- ", "Double it.\nDo.\n- ", 18, "a mistake is one line"),
        ("- **same**", "- **halved**", 18, "“halved” stands here twice"),
        ("It is the same.", "This is half. Double it.", 18, "says what another mistake says"),
        ("It is the same.", "It is the same", 18, "does not end as a sentence does"),
        ("- **same**", "- **other**", 18, "ch07.py has no mistake “other” of E7.1"),
        ("- **same**: It is the same.\n", "", 3, "E7.1 has no sentence on “same”"),
        ("- [x] 1 ·", "- [ ] 1 ·", 22, "one of them `[x]`"),
        ("- [ ] 2 ·", "- [x] 2 ·", 22, "one of them `[x]`"),
        ("- [ ] 2 · No: that is more.\n", "", 22, "2 options or more"),
        ("1 · Yes.", "1 · Yes", 22, "the reply to “1” does not end"),
        ("1 · Yes.", "1: yes.", 23, "an option is one line"),
        ("What is 5?\n- [ ] 0 · No.\n- [x] 5 · Yes.\n", "", 20, "the quiz has 4 questions; 5"),
        (TEXT[TEXT.index("## Quiz") :], "", 19, "there is no `## Quiz` at the end"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path, old, new, line, words):
    assert old in TEXT
    with pytest.raises(OutlineError, match=rf"^ch07\.md, line {line}: ") as told:
        chapter(tmp_path, TEXT.replace(old, new, 1))
    assert words in str(told.value)


def test_an_exercise_without_texts_or_without_code_is_told(tmp_path):
    other = Exercise(double, [], {})
    with pytest.raises(OutlineError, match=r"^ch07\.py, line 1: E7\.2 has no texts"):
        chapter(tmp_path, E7_2=other)
    with pytest.raises(OutlineError, match=r"^ch07\.md, line 3: E7\.1 is not in ch07\.py"):
        chapter(tmp_path, E7_1=None)


def test_a_sentence_may_come_from_before_or_from_what_is_common(tmp_path):
    again = "## E7.2 · Again" + TEXT.split("Double it\n", 1)[1].split("- **halved**")[0]
    text = TEXT.replace("## Quiz", f"{again}- **same**: Still the same.\n\n## Quiz")
    wrong = {"halved": np.sqrt, "same": np.abs, "overflow": np.sign}
    exercises, _ = chapter(tmp_path, text, E7_2=Exercise(double, [(np.eye(2),)], wrong))
    said = exercises["E7.2"].sentences
    assert said["halved"] == "This is half. Double it."
    assert said["same"] == "Still the same."
    assert said["overflow"].startswith("Bytes overflowed.")


def test_chapters_are_found_by_their_file_names():
    assert chapters() == sorted(int(path.stem[2:]) for path in FOLDER.glob("ch*.md"))
