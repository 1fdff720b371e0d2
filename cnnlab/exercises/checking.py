"""Judge a student's function, name its mistake, and show the smallest case that fails."""

import inspect
import warnings

import numpy as np

from cnnlab.exercises.answers import call, where
from cnnlab.exercises.deadline import TimeLimit, deadline
from cnnlab.exercises.report import Listing, Report, shape_text, short_repr, show_value

TIME_LIMIT = 10.0
TOLERANCE = 1e-6


def waiting(title, name):
    """Report that an exercise was not attempted.

    Parameters
    ----------
    title : str
        The exercise.
    name : str
        The name that is still ``...``.

    Returns
    -------
    Report
        In the state ``"waiting"``.
    """
    return Report(
        title,
        "waiting",
        [f"Replace the `...` in `{name}`, run the cell, then run this one again."],
    )


def check_function(exercise, answer, *, seconds=TIME_LIMIT):
    """Judge a student's function.

    Parameters
    ----------
    exercise : Exercise
        What was asked for.
    answer : callable
        The student's function; anything else gets a sentence.
    seconds : float, default 10
        The time limit for all calls together.

    Returns
    -------
    Report
        Never an exception, but for `KeyboardInterrupt`.
    """
    if answer is ...:
        return waiting(exercise.title, exercise.name)
    stages = exercise.stages()
    refusal = _refusal(exercise, answer, stages[0][0])
    if refusal is not None:
        return Report(exercise.title, "failed", [refusal], "not a function")
    cases, outcomes = [], []
    try:
        with deadline(seconds):
            for stage in stages:
                for case in stage:
                    cases.append(case)
                    outcomes.append(call(answer, case))
                    if outcomes[0].unattempted:
                        return waiting(exercise.title, exercise.name)
                if not all(map(_is_right, outcomes, _expected(exercise, cases))):
                    break
    except TimeLimit as limit:
        return _stopped(exercise, cases[-1], limit, seconds)
    return _judge(exercise, cases, outcomes)


def _refusal(exercise, answer, case):
    want = f"The check wants the function itself: `check.{exercise.name}({exercise.name})`."
    if inspect.isclass(answer):
        return f"This is the class `{answer.__name__}`, not a function. {want}"
    if not callable(answer):
        what = "None" if answer is None else f"{short_repr(answer)} ({type(answer).__name__})"
        return f"This is `{what}`, not a function. {want}"
    try:
        signature = inspect.signature(answer)
    except ValueError:  # some compiled functions have none
        return None
    try:
        signature.bind(*case)
    except TypeError:
        return (
            f"The function is called as `{exercise.call_text}`, with {len(case)} values, "
            f"but yours takes `{signature}`."
        )
    return None


def _expected(exercise, cases):
    return [np.asarray(exercise.reference(*case), np.float64) for case in cases]


def _is_right(outcome, expected):
    return outcome.numbers is not None and same_numbers(outcome.numbers, expected)


def same_numbers(numbers, expected, *, equal_nan=False):
    """Compare shape first, then every entry, up to rounding.

    Parameters
    ----------
    numbers, expected : ndarray of float64
        What came, and what should have.
    equal_nan : bool, default False
        Whether NaN counts as equal to NaN.

    Returns
    -------
    bool
        True if the shapes are the same and no entry differs by more than a millionth of the
        largest that is expected (of 1, if that is larger).

    Examples
    --------
    >>> same_numbers(np.zeros(5), np.zeros((5, 1)))
    False
    """
    if numbers.shape != expected.shape:
        return False
    return bool(np.all(_close(numbers, expected, equal_nan)))


def _close(numbers, expected, equal_nan=False):
    scale = max(1.0, np.max(np.abs(expected), initial=0.0, where=np.isfinite(expected)))
    return np.isclose(numbers, expected, rtol=0, atol=TOLERANCE * scale, equal_nan=equal_nan)


def _judge(exercise, cases, outcomes):
    """Turn the outcomes of all calls into a report."""
    right = [_is_right(*pair) for pair in zip(outcomes, _expected(exercise, cases), strict=True)]
    if not all(right):
        return _wrong(exercise, cases, outcomes, right)
    for case, outcome in zip(cases, outcomes, strict=True):
        if exercise.dtype is not None and outcome.dtype != exercise.dtype:
            message = (
                f"The numbers are right, but their type is `{outcome.dtype}`; "
                f"`{np.dtype(exercise.dtype)}` is asked for."
            )
            body = [message, *_call_shown(exercise, case)]
            return Report(exercise.title, "failed", body, "type")
    for case, outcome in zip(cases, outcomes, strict=True):
        if outcome.changed:
            body = [
                "The results are right, but " + _changed_text(exercise, outcome) + " Whoever "
                "called it still needs that array. Start from a copy, or make a new array.",
                *_call_shown(exercise, case),
            ]
            return Report(exercise.title, "failed", body, "changes its input")
    checked = f"Checked on {len(cases)} cases: {exercise.covers}."
    return Report(exercise.title, "passed", [checked, exercise.shows])


