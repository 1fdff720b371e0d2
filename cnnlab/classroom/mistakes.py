"""Read in graded notebooks which mistakes the book's check found."""

import re
from collections.abc import Mapping
from typing import Any

from cnnlab.exercises import _bank
from cnnlab.exercises._checks import explaining
from cnnlab.exercises._outline import common_sentences

STATES = {  # of a report that names no mistake
    "waiting": "not attempted",
    "stopped": "stopped",
    "raised": "an exception",
    "failed": "another mistake",
}
SYNTAX = "syntax error"
BESIDES = {"type", "changes its input", "not a function"}  # mistakes that the check says itself
SAID = {
    "not attempted": "The starting lines stand there as they were.",
    "stopped": "It did not end in its time.",
    SYNTAX: "Python could not read the cell with the answer, so nothing of it ran.",
}
FAILED = re.compile(r"(E\d+\.\d+) · (.+)")


def read_mistakes(notebook: Mapping[str, Any]) -> dict[str, str]:
    """Read which mistakes the book's check found in a graded notebook.

    Returns
    -------
    dict of str to str
        The mistake's name by the exercise's number; an exercise that is right is not in it.
    """
    found, errors = {}, {}
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id") or ""
        for output in cell.get("outputs", []):
            if output["output_type"] == "error":
                errors[name] = output["ename"]
        for output in cell.get("outputs", []) if name.endswith("-hidden") else []:
            if output["output_type"] == "error":
                number = name.removesuffix("-hidden").replace("-", ".")
                said = FAILED.fullmatch(output["evalue"])
                answer = errors.get(name.removesuffix("hidden") + "answer", "")
                mistake = _known(number, said[2]) if said and said[1] == number else "raised"
                if "CellTimeoutError" in (answer, output["ename"]):
                    mistake = "stopped"
                if answer in ("SyntaxError", "IndentationError", "TabError"):
                    mistake = SYNTAX
                found[number] = STATES.get(mistake, mistake)
    return found


def _known(number: str, mistake: str) -> str:
    """Return a mistake's name if the check knows it: a student's code could say anything."""
    try:
        exercise = _bank.find(number)
    except ValueError:  # a teacher's own
        return "failed"
    raised = {name for name, *_ in explaining._explanations()}
    known = {*exercise.wrong, *common_sentences(), *raised, *STATES, *BESIDES}
    return mistake if mistake in known else "failed"


def sentence(number: str, mistake: str) -> str:
    """Return what the check says of a mistake in an exercise; empty where the answer decides it."""
    said = (common_sentences() | SAID | _bank.find(number).sentences).get(mistake, "")
    return "" if "{" in said else said
