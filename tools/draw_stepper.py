"""Draw the picture of the stepper that the README and the front page show."""

from pathlib import Path

from cnnlab.widgets import ConvStepper

TARGET = Path(__file__).parents[1] / "book/_static/stepper.svg"
IMAGE = [
    [20, 24, 11, 12, 16, 19],
    [19, 17, 20, 23, 15, 10],
    [21, 40, 25, 13, 14, 8],
    [9, 18, 8, 6, 7, 12],
    [31, 3, 3, 33, 11, 2],
    [4, 5, 22, 17, 8, 9],
]
KERNEL = [[1, 0, -1], [2, 0, -2], [1, 0, -1]]


def drawing() -> str:
    """Draw the stepper of chapter 1 at its sixth step.

    Returns
    -------
    str
        A whole SVG document.
    """
    return ConvStepper(IMAGE, KERNEL, position=5).svg() + "\n"


if __name__ == "__main__":
    TARGET.write_text(drawing(), encoding="utf-8")
