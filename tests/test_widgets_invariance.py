"""InvarianceExplorer's contract: its traits, its errors, its words, its form without a kernel."""

import html
import json
import re

import numpy as np
import pytest
from traitlets import TraitError

from cnnlab.widgets import InvarianceExplorer


def test_it_shows_a_digit_and_three_answers():
    explorer = InvarianceExplorer(digit=6)
    assert explorer.label == 3
    assert explorer.image.shape == (20, 20)
    assert [answer.best for answer in explorer.answers] == [3, 3, 3]
    for answer in explorer.answers:
        assert answer.chances.shape == (10,)
        assert answer.chances.sum() == pytest.approx(1)
    assert explorer.sentence() == "A 3, as it was. All three read it."


def test_a_move_is_noticed_by_two_of_them():
    explorer = InvarianceExplorer(digit=6, right=2)
    assert [answer.best == 3 for answer in explorer.answers] == [False, False, True]
    assert re.fullmatch(
        r"A 3, moved 2 to the right\. One reads it\. The perceptron says \d\. "
        r"The network that flattens says \d\.",
        explorer.sentence(),
    )


def test_changes_are_said_in_words():
    explorer = InvarianceExplorer(down=-1, right=-2, turn=-15, zoom=120)
    change = "moved 1 up, moved 2 to the left, turned by 15 degrees clockwise, zoomed to 120 %"
    assert explorer.sentence().startswith(f"A 3, {change}. ")
    assert "turned by 90 degrees anticlockwise" in InvarianceExplorer(turn=90).sentence()


def test_training_changes_the_answers():
    plain, moved = InvarianceExplorer(), InvarianceExplorer(training="moved")
    assert not np.allclose(plain.answers[0].chances, moved.answers[0].chances)


@pytest.mark.parametrize(
    ("trait", "value", "message"),
    [
        ("digit", 20, "digit must be a whole number from 0 to 19; got 20"),
        ("down", 7, "down must be a whole number from -6 to 6; got 7"),
        ("right", 1.5, "right must be a whole number from -6 to 6; got 1.5"),
        ("turn", 181, "turn must be a whole number from -180 to 180"),
        ("zoom", 20, "zoom must be a whole number from 50 to 150; got 20"),
        ("training", "turned", "training"),
        ("controls", ["rate"], "controls must be a list of names out of 'digit', 'move'"),
    ],
)
def test_what_cannot_be_is_refused(trait, value, message):
    with pytest.raises(TraitError, match=message):
        InvarianceExplorer(**{trait: value})


def test_its_form_without_a_kernel():
    explorer = InvarianceExplorer(digit=6, right=2)
    form = explorer.static_html()
    stored = json.loads(html.unescape(re.search('data-traits="([^"]*)"', form)[1]))
    assert stored["right"] == 2
    assert len(form) < 10_000  # the weights are the page's
    assert "data:image/bmp;base64," in form
    assert explorer.sentence() in form
    assert 'alt="A 3, moved 2 to the right."' in form
    assert form.count("<b>") == 3
