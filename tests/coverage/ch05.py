"""What chapter 5 shows: item, what it is, the section, and a text in one of its outputs."""

SHOWN = {
    17: (
        "im2col of a real layer, and what it costs",
        "im2col: spread the image instead",
        "(363, 3025) 1,098,075 7.1",
    ),
    18: (
        "the 4 × 9 matrix, forward and transposed",
        "The matrix C",
        "[[1 2 0 3 4 0 0 0 0]",
    ),
    21: ("a signal: valid, half and full", "Bands", "full  [ 6  7 13 19 32 18  7] True"),
    39: ("a filter as large as its input", "A fully connected layer", "(120, 400) 48000 48000"),
}
