"""The judge, on an exercise small enough to see through: scale every entry."""

import builtins
import decimal
import functools
import html.parser
import os
import random
import signal
import sys
import threading
import time
import types
import warnings
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from scipy import sparse

from cnnlab.exercises import check, quiz
from cnnlab.exercises._cases import kind, when
from cnnlab.exercises._checks import isolation
from cnnlab.exercises._checks.answers import unchanged
from cnnlab.exercises._checks.comparing import digits_apart, same_numbers
from cnnlab.exercises._checks.deadline import TimeLimit, deadline
from cnnlab.exercises._checks.judging import judge
from cnnlab.exercises._checks.report import LARGEST_SHOWN, STATES, Listing, Report, show_value
from cnnlab.exercises._exercise import Exercise, Use
from cnnlab.exercises._outline import Text
from cnnlab.exercises._wrong import then

pytestmark = pytest.mark.any_cpu

CASES = [
    (np.array([[1, 2]]), 3),
    (np.array([[1, 2], [3, 4]]), 5),
    (np.array([[1, -2, 3], [4, 5, 6]]), 7),
    (np.array([[200, 1]], np.uint8), 2),
]


def scale(image, factor):
    return image.astype(float) * factor


def wide_only(image, factor):
    if image.shape[0] >= image.shape[1]:
        raise ValueError("not wide")
    return image.astype(float) * factor


def exercise(**changes):
    parts = {
        "right": scale,
        "cases": CASES,
        "wrong": {
            "adds": lambda image, factor: image + float(factor),
            "wide only": wide_only,
            "bytes wrap": kind(lambda image: image.dtype == np.uint8, raises=False),
        },
        "number": "E9.9",
        "name": "scale",
    } | changes
    text = Text(None, 1, "", "", (), "", "small images.", "Scaling is linear.", {}, {})
    sentences = {name: f"{name.capitalize()}." for name in parts["wrong"]}
    return Exercise(**parts, text=text, sentences=sentences)


def verdict(answer, seconds=5, **changes):
    return judge(exercise(**changes), answer, seconds=seconds)


# What passes, and what is not an attempt


@pytest.mark.parametrize(
    "answer",
    [
        scale,
        lambda image, factor: (image.astype(float) * factor).tolist(),
        lambda image, factor: tuple(map(tuple, image.astype(int) * factor)),
        lambda image, factor: scale(image, factor) + 1e-9,
        lambda image, factor=1, *rest: scale(image, factor),
        functools.partial(lambda more, image, factor: scale(image, factor), 1),
    ],
)
def test_a_right_answer_passes_in_any_form(answer):
    assert repr(verdict(answer)) == (
        "✓ E9.9: passed.\nChecked on 4 cases: small images.\nScaling is linear."
    )


@pytest.mark.parametrize(
    "kind", [int, float, np.int16, np.float32, np.array, lambda n: np.array(n)]
)
def test_a_number_may_be_of_any_type(kind):
    changes = {"right": lambda image, factor: float(factor), "wrong": {}}
    assert verdict(lambda image, factor: kind(factor), **changes).passed


@pytest.mark.parametrize(
    "answer", [..., lambda i, f: ..., lambda i, f: (..., ...), lambda i, f: np.array(...)]
)
def test_an_unattempted_exercise_waits_quietly(answer):
    assert repr(verdict(answer)) == (
        "○ E9.9: not attempted yet.\n"
        "Replace the `...` in `scale`, run the cell, then run this one again."
    )


def test_an_answer_that_is_half_done_is_not_waiting():
    report = verdict(lambda image, factor: scale(image, factor) if len(image) == 1 else ...)
    assert report.state == "failed"
    assert "Your function returned `...`." in repr(report)


# What is wrong


def test_a_mistake_is_named_with_the_smallest_case():
    report = verdict(lambda image, factor: image + factor)
    assert (report.state, report.mistake) == ("failed", "adds")
    assert repr(report) == (
        "✗ E9.9: not right yet.\n"
        "Adds.\n"
        "The smallest case that shows it is `scale(image, factor)` with\n"
        "    image, shape (1, 2), int64:\n"
        "        1  2\n"
        "    factor = 3\n"
        "Your function returned\n"
        "    result, shape (1, 2), int64:\n"
        "        4  5\n"
        "Expected\n"
        "    result, shape (1, 2):\n"
        "        3  6\n"
        "The shapes agree; 2 of 2 values differ. The first is at [0, 0]: 4 came, 3 is expected."
    )


def test_a_mistake_that_raises_on_some_cases_is_named_too():
    def mine(image, factor):
        return [[image[0, 0] * factor, image[0, 1 + (image.shape == (2, 2))] * factor]]

    def theirs(image, factor):
        if image.shape == (2, 2):
            raise KeyError(factor)
        return image[:1, :2].astype(float) * factor

    report = verdict(mine, cases=CASES[:3], wrong={"first row": theirs})
    assert (report.state, report.mistake) == ("raised", "first row")
    assert "It raised `IndexError`" in repr(report)


