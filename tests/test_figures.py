"""Figures hold what was asked for."""

import re
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from cnnlab import conv_matrix, cross_correlate2d, figures
from cnnlab.figures import _style

VALUES = np.array([[1, 2, 3], [4, 5, -6]])
STYLESHEET = Path(__file__).parents[1] / "book" / "_static" / "cnnlab.css"


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


def test_signed_values_have_a_hue_for_each_sign_and_zero_has_no_colour(ax):
    figures.show_signed(VALUES, ax=ax, limit=9)
    (drawn,) = ax.images
    assert drawn.get_clim() == (-9, 9)
    above, little, zero, below = drawn.to_rgba([9, 1, 0, -9])
    assert above[0] > above[2]
    assert below[2] > below[0]
    assert_array_equal([above[3], zero[3], below[3]], [1, 0, 1])
    assert_array_equal(little[:3], above[:3])
    assert 0 < little[3] < 0.3


@pytest.mark.parametrize("values", [np.zeros((2, 3)), np.full((2, 3), -128, np.int8)])
def test_signed_extremes(ax, values):
    figures.show_signed(values, ax=ax)
    low, high = ax.images[0].get_clim()
    assert high == -low == (128 if values.any() else 1)


def test_colour_bar(ax):
    figures.show_signed(VALUES, ax=ax, colour_bar=True)
    bar = ax.figure.axes[1]
    assert [text.get_text() for text in bar.texts] == ["−6", "0", "6"]
    assert_allclose(bar.get_ylim(), (-6, 6))


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
    assert_array_equal(shades[1, 2], [0, 0, 0])
    assert_array_equal(shades[1, 1], [1, 1, 1])


def test_grid_shades_between_given_ends(ax):
    figures.number_grid([[0, 51, 300]], ax=ax, shade=(0, 255))
    assert_allclose(ax.images[0].get_array()[..., 0], [[0, 0.2, 1]])


def test_grid_ink_stands_out(ax):
    figures.number_grid([[0, 255]], ax=ax)
    assert [text.get_color() for text in ax.texts] == ["white", "black"]


def test_grid_without_shades(ax):
    figures.number_grid(VALUES, ax=ax, shade=False)
    assert np.ptp(ax.images[0].get_array(), axis=(0, 1)).max() == 0


def test_grid_colours_by_sign(ax):
    figures.number_grid([[3, 1, 0, -3]], ax=ax, shade="sign")
    above, little, zero, below = ax.images[0].get_array()[0]
    assert above[0] > above[2]
    assert below[2] > below[0]
    assert_allclose(zero, to_rgb(_style.TILE))
    assert_allclose(little, zero + (above - zero) / 3)


@pytest.mark.parametrize("shade", [True, "sign"])
def test_grid_of_equal_cells(ax, shade):
    figures.number_grid(np.zeros((2, 3)), ax=ax, shade=shade)
    assert_allclose(ax.images[0].get_array(), np.full((2, 3, 3), to_rgb(_style.TILE)))


def test_grid_window(ax):
    figures.number_grid(VALUES, ax=ax, window=(0, 1, 2, 2))
    (frame,) = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    assert frame.get_xy() == (0.5, -0.5)
    assert (frame.get_width(), frame.get_height()) == (2, 2)
    assert not frame.get_fill()


def test_grid_without_window(ax):
    figures.number_grid(VALUES, ax=ax)
    assert not ax.patches


def luminance(colour):
    """Return the relative luminance of WCAG 2.2."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return np.dot((0.2126, 0.7152, 0.0722), linear)


def contrast(one, other):
    """Return the contrast ratio of WCAG 2.2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def page_colours():
    """Return the grounds of the book's two themes."""
    style = STYLESHEET.read_text(encoding="utf-8")
    return re.findall(r"--pst-color-background: (#\w+);", style)


def test_lines_and_hues_read_on_light_and_dark_pages():
    grounds = [*page_colours(), "#ffffff", "#111111"]  # and those of JupyterLab
    assert len(grounds) == 4
    for colour in (_style.RULE, _style.WINDOW, _style.ABOVE, _style.BELOW):
        assert min(contrast(colour, ground) for ground in grounds) >= 3


@pytest.mark.parametrize("shade", [True, False, "sign"])
def test_numbers_and_titles_bring_a_ground_that_they_read_on(shade):
    ax = figures.number_grid(np.arange(-40, 41).reshape(9, 9), title="t", shade=shade)
    cells = ax.images[0].get_array().reshape(-1, 3)
    for text, cell in zip(ax.texts, cells, strict=True):
        assert contrast(text.get_color(), cell) >= 4.5
    assert ax.title.get_color() == _style.INK
    assert contrast(_style.INK, _style.GROUND) >= 4.5


