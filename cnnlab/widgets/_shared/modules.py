"""The JavaScript of the widgets: small ES modules that import each other by relative path.

Such a path leads nowhere where they run: a notebook front end loads a view from a ``blob:`` URL, a
static page holds all modules in one script. Both get the modules as text, and ``link.js`` makes a
``data:`` URL of each.
"""

import functools
import json
import posixpath
import re
from pathlib import Path

FOLDER = Path(__file__).parents[1]
COMMENT = re.compile(r"^ *(//[^\n]*|/\*\*.*?\*/)\n", re.MULTILINE | re.DOTALL)
IMPORT = re.compile(r'from "(\.{1,2}/[\w./]+)"')


@functools.cache
def read(name: str) -> str:
    """Return the text of a file by its path from the widgets' folder: ``"_shared/text.js"``."""
    return (FOLDER / name).read_text(encoding="utf-8")


@functools.cache
def alone(name: str) -> str:
    """Return a module with the default export of a named one, and all that it imports in it."""
    return f"{carried([name])}export default (await import(link({json.dumps(name)}))).default;\n"


def carried(names: list[str]) -> str:
    """Write modules, all that they import, and ``link``, which gives a module's URL.

    The JavaScript can stand in a module, in a function, and in a page's ``<script>``. It is ASCII,
    of which a browser keeps one byte for each character instead of two.
    """
    texts = json.dumps(sources(names)).replace("</", "<\\/")
    return f"const sources = {texts};\n{read('_shared/link.js')}"


def sources(names: list[str]) -> dict[str, str]:
    """Collect modules and all that they import: each path, sorted, to its text.

    The comments between lines are left out.
    """
    found: dict[str, str] = {}
    wanted = list(names)
    while wanted:
        name = wanted.pop()
        if name not in found:
            found[name] = COMMENT.sub("", read(name))
            wanted += imports(name, found[name])
    return dict(sorted(found.items()))


def styles(names: list[str]) -> str:
    """Return what all widgets share, then what lies beside a module, as view.css by view.js."""
    beside = [name.removesuffix(".js") + ".css" for name in sources(names)]
    own = [name for name in beside if (FOLDER / name).is_file()]
    return "\n".join(map(read, ["_shared/lab.css", *own]))


def imports(name: str, text: str) -> list[str]:
    """List the paths of the modules that one imports, by its path and its text.

    Examples
    --------
    >>> imports("quiz/view.js", 'import { element } from "../_shared/dom.js";')
    ['_shared/dom.js']
    """
    folder = posixpath.dirname(name)
    return [posixpath.normpath(posixpath.join(folder, other)) for other in IMPORT.findall(text)]
