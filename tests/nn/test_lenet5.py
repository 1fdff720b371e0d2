"""LeNet-5 with the weights that an experiment left."""

import numpy as np
import pytest

from cnnlab import data, nn


@pytest.fixture(scope="module")
def net():
    return nn.models.lenet5(pretrained=True)


@pytest.fixture(scope="module")
def unseen():
    """Return the digits that were held out when it learned."""
    return data.mnist().split(1000, rng=np.random.default_rng(0))[1]


def test_it_reads_digits_that_it_never_saw_as_well_as_is_stored(net, unseen):
    stored = nn.results("lenet5").values("moved", "held out, %")
    assert 100 * nn.accuracy(net, unseen) == pytest.approx(stored[0], abs=0.11)
    assert stored.min() > 98


def test_it_still_reads_them_when_they_are_moved(net, unseen):
    for images in (nn.shifted(unseen.images, 2, -2), nn.rotated(unseen.images, 10)):
        assert nn.accuracy(net, nn.Dataset(images, unseen.labels)) > 0.96


def test_only_moved_digits_teach_it_to():
    found = nn.results("lenet5")
    measure = "held out and moved, %"
    assert found.mean("moved", measure) > found.mean("as they are", measure) + 10


def test_it_is_a_new_network_each_time(net):
    other = nn.models.lenet5(pretrained=True)
    other[0].weight.value[...] = 0
    assert net[0].weight.value.any()


def test_weights_are_learned_or_drawn():
    message = "pretrained=True takes weights that were learned with ReLU"
    with pytest.raises(ValueError, match=message):
        nn.models.lenet5(pretrained=True, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=message):
        nn.models.lenet5(pretrained=True, activation=nn.Tanh)
    with pytest.raises(ValueError, match=message):
        nn.models.lenet5(pretrained=True, init=nn.zeros)
    with pytest.raises(TypeError, match=r"rng must be a numpy\.random\.Generator"):
        nn.models.lenet5()
    with pytest.raises(TypeError, match="pretrained must be True or False"):
        nn.models.lenet5(pretrained="yes")


@pytest.mark.parametrize("sizes", [(), (784,)])
def test_a_perceptron_has_inputs_and_scores(sizes):
    with pytest.raises(
        ValueError, match=f"sizes are the number of inputs, .* got {len(sizes)}: wr"
    ):
        nn.models.perceptron(*sizes, rng=np.random.default_rng(0))
    assert len(nn.models.perceptron(784, 10, rng=np.random.default_rng(0))) == 2
