"""What lies in an inbox: every file in it and in its zips, whatever is wrong with it."""

import io
import os
import re
import stat
import unicodedata
import zipfile
from pathlib import Path

from grading.writing import encoding, legible

LARGEST, ENTRIES, DEPTH = 20_000_000, 20_000, 3  # bytes of a file, entries of a zip, zips inside zips
JUNK = re.compile(r"\..*|__MACOSX|__pycache__|thumbs\.db|desktop\.ini", re.I)


class Unreadable(Exception):
    """A file that is no notebook; the message says why."""


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
