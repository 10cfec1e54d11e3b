"""Execute the book's notebooks in place, each from a fresh kernel, or fail and leave them as they were.

    python tools/notebooks.py           all
    python tools/notebooks.py 1.2 3     lesson 1.2 and all of chapter 3

An unchanged notebook stays byte-identical: no timestamps, no version of the machine's Python, stable ids.
"""

import functools
import os
import re
import sys
import tempfile
import time
from importlib.metadata import version

from lessons import BOOK, Unknown, notebooks

try:
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
except ModuleNotFoundError as error:
    sys.exit(
        f"The package {error.name} is missing, so the environment is not (fully) installed. "
        "Run `make notebooks`, or `python tools/install.py` first."
    )

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {  # what nbconvert --to script needs, and no version of the machine's Python
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "pygments_lexer": "ipython3",
    },
}


SVG = r"(?s)^\s*<\?xml.*<svg.*"


@functools.cache
def drawn_by_this_matplotlib():
    """Whether the Matplotlib here is the one of constraints.txt, which drew the stored figures."""
    return f"\nmatplotlib=={version('matplotlib')}\n" in (BOOK.parent / "constraints.txt").read_text("utf-8")


def visible(svg):
    """A drawing with numbers to two decimals: other CPUs differ in the last digits, and in ids made of them.

    The small shift keeps round numbers, at which axes and ticks like to lie, away from the edge of rounding.
    Another Matplotlib draws the same figure with other strokes: there only its being drawn is compared.
    """
    if not drawn_by_this_matplotlib():
        return "a figure"
    svg = re.sub(r"\b(?:image|[a-zA-Z])?[0-9a-f]{10}\b", "id", svg)
    number = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"
    return re.sub(number, lambda x: f"{round(float(x[0]) + 0.00137, 2) + 0.0:.2f}", svg)


class NotebookError(Exception):
    """A notebook that cannot be read or run; the message says which, where and what to do."""


def read(path):
    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:
        raise NotebookError(f"{path.name} is not a readable notebook ({error}).") from error


def execute(path, folder=None):
    """Return the notebook at path, run from start to end in folder (its own by default)."""
    notebook = read(path)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    notebook.metadata = nbformat.from_dict(METADATA)
    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder or path.parent)}},
    )
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise NotebookError(f"{path.name} does not run; the file is left as it was.\n{error}") from error
    notebook.metadata = nbformat.from_dict(METADATA)
    return notebook


def write(notebook, path):
    """Replace the file in one step, if it changed: an interrupted run leaves a whole notebook."""
    text = nbformat.writes(notebook, version=4).rstrip("\n") + "\n"
    if text == path.read_text(encoding="utf-8"):
        return False
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as f:
            f.write(text)
        os.chmod(temporary, path.stat().st_mode)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    return True


def main(numbers):
    try:
        for notebook in notebooks(numbers):
            start = time.perf_counter()
            print(f"{notebook.number} {notebook.name} ...", end=" ", flush=True)
            changed = write(execute(notebook.path), notebook.path)
            print(f"{time.perf_counter() - start:.1f} s, {'rewritten' if changed else 'unchanged'}")
    except (NotebookError, Unknown) as error:
        sys.exit(f"\n{error}")


if __name__ == "__main__":
    main(sys.argv[1:])
