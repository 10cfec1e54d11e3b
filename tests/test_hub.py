"""The guide's way for a large class works on a JupyterHub: made, released, answered, graded, returned."""

import os
import re
import shutil
import subprocess
import sys
import urllib.request

import pytest
from grading.student import no_sandbox

from conftest import ROOT

COMMAND = [sys.executable, str(ROOT / "tools" / "try_hub.py")]


@pytest.mark.skipif(shutil.which("npm") is None, reason="no npm here: apt-get install nodejs npm")
@pytest.mark.skipif(bool(no_sandbox()), reason="no sandbox here: apt-get install bubblewrap")
def test_right_answers_get_full_marks_by_way_of_a_hub_of_which_nothing_is_left():
    done = subprocess.run(COMMAND, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.findall(r"^(\d) of 9: ", done.stdout, re.M) == list("123456789")
    marks = re.findall(r"^(q\d+): (\S+) of (\S+)$", done.stdout, re.M)
    assert [question for question, _, _ in marks] == [f"q{n}" for n in range(1, 8)]
    assert [points for _, points, _ in marks] == [of for _, _, of in marks]
    with pytest.raises(OSError):
        urllib.request.urlopen(re.search(r"http://[\d.:]+", done.stdout)[0], timeout=5)


def test_what_is_missing_is_said_in_one_message():
    done = subprocess.run(COMMAND, capture_output=True, text=True, env={**os.environ, "PATH": ""})
    assert done.returncode == 1 and "npm is missing" in done.stderr and "Traceback" not in done.stderr
