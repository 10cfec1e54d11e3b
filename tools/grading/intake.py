"""Whose is which file of an inbox: by the names that platforms write, or by those that people gave."""

import contextlib
import os
import re
import tomllib
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import yaml

from grading.files import Unreadable, walk
from grading.writing import alike, decoded, legible, moment

PLATFORMS = tomllib.loads(Path(__file__).with_name("platforms.toml").read_text(encoding="utf-8"))
ATTEMPT = re.compile(r"(.+?)_attempt_\d{4}(?:-\d\d){5}(\.txt|_.+)")


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


def gradescope(found):
    """{folder: facts of each submitter}, from the table that Gradescope puts beside the folders of an export."""
    tables = [(parts, read) for parts, read in found if read and parts[-1] == "submission_metadata.yml"]
    parts, read = min(tables, key=lambda t: len(t[0]), default=((), None))
    root, people = parts[:-1], {}
    with contextlib.suppress(Exception):  # whatever is wrong with a file of that name
        table = {k: v for k, v in yaml.safe_load(read()).items() if re.fullmatch(r"submission_\d+|\d+\.pdf", k)}
        for folder, facts in table.items():
            about = {"timestamp": facts.get(":created_at"), "platform": "gradescope"}
            people[(*root, folder)] = [
                {"name": str(s.get(":name") or ""), "student_id": str(s.get(":sid") or s.get(":email") or ""), **about}
                for s in facts.get(":submitters") or [{":name": folder}]
            ]
    beside = {p[: len(root) + 1] for p, _ in found if len(p) > len(root)} - {parts}
    all_of_it = all(p[: len(root)] == root[: len(p)] for p, _ in found)
    known = len(beside & set(people))
    return people if all_of_it and known and known >= len(beside) / 2 else {}  # else it is a student's own file


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


def platform_of(paths, official):
    """The one platform whose names these are: the one that explains most of them, by what stands furthest in front.

    What a student calls a file stands behind what the platform writes, and may look like another platform's name.
    `official` says that Blackboard's own text files are there.
    """
    every, score = [p for facts in PLATFORMS.values() for p in facts["paths"]], {}
    named = {next((part for part in parts if any(re.fullmatch(p, part) for p in every)), "") for parts in paths}
    for name, facts in PLATFORMS.items():
        hits = [hit for part in named for p in facts["paths"] if (hit := re.fullmatch(p, part))]
        ends = [
            max(hit.end(g) for g in ("column_and_id", "student_id", "name") if g in hit.groupdict()) for hit in hits
        ]
        score[name] = len({hit.string for hit in hits}), official and name == "blackboard", -sum(ends)
    best = max(score, key=score.get)
    return {best: PLATFORMS[best]} if score[best][0] else {}


def wrapping(paths, listed):
    """How many folders stand around everything that was handed in."""
    depth = 0
    while len({p[: depth + 1] for p in paths if len(p) > depth}) == 1:
        inner = {p[depth + 1] for p in paths if len(p) > depth + 1}
        one = len(inner) == 1 and max(map(len, paths)) == depth + 2  # one student's folder, with one file in it
        if not inner or one or any(alike(p[depth]) in listed for p in paths if len(p) > depth):
            break
        depth += 1
    return depth


def entries(inbox, assignments, patterns=(), listed=(), exchange=False):
    """Everything that was handed in, as a list of `Entry`: whoever has a file or folder in it is in one, for each time.

    `patterns` are a course's own, `listed` the students' names and ids as `alike` writes them; `exchange` says that
    the inbox is nbgrader's, whose timestamps can be believed.
    """
    patterns = [("course", re.compile(p)) for p in patterns]
    found = list(walk(inbox, [name for name in listed if len(name) > 1]))
    people, columns = gradescope(found), blackboard(found)
    official = sum(facts["name"] != facts["student_id"] for facts in columns.values()) * 2 > len(columns)
    for name, facts in platform_of([parts for parts, _ in found], official).items():
        patterns += [(name, re.compile(p)) for p in facts["paths"]]
    times = {}
    for parts, read in found:
        if exchange and read and parts[2:] == ("timestamp.txt",):
            with contextlib.suppress(Unreadable):
                times[parts[:-1]] = moment(decoded(read()))

    def attributed(parts):
        """(the part of the path that a platform has named, facts of whoever it is) or None."""
        for k, part in enumerate(parts):
            if alike(part) in listed:  # a folder that the instructor named
                return parts[: k + 1], [{"platform": "", "name": part}]
            if parts[: k + 1] in people:
                return parts[: k + 1], people[parts[: k + 1]]
            for name, pattern in patterns:
                if hit := pattern.fullmatch(part):
                    facts = {"platform": name, **hit.groupdict()}
                    return parts[: k + 1], [{**facts, **columns.get(facts.get("column_and_id"), {})}]
        return None

    whose, tops, readers = {parts: attributed(parts) for parts, _ in found}, defaultdict(set), dict(found)
    top = 0 if exchange else wrapping(list(whose), listed)
    for parts, hit in whose.items():
        tops[parts[: top + 1]] |= {hit[0]} if hit else set()
    packed_up = [place for place, hits in tops.items() if any(len(hit) > top + 1 for hit in hits)]
    for parts, hit in whose.items():  # such names inside few of several entries are what a student called them
        if hit and len(hit[0]) > top + 1 and len(packed_up) < max(1.5, len(tops) / 2) < len(tops):
            whose[parts] = None
    above = {hit[0][:k] for hit in whose.values() if hit for k in range(len(hit[0]))}
    own = [parts for parts in whose if not whose[parts] and parts not in above and len(parts) > top]
    own = [parts for parts in own if parts[-1] not in ("index.html", "submission_metadata.yml") or not above]
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


def owner(part, assignments, is_file):
    """Whose a file or folder is that a person named: ada_05-bptt.ipynb and ada-05-bptt (1).ipynb are ada's."""
    first = re.sub(r"\.\w{1,8}$", "", part) if is_file else part
    for name in assignments:
        first = re.sub(rf"[\s_-]*{re.escape(name)}.*$", "", first) or first
    return unicodedata.normalize("NFC", first).strip()
