import io
import zlib

import numpy as np
import pytest
from PIL import Image

from cnnlab.widgets._shared.png import data_url, encode

pytestmark = pytest.mark.any_cpu


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (7, 1), (5, 3), (300, 400), (512, 512)])
def test_a_png_reader_finds_the_same_pixels(shape):
    image = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    with Image.open(io.BytesIO(encode(image))) as picture:
        assert picture.mode == "L"
        assert np.array_equal(np.asarray(picture), image)


def test_nothing_is_compressed():
    image = np.zeros((300, 400), np.uint8)
    size = 300 * 401  # a filter byte a row
    blocks = -(-size // 65535)
    header, stream_ends, chunks = 8 + 13, 2 + 4, 3 * 12
    assert len(encode(image)) == size + 5 * blocks + header + stream_ends + chunks


def test_checksums_are_those_of_the_data():
    data = encode(np.arange(6, dtype=np.uint8).reshape(2, 3))
    start = data.index(b"IDAT")
    size = int.from_bytes(data[start - 4 : start], "big")
    stream = data[start + 4 : start + 4 + size]
    assert zlib.decompress(stream) == bytes([2, 0, 1, 2, 2, 3, 3, 3])
    crc = int.from_bytes(data[start + 4 + size : start + 8 + size], "big")
    assert crc == zlib.crc32(b"IDAT" + stream)


def test_encoding_leaves_the_image_alone():
    image = np.arange(6, dtype=np.uint8).reshape(2, 3)
    image.setflags(write=False)
    assert data_url(image).startswith("data:image/png;base64,iVBORw0KGgo")
