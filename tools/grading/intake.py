"""What an inbox holds: whose notebook is which, and what of it is the student's own."""

import contextlib
import hashlib
import io
import json
import os
import re
import stat
import tomllib
import unicodedata
import warnings
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import yaml
from dateutil import parser as dates

LARGEST, ENTRIES, DEPTH = 20_000_000, 20_000, 3  # bytes of a file, entries of a zip, zips inside zips
MOST = 1000  # cells of a notebook
LONGEST = 50_000  # characters of a text that are shown
PLATFORMS = tomllib.loads(Path(__file__).with_name("platforms.toml").read_text(encoding="utf-8"))
SCRIPTS = [("cp949", "euc_kr", "[ㄱ-ㆎ가-힣]"), ("gbk", "gb2312", "[\u4e00-\u9fff]"), ("cp437", "cp437", r"[^\W\d_]")]
JUNK = re.compile(r"\..*|__MACOSX|__pycache__|thumbs\.db|desktop\.ini", re.I)


class Unreadable(Exception):
    """A file that is no notebook; the message says why."""


@dataclass
class Entry:
    """What one student handed in at one time: facts from its path, and {path: function that reads it} of its files."""

    name: str
    student_id: str = ""
    platform: str = ""
    time: datetime | None = None  # in universal time, without saying so, as nbgrader stores it
    attempt: int = 0
    late: bool = False
    files: dict = field(default_factory=dict)


def encoding(raw, known=()):
    """The most plausible encoding of bytes: the one that gives most known names, else most of its script's letters."""
    with contextlib.suppress(UnicodeDecodeError):
        return raw.decode("utf-8") and "utf-8"
    best = []
    for name, usual, letters in SCRIPTS:
        text = raw.decode(name, "replace")
        odd = [c for c in text if not c.isascii()]
        plain = [c for c in odd if re.match(letters, c) and 0 < len(c.encode(usual, "ignore")) < 3]
        names = alike(text)
        best.append((sum(k in names for k in known), len(plain) / len(odd), name))
    return max(best, key=lambda b: b[:2])[2]


