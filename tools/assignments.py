"""Make assignments to hand out, in a course folder that nbgrader can use, too.

    python tools/assignments.py [chapters] [--seed 2026] [--students file] [--course folder] [--overlay folder]
                                [--due time]

Without chapters all of them. The seed chooses numbers, planted errors and data; with a file of students (one name a
line, or a table with columns such as name and id) each of them gets a variant. An overlay is a private folder whose
`NN-name/assignment.ipynb` and `NN-name/questions.py` take the place of the public ones.
"""

import argparse
import csv
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

try:
    from grading.assignment import AssignmentError, kind
    from grading.course import Course, chosen, stop, write_notebook, write_zip
    from grading.writing import alike, decoded, here, moment, safe
except ModuleNotFoundError as error:
    sys.exit(f"The package {error.name} is missing: run `make assignments`, or `python tools/install.py` first.")

NAMES = ["full name", "name", "student", "student name", "이름", "성명", "姓名"]
FIRST, LAST = ["first name", "forename", "given name", "vorname"], ["last name", "surname", "family name", "nachname"]
IDS = ["identifier", "id", "id number", "student id", "sis user id", "orgdefinedid", "username", "sid"]
IDS += ["matrikelnummer", "학번", "学号"]


def read_students(file):
    """{key: {"name", "id"}}: one name a line, or a table whose first line says which columns hold names and ids."""
    if not Path(file).is_file():
        stop(f"There is no file {file}: it should hold the students' names, one a line.")
    lines = [line.strip() for line in decoded(Path(file).read_bytes()).splitlines() if line.strip(" \t,;")]
    delimiter = max(",;\t", key=lines[0].count) if lines else ","
    head = [alike(column) for column in next(csv.reader(lines[:1], delimiter=delimiter), [])]
    name, *parts, ids = ([head.index(c) for c in columns if c in head] for columns in (NAMES, FIRST, LAST, IDS))
    name = name[:1] or [k for part in parts for k in part[:1]]
    if name and len(lines) > 1:
        table = [row + [""] * len(head) for row in csv.reader(lines[1:], delimiter=delimiter)]
        people = [(" ".join(row[k].strip() for k in name), row[ids[0]] if ids else "") for row in table]
        people = [(n, i.strip().removeprefix("Participant ")) for n, i in people if n and "Points Possible" not in n]
    elif len(head) > 2 or len(head) > 1 and delimiter != ",":
        known = ", ".join([*NAMES[:4], f"{FIRST[0]} and {LAST[0]}"])
        stop(f"{file} is a table, and no column of its first line is called as names are: {known}.")
    elif len(lines) > 1 and all(re.search(r",[^,]*\d[^,]*$", line) for line in lines):
        stop(f"{file} looks like names and ids: write `name,id` as its first line.")
    else:
        people = [(next(csv.reader([line]))[0] if line.startswith('"') else line, "") for line in lines]
    keys = [student_id or person for person, student_id in people]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice or not keys:
        stop(f"{file} names {twice[0]} twice: give them ids." if twice else f"{file} names nobody.")
    return {key: {"name": n, "id": i} for key, (n, i) in zip(keys, people, strict=True)}


def enter(gradebook, variant, due):
    """Tell the gradebook what there is to grade; grades that are there stay."""
    gradebook.update_or_create_assignment(variant.name, **({"duedate": due} if due else {}))
    gradebook.update_or_create_notebook(variant.name, variant.name)
    for name, cell in variant.cells.items():
        facts, place = kind(cell), (name, variant.name, variant.name)
        if facts["grade"]:
            gradebook.update_or_create_grade_cell(*place, max_score=facts["points"], cell_type=cell.cell_type)
        if facts["solution"]:
            gradebook.update_or_create_solution_cell(*place)
        if not facts["solution"] or facts["grade"]:
            source = variant.blank(name)
            gradebook.update_or_create_source_cell(*place, cell_type=cell.cell_type, locked=True, source=source)


def make(course, given, due):
    """Make the assignments, in the course folder."""
    seed = 1 if course.state is None and given.seed is None else given.seed
    if course.state is None:
        print(f"seed: {seed}{'' if given.seed else ' (choose your own with SEED=...)'}")
    course.begin(seed, read_students(given.students) if given.students else {})
    if given.overlay:
        course.state["overlay"] = str(Path(given.overlay).resolve())
    chapters = chosen(given.chapters, course.state.get("overlay"))
    try:  # everything is made before anything is written
        variants = [course.variant(name) for name in chapters]
        releases = [variant.release() for variant in variants]
        own = {(s, n): course.variant(n, s).release() for s in course.state["students"] for n in chapters}
    except AssignmentError as error:
        stop(str(error))
    course.state["released"] = sorted({*course.state["released"], *chapters})
    course.save()
    course.config()
    with course.gradebook() as gradebook:
        for variant, release in zip(variants, releases, strict=True):
            name = variant.name
            write_notebook(course.folder / "source" / name / f"{name}.ipynb", variant.source)
            write_notebook(course.folder / "release" / name / f"{name}.ipynb", release)
            write_zip(course.folder / "zip" / f"{name}.zip", f"{name}.ipynb", release)
            enter(gradebook, variant, due)
            total = sum(kind(c).get("points", 0) for c in variant.cells.values() if kind(c)["grade"])
            print(f"{name}: {len(variant.questions) + len(variant.by_hand())} questions, {total} points")
    for (student, name), release in own.items():
        write_zip(course.folder / "zip" / safe(course.label(student)) / f"{name}.zip", f"{name}.ipynb", release)
    each = f", a variant each for {len(course.state['students'])} students" if own else ""
    print(f"To hand out: {course.folder / 'zip'}{each}. With answers, for you: {course.folder / 'source'}")


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("chapters", nargs="*")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--students")
    parser.add_argument("--course", default=ROOT / "_course")
    parser.add_argument("--overlay")
    parser.add_argument("--due", help="the day and time until which they may be handed in: '2026-11-30 18:00'")
    given = parser.parse_args(arguments)
    due = moment(given.due)
    if given.due and not due:
        stop(f"{given.due} is no day and time: say --due '2026-11-30 18:00'.")
    if given.overlay and not Path(given.overlay).is_dir():
        stop(f"There is no folder {given.overlay}.")
    if due:
        print(f"due: {here(str(due)):%A %d %B %Y, %H:%M}")
    course = Course(given.course)
    with course.locked():
        make(course, given, due)


if __name__ == "__main__":
    main(sys.argv[1:])
