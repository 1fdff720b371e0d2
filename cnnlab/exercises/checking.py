"""Judge a student's function, name its mistake, and show the smallest case that fails."""

import inspect

import numpy as np

from cnnlab.exercises.answers import call, where
from cnnlab.exercises.comparing import close, digits_apart, same_numbers
from cnnlab.exercises.deadline import TimeLimit, deadline
from cnnlab.exercises.recognising import recognise
from cnnlab.exercises.report import (
    Listing,
    Report,
    number_text,
    shape_text,
    short_repr,
    show_value,
)

TIME_LIMIT = 10.0


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


def _judge(exercise, cases, outcomes):
    """Turn the outcomes of all calls into a report."""
    right = [_is_right(*pair) for pair in zip(outcomes, _expected(exercise, cases), strict=True)]
    if not all(right):
        return _wrong(exercise, cases, outcomes, right)
    for case, outcome in zip(cases, outcomes, strict=True):
        if not _has_right_type(exercise, outcome):
            message = f"The numbers are right, but {_type_text(exercise, outcome)}."
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
    mistake = recognise(exercise, cases, outcomes, right)
    first = right.index(False)
    case, outcome = cases[first], outcomes[first]
    body = [mistake.message] if mistake else []
    if outcome.error is not None:
        body += [*_error_shown(outcome.error), *_call_shown(exercise, case)]
    elif outcome.numbers is None:
        came = "`...`" if outcome.unattempted else outcome.unusable
        body += [f"Your function returned {came}.", *_call_shown(exercise, case)]
    else:
        body += [*_call_shown(exercise, case), *_results_shown(exercise, case, outcome)]
        said = mistake is not None and f"`{outcome.dtype}`" in mistake.message
        if not said and not _has_right_type(exercise, outcome):
            body.append(f"Besides, {_type_text(exercise, outcome)}.")
    if outcome.changed:
        body.append("Besides, " + _changed_text(exercise, outcome))
    state = "failed" if outcome.error is None else "raised"
    return Report(exercise.title, state, body, mistake.name if mistake else None)


def _has_right_type(exercise, outcome):
    return exercise.dtype is None or outcome.dtype == exercise.dtype


def _type_text(exercise, outcome):
    return f"the result's type is `{outcome.dtype}`; `{np.dtype(exercise.dtype)}` is asked for"


def _results_shown(exercise, case, outcome):
    """Show both results, with as many digits as it takes to see where they differ."""
    expected = _expected(exercise, [case])[0]
    came, digits = outcome.numbers, 4
    if came.shape == expected.shape:
        digits = digits_apart(came, expected)
        came = np.where(close(came, expected), expected, came)
    wanted = expected if exercise.dtype is None else expected.astype(exercise.dtype)
    return [
        "Your function returned",
        Listing(show_value("result", came.astype(outcome.dtype), digits=digits)),
        "Expected",
        Listing(show_value("result", wanted, digits=digits, dtype=exercise.dtype is not None)),
        _difference(outcome.numbers, expected, digits),
    ]


def _difference(numbers, expected, digits):
    """Say what differs: the shape, or how many values and the first of them."""
    if numbers.shape != expected.shape:
        wanted = shape_text(expected.shape) if expected.ndim else "() (one number)"
        return f"The shapes differ: {shape_text(numbers.shape)} came, {wanted} is expected."
    wrong = np.argwhere(~close(numbers, expected))
    index = tuple(int(position) for position in wrong[0])
    came, wanted = (number_text(values[index], digits) for values in (numbers, expected))
    values = f"{came} came, {wanted} is expected."
    if expected.ndim == 0:
        return values
    place = ", ".join(map(str, index))
    differ = "differs" if len(wrong) == 1 else "differ"
    return (
        f"The shapes agree; {len(wrong)} of {expected.size} values {differ}. The first is at "
        f"[{place}]: {values}"
    )


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
