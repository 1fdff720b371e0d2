"""The digits that a page learns from: MNIST's, in two bits a pixel, packed into a script.

They are packed by an adaptive binary range coder (Martin 1979; the carry as in LZMA), in whole
numbers, and ``digits.js`` unpacks them. Their labels take turns, so that none is stored.
"""

import base64
import functools

import numpy as np

LEARNED, HELD_OUT = 2000, 500
LEVELS = 3  # a pixel is 0, 1, 2 or 3 thirds of white
BITS = ((0,), (1, 0, 0), (1, 0, 1), (1, 1))  # how each is asked for: is it 0? is it 3? is it 2?
ONE, SHIFT = 4096, 5  # a probability of 1, and how slowly probabilities follow what comes
SCRIPT = "cnnlab-digits.js"


@functools.cache
def levels() -> np.ndarray:
    """Return the digits, those to learn from and then those held out: uint8, (N, 28, 28).

    The labels are 0, 1, … 9, 0, 1, … A ModuleNotFoundError says what to install for them.
    """
    from cnnlab import data

    found = data.mnist()
    each = (LEARNED + HELD_OUT) // 10
    places = [np.flatnonzero(found.labels == label)[:each] for label in range(10)]
    chosen = found.images[np.stack(places, axis=1).ravel(), 0]
    return np.rint(chosen * LEVELS).astype(np.uint8)


def pack(digits: np.ndarray) -> bytes:
    """Pack pixels of 0 … 3, uint8 of shape (N, H, W).

    Each bit's probability is learned on the way, for each set of the four neighbours that are known
    by then: left, above, and above to the left and right.
    """
    padded = np.pad(digits, ((0, 0), (1, 0), (1, 1))).astype(int)
    left, above = padded[:, 1:, :-2], padded[:, :-1]
    around = left + 4 * above[..., :-2] + 16 * above[..., 1:-1] + 64 * above[..., 2:]
    chances = [ONE // 2] * (4 * 256)  # of a 0
    low, width, out = 0, 0xFFFFFFFF, bytearray()
    for context, pixel in zip((4 * around).ravel().tolist(), digits.ravel().tolist(), strict=True):
        for place, bit in enumerate(BITS[pixel], context):
            share = (width >> 12) * chances[place]
            if bit:
                low, width = low + share, width - share
                chances[place] -= chances[place] >> SHIFT
            else:
                width = share
                chances[place] += ONE - chances[place] >> SHIFT
            while width < 1 << 24:
                low = _put(out, low)
                width <<= 8
    for _ in range(4):
        low = _put(out, low)
    return bytes(out)


def _put(out, low):
    """Write the highest of the four bytes of `low`; what is above them goes into those before."""
    if low >> 32:
        place = len(out) - 1
        while out[place] == 255:
            out[place] = 0
            place -= 1
        out[place] += 1
    out.append(low >> 24 & 255)
    return low << 8 & 0xFFFFFFFF


@functools.cache
def script() -> str:
    """Write the script that brings the digits to a page, over http or from a folder."""
    text = base64.b64encode(pack(levels())).decode()
    return f'globalThis.cnnlabDigits = "{text}";\n'
