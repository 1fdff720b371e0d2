"""Claims recompute to what their records say, a wrong one is noticed, the page shows them."""

import copy
import dataclasses
import functools
import json
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from docutils.nodes import make_id
from sphinx.errors import ExtensionError

from cnnlab import claims, kernels
from cnnlab.claims import ch01, record

ROOT = Path(__file__).resolve().parents[1]

ALL = claims.load()
CHECKABLE = [claim for claim in ALL if claim.gives is not None]


@functools.cache
def recomputed(claim_id):
    """Recompute a claim that has lost its record's values, so that it can't look them up."""
    claim = claims.get(claim_id)
    return dataclasses.replace(claim, gives=blank(claim.gives)).recompute()


def blank(value):
    """Keep the labels, and lose the values."""
    return {key: blank(value[key]) for key in value} if isinstance(value, dict) else 0


# How many claims a chapter must account for; a chapter that is not listed yet needs at least one.
COUNTS = {1: 30, 2: 34, 3: 40, 4: 28, 5: 11, 6: 15, 8: 16, 10: 3, 14: 9}

each = pytest.mark.parametrize("claim", ALL, ids=lambda claim: claim.id)
each_checkable = pytest.mark.parametrize("claim", CHECKABLE, ids=lambda claim: claim.id)


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
        yield value + 1e-5 * max(abs(value), 1)
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
    """Return the ids of chapter 1's claims that do not recompute to what their records say."""

    def stands(claim):
        try:
            return claims.same(claim.recompute(), claim.gives)
        except ValueError:
            return False

    return {claim.id for claim in CHECKABLE if claim.chapter == 1 and not stands(claim)}


@each_checkable
def test_computes_what_is_recorded_and_does_not_look_it_up(claim):
    value = recomputed(claim.id)
    assert claims.same(value, claim.gives), f"recorded {claim.gives}, computed {value}"
    assert claims.same(json.loads(json.dumps(value)), value)


@pytest.mark.any_cpu
@each_checkable
def test_any_changed_value_is_noticed(claim):
    changes = list(each_change(claim.gives))
    assert changes
    for changed in changes:
        assert not claims.same(recomputed(claim.id), changed)


@pytest.mark.any_cpu
@each
def test_fields(claim):
    assert claim.verdict in claims.VERDICTS
    assert claim.source in claims.SOURCES
    assert claim.where
    assert claim.section
    assert claim.text.endswith(".")
    assert claim.inputs
    assert claim.stated
    assert not claim.note or claim.note.endswith((".", "?"))
    assert claim.note or claim.verdict == "OK", "what is not right says why"
    assert (claim.gives is None) == (claim.verdict == "NOT CHECKABLE")


@pytest.mark.any_cpu
@each
def test_words_are_for_readers(claim):
    for text in texts([claim.text, claim.inputs, claim.stated, claim.gives, claim.note]):
        words = re.sub("`[^`]*`", "", text)
        assert text in kernels.NAMES or "_" not in words, "names are written as code"
        assert not re.search(r"\d ?x ?\d|\d×|×\d|MxN", words), "sizes are written 3 × 3"
        assert not re.search(r"(?<![A-Za-z])-\d| - |-$|^-", words), "a minus is −"
        assert not re.search(r"\*?K\*? ?[−/]|odd \*?K|(?<![\w*])[ijmnk](?![\w*])", words)


def test_places_in_a_source_and_ids_differ():
    places = [(claim.source, claim.where) for claim in ALL]
    assert len(set(places)) == len({claim.id for claim in ALL}) == len(ALL)


def test_the_sources_of_claims_are_in_the_bibliography():
    entries = re.findall(r"^@\w+\{(\w+),", (ROOT / "book/references.bib").read_text("utf-8"), re.M)
    assert {claim.source for claim in ALL} <= set(entries)


def test_chapters_in_order_each_with_its_claims():
    chapters = [claim.chapter for claim in ALL]
    assert chapters == sorted(chapters)
    counts = {chapter: chapters.count(chapter) for chapter in sorted(set(chapters))}
    assert counts == counts | COUNTS


def test_plain_numbers_decide_the_verdict():
    for claim in CHECKABLE:
        if isinstance(claim.stated, (int, float)) and isinstance(claim.gives, (int, float)):
            assert (claim.verdict == "OK") == claims.same(claim.stated, claim.gives)


# A claim that is computed wrongly is noticed


@pytest.mark.any_cpu
def test_a_wrong_operation_is_noticed(monkeypatch):
    monkeypatch.setattr(ch01, "cross_correlate2d", ch01.convolve2d)
    assert {"R-11.1-def", "R-eq11.1", "R-eq11.2", "A-8.2-fig-16", "L-sobel-2"} <= broken()


