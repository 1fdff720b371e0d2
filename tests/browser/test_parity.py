"""The page computes what cnnlab computes: one set of cases, evaluated by both.

The cases go through the very module that the published pages load, taken out of the built
site's script.
"""

import json

import numpy as np
import pytest

from cnnlab import convolve2d, cross_correlate2d
from cnnlab.widgets import ConvStepper
from cnnlab.widgets.text import format_number, short

pytestmark = pytest.mark.browser

CASES = 800
LOAD = """async (name) => {
  const script = document.querySelector('script[src*="cnnlab-widgets"]');
  const text = await (await fetch(script.src)).text();
  const sources = JSON.parse(text.match(/\\}\\)\\((\\{.*\\})\\);\\n$/)[1]);
  globalThis.tested = await import("data:text/javascript," + encodeURIComponent(sources[name]));
}"""


@pytest.fixture(scope="module")
def page(browser, site_url):
    """Open the chapter, and give its ops.js the name ``tested``."""
    page = browser.new_page()
    page.goto(f"{site_url}/notebooks/01_sliding_window.html")
    page.evaluate(LOAD, "ops.js")
    yield page
    page.close()


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
    """One random call: shapes, settings, and whole or fractional numbers."""
    whole = rng.random() < 0.5
    shape, kernel_shape = rng.integers(1, 10, 2), rng.integers(1, 5, 2)

    def numbers(size):
        return rng.integers(-20, 21, size) if whole else rng.normal(0, 10, size).round(3)

    def setting(high):
        value = rng.integers(1, high, 2).tolist()
        return value if rng.random() < 0.4 else value[0]

    return {
        "image": numbers(shape).tolist(),
        "kernel": numbers(kernel_shape).tolist(),
        "options": {"stride": setting(4), "padding": draw_padding(rng), "dilation": setting(4)},
        "mode": ["correlation", "convolution"][rng.integers(2)],
    }


def expected(case):
    """What cnnlab says: the output, or None where it refuses."""
    operation = convolve2d if case["mode"] == "convolution" else cross_correlate2d
    try:
        return operation(np.array(case["image"]), np.array(case["kernel"]), **case["options"])
    except ValueError:
        return None


@pytest.fixture(scope="module")
def cases():
    rng = np.random.default_rng(20260)
    return [draw_case(rng) for _ in range(CASES)]


def test_outputs(page, cases):
    found = page.evaluate(
        """(cases) => cases.map(({ image, kernel, options, mode }) => {
          try { return tested.slide(image, kernel, { ...options, mode }); }
          catch (error) { if (error instanceof RangeError) return null; throw error; }
        })""",
        cases,
    )
    wanted = [expected(case) for case in cases]
    refused = sum(one is None for one in wanted)
    assert len(cases) - refused >= 500, "too few cases with an output"
    assert refused >= 20, "too few cases that are refused"
    for case, mine, theirs in zip(cases, found, wanted, strict=True):
        assert (mine is None) == (theirs is None), case
        if mine is not None:
            assert np.shape(mine) == theirs.shape, case
            np.testing.assert_allclose(mine, theirs, rtol=0, atol=1e-9, err_msg=json.dumps(case))


def test_windows_and_sentences(page, cases):
    """At one position of each case: which cells are read, and the sentence that is spoken."""
    rng = np.random.default_rng(7)
    asked, wanted = [], []
    for case in cases:
        output = expected(case)
        if output is None:
            continue
        position = int(rng.integers(output.size))
        stepper = ConvStepper(
            case["image"], case["kernel"], mode=case["mode"], position=position, **case["options"]
        )
        asked.append(case | {"position": position})
        wanted.append((stepper.window.ravel(), stepper.sentence()))
    found = page.evaluate(
        """(cases) => cases.map(({ image, kernel, options, mode, position }) => {
          const applied = mode === "convolution" ? tested.flip(kernel) : kernel;
          const shape = tested.geometry(tested.size(image), tested.size(kernel), options);
          const list = tested.products(image, applied, shape, position);
          return [list.map((term) => term.value), tested.sentence(shape, position, list)];
        })""",
        asked,
    )
    assert len(found) >= 500
    for case, (cells, sentence), (window, said) in zip(asked, found, wanted, strict=True):
        np.testing.assert_array_equal(cells, window, err_msg=json.dumps(case))
        assert sentence == said, case


def test_numbers_as_text(page):
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
    found = page.evaluate(
        "(values) => values.map((v) => [tested.format(v), tested.short(v)])", values
    )
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
def test_typed_number(page, typed, value):
    assert page.evaluate("(text) => tested.parse(text)", typed) == value


@pytest.mark.parametrize("typed", ["", " ", "abc", "1/0", "Infinity", "NaN", "1 2", "--1", "0x"])
def test_typed_nonsense(page, typed):
    assert page.evaluate("(text) => Number.isNaN(tested.parse(text))", typed)


def test_border_index(page):
    """Where a border reads, against NumPy's own padding."""
    modes = {"replicate": "edge", "reflect": "reflect", "wrap": "wrap"}
    for size in range(1, 7):
        for border, mode in modes.items():
            wanted = np.pad(np.arange(size), 8, mode=mode).tolist()
            asked = """([size, border]) => Array.from(
              { length: size + 16 }, (_, k) => tested.borderIndex(k - 8, size, border))"""
            assert page.evaluate(asked, [size, border]) == wanted
    assert page.evaluate("() => [-1, 0, 2, 3].map((i) => tested.borderIndex(i, 3, 'zero'))") == [
        -1,
        0,
        2,
        -1,
    ]
