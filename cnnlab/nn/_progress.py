"""A progress bar that is gone once it is done, and never part of a notebook's file."""

import sys
from contextlib import contextmanager


@contextmanager
def progress_bar(steps, wanted):
    """Show a bar while a block runs: in JupyterLab, or in a terminal.

    None is shown where nobody looks: in a program's log, or in a notebook that a program runs. In a
    notebook it leaves an empty output.
    """
    kernel = _kernel()
    if not wanted or (kernel and not getattr(kernel, "_allow_stdin", True)):
        yield _Nothing()
    elif kernel:
        from IPython.display import display
        from tqdm.auto import tqdm

        bar = tqdm(total=steps, leave=False, display=False)
        shown = display(bar.container, display_id=True)
        try:
            yield bar
        finally:
            bar.close()
            shown.update({"text/plain": ""}, raw=True)
    else:
        from tqdm import tqdm

        with tqdm(total=steps, leave=False, disable=None) as bar:
            yield bar


def _kernel():
    """Return the kernel that runs this, or None outside of a notebook."""
    if "IPython" not in sys.modules:
        return None
    from IPython import get_ipython

    return getattr(get_ipython(), "kernel", None)


class _Nothing:
    """A bar that does not show."""

    def update(self):
        pass

    def set_postfix_str(self, text, refresh=True):
        pass
