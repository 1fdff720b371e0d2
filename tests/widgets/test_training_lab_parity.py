"""TrainingLab's two networks: the page's takes the same steps as `cnnlab.nn`'s, in float64."""

import base64
import itertools
import math

import node
import numpy as np
import pytest

from cnnlab.widgets.training_lab import digits, numbers

USUAL = {
    "filters": 4, "kernel_size": 3, "second": 0, "pooling": "max", "activation": "relu",
    "rate": 0.1, "batch_size": 4, "seed": 0,
}  # fmt: skip
LOOP = """({ settings, images, side, steps }) => {
  const net = tested.network(settings, side);
  const next = tested.shuffled(images.length, net.random);
  const digits = images.map((image) => Float64Array.from(image));
  const losses = [];
  for (let step = 0; step < steps; step++) {
    let sum = 0;
    for (let k = 0; k < settings.batch_size; k++) {
      const n = next();
      sum += net.learn(digits[n], n % 10).loss;
    }
    net.descend(settings.rate, settings.batch_size);
    losses.push(sum / settings.batch_size);
  }
  const scores = digits.slice(0, 10).map((digit) => {
    net.classify(digit);
    return [...net.scores];
  });
  return { losses, scores, weights: [...net.packed()] };
}"""


def drawn(side, count=60, seed=5):
    """Pictures in thirds of white, most of them black, as digits are: (count, 1, side, side)."""
    rng = np.random.default_rng(seed)
    middle = rng.integers(0, 4, (count, 1, side, side)) * (rng.random((count, 1, side, side)) < 0.5)
    middle[..., :3, :] = middle[..., -3:, :] = 0
    return middle / 3


@pytest.fixture(scope="module")
def evaluate():
    with node.importing("training_lab/numbers.js", "training_lab/digits.js") as evaluate:
        yield evaluate


@pytest.mark.parametrize(
    ("side", "steps", "changes"),
    [
        (28, 500, {"filters": 8, "kernel_size": 5, "batch_size": 2}),
        (16, 500, {"second": 8, "batch_size": 2}),
        (14, 100, {"pooling": "average", "second": 8, "seed": 3}),
        (15, 100, {"activation": "tanh", "kernel_size": 5, "filters": 2}),
        (14, 100, {"activation": "sigmoid", "second": 16, "rate": 1}),
        (15, 100, {"activation": "tanh", "pooling": "average", "batch_size": 1, "seed": 999_999}),
        (12, 100, {"filters": 16, "kernel_size": 7, "batch_size": 16, "rate": 0.03}),
    ],
)
def test_the_page_learns_what_the_package_does(evaluate, side, steps, changes):
    settings, images = USUAL | changes, drawn(side)
    case = {"settings": settings, "side": side, "steps": steps}
    found = evaluate(LOOP, case | {"images": images.reshape(len(images), -1).tolist()})
    net, losses = numbers.train(settings, images, np.arange(len(images)) % 10, steps)
    state = np.concatenate([array.ravel() for array in net.state_dict().values()])
    assert losses[-1] != losses[0]
    np.testing.assert_allclose(found["losses"], losses, rtol=0, atol=1e-12)
    np.testing.assert_allclose(found["weights"], state, rtol=0, atol=1e-12)
    np.testing.assert_allclose(found["scores"], net(images[:10]), rtol=0, atol=1e-11)


