"""What a static page needs to bring widgets to life: one script and one stylesheet.

``book/_ext/cnnlab_book.py`` puts both into the book; :func:`page` needs no book.
"""

import html

from cnnlab.widgets._shared.base import LabWidget
from cnnlab.widgets._shared.modules import FOLDER, carried, read, styles

_PLAIN_PAGE = "main { max-width: 47rem; margin: 2rem auto; font-family: system-ui, sans-serif; }"


def views() -> list[str]:
    """List the modules that draw a widget, such as ``"conv_stepper/view.js"``."""
    return sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*/view.js"))


def script() -> str:
    """Write the script that serves every page of a site.

    It is a classic script, not a module, so that it also runs on a page opened from a folder.
    It holds the modules as text and imports them as ``data:`` URLs. Load it once, at any place.
    """
    return f'"use strict";\n(function () {{\n{carried(views())}{read("_shared/host.js")}}})();\n'


def stylesheet() -> str:
    """Return the stylesheet of all widgets; its colours follow the theme of the page."""
    return styles(views())


def page(*widgets: LabWidget, title: str = "cnnlab") -> str:
    """Write a whole page of widgets: one file, alive without Python and without a network.

    Parameters
    ----------
    *widgets : LabWidget
        What the page shows, from top to bottom, in their current states.
    title : str, default "cnnlab"
        Heading of the page.

    Returns
    -------
    str
        An HTML document, to be written to a file as UTF-8.

    Examples
    --------
    >>> from cnnlab.widgets import ConvStepper
    >>> page(ConvStepper([[1, 2], [3, 4]], [[1, -1]]))[:15]
    '<!doctype html>'
    """
    heading = html.escape(title)
    body = "\n".join(widget.static_html() for widget in widgets)
    data = {widget.data_script() for widget in widgets if hasattr(widget, "data_script")}
    scripts = "".join(f"<script>{text}</script>" for text in [*data, script()])
    return (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{heading}</title>\n'
        '<meta name="viewport" content="width=device-width">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<style>{stylesheet()}{_PLAIN_PAGE}</style>\n"
        f"<main>\n<h1>{heading}</h1>\n{body}\n</main>\n{scripts}\n</html>\n"
    )
