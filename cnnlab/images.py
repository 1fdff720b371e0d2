"""Pictures as arrays: photographs that ship inside scikit-image, files, and made-up test images."""

import warnings
from importlib import resources
from pathlib import Path

import numpy as np

from cnnlab._arguments import as_integer, is_sequence, listed, nearest, per_axis, real_array

_GREY = ("brick", "camera", "cell", "coins", "grass", "gravel", "moon", "page", "text")
_COLOUR = ("astronaut", "chelsea", "coffee", "rocket")
NAMES = (*_GREY, *_COLOUR)

# Red, green, blue: the luma of ITU-R BT.709 at four digits, as in skimage.color.rgb2gray.
LUMA = (0.2125, 0.7154, 0.0721)

_MEGAPIXELS = 64


def load(name, *, size=None):
    """Read a photograph by its name, or any image file by its path.

    Parameters
    ----------
    name : str or path
        One of `NAMES`, which ship inside scikit-image, or the path of an image file. Nothing is
        ever downloaded.
    size : int or (int, int), optional
        Height and width of the result. The picture is cut around its centre to these proportions
        and scaled by area means. By default it stays as it is.

    Returns
    -------
    ndarray of shape (H, W) or (H, W, 3)
        Bytes, 0 (black) to 255 (white): grey pictures have two axes, coloured ones a third for
        red, green, blue. Transparent files are laid on white.

    Raises
    ------
    FileNotFoundError
        If there is neither a picture nor a file of that name.
    TypeError
        If `name` is neither a string nor a path, or `size` holds no integers.
    ValueError
        If the file is empty, is no image, or holds floats or more than 16 bits, whose white is
        unknown; if it or `size` has more than 64 million pixels.

    See Also
    --------
    to_grey : From colour to grey.

    Examples
    --------
    >>> load("camera").shape, load("coffee").shape
    ((512, 512), (400, 600, 3))
    >>> load("coffee", size=(90, 120)).shape
    (90, 120, 3)
    """
    from PIL import Image, ImageOps

    if size is not None:
        height, width = per_axis(size, "size", axes=2)
        if height * width > _MEGAPIXELS * 1_000_000:
            raise ValueError(
                f"size must have at most {_MEGAPIXELS} million pixels; got {height} × {width}"
            )
    picture = _open(_path(name))
    if size is not None:
        picture = ImageOps.fit(picture, (width, height), Image.Resampling.BOX)
    return np.array(picture)


def to_grey(image):
    """Turn colour into grey by the weights that the eye's sensitivity suggests.

    Parameters
    ----------
    image : array_like of shape (H, W, 3) or (H, W)
        Red, green and blue in any range. A grey image is taken as it is.

    Returns
    -------
    ndarray of shape (H, W)
        float64, in the range of `image`: bytes give 0 to 255.

    Raises
    ------
    TypeError
        If `image` does not hold real numbers.
    ValueError
        If `image` has another shape.

    Notes
    -----
    Grey is 0.2125 red + 0.7154 green + 0.0721 blue: the luma weights of ITU-R BT.709, as
    `skimage.color.rgb2gray` rounds them. That function divides bytes by 255; this one does not.

    Examples
    --------
    >>> to_grey([[[0, 0, 0], [0, 100, 0], [255, 255, 255]]])
    array([[  0.  ,  71.54, 255.  ]])
    """
    image = real_array(image, "image")
    if image.ndim == 2:
        return image.astype(np.float64)
    if image.ndim != 3 or image.shape[2] != 3:
        raise ValueError(f"image must have shape (H, W, 3) or (H, W); got {image.shape}")
    red, green, blue = np.moveaxis(image.astype(np.float64), 2, 0)
    return LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue


