"""How the layer's sums are run. `cnnlab.layer` says what they are and checks what comes in."""

import math
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


class Geometry(NamedTuple):
    """Which cells a layer reads: one number per spatial axis in each tuple.

    Output cell i reads the input cells i·stride + m·dilation − before, for m below kernel_size.
    Those outside the input are zero.

    Attributes
    ----------
    size, kernel_size, output_size : tuple of int
        Cells of the input, the kernel and the output.
    stride, before, dilation : tuple of int
        The step, the padding before the first cell, and the kernel's own step.
    groups : int
        How many groups the channels fall into.
    """

    size: tuple
    kernel_size: tuple
    output_size: tuple
    stride: tuple
    before: tuple
    dilation: tuple
    groups: int

    @property
    def reach(self):
        """Cells per axis from the first that a window covers, padding included, to the last."""
        return tuple(
            (out - 1) * step + (k - 1) * gap + 1
            for out, step, k, gap in zip(
                self.output_size, self.stride, self.kernel_size, self.dilation, strict=True
            )
        )

    @property
    def inside(self):
        """Two slices per axis: where the input lies in the padded array, and what of it does."""
        starts_and_stops = [
            (before, max(min(before + size, reach), before))
            for before, size, reach in zip(self.before, self.size, self.reach, strict=True)
        ]
        place = tuple(slice(start, stop) for start, stop in starts_and_stops)
        part = tuple(slice(0, stop - start) for start, stop in starts_and_stops)
        return place, part


def correlate(x, weight, bias, geometry):
    """Run the forward sum.

    Parameters
    ----------
    x : ndarray of shape (N, C_in, *size)
        The input.
    weight : ndarray of shape (C_out, C_in // groups, *kernel_size)
        The filters.
    bias : ndarray of shape (C_out,) or None
        Added to each output channel.
    geometry : Geometry
        How the kernel moves.

    Returns
    -------
    ndarray of shape (N, C_out, *output_size)
        A new array.
    """
    windows = _windows(x, geometry)
    filters = weight.reshape(geometry.groups, -1, *weight.shape[1:])
    output = np.einsum("ng...k,gok->ngo...", *_flat(windows, filters, geometry), optimize=True)
    output = output.reshape(x.shape[0], weight.shape[0], *geometry.output_size)
    return output if bias is None else output + _per_channel(bias, output)


def spread(x, weight, bias, geometry):
    """Run the adjoint of the forward sum: the gradient of the input.

    Parameters
    ----------
    x : ndarray of shape (N, C_out, *output_size)
        What is spread: the gradient of the output.
    weight : ndarray of shape (C_out, C_in // groups, *kernel_size)
        The filters of the forward sum.
    bias : ndarray of shape (C_in,) or None
        Added to each channel of the result.
    geometry : Geometry
        How the kernel moves in the forward sum.

    Returns
    -------
    ndarray of shape (N, C_in, *size)
        A new array.
    """
    groups = geometry.groups
    maps = x.reshape(x.shape[0], groups, x.shape[1] // groups, *x.shape[2:])
    filters = weight.reshape(groups, -1, *weight.shape[1:])
    padded = np.zeros((x.shape[0], groups, weight.shape[1], *geometry.reach), x.dtype)
    for offset in np.ndindex(geometry.kernel_size):
        kernel = filters[(..., *offset)]
        padded[(..., *_reached(offset, geometry))] += np.einsum("ngo...,goc->ngc...", maps, kernel)
    padded = padded.reshape(x.shape[0], groups * weight.shape[1], *geometry.reach)
    place, part = geometry.inside
    output = np.zeros((*padded.shape[:2], *geometry.size), x.dtype)
    output[(..., *part)] = padded[(..., *place)]
    return output if bias is None else output + _per_channel(bias, output)


def gradients(grad_output, x, weight, geometry):
    """Compute the gradients with respect to the input, the filters and the bias.

    Parameters
    ----------
    grad_output : ndarray of shape (N, C_out, *output_size)
        The gradient of the output.
    x : ndarray of shape (N, C_in, *size)
        The input.
    weight : ndarray of shape (C_out, C_in // groups, *kernel_size)
        The filters.
    geometry : Geometry
        How the kernel moves.

    Returns
    -------
    tuple of ndarray
        With the shapes of `x`, `weight` and the bias.
    """
    windows = _windows(x, geometry)
    channels = grad_output.shape[1] // geometry.groups
    maps = grad_output.reshape(len(x), geometry.groups, channels, *geometry.output_size)
    axes = len(geometry.size)
    subscripts = f"ng{'ijl'[:axes]}c{'pqr'[:axes]},ngo{'ijl'[:axes]}->goc{'pqr'[:axes]}"
    grad_weight = np.einsum(subscripts, windows, maps, optimize=True).reshape(weight.shape)
    grad_bias = grad_output.sum(axis=(0, *range(2, 2 + axes)))
    return spread(grad_output, weight, None, geometry), grad_weight, grad_bias


def _windows(x, geometry):
    """View the padded input as windows, (N, groups, *output_size, C_in // groups, *kernel)."""
    padded = np.zeros((*x.shape[:2], *geometry.reach), x.dtype)
    place, part = geometry.inside
    padded[(..., *place)] = x[(..., *part)]
    axes = len(geometry.size)
    spans = [
        (k - 1) * gap + 1 for k, gap in zip(geometry.kernel_size, geometry.dilation, strict=True)
    ]
    windows = sliding_window_view(padded, spans, axis=tuple(range(2, 2 + axes)))
    steps = [slice(None, None, step) for step in (*geometry.stride, *geometry.dilation)]
    windows = windows[(slice(None), slice(None), *steps)]
    channels = x.shape[1] // geometry.groups
    windows = windows.reshape(len(x), geometry.groups, channels, *windows.shape[2:])
    return np.moveaxis(windows, 2, 2 + axes)


def _flat(windows, filters, geometry):
    """Merge the axes that the forward sum runs over into one."""
    axes = len(geometry.size)
    return (
        windows.reshape(*windows.shape[: 2 + axes], math.prod(filters.shape[2:])),
        filters.reshape(*filters.shape[:2], -1),
    )


def _reached(offset, geometry):
    """Slice, on each axis, the padded cells that one kernel cell meets."""
    return tuple(
        slice(m * gap, m * gap + (out - 1) * step + 1, step)
        for m, gap, out, step in zip(
            offset, geometry.dilation, geometry.output_size, geometry.stride, strict=True
        )
    )


def _per_channel(bias, maps):
    """Shape one number per channel so that it broadcasts over (N, C, *size)."""
    return bias.reshape(-1, *[1] * (maps.ndim - 2))
