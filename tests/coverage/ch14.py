"""What chapter 14 shows: item, what it is, the section, and a text in one of its outputs."""

SHOWN = {
    90: (
        "a detector of rectangles, made of edges by hand",
        "Edges make a rectangle",
        "best four: [14 16 16 30]",
    ),
    91: (
        "first-layer filters of two networks",
        "The filters they learned",
        "four rows of eight tiny pictures of 3 by 3 cells",
    ),
    92: (
        "saliency: the largest magnitude over the colours",
        "Which pixels would change the score",
        "(1, 3, 224, 224) (224, 224) True",
    ),
    93: (
        "the nine patches that excite a unit most, cut to its receptive field",
        "The patches a unit loves",
        "Two rows of nine patches",
    ),
    94: (
        "three rules for ReLU's way back, as a truth table",
        "Three rules for the way back",
        "plain      [ 3 -3  0  0]\ndeconvnet  [3 0 3 0]\nguided     [3 0 0 0]",
    ),
    95: (
        "climbing with a penalty, and a start that goes nowhere",
        "An image made to excite it",
        "accuracy > 0.98: True  any slope: False",
    ),
    99: (
        "a photograph found again from a layer's maps",
        "Back from the maps to the picture",
        "stem    correlation with the photograph: 0.9",
    ),
}
