"""The book's own Sphinx extension, on small pages in a plain theme."""

import html
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image

from cnnlab.widgets import ConvStepper, site

pytestmark = pytest.mark.any_cpu

EXTENSION = Path(__file__).resolve().parents[1] / "book" / "_ext"
PARTS = ["front_page", "notebook_pages", "code_lines", "chapter_numbers"]

INDEX = """
# Front

```{widget} ConvStepper
image: [[1, 2, 3], [4, 5, 6]]
kernel: [[1, -1]]
position: 2
controls: []
```

```{chapters}
Part I — One:
  1: A plan's title
  2: Not yet & later
Part II — Two:
  3: Still to come
```

(start)=
## Start
"""
PYTHON = {"language_info": {"name": "python", "pygments_lexer": "ipython3"}}
CONTENTS = "\n```{toctree}\nnotebooks/01_a\n```\n"
LONG = "    first, second = some_function(of_one, another)"
TEXT = """# A chapter

See the [glossary](../book/glossary.md#kernel), [chapter *2*](02_b.ipynb) and <https://example.org>.

## A section

### E1.1 · An exercise

### E 1 is no exercise
"""


def build(folder, pages, *options):
    """Build pages, given as path to text, and return what Sphinx said."""
    (folder / "conf.py").write_text(
        f"import sys; sys.path.insert(0, {str(EXTENSION)!r})\n"
        f"extensions = {['myst_nb', *PARTS]}\n"
        "myst_heading_anchors = 4\nnb_execution_mode = 'off'\nhtml_theme = 'basic'\n"
        "exclude_patterns = ['out', 'jupyter_execute']\n"
        "suppress_warnings = ['myst.xref_missing']\n",
        encoding="utf-8",
    )
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", *options, folder, folder / "out"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def chapter():
    """Return a notebook with a prediction, an exercise, and lines short and long."""
    v4 = nbformat.v4
    printed = [v4.new_output("stream", text="4\n")]
    cells = [
        v4.new_markdown_cell(TEXT),
        v4.new_code_cell(f"if True:\n{LONG}", outputs=printed),
        v4.new_code_cell("2 + 2", outputs=printed, metadata={"tags": ["hide-output"]}),
        v4.new_code_cell("x = ...", outputs=printed, metadata={"cnnlab": {"exercise": "E1.1"}}),
    ]
    return nbformat.writes(v4.new_notebook(cells=cells, metadata=PYTHON))


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Build a front page and a chapter."""
    folder = tmp_path_factory.mktemp("book")
    answer = build(folder, {"index.md": INDEX + CONTENTS, "notebooks/01_a.ipynb": chapter()}, "-W")
    assert answer.returncode == 0, answer.stderr
    return folder / "out"


@pytest.fixture(scope="module")
def front(pages):
    return (pages / "index.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(pages):
    return (pages / "notebooks" / "01_a.html").read_text(encoding="utf-8")


def words(source):
    """Return what is to be read of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", source)).split())


def test_a_widget_stands_on_a_markdown_page(front):
    stepper = ConvStepper([[1, 2, 3], [4, 5, 6]], [[1, -1]], position=2, controls=[])
    assert stepper.static_html() in front


def test_chapters_that_are_written_are_links_by_their_own_title(front):
    lists = re.findall(r'<ol[^>]*start="(\d+)"[^>]*>(.*?)</ol>', front, re.S)
    assert [(start, words(items)) for start, items in lists] == [
        ("1", "A chapter Not yet & later"),
        ("3", "Still to come"),
    ]
    assert 'href="notebooks/01_a.html"' in lists[0][1]
    assert lists[0][1].count("<a ") == 1
    assert "1 of 3 chapters can be read today" in words(front)


def test_a_chapter_has_the_number_of_its_file(tmp_path):
    chapters = {2: "02_a", 14: "14_b"}
    tree = "\n```{{toctree}}\n:numbered: 2\nnotebooks/{}\n```\n"
    answer = build(
        tmp_path,
        {"index.md": "# Front\n" + "".join(map(tree.format, chapters.values()))}
        | {f"notebooks/{name}.ipynb": chapter() for name in chapters.values()},
        "-W",
    )
    assert answer.returncode == 0, answer.stderr
    front = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    for number, name in chapters.items():
        page = (tmp_path / "out" / "notebooks" / f"{name}.html").read_text(encoding="utf-8")
        assert f"{number}. A chapter" in words(page)
        assert f"{number}.1. A section" in words(page)
        assert f"{number}. A chapter {number}.1. A section" in words(front)


