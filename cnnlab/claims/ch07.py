"""Chapter 7's claims."""

import numpy as np

from cnnlab import nn
from cnnlab.claims.record import (
    AGGARWAL,
    AMBIGUOUS,
    GERON,
    OK,
    OPENCV_UNIVERSITY,
    ROSEBROCK,
    WRONG,
    claim,
)

_SEVEN = [1.0, 4.0, 2.0, 3.0, 5.0, 1.0, 2.0]
_CELLS = "64 whole numbers from 0 to 9, drawn at random"


def _cells():
    return np.random.default_rng(7).integers(0, 10, 64).astype(float)


def _response(convention="paper", values=_SEVEN, **options):
    layer = nn.LocalResponseNorm(convention=convention, **options)
    return layer(np.reshape(values, (1, -1, 1, 1))).ravel()


def _reached(convention, size):
    """List the channels, seen from the middle one of eleven, whose change changes it."""
    values = np.ones(11)
    before = _response(convention, values, size=size)[5]
    moved = values + 10 * np.eye(11)
    found = [_response(convention, row, size=size)[5] != before for row in moved]
    return [n - 5 for n in np.flatnonzero(found)]


@claim(
    "R-11.2.6-normal",
    ROSEBROCK,
    "equation 11.9, the normalised input",
    OK,
    section="keep-the-numbers-in-range",
    inputs=f"{_CELLS}; epsilon 10⁻⁷",
    stated="about zero mean and unit variance",
    gives={"mean": 0.0, "variance": 1.0},
)
def normal_cells():
    """Subtracting the mean and dividing by the root of variance plus epsilon gives about 0 and 1.

    The variance is the mean of the squares, divided by *m* and not by *m* − 1.
    """
    x = _cells()
    normal = (x - x.mean()) / np.sqrt(x.var() + 1e-7)
    return abs(round(normal.mean(), 6)), round(normal.var(), 6)


@claim(
    "R-11.2.6-capital-m",
    ROSEBROCK,
    "equation 11.10, the factor of the mean",
    WRONG,
    section="keep-the-numbers-in-range",
    inputs=f"{_CELLS}, divided by 64 and by 63",
    stated="the mean has the factor 1/*M*, the variance 1/*m*",
    gives={"mean of what is left, by 1/64": 0.0, "it is 0 by another factor": False},
)
def one_factor():
    """The mean of the batch is the sum times 1/*M*, and the variance the sum times 1/*m*.

    Nothing is called *M*. Only the factor 1/*m*, with the *m* examples of the batch, leaves a mean
    of 0: it is a misprint for 1/*m*, as Ioffe & Szegedy (2015) have it.
    """
    x = _cells()
    left = (x - x.sum() / len(x)).mean()
    return abs(round(left, 6)), bool(abs((x - x.sum() / (len(x) - 1)).mean()) < 1e-6)


@claim(
    "R-11.2.6-learned",
    ROSEBROCK,
    "section 11.2.6, batch normalisation as a layer that learns",
    AMBIGUOUS,
    section="keep-the-numbers-in-range",
    inputs="the equations 11.9 and 11.10, and the layer for 32 channels",
    stated="learned parameters",
    gives={"learned numbers in the equations": 0, "in the layer": 64},
)
def learned_numbers():
    """Batch normalisation is a layer with learned parameters.

    The layer has two for each channel, a scale and a shift. The printed equations stop before
    them, and have none.
    """
    parameters = nn.BatchNorm2d(32).parameters().values()
    return 0, sum(parameter.value.size for parameter in parameters)


@claim(
    "R-11.2.6-running-averages",
    ROSEBROCK,
    "section 11.2.6, what stands in for the batch afterwards",
    OK,
    section="keep-the-numbers-in-range",
    inputs="200 batches of 64 whole numbers from 0 to 6, mean 3; a new batch counts a tenth",
    stated="running averages of the batches",
    gives={"the running mean is within 0.1 of 3": True, "a batch's own mean always is": False},
)
def running_averages():
    """At test time running averages take the place of the batch's mean and variance."""
    rng = np.random.default_rng(7)
    layer, own = nn.BatchNorm2d(1), []
    for _ in range(200):
        batch = rng.integers(0, 7, (64, 1)).astype(float)
        layer(batch, training=True)
        own.append(abs(batch.mean() - 3) < 0.1)
    return bool(abs(layer.running_mean[0] - 3) < 0.1), all(own)


@claim(
    "R-11.2.7-connections",
    ROSEBROCK,
    "section 11.2.7 and figure 11.11, what dropout cuts",
    AMBIGUOUS,
    section="leave-some-out",
    inputs="1,000 draws for 200 units, each with 50 connections onwards, p = 0.5",
    stated="half of the connections",
    gives={
        "share of the connections, %": 50,
        "units of which some connections are cut and some are not": 0,
    },
)
def cut_connections():
    """Dropout with *p* = 0.5 disconnects half of the connections between two layers at random.

    As a share that is right. What is drawn are units: all connections of a unit go together.
    Drawing each connection is another method, DropConnect.
    """
    drop = nn.Dropout(0.5, rng=np.random.default_rng(7))
    alive = drop(np.ones((1000, 200)), training=True) > 0
    connections = alive[:, :, None] & np.ones(50, bool)
    some = connections.any(axis=2) & ~connections.all(axis=2)
    return round(100 * float(1 - connections.mean())), int(some.sum())


