"""The student's process: what Jupyter does it does, what is not the student's fault is not held against them, and no
submission takes more than its share."""

import os
import time

import numpy as np
import psutil
import pytest
from grading import student
from grading.assignment import Assignment, compare, names
from grading.student import FORBIDDEN, Student, StudentError, no_sandbox

pytestmark = pytest.mark.skipif(bool(no_sandbox()), reason="no sandbox here: apt-get install bubblewrap")
ABOVE = [
    "%%time",
    "%%capture",
    "%time x = 1",
    "%matplotlib inline",
    "!ls /nowhere",
    "len?",
    "%pip install no-such-package",
]
ABOVE += [
    "import asyncio\nawait asyncio.sleep(0)",
    "%%writefile answer.py",
    "%load_ext autoreload\n%autoreload 2",
    "input?",
]


@pytest.mark.parametrize("name", names().values())
def test_a_right_answer_is_right_under_whatever_magic_stands_above_it(name, monkeypatch):
    monkeypatch.setattr(student, "BUDGET", 600)
    variant = Assignment(name, 2026)
    expected = variant.expect(1)
    with Student(variant.setup()) as process:
        for question, spec in variant.questions.items():
            for magic in ABOVE:
                if spec["asks"] in variant.answer(question):
                    process.send({"run": f"{spec['asks']} = None"}, 20)
                process.send({"run": f"{magic}\n{variant.answer(question)}"}, 20)
                if "writefile" in magic:
                    process.send({"run": "%run -i answer.py"}, 20)
                judged = variant.judge(process, question, expected)[:2]
                assert judged == (variant.points(question), "graded"), (question, magic)


def said(cells, name="f", given=0, **limits):
    """(status, words, detail) of asking for f(1.0)."""
    with Student(cells, given=given, **limits) as process:
        try:
            return "graded", process.ask(name, 1.0), ""
        except StudentError as error:
            return error.kind or "graded", str(error), error.detail


ELSEWHERE = {
    "ModuleNotFoundError: No module named 'seaborn'": "import seaborn\ndef f(x): return x",
    "ModuleNotFoundError: No module named 'google": "def f(x):\n    from google.colab import drive\n    return x",
    "FileNotFoundError": "def f(x):\n    return open('data.csv').read()",
    "EOFError": "def f(x):\n    return float(input())",
    "RuntimeError": "def f(x):\n    raise RuntimeError('Found no NVIDIA driver on your system')",
    "another cell failed: ModuleNotFoundError": ["import pandas\nfrom math import log", "def f(x): return log(x)"],
    "AssertionError": "import torch\ndef f(x):\n    return torch.ones(1, device='cuda')",
}


@pytest.mark.parametrize("why", ELSEWHERE)
def test_what_may_work_on_the_students_machine_is_to_be_looked_at(why):
    cells = ELSEWHERE[why] if isinstance(ELSEWHERE[why], list) else [ELSEWHERE[why]]
    status, _, detail = said(cells)
    assert status == "look at" and (why in detail or why == "AssertionError" and "CUDA" in detail)


def test_what_works_in_jupyter_works_here():
    source = "import inspect, multiprocessing\ndef g(x): return 2 * x\ndef f(x):\n    inspect.getsource(g)\n"
    pool = "    with multiprocessing.get_context('fork').Pool(2) as pool:\n        return sum(pool.map(g, [x, x]))\n"
    assert said([source + pool]) == ("graded", 4.0, "")
    assert said(["def f(x): yield from (x, 2 * x)"])[1] == [1, 2] and said(["def f(x): return map(abs, [x])"])[1] == [1]
    assert said(["%%writefile own.py\ndef g(x): return 3 * x", "import own\ndef f(x): return own.g(x)"])[1] == 3
    assert said(["def f(x):\n    breakpoint()\n    return x"])[1] == 1
    assert said(["from fractions import Fraction\ndef f(x): return [Fraction(1, 2), 1]"])[1] == [0.5, 1]


def test_a_release_that_fails_is_not_the_students_mistake():
    assert said(["import no_such_thing\nN = 3", "def f(x): return N"], given=1)[0] == "look at"
    assert said(["while True: pass\nN = 3", "def f(x): return N"], given=1, seconds=1)[0] == "look at"


def test_no_word_of_the_students_choice_comes_back():
    secret = "class H14159(ValueError): pass\ndef f(x): raise H14159(f'{x} 14159')"
    status, words, _ = said([secret])
    assert (status, words) == ("graded", "ends with ValueError")
    assert "14159" not in said(["class H14159: pass\ndef f(x): return H14159()"])[1]
    assert "14159" not in said(["%%time\nraise NameError('14159')\ndef f(x): return 1"])[1]


