"""A widget's traits as a table, read off its class."""

import html
import inspect
import re
from dataclasses import dataclass

import traitlets

from cnnlab.widgets._shared.base import LabWidget


@dataclass(frozen=True)
class Row:
    """One trait, in plain text; the default is empty where it must be given."""

    name: str
    kind: str
    default: str
    meaning: str


class TraitsTable(list):
    """The rows of :func:`traits_of`; a notebook shows them as a table."""

    def _repr_html_(self) -> str:
        return (
            '<table class="table cnnlab-traits">'
            "<thead><tr><th>trait</th><th>meaning</th></tr></thead>"
            f"<tbody>{''.join(map(_html_row, self))}</tbody></table>"
        )


def _html_row(row):
    first = f"; at first <code>{html.escape(row.default)}</code>" if row.default else ""
    kind = f'<span class="cnnlab-kind">{html.escape(row.kind)}{first}</span>'
    meaning = html.escape(row.meaning)
    return f"<tr><td><code>{row.name}</code></td><td>{kind}<br>{meaning}</td></tr>"


def traits_of(widget: type[LabWidget]) -> TraitsTable:
    """List what a widget's state is made of, in the order of its docstring.

    A ValueError names a trait that the docstring does not explain.

    Examples
    --------
    >>> from cnnlab.widgets import ConvStepper
    >>> traits_of(ConvStepper)[0].name
    'image'
    """
    traits = widget.class_traits()
    own = {name: traits[name] for name in widget.own()}
    rows = TraitsTable(
        Row(name, _kind(kind), _default(own[name]), _plain(meaning))
        for names, kind, meaning in _entries(inspect.getdoc(widget) or "")
        for name in names.split(", ")
        if name in own
    )
    missing = sorted(set(own) - {row.name for row in rows})
    if missing:
        raise ValueError(f"the docstring of {widget.__name__} does not explain {missing[0]!r}")
    return rows


def _entries(doc):
    """Yield (names, kind, meaning) of the docstring's Parameters and Attributes."""
    sections = re.split(r"^(\w[\w ]*)\n-+\n", doc, flags=re.MULTILINE)
    for title, text in zip(sections[1::2], sections[2::2], strict=True):
        if title in ("Parameters", "Attributes"):
            for entry in re.finditer(
                r"^(\w[\w, ]*) : (.*)\n((?:    .*\n?|\n)*)", text, re.MULTILINE
            ):
                yield entry[1], entry[2], " ".join(entry[3].split())


def _default(trait):
    value = trait.default()
    text = "" if value is traitlets.Undefined or value is None else repr(value)
    return text if len(text) < 200 else "…"


def _kind(text):
    """Drop what the column of defaults says, and constructors' shorthands."""
    return _plain(re.sub(r", (default .*|optional)$", "", text))


def _plain(text):
    text = re.sub(r":\w+:`~?([^`]+)`", r"\1", text)
    return re.sub(r"`+([^`]+)`+", r"\1", text)
