"""What students wrote is shown, and does nothing, in the Formgrader and on a feedback page."""

from pathlib import Path

import nbgrader.server_extensions.formgrader as formgrader
import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter
from nbformat import v4

from cnnlab.classroom.__main__ import main
from cnnlab.classroom.course import CONFIG, SAFE, SAFE_NOTE
from cnnlab.classroom.feedback import tidy
from cnnlab.classroom.render import clean

TEACHERS = Path(__file__).parents[2] / "deploy/jupyterhub/etc/teacher" / CONFIG
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
HTML = [
    "<script>mark()</script>",
    "<img src=x onerror=mark()>",
    '<a href="javascript:mark()">x</a>',
    '<a href="files/javascript:mark()">x</a>',
    '<a href="files/files/javascript:mark()">x</a>',
    '<a href="data:text/html,x">x</a>',
    '<meta http-equiv="refresh" content="0;url=https://example.org">',
    '<form action="https://example.org"><input name="password"><button>Log in</button></form>',
    '<div style="position: fixed" id="written" class="navbar-fixed-top">x</div>',
    '<iframe srcdoc="<script>mark()</script>"></iframe>',
    '<base href="https://example.org/"><link rel="stylesheet" href="https://example.org/x.css">',
    "<svg onload=mark()><script>mark()</script></svg>",
    "<scr<style></style>ipt>mark()</script>",
]
MARKDOWN = [
    *HTML,
    "[x](javascript:mark())",
    "[x](files/javascript:mark())",
    "$<img src=x onerror=mark()>$",
    "```html\n<script>mark()</script>\n```",
    "![x](attachment:missing.png)",
]
OUTPUTS = [
    *[v4.new_output("display_data", {"text/html": text}) for text in HTML],
    *[v4.new_output("display_data", {"text/markdown": text}) for text in MARKDOWN[:-1]],
    v4.new_output("display_data", {"application/javascript": "mark()"}),
    v4.new_output("display_data", {"application/vnd.jupyter.widget-view+json": {}}),
    v4.new_output("display_data", {"image/svg+xml": "<svg><script>mark()</script></svg>"}),
    v4.new_output(
        "display_data",
        {"image/png": PICTURE},
        metadata={"image/png": {"width": "1 onload=mark()", "height": 20}},
    ),
    v4.new_output(
        "display_data", {"text/html": "<script>"}, metadata={"text/html": {"isolated": True}}
    ),
    v4.new_output("stream", text="<script>mark()</script>"),
]


def rendered(course, cells, template="formgrade"):
    """Render cells as the Formgrader does, or as feedback does."""
    settings = course.config()
    settings.HTMLExporter.template_name = template
    folder = Path(formgrader.__file__).parent
    settings.HTMLExporter.extra_template_basedirs = [str(folder / "templates")]
    settings.HTMLExporter.extra_template_paths = [
        str(folder / "static/node_modules/bootstrap/dist/css")
    ]
    told = dict.fromkeys(
        ("notebook_id", "assignment_id", "submission_id", "base_url", "student"), "x"
    )
    told |= {"index": 0, "total": 1, "notebook_path": "x", "first_name": "x", "last_name": "x"}
    told["nbgrader"] = {"notebook": "x", "score": 1, "max_score": 1, "late_penalty": 0}
    page, _ = HTMLExporter(config=settings).from_notebook_node(
        v4.new_notebook(cells=cells), resources=told
    )
    return BeautifulSoup(page, "html.parser")


def active(page):
    """List what would run, lead away, ask for something, or cover the page."""
    kinds = "script, style, iframe, form, input, button, meta, base, link, svg, object, embed"
    found = [*page.select(kinds)]
    for tag in page.find_all(True):
        address = str(tag.get("href", "")) + str(tag.get("src", ""))
        if "javascript:" in address or address.startswith("data:text"):
            found.append(tag)
        if tag.get("style") or any(name.startswith("on") for name in tag.attrs):
            found.append(tag)
    return found


