"""Run notebooks from top to bottom on fresh kernels and store their outputs.

    python tools/execute_notebooks.py [NOTEBOOK ...]        (default: every notebook of the book)

What is stored depends on the cells alone, so that a second run changes nothing: no times, no
version of the kernel, and for a widget its static form, without the name of a model that died.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).resolve().parent.parent
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
SECONDS_PER_CELL = 120


def execute(notebook: nbformat.NotebookNode, folder: Path) -> None:
    """Run every cell in order on a fresh kernel; outputs are stored in the notebook.

    Parameters
    ----------
    notebook : NotebookNode
        Changed in place.
    folder : Path
        Where the kernel starts.
    """
    options = {"kernel_name": KERNEL["name"], "timeout": SECONDS_PER_CELL, "coalesce_streams": True}
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, resources=resources, store_widget_state=False, **options).execute()


def tidy(notebook: nbformat.NotebookNode) -> None:
    """Remove what differs from run to run.

    Parameters
    ----------
    notebook : NotebookNode
        Changed in place.
    """
    notebook.metadata.pop("widgets", None)
    notebook.metadata["kernelspec"] = dict(KERNEL)
    notebook.metadata.get("language_info", {}).pop("version", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text/html" in data:
                data.pop(WIDGET_VIEW, None)


def store(path: Path) -> None:
    """Run one notebook and write it back.

    Parameters
    ----------
    path : Path
        A notebook file.
    """
    notebook = nbformat.read(path, as_version=4)
    execute(notebook, path.parent)
    tidy(notebook)
    text = nbformat.writes(notebook, version=4, indent=1, ensure_ascii=False)
    path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")


def main(names: list[str]) -> int:
    """Run the named notebooks, or all of them."""
    paths = [Path(name) for name in names] or sorted(ROOT.glob("notebooks/*.ipynb"))
    for path in paths:
        try:
            store(path)
        except CellExecutionError as error:
            print(f"{path}: a cell failed, the file is unchanged\n{error}", file=sys.stderr)
            return 1
        print(f"{path}: outputs stored")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
