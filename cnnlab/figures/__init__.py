"""Figures: each takes the axes to draw on, and returns them. Rows go down, as in arrays.

They have no ground of their own, so that a page shows through, light or dark. What is written
brings its ground along: no single ink reads well on white and on black.
"""

from cnnlab.figures.activations import slopes, way_back
from cnnlab.figures.borders import borders
from cnnlab.figures.comparisons import difference_rows, run_dots
from cnnlab.figures.filters import curves, filter_table
from cnnlab.figures.gradients import kernel_row, rows_and_columns
from cnnlab.figures.grids import kernel_grids, number_grid, patch
from cnnlab.figures.inspection import contact_sheet, looked_at, looked_at_twice
from cnnlab.figures.invariance import place_maps, spread_curves
from cnnlab.figures.matrices import bands, layer_blocks
from cnnlab.figures.pictures import gallery, show_image, show_signed
from cnnlab.figures.pooling import pooled_and_back
from cnnlab.figures.training import every_run, map_rows

__all__ = [
    "show_image",
    "show_signed",
    "number_grid",
    "gallery",
    "patch",
    "kernel_grids",
    "borders",
    "filter_table",
    "curves",
    "bands",
    "layer_blocks",
    "pooled_and_back",
    "rows_and_columns",
    "kernel_row",
    "every_run",
    "run_dots",
    "difference_rows",
    "map_rows",
    "slopes",
    "way_back",
    "place_maps",
    "spread_curves",
    "looked_at",
    "looked_at_twice",
    "contact_sheet",
]
