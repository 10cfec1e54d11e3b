"""An instructor's course folder: its seed, its secret, its gradebook, and nbgrader's layout around them."""

import json
import os
import secrets
import sys
import zipfile
from pathlib import Path

import nbformat

from grading.assignment import Assignment, names

os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # nbgrader calls alembic

CONFIG = '''"""Settings of nbgrader for this course folder; written by `make assignments`."""

c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "hidden-states"
c.CourseDirectory.root = {root!r}
c.HTMLExporter.sanitize_html = True  # what a student wrote is shown, never run
'''


def stop(words):
    """One clear message, and the end."""
    sys.exit(words)


class Course:
    """The folder; `state` holds the seed of its variants, its secret for hidden inputs, its students and releases."""

    def __init__(self, folder):
        self.folder = Path(folder).resolve()
        self.file = self.folder / "course.json"
        try:
            self.state = json.loads(self.file.read_text(encoding="utf-8")) if self.file.exists() else None
        except ValueError:
            stop(f"{self.file} is damaged. Restore it from a copy: it holds the seed of the assignments handed out.")

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
            self.state = {"seed": seed, "secret": secrets.randbelow(2**31), "students": [], "released": []}
        elif seed is not None and seed != self.state["seed"]:
            stop(
                f"{self.folder} has the seed {self.state['seed']}, not {seed}: its gradebook belongs to those "
                "assignments. Choose another folder for another class: make assignments COURSE=folder SEED=..."
            )
        if students:
            self.state["students"] = students

    def save(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh = self.file.with_suffix(".new")
        fresh.write_text(json.dumps(self.state, indent=1) + "\n", encoding="utf-8")
        fresh.replace(self.file)
        config = CONFIG.format(root=str(self.folder))
        (self.folder / "nbgrader_config.py").write_text(config, encoding="utf-8")

    @property
    def database(self):
        return self.folder / "gradebook.db"

    def gradebook(self):
        from nbgrader.api import Gradebook
        from sqlalchemy.exc import SQLAlchemyError

        try:
            return Gradebook(f"sqlite:///{self.database}", "hidden-states")
        except SQLAlchemyError:
            stop(f"{self.database} is damaged. Restore it from a copy; without one, delete it and grade again.")

    def variant(self, name, student=""):
        """The assignment as this student got it."""
        own = student if student in self.state["students"] else ""
        return Assignment(name, self.state["seed"], own, self.state.get("overlay"))

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
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")


def write_zip(path, name, notebook):
    """A zip with that notebook: the same bytes each time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(name)
        archive.writestr(entry, nbformat.writes(notebook) + "\n", compress_type=zipfile.ZIP_DEFLATED)
