"""What chapter 2 shows: item, what it is, the section, and a text in one of its outputs."""

SHOWN = {
    6: (
        "four borders, side by side on one photograph",
        "What stands beyond the border",
        "Four rows, one for each border: zero, replicate, reflect, wrap.",
    ),
    9: ("the 38 numbers of the Laplacian's tables", "Stride", "[-543  167  -35  -72 -297]"),
    23: (
        "the size formula, proven against counting",
        "The size formula",
        "12450 settings, 0 wrong",
    ),
    24: (
        "224 against 227, all readings",
        "A plan that says 224",
        "224, 1 before, 2 after:  55.0  55",
    ),
    25: (
        "valid, half and full padding",
        "Three amounts of padding",
        "full   [32, 34, 36, 38]",
    ),
    26: (
        "coverage, and what layers make of it",
        "What the border costs",
        "1 8    10.5 %   32.4 %",
    ),
    27: ("SAME against VALID", "Who rounds, who refuses, who pads", "SAME   [3, 4, 4, 5, 5, 6]"),
    28: (
        "strides 2 to 5 on 13 cells",
        "Stride",
        "0 [0, 1, 2, 0] [6, 4, 3, 3]",
    ),
    30: (
        "how often common sizes can be halved",
        "Sizes that halve well",
        "224: 5 times\n227: 0 times\n229: 0 times",
    ),
}
