"""What an inbox holds: whose notebook is which, and what of it is the student's own."""

import hashlib
import io
import re
import unicodedata
import zipfile
from collections import defaultdict
from pathlib import Path, PurePosixPath

import nbformat

LARGEST = 20_000_000  # bytes of a notebook
MOODLE = re.compile(r"^(.+?)_\d+_assignsubmission_.*$")
CANVAS = re.compile(r"^([^_]+)(?:_LATE|_late)?_\d+_\d+_")


class Unreadable(Exception):
    """A file that is no notebook; the message says why."""


def legible(text):
    """Text that can be written to any file."""
    return text.encode("utf-8", "replace").decode()


def files(inbox):
    """(path inside the inbox, bytes or None) of each notebook, also those in zips; and of each entry without one."""
    inbox = Path(inbox)
    for entry in [inbox] if inbox.is_file() else sorted(inbox.iterdir()):
        paths = [entry] if entry.is_file() else sorted(p for p in entry.rglob("*") if p.is_file())
        found = []
        for path in paths:
            place = PurePosixPath(legible(path.relative_to(inbox.parent if entry is inbox else inbox).as_posix()))
            small = path.stat().st_size <= LARGEST
            if path.suffix.lower() == ".zip":
                inside = place.parent if entry is inbox else place.with_suffix("")
                found += packed(path.read_bytes(), PurePosixPath() if entry is inbox else inside)
            elif path.suffix.lower() == ".ipynb" and visible(place):
                found.append((place, path.read_bytes() if small else None))
        yield from found or ([(PurePosixPath(legible(entry.name)), b"")] if visible(PurePosixPath(entry.name)) else [])


def visible(place):
    return not any(part.startswith((".", "__")) for part in place.parts)


def packed(data, place, depth=2):
    """The notebooks of a zip, and of zips inside it."""
    found = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in sorted(archive.infolist(), key=lambda e: e.filename):
                parts = [p for p in legible(entry.filename).replace("\\", "/").split("/") if p not in ("", ".", "..")]
                inner = PurePosixPath(*parts)
                wanted = inner.suffix.lower() == ".ipynb" or inner.suffix.lower() == ".zip" and depth > 1
                if not wanted or not visible(inner):
                    continue
                content = archive.read(entry) if entry.file_size <= LARGEST else None
                if inner.suffix.lower() == ".zip":
                    found += packed(content or b"", place / inner.with_suffix(""), depth - 1)
                else:
                    found.append((place / inner, content))
    except Exception:  # whatever a damaged or locked archive makes of zipfile
        found.append((place / "damaged.zip", b""))
    return found


def alike(name):
    """A name without what a file name may change in it."""
    return re.sub(r"[\s_]+", " ", unicodedata.normalize("NFC", name)).strip().casefold()


def owner(place, assignments):
    """The student that a path belongs to, as Moodle, Canvas or a person names files."""
    first = place.parts[0] if len(place.parts) > 1 else place.stem
    if found := MOODLE.match(first) or CANVAS.match(first):
        first = found[1]
    for name in assignments:  # ada_05-bptt.ipynb and ada-05-bptt (1).ipynb are ada's
        first = re.sub(rf"[\s_-]*{re.escape(name)}.*$", "", first) or first
    return unicodedata.normalize("NFC", first).strip()


def safe(student):
    """The name as that of a folder; one that had to be changed gets a mark of its own."""
    plain = "".join(c if c.isalnum() or c in " .@-_" else "-" for c in student).strip(". ")[:80]
    mark = hashlib.sha256(student.encode("utf-8", "replace")).hexdigest()[:6]
    return plain if plain == student else f"{plain or 'nameless'} {mark}"


def read(data):
    """(cells, name of the assignment that the notebook says it is); raises Unreadable."""
    if data is None:
        raise Unreadable(f"larger than {LARGEST // 1_000_000} MB")
    if not data:
        raise Unreadable("no notebook (*.ipynb) in it")
    try:
        notebook = nbformat.reads(data.decode("utf-8-sig"), 4)
        cells = [c for c in notebook.cells if isinstance(c.source, str) and c.cell_type in ("code", "markdown", "raw")]
        for cell in cells:
            cell.source = legible(cell.source)
            facts = cell.metadata.get("nbgrader") if isinstance(cell.metadata, dict) else None
            known = facts.get("grade_id") if isinstance(facts, dict) else None
            cell.known = known if isinstance(known, str) else str(cell.get("id", ""))
        return cells, notebook.metadata.get("hidden_states")
    except Exception as error:  # whatever a damaged file makes of nbformat
        raise Unreadable(f"not a notebook ({type(error).__name__})") from None


def similarity(cells, says, assignment):
    """How much of it comes from that assignment: texts as they were handed out; else what it says of itself."""
    given = {assignment.blank(n).strip() for n, c in assignment.cells.items() if c.cell_type == "markdown"}
    return sum(c.source.strip() in given for c in cells) + (says == assignment.name)


def take(assignment, cells):
    """(code to run, {question: text}, notes): what the student wrote, whatever was done to the other cells.

    Setup comes from the release, before and, if it was edited, also after what the student wrote. Cells left as they
    were handed out say nothing; so a copied, moved, deleted or renamed cell neither gains nor loses anything.
    """
    given = {name: assignment.blank(name).strip() for name in assignment.cells}
    planted = {given[q] for q in assignment.planted}
    blanks = set(given.values()) - planted
    setup = {name for name, cell in assignment.cells.items() if cell.source in assignment.setup()}
    code, texts, notes, loose, edited = [], defaultdict(list), [], [], False
    for cell in cells:
        name, source = cell.known, cell.source.strip()
        if not source or source in blanks:
            continue
        if name in assignment.by_hand():
            texts[name].append(cell.source)
        elif cell.cell_type == "code":
            code.append(cell.source)
            edited = edited or name in setup
        else:
            loose.append(source.removeprefix(given.get(name, "")).strip())
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
    return code, {q: "\n\n".join(t) for q, t in texts.items()}, notes
