"""SizeExplorer's contract: its traits, its errors, its words, its form without a kernel."""

import html
import itertools
import json
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from traitlets import TraitError

from cnnlab import output_size
from cnnlab.widgets import SizeExplorer
from cnnlab.widgets.size_explorer.numbers import (
    formula,
    lay_out,
    never_read,
    reads,
    sentence,
    verdict,
)

pytestmark = pytest.mark.any_cpu


@pytest.fixture
def explorer():
    return SizeExplorer(7, 3, stride=2, padding=1)


def settings():
    """Every small axis on which a window fits."""
    for size, kernel, stride, dilation in itertools.product(
        range(1, 10), range(1, 5), range(1, 6), range(1, 4)
    ):
        for padding in (0, 2, (0, 1), (3, 0), "same", "full"):
            options = {"stride": stride, "padding": padding, "dilation": dilation}
            try:
                output_size(size, kernel, **options)
            except ValueError:
                continue
            yield size, kernel, options


def test_every_setting_against_marking_cells_and_against_the_package():
    explorer, seen, faults = SizeExplorer(), 0, 0  # one for all: a new one takes far longer
    for size, kernel, options in settings():
        with explorer.hold_trait_notifications():
            wanted = {"size": size, "kernel_size": kernel, "exact": False, "position": 0} | options
            for name, value in wanted.items():
                setattr(explorer, name, value)
        assert explorer.output == output_size(size, kernel, **options) == len(explorer.windows)
        assert set(np.diff(explorer.windows)) <= {options["stride"]}
        marked = np.zeros(size, bool)
        for start in explorer.windows:
            for cell in range(start, start + kernel * options["dilation"], options["dilation"]):
                if 0 <= cell < size:
                    marked[cell] = True
        assert explorer.uncovered == np.flatnonzero(~marked).tolist()
        seen += bool(explorer.uncovered)
        explorer.exact = True
        if explorer.output is not None:
            assert explorer.output == output_size(size, kernel, exact=True, **options)
            continue
        with pytest.raises(ValueError, match="fit") as caught:
            output_size(size, kernel, exact=True, **options)
        faults += 1
        if faults % 20 == 0:  # drawing takes longest
            assert html.escape(f"Error: {caught.value}.") in explorer.picture()
        assert explorer.sentence().endswith("there is no output.")
    assert seen > 300
    assert faults > 300


def test_windows_begin_in_the_padding(explorer):
    assert explorer.windows == [-1, 1, 3, 5]


@pytest.mark.parametrize(
    ("axis", "exact", "text"),
    [
        ((7, 3, 2, 1, 1), False, "floor((7 + 2·1 − 3)/2) + 1 = 4"),
        ((224, 11, 4, 0, 1), False, "floor((224 − 11)/4) + 1 = 54"),
        ((224, 11, 4, 0, 1), True, "(224 − 11)/4 + 1 = 54.25"),
        ((227, 11, 4, 0, 1), True, "(227 − 11)/4 + 1 = 55"),
        ((224, 11, 4, (1, 2), 1), True, "(224 + 1 + 2 − 11)/4 + 1 = 55"),
        ((14, 3, 3, 0, 1), True, "(14 − 3)/3 + 1 = 4 + 2/3"),
        ((9, 3, 1, 0, 2), False, "floor((9 − 5)/1) + 1 = 5"),
    ],
)
def test_formula(axis, exact, text):
    assert formula(lay_out(*axis), exact) == text


@pytest.mark.parametrize(
    ("axis", "text"),
    [
        ((227, 11, 4, 0, 1), "Nothing is left over: .* ends. Every cell is read."),
        ((224, 11, 4, 0, 1), "1 cell is left over at the end. The last cell is never read."),
        (
            (13, 3, 4, 0, 1),
            "2 cells are left over at the end. Cells 3, 7, 11 and 12 are never read.",
        ),
        ((8, 3, 2, (0, 1), 1), "Nothing is left over: .* Every cell is read."),
        ((9, 3, 2, (0, 1), 1), "1 cell is left over at the end; it is padding. Every cell is read"),
        ((8, 3, 4, (0, 2), 1), "3 cells .*; 2 of them are padding. Cells 3 and 7 are never"),
        (
            (7, 3, 4, (0, 2), 1),
            "2 cells are left over at the end; all are padding. Cell 3 is never",
        ),
        ((13, 2, 6, (0, 4), 1), "3 cells .* all are padding. Cells 2 to 5 and 8 to 11 are never"),
        ((1, 1, 2, 1, 1), "Nothing is left over: .* No cell is ever read."),
        ((30, 1, 2, 0, 1), r"15 cells \(1, 3, 5, … 29\) are never read."),
    ],
)
def test_verdict(axis, text):
    assert re.search(text, verdict(lay_out(*axis), exact=False))


@pytest.mark.parametrize(
    ("axis", "position", "text"),
    [
        ((7, 3, 2, 1, 1), 0, "cells 0 and 1 plus 1 cell of padding"),
        ((7, 3, 2, 1, 1), 1, "cells 1 to 3"),
        ((9, 3, 1, 0, 3), 2, "cells 2, 5 and 8"),
        ((20, 6, 1, 0, 2), 1, "6 cells from 1 to 11 in steps of 2"),
        ((3, 1, 1, 2, 1), 0, "1 cell of padding"),
        ((3, 2, 1, 3, 1), 0, "2 cells of padding"),
        ((3, 1, 1, 2, 1), 2, "cell 0"),
    ],
)
def test_reads(axis, position, text):
    assert reads(lay_out(*axis), position) == text


