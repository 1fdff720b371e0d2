"""The named kernels: what their cells sum to, and what they answer to."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from cnnlab import cross_correlate2d, images, kernels
from cnnlab.conv import flip_kernel

BLURS = ("small_blur", "large_blur", "box_blur", "gaussian_blur")
EDGES = ("sobel_x", "sobel_y", "prewitt_x", "prewitt_y", "laplacian", "horizontal_edge")
LINES = ("line_horizontal", "line_vertical", "line_diagonal")


@pytest.mark.parametrize("name", kernels.NAMES)
def test_each_is_a_fresh_float64_plane(name):
    kernel = kernels.named(name)
    assert kernel.dtype == np.float64
    assert kernel.ndim == 2
    kernel[:] = 99
    assert not np.any(kernels.named(name) == 99)


@pytest.mark.parametrize("name", kernels.NAMES)
def test_each_has_one_sentence(name):
    sentence = kernels.note(name)
    assert sentence.endswith(".")
    assert len(sentence) > 40
    assert sentence not in [kernels.note(other) for other in kernels.NAMES if other != name]


def test_the_seven():
    seven = ("small_blur", "large_blur", "sharpen", "laplacian", "sobel_x", "sobel_y", "emboss")
    assert seven == kernels.SEVEN
    assert set(seven) <= set(kernels.NAMES)
    assert len(set(kernels.NAMES)) == len(kernels.NAMES)


@pytest.mark.parametrize("name", [*BLURS, "sharpen", "emboss", "identity"])
def test_brightness_is_kept_by_a_sum_of_one(name):
    assert_allclose(kernels.named(name).sum(), 1)


@pytest.mark.parametrize("name", [*EDGES, *LINES])
def test_flat_regions_vanish_by_a_sum_of_zero(name):
    assert kernels.named(name).sum() == 0


def test_blur_sizes():
    shapes = [kernels.named(name).shape for name in BLURS]
    assert shapes == [(7, 7), (21, 21), (3, 3), (5, 5)]


@pytest.mark.parametrize(
    ("name", "across", "down"),
    [
        ("sobel_x", 8, 0),
        ("sobel_y", 0, 8),
        ("prewitt_x", 6, 0),
        ("prewitt_y", 0, 6),
        ("horizontal_edge", 0, -6),
        ("laplacian", 0, 0),
    ],
)
def test_signs_on_a_ramp(name, across, down):
    kernel = kernels.named(name)
    assert_array_equal(cross_correlate2d(images.ramp((3, 4), axis=1), kernel), [[across] * 2])
    assert_array_equal(cross_correlate2d(images.ramp((3, 4), axis=0), kernel), [[down] * 2])


def test_emboss_grows_down_and_to_the_right():
    kernel = kernels.named("emboss") - kernels.named("identity")
    for axis in (0, 1):
        assert cross_correlate2d(images.ramp((3, 3), axis=axis), kernel) > 0


def test_sharpen_is_identity_minus_laplacian():
    difference = kernels.named("identity") - kernels.named("laplacian")
    assert_array_equal(kernels.named("sharpen"), difference)


@pytest.mark.parametrize("pair", ["sobel", "prewitt"])
def test_y_is_x_transposed(pair):
    assert_array_equal(kernels.named(f"{pair}_y"), kernels.named(f"{pair}_x").T)


@pytest.mark.parametrize("drawn", LINES)
def test_each_line_kernel_prefers_its_own_line(drawn):
    line = {
        "line_horizontal": np.pad(np.ones((1, 7)), ((3, 3), (0, 0))),
        "line_vertical": np.pad(np.ones((7, 1)), ((0, 0), (3, 3))),
        "line_diagonal": np.eye(7),
    }[drawn]
    answers = {name: cross_correlate2d(line, kernels.named(name))[2, 2] for name in LINES}
    assert max(answers, key=answers.get) == drawn
    assert answers[drawn] == 6


def test_which_of_the_seven_notice_the_flip():
    changed = {
        name: not np.array_equal(flip_kernel(kernels.named(name)), kernels.named(name))
        for name in kernels.SEVEN
    }
    assert [name for name in kernels.SEVEN if changed[name]] == ["sobel_x", "sobel_y", "emboss"]


@pytest.mark.parametrize("ask", [kernels.named, kernels.note])
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("sobelx", "did you mean 'sobel_x'?"),
        ("Emboss", "did you mean 'emboss'?"),
        ("zzz", "name must be one of 'small_blur', 'large_blur', 'sharpen'"),
        (3, "got 3"),
        (None, "got None"),
        (["sobel_x"], "got ['sobel_x']"),
    ],
)
def test_unknown_names(ask, name, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        ask(name)
