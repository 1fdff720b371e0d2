"""The widgets: each lives in a notebook, on a page without a kernel, and as a picture."""

from cnnlab.widgets.conv_stepper import ConvStepper
from cnnlab.widgets.kernel_playground import KernelPlayground
from cnnlab.widgets.pool_stepper import PoolStepper
from cnnlab.widgets.quiz import Quiz

__all__ = ["ConvStepper", "KernelPlayground", "PoolStepper", "Quiz"]