def decoded(raw):
    """A text file as spreadsheets and editors save it."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    return unicodedata.normalize("NFC", raw.decode(encoding(raw), "replace"))


def legible(text):
    """Text that can be written to any file."""
    return text.encode("utf-8", "replace").decode()


def small(read, size):
    """The bytes, or Unreadable if there are too many, or the system or the archive refuses them."""
    if size > LARGEST:
        raise Unreadable(f"larger than {LARGEST // 1_000_000} MB")
    try:
        data = read()
    except Exception as error:  # whatever a damaged or locked archive makes of zipfile
        what = "encrypted" if "encrypted" in str(error) else type(error).__name__
        raise Unreadable(f"cannot be opened ({what})") from None
    if len(data) > LARGEST:
        raise Unreadable(f"larger than {LARGEST // 1_000_000} MB")
    return data


def refuse(why):
    def read():
        raise Unreadable(why)

    return read


def walk(inbox, known=()):
    """(parts of the path, function that reads it) of each file, also in zips; None for a folder or a zip as such."""
    inbox = Path(inbox)
    if inbox.is_file():
        yield from unpacked(inbox, () if inbox.suffix.lower() == ".zip" else (legible(inbox.name),), known)
        return
    for folder, inner, files in os.walk(inbox):
        inner[:] = sorted(n for n in inner if not JUNK.fullmatch(n))
        parts = tuple(map(legible, Path(folder).relative_to(inbox).parts))
        for name in inner:
            yield (*parts, legible(name)), refuse("a link") if Path(folder, name).is_symlink() else None
        for name in sorted(n for n in files if not JUNK.fullmatch(n)):
            yield from unpacked(Path(folder, name), (*parts, legible(name)), known)


def unpacked(path, parts, known):
    facts = path.lstat()
    if not stat.S_ISREG(facts.st_mode):
        yield parts, refuse("a link" if stat.S_ISLNK(facts.st_mode) else "not a file")
    elif path.suffix.lower() == ".zip":
        yield from packed(path, parts, known)
    else:
        yield parts, lambda: small(path.read_bytes, facts.st_size)


def packed(source, parts, known, depth=DEPTH):
    """As `walk`, of a zip: its path, or its bytes."""
    place = (*parts[:-1], parts[-1][:-4]) if parts else ()
    try:
        if isinstance(source, bytes) and source.count(b"PK\x01\x02") > ENTRIES:
            raise Unreadable(f"a zip with more than {ENTRIES} entries")
        archive = zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source)
        listing = sorted(archive.infolist(), key=lambda e: e.filename)
    except Exception as error:  # whatever a damaged archive makes of zipfile
        why = error if isinstance(error, Unreadable) else f"cannot be opened ({type(error).__name__})"
        yield parts or (source.name,), refuse(str(why))
        return
    if place:
        yield place, None
    unsaid = [e for e in listing if not e.flag_bits & 0x800 and not e.filename.isascii()]
    unsaid = {id(e): e.orig_filename.encode("cp437") for e in unsaid}
    guess = encoding(b"\n".join(unsaid.values()), known) if unsaid else ""
    for entry in listing:
        name = unsaid[id(entry)].decode(guess, "replace") if id(entry) in unsaid else entry.filename
        inner = [p for p in legible(name).replace("\\", "/").split("/") if p not in ("", ".", "..")]
        if not inner or any(JUNK.fullmatch(p) for p in inner):
            continue
        if len(name) > 1000 or len(inner) > 30 or any(len(p) > 255 or re.search(r"[\x00-\x1f]", p) for p in inner):
            yield (*place, re.sub(r"[\x00-\x1f]", "", inner[0])[:80]), refuse("a path that no system would make")
            continue

        def read(entry=entry):
            return small(lambda: archive.open(entry).read(LARGEST + 1), entry.file_size)

        here = (*place, *(unicodedata.normalize("NFC", p) for p in inner))
        if entry.is_dir():
            yield here, None
        elif inner[-1].lower().endswith(".zip") and depth > 1:
            try:
                yield from packed(read(), here, known, depth - 1)
            except Unreadable as error:
                yield here, refuse(str(error))
        else:
            yield here, read


def moment(text):
    """A platform's time, which is that of this machine unless it says otherwise; None if it cannot be read."""
    text = re.sub(r"^(\d{4}-\d\d-\d\d)-(\d\d)-(\d\d)-(\d\d)$", r"\1 \2:\3:\4", str(text or "").strip())
    text = re.sub(r"(\d{4}) (\d{1,2})(\d\d)\b", r"\1 \2:\3", text)
    try:
        return dates.parse(text[:60]).astimezone(UTC).replace(tzinfo=None, microsecond=0)
    except Exception:  # whatever a text that is no time makes of the parser
        return None