@pytest.mark.parametrize("template", ["formgrade", "feedback"])
def test_nothing_of_a_students_runs(template, course):
    cells = [
        *map(v4.new_markdown_cell, MARKDOWN),
        *[v4.new_code_cell("<script>mark()</script>", outputs=[output]) for output in OUTPUTS],
    ]
    container = rendered(course, cells, template).select_one("#notebook-container")
    assert len(container.select("div.cell")) == len(cells)
    assert active(container) == []
    assert not container.select("#written, .navbar-fixed-top, [width*=onload]")
    assert container.select('img[height="20"]')


def test_what_is_honest_is_shown(course):
    answer = v4.new_markdown_cell(
        "# Why\n\nIt **flips**: $a < b$ and $$\\sum_i x_i \\cdot w_{-i}$$\n\n| a | b |\n|---|:-:|\n"
        "| 1 | 2 |\n\n- one\n- [two](https://example.org)\n\n```python\nx = 1 < 2\n```\n\n"
        "![mine](attachment:mine.png)<br>H<sub>2</sub>O"
    )
    answer.attachments = {"mine.png": {"image/png": PICTURE}}
    table = "<style scoped>\n  .dataframe {color: red}\n</style><table border=1 class='dataframe'>"
    table += "<thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>"
    outputs = [v4.new_output("display_data", {"text/html": table, "text/plain": "a"})]
    outputs.append(v4.new_output("display_data", {"image/png": PICTURE}))
    code = v4.new_code_cell("x = 1", outputs=outputs)
    page = rendered(course, [answer, code]).select_one("#notebook-container")
    shown = "h1 strong th td li pre br sub .dataframe .highlight .mi"  # the last is code's colours
    for each in shown.split():
        assert page.select(each), each
    assert page.select_one("a")["href"] == "https://example.org"
    assert [each["src"][:22] for each in page.select("img")] == ["data:image/png;base64,"] * 2
    text = page.get_text()
    assert "$a < b$" in text
    assert "\\sum_i x_i \\cdot w_{-i}" in text
    assert "color: red" not in text
    assert "¶" not in text


def test_cleaning_twice_changes_nothing():
    for text in (*HTML, "a < b &amp; c &lt; d", '<td class="x">&quot;</td>'):
        assert clean(clean(text)) == clean(text)


def test_an_older_course_is_brought_up_to_date(course, capsys):
    path = course.root / CONFIG
    now = path.read_text(encoding="utf-8")
    before = now.replace(SAFE_NOTE + "\n".join(SAFE.values()) + "\n", "")
    assert "render" not in before
    path.write_text(before, encoding="utf-8")
    assert main(["table", "pooling", "--course", str(course.root)]) == 0
    assert "start it again before you mark" in capsys.readouterr().out
    known = course.config()
    assert [name for name in SAFE if name not in known] == []
    (kept,) = course.root.glob(f"kept/*/{CONFIG}")
    assert kept.read_text(encoding="utf-8") == before
    assert not course.renew()


def test_what_quotes_hidden_tests_is_not_given_back():
    quote = "['### BEGIN HIDDEN TESTS\\nassert secret']"
    outputs = [
        v4.new_output("stream", text=quote),
        v4.new_output("execute_result", {"text/plain": quote}),
        v4.new_output("error", ename="E", evalue=quote, traceback=[quote]),
        v4.new_output("stream", text="mine"),
    ]
    notebook, _ = tidy(v4.new_notebook(cells=[v4.new_code_cell("In", outputs=outputs)]), {})
    assert "secret" not in str(notebook)
    assert [each.text[:9] for each in notebook.cells[0].outputs] == ["(An outpu"] * 3 + ["mine"]


def test_a_hubs_teacher_has_the_same_settings():
    text = TEACHERS.read_text(encoding="utf-8")
    for line in SAFE.values():
        assert line in text
    assert text.index("HTMLExporter") < text.index("load_subconfig")
