"""A small PNG writer whose bytes are the same on every machine.

Compressors differ from one version to the next, and a notebook's stored outputs are compared
letter by letter. So nothing is compressed here: the page's own compression takes care of that.
"""

import base64
import struct
import zlib

import numpy as np

_BLOCK = 65535  # the most that one stored block can hold
_UP = 2  # each row is written as its difference from the row above, which packs better


def encode(image: np.ndarray) -> bytes:
    r"""Write a grey image, uint8 of shape (H, W), as a whole PNG file.

    Notes
    -----
    The chunks, the filter and the checksums are those of the PNG specification (W3C, third
    edition, sections 5, 9 and 10); the stored blocks those of RFC 1950 and RFC 1951.

    Examples
    --------
    >>> encode(np.array([[0, 255]], np.uint8))[:8]
    b'\x89PNG\r\n\x1a\n'
    """
    height, width = image.shape
    rows = np.full((height, 1 + width), _UP, np.uint8)
    rows[:, 1:] = np.diff(image, axis=0, prepend=np.zeros((1, width), np.uint8))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", _stored(rows.tobytes())), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def data_url(image: np.ndarray) -> str:
    """Write a grey image, uint8 of shape (H, W), as the address of an ``<img>``."""
    return "data:image/png;base64," + base64.b64encode(encode(image)).decode()


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _stored(data: bytes) -> bytes:
    """Wrap bytes as a zlib stream without compressing them."""
    blocks = [data[start : start + _BLOCK] for start in range(0, len(data), _BLOCK)]
    parts = [b"\x78\x01"]
    for number, block in enumerate(blocks, start=1):
        size = len(block)
        parts += [struct.pack("<BHH", number == len(blocks), size, size ^ 0xFFFF), block]
    return b"".join(parts) + struct.pack(">I", zlib.adler32(data))
