"""Draw the picture of the stepper that the README shows."""

from pathlib import Path

from cnnlab.widgets import ConvStepper, site

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
    stepper = ConvStepper(IMAGE, "sobel_x", position=5)
    looks = site.stylesheet().split("/* ---- the sum ---- */")[0]
    size = "width='760' height='312'"
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' {size}><foreignObject {size}>"
        f"<div xmlns='http://www.w3.org/1999/xhtml'><style>{looks}</style>\n{stepper.picture()}</div>"
        "</foreignObject></svg>\n"
    )


if __name__ == "__main__":
    TARGET.write_text(drawing(), encoding="utf-8")
