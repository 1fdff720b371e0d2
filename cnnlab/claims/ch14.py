"""Chapter 14's claims: hand-built detectors, rules for the way back, gradient ascent."""

import numpy as np

from cnnlab import conv2d, nn
from cnnlab.claims.record import AGGARWAL, AMBIGUOUS, NOT_CHECKABLE, OK, claim
from cnnlab.nn import inspect

# A second layer's unit for outlines of 6 rows and 9 columns: its kernels for top, bottom, left and
# right each give 1 where a whole side lies, and its bias asks for all four.
_ROWS, _COLUMNS = 6, 9
_EDGES = np.array([[[0, -1, 0], [0, 1, 0], [0, 0, 0]], [[0, 0, 0], [0, 1, 0], [0, -1, 0]]])
_EDGES = np.concatenate([_EDGES, _EDGES.swapaxes(1, 2)])[:, np.newaxis]


def _drawn(rows, columns):
    """Draw a white rectangle into a black picture of 16 × 16, at row 4, column 3."""
    image = np.zeros((1, 1, 16, 16))
    image[:, :, 4 : 4 + rows, 3 : 3 + columns] = 1
    return image


def _detector(image):
    sides = np.zeros((1, 4, _ROWS, _COLUMNS))
    sides[0, 0, 0] = sides[0, 1, -1] = 1 / _COLUMNS
    sides[0, 2, :, 0] = sides[0, 3, :, -1] = 1 / _ROWS
    edges = np.maximum(conv2d(image, _EDGES, padding=1), 0)
    return np.maximum(conv2d(edges, sides)[0, 0] - 3, 0)


@claim(
    "A-8.2.9-rect",
    AGGARWAL,
    "section 8.2.9, figure 8.6",
    OK,
    section="edges-make-a-rectangle",
    inputs="16 × 16 cells, in them a rectangle of 6 × 9 with its corner at row 4, column 3",
    stated="a rectangle from edges",
    gives={
        "largest answer": 1.0,
        "its place": [4, 3],
        "largest answer elsewhere": 0.0,
        "to a rectangle of 5 × 9": 0.0,
    },
)
def edges_make_a_rectangle():
    """A second layer can make a detector of rectangles from maps of edges."""
    answers = _detector(_drawn(_ROWS, _COLUMNS))
    place = np.unravel_index(answers.argmax(), answers.shape)
    elsewhere = np.delete(answers, answers.argmax())
    other = _detector(_drawn(_ROWS - 1, _COLUMNS))
    return answers.max(), place, elsewhere.max(), other.max()


