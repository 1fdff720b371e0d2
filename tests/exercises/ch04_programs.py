"""Programs for chapter 4's exercises; ``ch01_programs.py`` says in which form."""

import numpy as np

RIGHT = {
    "E4.1": """
image + 1.0 * image
[[2 * float(entry) for entry in row] for row in image]
""",
}

WRONG = {
    "E4.1": """
unchanged: np.array(image, float)
bytes: image + image
""",
}
