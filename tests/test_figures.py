"""Figures hold what was asked for."""

import re

import matplotlib
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.patches import Rectangle

from cnnlab import figures

VALUES = np.array([[1, 2, 3], [4, 5, -6]])


@pytest.fixture(autouse=True)
def closed_figures():
    """Close what a test opened."""
    yield
    plt.close("all")


@pytest.fixture
def ax():
    """Give axes of the caller's own."""
    return plt.subplots()[1]


@pytest.mark.parametrize("draw", [figures.show_image, figures.show_signed, figures.number_grid])
def test_draws_on_the_axes_given(draw, ax):
    assert draw(VALUES, ax=ax) is ax
    assert len(plt.get_fignums()) == 1


@pytest.mark.parametrize("draw", [figures.show_image, figures.show_signed, figures.number_grid])
def test_makes_axes_when_none_are_given(draw):
    ax = draw(VALUES, title="A title")
    assert ax.get_title() == "A title"
    assert ax.figure.get_figwidth() == 7
    ax.figure.canvas.draw()


@pytest.mark.parametrize("draw", [figures.show_image, figures.show_signed, figures.number_grid])
def test_rows_go_down_and_there_are_no_ticks(draw, ax):
    draw(VALUES, ax=ax)
    bottom, top = ax.get_ylim()
    left, right = ax.get_xlim()
    assert bottom > top
    assert left < right
    assert len(ax.get_xticks()) == len(ax.get_yticks()) == 0


@pytest.mark.parametrize("draw", [figures.show_image, figures.show_signed, figures.number_grid])
def test_the_array_stays_as_it_was(draw, ax):
    values = VALUES.astype(float)
    values.flags.writeable = False
    draw(values, ax=ax)


def test_image_limits_and_array(ax):
    figures.show_image(VALUES, ax=ax)
    (drawn,) = ax.images
    assert_array_equal(drawn.get_array(), VALUES)
    assert drawn.get_clim() == (0, 255)
    assert drawn.get_cmap().name == "gray"


def test_image_limits_can_be_set(ax):
    figures.show_image(VALUES, ax=ax, vmin=-6, vmax=5)
    assert ax.images[0].get_clim() == (-6, 5)


def test_colour_image(ax):
    picture = np.zeros((2, 3, 3), np.uint8)
    figures.show_image(picture, ax=ax)
    assert ax.images[0].get_array().shape == (2, 3, 3)


def test_signed_limits_are_symmetrical(ax):
    figures.show_signed(VALUES, ax=ax)
    assert ax.images[0].get_clim() == (-6, 6)
    assert len(ax.figure.axes) == 1


def test_signed_zero_is_the_middle_of_the_colours(ax):
    figures.show_signed(VALUES, ax=ax, limit=9)
    (drawn,) = ax.images
    assert drawn.get_clim() == (-9, 9)
    orange, white, purple = drawn.to_rgba([9, 0, -9])[:, :3]
    assert white.min() > 0.93
    assert orange[0] > orange[2]
    assert purple[2] > purple[1]


@pytest.mark.parametrize("values", [np.zeros((2, 3)), np.full((2, 3), -128, np.int8)])
def test_signed_extremes(ax, values):
    figures.show_signed(values, ax=ax)
    low, high = ax.images[0].get_clim()
    assert high == -low == (128 if values.any() else 1)


def test_colour_bar(ax):
    figures.show_signed(VALUES, ax=ax, colour_bar=True)
    bar = ax.figure.axes[1]
    assert_allclose(bar.get_yticks(), [-6, 0, 6])


def test_grid_writes_each_number_in_its_cell(ax):
    figures.number_grid(VALUES, ax=ax)
    written = {text.get_position(): text.get_text() for text in ax.texts}
    expected = {(j, i): str(value).replace("-", "−") for (i, j), value in np.ndenumerate(VALUES)}
    assert written == expected


def test_grid_format(ax):
    figures.number_grid([[1 / 3]], ax=ax, fmt="{:.2f}")
    assert ax.texts[0].get_text() == "0.33"


def test_grid_shades_from_least_to_greatest(ax):
    figures.number_grid(VALUES, ax=ax)
    shades = ax.images[0].get_array()
    assert shades[1, 2] == 0
    assert shades[1, 1] == 1


def test_grid_shades_between_given_ends(ax):
    figures.number_grid([[0, 51, 300]], ax=ax, shade=(0, 255))
    assert_allclose(ax.images[0].get_array(), [[0, 0.2, 1]])


def test_grid_ink_stands_out(ax):
    figures.number_grid([[0, 255]], ax=ax)
    assert [text.get_color() for text in ax.texts] == ["white", "black"]


def test_grid_without_shades(ax):
    figures.number_grid(VALUES, ax=ax, shade=False)
    assert_array_equal(ax.images[0].get_array(), np.ones((2, 3)))
    assert {text.get_color() for text in ax.texts} == {"black"}


def test_grid_window(ax):
    figures.number_grid(VALUES, ax=ax, window=(0, 1, 2, 2))
    (frame,) = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    assert frame.get_xy() == (0.5, -0.5)
    assert (frame.get_width(), frame.get_height()) == (2, 2)
    assert not frame.get_fill()