def test_time_is_that_of_the_whole_submission(monkeypatch):
    monkeypatch.setattr(student, "BUDGET", 4)
    start = time.monotonic()
    status, words, _ = said(["import time\ntime.sleep(1.9)"] * 30 + ["def f(x): return x"], seconds=2)
    assert status == "timed out" and "as a whole" in words and time.monotonic() - start < 10
    with pytest.raises(StudentError, match="more than 300 cells"):
        Student(["1"] * 301)


FORK = (
    "import os, time\nfor _ in range({}):\n    if os.fork() == 0:\n        {}\n        time.sleep(60)\ntime.sleep(60)"
)
HOARD = "import os\nkept = [os.memfd_create(str(k)) for k in range(200)]\nfor k in kept:\n    os.write(k, b'x' * 2**24)"


def test_processes_and_memory_are_those_of_the_whole_submission():
    for cell, limit in [
        (FORK.format(100, "os.setsid()"), "64 processes"),
        (FORK.format(8, "x = b'x' * 2**29"), "GB of mem"),
    ]:
        with pytest.raises(StudentError, match=limit) as stopped, Student(["1"]) as process:
            process.send({"run": cell}, 20)
        assert stopped.value.kind == "killed"
        assert said([cell, "def f(x): return x"]) == ("graded", 1.0, ""), "it counts without that cell"
    with Student(["1"]) as process:
        if os.uname().machine in FORBIDDEN:
            with pytest.raises(StudentError, match="PermissionError"):
                process.send({"run": HOARD}, 20)
    assert not [p for p in psutil.process_iter(["cmdline"]) if "setsid" in str(p.info["cmdline"])]


OUT = {
    "root's settings": "open('/proc/sys/kernel/core_pattern', 'r+')",
    "the place of the exchange": "open('/usr/local/share/x', 'w')",
    "a namespace of its own": "1 / (subprocess.run(['unshare', '-r', 'true']).returncode == 0)",
    "a keyring": "1 / (ctypes.CDLL(None).syscall(248, b'user', b'a', b'b', 1, -3) > 0)",
}


@pytest.mark.parametrize("what", OUT)
def test_nothing_outside_can_be_reached(what):
    status, words, detail = said([f"import os, ctypes, subprocess\ndef f(x): return {OUT[what]}"])
    assert "PermissionError" in detail or "OSError" in detail or "ZeroDivisionError" in words


def test_the_exchange_and_whatever_is_hidden_are_empty_inside():
    assert said(["import os\ndef f(x): return len(os.listdir('/usr/local/share'))"])[1] == 0


def test_what_is_hidden_never_covers_the_libraries(tmp_path, monkeypatch):
    for place in ("repository/.venv", "course"):
        (tmp_path / place).mkdir(parents=True)
    (tmp_path / "repository" / "in.zip").touch()
    monkeypatch.setattr(student.sys, "base_prefix", str(tmp_path))
    monkeypatch.setattr(student.sys, "prefix", str(tmp_path / "repository" / ".venv"))
    for place, wanted in [
        ("repository", []),
        ("repository/in.zip", ["--ro-bind", "/dev/null"]),
        ("course", ["--tmpfs"]),
    ]:
        monkeypatch.setattr(student, "HIDDEN", {str(tmp_path / place)})
        assert list(student.hide())[: len(wanted)] == wanted and bool(wanted) == bool(list(student.hide()))


def test_shared_memory_counts_though_it_is_nobodys():
    fill = "m = mmap.mmap(-1, 2**27); m.write(bytes(2**27)); m.madvise(mmap.MADV_DONTNEED); kept.append(m)"
    hoard = f"import mmap\nkept = []\nfor k in range(40):\n    {fill}"
    with pytest.raises(StudentError, match="GB of memory"), Student(["1"]) as process:
        process.send({"run": hoard}, 20)


def test_no_answer_grows_in_the_grader():
    start = time.monotonic()
    assert compare(["x" * 10**6] + [""] * 1000, [1.0] * 1001, 1e-3) and compare([[1.0], ["x"]], [[1.0], [1.0]], 1e-3)
    nested = [1.0]
    for _ in range(200):
        nested = [nested]
    assert compare(nested, np.ones(1), 1e-3) and time.monotonic() - start < 1


@pytest.mark.skipif(os.uname().machine not in FORBIDDEN, reason="seccomp's numbers for this processor are not known")
def test_a_submission_cannot_leave_its_processor():
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        leave = f"import os\ntry:\n    os.sched_setaffinity(0, {before})\nexcept OSError:\n    pass\n"
        assert said([leave + "def f(x): return float(len(os.sched_getaffinity(0)))"])[1] == 1
    finally:
        os.sched_setaffinity(0, before)
