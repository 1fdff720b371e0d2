"""List the claims for *Every number, checked*, each recomputed while the book is built."""

import re
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from cnnlab import claims, kernels

CHAPTER = r"/%02d_\w+$"  # the pages of chapters are named NN_topic
FILTER = Path(__file__).with_name("claims_filter.js")


class Claims(SphinxDirective):
    """List every claim, recomputed now; a build in which a value has changed fails."""

    def run(self) -> list[nodes.Node]:
        """Return the claims of each verdict as links, then one section for each source."""
        self.every = claims.load()
        changed = [line for claim in self.every if (line := _change(claim))]
        if changed:
            raise ExtensionError(
                "recomputed claims differ from what their records say:\n" + "\n".join(changed)
            )
        order = list(claims.SOURCES)
        ordered = sorted(self.every, key=lambda claim: order.index(claim.source))
        groups = groupby(ordered, key=lambda claim: claim.source)
        return [
            self._verdicts(),
            self._filter(),
            *(self._source(key, list(group)) for key, group in groups),
        ]

    def _verdicts(self) -> nodes.Node:
        """Count the claims of each verdict, and link to them."""
        lines = nodes.bullet_list(classes=["cnnlab-verdicts"])
        for verdict in claims.VERDICTS:
            links = [_link_to(claim) for claim in self.every if claim.verdict == verdict]
            line = nodes.paragraph("", "", _badge(verdict), nodes.Text(f" {len(links)}"))
            for position, link in enumerate(links):
                line += [nodes.Text(", " if position else ": "), link]
            lines += nodes.list_item("", line)
        return lines

    def _filter(self) -> nodes.Node:
        """Offer each source, chapter and verdict; the script shows the form, and the choice."""
        kinds = {"Source": [], "Chapter": [], "Verdict": []}
        for claim in sorted(self.every, key=lambda claim: claim.chapter):
            for options, option in zip(kinds.values(), _kinds(claim).items(), strict=True):
                options += [option] if option not in options else []
        selects = "".join(
            f'<label>{kind} <select><option value="">all</option>'
            + "".join(f'<option value="{value}">{escape(name)}</option>' for value, name in options)
            + "</select></label> "
            for kind, options in kinds.items()
        )
        form = f'<form class="cnnlab-filter" hidden>{selects}<output role="status"></output></form>'
        script = f'<script type="module">{FILTER.read_text(encoding="utf-8")}</script>'
        return nodes.raw("", form + script, format="html")

    def _source(self, key: str, group: list[claims.Claim]) -> nodes.Node:
        title = nodes.title("", claims.SOURCES[key])
        section = nodes.section("", title, ids=[f"claims-{key}"], classes=["cnnlab-source"])
        count = f"{len(group)} claims" if len(group) > 1 else "One claim"
        section += self._markdown(f"{count} of {{cite:t}}`{key}`.")
        section += [self._claim(claim) for claim in group]
        return section

    def _claim(self, claim: claims.Claim) -> nodes.Node:
        place = claim.where[0].upper() + claim.where[1:]
        title = nodes.title("", "", nodes.Text(f"{_unbroken(place)} "), _badge(claim.verdict))
        classes = ["cnnlab-claim", *_kinds(claim)]
        section = nodes.section("", title, ids=[_anchor(claim)], classes=classes)
        section += self._markdown(claim.text)
        fields = nodes.field_list()
        for name, body in self._fields(claim):
            fields += nodes.field("", nodes.field_name("", name), nodes.field_body("", *body))
        section += fields
        return section

    def _fields(self, claim: claims.Claim) -> list[tuple[str, list[nodes.Node]]]:
        checkable = claim.gives is not None
        rows = [
            ("In short, it states", self._value(claim.stated)),
            ("Computed from" if checkable else "It would take", self._value(claim.inputs)),
            ("We compute", self._value(claim.gives) if checkable else []),
            ("Note", self._markdown(claim.note)),
            ("In the book", self._markdown(self._place(claim))),
            ("Id", [nodes.paragraph("", "", nodes.literal("", claim.id))]),
        ]
        return [(name, body) for name, body in rows if body]

    def _place(self, claim: claims.Claim) -> str:
        """Link to the heading of the chapter that shows the claim; the link has its words."""
        pages = [page for page in self.env.found_docs if re.search(CHAPTER % claim.chapter, page)]
        if len(pages) != 1:
            raise ExtensionError(f"claim {claim.id}: chapter {claim.chapter} has pages {pages}")
        return f"[](/{self.env.doc2path(pages[0], base=False)}#{claim.section})"

    def _value(self, value: Any) -> list[nodes.Node]:
        """Show words as words, a matrix as rows, a mapping as a table or label by label."""
        if isinstance(value, dict):
            columns = [list(row) if isinstance(row, dict) else None for row in value.values()]
            if columns[0] and columns.count(columns[0]) == len(columns):
                return [self._table(value, columns[0])]
            if set(value) <= set(kernels.NAMES) and not any(map(_is_matrix, value.values())):
                return [nodes.paragraph("", "", *self._inline(value))]
            return [nodes.container("", *map(self._labelled, value, value.values()))]
        if _is_matrix(value):
            return [_matrix(value)]
        return [nodes.paragraph("", "", *self._inline(value))]

    def _labelled(self, label: str, value: Any) -> nodes.Node:
        colon = nodes.Text(": ")
        if _is_matrix(value):
            name = nodes.paragraph("", "", *self._label(label), colon)
            return nodes.container("", name, _matrix(value), classes=["cnnlab-beside"])
        return nodes.paragraph("", "", *self._label(label), colon, *self._inline(value))

    def _inline(self, value: Any) -> list[nodes.Node]:
        """Show what fits into a line."""
        if isinstance(value, str):
            return self._phrase(value)
        if isinstance(value, dict):
            parts = [[*self._label(key), nodes.Text(f"\u00a0{_word(value[key])}")] for key in value]
            return _joined(parts)
        if isinstance(value, list):
            return [nodes.Text(f"({', '.join(map(_word, value))})")]
        return [nodes.Text(_word(value))]

    def _table(self, rows: dict[str, dict[str, Any]], columns: list[str]) -> nodes.Node:
        """Show one row for each key; the first column names it."""
        group = nodes.tgroup("", nodes.colspec(colwidth=1, stub=1), cols=len(columns) + 1)
        group += [nodes.colspec(colwidth=1) for _ in columns]
        group += nodes.thead("", self._row([], [self._label(name) for name in columns]))
        body = [
            self._row(self._label(name), [self._inline(entry) for entry in row.values()])
            for name, row in rows.items()
        ]
        group += nodes.tbody("", *body)
        return nodes.table("", group)

    @staticmethod
    def _row(name: list[nodes.Node], cells: list[list[nodes.Node]]) -> nodes.Node:
        entries = [nodes.entry("", nodes.paragraph("", "", *cell)) for cell in [name, *cells]]
        return nodes.row("", *entries)

    def _label(self, text: str) -> list[nodes.Node]:
        """Show a kernel's name as code, and anything else as the Markdown that it is."""
        return [nodes.literal("", text)] if text in kernels.NAMES else self._phrase(text)

    def _phrase(self, text: str) -> list[nodes.Node]:
        (paragraph,) = self._markdown(text)
        return paragraph.children

    def _markdown(self, text: str) -> list[nodes.Node]:
        """Parse Markdown; a claim's id, written as code, becomes a link to that claim."""
        holder = nodes.Element()
        self.state.nested_parse(StringList(_unbroken(text).splitlines(), "a claim"), 0, holder)
        ids = {claim.id: claim for claim in self.every}
        for literal in list(holder.findall(nodes.literal)):
            if literal.astext() in ids:
                literal.parent.replace(literal, _link_to(ids[literal.astext()]))
        return holder.children