def test_a_title_stands_inside_its_bar():
    ax = figures.show_image(VALUES, title="Ágy")
    ax.figure.canvas.draw()
    (bar,) = ax.patches
    assert bar.get_facecolor()[:3] == to_rgb(_style.GROUND)
    bar, text = bar.get_window_extent(), ax.title.get_window_extent()
    picture = ax.get_window_extent()
    assert_allclose([bar.x0, bar.x1, bar.y0], [picture.x0, picture.x1, picture.y1])
    assert bar.y0 < text.y0 < text.y1 < bar.y1


def test_the_page_shows_through():
    for axes in (
        figures.show_signed(VALUES),
        figures.gallery([VALUES] * 2, "ab")[0, 0],
        figures.patch(VALUES, (0, 0, 1, 1))[0],
        figures.kernel_grids(["emboss"])[0],
    ):
        assert axes.figure.get_facecolor()[3] == 0
        assert axes.get_facecolor()[3] == 0


def test_no_front_end_puts_a_ground_behind_a_figure():
    # JupyterLab does behind a transparent figure whose tick labels are dark.
    figures.gallery([VALUES] * 5, "abcde")
    figures.show_signed(VALUES, colour_bar=True)
    figures.patch(VALUES, (0, 0, 1, 1))
    drawn = [ax for number in plt.get_fignums() for ax in plt.figure(number).axes]
    assert len(drawn) == 6 + 2 + 2
    assert [ax.get_xticklabels() + ax.get_yticklabels() for ax in drawn] == [[]] * len(drawn)


def test_letters_suit_the_book_and_a_phone():
    size = int(re.search(r"font-size-base: (\d+)px", STYLESHEET.read_text(encoding="utf-8"))[1])
    ax = figures.number_grid(np.arange(36).reshape(6, 6), title="t")
    dots = {text.get_size() / 72 for text in (*ax.texts, ax.title)}
    assert max(dots) * 100 <= size
    assert min(dots) * 350 / ax.figure.get_figwidth() >= 9.5


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


@pytest.mark.parametrize(("count", "shape"), [(1, (1, 1)), (2, (1, 2)), (4, (2, 2)), (8, (3, 3))])
def test_gallery_chooses_its_columns(count, shape):
    assert figures.gallery([VALUES] * count, ["t"] * count).shape == shape


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
        (lambda: figures.gallery([np.zeros((0, 0))], "a"), "images must have shape (H, W) or (H, "),
        (lambda: figures.gallery([np.zeros(5)], "a"), "images must have shape (H, W) or (H, W, 3)"),
        (
            lambda: figures.number_grid(VALUES, shade="signs"),
            "shade must be True, False, (low, hig",
        ),
        (lambda: figures.number_grid(VALUES, shade=None), "(low, high) or 'sign'; got None"),
        (lambda: figures.number_grid(VALUES, shade=(0, 1, 2)), "or 'sign'; got (0, 1, 2)"),
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


def test_borders_show_what_each_border_changes():
    scene = np.arange(12 * 20).reshape(12, 20)
    axes = figures.borders(scene, 3, np.ones((3, 3)) / 9, limit=50)
    assert [ax.get_title() for ax in axes[:, 0]] == ["zero", "replicate", "reflect", "wrap"]
    for (left, right), mode in zip(axes, ["constant", "edge", "reflect", "wrap"], strict=True):
        padded = np.pad(scene[3:-3, 3:-3], 3, mode=mode)
        assert_array_equal(left.images[0].get_array(), padded)
        missed = np.array(right.images[0].get_array())
        assert_allclose(missed[4:-4, 4:-4], 0, atol=1e-9)
        assert missed[3, 3] == pytest.approx(padded[2:5, 2:5].mean() - scene[3, 3])
        assert right.images[0].get_clim() == (-50, 50)


def test_borders_need_a_photograph_that_is_left():
    with pytest.raises(ValueError, match="cells must be less than a third of scene's sides"):
        figures.borders(np.zeros((9, 20)), 3, np.ones((3, 3)))


def test_borders_that_change_nothing_are_blank(recwarn):
    axes = figures.borders(np.zeros((12, 20)), 3, np.ones((3, 3)))
    assert not any(np.any(ax.images[0].get_array()) for ax in axes[:, 1])
    with pytest.raises(ValueError, match="limit must be above 0; got 0"):
        figures.borders(np.zeros((12, 20)), 3, np.ones((3, 3)), limit=0)
    assert not recwarn


