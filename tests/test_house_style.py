"""What every chapter promises, now and later. A failing test names the cell and says what to do."""

import ast
import re

import nbformat
import pytest

from conftest import BOOK, FOLDED, NOTEBOOKS, ROOT

SECTIONS = ["Before you start", "Summary", "Check yourself", "Exercises", "What comes next", "★ Further", "Sources"]


def code_cells(notebook):
    return [(i, c) for i, c in enumerate(notebook.cells) if c.cell_type == "code"]


def tags(cell):
    return cell.metadata.get("tags", [])


def prose(notebook):
    """All Markdown, without blocks of Python."""
    text = "\n\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    return re.sub(r"^```python\n.*?^```$", "", text, flags=re.M | re.S)


def test_toc_and_folder_name_the_same_pages(toc):
    pages = {
        str(p.relative_to(ROOT).with_suffix(""))
        for suffix in ("md", "ipynb")
        for p in BOOK.glob(f"*.{suffix}")
    }
    assert set(toc) == pages


def test_cells_are_executed_in_order_from_a_fresh_kernel(notebook):
    counts = [c.execution_count for _, c in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1)), "edited but not re-executed: run `make notebooks`"


def test_outputs_hold_nothing_of_the_machine_that_made_them(notebook):
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert set(notebook.metadata.language_info) == {"name"}, "run `make notebooks`"
    for i, cell in code_cells(notebook):
        assert "execution" not in cell.metadata, f"cell {i} has timestamps: run `make notebooks`"
        for output in cell.outputs:
            assert output.output_type != "error", f"cell {i} stored an error"
            assert output.get("name") != "stderr", f"cell {i} wrote a warning: {output.text}"
            assert not re.search(r"/(?:home|tmp|root|Users)/|0x[0-9a-f]{8}", str(output.get("text", "")))


def test_one_title_and_the_opening_and_closing_sections(notebook):
    headings = re.findall(r"^(#+) (.+)$", prose(notebook), flags=re.M)
    assert [level for level, _ in headings].count("#") == 1 and headings[0][0] == "#"
    seconds = [title for level, title in headings if level == "##"]
    assert seconds[0] == SECTIONS[0] and seconds[-6:] == SECTIONS[1:]
    assert re.search(r"\*\*After this chapter you can\*\*\n\n1\. ", prose(notebook))
    assert re.search(r"\*\*You need\*\*", prose(notebook))
    assert re.search(r"\*\*Time:\*\* \d+ minutes to read, \d+ seconds to run", prose(notebook))


def test_every_chapter_begins_with_the_same_code(notebook):
    import nbformat

    first = code_cells(nbformat.read(NOTEBOOKS[0], as_version=4))[:2]
    begin = code_cells(notebook)[:2]
    assert [c.source for _, c in begin] == [c.source for _, c in first], "one look for the whole book"


def test_cells_that_are_not_shown_leave_nothing_that_the_others_use(notebook):
    """A reader who runs the portable notebook does not have them."""
    left, used = set(), set()
    for _, cell in code_cells(notebook):
        names = {n.id for n in ast.walk(ast.parse(cell.source)) if isinstance(n, ast.Name)}
        if "remove-cell" not in tags(cell):
            used |= names
        elif "check" not in tags(cell):
            for node in ast.parse(cell.source).body:
                left |= {getattr(node, "name", None)} | {t.id for t in getattr(node, "targets", [])}
                left |= {alias.name for alias in getattr(node, "names", [])}
    assert left & used == set()


def test_every_fold_says_what_is_behind_it(notebook):
    for i, cell in code_cells(notebook):
        label = re.match(r"(# .*\n)+", cell.source)
        if "check" in tags(cell):
            sentence = r"# ✓ [^$\\]{10,110}\.\n$"  # one line of the page, no formula
            assert label and re.match(sentence, label[0].replace("\n# ", " ")), f"check in cell {i}"
            names = {ast.unparse(node).split("(")[0] for node in ast.parse(cell.source).body}
            assert names == {"def check", "check"}, f"the check in cell {i} leaves names behind: {names}"
        elif "hide-input" in tags(cell) and "figure" not in cell.metadata.get("mystnb", {}):
            assert label and label[0].startswith("# Code: "), f"folded cell {i} does not begin with # Code: …"


