"""An assignment: its source, one variant of it, the release for students, and the judgement of answers.

A folder of `assignments/` holds `assignment.ipynb`, nbgrader's format with the solutions in place and `{{name}}`
where a number varies, and `questions.py`: `numbers(rng)` gives what varies, `QUESTIONS` says for every graded cell

    asks       the function (or the variable) whose values are compared
    inputs     inputs(rng, numbers) -> argument tuples; missing for a variable
    mistakes   {what went wrong, in words: (text of the solution, what stands there instead), or several of these}
    planted    words of those mistakes of which the variant plants one in the released cell
    tolerance  as a share of the largest entry, 1e-3 unless given
    seconds    for one question, 10 unless given
"""

import copy
import importlib.util
import re
import time
import zlib
from pathlib import Path

import nbformat
import numpy as np
from notebooks import METADATA

from grading.student import CELL, QUESTION, StudentError

FOLDER = Path(__file__).resolve().parent.parent.parent / "assignments"
STUB = {"code": "# YOUR CODE HERE\nraise NotImplementedError()", "markdown": "YOUR ANSWER HERE"}  # nbgrader's own
REGION = re.compile(r"^([ \t]*)### BEGIN SOLUTION\n(.*?)\n[ \t]*### END SOLUTION", re.M | re.S)
PLACE = re.compile(r"\{\{(\w+)\}\}")
MARKER = re.compile(r"BEGIN SOLUTION|END SOLUTION|HIDDEN TESTS|Rubric|\{\{\w*\}\}")


class AssignmentError(Exception):
    """A source that cannot be used; the message says which and why."""


def names(overlay=None):
    """{number: name} of the assignments that exist."""
    found = {p.name for folder in filter(None, (FOLDER, overlay)) for p in Path(folder).glob("[0-9][0-9]-*")}
    return {int(name.partition("-")[0]): name for name in sorted(found)}


def kind(cell):
    return cell.metadata.get("nbgrader", {})


def numbers(value, depth=9):
    """Whether a value is made of numbers only; one text in a list would make an array of texts of that length."""
    if isinstance(value, list | tuple):
        return depth > 0 and all(numbers(v, depth - 1) for v in value)
    return isinstance(value, int | float | complex | np.number | np.bool_ | np.ndarray)


def compare(got, want, tolerance):
    """None if the two agree, else the difference in words, which tell neither the right value nor the student's."""
    if got is None and want is not None:
        return "is None: is a `return` missing?"
    got, want = (bool(v) if isinstance(v, np.bool_) else v for v in (got, want))
    if want is None or isinstance(want, str | bool):
        return None if type(got) is type(want) and got == want else "is wrong"
    if isinstance(want, dict):
        if not isinstance(got, dict) or set(got) != set(want):
            return f"should be a dictionary with {', '.join(map(repr, want))}"
        parts = [(f" of {key!r}", got[key], want[key]) for key in want]
    elif isinstance(want, tuple | list):
        if not isinstance(got, tuple | list | np.ndarray) or len(got) != len(want):
            return f"should consist of {len(want)} parts"
        parts = [(f", part {k + 1},", g, w) for k, (g, w) in enumerate(zip(got, want, strict=True))]
    else:
        if isinstance(got, bool) or not numbers(got):
            return "should be an array of numbers"
        try:
            got, want = np.asarray(got), np.asarray(want)
        except (ValueError, TypeError, OverflowError, MemoryError):  # rows of different length
            return "should be an array of numbers"
        if got.dtype.kind not in "biufc":
            return "should be an array of numbers"
        if got.shape != want.shape and not got.size == want.size == 1:
            return f"should have the shape {want.shape}, and has another"
        finite = np.abs(want[np.isfinite(want)]).max(initial=0)  # small entries are measured by the largest
        near = np.isclose(
            got.reshape(want.shape), want, rtol=tolerance, atol=tolerance * finite + 1e-12, equal_nan=True
        )
        return None if near.all() else "is wrong"
    return next((f"{key} {words}" for key, g, w in parts if (words := compare(g, w, tolerance))), None)


