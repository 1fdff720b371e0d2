"""What chapter 10 shows: item, what it is, the section, and a text in one of its outputs."""

SHOWN = {
    42: (
        "running averages that are not ready yet",
        "In use",
        "with the batch's own numbers: 51%",
    ),
    43: (
        "batch normalisation before and after the activation, at four rates",
        "Each at its own best rate",
        "with ten dots for each of three networks at each rate",
    ),
    44: (
        "dropout in four places, with 500 and with 4,000 digits",
        "Where does dropout stand?",
        "Dropout(0.5)",
    ),
    45: (
        "what local response normalisation divides by, on two scales",
        "Let neighbours compete, tried",
        "0 to 1  : by 1.68 to 1.68",
    ),
}
