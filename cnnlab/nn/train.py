"""Training: go through the data in batches, and let the optimiser follow the gradient."""

import math
import warnings
from dataclasses import dataclass, field
from inspect import signature
from itertools import zip_longest

import numpy as np

from cnnlab import _arguments as given
from cnnlab.nn import augment as augmentations
from cnnlab.nn._layer import Layer, check_rng
from cnnlab.nn._progress import progress_bar
from cnnlab.nn.data import Dataset
from cnnlab.nn.losses import check_range, cross_entropy


@dataclass
class History:
    """What `fit` saw.

    Attributes
    ----------
    step_loss : list of float
        The loss of each batch, before the step that it led to.
    loss, accuracy : list of float
        The means over each epoch's batches, while the network was learning from them.
    validation_loss, validation_accuracy : list of float
        On the validation data after each epoch; empty without any.
    interrupted : bool
        Whether the run was stopped by hand; an epoch that was not finished is in `step_loss` alone.
    """

    step_loss: list = field(default_factory=list)
    loss: list = field(default_factory=list)
    accuracy: list = field(default_factory=list)
    validation_loss: list = field(default_factory=list)
    validation_accuracy: list = field(default_factory=list)
    interrupted: bool = False

    def __repr__(self):
        names = "loss", "accuracy", "validation_loss", "validation_accuracy"
        columns = {name: getattr(self, name) for name in names if getattr(self, name)}
        lines = ["  ".join(["epoch", *(name.replace("_", " ") for name in columns)])]
        for epoch, values in enumerate(zip_longest(*columns.values(), fillvalue=math.nan)):
            cells = zip(columns, values, strict=True)
            lines.append(f"{epoch + 1:>5}  " + "  ".join(f"{v:>{len(n)}.3f}" for n, v in cells))
        return "\n".join(lines + ["interrupted"] * self.interrupted)


def fit(
    network, data, *, epochs, batch_size, optimizer, loss=cross_entropy,
    validation=None, augment=None, rng, progress=True,
):  # fmt: skip
    """Train a network on data.

    Parameters
    ----------
    network : Layer
        It is changed.
    data : Dataset
        What it learns from.
    epochs : int
        How often it goes through the data.
    batch_size : int
        Examples a step. What is left over at the end of an epoch makes a smaller batch, but for a
        single example, which waits for another epoch.
    optimizer : SGD
        Takes the steps. It keeps its velocities and counts its steps from one call to the next.
    loss : function, default cross_entropy
        Takes scores and labels, and gives a loss and its gradient.
    validation : Dataset, optional
        What it is tried on after each epoch.
    augment : function or list of functions, optional
        Changes each batch's images: see `cnnlab.nn.augment`.
    rng : numpy.random.Generator
        Shuffles the data and draws the augmentations. The same network, data and generator give the
        same run on the same machine.
    progress : bool, default True
        Show a bar meanwhile.

    Returns
    -------
    History
        Losses and accuracies. If you interrupt the run, the network keeps what it has learned, and
        a warning says how far it came.

    Raises
    ------
    TypeError, ValueError
        If an argument will not do, or the data do not fit the network or each other; the message
        names the argument or the layer.
    FloatingPointError
        If the loss is no longer a number; the message names the likely cause.

    Notes
    -----
    BLAS works on one thread meanwhile: on several, the small products of such a network wait for
    each other, which on a busy machine takes many times as long.
    """
    epochs = given.as_integer(epochs, "epochs", minimum=1)
    batch_size = given.as_integer(batch_size, "batch_size", minimum=1)
    _check_means(network, optimizer, loss)
    augment = _together(augment)
    _check_data(network, data, "data")
    if validation is not None:
        _check_data(network, validation, "validation")
    if batch_size > len(data):
        raise ValueError(f"batch_size must be at most the {len(data)} examples; got {batch_size}")
    run = _Run(network, optimizer, loss, augment, check_rng(rng), History())
    starts = [at for at in range(0, len(data), batch_size) if at + 1 < len(data) or batch_size == 1]
    steps = epochs * len(starts)
    try:
        with one_thread(), progress_bar(steps, progress) as bar, np.errstate(all="ignore"):
            for _ in range(epochs):
                run.epoch(data, starts, batch_size, bar)
                if validation is not None:
                    run.validate(validation, bar)
    except KeyboardInterrupt:
        run.history.interrupted = True
        done, history = len(run.history.step_loss), run.history
        finished = len(history.accuracy if validation is None else history.validation_accuracy)
        warnings.warn(
            f"interrupted after {done} of {steps} steps, in epoch {min(finished + 1, epochs)}; "
            f"the network keeps what it has learned",
            stacklevel=2,
        )
    return run.history


