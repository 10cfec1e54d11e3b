"""Grade what students handed in: a folder or zip as Moodle, Canvas, other platforms or mail leave it.

    python tools/grade.py inbox [--course folder] [--jobs 2] [--no-sandbox]
    python tools/grade.py --marks [--course folder] [--sheet file]     marks, feedback and statistics anew

Writes marks.csv (a line for each student and question) and a page of feedback for each student; with --marks, also
tables and feedback for the platform (`back/`), statistics, and a list of answers that resemble each other. A sheet is
the platform's own table of marks: it comes back filled in.
"""

import argparse
import os
import queue
import signal
import sys
import time
import warnings
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

try:
    from grading import answers, intake, marks, writing
    from grading.assignment import FOLDER, AssignmentError
    from grading.course import Course, stop
    from grading.ledger import sort_out
    from grading.student import CELL, HIDDEN, Student, StudentError, in_force, no_sandbox
except ModuleNotFoundError as error:
    sys.exit(f"The package {error.name} is missing: run `make grade`, or `python tools/install.py` first.")

warnings.filterwarnings("ignore", module="nbgrader")  # of its gradebook about itself


def grade(variant, cells, expected, sandboxed):
    """{question: (points or None, status, words, detail)}, the texts for a person, and notes."""
    code, texts, notes, doubts = answers.take(variant, cells)
    seconds = max([CELL, *(q.get("seconds", 0) for q in variant.questions.values())])
    try:
        with Student(code, seconds, sandboxed, given=len(variant.setup())) as student:
            judged = {q: variant.judge(student, q, expected) for q in variant.questions}
            notes += [f"a cell {words}" for _, words in student.troubles]
    except StudentError as error:  # not even its cells can be run
        points = None if error.kind == "look at" else 0
        judged = {q: (points, error.kind, str(error), error.detail) for q in variant.questions}
    left = {q for q in variant.questions if variant.untouched(q, cells)}
    for question, (points, status, *_) in judged.items():
        if points == 0 and question in doubts:
            judged[question] = None, "look at", doubts[question], ""
        elif points == 0 and status == "graded" and question in left:
            judged[question] = 0, status, "left as it was handed out", ""
        elif points == 0 and status == "graded" and (why := spoilt(variant, question, code, expected, sandboxed)):
            judged[question] = None, "look at", why, ""
    return judged, {q: texts.get(q, "") for q in variant.by_hand()}, notes


def spoilt(variant, question, code, expected, sandboxed):
    """Why an answer may have been right when a cell that defines it had run, before a later one changed something."""
    unsure = "a later cell changes what it uses, and it could not be judged without that"
    for k in [k for k, cell in enumerate(code) if variant.defines(question, cell)][:3]:
        used = set().union(*map(answers.names_in, code[: k + 1]))
        if not any(answers.names_given(cell) & used for cell in code[k + 1 :] if cell not in variant.setup()):
            continue
        try:
            with Student(code[: k + 1], sandboxed=sandboxed, given=len(variant.setup())) as student:
                points, status, *_ = variant.judge(student, question, expected)
        except StudentError:
            return unsure
        if points or status != "graded":
            return "right where it stands; a later cell changes it" if points else unsure
    return ""


class Run:
    """One grading of an inbox: what is done is kept, whatever ends it."""

    def __init__(self, course, gradebook):
        self.course, self.gradebook, self.saved = course, gradebook, 0
        made = [n for name in course.state["released"] for n in gradebook.find_assignment(name).notebooks]
        self.held = [(n, list(n.grade_cells), list(n.solution_cells)) for n in made]  # else each is asked for each time
        self.rows = {key: marks.rows_of(course, gradebook, record) for key, record in course.records.items()}

    def keep(self, key, record):
        """A new record; one that was graded stays if what came now cannot be, and what was unreadable goes."""
        student, _, name = key.partition("\n")
        old = self.course.records.get(key)
        if old and not old["status"] and record["status"]:
            record = {**old, "notes": [*(n for n in old["notes"] if n != record["note"]), record["note"]]}
        if name:
            self.course.records.pop(f"{student}\n", None)
            self.rows.pop(f"{student}\n", None)
        self.rows[key] = marks.rows_of(self.course, self.gradebook, record)
        self.course.records[key] = record
        self.save(every=2)

    def save(self, every=0):
        if time.monotonic() - self.saved >= every:
            self.course.save()
            self.table = marks.write_marks(self.course, self.rows)
            self.saved = time.monotonic()


