"""The linking of the widgets' ES modules, in Python and for a static page."""

import json
import re

import pytest

from cnnlab.widgets import NetworkViewer, Quiz, TrainingLab, site
from cnnlab.widgets._shared import modules

pytestmark = pytest.mark.any_cpu

VIEWS = site.views()


def carried_by(code):
    """Return the sources that a script or a module carries."""
    return json.loads(re.search(r"const sources = (\{.*\});\n", code)[1].replace("<\\/", "</"))


@pytest.mark.parametrize("name", VIEWS)
def test_a_module_alone_carries_all_that_it_imports(name):
    code = modules.alone(name)
    assert code.isascii()
    assert carried_by(code) == modules.sources([name])
    assert code.endswith(f'export default (await import(link("{name}"))).default;\n')
    rest = code.split("\n", 1)[1]
    assert len(modules.IMPORT.findall(rest)) == 0


@pytest.mark.parametrize("name", VIEWS)
def test_every_import_is_in_one_form(name):
    """What the pattern misses would only fail in the browser."""
    for source in modules.sources([name]).values():
        assert len(re.findall(r"\bimport\b", source)) == len(modules.IMPORT.findall(source))


@pytest.mark.parametrize("name", VIEWS)
def test_comments_are_left_out_and_no_code_is(name):
    for module, text in modules.sources([name]).items():
        code, inside = [], False
        for line in modules.read(module).splitlines():
            inside = inside or line.lstrip().startswith("/*")
            if not inside and not line.lstrip().startswith("//"):
                code.append(line)
            inside = inside and not line.rstrip().endswith("*/")
        assert text.splitlines() == code


def test_sources_hold_what_is_imported_from_afar_and_no_more():
    view = "conv_stepper/view.js"
    found = modules.sources([view])
    imported = {other for name, text in found.items() for other in modules.imports(name, text)}
    assert set(found) == imported | {view}
    afar = imported - set(modules.imports(view, found[view]))
    assert {"_shared/panels.js", "_shared/paths.js"} <= afar  # by way of stepper and transport
    assert list(found) == sorted(found)


def test_a_stylesheet_comes_with_the_module_that_it_lies_beside():
    written = {path.relative_to(modules.FOLDER) for path in modules.FOLDER.rglob("*.css")}
    every = site.stylesheet()
    assert all(every.count(modules.read(path.as_posix())) == 1 for path in written)
    ink = modules.read("_networks/ink.css")
    assert [ink in kind._css for kind in (Quiz, TrainingLab, NetworkViewer)] == [False, True, True]


def test_script_carries_each_module_once():
    script = site.script()
    assert script.isascii()
    assert carried_by(script) == modules.sources(VIEWS)
    assert "</script" not in script.lower()


def test_script_is_the_same_each_time():
    assert site.script() == site.script()


def test_missing_module_is_named():
    with pytest.raises(FileNotFoundError, match=r"no_such\.js"):
        modules.read("no_such.js")
