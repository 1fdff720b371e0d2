"""What a check answers, in words, and how values are shown in it."""

import html
import re
import textwrap
from dataclasses import dataclass

import numpy as np

LARGEST_SHOWN = 12

# state: symbol, words, colour of the edge (readable on white and on black)
_LOOKS = {
    "passed": ("✓", "passed.", "--jp-success-color1, #388e3c"),
    "failed": ("✗", "not right yet.", "--jp-warn-color1, #c77700"),
    "waiting": ("○", "not attempted yet.", "--jp-ui-font-color2, #808080"),
    "stopped": ("■", "stopped.", "--jp-error-color1, #d84315"),
    "raised": ("!", "your code raised an exception.", "--jp-error-color1, #d84315"),
}
STATES = tuple(_LOOKS)

_CODE = re.compile(r"`([^`]+)`")


class Listing(str):
    """Text whose line breaks and spaces count: code, or a matrix."""

    __slots__ = ()


@dataclass(frozen=True, repr=False)
class Report:
    """The answer of a check: the exercise, how it went, what is to say, and the mistake's name.

    In a notebook it shows as a box; elsewhere as text. Both say the state with a symbol and with
    words, so that nothing depends on a colour. A stylesheet may set ``--cnnlab-report-edge`` for
    the class of a state, as in ``.cnnlab-report-passed``.
    """

    number: str
    state: str
    body: list = ()  # paragraphs, in which `x` marks code, and listings
    mistake: str | None = None

    @property
    def passed(self):
        """Whether the exercise is solved."""
        return self.state == "passed"

    def __repr__(self):
        symbol, words, _ = _LOOKS[self.state]
        blocks = [textwrap.indent(b, "    " * isinstance(b, Listing)) for b in self.body]
        return "\n".join([f"{symbol} {self.number}: {words}", *blocks])

    def _repr_html_(self):
        """Show the report as a box that reads well without a stylesheet of ours."""
        symbol, words, edge = _LOOKS[self.state]
        style = f"border-left: 4px solid var(--cnnlab-report-edge, var({edge})); "
        style += "padding: 0.1em 1em; margin: 0.5em 0"
        parts = [
            f'<div class="cnnlab-report cnnlab-report-{self.state}" role="status" style="{style}">',
            f'<p><span aria-hidden="true">{symbol}</span> '
            f"<strong>{html.escape(self.number)}: {words}</strong></p>",
            *map(_block_html, self.body),
            "</div>",
        ]
        return "\n".join(parts)


def _block_html(block):
    text = html.escape(block)
    if isinstance(block, Listing):
        return f'<pre tabindex="0" style="overflow-x: auto">{text}</pre>'
    return "<p>" + _CODE.sub(r"<code>\1</code>", text) + "</p>"


def show_value(name, value, *, digits=4, dtype=True):
    """Show a named value: a small array as matrices, a large one by its shape."""
    if not isinstance(value, np.ndarray):
        return f"{name} = {getattr(value, '__name__', None) or short_repr(value)}"
    if value.ndim == 0:
        return f"{name} = {number_text(value, digits)}"
    dtype = value.dtype if dtype is True else dtype
    heading = f"{name}, shape {value.shape}" + (f", {dtype}" if dtype else "")
    if value.size == 0:
        return f"{heading}: empty"
    if max(value.shape) > LARGEST_SHOWN or value[..., 0].size > LARGEST_SHOWN:
        return heading
    rows = [[number_text(n, digits) for n in row] for row in value.reshape(-1, value.shape[-1])]
    width = max(len(entry) for row in rows for entry in row)
    lines = ["    " + "  ".join(entry.rjust(width) for entry in row) for row in rows]
    height = value.shape[-2] if value.ndim > 2 else len(lines)
    slices = ["\n".join(lines[top : top + height]) for top in range(0, len(lines), height)]
    if value.ndim > 3:
        places = np.ndindex(value.shape[:-2])
        slices = [f"    {[*p]}\n{text}" for p, text in zip(places, slices, strict=True)]
    return f"{heading}:\n" + "\n\n".join(slices)


def number_text(number, digits=4):
    """Show a whole number in full, another with so many significant digits."""
    number = float(number)
    digits = max(digits, len(f"{abs(number):.0f}") + 1)  # at least one after the point
    return str(int(number)) if number.is_integer() else f"{number:.{digits}g}"


def short_repr(value, longest=60):
    """Show anything in one line that is not too long; its repr may even fail."""
    try:
        text = " ".join(repr(value).split())
    except Exception:
        text = f"a {type(value).__name__}"
    return text if len(text) <= longest else text[: longest - 3] + "..."
