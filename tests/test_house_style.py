"""What every notebook promises, now and later. A failing test names the cell and says what to do."""

import ast
import io
import re
import subprocess

import nbformat
import pytest
from drawing import GREY, INPUT, OUTPUT, RAW_INDEX, STATE, faults
from matplotlib.figure import Figure
from notebooks import METADATA

from conftest import BOOK, FOLDED, LANDINGS, LESSONS, ROOT


def code_cells(notebook):
    return [(i, c) for i, c in enumerate(notebook.cells) if c.cell_type == "code"]


def tags(cell):
    return cell.metadata.get("tags", [])


def prose(notebook):
    """All Markdown, without blocks of Python."""
    text = "\n\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    return re.sub(r"^```python\n.*?^```$", "", text, flags=re.M | re.S)


def test_toc_and_folder_name_the_same_pages(toc):
    pages = {p.relative_to(ROOT).with_suffix("").as_posix() for end in ("md", "ipynb") for p in BOOK.rglob(f"*.{end}")}
    assert set(toc) == pages
    assert [name for name in toc if re.search(r"/\d", name)] == [
        name for c in LANDINGS for name in (c.docname, *(n.docname for n in c.notebooks))
    ]


def test_cells_are_executed_in_order_from_a_fresh_kernel(notebook):
    counts = [c.execution_count for _, c in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1)), "edited but not re-executed: run `make notebooks`"


def test_outputs_hold_nothing_of_the_machine_that_made_them(notebook):
    assert notebook.metadata == METADATA, "run `make notebooks`"
    for i, cell in code_cells(notebook):
        assert "execution" not in cell.metadata, f"cell {i} has timestamps: run `make notebooks`"
        for output in cell.outputs:
            assert output.output_type != "error", f"cell {i} stored an error"
            assert output.get("name") != "stderr", f"cell {i} wrote a warning: {output.text}"
            assert not re.search(r"/(?:home|tmp|root|Users)/|0x[0-9a-f]{8}", str(output.get("text", "")))


def sections(text):
    headings = re.findall(r"^(#+) (.+)$", text, flags=re.M)
    assert [level for level, _ in headings].count("#") == 1 and headings[0][0] == "#"
    return [title for level, title in headings if level == "##"]


@pytest.mark.parametrize("facts", LESSONS, ids=lambda n: n.number)
def test_a_lesson_opens_with_its_question_and_closes_with_its_answer(facts):
    opening = r"\A# .+\n\n\*\*[^*]+\?\*\*\n\n- \*You need\* .+\n"
    lines = r"- \*Minutes\* \d+ to read\.\n- \*Seconds\* \d+ to run\.\n"
    assert re.match(opening + lines, facts.text), "title, question, and three lines: you need, minutes, seconds"
    parts = [title for title in sections(prose(nbformat.read(facts.path, 4))) if not title.startswith("★")]
    last = ["The answer", "Check yourself", "Exercises", "Sources"]
    assert parts[-4:] == last or parts[-3:] == last[:3]
    answer = re.search(r"^## The answer\n\n\*\*In one sentence:\*\* ([^\n]+)\n", facts.text, flags=re.M)[1]
    assert not re.search(r"[.?!] ", answer.replace(", ", " ")), "one sentence"
    levels = [level for _, level, _, _, star in facts.exercises if not star]
    assert 2 <= len(levels) <= 4 and all(minutes for _, _, minutes, _, _ in facts.exercises)


@pytest.mark.parametrize("chapter", LANDINGS, ids=lambda c: c.name)
def test_a_landing_page_says_what_one_can_do_afterwards_and_what_one_needs(chapter):
    assert chapter.title and chapter.question and chapter.needs and re.match(r"1\. ", chapter.outcomes)
    assert [n.lesson for n in chapter.notebooks] == list(range(1, len(chapter.notebooks) + 1))
    exercises = [exercise for n in chapter.notebooks for exercise in n.exercises]
    assert any("break" in label for *_, label, _ in exercises), "one exercise breaks something"


