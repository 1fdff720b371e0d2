"""Each claim recomputes to what is stored, a wrong one is noticed, and the page shows them."""

import copy
import dataclasses
import functools
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from docutils.nodes import make_id

from cnnlab import claims, images, kernels
from cnnlab.claims import as_printed, chapter01
from cnnlab.claims.registry import CHECKS, checks

ROOT = Path(__file__).resolve().parents[1]

ALL = claims.load()
CHECKABLE = [claim for claim in ALL if claim.verdict != "NOT CHECKABLE"]
FIELDS = [field.name for field in dataclasses.fields(claims.Claim)]
recomputed = functools.cache(claims.recompute)


def by_id(claim):
    """Name a test after its claim."""
    return claim.id


def each_change(value):
    """Give the value with one leaf changed, for every leaf."""
    if isinstance(value, (dict, list)):
        for key in value if isinstance(value, dict) else range(len(value)):
            for leaf in each_change(value[key]):
                changed = copy.copy(value)
                changed[key] = leaf
                yield changed
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, (int, float)):
        yield value + 1e-6 * max(abs(value), 1)
    else:
        yield value + "?"


def texts(value):
    """Give every text in a JSON value, the keys included."""
    if isinstance(value, dict):
        for key in value:
            yield key
            yield from texts(value[key])
    elif isinstance(value, list):
        for entry in value:
            yield from texts(entry)
    elif isinstance(value, str):
        yield value


def broken():
    """Return the ids of the claims that no longer recompute to what is stored, or fail to."""

    def stands(claim):
        try:
            return claims.same(claims.recompute(claim.id), claim.computed)
        except ValueError:
            return False

    return {claim.id for claim in CHECKABLE if not stands(claim)}


@pytest.mark.parametrize("claim", CHECKABLE, ids=by_id)
def test_recomputes_to_the_stored_value(claim):
    value = recomputed(claim.id)
    assert claims.same(value, claim.computed), f"stored {claim.computed}, computed {value}"


@pytest.mark.parametrize("claim", CHECKABLE, ids=by_id)
def test_any_changed_value_is_noticed(claim):
    value = recomputed(claim.id)
    changes = list(each_change(claim.computed))
    assert changes
    for changed in changes:
        assert not claims.same(value, changed)


@pytest.mark.parametrize("claim", CHECKABLE, ids=by_id)
def test_recomputed_values_are_json(claim):
    value = recomputed(claim.id)
    assert claims.same(json.loads(json.dumps(value)), value)


@pytest.mark.parametrize("claim", ALL, ids=by_id)
def test_fields(claim):
    assert claim.verdict in claims.VERDICTS
    assert claim.source in claims.SOURCES
    assert claim.where
    assert claim.claim.endswith(".")
    assert claim.inputs
    assert claim.stated
    assert not claim.note or claim.note.endswith((".", "?"))


@pytest.mark.parametrize("claim", ALL, ids=by_id)
def test_words_are_for_readers(claim):
    for text in texts([claim.claim, claim.inputs, claim.stated, claim.computed, claim.note]):
        words = re.sub("`[^`]*`", "", text)
        assert text in kernels.NAMES or "_" not in words, "names are written as code"
        assert not re.search(r"\d ?x ?\d|\d×|×\d|MxN", words), "sizes are written 3 × 3"
        assert not re.search(r"-\d| - |-$|^-", words), "minus signs are written −"
        assert not re.search(r"\*?K\*? ?[−/]|odd \*?K|(?<![\w*])[ijmnk](?![\w*])", words)


def test_places_in_a_source_differ():
    places = [(claim.source, claim.where) for claim in ALL]
    assert len(set(places)) == len(places)


def test_sources_are_in_the_bibliography():
    entries = re.findall(r"^@\w+\{(\w+),", (ROOT / "book/references.bib").read_text("utf-8"), re.M)
    assert set(claims.SOURCES) <= set(entries)
    assert {claim.source for claim in ALL} == set(claims.SOURCES)


