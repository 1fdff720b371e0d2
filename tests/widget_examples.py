"""One widget of each kind: what the example in the docstring of its class makes."""

import doctest
import inspect

from cnnlab import widgets

WIDGETS = [getattr(widgets, name) for name in widgets.__all__]


def example(kind):
    """Run the docstring's example, and return the first widget of the kind as it is in the end."""
    names = {name: getattr(widgets, name) for name in widgets.__all__}
    for line in doctest.DocTestParser().get_examples(inspect.getdoc(kind)):
        exec(line.source, names)
    found = [value for value in names.values() if isinstance(value, kind)]
    assert found, f"the docstring of {kind.__name__} has no example that makes one"
    return found[0]
