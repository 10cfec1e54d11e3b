"""Measure what the course promises about speed: seconds per notebook, for a clean build, after one edit.

Works on a copy, so the checkout stays as it is. Run nothing else meanwhile; each number is a median of three.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lessons import BOOK, notebooks
from notebooks import execute

ROOT = BOOK.parent
RUNS = 3
# Seconds; 30 for the others.
LIMITS = {"5.5": 65, "5.6": 40, "6.2": 110, "6.3": 40, "6.4": 95, "6.5": 100, "6.6": 50}
LIMITS |= {"7.3": 75, "7.4": 120, "7.5": 35, "8.1": 75, "8.2": 40, "8.5": 75, "8.7": 115}
# The command of `make book`, for whichever Python runs this.
BUILD = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build", "."]
BUILD += ["-W", "-n", "--keep-going", "-q"]


def seconds(action):
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def report(label, action, limit, before=lambda: None):
    times = []
    for _ in range(RUNS):
        before()
        times.append(seconds(action))
    middle = statistics.median(times)
    verdict = "" if middle <= limit else "   TOO SLOW"
    print(f"{label:<40}{middle:7.1f} s   at most {limit} s{verdict}", flush=True)
    return middle


def main():
    print(f"{os.cpu_count()} cores, median of {RUNS} runs")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "copy")
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".venv", "_build", ".git"))

        def build():
            subprocess.run(BUILD, cwd=copy, check=True, stdout=subprocess.DEVNULL)

        def edit():
            page = copy / "book" / "notation.md"
            page.write_text(page.read_text(encoding="utf-8") + "\n", encoding="utf-8")

        def clean():
            shutil.rmtree(copy / "_build", ignore_errors=True)

        report("book from clean", build, 12, before=clean)
        report("book after one edited page", build, 4, before=edit)
        total = sum(
            report(n.name, lambda path=n.path: execute(path, folder), LIMITS.get(n.number, 30))
            for n in notebooks()
        )
        print(f"{'all notebooks, one after the other':<40}{total:7.1f} s   at most 1120 s")


if __name__ == "__main__":
    main()
