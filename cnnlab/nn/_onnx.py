"""A network as a file that Netron shows and ONNX Runtime runs."""

import numpy as np

from cnnlab import _arguments as given
from cnnlab.nn import _layer as base
from cnnlab.nn import activations as a
from cnnlab.nn import layers as la
from cnnlab.nn import normalisation as no
from cnnlab.nn._files import write_whole
from cnnlab.nn._layer import kind_of, naming
from cnnlab.shapes import lay_pooling_windows, lay_windows

OPSET, IR = 18, 8  # the format's versions: those of 2022, which every program reads by now


def to_onnx(network, path, *, input_shape=None):
    """Write a network to a file in the format ONNX.

    Netron draws it, and ONNX Runtime, OpenCV and others run it. The batch may have any size; the
    input is called ``"x"``, the output ``"scores"``, and parameters as in ``state_dict()``.
    It is the network after training: dropout is left out, and batch normalisation has its averages.

    Parameters
    ----------
    network : Layer
        Made of this package's layers, or of your own classes that keep the forward of one.
    path : str or path
        Such as ``"lenet.onnx"``. A file that was there is replaced when the new one is whole.
    input_shape : tuple of int, optional
        Of one example, such as (1, 28, 28). By default the last batch's.

    Raises
    ------
    ModuleNotFoundError
        If the package `onnx` is not installed.
    TypeError, ValueError
        If a layer has no form in ONNX, which is named, or the shape is not known.
    OSError
        If the file can't be written. A file that was there is as it was.
    """
    try:
        from onnx import TensorProto, checker, helper
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "the package onnx is not installed: pip install onnx", name="onnx"
        ) from None
    if input_shape is None and network.shapes is None:
        raise ValueError("input_shape is not known, as no batch went through the network; name it")
    shape = given.as_shape(network.shapes[0] if input_shape is None else input_shape, "input_shape")
    scores = network(np.zeros((0, *shape), np.float32))  # so that every layer knows its shapes
    graph = _Graph()
    last = graph.add(network, "x", "")
    graph.node("Identity", last, output="scores")
    float32 = TensorProto.FLOAT
    made = helper.make_graph(
        graph.nodes,
        "network",
        [helper.make_tensor_value_info("x", float32, ["N", *shape])],
        [helper.make_tensor_value_info("scores", float32, ["N", *scores.shape[1:]])],
        graph.constants,
    )
    versions = {"opset_imports": [helper.make_opsetid("", OPSET)], "ir_version": IR}
    model = helper.make_model(made, producer_name="cnnlab", **versions)
    checker.check_model(model, full_check=True)
    write_whole(path, lambda file: file.write(model.SerializeToString()))


WORDS = {
    a.ReLU: "Relu", a.Sigmoid: "Sigmoid", la.GlobalAvgPool2d: "GlobalAveragePool",
    la.Flatten: "Flatten", la.MaxPool2d: "MaxPool", la.AvgPool2d: "AveragePool",
    la.LpPool2d: "LpPool",
}  # fmt: skip


