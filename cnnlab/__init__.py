"""The small package behind a textbook on convolutional networks.

Everything is loaded when it is first asked for, so ``import cnnlab`` costs no more than NumPy.

Examples
--------
>>> import cnnlab
>>> cnnlab.output_size(6, 3)
4
"""

from importlib import import_module

__version__ = "0.1.0"

_HOMES = {
    "output_size": "shapes",
    "cross_correlate2d": "convolution",
    "convolve2d": "convolution",
    "conv1d": "layer",
    "conv2d": "layer",
    "conv3d": "layer",
    "conv1d_backward": "layer",
    "conv2d_backward": "layer",
    "conv3d_backward": "layer",
    "ConvGradients": "layer",
    "conv_transpose1d": "layer",
    "conv_transpose2d": "layer",
    "conv_transpose3d": "layer",
    "max_pool1d": "pooling",
    "max_pool2d": "pooling",
    "max_pool3d": "pooling",
    "Pooled": "pooling",
    "avg_pool1d": "pooling",
    "avg_pool2d": "pooling",
    "avg_pool3d": "pooling",
    "lp_pool1d": "pooling",
    "lp_pool2d": "pooling",
    "lp_pool3d": "pooling",
    "global_average_pool": "pooling",
    "depthwise_max_pool": "pooling",
    "max_pool_backward": "pooling_gradients",
    "avg_pool_backward": "pooling_gradients",
    "lp_pool_backward": "pooling_gradients",
    "max_unpool": "pooling_gradients",
    "conv_matrix": "matrix",
    "im2col": "matrix",
    "col2im": "matrix",
    "check_gradient": "gradient_check",
    "numerical_gradient": "gradient_check",
    "receptive_field": "receptive_fields",
    "stack_sizes": "receptive_fields",
    "field_of": "receptive_fields",
    "count_paths": "receptive_fields",
    "effective_field": "receptive_fields",
}
_SUBMODULES = (
    "claims",
    "exercises",
    "figures",
    "images",
    "kernels",
    "loops",
    "pooling_loops",
    "widgets",
)

__all__ = [
    *_HOMES,
    *_SUBMODULES,
    "__version__",
]


def __getattr__(name):
    """Load a public name the first time it is used (PEP 562)."""
    if name in _HOMES:
        value = getattr(import_module(f"cnnlab.{_HOMES[name]}"), name)
    elif name in _SUBMODULES:
        value = import_module(f"cnnlab.{name}")
    else:
        raise AttributeError(f"module 'cnnlab' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__():
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__})
