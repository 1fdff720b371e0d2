"""The other widgets in a real JupyterLab: alive, tied to Python both ways, kept for another day."""

from typing import Any, NamedTuple

import pytest
from test_quiz import QUESTIONS

from cnnlab import images
from cnnlab.widgets import KernelPlayground, PoolStepper, Quiz, ReceptiveField, SizeExplorer
from cnnlab.widgets.text import format_number

pytestmark = pytest.mark.browser

GRID = [[1, 3, 7, 2], [2, 7, 1, 5], [0, 4, 4, 9], [8, 8, 3, 1]]


class Case(NamedTuple):
    """What happens to a widget in a notebook, and where its page says so.

    Attributes
    ----------
    make : callable
        Makes the widget: in the notebook by its source, and here for comparison.
    source : str
        The same as a line of Python.
    focus, keys : str, tuple
        The label of a control, and the keys that a reader presses there.
    reader, python : dict
        The traits after that key, and those that Python sets then.
    place : str
        A selector of what the page shows.
    shows : callable
        Returns that text for the widget here.
    """

    make: Any
    source: str
    focus: str
    keys: tuple
    reader: dict
    python: dict
    place: str
    shows: Any


def replies(quiz):
    """The replies below the chosen options."""
    chosen = [
        question["options"][answer]
        for question, answer in zip(quiz.questions, quiz.answers, strict=True)
        if answer is not None
    ]
    words = {True: "✓ Right.", False: "✗ Not this one."}
    return "".join(f"{words[option['right']]} {option['why']}" for option in chosen)


CASES = {
    "PoolStepper": Case(
        make=lambda: PoolStepper(GRID, 2),
        source=f"PoolStepper({GRID}, 2)",
        focus="Position",
        keys=("End",),
        reader={"position": 3},
        python={"operation": "average"},
        place="[aria-live=polite]",
        shows=PoolStepper.sentence,
    ),
    "SizeExplorer": Case(
        make=lambda: SizeExplorer(9, 3, stride=2),
        source="SizeExplorer(9, 3, stride=2)",
        focus="Position",
        keys=("End",),
        reader={"position": 3},
        python={"dilation": 2, "position": 1},
        place=".cnnlab-now",
        shows=SizeExplorer.sentence,
    ),
    "ReceptiveField": Case(
        make=ReceptiveField,
        source="ReceptiveField()",
        focus="Unit",
        keys=("Home",),
        reader={"unit": 0},
        python={"layers": [{"kernel_size": 5}, {"kernel_size": 3}]},
        place=".cnnlab-now",
        shows=ReceptiveField.sentence,
    ),
    "KernelPlayground": Case(
        make=lambda: KernelPlayground(images.load("coins", size=(60, 80)), lens=(30, 40)),
        source="KernelPlayground(images.load('coins', size=(60, 80)), lens=(30, 40))",
        focus="Photograph with a lens: the arrow keys move it, with Shift by 10",
        keys=("Home",),
        reader={"lens": (30, 0)},
        python={"kernel": [[0, 1], [2, 0]]},
        place=".cnnlab-lens-sum strong",
        shows=lambda widget: format_number(widget.output[widget.lens]),
    ),
    "Quiz": Case(
        make=lambda: Quiz(QUESTIONS),
        source=f"Quiz({QUESTIONS})",
        focus="Four",
        keys=("Space", "Enter"),
        reader={"answers": [1, None]},
        python={"answers": [1, 0]},
        place=".cnnlab-quiz-why:not([hidden])",
        shows=replies,
    ),
}


def sources():
    """Two cells for each widget: one makes and shows it, one prints and then sets its traits."""
    imports = "from cnnlab import images\nfrom cnnlab.widgets import *\n"
    for name, case in CASES.items():
        name = name.lower()
        yield f"{imports}{name} = {case.source}\n{name}"
        traits = ", ".join(f"{name}.{trait}" for trait in case.reader)
        settings = [f"{name}.{trait} = {value!r}" for trait, value in case.python.items()]
        yield "\n".join([f"print([{traits}])", *settings])


def shows(widget, case, twin):
    """Wait until the page says what it should."""
    widget.page.wait_for_function(
        """([widget, place, text]) =>
          [...widget.querySelectorAll(place)].map((node) => node.textContent).join("") === text""",
        arg=[widget.element_handle(), case.place, case.shows(twin)],
    )


def test_the_reader_and_python_see_the_same(open_lab):
    lab = open_lab(list(sources()))
    for number, case in enumerate(CASES.values()):
        made, asked = 2 * number, 2 * number + 1
        twin, widget = case.make(), lab.cell(made).locator(".cnnlab")
        lab.run(made)
        shows(widget, case, twin)
        widget.get_by_label(case.focus, exact=True).focus()
        for key in case.keys:
            lab.page.keyboard.press(key)
        for name, value in case.reader.items():
            setattr(twin, name, value)
        shows(widget, case, twin)
        lab.run(asked)
        printed = lab.cell(asked).locator(".jp-OutputArea-output").text_content()
        assert printed.strip() == str(list(case.reader.values()))
        for name, value in case.python.items():
            setattr(twin, name, value)
        shows(widget, case, twin)


def test_on_another_day_a_picture_stands_there_until_the_cell_runs(open_lab):
    lab = open_lab([source for source in sources() if "import" in source])
    for number in range(len(CASES)):
        lab.run(number)
    lab.save()
    lab.page.context.close()
    lab.page = None
    lab.stop_kernels()
    lab.open()
    for number, case in enumerate(CASES.values()):
        cell = lab.cell(number)
        still = cell.locator(".jp-OutputArea-output .cnnlab-widget figure")
        still.wait_for()
        assert case.make().caption() in still.text_content()
        assert "model not found" not in cell.text_content()
        lab.run(number)
        shows(cell.locator(".cnnlab"), case, case.make())
