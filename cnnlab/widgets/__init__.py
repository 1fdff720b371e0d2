"""The widgets: each lives in a notebook, on a page without a kernel, and as a picture."""

from cnnlab.widgets.conv_stepper import ConvStepper
from cnnlab.widgets.kernel_playground import KernelPlayground
from cnnlab.widgets.pool_stepper import PoolStepper
from cnnlab.widgets.quiz import Quiz
from cnnlab.widgets.receptive_field import ReceptiveField
from cnnlab.widgets.size_explorer import SizeExplorer

__all__ = [
    "ConvStepper",
    "KernelPlayground",
    "PoolStepper",
    "Quiz",
    "ReceptiveField",
    "SizeExplorer",
]
