"""Changes to images that leave alone what they show, drawn anew for each batch or chosen.

`shifted`, `rotated`, `zoomed` and `mirrored` change all images alike. `shift`, `rotate`, `zoom`,
`flip`, `crop`, `noise`, `contrast` and `colours` each return a function of images and a generator,
which draws for each image anew: for ``nn.fit(…, augment=[nn.shift(2), nn.rotate(10)])``.

Images are (N, C, H, W). What comes in from outside is 0; no change makes a cell that is none. Where
numbers are mixed or multiplied, whole ones and bytes become floats.
"""

import numpy as np

from cnnlab import _arguments as given
from cnnlab.nn._layer import check_number


def shifted(images, rows, columns):
    """Move all images down and to the right by whole cells; negative numbers move them back.

    Examples
    --------
    >>> shifted(np.arange(1.0, 7).reshape(1, 1, 2, 3), 0, 1)
    array([[[[0., 1., 2.],
             [0., 4., 5.]]]])
    """
    images = given.batch_of_maps(images, "images", axes=2)
    output = np.zeros_like(images)
    rows, columns = _cells(rows, "rows"), _cells(columns, "columns")
    here, there = zip(*map(_moved, (rows, columns), images.shape[2:]), strict=True)
    output[:, :, *here] = images[:, :, *there]
    return output


def _cells(cells, name):
    """Take a whole number of cells, either way."""
    return given.as_integer(cells, name, minimum=-given.LARGEST)


def _moved(cells, size):
    """Return the slices of one axis to write to and to read from."""
    cells = max(-size, min(cells, size))
    return slice(max(cells, 0), size + min(cells, 0)), slice(max(-cells, 0), size - max(cells, 0))


def rotated(images, degrees):
    """Turn all images anticlockwise around their middle, by one angle or one each.

    Between cells, values are interpolated bilinearly; a quarter turn of a square is exact.
    """
    images = _floats(images)
    angle = np.deg2rad(_each(degrees, "degrees", images))
    cos, sin = np.cos(angle).round(15), np.sin(angle).round(15)
    return _resampled(images, np.array([[cos, sin], [-sin, cos]]))


def zoomed(images, factor):
    """Enlarge all images around their middle, by one factor or one each; below 1 they shrink."""
    images = _floats(images)
    factor = _each(factor, "factor", images)
    if not (factor > 0).all():
        raise ValueError(f"factor must be above 0; got {factor.min():g}")
    return _resampled(images, np.eye(2)[..., None] / factor)


def mirrored(images):
    """Exchange left and right."""
    return given.batch_of_maps(images, "images", axes=2)[..., ::-1].copy()


def shift(cells):
    """Move each image by up to so many whole cells, each way."""
    cells = given.as_integer(cells, "cells", minimum=0)

    def draw(images, rng):
        height, width = images.shape[2:]
        padded = np.pad(images, [(0, 0), (0, 0), (cells, cells), (cells, cells)])
        windows = np.lib.stride_tricks.sliding_window_view(padded, (height, width), axis=(2, 3))
        down, right = rng.integers(0, 2 * cells + 1, (2, len(images)))
        return windows[np.arange(len(images)), :, down, right]

    return draw


def crop(size):
    """Cut a square of `size` rows and columns out of each image, anywhere."""
    size = given.as_integer(size, "size", minimum=1)

    def draw(images, rng):
        if size > min(images.shape[2:]):
            raise ValueError(f"crop must be at most the images' {images.shape[2:]}; got {size}")
        windows = np.lib.stride_tricks.sliding_window_view(images, (size, size), axis=(2, 3))
        down, right = (rng.integers(0, n, len(images)) for n in windows.shape[2:4])
        return windows[np.arange(len(images)), :, down, right]

    return draw


def rotate(degrees):
    """Turn each image by up to so many degrees, either way."""
    degrees = check_number(degrees, "degrees", least=0)
    return lambda images, rng: rotated(images, rng.uniform(-degrees, degrees, len(images)))


def zoom(part):
    """Enlarge or shrink each image by up to a part, such as 0.1: by a factor of 1/1.1 to 1.1."""
    largest = np.log1p(check_number(part, "part", least=0))
    return lambda images, rng: zoomed(images, np.exp(rng.uniform(-largest, largest, len(images))))


def flip(p=0.5):
    """Exchange left and right in each image with probability p."""
    p = check_number(p, "p", least=0, most=1)

    def draw(images, rng):
        return np.where(rng.random((len(images), 1, 1, 1)) < p, images[..., ::-1], images)

    return draw