def test_pooled_and_back_shows_the_same_maxima_at_two_places():
    image = np.array([[1, 2, 7, 0], [4, 3, 5, 6]])
    axes = figures.pooled_and_back(image)
    pictures = [ax.images[0].get_array() for ax in axes.flat]
    assert_array_equal(pictures[0], image)
    assert_array_equal(pictures[1], [[4, 7]])
    assert_array_equal(pictures[2], [[0, 0, 7, 0], [4, 0, 0, 0]])
    assert_array_equal(pictures[3], [[4, 0, 7, 0], [0, 0, 0, 0]])


def test_pooled_and_back_needs_whole_windows():
    with pytest.raises(ValueError, match=re.escape("size must divide the sides of image, (2, 3)")):
        figures.pooled_and_back(VALUES)
    with pytest.raises(ValueError, match="size must be an integer of at least 1; got 0"):
        figures.pooled_and_back(VALUES, 0)
    with pytest.raises(TypeError, match=r"size must be an integer of at least 1; got 1\.0"):
        figures.pooled_and_back(VALUES, 1.0)


def test_bands_show_each_matrix_at_one_scale():
    matrices = [conv_matrix([[1, -2]], (3, 4)), conv_matrix([[1, -2]], (3, 4), stride=2)]
    axes = figures.bands(matrices, ["all", "some"], blocks=(3, 4))
    for ax, matrix, title in zip(axes, matrices, ["all", "some"], strict=True):
        assert_array_equal(ax.images[0].get_array(), matrix.toarray())
        assert ax.images[0].get_clim() == (-2, 2)
        assert ax.get_title() == title
    assert [line.get_ydata()[0] for line in axes[0].lines] == [2.5, 5.5, 0, 0]


def test_bands_need_a_title_each():
    with pytest.raises(ValueError, match="one entry per matrix"):
        figures.bands([VALUES], [])


def test_layer_blocks_show_the_matrix_and_one_row_of_it():
    weight = np.arange(-6, 18).reshape(3, 2, 2, 2)
    whole, *parts, made = figures.layer_blocks(weight, (3, 4), (1, 1, 2))
    matrix = conv_matrix(weight, (2, 3, 4)).toarray()
    drawn = np.asarray(whole.images[0].get_array())
    assert_array_equal(drawn[..., 3] > 0, matrix != 0)
    assert len({tuple(block[0, 0, :3]) for block in np.split(drawn, 3)}) == 3
    row = matrix[6 + 5].reshape(2, 3, 4)
    for part, channel in zip(parts, row, strict=True):
        assert_array_equal(part.images[0].get_array()[..., 3] > 0, channel != 0)
    assert_array_equal(made.images[0].get_array()[..., 3], [[0, 0, 0], [0, 0, 1]])


@pytest.mark.parametrize(
    ("shape", "output", "message"),
    [
        ((5, 1, 2, 2), (0, 0, 0), "up to 4 filters; got 5"),
        ((3, 1, 2, 2), (0, 0), r"output needs one integer per axis \(3\); got \(0, 0\)"),
        ((1, 2, 2), (0, 0, 0), r"weight must have 4 axes \(C_out, C_in, K_h, K_w\); got 3 axes"),
        ((3, 0, 2, 2), (0, 0, 0), "no axis of weight .* may be empty"),
        ((3, 1, 2, 2), (3, 0, 0), r"inside \(3, 2, 3\); got \(3, 0, 0\)"),
    ],
)
def test_layer_blocks_refuse(shape, output, message):
    with pytest.raises(ValueError, match=message):
        figures.layer_blocks(np.ones(shape), (3, 4), output)


def test_layer_blocks_need_both_sides_of_the_image():
    with pytest.raises(ValueError, match=r"image_shape needs one integer per axis \(2\)"):
        figures.layer_blocks(np.ones((1, 1, 2, 2)), (3, 4, 5), (0, 0, 0))


def test_rows_and_columns_light_one_of_each():
    kernel = np.arange(1, 7).reshape(2, 3)
    forwards, backwards = figures.rows_and_columns(kernel, (4, 6), (1, 2), (2, 3))
    matrix = conv_matrix(kernel, (4, 6)).toarray()
    image, above, output = (np.asarray(ax.images[0].get_array())[..., 3] for ax in forwards)
    assert_array_equal(image > 0, matrix[6].reshape(4, 6) > 0)
    assert_array_equal(np.argwhere(output), [[1, 2]])
    cell, below, gradient = (np.asarray(ax.images[0].get_array())[..., 3] for ax in backwards)
    assert_array_equal(gradient > 0, matrix[:, 15].reshape(3, 4) > 0)
    assert_array_equal(np.argwhere(cell), [[2, 3]])
    for drawn in (above, below):
        assert_array_equal(drawn > 0, matrix > 0)
    brighter = above > below
    assert {*np.argwhere(brighter)[:, 0]} == {6}
    assert {*np.argwhere(below > above)[:, 1]} == {15}


