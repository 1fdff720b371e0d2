import gzip
import html
import io
import json
import re
from base64 import b64decode
from urllib.parse import unquote
from xml.etree import ElementTree

import matplotlib as mpl
import node
import numpy as np
import pytest
import traitlets
from PIL import Image

from cnnlab import convolve2d, cross_correlate2d, images, kernels
from cnnlab.widgets import KernelPlayground
from cnnlab.widgets._shared.still import picture_url
from cnnlab.widgets.kernel_playground.numbers import STOPS, liveliest, signed_colours

SVG = "{http://www.w3.org/2000/svg}"


def photo(shape=(9, 12), seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)


def drawing(playground):
    """The picture's SVG, as a tree."""
    source = re.search(r'src="data:image/svg\+xml,([^"]+)"', playground.picture())[1]
    return ElementTree.fromstring(unquote(source))


def pixels_of(address):
    with Image.open(io.BytesIO(b64decode(address.split(",")[1]))) as picture:
        return np.asarray(picture)


@pytest.mark.parametrize("border", ["zero", "replicate", "reflect", "wrap"])
@pytest.mark.parametrize("shape", [(3, 3), (2, 2), (3, 5), (7, 1), (1, 4), (21, 21)])
def test_output_is_cross_correlation_with_padding_same(border, shape):
    kernel = np.random.default_rng(1).normal(size=shape)
    playground = KernelPlayground(photo(), kernel, border=border)
    expected = cross_correlate2d(photo(), kernel, padding="same", border=border)
    assert playground.output.shape == (9, 12)
    assert np.array_equal(playground.output, expected)
    playground.mode = "convolution"
    expected = convolve2d(photo(), kernel, padding="same", border=border)
    assert np.array_equal(playground.output, expected)


def test_shown_are_bytes():
    playground = KernelPlayground([[0, 100, 255]], [[-1.5]])
    assert playground.shown.tolist() == [[0, 0, 0]]
    playground.show = "absolute"
    assert playground.shown.tolist() == [[0, 150, 255]]
    assert playground.shown.dtype == np.uint8


def test_signs_have_the_colours_of_the_books_figures():
    playground = KernelPlayground([[0, 100, 255]], [[1]], show="signed")
    assert playground.shown[0, 0].tolist() == [247, 247, 247]
    red, green, blue = playground.shown[0, 2].tolist()
    assert red > green > blue  # orange
    playground.kernel = [[-1]]
    red, green, blue = playground.shown[0, 2].tolist()
    assert blue > red > green  # purple
    figures = mpl.colormaps["PuOr_r"].resampled(len(STOPS))
    wanted = figures(range(len(STOPS)))[:, :3] * 255
    np.testing.assert_allclose(STOPS, wanted, rtol=0, atol=0.5)


def test_the_page_has_the_same_colours_and_the_same_place_for_its_lens():
    rng = np.random.default_rng(2)
    photos = [
        rng.integers(0, 256, rng.integers(1, 12, 2)) // rng.choice([1, 40]) for _ in range(60)
    ]
    photos.append(np.full((6, 9), 7))
    with node.importing("kernel_playground/numbers.js") as evaluate:
        found = evaluate(
            """(photos) => photos.map((image) => tested.liveliest(
              { rows: image.length, columns: image[0].length, values: image.flat() }))""",
            [photo.tolist() for photo in photos],
        )
        colours = evaluate("() => ['signed', 'clipped'].map((show) => [...tested.colours(show)])")
    assert found == [list(liveliest(photo)) for photo in photos]
    assert found[-1] == [3, 4]
    signed, clipped = (np.reshape(code, (256, 4)) for code in colours)
    assert np.array_equal(signed[:, :3], signed_colours())
    assert np.array_equal(clipped[:, :3], np.arange(256).repeat(3).reshape(256, 3))
    assert (signed[:, 3] == 255).all()
    assert (clipped[:, 3] == 255).all()