class Assignment:
    """One variant: the same seed and student give the same numbers, planted errors and data."""

    def __init__(self, name, seed, student="", overlay=None):
        here = [Path(folder, name) for folder in (overlay, FOLDER) if folder]
        place = {file: next((p / file for p in here if (p / file).exists()), None) for file in FILES}
        for file, path in place.items():
            if path is None:
                raise AssignmentError(f"There is no {name}/{file}: known are {', '.join(names(overlay).values())}.")
        spec = importlib.util.spec_from_file_location(f"questions_{name.partition('-')[0]}", place["questions.py"])
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        rng = np.random.default_rng([seed, zlib.crc32(student.encode())])
        self.name, self.seed, self.questions, self.numbers = name, seed, module.QUESTIONS, module.numbers(rng)
        self.planted = {q: str(rng.choice(spec["planted"])) for q, spec in self.questions.items() if "planted" in spec}
        self.source = nbformat.read(place["assignment.ipynb"], 4)
        for cell in self.source.cells:
            cell.source = self._filled(cell.source)
        self.cells = {kind(c)["grade_id"]: c for c in self.source.cells if kind(c)}
        self._released = None

    def _filled(self, text):
        """The text with the variant's numbers."""
        unknown = [name for name in PLACE.findall(text) if name not in self.numbers]
        if unknown:
            raise AssignmentError(f"{self.name}: {{{{{unknown[0]}}}}} varies, but numbers() gives no {unknown[0]}.")
        return PLACE.sub(lambda found: str(self.numbers[found[1]]), text)

    def points(self, question):
        """Points of a question: those of its cell of tests, or of the cell that a person reads."""
        return kind(self.cells.get(f"{question}-test") or self.cells[question])["points"]

    def graded(self):
        """All questions with points."""
        return [*self.questions, *self.by_hand()]

    def by_hand(self):
        """The questions that a person grades."""
        return [name for name, c in self.cells.items() if c.cell_type == "markdown" and kind(c)["grade"]]

    def model(self, question):
        """The model answer and the rubric of a question that a person grades."""
        return REGION.search(self.cells[question].source)[2]

    def facts(self, name):
        """nbgrader's facts of a cell of that name."""
        return kind(self.cells[name]) if name in self.cells else {}

    def defines(self, question, source):
        """Whether that cell gives the question's name a value."""
        name = re.escape(self.questions[question]["asks"])
        return bool(re.search(rf"^[ \t]*(def|class)[ \t]+{name}\b|^{name}[ \t]*(:[^=\n]*)?=[^=]", source, re.M))

    def untouched(self, question, cells):
        """Whether a question was left as it was handed out, and is answered nowhere else."""
        blank = self.blank(question).strip()
        return not any(self.defines(question, c.source) for c in cells if c.source.strip() != blank)

    def setup(self):
        return [
            c.source
            for c in self.source.cells
            if c.cell_type == "code" and not kind(c)["solution"] and not kind(c)["grade"]
        ]

    def answer(self, question, mistake=None):
        """Source of the right answer, or of one with that mistake."""
        text = REGION.sub(lambda m: m[2], self.cells[question].source)
        changes = self.questions[question]["mistakes"][mistake] if mistake else []
        for pair in [changes] if changes and isinstance(changes[0], str) else changes:
            old, new = map(self._filled, pair)
            if old not in text:
                raise AssignmentError(f"{self.name}, {question}: {mistake!r} changes {old!r}, which is not there.")
            text = text.replace(old, new)
        return text

    def blank(self, name):
        """What the student gets in that cell."""
        cell = self.cells[name]
        if name in self.planted:
            return self.answer(name, self.planted[name])
        stub = STUB[cell.cell_type].split("\n")
        return REGION.sub(lambda m: "\n".join(m[1] + line for line in stub), cell.source)

    def release(self):
        """The notebook for students: no solution, no marker, no output; the same bytes each time."""
        if self._released is None:
            self._released = nbformat.v4.new_notebook(metadata={**METADATA, "hidden_states": self.name})
            for name, cell in self.cells.items():
                fresh = getattr(nbformat.v4, f"new_{cell.cell_type}_cell")(self.blank(name), id=name)
                fresh.metadata.nbgrader = kind(cell)
                fresh.metadata.update({} if kind(cell)["solution"] else {"deletable": False, "editable": False})
                self._released.cells.append(fresh)
            if left := [c.source for c in self._released.cells if MARKER.search(c.source)]:
                raise AssignmentError(f"{self.name}: a marker is left in the release: {left[0][:200]}")
        return copy.deepcopy(self._released)

    @np.errstate(all="ignore")  # mistakes divide by zero, too
    def values(self, question, inputs, mistake=None):
        """What the right answer, or one with that mistake, gives; an exception stands for itself."""
        spec, space = self.questions[question], {"__name__": "__main__"}
        others = [q for q in self.cells if kind(self.cells[q])["solution"] and self.cells[q].cell_type == "code"]
        try:
            for code in self.setup():
                exec(code, space)
            for other in others:
                exec(self.answer(other, mistake if other == question else None), space)
            asked = space[spec["asks"]]
            return (
                [asked(*(np.copy(a) if isinstance(a, np.ndarray) else a for a in args)) for args in inputs]
                if inputs
                else [asked]
            )
        except Exception as error:
            if mistake is None:
                raise
            return error

    def expect(self, secret):
        """What there is to compare with, {question: (inputs, right values, {mistake: values})}."""
        expected = {}
        for question, spec in self.questions.items():
            rng = np.random.default_rng([secret, zlib.crc32(question.encode())])
            inputs = spec["inputs"](rng, self.numbers) if "inputs" in spec else None
            wrong = {words: self.values(question, inputs, words) for words in spec["mistakes"]}
            expected[question] = (inputs, self.values(question, inputs), wrong)
        return expected

    def judge(self, student, question, expected):
        """(points or None, status, words, detail for the instructor) for one question of a running student."""
        spec, (inputs, right, wrong) = self.questions[question], expected[question]
        near, end = spec.get("tolerance", 1e-3), time.monotonic() + spec.get("seconds", QUESTION)
        try:
            left = (max(end - time.monotonic(), 0.1) for _ in inputs or [()])
            got = [student.ask(spec["asks"], *a, seconds=s) for a, s in zip(inputs or [()], left, strict=True)]
        except StudentError as error:
            points, limit = None if error.kind == "look at" else 0, spec.get("seconds", QUESTION)
            slow = f"needed more than {limit} seconds for {len(inputs or [()])} calls"
            words = slow if time.monotonic() > end else str(error)
            return points, error.kind or "graded", f"`{spec['asks']}` {words}", error.detail
        differences = [words for g, r in zip(got, right, strict=True) if (words := compare(g, r, near))]
        if not differences:
            return self.seen(student, question)
        for words, values in wrong.items():
            if isinstance(values, list) and not any(compare(g, v, near) for g, v in zip(got, values, strict=True)):
                return 0, "graded", words, ""
        return 0, "graded", f"`{spec['asks']}` {differences[0]}", ""

    def seen(self, student, question):
        """The judgement of an answer that is right at hidden inputs: the student's own test has the last word."""
        shown = self.cells[f"{question}-test"].source
        for before in ([], self.setup()):  # once more with the setup as it was, if it fails
            try:
                for cell in [*before, shown]:
                    student.send({"run": cell}, CELL)
                return self.points(question), "graded", "right", ""
            except StudentError as error:
                failed = error
        words = "right at other numbers, but the test in the notebook fails"
        return None, "look at", words, failed.detail or str(failed)


FILES = ("assignment.ipynb", "questions.py")
