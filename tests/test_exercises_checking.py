"""The checker, on an exercise small enough to see through: double every entry."""

import html.parser
import signal
import sys
import threading
import time

import numpy as np
import pytest

from cnnlab.exercises.answers import read
from cnnlab.exercises.checking import check_function
from cnnlab.exercises.comparing import digits_apart, same_numbers
from cnnlab.exercises.deadline import TimeLimit, deadline
from cnnlab.exercises.exercise import Blind, Exercise, Mistake
from cnnlab.exercises.report import LARGEST_SHOWN, STATES, Listing, Report, show_value

STAGES = (
    (
        (np.array([[1, 2]]), 3),
        (np.array([[1, 2], [3, 4]]), 5),
        (np.array([[1, -2, 3], [4, 5, 6]]), 7),
    ),
    ((np.array([[200, 1]], np.uint8), 2),),
)


def exercise(**changes):
    parts = {
        "number": "9.9",
        "name": "scale",
        "parameters": ("image", "factor"),
        "reference": lambda image, factor: image.astype(float) * factor,
        "stages": lambda: STAGES,
        "mistakes": (
            Mistake("adds", lambda image, factor: image + float(factor), "You add."),
            Mistake("wide only", lambda image, factor: wide_only(image, factor), "Wide only."),
        ),
        "blind": (Blind("bytes", lambda image, factor: image.dtype == np.uint8, "Bytes wrap."),),
        "covers": "small images",
        "shows": "Scaling is linear.",
    }
    return Exercise(**parts | changes)


def wide_only(image, factor):
    if image.shape[0] >= image.shape[1]:
        raise ValueError("not wide")
    return image.astype(float) * factor


def right(image, factor):
    return image.astype(float) * factor


def check(answer, **changes):
    return check_function(exercise(**changes), answer, seconds=5)


# What passes


@pytest.mark.parametrize(
    "answer",
    [
        right,
        lambda image, factor: (image.astype(float) * factor).tolist(),
        lambda image, factor: tuple(map(tuple, image.astype(int) * factor)),
        lambda image, factor: image.astype(np.float32) * factor,
        lambda image, factor: right(image, factor) + 1e-9,
        lambda image, factor=1, *rest: right(image, factor),
    ],
)
def test_a_right_answer_passes_in_any_form(answer):
    report = check(answer)
    assert report.passed
    assert repr(report) == (
        "✓ Exercise 9.9: passed.\nChecked on 4 cases: small images.\nScaling is linear."
    )


def test_a_number_may_be_of_any_type():
    one = exercise(reference=lambda image, factor: np.float64(factor))
    for kind in (int, float, np.int16, np.float32, np.array):
        assert check_function(one, lambda image, factor, kind=kind: kind(factor)).passed


# What is not an attempt


@pytest.mark.parametrize(
    "answer",
    [
        ...,
        lambda image, factor: ...,
        lambda image, factor: (..., ...),
        lambda image, factor: np.array(...),
    ],
)
def test_an_unattempted_exercise_waits_quietly(answer):
    report = check(answer)
    assert report.state == "waiting"
    assert not report.passed
    assert repr(report) == (
        "○ Exercise 9.9: not attempted yet.\n"
        "Replace the `...` in `scale`, run the cell, then run this one again."
    )


def test_an_answer_that_is_half_done_is_not_waiting():
    report = check(lambda image, factor: right(image, factor) if image.shape[0] == 1 else ...)
    assert report.state == "failed"
    assert "Your function returned `...`." in repr(report)


# What is wrong


