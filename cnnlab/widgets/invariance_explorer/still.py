"""A digit and three answers, where no script runs: a picture, and a table of the chances."""

from html import escape

import numpy as np

from cnnlab.widgets._shared.still import panel, picture_url

TITLES = ("Perceptron", "Flattens", "Pools globally")


def panels(image: np.ndarray, label: int, change: str, answers: list) -> list[str]:
    """Write the picture, and what each network gives for each digit, in per cent."""
    grey = np.rint(255 * image).astype(np.uint8)
    shown = (
        f'<img class="cnnlab-invariance-still" src="{picture_url(grey)}" '
        f'alt="{escape(f"A {label}, {change}.")}">'
    )
    head = "".join(f"<th>{digit}</th>" for digit in range(10))
    lines = "".join(
        f"<tr><th>{title}</th>{''.join(_cells(answer))}</tr>"
        for title, answer in zip(TITLES, answers, strict=True)
    )
    table = (
        '<table class="cnnlab-table cnnlab-invariance-table">'
        f"<tr><th>taken for</th>{head}</tr>{lines}</table>"
    )
    return [panel("The picture", shown), panel("Chances, in per cent", table)]


def _cells(answer):
    for digit, chance in enumerate(answer.chances):
        percent = round(100 * chance)
        yield f"<td>{f'<b>{percent}</b>' if digit == answer.best else percent}</td>"
