"""What a notebook that has been run shows of tests that were tampered with.

A student's code runs in the kernel of the tests, and can change what they do there. The rules of
this module look at the outputs that came, from outside: what no honest run can give is told.
"""

import ast
import contextlib
import re
from collections import defaultdict

from cnnlab.classroom.course import printable
from cnnlab.classroom.restore import grade_id, is_locked

ANSWERS = re.compile(r"cnnlab\.exercises(\.\w| +import +(?!\(?(check|quiz)\b))")
PUBLIC = {"check", "quiz"}  # of cnnlab.exercises
JUDGED = re.compile(r'judge\(find\("(E\d+\.\d+)"\).*^display\(_report\)$', re.MULTILINE | re.DOTALL)
MOST = 3  # replaced things that are told


def evidence(notebook):
    """List what was done to the tests, as far as a notebook that has been run shows it.

    Parameters
    ----------
    notebook : NotebookNode
        With all outputs, and nbgrader's metadata.

    Returns
    -------
    list of str
        Sentences.
    """
    replaced = dict.fromkeys(
        printable(" ".join(output.evalue.removeprefix("canary:").split()))
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if output.output_type == "error" and output.evalue.startswith("canary:")
    )
    said = [f"What the tests rely on was replaced: {what}." for what in [*replaced][:MOST]]
    said += [sentence for cell in notebook.cells for sentence in _of_test(cell)]
    written = [cell for cell in notebook.cells if cell.cell_type == "code" and not is_locked(cell)]
    if reaches(cell.source for cell in written):
        said.append("A cell reaches for the book's own answers, in cnnlab.exercises.")
    return said


def _of_test(cell):
    """Say what a test's outputs are that it does not give by itself."""
    from nbgrader.utils import determine_grade, is_grade

    if cell.cell_type != "code" or not is_grade(cell) or not is_locked(cell):
        return []
    name, kinds = grade_id(cell), [output.output_type for output in cell.outputs]
    points, _ = determine_grade(cell)
    said = []
    if "execute_result" in kinds and not _ends_in_value(cell.source):
        said.append(f"The test {name} shows a value, and it gives none.")
    if points and "error" in kinds:
        said.append(f"The test {name} failed, and has points all the same.")
    if points and (judged := JUDGED.search(cell.source)):
        passed = f"✓ {judged[1]}: passed"
        reports = [
            output
            for output in cell.outputs
            if output.output_type == "display_data"
            and str(output.data.get("text/plain", "")).startswith(passed)
        ]
        if len(reports) != 1:
            said.append(f"The test {name} has points, and the book's check did not say so.")
    return said


def _ends_in_value(source):
    """Whether a cell may show a value: a teacher's own test can give a part of the points so."""
    try:
        last = ast.parse(source).body[-1:]
    except SyntaxError:  # with a command of IPython's in it
        return True
    return any(isinstance(statement, ast.Expr) for statement in last)


# ---- the book's answers ----


def reaches(sources):
    """Whether cells take from `cnnlab.exercises` more than the check and the quizzes.

    Parameters
    ----------
    sources : iterable of str
        The cells' code. What one imports, another may use.

    Returns
    -------
    bool
    """
    sources = [*sources]
    if any(ANSWERS.search(source) for source in sources):
        return True
    nodes = [node for source in sources for tree in _trees(source) for node in ast.walk(tree)]
    paths, meant = set(), defaultdict(set)  # by name, the paths that it may stand for
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                paths.add(alias.name)
                meant[alias.asname or alias.name.split(".")[0]].add(
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                paths.add(f"{node.module}.{alias.name}")
                meant[alias.asname or alias.name].add(f"{node.module}.{alias.name}")
    for node in nodes:
        parts = []
        while isinstance(node, ast.Attribute):
            parts.insert(0, node.attr)
            node = node.value
        if parts and isinstance(node, ast.Name):
            paths |= {".".join([path, *parts]) for path in meant.get(node.id, ())}
    inner = [path.split(".")[2] for path in paths if path.startswith("cnnlab.exercises.")]
    return not PUBLIC.issuperset(inner)


def _trees(source):
    """Parse a cell; where it is not Python alone, those of its lines that are."""
    for parts in ([source], source.splitlines()):
        trees = []
        for part in parts:
            with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
                trees.append(ast.parse(part.strip()))
        if trees:
            break
    return trees
