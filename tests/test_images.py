"""Photographs, files and test images."""

import re
import socket
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image
from skimage import color, data

from cnnlab import images


@pytest.fixture
def no_network(monkeypatch):
    """Make every attempt to open a connection fail."""

    def refuse(*args, **kwargs):
        raise AssertionError("a connection was attempted")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.parametrize("name", images.NAMES)
def test_photographs_ship_with_scikit_image(name, no_network):
    picture = images.load(name)
    assert picture.dtype == np.uint8
    assert picture.ndim == 2 or picture.shape[2:] == (3,)
    assert picture.min() < picture.max()
    assert_array_equal(picture, getattr(data, name)())


def test_each_load_is_a_fresh_array():
    images.load("page")[:] = 0
    assert images.load("page").any()


def test_size_cuts_around_the_centre(tmp_path):
    columns = np.tile(np.arange(9, dtype=np.uint8), (3, 1))
    path = tmp_path / "columns.png"
    Image.fromarray(columns).save(path)
    assert_array_equal(images.load(path, size=3), [[3, 4, 5]] * 3)


def test_size_takes_means(tmp_path):
    path = tmp_path / "cells.png"
    Image.fromarray(np.array([[10, 20, 30, 50]] * 2, np.uint8)).save(path)
    assert_array_equal(images.load(path, size=(1, 2)), [[15, 40]])


@pytest.mark.parametrize("suffix", ["png", "bmp", "tiff"])
@pytest.mark.parametrize("kind", [str, Path])
def test_files(tmp_path, suffix, kind):
    pixels = np.arange(12, dtype=np.uint8).reshape(3, 4)
    path = tmp_path / f"small.{suffix}"
    Image.fromarray(pixels).save(path)
    assert_array_equal(images.load(kind(path)), pixels)


def test_colour_file(tmp_path):
    pixels = np.arange(36, dtype=np.uint8).reshape(3, 4, 3)
    Image.fromarray(pixels).save(tmp_path / "small.png")
    assert_array_equal(images.load(tmp_path / "small.png"), pixels)


def test_transparent_is_laid_on_white(tmp_path):
    Image.new("RGBA", (2, 1), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    assert_array_equal(images.load(tmp_path / "clear.png"), np.full((1, 2, 3), 255))


def test_palette_becomes_colour(tmp_path):
    Image.new("RGB", (2, 3), (10, 20, 30)).convert("P").save(tmp_path / "palette.gif")
    assert images.load(tmp_path / "palette.gif").shape == (3, 2, 3)


def test_black_and_white_becomes_bytes(tmp_path):
    Image.fromarray(np.array([[True, False]])).save(tmp_path / "bits.png")
    assert_array_equal(images.load(tmp_path / "bits.png"), [[255, 0]])


def test_sixteen_bits_become_eight(tmp_path):
    Image.fromarray(np.array([[0, 257, 65535]], np.uint16)).save(tmp_path / "deep.png")
    assert_array_equal(images.load(tmp_path / "deep.png"), [[0, 1, 255]])


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_sixteen_bits_are_dark_even_without_a_bright_pixel(tmp_path, suffix):
    Image.fromarray(np.array([[0, 255, 257]], np.uint16)).save(tmp_path / f"dark.{suffix}")
    assert_array_equal(images.load(tmp_path / f"dark.{suffix}"), [[0, 1, 1]])


@pytest.mark.parametrize(
    ("pixels", "kind"),
    [
        (np.array([[0, 0.5, 1]], np.float32), "floats"),
        (np.array([[0, 2**16]], np.int32), "more than 16 bits"),
        (np.array([[-1, 0]], np.int32), "more than 16 bits"),
    ],
)
def test_numbers_whose_white_is_unknown_are_refused(tmp_path, pixels, kind):
    Image.fromarray(pixels).save(tmp_path / "odd.tif")
    with pytest.raises(ValueError, match=f"odd.tif holds {kind}, whose white is unknown; 8 or 16"):
        images.load(tmp_path / "odd.tif")


def test_a_turned_photograph_is_set_upright(tmp_path):
    picture = Image.fromarray(np.array([[10, 200]], np.uint8))
    exif = picture.getexif()
    exif[0x0112] = 6
    picture.save(tmp_path / "turned.png", exif=exif)
    assert_array_equal(images.load(tmp_path / "turned.png"), [[10], [200]])


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"'camra' is neither a file.*mean 'camera'\?"):
        images.load("camra")
    with pytest.raises(FileNotFoundError, match="is neither a file nor one of 'brick'"):
        images.load(tmp_path)


