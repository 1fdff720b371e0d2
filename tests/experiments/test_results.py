"""The stored results: each experiment has its file, whole, and the smallest one is run again."""

import json

import numpy as np
import pytest

from cnnlab import nn
from experiments.__main__ import RESULTS, load, names, run, stored

SMALLEST = "small_digits"


@pytest.mark.any_cpu
def test_each_experiment_has_a_file_and_each_file_its_experiment():
    assert {path.stem for path in RESULTS.glob("*.json")} == set(names())


@pytest.mark.any_cpu
@pytest.mark.parametrize("name", names())
def test_a_file_is_of_its_experiment_as_it_stands(name):
    found = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    experiment = load(name)
    assert found["question"] == experiment.__doc__.splitlines()[0]
    assert found["question"].endswith("?")
    assert found["settings"] == json.loads(json.dumps(experiment.SETTINGS))
    assert found["seeds"] == experiment.SEEDS >= 5
    assert list(found["conditions"]) == list(experiment.CONDITIONS)
    for condition in found["conditions"].values():
        assert condition["seconds"] > 0
        for values in condition["measures"].values():
            assert len(values) == experiment.SEEDS
            assert all(value is None or np.isfinite(value).all() for value in values)


@pytest.mark.any_cpu
def test_what_is_no_number_is_stored_as_null_and_read_as_nan():
    assert json.dumps(stored([1 / 3, np.nan])) == "[0.333333, null]"
    assert stored(np.nan) is None
    assert stored(2.5) == 2.5
    condition = {"seconds": 1, "measures": {"loss": [0.5, None]}}
    found = nn.Results(
        {"question": "?", "settings": {}, "seeds": 2, "conditions": {"A": condition}}
    )
    assert np.isnan(found.values("A", "loss")).tolist() == [False, True]
    assert np.isnan(found.mean("A", "loss"))


def test_the_smallest_experiment_gives_what_is_stored():
    stored, again = nn.results(SMALLEST), nn.Results(run(SMALLEST, progress=False))
    for condition in stored.conditions:
        away = abs(again.mean(condition, "held out, %") - stored.mean(condition, "held out, %"))
        assert away <= 2 * stored.spread(condition, "held out, %") + 0.5


@pytest.fixture
def made():
    values = {"right, %": [90.0, 92.0], "by shift, %": [[90, 80], [92, 84]]}
    found = {"A": {"seconds": 1, "measures": values}, "B": {"seconds": 1, "measures": {}}}
    return nn.Results({"question": "?", "settings": {}, "seeds": 2, "conditions": found})


@pytest.mark.any_cpu
def test_mean_and_spread_are_over_the_seeds(made):
    assert made.mean("A", "by shift, %").tolist() == [91, 82]
    assert made.spread("A", "right, %") == pytest.approx(2**0.5)
    assert made.quote("A", "right, %") == "91.0 ± 1.4"
    assert str(made).splitlines()[0].split() == ["right,", "%"]
    assert str(made).splitlines()[2] == "B"


@pytest.mark.any_cpu
def test_what_was_not_tried_is_named(made):
    with pytest.raises(KeyError, match="'C' was not tried; there are \\['A', 'B'\\]"):
        made.mean("C", "right, %")
    with pytest.raises(KeyError, match="'wrong' was not measured; there are"):
        made.mean("A", "wrong")
    with pytest.raises(ValueError, match="2 values a seed"):
        made.quote("A", "by shift, %")
    with pytest.raises(FileNotFoundError, match="small_digits"):
        nn.results("nothing")