def _wrong(exercise, cases, outcomes, right):
    mistake = _recognise(exercise, cases, outcomes, right)
    first = right.index(False)
    case, outcome = cases[first], outcomes[first]
    body = [mistake.message] if mistake else []
    if outcome.error is not None:
        body += [*_error_shown(outcome.error), *_call_shown(exercise, case)]
    elif outcome.numbers is None:
        came = "`...`" if outcome.unattempted else outcome.unusable
        body += [f"Your function returned {came}.", *_call_shown(exercise, case)]
    else:
        expected = _expected(exercise, [case])[0]
        body += [
            *_call_shown(exercise, case),
            "Your function returned",
            Listing(show_value("result", outcome.numbers.astype(outcome.dtype))),
            "Expected",
            Listing(show_value("result", _tidy(expected))),
            _difference(outcome.numbers, expected),
        ]
    if outcome.changed:
        body.append("Besides, " + _changed_text(exercise, outcome))
    state = "failed" if outcome.error is None else "raised"
    return Report(exercise.title, state, body, mistake.name if mistake else None)


def _recognise(exercise, cases, outcomes, right):
    """Find the typical mistake that gives the same in every case, if there is one."""
    for mistake in exercise.mistakes:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = [call(mistake.function, case) for case in cases]
        if all(map(_agree, outcomes, theirs)) and any(o.numbers is not None for o in outcomes):
            return mistake
    for blind in exercise.blind:
        is_one = [blind.is_case(*case) for case in cases]
        others = [ok for ok, is_case in zip(right, is_one, strict=True) if not is_case]
        if others and all(others):
            return blind
    return None


def _agree(outcome, theirs):
    if outcome.numbers is None or theirs.numbers is None:
        return outcome.error is not None and theirs.error is not None
    return same_numbers(outcome.numbers, theirs.numbers, equal_nan=True)


def _difference(numbers, expected):
    """Say what differs: the shape, or how many values and the first of them."""
    if numbers.shape != expected.shape:
        wanted = shape_text(expected.shape) if expected.ndim else "() (one number)"
        return f"The shapes differ: {shape_text(numbers.shape)} came, {wanted} is expected."
    if expected.ndim == 0:
        return f"{numbers:g} came, {expected:g} is expected."
    wrong = np.argwhere(~_close(numbers, expected))
    index = tuple(int(position) for position in wrong[0])
    place = ", ".join(map(str, index))
    return (
        f"The shapes agree; {len(wrong)} of {expected.size} values differ. The first is at "
        f"[{place}]: {numbers[index]:g} came, {expected[index]:g} is expected."
    )


def _tidy(expected):
    whole = np.array_equal(expected, np.round(expected))
    return expected.astype(np.int64) if whole else expected


def _call_shown(exercise, case):
    named = zip(exercise.parameters, case, strict=True)
    listing = "\n".join(show_value(name, value) for name, value in named)
    return [f"The smallest case that shows it is `{exercise.call_text}` with", Listing(listing)]


def _error_shown(error):
    try:
        message = " ".join(str(error).split())
    except Exception:
        message = ""
    message = message if len(message) <= 300 else message[:297] + "..."
    name = type(error).__name__
    return [
        f"It raised `{name}`: {message}" if message else f"It raised `{name}`.",
        *_line_shown(error),
    ]


def _line_shown(error):
    found = where(error)
    if found is None:
        return []
    place, source = found
    return [f"This is {place}:", Listing(source)] if source else [f"This is {place}."]


def _changed_text(exercise, outcome):
    names = " and ".join(f"`{exercise.parameters[position]}`" for position in outcome.changed)
    return f"your function changed its argument {names}."


def _stopped(exercise, case, limit, seconds):
    body = [
        f"After {seconds:g} s your function had not finished, so it was stopped. Is there a loop "
        "that never ends? If it is only slow, let NumPy do the inner loops.",
        *_line_shown(limit),
        f"The call was `{exercise.call_text}` with",
        _call_shown(exercise, case)[1],
    ]
    return Report(exercise.title, "stopped", body)