def test_stored_inputs_are_those_that_are_used():
    def stored(claim_id, *keys):
        inputs = claims.get(claim_id).inputs
        return [inputs[key] for key in keys] if keys else inputs

    for array, used in zip(
        [
            *stored("R-11.1-def", "patch", "kernel"),
            stored("R-eq11.4"),
            *stored("A-8.1b-edge", "filter", "same, 2 in the middle"),
            *stored("L-sobel-1", "window as printed", "kernel"),
            *stored("L-sobel-2", "window", "kernel"),
            *stored("L-sobel-overlap", "first window", "second window", "kernel"),
            *stored("L-derivative", "kernel"),
        ],
        [
            *chapter01._drawn((3, 3)),
            chapter01._REGION,
            kernels.named("horizontal_edge"),
            -kernels.named("sobel_y"),
            chapter01._WINDOW_1,
            chapter01._SOBEL,
            chapter01._WINDOW_2,
            chapter01._SOBEL,
            chapter01._WINDOW_1,
            chapter01._WINDOW_2,
            chapter01._SOBEL,
            chapter01._SOBEL,
        ],
        strict=True,
    ):
        np.testing.assert_array_equal(array, used)
    np.testing.assert_array_equal(claims.get("R-eq11.5-entries").stated, chapter01._PRINTED)


@pytest.mark.parametrize("claim_id", ["R-11.1.5-bank", "L-lines"])
def test_stored_kernels_are_the_named_ones(claim_id):
    stored = claims.get(claim_id).inputs
    found = {name: stored[name] for name in stored if isinstance(stored[name], list)}
    assert len(found) == {"R-11.1.5-bank": 5, "L-lines": 3}[claim_id]
    for name, values in found.items():
        np.testing.assert_array_equal(values, kernels.named(name))


@pytest.mark.parametrize("claim", ALL, ids=by_id)
def test_what_is_not_right_says_why(claim):
    if claim.verdict != "OK":
        assert claim.note


@pytest.mark.parametrize("claim", ALL, ids=by_id)
def test_not_checkable_is_what_has_no_value(claim):
    assert (claim.computed is None) == (claim.verdict == "NOT CHECKABLE")


def test_verdicts_agree_with_the_numbers():
    numbers = [
        claim
        for claim in CHECKABLE
        if isinstance(claim.stated, (int, float)) and isinstance(claim.computed, (int, float))
    ]
    assert [claim.id for claim in numbers] == ["A-8.2-fig-16", "A-8.2-fig-26", "L-sobel-2"]
    for claim in numbers:
        assert (claim.verdict == "OK") == claims.same(claim.stated, claim.computed)


def test_stored_entries_have_all_fields_and_no_others():
    from importlib import resources

    text = resources.files("cnnlab.claims").joinpath("claims.json").read_text(encoding="utf-8")
    for entry in json.loads(text):
        assert list(entry) == FIELDS


def test_ids_are_unique():
    assert len({claim.id for claim in ALL}) == len(ALL) == 30


def test_each_checkable_claim_has_a_function_and_each_function_a_claim():
    assert set(CHECKS) == {claim.id for claim in CHECKABLE}


def test_functions_do_not_return_what_is_stored(monkeypatch):
    monkeypatch.setattr(claims, "load", lambda: [dataclasses.replace(c, computed=0) for c in ALL])
    for claim in CHECKABLE:
        assert claims.same(claims.recompute(claim.id), claim.computed)


def test_a_wrong_operation_is_noticed(monkeypatch):
    monkeypatch.setattr(chapter01, "cross_correlate2d", chapter01.convolve2d)
    assert {"R-11.1-def", "R-eq11.1", "R-eq11.2", "A-8.2-fig-16", "L-sobel-2"} <= broken()


def test_another_sum_is_noticed(monkeypatch):
    monkeypatch.setattr(
        chapter01, "double_sum", lambda a, b, sign: as_printed.double_sum(a, b, -sign)
    )
    assert broken() == {"R-eq11.1", "R-eq11.2"}


