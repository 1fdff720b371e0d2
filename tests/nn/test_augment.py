"""Changes to images, chosen and drawn."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from cnnlab import nn


def rng(seed=0):
    return np.random.default_rng(seed)


IMAGES = rng().random((40, 3, 6, 8)).astype(np.float32)
SQUARES = rng().random((40, 1, 7, 7)).astype(np.float32)
DRAWN = [
    nn.shift(2), nn.rotate(20), nn.zoom(0.2), nn.flip(), nn.noise(0.1), nn.contrast(0.3),
    nn.colours(IMAGES, 3.0), nn.crop(5),
]  # fmt: skip


def is_among(image, others):
    return any(np.array_equal(image, other) for other in others)


@pytest.mark.parametrize("change", DRAWN)
def test_what_is_drawn_differs_from_image_to_image_and_not_from_run_to_run(change):
    same = np.repeat(IMAGES[:1], 30, axis=0)
    same.flags.writeable = False
    changed = change(same, rng(1))
    assert changed.dtype == np.float32
    assert changed.shape[:2] == (30, 3)
    assert len(np.unique(changed.reshape(30, -1), axis=0)) > 1
    assert_array_equal(changed, change(same, rng(1)))
    assert (changed != change(same, rng(2))).any()
    assert len(change(same[:0], rng())) == 0


BYTES = (255 * IMAGES).astype(np.uint8)


@pytest.mark.parametrize("dtype", [np.uint8, np.int64])
@pytest.mark.parametrize(
    "change",
    [
        *DRAWN[:6], nn.colours(BYTES, 0.1), nn.crop(5),
        lambda images, rng: nn.rotated(images, 45), lambda images, rng: nn.zoomed(images, 1.3),
    ],
)  # fmt: skip
def test_whole_numbers_are_changed_as_floats_are(change, dtype):
    expected = change(BYTES.astype(float), rng(1))
    assert_allclose(change(BYTES.astype(dtype), rng(1)), expected, rtol=1e-6, atol=1e-3)


def test_a_turn_of_whole_numbers_is_bilinear():
    turned = nn.rotated(np.arange(9).reshape(1, 1, 3, 3), 45)[0, 0, 0]
    assert_allclose(turned, [0.586, 2.586, 2.929], atol=1e-3)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: nn.shifted(IMAGES, 0, 1.9), TypeError, "columns must be an integer .* got 1.9"),
        (lambda: nn.shifted(IMAGES, True, 0), TypeError, "rows must be an integer .* got True"),
        (lambda: nn.rotated(IMAGES, np.nan), ValueError, "degrees must be finite; got nan"),
        (lambda: nn.rotated(IMAGES, "x"), TypeError, "degrees must be an array of numbers; got"),
        (
            lambda: nn.rotated(IMAGES, [0] * 39 + [np.inf]),
            ValueError,
            "degrees must be finite; got inf",
        ),
        (lambda: nn.zoomed(IMAGES, np.inf), ValueError, "factor must be finite; got inf"),
        (lambda: nn.flip(7), ValueError, "p must be at least 0 and at most 1; got 7"),
        (lambda: nn.flip(-0.1), ValueError, "p must be at least 0 and at most 1; got -0.1"),
    ],
)
def test_changes_that_are_none(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_a_flip_may_be_certain():
    assert_array_equal(nn.flip(1)(IMAGES, rng()), nn.mirrored(IMAGES))


def test_shifted_moves_by_cells_and_fills_with_zeros():
    down = nn.shifted(IMAGES, 2, -3)
    assert_array_equal(down[:, :, 2:, :-3], IMAGES[:, :, :-2, 3:])
    assert not down[:, :, :2].any()
    assert not down[:, :, :, -3:].any()
    assert_array_equal(nn.shifted(IMAGES, 0, 0), IMAGES)
    assert not nn.shifted(IMAGES, 6, 0).any()
    assert not nn.shifted(IMAGES, 0, -20).any()


def test_shift_draws_all_shifts_and_no_other():
    same = np.repeat(IMAGES[:1], 300, axis=0)
    every = [nn.shifted(same[:1], r, c)[0] for r in (-1, 0, 1) for c in (-1, 0, 1)]
    changed = nn.shift(1)(same, rng())
    assert all(is_among(image, every) for image in changed)
    assert all(is_among(image, changed) for image in every)


def test_crop_cuts_out():
    same = np.repeat(IMAGES[:1], 200, axis=0)
    every = [same[0, :, r : r + 5, c : c + 5] for r in (0, 1) for c in (0, 1, 2, 3)]
    changed = nn.crop(5)(same, rng())
    assert all(is_among(image, every) for image in changed)
    assert all(is_among(image, changed) for image in every)
    with pytest.raises(ValueError, match=r"crop must be at most the images' \(6, 8\); got 7"):
        nn.crop(7)(same, rng())


@pytest.mark.parametrize("turns", [0, 1, 2, 3, 4, -1])
def test_a_quarter_turn_is_exact(turns):
    expected = np.rot90(SQUARES, turns, axes=(2, 3))
    assert_allclose(nn.rotated(SQUARES, 90 * turns), expected, atol=1e-6)


def test_each_image_has_its_own_angle():
    angles = np.linspace(-30, 30, 40)
    together = nn.rotated(SQUARES, angles)
    for number in (0, 17, 39):
        alone = nn.rotated(SQUARES[[number]], angles[number])
        assert_allclose(together[[number]], alone, atol=1e-6)


def test_turning_and_zooming_is_bilinear():
    from scipy import ndimage

    image, angle = SQUARES[0, 0].astype(float), np.deg2rad(17)
    cos, sin = np.cos(angle), np.sin(angle)
    for matrix, mine in [
        (np.array([[cos, sin], [-sin, cos]]), nn.rotated(SQUARES[:1], 17)),
        (np.eye(2) / 1.3, nn.zoomed(SQUARES[:1], 1.3)),
        (np.eye(2) / 0.6, nn.zoomed(SQUARES[:1], 0.6)),
    ]:
        padded = np.pad(image, 3)
        middle = np.array([6, 6])
        theirs = ndimage.affine_transform(padded, matrix, middle - matrix @ middle, order=1)
        assert_allclose(mine[0, 0], theirs[3:-3, 3:-3], atol=1e-5)


def test_zoomed_by_1_is_nothing_and_by_2_shows_the_middle():
    assert_allclose(nn.zoomed(SQUARES, 1), SQUARES, atol=1e-7)
    assert_allclose(nn.zoomed(SQUARES, 2)[:, :, 1::2, 1::2], SQUARES[:, :, 2:5, 2:5], atol=1e-6)
    with pytest.raises(ValueError, match="factor must be above 0; got 0"):
        nn.zoomed(SQUARES, 0)
    with pytest.raises(ValueError, match=r"one for each of 40 images; got \(3,\)"):
        nn.zoomed(SQUARES, [1, 2, 3])


def test_zoom_draws_between_its_limits():
    bright = np.zeros((200, 1, 41, 41), np.float32)
    bright[:, :, 10:31, 10:31] = 1
    sides = np.sqrt(nn.zoom(0.25)(bright, rng()).sum(axis=(1, 2, 3)))
    assert 21 / 1.25 - 0.3 < sides.min() < 18.5
    assert 24 < sides.max() < 21 * 1.25 + 0.3


def test_flip_mirrors_about_half():
    changed = nn.flip()(IMAGES, rng())
    mirrored = (changed == nn.mirrored(IMAGES)).all(axis=(1, 2, 3))
    kept = (changed == IMAGES).all(axis=(1, 2, 3))
    assert (mirrored ^ kept).all()
    assert 10 < mirrored.sum() < 30


def test_noise_has_the_deviation():
    assert_allclose((nn.noise(0.3)(IMAGES, rng()) - IMAGES).std(), 0.3, rtol=0.05)


def test_contrast_keeps_the_mean():
    changed = nn.contrast(0.5)(IMAGES, rng())
    assert_allclose(changed.mean(axis=(1, 2, 3)), IMAGES.mean(axis=(1, 2, 3)), rtol=1e-4)
    factors = changed.std(axis=(1, 2, 3)) / IMAGES.std(axis=(1, 2, 3))
    assert 0.5 <= factors.min() < 0.6
    assert 1.4 < factors.max() <= 1.5


def test_colours_move_along_the_principal_components():
    axis = np.array([0.6, 0.8, 0.0])  # all colours lie on one line
    lightness = rng().normal(size=(50, 1, 4, 4))
    images = axis[:, None, None] * lightness
    moved = nn.colours(images, 1.0)(images, rng()) - images
    assert_allclose(moved, moved[:, :, :1, :1] * np.ones((1, 1, 4, 4)), atol=1e-12)
    moved = moved[:, :, 0, 0]
    along = moved @ axis
    assert_allclose(moved, along[:, None] * axis, atol=1e-12)
    assert_allclose(along.std(), lightness.var(), rtol=0.3)


def test_without_the_eigenvalues_colours_move_alike_in_all_directions():
    same = np.zeros((4000, 3, 1, 1))
    shifts = nn.colours(IMAGES, 2.0, by_eigenvalue=False)(same, rng())[:, :, 0, 0]
    assert_allclose(np.cov(shifts.T), 4 * np.eye(3), atol=0.3)
