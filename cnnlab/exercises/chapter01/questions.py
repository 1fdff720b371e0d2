"""The quiz of chapter 1. Every option, the wrong ones too, says why."""

QUESTIONS = [
    {
        "ask": "An image has 10 rows and 14 columns, the kernel 3 rows and 5 columns. "
        "There is no padding. What is the shape of the output?",
        "options": [
            {
                "text": "(7, 9)",
                "right": False,
                "why": "One too few on each axis: there are H − K_h + 1 places, not H − K_h. "
                "The last window still fits.",
            },
            {
                "text": "(8, 10)",
                "right": True,
                "why": "10 − 3 + 1 = 8 rows and 14 − 5 + 1 = 10 columns.",
            },
            {
                "text": "(10, 8)",
                "right": False,
                "why": "The right numbers, but rows and columns have changed places.",
            },
            {
                "text": "(10, 14)",
                "right": False,
                "why": "That is the size of the image. Only padding keeps it, here 1 row and "
                "2 columns on each side.",
            },
        ],
    },
    {
        "ask": "You slide a kernel over an impulse, an image with a single 1, and see the kernel "
        "itself in the output, the right way round. What did you compute?",
        "options": [
            {
                "text": "Cross-correlation",
                "right": False,
                "why": "Cross-correlation shows the kernel turned by half a turn: the window meets "
                "the 1 with its lower right corner first.",
            },
            {
                "text": "Convolution, with the flip",
                "right": True,
                "why": "The flip undoes the half turn.",
            },
            {
                "text": "Either: both show the kernel",
                "right": False,
                "why": "Only if the kernel looks the same after half a turn, as a box blur does. "
                "For others the two differ.",
            },
        ],
    },
    {
        "ask": "The entries of a kernel add up to 0. What does it make of a sky that is evenly "
        "bright?",
        "options": [
            {
                "text": "Black: 0 everywhere",
                "right": True,
                "why": "Each product is the brightness times an entry, so the sum is the "
                "brightness times 0.",
            },
            {
                "text": "The same sky, as bright as before",
                "right": False,
                "why": "That is what a kernel with the sum 1 does.",
            },
            {
                "text": "It depends on how bright the sky is",
                "right": False,
                "why": "The brightness is multiplied by the sum of the entries, and any brightness "
                "times 0 is 0.",
            },
        ],
    },
    {
        "ask": "One pixel of a large image changes by 10. You slide a 3 × 3 kernel over the image, "
        "stride 1. How many outputs can change, and by how much?",
        "options": [
            {
                "text": "One output, by 10",
                "right": False,
                "why": "The pixel lies in more than one window, and in each it is multiplied by "
                "the weight on it.",
            },
            {
                "text": "Nine outputs, each by 10",
                "right": False,
                "why": "Nine windows contain the pixel, but in each it may lie under "
                "another weight.",
            },
            {
                "text": "Up to nine outputs, each by 10 times the weight that lay on the pixel",
                "right": True,
                "why": "Nine windows, nine weights. A weight of 0 changes nothing, and at the rim "
                "fewer windows contain the pixel: that is why it says “up to”.",
            },
            {
                "text": "All of them, by a little",
                "right": False,
                "why": "A window that does not contain the pixel does not know of it.",
            },
        ],
    },
    {
        "ask": '`photo` is a `uint8` image and `kernel` is `kernels.named("sobel_x")`. Which line '
        "makes a picture in which brightness that falls to the right is black, and nothing "
        "wraps around?",
        "options": [
            {
                "text": "`cross_correlate2d(photo, kernel).astype(np.uint8)`",
                "right": False,
                "why": "Without clipping, −3 becomes 253: a small negative number turns almost "
                "white.",
            },
            {
                "text": "`images.to_uint8(cross_correlate2d(photo, kernel))`",
                "right": True,
                "why": "Computed in `float64`, then rounded, clipped to 0 … 255, and only then "
                "made into bytes.",
            },
            {
                "text": "`cross_correlate2d(images.to_uint8(photo), kernel)`",
                "right": False,
                "why": "The photo is in bytes already; the result is what needs the clipping.",
            },
            {
                "text": "`abs(cross_correlate2d(photo, kernel))`",
                "right": False,
                "why": "The absolute value makes falling brightness as bright as growing "
                "brightness, and numbers above 255 are still there.",
            },
        ],
    },
]
