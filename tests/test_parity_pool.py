"""The pooling module computes what cnnlab computes: one set of cases, evaluated by both."""

import json

import node
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

CASES = 1500


def draw_case(rng):
    """One random layer; small whole numbers, so that ties are frequent, or fractions."""
    whole = rng.random() < 0.7
    shape = rng.integers(1, 9, 2)

    def setting(low, high):
        value = rng.integers(low, high, 2).tolist()
        return value if rng.random() < 0.4 else value[0]

    def padding():
        kind = rng.integers(7)
        if kind < 4:
            return [0, setting(0, 3), setting(0, 3), rng.integers(0, 3, (2, 2)).tolist()][kind]
        return ["valid", "same", "full"][kind - 4]

    image = rng.integers(-2, 4, shape) if whole else rng.normal(0, 10, shape).round(3)
    return {
        "image": image.tolist(),
        "operation": ["max", "average", "l2"][rng.integers(3)],
        "kernel_size": setting(1, 5),
        "stride": None if rng.random() < 0.3 else setting(1, 4),
        "padding": padding(),
        "count_padding": bool(rng.integers(2)),
    }


def expected(case, rng):
    """What cnnlab says, or None where it refuses or a window has nothing to pool."""
    x = np.array(case["image"], float)[None, None]
    options = {name: case[name] for name in ("kernel_size", "stride", "padding")}
    try:
        best, switches = max_pool2d(x, **options)
    except ValueError:
        return None
    if (switches < 0).any():
        return None
    g = rng.integers(-3, 4, best.shape).astype(float)
    found = {"gradient": g, "switches": None, "unpooled": None}
    if case["operation"] == "max":
        back = max_pool_backward(g, switches, x.shape)
        found |= {"output": best, "switches": switches, "input_gradient": back}
        found["unpooled"] = max_unpool(best, switches, x.shape)
    elif case["operation"] == "average":
        options["count_padding"] = case["count_padding"]
        found["output"] = avg_pool2d(x, **options)
        found["input_gradient"] = avg_pool_backward(g, x.shape, **options)
    else:
        found["output"] = lp_pool2d(x, **options)
        found["input_gradient"] = lp_pool_backward(g, x, **options)
    return {name: None if value is None else value[0, 0] for name, value in found.items()}


@pytest.fixture(scope="module")
def cases():
    rng = np.random.default_rng(417)
    drawn = [draw_case(rng) for _ in range(CASES)]
    return [(case, expected(case, rng)) for case in drawn]


@pytest.fixture(scope="module")
def evaluate():
    with node.importing("pool_stepper/numbers.js") as evaluate:
        yield evaluate


def test_what_is_too_large_to_draw_is_refused_by_both(evaluate):
    asked = """(cases) => cases.map(([image, padding]) => {
      const settings = { operation: "max", kernel_size: 40, stride: null, direction: "forward" };
      try { return tested.layerOf({ ...settings, image, padding }).shape.output; }
      catch (error) { return error.message; }
    })"""
    ones = np.ones((126, 126)).tolist()
    fits, large = evaluate(asked, [[ones, 1], [ones, [[1, 1], [1, 2]]]])
    assert fits == [3, 3]
    assert large.startswith("There would be 128 × 129 cells, padding included: at most 16,384 can")
    assert PoolStepper(ones, 40, padding=1).walked == (3, 3)
    with pytest.raises(TraitError, match="there would be 128 × 129 cells, padding included; at "):
        PoolStepper(ones, 40, padding=((1, 1), (1, 2)))


def test_outputs_switches_unpooling_and_gradients(evaluate, cases):
    asked = [
        case | {"gradient": None if wanted is None else wanted["gradient"].tolist()}
        for case, wanted in cases
    ]
    found = evaluate(
        """(cases) => cases.map((settings) => {
          let layer;
          try { layer = tested.layerOf(settings); }
          catch (error) { if (error instanceof RangeError) return null; throw error; }
          return {
            output: layer.output,
            switches: layer.switches,
            unpooled: layer.switches && tested.unpool(layer),
            input_gradient: tested.walkBack(layer).sums,
          };
        })""",
        asked,
    )
    counted = {"max": 0, "average": 0, "l2": 0, "refused": 0, "overlapping": 0}
    for (case, wanted), mine in zip(cases, found, strict=True):
        assert (mine is None) == (wanted is None), case
        if mine is None:
            counted["refused"] += 1
            continue
        counted[case["operation"]] += 1
        counted["overlapping"] += np.max(case["stride"] or 9) < np.min(case["kernel_size"])
        for name, theirs in wanted.items():
            if name == "gradient":
                continue
            assert (mine[name] is None) == (theirs is None), (name, case)
            if theirs is not None:
                assert np.shape(mine[name]) == theirs.shape, (name, case)
                np.testing.assert_allclose(
                    mine[name], theirs, rtol=0, atol=1e-9, err_msg=f"{name} {json.dumps(case)}"
                )
    least = {"max": 250, "average": 250, "l2": 250, "refused": 50, "overlapping": 100}
    assert {name: n for name, n in counted.items() if n < least[name]} == {}


def test_sentences(evaluate, cases):
    """At one position of each case, in every direction that it can take."""
    rng = np.random.default_rng(5)
    asked, wanted = [], []
    for case, numbers in cases:
        if numbers is None or np.array(case["image"]).dtype.kind == "f":
            continue  # fractions may round either way in the last digit shown
        position = int(rng.integers(numbers["output"].size))
        stepper = PoolStepper(**case, gradient=numbers["gradient"], position=position)
        said = []
        for direction in ("forward", "backward", "unpool"):
            if direction != "unpool" or case["operation"] == "max":
                stepper.direction = direction
                said.append(stepper.sentence())
        asked.append(case | {"gradient": numbers["gradient"].tolist(), "position": position})
        wanted.append(said)
    found = evaluate(
        """(cases) => cases.map(({ position, ...settings }) => {
          const directions = ["forward", "backward", "unpool"];
          const there = settings.operation === "max" ? directions : directions.slice(0, 2);
          return there.map((direction) => {
            const layer = tested.layerOf({ ...settings, direction });
            return tested.sentence(layer, position, tested.walkBack(layer).steps);
          });
        })""",
        asked,
    )
    assert len(found) >= 500
    assert sum(said[0].endswith("equal ones.") for said in wanted) >= 50, "too few ties"
    for case, mine, theirs in zip(asked, found, wanted, strict=True):
        assert mine == theirs, case