def test_every_combination_of_settings_starts_alike(evaluate):
    rng, steps = np.random.default_rng(7), 10
    several = [3, 5, 7], [0, 8, 16], ["max", "average"], ["relu", "tanh", "sigmoid"]
    for kernel, second, pooling, activation in itertools.product(*several):
        settings = {
            "filters": int(rng.choice([2, 4, 8, 16])), "kernel_size": kernel, "second": second,
            "pooling": pooling, "activation": activation, "rate": float(rng.uniform(0.001, 0.03)),
            "batch_size": int(rng.integers(1, 6)), "seed": int(rng.integers(1_000_000)),
        }  # fmt: skip
        side = int(rng.integers(24, 29))
        images = drawn(side, 20, settings["seed"])
        case = {"settings": settings, "side": side, "steps": steps}
        found = evaluate(LOOP, case | {"images": images.reshape(len(images), -1).tolist()})
        net, losses = numbers.train(settings, images, np.arange(len(images)) % 10, steps)
        state = np.concatenate([array.ravel() for array in net.state_dict().values()])
        np.testing.assert_allclose(found["losses"], losses, rtol=0, atol=1e-12, err_msg=settings)
        np.testing.assert_allclose(found["weights"], state, rtol=0, atol=1e-12, err_msg=settings)


def test_the_same_numbers_come_from_a_seed(evaluate):
    for seed in (0, 1, 999_999):
        random = numbers.mulberry32(seed)
        order = numbers.shuffled(7, random)
        wanted = [random() for _ in range(50)], list(itertools.islice(order, 20))
        found = evaluate(
            """(seed) => {
              const random = tested.mulberry32(seed);
              const first = Array.from({ length: 50 }, random);
              const next = tested.shuffled(7, random);
              return [first, Array.from({ length: 20 }, next)];
            }""",
            seed,
        )
        assert tuple(found) == wanted
        assert [sorted(wanted[1][k : k + 7]) for k in (0, 7)] == [list(range(7))] * 2


def test_a_tie_in_pooling_goes_to_the_first(evaluate):
    """A plain picture has the same sum everywhere: one cell of each four gets the gradient."""
    settings = USUAL | {"activation": "tanh"}
    for image in (np.zeros((1, 1, 8, 8)), np.ones((1, 1, 8, 8)), np.eye(8)[None, None]):
        case = {"settings": settings, "side": 8, "steps": 20}
        found = evaluate(LOOP, case | {"images": image.reshape(1, -1).tolist()})
        net, _ = numbers.train(settings, image, np.array([0]), 20)
        state = np.concatenate([array.ravel() for array in net.state_dict().values()])
        np.testing.assert_allclose(found["weights"], state, rtol=0, atol=1e-13)


def test_both_say_the_same(evaluate):
    rng = np.random.default_rng(1)
    cases = [[0, None, 50, 500], [16, math.inf, 0, 500], [16, math.nan, 3, 500]]
    for _ in range(300):
        seen, right = int(rng.integers(1, 10 ** rng.integers(1, 8))), int(rng.integers(0, 501))
        cases.append([seen, float(rng.exponential(2)), right, 500])
    sent = [[s, None if x is None else str(x).replace("inf", "Infinity"), *r] for s, x, *r in cases]
    found = evaluate(
        "(all) => all.map(([seen, loss, ...r]) => tested.told(seen, Number(loss ?? NaN), ...r))",
        sent,
    )
    assert found == [numbers.told(*case) for case in cases]


UNPACK = """({ text, side, count }) => {
  const next = tested.unpacker(text, side);
  return Array.from({ length: count }, () => [...next()].map((grey) => 3 * grey));
}"""


@pytest.mark.parametrize("kind", ["digits", "noise", "black", "white"])
def test_what_is_packed_is_unpacked(evaluate, kind):
    rng = np.random.default_rng(2)
    shape = (40, 28, 28)
    packed = {
        "digits": np.rint(3 * drawn(28, 40)[:, 0]).astype(np.uint8),
        "noise": rng.integers(0, 4, shape, dtype=np.uint8),
        "black": np.zeros(shape, np.uint8),
        "white": np.full(shape, 3, np.uint8),
    }[kind]
    text = base64.b64encode(digits.pack(packed)).decode()
    found = evaluate(UNPACK, {"text": text, "side": 28, "count": 40})
    assert np.array_equal(np.array(found).reshape(shape), packed)
    if kind == "black":
        assert len(text) < 1000
