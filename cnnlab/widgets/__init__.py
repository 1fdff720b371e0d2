"""The widgets: each lives in a notebook, on a page without a kernel, and as a picture."""

from cnnlab.widgets.conv_stepper import ConvStepper

__all__ = ["ConvStepper"]