def test_every_figure_has_number_caption_and_alt_text(notebook):
    figures = 0
    for i, cell in code_cells(notebook):
        for output in cell.outputs:
            if not any(kind.startswith("image/") for kind in output.get("data", {})):
                continue
            figures += 1
            assert "image/svg+xml" in output.data, f"cell {i}: figures are vector graphics"
            meta = cell.metadata.get("mystnb", {})
            figure, alt = meta.get("figure", {}), meta.get("image", {}).get("alt", "")
            assert figure.get("name", "").startswith("fig-"), f"cell {i}: the figure has no name fig-…"
            assert len(figure.get("caption", "").split()) >= 8, f"cell {i}: the figure has no caption"
            assert len(alt.split()) >= 8, f"cell {i}: the figure has no alt text"
            assert not re.search(r"[/\\]|\.(?:svg|png)", alt), f"cell {i}: the alt text is a path: {alt}"
    assert figures >= 5


def test_no_ignored_cell_without_an_assertion_after_it(notebook):
    cells = [c for _, c in code_cells(notebook)]
    ignored = [
        i for i, c in enumerate(cells) if "nbval-ignore-output" in tags(c) or "NBVAL_IGNORE" in c.source
    ]
    for i in ignored:
        assert i + 1 < len(cells) and re.search(r"^\s*assert ", cells[i + 1].source, flags=re.M), (
            f"code cell {i + 1} ignores its output and the next asserts nothing"
        )
    assert not any("nbval-skip" in tags(c) or "raises-exception" in tags(c) for c in cells)
    assert len(ignored) <= 0.3 * len(cells)


def test_every_exercise_has_a_solution_and_its_code_an_assertion(notebook):
    text = prose(notebook)
    exercises = re.findall(r"\{exercise-start\}[^\n]*\n:label: (\S+)", text)
    solutions = re.findall(r"\{solution-start\} (\S+)\n:label: \S+\n:class: dropdown", text)
    assert len(exercises) >= 6 and exercises == solutions
    assert any("break" in label for label in exercises), "one exercise breaks something"
    inside, code = False, ""
    for cell in notebook.cells:
        inside = inside or "{solution-start}" in cell.source
        if inside and cell.cell_type == "code":
            code += cell.source + "\n"
        if "{solution-end}" in cell.source:
            assert not code or re.search(r"^\s*assert ", code, flags=re.M), f"unchecked solution: {code[:80]}"
            inside, code = False, ""


def test_five_questions_end_the_path_and_each_answer_says_why_the_others_are_wrong(notebook):
    asked = next(c.source for c in notebook.cells if c.source.startswith("## Check yourself"))
    parts = re.split(r"^\*\*(\d)\.\*\* ", asked, flags=re.M)[1:]
    assert parts[::2] == list("12345")
    for text in parts[1::2]:
        options = re.findall(r"^- \((\w)\) ", text, flags=re.M)
        answer = re.search(r"```\{admonition\} Answer \d\n:class: dropdown\n\*\*(\w)\.\*\* (.*)\n```", text)
        assert options == list("abc") and answer[1] in options, text
        assert all(f"({other})" in answer[2] for other in set(options) - {answer[1]}), answer[0]


def test_cells_are_short(notebook):
    lengths = [len(c.source.splitlines()) for _, c in code_cells(notebook) if not FOLDED & set(tags(c))]
    assert max(lengths) <= 30
    wide = [i for i, c in code_cells(notebook) if max(map(len, c.source.splitlines())) > 84]
    assert not wide, f"code wider than the 84 columns of the page in cells {wide}"


@pytest.mark.parametrize("path", sorted(BOOK.glob("*.md")), ids=lambda path: path.stem)
def test_every_picture_in_a_page_has_alt_text(path):
    text = path.read_text(encoding="utf-8")
    for block in re.findall(r"\{figure\}.*?```", text, flags=re.S):
        assert re.search(r":alt: \S+ \S+ \S+", block)
    assert "![](" not in text


def test_instructors_find_every_exercise_at_its_level():
    table = (BOOK / "instructors.md").read_text(encoding="utf-8").partition("## Exercises by level")[2]
    rows = {row[0]: row[1:] for row in re.findall(r"^\| (\d) \| (.*) \| (.*) \| (.*) \| (.*) \|$", table, flags=re.M)}
    for path in NOTEBOOKS:
        text = "\n\n".join(c.source for c in nbformat.read(path, 4).cells if c.cell_type == "markdown")
        start = text.index("## ★ Further")
        wanted = {level: set() for level in ("warm-up", "core", "break it", "stretch")}
        for found in re.finditer(r"^`+\{exercise-start\} .* · (.*)\n:label: (\S+)$", text, flags=re.M):
            level = "break it" if found[2].startswith("ex-break") else found[1]
            wanted[level].add(("★ " if found.start() > start else "") + found[2])
        for level, cell in zip(wanted, rows[str(int(path.stem[:2]))], strict=True):
            listed = {star + label for star, label in re.findall(r"(★ )?\{ref\}`[^<]*<([\w-]+)>`", cell)}
            assert listed == wanted[level], (path.stem, level)
