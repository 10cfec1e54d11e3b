"""Assignments: the right answer gets everything, the blank nothing, each named mistake loses its question, in words."""

import ast
import copy
import re
import signal
import zlib

import numpy as np
import pytest
from grading.assignment import FOLDER, MARKER, Assignment, compare, kind, names
from grading.inside import pack, unpack
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
        assert variant.judge(student, question, expected)[:3] == (variant.points(question), "graded", "right"), question
        student.send({"run": variant.cells[f"{question}-test"].source}, 60)


def test_each_named_mistake_loses_its_question_only_and_is_named(made):
    variant, expected, student = made
    for question, spec in variant.questions.items():
        assert len(spec["mistakes"]) >= 4, f"{question} names {len(spec['mistakes'])} mistakes"
        for words in spec["mistakes"]:
            student.send({"run": variant.answer(question, words)}, 60)
            assert variant.judge(student, question, expected)[:3] == (0, "graded", words), (question, words)
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
                "needed more than 0.2 seconds": f"import time\ndef {name}(*a): time.sleep(60)",
                "": f"{name} = lambda *a: 12345.678",
            }
        for words, code in wrong.items():
            student.send({"run": code}, 60)
            seconds = 0.2 if "sleep" in code else 20  # on a busy machine everything takes a while
            spec = {**variant.questions[question], "seconds": seconds}
            variant.questions[question], before = spec, variant.questions[question]
            points, _, said, *_ = variant.judge(student, question, expected)
            variant.questions[question] = before
            assert points == 0 and (not inputs or words in said), (question, words, said)
        if inputs:  # the value of one case, whatever is asked
            assert any(compare(right[0], r, 1e-3) for r in right), f"{question}: one value fits all cases"
        for code in [*variant.setup(), variant.answer(question)]:
            student.send({"run": code}, 60)


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


def asked(variant, question, secret):
    """The hidden inputs of a question."""
    inputs = variant.questions[question].get("inputs", lambda *_: None)
    return inputs(np.random.default_rng([secret, zlib.crc32(question.encode())]), variant.numbers)


def narrow(value):
    """The same in single precision."""
    if isinstance(value, dict):
        return {key: narrow(v) for key, v in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(map(narrow, value))
    return np.float32(value) if getattr(value, "dtype", np.asarray(value).dtype).kind == "f" else value


@pytest.mark.parametrize("name", NAMES)
def test_single_precision_is_accurate_enough(name):
    variant = Assignment(name, 2026)
    for question, spec in variant.questions.items():
        inputs = [args for secret in range(20) for args in asked(variant, question, secret) or []]
        right = variant.values(question, inputs)
        got = variant.values(question, narrow(inputs)) if inputs else right
        for args, g, r in zip(inputs or [None], got, right, strict=True):
            assert not compare(narrow(g), r, spec.get("tolerance", 1e-3)), (question, args)


class Put(ast.NodeTransformer):
    def __init__(self, old, new):
        self.old, self.new = old, new

    def visit(self, node):
        return self.new if node is self.old else self.generic_visit(node)


EDGE = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}


def others(node):
    """What could stand in the place of a piece of code by mistake."""
    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            yield ast.Compare(left, [EDGE.get(type(op), ast.NotEq)()], [right])
            yield ast.Compare(right, [op], [left])
        case ast.BoolOp(values=values):
            yield from values
        case ast.Constant(value=int() | float() as value):
            yield from map(ast.Constant, (value + 1, value - 1))
        case ast.BinOp(left=left, op=op, right=right):
            yield from (left, right, ast.BinOp(right, op, left))
        case ast.Call(args=[first, *_]) if not isinstance(first, ast.Starred):
            yield first
        case ast.Subscript(value=part, ctx=ast.Load()) | ast.Attribute(value=part, attr="T"):
            yield part
        case ast.Name(ctx=ast.Load()):
            yield from (ast.UnaryOp(ast.USub(), node), ast.BinOp(node, ast.Add(), ast.Constant(1)))


SPOILING = """
def spoiling(*given, right={0}):
    result = __import__("copy").deepcopy(right(*given))
    for array in given:
        if isinstance(array, np.ndarray) and array.dtype == float:
            array[...] = 7.0
    return result
{0} = spoiling
"""


def mutants(variant, question):
    """Sources of the answer with one thing changed."""
    source, name = variant.answer(question), variant.questions[question]["asks"].removesuffix("_and_x")
    if "inputs" in variant.questions[question]:
        yield source + SPOILING.format(name)
    tree = ast.parse(source)
    for node in ast.walk(tree):
        for new in others(node):
            changed, old, new = copy.deepcopy((tree, node, new))
            yield ast.unparse(ast.fix_missing_locations(Put(old, new).visit(changed)))


def right_at(space, name, inputs, right, tolerance):
    for args, r in zip(inputs or [None], right, strict=True):
        got = space[name] if args is None else space[name](*copy.deepcopy(args))
        if compare(unpack(pack(got)), r, tolerance):
            return False
    return True


def ends_well(function, *arguments):
    """Whether it returns something true in a second; a mutant may do anything else."""

    def late(*_):
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, 1)
    try:
        return function(*arguments)
    except Exception:
        return False
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("name", NAMES)
@np.errstate(all="ignore")
def test_no_mutant_gets_full_points_while_the_test_that_students_see_fails(name):
    variant, space = Assignment(name, 2026), {"__name__": "__main__"}
    for question, spec in variant.questions.items():
        hidden = [asked(variant, question, secret) for secret in range(3)]
        right = [variant.values(question, inputs) for inputs in hidden]
        for mutant in dict.fromkeys(mutants(variant, question)):
            for cell in variant.setup():
                exec(cell, space)

            def shown(cells=(mutant, variant.cells[f"{question}-test"].source)):
                seen = dict(space)
                for cell in cells:
                    exec(cell, seen)
                return True

            if not ends_well(shown) and ends_well(lambda code=mutant: exec(code, space) or True):
                for inputs, r in zip(hidden, right, strict=True):
                    near = spec.get("tolerance", 1e-3)
                    assert not ends_well(right_at, space, spec["asks"], inputs, r, near), (question, mutant)
