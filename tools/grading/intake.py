"""What an inbox holds: whose notebook is which, and what of it is the student's own."""

import re
import zipfile
from collections import defaultdict
from pathlib import Path, PurePosixPath

import nbformat

LARGEST = 20_000_000  # bytes of a notebook
MOODLE = re.compile(r"^(.+?)_\d+_assignsubmission_\w+$")
CANVAS = re.compile(r"^([^_]+)(?:_LATE|_late)?_\d+_\d+_")


class Unreadable(Exception):
    """A file that is no notebook; the message says why."""


def files(inbox):
    """(path inside the inbox, bytes) of each notebook, also those in zips; hidden files are left out."""
    inbox = Path(inbox)
    if inbox.is_file():
        yield from packed(inbox.read_bytes, inbox, PurePosixPath())
        return
    for path in sorted(p for p in inbox.rglob("*") if p.is_file()):
        place = PurePosixPath(path.relative_to(inbox).as_posix())
        if path.suffix.lower() == ".zip":
            yield from packed(path.read_bytes, path, place.with_suffix(""))
        elif path.suffix.lower() == ".ipynb" and not any(part.startswith((".", "__")) for part in place.parts):
            yield place, path.read_bytes() if path.stat().st_size <= LARGEST else None


def packed(read, path, place):
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in sorted(archive.infolist(), key=lambda e: e.filename):
                inner = PurePosixPath(entry.filename.replace("\\", "/"))
                if inner.suffix.lower() == ".ipynb" and not any(p.startswith((".", "__")) for p in inner.parts):
                    yield place / inner, archive.read(entry) if entry.file_size <= LARGEST else None
    except (zipfile.BadZipFile, OSError, RuntimeError):  # damaged, or locked with a password
        yield place / (path.stem + ".ipynb"), b""


def owner(place, names):
    """The student that a path belongs to, as Moodle, Canvas or a person names files."""
    first = place.parts[0]
    if found := MOODLE.match(first) or (CANVAS.match(first) if len(place.parts) == 1 else None):
        return found[1].strip()
    plain = first if len(place.parts) > 1 else PurePosixPath(first).stem
    for name in names:  # ada_05-bptt.ipynb and ada-05-bptt (1).ipynb are ada's
        plain = re.sub(rf"[\s_-]*{re.escape(name)}.*$", "", plain) or plain
    return plain.strip()


def read(data):
    """The notebook, with everything that is no cell of text left out; raises Unreadable."""
    if data is None:
        raise Unreadable(f"larger than {LARGEST // 1_000_000} MB")
    try:
        notebook = nbformat.reads(data.decode("utf-8-sig"), 4)
        cells = [c for c in notebook.cells if isinstance(c.source, str) and c.cell_type in ("code", "markdown", "raw")]
    except Exception as error:  # whatever a damaged file makes of nbformat
        raise Unreadable(f"not a notebook ({type(error).__name__})") from None
    for cell in cells:
        facts = cell.metadata.get("nbgrader") if isinstance(cell.metadata, dict) else None
        cell.known = facts.get("grade_id") if isinstance(facts, dict) else None
    return cells


def similarity(cells, assignment):
    """How many of its cells come from that assignment: by name, by id, or by what stands in them."""
    blanks = {assignment.blank(name).strip() for name in assignment.cells}
    mine = [c for c in cells if c.known in assignment.cells or c.get("id") in assignment.cells]
    return max(len(mine), sum(c.source.strip() in blanks for c in cells))


def take(assignment, cells):
    """(code to run, {question: text}, notes): what the student wrote, whatever was done to the other cells.

    Setup comes from the release, before and, if it was edited, also after what the student wrote. Cells left as they
    were handed out say nothing; so a copied, moved, deleted or renamed cell neither gains nor loses anything.
    """
    given = {name: assignment.blank(name).strip() for name in assignment.cells}
    planted = {given[q] for q in assignment.planted}
    blanks = set(given.values()) - planted
    setup = {name for name, cell in assignment.cells.items() if cell.source in assignment.setup()}
    code, texts, notes, before, edited = [], defaultdict(list), [], None, False
    for cell in cells:
        name = cell.known if cell.known in given else cell.get("id")
        source = cell.source.strip()
        if cell.cell_type == "code" and source and source not in blanks:
            code.append(cell.source)
            edited = edited or name in setup
        if cell.cell_type != "code" and source and source not in blanks:
            question = name if name in assignment.by_hand() else before if name not in given else None
            if question:
                texts[question].append(cell.source)
        elif cell.cell_type != "code" and source:
            following = [q for q in assignment.by_hand() if given.get(f"{q}-text") == source]
            before = following[0] if following else before
    for question, found in texts.items():
        if len(found) > 1:
            notes.append(f"{question}: {len(found)} cells of text were taken together")
    # A planted error that was mended stands before a copy that was not; the blank is needed only where nothing else is.
    untouched = [c for c in code if c.strip() in planted]
    code = [*untouched, *(c for c in code if c.strip() not in planted)]
    return (
        [*assignment.setup(), *code, *(assignment.setup() if edited else [])],
        {q: "\n\n".join(t) for q, t in texts.items()},
        notes,
    )
