"""Marks and feedback, from the gradebook and from what the tests said: marks.csv, and a page for each student."""

import csv
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import nbformat
from jinja2 import Environment
from nbgrader.api import MissingEntry
from nbgrader.preprocessors import AssignLatePenalties

from grading import writing
from grading.course import write_notebook

COLUMNS = ["student", "id", "assignment", "question", "points", "of", "status", "note", "submitted", "late"]
BY_HAND, NOTHING = "to be graded by a person", "nothing handed in"
PAGE = Environment(autoescape=True).from_string(Path(__file__).with_name("feedback.html").read_text(encoding="utf-8"))


def moment(text):
    return datetime.fromisoformat(text) if text else None


def enter(course, gradebook, record, results, texts, cells):
    """Put a result into the gradebook; points that a person gave stay, and wait for one if the answer changed."""
    name, student = record["assignment"], writing.safe(record["key"])
    variant = course.variant(name, record["key"])
    gradebook.update_or_create_student(student, first_name=None, last_name=writing.safe(record["name"]))
    entry = gradebook.update_or_create_submission(name, student, timestamp=moment(record["submitted"]))
    place = course.folder / "autograded" / student / name / f"{name}.ipynb"
    before = {c.id: c.source for c in nbformat.read(place, 4).cells} if place.exists() else {}
    shown = copy_for_a_person(variant, results, texts, cells)
    changed = {c.id for c in shown.cells if before and before.get(c.id) != c.source}
    for grade in entry.notebooks[0].grades:
        question = grade.name.removesuffix("-test")
        points = results[question][0] if question in results else None if texts[question] else 0
        given = grade.manual_score is not None
        grade.auto_score = None if points is None else float(points)
        grade.needs_manual_grade = question in changed if given else points is None
    gradebook.db.commit()
    write_notebook(place, shown)
    handed_in = variant.release()
    handed_in.cells = []  # without outputs and what else was in it
    for cell in cells:
        facts = {"nbgrader": variant.facts(cell.known)} if variant.facts(cell.known) else {}
        more = {"outputs": [], "execution_count": None} if cell.cell_type == "code" else {}
        source = cell.source if cell.cell_type == "code" else writing.harmless(cell.source)
        fresh = {"cell_type": cell.cell_type, "id": f"c{len(handed_in.cells)}", "source": source}
        handed_in.cells.append(nbformat.from_dict({**fresh, "metadata": facts, **more}))
    write_notebook(course.folder / "submitted" / student / name / f"{name}.ipynb", handed_in)


def copy_for_a_person(variant, results, texts, cells):
    """The notebook that formgrader shows: answers as written, what the tests said, model answer and rubric."""
    notebook = variant.release()
    written = {c.known: c.source for c in cells if c.cell_type == "code"}
    for cell in list(notebook.cells):
        question = cell.id
        if question in variant.questions:
            cell.source = written.get(question, cell.source)
        if question in texts:
            text = f"**Model answer, and how to give points**\n\n{variant.model(question)}"
            before = nbformat.v4.new_markdown_cell(text, id=f"{question}-model")
            notebook.cells.insert(notebook.cells.index(cell), before)
            cell.source = writing.harmless(texts[question]) or cell.source
        if question.endswith("-test") and (said := results.get(question.removesuffix("-test"))):
            cell.outputs = [nbformat.v4.new_output("stream", text=said[2] + "\n")]
    return notebook


def row(record, question="", points="", of="", status="", note=""):
    time = writing.here(record["submitted"])
    facts = [f"{time:%Y-%m-%d %H:%M}" if time else "", record.get("lateness") or record["late"]]
    return [record["name"], record["id"], record["assignment"], question, points, of, status, note, *facts]


def points_of(grade):
    """Points of a question: those that a person gave, else those of the tests."""
    return (grade.auto_score or 0 if grade.manual_score is None else grade.manual_score) + (grade.extra_credit or 0)


