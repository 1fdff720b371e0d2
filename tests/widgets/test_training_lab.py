"""TrainingLab's contract: its traits, its errors, what it gets from a page, its still form."""

import html
import json
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from traitlets import TraitError

from cnnlab.widgets import TrainingLab, site
from cnnlab.widgets.training_lab import SETTINGS, digits, numbers
from cnnlab.widgets.training_lab.still import EXAMPLE


def message(lab, steps=125, **changes):
    """What a page sends when training comes to rest; every weight is 0.25."""
    count = sum(array.size for array in lab.weights.values())
    history = [[0, None, None, 51], [2000, 0.437, 0.86, 441]]
    trained = {"settings": lab.settings() | changes, "steps": steps, "history": history}
    return {"trained": trained}, [memoryview(np.full(count, 0.25).tobytes())]


@pytest.fixture
def lab():
    return TrainingLab()


@pytest.fixture
def sent(lab, monkeypatch):
    found = []
    monkeypatch.setattr(TrainingLab, "send", lambda self, *what: found.append(what))
    return found


@pytest.mark.parametrize(
    ("trait", "value", "told"),
    [
        ("filters", 3, "filters"),
        ("filters", "8", "filters"),
        ("kernel_size", 4, "kernel_size"),
        ("second", 1, "second"),
        ("pooling", "min", "pooling"),
        ("activation", "elu", "activation"),
        ("rate", 0, "rate must be a number above 0; got 0"),
        ("rate", -0.1, "rate must be a number above 0; got -0.1"),
        ("rate", np.nan, "rate must be a number above 0; got nan"),
        ("rate", np.inf, "rate must be a number above 0; got inf"),
        ("rate", "fast", "rate must be a number above 0; got 'fast'"),
        ("rate", None, "rate must be a number above 0; got None"),
        ("rate", True, "rate must be a number above 0; got True"),
        ("batch_size", 0, "batch_size must be a whole number from 1 to 256; got 0"),
        ("batch_size", 2.5, "batch_size must be a whole number"),
        ("seed", -1, "seed must be a whole number from 0 to 999999; got -1"),
        ("speed", 10, "speed must be a whole number from 1 to 9; got 10"),
        ("digit", 500, "digit must be a whole number from 0 to 499; got 500"),
        ("controls", ["pool"], "controls must be a list of names out of 'filters'.*got 'pool'"),
        ("views", ["map"], "views must be a list of names.*got 'map'"),
    ],
)
def test_bad_value_is_refused_and_the_last_good_state_stays(lab, trait, value, told):
    before = lab.static_html()
    with pytest.raises(TraitError, match=told):
        setattr(lab, trait, value)
    assert lab.static_html() == before


def test_numbers_of_numpy_become_plain(lab):
    lab.filters, lab.batch_size, lab.rate = np.int64(4), np.int32(8), np.float64(0.25)
    assert [type(value) for value in (lab.filters, lab.batch_size, lab.rate)] == [int, int, float]
    json.dumps(lab.state())


def test_static_form_holds_every_trait_and_no_more(lab):
    found = re.search(r'data-traits="([^"]*)"', lab.static_html())[1]
    traits = json.loads(html.unescape(found))
    assert set(traits) == {*SETTINGS, "playing", "speed", "digit", "controls", "views"}
    assert traits["controls"] == list(SETTINGS)


def test_equal_ones_are_stored_alike():
    one, two = TrainingLab(seed=3), TrainingLab(seed=3)
    assert one.static_html() == two.static_html()
    assert repr(one) == repr(two)
    assert "seed=3" in repr(one)


def test_first_weights_are_those_of_the_seed(lab):
    shapes = {name: array.shape for name, array in lab.weights.items()}
    assert shapes == {
        "0.weight": (8, 1, 5, 5), "0.bias": (8,), "4.weight": (10, 1152), "4.bias": (10,),
    }  # fmt: skip
    assert not lab.weights["0.bias"].any()
    assert 0.4 < abs(lab.weights["0.weight"]).max() < (6 / 25) ** 0.5
    first = lab.weights["0.weight"]
    lab.seed = 1
    assert not np.array_equal(lab.weights["0.weight"], first)
    lab.second = 16
    assert {name: array.shape for name, array in lab.weights.items()} == {
        "0.weight": (8, 1, 5, 5), "0.bias": (8,), "3.weight": (16, 8, 5, 5), "3.bias": (16,),
        "7.weight": (10, 256), "7.bias": (10,),
    }  # fmt: skip


@pytest.mark.parametrize("second", [0, 8])
@pytest.mark.parametrize("pooling", ["max", "average"])
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_a_network_comes_out(second, pooling, activation):
    lab = TrainingLab(second=second, pooling=pooling, activation=activation, kernel_size=3)
    net = lab.network()
    scores = net(np.ones((2, 1, 28, 28)))
    assert scores.shape == (2, 10)
    assert scores.dtype == np.float64
    names = [type(layer).__name__ for layer in net.layers[:3]]
    kind = {"relu": "ReLU", "tanh": "Tanh", "sigmoid": "Sigmoid"}[activation]
    assert names == ["Conv2d", kind, {"max": "MaxPool2d", "average": "AvgPool2d"}[pooling]]


