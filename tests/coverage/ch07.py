"""What chapter 7 shows: item, what it is, the section, and a text in one of its outputs."""

SHOWN = {
    31: (
        "activations, their slopes, and which of them start",
        "Why some networks are slow to start",
        "sigmoid, He, rate 0.03       10.1 ± 0.3 %",
    ),
    39: ("C5 of LeNet-5, both ways", "A dense layer is a convolution", "(2, 120) (2, 120, 1, 1)"),
    40: (
        "three losses and their gradients",
        "Three losses",
        "hinge           2.000  [ 1. -1.  0.]",
    ),
    41: ("RBF units and their prototypes", "Two old layers of LeNet-5", "[[-160 -172 -168"),
    42: (
        "batch normalisation: learning, finished, checked",
        "Keep the numbers in range",
        "training False\nfinished True",
    ),
    44: ("inverted dropout", "Leave some out", "[2 2 0 2 0 2 2 0 2 0 0 0]"),
    45: (
        "local response normalisation in four conventions",
        "Let neighbours compete",
        "tensorflow  [0.132 0.512 0.256",
    ),
    46: ("an activation keeps the shape", "Activations", "figure"),
}
