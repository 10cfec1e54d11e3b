"""Grade what students handed in: a folder or zip as Moodle, Canvas or mail leave it.

    python tools/grade.py inbox [--course folder] [--jobs 2] [--no-sandbox]
    python tools/grade.py --marks [--course folder]     marks and feedback anew, after grading by hand

Writes marks.csv (student, assignment, question, points, of, status, note) and a page of feedback for each student.
"""

import argparse
import csv
import html
import os
import sys
import time
import warnings
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

try:
    import nbformat
    from grading import intake
    from grading.assignment import REGION, AssignmentError, kind
    from grading.course import Course, stop, write_notebook
    from grading.student import CELL, Student, StudentError, no_sandbox
    from nbgrader.api import MissingEntry
except ModuleNotFoundError as error:
    sys.exit(f"The package {error.name} is missing: run `make grade`, or `python tools/install.py` first.")

warnings.filterwarnings("ignore", module="nbgrader")  # of its gradebook about itself
COLUMNS = ["student", "assignment", "question", "points", "of", "status", "note"]
BY_HAND = "to be graded by a person"
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{name}: {student}</title><style>body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 46rem;
margin: 2rem auto; padding: 0 1rem }} td, th {{ text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0;
border-bottom: 1px solid #bbb }} code {{ background: #eee; padding: 0 .2em }} @media (prefers-color-scheme: dark)
{{ body {{ background: #14181e; color: #ced6dd }} code {{ background: #29313d }} }}</style>
<h1>{name}</h1><p>{student}: <strong>{total} of {most} points</strong>{open}</p>
<table><thead><tr><th>question</th><th>points</th><th>what the tests say</th></tr></thead><tbody>{rows}</tbody></table>
"""


def found_in(inbox, course):
    """{(student, assignment): (cells, bytes)} of what can be graded, and rows of what cannot."""
    if not Path(inbox).exists():
        stop(f"There is no {inbox}: name the folder or zip with the submissions.")
    released, listed = course.released(), {intake.alike(name): name for name in course.state["students"]}
    submissions, rows = defaultdict(dict), []
    for place, data in intake.files(inbox):
        student = intake.owner(place, course.state["released"])
        student = listed.get(intake.alike(student)) or intake.safe(student)
        try:
            cells, says = intake.read(data)
        except intake.Unreadable as error:
            rows.append([student, "", "", "", "", "unreadable", f"{place}: {error}"])
            continue
        best = max(released, key=lambda a: intake.similarity(cells, says, a))
        if intake.similarity(cells, says, best) == 0:
            rows.append([student, "", "", "", "", "look at", f"{place}: not a notebook of these assignments"])
        elif listed and student not in course.state["students"]:
            note = f"{place}: no student of that name is on the list, so the numbers are not known"
            rows.append([student, best.name, "", "", "", "look at", note])
        else:
            submissions[student, best.name][str(place)] = (cells, data)
    chosen = {}
    for (student, name), found in submissions.items():
        different = {data for _, data in found.values()}
        if len(different) > 1:
            note = f"{len(found)} different notebooks, none graded: {', '.join(found)}. Keep one and grade again."
            rows.append([student, name, "", "", "", "look at", note])
        else:
            chosen[student, name] = next(iter(found.values()))
    if not submissions and all(row[6].endswith("(*.ipynb) in it") for row in rows):
        stop(f"{inbox} holds no notebook (*.ipynb) and no zip of notebooks.")
    return chosen, rows


def grade(variant, cells, expected, sandboxed):
    """{question: (points, status, words)}, the texts for a person, and notes."""
    code, texts, notes = intake.take(variant, cells)
    seconds = max([CELL, *(q.get("seconds", 0) for q in variant.questions.values())])
    try:
        with Student(code, seconds, sandboxed) as student:
            results = {q: variant.judge(student, q, expected) for q in variant.questions}
            notes += [f"a cell {words}" for _, words in student.troubles]
    except StudentError as error:  # not even its cells can be run
        results = {q: (0, error.kind, str(error)) for q in variant.questions}
    return results, texts, notes


def copy_for_a_person(variant, results, texts, cells):
    """The notebook that formgrader shows: answers as written, what the tests said, model answer and rubric."""
    notebook = variant.release()
    written = {c.known: c.source for c in cells if c.cell_type == "code"}
    for cell in list(notebook.cells):
        question = kind(cell)["grade_id"]
        if question in variant.questions:
            cell.source = written.get(question, cell.source)
        if question in texts:
            model = REGION.search(variant.cells[question].source)[2]
            before = nbformat.v4.new_markdown_cell(
                f"**Model answer, and how to give points**\n\n{model}", id=f"{question}-model"
            )
            notebook.cells.insert(notebook.cells.index(cell), before)
            cell.source = texts[question] or cell.source
        if question.removesuffix("-test") in results and question.endswith("-test"):
            cell.outputs = [nbformat.v4.new_output("stream", text=results[question.removesuffix("-test")][2] + "\n")]
    return notebook


def enter(course, gradebook, student, variant, results, texts, submission):
    """Put the result into the gradebook; points that a person gave stay."""
    name, student = variant.name, intake.safe(student)
    gradebook.update_or_create_student(student)
    cells, raw = submission
    entry = gradebook.update_or_create_submission(name, student)
    old = course.folder / "autograded" / student / name / f"{name}.ipynb"
    before = {c.id: c.source for c in nbformat.read(old, 4).cells} if old.exists() else {}
    before = {q: before.get(q) for q in texts if before.get(q) != variant.blank(q)}
    for grade in entry.notebooks[0].grades:
        if grade.name in texts:
            blank = not texts[grade.name]
            changed = grade.manual_score is not None and (texts[grade.name] or None) != before.get(grade.name)
            grade.auto_score = 0.0 if blank else None
            grade.needs_manual_grade = changed or not blank and grade.manual_score is None
        else:
            grade.auto_score = float(results[grade.name.removesuffix("-test")][0])
            grade.needs_manual_grade = False
    gradebook.db.commit()
    write_notebook(old, copy_for_a_person(variant, results, texts, cells))
    handed_in = course.folder / "submitted" / student / name / f"{name}.ipynb"
    handed_in.parent.mkdir(parents=True, exist_ok=True)
    handed_in.write_bytes(raw)


def report(course, gradebook, log):
    """marks.csv and the pages of feedback, from the gradebook and from what the tests said."""
    rows = list(log["rows"])
    for key in sorted(log["graded"]):
        student, name = key.split("\n")
        variant, said = course.variant(name, student), log["graded"][key]
        try:
            submission = gradebook.find_submission(name, intake.safe(student))
        except MissingEntry:
            rows.append(
                [student, name, "", "", "", "look at", "no longer in the gradebook: grade this submission again"]
            )
            continue
        grades = {g.name.removesuffix("-test"): g for g in submission.notebooks[0].grades}
        total, most, lines, waiting = 0.0, 0.0, [], 0
        for question in [q for q in map(str, variant.cells) if q in grades]:
            grade, (status, words) = grades[question], said["questions"].get(question, ("graded", ""))
            waits = grade.needs_manual_grade
            status = "look at" if waits and grade.manual_score is not None else BY_HAND if waits else status
            points = "" if status == BY_HAND else f"{grade.score:g}"
            rows.append(
                [student, name, question, points, f"{grade.max_score:g}", status, "" if words == "right" else words]
            )
            total, most, waiting = total + grade.score, most + grade.max_score, waiting + (status == BY_HAND)
            comment = next((c.comment for c in grade.notebook.comments if c.name == question), None)
            text = html.escape(f"{words} {comment or ''}".strip() or ("not yet graded" if waits else ""))
            for k, piece in enumerate(parts := text.split("`")):
                parts[k] = f"<code>{piece}</code>" if k % 2 else piece
            lines.append(
                f"<tr><td>{question}</td><td>{points or '–'} of {grade.max_score:g}</td><td>{''.join(parts)}</td></tr>"
            )
        for note in said["notes"]:
            rows.append([student, name, "", "", "", "look at", note])
        page = PAGE.format(
            name=name,
            student=html.escape(student),
            total=f"{total:g}",
            most=f"{most:g}",
            rows="".join(lines),
            open=" so far; a person has still to read the rest" if waiting else "",
        )
        target = course.folder / "feedback" / intake.safe(student) / f"{name}.html"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(page, encoding="utf-8")
    fresh = course.folder / "marks.new"
    with open(fresh, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([COLUMNS, *([neutral(v) for v in row] for row in rows)])
    fresh.replace(course.folder / "marks.csv")
    return rows


def neutral(value):
    """A field that no spreadsheet takes for a formula."""
    return (
        f"'{value}"
        if str(value)[:1] in tuple("=+-@\t\r") and not str(value).lstrip("-").replace(".", "").isdigit()
        else value
    )


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inbox", nargs="?")
    parser.add_argument("--course", default=ROOT / "_course")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--no-sandbox", action="store_true")
    parser.add_argument("--marks", action="store_true")
    given = parser.parse_args(arguments)
    if given.marks == bool(given.inbox):
        parser.error("name the inbox, or say --marks")
    course = Course(given.course).open()
    log = course.state.setdefault("log", {"rows": [], "graded": {}})
    if not given.marks:
        sandboxed = not given.no_sandbox
        if sandboxed and (why := no_sandbox()):
            stop(why)
        chosen, problems = found_in(given.inbox, course)
        seen = {*chosen, *((row[0], row[1]) for row in problems)}
        log["rows"] = [row for row in log["rows"] if (row[0], row[1]) not in seen] + problems
        variants, expected = {}, {}
        for student, name in chosen:
            own = (name, student if student in course.state["students"] else "")
            if own not in expected:
                variants[own] = course.variant(*own)
                expected[own] = variants[own].expect(course.state["secret"])
        start = time.monotonic()
        with ThreadPoolExecutor(max(1, given.jobs)) as pool, course.gradebook() as gradebook:
            jobs = {}
            for (student, name), (cells, _) in chosen.items():
                own = (name, student if student in course.state["students"] else "")
                jobs[student, name] = own, pool.submit(grade, variants[own], cells, expected[own], sandboxed)
            for n, ((student, name), (own, job)) in enumerate(jobs.items(), 1):
                try:
                    results, texts, notes = job.result()
                    texts = {q: texts.get(q, "") for q in variants[own].by_hand()}
                    enter(course, gradebook, student, variants[own], results, texts, chosen[student, name])
                    questions = {q: (status, words) for q, (_, status, words) in results.items()}
                    log["graded"]["\n".join((student, name))] = {"questions": questions, "notes": notes}
                except Exception as error:  # whatever one submission does, the others are graded
                    gradebook.db.rollback()
                    note = f"grading failed ({type(error).__name__}: {intake.legible(str(error))[:200]})"
                    log["rows"].append([student, name, "", "", "", "look at", note])
                print(f"\r{n} of {len(jobs)} graded, {time.monotonic() - start:.0f} s", end="", flush=True)
                course.save()
        print()
    with course.gradebook() as gradebook:
        rows = report(course, gradebook, log)
    course.save()
    for status, n in Counter(row[5] for row in rows).most_common():
        print(f"{n:5} {status}")
    print(f"Marks: {course.folder / 'marks.csv'}\nFeedback: {course.folder / 'feedback'}")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except AssignmentError as error:
        stop(str(error))
