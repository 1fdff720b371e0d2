"""What three networks make of a digit: one set of changes, evaluated by both."""

import importlib.util
from pathlib import Path

import node
import numpy as np
import pytest

from cnnlab import nn
from cnnlab.widgets.invariance_explorer import numbers
from cnnlab.widgets.invariance_explorer.weights import NETWORKS, TRAININGS, carried, pack, unpack

CASES = 150
EVALUATE = """(cases) => cases.map(({ digit, place, training }) => {
  const { answers, changed, LABELS, picture, sentence } = tested;
  const image = picture(digit, ...place);
  const found = answers(image, training);
  return { image: [...image], found, told: sentence(LABELS[digit], changed(...place), found) };
})"""


def draw_case(rng):
    """One digit, moved, turned and zoomed; now and then not at all."""
    down, right = rng.integers(-6, 7, 2).tolist()
    turn, zoom = int(rng.integers(-180, 181)), int(rng.integers(50, 151))
    stay = rng.random(3) < 0.4
    place = [0 if stay[0] else down, right, 0 if stay[1] else turn, 100 if stay[2] else zoom]
    return {
        "digit": int(rng.integers(20)),
        "place": place,
        "training": str(rng.choice(TRAININGS)),
    }


def test_the_page_computes_what_cnnlab_computes():
    rng = np.random.default_rng(9)
    cases = [draw_case(rng) for _ in range(CASES)]
    with node.importing("invariance_explorer/numbers.js") as evaluate:
        found = evaluate(EVALUATE, cases)
    told = set()
    for case, theirs in zip(cases, found, strict=True):
        image = numbers.picture(case["digit"], *case["place"])
        np.testing.assert_allclose(np.reshape(theirs["image"], image.shape), image, atol=1e-12)
        mine = numbers.answers(image, case["training"])
        for one, other in zip(mine, theirs["found"], strict=True):
            np.testing.assert_allclose(other["chances"], one.chances, atol=1e-9)
            assert other["best"] == one.best
        label = numbers.labels()[case["digit"]]
        assert theirs["told"] == numbers.sentence(label, numbers.changed(*case["place"]), mine)
        told.add(theirs["told"].count("says"))
    assert told == {0, 1, 2, 3}  # from nobody to all


def test_a_picture_is_what_the_package_makes_of_it():
    for digit in range(20):
        still = numbers.picture(digit, 0, 0, 0, 100)
        assert still[6:14, 6:14].any()
        assert still.sum() == still[6:14, 6:14].sum()
        batch = still[np.newaxis, np.newaxis]
        for turn in (0, 90, 30, -145):
            mine = numbers.picture(digit, 0, 0, turn, 100)
            np.testing.assert_allclose(mine, nn.rotated(batch, turn)[0, 0], atol=1e-9)
        for zoom in (50, 80, 150):
            mine = numbers.picture(digit, 0, 0, 0, zoom)
            np.testing.assert_allclose(mine, nn.zoomed(batch, zoom / 100)[0, 0], atol=1e-9)
        np.testing.assert_array_equal(
            numbers.picture(digit, -2, 5, 0, 100), nn.shifted(batch, -2, 5)[0, 0]
        )


@pytest.mark.parametrize("values", [[0.0], [0, 0], [-2.5, 1.25, 0, 2.5], np.linspace(-1, 3, 99)])
def test_numbers_go_into_letters_and_come_back(values):
    step, text = pack(np.array(values))
    assert len(text) == len(values)
    np.testing.assert_allclose(unpack(step, text), values, atol=0.502 * step)


def test_the_networks_read_their_digits():
    labels = numbers.labels()
    assert labels == sorted([*range(10), *range(10)])
    right = dict.fromkeys(NETWORKS, 0)
    for digit, label in enumerate(labels):
        found = numbers.answers(numbers.picture(digit, 0, 0, 0, 100), "plain")
        for network, answer in zip(NETWORKS, found, strict=True):
            right[network] += answer.best == label
    assert min(right.values()) >= 16


def test_what_is_carried_is_what_was_learned():
    path = Path(__file__).parents[1] / "tools" / "pack_networks.py"
    spec = importlib.util.spec_from_file_location("pack_networks", path)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert tool.TARGET.read_text(encoding="utf-8") == tool.written()
    assert set(carried()["networks"]) == {f"{n}, {t}" for n in NETWORKS for t in TRAININGS}