def test_empty_file(tmp_path):
    (tmp_path / "empty.png").touch()
    with pytest.raises(ValueError, match=r"empty.png is empty \(0 bytes\)"):
        images.load(tmp_path / "empty.png")


def test_not_an_image(tmp_path):
    (tmp_path / "notes.png").write_text("not a picture")
    with pytest.raises(ValueError, match=r"notes.png is no image that can be read; PNG or JPEG"):
        images.load(tmp_path / "notes.png")


def test_damaged_image(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "whole.png")
    half = (tmp_path / "whole.png").read_bytes()[:2000]
    (tmp_path / "half.png").write_bytes(half)
    with pytest.raises(ValueError, match=r"half.png is a damaged image: "):
        images.load(tmp_path / "half.png")


@pytest.mark.parametrize("side", [8_001, 10_000, 20_000])
def test_huge_image_is_refused_before_it_is_decoded(tmp_path, side):
    Image.new("1", (side, side)).save(tmp_path / "huge.png")
    with pytest.raises(ValueError, match=r"huge.png has .*pixels.* 64 million"):
        images.load(tmp_path / "huge.png")


@pytest.mark.parametrize("name", [3, None, np.zeros((2, 2)), b"camera"])
def test_name_of_another_type(name):
    with pytest.raises(TypeError, match="name must be a string or a path; got"):
        images.load(name)


@pytest.mark.parametrize(
    ("size", "error"), [(0, ValueError), ((1, 2, 3), ValueError), (2.5, TypeError)]
)
def test_bad_size(size, error):
    with pytest.raises(error, match="size"):
        images.load("page", size=size)


@pytest.mark.parametrize("size", [100_000, (2**31, 2**31), (2**31 - 1, 1), (64_000_001, 1)])
def test_a_huge_size_is_refused_before_anything_is_made(monkeypatch, size):
    monkeypatch.setattr(images, "_open", None)  # nothing is read, nor scaled
    with pytest.raises(
        ValueError, match=r"size must (have at most 64 million|be an integer of at)"
    ):
        images.load("page", size=size)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.uint8, bool])
@pytest.mark.parametrize("shape", [(2, 2), (2, 2, 3)])
def test_grey_is_float64_whatever_came(dtype, shape):
    grey = images.to_grey(np.full(shape, 255, dtype))
    assert grey.dtype == np.float64
    assert_allclose(grey, 1 if dtype is bool else 255, rtol=1e-12)


@pytest.mark.parametrize("height", [np.float32(0.1), np.float16(3), 2.5, np.array(0.25)])
def test_a_step_of_a_float_is_float64(height):
    made = images.step((1, 2), height=height)
    assert made.dtype == np.float64
    assert_array_equal(made, [[0, float(height)]])


@pytest.mark.parametrize("height", [[9], [[0, 9]], np.ones((3, 4))])
def test_a_step_has_one_height(height):
    with pytest.raises(ValueError, match="height must be one number; got an array of shape"):
        images.step((3, 4), height=height)


def test_grey_against_scikit_image():
    picture = images.load("coffee")
    assert_allclose(images.to_grey(picture), 255 * color.rgb2gray(picture), atol=1e-9)


def test_grey_keeps_range_type_and_argument():
    picture = np.array([[[255, 255, 255], [0, 0, 0]]], np.uint8)
    grey = images.to_grey(picture)
    assert grey.dtype == np.float64
    assert_allclose(grey, [[255, 0]])
    assert picture.dtype == np.uint8


def test_grey_of_grey_is_a_copy():
    plane = np.array([[1.0, 2.0]])
    grey = images.to_grey(plane)
    assert_array_equal(grey, plane)
    assert not np.shares_memory(grey, plane)