def noise(deviation):
    """Add normal noise of a standard deviation to each cell."""
    deviation = check_number(deviation, "deviation", least=0)

    def draw(images, rng):
        return images + deviation * rng.standard_normal(images.shape, np.float32)

    return draw


def contrast(part):
    """Multiply each image's distance from its mean by a factor from 1 − part to 1 + part."""
    part = check_number(part, "part", least=0)

    def draw(images, rng):
        images = _floats(images)
        mean = images.mean(axis=(1, 2, 3), keepdims=True)
        factor = rng.uniform(1 - part, 1 + part, (len(images), 1, 1, 1)).astype(images.dtype)
        return mean + factor * (images - mean)

    return draw


def colours(images, deviation=0.1, *, by_eigenvalue=True):
    """Shift each image's colour along the principal components of these images' colours.

    Parameters
    ----------
    images : ndarray of shape (N, 3, H, W)
        Those to learn from, whose cells are analysed.
    deviation : float, default 0.1
        Standard deviation of the factors that are drawn.
    by_eigenvalue : bool, default True
        Multiply each factor by its component's eigenvalue, so that colours move most where they
        differ most. Without, all directions are alike.

    Returns
    -------
    function
        Adds [p₁ p₂ p₃] [a₁λ₁ a₂λ₂ a₃λ₃]ᵀ to all cells of an image: the eigenvectors p of the
        colours' covariance, its eigenvalues λ, and factors a that are drawn for each image
        (Krizhevsky, Sutskever & Hinton 2012, section 4.1).
    """
    images = given.batch_of_maps(images, "images", axes=2)
    cells = np.moveaxis(images, 1, 0).reshape(images.shape[1], -1)
    eigenvalues, vectors = np.linalg.eigh(np.atleast_2d(np.cov(cells.astype(np.float64))))
    scale = eigenvalues if given.as_flag(by_eigenvalue, "by_eigenvalue") else 1
    deviation = check_number(deviation, "deviation", least=0)

    def draw(images, rng):
        images = _floats(images)
        factors = rng.normal(scale=deviation, size=(len(images), len(eigenvalues)))
        shifts = (factors * scale) @ vectors.T
        return images + shifts[:, :, None, None].astype(images.dtype)

    return draw


def _floats(images):
    """Take images as floats, which have room for what lies between whole numbers."""
    (images,) = given.as_floats(given.batch_of_maps(images, "images", axes=2))
    return images


def _each(value, name, images):
    """Take one number for all images, or one for each."""
    value = given.real_array(value, name).astype(float)
    if value.ndim and value.shape != images.shape[:1]:
        raise ValueError(
            f"{name} must be one number, or one for each of {len(images)} images; got {value.shape}"
        )
    if not np.isfinite(value).all():
        raise ValueError(f"{name} must be finite; got {value[~np.isfinite(value)][0]}")
    return np.broadcast_to(value, len(images))


def _resampled(images, matrix):
    """Read each image where a matrix (2, 2, N) sends its cells, as seen from the middle."""
    height, width = images.shape[2:]
    middle = np.array([(height - 1) / 2, (width - 1) / 2])
    cells = np.indices((height, width)).reshape(2, -1) - middle[:, None]
    at = np.einsum("ijn,jc->inc", matrix, cells) + middle[:, None, None] + 1  # a border of zeros
    at = np.clip(at, 0, np.array([height, width])[:, None, None] + 1)
    low = np.minimum(at.astype(int), np.array([height, width])[:, None, None])
    down, right = (at - low).astype(images.dtype)[:, :, None]
    padded = np.pad(images, [(0, 0), (0, 0), (1, 1), (1, 1)]).transpose(0, 2, 3, 1)
    padded = padded.reshape(len(images), (height + 2) * (width + 2), images.shape[1])
    first = low[0] * (width + 2) + low[1]
    number, output = np.arange(len(images))[:, None], 0
    down, right = (np.moveaxis(part, 1, 2) for part in (down, right))
    for row, part in ((0, 1 - down), (width + 2, down)):
        for column, share in ((0, 1 - right), (1, right)):
            output = output + part * share * padded[number, first + row + column]
    return output.transpose(0, 2, 1).reshape(images.shape)


__all__ = [
    "shifted", "rotated", "zoomed", "mirrored",
    "shift", "rotate", "zoom", "flip", "crop", "noise", "contrast", "colours",
]  # fmt: skip