def functions(notebook):
    """The source of each function and class that a reader meets, {name: source}."""
    sources = [c.source for _, c in code_cells(notebook) if not {"check", "remove-cell"} & set(tags(c))]
    nodes = [node for source in sources for node in ast.parse(source).body]
    return {node.name: ast.unparse(node) for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def changed(path):
    """When a file was changed last, for git: now, if it differs from the last commit."""
    if subprocess.run(["git", "diff", "--quiet", "HEAD", "--", path], cwd=ROOT).returncode:
        return float("inf")
    last = subprocess.run(["git", "log", "-1", "--format=%ct", "--", path], cwd=ROOT, capture_output=True)
    return int(last.stdout or 0)


def test_a_function_is_the_same_in_every_lesson_that_has_it():
    first = {}
    for n in LESSONS:
        for name, source in functions(nbformat.read(n.path, 4)).items():
            other, known = first.setdefault(name, (n, source))
            newer = max(other, n, key=lambda lesson: changed(lesson.path)) if source != known else n
            assert source == known, f"{name} differs in lessons {other.number} and {n.number}; {newer.number} is newer"


def test_every_notebook_begins_with_the_same_code(notebook):
    first = code_cells(nbformat.read(LESSONS[0].path, as_version=4))[:2]
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
            turned = re.search(r"\b(black|white|dark|bright)\w*", figure["caption"], flags=re.I)
            assert not turned, f"cell {i}: in the dark theme it is not {turned[0]}"
            assert len(alt.split()) >= 8, f"cell {i}: the figure has no alt text"
            assert not re.search(r"[/\\]|\.(?:svg|png)", alt), f"cell {i}: the alt text is a path: {alt}"
            assert not re.search(RAW_INDEX, alt), f"cell {i}: an index that a voice cannot read: {alt}"
    assert figures >= 1


def test_every_figure_is_opened_by_the_cell_that_draws_it(notebook):
    """Only the inline backend closes figures; elsewhere this one would be drawn into the one before."""
    drawn = [c for _, c in code_cells(notebook) if any("image/svg+xml" in o.get("data", {}) for o in c.outputs)]
    assert [c.source[:80] for c in drawn if not re.search(r"plt\.(subplots|figure)\(", c.source)] == []


def test_every_figure_can_be_read_and_keeps_the_colours_of_the_book(notebook):
    found = [
        f"{cell.metadata.mystnb.figure.name}: {fault}"
        for _, cell in code_cells(notebook)
        for output in cell.outputs
        for fault in faults(output.get("data", {}).get("image/svg+xml", ""))
    ]
    assert not found, "\n".join(found[:9])


SPOILED = {
    "has one labelled tick only": lambda ax: (ax.set_yscale("log"), ax.set_yticks([0.5], ["0.5"])),
    "'small' is 8.0 points high on the page": lambda ax: ax.text(0.1, 0.8, "small", fontsize=8),
    "'pale' has a contrast of 3.3": lambda ax: ax.text(0.1, 0.8, "pale", color=STATE, alpha=0.8),
    "'white' has a contrast of 1.0": lambda ax: ax.text(0.1, 0.8, "white", color="white"),
    "'far' is cut by the edge": lambda ax: ax.text(1.2, 0.8, "far"),
    "'h_(t-1)' has an index that is not set as one": lambda ax: ax.text(0.1, 0.8, "h_(t-1)"),
    "'two' lies on 'one'": lambda ax: (ax.text(0.1, 0.8, "one"), ax.text(0.12, 0.82, "two")),
    "'struck' lies on a line": lambda ax: ax.text(0.5, 0.5, "struck", ha="center", va="center"),
    "'$x_t$' has the colour #2878be": lambda ax: ax.text(0.1, 0.8, "$x_t$", color=STATE),
    "#ffa90e is not a colour of the book": lambda ax: ax.axvline(0.2, color="#ffa90e"),
    "differ in nothing but colour": lambda ax: ax.plot([0, 1], [0.2, 0.4], color=OUTPUT),
}


@pytest.mark.parametrize("fault", [None, *SPOILED])
def test_a_figure_that_cannot_be_read_is_found(fault):
    figure = Figure(figsize=(5.6, 3.3))
    ax = figure.subplots()
    ax.plot([0, 1], [0, 1], color=STATE)
    ax.plot([0, 1], [0.1, 0.2], "s--", color=OUTPUT)
    ax.text(0.1, 0.5, "$h_t$", color=STATE, fontsize=11)
    ax.text(0.8, 0.8, "on the line", bbox={"color": INPUT}, color="white", ha="center", va="center")
    ax.axhline(0.9, color=GREY)
    if fault:
        SPOILED[fault](ax)
    figure.savefig(svg := io.StringIO(), format="svg")
    found = faults(svg.getvalue())
    assert len(found) == bool(fault) and (not fault or fault in found[0]), found


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
    assert len(exercises) >= 2 and exercises == solutions
    inside, code = False, ""
    for cell in notebook.cells:
        inside = inside or "{solution-start}" in cell.source
        if inside and cell.cell_type == "code":
            code += cell.source + "\n"
        if "{solution-end}" in cell.source:
            assert not code or re.search(r"^\s*assert ", code, flags=re.M), f"unchecked solution: {code[:80]}"
            inside, code = False, ""


def test_questions_end_the_path_and_each_answer_says_why_the_others_are_wrong(notebook):
    asked = next(c.source for c in notebook.cells if c.source.startswith("## Check yourself"))
    parts = re.split(r"^\*\*(\d)\.\*\* ", asked, flags=re.M)[1:]
    assert parts[::2] == list("12345")[: len(parts) // 2] and len(parts) >= 4
    for text in parts[1::2]:
        options = re.findall(r"^- \((\w)\) ", text, flags=re.M)
        answer = re.search(r"```\{admonition\} Answer \d\n:class: dropdown\n\*\*(\w)\.\*\* (.*)\n```", text)
        assert options == list("abc") and answer[1] in options, text
        assert all(f"({other})" in answer[2] for other in set(options) - {answer[1]}), answer[0]


def test_cells_are_short(notebook):
    lengths = [len(c.source.splitlines()) for _, c in code_cells(notebook) if not FOLDED & set(tags(c))]
    assert max(lengths) <= 40
    wide = [i for i, c in code_cells(notebook) if max(map(len, c.source.splitlines())) > 84]
    assert not wide, f"code wider than the 84 columns of the page in cells {wide}"


@pytest.mark.parametrize("path", sorted(BOOK.rglob("*.md")), ids=lambda p: p.relative_to(BOOK).as_posix())
def test_every_picture_in_a_page_has_alt_text(path):
    text = path.read_text(encoding="utf-8")
    for block in re.findall(r"\{figure\}.*?```", text, flags=re.S):
        assert re.search(r":alt: \S+ \S+ \S+", block)
    assert "![](" not in text
