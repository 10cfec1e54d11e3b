"""Marks in the form in which platforms take them back: their table, made or filled in, and their zip of feedback."""

import csv
import io
import re
import shutil
import zipfile
from collections import defaultdict
from pathlib import Path

from grading import intake, writing
from grading.course import stop
from grading.marks import neutral, write_table


def totals(rows):
    """(points, or "" as long as a question waits for a person, and the feedback in a few words) of one submission."""
    questions = [row for row in rows if row[3]]
    words = " · ".join(f"{q[3]}: {q[4] or '–'} of {q[5]}" if q[5] else f"{q[3]}: {q[4]}" for q in questions)
    complete = questions and all(row[4] != "" for row in questions)
    return f"{max(0, sum(float(row[4]) for row in questions)):g}" if complete else "", words


def column_of(head, name, assignment):
    """The column of that name in a platform's table, also with more behind it, or the only one with the number."""
    for column in head:
        if column == name or column.startswith((f"{name} (", f"{name} <")):
            return column
    number = int(assignment.partition("-")[0])
    like = [c for c in head if re.search(rf"(?<!\d)0?{number}(?!\d).*\(\d+\)$", c)]
    return like[0] if len(like) == 1 else None


def fill(table, platform, assignment, people):
    """The platform's table with the marks of an assignment: (filled in, known but not complete).

    `people` is {id: (name, points or "", words)}.
    """
    form, head = intake.PLATFORMS[platform]["sheet"], table[0]
    grade, end = form["grade"].format(assignment=assignment), "End-of-Line Indicator"
    column = column_of(head, grade, assignment)
    if column is None:
        column, at = grade, head.index(end) if end in head else len(head)
        for line in table:
            line.insert(at, "")
        head[at] = grade
    if "words" in form and form["words"] not in head:
        head.append(form["words"])
    names, filled, open_still = defaultdict(set), 0, 0
    for key, (name, *_) in people.items():
        for spelling in writing.spellings(name):
            names[spelling].add(key)
    for line in table[1:]:
        line += [""] * (len(head) - len(line))
        facts = dict(zip(head, line, strict=False))
        key = facts.get(form["id"], "").removeprefix(form.get("prefix", "")).lstrip("#")
        name = facts.get(form.get("name")) or f"{facts.get('First Name', '')} {facts.get('Last Name', '')}"
        same = set().union(*(names[s] for s in writing.spellings(name)))
        key = key if key in people else min(same) if len(same) == 1 and not form["id"] else None
        if key and people[key][1]:
            line[head.index(column)], filled = people[key][1], filled + 1
            if "words" in form:
                line[head.index(form["words"])] = people[key][2]
        open_still += bool(key and not people[key][1])
    return filled, open_still


def new_table(platform, assignment, people, of):
    """A table with no more than the platform needs."""
    form = intake.PLATFORMS[platform]["sheet"]
    rest = {name: of if value == "of" else value for name, value in form.get("rest", {}).items()}
    head = [c for c in (form.get("name"), form["id"]) if c] + [n for n in rest if n != "End-of-Line Indicator"]
    head += [form["grade"].format(assignment=assignment)]
    head += [n for n in [form.get("words"), *rest] if n and n not in head]
    known = [
        {**rest, form.get("name"): neutral(name), form["id"]: form.get("prefix", "") + neutral(key)}
        for key, name in sorted(people.items())
    ]
    return [head, *([facts.get(c, "") for c in head] for facts in known)]


def write(course, rows, sheet=None):
    """back/: for each platform and assignment a table of marks and a zip of feedback; the sheet, filled in."""
    groups, folder = defaultdict(dict), course.folder / "back"
    for key, record in course.records.items():
        if not record["status"] and record["platform"] in intake.PLATFORMS:
            groups[record["platform"], record["assignment"]][record["platform_id"]] = record, totals(rows[key])
    given = read_sheet(sheet) if sheet else None
    shutil.rmtree(folder, ignore_errors=True)
    best = (0, 0), None, None
    for (platform, assignment), group in sorted(groups.items()):
        form = intake.PLATFORMS[platform]
        people = {key: (record["name"], *result) for key, (record, result) in group.items()}
        if form["sheet"]["id"]:
            of = sum(map(course.variant(assignment).points, course.variant(assignment).graded()))
            table = new_table(platform, assignment, {key: name for key, (name, *_) in people.items()}, f"{of:g}")
            fill(table, platform, assignment, people)
            write_table(folder / f"{platform}-{assignment}.csv", table, guard=False)
        if given and {form["sheet"]["id"] or form["sheet"]["name"], "OrgDefinedId"} & set(given[0]):
            copy = [list(line) for line in given]
            best = max(best, (fill(copy, platform, assignment, people), assignment, copy), key=lambda b: b[0])
        if form.get("feedback"):
            with zipfile.ZipFile(folder / f"{platform}-{assignment}-feedback.zip", "w") as archive:
                for key, (record, _) in group.items():
                    name = writing.safe(record["name"].replace("_", " "))
                    parts = record["place"].split("/")
                    file = next(part for part in parts if any(re.fullmatch(p, part) for p in form["paths"]))
                    facts = {"name": name, "id": key, "assignment": assignment, "file": re.sub(r"\.\w+$", "", file)}
                    place = form["feedback"].format(**facts)
                    archive.write(course.folder / record["page"], place)
    out = [
        f"{r['name'] or r['id']} ({r['status'] or 'not complete'})"
        for k, r in course.records.items()
        if not done(rows[k])
    ]
    if groups:
        print(f"For the platform: {folder}")
    if out:
        print(f"Not in the tables: {', '.join(out[:9])}{f' and {len(out) - 9} more' if len(out) > 9 else ''}")
    if given:
        (filled, open_still), assignment, table = best
        if table is None:
            stop(f"{sheet} names nobody who handed in: is it the table of this assignment, and of this platform?")
        write_table(folder / Path(sheet).name, table, guard=False)  # every other field as it came
        print(f"{folder / Path(sheet).name}: {filled} marks of {assignment} filled in, {open_still} not complete yet")


def done(rows):
    return totals(rows)[0] != ""


def read_sheet(sheet):
    if not Path(sheet).is_file():
        stop(f"There is no file {sheet}: name the table that the platform exported.")
    text = writing.decoded(Path(sheet).read_bytes())
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    return [line for line in csv.reader(io.StringIO(text), delimiter=delimiter) if line] or [[]]