def test_a_typical_mistake_is_named_with_the_smallest_case():
    report = check(lambda image, factor: image + factor)
    assert (report.state, report.mistake) == ("failed", "adds")
    assert repr(report) == (
        "✗ Exercise 9.9: not right yet.\n"
        "You add.\n"
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
        return np.array([[image[0, 0], image[0, 1 + (image.shape[0] == image.shape[1])]]]) * factor

    def theirs(image, factor):
        if image.shape == (2, 2):
            raise KeyError(factor)
        return np.array([[image[0, 0], image[0, 1]]]) * factor

    report = check(mine, mistakes=(Mistake("first row", theirs, "One row."),))
    assert report.state == "raised"
    assert report.mistake == "first row"
    assert "IndexError" in repr(report)


def test_an_exception_everywhere_is_no_typical_mistake():
    def always(image, factor):
        raise RuntimeError("broken")

    def otherwise(image, factor):
        raise RuntimeError("out of order")

    def lookup(image, factor):
        raise LookupError("broken")

    for other in (otherwise, lookup):
        report = check(always, mistakes=(Mistake("raises", other, "Raises."),))
        assert (report.state, report.mistake) == ("raised", None)


def test_the_same_exceptions_everywhere_are_the_same_mistake():
    def column(image, factor):
        return image[:, image.shape[1]] * factor

    def another(image, factor):
        return [row[row.size] * factor for row in image.T] and image[:, image.shape[1]]

    mistakes = (Mistake("column", column, "No such column."),)
    assert (
        check(lambda image, factor: image[:, len(image[0])], mistakes=mistakes).mistake == "column"
    )
    assert check(another, mistakes=mistakes).mistake != "column"


def test_another_wrong_answer_is_shown_without_a_guess():
    report = check(lambda image, factor: right(image, factor) + (image == 4))
    assert (report.state, report.mistake) == ("failed", None)
    assert "factor = 5" in repr(report)
    assert "1 of 4 values differs. The first is at [1, 1]: 21 came, 20 is expected." in repr(report)


def test_two_mistakes_at_once_are_no_typical_mistake():
    report = check(lambda image, factor: (image + factor)[:, ::-1])
    assert (report.state, report.mistake) == ("failed", None)


def test_right_in_the_first_stage_only():
    report = check(lambda image, factor: image * np.array(factor, image.dtype))
    assert (report.state, report.mistake) == ("failed", "bytes")
    assert "144    2" in repr(report)
    assert "400    2" in repr(report)


def test_a_later_stage_does_not_hide_a_mistake_of_an_earlier_one():
    report = check(lambda image, factor: image + np.array(factor + 55, image.dtype) - 55)
    assert report.mistake == "adds"


def test_a_kind_of_case_is_blamed_only_if_all_others_are_right():
    report = check(
        lambda image, factor: np.zeros(image.shape),
        mistakes=(),
        blind=(Blind("tall", lambda image, factor: image.shape[0] > 1, "Tall."),),
    )
    assert report.mistake is None


@pytest.mark.parametrize("place", [(0, 0), (0, 2), (1, 1), (1, 2)])
def test_every_entry_counts(place):
    def one_off(image, factor):
        output = right(image, factor)
        if output.shape == (2, 3):
            output[place] += 0.5
        return output

    report = check(one_off)
    assert report.state == "failed"
    assert f"at [{place[0]}, {place[1]}]" in repr(report)


def test_nan_fails_even_where_a_mistake_gives_nan_too():
    def nan(image, factor):
        return np.where(image == 2, np.nan, right(image, factor))

    report = check(nan)
    assert report.state == "failed"
    assert "nan came, 6 is expected" in repr(report)
    assert check(nan, mistakes=(Mistake("nan", nan, "NaN."),)).mistake == "nan"


@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_infinity_fails(value):
    assert not check(lambda image, factor: np.full(image.shape, value)).passed


def test_no_tolerance_for_half_a_unit_in_a_large_number():
    stages = ((np.array([[1000, 2000]]), 3),)
    report = check(lambda image, factor: image * factor + 0.5, stages=lambda: (stages,))
    assert not report.passed


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
    report = check(lambda image, factor: right(image, factor) + 1e-12 + 5.0 * (image == 2))
    assert "        3  11" in repr(report)


def test_a_wrong_shape_is_named():
    report = check(lambda image, factor: right(image, factor)[0])
    assert "The shapes differ: (2,) came, (1, 2) is expected." in repr(report)


def test_a_wrong_type_is_named_after_the_values():
    wanted = exercise(dtype=np.int64)
    report = check_function(wanted, right)
    assert (report.state, report.mistake) == ("failed", "type")
    assert "the result's type is `float64`; `int64` is asked for" in repr(report)
    assert check_function(wanted, lambda i, f: i.astype(np.int64) * f).passed
    assert check_function(wanted, lambda i, f: i + float(f)).mistake == "adds"


def test_a_changed_argument_is_named():
    def in_place(image, factor):
        if image.dtype == np.uint8:
            return right(image, factor)
        image *= factor
        return image

    report = check(in_place)
    assert (report.state, report.mistake) == ("failed", "changes its input")
    assert "your function changed its argument `image`." in repr(report)
    assert "        1  2" in repr(report), "the input is shown as it was handed in"


def test_a_changed_argument_beside_a_wrong_result():
    def in_place(image, factor):
        image += factor
        return image

    report = check(in_place)
    assert report.mistake == "adds"
    assert "Besides, your function changed its argument `image`." in repr(report)


def test_a_buffer_used_again_does_not_spoil_earlier_results():
    buffer = np.zeros((1, 2))

    def reuse(image, factor):
        buffer[:] = image[0, 0] * factor
        return buffer

    report = check(reuse)
    assert "        3  3" in repr(report)


# What cannot be used


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (None, "`None`. Did you forget `return`?"),
        ("12", "text, '12'"),
        ({"a": 1}, "a dict, {'a': 1}"),
        ([[1, 2], [3]], "a list whose rows have different lengths"),
        ([1, None], "a list that holds more than numbers, [1, None]"),
        (np.array([1j]), "complex numbers: their real part is `.real`"),
        (np.sum, "a function, not its result"),
        ((entry for entry in [1]), "a generator: use `return`, not `yield`"),
        (object, "a function, not its result"),
    ],
)
def test_a_result_of_no_use_is_named(result, words):
    report = check(lambda image, factor: result)
    assert report.state == "failed"
    assert f"Your function returned {words}" in repr(report)


