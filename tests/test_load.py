"""How much a chapter asks of its reader, counted and compared with what it says.

Reading minutes are words / 130, half a minute for each row of a displayed equation, and five seconds for
each visible line of code. Folded code, output, exercises and the questions before them are free.
"""

import re
import statistics

import nbformat
import pytest

from conftest import NOTEBOOKS, layer, visible_code

# Minutes on the path and visible lines of code, by chapter.
LIMITS = dict.fromkeys(["01", "02", "03"], (38, 110)) | dict.fromkeys(["04", "06", "08"], (42, 180))
LIMITS |= {"05": (55, 240), "07": (42, 240)}


def words(markdown):
    """Words of prose, lists, tables and definitions; an inline formula is one word."""
    text = re.sub(r"\$\$.*?\$\$( \([\w-]+\))?", " ", markdown, flags=re.S)
    text = re.sub(r"^\+\+\+$.*?^:::$", " ", text, flags=re.M | re.S)  # the answer to a movable figure, folded
    text = re.sub(r"^(`{3,}|:::).*$|^:\w+:.*$|^\|[-| ]+\|$", " ", text, flags=re.M)  # not prose
    text = re.sub(r"\$[^$]+\$", " formula ", text)
    return len(re.findall(r"\w[\w'’-]*", re.sub(r"\{[\w:]+\}`([^`<]*)[^`]*`", r"\1", text)))


def equation_rows(markdown):
    """Displayed equations; each row of an aligned one counts."""
    rows = 0
    for block in re.findall(r"\$\$(.*?)\$\$", markdown, flags=re.S):
        rows += 1 + re.sub(r"\\begin\{pmatrix\}.*?\\end\{pmatrix\}", "", block, flags=re.S).count(r"\\")
    return rows


def minutes(cells):
    """Reading time of a list of cells."""
    prose = "\n\n".join(c.source for c in cells if c.cell_type == "markdown")
    captions = " ".join(c.metadata.get("mystnb", {}).get("figure", {}).get("caption", "") for c in cells)
    lines = sum(map(len, visible_code(cells)))
    return (words(prose) + words(captions)) / 130 + equation_rows(prose) / 2 + lines * 5 / 60


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def chapter(request):
    return request.param.stem[:2], nbformat.read(request.param, as_version=4)


def test_path_fits_into_its_minutes_and_lines(chapter):
    number, notebook = chapter
    most_minutes, most_lines = LIMITS[number]
    path = layer(notebook, "path")
    lengths = [len(lines) for lines in visible_code(path)]
    assert minutes(path) <= most_minutes, f"the path takes {minutes(path):.0f} minutes"
    assert sum(lengths) <= most_lines, f"the path shows {sum(lengths)} lines of code"
    assert statistics.median(lengths) <= 7 and max(lengths) <= 25


def test_stated_times_are_those_counted(chapter):
    _, notebook = chapter
    path = layer(notebook, "path")
    asked = next(c for c in notebook.cells if c.id == "check-yourself")
    asked.source = re.sub(r"```\{admonition\} Answer.*?```", "", asked.source, flags=re.S)  # folded, so free
    path = [*path, asked]
    prose = "\n".join(c.source for c in path if c.cell_type == "markdown")
    stated = int(re.search(r"\*\*Time:\*\* (\d+) minutes to read", prose)[1])
    assert abs(stated - minutes(path)) < 5, f"stated {stated}, counted {minutes(path):.0f} minutes"
    for title, cells in layer(notebook, "further").items():
        stated = re.search(r"^\*(\d+) minutes?", cells[0].source, flags=re.M)
        assert stated, f"★ {title} does not begin with its minutes"
        assert abs(int(stated[1]) - minutes(cells)) < 5, f"★ {title}: counted {minutes(cells):.0f} minutes"


def test_checks_are_folded(chapter):
    """Visible cells that only check are at most 5 %, those apart that make checking their subject."""
    _, notebook = chapter
    path = [c for c in layer(notebook, "path") if "checking" not in c.metadata.get("tags", [])]
    cells = visible_code(path)
    code = [" ".join(lines) for lines in cells]
    only = [c for c in code if "assert" in c and not re.search(r"\b(def|class|print)\b", c)]
    assert len(only) <= 0.05 * len(cells), only