def test_what_the_page_learned_arrives(lab, sent):
    heard = []
    lab.observe(lambda change: heard.append((change["new"], lab.weights["4.bias"][0])), "steps")
    lab._handle_custom_msg(*message(lab))
    assert heard == [(125, 0.25)]
    assert lab.history.shape == (2, 4)
    assert all((array == 0.25).all() for array in lab.weights.values())
    assert (lab.network().state_dict()["0.weight"] == 0.25).all()
    assert lab.sentence() == numbers.told(2000, 0.437, 441, 500)
    lab.weights["0.bias"][0] = 1  # they are the reader's own
    lab.filters = 4
    assert (lab.steps, len(lab.history), lab.weights["0.weight"].shape) == (0, 0, (4, 1, 5, 5))


def test_what_was_learned_with_other_settings_is_not_taken(lab, sent):
    lab._handle_custom_msg(*message(lab, seed=1))
    assert lab.steps == 0


def test_a_page_that_asks_gets_the_digits(lab, sent):
    lab._handle_custom_msg({"wanted": "digits"}, [])
    [(content, [data])] = sent
    assert content == {"digits": 2500}
    assert np.array_equal(np.frombuffer(data, np.uint8).reshape(2500, 28, 28), digits.levels())


def test_without_the_digits_the_page_hears_what_to_install(lab, sent, monkeypatch):
    def missing():
        raise ModuleNotFoundError("the digits are not installed: pip install 'cnnlab[data]'")

    monkeypatch.setattr(digits, "levels", missing)
    lab._handle_custom_msg({"wanted": "digits"}, [])
    assert sent == [({"refused": "the digits are not installed: pip install 'cnnlab[data]'."},)]


def test_a_message_of_no_concern_is_passed_over(lab, sent):
    lab._handle_custom_msg({"other": 1}, [])
    assert sent == []


def test_the_script_of_the_digits_is_light_and_the_same_each_time():
    script = digits.script()
    assert len(script) <= 120_000
    assert script.isascii()
    assert digits.script.__wrapped__() == script
    assert digits.levels().shape == (2500, 28, 28)
    assert set(np.unique(digits.levels())) == {0, 1, 2, 3}


def test_only_a_page_with_a_lab_carries_the_digits():
    assert digits.script() in site.page(TrainingLab(), TrainingLab())
    assert site.page(TrainingLab(), TrainingLab()).count("cnnlabDigits = ") == 1
    assert "cnnlabDigits = " not in site.page()


def drawn(lab):
    """The sentence of the still form, its log and its grids."""
    picture = ET.fromstring(lab.picture())
    log, *grids = picture.iter("table")
    rows = [[cell.text for cell in row] for row in log.iter("tr")]
    cells = [[[cell.text for cell in row] for row in grid.iter("tr")] for grid in grids]
    return list(picture.itertext())[-1], rows, cells


def test_the_still_form_shows_what_learning_gives():
    sentence, rows, filters = drawn(TrainingLab())
    assert sentence.startswith("Nothing is learned yet.")
    assert rows[0] == ["digits seen", "loss", "right of 500"]
    assert [row[0] for row in rows[1:]] == [f"{seen:,}" for seen, *_ in EXAMPLE["history"]]
    assert rows[1][1] == "–"
    found = [[[int(text.replace("−", "-")) for text in row] for row in grid] for grid in filters]
    assert found == EXAMPLE["filters"]


def test_the_still_form_shows_what_was_learned(lab, sent):
    lab._handle_custom_msg(*message(lab))
    sentence, rows, filters = drawn(lab)
    assert sentence == lab.sentence()
    assert rows[1:] == [["0", "–", "10.2\u00a0%"], ["2,000", "0.44", "88.2\u00a0%"]]
    assert filters == [[["25"] * 5] * 5] * 8


def test_the_example_is_what_the_usual_settings_give():
    """Another machine may round a weight to its neighbour, and take another digit for another."""
    images = digits.levels()[:, None] / 3
    labels = np.arange(len(images)) % 10
    learned, held = slice(0, digits.LEARNED), slice(digits.LEARNED, None)
    seen, loss, _, right = EXAMPLE["history"][-1]
    net, losses = numbers.train(
        TrainingLab().settings(), images[learned], labels[learned], seen // 16
    )
    filters = net.state_dict()["0.weight"][:, 0]
    np.testing.assert_allclose(100 * filters, EXAMPLE["filters"], rtol=0, atol=0.6)
    since = EXAMPLE["history"][-2][0] // 16
    assert abs(np.mean(losses[since:]) - loss) < 0.02
    assert abs(int((net(images[held]).argmax(axis=1) == labels[held]).sum()) - right) <= 3
    assert right > 0.85 * digits.HELD_OUT