@pytest.mark.parametrize("other", [RuntimeError("out of order"), LookupError("broken")])
def test_another_exception_everywhere_is_not_the_same_mistake(other):
    def raising(error):
        def answer(image, factor):
            raise error

        return answer

    wrong = {"raises": raising(RuntimeError("broken"))}
    assert verdict(raising(RuntimeError("broken")), wrong=wrong).mistake == "raises"
    report = verdict(raising(other), wrong=wrong)
    assert (report.state, report.mistake) == ("raised", None)


def test_another_wrong_answer_is_shown_without_a_guess():
    report = verdict(lambda image, factor: scale(image, factor) + (image == 4))
    assert (report.state, report.mistake) == ("failed", None)
    assert "factor = 5" in repr(report)
    assert "1 of 4 values differs. The first is at [1, 1]: 21 came, 20 is expected." in repr(report)


def test_two_mistakes_at_once_are_not_called_one():
    assert verdict(lambda image, factor: (image + factor)[:, ::-1]).mistake is None


def test_a_kind_of_case_is_named_when_all_others_are_right():
    report = verdict(lambda image, factor: image * np.array(factor, image.dtype))
    assert report.mistake == "bytes wrap"
    assert "144    2" in repr(report)
    assert "400    2" in repr(report)
    tall = {"tall": kind(lambda image: len(image) > 1)}
    assert verdict(lambda image, factor: np.zeros(image.shape), wrong=tall).mistake is None


def test_a_later_stage_does_not_hide_a_mistake_of_an_earlier_one():
    answer = lambda image, factor: image + np.array(factor + 55, image.dtype) - 55  # noqa: E731
    assert verdict(answer).mistake == "adds"


def test_what_the_cases_hold_decides_their_stage():
    fraction, small = (np.array([[0.5]]), 1), (np.array([[1]]), 1)
    stages = exercise(cases=[*CASES[3:], fraction, small]).stages
    assert stages == [[small], [fraction], CASES[3:]]


@pytest.mark.parametrize("place", [(0, 0), (0, 2), (1, 1), (1, 2)])
def test_every_entry_counts(place):
    def one_off(image, factor):
        output = scale(image, factor)
        if output.shape == (2, 3):
            output[place] += 0.5
        return output

    assert f"at [{place[0]}, {place[1]}]" in repr(verdict(one_off))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_fails(value):
    def answer(image, factor):
        return np.where(image == 2, value, scale(image, factor))

    assert f"{value:g} came, 6 is expected" in repr(verdict(answer))
    assert verdict(answer, wrong={"this": answer}).mistake == "this"


def test_no_tolerance_for_half_a_unit_in_a_large_number():
    cases = [(np.array([[1000, 2000]]), 3)]
    assert not verdict(lambda image, factor: image * factor + 0.5, cases=cases).passed


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [((5,), (5, 1)), ((5,), (1, 5)), ((1,), ()), ((1, 1), ()), ((2, 3), (3, 2)), ((0,), (1,))],
)
def test_shapes_are_compared_first(mine, theirs):
    assert not same_numbers(np.zeros(mine), np.zeros(theirs))


@pytest.mark.parametrize(
    ("number", "expected", "digits"),
    [(3, 4, 4), (1.23451, 1.23454, 6), (1.00025, 1, 5), (1 + 1e-15, 1, 4), (1000000.5, 1e6, 4)],
)
def test_so_many_digits_tell_numbers_apart(number, expected, digits):
    assert digits_apart(np.array([number, 7]), np.array([float(expected), 7])) == digits


def test_an_entry_that_is_right_is_shown_without_its_rounding_error():
    report = verdict(lambda image, factor: scale(image, factor) + 1e-12 + 5.0 * (image == 2))
    assert "        3  11" in repr(report)


def test_a_wrong_shape_is_told():
    report = verdict(lambda image, factor: scale(image, factor)[0])
    assert "The shapes differ: (2,) came, (1, 2) is expected." in repr(report)


def test_a_wrong_type_is_told_after_the_values():
    report = verdict(scale, dtype=np.int64)
    assert (report.state, report.mistake) == ("failed", "type")
    assert "right, but the numbers are of type `float64`; an array of type `int64` is" in repr(
        report
    )
    assert verdict(lambda i, f: i.astype(np.int64) * f, dtype=np.int64).passed
    report = verdict(lambda i, f: i + float(f), dtype=np.int64)
    assert report.mistake == "adds"
    assert report.body[-1].startswith("Besides, the numbers are of type `float64`")


def test_numbers_of_few_digits_are_told():
    report = verdict(
        lambda i, f: (i * np.float16(f)).astype(np.float16), cases=[(np.array([4097]), 3)]
    )
    assert report.mistake == "half precision"
    report = verdict(lambda i, f: np.float32(i * 1.00001 * f))
    assert report.mistake == "nearly right"


# Arguments