WRONG = {  # directive to what is said of it
    "{widget} Stepper\n": "ERROR: there is no widget 'Stepper'; there are ConvStepper, ",
    "{widget} PoolStepper\nimage: 5\n": "ERROR: image must be an array of numbers of shape (H, W)",
    "{widget} PoolStepper\nimage: [[1]]\nstrid: 1\n": "ERROR: PoolStepper has no trait 'strid'",
    "{widget} ConvStepper\n": "ERROR: ConvStepper.__init__() missing 1 required ",
    "{widget} Quiz\n[1, 2\n": "ERROR: the content is no YAML: ",
    "{widget} Quiz\n- 1\n": "ERROR: the content must be `name: value` lines; got [1]",
    "{chapters}\nPart I: One\n": "ERROR: 'Part I' needs `number: title` lines; got 'One'",
    "{chapters}\nPart I:\n  2: Two\n": "WARNING: notebooks/01_a has no place in the ",
}


def test_a_wrong_directive_is_refused_with_its_line(tmp_path):
    index, expected = "# Front\n\n", []
    for directive, message in WRONG.items():
        expected.append(f"index.md:{index.count(chr(10)) + 1}: {message}")
        index += f"```{directive}```\n\n"
    answer = build(tmp_path, {"index.md": index + CONTENTS, "notebooks/01_a.ipynb": chapter()})
    lines = [line.removeprefix(f"{tmp_path}/") for line in answer.stderr.splitlines()]
    said = [line for line in lines if line.startswith("index.md:")]
    for line, start in zip(said, expected, strict=True):
        assert line.startswith(start)


def test_a_page_offers_its_notebook_below_its_title_and_each_exercise(page):
    notes = re.findall(r"</h(\d)>\s*<p class=\"cnnlab-offer\">(.*?)</p>", page, re.S)
    assert [level for level, _ in notes] == ["1", "3"]
    for _, note in notes:
        assert re.search(r'<a class="[^"]*\bdownload\b[^"]*" download="" href="01_a.ipynb">', note)
    assert 'href="../index.html#start"' in notes[0][1]


def test_the_notebook_is_a_students_copy_and_stands_alone(pages):
    notebook = nbformat.read(pages / "notebooks" / "01_a.ipynb", as_version=4)
    nbformat.validate(notebook)
    text, plain, *own = notebook.cells
    assert "See the glossary, [chapter *2*](02_b.ipynb) and <https://example.org>." in text.source
    assert plain.outputs[0].text == "4\n"
    assert [cell.outputs for cell in own] == [[], []]


def test_a_long_line_knows_its_indent_and_keeps_its_text(page):
    block = re.search(r'<div class="cell_input.*?<pre>(.*?)</pre>', page, re.S)[1]
    (line,) = re.findall(r'<span class="cnnlab-line" style="--indent:4ch">(.*?)\n</span>', block)
    assert html.unescape(re.sub(r"<[^>]*>", "", line)) == LONG
    assert html.unescape(re.sub(r"<[^>]*>", "", block)) == f"if True:\n{LONG}\n"


@pytest.fixture
def book(monkeypatch):
    """Return the extension's main module."""
    monkeypatch.syspath_prepend(str(EXTENSION))
    import cnnlab_book

    return cnnlab_book


def test_formulas_go_to_a_server_that_listens(book, monkeypatch, tmp_path):
    katex = book.katex
    folder = tmp_path / "line"
    folder.mkdir()
    monkeypatch.setattr(katex, "NODEJS_BINARY", sys.executable)  # it ends with a syntax error
    with pytest.raises(katex.KaTeXError):
        book.start_katex(folder, 20)
    monkeypatch.setattr(katex, "NODEJS_BINARY", book.NODE)
    server = katex.KaTeXServer(folder, *book.start_katex(folder, 20))
    try:
        formula = {"latex": "C^T", "katex_options": {}}
        assert 'class="katex"' in server.render(formula, timeout=20)["html"]
    finally:
        server.terminate()


