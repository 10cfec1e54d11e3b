"""Assignments: the right answer gets everything, the blank nothing, each named mistake loses its question, in words."""

import re

import numpy as np
import pytest
from grading.assignment import FOLDER, MARKER, Assignment, compare, kind, names
from grading.student import Student, no_sandbox

SEEDS = [2026, 7, 31]
NAMES = list(names().values())


@pytest.fixture(
    scope="module", params=[(name, seed) for name in NAMES for seed in SEEDS], ids=lambda p: f"{p[0]}-{p[1]}"
)
def made(request):
    """A variant, what is right in it, and a student's process that holds the right answers."""
    variant = Assignment(*request.param)
    expected = variant.expect(secret=request.param[1] + 1)
    with Student([*variant.setup(), *map(variant.answer, variant.questions)], sandboxed=not no_sandbox()) as student:
        yield variant, expected, student


def test_the_right_answer_gets_all_points_and_passes_the_tests_that_students_see(made):
    variant, expected, student = made
    for question in variant.questions:
        assert variant.judge(student, question, expected) == (variant.points(question), "graded", "right"), question
        student.send({"run": variant.cells[f"{question}-test"].source}, 60)


def test_each_named_mistake_loses_its_question_only_and_is_named(made):
    variant, expected, student = made
    for question, spec in variant.questions.items():
        assert len(spec["mistakes"]) >= 4, f"{question} names {len(spec['mistakes'])} mistakes"
        for words in spec["mistakes"]:
            student.send({"run": variant.answer(question, words)}, 60)
            assert variant.judge(student, question, expected) == (0, "graded", words), (question, words)
            others = [
                variant.judge(student, q, expected)[0] == variant.points(q) for q in variant.questions if q != question
            ]
            assert all(others), (question, words)
        student.send({"run": variant.answer(question)}, 60)


def test_what_returns_nothing_raises_or_knows_one_value_only_gets_nothing(made):
    variant, expected, student = made
    for question, spec in variant.questions.items():
        name, (inputs, right, _) = spec["asks"], expected[question]
        wrong = {"None": f"{name} = None", "another name": f"del {name}"}
        if inputs:
            wrong = {
                "is None": f"def {name}(*a): return None",
                "ZeroDivisionError": f"def {name}(*a): return 1 / 0",
                "took longer": f"import time\ndef {name}(*a): time.sleep(60)",
                "": f"{name} = lambda *a: 12345.678",
            }
        for words, code in wrong.items():
            student.send({"run": code}, 60)
            spec = {**variant.questions[question], "seconds": 0.2}
            variant.questions[question], before = spec, variant.questions[question]
            points, _, said = variant.judge(student, question, expected)
            variant.questions[question] = before
            assert points == 0 and (not inputs or words in said), (question, words, said)
        if inputs:  # the value of one case, whatever is asked
            assert any(compare(right[0], r, 1e-6) for r in right), f"{question}: one value fits all cases"
        student.send({"run": variant.answer(question)}, 60)


def test_the_blank_gets_nothing(made):
    variant, expected, _ = made
    with Student([*variant.setup(), *map(variant.blank, variant.questions)], sandboxed=not no_sandbox()) as student:
        assert [variant.judge(student, q, expected)[0] for q in variant.questions] == [0] * len(variant.questions)


def test_a_release_holds_no_solution_and_is_the_same_each_time(made):
    variant, _, _ = made
    again = Assignment(variant.name, variant.seed)
    assert variant.release() == again.release()
    for cell in variant.release().cells:
        assert not MARKER.search(cell.source) and not cell.get("outputs") and kind(cell)["grade_id"] == cell.id
        question = cell.id if cell.id in variant.questions else None
        if question and question not in variant.planted:
            lines = [line.strip() for line in variant.answer(question).split("\n") if len(line.strip()) > 12]
            shown = [line for line in lines if line in cell.source]
            assert len(shown) < len(lines) and "raise NotImplementedError()" in cell.source, question


@pytest.mark.parametrize("name", NAMES)
def test_an_assignment_has_the_parts_and_points_of_one_and_varies_with_the_seed(name):
    variants = [Assignment(name, seed) for seed in range(8)]
    variant = variants[0]
    assert 4 <= len(variant.questions) <= 6 and len(variant.by_hand()) == 1
    assert "**Rubric.**" in variant.cells[variant.by_hand()[0]].source
    intro = variant.cells["intro"].source
    assert 45 <= int(re.search(r"(\d+) minutes", intro)[1]) <= 90
    assert len({str(v.release()) for v in variants}) > 4
    for question, spec in variant.questions.items():
        assert variant.points(question) > 0
        if "inputs" not in spec:
            right = [v.values(question, None)[0] for v in variants]
            assert len({str(np.round(r, 9)) for r in right}) > 2, f"{question}: last year's answer helps"
        if "planted" in spec:
            assert len(spec["planted"]) > 1 and len({v.planted[question] for v in variants}) > 1
    assert {p.name for p in (FOLDER / name).iterdir() if p.suffix} == {"assignment.ipynb", "questions.py"}