def test_a_kernel_may_be_a_name_at_any_time():
    playground = KernelPlayground(photo(), "emboss")
    assert playground.kernel_name == "emboss"
    playground.kernel = "laplacian"
    assert np.array_equal(playground.kernel, kernels.named("laplacian"))
    playground.kernel = [[1, 2]]
    assert playground.kernel_name is None


def test_floats_are_rounded_to_bytes():
    playground = KernelPlayground([[0.4, 1.5, 254.6]])
    assert playground.image.tolist() == [[0, 2, 255]]
    assert playground.image.dtype == np.uint8
    assert not playground.image.flags.writeable


def test_black_and_white_are_no_mistaken_scale():
    assert KernelPlayground([[0, 1, 1]]).image.tolist() == [[0, 1, 1]]


def test_the_image_is_not_written_to():
    image = photo()
    KernelPlayground(image).kernel = "sharpen"
    assert np.array_equal(image, photo())
    assert image.flags.writeable


def test_the_lens_begins_on_an_edge_and_stays_inside():
    step = np.repeat([[10] * 7 + [200] * 5], 9, axis=0)
    assert KernelPlayground(step).lens == (2, 6)
    assert KernelPlayground(np.full((9, 12), 10)).lens == (4, 6)  # all of it is flat
    coins = KernelPlayground(images.load("coins"))
    row, column = coins.lens
    window = coins.image[row - 1 : row + 2, column - 1 : column + 2].astype(int)
    assert np.ptp(window) > 100
    playground = KernelPlayground(photo((9, 12)), lens=(8, 2))
    playground.image = photo((5, 7))
    assert playground.lens == (4, 2)
    assert KernelPlayground(photo(), lens=(0, 11)).lens == (0, 11)


def test_repr_is_plain_and_the_same_every_time():
    text = (
        "KernelPlayground(image 9 × 12, kernel sobel_x, border='replicate', mode='correlation', "
        "show='clipped', lens=(4, 6))"
    )
    assert repr(KernelPlayground(photo(), lens=(4, 6))) == text
    assert "kernel 1 × 2," in repr(KernelPlayground(photo(), [[1, 2]]))


def test_state_is_json_without_the_image():
    state = json.loads(json.dumps(KernelPlayground(photo(), [[1, 0.5]], lens=(4, 6)).state()))
    named = state.pop("named")
    assert state == {
        "border": "replicate",
        "controls": ["image", "kernel", "size", "cells", "border", "mode", "show"],
        "kernel": [[1, 0.5]],
        "lens": [4, 6],
        "mode": "correlation",
        "show": "clipped",
    }
    assert tuple(named) == kernels.NAMES
    for name, entry in named.items():
        assert np.array_equal(entry["kernel"], kernels.named(name))
        assert entry["note"] == kernels.note(name)


