"""The stepper's sentences."""

from cnnlab.widgets._shared.products import Cell, total
from cnnlab.widgets.conv_stepper.numbers import gather_sentence, scatter_sentence


def cells(*pairs, channel=0):
    return [Cell(channel, 0, k, float(v), float(w), True) for k, (v, w) in enumerate(pairs)]


def test_a_sum_reads_row_by_row():
    said = gather_sentence((0, 2, 3), cells((1, 1), (2, 0), (3, 0), (4, -1)))
    assert said == "Row 2, column 3: 1·1 + 2·0 + 3·0 + 4·(−1) = −3."


def test_channels_are_summed_one_by_one():
    both = [*cells((1, 2), (3, 4)), *cells((5, -1), channel=1)]
    said = gather_sentence((1, 0, 2), both, name="Filter")
    assert said == (
        "Filter 1, row 0, column 2: channel 0 gives 14, channel 1 gives −5; together 9."
    )


def test_a_gradient_says_where_it_goes():
    said = scatter_sentence((0, 1, 0), cells((3, 2), (3, -1)))
    assert said == (
        "Row 1, column 0: the gradient 3 adds 3·2 = 6 to row 0, column 0; "
        "3·(−1) = −3 to row 0, column 1."
    )


def test_what_falls_into_the_padding_is_counted():
    lost = Cell(0, -1, 0, 3.0, 2.0, False)
    assert scatter_sentence((0, 0, 0), [lost, *cells((3, 1))]) == (
        "Row 0, column 0: the gradient 3 adds 3·1 = 3 to row 0, column 0. "
        "1 of 2 products fall into the padding."
    )
    assert "adds nothing. 1 of 1" in scatter_sentence((0, 0, 0), [lost])


def test_total_of_no_cells_is_zero():
    assert total([]) == 0
