"""ConvStepper's contract: its traits, its errors, its form on a page without a kernel."""

import html
import json
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from traitlets import TraitError

from cnnlab import conv2d, conv_transpose2d, convolve2d, cross_correlate2d
from cnnlab.widgets import ConvStepper
from cnnlab.widgets._shared.text import format_number
from cnnlab.widgets.conv_stepper import CONTROLS, VIEWS

IMAGE = np.arange(30).reshape(5, 6) % 7
KERNEL = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])


@pytest.fixture
def stepper():
    return ConvStepper(IMAGE, KERNEL)


@pytest.mark.parametrize("mode", ["correlation", "convolution"])
@pytest.mark.parametrize(
    "options",
    [{}, {"stride": 2}, {"padding": "same"}, {"padding": 2, "dilation": 2}, {"stride": (1, 2)}],
)
def test_output_is_the_package_operation(mode, options):
    operation = convolve2d if mode == "convolution" else cross_correlate2d
    stepper = ConvStepper(IMAGE, KERNEL, mode=mode, **options)
    np.testing.assert_array_equal(
        stepper.output, operation(IMAGE, KERNEL, **{"padding": 0} | options)
    )


@pytest.mark.parametrize("mode", ["correlation", "convolution"])
@pytest.mark.parametrize(
    "options", [{}, {"stride": 2, "padding": 1}, {"padding": "full", "dilation": 2}]
)
def test_window_times_kernel_is_the_output(mode, options):
    stepper = ConvStepper(IMAGE, KERNEL, mode=mode, **options)
    sliding = KERNEL[::-1, ::-1] if mode == "convolution" else KERNEL
    for position, value in enumerate(stepper.output.ravel()):
        stepper.position = position
        assert (stepper.window * sliding).sum() == value
        assert stepper.sentence().endswith(f" = {value:g}.".replace("-", "−"))


def test_kernel_by_name():
    np.testing.assert_array_equal(
        ConvStepper(IMAGE, "laplacian").kernel, [[0, 1, 0], [1, -4, 1], [0, 1, 0]]
    )


def test_lists_become_read_only_arrays(stepper):
    stepper.image = [[1, 2, 3]] * 3
    assert stepper.image.dtype == np.float64
    with pytest.raises(ValueError, match="read-only"):
        stepper.image[0, 0] = 9


def test_the_callers_array_stays_writable_and_apart():
    image = np.ones((4, 5))
    stepper = ConvStepper(image, KERNEL)
    image[0, 0] = 7
    assert stepper.image[0, 0] == 1


def test_position_is_pulled_back_when_the_output_shrinks(stepper):
    stepper.position = 11
    stepper.stride = 2
    assert stepper.position == stepper.output.size - 1