@pytest.mark.any_cpu
def test_another_sum_is_noticed(monkeypatch):
    printed = ch01._double_sum
    monkeypatch.setattr(ch01, "_double_sum", lambda a, b, sign: printed(a, b, -sign))
    assert broken() == {"R-eq11.1", "R-eq11.2"}


@pytest.mark.any_cpu
def test_another_padding_is_noticed(monkeypatch):
    monkeypatch.setattr(ch01, "_line_15", lambda kernel: (kernel.shape[1] + 1) // 2)
    assert {"R-11.1.5-pad", "R-11.1.5-same", "R-11.1.5-oracle", "R-11.1.5-rect"} <= broken()


@pytest.mark.any_cpu
def test_another_loop_is_noticed(monkeypatch):
    loop = ch01._double_loop
    monkeypatch.setattr(ch01, "_double_loop", lambda a, kernel: loop(a[::-1], kernel)[::-1])
    assert {"R-11.1.5-oracle", "R-fig11.4-identical"} <= broken()


def test_printed_sums_on_numbers_that_fit_on_paper():
    image, kernel = np.array([[1, 2, 3], [4, 5, 6]]), np.array([[1, 10], [100, 1000]])
    assert ch01._double_sum(image, kernel, 1).tolist() == [[5421, 6532]]
    assert ch01._double_sum(image, kernel, -1).tolist() == [[1245, 2356]]


# The records, and how values are compared


def made(gives, function):
    """Make a claim as a chapter does."""
    function.__module__, function.__doc__ = "ch07", "It is\n    so.\n\n    Or\n    not."
    return record.claim(
        "T-1", record.ROSEBROCK, "here", "OK", section="s", inputs=1, stated=1, gives=gives
    )(function)


def test_a_docstring_holds_the_text_and_the_note():
    claim = made(1, lambda: 1)
    assert (claim.chapter, claim.text, claim.note) == (7, "It is so.", "Or not.")


def test_values_take_the_labels_of_the_record_and_become_plain():
    form = {"a": 0, "b": {"c": 0, "d": 0}, "e": 0}
    value = made(form, lambda: (np.float64(1.5), [np.int8(2), np.bool_(True)], np.eye(2)))
    value = value.recompute()
    assert value == {"a": 1.5, "b": {"c": 2, "d": True}, "e": [[1.0, 0.0], [0.0, 1.0]]}
    assert [type(entry) for entry in (value["a"], *value["b"].values())] == [float, int, bool]


@pytest.mark.parametrize("value", [[1], [1, 2, 3], {"a": 1, "c": 2}, 1])
def test_values_that_do_not_fit_the_labels_are_noticed(value):
    form = {"a": 1, "b": 2}
    assert not claims.same(made(form, lambda: value).recompute(), form)


def test_claims_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        ALL[0].verdict = "OK"


@pytest.mark.parametrize("find", [claims.get, claims.recompute])
def test_unknown_id(find):
    with pytest.raises(
        ValueError, match=r"claim_id must be the id of a claim; got 'R-eq11\.44'; did"
    ):
        find("R-eq11.44")


@pytest.mark.parametrize("claim_id", [[3], 3, None])
def test_what_is_no_id(claim_id):
    with pytest.raises(ValueError, match=r"claim_id must be the id of a claim; got (\[?3|None)"):
        claims.get(claim_id)


def test_not_checkable():
    with pytest.raises(ValueError, match=r"claim 'R-fig11\.1' is not checkable: .*hides some"):
        claims.recompute("R-fig11.1")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (1, 1.0),
        (1.0, 1.0 + 1e-7),
        ([1, "a", None, True], [1, "a", None, True]),
        ({"a": [1, 2], "b": {}}, {"b": {}, "a": [1, 2]}),
        (0, 1e-12),
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
        (1.0, 1.0 + 1e-5),
        (0, 1e-8),
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


# The page


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Build the claims page, and the headings that it points to, in a plain theme."""
    folder = tmp_path_factory.mktemp("book")
    (folder / "conf.py").write_text(
        f"import sys; sys.path.insert(0, {str(ROOT / 'book' / '_ext')!r})\n"
        "extensions = ['myst_parser', 'sphinxcontrib.bibtex', 'claims_page']\n"
        "myst_enable_extensions = ['amsmath', 'attrs_inline', 'colon_fence', 'dollarmath']\n"
        "myst_heading_anchors = 4\n"
        "root_doc = 'book/numbers'\n"
        "html_theme = 'basic'\n"
        "bibtex_bibfiles = ['book/references.bib']\n"
        "exclude_patterns = ['out']\n",
        encoding="utf-8",
    )
    for name in ("book/numbers.md", "book/bibliography.md", "book/references.bib"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes((ROOT / name).read_bytes())
    (folder / "notebooks").mkdir()
    for path in (ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
        headings = [line for text in texts for line in re.findall("^#+ .*", text, re.M)]
        page = folder / "notebooks" / f"{path.stem}.md"
        page.write_text("\n\n".join(headings), encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", folder, folder / "out"]
    subprocess.run(command, capture_output=True, text=True, check=True)
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
    parts = r'<section class="cnnlab-claim [^"]*" id="([^"]+)">(.*?)</section>'
    return dict(re.findall(parts, source, re.S))


@pytest.mark.any_cpu
def test_every_link_of_the_page_has_a_target(pages, page):
    links = re.findall(r'href="([^"#]*)#([^"]+)"', page)
    assert len(links) >= 2 * len(ALL)
    for path, anchor in links:
        target = (pages / "book" / path).resolve() if path else pages / "book" / "numbers.html"
        assert anchor in ids(target.read_text(encoding="utf-8")), f"{path}#{anchor}"


@pytest.mark.any_cpu
def test_each_claim_has_a_heading_and_an_anchor(page):
    found = sections(page)
    assert set(found) == {make_id(f"claim-{claim.id}") for claim in ALL}
    assert len(set(ids(page))) == len(ids(page))
    for claim in ALL:
        part = found[make_id(f"claim-{claim.id}")]
        heading = re.sub("<[^>]+>", "", re.match(r"\s*<h3>(.*?)<a ", part)[1])
        heading = heading.replace("\u00a0", " ").replace("’", "'")
        assert heading.lower() == f"{claim.where} {claim.verdict}".lower()


@pytest.mark.any_cpu
def test_each_verdict_counts_and_links_its_claims(page):
    (listing,) = re.findall(r'<ul class="cnnlab-verdicts.*?</ul>', page, re.S)
    lines = listing.split("<li>")[1:]
    for verdict, line in zip(claims.VERDICTS, lines, strict=True):
        wanted = [claim.id for claim in ALL if claim.verdict == verdict]
        assert re.findall(r'href="#([^"]+)"', line) == [
            make_id(f"claim-{claim_id}") for claim_id in wanted
        ]
        assert f"</span> {len(wanted)}: " in line


@pytest.mark.any_cpu
def test_each_source_chapter_and_verdict_can_be_chosen(page):
    (form,) = re.findall(r'<form class="cnnlab-filter" hidden>.*?</form>', page, re.S)
    offered = {value for value in re.findall(r'<option value="([^"]*)">', form) if value}
    marks = re.findall(r'<section class="cnnlab-claim ([^"]*)" id=', page)
    assert offered == {mark for marked in marks for mark in marked.split()}
    sources, chapters, verdicts = (
        {getattr(claim, kind) for claim in ALL} for kind in ("source", "chapter", "verdict")
    )
    assert len(offered) == len(sources) + len(chapters) + len(verdicts)


@pytest.mark.any_cpu
def test_values_are_shown_in_words(page):
    shown = "".join(sections(page).values())
    words = re.sub("<[^>]+>", "", re.sub("<code.*?</code>", "", shown, flags=re.S))
    assert not re.search(r": *(true|false|null|None|True|False)\b|[{}\[\]]", words)
    assert "3\u00a0×\u00a03" in words
    assert not re.search(r" ×|× ", words)


@pytest.mark.any_cpu
def test_numbers_are_rounded_for_show(page):
    part = sections(page)["claim-r-fig11-5-blur"]
    assert re.findall(r": (\d+\.?\d*)</p>", part) == ["1473", "61", "13.19", "38066"]


@pytest.mark.any_cpu
def test_a_matrix_keeps_its_decimals(page):
    part = sections(page)["claim-r-eq11-5-entries"]
    assert re.findall(r'<div class="line">(.*?)</div>', part)[:3] == [
        "10.3  15.4  11.2",
        " 2.8  28.0  21.7",
        "15.0  25.5   2.0",
    ]


@pytest.fixture
def claims_page(monkeypatch):
    """Return the extension's module."""
    monkeypatch.syspath_prepend(str(ROOT / "book" / "_ext"))
    import claims_page

    return claims_page


@pytest.mark.any_cpu
def test_a_claim_that_changed_stops_the_build(claims_page, monkeypatch):
    monkeypatch.setattr(ch01, "_GRID_ROW", [185, 135, 230, 49, 61, 225])
    monkeypatch.setattr(claims, "load", lambda: [claim for claim in ALL if claim.chapter == 1])
    with pytest.raises(ExtensionError, match=r"R-eq11\.4-vs-fig: recorded"):
        claims_page.Claims.run(SimpleNamespace())


@pytest.mark.any_cpu
@pytest.mark.parametrize("docs", [["notebooks/01_a"], ["notebooks/77_a", "notebooks/77_b"]])
def test_a_claim_without_one_page_stops_the_build(claims_page, docs):
    directive = SimpleNamespace(env=SimpleNamespace(found_docs=docs))
    with pytest.raises(ExtensionError, match="chapter 77 has pages"):
        claims_page.Claims._place(directive, dataclasses.replace(ch01.first_sum, chapter=77))