@claim(
    "R-11.2.7-test-time",
    ROSEBROCK,
    "section 11.2.7, dropout in the finished network",
    OK,
    section="leave-some-out",
    inputs="200,000 ones, p = 0.5",
    stated="nothing is dropped; scaling is not mentioned",
    gives={
        "mean while it learns, not scaled": 0.5,
        "mean while it learns, scaled up": 1.0,
        "mean afterwards": 1.0,
    },
)
def scaled_up():
    """After training no unit is dropped.

    The text leaves out that something has to be scaled, or the finished network sees numbers that
    are twice as large: what stays while it learns is divided by 1 − *p*, or else all is multiplied
    by 1 − *p* afterwards.
    """
    drop = nn.Dropout(0.5, rng=np.random.default_rng(7))
    ones = np.ones((1000, 200))
    learning = drop(ones, training=True)
    kept = float((learning > 0).mean())
    return round(kept, 2), round(float(learning.mean()), 2), float(drop(ones).mean())


@claim(
    "A-8.2.7-bitmaps",
    AGGARWAL,
    "section 8.2.7, the numbers of a prototype",
    OK,
    section="two-old-layers-of-lenet-5",
    inputs="7 × 12 cells",
    stated=84,
    gives={"numbers": 84},
)
def numbers_of_a_prototype():
    """The prototypes of LeNet are drawings of 7 × 12 cells, which makes 84 numbers."""
    return [7 * 12]


@claim(
    "A-8.2.7-gaussian",
    AGGARWAL,
    "section 8.2.7, the distance as a likelihood",
    OK,
    section="two-old-layers-of-lenet-5",
    inputs="20 inputs and a prototype of 84 whole numbers each; normal noise of variance 1/2",
    stated="the squared distance is the negative log-likelihood of a Gaussian",
    gives={"difference of the two, the same for all inputs": 48.0787},
)
def distance_and_likelihood():
    """The squared distance is a negative log-likelihood of a normal distribution.

    Up to a constant, if its variance is 1/2, which is 84 · ln(π)/2 here; for another variance up to
    a factor as well.
    """
    rng = np.random.default_rng(7)
    prototype = rng.integers(-1, 2, 84).astype(float)
    x = rng.integers(-3, 4, (20, 84)).astype(float)
    distances = -nn.RBF(prototype[None])(x)[:, 0]
    density = np.exp(-((x - prototype) ** 2)) / np.sqrt(np.pi)
    differences = -np.log(density).sum(axis=1) - distances
    if np.ptp(differences) > 1e-6:
        raise ValueError("the difference is not the same for all inputs")
    return [round(float(differences.mean()), 4)]


@claim(
    "A-8.2.8-own-square",
    AGGARWAL,
    "equation 8.1, the sum of squares",
    WRONG,
    section="let-neighbours-compete",
    inputs={"activations": _SEVEN, "constant": 2, "alpha": 1e-4, "beta": 0.75},
    stated="the sum over all filters of the square of activation *i*",
    gives={
        "first result, as printed": 0.594448,
        "first result, with the square of each activation": 0.593269,
        "a neighbour changes a result, as printed": False,
    },
)
def own_square():
    """Each activation is divided by a power of a constant plus a sum of its own square, map by map.

    The index is a misprint: the sum is over the squares of all activations. Read by the letter each
    result depends on its own activation alone, and filters do not compete.
    """
    a = np.array(_SEVEN)

    def literal(a):
        return a / (2 + 1e-4 * len(a) * a**2) ** 0.75

    changed = literal(np.where(np.arange(7) == 3, 30, a)) != literal(a)
    meant = a / (2 + 1e-4 * (a**2).sum()) ** 0.75
    competes = bool(np.delete(changed, 3).any())
    return round(float(literal(a)[0]), 6), round(float(meant[0]), 6), competes


@claim(
    "A-8.2.8-own-square-window",
    AGGARWAL,
    "equation 8.2, the sum over a window",
    WRONG,
    section="let-neighbours-compete",
    inputs={"activations": _SEVEN, "constant": 2, "alpha": 1e-4, "beta": 0.75, "window": 5},
    stated="the sum over the window of the square of activation *i*",
    gives={"third result, as printed": 1.188316, "third result, by the paper": 1.18676},
)
def own_square_in_a_window():
    """The sum over some neighbouring filters has the square of the filter's own activation in it.

    The same misprint as in equation 8.1.
    """
    literal = 2 / (2 + 1e-4 * 5 * 2.0**2) ** 0.75
    return round(literal, 6), round(float(_response()[2]), 6)


