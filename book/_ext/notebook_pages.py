"""What a page made from a notebook offers beside its text: the notebook itself."""

import json
import re
from pathlib import Path, PurePosixPath
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

from cnnlab.lab import student_copy

EXERCISE = re.compile(r"E\d+\.\d+\b")
LINK_OUT = re.compile(r"\[([^][]+)\]\(\.\./[^()\s]+\)")


def add_notes(app: Sphinx, doctree: nodes.document) -> None:
    """Offer the notebook below the page's title, and below the title of each exercise."""
    page = app.env.docname
    if Path(app.env.doc2path(page)).suffix != ".ipynb":
        return
    for section in doctree.findall(nodes.section):
        title = section[section.first_child_matching_class(nodes.title)]
        if section.parent is doctree:
            texts = (
                "Run this page yourself: download ",
                ". It needs JupyterLab and the package cnnlab: ",
            )
            note = _note(page, *texts)
            note += [_reference("start", "how to get both"), nodes.Text(".")]
        elif EXERCISE.match(title.astext()):
            note = _note(page, "Done in JupyterLab: ", "")
        else:
            continue
        section.insert(section.index(title) + 1, note)


def _note(page: str, before: str, after: str) -> nodes.paragraph:
    """Write a line with the link to a page's notebook."""
    name = PurePosixPath(page).name + ".ipynb"
    link = addnodes.download_reference("", "", nodes.literal("", name), refuri=name, reftarget=name)
    note = nodes.paragraph(classes=["cnnlab-offer"])
    note += [nodes.Text(before), link, nodes.Text(after)]
    return note


def _reference(label: str, text: str) -> nodes.Node:
    """Refer to a place of the book by its label."""
    options = {"refdomain": "std", "reftype": "ref", "reftarget": label, "refexplicit": True}
    return addnodes.pending_xref("", nodes.inline("", text), **options)


def hand_out(app: Sphinx, exception: Exception | None) -> None:
    """Write each notebook beside its page, as a student gets it."""
    if exception or app.builder.format != "html":
        return
    for page in app.env.found_docs:
        source = Path(app.env.doc2path(page))
        if source.suffix == ".ipynb":
            notebook = standing_alone(json.loads(source.read_text(encoding="utf-8")))
            target = Path(app.outdir, f"{page}.ipynb")
            target.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", "utf-8")


def standing_alone(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook as it leaves the book: what is the student's to find is cleared.

    Its links to other folders lead nowhere where it lands, so that their words alone stay. Links to
    notebooks beside it stay, as these can be downloaded too.
    """
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = LINK_OUT.sub(r"\1", "".join(cell["source"]))
    return student_copy(notebook)


def setup(app: Sphinx) -> None:
    """Connect both to Sphinx."""
    app.connect("doctree-read", add_notes, priority=900)  # after Sphinx has collected downloads
    app.connect("build-finished", hand_out)