def here(text):
    """A time that `moment` read, in this machine's zone; None if there is none."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).astimezone() if text else None


def gradescope(found):
    """{folder: facts of each submitter}, from the table that Gradescope puts beside the folders of an export."""
    tables = [(parts, read) for parts, read in found if read and parts[-1] == "submission_metadata.yml"]
    parts, read = min(tables, key=lambda t: len(t[0]), default=((), None))
    root, people = parts[:-1], {}
    with contextlib.suppress(Exception):  # whatever is wrong with a file of that name
        for folder, facts in yaml.safe_load(read()).items():
            about = {"timestamp": facts.get(":created_at"), "platform": "gradescope"}
            people[(*root, folder)] = [
                {"name": str(s.get(":name") or ""), "student_id": str(s.get(":sid") or s.get(":email") or ""), **about}
                for s in facts.get(":submitters") or [{":name": folder}]
            ]
    beside = {p[: len(root) + 1] for p, _ in found if len(p) > len(root)} - {parts}
    all_of_it = all(p[: len(root)] == root[: len(p)] for p, _ in found)
    return people if all_of_it and beside and beside == set(people) else {}  # else it is a student's own file


ATTEMPT = re.compile(r"(.+?)_attempt_\d{4}(?:-\d\d){5}(\.txt|_.+)")


def blackboard(found):
    """{column_username: facts}, from the text files that Blackboard adds, else from what all names have in common."""
    whose, names = {}, [(parts, read, ATTEMPT.fullmatch(parts[-1])) for parts, read in found if read]
    depth = min((len(parts) for parts, _, hit in names if hit), default=0)
    for parts, read, hit in names:
        if hit and len(parts) == depth:  # below are students' own files
            said = None
            with contextlib.suppress(Unreadable):
                said = hit[2] == ".txt" and re.search(r"^Name: (.*) \((\S+)\)", decoded(read()))
            said = said.groups() if said and hit[1].endswith(f"_{said[2]}") else None
            whose[hit[1]] = said or whose.get(hit[1])
    column = os.path.commonprefix(list(whose)).rpartition("_")[0] if len(whose) > 1 else ""
    guess = {s: s.removeprefix(column).strip("_") if column else s.rpartition("_")[2] for s in whose}
    return {s: {"name": (w or [guess[s]])[0], "student_id": (w or ["", guess[s]])[1]} for s, w in whose.items()}


def platform_of(paths):
    """The one platform whose names these are: the one that tells most people apart, by what stands furthest in front.

    What a student calls a file stands behind what the platform writes, and may look like another platform's name.
    """
    score = {}
    for name, facts in PLATFORMS.items():
        hits = {
            part: hit for parts in paths for part in parts for p in facts["paths"] if (hit := re.fullmatch(p, part))
        }
        people = {
            tuple(v for k, v in hit.groupdict().items() if k in ("name", "student_id", "column_and_id"))
            for hit in hits.values()
        }
        ends = [
            hit.end(next(g for g in ("column_and_id", "student_id", "name") if g in hit.groupdict()))
            for hit in hits.values()
        ]
        score[name] = len(people), -sum(ends)
    best = max(score, key=score.get)
    return {best: PLATFORMS[best]} if score[best][0] else {}


def entries(inbox, assignments, patterns=(), listed=(), exchange=False):
    """Everything that was handed in, as a list of `Entry`: whoever has a file or folder in it is in one, for each time.

    `patterns` are a course's own, `listed` the students' names and ids as `alike` writes them; `exchange` says that
    the inbox is nbgrader's, whose timestamps can be believed.
    """
    patterns = [("course", re.compile(p)) for p in patterns]
    found = list(walk(inbox, [name for name in listed if len(name) > 1]))
    for name, facts in platform_of([parts for parts, _ in found]).items():
        patterns += [(name, re.compile(p)) for p in facts["paths"]]
    people, columns = gradescope(found), blackboard(found)
    times = {}
    for parts, read in found:
        if exchange and read and parts[2:] == ("timestamp.txt",):
            with contextlib.suppress(Unreadable):
                times[parts[:-1]] = moment(decoded(read()))

    def attributed(parts):
        """(the part of the path that a platform has named, facts of whoever it is) or None."""
        for k, part in enumerate(parts):
            if parts[: k + 1] in people:
                return parts[: k + 1], people[parts[: k + 1]]
            for name, pattern in patterns:
                if hit := pattern.fullmatch(part):
                    facts = {"platform": name, **hit.groupdict()}
                    return parts[: k + 1], [{**facts, **columns.get(facts.get("column_and_id"), {})}]
        return None

    whose, tops, wrapped = {parts: attributed(parts) for parts, _ in found}, defaultdict(set), 0
    while len({p[: wrapped + 1] for p in whose if len(p) > wrapped}) == 1 and any(len(p) > wrapped + 1 for p in whose):
        wrapped += 1
    for parts, hit in whose.items():
        tops[parts[: wrapped + 1]] |= {hit[0]} if hit else set()
    packed_up = [top for top, places in tops.items() if any(len(place) > wrapped + 1 for place in places)]
    for parts, hit in whose.items():  # such names inside few of several entries are what a student called them
        if hit and len(hit[0]) > wrapped + 1 and len(packed_up) < max(1.5, len(tops) / 2) < len(tops):
            whose[parts] = None
    above = {hit[0][:k] for hit in whose.values() if hit for k in range(len(hit[0]))}
    own = [parts for parts in whose if not whose[parts] and parts not in above]
    own = [parts for parts in own if parts[-1] not in ("index.html", "submission_metadata.yml") or not above]
    readers = dict(found)
    top = 0  # one folder around everything: is it the inbox, or one student's?
    while own and not (above or exchange) and len({p[: top + 1] for p in own}) == 1:
        if alike(own[0][top]) in listed:
            break
        below = {p[top + 1] for p in own if len(p) > top + 1}
        if not below or len(below) == 1 and max(map(len, own)) == top + 2:
            break
        own, top = [p for p in own if len(p) > top + 1], top + 1
    for parts in own:
        below = max([k for k in range(len(parts)) if parts[:k] in above], default=top)
        rest = [p for p in parts[below:] if p not in assignments] or [parts[-1]]
        last = readers[parts] is not None and rest[0] == parts[-1]
        whose[parts] = parts, [{"platform": "", "name": owner(rest[0], assignments, last)}]
    made = {}
    for parts, read in found:
        if parts[:-1] in times and parts[-1] == "timestamp.txt":
            continue
        for facts in whose[parts][1] if whose[parts] else []:
            student_id, name = facts.get("student_id") or "", facts.get("name") or facts.get("student_id")
            time = moment(facts.get("timestamp")) or times.get(parts[:-1])
            attempt, name = int(facts.get("attempt") or 0), unicodedata.normalize("NFC", legible(name or parts[-1]))
            student_id = legible(student_id)
            identity = (facts["platform"], student_id, alike(name), time, attempt)
            entry = made.setdefault(identity, Entry(name, student_id, facts["platform"], time, attempt))
            entry.late = entry.late or bool(facts.get("late"))
            path = "/".join(parts)
            if read:  # a folder and a zip may have the same name
                entry.files[f"{path} (again)" if path in entry.files else path] = read
    with_files = {key[:3] for key, entry in made.items() if entry.files}
    return [entry for key, entry in made.items() if entry.files or key[:3] not in with_files]


def harmless(text):
    """The text as Markdown without tags and pictures, for whoever opens a copy of a notebook, with whatever program."""
    return re.sub(r"!+(?=\[)", "", re.sub(r"<(?=[A-Za-z/!?])", "< ", text))


def alike(name):
    """A name without what a file name may change in it."""
    return re.sub(r"[\s_]+", " ", unicodedata.normalize("NFC", name)).strip().casefold()


def spellings(name):
    """A name as platforms write it, in small letters without marks: last name first, or first name first."""
    parts = re.findall(r"\w+", re.sub("['’`]", "", alike(name)))
    return {"".join(parts[k:] + parts[:k]) for k in range(len(parts))}


def owner(part, assignments, is_file):
    """Whose a file or folder is that a person named: ada_05-bptt.ipynb and ada-05-bptt (1).ipynb are ada's."""
    first = re.sub(r"\.\w{1,8}$", "", part) if is_file else part
    for name in assignments:
        first = re.sub(rf"[\s_-]*{re.escape(name)}.*$", "", first) or first
    return unicodedata.normalize("NFC", first).strip()


def safe(student):
    """The name as that of a folder; one that had to be changed gets a mark of its own."""
    plain = "".join(c if c.isalnum() or c in " .@-_" else "-" for c in student).strip(". ")
    plain = plain.encode()[:120].decode(errors="ignore").strip()
    mark = hashlib.sha256(student.encode("utf-8", "replace")).hexdigest()[:6]
    return plain if plain == student else f"{plain or 'nameless'} {mark}"


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


def untouched(cells, assignment):
    """Whether the notebook is as it was handed out."""
    blanks = {assignment.blank(name).strip() for name in assignment.cells}
    return all(c.source.strip() in blanks for c in cells)
