"""Training: it learns, stops cleanly, says what is wrong, and runs the same again."""

import re
import signal
import sys

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from numpy.testing import assert_array_equal

from cnnlab import data, nn


def rng(seed=0):
    return np.random.default_rng(seed)


def net(classes=3, seed=0):
    draw = rng(seed)
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, rng=draw), nn.ReLU(), nn.Flatten(), nn.Linear(36 * 4, classes, rng=draw)
    )


def bars(count=60):
    """Make images of 8×8 whose bright row, of three, is the class."""
    images, labels = 0.1 * rng(5).random((count, 1, 8, 8)), np.arange(count) % 3
    images[np.arange(count), 0, 2 * labels + 1] = 1
    return nn.Dataset(images, labels)


def fit(network, data, **options):
    usual = {"epochs": 3, "batch_size": 10, "optimizer": nn.SGD(0.02), "rng": rng()}
    return nn.fit(network, data, **(usual | {"progress": False} | options))


def test_it_learns():
    network, data = net(), bars()
    history = fit(network, data, validation=bars(30), epochs=5)
    assert nn.accuracy(network, data) == history.validation_accuracy[-1] == 1
    assert history.validation_loss[-1] < history.validation_loss[0]
    assert len(history.step_loss) == 30
    assert len(history.loss) == len(history.accuracy) == len(history.validation_loss) == 5
    assert np.isclose(history.loss[1], np.mean(history.step_loss[6:12]))
    assert not history.interrupted


def test_the_same_generator_gives_the_same_run():
    def run(seed):
        network = net()
        options = {"rng": rng(seed), "augment": [nn.shift(1), nn.noise(0.1)]}
        return fit(network, bars(), **options).step_loss, network.state_dict()

    (losses, state), (again, other) = run(3), run(3)
    assert losses == again
    assert all((state[name] == other[name]).all() for name in state)
    assert run(4)[0] != losses


def test_the_data_are_left_alone():
    data = bars()
    data.images.flags.writeable = data.labels.flags.writeable = False
    fit(net(), data, augment=nn.contrast(0.2))


def test_every_example_is_seen_once_an_epoch_and_a_single_one_waits():
    seen = []

    def look(images, rng):
        seen.append(len(images))
        return images

    fit(net(), bars(25), epochs=1, augment=look)
    fit(net(), bars(21), epochs=1, augment=look)
    fit(net(), bars(2), epochs=1, batch_size=1, augment=look)
    assert seen == [10, 10, 5, 10, 10, 1, 1]


def test_blas_has_one_thread_meanwhile():
    from threadpoolctl import threadpool_info

    threads = []

    def look(images, rng):
        pools = threadpool_info()
        threads.extend(p["num_threads"] for p in pools if p["user_api"] == "blas")
        return images

    fit(net(), bars(), epochs=1, augment=look)
    assert set(threads) == {1}


