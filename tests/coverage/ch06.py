"""What chapter 6 shows: item, what it is, the section, and a text in one of its outputs."""

SHOWN = {
    19: (
        "dilation: zeros inside the kernel, its span, and the way back",
        "Stride and dilation change places",
        "spans (5, 5) forwards True",
    ),
    20: ("the transposed convolution as a layer", "A layer that goes backwards", "ConvStepper"),
    47: (
        "the loop for each cell, held to nudging",
        "Every output hands back its share",
        "largest difference: 0.0",
    ),
    48: ("shared weights: the sum over their copies", "What the weights learn", "12 copies"),
    49: ("the flipped kernel, for every padding", "Slide it back, flipped", "5 4 0 True"),
    50: ("filters and channels swapped", "Many filters", "(20, 3, 3, 3) -> (3, 20, 3, 3)\nTrue"),
    51: (
        "the gradient of the weights, which does not flip",
        "Flipped, or not?",
        "no flip: agrees with the nudges",
    ),
    52: (
        "back through a max pool whose windows overlap",
        "Back through a pool",
        "[[0 0 0 2 0 0]\n [0 4 0 0 2 0]",
    ),
    97: ("unpooling by switches: three quarters are zeros", "Back through a pool", "zeros: 75%"),
    98: (
        "a decoder is the backward pass",
        "A decoder",
        "decoder = backward pass: True",
    ),
}