def test_a_changed_argument_is_told():
    def in_place(image, factor):
        result = scale(image, factor)
        image += 1
        return result

    report = verdict(in_place)
    assert (report.state, report.mistake) == ("failed", "changes its input")
    assert "your function changed its argument `image`." in repr(report)
    assert "        1  2" in repr(report), "the input is shown as it was handed in"
    report = verdict(lambda image, factor: in_place(image, factor) + 1)
    assert "Besides, your function changed its argument `image`." in repr(report)


@pytest.mark.parametrize(
    ("argument", "change"),
    [
        ([3, 1], lambda sizes: sizes.sort()),
        ([np.zeros(2)], lambda arrays: arrays[0].fill(1)),
        ({"a": [1]}, lambda table: table["a"].append(2)),
    ],
)
def test_any_argument_that_can_change_must_not(argument, change):
    changes = {"right": lambda sizes: 1, "cases": [(argument,)], "wrong": {}}
    assert verdict(lambda sizes: change(sizes) or 1, **changes).mistake == "changes its input"
    assert verdict(lambda sizes: 1, **changes).passed


def test_an_argument_of_an_earlier_call_must_not_change_either():
    kept = []

    def spoiling(image, factor):
        kept.append(image)
        kept[0][...] = -1 if len(kept) > 1 else kept[0]
        return scale(image, factor) if len(kept) > 1 else CASES[0][0] * 3

    assert verdict(spoiling).mistake == "changes its input"


@pytest.mark.parametrize(
    "by_memory",
    [
        lambda image: image.ravel("K").reshape(image.shape),
        lambda image: np.frombuffer(image.tobytes("A"), image.dtype).reshape(image.shape),
        lambda image: np.lib.stride_tricks.as_strided(image, strides=np.empty_like(image).strides),
    ],
)
def test_entries_are_where_the_shape_says_and_not_the_memory(by_memory):
    report = verdict(lambda image, factor: by_memory(image).astype(float) * factor)
    assert (report.state, report.mistake) == ("failed", "layout")
    assert "The smallest case that shows it is" in repr(report)


def test_a_second_call_gives_what_the_first_gave():
    seen = set()

    def once(image, factor):
        if factor in seen:
            raise ValueError("not again")
        seen.add(factor)
        return scale(image, factor)

    report = verdict(once)
    assert (report.state, report.mistake) == ("raised", "another time")


def test_arguments_in_another_order_are_told_if_nothing_else_is():
    report = verdict(lambda factor, image: scale(image, factor)[:, ::-1])
    assert report.mistake == "another order"
    assert "your function takes `(factor, image)`" in repr(report)
    assert verdict(lambda factor, image: factor.astype(float) * image, wrong={}).passed


def test_a_buffer_used_again_does_not_spoil_earlier_results():
    buffer = np.zeros((1, 2))

    def reuse(image, factor):
        buffer[:] = image[0, 0] * factor
        return buffer

    assert "        3  3" in repr(verdict(reuse))


# Several arrays, and arrays judged by what they do

PARTS = {
    "right": lambda image: (image.sum(0), image.sum(1)),
    "cases": [(np.arange(6).reshape(2, 3),)],
    "wrong": {"sums swapped": then(lambda result: result[::-1])},
    "returns": ("columns", "rows"),
}


def test_several_arrays_are_compared_one_by_one():
    assert verdict(lambda image: [image.sum(0), image.sum(1).tolist()], **PARTS).passed
    report = verdict(lambda image: (image.sum(0), image.sum(1) + np.arange(2)), **PARTS)
    assert "    rows, shape (2,), int64:\n         3  13" in repr(report)
    assert "columns" not in repr(report)
    swapped = verdict(lambda image: (image.sum(1), image.sum(0)), **PARTS)
    assert swapped.mistake == "sums swapped"


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (np.zeros((2, 3)), "one array; 2 are asked for: columns, rows."),
        (5, "an int; 2 are asked for: columns, rows."),
        ((1, "a"), "as `rows` text, 'a'."),
        (None, "`None`."),
    ],
)
def test_too_few_arrays_are_told(result, words):
    assert f"Your function returned {words}" in repr(verdict(lambda image: result, **PARTS))


STEP = {
    "right": np.array([-1, 1]),
    "use": Use(np.dot, ("picture", "step")),
    "cases": [(np.array([7, 7]),), (np.array([0, 1]),)],
    "wrong": {
        "not zero": when(lambda step: step is not None and step.sum() and {"sum": 2}, [1, 1])
    },
    "name": "step",
}


