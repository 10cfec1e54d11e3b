"""Of everything that came in, one record for each student and assignment: who, what, when, or why not."""

import hashlib
import json
import re
from collections import Counter, defaultdict

from grading import answers, files, writing

MOST = 40_000_000  # bytes of notebooks that are read of one student


def who(found, course):
    """{identity of an entry: (key of the student, why nobody can be sure, or "")}."""
    listed = course.state["students"]
    ids = {writing.alike(facts["id"]): key for key, facts in listed.items() if facts["id"]}
    names, spelled, seen = defaultdict(set), defaultdict(set), defaultdict(set)
    for key, facts in listed.items():
        names[writing.alike(facts["name"])].add(key)
        for together in (True, False):
            for spelling in writing.spellings(facts["name"], together):
                spelled[together, spelling].add(key)
    for entry in found:
        seen[entry.student_id].add(writing.alike(entry.name))
    people, claims = {}, defaultdict(set)
    for entry in found:
        same, why = names[writing.alike(entry.name)], ""
        together = entry.platform == "canvas"
        same = same or set().union(*(spelled[together, s] for s in writing.spellings(entry.name, together)))
        key = ids.get(writing.alike(entry.student_id)) or ids.get(writing.alike(entry.name))
        key = key or (min(same) if len(same) == 1 else None)
        if key and same and key not in same:
            why = f"the id is that of {listed[key]['name']}, the name that of {listed[min(same)]['name']}"
            key = f"{writing.safe(entry.name)} {entry.student_id}"
        elif not key:
            key = entry.student_id or writing.safe(entry.name)
            if entry.student_id and len(seen[entry.student_id]) > 1:  # one number, several names: not an id after all
                key = f"{writing.safe(entry.name)} {entry.student_id}"
            if listed:
                why = "neither this id nor this name is on the list, so the numbers are not known"
                if same:
                    other = f"write {entry.student_id} into the list's column of ids, or " if entry.student_id else ""
                    known = ", ".join(sorted(same))
                    why = f"several students of that name: {other}rename it to the id on the list ({known})"
        claims[key].add((entry.platform, entry.student_id))
        people[entry.platform, entry.student_id, entry.name] = key, why
    for identity, (key, why) in people.items():
        if len(claims[key]) > 1 and not why:
            said = ", ".join(sorted(student_id or "without id" for _, student_id in claims[key]))
            people[identity] = f"{key} ({identity[1] or 'without id'})", f"several ids stand for one student: {said}"
    return people


def record_of(entry, key, assignment, listed=None, **more):
    """What is kept of a submission: `key` is the student's in this course, `platform_id` the platform's."""
    return {
        "key": key,
        "name": (listed or {}).get("name") or entry.name,
        "id": (listed or {}).get("id") or entry.student_id,
        "platform": entry.platform,
        "platform_id": entry.student_id,
        "assignment": assignment,
        "submitted": str(entry.time or ""),
        "late": "late" if entry.late else "",
        "status": "",
        "note": "",
        "notes": [],
        **more,
    }


def assignment_of(cells, says, path, course, key):
    """(assignment, "") that a notebook belongs to, or (None, why there is none to judge it by)."""
    released = course.released()
    best = max(released, key=lambda a: answers.similarity(cells, says, a))
    if answers.similarity(cells, says, best) == 0:
        best = answers.recognised(cells, path, released)
    if best is None:
        hint = f"if it is one, rename it to {released[0].name}.ipynb and grade again"
        return None, f"not a notebook of these assignments; {hint}"
    own = course.variant(best.name, key)
    if answers.similarity(cells, None, best) > answers.similarity(cells, None, own):
        return None, "its numbers are those of the release for all, not this student's own"
    return best, ""


def newest(versions):
    """(the version that counts, older ones, or all of them if nobody can say which is the newest)."""
    different = {digest(cells): version for version in versions for cells in [version[2]]}
    worked = [v for v in different.values() if not answers.untouched(v[2], v[3])] or list(different.values())
    order = sorted(worked, key=lambda v: (str(v[0].time or ""), v[0].attempt))
    last = order[-1][0]
    tie = len(order) > 1 and (order[-2][0].time, order[-2][0].attempt) == (last.time, last.attempt)
    return (None, order) if tie else (order[-1], order[:-1])


def sort_out(found, course):
    """{key: (record, cells or None)} of all entries; a key is the student's, a new line, and the assignment's name."""
    people, versions, left, first, sorted_out = who(found, course), defaultdict(list), defaultdict(list), {}, {}
    spent = Counter()
    for entry in found:
        key, why = people[entry.platform, entry.student_id, entry.name]
        first.setdefault(key, entry)
        notebooks = [path for path in entry.files if re.search(r"\.(ipynb(\.\w+)?|json)$", path.lower())]
        if not notebooks:
            others = ", ".join(sorted(p.rpartition("/")[2] for p in entry.files))[:200] or "an empty folder"
            said = [f" ({e})" for path in entry.files if (e := fault(entry.files[path]))]
            left[key].append(("unreadable", f"no notebook (*.ipynb): {others}{''.join(said[:2])}"))
        for path in notebooks:
            try:
                data = entry.files[path]()
                spent[key] += len(data)
                if spent[key] > MOST:
                    raise files.Unreadable(f"more than {MOST // 1_000_000} MB of notebooks")
                cells, says = answers.read(data)
            except files.Unreadable as error:
                left[key].append(("unreadable", f"{path}: {error}"))
                continue
            best, problem = assignment_of(cells, says, path, course, key)
            if problem or why:
                left[key].append(("look at", f"{path}: {problem if not best else why}"))
            else:
                versions[key, best.name].append((entry, path, cells, best))
    for (key, name), several in versions.items():
        chosen, others = newest(several)
        entry, path, cells, _ = chosen or others[0]
        listed = course.state["students"].get(key)
        record = record_of(entry, key, name, listed, place=path, digest=digest(cells), questions={})
        paths = ", ".join(version[1] for version in others)
        if not chosen:
            record["status"] = "look at"
            record["note"] = (
                f"{len(others)} different notebooks, none graded: {paths}. Delete all but one and grade again."
            )
        elif others:
            record["notes"] = [f"the newest counts, {path}; older: {paths}"]
        record["notes"] += [f"not graded: {note}" for _, note in left.pop(key, []) if ".ipynb:" in note]
        sorted_out[f"{key}\n{name}"] = record, cells
    graded = {key.partition("\n")[0] for key in sorted_out}
    for key, problems in left.items():
        if key not in graded:
            status = problems[0][0] if len({status for status, _ in problems}) == 1 else "look at"
            note = "; ".join(note for _, note in problems)
            listed = course.state["students"].get(key)
            sorted_out[f"{key}\n"] = record_of(first[key], key, "", listed, status=status, note=note), None
    return sorted_out


def fault(read):
    """Why a file cannot be read, or None."""
    try:
        read()
    except files.Unreadable as error:
        return error


def digest(cells):
    return hashlib.sha256(json.dumps([(c.cell_type, c.known, c.source) for c in cells]).encode()).hexdigest()[:16]