def test_grid_without_window(ax):
    figures.number_grid(VALUES, ax=ax)
    assert not ax.patches


def test_grid_text_is_legible_on_a_phone():
    ax = figures.number_grid(np.arange(36).reshape(6, 6))
    pixels_per_inch = 350 / ax.figure.get_figwidth()
    assert ax.texts[0].get_size() / 72 * pixels_per_inch >= 8


@pytest.mark.parametrize("values", [np.full((8, 8), 255), np.full((3, 12), -1000), [[1 / 3] * 9]])
def test_grid_text_stays_in_its_cell(values):
    ax = plt.subplots(1, 2, figsize=(8, 3.4), layout="constrained")[1][1]
    figures.number_grid(values, ax=ax)
    ax.figure.canvas.draw()
    cell = np.diff(ax.transData.transform([(0, 0), (1, 1)])[:, 0])
    assert max(text.get_window_extent().width for text in ax.texts) < cell


def test_gallery():
    pictures = [np.full((4, 6), value) for value in range(5)]
    axes = figures.gallery(pictures, list("abcde"), columns=3)
    assert axes.shape == (2, 3)
    for ax, picture, title in zip(axes.flat, pictures, "abcde", strict=False):
        assert_array_equal(ax.images[0].get_array(), picture)
        assert ax.get_title() == title
        assert ax.images[0].get_clim() == (0, 255)
    assert not axes[1, 2].axison
    assert not axes[1, 2].images
    axes[0, 0].figure.canvas.draw()


def test_gallery_signed():
    pictures = [VALUES, VALUES]
    limits = [ax.images[0].get_clim() for ax in figures.gallery(pictures, "ab", signed=True).flat]
    assert limits == [(-6, 6), (-6, 6)]
    mixed = figures.gallery(pictures, "ab", signed=[False, True])
    assert [ax.images[0].get_clim() for ax in mixed.flat] == [(0, 255), (-6, 6)]


def test_gallery_of_few_has_no_empty_columns():
    assert figures.gallery([VALUES], ["one"]).shape == (1, 1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: figures.show_image(np.zeros(3)), "image must have shape (H, W) or (H, W, 3); got"),
        (lambda: figures.show_image(np.zeros((2, 2, 4))), "got (2, 2, 4)"),
        (lambda: figures.show_image(np.zeros((0, 2))), "got (0, 2)"),
        (lambda: figures.show_signed(np.zeros((2, 2, 3))), "values must have shape (H, W) and at"),
        (lambda: figures.show_signed(VALUES, limit=0), "limit must be above 0; got 0"),
        (lambda: figures.number_grid([1, 2]), "values must have shape (H, W) and at least one"),
        (lambda: figures.number_grid(VALUES, window=(0, 0, 3, 1)), "window (0, 0, 3, 1) must lie"),
        (lambda: figures.number_grid(VALUES, window=(0, 2, 1, 2)), "inside values of shape (2, 3)"),
        (lambda: figures.number_grid(VALUES, window=(-1, 0, 1, 1)), "window must be an integer of"),
        (lambda: figures.number_grid(VALUES, window=(0, 0, 2)), "window must be (row, column, hei"),
        (
            lambda: figures.gallery([VALUES], ["a", "b"]),
            "titles needs one entry per image (1); got",
        ),
        (lambda: figures.gallery([VALUES], ["a"], signed=[True] * 3), "signed needs one entry per"),
        (lambda: figures.gallery([], []), "images must hold at least one image; got none"),
        (lambda: figures.gallery([VALUES], ["a"], columns=0), "columns must be an integer of at"),
    ],
)
def test_malformed_values(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


@pytest.mark.parametrize("draw", [figures.show_image, figures.show_signed, figures.number_grid])
def test_words_are_no_picture(draw):
    with pytest.raises(TypeError, match="must be an array of numbers; got the string 'camera'"):
        draw("camera")


def test_patch_shows_the_cells_of_its_window():
    image = np.arange(48).reshape(6, 8)
    picture, cells = figures.patch(image, (1, 2, 2, 3))
    assert_array_equal(picture.images[0].get_array(), image)
    frame = next(p for p in picture.patches if isinstance(p, Rectangle))
    assert (frame.get_xy(), frame.get_width(), frame.get_height()) == ((1.5, 0.5), 3, 2)
    assert [t.get_text() for t in cells.texts] == ["10", "11", "12", "18", "19", "20"]


def test_patch_beyond_the_image():
    with pytest.raises(ValueError, match=r"window \(5, 0, 2, 1\) must lie inside"):
        figures.patch(np.zeros((6, 8)), (5, 0, 2, 1))


def test_kernel_grids_show_the_entries():
    axes = figures.kernel_grids(["laplacian", "sobel_x"])
    assert [ax.get_title() for ax in axes] == ["laplacian", "sobel_x"]
    assert [t.get_text() for t in axes[1].texts] == ["−1", "0", "1", "−2", "0", "2", "−1", "0", "1"]


@pytest.mark.parametrize(("names", "message"), [([], "at least one name"), (["sobel"], "sobel")])
def test_kernel_grids_need_known_names(names, message):
    with pytest.raises(ValueError, match=message):
        figures.kernel_grids(names)
