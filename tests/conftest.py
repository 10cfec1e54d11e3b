"""What several test files need: the repository, its notebooks, one build of the site, a browser."""

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest
import yaml
from benchmark import BUILD
from filelock import FileLock
from lessons import BOOK, chapters, notebooks
from site_figures import CHROMIUM, FLAGS, serve

ROOT = BOOK.parent
collect_ignore = ["test_engines.py"] if os.environ.get("CI") else []  # there only if it is named
LESSONS = notebooks()
LANDINGS = chapters()
FOLDED = {"check", "hide-input", "remove-cell"}  # tags of cells that the page shows as one line, or not at all


def layers(notebook):
    """A lesson's path, which the questions end, and {title: cells} of its sections marked ★, exercises apart."""
    path, further, exercise = [], {}, False
    here = path
    for cell in notebook.cells:
        text = cell.cell_type == "markdown"
        for part in re.split(r"^(?=## )", cell.source, flags=re.M) if text else [cell.source]:
            if text and part.startswith(("## Check yourself", "## Sources")):
                here = []
            elif text and here is not path and (star := re.match(r"## ★ (.*)", part)):
                here = further.setdefault(star[1], [])
            exercise = exercise or text and "{exercise-start}" in part
            if part and not exercise:
                here.append(nbformat.from_dict({**cell, "source": part}))
            exercise = exercise and not (text and "{solution-end}" in part)
    return path, further


def visible_code(cells):
    """The lines, blank ones apart, of each code cell that a reader sees."""
    shown = [c for c in cells if c.cell_type == "code" and not FOLDED & set(c.metadata.get("tags", []))]
    return [[line for line in c.source.splitlines() if line.strip()] for c in shown]


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


@pytest.fixture(params=LESSONS, ids=lambda n: n.number)
def notebook(request):
    """Each notebook of the book in turn."""
    return nbformat.read(request.param.path, as_version=4)


@pytest.fixture(scope="session")
def shared(tmp_path_factory, worker_id):
    """A folder for what is made once, whichever of the workers needs it first."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture(scope="session")
def site(shared):
    """The HTML book, built from clean with warnings as errors."""
    with FileLock(shared / "site.lock"):
        if not (shared / "built").exists():
            command = [*BUILD, "--path-output", str(shared / "site")]
            build = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
            assert build.returncode == 0, f"The book does not build:\n{build.stdout}{build.stderr}"
            (shared / "built").touch()
    return shared / "site" / "_build" / "html"


@pytest.fixture(scope="session")
def pdf(site, shared):
    """The book as a PDF, made from that site."""
    with FileLock(shared / "pdf.lock"):
        if not (site / "hidden-states.pdf").exists():
            command = [sys.executable, str(ROOT / "tools" / "pdf.py"), "--html", str(site)]
            made = subprocess.run(command, capture_output=True, text=True)
            assert made.returncode == 0, f"The PDF cannot be made:\n{made.stdout}{made.stderr}"
    return site / "hidden-states.pdf"


@pytest.fixture(scope="module")
def address(site):
    """Where the site is served for the browser."""
    server = serve(site)
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")  # its event loop must end before a notebook is executed
def browser():
    """Chromium. Other browsers: test_engines.py."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield started
        started.close()


@contextlib.contextmanager
def jupyter(folder, home, settings=()):
    """Address of a JupyterLab that serves a folder, with nobody's settings but those given; its log is home/log."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    for path, content in dict(settings).items():
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_text(json.dumps(content))
    folders = {"CONFIG_DIR": "config", "DATA_DIR": "data", "RUNTIME_DIR": "runtime"}
    environment = {**os.environ, **{f"JUPYTER_{name}": str(home / place) for name, place in folders.items()}}
    environment["JUPYTERLAB_SETTINGS_DIR"] = str(home / "settings")
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={address[10:]}"]
    command += ["--ServerApp.token=", f"--ServerApp.root_dir={folder}"]
    with open(home / "log", "w") as log:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)
    for _ in range(240):
        try:
            urllib.request.urlopen(f"http://{address}/api")
            break
        except OSError:
            time.sleep(0.25)
    yield f"http://{address}"
    server.terminate()
    server.wait(20)


@pytest.fixture(scope="session")
def screenshots():
    """Folder of the pictures that a failed or finished run leaves for the eye; CI keeps it."""
    folder = ROOT / "_build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
