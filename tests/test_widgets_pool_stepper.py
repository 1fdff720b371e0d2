"""PoolStepper's contract: its numbers are the package's, its errors say what would do."""

import html
import json
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from traitlets import TraitError

from cnnlab.pool import (
    avg_pool2d,
    avg_pool_backward,
    lp_pool2d,
    lp_pool_backward,
    max_pool2d,
    max_pool_backward,
    max_unpool,
)
from cnnlab.widgets import PoolStepper

IMAGE = np.array([[1, 3, 7, 2, 0], [2, 7, 1, 5, 6], [0, 4, 4, 9, 2], [8, 8, 3, 1, 0]])
X = IMAGE[None, None]
SETTINGS = [
    {},
    {"stride": 1},
    {"kernel_size": (2, 3), "stride": (1, 2)},
    {"kernel_size": 3, "stride": 2, "padding": 1},
    {"kernel_size": 2, "padding": ((1, 0), (0, 1))},
    {"kernel_size": 3, "stride": 1, "padding": "same"},
]


@pytest.fixture
def stepper():
    return PoolStepper(IMAGE)


def gradient_for(stepper):
    return np.arange(stepper.output.size).reshape(stepper.output.shape) - 2


@pytest.mark.parametrize("options", SETTINGS)
def test_max_is_the_packages(options):
    stepper = PoolStepper(IMAGE, **options)
    output, switches = max_pool2d(X, **{"kernel_size": 2} | options)
    np.testing.assert_array_equal(stepper.output, output[0, 0])
    np.testing.assert_array_equal(stepper.switches, switches[0, 0])
    unpooled = max_unpool(output, switches, X.shape)[0, 0]
    np.testing.assert_array_equal(stepper.layer.unpool(), unpooled)
    stepper.gradient = gradient_for(stepper)
    back = max_pool_backward(stepper.gradient[None, None], switches, X.shape)
    np.testing.assert_array_equal(stepper.input_gradient, back[0, 0])


@pytest.mark.parametrize("count_padding", [False, True])
@pytest.mark.parametrize("options", SETTINGS)
def test_average_is_the_packages(options, count_padding):
    stepper = PoolStepper(IMAGE, operation="average", count_padding=count_padding, **options)
    options = {"kernel_size": 2, "count_padding": count_padding} | options
    np.testing.assert_array_equal(stepper.output, avg_pool2d(X, **options)[0, 0])
    stepper.gradient = gradient_for(stepper)
    back = avg_pool_backward(stepper.gradient[None, None], X.shape, **options)
    np.testing.assert_array_equal(stepper.input_gradient, back[0, 0])
    assert stepper.switches is None


@pytest.mark.parametrize("options", SETTINGS)
def test_l2_is_the_packages(options):
    stepper = PoolStepper(IMAGE, operation="l2", **options)
    options = {"kernel_size": 2} | options
    np.testing.assert_array_equal(stepper.output, lp_pool2d(X, **options)[0, 0])
    stepper.gradient = gradient_for(stepper)
    back = lp_pool_backward(stepper.gradient[None, None], X, **options)
    np.testing.assert_array_equal(stepper.input_gradient, back[0, 0])


def test_gradients_are_ones_unless_said_otherwise(stepper):
    given = stepper.input_gradient
    stepper.gradient = np.ones((2, 2))
    np.testing.assert_array_equal(stepper.input_gradient, given)


@pytest.mark.parametrize(
    ("traits", "sentence"),
    [
        ({}, "Row 0, column 0: max(1, 3, 2, 7) = 7, at row 1 column 1."),
        (
            {"stride": 1, "position": 1},
            "Row 0, column 1: max(3, 7, 7, 1) = 7, at row 0 column 2, the first of two equal ones.",
        ),
        (
            {"operation": "average", "stride": 1, "position": 1},
            "Row 0, column 1: (3 + 7 + 7 + 1) / 4 = 4.5.",
        ),
        (
            {"operation": "l2", "stride": 1, "position": 1},
            "Row 0, column 1: √(9 + 49 + 49 + 1) ≈ 10.39.",
        ),
        (
            {"operation": "average", "padding": 1},
            "Row 0, column 0: (1) / 1 = 1, the padding does not count.",
        ),
        (
            {"operation": "average", "padding": 1, "count_padding": True},
            "Row 0, column 0: (1) / 4 = 0.25, the padding counts as 0.",
        ),
        (
            {"direction": "unpool"},
            "Row 0, column 0: 7 goes to its switch 6, row 1 column 1: unpooled[1, 1] = 7.",
        ),
        (
            {"direction": "backward", "stride": 1, "position": 4},
            "Row 1, column 0: the gradient 1 goes to row 1 column 1: "
            "input gradient[1, 1] = 1 + 1 = 2.",
        ),
        (
            {"direction": "backward", "operation": "average", "stride": 1, "position": 1},
            "Row 0, column 1: the gradient 1 gives each of 4 cells 1/4 = 0.25: "
            "input gradient[0, 1] = 0.25 + 1/4 = 0.5.",
        ),
        (
            {"direction": "backward", "operation": "l2"},
            "Row 0, column 0: the gradient 1 gives each of 4 cells its value / 7.94 of it: "
            "input gradient[0, 0] = (1/7.94)·1 ≈ 0.126.",
        ),
    ],
)
def test_sentence(traits, sentence):
    assert PoolStepper(IMAGE, **traits).sentence() == sentence


