"""Three assignments that are ready to hand out, each with a question that you mark yourself."""

from typing import NamedTuple

POINTS = 4  # of an exercise, unless said otherwise


class Written(NamedTuple):
    """A question that is answered in words, and how to mark the answer."""

    question: str
    answer: str
    rubric: tuple[tuple[int, str], ...]  # points, and what they are for

    @property
    def points(self) -> int:
        """What a full answer gets."""
        return sum(points for points, _ in self.rubric)


class Assignment(NamedTuple):
    """A title, the exercises with their points, and perhaps a written question."""

    title: str
    exercises: dict[str, int]
    written: Written | None = None


READY = {
    "convolution": Assignment(
        "Convolution, by hand and in code",
        dict.fromkeys(["E1.1", "E1.3", "E1.4", "E2.5"], POINTS),
        Written(
            "Two students filter the same photograph. One uses cross-correlation, the other "
            "convolution. With a kernel of nine equal entries they get the same picture. With the "
            "kernel of one row, −1 0 1, each has bright lines where the other has dark ones. "
            "Explain both, and say how the two can get the same picture from any kernel. Four or "
            "five sentences will do.",
            "Convolution turns the kernel by half a turn before it slides; cross-correlation does "
            "not. Nine equal entries look the same after half a turn, so nothing changes. The row "
            "−1 0 1 becomes 1 0 −1, which is the old one times −1, and so is every sum. If one of "
            "the two turns the kernel first, `kernel[::-1, ::-1]`, they agree for every kernel.",
            (
                (2, "Convolution flips the kernel along both axes, cross-correlation does not."),
                (1, "A kernel of equal entries is the same after the flip."),
                (
                    2,
                    "The row −1 0 1 changes its sign when it is flipped, and so does each output: "
                    "that is why bright and dark change places. Give one point for the flipped "
                    "row alone.",
                ),
                (1, "One of the two flips the kernel first, or both use one operation."),
            ),
        ),
    ),
    "pooling": Assignment(
        "Pooling, and the way back",
        dict.fromkeys(["E4.1", "E4.2", "E4.7", "E6.1", "E6.3"], POINTS),
        Written(
            "Max pooling with windows of 2 × 2 and a stride of 1 has gone over an image. One cell "
            "won two windows, its neighbour won none. Which gradient does each of the two get, and "
            "why? A classmate concludes: “So the network learns nothing from the neighbour.” Is "
            "that right? Four or five sentences will do.",
            "The winner gets the sum of the gradients of its two outputs: if it grows a little, "
            "both outputs grow with it, and the loss changes through both. The neighbour gets 0: "
            "while it stays smaller than the winners, it can change a little, and no output does. "
            "For this image and these weights the pool passes nothing back to it, so the classmate "
            "is right about this one step. But kernels share their weights among all places, and "
            "in another image, or after an update, the neighbour may win.",
            (
                (2, "The winner gets the sum of both gradients; one point without a reason."),
                (2, "The neighbour gets 0, since a small change of it changes no output."),
                (1, "The classmate is right for this image and this step only."),
                (1, "A reason: shared weights, another image, or other winners after an update."),
            ),
        ),
    ),
    "matrices": Assignment(
        "The matrix form, and a gradient check",
        dict.fromkeys(["E5.1", "E5.2", "E6.2", "E6.7"], POINTS),
        Written(
            "In E6.7 a step of 1 gives the slopes without an error. Why? With another loss, say "
            "one with cubes in it, you try steps of 0.1, of 0.00001 and of 0.0000000000001. The "
            "one in the middle is by far the best. What goes wrong with the large step, and what "
            "with the tiny one? And if your gradient agrees with the nudged one, what has that "
            "shown? Five or six sentences will do.",
            "The loss of E6.7 is a parabola along each entry, and for a parabola the difference of "
            "two points, equally far on both sides, gives the slope in the middle. With cubes an "
            "error is left that grows as the square of the step, so 0.1 is too large. With the "
            "tiny step the two losses agree in almost all of their sixteen digits. What is left "
            "after the subtraction is mostly rounding, and it is divided by a tiny number. That "
            "the two agree shows that the gradient is right at this point, as far as the digits "
            "go. It does not show that the loss is the right one, nor that it holds elsewhere.",
            (
                (1, "In E6.7 the loss is a parabola along each entry."),
                (
                    2,
                    "The large step: what the formula leaves out grows as the square of the step.",
                ),
                (
                    2,
                    "The tiny step: two nearly equal numbers are subtracted, and rounding remains.",
                ),
                (1, "It has been shown at one point, up to a tolerance, and for this loss."),
            ),
        ),
    ),
}