def test_an_array_is_judged_by_what_it_does():
    assert verdict([-1, 1], **STEP).passed
    assert verdict([-1.0, 1.0], **STEP | {"cases": STEP["cases"][:1]}).passed
    report = verdict([1, 1], **STEP)
    assert report.mistake == "not zero"
    assert "`dot(picture, step)` with\n    picture, shape (2,), int64:" in repr(report)
    assert "It gives\n    result = 14\nExpected\n    result = 0" in repr(report)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ([1, 2, 3], "An array of shape (2,) is asked for. This is an array of shape (3,)."),
        (None, "This is `None`."),
        (len, "This is a function, not its result: the brackets `()` of a call are missing."),
    ],
)
def test_what_is_no_such_array_gets_a_sentence(answer, words):
    assert words in repr(verdict(answer, **STEP | {"wrong": {}}))
    assert verdict(..., **STEP).state == "waiting"


# What cannot be used


class Tensor:
    def __array__(self, *_, **__):
        raise RuntimeError("Can't call numpy() on Tensor that requires grad.")


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ("12", "text, '12'"),
        ({"a": 1}, "a dict, {'a': 1}"),
        ([[1, 2], [3]], "a list whose rows have different lengths"),
        (Tensor(), "a Tensor that NumPy can't read: Can't call numpy() on Tensor that requires"),
        ([Tensor()], "a list that NumPy can't read: Can't call numpy() on Tensor that requires"),
        ([1, None], "a list that holds more than numbers, [1, None]"),
        (np.array([1j]), "complex numbers: their real part is `.real`"),
        (sparse.csr_array([[1]]), "a csr_array, which is sparse: its `.toarray()`"),
        (np.sum, "a function, not its result"),
        ((entry for entry in [1]), "a generator expression, `(… for … in …)`"),
        (map(abs, [1]), "a map object, which has computed nothing yet: `list(…)` around it does"),
        (object, "a function, not its result"),
    ],
)
def test_a_result_of_no_use_is_told(result, words):
    report = verdict(lambda image, factor: result)
    assert report.state == "failed"
    assert f"Your function returned {words}" in repr(report)


def test_what_gives_nothing_is_told_by_its_cause():
    async def later(image, factor):
        return image

    def yielding(image, factor):
        yield image

    assert "write `def`, not `async def`" in repr(verdict(later))
    assert "a generator: use `return`, not `yield`" in repr(verdict(yielding))
    assert verdict(lambda image, factor: None).mistake == "no return"
    some = lambda image, factor: scale(image, factor) if len(image) == 1 else None  # noqa: E731
    assert verdict(some).mistake == "no return here"
    assert verdict(lambda image, factor: print(image)).mistake == "printed"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "This is `None`, not a function."),
        (7, "This is `7 (int)`, not a function."),
        (np.arange(2), "This is `array([0, 1]) (ndarray)`, not a function."),
        (dict, "This is the class `dict`, not a function."),
        (lambda image: image, "with 2 values, but yours takes `(image)`."),
        (lambda: 1, "with 2 values, but yours takes `()`."),
    ],
)
def test_what_is_no_such_function_gets_a_sentence(answer, words):
    report = verdict(answer)
    assert (report.state, report.mistake) == ("failed", "not a function")
    assert words in repr(report)


# Answers that are odd objects


class Without:
    """No attribute of it can be read, and its methods say nothing else."""

    def __init__(self, run):
        object.__setattr__(self, "run", run)

    def __getattribute__(self, name):
        if name == "__class__":
            raise RuntimeError("no")
        return object.__getattribute__(self, name)

    def __getattr__(self, name):
        raise RuntimeError("no")

    def __call__(self, image, factor):
        return object.__getattribute__(self, "run")(image, factor)


class Endless:
    def __getattr__(self, name):
        while True:
            time.sleep(0.001)

    def __call__(self, image, factor):
        return scale(image, factor)


class Closed(dict):
    """A dictionary of which nothing can be read."""

    def __len__(self):
        raise RuntimeError("no")

    __iter__ = keys = values = items = copy = __len__


def test_an_answer_that_leads_to_itself_or_to_ever_new_answers_is_judged():
    def wrapped_by_itself(image, factor):
        return scale(image, factor)

    wrapped_by_itself.__wrapped__ = wrapped_by_itself
    assert verdict(wrapped_by_itself).passed
    assert verdict(mock.Mock()).state == "failed"
    assert verdict(mock.MagicMock()).state == "failed"
    assert verdict(mock.Mock(), **STEP | {"wrong": {}}).state == "failed"


def test_an_answer_whose_attributes_raise_is_judged_by_what_it_does():
    assert verdict(Without(scale)).passed
    report = verdict(Without(lambda image, factor: image * 3 + factor))
    assert (report.state, report.mistake) == ("failed", None)
    returned, array = Without(lambda image, factor: Without(scale)), Without(scale)
    said = repr(verdict(returned)) + repr(verdict(array, **STEP))
    assert "Your function returned a Without that NumPy can't read: no." in said
    assert "This is a Without that NumPy can't read: no." in said


def test_an_answer_whose_attributes_never_come_is_stopped():
    report = verdict(Endless(), seconds=0.1)
    assert report.state == "stopped"
    assert "in __getattr__:" in repr(report)
    assert "The call was" not in repr(report)


