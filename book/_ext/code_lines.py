"""Lines of code that wrap on a narrow page with a hanging indent, so that none is cut off."""

import html
import re
from collections.abc import Iterator

from pygments.formatters import HtmlFormatter
from sphinx.application import Sphinx
from sphinx.highlighting import PygmentsBridge

TAG = re.compile(r"<[^>]*>")


class HangingFormatter(HtmlFormatter):
    """Wrap each line that a phone can't hold in an element that knows its indent."""

    shortest = 28  # characters that fit anywhere

    def wrap(self, source: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        """Yield the lines, as the base class does."""
        return super().wrap(map(self.hang, source))

    def hang(self, numbered: tuple[int, str]) -> tuple[int, str]:
        """Mark one line."""
        is_code, line = numbered
        text = html.unescape(TAG.sub("", line)).rstrip("\n")
        if not is_code or len(text) <= self.shortest:
            return numbered
        indent = len(text) - len(text.lstrip())
        style = f' style="--indent:{indent}ch"' if indent else ""
        return is_code, f'<span class="cnnlab-line"{style}>{line.rstrip(chr(10))}\n</span>'


def setup(app: Sphinx) -> None:
    """Let Sphinx highlight all code so."""
    PygmentsBridge.html_formatter = HangingFormatter
