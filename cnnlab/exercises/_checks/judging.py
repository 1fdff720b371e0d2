"""Judge an answer, name its mistake, and show the smallest case that fails."""

import inspect

import numpy as np

from cnnlab.exercises._checks.answers import read, unchanged, where
from cnnlab.exercises._checks.comparing import close, digits_apart
from cnnlab.exercises._checks.deadline import TimeLimit, deadline
from cnnlab.exercises._checks.explaining import Mistake, message
from cnnlab.exercises._checks.isolation import undisturbed
from cnnlab.exercises._checks.recognising import is_right, recognise
from cnnlab.exercises._checks.report import Listing, Report, number_text, short_repr, show_value
from cnnlab.exercises._outline import common_sentences

TIME_LIMIT = 10.0
OTHER_LAYOUTS = (  # in memory, of the same numbers
    lambda array: array.copy("F"),
    lambda array: np.repeat(array, 2, -1)[..., ::2] if array.ndim else array.copy(),
)


def judge(exercise, answer, *, seconds=TIME_LIMIT):
    """Judge a student's answer, whatever it is; all calls together have so many seconds.

    Returns a `Report`; raises nothing but `KeyboardInterrupt`.
    """
    expected, outcomes, unlike, guard = exercise.expected, [], None, deadline(seconds)
    try:
        with undisturbed(answer) as tee, guard:
            refused = (_refused_array if exercise.is_array else _refused)(exercise, answer)
            if refused is not None:
                return refused
            for stage in exercise.stages:
                for case in stage:
                    outcomes.append(None)
                    outcomes[-1] = exercise.outcome(answer, case, tee)
                    if outcomes[0].unattempted:
                        return _waiting(exercise)
                if not all(is_right(exercise, *pair) for pair in zip(outcomes, expected)):  # noqa: B905
                    break
            else:
                tee.room = 0
                unlike = _once_more(exercise, answer, tee)
    except TimeLimit as limit:
        while isinstance(limit.__context__, TimeLimit):  # it was raised again on its way
            limit = limit.__context__
        return _stopped(exercise, exercise.ordered[: len(outcomes)], limit, seconds, guard.late)
    report = _verdict(exercise, answer, outcomes)
    return unlike if unlike is not None and report.passed else report


def _once_more(exercise, answer, tee):
    """Try the first cases again, with arrays that lie otherwise in memory."""
    for copied in OTHER_LAYOUTS if not exercise.is_array else ():
        for case, expected in zip(exercise.stages[0], exercise.expected):  # noqa: B905
            outcome = exercise.outcome(answer, case, tee, copied)
            if not is_right(exercise, outcome, expected):
                again = exercise.outcome(answer, case, tee)
                name = "layout" if is_right(exercise, again, expected) else "another time"
                mistake = Mistake(name, common_sentences()[name])
                return _wrong(exercise, answer, case, outcome, expected, mistake)
    return None


def _waiting(exercise):
    say = f"Replace the `...` in `{exercise.name}`, run the cell, then run this one again."
    return Report(exercise.number, "waiting", [say])


def _refused(exercise, answer):
    """Refuse what is no function, or can't be called as this one will be."""
    want = f'The check wants the function itself: `check("{exercise.number}", {exercise.name})`.'
    if answer is ...:
        return _waiting(exercise)
    is_class = issubclass(type(answer), type)
    if is_class or not callable(answer):
        what = "`None`" if answer is None else f"`{short_repr(answer)} ({type(answer).__name__})`"
        what = f"the class `{answer.__name__}`" if is_class else what
        problem = f"This is {what}, not a function. {want}"
    else:
        taken, count = None, len(exercise.parameters)
        try:
            signature = inspect.signature(answer)
            taken = str(signature)
            signature.bind(*exercise.parameters)
            return None
        except Exception:
            if taken is None:  # some compiled functions have none, and some objects fail to say
                return None
        takes = f"with {count} value{'s' * (count > 1)}, but yours takes `{taken}`."
        problem = f"The function is called as `{exercise.call_text}`, {takes}"
    return Report(exercise.number, "failed", [problem], "not a function")


def _refused_array(exercise, answer):
    """Refuse what has not the form of the array that is asked for."""
    outcome = read(answer)
    if outcome.unattempted:
        return _waiting(exercise)
    wanted, came = exercise.right.shape, outcome.unusable
    if outcome.numbers is not None:
        came = f"an array of shape {outcome.numbers[0].shape}"
        if outcome.numbers[0].shape == wanted:
            return None
    name, said = recognise(exercise, answer, [outcome]) or (None, None)
    body = [*filter(None, [said]), f"An array of shape {wanted} is asked for. This is {came}."]
    return Report(exercise.number, "failed", body, name)