def test_a_signature_that_can_not_be_told_does_not_matter():
    class Silent:
        def __repr__(self):
            raise OSError

    def with_default(image, factor, more=Silent()):  # noqa: B008
        return scale(image, factor)

    class Unsigned(Without):
        __signature__ = 3

    assert verdict(with_default).passed
    assert verdict(Unsigned(scale)).passed


def test_odd_things_in_the_notebook_do_not_matter():
    things = [Without(scale), Endless(), mock.Mock(spec=dict), random.SystemRandom()]
    things += [Closed({Without(scale): [1]}), types.SimpleNamespace(func=np.zeros(3))]
    names = {f"thing{n}": thing for n, thing in enumerate(things)} | {"__name__": "notebook"}
    exec("def answer(image, factor):\n    return image * float(factor)\n", names)
    assert verdict(names["answer"]).passed


def test_whatever_stands_in_a_list_that_was_handed_in_it_is_told_as_a_change():
    for entry in [np.array([1, 2]), np.arange(3), [1], None, "1", 2, {"a": 1}, Without(scale)]:
        for first in (1, [1, 2], np.arange(2), {"a": 2}):
            assert not unchanged([first, 2], [entry, 2])


# Exceptions


def _helper(image):
    return image[100]  # the line to be shown


def test_an_exception_is_shown_where_it_happened():
    report = verdict(lambda image, factor: _helper(image))
    line = _helper.__code__.co_firstlineno + 1
    assert report.state == "raised"
    assert "It raised `IndexError`: index 100 is out of bounds for axis 0" in repr(report)
    assert f"This is line {line} of test_exercises_judge.py, in _helper:" in repr(report)
    assert "    return image[100]  # the line to be shown" in repr(report)


def test_an_exception_inside_a_library_is_shown_at_the_students_line():
    def stack(image, factor):
        return np.concatenate([image, np.zeros((9, 9))], axis=factor - 3)

    assert "in stack:\n    return np.concatenate" in repr(verdict(stack))


def test_an_exception_in_a_cell_without_source_names_the_line():
    names = {}
    exec(compile("def scale(image, factor):\n    return 1 / 0\n", "<cell>", "exec"), names)
    assert "This is line 2 of <cell>, in scale." in repr(verdict(names["scale"]))


def test_odd_exceptions_are_told():
    class OddError(BaseException):
        def __str__(self):
            raise RuntimeError

    def odd(image, factor):
        raise OddError

    def deeper(image, factor):
        return deeper(image, factor)

    assert "It raised `OddError`." in repr(verdict(odd))
    assert "It raised `RecursionError`" in repr(verdict(deeper))


def test_an_interrupt_passes_through():
    def interrupted(image, factor):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verdict(interrupted)


@pytest.mark.parametrize(
    "leave", [lambda: exit(), lambda: quit(), lambda: sys.exit(3), lambda: os._exit(1)]
)
def test_leaving_gets_a_sentence(leave):
    report = verdict(lambda image, factor: leave())
    assert (report.state, report.mistake) == ("raised", "exit")
    assert "A function ends with `return`." in repr(report)
    assert not sys.stdin.closed


def test_a_huge_array_gets_a_sentence():
    report = verdict(lambda image, factor: np.ones((80_000, 80_000)))
    assert (report.state, report.mistake) == ("raised", "too much memory")
    assert "An array of shape (80000, 80000) was to be made. It needs 47.7 GiB" in repr(report)
    if sys.platform == "linux":  # elsewhere there is no limit below what the machine has
        assert verdict(lambda image, factor: np.ones((25_000, 25_000))).mistake == "too much memory"
        assert verdict(lambda image, factor: [bytes(10**8) for _ in range(50)]).mistake


# What a test leaves behind: nothing


def scribble():
    """Change whatever a student's code may change by accident."""
    np.random.seed(1)  # noqa: NPY002
    random.seed(1)
    np.seterr(all="raise")
    np.set_printoptions(precision=1)
    warnings.simplefilter("error")
    sys.setrecursionlimit(4321)
    os.chdir("/")
    os.environ["CNNLAB_TEST"] = "1"
    sys.path.append("/nowhere")
    sys.stdout = sys.stderr = None
    np.isclose = np.allclose = lambda *_: True
    builtins.sum = builtins.added_by_a_student = None
    sys.modules["json"] = None
    plt.rcParams["lines.linewidth"] = 9.0
    plt.figure()
    np.random.default_rng = np.testing.assert_allclose = None
    sys.settrace(lambda *_: None)
    sys.excepthook = None
    decimal.getcontext().prec = 3


