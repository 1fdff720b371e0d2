"""The widgets: each lives in a notebook, on a page without a kernel, and as a picture.

Every trait can be set from Python and is drawn at once; what the reader does arrives in the same
traits. A value that can't be used raises a TraitError: it names the trait, what came, and what
would do.

How a number gets to the page: only traits travel, to a notebook through Jupyter, to a page without
a kernel as JSON in ``data-traits`` (``LabWidget.static_html``). All else is computed from them, and
twice: by ``numbers.py`` for Python and for the picture (``still.py``), by ``numbers.js`` for what
is alive (``view.js``). They are twins: ``tests/test_parity_*.py`` hold them to the same cases.
``site.py`` writes the one script that brings the book's pages to life.
"""

from cnnlab.widgets.conv_stepper import ConvStepper
from cnnlab.widgets.invariance_explorer import InvarianceExplorer
from cnnlab.widgets.kernel_playground import KernelPlayground
from cnnlab.widgets.network_viewer import NetworkViewer
from cnnlab.widgets.pool_stepper import PoolStepper
from cnnlab.widgets.quiz import Quiz
from cnnlab.widgets.receptive_field import ReceptiveField
from cnnlab.widgets.size_explorer import SizeExplorer
from cnnlab.widgets.training_lab import TrainingLab

__all__ = [
    "ConvStepper",
    "InvarianceExplorer",
    "KernelPlayground",
    "NetworkViewer",
    "PoolStepper",
    "Quiz",
    "ReceptiveField",
    "SizeExplorer",
    "TrainingLab",
]
