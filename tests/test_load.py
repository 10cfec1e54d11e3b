"""How much a lesson asks of its reader, counted and compared with what it says.

Honest minutes are words / 60, 1.7 for each row of a displayed equation, 25 seconds for each visible line of code
and 1.3 minutes for each figure. Folded code, checks, output, exercises and the questions before them are free.
"""

import math
import re

import nbformat
import pytest

from conftest import LESSONS, layers, visible_code


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


def counts(cells):
    """Words, rows of equations, visible lines of code and figures of some cells."""
    prose = "\n\n".join(c.source for c in cells if c.cell_type == "markdown")
    figures = [c.metadata["mystnb"]["figure"] for c in cells if "figure" in c.metadata.get("mystnb", {})]
    captions = " ".join(figure["caption"] for figure in figures)
    return words(prose) + words(captions), equation_rows(prose), sum(map(len, visible_code(cells))), len(figures)


def minutes(cells):
    prose, rows, lines, figures = counts(cells)
    return prose / 60 + 1.7 * rows + lines * 25 / 60 + 1.3 * figures


@pytest.fixture(params=LESSONS, ids=lambda n: n.number)
def lesson(request):
    return request.param, nbformat.read(request.param.path, as_version=4)


def test_a_lesson_fits_into_a_class_hour_and_says_its_minutes(lesson):
    facts, notebook = lesson
    path, further = layers(notebook)
    assert minutes(path) <= 45, f"{minutes(path):.1f} minutes: words, rows, lines, figures are {counts(path)}"
    assert facts.minutes == 5 * math.ceil(minutes(path) / 5), f"counted {minutes(path):.1f} minutes"
    for title, cells in further.items():
        stated = re.search(r"^\*(\d+) minutes?\.\*", cells[0].source, flags=re.M)
        assert stated, f"★ {title} does not begin with its minutes"
        assert int(stated[1]) == math.ceil(minutes(cells)), f"★ {title}: counted {minutes(cells):.1f} minutes"


def test_a_lesson_shows_its_code_and_folds_little(lesson):
    path, further = layers(lesson[1])
    lengths = [len(lines) for lines in visible_code(path)]
    subject = [c for c in path if c.cell_type == "code" and "subject" in c.metadata.get("tags", [])]
    assert max(lengths) <= (40 if subject else 25)
    folds = [c for c in path if "hide-input" in c.metadata.get("tags", [])]
    assert len(folds) <= 8 and len(further) <= 2
    asserts = [line for cell in visible_code(path) for line in cell if line.startswith("assert ")]
    assert asserts == [], "a check that a reader need not see is tagged `check`"