def surroundings():
    return {
        "random": (np.random.get_state()[1].tolist(), random.getstate()),  # noqa: NPY002
        "numpy": (np.geterr(), np.get_printoptions(), np.isclose, np.allclose),
        "warnings": list(warnings.filters),
        "process": (os.getcwd(), dict(os.environ), list(sys.path), sys.getrecursionlimit()),
        "streams": (sys.stdout, sys.stderr),
        "modules": (sys.modules["json"], builtins.sum, hasattr(builtins, "added_by_a_student")),
        "exit": (builtins.exit, builtins.quit, os._exit, np.random.default_rng),
        "submodules": np.testing.assert_allclose,
        "interpreter": (sys.gettrace(), sys.excepthook, decimal.getcontext().prec),
        "figures": (plt.get_fignums(), plt.rcParams["lines.linewidth"]),
        "alarm": (signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL)),
    }


def test_a_test_changes_nothing_around_it():
    before = surroundings()
    assert verdict(lambda image, factor: scribble() or scale(image, factor)).passed
    assert surroundings() == before


SOURCE = """
import random
import numpy as np
total, seen, table, names = 0, [], {"a": [1]}, {1}
image = np.zeros(3)
rng = np.random.default_rng(0)
_old, _dice, _seen = np.random.RandomState(0), random.Random(0), []
class Counter:
    count = 0
    def __init__(self):
        self.calls = 0
        self.log = []
    def __call__(self, image, factor):
        self.calls += 1
        self.log.append(1)
        return scale(image, factor)
counter = Counter()
def make():
    calls, log = 0, []
    def inner():
        nonlocal calls
        calls += 1
        log.append(1)
        return calls, log
    return inner
inner = make()
def scale(picture, factor, used=[]):
    global total, new
    total += 1
    new = 1
    seen.append(1)
    used.append(1)
    table["a"].append(2)
    table["b"] = 1
    names.add(2)
    image[:] = 7
    rng.random()
    _old.rand()
    _dice.random()
    _seen.append(1)
    inner()
    return picture.astype(float) * factor
"""


@pytest.mark.parametrize("name", ["scale", "counter", "bound"])
def test_a_test_changes_nothing_of_the_students(name):
    ours, fresh = {"__name__": "notebook"}, {"__name__": "notebook"}
    exec(SOURCE, ours)
    exec(SOURCE, fresh)
    ours["bound"] = ours["counter"].__call__
    rng = ours["rng"]
    assert verdict(ours[name]).passed
    for key in ("total", "seen", "table", "names"):
        assert ours[key] == fresh[key], key
    assert "new" not in ours
    assert ours["image"].tolist() == [0, 0, 0]
    assert rng.random() == fresh["rng"].random()
    assert ours["_old"].rand() == fresh["_old"].rand()
    assert ours["_dice"].random() == fresh["_dice"].random()
    assert ours["_seen"] == []
    assert (ours["counter"].calls, ours["counter"].log) == (0, [])
    assert ours["scale"].__defaults__ == ([],)
    assert ours["inner"]() == (1, [1])


def test_settings_of_the_students_do_not_change_the_verdict(monkeypatch):
    for name in ("isclose", "allclose", "array_equal"):
        monkeypatch.setattr(np, name, lambda *_, **__: True)
    assert verdict(lambda image, factor: image * 0).state == "failed"
    assert check("E1.1", lambda window, kernel: 0).state == "failed"
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        assert verdict(lambda image, factor: image / 0 * 0 + scale(image, factor)).state == "failed"
        assert verdict(
            lambda image, factor: warnings.warn("", stacklevel=1) or scale(image, factor)
        ).passed


def test_printing_is_let_through_up_to_a_limit(capsys):
    assert verdict(lambda image, factor: print("here") or scale(image, factor)).passed
    assert capsys.readouterr().out == "here\n" * 4
    verdict(lambda image, factor: print("x" * isolation.MOST_PRINTED))
    out = capsys.readouterr().out
    assert out.count("x") == isolation.MOST_PRINTED
    assert "no more is shown" in out
    verdict(lambda image, factor: print("x" * isolation.MOST_PRINTED, file=sys.stderr))
    assert capsys.readouterr().err.count("x") == isolation.MOST_PRINTED
    assert verdict(
        lambda image, factor: sys.stdout.encoding.lower() and scale(image, factor)
    ).passed


NOTEBOOK = """
from cnnlab.exercises import check
n = 0
def window_sum(window, kernel):
    global n
    n += 1
    exit()
%%
print(check("E1.1", window_sum).mistake, n)
%%
def window_sum(window, kernel):
    quit()
print(check("E1.1", window_sum).mistake)
%%
def window_sum(window, kernel):
    return 1 / 0
check("E1.1", window_sum)
%%
print("alive", type(exit).__name__, type(quit).__name__)
"""


def test_a_kernel_lives_on():
    cells = [nbformat.v4.new_code_cell(cell.strip()) for cell in NOTEBOOK.split("%%")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, timeout=60, kernel_name="python3", coalesce_streams=True).execute()
    text = [output.get("text", "") for cell in notebook.cells for output in cell.outputs]
    assert text == ["exit 0\n", "exit\n", "", "alive ZMQExitAutocall ZMQExitAutocall\n"]
    box = notebook.cells[3].outputs[0]["data"]
    assert "This is line 2 of Cell In[4], in window_sum:" in box["text/plain"]
    assert 'class="cnnlab-report cnnlab-report-raised"' in box["text/html"]