def test_a_notebook_front_end_gets_the_image():
    sent = KernelPlayground(photo()).get_state("image")["image"]
    assert np.array_equal(pixels_of(sent), photo())


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (7, 1), (5, 3), (512, 512)])
def test_a_picture_is_stored_as_it_is(shape):
    grey = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    grey.setflags(write=False)
    address = picture_url(grey)
    assert np.array_equal(pixels_of(address), grey)
    size = 14 + 40 + 4 * 256 + shape[0] * -(-shape[1] // 4) * 4  # headers, colours, padded rows
    assert len(b64decode(address.split(",")[1])) == size  # nothing is compressed


def test_static_form_is_the_same_every_time_and_holds_the_photo_once():
    first, second = (KernelPlayground(photo()).static_html() for _ in range(2))
    assert first == second
    assert first.count("data:image/bmp;base64,") == 1
    traits = re.search(r'data-traits="([^"]*)"', first)[1]
    state = json.loads(json.dumps(KernelPlayground(photo()).state()))
    assert json.loads(html.unescape(traits)) == state
    found = re.search(r"data:image/bmp;base64,[\w+/=]+", first)[0]  # as the page looks for it
    assert np.array_equal(pixels_of(found), photo())
    assert re.search(r'<img data-trait="image" alt="A photograph of 9 × 12 cells, ', first)


def test_static_form_of_a_photograph_is_light():
    playground = KernelPlayground(images.load("coins", size=(192, 256)))
    assert len(gzip.compress(playground.static_html().encode())) <= 55_000


def test_svg_is_handed_the_kernel_turned():
    kernel = [[1, 2, 3], [4, 5, 6]]
    (step,) = drawing(KernelPlayground(photo(), kernel, border="wrap")).iter(
        f"{SVG}feConvolveMatrix"
    )
    assert step.get("kernelMatrix") == "6 5 4 3 2 1"
    assert step.get("order") == "3 2"
    assert (step.get("targetX"), step.get("targetY")) == ("1", "0")
    assert step.get("edgeMode") == "wrap"
    (step,) = drawing(KernelPlayground(photo(), kernel, mode="convolution")).iter(
        f"{SVG}feConvolveMatrix"
    )
    assert step.get("kernelMatrix") == "1 2 3 4 5 6"


def test_svg_splits_a_large_mean_and_leaves_out_what_no_browser_can_draw():
    steps = list(drawing(KernelPlayground(photo(), "large_blur")).iter(f"{SVG}feConvolveMatrix"))
    assert [step.get("order") for step in steps] == ["1 21", "21 1"]
    for step in steps:
        assert sum(map(float, step.get("kernelMatrix").split())) == pytest.approx(1)
    large = KernelPlayground(photo(), np.random.default_rng(0).normal(size=(21, 21)))
    assert not list(drawing(large).iter(f"{SVG}feConvolveMatrix"))
    assert "not drawn here" in large.caption()


@pytest.mark.parametrize(
    ("trait", "value", "message"),
    [
        ("image", "cat", "image must be a grey picture: .*; got str 'cat'"),
        ("image", np.zeros((4, 5, 3)), r"got colour, shape \(4, 5, 3\); .*to_grey\(image\)"),
        ("image", np.zeros((4, 5, 2)), r"got 3 axes, shape \(4, 5, 2\)"),
        ("image", np.zeros((600, 5)), r"got 600 × 5 cells; up to 512 a side would do"),
        ("image", [[-1, 300]], r"got numbers from -1 to 300; .*to_uint8"),
        ("image", [[0, 0.5]], r"got numbers from 0 to 0.5; 255 \* image would do"),
        ("image", [[np.nan]], r"got nan at \(0, 0\)"),
        ("kernel", "sobel", "or a name: name must be one of .*; got 'sobel'; did you mean"),
        ("kernel", np.ones((22, 3)), r"got shape \(22, 3\); up to 21 a side would do"),
        ("kernel", [1, 2, 3], "got 1 axes|got 1 axis"),
        ("kernel", [[np.inf]], r"got inf at \(0, 0\)"),
        ("border", "mirror", "'border' trait .* any of .*'reflect'.* not the str 'mirror'"),
        ("mode", "flip", "'mode' trait .* not the str 'flip'"),
        ("show", "colour", "'show' trait .* not the str 'colour'"),
        ("lens", (9, 0), r"lens must be \(row, column\) from \(0, 0\) to \(8, 11\); got \(9, 0\)"),
        ("lens", (0, -1), r"lens must be .* got \(0, -1\)"),
        ("named", {}, "read-only"),
    ],
)
def test_a_bad_value_is_refused_and_the_last_good_state_kept(trait, value, message):
    playground = KernelPlayground(photo())
    before = repr(playground), playground.static_html()
    with pytest.raises(traitlets.TraitError, match=message):
        setattr(playground, trait, value)
    assert (repr(playground), playground.static_html()) == before


def test_an_unknown_trait_is_named():
    with pytest.raises(TypeError, match="'padding'; it has border, controls, image, kernel"):
        KernelPlayground(photo(), padding=1)


def test_mime_bundle_holds_all_three_lives():
    data, _ = KernelPlayground(photo())._repr_mimebundle_()
    assert data["text/plain"] == repr(KernelPlayground(photo()))
    assert data["text/html"] == KernelPlayground(photo()).static_html()
    assert "application/vnd.jupyter.widget-view+json" in data
