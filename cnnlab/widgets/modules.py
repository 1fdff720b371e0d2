"""The JavaScript of the widgets: small ES modules that import each other by relative path.

A notebook front end loads a view from a blob URL, where a relative import finds nothing.
:func:`inline` therefore replaces each relative import by a ``data:`` URL that holds the imported
module itself. A static page does the same in the browser (``host.js``), from the sources that
:func:`sources` collects.
"""

import base64
import functools
import re
from pathlib import Path

FOLDER = Path(__file__).parent
IMPORT = re.compile(r'from "\./([\w.]+)"')


@functools.cache
def read(name: str) -> str:
    """Return the text of one file of this folder.

    Parameters
    ----------
    name : str
        A file name such as ``"ops.js"``.

    Returns
    -------
    str
    """
    return (FOLDER / name).read_text(encoding="utf-8")


@functools.cache
def inline(name: str) -> str:
    """Return a module that stands alone: its relative imports are ``data:`` URLs.

    Parameters
    ----------
    name : str
        A file name such as ``"conv_stepper.js"``.

    Returns
    -------
    str
    """

    def url(match: re.Match) -> str:
        code = base64.b64encode(inline(match[1]).encode()).decode()
        return f'from "data:text/javascript;base64,{code}"'

    return IMPORT.sub(url, read(name))


def sources(names: list[str]) -> dict[str, str]:
    """Collect modules and all that they import.

    Parameters
    ----------
    names : list of str
        File names of the modules to begin with.

    Returns
    -------
    dict
        File name to text, each module once, sorted by name.
    """
    found: dict[str, str] = {}
    wanted = list(names)
    while wanted:
        name = wanted.pop()
        if name not in found:
            found[name] = read(name)
            wanted += IMPORT.findall(found[name])
    return dict(sorted(found.items()))