# The time limit


def forever(image, factor):
    while True:
        image = image + 0  # round and round


def swallowing(image, factor):
    while True:
        try:
            time.sleep(0.001)
        except:  # noqa: E722
            image = image + 0


def nested_swallowing(image, factor):
    while True:
        try:
            swallowing(image, factor)
        except:  # noqa: E722
            image = image + 0


def cautious(image, factor):
    while True:
        try:
            factor = factor + 0
        except Exception:
            return image


def asleep(image, factor):
    time.sleep(60)


@pytest.mark.parametrize("answer", [forever, swallowing, nested_swallowing, cautious, asleep])
def test_what_never_ends_is_stopped(answer):
    started = time.monotonic()
    report = verdict(answer, seconds=0.1)
    assert time.monotonic() - started < 10
    assert report.state == "stopped"
    assert repr(report).startswith("■ E9.9: stopped.\nAfter 0.1 s your function had not finished")
    assert "factor = 3" in repr(report)


def test_where_it_was_stopped_is_shown_and_what_may_be_the_cause():
    text = repr(verdict(forever, seconds=0.5))
    assert "of test_exercises_judge.py, in forever:" in text
    assert "does the loop ever end?" in text


def test_where_it_was_stopped_is_shown_if_it_is_raised_again_on_its_way():
    def slow_to_leave(image, factor):
        try:
            forever(image, factor)
        finally:
            time.sleep(1)

    assert "in forever:" in repr(verdict(slow_to_leave, seconds=0.1))


def test_time_that_others_take_does_not_count():
    guard = deadline(0.2)
    with guard:
        time.sleep(0.4)  # as long as it takes until the machine is free
    with pytest.raises(TimeLimit), deadline(0.1):
        forever(np.zeros(1), 1)


def test_one_long_step_of_compiled_code_is_told_apart():
    report = verdict(lambda image, factor: sum(range(30_000_000)), seconds=0.01)
    assert report.state == "stopped"
    assert "Python can't stop inside a step of NumPy's" in repr(report)


def test_the_limit_is_for_all_calls_together():
    def slow(image, factor):
        time.sleep(0.08)
        return scale(image, factor)

    assert verdict(slow, seconds=0.05).state == "stopped"
    assert verdict(slow, seconds=5).state == "passed"


def test_the_limit_holds_in_another_thread_and_leaves_nothing_there():
    reports = []

    def run():
        reports.append(verdict(forever, seconds=0.1).state)
        for _ in range(20):
            with deadline(0.05):
                pass
        end = time.monotonic() + 0.2
        while time.monotonic() < end:
            pass
        reports.append("whole")

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=10)
    assert reports == ["stopped", "whole"]


def test_the_handler_and_the_timer_come_back():
    rung = []

    def ring(*_):
        rung.append(True)
        raise InterruptedError

    before = signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, 1)
        with pytest.raises(TimeLimit), deadline(0.05):
            time.sleep(5)
        assert signal.getsignal(signal.SIGALRM) is ring
        assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] < 1
        with pytest.raises(InterruptedError):
            time.sleep(10)
        assert rung == [True]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# The report


class Structure(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.roots, self.words = [], [], []

    def handle_starttag(self, tag, attributes):
        if not self.open:
            self.roots.append((tag, dict(attributes)))
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def parse(report):
    parser = Structure()
    parser.feed(report._repr_html_())
    parser.close()
    assert parser.open == []
    return parser


@pytest.mark.parametrize("state", STATES)
def test_the_box_says_its_state_in_words_and_as_a_class(state):
    report = Report("E1.1", state, ["Some `code`.", Listing("a\n b")])
    parser = parse(report)
    [(tag, attributes)] = parser.roots
    assert (tag, attributes["role"]) == ("div", "status")
    assert attributes["class"] == f"cnnlab-report cnnlab-report-{state}"
    first_line = repr(report).split("\n")[0]
    assert " ".join(" ".join(parser.words).split()).startswith(first_line)


def test_the_states_differ_in_symbol_and_in_words():
    lines = [repr(Report("", state)) for state in STATES]
    assert len({line.split()[0] for line in lines}) == len(STATES)
    assert len({line.split(": ")[1] for line in lines}) == len(STATES)


def test_the_box_escapes_what_a_student_wrote():
    report = Report("<b>", "failed", ["<script>", Listing("</pre><script>"), "`<i>`"])
    assert "<script>" not in report._repr_html_()
    assert "<code>&lt;i&gt;</code>" in report._repr_html_()
    assert "".join(parse(report).words).count("<script>") == 2


def test_a_report_is_the_same_each_time():
    one, other = (verdict(lambda image, factor: image + factor) for _ in range(2))
    assert repr(one) == repr(other)
    assert one._repr_html_() == other._repr_html_()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.array([[1.0, -20.0]]), "x, shape (1, 2), float64:\n      1  -20"),
        (np.array([1.5, np.nan]), "x, shape (2,), float64:\n    1.5  nan"),
        (np.array(5), "x = 5"),
        (np.array(8008.5), "x = 8008.5"),
        (np.zeros((0, 3)), "x, shape (0, 3), float64: empty"),
        (np.zeros((2, LARGEST_SHOWN + 1)), "x, shape (2, 13), float64"),
        (
            np.array([[[1, 2], [3, 4]], [[5, 6], [7, 80]]], np.int64),
            "x, shape (2, 2, 2), int64:\n     1   2\n     3   4\n\n     5   6\n     7  80",
        ),
        (np.zeros((2, 7, 2)), "x, shape (2, 7, 2), float64"),
        (
            np.arange(1, 9).reshape(2, 1, 2, 2).astype(np.int64),
            "x, shape (2, 1, 2, 2), int64:\n    [0, 0]\n    1  2\n    3  4\n\n"
            "    [1, 0]\n    5  6\n    7  8",
        ),
        (np.zeros((2, 7, 1, 1)), "x, shape (2, 7, 1, 1), float64"),
        ((2, 3), "x = (2, 3)"),
        (len, "x = len"),
    ],
)
def test_values_are_shown_as_small_matrices(value, text):
    assert show_value("x", value) == text


