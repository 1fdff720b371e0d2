"""What a static page needs to bring widgets to life: one script and one stylesheet."""

import json

from cnnlab.widgets.modules import FOLDER, read, sources


def views() -> list[str]:
    """Name the modules that draw a widget: each has a Python class of the same file name.

    Returns
    -------
    list of str
        File names such as ``"conv_stepper.js"``.
    """
    return sorted(path.name for path in FOLDER.glob("*.js") if path.with_suffix(".py").exists())


def script() -> str:
    """Write the script that serves every page of a site.

    It is a classic script, not a module, so that it also runs on a page opened from a folder.
    It holds the modules as text and imports them as ``data:`` URLs.

    Returns
    -------
    str
        JavaScript; load it once a page, at any place.
    """
    modules = json.dumps(sources(views()), ensure_ascii=False).replace("</", "<\\/")
    return f'"use strict";\n(function (sources) {{\n{read("host.js")}}})({modules});\n'


def stylesheet() -> str:
    """Return the stylesheet of all widgets.

    Returns
    -------
    str
        CSS; its colours follow the theme of the page.
    """
    return read("lab.css")
