"""What a unit sees through a stack of layers: one set of stacks, evaluated by both."""

import node
import numpy as np
import pytest

from cnnlab.receptive_fields import checked
from cnnlab.widgets.receptive_field.numbers import lay_out, look, sentence

CASES = 600


def draw_case(rng):
    """One random stack and a unit of it."""
    layers = []
    for number in range(rng.integers(1, rng.choice([3, 6, 12]))):
        padding = rng.integers(0, 5, 2).tolist()
        layer = {"kernel_size": int(rng.integers(1, rng.choice([4, 8])))}
        if rng.random() < 0.5:
            layer["stride"] = int(rng.integers(1, 4))
        if rng.random() < 0.6:
            layer["padding"] = padding if rng.random() < 0.3 else padding[0]
        if rng.random() < 0.4:
            layer["dilation"] = int(rng.integers(1, 5))
        if rng.random() < 0.5:
            layer["name"] = f"block{number}"
        layers.append(layer)
    return {
        "size": int(rng.integers(1, rng.choice([12, 60, 257]))),
        "layers": checked(layers),
        "at": rng.random(2).tolist(),
        "percent": int(rng.choice([95, 95, 50, 100, 1])),
    }


def expected(case):
    """What Python says of one stack: what the page must say too."""
    try:
        stack = lay_out(case["size"], case["layers"])
    except ValueError as error:
        return {"refused": str(error)}
    layer = 1 + int(case["at"][0] * len(stack.layers))
    unit = int(case["at"][1] * stack.sizes[layer])
    percent = case["percent"]
    sight = look(stack, layer, unit, percent)
    return {
        "table": [[units, *field] for units, field in zip(stack.sizes, stack.fields, strict=True)],
        "extent": list(stack.extent),
        "counts": [[str(paths) for paths in level] for level in sight.counts],
        "fields": [field and list(field) for field in sight.fields],
        "padding": sight.padding,
        "shares": sight.shares,
        "effective": sight.effective and list(sight.effective),
        "sentence": sentence(stack, layer, unit, percent),
    }


EVALUATE = """(cases) => {
  const { layOut, look, sentence } = tested;
  return cases.map(({ size, layers, at, percent }) => {
    let stack;
    try { stack = layOut(size, layers); }
    catch (error) {
      if (error instanceof RangeError) return { refused: error.message };
      throw error;
    }
    const layer = 1 + Math.floor(at[0] * stack.layers.length);
    const unit = Math.floor(at[1] * stack.sizes[layer]);
    const sight = look(stack, layer, unit, percent);
    return {
      table: stack.sizes.map((units, m) => [units, ...Object.values(stack.fields[m])]),
      extent: stack.extent, ...sight,
      counts: sight.counts.map((level) => level.map(String)),
      sentence: sentence(stack, layer, unit, percent),
    };
  });
}"""


@pytest.fixture(scope="module")
def evaluate():
    with node.importing("receptive_field/numbers.js") as evaluate:
        yield evaluate


def test_the_page_computes_what_cnnlab_computes(evaluate):
    rng = np.random.default_rng(1701)
    cases = [draw_case(rng) for _ in range(CASES)]
    # more paths than a float can count
    deep = checked([{"kernel_size": 11}] * 16)
    cases.append({"size": 161, "layers": deep, "at": [0.99, 0], "percent": 95})
    found = evaluate(EVALUATE, cases)
    wanted = [expected(case) for case in cases]
    refused = sum("refused" in one for one in wanted)
    assert len(cases) - refused >= 300, "too few stacks that stand"
    assert refused >= 60, "too few stacks that are refused"
    for case, mine, theirs in zip(cases, found, wanted, strict=True):
        shares = [one.pop("shares", []) for one in (mine, theirs)]
        assert mine == theirs, case
        np.testing.assert_allclose(*shares, rtol=1e-9, atol=0)
