"""Figures of chapter 14 hold what was asked for."""

import matplotlib
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

matplotlib.use("Agg")

import matplotlib.pyplot as plt

from cnnlab import figures

PHOTO = (np.arange(40 * 60 * 3) % 251).astype(np.uint8).reshape(40, 60, 3)


@pytest.fixture(autouse=True)
def closed_figures():
    """Close what a test opened."""
    yield
    plt.close("all")


def test_a_fine_map_stands_alone_and_a_coarse_one_lies_over_the_photograph():
    fine, coarse = np.linspace(-1, 1, 20 * 30).reshape(20, 30), np.array([[4.0, -2], [0, 1]])
    axes = figures.looked_at(PHOTO, {"fine": fine, "coarse": coarse})
    assert [ax.get_title() for ax in axes.flat] == ["photograph", "fine", "coarse"]
    (photo,), (drawn,), (below, over) = (ax.images for ax in axes.flat)
    assert_array_equal(photo.get_array(), PHOTO)
    assert_allclose(drawn.get_array(), abs(fine))
    assert drawn.get_clim()[0] == 0
    assert_allclose(below.get_array(), PHOTO.mean(axis=2))
    assert_allclose(over.get_array(), coarse)
    assert over.get_extent() == below.get_extent()  # each cell over its part
    low, high = over.get_clim()
    assert -low == high <= 4
    assert over.get_alpha()[1, 0] == 0 < over.get_alpha()[1, 1] < over.get_alpha()[0, 0]


def test_places_that_are_left_over_show_nothing_and_grey_photographs_will_do():
    axes = figures.looked_at(PHOTO[..., 0], {name: np.zeros((2, 3)) for name in "abc"}, columns=3)
    assert axes.shape == (2, 3)
    assert [ax.axison for ax in axes.flat] == [True] * 4 + [False] * 2


@pytest.mark.parametrize(
    ("photo", "white"),
    [(PHOTO, 255), (PHOTO[..., 0], 255), (PHOTO[..., 0] / 2, 255), (PHOTO / 255, 1)],
)
def test_a_photograph_below_a_map_is_as_bright_as_alone(photo, white):
    axes = figures.looked_at(photo, {"a": [[1, 2]]})
    below, _ = axes.flat[1].images
    assert below.get_clim() == (0, white)


@pytest.mark.parametrize("shape", [(5,), (0, 0), (2, 2, 4)])
def test_what_is_no_photograph_is_refused(shape):
    maps = {"a": np.ones((2, 2))}
    for draw, shown in ((figures.looked_at, maps), (figures.looked_at_twice, {"row": maps})):
        with pytest.raises(ValueError, match=r"photo must have shape \(H, W\) or \(H, W, 3\)"):
            draw(np.zeros(shape), shown)


def test_each_row_begins_with_the_photograph_and_its_name():
    rows = {"learned": {"map": np.eye(2), "fine": np.ones((20, 30))}}
    rows["shuffled"] = {"map": -np.eye(2), "fine": np.zeros((20, 30))}
    axes = figures.looked_at_twice(PHOTO, rows)
    assert [[ax.get_title() for ax in row] for row in axes] == [
        ["learned", "map", "fine"], ["shuffled", "map", "fine"],
    ]  # fmt: skip
    for row, maps in zip(axes, rows.values(), strict=True):
        assert_array_equal(row[0].images[0].get_array(), PHOTO)
        assert_allclose(row[1].images[1].get_array(), maps["map"])
        assert_allclose(row[2].images[0].get_array(), maps["fine"])


def test_the_photograph_can_be_left_out():
    axes = figures.looked_at(PHOTO, {"fine": np.ones((20, 30))}, columns=2, repeat=False)
    assert [ax.get_title() for ax in axes.flat] == ["fine", ""]


def test_a_contact_sheet_has_zero_in_mid_grey_and_each_picture_its_own_scale():
    filters = np.zeros((3, 3, 2, 2))
    filters[0, 0], filters[1, :, 0, 0] = 5, -0.1
    axes = figures.contact_sheet({"some": filters, "one": filters[:1, :1]}, columns=2)
    assert [ax.get_title() for ax in axes] == ["some", "one"]
    sheet = axes[0].images[0].get_array()
    assert sheet.shape == (6, 5, 4)  # two rows of two, a cell between them
    assert_allclose(sheet[1, 0], [1, 0.5, 0.5, 1])
    assert_allclose(sheet[1, 3], [0, 0, 0, 1])
    assert_allclose(sheet[2, 4], [0.5, 0.5, 0.5, 1])
    assert_array_equal(sheet[0, :, 3], 0)
    assert_array_equal(sheet[4:, 3:, 3], 0)  # there is no fourth
    assert_allclose(axes[1].images[0].get_array()[1, 0], 1)


def test_a_contact_sheet_with_a_limit_has_one_scale():
    sheet = figures.contact_sheet({"a": np.full((1, 1, 1, 1), 0.5)}, limit=1)[0].images[0]
    assert_allclose(sheet.get_array()[1, 0], [0.75, 0.75, 0.75, 1])


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: figures.looked_at(PHOTO, {}), "maps must hold at least one"),
        (lambda: figures.looked_at(PHOTO, {"a": np.ones(3)}), r"maps must have shape \(H, W\)"),
        (lambda: figures.looked_at(PHOTO, {"a": np.ones((2, 2))}, columns=0), "columns"),
        (lambda: figures.looked_at_twice(PHOTO, {}), r"got \[\]"),
        (lambda: figures.looked_at_twice(PHOTO, {"a": {}}), r"got \[0\]"),
        (
            lambda: figures.looked_at_twice(PHOTO, {"a": {"b": np.eye(2)}, "c": {}}),
            r"rows need as many maps each, at least one; got \[0, 1\]",
        ),
        (lambda: figures.contact_sheet({}), "groups must hold at least one"),
        (lambda: figures.contact_sheet({"a": np.ones((2, 2, 3, 3))}), r"got \(2, 2, 3, 3\)"),
        (lambda: figures.contact_sheet({"a": np.ones((1, 1, 3, 3))}, columns=0), "columns"),
    ],
)
def test_they_refuse(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()