def test_pictures_stay_transparent_and_exact_where_that_is_light(book, tmp_path):
    picture = np.zeros((40, 60, 4), np.uint8)
    picture[10:20, 10:30] = 255, 128, 0, 128
    Image.fromarray(picture).save(tmp_path / "a.png")
    assert book._lighten_pictures(tmp_path) == {"a.png": 'a.webp" width="60" height="40'}
    assert [path.name for path in tmp_path.iterdir()] == ["a.webp"]
    stored = np.asarray(Image.open(tmp_path / "a.webp"))
    assert_array_equal(stored[..., 3], picture[..., 3])
    assert_array_equal(stored[10:20, 10:30], picture[10:20, 10:30])


def test_photographs_are_stored_nearly_and_stay_transparent(book, tmp_path):
    rng = np.random.default_rng(0)
    grain = rng.normal(128, 30, (200, 300, 4)).clip(0, 255).astype(np.uint8)
    grain[:100, :, 3] = 0
    grain[100:, :, 3] = 255
    Image.fromarray(grain).save(tmp_path / "a.png")
    before = (tmp_path / "a.png").stat().st_size
    book._lighten_pictures(tmp_path)
    assert (tmp_path / "a.webp").stat().st_size < before / 3
    stored = np.asarray(Image.open(tmp_path / "a.webp"), float)
    assert_array_equal(stored[..., 3], grain[..., 3])
    assert_allclose(stored[100:, :, :3].mean(), grain[100:, :, :3].mean(), atol=2)


def test_a_light_picture_fades_in_more_steps_than_a_heavy_one(book, tmp_path):
    rng = np.random.default_rng(0)
    steps = {}
    for name, side in [("light", 120), ("heavy", 600)]:
        fading = rng.integers(0, 256, (side, side, 4), np.uint8)
        fading[..., 3] = np.linspace(0, 255, side)
        Image.fromarray(fading).save(tmp_path / f"{name}.png")
        book._lighten_pictures(tmp_path)
        steps[name] = len(np.unique(np.asarray(Image.open(tmp_path / f"{name}.webp"))[..., 3]))
    assert steps["light"] >= 16 > steps["heavy"]


def test_a_page_is_mended(book, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(
        '<script src="_static/searchtools.js?v=1"></script><img src="../_images/a.png" alt="A">\n'
        '<div class="math notranslate">x</div>\n'
        '<summary aria-label="Toggle hidden content">\n<p>Show the result</p></summary>\n'
        '<td><p><code><span class="pre">nn.AvgPool(x_1)</span></code></p></td>\n'
        '<td><p><code><span class="pre">Flatten()</span></code></p></td>\n'
        '<p><code><span class="pre">nn.max_pool(2)</span></code></p>\n',
        encoding="utf-8",
    )
    book._mend_page(path, {"a.png": 'a.webp" width="60" height="40'})
    assert path.read_text(encoding="utf-8") == (
        '<img src="../_images/a.webp" width="60" height="40" alt="A">\n'
        '<div tabindex="0" class="math notranslate">x</div>\n'
        "<summary>\n<p>Show the result</p></summary>\n"
        '<td><p><code><span class="pre">nn.<wbr>Avg<wbr>Pool(<wbr>x_<wbr>1)</span></code></p>'
        "</td>\n"
        '<td><p><code><span class="pre">Flatten()</span></code></p></td>\n'
        '<p><code><span class="pre">nn.max_pool(2)</span></code></p>\n'
    )


def test_no_class_of_the_book_is_one_of_a_widget():
    style = (EXTENSION.parent / "_static" / "cnnlab.css").read_text(encoding="utf-8")
    style = re.sub(r"section\.cnnlab-claim[^,{]*", "", style)  # holds no widgets
    names = [set(re.findall(r"\.(cnnlab-[\w-]+)", text)) for text in (style, site.stylesheet())]
    meant = {"cnnlab-widget", "cnnlab-show"}  # the page's look for them is undone there
    assert names[0] & names[1] == meant
