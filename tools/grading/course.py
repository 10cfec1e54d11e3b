"""An instructor's course folder: its seed, its secret, its gradebook, and nbgrader's layout around them."""

import contextlib
import json
import os
import re
import secrets
import sys
import zipfile
import zlib
from pathlib import Path

import nbformat
from filelock import FileLock, Timeout
from traitlets.config.loader import PyFileConfigLoader

from grading.assignment import FOLDER, Assignment, names

os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # nbgrader calls alembic

CONFIG = '''"""Settings of nbgrader for this course folder; written anew by `make assignments` and `make grade`.

Your own go to course_config.py beside it: c.FileNameCollectorPlugin.named_regexp for names of another platform
(groups student_id, name, timestamp, late, attempt), c.AssignLatePenalties.plugin_class for your rule on lateness.
"""

import sys

sys.path.insert(0, {tools!r})
c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "hidden-states"
c.CourseDirectory.root = {root!r}
# What a student wrote is shown, never run.
c.HTMLExporter.sanitize_html = True
c.HTMLExporter.filters = {{"markdown2html": "grading.clean.markdown"}}
for refused in (c.Autograde, c.GenerateAssignment, c.GenerateFeedback, c.GenerateSolution):
    refused.exporter_class = "grading.clean.Refused"
load_subconfig("course_config.py")  # noqa: F821
'''


def stop(words):
    """One clear message, and the end."""
    sys.exit(words)


class Course:
    """The folder; `state` holds the seed of its variants, its secret for hidden inputs, its students and releases."""

    def __init__(self, folder):
        self.folder = Path(folder).resolve()
        self.lock = FileLock(self.folder / "grading.lock", timeout=0)
        self.file, self.variants, self.fingerprints = self.folder / "course.json", {}, {}
        self.read()

    def read(self):
        """The state as it is on disk, or None."""
        try:
            self.state = json.loads(self.file.read_text(encoding="utf-8")) if self.file.exists() else None
        except ValueError:
            stop(f"{self.file} is damaged. Restore it from a copy: it holds the seed of the assignments handed out.")
        if self.state and isinstance(self.state["students"], list):  # of an earlier version: names only
            self.state["students"] = {name: {"name": name, "id": ""} for name in self.state["students"]}

    @contextlib.contextmanager
    def locked(self):
        """For one command at a time: another says so and stops."""
        if not self.folder.exists():  # nobody can be in it
            yield
            return
        try:
            with self.lock:
                self.read()
                yield
        except Timeout:
            stop(f"{self.folder} is in use: it is being graded already, or made. Wait until that has ended.")

    def open(self):
        if self.state is None:
            stop(f"{self.folder} is no course folder yet: run `make assignments` first.")
        if not self.database.exists():
            stop(f"{self.database} is missing. Restore it from a copy, or run `make assignments` for a new, empty one.")
        overlay = self.state.get("overlay")
        if overlay and not Path(overlay).is_dir():
            stop(f"The overlay {overlay} is gone: without it the public tests would judge. Put it back.")
        if not self.state["released"]:
            stop(f"No assignment has been made in {self.folder}: run `make assignments` first.")
        return self

    def begin(self, seed, students):
        """A new course, or the one that is there if it has the same seed."""
        if self.state is None:
            self.state = {"seed": seed, "secret": secrets.randbelow(2**31), "students": {}, "released": []}
        elif seed is not None and seed != self.state["seed"]:
            stop(
                f"{self.folder} has the seed {self.state['seed']}, not {seed}: its gradebook belongs to those "
                "assignments. Choose another folder for another class: make assignments COURSE=folder SEED=..."
            )
        was = {facts["name"]: key for key, facts in self.state["students"].items()}
        for key, facts in students.items():
            if was.get(facts["name"], key) != key and was[facts["name"]] not in students:
                stop(f"{facts['name']} was on the list without that id, and has a variant of their own: keep the line.")
        self.state["students"] |= students

    def save(self):
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds answers and marks
        fresh = self.file.with_suffix(".new")
        fresh.write_text(json.dumps(self.state) + "\n", encoding="utf-8")
        fresh.replace(self.file)

    @property
    def database(self):
        return self.folder / "gradebook.db"

    @property
    def url(self):
        return f"sqlite:///{self.database}"

    @property
    def records(self):
        """{key: what is known of a submission}, of all that were ever handed in."""
        return self.state.setdefault("submissions", {})

    def gradebook(self):
        from nbgrader.api import Gradebook
        from sqlalchemy.exc import SQLAlchemyError

        try:
            gradebook = Gradebook(self.url, "hidden-states")
            gradebook.db().expire_on_commit = False  # what this process knows of it stays true while it grades
            return gradebook
        except SQLAlchemyError:
            stop(f"{self.database} is damaged. Restore it from a copy; without one, delete it and grade again.")

    def fingerprint(self, name):
        """Changes with whatever judges an assignment: its questions, and the code that asks them."""
        overlay = self.state.get("overlay")
        places = [Path(__file__).parent, *(Path(folder, name) for folder in (FOLDER, overlay) if folder)]
        if name not in self.fingerprints:
            data = b"".join(p.read_bytes() for place in places for p in sorted(place.glob("*.*")))
            self.fingerprints[name] = f"{zlib.crc32(data):x}"
        return self.fingerprints[name]

    def config(self):
        """nbgrader's settings for this course, written anew, and its own ones."""
        settings = CONFIG.format(root=str(self.folder), tools=str(Path(__file__).resolve().parent.parent))
        (self.folder / "nbgrader_config.py").write_text(settings, encoding="utf-8")
        try:
            return PyFileConfigLoader("nbgrader_config.py", path=str(self.folder)).load_config()
        except Exception as error:  # whatever an instructor's own settings do
            stop(f"{self.folder / 'course_config.py'} cannot be read: {type(error).__name__}: {error}")

    def variant(self, name, student=""):
        """The assignment as this student got it."""
        own = name, student if student in self.state["students"] else ""
        if own not in self.variants:
            self.variants[own] = Assignment(name, self.state["seed"], own[1], self.state.get("overlay"))
        return self.variants[own]

    def label(self, key):
        """The folder of a listed student's own assignments."""
        facts = self.state["students"][key]
        return re.sub(r"[,;/\\]+", "", f"{facts['name']} {facts['id']}").strip()

    def released(self):
        return [self.variant(name) for name in self.state["released"]]


def chosen(numbers, overlay=None):
    """Names of the assignments of these chapters; all of them for none."""
    known = names(overlay)
    wrong = [n for n in numbers if not n.isdigit() or int(n) not in known]
    if wrong:
        stop(f"There is no assignment for chapter {wrong[0]}; there is one for {', '.join(map(str, known))}.")
    return [known[int(n)] for n in numbers] or list(known.values())


def write_notebook(path, notebook):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.v4.writes(notebook) + "\n", encoding="utf-8")


def write_zip(path, name, notebook):
    """A zip with that notebook: the same bytes each time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(name)
        archive.writestr(entry, nbformat.v4.writes(notebook) + "\n", compress_type=zipfile.ZIP_DEFLATED)
