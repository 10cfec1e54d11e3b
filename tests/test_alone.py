"""A chapter that is downloaded alone runs from start to end in an empty folder."""

import shutil

import pytest
from notebooks import NotebookError, chapters, execute, read

from conftest import NOTEBOOKS


def without_ignored_outputs(notebook):
    """The notebook without the outputs that may differ from run to run (times, trained numbers)."""
    for cell in notebook.cells:
        if "nbval-ignore-output" in cell.metadata.get("tags", []):
            cell.outputs = []
    return notebook


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs_alone_and_executing_it_changes_nothing_else(path, tmp_path):
    copy = tmp_path / path.name
    shutil.copy(path, copy)
    now = without_ignored_outputs(execute(copy))
    assert now == without_ignored_outputs(read(path)), (
        "the stored outputs are not those of the code: run `make notebooks`"
    )
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


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