def test_another_padding_is_noticed(monkeypatch):
    monkeypatch.setattr(as_printed, "line_15", lambda kernel: (kernel.shape[1] + 1) // 2)
    assert {"R-11.1.5-pad", "R-11.1.5-same", "R-11.1.5-oracle", "R-11.1.5-rect"} <= broken()


def test_another_loop_is_noticed(monkeypatch):
    def mirrored(image, kernel):
        return as_printed.double_loop(image[::-1], kernel)[::-1]

    monkeypatch.setattr(chapter01, "double_loop", mirrored)
    assert {"R-11.1.5-oracle", "R-fig11.4-identical"} <= broken()


def test_printed_sums_on_numbers_that_fit_on_paper():
    image, kernel = np.array([[1, 2, 3], [4, 5, 6]]), np.array([[1, 10], [100, 1000]])
    assert as_printed.double_sum(image, kernel, 1).tolist() == [[5421, 6532]]
    assert as_printed.double_sum(image, kernel, -1).tolist() == [[1245, 2356]]


def test_printed_loop_repeats_edges():
    ramp = images.ramp((3, 4)).astype(np.float64)
    output = as_printed.double_loop(ramp, np.ones((3, 3)))
    assert output.tolist() == [[3, 9, 18, 24]] * 3


def test_a_claim_has_one_function():
    with pytest.raises(
        ValueError, match=r"claim_id 'R-eq11\.4' is taken by box_blur_of_the_region"
    ):
        checks("R-eq11.4")(lambda: 132)
    assert CHECKS["R-eq11.4"].__name__ == "box_blur_of_the_region"


def test_claims_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        ALL[0].verdict = "OK"


def test_load_gives_a_new_list():
    claims.load().clear()
    assert claims.load()


def test_get():
    assert claims.get("R-eq11.4").stated == 132


@pytest.mark.parametrize("find", [claims.get, claims.recompute])
def test_unknown_id(find):
    with pytest.raises(
        ValueError, match=r"claim_id must be the id of a claim; got 'R-eq11\.44'; did"
    ):
        find("R-eq11.44")


def test_not_checkable():
    with pytest.raises(ValueError, match=r"claim_id 'R-fig11\.1' is not checkable: .*hides some"):
        claims.recompute("R-fig11.1")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (1, 1.0),
        (1.0, 1.0 + 1e-12),
        ([1, "a", None, True], [1, "a", None, True]),
        ({"a": [1, 2], "b": {}}, {"b": {}, "a": [1, 2]}),
        (0, 0.0),
    ],
)
def test_same(a, b):
    assert claims.same(a, b)
    assert claims.same(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (True, 1),
        (False, 0),
        (1, "1"),
        (1.0, 1.0 + 1e-8),
        (0, 1e-12),
        ([1, 2], [2, 1]),
        ([1, 2], [1, 2, 3]),
        ([], {}),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": 1}, {"b": 1}),
        (None, False),
        (float("nan"), float("nan")),
        ("a", "b"),
    ],
)
def test_not_the_same(a, b):
    assert not claims.same(a, b)
    assert not claims.same(b, a)


def test_numpy_values_become_plain(monkeypatch):
    made = {"a": np.float64(1.5), "b": (np.int8(2), np.bool_(True)), "c": np.eye(2)}
    monkeypatch.setitem(CHECKS, "R-eq11.4", lambda: made)
    value = claims.recompute("R-eq11.4")
    assert value == {"a": 1.5, "b": [2, True], "c": [[1.0, 0.0], [0.0, 1.0]]}
    assert [type(entry) for entry in (value["a"], *value["b"])] == [float, int, bool]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Build the claims page and the chapters that it points to, in a plain theme."""
    folder = tmp_path_factory.mktemp("book")
    (folder / "conf.py").write_text(
        f"import sys; sys.path.insert(0, {str(ROOT / 'book' / '_ext')!r})\n"
        "extensions = ['myst_nb', 'sphinxcontrib.bibtex', 'claims_page']\n"
        "myst_enable_extensions = ['amsmath', 'attrs_inline', 'colon_fence', 'dollarmath']\n"
        "myst_heading_anchors = 4\n"
        "nb_execution_mode = 'off'\n"
        "root_doc = 'book/numbers'\n"
        "html_theme = 'basic'\n"
        "bibtex_bibfiles = ['book/references.bib']\n"
        "exclude_patterns = ['out', 'jupyter_execute']\n",
        encoding="utf-8",
    )
    for name in ("book/numbers.md", "book/bibliography.md", "book/references.bib"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes((ROOT / name).read_bytes())
    for page in {claim.shown.partition("#")[0] for claim in ALL}:
        (folder / page).parent.mkdir(exist_ok=True)
        notebook = json.loads((ROOT / f"{page}.ipynb").read_text("utf-8"))
        notebook["cells"] = [c for c in notebook["cells"] if c["cell_type"] == "markdown"]
        (folder / f"{page}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-q",
        "-b",
        "html",
        folder,
        folder / "out",
    ]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "out"


@pytest.fixture(scope="module")
def page(pages):
    """Return the claims page's source."""
    return (pages / "book" / "numbers.html").read_text(encoding="utf-8")


