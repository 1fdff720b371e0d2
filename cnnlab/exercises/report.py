"""What a check answers, in words, and how arrays are shown in it."""

import html
import re
from dataclasses import dataclass, field

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
    """The answer of a check.

    Parameters
    ----------
    title : str
        Which exercise, as in ``"Exercise 1.3"``.
    state : {"passed", "failed", "waiting", "stopped", "raised"}
        How it went.
    body : sequence of str or Listing
        Paragraphs, in which ```x``` marks code, and listings.
    mistake : str or None
        The name of the typical mistake that was recognised.

    Notes
    -----
    In a notebook the report shows as a box; elsewhere as text. Both say the state with a symbol
    and with words, so that nothing depends on a colour. A stylesheet may set
    ``--cnnlab-report-edge`` for the class of a state, as in ``.cnnlab-report-passed``.

    Examples
    --------
    >>> Report("Exercise 1.1", "passed", ["Checked on 12 cases."])
    ✓ Exercise 1.1: passed.
    Checked on 12 cases.
    """

    title: str
    state: str
    body: tuple = field(default=())
    mistake: str | None = None

    def __post_init__(self):
        """Refuse an unknown state."""
        if self.state not in _LOOKS:
            raise ValueError(f"state must be one of {', '.join(STATES)}, got {self.state!r}")
        object.__setattr__(self, "body", tuple(self.body))

    @property
    def passed(self):
        """Whether the exercise is solved."""
        return self.state == "passed"

    def __repr__(self):
        """Show the report as text, paragraphs apart from listings."""
        symbol, words, _ = _LOOKS[self.state]
        lines = [f"{symbol} {self.title}: {words}"]
        for block in self.body:
            if isinstance(block, Listing):
                lines += ["    " + line if line else "" for line in block.split("\n")]
            else:
                lines.append(block)
        return "\n".join(lines)

    def _repr_html_(self):
        """Show the report as a box that reads well without a stylesheet of ours."""
        symbol, words, edge = _LOOKS[self.state]
        style = (
            f"border-left: 4px solid var(--cnnlab-report-edge, var({edge})); "
            "padding: 0.1em 1em; margin: 0.5em 0"
        )
        parts = [
            f'<div class="cnnlab-report cnnlab-report-{self.state}" role="status" style="{style}">',
            f'<p><span aria-hidden="true">{symbol}</span> '
            f"<strong>{html.escape(self.title)}: {words}</strong></p>",
            *(_block_html(block) for block in self.body),
            "</div>",
        ]
        return "\n".join(parts)


def _block_html(block):
    text = html.escape(block)
    if isinstance(block, Listing):
        return f'<pre tabindex="0" style="overflow-x: auto">{text}</pre>'
    return "<p>" + _CODE.sub(r"<code>\1</code>", text) + "</p>"


def show_value(name, value, *, digits=4, dtype=True):
    """Show a named value: a small array as a matrix, a large one by its shape.

    Parameters
    ----------
    name : str
        What stands before it.
    value : ndarray, number, tuple or other
        The value; an array is not changed.
    digits : int, default 4
        Significant digits of what is not a whole number.
    dtype : bool, default True
        Whether to name the type of an array.

    Returns
    -------
    str
        One line, or a heading and the indented rows.

    Examples
    --------
    >>> print(show_value("kernel", np.array([[1.0, 0.0], [-10.0, 2.5]])))
    kernel, shape (2, 2), float64:
          1    0
        -10  2.5
    >>> print(show_value("row", 3))
    row = 3
    """
    if not isinstance(value, np.ndarray):
        return f"{name} = {short_repr(value)}"
    if value.ndim == 0:
        return f"{name} = {number_text(value, digits)}"
    heading = f"{name}, shape {shape_text(value.shape)}" + (f", {value.dtype}" if dtype else "")
    if value.size == 0:
        return f"{heading}: empty"
    if value.ndim > 2 or max(value.shape) > LARGEST_SHOWN:
        return heading
    rows = [[number_text(entry, digits) for entry in row] for row in np.atleast_2d(value)]
    width = max(len(entry) for row in rows for entry in row)
    lines = ["  ".join(entry.rjust(width) for entry in row) for row in rows]
    return "\n".join([f"{heading}:", *("    " + line for line in lines)])


def number_text(number, digits=4):
    """Show a number: a whole one in full, another with so many digits.

    Parameters
    ----------
    number : float
        Any number; NaN and infinity too.
    digits : int, default 4
        Significant digits of what is not a whole number.

    Returns
    -------
    str
        Without a point where it is whole.

    Examples
    --------
    >>> number_text(12345.0), number_text(1.33333333), number_text(1.33333333, 6)
    ('12345', '1.333', '1.33333')
    """
    number = float(number)
    return str(int(number)) if number.is_integer() else f"{number:.{digits}g}"


def shape_text(shape):
    """Show a shape as NumPy would print it.

    Parameters
    ----------
    shape : tuple of int
        The shape of an array.

    Returns
    -------
    str
        For example ``"(3, 4)"``.

    Examples
    --------
    >>> shape_text((3,))
    '(3,)'
    """
    return str(tuple(int(size) for size in shape))


def short_repr(value, longest=60):
    """Show any value in one line that is not too long.

    Parameters
    ----------
    value : object
        Anything; its repr may even fail.
    longest : int, default 60
        The most characters.

    Returns
    -------
    str
        The repr, cut where it is too long.

    Examples
    --------
    >>> short_repr("a" * 100, longest=10)
    "'aaaaaa..."
    """
    try:
        text = " ".join(repr(value).split())
    except Exception:
        text = f"a {type(value).__name__}"
    return text if len(text) <= longest else text[: longest - 3] + "..."
