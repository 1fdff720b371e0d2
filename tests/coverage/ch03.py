"""What chapter 3 shows: item, what it is, the section, and a text in one of its outputs."""

SHOWN = {
    10: ("weights of filters of any depth", "A filter spans the depth", "(94, 3, 3) 846"),
    11: ("a depth column, and a slice", "Colour is a third axis", "[ 12 112]\n[[100 101 102 103]"),
    12: (
        "a bias for each filter, and the constant one",
        "A bias for each filter",
        "(1, 1) 0 of 48 differ\n(0, 0) 18 of 48 differ",
    ),
    13: (
        "a shift, exactly, and what a stride makes of it",
        "A shift stays a shift",
        "stride 1, moved by 1: 0\nstride 2, moved by 1: 25",
    ),
    14: (
        "all to all, local and shared",
        "Shared, or each place its own",
        "local             105,705,600\nshared                 34,944",
    ),
    15: (
        "each place its own weights, on centred digits and on moved ones",
        "When sharing is wrong",
        "centred: shared, local [2.56, 2.28]",
    ),
    16: ("1 × 1, and what it saves", "One by one", "590080 65792\n70016"),
    29: ("receptive fields, by nudges and for VGG", "How far a unit sees", "5 pools: 212 cells"),
    31: (
        "five activations and their slopes",
        "A bend behind each layer",
        "sigmoid    [0.    0.105 0.105 0.   ]",
    ),
    46: (
        "ReLU keeps the shape",
        "A bend behind each layer",
        "(1, 2, 148, 198) (1, 2, 148, 198)",
    ),
}
