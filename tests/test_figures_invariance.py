"""Figures of chapter 9 hold what was asked for."""

import matplotlib
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

matplotlib.use("Agg")

import matplotlib.pyplot as plt

from cnnlab import figures


@pytest.fixture(autouse=True)
def closed_figures():
    """Close what a test opened."""
    yield
    plt.close("all")


def test_place_maps_show_shares_from_nothing_to_full_colour():
    shares = np.arange(9).reshape(3, 3) / 8
    axes = figures.place_maps([shares, 1 - shares], ["up", "down"])
    for ax, share, title in zip(axes, (shares, 1 - shares), ("up", "down"), strict=True):
        assert ax.get_title() == title
        (picture,) = ax.images
        assert_allclose(picture.get_array(), share)
        assert picture.get_clim() == (-1, 1)  # 0 has no colour, and 1 the full one
        (ring,) = ax.lines
        assert_array_equal(ring.get_xydata(), [[1, 1]])


@pytest.mark.parametrize(
    ("shares", "titles", "message"),
    [
        ([], [], "titles needs one entry per map, and at least one; got 0 for 0"),
        ([np.ones((3, 3))], "ab", "got 2 for 1"),
        ([np.ones((3, 5))], "a", "shares must be square, with a middle; got shape \\(3, 5\\)"),
        ([np.ones((4, 4))], "a", "with a middle"),
    ],
)
def test_place_maps_refuse(shares, titles, message):
    with pytest.raises(ValueError, match=message):
        figures.place_maps(shares, titles)


def test_spread_curves_draw_means_in_bands():
    x, mean, spread = np.arange(3), np.array([90.0, 50, 10]), np.array([1.0, 2, 3])
    axes = figures.spread_curves(
        x, {"one": {"a": (mean, spread), "b": (mean / 2, spread)}, "two": {"a": (mean, spread)}},
        label="cells",
    )  # fmt: skip
    assert [ax.get_title() for ax in axes] == ["one", "two"]
    first, second = axes[0].lines
    assert_array_equal(first.get_ydata(), mean)
    assert first.get_color() != second.get_color()
    assert first.get_marker() != second.get_marker()
    assert axes[1].lines[0].get_color() == first.get_color()
    band = axes[0].collections[0].get_paths()[0].vertices
    assert {tuple(point) for point in band} >= {(0, 89), (0, 91), (2, 7), (2, 13)}
    (legend,) = axes[0].figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["a", "b"]
    assert axes[0].get_xlabel() == "cells"


LINE = np.ones(3), np.zeros(3)


@pytest.mark.parametrize(
    ("panels", "message"),
    [
        ({}, r"panels must hold at least one, each of one to three lines; got \[\]"),
        ({"p": dict.fromkeys("abc", LINE), "q": dict.fromkeys("abcd", LINE)}, r"got \[3, 4\]"),
        ({"p": {}}, r"got \[0\]"),
        (
            {"p": {"a": (np.ones(3), np.ones(2))}},
            r"panels need 3 numbers .*shapes \(3,\) and \(2,\)",
        ),
        ({"p": {"a": (np.ones((3, 2)), np.ones(3))}}, r"got shapes \(3, 2\) and \(3,\)"),
    ],
)
def test_spread_curves_refuse(panels, message):
    with pytest.raises(ValueError, match=message):
        figures.spread_curves(np.arange(3), panels, label="cells")


def test_spread_curves_take_lists():
    axes = figures.spread_curves([0, 1], {"p": {"a": ([90, 50], [1, 2])}}, label="cells")
    assert_array_equal(axes[0].lines[0].get_ydata(), [90, 50])