def test_a_window_of_zeros_has_no_gradient():
    stepper = PoolStepper(np.zeros((2, 2)), operation="l2", direction="backward")
    assert stepper.sentence().endswith("the gradient 1 goes nowhere, as the norm is 0.")
    np.testing.assert_array_equal(stepper.input_gradient, np.zeros((2, 2)))


def test_a_long_sum_is_told_short():
    image = np.zeros((9, 9))
    image[4, 4] = 1
    stepper = PoolStepper(image, 4, stride=1, direction="backward")
    stepper.position = int(np.flatnonzero(stepper.switches == 40)[-1])
    assert stepper.sentence().endswith("input gradient[4, 4] = 15 (15 terms) + 1 = 16.")
    assert stepper.input_gradient[4, 4] == 16


@pytest.mark.parametrize("operation", ["average", "l2"])
def test_only_max_pooling_has_something_to_unpool(stepper, operation):
    stepper.operation = operation
    reason = r"comes from every cell of the window; use operation 'max'"
    with pytest.raises(TraitError, match=rf"direction can't be 'unpool': .*{reason}"):
        stepper.direction = "unpool"
    assert stepper.direction == "forward"
    unpooling = PoolStepper(IMAGE, direction="unpool")
    with pytest.raises(TraitError, match=rf"operation can't be '{operation}'"):
        unpooling.operation = operation
    assert unpooling.operation == "max"


def test_a_gradient_that_no_longer_fits_becomes_ones(stepper):
    stepper.gradient = [[1, 2], [3, 4]]
    stepper.padding = ((0, 0), (0, 1))
    assert stepper.output.shape == (2, 3)
    assert stepper.gradient is None


def test_a_gradient_that_fits_stays(stepper):
    stepper.gradient = [[1, 2], [3, 4]]
    stepper.operation = "l2"
    stepper.image = IMAGE + 1
    assert stepper.gradient.tolist() == [[1, 2], [3, 4]]


def test_position_is_pulled_back_when_the_output_shrinks(stepper):
    stepper.stride = 1
    stepper.position = 11
    stepper.stride = None
    assert stepper.position == 3


@pytest.mark.parametrize(
    ("trait", "value", "message"),
    [
        ("image", "cat", r"image must be an array of numbers of shape \(H, W\); got str 'cat'"),
        ("image", [[1, np.nan]], r"got nan at \(0, 1\); every cell must be a finite number"),
        ("image", [[1, -np.inf]], r"got -inf at \(0, 1\)"),
        ("image", np.ones((4, 5, 3)), "pick one channel"),
        ("image", [[1, 2, 3]], "image can't be of shape .*use a kernel of at most 1"),
        ("kernel_size", 0, "kernel_size must be an integer of at least 1; got 0"),
        ("kernel_size", 5, "covers 5 cells, but size 4"),
        ("kernel_size", 1.5, "kernel_size must be an integer"),
        ("kernel_size", None, "kernel_size must be an integer"),
        ("stride", 0, "stride must be an integer of at least 1; got 0"),
        ("stride", True, "stride must be an integer"),
        ("padding", -1, "at least 0; got -1"),
        ("padding", "sme", "did you mean 'same'"),
        ("padding", 2, "some window would hold padding only; use less padding or a larger"),
        ("padding", ((0, 0), (0, 3)), "some window would hold padding only"),
        ("padding", 20_000, "there would be 400.. × 400.. cells, padding included; at most"),
        ("operation", "min", "operation"),
        ("direction", "sideways", "direction"),
        ("padding", None, "padding must be an integer"),
        ("count_padding", "yes", "count_padding"),
        ("gradient", [[1, 2, 3]], r"gradient must have the output's shape \(2, 2\)"),
        ("gradient", [[1, 2], [3, np.inf]], "gradient .* must be a finite number"),
        ("gradient", 1, "gradient must be an array of numbers"),
        (
            "position",
            4,
            "a whole number from 0 to 3, the last of 4 output cells; got 4",
        ),
        ("position", -1, "position must be a whole number from 0 to 3"),
        ("speed", 0, "speed"),
        ("views", ["matrix"], "views"),
        ("controls", ["zoom"], "controls"),
    ],
)
def test_bad_value_is_refused_and_the_last_good_state_stays(stepper, trait, value, message):
    before = stepper.static_html()
    with pytest.raises(TraitError, match=message):
        setattr(stepper, trait, value)
    assert stepper.static_html() == before


