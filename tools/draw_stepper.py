"""Draw the picture of the stepper that the README shows."""

from pathlib import Path

from cnnlab.widgets import ConvStepper

TARGET = Path(__file__).parents[1] / "book/_static/stepper.svg"
IMAGE = [
    [1, 2, 1, 1, 2, 1, 2],
    [2, 1, 6, 8, 2, 1, 1],
    [1, 7, 9, 8, 9, 3, 2],
    [2, 8, 9, 7, 8, 4, 1],
    [1, 2, 8, 9, 3, 2, 1],
    [3, 1, 2, 1, 2, 1, 2],
]


def drawing() -> str:
    """Draw the stepper of chapter 1 at its sixth step.

    Returns
    -------
    str
        A whole SVG document.
    """
    return ConvStepper(IMAGE, "sobel_x", position=5).svg() + "\n"


if __name__ == "__main__":
    TARGET.write_text(drawing(), encoding="utf-8")