@dataclass
class _Run:
    """What one call of `fit` works with."""

    network: object
    optimizer: object
    loss: object
    augment: object
    rng: np.random.Generator
    history: History

    def epoch(self, data, starts, batch_size, bar):
        """Go through the data once, in a random order."""
        order, right, total, seen = self.rng.permutation(len(data)), 0, 0.0, 0
        parameters = self.network.parameters()
        for at in starts:
            some = order[at : at + batch_size]
            images, labels = self.augment(data.images[some], self.rng), data.labels[some]
            scores = self.network(images, training=True)
            loss, gradient = self.loss(scores, labels)
            if not math.isfinite(loss):
                raise FloatingPointError(self.diagnosis(loss, images))
            self.network.learn(gradient)
            self.optimizer.step(parameters)
            self.history.step_loss.append(loss)
            right += np.count_nonzero(scores.argmax(axis=1) == labels)
            total, seen = total + loss * len(some), seen + len(some)
            bar.update()
        self.history.loss.append(total / seen)
        self.history.accuracy.append(right / seen)

    def validate(self, data, bar):
        """Try the network on data that it does not learn from."""
        scores = predict(self.network, data.images)
        self.history.validation_loss.append(self.loss(scores, data.labels)[0])
        right = float(np.mean(scores.argmax(axis=1) == data.labels))
        self.history.validation_accuracy.append(right)
        bar.set_postfix_str(f"validation accuracy {right:.3f}")

    def diagnosis(self, loss, images):
        """Say what made the loss infinite or NaN, as far as one can tell."""
        steps = len(self.history.step_loss)
        what = f"the loss is {loss} after {steps} steps"
        if not np.isfinite(images).all():
            return f"{what}: the augmentation made images that hold NaN or infinity"
        if not steps:
            return (
                f"{what}: the scores are too large before anything was learned; let images be from "
                f"0 to 1, and weights start as he_normal draws them"
            )
        first = self.history.step_loss[0]
        rate = self.optimizer.rate(max(steps - 1, 0))
        return (
            f"{what}, and was {first:.3g} at first: the steps are too long. The rate was {rate:g}; "
            f"try {rate / 10:g}, with a new network, as this one's weights are lost"
        )


def predict(network, images, *, batch_size=250):
    """Compute a network's scores for images, a batch at a time.

    Parameters
    ----------
    network : Layer
        It does not learn from them.
    images : ndarray of shape (N, C, H, W)
        As many as you like.
    batch_size : int, default 250
        Examples at a time; more take more memory.

    Returns
    -------
    ndarray of shape (N, K)
        The scores.
    """
    with one_thread():
        starts = range(
            0, max(len(images), 1), given.as_integer(batch_size, "batch_size", minimum=1)
        )
        return np.concatenate([network(images[at : at + batch_size]) for at in starts])


def accuracy(network, data):
    """Return the part of the data for which the right class has the largest score.

    Parameters
    ----------
    network : Layer
        It does not learn from them.
    data : Dataset
        At least one example.

    Returns
    -------
    float
        From 0 to 1.
    """
    _check_data(network, data, "data")
    return float(np.mean(predict(network, data.images).argmax(axis=1) == data.labels))


def one_thread():
    """Keep BLAS at one thread inside a ``with`` block."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1, user_api="blas")


def _check_means(network, optimizer, loss):
    """Refuse a network, an optimiser or a loss that is none, before anything starts."""
    if not isinstance(network, Layer):
        raise TypeError(f"network must be a layer, such as nn.Sequential(…); got {_named(network)}")
    if isinstance(optimizer, type) or not hasattr(optimizer, "step"):
        raise TypeError(f"optimizer must be one, such as nn.SGD(0.05); got {_named(optimizer)}")
    if not _takes(loss, 2):
        raise TypeError(
            f"loss must be a function of scores and labels, such as nn.cross_entropy; "
            f"got {_named(loss)}"
        )


def _takes(function, count):
    """Tell whether something can be called with so many arguments."""
    try:
        signature(function).bind(*[None] * count)
    except TypeError:
        return False
    except ValueError:  # written in C, it may not say what it takes
        return True
    return True


def _named(what):
    """Name a function or a class, and show anything else."""
    return getattr(what, "__name__", None) or repr(what)


def _check_data(network, data, name):
    """Refuse data that are none, or that the network has no scores for, before anything starts."""
    if not isinstance(data, Dataset):
        raise TypeError(
            f"{name} must be a Dataset, such as nn.Dataset(images, labels); "
            f"got {type(data).__name__}"
        )
    if not len(data):
        raise ValueError(f"{name} is empty; it needs at least one example")
    scores = network(data.images[:0])  # no example, but all shapes
    if scores.ndim != 2:
        raise ValueError(
            f"the network gives {scores.shape[1:]} for an example, where scores have one axis; "
            f"add Flatten()"
        )
    try:
        check_range(data.labels, scores.shape[1])
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _together(augment):
    """Make one function of none, one or several."""
    steps = [] if augment is None else augment if given.is_sequence(augment) else [augment]
    makers = [getattr(augmentations, name) for name in augmentations.__all__]
    for step in steps:
        if not _takes(step, 2) or step in makers:
            raise TypeError(
                f"augment must be functions of images and a generator, such as nn.shift(2) or "
                f"nn.rotate(10) makes; got {_named(step)}"
            )

    def run(images, rng):
        for step in steps:
            images = step(images, rng)
        return images

    return run


__all__ = ["fit", "History", "predict", "accuracy", "one_thread"]
