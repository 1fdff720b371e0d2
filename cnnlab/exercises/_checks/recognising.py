"""Find out which mistake a wrong answer made, if it is one that is known."""

from types import FunctionType

import numpy as np

from cnnlab.exercises._checks.answers import read
from cnnlab.exercises._checks.comparing import same_numbers
from cnnlab.exercises._checks.explaining import Mistake, explain, message
from cnnlab.exercises._exercise import Kind, Sign
from cnnlab.exercises._outline import common_sentences
from cnnlab.exercises._slips import KINDS, SLIPS

NEARLY = 0.002  # as a share of the largest that is expected


def is_right(exercise, outcome, expected, tolerance=None):
    """Whether an outcome holds the numbers that are expected."""
    tolerance = exercise.tolerance if tolerance is None else tolerance
    return outcome.numbers is not None and _same(outcome, expected, tolerance)


def _same(outcome, other, tolerance, equal_nan=False):
    return all(
        same_numbers(*pair, tolerance, equal_nan=equal_nan)
        for pair in zip(outcome.numbers, other.numbers, strict=True)
    )


def recognise(exercise, answer, outcomes):
    """Find the mistake that accounts for what an answer made of the exercise's first cases.

    First come the mistakes that give the same in every case, then the kinds of case that were
    forgotten, then what happens in any exercise: an exception, or that nothing was returned.
    Returns a `Mistake`, or None if it is none that is known.
    """
    expected = exercise.expected[: len(outcomes)]
    right = [is_right(exercise, *pair) for pair in zip(outcomes, expected, strict=True)]
    own, common = exercise.sentences, common_sentences()
    for name, sign in exercise.entries(Sign):
        numbers = read(answer).numbers
        found = sign.test(numbers and numbers[0])
        if found:
            said = own[name].format(**found) if isinstance(found, dict) else own[name]
            return Mistake(name, said)
    for name, _, theirs in exercise.made:
        if _same_outcomes(exercise, outcomes, theirs):
            return Mistake(name, own[name])
    for name, kind in exercise.entries(Kind):
        if _forgot(exercise, kind, outcomes, right):
            return Mistake(name, own[name])
    first = outcomes[right.index(False)]
    if np.float16 in first.dtypes:
        return Mistake("half precision", common["half precision"])
    if all(is_right(exercise, *pair, NEARLY) for pair in zip(outcomes, expected, strict=True)):
        return Mistake("nearly right", common["nearly right"])
    for name, kinds in KINDS.items():
        if any(_forgot(exercise, kind, outcomes, right) for kind in kinds):
            return Mistake(name, common[name])
    for name, _, theirs in exercise.outcomes_of(SLIPS):
        if _same_outcomes(exercise, outcomes, theirs):
            return Mistake(name, common[name])
    taken = answer.__code__.co_varnames if type(answer) is FunctionType else ()
    taken = list(taken[: len(exercise.parameters)])
    if sorted(taken) == sorted(exercise.parameters) and taken != [*exercise.parameters]:
        said = common["another order"].format(exercise.call_text, ", ".join(taken))
        return Mistake("another order", said)
    explained, empty = explain(first.error), [outcome for outcome in outcomes if outcome.nothing]
    if explained is not None or not empty or exercise.is_array:
        return explained
    name = "no return" if len(empty) == len(outcomes) else "no return here"
    name = "printed" if all(outcome.printed for outcome in empty) else name
    return Mistake(name, common[name])


def _same_outcomes(exercise, outcomes, theirs):
    """Compare numbers with numbers; an exception only has to be one, unless all are."""
    pairs = list(zip(outcomes, theirs, strict=False))  # theirs go on to the last stage
    if all(outcome.error is not None for outcome in outcomes):
        said = [[(type(one.error), message(one.error)) for one in pair] for pair in pairs]
        return all(mine == other for mine, other in said)
    return all(_agree(exercise, *pair) for pair in pairs)


def _agree(exercise, outcome, theirs):
    if outcome.numbers is None or theirs.numbers is None:
        both_raised = outcome.error is not None and theirs.error is not None
        return both_raised or (outcome.nothing and theirs.nothing)
    return _same(outcome, theirs, exercise.tolerance, equal_nan=True)


def _forgot(exercise, kind, outcomes, right):
    """Whether all cases of another kind are right, and enough of this kind are wrong."""
    cases = exercise.ordered[: len(outcomes)]
    is_one = [kind.test(dict(zip(exercise.parameters, case, strict=True))) for case in cases]
    wrong = [outcome for outcome, ok in zip(outcomes, right, strict=True) if not ok]
    if any(not ok and not one for ok, one in zip(right, is_one, strict=True)) or all(is_one):
        return False
    return len(wrong) >= sum(is_one) * kind.share and (kind.raises or wrong[0].error is None)
