"""Every setting of every widget takes the numbers that NumPy hands out, and refuses a half."""

import json
from typing import NamedTuple

import numpy as np
import pytest
from traitlets import TraitError
from widget_examples import WIDGETS, example

from cnnlab.widgets._shared.base import Grid

NONE = type(None)
KINDS = [np.int64, np.int16, np.float32, np.float64, np.array, float]


def map_numbers(value, make):
    """Replace every whole number in a value; a list, a tuple or a dict is gone through."""
    if isinstance(value, (list, tuple)):
        return type(value)(map_numbers(entry, make) for entry in value)
    if isinstance(value, dict):
        return {key: map_numbers(entry, make) for key, entry in value.items()}
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return make(value) if is_number else value


def leaves(value):
    """Yield whatever a list, a tuple or a dict holds in the end."""
    if isinstance(value, (list, tuple, dict)):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from leaves(entry)
    else:
        yield value


def takes(widget, name, value):
    """Say whether a trait takes a value; the widget is left as it was."""
    before = getattr(widget, name)
    try:
        setattr(widget, name, value)
    except (TraitError, TypeError, ValueError):
        return False
    setattr(widget, name, before)
    return True


def numbers_for(widget, name):
    """Return whole numbers that a trait takes in Python: itself, alone, in a pair, in two pairs."""
    if isinstance(widget.traits()[name], Grid):
        return []
    value = getattr(widget, name)
    if isinstance(value, bool):
        return []
    found = [] if value is None else [value]
    if not isinstance(value, (dict, list)):
        found += [1, (1, 1), ((1, 1), (1, 1))]
    has_numbers = [one for one in found if repr(map_numbers(one, float)) != repr(one)]
    return [one for one in has_numbers if takes(widget, name, one)]


NUMERIC = [
    (kind, name) for kind in WIDGETS for name in kind.own() if numbers_for(example(kind), name)
]


def test_numeric_traits_are_found():
    found = {f"{kind.__name__}.{name}" for kind, name in NUMERIC}
    assert found >= {
        "ConvStepper.stride",
        "KernelPlayground.lens",
        "PoolStepper.kernel_size",
        "PoolStepper.stride",
        "Quiz.answers",
        "ReceptiveField.layers",
        "SizeExplorer.position",
    }


@pytest.mark.parametrize(("kind", "name"), NUMERIC)
def test_a_number_of_any_kind_becomes_pythons(kind, name):
    wanted, widget = example(kind), example(kind)
    for value in numbers_for(wanted, name):
        setattr(wanted, name, value)
        other_forms = [map_numbers(value, make) for make in KINDS]
        if isinstance(value, tuple):
            other_forms.append(np.array(value))
        for form in other_forms:
            for way in (setattr, type(widget).set_trait):
                way(widget, name, form)
                assert json.dumps(widget.state()) == json.dumps(wanted.state()), form
                assert {type(leaf) for leaf in leaves(getattr(widget, name))} <= {int, str, NONE}


@pytest.mark.parametrize(("kind", "name"), [one for one in NUMERIC if one[1] != "rate"])
def test_what_is_no_whole_number_is_refused_with_a_sentence(kind, name):
    widget = example(kind)
    before = json.dumps(widget.state())
    for value in numbers_for(widget, name):
        for bad in (0.5, np.float32(0.5), float("nan"), np.inf, "one", np.bool_(True)):
            with pytest.raises(TraitError, match=rf"{name}.*(got|unknown|must be|expected any of)"):
                setattr(widget, name, map_numbers(value, lambda _, bad=bad: bad))
    assert json.dumps(widget.state()) == before


@pytest.mark.parametrize("kind", WIDGETS)
def test_a_switch_takes_numpys_truth(kind):
    widget = example(kind)
    for name in [name for name in kind.own() if isinstance(getattr(widget, name), bool)]:
        for value in (True, False):
            setattr(widget, name, np.bool_(value))
            assert getattr(widget, name) is value
    json.dumps(widget.state())


class Pair(NamedTuple):
    """Two numbers by their names."""

    rows: int
    columns: int


@pytest.mark.parametrize(("kind", "name"), NUMERIC)
def test_numbers_by_their_names_are_taken_as_a_tuple(kind, name):
    widget = example(kind)
    pairs = [one for one in numbers_for(widget, name) if isinstance(one, tuple) and len(one) == 2]
    for pair in pairs:
        setattr(widget, name, Pair(*pair))
        assert type(getattr(widget, name)) is tuple
        assert getattr(widget, name) == pair