def test_no_stride_is_checked_like_any_other():
    """With a stride of 3 one window fits; with the window's own, a second one has no cell."""
    stepper = PoolStepper([[1, 2]], (1, 2), stride=3, padding=((0, 0), (0, 2)))
    with pytest.raises(TraitError, match=r"stride can't be None: .* would hold padding only"):
        stepper.stride = None
    assert stepper.stride == 3


def test_unknown_trait_is_named():
    with pytest.raises(TypeError, match="no trait 'dilation'; it has controls, count_padding"):
        PoolStepper(IMAGE, dilation=2)


def test_two_traits_that_need_each_other(stepper):
    with stepper.hold_trait_notifications():
        stepper.kernel_size = 6
        stepper.padding = 1
    assert stepper.output.shape == (1, 1)


def traits_of(text):
    return json.loads(html.unescape(re.search(r'data-traits="([^"]*)"', text)[1]))


def test_static_form_holds_every_trait_and_no_more(stepper):
    assert traits_of(stepper.static_html()) == {
        "controls": [
            "operation",
            "kernel_size",
            "stride",
            "padding",
            "count_padding",
            "direction",
            "cells",
        ],
        "count_padding": False,
        "direction": "forward",
        "gradient": None,
        "image": IMAGE.tolist(),
        "kernel_size": 2,
        "operation": "max",
        "padding": 0,
        "playing": False,
        "position": 0,
        "speed": 2,
        "stride": None,
        "views": ["input", "output", "switches", "arithmetic"],
    }
    stepper.gradient = [[1, 2], [3, 0.5]]
    assert traits_of(stepper.static_html())["gradient"] == [[1, 2], [3, 0.5]]


def test_bundle_has_all_three_lives(stepper):
    data, _ = stepper._repr_mimebundle_()
    assert set(data) == {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"}
    assert data["text/plain"] == repr(stepper)


def test_two_equal_steppers_are_stored_alike():
    one, two = (PoolStepper(IMAGE, direction="backward", stride=1) for _ in range(2))
    assert (repr(one), one.static_html()) == (repr(two), two.static_html())


def texts(stepper):
    picture = ET.fromstring(stepper.picture())
    words = list(picture.itertext())
    assert words[-1] == stepper.sentence()
    return words


def notes(stepper):
    """The notes in the corners of the cells."""
    cells = ET.fromstring(stepper.picture()).iter("td")
    return [cell.get("data-weight") for cell in cells if cell.get("data-weight")]


def test_picture_of_the_way_forward(stepper):
    assert {"Image 4 × 5", "Output 2 × 2", "Switches 2 × 2"} <= set(texts(stepper))
    assert notes(stepper) == ["max", "1, 1"]  # the one switch that is found, as row and column
    stepper.position = 3
    assert "Switches 2 × 2, frozen" in texts(stepper)


def test_picture_marks_ties_and_padding():
    stepper = PoolStepper(IMAGE, 3, stride=2, padding=1, position=3)
    assert texts(stepper).count("−∞") == 2 * 7 + 2 * 4
    found = notes(stepper)
    assert (found.count("1st"), found.count("="), found.count("max")) == (1, 1, 0)


def test_picture_of_unpooling_fills_as_the_cursor_goes():
    stepper = PoolStepper([[5, 6, 7, 8]], (1, 2), direction="unpool")
    assert texts(stepper).count("0") == 3
    stepper.position = 1
    assert texts(stepper).count("0") == 2


def test_picture_of_the_way_back():
    stepper = PoolStepper(IMAGE, stride=1, direction="backward", position=4)
    words = texts(stepper)
    assert {"Output gradient 3 × 4", "Input gradient 4 × 5", "Switches 3 × 4, frozen"} <= set(words)
    assert words[-1].endswith("input gradient[1, 1] = 1 + 1 = 2.")


def test_views_leave_out_what_is_not_wanted():
    words = texts(PoolStepper(IMAGE, views=["output"]))
    assert "Output 2 × 2" in words
    assert not any(word.startswith(("Image", "Switches")) for word in words)
    assert 'class="cnnlab-spoken">Row' in PoolStepper(IMAGE, views=["output"]).picture()


def test_reset_state_is_the_first_one(stepper):
    stepper.position = 3
    stepper.gradient = np.zeros((2, 2))
    assert (stepper._initial["position"], stepper._initial["gradient"]) == (0, None)