def _verdict(exercise, answer, outcomes):
    """Turn the outcomes of all calls into a report."""
    trials = list(zip(exercise.ordered, outcomes, exercise.expected, strict=False))
    for case, outcome, expected in trials:
        if not is_right(exercise, outcome, expected):
            mistake = recognise(exercise, answer, outcomes)
            return _wrong(exercise, answer, case, outcome, expected, mistake)
    for case, outcome, _ in trials:
        for name, fault in _faults(exercise, outcome, case):
            body = [f"The result is right, but {fault}", *_call_shown(exercise, answer, case)]
            return Report(exercise.number, "failed", body, name)
    covers = f"Checked on {len(trials)} case{'s' * (len(trials) > 1)}: {exercise.text.covers}"
    return Report(exercise.number, "passed", [covers, exercise.text.shows])


def _wrong(exercise, answer, case, outcome, expected, mistake):
    """Say what is wrong: the mistake, what came, and the smallest case that shows it."""
    name, said = mistake or (None, None)
    body, shown = [said] if said else [], _call_shown(exercise, answer, case)
    if outcome.error is not None:
        words, raised = message(outcome.error), f"It raised `{type(outcome.error).__name__}`"
        words = f"{raised}: {words[:300]}" if words else f"{raised}."
        body += [words, *where(outcome.error), *shown]
    elif outcome.numbers is None:
        came = "`...`" if outcome.unattempted else outcome.unusable
        body += [f"Your function returned {came}.", *shown]
    else:
        body += [*shown, *_results_shown(exercise, outcome, expected)]
    for fault, besides in _faults(exercise, outcome, case):
        if fault != "type" or f"`{outcome.dtypes[0]}`" not in (said or ""):
            body.append(f"Besides, {besides}")
    return Report(exercise.number, "raised" if outcome.error else "failed", body, name)


def _faults(exercise, outcome, case):
    """List what is wrong besides the numbers, as (name, sentence)."""
    faults = []
    if exercise.dtype and any(dtype != exercise.dtype for dtype in outcome.dtypes):
        wanted = f"an array of type `{np.dtype(exercise.dtype)}` is asked for."
        faults.append(("type", f"the numbers are of type `{outcome.dtypes[0]}`; {wanted}"))
    trials = zip(exercise.parameters, case, outcome.handed) if not exercise.is_array else ()  # noqa: B905
    changed = " and ".join(f"`{name}`" for name, *pair in trials if not unchanged(*pair))
    if changed:
        needed = "Whoever called it still needs what was handed in."
        instead = "Start from a copy, or make something new."
        said = f"your function changed its argument {changed}. {needed} {instead}"
        faults.append(("changes its input", said))
    return faults


def _results_shown(exercise, outcome, expected):
    """Show each array that is wrong, with as many digits as it takes to see where."""
    blocks, names = [], exercise.returns or ["result"]
    parts = zip(names, outcome.numbers, expected.numbers, outcome.dtypes, strict=True)
    for name, came, wanted, dtype in parts:
        shown, right, digits = came, np.zeros(()), 4
        if came.shape == wanted.shape:
            right = close(came, wanted, exercise.tolerance)
            shown = np.where(right, wanted, came)  # without the rounding errors
            digits = digits_apart(came, wanted, exercise.tolerance)
        if not right.all():
            typed = wanted if exercise.dtype is None else wanted.astype(exercise.dtype)
            blocks += [
                "It gives" if exercise.is_array else "Your function returned",
                Listing(show_value(name, shown, digits=digits, dtype=str(dtype))),
                "Expected",
                Listing(show_value(name, typed, digits=digits, dtype=exercise.dtype is not None)),
                _difference(came, wanted, right, digits),
            ]
    return blocks


def _difference(came, wanted, right, digits):
    """Say what differs: the shape, or how many values and the first of them."""
    if came.shape != wanted.shape:
        shape = wanted.shape if wanted.ndim else "() (one number)"
        return f"The shapes differ: {came.shape} came, {shape} is expected."
    places = np.argwhere(~right).tolist()
    one, other = (number_text(values[tuple(places[0])], digits) for values in (came, wanted))
    values = f"{one} came, {other} is expected."
    if wanted.ndim == 0:
        return values
    count = f"{len(places)} of {wanted.size} values differ{'s' * (len(places) == 1)}"
    return f"The shapes agree; {count}. The first is at {places[0]}: {values}"


def _call_shown(exercise, answer, case):
    named = dict(zip(exercise.parameters, case, strict=True))
    if exercise.is_array:
        named[exercise.name] = np.asarray(answer)
    listing = "\n".join(show_value(name, value) for name, value in named.items())
    return [f"The smallest case that shows it is `{exercise.call_text}` with", Listing(listing)]


def _stopped(exercise, tried, limit, seconds, late):
    body = [f"After {seconds:g} s your function had not finished, so it was stopped."]
    body += [*where(limit), common_sentences()["stopped late" if late else "stopped"]]
    if tried:
        listing = _call_shown(exercise, ..., tried[-1])[1]
        body += [f"The call was `{exercise.call_text}` with", listing]
    return Report(exercise.number, "stopped", body)
