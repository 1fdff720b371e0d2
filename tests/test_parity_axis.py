"""One axis of a sliding window, in numbers and in words: one set of cases, evaluated by both."""

import node
import numpy as np
import pytest

from cnnlab import output_size
from cnnlab.widgets.size_explorer.numbers import formula, lay_out, sentence, verdict

pytestmark = pytest.mark.any_cpu

CASES = 1000


def draw_case(rng):
    """One random axis; now and then one on which no window fits, or one that is too long."""
    kind = rng.integers(6)
    padding = int(rng.integers(0, 9))
    if kind == 1:
        padding = rng.integers(0, 9, 2).tolist()
    if kind > 2:
        padding = ["valid", "same", "full"][kind - 3]
    high = int(rng.choice([6, 20, 60]))
    return {
        "size": int(rng.integers(1, rng.choice([8, 40, 257]))),
        "kernel_size": int(rng.integers(1, high)),
        "stride": int(rng.integers(1, rng.choice([3, 8, 30]))),
        "padding": padding,
        "dilation": int(rng.choice([1, 1, 1, 2, 3, 7, 90])),
    }


def expected(case, position):
    """What Python says of one axis: what the page must say too."""
    try:
        axis = lay_out(**case)
    except ValueError as error:
        return {"refused": str(error)}
    position %= axis.count
    rough = {name: value for name, value in case.items() if name != "size"}
    count = output_size(case["size"], **rough)
    fault = None
    try:
        output_size(case["size"], **rough, exact=True)
    except ValueError as error:
        fault = str(error)
    return {
        "count": count,
        "starts": [k * case["stride"] - axis.padding[0] for k in range(count)],
        "cells": axis.cells(position),
        "uncovered": axis.uncovered,
        "unread": axis.unread,
        "fault": fault,
        "division": division(axis),
        "words": [
            [formula(axis, exact), verdict(axis, exact), sentence(axis, position, exact)]
            for exact in (False, True)
        ],
    }


def division(axis):
    """The line of the page that shows the remainder."""
    divided = f"{axis.padded - axis.span} = {axis.count - 1}·{axis.stride} + {axis.remainder}"
    return f"{divided}: the remainder is {axis.remainder}."


COMPUTE = """(cases) => cases.map(([settings, position]) => {
    let axis;
    try { axis = tested.layOut(settings); }
    catch (error) {
      if (error instanceof RangeError) return { refused: error.message };
      throw error;
    }
    const place = position % axis.count;
    return {
      count: axis.count, starts: axis.starts, cells: tested.cells(axis, place),
      uncovered: axis.uncovered, unread: axis.unread,
      fault: axis.fault, division: tested.division(axis),
      words: [false, true].map((exact) => [
        tested.formula(axis, exact), tested.verdict(axis, exact),
        tested.sentence(axis, place, exact),
      ]),
    };
})"""


@pytest.fixture(scope="module")
def evaluate():
    with node.importing("size_explorer/numbers.js", "_shared/windows.js") as evaluate:
        yield evaluate


def test_the_page_computes_and_says_what_python_does(evaluate):
    rng = np.random.default_rng(224)
    cases = [(draw_case(rng), int(rng.integers(1000))) for _ in range(CASES)]
    found = evaluate(COMPUTE, cases)
    wanted = [expected(*case) for case in cases]
    for case, mine, theirs in zip(cases, found, wanted, strict=True):
        assert mine == theirs, case
    fitted = [one for one in wanted if "refused" not in one]
    refused = [one["refused"] for one in wanted if "refused" in one]
    assert len(fitted) >= 600
    assert sum(one["fault"] is not None for one in fitted) >= 150
    assert sum(bool(one["uncovered"]) for one in fitted) >= 150
    for why in ("use a kernel of at most", "at most 1024 can be drawn"):
        assert sum(why in one for one in refused) >= 10, why
