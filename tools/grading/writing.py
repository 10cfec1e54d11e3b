"""Names, times and texts, as people, platforms, spreadsheets and file systems write them."""

import contextlib
import hashlib
import re
import unicodedata
from datetime import UTC, datetime

from dateutil import parser as dates

SCRIPTS = [("cp949", "euc_kr", "[ㄱ-ㆎ가-힣]"), ("gbk", "gb2312", "[\u4e00-\u9fff]"), ("cp437", "cp437", r"[^\W\d_]")]


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


def harmless(text):
    """The text as Markdown without tags and pictures, for whoever opens a copy of a notebook, with whatever program."""
    return re.sub(r"!+(?=\[)", "", re.sub(r"<(?=[A-Za-z/!?])", "< ", text))


def alike(name):
    """A name without what a file name may change in it."""
    return re.sub(r"[\s_]+", " ", unicodedata.normalize("NFC", name)).strip().casefold()


def spellings(name, run_together=False):
    """A name in small letters without marks, its parts in any order; or as Canvas writes it, without borders."""
    parts = re.findall(r"\w+", re.sub("['’`]", "", alike(name)))
    return {"".join(parts[k:] + parts[:k]) for k in range(len(parts))} if run_together else {" ".join(sorted(parts))}


def safe(student):
    """The name as that of a folder; one that had to be changed gets a mark of its own."""
    plain = "".join(c if c.isalnum() or c in " .@-_" else "-" for c in student).strip(". ")
    plain = plain.encode()[:120].decode(errors="ignore").strip()
    mark = hashlib.sha256(student.encode("utf-8", "replace")).hexdigest()[:6]
    return plain if plain == student else f"{plain or 'nameless'} {mark}"


def moment(text):
    """A platform's time, which is that of this machine unless it says otherwise; None if it cannot be read."""
    text = re.sub(r"^(\d{4}-\d\d-\d\d)-(\d\d)-(\d\d)-(\d\d)$", r"\1 \2:\3:\4", str(text or "").strip())
    text = re.sub(r"(\d{4}) (\d{1,2})(\d\d)\b", r"\1 \2:\3", text)
    try:
        return (
            dates.parse(text[:60], dayfirst=bool(re.match(r"\d{1,2}\.\d", text)))
            .astimezone(UTC)
            .replace(tzinfo=None, microsecond=0)
        )
    except Exception:  # whatever a text that is no time makes of the parser
        return None


def here(text):
    """A time that `moment` read, in this machine's zone; None if there is none."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).astimezone() if text else None