def _depends_on(kernel_sizes):
    """Count the rows and columns of a 15 × 15 input that the middle of the last map depends on."""
    rng, kernels = np.random.default_rng(0), []
    for size in kernel_sizes:
        kernels.append(rng.uniform(0.5, 1, (1, 1, size, size)))

    def middle(x):
        for kernel in kernels:
            x = np.maximum(conv2d(x, kernel, padding=kernel.shape[-1] // 2), 0)
        return x[:, 0, 7, 7]

    nudged = np.eye(225).reshape(225, 1, 15, 15)  # one cell each
    changed = (middle(nudged) > 0).reshape(15, 15)
    return int(changed.any(axis=1).sum()), int(changed.any(axis=0).sum())


@claim(
    "A-8.2.9-F1",
    AGGARWAL,
    "section 8.2.9, on the first layer",
    OK,
    section="edges-make-a-rectangle",
    inputs="kernels of 3 × 3 and of 5 × 5, one cell of the input changed at a time",
    stated="nothing larger than its filters",
    gives={
        "a first layer of 3 × 3 sees": [3, 3],
        "a first layer of 5 × 5": [5, 5],
        "a second layer of 3 × 3, on the first": [5, 5],
    },
)
def size_of_first_features():
    """A unit of the first layer can't learn anything that is larger than its filter."""
    return _depends_on([3]), _depends_on([5]), _depends_on([3, 3])


@claim(
    "A-8.5.1-rf3",
    AGGARWAL,
    "section 8.5.1, on patches of the first layer",
    OK,
    section="what-a-layer-answers",
    inputs="a convolution of 3 × 3 with one zero on each side, on 224 × 224 pixels, as in VGG",
    stated=[3, 3],
    gives={"in the middle": [3, 3], "in a corner": [2, 2]},
)
def patch_of_the_first_layer():
    """A unit of VGG's first layer sees 3 × 3 pixels."""
    layer = nn.Conv2d(1, 1, 3, padding=1, rng=np.random.default_rng(0))
    layer(np.zeros((1, 1, 224, 224)))
    fields = inspect.field(layer, (100, 100)), inspect.field(layer, (0, 0))
    return [[side.stop - side.start for side in field] for field in fields]


@claim(
    "A-8.5.1-saliency",
    AGGARWAL,
    "section 8.5.1, on saliency",
    OK,
    section="which-pixels-would-change-the-score",
    inputs="random gradients for 224 × 224 pixels of three colours",
    stated="224 × 224, nothing below zero",
    gives={"shape": [224, 224], "below zero": 0, "is one of the three sizes everywhere": True},
)
def largest_of_three_colours():
    """The largest absolute gradient of each pixel's colours makes one map without signs."""
    gradient = np.random.default_rng(0).normal(size=(1, 3, 224, 224))
    (found,) = inspect.saliency(gradient)
    return found.shape, int((found < 0).sum()), bool((found == abs(gradient[0])).any(0).all())


_SIGNS = {"input of the ReLU": [2, 2, -2, -2], "gradient": [3, -3, 3, -3]}


def _rule(name, x, gradient):
    relu = nn.ReLU()
    relu(x)
    return inspect.RULES[name](relu, gradient)


@claim(
    "A-8.5.1-relu-table",
    AGGARWAL,
    "section 8.5.1, figure 8.14",
    OK,
    section="three-rules-for-the-way-back",
    inputs=_SIGNS,
    stated="by the sign of the input, by that of the gradient, by both",
    gives={"plain": [3, -3, 0, 0], "deconvnet": [3, 0, 3, 0], "guided": [3, 0, 0, 0]},
)
def three_rules():
    """Plain gradients pass by the sign of the ReLU's input, the deconvnet's by their own, guided
    ones by both.

    Only where both are positive do all three pass the gradient on.
    """
    x, gradient = map(np.array, _SIGNS.values())
    return [_rule(name, x, gradient) for name in ("plain", "deconvnet", "guided")]


@claim(
    "A-8.5.1-deconv-relu",
    AGGARWAL,
    "section 8.5.1, on the deconvnet's rule",
    OK,
    section="three-rules-for-the-way-back",
    inputs="1,000 random inputs and gradients",
    stated="the same",
    gives={
        "deconvnet is a ReLU of the gradient": True,
        "guided is a ReLU of the plain rule's": True,
        "guided is the plain rule of the deconvnet's": True,
    },
)
def rules_of_rules():
    """The deconvnet's rule is a ReLU of the gradient, and guided is that and the plain one."""
    x, gradient = np.random.default_rng(0).normal(size=(2, 1000))
    relu = nn.ReLU()
    guided, deconvnet = _rule("guided", x, gradient), _rule("deconvnet", x, gradient)
    return [
        bool((deconvnet == relu(gradient)).all()),
        bool((guided == relu(_rule("plain", x, gradient))).all()),
        bool((guided == _rule("plain", x, deconvnet)).all()),
    ]


@claim(
    "A-8.5.1-better",
    AGGARWAL,
    "section 8.5.1, on which picture is better",
    NOT_CHECKABLE,
    section="three-rules-for-the-way-back",
    inputs="pictures of the three rules",
    stated="guided before the deconvnet, the deconvnet before plain gradients",
)
def better_pictures():
    """Guided pictures are better than the deconvnet's, and those than plain gradients.

    Nothing says what a better picture is. What can be measured is how much of it lies in the
    object: of LeNet-5's gradients for 1,000 digits that it had not seen, 54 per cent lay in the ink
    by the guided rule, 44 by the plain one and 36 by the deconvnet's. The first place agrees, the
    others do not. And five networks that had learned nothing have the same order.
    """


@claim(
    "A-eq8.4",
    AGGARWAL,
    "equation 8.4",
    OK,
    section="an-image-made-to-excite-it",
    inputs="a linear score with the weights 6, −3 and 1.5; λ = 0.3, rate 0.1, 500 steps from zeros",
    stated="an image that makes the score large, less its penalty",
    gives={"comes to rest at": [10.0, -5.0, 2.5], "the weights over 2λ": [10.0, -5.0, 2.5]},
)
def ascent_with_a_penalty():
    """Gradient ascent on a score less λ times the image's squares finds the image that is best."""
    unit = nn.Linear(3, 1, rng=np.random.default_rng(0))
    unit.weight.value[:] = 6, -3, 1.5
    x, _ = inspect.maximise(unit, np.zeros((1, 3)), 0, steps=500, rate=0.1, penalty=0.3)
    return x[0].round(6), (unit.weight.value[0] / 0.6).round(6)


def _climbed(start, bias):
    """Tell whether 20 steps of ascent through a layer of ReLUs change an image."""
    rng = np.random.default_rng(0)
    net = nn.Sequential(nn.Linear(16, 8, rng=rng), nn.ReLU(), nn.Linear(8, 1, rng=rng))
    net[0].bias.value[:] = bias
    x, _ = inspect.maximise(net, start, 0, steps=20, rate=0.1)
    return float(abs(inspect.input_gradient(net, start, 0)).max()), bool((x != start).any())


@claim(
    "A-eq8.4-zero",
    AGGARWAL,
    "section 8.5.1, on the start of the ascent",
    AMBIGUOUS,
    section="an-image-made-to-excite-it",
    inputs="16 inputs, 8 ReLUs and a score, random weights; 20 steps from zeros or from noise",
    stated="begin with zeros",
    gives={
        "without biases, largest slope at zeros": 0.0,
        "moves from zeros": False,
        "moves from noise": True,
        "moves from zeros, with biases of 0.1": True,
    },
)
def start_from_zeros():
    """The ascent begins with an image of zeros.

    In a network of ReLUs without biases no unit is active there: all slopes are 0, and the image
    stays as it is. With biases it can get away, and from a little noise it does in either.
    """
    zeros, noise = np.zeros((1, 16)), np.random.default_rng(1).normal(0, 0.01, (1, 16))
    slope, moved = _climbed(zeros, 0)
    return slope, moved, _climbed(noise, 0)[1], _climbed(zeros, 0.1)[1]
