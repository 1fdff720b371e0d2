"""What chapter 8 shows: item, what it is, the section, and a text in one of its outputs."""

SHOWN = {
    53: (
        "momentum, weight decay and schedules, in equally many steps",
        "How to take a step",
        "momentum and decay, rate 0.03",
    ),
    56: ("CS231n's small network for CIFAR-10", "A perceptron first", "12×16×16"),
    57: ("a perceptron as a baseline, and what it costs", "A perceptron first", "150,528"),
    74: ("an ensemble of five networks", "Ask more than once", "five networks, one view, %"),
    79: (
        "augmentation, and a mirror image that hurts",
        "More digits out of those you have",
        "mirror images",
    ),
    80: ("colours moved along principal components", "Colours", "eigenvalues: [0.00"),
    81: ("a 6 turned is a 9", "A 6, turned, is a 9", "turned 6, taken for a 9"),
    82: ("means over views", "Ask more than once", "one network, five views, %"),
    91: ("first filters and maps", "What has it learned?", "six filters of 5 by 5"),
}