@pytest.mark.parametrize(
    ("trait", "value", "message"),
    [
        (
            "image",
            "cat",
            r"image must be an array of numbers of shape \(H, W\) or \(C, H, W\); got str 'cat'",
        ),
        ("image", np.ones((3, 4, 3)), "the image has 3 channels .*: pick one channel"),
        ("image", [1, 2, 3], r"got 1 axes, shape \(3,\)"),
        ("image", [[1, 2], [3]], "rows of different lengths"),
        ("image", [[1, np.nan]], r"got nan at \(0, 1\); every cell must be a finite number"),
        ("image", [[np.inf, 1]], r"got inf at \(0, 0\)"),
        ("image", [[1j]], "must be an array of numbers"),
        ("image", [[]], "an empty array"),
        ("image", None, "must be an array of numbers"),
        ("image", np.ones((2, 2)), "use a kernel of at most 2 or padding of at least 1"),
        ("kernel", np.ones((6, 2)), "covers 6 cells, but size 5 .* has only 5"),
        ("kernel", "sobel", "must be an array of numbers"),
        ("stride", 0, "stride must be an integer of at least 1; got 0"),
        ("stride", None, "stride must be an integer"),
        ("stride", 1.5, "stride must be an integer"),
        ("stride", True, "stride must be an integer"),
        ("stride", (1, 2, 3), "stride"),
        ("dilation", 3, "dilation 3 covers 7 cells"),
        ("padding", -1, "at least 0; got -1"),
        ("padding", "sme", "did you mean 'same'"),
        ("mode", "flip", "mode"),
        (
            "position",
            12,
            "a whole number from 0 to 11, the last of 12 output cells; got 12",
        ),
        ("position", -1, "position must be a whole number from 0 to 11"),
        ("speed", 0, "speed"),
        ("speed", 10, "speed"),
        ("views", ["matrices"], "views must be .* 'matrix', 'gradient', .*; got 'matrices'"),
        ("controls", ["zoom"], "controls must be a list of names out of 'direction', 'stride', "),
        ("controls", ["stride", 2], "or None for all of them; got 2"),
        ("controls", 3, "must be a list of names .*; got 3"),
    ],
)
def test_bad_value_is_refused_and_the_last_good_state_stays(stepper, trait, value, message):
    before = stepper.static_html()
    with pytest.raises((TraitError, TypeError, ValueError), match=message):
        setattr(stepper, trait, value)
    assert stepper.static_html() == before


def test_what_the_reader_can_change_is_a_list_of_names(stepper):
    stepper.controls = ("cells", "stride")
    assert stepper.controls == ["cells", "stride"]
    stepper.controls = None
    assert stepper.controls == list(CONTROLS)
    stepper.controls = []
    stepper.stride = 2  # Python can do everything, whatever the reader can
    assert ConvStepper(IMAGE, KERNEL, controls=None, views=None).views == list(VIEWS)


def test_a_kernel_can_be_called_by_its_name(stepper):
    stepper.kernel = "laplacian"
    assert stepper.kernel.tolist() == [[0, 1, 0], [1, -4, 1], [0, 1, 0]]
    advice = "kernel must be an array of numbers .*, or a name: .*; did you mean 'sobel_x'"
    with pytest.raises(TraitError, match=advice):
        stepper.kernel = "sobelx"
    with pytest.raises(TraitError, match=advice):
        ConvStepper(IMAGE, "sobelx")


def test_of_traits_set_together_none_is_blamed_for_another(stepper):
    with pytest.raises(TraitError, match=r"^padding must be .*; got 'smae'; did you mean 'same'"):
        ConvStepper(IMAGE, KERNEL, padding="smae")
    with pytest.raises(TraitError, match=r"^padding can't be 'smae': padding must be"):
        stepper.padding = "smae"


@pytest.mark.parametrize(
    ("settings", "cells"),
    [
        ({"padding": 300}, "605 × 606"),
        ({"padding": 20_000}, "40005 × 40006"),
        ({"filters": np.ones((600, 1, 1, 1))}, "600 × 5 × 6"),
        ({"direction": "transposed", "stride": 10_000}, "40003 × 50003"),
    ],
)
def test_what_is_too_large_to_draw_is_refused(settings, cells):
    told = f"^there would be {cells} cells, padding included; at most 16,384 can be drawn"
    with pytest.raises(TraitError, match=told):
        ConvStepper(IMAGE, **settings)
    ConvStepper(np.ones((100, 100)), np.ones((7, 7)), padding="full")


def test_unknown_trait_is_named():
    with pytest.raises(TypeError, match="no trait 'strides'; it has controls, dilation, direction"):
        ConvStepper(IMAGE, KERNEL, strides=2)


def test_two_traits_that_need_each_other(stepper):
    with pytest.raises(TraitError):
        stepper.dilation = 3
    with stepper.hold_trait_notifications():
        stepper.dilation = 3
        stepper.padding = 2
    assert stepper.output.shape == (3, 4)


def traits_of(text):
    return json.loads(html.unescape(re.search(r'data-traits="([^"]*)"', text)[1]))


