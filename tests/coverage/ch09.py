"""What chapter 9 shows: item, what it is, the section, and a text in one of its outputs."""

SHOWN = {
    13: (
        "moves through layers with strides, in whole numbers",
        "Carried along, or not noticed",
        "Conv2d(1 → 8, 3×3, padding 1)   [0, 0, 0, 0]",
    ),
    86: ("a perceptron on moved digits", "Three networks", "perceptron      below 0.2: True"),
    87: (
        "flattening and pooling globally: the same maps, moved",
        "Where the place is lost",
        "flattens  [200, 200, 200]\nmaximum   [200, 0, 200]",
    ),
    88: (
        "digits turned and zoomed, with examples or not",
        "Turn it",
        "over turns from 0 to 180 degrees",
    ),
}
