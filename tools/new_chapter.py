"""Make the skeleton of a chapter: a notebook, its exercises, its claims, and its place in the book.

    python tools/new_chapter.py 2 borders          (or: make chapter NUMBER=2 NAME=borders)

The title comes from the list of chapters on the front page, ``book/index.md``. Nothing that is
there already is written over. The skeleton holds one exercise, so that it can be woven, run and
tested at once; every ``TODO`` in it is yours to fill in, and a test finds those that are left.
"""

import argparse
import re
import sys
from pathlib import Path

import nbformat
import yaml
from nbformat import v4

ROOT = Path(__file__).resolve().parent.parent
PLAN = re.compile(r"```\{chapters\}\n(.*?)```", re.DOTALL)

CELLS = """\
# {title}

*TODO: the question that this chapter answers?* TODO: the concrete case that raises it.

You will be able to

- TODO: what the reader can do at the end.

It builds on TODO. Reading takes TODO minutes, the exercises about as long again.
%%
import numpy as np

from cnnlab import images
from cnnlab.exercises import check, quiz
%%
## TODO: one idea

TODO: the picture first, then the number, then the formula.

**Predict.** What is three times seven?
%% hide-output
3 * 7
%%
TODO: say what came out, and why.
%%
<!-- exercise E{number}.1 -->
%%
## What can go wrong

- **TODO.** How it shows, and what to do.
%%
## Summary

TODO: the answer to the question at the top.
%%
## Check yourself

Five questions. Every answer gets a reply, the wrong ones too.
%%
<!-- quiz -->
%%
## Sources

- TODO: what comes from where.

Other books' claims on all this, computed again: [Every number, checked](../book/numbers.md).
"""

EXERCISES = '''\
"""Chapter {number}, {title_in_text}: right answers, cases, wrong answers."""

import numpy as np

from cnnlab.exercises._cases import fill, grid
from cnnlab.exercises._exercise import Exercise
from cnnlab.exercises._wrong import then


def double(image):
    return 2.0 * image


E{number}_1 = Exercise(
    double,
    cases=[(np.array([[1, 2, 3], [4, 5, 6]]),), *fill((grid(1, 1),), (grid(2, 3),))],
    wrong={{
        "unchanged": lambda image: image,
        "two added": lambda image: image + 2.0,
        "squared": lambda image: image.astype(float) ** 2,
        "twice as many rows": then(lambda output: np.repeat(output / 2, 2, axis=0)),
    }},
)
'''

TEXTS = """\
# Chapter {number}: the exercises' texts

## E{number}.1 · TODO: a title
Write `double(image)`. It returns an array in which each entry is twice as large.

TODO: an example that can be done on paper.

### Help
1. TODO: a question that leads to the idea.
2. TODO: the tool that does it.
3. TODO: nearly the answer.
- Solution: TODO: why it works. Another way: TODO.
- Cases: small and oblong images, negative numbers, fractions, large numbers, bytes.
- Shows: TODO: what a right answer shows, or leads to.
- **unchanged**: These are the entries as they were. Each becomes twice as large.
- **two added**: Two was added to each entry. Multiply by two.
- **squared**: The entries were multiplied by themselves. Multiply each by two.
- **twice as many rows**: The rows were doubled, not their entries.

## Quiz
{quiz}"""

QUESTION = """\
TODO: question {count}?
{options}
"""

RIGHT = "- [x] TODO: a right answer · TODO: why."
WRONG = "- [ ] TODO: wrong answer {} · TODO: what leads to it."


def question(count):
    """Make a question with three options; the right one stands in another place each time."""
    options = [WRONG.format(1), WRONG.format(2)]
    options.insert(count % 3, RIGHT)
    return QUESTION.format(count=count, options="\n".join(options))


PROGRAMS = '''\
"""Programs for chapter {number}'s exercises; ``ch01_programs.py`` says in which form."""

import numpy as np

RIGHT = {{
    "E{number}.1": """
image + 1.0 * image
[[2 * float(entry) for entry in row] for row in image]
""",
}}

WRONG = {{
    "E{number}.1": """
unchanged: np.array(image, float)
bytes: image + image
""",
}}
'''

CLAIMS = '''"""Chapter {number}'s claims."""
'''