class _Graph:
    """The nodes so far, and the arrays that they use."""

    def __init__(self):
        self.nodes, self.constants = [], []

    def node(self, operator, *inputs, output=None, **attributes):
        """Add a node, and return what its output is called."""
        from onnx import helper

        output = output or f"{operator}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def array(self, values, name=None):
        """Add an array, and return what it is called."""
        from onnx import numpy_helper

        name = name or f"constant_{len(self.constants)}"
        values = np.asarray(values)
        values = values.astype(np.float32) if values.dtype.kind == "f" else values
        self.constants.append(numpy_helper.from_array(values, name))
        return name

    def add(self, layer, x, name):
        """Add the nodes of a layer that reads x, and return what its output is called.

        `name` is the layer's, with a dot behind it, as in ``state_dict()``.
        """
        match kind_of(layer):
            case base.Sequential:
                for part, each in layer.children().items():
                    with naming(part, each):
                        x = self.add(each, x, f"{name}{part}.")
                return x
            case base.Residual if layer.shortcut is None:
                return self.node("Add", self.add(layer.branch, x, f"{name}branch."), x)
            case base.Residual:
                short = self.add(layer.shortcut, x, f"{name}shortcut.")
                return self.node("Add", self.add(layer.branch, x, f"{name}branch."), short)
            case base.Concat:
                parts = [self.add(b, x, f"{name}{n}.") for n, b in enumerate(layer.branches)]
                return self.node("Concat", *parts, axis=1)
            case base.Identity | no.Dropout:
                return x
            case a.ReLU | a.Sigmoid | la.GlobalAvgPool2d | la.Flatten as kind:
                return self.node(WORDS[kind], x)
            case a.ReLU6:
                return self.node("Clip", x, self.array(0.0), self.array(6.0))
            case a.LeakyReLU:
                return self.node("LeakyRelu", x, alpha=layer.slope)
            case a.ELU:
                return self.node("Elu", x, alpha=layer.alpha)
            case a.Tanh:
                scaled = self.node("Mul", x, self.array(layer.slope))
                return self.node("Mul", self.node("Tanh", scaled), self.array(layer.amplitude))
            case la.Conv2d:
                kernel, options = layer.weight.value.shape[2:], dict(layer.options)
                groups = options.pop("groups")
                places = _places(lay_windows(layer.shapes[0][1:], kernel, **options))
                dilations = given.per_axis(options["dilation"], "dilation", axes=2)
                operands = self.own(layer, name)
                return self.node("Conv", x, *operands, **places, dilations=dilations, group=groups)
            case la.Linear:
                return self.node("Gemm", x, *self.own(layer, name), transB=1)
            case la.MaxPool2d | la.AvgPool2d | la.LpPool2d as kind:
                return self.pool(layer, WORDS[kind], x)
            case la.DepthwiseMaxPool2d:
                channels, *size = layer.shapes[0]
                groups = [0, channels // layer.depth, layer.depth, *size]  # 0: as it is
                split = self.node("Reshape", x, self.array(np.array(groups)))
                return self.node("ReduceMax", split, self.array(np.array([2])), keepdims=0)
            case la.Subsampling:
                kernel = layer.kernel_size
                mean = self.node("AveragePool", x, kernel_shape=kernel, strides=kernel)
                weight = self.array(layer.weight.value[:, None, None], f"{name}weight")
                bias = self.array(layer.bias.value[:, None, None], f"{name}bias")
                return self.node("Add", self.node("Mul", mean, weight), bias)
            case la.RBF:
                rows = self.node("Unsqueeze", x, self.array(np.array([1])))
                away = self.node("Sub", rows, *self.own(layer, name))
                axes = self.array(np.array([2]))
                return self.node("Neg", self.node("ReduceSumSquare", away, axes, keepdims=0))
            case no.BatchNorm2d:
                averages = ("running_mean", "running_var")
                kept = [self.array(getattr(layer, each), f"{name}{each}") for each in averages]
                operands = (*self.own(layer, name), *kept)
                return self.node("BatchNormalization", x, *operands, epsilon=layer.eps)
            case no.LocalResponseNorm:
                size = layer.before + layer.after + 1
                if layer.before != layer.after:
                    raise ValueError("ONNX Runtime has odd windows alone; use an odd size")
                constants = {"alpha": layer.a * size, "beta": layer.beta, "bias": layer.k}
                return self.node("LRN", x, size=size, **constants)
        raise TypeError(
            f"{layer.label()} has no form in ONNX that this package knows: "
            f"the class {type(layer).__name__} has a forward of its own"
        )

    def own(self, layer, name):
        """Add a layer's weight and, if there is one, its bias."""
        found = {key: vars(layer).get(key) for key in ("weight", "bias")}
        return [self.array(p.value, f"{name}{key}") for key, p in found.items() if p]

    def pool(self, layer, word, x):
        """Add a pooling of windows."""
        options, others = dict(layer.options), {}
        if "count_padding" in options:
            others["count_include_pad"] = int(options.pop("count_padding"))
        if "p" in options and (p := options.pop("p")) != int(p):
            raise ValueError(f"ONNX has whole powers alone; got p {p}")
        elif word == "LpPool":
            others["p"] = int(p)
        if "dilation" in options:
            others["dilations"] = given.per_axis(options["dilation"], "dilation", axes=2)
        windows = lay_pooling_windows(layer.shapes[0][1:], layer.kernel_size, **options)
        ceil = int(options["ceil"])
        return self.node(word, x, **_places(windows), **others, ceil_mode=ceil)


def _places(windows):
    """Say where windows lie, in ONNX's words."""
    before, after = zip(*windows.padding, strict=True)
    return {
        "kernel_shape": windows.kernel_size,
        "strides": windows.stride,
        "pads": (*before, *after),
    }


__all__ = ["to_onnx"]
