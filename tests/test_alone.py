"""A chapter that is downloaded alone runs in an empty folder: whole, twice in a row, and cut off before ★."""

from copy import deepcopy

import nbformat
import pytest
from notebooks import NotebookError, chapters, execute, read, visible

from conftest import NOTEBOOKS, layer


def comparable(notebook):
    """The notebook without what may differ: ignored outputs, counts, digits of drawings that nobody sees."""
    for cell in notebook.cells:
        if "nbval-ignore-output" in cell.metadata.get("tags", []):
            cell.outputs = []
        for output in cell.get("outputs", []):
            output.pop("execution_count", None)
            if "image/svg+xml" in output.get("data", {}):
                output.data["image/svg+xml"] = visible(output.data["image/svg+xml"])
    return notebook


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs_alone_and_again_with_the_same_outputs(path, tmp_path):
    """In an empty folder, all cells twice in one kernel."""
    notebook = read(path)
    stored = [cell.get("outputs") for cell in comparable(deepcopy(notebook)).cells]
    notebook.cells += [nbformat.from_dict({**cell, "id": f"{cell.id}-again"}) for cell in notebook.cells]
    stored += stored
    copy = tmp_path / path.name
    nbformat.write(notebook, copy)
    found = [cell.get("outputs") for cell in comparable(execute(copy)).cells]
    wrong = [i for i, outputs in enumerate(stored) if found[i] != outputs]
    assert not wrong, f"other outputs than stored in cells {wrong} of {len(stored)}: run `make notebooks`"
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_path_alone_is_a_course(path, tmp_path):
    """Cut off before "★ Further" a chapter runs from a fresh kernel, with the same outputs."""
    notebook = read(path)
    notebook.cells = layer(notebook, "cut")
    stored = [cell.get("outputs") for cell in comparable(deepcopy(notebook)).cells]
    copy = tmp_path / path.name
    nbformat.write(notebook, copy)
    assert [cell.get("outputs") for cell in comparable(execute(copy)).cells] == stored


def test_failing_notebook_is_left_as_it_was(tmp_path):
    copy = tmp_path / NOTEBOOKS[0].name
    text = (
        NOTEBOOKS[0].read_text(encoding="utf-8").replace("import numpy as np", "import numpy as np; 1 / 0", 1)
    )
    copy.write_text(text, encoding="utf-8")
    with pytest.raises(NotebookError, match=r"(?s)01-.*left as it was.*ZeroDivisionError"):
        execute(copy)
    assert copy.read_text(encoding="utf-8") == text
    assert [p.name for p in tmp_path.iterdir()] == [copy.name]


def test_unreadable_notebook_and_unknown_chapter_are_named(tmp_path):
    broken = tmp_path / "09-broken.ipynb"
    broken.write_text("{", encoding="utf-8")
    with pytest.raises(NotebookError, match="09-broken.ipynb is not a readable notebook"):
        read(broken)
    with pytest.raises(NotebookError, match="No chapter begins with 99. There are: 01-"):
        chapters(["99"])