@pytest.fixture
def interruptible():
    """Let Ctrl-C interrupt, which a shell switches off for what it runs in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_an_interrupted_run_keeps_what_it_learned(interruptible):
    network, calls = net(), []

    def stop(images, rng):
        calls.append(1)
        if len(calls) == 9:
            signal.raise_signal(signal.SIGINT)
        return images

    before = network.state_dict()
    message = "interrupted after 8 of 18 steps, in epoch 2; the network keeps what it has learned"
    with pytest.warns(UserWarning, match=message):
        history = fit(network, bars(), augment=stop)
    assert history.interrupted
    assert len(history.step_loss) == 8
    assert len(history.loss) == 1
    assert repr(history).endswith("\ninterrupted")
    assert (network.state_dict()["0.weight"] != before["0.weight"]).any()


@pytest.mark.parametrize("epoch", [1, 2, 3])
def test_a_run_that_is_stopped_while_it_is_tried_names_its_epoch(interruptible, epoch):
    calls = []

    def loss(scores, labels):
        calls.append(1)
        if len(calls) == 7 * epoch:  # after six steps an epoch
            signal.raise_signal(signal.SIGINT)
        return nn.cross_entropy(scores, labels)

    message = f"interrupted after {6 * epoch} of 18 steps, in epoch {epoch};"
    with pytest.warns(UserWarning, match=message):
        fit(net(), bars(), validation=bars(), loss=loss)


@pytest.mark.parametrize("network", [nn.Sequential, lambda x: x, None])
def test_a_network_is_made_of_layers(network):
    with pytest.raises(TypeError, match=r"network must be a layer, such as nn\.Sequential"):
        fit(network, bars())


def test_an_augmentation_may_be_any_function_of_two():
    class Once:
        def __call__(self, images, rng, more=0):
            return images

    fit(net(), bars(), epochs=1, augment=(Once(), lambda *both: both[0]))


def test_a_loss_that_explodes_names_the_rate():
    with pytest.raises(FloatingPointError) as caught:
        fit(net(), bars(), optimizer=nn.SGD(1e30), epochs=5)
    message = str(caught.value)
    assert re.search(r"the loss is (nan|inf) after \d+ steps, and was [\d.]+ at first", message)
    assert "The rate was 1e+30; try 1e+29, with a new network" in message


def test_a_loss_that_is_none_at_first_names_the_scores():
    network = net()
    network[3].weight.value[...] = np.inf
    with pytest.raises(FloatingPointError, match="after 0 steps: the scores are too large before"):
        fit(network, bars())


def test_an_augmentation_that_breaks_images_is_named():
    with pytest.raises(FloatingPointError, match="the augmentation made images that hold NaN"):
        fit(net(), bars(), augment=lambda images, rng: images * np.nan)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"data": (1, 2)}, TypeError, r"data must be a Dataset.* got tuple"),
        ({"data": bars()[:0]}, ValueError, "data is empty; it needs at least one example"),
        ({"validation": bars()[:0]}, ValueError, "validation is empty"),
        ({"batch_size": 61}, ValueError, "batch_size must be at most the 60 examples; got 61"),
        ({"batch_size": 0}, ValueError, "batch_size must be an integer of at least 1; got 0"),
        ({"epochs": 1.5}, TypeError, "epochs must be an integer of at least 1; got 1.5"),
        ({"rng": 0}, TypeError, "rng must be a numpy.random.Generator"),
        ({"optimizer": nn.SGD}, TypeError, r"must be one, such as nn\.SGD\(0\.05\); got SGD$"),
        ({"optimizer": 0.1}, TypeError, r"optimizer must be one, such as nn\.SGD.*; got 0\.1"),
        (
            {"loss": "cross_entropy"},
            TypeError,
            r"loss must be a function .*, such as nn\.cross_entropy; got 'cross_entropy'",
        ),
        ({"loss": nn.softmax}, TypeError, "loss must be a function of scores and labels.*softmax"),
        (
            {"augment": nn.shift},
            TypeError,
            r"augment must be functions of images .*, such as nn\.shift\(2\) .*; got shift$",
        ),
        ({"augment": nn.colours}, TypeError, "augment must be functions .*; got colours$"),
        ({"augment": [nn.flip(), nn.rotated]}, TypeError, "augment must be .*; got rotated$"),
        ({"augment": [nn.mirrored]}, TypeError, "augment must be functions .*; got mirrored$"),
        ({"augment": "shift"}, TypeError, "augment must be functions .*; got 'shift'$"),
        ({"augment": 2}, TypeError, "augment must be functions .*; got 2$"),
        (
            {"network": net(2)},
            ValueError,
            "data: labels must be from 0 to 1, as there are 2 scores; number 2 is 2, and 20 in all",
        ),
        (
            {"validation": nn.Dataset(np.zeros((2, 1, 8, 8)), [0, 3])},
            ValueError,
            "validation: labels must be from 0 to 2",
        ),
        (
            {"network": nn.Sequential(nn.ReLU(), nn.Conv2d(2, 3, 3, rng=rng()))},
            ValueError,
            r"^layer 1, Conv2d\(2 → 3, 3×3\): weight expects 2 input channels .*; x has 1",
        ),
        (
            {"network": nn.Conv2d(1, 3, 3, rng=rng())},
            ValueError,
            r"gives \(3, 6, 6\) for an example, where scores have one axis; add Flatten\(\)",
        ),
    ],
)
def test_what_will_not_do_is_said_before_anything_starts(options, error, message):
    options = {"network": net(), "data": bars()} | options
    before = options["network"].state_dict()
    with pytest.raises(error, match=message):
        fit(**options)
    after = options["network"].state_dict()
    assert all((before[name] == after[name]).all() for name in before)


def test_predict_takes_a_batch_at_a_time():
    network, sizes = net(), []
    images = bars(25).images

    class Look(nn.Identity):
        def forward(self, x, training=False):
            sizes.append(len(x))
            return x

    scores = nn.predict(nn.Sequential(Look(), network), images, batch_size=10)
    assert sizes == [10, 10, 5]
    np.testing.assert_allclose(scores, network(images), rtol=1e-4, atol=1e-5)
    assert nn.predict(network, images[:0]).shape == (0, 3)


def test_accuracy_counts_the_right_ones():
    network = nn.Sequential(nn.Flatten())  # the scores are the two cells
    images = np.array([[1.0, 0], [0, 1], [0.6, 0.4], [0.2, 0.8]]).reshape(4, 1, 1, 2)
    assert nn.accuracy(network, nn.Dataset(images, [0, 1, 1, 1])) == 0.75
    with pytest.raises(ValueError, match="data is empty"):
        nn.accuracy(network, nn.Dataset(images, [0, 1, 1, 1])[:0])


def test_a_history_prints_as_a_table():
    history = nn.History(loss=[1.5, 0.25], accuracy=[0.5, 0.875])
    assert repr(history) == "epoch  loss  accuracy\n    1  1.500     0.500\n    2  0.250     0.875"


def test_an_epoch_that_was_stopped_while_it_was_tried_prints_too():
    history = nn.History(loss=[1, 0.5], validation_loss=[0.75], interrupted=True)
    assert repr(history).split("\n")[2:] == ["    2  0.500              nan", "interrupted"]


# ---- the progress bar ----


def test_a_terminal_gets_a_bar_that_is_gone_afterwards(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    fit(net(), bars(), progress=True)
    drawn = capsys.readouterr().err
    assert "/18" in drawn
    assert drawn.endswith("\r")


def test_a_log_gets_none(capsys):
    fit(net(), bars(), progress=True)
    assert capsys.readouterr() == ("", "")


CELL = """
import numpy as np
from cnnlab import nn
rng = np.random.default_rng(0)
net = nn.Sequential(nn.Flatten(), nn.Linear(4, 2, rng=rng))
data = nn.Dataset(rng.random((8, 1, 2, 2)), np.arange(8) % 2)
history = nn.fit(net, data, epochs=2, batch_size=4, optimizer=nn.SGD(0.1), rng=rng)
"""


def outputs(before=""):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(before + CELL)])
    NotebookClient(notebook, kernel_name="python3").execute()
    return notebook.cells[0].outputs


def test_no_bar_is_stored_in_a_notebook_that_a_program_runs():
    assert outputs() == []


def test_no_bar_is_stored_where_a_reader_runs_it():
    found = outputs("get_ipython().kernel._allow_stdin = True")
    assert [output.data for output in found] == [{"text/plain": ""}]


def test_real_digits_are_learned_in_seconds():
    draw = rng()
    train, test = data.digits().split(297, rng=draw)
    network = nn.Sequential(
        nn.Conv2d(1, 8, 3, rng=draw), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(72, 10, rng=draw),
    )  # fmt: skip
    fit(network, train, epochs=6, batch_size=50, optimizer=nn.SGD(0.1, momentum=0.9))
    assert nn.accuracy(network, test) > 0.9
    assert_array_equal(nn.predict(network, test.images).shape, (297, 10))
