"""What all tests share."""

import gc

import matplotlib as mpl

mpl.use("agg")  # no test opens a window


def pytest_collection_finish():
    """Let no search for garbage go through all tests and modules again: they stay to the end."""
    gc.freeze()