def rows_of(course, gradebook, record):
    """The rows of one submission, and its page of feedback."""
    if record["status"]:  # it was not graded
        return [row(record, status=record["status"], note=record["note"])]
    name, student = record["assignment"], writing.safe(record["key"])
    try:
        submission = gradebook.find_submission(name, student)
    except MissingEntry:
        return [row(record, status="look at", note="no longer in the gradebook: grade this submission again")]
    seconds = submission.total_seconds_late
    record["lateness"] = str(timedelta(seconds=round(seconds))) if seconds > 0 else ""
    if seconds > 0 or submission.notebooks[0].late_submission_penalty:  # also where the due date was moved
        place = {"notebook": name, "assignment": name, "student": student, "db_url": course.url}
        AssignLatePenalties(config=course.config()).preprocess(nbformat.v4.new_notebook(), {"nbgrader": place})
        gradebook.db.expire_all()
    variant, rows, lines = course.variant(name, record["key"]), [], []
    notebook = submission.notebooks[0]
    grades = {g.name.removesuffix("-test"): g for g in notebook.grades}
    comments = {c.name: c.comment for c in notebook.comments if c.comment}
    for question in [q for q in map(str, variant.cells) if q in grades]:
        grade, (status, words, detail) = grades[question], record["questions"].get(question, ("graded", "", ""))
        waits, given = grade.needs_manual_grade, grade.manual_score is not None
        if waits:
            status = "look at" if given or status == "look at" else BY_HAND
        elif given and status == "look at":
            status = "graded"
        points, of = "" if waits and not given else f"{points_of(grade):g}", f"{variant.points(question):g}"
        words = "the answer changed after you graded it" if waits and given else words
        words = words or ("" if waits or points_of(grade) else "no answer")
        note = "" if words == "right" else f"{words} ({detail})" if detail and status == "look at" else words
        rows.append(row(record, question, points, of, status, note))
        said = f"{words} {comments.get(question, '')}".strip()
        said = said or ("not yet graded" if waits else "")
        lines.append({"question": question, "points": points, "of": of, "words": said})
    if notebook.late_submission_penalty:
        points = f"{-notebook.late_submission_penalty:g}"
        rows.append(row(record, "late", points, "", "graded", "points taken off by the course's rule"))
        lines.append({"question": "late", "points": points, "of": "", "words": "handed in late"})
    rows += [row(record, status="note", note=note) for note in record["notes"]]
    total = sum(map(points_of, grades.values())) - (notebook.late_submission_penalty or 0)
    most = sum(map(variant.points, grades))
    facts = {"name": name, "student": record["name"], "total": f"{total:g}", "most": f"{most:g}"}
    page = PAGE.render(**facts, rows=lines, waiting=any(not line["points"] for line in lines))
    target = course.folder / "feedback" / student / f"{name}.html"
    for file in (course.folder / "submitted" / student / name).glob("*.txt"):  # of the exchange: whose it is
        target = course.folder / "feedback" / student / name / f"{name}.html"  # where release_feedback looks
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target.parent)
    target.parent.mkdir(parents=True, exist_ok=True)
    record["page"] = str(target.relative_to(course.folder))
    target.write_text(page, encoding="utf-8")
    return rows


def missing(course):
    """Rows of listed students from whom there is nothing, for each assignment that anybody handed in."""
    records = course.records.values()
    there, names = {(r["key"], r["assignment"]) for r in records}, {r["assignment"] for r in records if not r["status"]}
    nothing = {"submitted": "", "late": ""}
    return [
        row({**facts, "assignment": name, **nothing}, status=NOTHING)
        for key, facts in course.state["students"].items()
        for name in sorted(names)
        if not {(key, name), (key, "")} & there
    ]


def write_marks(course, rows):
    """marks.csv from {key of a submission: its rows}; whole or not at all."""
    table = [line for key in sorted(rows) for line in rows[key]] + missing(course)
    write_table(course.folder / "marks.csv", [COLUMNS, *table])
    return table


def write_table(path, rows, guard=True):
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with open(fresh, "w", newline="", encoding="utf-8-sig") as file:  # the mark tells spreadsheets that it is UTF-8
        csv.writer(file, quoting=csv.QUOTE_ALL if guard else csv.QUOTE_MINIMAL).writerows(
            [neutral(v) if guard else v for v in line] for line in rows
        )
    fresh.replace(path)


def neutral(value):
    """A field that no spreadsheet takes for a formula."""
    number = str(value).lstrip("-").replace(".", "").isdigit()
    return f"'{value}" if str(value)[:1] in tuple("=+-@＝＋－＠\t\r") and not number else value