def test_an_async_function_is_named():
    async def later(image, factor):
        return image

    assert "write `def`, not `async def`" in repr(check(later))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "This is `None`, not a function."),
        (7, "This is `7 (int)`, not a function."),
        (np.arange(2), "This is `array([0, 1]) (ndarray)`, not a function."),
        (dict, "This is the class `dict`, not a function."),
    ],
)
def test_what_is_no_function_gets_a_sentence(answer, words):
    report = check(answer)
    assert report.state == "failed"
    assert words in repr(report)
    assert "`check.scale(scale)`" in repr(report)


@pytest.mark.parametrize(
    ("answer", "signature"),
    [
        (lambda image: image, "(image)"),
        (lambda: 1, "()"),
        (lambda image, factor, more: 1, "(image, factor, more)"),
    ],
)
def test_a_wrong_number_of_parameters_gets_a_sentence(answer, signature):
    report = check(answer)
    assert report.state == "failed"
    assert (
        f"is called as `scale(image, factor)`, with 2 values, but yours takes `{signature}`"
        in repr(report)
    )


# Exceptions


def _helper(image):
    return image[100]  # the line to be shown


def raising(image, factor):
    return _helper(image)


def test_an_exception_is_shown_where_it_happened():
    report = check(raising)
    assert report.state == "raised"
    line = _helper.__code__.co_firstlineno + 1
    text = repr(report)
    assert "It raised `IndexError`: index 100 is out of bounds for axis 0 with size 1" in text
    assert f"This is line {line} of test_exercises_checking.py, in _helper:" in text
    assert "    return image[100]  # the line to be shown" in text
    assert "factor = 3" in text


def test_an_exception_inside_a_library_is_shown_at_the_students_line():
    def stack(image, factor):
        return np.concatenate([image, np.zeros((9, 9))], axis=factor - 3)

    assert "in stack:\n    return np.concatenate" in repr(check(stack))


def test_an_exception_in_a_cell_without_source_names_the_line():
    names = {}
    exec(compile("def scale(image, factor):\n    return 1 / 0\n", "<cell>", "exec"), names)
    assert "This is line 2 of <cell>, in scale." in repr(check(names["scale"]))


def test_sys_exit_is_reported():
    assert "It raised `SystemExit`: 3" in repr(check(lambda image, factor: sys.exit(3)))


def test_an_exception_whose_message_fails():
    class OddError(Exception):
        def __str__(self):
            raise RuntimeError

    def odd(image, factor):
        raise OddError

    assert "It raised `OddError`." in repr(check(odd))


def test_endless_recursion_is_reported():
    def deeper(image, factor):
        return deeper(image, factor)

    assert "`RecursionError`" in repr(check(deeper))


def test_an_interrupt_passes_through():
    def interrupted(image, factor):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check(interrupted)


def test_printing_is_let_through(capsys):
    def chatty(image, factor):
        print("here")
        return right(image, factor)

    assert check(chatty).passed
    assert capsys.readouterr().out == "here\n" * 4


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


def test_an_endless_loop_is_stopped_with_a_sentence():
    started = time.monotonic()
    report = check_function(exercise(), forever, seconds=0.2)
    assert 0.2 <= time.monotonic() - started < 10
    assert report.state == "stopped"
    text = repr(report)
    assert text.startswith("■ Exercise 9.9: stopped.\nAfter 0.2 s your function had not finished")
    assert "of test_exercises_checking.py, in forever:" in text
    assert "factor = 3" in text


def test_the_limit_is_for_all_calls_together():
    def slow(image, factor):
        time.sleep(0.08)
        return right(image, factor)

    assert check_function(exercise(), slow, seconds=0.2).state == "stopped"
    assert check_function(exercise(), slow, seconds=5).state == "passed"


@pytest.mark.parametrize("seconds", [0.05, 0.2])
def test_sleeping_is_interrupted(seconds):
    started = time.monotonic()
    report = check_function(exercise(), lambda i, f: time.sleep(60), seconds=seconds)
    assert report.state == "stopped"
    assert time.monotonic() - started < 10


