"""What chapter 4 shows of the items that the book promises, and where."""

SHOWN = {
    32: ("max pooling, sizes and strides", "Windows that overlap", "(4, 1): (4, 4)"),
    33: ("average pooling", "Mean, length, and one number for a map", "[1.75 3.75 3.5 ]"),
    34: ("L2 pooling", "Mean, length, and one number for a map", "'L2': 5.0"),
    35: ("depth-wise max pooling", "Across the channels", "best of four: True"),
    36: (
        "global average pooling",
        "Mean, length, and one number for a map",
        "25,088,000 or 512,000",
    ),
    37: ("LeNet-5's trainable pool", "Mean, length, and one number for a map", "[390. 410. 430.]"),
    38: ("pool or strided convolution", "Can a convolution do it?", "36,928"),
    52: ("max pooling backwards, both tie rules", "The way back", "[[[8. 0. 0.]]] [[[4. 0. 4.]]]"),
    89: ("max against mean when moved", "Does it notice a shift?", "camera 0.10 0.07 0.08"),
}
