"""What `cnnlab.nn` loads, and what it leaves until it is used."""

import subprocess
import sys

import pytest

import cnnlab.data
from cnnlab import nn

LATER = {
    "tqdm", "threadpoolctl", "safetensors", "onnx", "sklearn", "mlxtend", "scipy", "IPython",
    "ipywidgets", "matplotlib",
}  # fmt: skip


def loaded_after(statement):
    command = f"import sys; {statement}; print(*sys.modules)"
    return set(subprocess.check_output([sys.executable, "-c", command], text=True).split())


def test_the_package_leaves_it_alone():
    assert not {"cnnlab.nn", "cnnlab.data"} & loaded_after("import cnnlab")


@pytest.mark.parametrize("statement", ["from cnnlab import nn", "from cnnlab import data"])
def test_what_is_heavy_comes_when_it_is_used(statement):
    assert not LATER & loaded_after(statement)


def test_every_name_is_there_once():
    assert len(set(nn.__all__)) == len(nn.__all__)
    assert all(hasattr(nn, name) for name in nn.__all__)


def test_data_has_two_addresses():
    for name in cnnlab.data.__all__:
        assert getattr(cnnlab.data, name) is getattr(nn.data, name)
    assert set(cnnlab.data.__all__) == set(nn.data.__all__)
