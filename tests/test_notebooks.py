"""Re-executing notebooks fails cleanly; what nbval must find in a notebook is planted here and found."""

import re
import subprocess
import sys

import nbformat
import pytest
from lessons import Unknown, notebooks
from notebooks import NotebookError, execute, read

from conftest import LESSONS, ROOT


def test_failing_notebook_is_left_as_it_was(tmp_path):
    copy = tmp_path / LESSONS[0].path.name
    text = LESSONS[0].path.read_text(encoding="utf-8")
    text = text.replace("import numpy as np", "import numpy as np; 1 / 0", 1)
    copy.write_text(text, encoding="utf-8")
    with pytest.raises(NotebookError, match=r"(?s)1-what-.*left as it was.*ZeroDivisionError"):
        execute(copy)
    assert copy.read_text(encoding="utf-8") == text
    assert [p.name for p in tmp_path.iterdir()] == [copy.name]


def test_unreadable_notebook_and_unknown_lesson_are_named(tmp_path):
    broken = tmp_path / "9-broken.ipynb"
    broken.write_text("{", encoding="utf-8")
    with pytest.raises(NotebookError, match="9-broken.ipynb is not a readable notebook"):
        read(broken)
    with pytest.raises(Unknown, match="no chapter or lesson 9.9. There are: 1.1 1-what"):
        notebooks(["9.9"])
    assert [n.number for n in notebooks(["01", "3"])] == [n.number for n in LESSONS if n.chapter in (1, 3)]


def drawings(notebook):
    return sum("image/svg+xml" in output.get("data", {}) for c in notebook.cells for output in c.get("outputs", []))


def test_figures_are_shown_where_a_hub_has_set_a_backend_that_shows_none(monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    assert drawings(execute(LESSONS[0].path)) == drawings(read(LESSONS[0].path)) > 0


@pytest.mark.parametrize("facts", [n for n in LESSONS if n.number in ("2.3", "3.2")], ids=lambda n: n.number)
def test_no_figure_is_drawn_into_another_where_none_is_closed(facts, tmp_path, monkeypatch):
    """As with `%matplotlib widget`; the backend here shows nothing and closes nothing."""
    monkeypatch.setenv("MPLBACKEND", "svg")
    notebook = read(facts.path)
    notebook.cells.append(nbformat.v4.new_code_cell("print(len(plt.get_fignums()))"))
    nbformat.write(notebook, tmp_path / "open.ipynb")
    assert int(execute(tmp_path / "open.ipynb").cells[-1].outputs[0].text) == drawings(notebook)


@pytest.mark.parametrize(
    "source, output, complaint",
    [
        ("print(2)", "1\n", "mismatch"),
        ("open('left.txt', 'w').close()", "", "leaves files behind: \\['left.txt'\\]"),
        ("n = globals().get('n', 0) + 1\nprint(n)", "1\n", "again, Cell 0"),
        ("assert 1 > 2", "", "AssertionError"),
        ("print(open('beside.txt').read())", "here\n", "FileNotFoundError"),
    ],
)
def test_nbval_finds_a_planted_fault(tmp_path, monkeypatch, source, output, complaint):
    """Another output than stored, a file left behind, a second run that differs, a false check, a file it needs."""
    stored = [nbformat.v4.new_output("stream", text=output)] if output else []
    cell = nbformat.v4.new_code_cell(source, outputs=stored, execution_count=1)
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "planted.ipynb")
    (tmp_path / "beside.txt").write_text("here")
    (tmp_path / "conftest.py").write_text((ROOT / "conftest.py").read_text(encoding="utf-8"))
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path)]
    command += ["-o", f"pythonpath={ROOT / 'tools'}", "planted.ipynb"]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert found.returncode == 1
    assert re.search(complaint, found.stdout), found.stdout