def test_sentence_of_the_puzzle():
    axis = lay_out(224, 11, 4, 1, 1)
    assert never_read(axis) == "the last 2 cells are never read"
    assert sentence(axis, 2, exact=False) == (
        "Window 3 of 54 reads cells 7 to 17 for output[2]; the last 2 cells are never read."
    )


def test_position_is_pulled_back_when_windows_get_fewer(explorer):
    explorer.position = 3
    explorer.stride = 5
    assert explorer.position == 1


def test_of_traits_set_together_none_is_blamed_for_another():
    with pytest.raises(TraitError, match=r"^padding must be an integer of at least 0; got -1"):
        SizeExplorer(7, padding=-1)


def test_integers_of_any_kind_become_plain(explorer):
    explorer.size = np.int64(9)
    explorer.padding = [np.int64(1), 2]
    assert type(explorer.size) is int
    assert explorer.padding == (1, 2)
    json.dumps(explorer.state())


@pytest.mark.parametrize(
    ("trait", "value", "message"),
    [
        ("size", 0, "size can't be 0: size must be an integer of at least 1; got 0"),
        ("size", 257, "size must be an integer of at most 256; got 257"),
        ("size", "7", "size must be an integer of at least 1; got '7'"),
        ("size", True, "size must be an integer"),
        ("size", 7.5, "size must be an integer"),
        ("kernel_size", 10, "covers 10 cells, but size 7 .* has only 9; use a kernel of at most 9"),
        ("kernel_size", None, "kernel_size must be an integer"),
        ("stride", 0, "stride must be an integer of at least 1; got 0"),
        ("dilation", 5, "dilation 5 covers 11 cells"),
        ("dilation", -1, "dilation must be an integer of at least 1"),
        ("padding", -1, "padding must be an integer of at least 0; got -1"),
        ("padding", (1, 2, 3), "int or \\(before, after\\)"),
        ("padding", (1, 999), "padding must be an integer of at most 256; got 999"),
        ("padding", "sme", "did you mean 'same'"),
        ("exact", "error", "exact"),
        (
            "position",
            4,
            "a whole number from 0 to 3, the last of 4 windows; got 4",
        ),
        ("position", -1, "position must be a whole number from 0 to 3"),
        ("speed", 10, "speed"),
        ("controls", ["zoom"], "controls"),
    ],
)
def test_bad_value_is_refused_and_the_last_good_state_stays(explorer, trait, value, message):
    before = explorer.static_html()
    with pytest.raises(TraitError, match=message):
        setattr(explorer, trait, value)
    assert explorer.static_html() == before


def test_an_axis_too_long_to_draw():
    with pytest.raises(TraitError, match="would have 1224 cells, padding included; at most 1024"):
        SizeExplorer(200, 129, dilation=4, padding="full")


def test_unknown_trait_is_named():
    with pytest.raises(TypeError, match="no trait 'strides'; it has controls, dilation"):
        SizeExplorer(7, 3, strides=2)


def test_two_traits_that_need_each_other(explorer):
    with pytest.raises(TraitError):
        explorer.kernel_size = 11
    with explorer.hold_trait_notifications():
        explorer.kernel_size = 11
        explorer.size = 224
    assert explorer.output == 108


def test_static_form_holds_every_trait_and_no_more(explorer):
    found = re.search(r'data-traits="([^"]*)"', explorer.static_html())[1]
    assert json.loads(html.unescape(found)) == {
        "controls": ["size", "kernel_size", "stride", "padding", "dilation", "exact", "presets"],
        "dilation": 1,
        "exact": False,
        "kernel_size": 3,
        "padding": 1,
        "playing": False,
        "position": 0,
        "size": 7,
        "speed": 2,
        "stride": 2,
    }


def test_bundle_has_all_three_lives_and_equal_ones_are_stored_alike():
    one, two = (SizeExplorer(224, 11, stride=4) for _ in range(2))
    data, _ = one._repr_mimebundle_()
    assert set(data) == {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"}
    assert data["text/plain"] == repr(two)
    assert data["text/html"] == two.static_html()


def drawn(explorer):
    """What stands in the picture, and the cells of its rows."""
    picture = ET.fromstring(explorer.picture())
    rows = [[cell.text or "" for cell in row.iter("td")] for row in picture.iter("tr")]
    return list(picture.itertext()), rows


def test_picture_is_of_tables_with_words(explorer):
    words, rows = drawn(explorer)
    assert explorer.sentence() in words[-1]
    assert explorer.formula() in words[-1]
    assert {"Input 7, padded to 9", "Output 4"} <= set(words)
    read = list(ET.fromstring(explorer.picture()).iter("b"))
    assert [cell.text for cell in read] == ["0", "1"]
    assert rows[0][-2:] == ["6", ""]
    assert [[text for text in row if text] for row in rows[2:]] == [["0", "2"], ["1", "3"]]


def test_picture_of_a_long_axis_is_the_part_around_its_window():
    explorer = SizeExplorer(224, 11, stride=4, position=53)
    words, rows = drawn(explorer)
    assert "Input 224, from cell 202 to 223" in words
    assert "Output 54" in words
    assert rows[0][-1] == "×"
    numbers = [text for row in rows[2:] for text in row]
    assert "53" in numbers
    assert "47" not in numbers  # its last cell is 198


def test_picture_of_an_error_has_no_output():
    explorer = SizeExplorer(224, 11, stride=4, exact=True)
    words, _ = drawn(explorer)
    assert "No output" in words
    assert "Error: size 224 leaves 1 cell over with kernel_size 11, stride 4" in words[-1]
    assert "sizes 223 and 227 fit." in words[-1]


def test_crosses_mark_just_the_uncovered_cells():
    for stride in (2, 4):
        explorer = SizeExplorer(13, 3, stride=stride)
        _, rows = drawn(explorer)
        assert rows[0].count("×") == len(explorer.uncovered)
