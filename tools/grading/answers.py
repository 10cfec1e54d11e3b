"""What of a notebook is the student's own, and of which assignment it is."""

import ast
import json
import re
import warnings
from collections import defaultdict

import nbformat

from grading.files import Unreadable
from grading.writing import harmless, legible

MOST = 1000  # cells of a notebook
LONGEST = 50_000  # characters of a text that are shown


def read(data):
    """(cells, name of the assignment that the notebook says it is); raises Unreadable."""
    try:
        raw = json.loads(data.decode("utf-8-sig"))
        for cell in [*raw.get("cells", []), *(c for sheet in raw.get("worksheets", []) for c in sheet["cells"])]:
            cell |= {"outputs": []} if cell.get("cell_type") == "code" else {}  # large, and looked at by nobody
            cell.pop("attachments", None)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            notebook = nbformat.reads(json.dumps(raw), 4)
        cells = [c for c in notebook.cells if isinstance(c.source, str) and c.cell_type in ("code", "markdown", "raw")]
        if len(cells) > MOST:
            raise Unreadable(f"more than {MOST} cells")
        for cell in cells:
            cell.source = legible(cell.source)
            facts = cell.metadata.get("nbgrader") if isinstance(cell.metadata, dict) else None
            known = facts.get("grade_id") if isinstance(facts, dict) else None
            cell.known = known if isinstance(known, str) else str(cell.get("id", ""))
        return cells, notebook.metadata.get("hidden_states")
    except Unreadable:
        raise
    except Exception as error:  # whatever a damaged file makes of nbformat
        raise Unreadable(f"not a notebook ({type(error).__name__}): ask for it again") from None


def similarity(cells, says, assignment):
    """How much of it comes from that assignment: texts as they were handed out; else what it says of itself."""
    given = [assignment.blank(n).strip() for n, c in assignment.cells.items() if c.cell_type == "markdown"]
    given = {*given, *map(harmless, given)}
    return sum(c.source.strip() in given for c in cells) + (says == assignment.name)


def take(assignment, cells):
    """(code to run, {question: text}, notes, doubts): what the student wrote, whatever was done to the other cells.

    Setup comes from the release, before and, if it was edited, also after what the student wrote. Cells left as they
    were handed out say nothing; so a copied, moved, deleted or renamed cell neither gains nor loses anything. `doubts`
    are {question: why a person should look before it counts as wrong}.
    """
    given = {name: assignment.blank(name).strip() for name in assignment.cells}
    planted = {given[q] for q in assignment.planted}
    blanks = {*given.values(), *map(harmless, given.values())} - planted
    setup = {name for name, cell in assignment.cells.items() if cell.source in assignment.setup()}
    code, texts, notes, loose, edited, doubts = [], defaultdict(list), [], [], False, {}
    for cell in cells:
        name, source = cell.known, cell.source.strip()
        if not source or source in blanks:
            continue
        if name in assignment.by_hand():
            texts[name].append(cell.source[:LONGEST])
        elif cell.cell_type == "code":
            code.append(cell.source)
            edited = edited or name in setup
        elif name in assignment.questions:
            doubts[name] = f"its cell has become {cell.cell_type}, which is not run"
        else:
            loose.append(source.removeprefix(given.get(name, "")).strip()[:LONGEST])
    for question in assignment.by_hand():
        if len(texts[question]) > 1:
            notes.append(f"{question}: {len(texts[question])} cells of text were taken together")
        if not texts[question] and loose:
            notes.append(f"{question}: its cell is empty; all other text that the student wrote stands there instead")
            texts[question] = loose
    # A planted error that was mended stands before a copy that was not; the blank is needed only where nothing else is.
    untouched = [c for c in code if c.strip() in planted]
    code = [*untouched, *(c for c in code if c.strip() not in planted)]
    code = [*assignment.setup(), *code, *(assignment.setup() if edited else [])]
    if not similarity(cells, None, assignment):  # pasted into a fresh notebook
        doubts = dict.fromkeys(assignment.questions, "a notebook that was not handed out, with no right answer in it")
    return code, {q: "\n\n".join(t)[:LONGEST] for q, t in texts.items()}, notes, doubts


def recognised(cells, path, assignments):
    """The assignment that a notebook belongs to which was not handed out: by the functions in it, or by its name."""
    code = [c.source for c in cells if c.cell_type == "code"]
    found = {a.name: sum(any(a.defines(q, c) for c in code) for q in a.questions) for a in assignments}
    best = max(assignments, key=lambda a: found[a.name])
    if found[best.name] >= 2:
        return best
    plain = re.sub(r"[\W_]+", "-", path.casefold())
    return next((a for a in assignments if a.name in plain), None)


def names_in(source):
    """Every name that a cell uses or gives; all words in it if it is no plain Python."""
    return set(re.findall(r"[^\W\d]\w*", source))


def names_given(source):
    """The names to which a cell gives a value, or takes it; all words in it if it is no plain Python."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError):
        return names_in(source)
    found = {n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    found |= {
        (n.asname or n.name).partition(".")[0]
        for node in nodes
        if hasattr(node, "names")
        for n in node.names
        if hasattr(n, "name")
    }
    return found | {n.id for n in nodes if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}


def untouched(cells, assignment):
    """Whether the notebook is as it was handed out."""
    blanks = {assignment.blank(name).strip() for name in assignment.cells}
    return all(c.source.strip() in blanks for c in cells)
