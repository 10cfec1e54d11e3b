"""What several test files need: the repository, its notebooks, one build of the site."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "book"
NOTEBOOKS = sorted(BOOK.glob("*.ipynb"))

sys.path.insert(0, str(ROOT / "tools"))

from benchmark import BUILD  # noqa: E402


def toc_files(node):
    """Every file named in _toc.yml."""
    if isinstance(node, list):
        return [f for item in node for f in toc_files(item)]
    if isinstance(node, dict):
        here = [node[k] for k in ("root", "file") if k in node]
        return here + [f for v in node.values() if isinstance(v, list) for f in toc_files(v)]
    return []


@pytest.fixture(scope="session")
def toc():
    return toc_files(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8")))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    """Each notebook of the book in turn."""
    return nbformat.read(request.param, as_version=4)


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The HTML book, built from clean with warnings as errors."""
    out = tmp_path_factory.mktemp("site")
    build = subprocess.run([*BUILD, "--path-output", str(out)], cwd=ROOT, capture_output=True, text=True)
    assert build.returncode == 0, f"The book does not build:\n{build.stdout}{build.stderr}"
    return out / "_build" / "html"
