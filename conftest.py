"""How nbval compares a figure: by what a reader can see of it, in `pytest` and in `pytest book` alike."""

import sys
from pathlib import Path

TOOLS = Path(__file__).resolve().parent / "tools"
sys.path[:0] = [str(TOOLS), str(TOOLS / "grading")]

from notebooks import SVG, visible  # noqa: E402


def pytest_collectstart(collector):
    if hasattr(collector, "sanitize_patterns"):
        collector.sanitize_patterns[SVG] = lambda match: visible(match[0])