def _change(claim: claims.Claim) -> str | None:
    """Say how a claim's value has changed, if it has."""
    if claim.gives is None:
        return None
    value = claim.recompute()
    if claims.same(value, claim.gives):
        return None
    return f"  {claim.id}: recorded {claim.gives!r}, computed {value!r}"


def _unbroken(text: str) -> str:
    """Let no line end inside 3 × 3."""
    return re.sub(r" ([×·+−/]) ", "\u00a0\\1\u00a0", text)


def _kinds(claim: claims.Claim) -> dict[str, str]:
    """Name the source, the chapter and the verdict, by the class that marks each."""
    return {
        f"of-{claim.source}": claims.SOURCES[claim.source],
        f"in-chapter-{claim.chapter}": str(claim.chapter),
        nodes.make_id(f"is-{claim.verdict}"): claim.verdict,
    }


def _anchor(claim: claims.Claim) -> str:
    return nodes.make_id(f"claim-{claim.id}")


def _link_to(claim: claims.Claim) -> nodes.Node:
    return nodes.reference("", claim.id, refid=_anchor(claim), internal=True)


def _badge(verdict: str) -> nodes.Node:
    kind = verdict.lower().replace(" ", "-")
    return nodes.inline("", verdict, classes=["cnnlab-verdict", f"cnnlab-verdict-{kind}"])


def _is_matrix(value: Any) -> bool:
    return isinstance(value, list) and isinstance(value[0], list)


def _matrix(rows: list[list[float]]) -> nodes.Node:
    """Set numbers in columns, with equally many decimals; the stylesheet keeps the spaces."""
    decimals = max(len(_word(number).partition(".")[2]) for row in rows for number in row)
    words = [[f"{number:.{decimals}f}".replace("-", "−") for number in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*words, strict=True)]
    lines = [
        "  ".join(word.rjust(width) for word, width in zip(row, widths, strict=True))
        for row in words
    ]
    return nodes.line_block(
        "", *[nodes.line("", line) for line in lines], classes=["cnnlab-matrix"]
    )


def _word(value: bool | float) -> str:
    """Write yes or no, or a number: whole from 1000 on, else with two decimals at most."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if abs(value) >= 1000 or value == round(value):
        text = f"{value:.0f}"
    else:
        text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")


def _joined(parts: list[list[nodes.Node]]) -> list[nodes.Node]:
    """Put a comma between parts."""
    line = []
    for part in parts:
        line += [nodes.Text(", "), *part] if line else part
    return line


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the directive."""
    app.add_directive("claims", Claims)
    return {"version": "0.1.0", "parallel_read_safe": True, "parallel_write_safe": True}
