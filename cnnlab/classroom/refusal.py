"""Keep nbgrader from running students' programs outside the sandbox."""

from nbconvert.exporters import NotebookExporter

SENTENCE = (
    "Nothing was run. Autograding here would run students' programs outside the sandbox, with all "
    "your rights. Grade in a terminal: python -m cnnlab.classroom grade NAME"
)


class Refusal(NotebookExporter):
    """What nbgrader's Autograde starts with, in a course's settings; it goes no further."""

    def __init__(self, *_args, parent=None, **_options):
        from nbgrader.converters.base import NbGraderException

        if parent is not None:
            parent.log.error(SENTENCE)
        raise NbGraderException(SENTENCE)
