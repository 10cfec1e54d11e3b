"""Grading: whatever students hand in, each gets the points of what they know, and nobody else's grading suffers."""

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile

import grade
import nbformat
import pytest
from filelock import FileLock
from grading import answers
from grading.assignment import Assignment, names
from grading.student import no_sandbox

from conftest import ROOT

NAME = "01-autonomous-system"
pytestmark = pytest.mark.skipif(bool(no_sandbox()), reason="no sandbox here: apt-get install bubblewrap")


def run(tool, *arguments):
    command = [sys.executable, str(ROOT / "tools" / tool), *map(str, arguments)]
    environment = {**os.environ, "TOKEN": "of the instructor"}
    return subprocess.run(command, capture_output=True, text=True, timeout=600, env=environment)


def handed_in(variant, changes=None, before=(), after=()):
    """The released notebook with the right answers, except where `changes` says otherwise, and further cells."""
    notebook = variant.release()
    answers = {**{q: variant.answer(q) for q in variant.questions}, "q7": "Both are right.", **(changes or {})}
    for cell in notebook.cells:
        cell.source = answers.get(cell.id, cell.source)
    extra = [[nbformat.v4.new_code_cell(source) for source in cells] for cells in (before, after)]
    notebook.cells = [*extra[0], *notebook.cells, *extra[1]]
    return notebook


def without(notebook, *parts):
    for cell in notebook.cells:
        for part in parts:
            cell.pop(part, None) if part == "id" else cell.update(metadata={})
    return notebook


def ordered(notebook, order):
    notebook.cells = order(notebook.cells)
    return notebook


WRONG = "def steps_to_fall(a, share):\n    "
# For each submission what it gets of the 15 points that are graded by the machine.
FORGED = """
import sys, gc, os
def steps_to_fall(a, share):
    found, frame = [], sys._getframe()
    while frame:
        found += [v for v in [*frame.f_locals.values(), *frame.f_globals.values()] if isinstance(v, float)]
        frame = frame.f_back
    found += [v for v in gc.get_objects() if isinstance(v, float)]
    return (found or [0.0])[-1]
"""
READS = """
import glob
def steps_to_fall(a, share):
    for path in glob.glob('/**/*', recursive=True):
        if 'questions.py' in path or 'gradebook' in path or 'course.json' in path:
            exec(open(path).read(), globals())
            open(path, 'w').write('')
            return 99.0
    return 0.0
"""
PATCHED = """
import builtins, numpy as np
np.allclose = np.isclose = lambda *a, **k: True
np.testing.assert_allclose = lambda *a, **k: None
builtins.all = lambda *a: True
"""
DEAF = """
import os, signal, time
os.write(4, b"{}\\n")
signal.signal(signal.SIGALRM, signal.SIG_IGN)
while True: time.sleep(1)
"""
FLOOD = """
import os
def flood():
    os.write(3, b'{"value": {"plain": 1}}\\n' * 9)
    os.write(4, b"[" * 9999)
"""
LIAR = """
class Any:
    shape, dtype = (), float
    __eq__ = lambda self, other: True
    __float__ = lambda self: 0.0
"""