@pytest.mark.parametrize(("output", "image"), [((3, 0), (0, 0)), ((0, 0), (0, 6)), ((0,), (0, 0))])
def test_rows_and_columns_need_cells_inside(output, image):
    with pytest.raises(ValueError, match="_cell must lie inside shape"):
        figures.rows_and_columns(np.ones((2, 3)), (4, 6), output, image)


def test_rows_and_columns_of_a_kernel_of_zeros_are_blank():
    with np.errstate(all="raise"):
        axes = figures.rows_and_columns(np.zeros((2, 3)), (4, 6), (1, 2), (2, 3))
    assert not np.any(axes[0, 1].images[0].get_array()[..., 3])


def test_kernel_row_writes_one_decimal_and_no_minus_zero():
    axes = figures.kernel_row([[[1.06, -0.01]], [[-2, 0.5]]], ["first", "then"])
    assert [ax.get_title() for ax in axes] == ["first", "then"]
    assert [text.get_text() for text in axes[0].texts] == ["1.1", "0"]
    assert [text.get_text() for text in axes[1].texts] == ["−2", "0.5"]


@pytest.mark.parametrize(("kernels", "titles"), [([], []), ([[[1]]], []), ([[[1]]], ["a", "b"])])
def test_kernel_row_needs_a_title_each(kernels, titles):
    with pytest.raises(ValueError, match="one entry per kernel"):
        figures.kernel_row(kernels, titles)


def test_a_filter_table_multiplies_colours_and_kernels():
    photo = np.arange(4 * 5 * 3).reshape(4, 5, 3) % 11
    kernel = np.array([[1, 2], [0, -1]])
    colours = {"red": [1, 0, 0], "R − G": [1, -1, 0]}
    axes = figures.filter_table(photo, colours, {"a": kernel, "b": kernel.T})
    assert axes.shape == (3, 3)
    assert [ax.get_title() for ax in axes[0]] == ["", "a", "b"]
    assert_array_equal(axes[0, 0].images[0].get_array(), photo)
    assert_array_equal(axes[0, 2].images[0].get_array(), kernel.T)
    assert [text.get_text() for text in axes[2, 0].texts] == ["R − G", "1", "−1", "0"]
    difference = photo[..., 0].astype(int) - photo[..., 1]
    for ax, slid in zip(axes[2, 1:], (kernel, kernel.T), strict=True):
        answer = cross_correlate2d(difference, slid)
        assert_array_equal(ax.images[0].get_array(), answer)
        assert ax.images[0].get_clim()[1] == pytest.approx(np.percentile(abs(answer), 99))