@pytest.mark.parametrize("shape", [(3,), (2, 2, 4), (2, 2, 1), (1, 2, 2, 3)])
def test_grey_of_another_shape(shape):
    with pytest.raises(ValueError, match=r"image must have shape \(H, W, 3\) or \(H, W\); got"):
        images.to_grey(np.zeros(shape))


def test_grey_of_words():
    with pytest.raises(TypeError, match=r"got the string 'coffee'; read a picture with"):
        images.to_grey("coffee")


def test_step_of_words():
    with pytest.raises(TypeError, match="height must be an array of numbers; got the string 'x'"):
        images.step((2, 2), height="x")


def test_shrink_takes_exact_block_means():
    image = np.arange(24).reshape(4, 6)
    assert_array_equal(images.shrink(image, (2, 3)), [[4, 7], [16, 19]])


def test_shrink_keeps_channels_apart():
    image = np.stack([np.full((4, 6), value) for value in (1, 2, 3)], axis=2)
    assert_array_equal(images.shrink(image, 2), np.broadcast_to([1.0, 2.0, 3.0], (2, 3, 3)))


def test_shrink_does_not_overflow_bytes():
    small = images.shrink(np.full((4, 4), 255, np.uint8), 4)
    assert small.dtype == np.float64
    assert_array_equal(small, [[255]])


@pytest.mark.parametrize(
    ("shape", "factor", "message"),
    [
        ((7, 8), 2, "image has 7 cells along axis 0, which factor 2 does not divide; 6 or 8 would"),
        ((6, 8), (2, 3), "image has 8 cells along axis 1, which factor 3 does not divide; 6 or 9"),
        ((2, 8), 4, "image has 2 cells along axis 0, which factor 4 does not divide; 4 would do"),
        ((6,), 2, "image must have shape (H, W) or (H, W, 3); got (6,)"),
        ((6, 6), 0, "factor must be an integer of at least 1; got 0"),
    ],
)
def test_shrink_says_what_would_do(shape, factor, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        images.shrink(np.zeros(shape), factor)


def test_bytes_are_rounded_half_to_even_and_clipped():
    values = [-1e9, -0.5, 0.5, 1.5, 2.5, 254.5, 255.5, 1e9, np.inf, -np.inf]
    expected = [0, 0, 0, 2, 2, 254, 255, 255, 255, 0]
    made = images.to_uint8(values)
    assert made.dtype == np.uint8
    assert made.tolist() == expected


def test_bytes_of_nan():
    with pytest.raises(ValueError, match=r"values must not be NaN; got 1 NaN in shape \(2,\)"):
        images.to_uint8([1, np.nan])


def test_bytes_of_integers():
    assert images.to_uint8([300, -1, 7]).tolist() == [255, 0, 7]


def test_ramp():
    assert_array_equal(images.ramp((2, 3), axis=1), [[0, 1, 2], [0, 1, 2]])
    assert_array_equal(images.ramp((2, 3), axis=0), [[0, 0, 0], [1, 1, 1]])


def test_step():
    assert_array_equal(images.step((2, 5), axis=1, height=9), [[0, 0, 9, 9, 9]] * 2)
    assert_array_equal(images.step((3, 2), axis=0, height=0.5), [[0, 0], [0.5, 0.5], [0.5, 0.5]])
    assert_array_equal(images.step((1, 4), at=3), [[0, 0, 0, 1]])


@pytest.mark.parametrize("make", [images.ramp, images.step])
@pytest.mark.parametrize(
    ("shape", "axis", "error", "message"),
    [
        (5, 0, ValueError, "shape must be (rows, columns); got 5"),
        ((5,), 0, ValueError, "shape needs an int or one per axis (2)"),
        ((0, 5), 0, ValueError, "shape must be an integer of at least 1; got 0"),
        ((5, 5), 2, ValueError, "axis must be 0 (down) or 1 (to the right); got 2"),
        ((5, 5), "x", TypeError, "axis must be an integer of at least 0; got 'x' (str)"),
    ],
)
def test_malformed_test_images(make, shape, axis, error, message):
    with pytest.raises(error, match=re.escape(message)):
        make(shape, axis=axis)