def submissions(v):
    copy = handed_in(v)
    blank = next(c for c in v.release().cells if c.id == "q1")
    copied = ordered(copy, lambda cells: [*cells, blank, *cells[-3:]])
    elsewhere = handed_in(v, {"q7": ""})
    elsewhere.cells.append(nbformat.v4.new_markdown_cell("Both are right, and here is why."))
    return {
        "perfect": (handed_in(v), 15),
        "blank": (v.release(), 0),
        "patches the tests": (handed_in(v, {q: PATCHED for q in v.questions}), 0),
        "equals everything": (handed_in(v, {"q1": LIAR + WRONG + "return Any()"}), 13),
        "transforms cells": (
            handed_in(v, before=["get_ipython().input_transformers_cleanup.append(lambda l: [])"]),
            0,  # as in Jupyter
        ),
        "magic": (
            handed_in(v, {"q1": "%matplotlib inline\n" + v.answer("q1") + "\n!ls"}, before=["%%time\n1 + 1"]),
            15,
        ),
        "prints and warns": (
            handed_in(
                v, {"q1": v.answer("q1").replace("    return", "    print('x' * 10**6); np.log(-1.0)\n    return")}
            ),
            15,
        ),
        "exits in a function": (handed_in(v, {"q1": f"import os\n{WRONG}os._exit(0)"}), 13),
        "exits in a cell": (handed_in(v, before=["import os; os._exit(0)", "exit()"], after=["raise SystemExit"]), 15),
        "never ends": (handed_in(v, {"q1": f"{WRONG}while True: pass"}), 13),
        "takes all memory": (handed_in(v, {"q1": f"{WRONG}return bytearray(10**13)"}), 13),
        "answers too much": (handed_in(v, {"q1": f"{WRONG}return np.zeros(10**8)"}), 13),
        "writes into the answers": (
            handed_in(
                v,
                {"q1": f"{FLOOD}{WRONG}flood(); return 1.0"},
            ),
            13,
        ),
        "walks frames": (handed_in(v, {"q1": FORGED}), 13),
        "reads files": (handed_in(v, {"q1": READS}), 13),
        "uses the network": (
            handed_in(v, {"q1": f"import socket\n{WRONG}return socket.create_connection(('127.0.0.1', 22), 2) and 0"}),
            13,
        ),
        "reads the environment": (handed_in(v, {"q1": f"{WRONG}raise ValueError(open('/proc/1/environ').read())"}), 13),
        "rows of unequal length": (handed_in(v, {"q6": "def largest_growth(A, T): return (0.0, [1.0, [2.0]])"}), 12),
        "half a character": (handed_in(v, {"q1": f"{WRONG}raise ValueError('\\ud800')", "q7": "\ud800"}), 13),
        "never stops talking": (handed_in(v, {"q1": f"import os\n{WRONG}while True: os.write(4, b'x' * 65536)"}), 13),
        "does not listen": (handed_in(v, before=[DEAF, "'" + "x" * 500_000 + "'"]), 0),
        "strange metadata": (handed_in(v, before=["1"]), 15),
        "text elsewhere": (elsewhere, 15),
        "does not parse": (handed_in(v, {"q1": "def steps_to_fall(a, share:"}), 13),
        "copied cells": (copied, 15),
        "deleted tests": (ordered(handed_in(v), lambda cells: [c for c in cells if not c.id.endswith("-test")]), 15),
        "edited tests": (handed_in(v, {f"{q}-test": "raise ValueError" for q in v.questions}), 15),
        "edited setup": (handed_in(v, {"setup": "import numpy"}), 15),
        "added to setup": (
            handed_in(v, {"setup": "import math", "q1": f"{WRONG}return math.log(share) / math.log(abs(a))"}),
            15,
        ),
        "moved cells": (ordered(handed_in(v), lambda cells: cells[::-1]), 15),
        "without metadata": (without(handed_in(v), "metadata"), 15),
        "without metadata and ids": (without(handed_in(v), "metadata", "id"), 15),
        "one cell for all": (
            handed_in(v, {q: "" for q in v.questions}, after=["\n\n".join(map(v.answer, v.questions))]),
            15,
        ),
        "=cmd|' /C calc'!A0": (handed_in(v), 15),
    }


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A course, an inbox as learning-management systems leave them, and what grading made of it."""
    course, inbox = tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("inbox")
    made = run("assignments.py", "1", "--seed", 2026, "--course", course)
    assert made.returncode == 0, made.stdout + made.stderr
    variant = Assignment(NAME, 2026)
    cases = submissions(variant)
    cases["strange metadata"][0].cells[0].metadata = {"nbgrader": {"grade_id": ["q1"]}}
    for student, (notebook, _) in cases.items():
        folder = inbox / f"{student.replace('/', '-')}_{100 + len(list(inbox.iterdir()))}_assignsubmission_file_"
        folder.mkdir()
        (folder / "my work (1).ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    (inbox / f"mail_{NAME}.ipynb").write_text(json.dumps(handed_in(variant)), encoding="utf-8")
    with zipfile.ZipFile(inbox / "zipped.zip", "w") as archive:
        archive.writestr("a/b/work.ipynb", json.dumps(handed_in(variant)))
        archive.writestr("__MACOSX/work.ipynb", "junk")
    (inbox / "broken.ipynb").write_text('{"cells": [', encoding="utf-8")
    (inbox / "bomb.zip").write_bytes(b"PK no zip")
    (inbox / "twice").mkdir()
    for file, changes in {"a.ipynb": {}, "b.ipynb": {"q1": ""}}.items():
        (inbox / "twice" / file).write_text(json.dumps(handed_in(variant, changes)), encoding="utf-8")
    (inbox / "other.ipynb").write_text(json.dumps(nbformat.v4.new_notebook()), encoding="utf-8")
    done = run("grade.py", inbox, "--course", course)
    assert done.returncode == 0, done.stdout + done.stderr
    entries, well, odd = map(int, re.search(r"(\d+) entries: (\d+) graded, (\d+) to look at", done.stdout).groups())
    assert entries == well + odd == len(list(inbox.iterdir())) and odd == 4, done.stdout
    with open(course / "marks.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return course, inbox, cases, rows


def test_each_submission_gets_what_it_knows_whatever_else_it_does(graded):
    _, _, cases, rows = graded
    wanted = {name: points for name, (_, points) in cases.items()} | {"mail": 15, "zipped": 15}
    got = {
        name: sum(
            float(r["points"] or 0)
            for r in rows
            if r["student"].removeprefix("'") == name.replace("/", "-") and r["question"]
        )
        for name in wanted
    }
    assert got == wanted


def test_what_cannot_be_graded_is_said(graded):
    _, _, _, rows = graded
    status = {(r["student"], r["question"]): r["status"] for r in rows}
    assert status["broken", ""] == status["bomb", ""] == "unreadable"
    assert status["twice", ""] == status["other", ""] == "look at"
    assert status["never ends", "q1"] == "timed out" and status["exits in a function", "q1"] == "killed"
    assert status["text elsewhere", "q7"] == "to be graded by a person" and status["text elsewhere", ""] == "note"
    assert status["perfect", "q7"] == "to be graded by a person" and status["perfect", "q1"] == "graded"
    assert not any(v.startswith(("=", "+", "@")) for r in rows for v in r.values())


def test_feedback_names_the_mistake_and_holds_no_hidden_test(graded):
    course, *_ = graded
    pages = [p.read_text(encoding="utf-8") for p in course.glob("feedback/*/*.html")]
    pages = {re.search(r"<p>(.*?): <strong>", page)[1]: page for page in pages}
    assert "15 of 20 points" in pages["perfect"] and "is not defined" in pages["does not parse"]
    hidden = r"http|<script|np\.allclose|secret|of the instructor|errno"
    assert not any(re.search(hidden, page) for page in pages.values())


def test_points_that_a_person_gave_stay_when_graded_again(graded):
    course, inbox, *_ = graded
    from grading.course import Course

    with Course(course).open().gradebook() as gradebook:
        grade = gradebook.find_grade("q7", NAME, NAME, "100")
        grade.manual_score, grade.needs_manual_grade = 4.5, False
        gradebook.db.commit()
    few = inbox.parent / "few"
    shutil.copytree(inbox / "perfect_100_assignsubmission_file_", few / "perfect_100_assignsubmission_file_")
    done = run("grade.py", few, "--course", course)
    assert done.returncode == 0, done.stderr
    assert "19.5 of 20 points" in (course / "feedback" / "100" / f"{NAME}.html").read_text(encoding="utf-8")
    with open(course / "marks.csv", encoding="utf-8-sig", newline="") as file:
        marks = {(r["student"], r["question"]): r["points"] for r in csv.DictReader(file)}
    assert marks["perfect", "q7"] == "4.5" and marks["mail", "q1"] == "2", "nobody else's marks are gone"


def test_nbgrader_itself_reads_the_folder(graded):
    course, *_ = graded
    shown = subprocess.run(
        [sys.executable, "-m", "nbgrader", "export", "--to", str(course / "export.csv")],
        cwd=course,
        capture_output=True,
        text=True,
    )
    assert shown.returncode == 0, shown.stderr
    assert ",perfect," in (course / "export.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "tool, arguments, says",
    [
        ("assignments.py", ["9"], "no assignment for chapter 9"),
        ("assignments.py", ["--seed", "soon"], "invalid int value"),
        ("assignments.py", ["--students", "nobody.txt"], "no file nobody.txt"),
        ("grade.py", ["nowhere", "--course", "COURSE"], "no nowhere"),
        ("grade.py", ["EMPTY", "--course", "COURSE"], "holds nothing that was handed in"),
        ("grade.py", ["EMPTY", "--course", "EMPTY"], "run `make assignments` first"),
        ("grade.py", ["EMPTY", "--course", "HALF"], "gradebook.db is missing"),
        ("grade.py", ["INBOX", "--course", "BROKEN"], "gradebook.db is damaged"),
        ("grade.py", ["INBOX", "--course", "COURSE", "--jobs", "many"], "invalid int value"),
    ],
)
def test_what_people_get_wrong_is_said_in_one_message(graded, tmp_path, tool, arguments, says):
    course, inbox, *_ = graded
    for name in ("half", "broken"):
        (tmp_path / name).mkdir()
        shutil.copy(course / "course.json", tmp_path / name)
    (tmp_path / "broken" / "gradebook.db").write_text("not a database" * 99)
    (tmp_path / "empty").mkdir()
    places = {
        "COURSE": course,
        "EMPTY": tmp_path / "empty",
        "HALF": tmp_path / "half",
        "BROKEN": tmp_path / "broken",
        "INBOX": inbox,
    }
    arguments = [places.get(word, word) for word in arguments]
    if "--course" not in arguments:
        arguments += ["--course", tmp_path / "new"]
    done = run(tool, *arguments)
    assert done.returncode in (1, 2) and says in done.stderr and "Traceback" not in done.stderr, done.stderr
    assert not (tmp_path / "new").exists() and not any((tmp_path / "empty").iterdir())


def test_each_student_can_have_numbers_of_their_own(tmp_path):
    (tmp_path / "class.txt").write_text("ada\nbob\nO'Brien, Zoë\neve\n", encoding="utf-8")
    course = tmp_path / "course"
    made = run("assignments.py", "1", "2", "--seed", 5, "--students", tmp_path / "class.txt", "--course", course)
    assert made.returncode == 0, made.stderr
    assert len({(course / "zip" / s / f"{NAME}.zip").read_bytes() for s in ("ada", "bob")}) == 2
    ada = Assignment(NAME, 5, "ada")
    inbox = tmp_path / "in"
    inbox.mkdir()
    for student in ("ada", "bob"):  # bob hands in ada's notebook
        (inbox / f"{student}.ipynb").write_text(json.dumps(handed_in(ada)), encoding="utf-8")
    own = handed_in(Assignment(NAME, 5, "O'Brien, Zoë"))
    (inbox / "o'brien,_zoë.ipynb").write_text(json.dumps(own), encoding="utf-8")
    assert run("grade.py", inbox, "--course", course).returncode == 0
    with open(course / "marks.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    marks = {(r["student"], r["question"]): r["points"] for r in rows}
    assert [(r["assignment"], r["status"]) for r in rows if r["student"] == "eve"] == [(NAME, "nothing handed in")]
    assert marks["ada", "q2"] == marks["O'Brien, Zoë", "q2"] == "2" and marks["bob", "q2"] == "0"


def test_releases_are_the_same_bytes_each_time_and_fast(tmp_path):
    for place in ("one", "two"):
        made = run("assignments.py", "--seed", 3, "--course", tmp_path / place)
        assert made.returncode == 0, made.stderr
    first, second = (sorted((tmp_path / place / "zip").glob("*.zip")) for place in ("one", "two"))
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second] and len(first) == 8


def test_each_notebook_is_graded_as_the_assignment_that_it_is(tmp_path):
    course, inbox = tmp_path / "course", tmp_path / "inbox"
    inbox.mkdir()
    assert run("assignments.py", "2", "3", "5", "--seed", 4, "--course", course).returncode == 0
    for name in names().values():
        if name.startswith(("02-", "03-", "05-")):
            variant = Assignment(name, 4)
            kept = handed_in(variant, {variant.by_hand()[0]: ""})
            (inbox / f"eve_{name}.ipynb").write_text(json.dumps(without(kept, "metadata", "id")), encoding="utf-8")
    done = run("grade.py", inbox, "--course", course)
    assert done.returncode == 0, done.stderr
    with open(course / "marks.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    lost = [
        r
        for r in rows
        if r["status"] == "graded" and r["question"] in ("q1", "q2", "q3", "q4") and r["points"] != r["of"]
    ]
    assert {r["assignment"].partition("-")[0] for r in rows} == {"02", "03", "05"} and lost == []


AFTERWARDS = {
    "growth = largest_growth = 3.0": {"q6"},
    "np = None": {"q1", "q3", "q4", "q5", "q6"},
    "def steps_to_fall(a, share): return 'my first try'": {"q1"},
    "answer_2 = 'see above'": {"q2"},
    "def np(): return 0\n%matplotlib inline": {"q1", "q3", "q4", "q5", "q6"},
}


@pytest.mark.parametrize("cell", AFTERWARDS)
def test_what_a_later_cell_spoils_is_looked_at_and_what_is_left_undone_is_called_so(cell):
    variant = Assignment(NAME, 4)
    undone = {"q2": variant.blank("q2")} if "answer_2" not in cell else {"q1": variant.blank("q1")}
    cells, _ = answers.read(json.dumps(handed_in(variant, undone, after=[cell])).encode())
    judged, _, _ = grade.grade(variant, cells, variant.expect(1), True)
    spoilt = {q for q, said in judged.items() if said[1] == "look at" and "a later cell" in said[2]}
    assert spoilt == AFTERWARDS[cell] - set(undone)
    assert {judged[q][:3] for q in undone} == {(0, "graded", "left as it was handed out")}
    assert all(said[0] for q, said in judged.items() if q not in spoilt and q not in undone)


@pytest.fixture(scope="module")
def slow(tmp_path_factory):
    """A course, an inbox of eight whose grading takes a second each, and the marks that it gives undisturbed."""
    place = tmp_path_factory.mktemp("slow")
    assert run("assignments.py", "1", "--seed", 4, "--course", place / "course").returncode == 0
    variant = Assignment(NAME, 4)
    for n in range(8):
        notebook = handed_in(
            variant, {"q1": "" if n % 3 else variant.answer("q1")}, before=["import time; time.sleep(1)"]
        )
        (place / "inbox" / f"student {n}").mkdir(parents=True)
        (place / "inbox" / f"student {n}" / "work.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    (place / "inbox" / "nobody.pdf").write_text("no notebook")
    shutil.copytree(place / "course", place / "whole")
    done = run("grade.py", place / "inbox", "--course", place / "whole", "--jobs", 1)
    assert "9 entries: 8 graded, 1 to look at" in done.stdout and "to go" in done.stdout, done.stdout + done.stderr
    return place


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_ended_goes_on_where_it_stopped_and_no_second_one_runs_beside_it(slow, tmp_path, end):
    course = tmp_path / "course"
    shutil.copytree(slow / "course", course)
    command = [
        sys.executable,
        str(ROOT / "tools" / "grade.py"),
        str(slow / "inbox"),
        "--course",
        str(course),
        "--jobs",
        "1",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    said = ""
    while "4 of 8" not in said:
        said += process.stdout.read(1)
    beside = run("grade.py", slow / "inbox", "--course", course)
    assert beside.returncode == 1 and "in use" in beside.stderr and "Traceback" not in beside.stderr
    start = time.monotonic()
    process.send_signal(end)
    _, error = process.communicate(timeout=20)
    assert time.monotonic() - start < 5 and process.returncode != 0
    if end != signal.SIGKILL:
        assert "the same command goes on" in error and "Traceback" not in error, error
    with open(course / "marks.csv", encoding="utf-8-sig", newline="") as file:
        kept = {r["student"] for r in csv.DictReader(file) if r["question"]}
    assert 2 <= len(kept) < 8, "what was graded is in marks.csv"
    again = run("grade.py", slow / "inbox", "--course", course, "--jobs", 1)
    assert again.returncode == 0 and "9 entries: 8 graded" in again.stdout, again.stderr
    assert int(re.search(r" of (\d) graded", again.stdout)[1]) < 8, "only the rest is graded"
    assert (course / "marks.csv").read_bytes() == (slow / "whole" / "marks.csv").read_bytes()


def test_what_was_unreadable_goes_when_a_good_one_comes_and_a_good_one_stays(slow, tmp_path):
    course, inbox = tmp_path / "course", tmp_path / "inbox"
    shutil.copytree(slow / "whole", course)
    inbox.mkdir()
    shutil.copy(slow / "inbox" / "student 0" / "work.ipynb", inbox / "nobody.ipynb")
    (inbox / "student 1.ipynb").write_text("broken")
    assert run("grade.py", inbox, "--course", course).returncode == 0
    with open(course / "marks.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {r["status"] for r in rows if r["student"] == "nobody"} == {"graded", "to be graded by a person"}
    kept = {r["status"] for r in rows if r["student"] == "student 1" and r["question"]}
    assert "graded" in kept and "unreadable" in {r["status"] for r in rows if r["student"] == "student 1"}


def test_what_comes_by_another_way_changes_no_mark_and_nothing_is_made_meanwhile(slow, tmp_path):
    course, inbox = tmp_path / "course", tmp_path / "inbox"
    shutil.copytree(slow / "whole", course)
    (inbox / "ours_student 0_assignsubmission_file_").mkdir(parents=True)
    blank = json.dumps(Assignment(NAME, 4).release())
    (course / "course_config.py").write_text(
        "c = get_config()\nc.FileNameCollectorPlugin.named_regexp = 'ours_(?P<student_id>.+)_assign.*'\n"
    )
    (inbox / "ours_student 0_assignsubmission_file_" / "w.ipynb").write_text(blank, encoding="utf-8")
    before = (course / "marks.csv").read_text(encoding="utf-8-sig")
    assert "0 graded, 1 to look at" in run("grade.py", inbox, "--course", course).stdout
    after = (course / "marks.csv").read_text(encoding="utf-8-sig")
    assert set(before.splitlines()) <= set(after.splitlines()) and "by another way" in after
    with FileLock(course / "grading.lock"):
        made = run("assignments.py", "2", "--course", course)
    assert (
        made.returncode == 1
        and "in use" in made.stderr
        and not (course / "release" / "02-input-driven-system").exists()
    )


def test_late_work_is_marked_by_the_courses_own_rule(slow, tmp_path):
    course, inbox = tmp_path / "course", tmp_path / "inbox"
    shutil.copytree(slow / "course", course)
    assert run("assignments.py", "1", "--course", course, "--due", "2026-11-03 12:00").returncode == 0
    (course / "course_config.py").write_text(
        "from nbgrader.plugins import LateSubmissionPlugin\n"
        "class TwoPoints(LateSubmissionPlugin):\n"
        "    def late_submission_penalty(self, student_id, score, total_seconds_late):\n"
        "        return 0 if student_id == 'eve' else 2 * (total_seconds_late > 3600)\n"
        "c = get_config()\nc.AssignLatePenalties.plugin_class = TwoPoints\n"
        "c.FileNameCollectorPlugin.named_regexp = r'ours-(?P<student_id>\\w+)-(?P<timestamp>[-\\d]+)\\.ipynb'\n"
    )
    inbox.mkdir()
    for name in ("ada-2026-11-03-11-00-00", "bob-2026-11-03-14-00-00", "eve-2026-11-03-14-00-00"):
        shutil.copy(slow / "inbox" / "student 0" / "work.ipynb", inbox / f"ours-{name}.ipynb")
    done = run("grade.py", inbox, "--course", course)
    assert done.returncode == 0, done.stderr
    with open(course / "marks.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {(r["student"], r["points"], r["late"]) for r in rows if r["question"] == "late"} == {
        ("bob", "-2", "2:00:00")
    }
    assert {r["late"] for r in rows if r["student"] == "ada"} == {""}
    assert run("assignments.py", "1", "--course", course, "--due", "2026-11-04 12:00").returncode == 0
    assert run("grade.py", "--marks", "--course", course).returncode == 0
    with open(course / "marks.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert not any(r["late"] or r["question"] == "late" for r in rows), "nobody is late when the due date is moved"


COPIED = """def steps_to_fall(a, share):
    count = 0
    while abs(a) ** count >= share * (1 + 1e-12):
        count = count + 1  # {}
    return count"""


def test_marks_come_back_as_platforms_take_them_with_what_was_hard_and_what_is_alike(slow, tmp_path):
    course, inbox = tmp_path / "course", tmp_path / "inbox"
    shutil.copytree(slow / "course", course)
    variant = Assignment(NAME, 4)
    mistake = next(iter(variant.questions["q1"]["mistakes"]))
    for n in range(12):
        answer = (
            COPIED.format(n).replace("count", "c" * n)
            if n in (3, 7)
            else variant.answer("q1", mistake if n % 2 else None)
        )
        text = f"my own words number {n} of what I think about it" if n % 2 else ""
        place = inbox / f"Kim_{n + 1}_assignsubmission_file_"
        place.mkdir(parents=True)
        (place / "w.ipynb").write_text(json.dumps(handed_in(variant, {"q1": answer, "q7": text})))
    assert run("grade.py", inbox, "--course", course).returncode == 0
    sheet = tmp_path / "Grades.csv"
    lines = [
        ["Identifier", "Full name", "Grade", "Last modified (grade)"],
        *([f"Participant {n + 1}", "Kim", "", "-"] for n in range(12)),
    ]
    with open(sheet, "w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(lines)
    done = run("grade.py", "--marks", "--course", course, "--sheet", sheet)
    assert done.returncode == 0 and "6 marks of 01-autonomous-system filled in, 6 not complete yet" in done.stdout, (
        done.stdout + done.stderr
    )
    with zipfile.ZipFile(course / "back" / f"moodle-{NAME}-feedback.zip") as archive:
        assert "Kim_3_assignsubmission_file_/feedback-01-autonomous-system.html" in archive.namelist()
        assert all(len(name.partition("_file_")[2].split("_")) == 1 for name in archive.namelist()), (
            "what Moodle parses"
        )
    with open(course / "back" / "Grades.csv", encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
        filled = {r["Identifier"]: r["Grade"] for r in lines}
    assert {r["Last modified (grade)"] for r in lines} == {"-"}, "as it came"
    assert filled["Participant 1"] == "15" and filled["Participant 2"] == "", "a person has still to read the other"
    with open(course / "statistics.csv", encoding="utf-8-sig", newline="") as file:
        facts = {r["question"]: r for r in csv.DictReader(file)}
    assert facts["q1"]["answers"] == "12" and mistake in facts["q1"]["mistake 1"]
    assert "<svg" in (course / "statistics.html").read_text(encoding="utf-8")
    similar = (course / "similar.csv").read_text(encoding="utf-8-sig").replace('"', "").splitlines()
    assert len(similar) == 3 and similar[1].startswith(f"{NAME},Kim,4,Kim,8,") and "no verdict" in similar[2]
    canvas = tmp_path / "canvas"
    canvas.mkdir()
    shutil.copy(inbox / "Kim_3_assignsubmission_file_" / "w.ipynb", canvas / "kimlu_LATE_77_9912_my_w-1.ipynb")
    assert run("grade.py", canvas, "--course", course).returncode == 0
    assert run("grade.py", "--marks", "--course", course).returncode == 0
    with zipfile.ZipFile(course / "back" / f"canvas-{NAME}-feedback.zip") as archive:
        assert archive.namelist() == ["kimlu_LATE_77_9912_my_w-1.html"]