@pytest.mark.parametrize(
    ("photo", "weights", "message"),
    [
        (np.zeros((4, 5, 4)), [1, 0, 0], "photo must have shape (H, W, 3); got (4, 5, 4)"),
        (np.zeros((4, 5, 3)), [1, 0], "red must hold 3 weights, of red, green and blue; got (2,)"),
    ],
)
def test_a_filter_table_needs_three_colours(photo, weights, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        figures.filter_table(photo, {"red": weights}, {"a": np.ones((2, 2))})


def test_curves_are_drawn_one_over_the_other():
    x = np.linspace(-2, 2, 9)
    ax = figures.curves({"square": np.square, "size": np.abs}, x)
    lines = [line for line in ax.lines if not line.get_label().startswith("_")]
    assert [line.get_label() for line in lines] == ["square", "size"]
    assert_array_equal(lines[0].get_ydata(), x**2)
    assert lines[0].get_linestyle() != lines[1].get_linestyle()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["square", "size"]


def test_every_run_is_drawn_and_the_mean_stands_out():
    runs = np.array([[1.0, 0.5, 0.25], [2.0, 0.5, 0.75]])
    axes = figures.every_run([1, 2, 3], {"a": runs, "b": runs / 2}, label="step", levels=[0.5, 1])
    assert len(axes) == 2
    *thin, thick = axes[0].lines
    assert_array_equal([line.get_ydata() for line in thin], runs)
    assert_array_equal(thick.get_ydata(), runs.mean(axis=0))
    assert thick.get_linewidth() > thin[0].get_linewidth()
    assert [tick.get_text() for tick in axes[0].get_yticklabels()] == ["0.5", "1"]
    assert axes[1].get_ylim() == axes[0].get_ylim()
    assert axes[1].get_title() == "b"


@pytest.mark.parametrize(
    ("panels", "message"),
    [({}, "at least one"), ({"a": [[1, 2]]}, "need 3 numbers a run, as x has; got 2")],
)
def test_every_run_needs_a_number_for_each_place(panels, message):
    with pytest.raises(ValueError, match=message):
        figures.every_run([1, 2, 3], panels, label="step", levels=[1])


def test_run_dots_draw_each_run_and_the_means():
    runs = np.array([[1.0, 2.0, 3.0], [4.0, 4.0, 7.0]])
    axes = figures.run_dots(
        [0.1, 0.3], {"one": {"a": runs, "b": runs + 1}, "two": {"b": runs}}, label="rate",
        levels=[1, 5], log=True,
    )  # fmt: skip
    every = np.concatenate([np.ravel(line.get_ydata()) for line in axes[0].lines])
    assert sorted(every) == sorted([*runs.ravel(), *(runs + 1).ravel(), 2, 5, 3, 6])
    assert axes[0].get_yscale() == "log"
    assert [tick.get_text() for tick in axes[0].get_xticklabels()] == ["0.1", "0.3"]
    assert axes[0].lines[-1].get_color() == axes[1].lines[-1].get_color()
    assert axes[0].lines[-1].get_marker() == axes[1].lines[-1].get_marker()
    assert [t.get_text() for t in axes[0].figure.legends[0].get_texts()] == ["a", "b"]


@pytest.mark.parametrize(
    ("panels", "message"),
    [({}, "one to three series; got 0"), ({"a": {"b": [[1, 2]]}}, "need 2 rows a series; got 1")],
)
def test_run_dots_need_a_row_for_each_tick(panels, message):
    with pytest.raises(ValueError, match=message):
        figures.run_dots([1, 2], panels, label="rate", levels=[1])


def test_differences_get_a_colour_where_they_are_more_than_chance():
    up, down, neither = [1.0, 2.0, 1.5], [-1.0, -2.0, -1.5], [-1.0, 1.5, 0.5]
    ax = figures.difference_rows({"up": up, "down": down, "neither": neither}, label="points")
    lines = [line for line in ax.lines if len(line.get_xdata()) == 3]
    assert [list(line.get_xdata()) for line in lines] == [up, down, neither]
    assert [line.get_color() for line in lines] == [_style.ABOVE, _style.BELOW, _style.RULE]
    bar = ax.lines[1].get_xdata()
    assert_allclose(np.mean(bar), 1.5)
    assert_allclose(bar[1] - bar[0], 4 * 0.5 / 3**0.5)
    assert_allclose(sum(ax.get_xlim()), 0)
    assert [text.get_text() for text in ax.texts] == ["up", "down", "neither"]


@pytest.mark.parametrize(
    ("rows", "message"), [({}, "at least one"), ({"a": [1.0]}, "two differences at least")]
)
def test_differences_need_two_pairs(rows, message):
    with pytest.raises(ValueError, match=message):
        figures.difference_rows(rows, label="points")


def test_map_rows_keep_every_number_in_its_place():
    maps = np.arange(1.0, 3 * 4 * 4 + 1).reshape(3, 4, 4)
    axes = figures.map_rows({"three": maps, "one": -maps[0], "a strip": [0.5, 0, 1]}, columns=2)
    three, one, strip = (np.ma.filled(ax.images[0].get_array(), np.nan) for ax in axes)
    assert_array_equal(three[~np.isnan(three)].size, maps.size)
    assert_array_equal(np.sort(three[~np.isnan(three)]), maps.ravel())
    assert_array_equal(one[~np.isnan(one)], -maps[0].ravel())
    assert set(strip[~np.isnan(strip)]) == {0.5, 0, 1}
    assert [ax.get_title() for ax in axes] == ["three", "one", "a strip"]


@pytest.mark.parametrize(
    ("rows", "options", "message"),
    [
        ({}, {}, "at least one"),
        ({"a": np.ones((2, 3, 4, 5))}, {}, "rows need shape (n, H, W), (H, W) or (n,)"),
        ({"a": []}, {}, "rows need shape (n, H, W), (H, W) or (n,); got (0,)"),
        ({"a": 3}, {}, "rows need shape (n, H, W), (H, W) or (n,); got ()"),
        ({"a": np.ones(3)}, {"columns": 0}, "columns"),
    ],
)
def test_map_rows_refuse(rows, options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        figures.map_rows(rows, **options)
