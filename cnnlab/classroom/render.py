"""Show what students wrote so that it can do nothing: in the Formgrader, and on feedback pages.

The Formgrader's pages lie on the teacher's own Jupyter server: a script in one of them may do all
that the teacher may. So a course's settings name what is here, and nbconvert shows nothing else.
"""

import html
import re
from typing import Any

import bleach
from jinja2 import pass_context
from nbconvert.filters import strings
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import from_dict

TAGS = re.findall(
    r"\w+",
    """a abbr b blockquote br code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i img li ol p pre s span
    strong sub sup table tbody td tfoot th thead tr ul""",
)
VALUES = {  # of attributes; an address leads to a page, or to a place in this one, or is a picture
    "href": re.compile(r"(https?://|mailto:|#)", re.IGNORECASE),
    "src": re.compile(r"data:image/(png|jpeg|gif|webp|svg\+xml);base64,"),
    "alt": re.compile(""),
    "title": re.compile(""),
    "width": re.compile(r"\d+%?\Z"),
    "height": re.compile(r"\d+%?\Z"),
    "colspan": re.compile(r"\d+\Z"),
    "rowspan": re.compile(r"\d+\Z"),
    "class": re.compile(r"(dataframe|highlight|[a-z]{1,2}\d?)\Z"),  # a table's, and code's colours
}
STYLE = re.compile(r"<style\b[^<]*</style\s*>", re.IGNORECASE)  # else a table's would be its text
ACTIVE = ("application/javascript", "application/vnd.jupyter.widget-view+json")
PICTURES = ("image/png", "image/jpeg")


def clean(text: Any) -> str:
    """Leave of HTML what shows something; the rest becomes text, as it was written.

    >>> clean("<p>a<script>b</script></p>")
    '<p>a&lt;script&gt;b&lt;/script&gt;</p>'
    """
    text = STYLE.sub("", text.decode() if isinstance(text, bytes) else str(text))
    return bleach.clean(text, TAGS, _allowed, protocols={"http", "https", "mailto", "data"})


def _allowed(_tag: str, name: str, value: str) -> bool:
    return name in VALUES and bool(VALUES[name].match(value))


@pass_context
def markdown(context: Any, source: str) -> str:
    """Render Markdown, with the pictures that were pasted into its cell."""
    pictures = (context.get("cell") or {}).get("attachments", {})
    renderer = IPythonRenderer(escape=False, attachments=pictures, exclude_anchor_links=True)
    try:
        return clean(MarkdownWithMath(renderer=renderer).render(source))
    except Exception:  # whatever a student's text makes of it
        return f"<pre>{html.escape(source)}</pre>"


def strip_files_prefix(text: str) -> str:
    """Do what nbconvert's filter of this name does, which comes last; it may uncover an address."""
    return clean(strings.strip_files_prefix(text))


def plain(notebook: Any, resources: Any) -> tuple[Any, Any]:
    """Leave out of outputs what would run, and what nbconvert's pages take as it is: sizes."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data, about = output.get("data", {}), output.get("metadata", {})
            if [data.pop(kind) for kind in ACTIVE if kind in data] and not data:
                data["text/plain"] = "(a program, which is not run here)"
            if "metadata" in output:
                output["metadata"] = from_dict({kind: _sizes(about, kind) for kind in PICTURES})
    return notebook, resources


def _sizes(about: Any, kind: str) -> dict[str, int]:
    """Return a picture's sizes, if they are numbers."""
    told = about.get(kind)
    told = told if isinstance(told, dict) else about
    found = {size: told.get(size) for size in ("width", "height")}
    return {size: value for size, value in found.items() if isinstance(value, int | float)}
