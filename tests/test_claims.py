"""Each claim recomputes to what is stored, and a wrong one is noticed."""

import copy
import dataclasses
import json

import numpy as np
import pytest

from cnnlab import claims
from cnnlab.claims.registry import CHECKS, checks

ALL = claims.load()
CHECKABLE = [claim for claim in ALL if claim.verdict != "NOT CHECKABLE"]
FIELDS = [field.name for field in dataclasses.fields(claims.Claim)]
SOURCES = {"rosebrock2017", "aggarwal2018", "opencvuniversity"}
SECTIONS = {
    "an-image-is-an-array",
    "one-window-by-hand",
    "slide-it",
    "three-ways-to-write-it",
    "how-big-is-the-output",
    "flip-or-not",
    "seven-kernels-on-a-photograph",
    "reading-a-kernel",
    "odd-even-oblong",
}


def by_id(claim):
    """Name a test after its claim."""
    return claim.id


def each_change(value):
    """Give the value with one leaf changed, for every leaf."""
    if isinstance(value, (dict, list)):
        for key in value if isinstance(value, dict) else range(len(value)):
            for leaf in each_change(value[key]):
                changed = copy.copy(value)
                changed[key] = leaf
                yield changed
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, (int, float)):
        yield value + 1e-6 * max(abs(value), 1)
    else:
        yield value + "?"


@pytest.mark.parametrize("claim", CHECKABLE, ids=by_id)
def test_recomputes_to_the_stored_value(claim):
    value = claims.recompute(claim.id)
    assert claims.same(value, claim.computed), f"stored {claim.computed}, computed {value}"


@pytest.mark.parametrize("claim", CHECKABLE, ids=by_id)
def test_any_changed_value_is_noticed(claim):
    value = claims.recompute(claim.id)
    changes = list(each_change(claim.computed))
    assert changes
    for changed in changes:
        assert not claims.same(value, changed)


@pytest.mark.parametrize("claim", CHECKABLE, ids=by_id)
def test_recomputed_values_are_json(claim):
    value = claims.recompute(claim.id)
    assert claims.same(json.loads(json.dumps(value)), value)


@pytest.mark.parametrize("claim", ALL, ids=by_id)
def test_fields(claim):
    assert claim.verdict in claims.VERDICTS
    assert claim.source in SOURCES
    assert claim.where
    assert claim.claim.endswith(".")
    assert claim.inputs
    assert claim.stated
    assert not claim.note or claim.note.endswith((".", ")"))
    notebook, section = claim.shown.split("#")
    assert notebook == "notebooks/01_sliding_window"
    assert section in SECTIONS


@pytest.mark.parametrize("claim", ALL, ids=by_id)
def test_what_is_not_right_says_why(claim):
    if claim.verdict != "OK":
        assert claim.note


@pytest.mark.parametrize("claim", ALL, ids=by_id)
def test_not_checkable_is_what_has_no_value(claim):
    assert (claim.computed is None) == (claim.verdict == "NOT CHECKABLE")


def test_verdicts_agree_with_the_numbers():
    numbers = [
        claim
        for claim in CHECKABLE
        if isinstance(claim.stated, (int, float)) and isinstance(claim.computed, (int, float))
    ]
    assert [claim.id for claim in numbers] == ["A-8.2-fig-16", "A-8.2-fig-26", "L-sobel-2"]
    for claim in numbers:
        assert (claim.verdict == "OK") == claims.same(claim.stated, claim.computed)


def test_stored_entries_have_all_fields_and_no_others():
    from importlib import resources

    text = resources.files("cnnlab.claims").joinpath("claims.json").read_text(encoding="utf-8")
    for entry in json.loads(text):
        assert list(entry) == FIELDS


def test_ids_are_unique():
    assert len({claim.id for claim in ALL}) == len(ALL) == 30


def test_each_checkable_claim_has_a_function_and_each_function_a_claim():
    assert set(CHECKS) == {claim.id for claim in CHECKABLE}


def test_functions_do_not_return_what_is_stored(monkeypatch):
    monkeypatch.setattr(claims, "load", lambda: [dataclasses.replace(c, computed=0) for c in ALL])
    for claim in CHECKABLE:
        assert claims.same(claims.recompute(claim.id), claim.computed)


def test_a_wrong_operation_is_noticed(monkeypatch):
    from cnnlab.claims import chapter01

    monkeypatch.setattr(chapter01, "cross_correlate2d", chapter01.convolve2d)
    broken = {c.id for c in CHECKABLE if not claims.same(claims.recompute(c.id), c.computed)}
    assert {"R-11.1-def", "R-eq11.1", "R-eq11.2", "A-8.2-fig-16", "L-sobel-2"} <= broken


def test_a_claim_has_one_function():
    with pytest.raises(
        ValueError, match=r"claim_id 'R-eq11\.4' is taken by box_blur_of_the_region"
    ):
        checks("R-eq11.4")(lambda: 132)
    assert CHECKS["R-eq11.4"].__name__ == "box_blur_of_the_region"


def test_claims_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        ALL[0].verdict = "OK"


def test_load_gives_a_new_list():
    claims.load().clear()
    assert claims.load()


def test_get():
    assert claims.get("R-eq11.4").stated == 132


@pytest.mark.parametrize("find", [claims.get, claims.recompute])
def test_unknown_id(find):
    with pytest.raises(
        ValueError, match=r"claim_id must be the id of a claim; got 'R-eq11\.44'; did"
    ):
        find("R-eq11.44")


def test_not_checkable():
    with pytest.raises(ValueError, match=r"claim_id 'R-fig11\.1' is not checkable: .*digits hide"):
        claims.recompute("R-fig11.1")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (1, 1.0),
        (1.0, 1.0 + 1e-12),
        ([1, "a", None, True], [1, "a", None, True]),
        ({"a": [1, 2], "b": {}}, {"b": {}, "a": [1, 2]}),
        (0, 0.0),
    ],
)
def test_same(a, b):
    assert claims.same(a, b)
    assert claims.same(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (True, 1),
        (False, 0),
        (1, "1"),
        (1.0, 1.0 + 1e-8),
        (0, 1e-12),
        ([1, 2], [2, 1]),
        ([1, 2], [1, 2, 3]),
        ([], {}),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": 1}, {"b": 1}),
        (None, False),
        (float("nan"), float("nan")),
        ("a", "b"),
    ],
)
def test_not_the_same(a, b):
    assert not claims.same(a, b)
    assert not claims.same(b, a)


def test_numpy_values_become_plain(monkeypatch):
    made = {"a": np.float64(1.5), "b": (np.int8(2), np.bool_(True)), "c": np.eye(2)}
    monkeypatch.setitem(CHECKS, "R-eq11.4", lambda: made)
    value = claims.recompute("R-eq11.4")
    assert value == {"a": 1.5, "b": [2, True], "c": [[1.0, 0.0], [0.0, 1.0]]}
    assert [type(entry) for entry in (value["a"], *value["b"])] == [float, int, bool]
