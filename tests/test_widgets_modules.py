"""The linking of the widgets' ES modules, in Python and for a static page."""

import base64
import json
import re

import pytest

from cnnlab.widgets import modules, site

VIEWS = site.views()


@pytest.mark.parametrize("name", VIEWS)
def test_inlined_module_has_no_relative_import(name):
    code = modules.inline(name)
    assert not re.search(r'from "\./', code)
    for found in re.findall(r"data:text/javascript;base64,([\w+/=]+)", code):
        assert 'from "./' not in base64.b64decode(found).decode()


@pytest.mark.parametrize("name", VIEWS)
def test_every_import_is_in_one_form(name):
    """What the pattern misses would only fail in the browser."""
    for source in modules.sources([name]).values():
        assert len(re.findall(r"\bimport\b", source)) == len(modules.IMPORT.findall(source))


def test_sources_hold_what_is_imported_from_afar_and_no_more():
    found = modules.sources(["conv_stepper.js"])
    imported = {name for text in found.values() for name in modules.IMPORT.findall(text)}
    assert set(found) == imported | {"conv_stepper.js"}
    afar = imported - set(modules.IMPORT.findall(found["conv_stepper.js"]))
    assert {"grid.js", "linear.js"} <= afar  # by way of the panels and of the scene
    assert list(found) == sorted(found)


def test_inlined_import_is_the_imported_module():
    found = re.findall(r"base64,([\w+/=]+)", modules.inline("grid.js"))
    texts = [base64.b64decode(code).decode() for code in found]
    assert modules.read("ops.js") in texts


def test_script_carries_each_module_once():
    script = site.script()
    found = re.search(r"\}\)\((\{.*\})\);\n$", script)
    carried = json.loads(found[1].replace("<\\/", "</"))
    assert carried == modules.sources(VIEWS)
    assert "</script" not in script.lower()


def test_script_is_the_same_each_time():
    assert site.script() == site.script()


def test_missing_module_is_named():
    with pytest.raises(FileNotFoundError, match=r"no_such\.js"):
        modules.read("no_such.js")