def shrink(image, factor):
    """Make an image smaller: each cell of the result is the mean of a block.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, 3)
        Real numbers.
    factor : int or (int, int)
        Height and width of a block; the image's must be multiples of them.

    Returns
    -------
    ndarray of shape (H / factor, W / factor) or (H / factor, W / factor, 3)
        The means, float64.

    Raises
    ------
    TypeError
        If `image` does not hold real numbers, or `factor` is not an integer.
    ValueError
        If blocks do not fill the image; the message names sizes that would do.

    Examples
    --------
    >>> shrink([[0, 2, 4, 6], [0, 2, 4, 6]], 2)
    array([[1., 5.]])
    """
    image = real_array(image, "image")
    if image.ndim not in (2, 3) or not image.size:
        raise ValueError(f"image must have shape (H, W) or (H, W, 3); got {image.shape}")
    block = per_axis(factor, "factor", axes=2)
    for axis, (size, cells) in enumerate(zip(image.shape[:2], block, strict=True)):
        if size % cells:
            below = size - size % cells
            sizes = f"{below} or {below + cells}" if below else f"{cells}"
            raise ValueError(
                f"image has {size} cells along axis {axis}, which factor {cells} does not divide; "
                f"{sizes} would do (crop with image[:rows, :columns])"
            )
    (rows, columns), rest = image.shape[:2], image.shape[2:]
    blocks = image.reshape(rows // block[0], block[0], columns // block[1], block[1], *rest)
    return blocks.mean(axis=(1, 3), dtype=np.float64)


def to_uint8(values):
    """Turn numbers into bytes: round, then clip to 0 … 255.

    Parameters
    ----------
    values : array_like
        Real numbers of any range. NaN has no byte.

    Returns
    -------
    ndarray of uint8
        The same shape. Halves go to the even neighbour, as `numpy.rint` rounds.

    Raises
    ------
    TypeError
        If `values` does not hold real numbers.
    ValueError
        If a value is NaN.

    Examples
    --------
    >>> to_uint8([-3.2, 0.5, 1.5, 132.22, 300])
    array([  0,   0,   2, 132, 255], dtype=uint8)
    """
    values = real_array(values, "values")
    missing = int(np.isnan(values).sum())
    if missing:
        raise ValueError(f"values must not be NaN; got {missing} NaN in shape {values.shape}")
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def ramp(shape, *, axis=1):
    """Make an image that grows by 1 from cell to cell along one axis: its slope is 1.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns.
    axis : {0, 1}, default 1
        0 grows downwards, 1 to the right.

    Returns
    -------
    ndarray of shape (H, W)
        Integers from 0.

    Raises
    ------
    TypeError
        If `shape` or `axis` is not made of integers.
    ValueError
        If `shape` has not two entries of at least 1, or `axis` is neither 0 nor 1.

    Examples
    --------
    >>> ramp((2, 4))
    array([[0, 1, 2, 3],
           [0, 1, 2, 3]])
    """
    return np.indices(_rows_and_columns(shape))[_axis(axis)]


def step(shape, *, axis=1, height=1, at=None):
    """Make an image with one sharp edge: 0 before it, `height` from it on.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns.
    axis : {0, 1}, default 1
        0 steps from row to row, which is a horizontal edge; 1 from column to column, a vertical
        edge.
    height : number, default 1
        The value after the edge.
    at : int, optional
        The first row or column that holds `height`; by default the middle one.

    Returns
    -------
    ndarray of shape (H, W)
        Integers if `height` is one, else float64.

    Raises
    ------
    TypeError
        If `shape`, `axis` or `at` is not made of integers, or `height` is no real number.
    ValueError
        If `shape` has not two entries of at least 1, `axis` is neither 0 nor 1, or `height` is an
        array.

    Examples
    --------
    >>> step((2, 4), height=9)
    array([[0, 0, 9, 9],
           [0, 0, 9, 9]])
    >>> step((2, 4), axis=0)
    array([[0, 0, 0, 0],
           [1, 1, 1, 1]])
    """
    shape, axis = _rows_and_columns(shape), _axis(axis)
    first = shape[axis] // 2 if at is None else as_integer(at, "at", minimum=0)
    height = real_array(height, "height")
    if height.ndim:
        raise ValueError(f"height must be one number; got an array of shape {height.shape}")
    height = height.astype(np.float64) if height.dtype.kind == "f" else height
    return np.where(ramp(shape, axis=axis) >= first, height, 0)


def _path(name):
    """Return the file behind a name."""
    if not isinstance(name, (str, Path)):
        raise TypeError(f"name must be a string or a path; got {type(name).__name__}")
    if name in NAMES:
        return resources.files("skimage.data") / f"{name}.{'jpg' if name == 'rocket' else 'png'}"
    path = Path(name).expanduser()
    if not path.is_file():
        raise FileNotFoundError(
            f"name {str(name)!r} is neither a file nor one of {listed(NAMES)}{nearest(name, NAMES)}"
        )
    return path


def _open(path):
    """Read an image file into 8-bit grey or 8-bit colour, the right way up."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    if not path.stat().st_size:
        raise ValueError(f"{path} is empty (0 bytes); an image file would do")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(path)
        with picture:
            _check_pixels(path, picture.size)
            return _eight_bit(ImageOps.exif_transpose(picture), path)
    except Image.DecompressionBombError:
        raise ValueError(f"{path} has more pixels than {_MEGAPIXELS} million, the limit") from None
    except UnidentifiedImageError:
        raise ValueError(f"{path} is no image that can be read; PNG or JPEG would do") from None
    except (OSError, SyntaxError) as error:
        raise ValueError(f"{path} is a damaged image: {error}") from None


def _check_pixels(path, size):
    """Refuse what would fill the memory, before it is decoded."""
    width, height = size
    if width * height > _MEGAPIXELS * 1_000_000:
        raise ValueError(
            f"{path} has {height} × {width} pixels, more than {_MEGAPIXELS} million; "
            "a smaller copy would do"
        )


def _eight_bit(picture, path):
    """Return a Pillow image in mode L (grey) or RGB; transparent parts become white."""
    from PIL import Image

    if picture.mode.startswith(("I", "F")):
        values = np.asarray(picture)  # older Pillows say I of 16 bits, too
        if picture.mode.startswith("F") or values.min() < 0 or values.max() > 65535:
            kind = "floats" if picture.mode.startswith("F") else "more than 16 bits"
            raise ValueError(f"{path} holds {kind}, whose white is unknown; 8 or 16 bits would do")
        return Image.fromarray(to_uint8(values / 257))
    if picture.has_transparency_data:
        grey = picture.mode == "LA"
        picture = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
        return picture.convert("L" if grey else "RGB")
    return picture.convert("L" if picture.mode in ("1", "L") else "RGB")


def _rows_and_columns(shape):
    """Return a shape with two axes."""
    if not is_sequence(shape):
        raise ValueError(f"shape must be (rows, columns); got {shape!r}")
    return per_axis(shape, "shape", axes=2)


def _axis(axis):
    """Return 0 or 1."""
    if as_integer(axis, "axis", minimum=0) > 1:
        raise ValueError(f"axis must be 0 (down) or 1 (to the right); got {axis}")
    return axis
