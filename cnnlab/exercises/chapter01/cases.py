"""The cases that chapter 1's answers are tried on: whole numbers, smallest first.

Each function returns stages, as `cnnlab.exercises.exercise.Exercise` wants them. What is random
comes from a generator with a fixed seed, so every run sees the same.
"""

from functools import cache

import numpy as np

from cnnlab import images

_SMALL_KERNEL = np.array([[0, 1], [2, 3]])


def _integers(rng, *shape):
    return rng.integers(-4, 10, shape)


def _bytes(rng, *shape):
    return rng.integers(60, 256, shape, dtype=np.uint8)


@cache
def windows_and_kernels():
    """Return stages of (window, kernel): whole numbers of both signs, then bytes."""
    rng = np.random.default_rng(0)
    by_hand = [
        (np.array([[1, 2], [3, 4]]), _SMALL_KERNEL),
        (np.array([[1, 2, 0], [3, 1, 2]]), np.array([[1, 0, -1], [2, 1, 0]])),
        (np.array([[1, 2], [0, 3], [1, 4]]), np.array([[1.0, -1.0], [0.0, 2.0], [3.0, 0.0]])),
        (np.arange(9).reshape(3, 3), np.array([[0, 0, 1], [0, 2, 0], [-1, 0, 3]])),
    ]
    shapes = [(2, 5), (5, 2), (3, 4), (4, 4), (5, 3)]
    generated = [(_integers(rng, *shape), _integers(rng, *shape)) for shape in shapes]
    in_bytes = [
        (np.array([[200, 100], [50, 255]], np.uint8), np.array([[2, 1], [0, 3]], np.uint8)),
        (_bytes(rng, 3, 4), rng.integers(1, 9, (3, 4), dtype=np.uint8)),
    ]
    return tuple(by_hand + generated), tuple(in_bytes)


@cache
def windows_of_images():
    """Return one stage of (image, row, column, kernel_shape)."""
    rng = np.random.default_rng(0)
    small = np.arange(12).reshape(3, 4)
    by_hand = [(small, 1, 0, (2, 2)), (small, 0, 2, (2, 2)), (small, 0, 1, (2, 3))]
    places = [
        (4, 4, 1, 2, (2, 2)),
        (5, 4, 2, 1, (3, 2)),
        (5, 5, 0, 0, (3, 3)),
        (5, 6, 2, 1, (3, 3)),
        (6, 5, 3, 2, (1, 3)),
        (6, 8, 1, 4, (5, 2)),
    ]
    generated = [(_integers(rng, h, w), row, col, shape) for h, w, row, col, shape in places]
    in_bytes = [(_bytes(rng, 6, 7), 2, 3, (3, 4))]
    return (tuple(by_hand + generated + in_bytes),)


@cache
def images_and_kernels():
    """Return stages of (image, kernel): whole numbers of both signs, then bytes."""
    rng = np.random.default_rng(0)
    by_hand = [
        (np.arange(1, 10).reshape(3, 3), _SMALL_KERNEL),
        (np.arange(1, 13).reshape(3, 4), _SMALL_KERNEL),
        (np.arange(12, 0, -1).reshape(4, 3), np.array([[1, 0, -1], [2, 1, 0]])),
    ]
    shapes = [
        (3, 5, 3, 5),
        (4, 4, 3, 3),
        (5, 4, 2, 2),
        (5, 5, 2, 3),
        (5, 5, 3, 3),
        (6, 5, 3, 3),
        (6, 6, 4, 2),
        (5, 8, 1, 3),
        (7, 6, 3, 2),
    ]
    generated = [(_integers(rng, h, w), _integers(rng, kh, kw)) for h, w, kh, kw in shapes]
    in_bytes = [
        (_bytes(rng, 3, 4), np.array([[1, 2], [0, 4]])),
        (_bytes(rng, 4, 5), np.array([[1, 2, 1], [0, 3, 5]], np.uint8)),
        (_bytes(rng, 4, 4), np.array([[5, 1], [2, 3]], np.uint8)),
    ]
    return tuple(by_hand + generated), tuple(in_bytes)


@cache
def images_and_kernel_shapes():
    """Return one stage of (image, kernel_shape), both sides of the kernel odd."""
    rng = np.random.default_rng(0)
    small = np.array([[1, 2, 3], [4, 5, 6]])
    by_hand = [(small, (3, 3)), (small, (1, 3)), (small, (5, 3))]
    shapes = [(4, 4, (3, 3)), (4, 5, (3, 5)), (5, 4, (5, 5)), (5, 5, (3, 1)), (6, 4, (7, 5))]
    generated = [(_integers(rng, h, w), shape) for h, w, shape in shapes]
    in_bytes = [(_bytes(rng, 4, 6), (5, 3))]
    return (tuple(by_hand + generated + in_bytes),)


@cache
def values_to_store():
    """Return one stage of (values,): in and out of range, none halfway between two numbers."""
    rng = np.random.default_rng(0)
    by_hand = [
        np.array([[12.0, 99.7], [100.2, 254.4]]),
        np.array([[-3.2, 12.7, 300.4], [99.6, 255.4, -0.3]]),
        np.array([[-40, 260], [7, 8], [512, 0]]),
    ]
    shapes = [(3, 4), (5, 3), (6, 7)]
    generated = [
        rng.integers(-300, 600, shape) + rng.integers(-4, 5, shape) / 10 for shape in shapes
    ]
    return (tuple((values,) for values in by_hand + generated),)


@cache
def pictures_and_patterns():
    """Return stages of (image, pattern): drawn scenes with a bright area, then photographs."""
    corner = [[9, 0], [9, 0], [9, 9]]
    scenes = (
        _scene((5, 7), [[9, 0, 9], [0, 9, 0]], (3, 0), bright=(0, 4, 3, 3)),
        _scene((6, 6), [[9, 0], [0, 9]], (3, 1), bright=(0, 3, 3, 3)),
        _scene((6, 8), [[9, 0], [0, 9]], (4, 5), bright=(0, 0, 4, 4), seed=2),
        _scene((7, 7), [[0, 9, 0], [9, 0, 9], [0, 9, 0]], (3, 1), bright=(0, 3, 3, 4)),
        _scene((8, 8), corner, (5, 1), bright=(0, 4, 4, 4)),
        _scene((9, 6), corner, (5, 1), bright=(0, 2, 4, 4)),
        _scene((10, 12), [[9, 0, 9, 0], [0, 9, 0, 9], [9, 0, 0, 9]], (4, 1), bright=(0, 6, 10, 6)),
    )
    photographs = (
        _part(images.load("text")[30:110, 180:300], 31, 98, 19, 13),
        _part(images.load("page")[45:110, 150:300], 24, 50, 31, 18),
        _part(images.load("coins")[20:100, 60:190], 19, 94, 28, 17),
    )
    return scenes, photographs


def _scene(shape, pattern, place, *, bright, seed=0):
    """Draw a dark, uneven scene, a bright area in it, and the pattern in one place."""
    pattern = np.array(pattern)
    image = np.random.default_rng(seed).integers(0, 4, shape)
    top, left, height, width = bright
    image[top : top + height, left : left + width] += 9
    row, column = place
    image[row : row + pattern.shape[0], column : column + pattern.shape[1]] = pattern
    return image, pattern


def _part(image, row, column, height, width):
    return image.copy(), image[row : row + height, column : column + width].copy()
