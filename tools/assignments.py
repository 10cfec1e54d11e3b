"""Make assignments to hand out, in a course folder that nbgrader can use, too.

    python tools/assignments.py [chapters] [--seed 2026] [--students file] [--course folder] [--overlay folder]

Without chapters all of them. The seed chooses numbers, planted errors and data; with a file of students (one name a
line) each of them gets a variant. An overlay is a private folder whose `NN-name/assignment.ipynb` and
`NN-name/questions.py` take the place of the public ones.
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

try:
    from grading.assignment import AssignmentError, kind
    from grading.course import Course, chosen, stop, write_notebook, write_zip
    from grading.intake import safe
except ModuleNotFoundError as error:
    sys.exit(f"The package {error.name} is missing: run `make assignments`, or `python tools/install.py` first.")


def read_students(file):
    if not Path(file).is_file():
        stop(f"There is no file {file}: it should hold the students' names, one a line.")
    names = [line.strip() for line in Path(file).read_text(encoding="utf-8").splitlines() if line.strip()]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice or not names:
        stop(f"{file} names {twice[0]} twice." if twice else f"{file} names nobody.")
    return names


def enter(gradebook, variant):
    """Tell the gradebook what there is to grade; grades that are there stay."""
    gradebook.update_or_create_assignment(variant.name)
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


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("chapters", nargs="*")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--students")
    parser.add_argument("--course", default=ROOT / "_course")
    parser.add_argument("--overlay")
    given = parser.parse_args(arguments)
    overlay = given.overlay
    if overlay and not Path(overlay).is_dir():
        stop(f"There is no folder {overlay}.")
    course = Course(given.course)
    seed = 1 if course.state is None and given.seed is None else given.seed
    course.begin(seed, read_students(given.students) if given.students else [])
    if overlay:
        course.state["overlay"] = str(Path(overlay).resolve())
    chapters = chosen(given.chapters, course.state.get("overlay"))
    try:  # everything is made before anything is written
        variants = [course.variant(name) for name in chapters]
        releases = [variant.release() for variant in variants]
        own = {(s, n): course.variant(n, s).release() for s in course.state["students"] for n in chapters}
    except AssignmentError as error:
        stop(str(error))
    course.state["released"] = sorted({*course.state["released"], *chapters})
    course.save()
    with course.gradebook() as gradebook:
        for variant, release in zip(variants, releases, strict=True):
            name = variant.name
            write_notebook(course.folder / "source" / name / f"{name}.ipynb", variant.source)
            write_notebook(course.folder / "release" / name / f"{name}.ipynb", release)
            write_zip(course.folder / "zip" / f"{name}.zip", f"{name}.ipynb", release)
            enter(gradebook, variant)
            total = sum(kind(c).get("points", 0) for c in variant.cells.values() if kind(c)["grade"])
            print(f"{name}: {len(variant.questions) + len(variant.by_hand())} questions, {total} points")
    for (student, name), release in own.items():
        write_zip(course.folder / "zip" / safe(student) / f"{name}.zip", f"{name}.ipynb", release)
    each = f", a variant each for {len(course.state['students'])} students" if own else ""
    print(f"To hand out: {course.folder / 'zip'}{each}. With answers, for you: {course.folder / 'source'}")


if __name__ == "__main__":
    main(sys.argv[1:])