def grade_all(course, inbox, jobs, sandboxed):
    """Grade an inbox, or go on where the last run was stopped; what ran out of time is run once more, alone."""
    if not Path(inbox).exists():
        stop(f"There is no {inbox}: name the folder or zip with the submissions.")
    listed = {writing.alike(v) for facts in course.state["students"].values() for v in facts.values() if v}
    own = course.config().get("FileNameCollectorPlugin", {}).get("named_regexp", [])
    own = [own] if isinstance(own, str) else own
    exchange = Path(inbox).resolve() == course.folder / "submitted"
    found = intake.entries(inbox, course.state["released"], own, listed, exchange)
    if not found:
        stop(f"{inbox} holds nothing that was handed in: no file, no folder, no zip with any.")
    sorted_out = sort_out(found, course)
    done = course.state.setdefault("unfinished", {})  # {key: digest} of a run that did not end
    with course.gradebook() as gradebook:
        run = Run(course, gradebook)
        expected, waiting = {}, {}
        for key, (record, cells) in sorted_out.items():
            old = course.records.get(key, record)
            if not old["status"] and old["platform"] != record["platform"] and not record["status"]:
                record["status"] = "look at"
                record["note"] = f"{record['place']} came by another way ({record['platform'] or 'a name'}): not graded"
            if record["status"]:
                run.keep(key, record)
                continue
            record["digest"] += course.fingerprint(record["assignment"])
            if done.get(key) != record["digest"]:
                waiting[key] = record, cells
        for record, _ in waiting.values():
            own = record["assignment"], record["key"] if record["key"] in course.state["students"] else ""
            if own not in expected:
                expected[own] = course.variant(*own), course.variant(*own).expect(course.state["secret"])

        def one(key):
            record = waiting[key][0]
            own = record["assignment"], record["key"] if record["key"] in course.state["students"] else ""
            return grade(expected[own][0], waiting[key][1], expected[own][1], sandboxed)

        def take(key, result):
            record, cells = waiting[key]
            judged, texts, notes = result
            record["questions"] = {q: said[1:] for q, said in judged.items()}
            marks.enter(course, gradebook, record, judged, texts, cells)
            done[key] = record["digest"]
            run.keep(key, {**record, "notes": record["notes"] + notes})

        start, again = time.monotonic(), []
        pool = workers(jobs)
        tasks = {pool.submit(one, key): key for key in waiting}
        try:
            for n, (key, job) in enumerate(turns(tasks, again, one), 1):
                try:
                    result = job()
                    if jobs > 1 and key not in again and ran_out(result):
                        again.append(key)
                    else:
                        take(key, result)
                except Exception as error:  # whatever one submission does, the others are graded
                    gradebook.db.rollback()
                    note = f"grading failed ({type(error).__name__}: {writing.legible(str(error))[:200]})"
                    run.keep(key, {**waiting[key][0], "status": "look at", "note": note})
                spent, all_of_them = time.monotonic() - start, len(tasks) + len(again)
                left = f", about {spent / n * (all_of_them - n):.0f} s to go" if n < all_of_them else " " * 20
                print(f"\r{n} of {all_of_them} graded, {spent:.0f} s{left}   ", end="", flush=True)
        except KeyboardInterrupt:
            Student.end_all()
            pool.shutdown(wait=False, cancel_futures=True)
            run.save()
            stop(f"\nStopped. {len(done)} are graded and kept; the same command goes on from here.")
        print()
        del course.state["unfinished"]
        run.save()
    return sorted_out, run


def workers(jobs):
    """Threads with a processor each, which not even a submission with many processes can leave."""
    if not hasattr(os, "sched_setaffinity"):
        return ThreadPoolExecutor(jobs)
    cores = queue.Queue()
    for core in [*os.sched_getaffinity(0)] * jobs:
        cores.put(core)
    return ThreadPoolExecutor(jobs, initializer=lambda: os.sched_setaffinity(0, {cores.get()}))


def turns(tasks, again, one):
    """(key, function that gives the result) as they come; then, alone, those that ran out of time."""
    for job in as_completed(tasks):
        yield tasks[job], job.result
    if again and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    for key in list(again):
        yield key, lambda key=key: one(key)


def ran_out(result):
    return any(said[1] in ("timed out", "killed") for said in result[0].values())


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inbox", nargs="?")
    parser.add_argument("--course", default=ROOT / "_course")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--no-sandbox", action="store_true")
    parser.add_argument("--marks", action="store_true")
    parser.add_argument("--sheet")
    given = parser.parse_args(arguments)
    if given.marks == bool(given.inbox):
        parser.error("name the inbox, or say --marks")
    course = Course(given.course).open()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with course.locked():
        if given.marks:
            from grading import back, results  # with Matplotlib, which takes a second

            with course.gradebook() as gradebook:
                run = Run(course, gradebook)
                run.save()
            results.write(course, run.table)
            back.write(course, run.rows, given.sheet)
        else:
            HIDDEN.update(map(os.path.realpath, (course.folder, FOLDER, given.inbox)))
            if not given.no_sandbox and (why := no_sandbox()):
                stop(why)
            print(f"Limits in force: {in_force(not given.no_sandbox)}")
            sorted_out, run = grade_all(course, given.inbox, max(1, given.jobs), not given.no_sandbox)
            graded = sum(not (record["status"] or course.records[k]["status"]) for k, (record, _) in sorted_out.items())
            print(f"{len(sorted_out)} entries: {graded} graded, {len(sorted_out) - graded} to look at")
    print("Rows of the whole course:")
    for status, n in Counter(row[6] for row in run.table).most_common():
        print(f"{n:5} {status}")
    print(f"Marks: {course.folder / 'marks.csv'}\nFeedback: {course.folder / 'feedback'}")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except AssignmentError as error:
        stop(str(error))
