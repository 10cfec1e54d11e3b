"""Marks in the form in which platforms take them back: their table, made or filled in, and their zip of feedback."""

import csv
import io
import shutil
import zipfile
from collections import defaultdict
from pathlib import Path

from grading import intake
from grading.course import stop
from grading.marks import neutral, write_table


def totals(rows):
    """(points, or "" as long as a question waits for a person, and the feedback in a few words) of one submission."""
    questions = [row for row in rows if row[3]]
    words = " · ".join(f"{q[3]}: {q[4] or '–'} of {q[5]}" if q[5] else f"{q[3]}: {q[4]}" for q in questions)
    complete = questions and all(row[4] != "" for row in questions)
    return f"{max(0, sum(float(row[4]) for row in questions)):g}" if complete else "", words


def fill(table, platform, assignment, results):
    """The platform's table with the marks of an assignment, {id or name: (points, words)}; how many were found."""
    form, head = intake.PLATFORMS[platform]["sheet"], table[0]
    grade = form["grade"].format(assignment=assignment)
    column = next((c for c in head if c == grade or c.startswith((f"{grade} (", f"{grade} <"))), grade)
    for name in (column, *([form["words"]] if "words" in form else [])):
        if name not in head:
            head.insert(head.index("End-of-Line Indicator") if "End-of-Line Indicator" in head else len(head), name)
    found = 0
    for line in table[1:]:
        line += [""] * (len(head) - len(line))
        who = [line[head.index(c)].removeprefix(form.get("prefix", "")).lstrip("#") for c in (form["id"],) if c in head]
        result = next((results[w] for w in who if w in results), None)
        if result and result[0]:
            line[head.index(column)], found = result[0], found + 1
            if "words" in form:
                line[head.index(form["words"])] = result[1]
    return found


def new_table(platform, assignment, people, of):
    """A table with no more than the platform needs."""
    form = intake.PLATFORMS[platform]["sheet"]
    rest = {name: of if value == "of" else value for name, value in form.get("rest", {}).items()}
    head = [c for c in (form.get("name"), form["id"]) if c] + [n for n in rest if n != "End-of-Line Indicator"]
    head += [form["grade"].format(assignment=assignment)]
    head += [n for n in [form.get("words"), *rest] if n and n not in head]
    known = [
        {**rest, form.get("name"): neutral(name), form["id"]: form.get("prefix", "") + key}
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
    best = (0, None, None)
    for (platform, assignment), people in sorted(groups.items()):
        results = {key: result for key, (_, result) in people.items()}
        of = sum(float(row[5] or 0) for row in next(rows[k] for k in rows if k.endswith(f"\n{assignment}")) if row[3])
        table = new_table(platform, assignment, {k: r["name"] for k, (r, _) in people.items()}, f"{of:g}")
        fill(table, platform, assignment, results)
        write_table(folder / f"{platform}-{assignment}.csv", table, guard=False)
        if given and intake.PLATFORMS[platform]["sheet"]["id"] in given[0]:
            copy = [list(line) for line in given]
            best = max(best, (fill(copy, platform, assignment, results), assignment, copy), key=lambda b: b[0])
        if form := intake.PLATFORMS[platform].get("feedback"):
            with zipfile.ZipFile(folder / f"{platform}-{assignment}-feedback.zip", "w") as archive:
                for key, (record, _) in people.items():
                    page = course.folder / record["page"]
                    name = form.format(
                        name=intake.safe(record["name"].replace("_", " ")), id=key, assignment=assignment
                    )
                    archive.write(page, name)
    if given:
        if not best[0]:
            stop(f"{sheet} names nobody whose marks are complete: is it the table of this assignment and platform?")
        write_table(folder / Path(sheet).name, best[2], guard=False)  # every other field as it came
        print(f"{folder / Path(sheet).name}: {best[0]} marks of {best[1]} filled in")


def read_sheet(sheet):
    if not Path(sheet).is_file():
        stop(f"There is no file {sheet}: name the table that the platform exported.")
    text = intake.decoded(Path(sheet).read_bytes())
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    return list(csv.reader(io.StringIO(text), delimiter=delimiter)) or [[]]