def plan():
    """Read the parts and chapters from the front page: part to (number to title)."""
    text = (ROOT / "book" / "index.md").read_text(encoding="utf-8")
    return yaml.safe_load(PLAN.search(text)[1])


def notebook(number, title):
    """Make the notebook's cells from `CELLS`."""
    cells = []
    for position, text in enumerate(CELLS.format(number=number, title=title).split("%%")):
        tags, _, source = text.partition("\n") if position else ("", "", text)
        folded = tags.strip() == "hide-output"
        is_code = folded or source.startswith("import ")
        make = v4.new_code_cell if is_code else v4.new_markdown_cell
        cell = make(source.strip(), id=f"{number:02}-{position:02}")
        if folded:
            cell.metadata = FOLDED
        cells.append(cell)
    return v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})


FOLDED = {
    "jupyter": {"outputs_hidden": True},
    "mystnb": {"code_prompt_show": "Show the result", "code_prompt_hide": "Hide the result"},
    "tags": ["hide-output"],
}
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def insert(toc, number, page, part):
    """Put a page into the table of contents, in the order of the chapters' numbers.

    Parameters
    ----------
    toc : str
        The text of ``_toc.yml``; its comments and its order stay.
    number : int
        The chapter's.
    page : str
        As in ``notebooks/02_borders``.
    part : str
        The caption of the part that the chapter belongs to; it is made where it is missing.

    Returns
    -------
    str
        The new text.
    """
    lines = toc.splitlines(keepends=True)
    entry = f"      - file: {page}\n"
    chapters = {i: int(m[1]) for i, line in enumerate(lines) if (m := ENTRY.match(line))}
    before = [i for i, other in chapters.items() if other < number]
    captions = [i for i, line in enumerate(lines) if line.strip() == f"- caption: {part}"]
    if captions:
        inside = [i for i in before if i > captions[0]]
        place = (inside[-1] if inside else captions[0] + 2) + 1
        return "".join([*lines[:place], entry, *lines[place:]])
    heading = [f"  - caption: {part}\n", "    numbered: 2\n", "    chapters:\n"]
    place = (before[-1] if before else lines.index("parts:\n")) + 1
    return "".join([*lines[:place], *heading, entry, *lines[place:]])


ENTRY = re.compile(r"\s+- file: notebooks/(\d\d)_")


def main(arguments=None):
    """Write the files; say which."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("number", type=int, help="the chapter's number on the front page")
    parser.add_argument("name", help="the notebook's name behind the number, as in borders")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    number, name, root = options.number, options.name, options.root
    titles = {n: (title, part) for part, list_ in plan().items() for n, title in list_.items()}
    if number not in titles:
        parser.error(f"the front page has chapters {min(titles)} to {max(titles)}; got {number}")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        parser.error(f"a name is small letters, digits and _, as in borders; got {name!r}")
    title, part = titles[number]
    if there := sorted((root / "notebooks").glob(f"{number:02}_*.ipynb")):
        parser.error(f"chapter {number} is there already: {there[0].name}")

    page = f"notebooks/{number:02}_{name}"
    words = {"number": number, "title_in_text": title[0].lower() + title[1:]}
    quiz = "\n".join(map(question, range(1, 6)))
    toc = (root / "_toc.yml").read_text(encoding="utf-8")
    files = {
        f"{page}.ipynb": nbformat.writes(notebook(number, title), indent=1, ensure_ascii=False)
        + "\n",
        f"cnnlab/exercises/ch{number:02}.py": EXERCISES.format(**words),
        f"cnnlab/exercises/ch{number:02}.md": TEXTS.format(quiz=quiz, **words),
        f"tests/exercises/ch{number:02}_programs.py": PROGRAMS.format(**words),
        f"cnnlab/claims/ch{number:02}.py": CLAIMS.format(**words),
    }
    if there := [file for file in files if (root / file).exists()]:
        parser.error(f"this is there already, and stays as it is: {', '.join(there)}")
    files["_toc.yml"] = insert(toc, number, page, part)
    for file, text in files.items():
        (root / file).write_text(text, encoding="utf-8")
        print(file)
    print(f"Next: make notebooks ONLY={page}.ipynb")
    return 0


if __name__ == "__main__":
    sys.exit(main())
