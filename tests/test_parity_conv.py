"""The stepper's modules compute what cnnlab computes: one set of cases, evaluated by both."""

import json

import node
import numpy as np
import pytest
from traitlets import TraitError

from cnnlab import conv2d_backward, conv_matrix, conv_transpose2d, convolve2d, cross_correlate2d
from cnnlab.conv import conv2d
from cnnlab.widgets import ConvStepper
from cnnlab.widgets._shared.text import format_number, short

CASES = 1200
MAP_OF = """() => {
  globalThis.mapOf = ({ image, filters, options, mode }, make = tested.linearMap) =>
    make(tested.size(image[0]), filters, { ...options, mode });
}"""


@pytest.fixture(scope="module")
def evaluate():
    with node.importing(
        "_shared/windows.js",
        "_shared/products.js",
        "_shared/text.js",
        "conv_stepper/numbers.js",
        "kernel_playground/numbers.js",
    ) as evaluate:
        evaluate(MAP_OF)
        yield evaluate


def draw_padding(rng):
    kind = rng.integers(6)
    if kind == 0:
        return int(rng.integers(0, 4))
    if kind == 1:
        return rng.integers(0, 4, 2).tolist()
    if kind == 2:
        return rng.integers(0, 4, (2, 2)).tolist()
    return ["valid", "same", "full"][kind - 3]


def draw_case(rng):
    """One random call: shapes, channels, settings, and whole or fractional numbers."""
    whole = rng.random() < 0.5
    single = rng.random() < 0.5
    filters, channels = (1, 1) if single else rng.integers(1, 4, 2)
    shape, kernel_shape = rng.integers(1, 10, 2), rng.integers(1, 5, 2)

    def numbers(size):
        return rng.integers(-20, 21, size) if whole else rng.normal(0, 10, size).round(3)

    def setting(high):
        value = rng.integers(1, high, 2).tolist()
        return value if rng.random() < 0.4 else value[0]

    return {
        "image": numbers((channels, *shape)).tolist(),
        "filters": numbers((filters, channels, *kernel_shape)).tolist(),
        "single": single,
        "options": {"stride": setting(4), "padding": draw_padding(rng), "dilation": setting(4)},
        "mode": ["correlation", "convolution"][rng.integers(2)],
    }


def sliding(case):
    """The filters as they slide."""
    filters = np.array(case["filters"], float)
    return filters[..., ::-1, ::-1] if case["mode"] == "convolution" else filters


def expected(case):
    """What cnnlab says: the output, or None where it refuses."""
    image, options = np.array(case["image"], float), case["options"]
    try:
        if case["single"]:
            operation = convolve2d if case["mode"] == "convolution" else cross_correlate2d
            return operation(image[0], np.array(case["filters"])[0, 0], **options)[None]
        return conv2d(image[None], sliding(case), **options)[0]
    except ValueError:
        return None


def agree(found, wanted, case):
    assert np.shape(found) == wanted.shape, case
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-9, err_msg=json.dumps(case))


@pytest.fixture(scope="module")
def cases():
    rng = np.random.default_rng(20260)
    return [draw_case(rng) for _ in range(CASES)]


@pytest.fixture(scope="module")
def possible(cases):
    """The cases that have an output, with it, and an output gradient for each."""
    rng = np.random.default_rng(11)
    found = [(case, expected(case)) for case in cases]
    return [
        (case | {"gradient": rng.integers(-5, 6, output.shape).tolist()}, output)
        for case, output in found
        if output is not None
    ]


def test_forward(evaluate, cases):
    found = evaluate(
        """(cases) => cases.map((given) => {
          try { return tested.forward(mapOf(given), given.image); }
          catch (error) { if (error instanceof RangeError) return null; throw error; }
        })""",
        cases,
    )
    wanted = [expected(case) for case in cases]
    refused = sum(one is None for one in wanted)
    assert len(cases) - refused >= 800, "too few cases with an output"
    assert refused >= 20, "too few cases that are refused"
    for case, mine, theirs in zip(cases, found, wanted, strict=True):
        assert (mine is None) == (theirs is None), case
        if mine is not None:
            agree(mine, theirs, case)


