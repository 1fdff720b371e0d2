"""The small package behind a textbook on convolutional networks.

`conv`, `pool` and `matrix` hold the operators, `loops` the same as plain loops, `shapes` sizes and
where windows lie (stride, padding, dilation), `gradient_check` and `receptive_fields` what their
names say. `nn` makes networks of them that learn, from what `data` holds. `figures`, `images` and
`kernels` are for pictures; `widgets` step through all of it on a page; `exercises` checks answers,
and `claims` recomputes other books' numbers.

Examples
--------
>>> import cnnlab
>>> cnnlab.output_size(6, 3)
4
"""

from cnnlab import figures, images, kernels, loops
from cnnlab.conv import (
    ConvGradients,
    conv1d,
    conv1d_backward,
    conv2d,
    conv2d_backward,
    conv3d,
    conv3d_backward,
    conv_transpose1d,
    conv_transpose2d,
    conv_transpose3d,
    convolve2d,
    cross_correlate2d,
)
from cnnlab.gradient_check import check_gradient, numerical_gradient
from cnnlab.matrix import col2im, conv_matrix, im2col
from cnnlab.pool import (
    Pooled,
    avg_pool1d,
    avg_pool2d,
    avg_pool3d,
    avg_pool_backward,
    depthwise_max_pool,
    global_average_pool,
    lp_pool1d,
    lp_pool2d,
    lp_pool3d,
    lp_pool_backward,
    max_pool1d,
    max_pool2d,
    max_pool3d,
    max_pool_backward,
    max_unpool,
)
from cnnlab.receptive_fields import (
    count_paths,
    effective_field,
    field_of,
    receptive_field,
    stack_sizes,
)
from cnnlab.shapes import output_size

__version__ = "0.1.0"

__all__ = [
    "output_size",
    "cross_correlate2d",
    "convolve2d",
    "figures",
    "images",
    "kernels",
    "loops",
    "check_gradient",
    "numerical_gradient",
    "col2im",
    "conv_matrix",
    "im2col",
    "ConvGradients",
    "conv1d",
    "conv1d_backward",
    "conv2d",
    "conv2d_backward",
    "conv3d",
    "conv3d_backward",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "Pooled",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "avg_pool_backward",
    "depthwise_max_pool",
    "global_average_pool",
    "lp_pool1d",
    "lp_pool2d",
    "lp_pool3d",
    "lp_pool_backward",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "max_pool_backward",
    "max_unpool",
    "count_paths",
    "effective_field",
    "field_of",
    "receptive_field",
    "stack_sizes",
]