@claim(
    "A-8.2.8-limits",
    AGGARWAL,
    "section 8.2.8, the limits of the window",
    AMBIGUOUS,
    section="let-neighbours-compete",
    inputs="96 filters, counted from 1, or from 0",
    stated="limits below 0 become 0, those above *N*, the number of filters, become *N*",
    gives={"filters from 0 to 96": 97},
)
def limits_of_the_window():
    """Limits that fall below 0 are set to 0, and those above the number of filters *N* to *N*.

    Counted either way there are only *N*: from 1 to *N*, or from 0 to *N* − 1, as in the paper.
    """
    return [len(range(96 + 1))]


@claim(
    "A-8.2.8-constants",
    AGGARWAL,
    "section 8.2.8, the constants",
    OK,
    section="let-neighbours-compete",
    inputs="Krizhevsky, Sutskever & Hinton 2012, section 3.3",
    stated=[5, 1e-4, 0.75, 2],
    gives={"window, alpha, beta, constant of the paper": [5, 1e-4, 0.75, 2.0]},
)
def constants_of_the_paper():
    """AlexNet normalises with a window of 5, alpha = 10⁻⁴, beta = 0.75 and a constant of 2."""
    return [list(nn.normalisation.CONVENTIONS["paper"][:4])]


@claim(
    "G-lenet-cross-entropy",
    GERON,
    "notes on LeNet-5, the cost function",
    OK,
    section="three-losses",
    inputs="the right class has the probability 0.001; slopes with respect to its score",
    stated="larger gradients for bad predictions, so that it converges faster",
    gives={"cross-entropy": -0.999, "squared error of the probability": -0.001996},
)
def pull_on_a_score():
    """Cross-entropy penalises bad predictions more, and gives larger gradients."""
    scores = np.log([[0.001, 0.999]])
    _, gradient = nn.cross_entropy(scores, [0])
    p = nn.softmax(scores)[0, 0]
    return round(float(gradient[0, 0]), 6), round(float(2 * (p - 1) * p * (1 - p)), 6)


@claim(
    "G-14-2-formula",
    GERON,
    "equation 14-2, local response normalisation",
    OK,
    section="let-neighbours-compete",
    inputs="eleven channels, a depth radius of 2, which the equation halves",
    stated="squares of neighbours within half of the radius, the limits inside the maps",
    gives={"maps in a window of radius 2": 3, "their places": [-1, 0, 1]},
)
def window_of_the_equation():
    """The sum is over the squares of the neighbouring maps, with its limits inside the maps."""
    places = _reached("paper", 2)
    return len(places), places


@claim(
    "G-14-2-radius",
    GERON,
    "equation 14-2 and the function of TensorFlow",
    WRONG,
    section="let-neighbours-compete",
    inputs="a radius of 2, in the equation and in TensorFlow's function",
    stated="the same",
    gives={"places by the equation": [-1, 0, 1], "places by TensorFlow": [-2, -1, 0, 1, 2]},
)
def radius_in_tensorflow():
    """TensorFlow's function with a depth radius of 2 computes the equation with a radius of 2.

    The equation halves the radius; TensorFlow's reaches that far to each side. AlexNet's five maps
    are a radius of 2 there, and of 4 in the equation.
    """
    return _reached("paper", 2), _reached("tensorflow", 5)


@claim(
    "L-5-softmax",
    OPENCV_UNIVERSITY,
    "section 5, when softmax is used",
    AMBIGUOUS,
    section="from-scores-to-a-loss",
    inputs="two scores, 1.5 and 0.25",
    stated="for more than two classes",
    gives={"softmax, first class": 0.7773, "sigmoid of the difference": 0.7773},
)
def softmax_of_two():
    """Softmax is used where there are more than two classes.

    With two it works as well, and is a sigmoid of the difference of their scores.
    """
    softmax = nn.softmax(np.array([[1.5, 0.25]]))[0, 0]
    return round(float(softmax), 4), round(float(nn.Sigmoid()(np.array([1.25]))[0]), 4)


@claim(
    "G-14-2-constants",
    GERON,
    "notes on AlexNet, the constants",
    WRONG,
    section="let-neighbours-compete",
    inputs="Krizhevsky, Sutskever & Hinton 2012, section 3.3",
    stated="radius 2, alpha 0.00002, beta 0.75, constant 1",
    gives={
        "window, alpha, beta, constant of the paper": [5, 1e-4, 0.75, 2.0],
        "alpha of the paper over the number of maps": 2e-5,
    },
)
def constants_elsewhere():
    """AlexNet normalises with a radius of 2, alpha = 0.00002, beta = 0.75 and a constant of 1.

    These are constants of later programs, in which alpha stands for a fifth of the paper's. The
    paper's constant is 2. A second textbook (Aggarwal 2018, section 8.2.8) has the paper's
    constants and a misprinted sum, this one the right sum and other constants.
    """
    size, alpha, beta, k, _ = nn.normalisation.CONVENTIONS["paper"]
    return [size, alpha, beta, k], alpha / size
