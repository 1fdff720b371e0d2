"""Hand out exercises of the book, and grade what comes back: `python -m cnnlab.classroom`."""