def ids(source):
    """List the ids on a page."""
    return re.findall(r'\sid="([^"]+)"', source)


def sections(source):
    """Split the page into the parts of the claims."""
    parts = r'<section class="cnnlab-claim" id="([^"]+)">(.*?)</section>'
    return dict(re.findall(parts, source, re.S))


def test_every_link_of_the_page_has_a_target(pages, page):
    links = re.findall(r'href="([^"#]*)#([^"]+)"', page)
    assert len(links) >= 2 * len(ALL)
    for path, anchor in links:
        target = (pages / "book" / path).resolve() if path else pages / "book" / "numbers.html"
        assert anchor in ids(target.read_text(encoding="utf-8"))


def test_each_claim_has_a_heading_and_an_anchor(page):
    found = sections(page)
    assert set(found) == {make_id(f"claim-{claim.id}") for claim in ALL}
    assert len(set(ids(page))) == len(ids(page))
    for claim in ALL:
        part = found[make_id(f"claim-{claim.id}")]
        heading = re.sub("<[^>]+>", "", re.match(r"\s*<h3>(.*?)<a ", part)[1])
        assert heading.lower() == f"{claim.where} {claim.verdict}".lower()


def test_each_verdict_counts_and_links_its_claims(page):
    (listing,) = re.findall(r'<ul class="cnnlab-verdicts.*?</ul>', page, re.S)
    lines = listing.split("<li>")[1:]
    for verdict, line in zip(claims.VERDICTS, lines, strict=True):
        wanted = [claim.id for claim in ALL if claim.verdict == verdict]
        assert re.findall(r'href="#([^"]+)"', line) == [
            make_id(f"claim-{claim_id}") for claim_id in wanted
        ]
        assert f"</span> {len(wanted)}: " in line


def test_values_are_shown_in_words(page):
    shown = "".join(sections(page).values())
    words = re.sub("<[^>]+>", "", re.sub("<code.*?</code>", "", shown, flags=re.S))
    assert not re.search(r": *(true|false|null|None|True|False)\b|[{}\[\]]", words)
    assert "3\u00a0×\u00a03" in words
    assert not re.search(r" ×|× ", words)


def test_numbers_are_rounded_for_show(page):
    part = sections(page)["claim-r-fig11-5-blur"]
    assert re.findall(r": (\d+\.?\d*)</p>", part) == ["1473", "61", "13.19", "38066"]


def test_a_claim_that_changed_stops_the_build(pages, tmp_path):
    conf = (pages.parent / "conf.py").read_text(encoding="utf-8")
    (tmp_path / "conf.py").write_text(
        conf + "from cnnlab.claims import chapter01\nchapter01._GRID_ROW[3] = 49\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "sphinx", "-q", "-E", "-b", "html", "-c", tmp_path]
    built = subprocess.run(
        [*command, pages.parent, tmp_path / "out"], capture_output=True, text=True, check=False
    )
    assert built.returncode != 0
    assert "R-eq11.4-vs-fig: stored" in built.stderr


def test_a_matrix_keeps_its_decimals(page):
    part = sections(page)["claim-r-eq11-5-entries"]
    assert re.findall(r'<div class="line">(.*?)</div>', part)[:3] == [
        "10.3  15.4  11.2",
        " 2.8  28.0  21.7",
        "15.0  25.5   2.0",
    ]
