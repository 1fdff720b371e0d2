"""Every exercise of every chapter: what passes, what is refused, and under which name.

A new chapter needs no change here, but ``exercises/chNN_programs.py`` beside this file.
"""

import dataclasses
import functools
import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest

from cnnlab.exercises._bank import chapters, load
from cnnlab.exercises._checks import isolation
from cnnlab.exercises._checks.judging import judge
from cnnlab.exercises._checks.recognising import is_right
from cnnlab.exercises._exercise import Kind, Sign, has_bytes, has_fractions, is_large
from cnnlab.exercises._outline import common_sentences
from cnnlab.exercises._slips import KINDS, SLIPS

EXERCISES = {number: e for chapter in chapters() for number, e in load(chapter)[0].items()}
# The scope keeps all tests of an exercise together: they share what it has computed.
every = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES, scope="module")


@pytest.fixture(scope="module", autouse=True)
def libraries_left_alone():
    """Look through no library for what an answer changed: none here does, and it takes long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(isolation, "_LIBRARIES", ())
        yield


@functools.cache
def programs(chapter):
    path = Path(__file__).parent / "exercises" / f"ch{chapter:02}_programs.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def of_exercise(exercise, table):
    """Return what a table of programs holds for an exercise, as (name, text, program)."""
    module = programs(int(exercise.number[1:].split(".")[0]))
    lines = getattr(module, table).get(exercise.number, "").strip("\n").splitlines()
    named = [line.split(": ", 1) if table == "WRONG" else ("", line) for line in lines]
    return [(name, text, compiled(exercise, text, module)) for name, text in named]


def compiled(exercise, text, module):
    """Make a program of its line: what stands behind `return`, or a name, perhaps with changes."""
    start, *changes = text.split(" | ") if text.split(" | ")[0] in vars(module) else [text]
    program = vars(module).get(start, start)
    for change in changes:
        old, new = change.replace("\\n", "\n").split(" →")
        new = new.removeprefix(" ")
        assert old in program, f"{old!r} is not in it: {text}"
        program = program.replace(old, new)
    if not isinstance(program, str):
        return program
    names = dict(vars(module))
    if exercise.is_array:
        return eval(program, names)
    if program == start:
        setup = getattr(module, "SETUP", {}).get(exercise.number, "")
        head = f"def {exercise.name}({', '.join(exercise.parameters)}):\n{setup}"
        program = f"{head}    return {program}\n"
    exec(program, names)
    return names[exercise.name]


# The solution, and other programs


@every
def test_the_solution_passes(exercise):
    report = judge(exercise, exercise.right)
    assert report.passed, report
    cases = "1 case" if len(exercise.ordered) == 1 else f"{len(exercise.ordered)} cases"
    assert repr(report).endswith(f"{cases}: {exercise.text.covers}\n{exercise.text.shows}")


@every
def test_the_solution_that_the_book_shows_passes(exercise):
    names = dict(vars(exercise.module))
    exec(exercise.source, names)
    assert judge(exercise, names[exercise.name]).passed
    assert len(exercise.source.splitlines()) <= 12


@every
def test_quite_different_right_programs_pass(exercise):
    right = of_exercise(exercise, "RIGHT")
    assert right, f"chNN_programs.py holds no right program of {exercise.number}"
    for _, text, program in right:
        report = judge(exercise, program)
        assert report.passed, f"{text}\n{report}"


# Wrong answers


@pytest.mark.any_cpu
@every
def test_each_wrong_answer_is_refused_by_its_own_name(exercise):
    answers = [(name, function) for name, function, _ in exercise.made]
    answers += [(name, forgetting(exercise, kind)) for name, kind in exercise.entries(Kind)]
    answers += [(n, example) for n, sign in exercise.entries(Sign) for example in sign.examples]
    assert {name for name, _ in answers} == set(exercise.wrong)
    for name, answer in answers:
        report = judge(exercise, answer)
        assert report.mistake == name, report
        sentence = re.sub(r"\\{\w+\\}", ".+", re.escape(exercise.sentences[name]))
        assert re.fullmatch(sentence, report.body[0])


def forgetting(exercise, kind):
    """Make an answer that is wrong on one kind of case, and right on all others."""

    def answer(*case):
        named = dict(zip(exercise.parameters, case, strict=True))
        right = exercise.recalled(*case)
        return each(lambda part: np.asarray(part) * 3 + 1)(right) if kind.test(named) else right

    return answer


@pytest.mark.any_cpu
@every
def test_wrong_programs_are_refused_by_name(exercise):
    for name, text, program in of_exercise(exercise, "WRONG"):
        report = judge(exercise, program)
        assert not report.passed, text
        assert (report.mistake or "none") == name, f"{text}\n{report}"


@pytest.mark.any_cpu
@every
def test_no_two_names_share_a_sentence(exercise):
    sentences = [*exercise.sentences.values()]
    assert len(set(sentences)) == len(sentences)
    for sentence in sentences:
        assert re.fullmatch(r"[A-Z`].*[.)?]", sentence), sentence
    assert len(set(common_sentences().values())) == len(common_sentences())


# The battery: what must pass


def each(change):
    """Apply a change to a result, or to each array of several."""

    def changed(result):
        several = isinstance(result, tuple) and any(np.ndim(part) for part in result)
        return tuple(map(change, result)) if several else change(result)

    return changed


FORMS = {
    "lists": each(lambda result: np.asarray(result).tolist()),
    "float32": each(lambda result: np.asarray(result).astype(np.float32)),
    "Fortran order": each(lambda result: np.array(result, order="F")),
    "an array": each(np.array),
}


class Callable:
    def __init__(self, function):
        self.function = function

    def __call__(self, *case):
        return self.function(*case)

    method = __call__


def recursive(right):
    def answer(*case, depth=3):
        return answer(*case, depth=depth - 1) if depth else right(*case)

    return answer


WRAPPINGS = {
    "lambda": lambda right: lambda *case: right(*case),
    "partial": lambda right: functools.partial(right),
    "method": lambda right: Callable(right).method,
    "object": Callable,
    "recursion": recursive,
    "defaults": lambda right: lambda *case, more=1, **options: right(*case),
}


@pytest.mark.any_cpu
@every
def test_a_right_answer_passes_in_any_form(exercise):
    for name, form in FORMS.items():
        if exercise.is_array:
            answer = form(exercise.right)
        else:
            answer = lambda *case, form=form: form(exercise.recalled(*case))  # noqa: E731
        report = judge(exercise, answer)
        other = exercise.dtype is not None and name in ("lists", "float32")
        assert report.mistake == ("type" if other else None), f"{name}\n{report}"
    for name, wrap in WRAPPINGS.items() if not exercise.is_array else ():
        assert judge(exercise, wrap(exercise.recalled)).passed, name


# The battery: what must be refused


@pytest.mark.any_cpu
@every
def test_slips_are_refused_and_can_show(exercise):
    shown, made = set(), [entry.make for entries in SLIPS.values() for entry in entries]
    for make, (name, answer, outcomes) in zip(made, exercise.outcomes_of(SLIPS), strict=True):
        if exercise.is_array and make.__qualname__.startswith("given"):
            continue
        if not all(map(is_right, [exercise] * len(outcomes), outcomes, exercise.expected)):
            shown.add(name)
            report = judge(exercise, answer)
            assert report.mistake, f"“{name}” is refused, but has no name:\n{report}"
    for name in SLIPS:
        if name != "nearly right" or has_long_fractions(exercise):
            needs_case(exercise, name, name in shown)


@pytest.mark.any_cpu
@every
def test_what_loses_signs_or_order_is_not_taken_for_a_forgotten_shape_or_type(exercise):
    forgotten = {name for name, _ in exercise.entries(Kind)} | KINDS.keys()
    for change in map(each, (lambda part: np.maximum(part, 0), np.abs, np.flip)):
        if not exercise.is_array:
            report = judge(exercise, lambda *case, change=change: change(exercise.recalled(*case)))
            assert report.mistake not in forgotten, report


def has_long_fractions(exercise):
    """Whether rounding to two places changes what is expected: it does not in a count, say."""
    results = [part for outcome in exercise.expected for part in outcome.numbers]
    return any((abs(result - np.round(result, 2)) > 1e-6).any() for result in results)


def needs_case(exercise, name, shows):
    """Ask for a case in which something shows, unless the exercise says why there is none."""
    if name in exercise.exempt:
        assert not shows, f"“{name}” shows in these cases: it needs no exemption"
    else:
        assert shows, f"no case shows “{name}”: add one, or exempt it, with the reason"


SPOILT = {
    "no return": lambda right: lambda *case: None,
    "printed": lambda right: lambda *case: print(right(*case)),
    "a generator expression": lambda right: lambda *case: (part for part in [right(*case)]),
    "a generator: use `return`, not `yield`": lambda right: generator(right),
    "changed its argument": lambda right: meddling(right),
}


def generator(right):
    def answer(*case):
        yield right(*case)

    return answer


def meddling(right):
    def answer(*case):
        result = right(*case)
        for argument in case:
            if isinstance(argument, list):
                argument.append(0)
            elif isinstance(argument, np.ndarray):
                argument[...] = 1 - argument
        return each(np.array)(result)

    return answer


@pytest.mark.any_cpu
@every
def test_what_is_no_result_is_told_as_what_it_is(exercise):
    changeable = any(isinstance(a, (np.ndarray, list)) for case in exercise.cases for a in case)
    for words, spoil in SPOILT.items() if not exercise.is_array else ():
        if words == "changed its argument" and not changeable:
            continue
        report = judge(exercise, spoil(exercise.recalled))
        assert report.state == "failed", report
        assert words == report.mistake or words in repr(report), report


# The cases


KINDS_OF_CASE = {
    "fractions": has_fractions,
    "large numbers": is_large,
    "bytes": has_bytes,
    "negative numbers": lambda case: any((a < 0).any() for a in arrays(case)),
    "oblong": lambda case: any(a.ndim > 1 and a.shape[-1] != a.shape[-2] for a in arrays(case)),
    "a single cell": lambda case: any(a.size == 1 for a in arrays(case)),
}


def arrays(case):
    return [argument for argument in case if isinstance(argument, np.ndarray)]


@pytest.mark.any_cpu
@every
def test_the_cases_are_of_all_kinds(exercise):
    if not any(map(arrays, exercise.cases)) or exercise.is_array:
        return
    for name, test in KINDS_OF_CASE.items():
        needs_case(exercise, name, any(map(test, exercise.cases)))


@pytest.mark.any_cpu
@every
def test_exemptions_have_a_reason_and_a_name_that_exists(exercise):
    assert exercise.exempt.keys() <= SLIPS.keys() | KINDS_OF_CASE.keys()
    assert all(exercise.exempt.values())


# The battery itself


@pytest.mark.any_cpu
@pytest.mark.parametrize(
    ("held", "test", "words"),
    [
        (lambda case: not has_fractions(case), "slips", "no case shows “fractions cut off”"),
        (lambda case: not is_large(case), "slips", "no case shows “16 bits”"),
        (lambda case: not has_bytes(case), "kinds", "no case shows “bytes”"),
        (lambda case: case[0].size > 1, "kinds", "no case shows “a single cell”"),
    ],
)
def test_a_gap_in_the_cases_is_an_error(held, test, words):
    exercise = EXERCISES["E1.3"]
    fewer = dataclasses.replace(exercise, cases=list(filter(held, exercise.cases)))
    battery = {
        "slips": test_slips_are_refused_and_can_show,
        "kinds": test_the_cases_are_of_all_kinds,
    }
    with pytest.raises(AssertionError, match=words):
        battery[test](fewer)


@pytest.mark.any_cpu
def test_an_exemption_that_is_not_needed_is_an_error():
    exercise = dataclasses.replace(EXERCISES["E1.3"], exempt={"transposed": "no reason"})
    with pytest.raises(AssertionError, match="“transposed” shows in these cases"):
        test_slips_are_refused_and_can_show(exercise)
