"""What `import cnnlab` brings, and what it leaves for later."""

import subprocess
import sys

import pytest

import cnnlab

pytestmark = pytest.mark.any_cpu

HEAVY = ("matplotlib", "IPython", "ipywidgets", "anywidget", "scipy", "skimage", "sklearn", "PIL")


def modules_after(statement):
    """List what a fresh interpreter has loaded after a statement."""
    command = f"import sys; {statement}; print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "statement",
    [
        "import cnnlab",
        "from cnnlab import cross_correlate2d, convolve2d, output_size",
        "from cnnlab import kernels, images, figures",
    ],
)
def test_import_is_light(statement):
    loaded = modules_after(statement)
    assert loaded.isdisjoint(HEAVY)


@pytest.mark.parametrize("name", ["output_size", "cross_correlate2d", "convolve2d"])
def test_operations_are_at_the_top(name):
    assert getattr(cnnlab, name).__name__ == name


@pytest.mark.parametrize("name", ["figures", "images", "kernels", "loops"])
def test_what_is_light_comes_along(name):
    assert f"cnnlab.{name}" in modules_after("import cnnlab")


@pytest.mark.parametrize("name", ["claims", "exercises", "widgets"])
def test_what_is_heavy_comes_when_it_is_imported(name):
    assert f"cnnlab.{name}" not in modules_after("import cnnlab")
    assert f"cnnlab.{name}" in modules_after(f"from cnnlab import {name}")


def test_dir_lists_everything_public():
    assert set(cnnlab.__all__) <= set(dir(cnnlab))


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'cnnlab' has no attribute 'convolve3d'"):
        _ = cnnlab.convolve3d


def test_version():
    assert cnnlab.__version__ == "0.1.0"