def test_input_gradient(evaluate, possible):
    found = evaluate(
        """(cases) => cases.map((given) =>
          tested.walkBack(mapOf(given), given.gradient).sums)""",
        [case for case, _ in possible],
    )
    for (case, _), mine in zip(possible, found, strict=True):
        image, gradient = np.array(case["image"], float), np.array(case["gradient"], float)
        gradients = conv2d_backward(gradient[None], image[None], sliding(case), **case["options"])
        agree(mine, gradients.x[0], case)


def test_entries_of_the_matrix(evaluate, possible):
    found = evaluate(
        "(cases) => cases.map((given) => tested.entries(mapOf(given)))",
        [case for case, _ in possible],
    )
    for (case, _), mine in zip(possible, found, strict=True):
        matrix = conv_matrix(sliding(case), np.shape(case["image"]), **case["options"]).tocoo()
        rows, columns = matrix.coords
        wanted = np.stack([rows, columns, matrix.data], axis=1)
        agree(np.reshape(mine, (-1, 3)), wanted[np.lexsort((columns, rows))], case)


def test_what_is_too_large_to_draw_is_refused_by_both(evaluate):
    asked = """(cases) => cases.map(([rows, filters, direction]) => {
      const make = direction === "forward" ? tested.linearMap : tested.transposedMap;
      try { return make([rows, 128], filters, { mode: "correlation" }).shape.output; }
      catch (error) { return error.message; }
    })"""
    one, two = [[[[1]]]], [[[[1]]], [[[1]]]]
    for direction in ("forward", "transposed"):
        fits, large, many = evaluate(
            asked, [[128, one, direction], [129, one, direction], [128, two, direction]]
        )
        assert fits == [128, 128]
        assert large.startswith("There would be 129 × 128 cells, padding included: at most 16,384")
        assert many.startswith("There would be 2 × 128 × 128 cells")
        ConvStepper(np.ones((128, 128)), [[1]], direction=direction)
        for shape, filters in (((1, 129, 128), one), ((2, 128, 128), two)):
            image = np.ones(shape if direction == "transposed" else (1, *shape[1:]))
            with pytest.raises(TraitError, match=r"there would be .* at most 16,384 can be drawn"):
                ConvStepper(image, filters=filters, direction=direction)


def test_transposed(evaluate, cases):
    """The image as the input of a transposed convolution, by scattering and by gathering."""
    asked = []
    for case in cases:
        padding = case["options"]["padding"]
        filters = np.swapaxes(case["filters"], 0, 1)  # the image's channels are its filters now
        if not isinstance(padding, str):
            asked.append(case | {"filters": filters.tolist()})
    found = evaluate(
        """(cases) => cases.map((given) => {
          const { image } = given;
          let map;
          try { map = mapOf(given, tested.transposedMap); }
          catch (error) { if (error instanceof RangeError) return null; throw error; }
          const spread = tested.spread(map, image);
          const gathered = tested.forward(spread.map, spread.values);
          return [tested.walkBack(map, image).sums, gathered, tested.hits(map)];
        })""",
        asked,
    )
    done = 0
    for case, mine in zip(asked, found, strict=True):
        if mine is None:  # padding that takes away more than the kernel's reach, or all
            continue
        image = np.array(case["image"], float)
        wanted = conv_transpose2d(image[None], sliding(case), **case["options"])[0]
        scattered, gathered, hits = mine
        agree(scattered, wanted, case)
        agree(gathered, wanted, case)
        ones = np.ones((1, 1, *np.shape(case["filters"])[2:]))
        counts = conv_transpose2d(np.ones((1, 1, *image.shape[1:])), ones, **case["options"])
        agree(hits, counts[0, 0], case)
        done += 1
    assert done >= 200