def nested_swallowing(image, factor):
    while True:
        try:
            swallowing(image, factor)
        except:  # noqa: E722
            image = image + 0


@pytest.mark.parametrize("answer", [swallowing, nested_swallowing])
def test_a_bare_except_does_not_swallow_the_limit_for_ever(answer):
    started = time.monotonic()
    assert check_function(exercise(), answer, seconds=0.1).state == "stopped"
    assert time.monotonic() - started < 10


def test_except_exception_does_not_catch_the_limit():
    def cautious(image, factor):
        while True:
            try:
                factor = factor + 0
            except Exception:
                return image

    assert check_function(exercise(), cautious, seconds=0.1).state == "stopped"


def test_the_limit_holds_in_another_thread():
    reports = []
    thread = threading.Thread(
        target=lambda: reports.append(check_function(exercise(), forever, seconds=0.1))
    )
    thread.start()
    thread.join(timeout=10)
    assert [report.state for report in reports] == ["stopped"]


def test_the_limit_in_another_thread_leaves_nothing_behind():
    ends = []

    def run():
        for _ in range(20):
            with deadline(0.05):
                pass
        end = time.monotonic() + 0.2
        while time.monotonic() < end:
            pass
        ends.append("whole")

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=10)
    assert ends == ["whole"]


def test_the_handler_and_the_timer_come_back():
    rung = []

    def ring(*_):
        rung.append(True)
        raise InterruptedError

    before = signal.signal(signal.SIGALRM, ring)
    try:
        mine = signal.getsignal(signal.SIGALRM)
        signal.setitimer(signal.ITIMER_REAL, 1)
        with pytest.raises(TimeLimit), deadline(0.05):
            time.sleep(5)
        assert signal.getsignal(signal.SIGALRM) is mine
        assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] < 1
        with pytest.raises(InterruptedError):
            time.sleep(10)
        assert rung == [True]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_no_timer_runs_on_after_a_block_that_ended_in_time():
    with deadline(0.05):
        pass
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    time.sleep(0.1)


@pytest.mark.parametrize("seconds", [0, -1, np.inf, np.nan])
def test_a_limit_is_positive_and_finite(seconds):
    with pytest.raises(ValueError, match="seconds must be a positive finite number"):
        deadline(seconds)


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
    report = Report("Exercise 1.1", state, ["Some `code`.", Listing("a\n b")])
    parser = parse(report)
    [(tag, attributes)] = parser.roots
    assert tag == "div"
    assert attributes["class"] == f"cnnlab-report cnnlab-report-{state}"
    assert attributes["role"] == "status"
    first_line = repr(report).split("\n")[0]
    assert " ".join(" ".join(parser.words).split()).startswith(first_line)


def test_the_states_differ_in_symbol_and_in_words():
    lines = [repr(Report("", state)) for state in STATES]
    assert len({line.split()[0] for line in lines}) == len(STATES)
    assert len({line.split(": ")[1] for line in lines}) == len(STATES)


def test_the_box_escapes_what_a_student_wrote():
    report = Report("<b>", "failed", ["<script>", Listing("</pre><script>"), "`<i>`"])
    box = report._repr_html_()
    assert "<script>" not in box
    assert "<code>&lt;i&gt;</code>" in box
    assert "".join(parse(report).words).count("<script>") == 2


def test_a_report_is_the_same_each_time():
    reports = [check(lambda image, factor: image + factor) for _ in range(2)]
    assert repr(reports[0]) == repr(reports[1])
    assert reports[0]._repr_html_() == reports[1]._repr_html_()


def test_an_unknown_state_is_refused():
    with pytest.raises(ValueError, match="state must be one of passed, failed"):
        Report("Exercise 1.1", "perhaps")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.array([[1.0, -20.0]]), "x, shape (1, 2), float64:\n      1  -20"),
        (np.array([1.5, np.nan]), "x, shape (2,), float64:\n    1.5  nan"),
        (np.array(5), "x = 5"),
        (np.zeros((0, 3)), "x, shape (0, 3), float64: empty"),
        (np.zeros((2, LARGEST_SHOWN + 1)), "x, shape (2, 13), float64"),
        (np.zeros((2, 2, 2)), "x, shape (2, 2, 2), float64"),
        ((2, 3), "x = (2, 3)"),
    ],
)
def test_values_are_shown_as_small_matrices(value, text):
    assert show_value("x", value) == text


def test_numbers_are_read_from_what_holds_them():
    assert read(np.uint8(3)).numbers == 3
    assert read([[1, 2]]).numbers.shape == (1, 2)
    assert read(True).numbers == 1
    assert read(np.arange(2)).dtype == np.arange(2).dtype
