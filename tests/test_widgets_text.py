"""Numbers as the widgets print them, and as their fields read them."""

import math

import node
import numpy as np
import pytest

from cnnlab.widgets._shared.text import (
    entry,
    equals,
    factor,
    format_number,
    read_number,
    short,
    weight,
)

pytestmark = pytest.mark.any_cpu


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (7, "7"),
        (-3, "−3"),
        (1020, "1020"),
        (1 / 9, "0.1111"),
        (-1 / 9, "−0.1111"),
        (1190 / 9, "132.22"),
        (0.5, "0.5"),
        (1.005, "1"),  # just below the tie in binary
        (0.125, "0.125"),
        (2.125, "2.13"),  # a tie goes away from zero
        (-2.125, "−2.13"),
        (0.99999, "1"),
        (0.00001, "1e−5"),
        (-0.000096, "−0.0001"),
        (0.000049, "5e−5"),
        (0.0000096, "1e−5"),
        (np.float32(0.25), "0.25"),
    ],
)
def test_number(value, text):
    assert format_number(value) == text


def test_negative_factor_in_brackets():
    assert (factor(-0.5), factor(0.5)) == ("(−0.5)", "0.5")
    assert (factor(-1 / 9), factor(3 / 128), factor(3 / 128, weight)) == (
        "(−1/9)",
        "0.0234",
        "(3/128)",
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"),
        (-2, "−2"),
        (1 / 9, "1/9"),
        (2 / 81, "2/81"),
        (-1 / 49, "−.02"),
        (0.004, ".004"),
        (-1e-7, "−1e−7"),
        (0, "0"),
        (1e30, "1e30"),
    ],
)
def test_weight_in_a_corner(value, text):
    assert short(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2, "2"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.3"),
        (2.345, "2.345"),  # a short decimal is kept
        (-12.3456, "−12.35"),  # a long one is not
        (1 / 9, "1/9"),
        (-5 / 12, "−5/12"),
        (1 / 255, "1/255"),
        (5 / 13, "0.3846"),
        (22 / 7, "22/7"),
        (math.pi, "3.14"),
        (1e-5, "1e−5"),
        (1.23e-5, "1e−5"),
    ],
)
def test_entry(value, text):
    assert entry(value) == text


def test_a_sum_of_exact_entries_is_equal():
    assert equals([2], [9, 9], [1 / 9]) == "="
    assert equals([2], [9, 1 / 13], [1 / 9]) == "="
    assert equals([2], [9, 5 / 13], [1 / 9]) == "≈"
    assert equals([5 / 13]) == "≈"


@pytest.fixture(scope="module")
def evaluate():
    with node.importing("_shared/text.js") as evaluate:
        yield evaluate


def drawn_numbers():
    """Numbers of every size and kind, and all fractions with small parts."""
    rng = np.random.default_rng(9)
    powers = 10.0 ** rng.uniform(-300, 300, 1000) * rng.choice([-1, 1], 1000)
    fractions = [p / q for q in range(1, 60) for p in range(-40, 40)]
    parts = (rng.integers(1, 2000, 2000) / rng.integers(1, 1200, 2000)).tolist()
    rounded = rng.normal(0, 50, 1000).round(3).tolist()
    return [*powers.tolist(), *fractions, *parts, *rounded, *rng.normal(0, 1, 500).tolist(), 0.0]


def test_what_the_page_writes_its_fields_read(evaluate):
    """Every number, in each way of writing it, comes back: the same, or as near as its digits."""
    values = drawn_numbers()
    found = evaluate(
        """(values) => values.map((value) => [tested.format, tested.entry, tested.weight]
          .map((write) => write(value)).map((text) => [text, tested.parse(text)]))""",
        values,
    )
    exact = 0
    for value, ways in zip(values, found, strict=True):
        written = [format_number(value), entry(value), weight(value)]
        assert [text for text, _ in ways] == written
        for text, back in ways:
            assert back == read_number(text)
            assert back == pytest.approx(value, rel=0.51 if "e" in text else 0.005, abs=5e-5)
            exact += back == value
    assert exact > 10_000


def test_a_typed_fraction_stays_as_it_was_typed(evaluate):
    """Typed, kept, written back and typed again: 1/9 is 1/9, and the same number."""
    parts = [(p, q) for q in range(2, 13) for p in range(1, 30) if math.gcd(p, q) == 1]
    parts += [(1, q) for q in range(13, 1000)]
    typed = [f"{sign}{p}/{q}" for p, q in parts for sign in ("", "−")]
    found = evaluate(
        """(all) => all.map((text) => tested.parse(text))
          .map((value) => [value, tested.entry(value), tested.parse(tested.entry(value))])""",
        typed,
    )
    as_fractions = 0
    for text, (value, shown, again) in zip(typed, found, strict=True):
        assert value == again == read_number(text)
        assert shown == text or "/" not in shown  # 1/4 is 0.25
        as_fractions += shown == text
    assert as_fractions > 2000


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("−1e−5", -1e-5),
        ("1E-3", 1e-3),
        ("–2", -2),  # a phone's dash
        (" -1 / 3 ", -1 / 3),
        ("0,125", 0.125),
        ("0,5/2", 0.25),
        (".5", 0.5),
        ("5.", 5),
        ("+4", 4),
        ("1000,5", 1000.5),
    ],
)
def test_read(evaluate, typed, value):
    assert evaluate("(text) => tested.parse(text)", typed) == value


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "An empty cell is not a number"),
        (" ", "An empty cell is not a number"),
        ("1,000", "“1,000” may mean 1000 or 1.000: type the one that you mean"),
        ("-12,345", "“−12,345” may mean −12345 or −12.345: type the one that you mean"),
        ("1,000,000", "“1,000,000” has commas in it: type 1000000"),
        ("NaN", "“NaN” is no finite number"),
        ("-inf", "“−inf” is no finite number"),
        ("∞", "“∞” is no finite number"),
        ("1e999", "“1e999” is too large"),
        ("1/0", "“1/0” divides by 0"),
        ("0x10", "“0x10” is not a number"),
        ("1/2/3", "“1/2/3” is not a number"),
        ("1,2,3", "“1,2,3” is not a number"),
        ("1 000", "“1 000” is not a number"),
        ("--1", "“−−1” is not a number"),
        ("zwei", "“zwei” is not a number"),
    ],
)
def test_refusal(evaluate, typed, reason):
    assert evaluate("(text) => [tested.parse(text), tested.refusal(text)]", typed) == [
        "NaN",
        reason,
    ]
