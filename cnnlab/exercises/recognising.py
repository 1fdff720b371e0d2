"""Find out which typical mistake a wrong answer made, if it is one that is known."""

import warnings

from cnnlab.exercises.answers import call
from cnnlab.exercises.comparing import same_numbers
from cnnlab.exercises.explaining import explain


def recognise(exercise, cases, outcomes, right):
    """Find the typical mistake that accounts for every outcome.

    Parameters
    ----------
    exercise : Exercise
        What was asked for.
    cases : sequence of tuple
        The arguments of each call.
    outcomes : sequence of Outcome
        What the student's function made of them.
    right : sequence of bool
        Which outcomes are right; not all are.

    Returns
    -------
    Mistake, Explanation, Blind or None
        With a `name` and a `message`. First come the mistakes that give the same in every case,
        then the kinds of case that a solution forgot, then the exception that was raised first.
    """
    for mistake in exercise.mistakes:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = [call(mistake.function, case) for case in cases]
        if _same_outcomes(outcomes, theirs):
            return mistake
    for blind in exercise.blind:
        if _forgot(blind, cases, outcomes, right):
            return blind
    error = outcomes[list(right).index(False)].error
    return None if error is None else explain(error)


def _same_outcomes(outcomes, theirs):
    """Compare numbers with numbers; an exception only has to be one, unless all are."""
    pairs = list(zip(outcomes, theirs, strict=True))
    if all(outcome.error is not None for outcome in outcomes):
        return all(_same_exception(mine.error, other.error) for mine, other in pairs)
    return all(_agree(*pair) for pair in pairs)


def _same_exception(mine, other):
    try:
        return type(mine) is type(other) and str(mine) == str(other)
    except Exception:
        return False


def _agree(outcome, theirs):
    if outcome.numbers is None or theirs.numbers is None:
        return outcome.error is not None and theirs.error is not None
    return same_numbers(outcome.numbers, theirs.numbers, equal_nan=True)


def _forgot(blind, cases, outcomes, right):
    """Whether all cases of another kind are right, and enough of this kind are wrong."""
    is_one = [blind.is_case(*case) for case in cases]
    others = [ok for ok, one in zip(right, is_one, strict=True) if not one]
    if not others or not all(others):
        return False
    of_kind = [pair for *pair, one in zip(outcomes, right, is_one, strict=True) if one]
    wrong = [outcome for outcome, ok in of_kind if not ok]
    if len(wrong) < len(of_kind) * (1 if blind.every else 0.5):
        return False
    return blind.may_raise or all(outcome.error is None for outcome in wrong)