@pytest.mark.parametrize("direction", ["forward", "backward", "transposed"])
def test_windows_and_sentences(evaluate, possible, direction):
    """At one position of each case: which cells belong to it, and the sentence that is spoken."""
    rng = np.random.default_rng(7)
    asked, wanted = [], []
    for case, _ in possible:
        filters = case["filters"]
        if direction == "transposed":
            if isinstance(case["options"]["padding"], str):
                continue
            filters = np.swapaxes(filters, 0, 1).tolist()
        weights = (
            {"kernel": filters[0][0], "filters": None}
            if case["single"]
            else {"kernel": None, "filters": filters}
        )
        image = case["image"][0] if case["single"] else case["image"]
        settings = case["options"] | {"mode": case["mode"], "direction": direction}
        if direction == "backward":
            gradient = case["gradient"]
            settings["grad_output"] = gradient[0] if case["single"] else gradient
        try:
            stepper = ConvStepper(image, **weights, **settings)
        except TraitError:  # more padding than the transposed direction can take away
            continue
        shape = stepper.map.image if direction == "transposed" else stepper.map.output
        stepper.position = int(rng.integers(np.prod(shape)))
        asked.append(stepper.state())
        wanted.append(stepper)
    found = evaluate(
        """(cases) => cases.map((traits) => {
          const scene = tested.sceneOf((name) => traits[name]);
          const list = scene.terms(traits.position);
          const each = (name) => list.map((term) => term[name]);
          return [each("value"), each("weight"), scene.sentence(traits.position)];
        })""",
        asked,
    )
    assert len(found) >= (150 if direction == "transposed" else 800)
    for stepper, (values, weights, sentence) in zip(wanted, found, strict=True):
        np.testing.assert_array_equal(values, [cell.value for cell in stepper.cells])
        np.testing.assert_array_equal(weights, [cell.weight for cell in stepper.cells])
        assert sentence == stepper.sentence()


def test_numbers_as_text(evaluate):
    rng = np.random.default_rng(3)
    values = np.concatenate(
        [
            rng.integers(-2000, 2000, 200),
            rng.normal(0, 1, 300),
            rng.normal(0, 1000, 300),
            10.0 ** rng.uniform(-9, 6, 200) * rng.choice([-1, 1], 200),
            np.arange(-50, 50) / 8,  # ties
            [0.0, -0.0, 1 / 3, 0.99995, 0.00005, -0.00004999, 9.5e-7],
        ]
    ).tolist()
    found = evaluate("(values) => values.map((v) => [tested.format(v), tested.short(v)])", values)
    assert found == [[format_number(v), short(v)] for v in values]


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("3", 3),
        (" −2 ", -2),
        ("-2.5", -2.5),
        ("0,5", 0.5),
        ("1/4", 0.25),
        ("-1/4", -0.25),
        ("1e2", 100),
    ],
)
def test_typed_number(evaluate, typed, value):
    assert evaluate("(text) => tested.parse(text)", typed) == value


@pytest.mark.parametrize("typed", ["", " ", "abc", "1/0", "Infinity", "NaN", "1 2", "--1", "0x"])
def test_typed_nonsense(evaluate, typed):
    assert evaluate("(text) => Number.isNaN(tested.parse(text))", typed)


def test_border_index(evaluate):
    """Where a border reads, against NumPy's own padding."""
    modes = {"replicate": "edge", "reflect": "reflect", "wrap": "wrap"}
    for size in range(1, 7):
        for border, mode in modes.items():
            wanted = np.pad(np.arange(size), 8, mode=mode).tolist()
            asked = """([size, border]) => Array.from(
              { length: size + 16 }, (_, k) => tested.borderIndex(k - 8, size, border))"""
            assert evaluate(asked, [size, border]) == wanted
    assert evaluate("() => [-1, 0, 2, 3].map((i) => tested.borderIndex(i, 3, 'zero'))") == [
        -1,
        0,
        2,
        -1,
    ]