# By number


@pytest.mark.parametrize("number", ["E1.99", "E99.1", "1.1", 1.1, None, "E1.1 "])
def test_an_unknown_number_says_what_exists(number):
    with pytest.raises(ValueError, match=r"there is no exercise .*E1\.1 to E1\.8"):
        check(number, scale)


def test_an_unknown_chapter_says_what_exists():
    with pytest.raises(ValueError, match=r"no exercises of chapter 99; there are E1\.1 to E1\.8"):
        quiz(99)


@pytest.mark.parametrize("chapter", [2.0, True, [1], "1", None])
def test_a_chapter_is_an_integer(chapter):
    quiz(1)
    with pytest.raises(TypeError, match="chapter must be an integer of at least 0; got"):
        quiz(chapter)


def test_a_quiz_holds_what_the_chapter_says():
    widget = quiz(1)
    assert len(widget.questions) == 5
    assert widget.title == "Quiz, chapter 1"
    assert widget.score == 0


# What an independent attack found


def test_a_list_without_end_is_told_as_too_much_memory():
    def hoard(image, factor):
        values = []
        while True:
            values += [image] * 10_000

    report = judge(exercise(), hoard)
    assert not report.passed
    assert report.state in ("raised", "stopped")


@pytest.mark.parametrize("name", ["all", "len", "any", "map", "isinstance", "zip", "sum"])
def test_a_builtin_that_is_replaced_helps_nobody_and_comes_back(name):
    true = getattr(builtins, name)

    def cheat(image, factor):
        setattr(builtins, name, lambda *_, **__: True)
        return np.ones((1, 1))

    report = judge(exercise(), cheat)
    now = getattr(builtins, name)
    setattr(builtins, name, true)  # whatever came of it, the other tests need it
    assert now is true
    assert not report.passed


@pytest.mark.parametrize("name", ["float64", "asarray", "array", "ndarray", "argwhere"])
def test_numpy_that_is_replaced_helps_nobody_either(monkeypatch, name):
    monkeypatch.setattr(np, name, getattr(np, name))  # put back, whatever comes of it
    true = getattr(np, name)

    def cheat(image, factor):
        setattr(np, name, lambda *_, **__: 3)
        return 3

    report = judge(exercise(), cheat)
    assert getattr(np, name) is true
    assert report.state == "failed"


def test_a_result_that_can_not_be_read_is_the_answers_fault():
    class Odd:
        def __array__(self, *_, **__):
            raise KeyError("odd")

        def __repr__(self):
            raise OSError

    assert not judge(exercise(), lambda image, factor: Odd()).passed
    assert not judge(exercise(), lambda image, factor: np.zeros((6000, 6000))).passed


def test_threads_have_room():
    def threaded(image, factor):
        with ThreadPoolExecutor(32) as pool:
            return list(pool.map(lambda row: row * float(factor), image))

    assert judge(exercise(), threaded).passed


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_process_ends_by_itself():
    def forks(image, factor):
        child = os.fork()
        if child == 0:
            os._exit(7)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
        return scale(image, factor)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of fork beside threads
        assert judge(exercise(), forks).passed


@pytest.mark.parametrize("change", [{"shape": (2, 3)}, {"writeable": False}])
def test_an_array_that_is_reshaped_or_closed_comes_back(change):
    mine = np.arange(6)

    def careless(image, factor):
        if "shape" in change:
            mine.shape = change["shape"]
        else:
            mine.flags.writeable = False
        return scale(image, factor)

    assert judge(exercise(), careless).passed
    assert mine.shape == (6,)
    assert mine.flags.writeable
