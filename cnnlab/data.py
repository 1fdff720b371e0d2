"""Data sets that need no network: those of `cnnlab.nn.data`, under a shorter name.

Examples
--------
>>> from cnnlab import data
>>> data.digits()
Dataset(1,797 images of 1×8×8, 10 classes)
"""

from cnnlab.nn.data import SHAPES, Dataset, digits, mnist, shapes

__all__ = ["Dataset", "digits", "mnist", "shapes", "SHAPES"]
