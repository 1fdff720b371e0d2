"""Weights in files: they come back, and nothing is lost where something goes wrong."""

import errno
import json
import os

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from cnnlab import nn


def net(seed=0, width=4):
    draw = np.random.default_rng(seed)
    return nn.Sequential(
        nn.Conv2d(1, width, 3, rng=draw), nn.BatchNorm2d(width), nn.Flatten(),
        nn.Linear(4 * width, 3, rng=draw),
    )  # fmt: skip


def assert_same(state, other):
    assert list(state) == list(other)
    for name, array in state.items():
        assert array.dtype == other[name].dtype
        assert_array_equal(array, other[name])


def test_weights_come_back(tmp_path):
    first, second = net(0), net(1)
    first(np.random.default_rng(2).random((5, 1, 4, 4)), training=True)
    nn.save(first, tmp_path / "new" / "net.safetensors")
    assert nn.load(second, tmp_path / "new" / "net.safetensors") is second
    assert_same(first.state_dict(), second.state_dict())
    assert second.state_dict()["1.num_batches_tracked"] == 1
    assert [each.name for each in (tmp_path / "new").iterdir()] == ["net.safetensors"]


def test_a_state_is_a_copy():
    network = net()
    state = network.state_dict()
    network.load_state_dict({name: np.ones_like(array) for name, array in state.items()})
    assert not (state["0.weight"] == 1).any()
    assert (network[0].weight.value == 1).all()


@pytest.mark.parametrize("where", ["write", "fsync", "replace"])
def test_on_a_full_disk_the_old_file_stays(tmp_path, monkeypatch, where):
    path = tmp_path / "net.safetensors"
    nn.save(net(0), path)
    before = path.read_bytes()

    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    if where == "write":
        monkeypatch.setattr(os, "fdopen", lambda handle, mode: Full(handle))
    else:
        monkeypatch.setattr(os, where, full)
    message = "could not write .*net.safetensors: No space left.*; the file that was there is as it"
    with pytest.raises(OSError, match=message) as caught:
        nn.save(net(1), path)
    assert caught.value.errno == errno.ENOSPC
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


class Full:
    """A file on a full disk."""

    def __init__(self, handle):
        self.handle = handle

    def __enter__(self):
        return self

    def __exit__(self, *error):
        os.close(self.handle)

    def write(self, content):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_folder_that_is_a_file_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match=r"could not write .*net"):
        nn.save(net(), tmp_path / "file" / "net.safetensors")


@pytest.mark.parametrize("kept", [0, 5, 100, -1])
def test_a_file_that_was_cut_off_is_said_and_changes_nothing(tmp_path, kept):
    path, network = tmp_path / "net.safetensors", net(1)
    nn.save(net(0), path)
    path.write_bytes(path.read_bytes()[:kept])
    before = network.state_dict()
    with pytest.raises(ValueError, match=r"net\.safetensors is no whole safetensors file .* bytes"):
        nn.load(network, path)
    assert_same(network.state_dict(), before)


def test_weights_of_another_network_are_said_and_change_nothing(tmp_path):
    path, network = tmp_path / "net.safetensors", net(1, width=5)
    nn.save(net(0), path)
    before = network.state_dict()
    message = (
        r"of another network: 0.weight has shape \(4, 1, 3, 3\), the network \(5, 1, 3, 3\); .*"
        r"1.weight has shape \(4,\), the network \(5,\), and 4 more"
    )
    with pytest.raises(ValueError, match=message):
        nn.load(network, path)
    assert_same(network.state_dict(), before)


def test_missing_and_unknown_names_are_said():
    state = net().state_dict()
    state["3.wait"] = state.pop("3.weight")
    with pytest.raises(ValueError, match=r"3\.weight is missing; 3\.wait is unknown"):
        net().load_state_dict(state)


@pytest.mark.parametrize(
    "values", [np.array(["x"] * 4), np.full(4, 1j), np.array([None] * 4)], ids=["str", "1j", "None"]
)
def test_what_is_no_number_is_said_before_anything_is_loaded(values):
    network, state = net(0), net(1).state_dict()
    before = network.state_dict()
    message = f"state is of another network: 1.weight holds no real numbers but {values.dtype}"
    with pytest.raises(ValueError, match=message):
        network.load_state_dict(state | {"1.weight": values})
    assert_same(network.state_dict(), before)


def test_numbers_that_overflow_leave_no_network_half_loaded():
    network, state = net(0), net(1).state_dict()
    before = network.state_dict()
    with pytest.raises(RuntimeWarning, match="overflow"):
        network.load_state_dict(state | {"3.weight": state["3.weight"] * np.float64(1e300)})
    assert_same(network.state_dict(), before)


@pytest.mark.parametrize("kind", ["BF16", "F8_E4M3"])
def test_numbers_that_numpy_does_not_have_are_said(tmp_path, kind):
    path, network = tmp_path / "net.safetensors", net()
    content = bytes(2 if kind == "BF16" else 1)
    head = {"0.weight": {"dtype": kind, "shape": [1], "data_offsets": [0, len(content)]}}
    head = json.dumps(head).encode()
    path.write_bytes(len(head).to_bytes(8, "little") + head + content)
    before = network.state_dict()
    with pytest.raises(ValueError, match=rf"net\.safetensors holds numbers of the type {kind},"):
        nn.load(network, path)
    assert_same(network.state_dict(), before)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        nn.load(net(), tmp_path / "nowhere.safetensors")