def test_static_form_holds_every_trait_and_no_more(stepper):
    traits = traits_of(stepper.static_html())
    assert traits == {
        "controls": ["stride", "padding", "dilation", "mode", "views", "cells"],
        "dilation": 1,
        "direction": "forward",
        "filters": None,
        "grad_output": None,
        "image": IMAGE.tolist(),
        "kernel": KERNEL.tolist(),
        "mode": "correlation",
        "padding": 0,
        "playing": False,
        "position": 0,
        "speed": 2,
        "stride": 1,
        "views": ["input", "kernel", "output", "arithmetic"],
    }


def test_bundle_has_all_three_lives(stepper):
    data, _ = stepper._repr_mimebundle_()
    assert set(data) == {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"}
    assert data["text/plain"] == repr(stepper)


def test_two_equal_steppers_are_stored_alike():
    one, two = (ConvStepper(IMAGE, KERNEL, padding=1) for _ in range(2))
    assert (repr(one), one.static_html()) == (repr(two), two.static_html())


def test_picture_is_of_tables_with_words(stepper):
    picture = ET.fromstring(stepper.picture())
    words = list(picture.itertext())
    assert {"Image 5 × 6", "Kernel 3 × 3", "Output 3 × 4"} <= set(words)
    assert words[-1] == stepper.sentence()
    names = [table.get("aria-label") for table in picture.iter("table")]
    assert names == ["Image 5 × 6", "Kernel 3 × 3", "Output 3 × 4"]
    image = next(picture.iter("table"))
    read = [cell for cell in image.iter("td") if "cnnlab-read" in cell.get("class")]
    assert [cell.get("data-weight") for cell in read] == [
        f"×{w}".replace("-", "−") for w in KERNEL.ravel()
    ]
    assert ["".join(cell.itertext()) for cell in read] == [
        "0",
        "1",
        "2",
        "6",
        "0",
        "1",
        "5",
        "6",
        "0",
    ]
    stepper.views = ["output"]
    assert 'class="cnnlab-spoken">Row 0, column 0: ' in stepper.picture()


def test_picture_fills_the_output_up_to_the_cursor(stepper):
    def filled():
        *_, output = ET.fromstring(stepper.picture()).iter("table")
        return sum(bool("".join(cell.itertext())) for cell in output.iter("td"))

    assert filled() == 1
    stepper.position = 4
    assert filled() == 5


def test_reset_state_is_the_first_one(stepper):
    stepper.position = 3
    assert stepper._initial["position"] == 0
    assert stepper._initial["image"] == IMAGE.tolist()


# ---- several channels, and the other directions ----

VOLUME = np.arange(60).reshape(3, 4, 5) % 7
FILTERS = np.arange(54).reshape(2, 3, 3, 3) % 5 - 2


@pytest.fixture
def deep():
    return ConvStepper(VOLUME, filters=FILTERS, stride=(1, 2), padding=1)


def test_filters_give_one_map_each(deep):
    wanted = conv2d(VOLUME[None], FILTERS, stride=(1, 2), padding=1)[0]
    np.testing.assert_array_equal(deep.output, wanted)
    assert deep.window.shape == (3, 3, 3)
    deep.position = wanted[0].size + 4
    assert deep.place == (1, 1, 1)
    assert sum(cell.product for cell in deep.cells) == wanted[1, 1, 1]
    assert deep.sentence().endswith(f"together {format_number(wanted[1, 1, 1])}.")


def test_the_matrix_is_the_operation(deep):
    assert deep.matrix.shape == (deep.output.size, VOLUME.size)
    np.testing.assert_array_equal(deep.matrix @ VOLUME.ravel(), deep.output.ravel())
    row = deep.matrix[[7]].tocoo()
    deep.position = 7
    inside = [cell for cell in deep.cells if cell.inside]
    places = [np.ravel_multi_index(cell[:3], VOLUME.shape) for cell in inside]
    assert sorted(zip(places, [cell.weight for cell in inside], strict=True)) == sorted(
        zip(row.coords[1].tolist(), row.data.tolist(), strict=True)
    )


def test_backward_accumulates_into_the_input_gradient(deep):
    gradient = np.arange(deep.output.size).reshape(deep.output.shape)
    deep.direction, deep.grad_output = "backward", gradient
    wanted = deep.matrix.T @ gradient.ravel()
    np.testing.assert_allclose(deep.input_gradient.ravel(), wanted)
    walked = np.zeros(VOLUME.shape)
    for position in range(deep.output.size):
        deep.position = position
        for cell in deep.cells:
            if cell.inside:
                walked[cell[:3]] += cell.product
        np.testing.assert_allclose(deep.accumulated, walked)
    np.testing.assert_allclose(walked, deep.input_gradient)


def test_transposed_goes_the_other_way():
    stepper = ConvStepper(
        [[1, 2, 3], [4, 5, 6]], KERNEL, stride=2, padding=1, direction="transposed"
    )
    wanted = conv_transpose2d([[[[1, 2, 3], [4, 5, 6]]]], KERNEL[None, None], stride=2, padding=1)
    np.testing.assert_array_equal(stepper.output, wanted[0, 0])
    assert "transpose" in stepper.views
    for position in range(wanted.size):
        stepper.position = position
        assert sum(cell.product for cell in stepper.cells) == wanted.flat[position]
    np.testing.assert_array_equal(stepper.matrix.T @ [1, 2, 3, 4, 5, 6], wanted.ravel())


def test_kernel_and_filters_take_each_others_place(stepper):
    stepper.filters = np.ones((2, 1, 2, 2))
    assert stepper.kernel is None
    assert stepper.output.shape == (2, 4, 5)
    stepper.kernel = KERNEL
    assert stepper.filters is None
    with pytest.raises(TraitError, match="can't both be None"):
        stepper.kernel = None


def test_an_output_gradient_of_another_shape_is_refused_or_dropped(stepper):
    with pytest.raises(
        TraitError, match=r"must have the output's shape \(3, 4\), .*; got shape \(2, 2\)"
    ):
        stepper.grad_output = np.ones((2, 2))
    stepper.grad_output = np.ones((3, 4))
    stepper.stride = 2
    assert stepper.grad_output is None


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"padding": "same"}, "takes padding in numbers; got 'same'"),
        ({"padding": 3}, "can take away at most 2 on a side; got a padding of 3"),
        ({"padding": 2, "image": [[1]]}, "leaves nothing of the"),
    ],
)
def test_what_a_transposed_convolution_can_not_do(settings, message):
    image = settings.pop("image", IMAGE)
    with pytest.raises(TraitError, match=message):
        ConvStepper(image, KERNEL, direction="transposed", **settings)


@pytest.mark.parametrize("direction", ["forward", "backward", "transposed"])
@pytest.mark.parametrize("weights", [{"kernel": KERNEL}, {"filters": FILTERS[:, :1]}])
def test_every_view_has_a_picture(direction, weights):
    views = ["input", "kernel", "output", "arithmetic", "matrix", "gradient", "transpose"]
    image = (
        np.stack([IMAGE, IMAGE]) if direction == "transposed" and "filters" in weights else IMAGE
    )
    stepper = ConvStepper(image, **weights, direction=direction, padding=1, views=views, position=5)
    picture = stepper.picture()
    assert ("Matrix Cᵀ" if direction != "forward" else "Matrix C ") in picture
    assert ("Input gradient so far" in picture) == (direction != "transposed")
    assert ("How often each cell is hit" in picture) == (direction == "transposed")
    assert stepper.sentence() in picture
    matrix = ET.fromstring(picture).find(".//svg[@role='img']")
    squares = "".join(path.get("d") for path in matrix.iter("path")).count("z")
    assert squares == stepper.matrix.nnz
    stepper.views = ["arithmetic"]
    assert "<table" not in stepper.picture()
