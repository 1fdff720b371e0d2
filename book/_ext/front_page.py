"""Two directives for Markdown pages: a live widget, and the list of the book's chapters."""

import re
from typing import Any

import yaml
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from traitlets import TraitError

from cnnlab import widgets

CHAPTER = re.compile(r"notebooks/(\d\d)_\w+")
LOGGER = logging.getLogger(__name__)


class WidgetDirective(SphinxDirective):
    """``{widget} NAME`` puts a widget on the page; its content gives the arguments as YAML."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Write the widget's static form, which the page's script brings to life."""
        (name,) = self.arguments
        if name not in widgets.__all__:
            raise self.error(f"there is no widget {name!r}; there are {', '.join(widgets.__all__)}")
        try:
            widget = getattr(widgets, name)(**self.mapping())
        except (TraitError, TypeError, ValueError) as error:
            raise self.error(str(error)) from error
        return [nodes.raw("", widget.static_html(), format="html")]

    def mapping(self) -> dict[Any, Any]:
        """Read the content, or stop the build with what is wrong with it."""
        try:
            content = yaml.safe_load("\n".join(self.content))
        except yaml.YAMLError as error:
            raise self.error(f"the content is no YAML: {error}") from error
        if not isinstance(content or {}, dict):
            raise self.error(f"the content must be `name: value` lines; got {content!r}")
        return content or {}


class ChaptersDirective(WidgetDirective):
    """``{chapters}`` lists the parts and their chapters, and links those that are written.

    Its content is the plan, as YAML: part to (number to title). A chapter is written when a
    notebook of its number is in the table of contents; its own title is then what shows.
    """

    required_arguments = 0

    def run(self) -> list[nodes.Node]:
        """Make a list a part, and a line on how many chapters there are."""
        self.env.note_reread()  # a chapter may have come, though the page is the same
        plan = self.mapping()
        written = {int(m[1]): m[0] for m in map(CHAPTER.fullmatch, self.env.found_docs) if m}
        for part, chapters in plan.items():
            if not isinstance(chapters, dict):
                raise self.error(f"{part!r} needs `number: title` lines; got {chapters!r}")
        planned = [number for chapters in plan.values() for number in chapters]
        for number in sorted(written.keys() - set(planned)):
            place = self.get_location()
            LOGGER.warning(
                "%s has no place in the list of chapters", written[number], location=place
            )
        parts = nodes.container(classes=["cnnlab-contents"])
        for part, chapters in plan.items():
            items = nodes.enumerated_list(start=min(chapters), enumtype="arabic")
            for number, title in chapters.items():
                text = _link(written[number]) if number in written else nodes.Text(title)
                items += nodes.list_item("", nodes.paragraph("", "", text))
            heading = nodes.paragraph("", "", nodes.strong("", part))
            parts += nodes.container("", heading, items)
        count = f"{len(written)} of {len(planned)} chapters"
        note = f"{count} can be read today: those that are links. The others are planned."
        return [parts, nodes.paragraph("", note, classes=["cnnlab-offer"])]


def _link(page: str) -> nodes.Node:
    """Refer to a page by its own title."""
    options = {"refdomain": "std", "reftype": "doc", "reftarget": f"/{page}", "refexplicit": False}
    return addnodes.pending_xref("", nodes.inline("", page), **options)


def setup(app: Sphinx) -> None:
    """Connect both to Sphinx."""
    app.add_directive("widget", WidgetDirective)
    app.add_directive("chapters", ChaptersDirective)
