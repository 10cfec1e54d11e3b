"""PNGs of the notebooks' figures, drawn by a second process while the pages are written."""

import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import resvg_py

ZOOM = 2  # pixels of the PNG for each of the page
_started = {}  # {SVG: its PNG, sooner or later}


def draw(svg):
    return bytes(resvg_py.svg_to_bytes(svg, background="white", dpi=96, zoom=ZOOM, skip_system_fonts=True))


def png(svg):
    """The PNG of an SVG, both as they stand in a file."""
    return _started.pop(svg).result() if svg in _started else draw(svg)


def start(app, env, docnames):
    """Begin with the figures of all notebooks that are about to be read."""
    svgs = []
    for path in map(env.doc2path, docnames):
        notebook = str(path).endswith(".ipynb")
        cells = json.loads(Path(path).read_text(encoding="utf-8"))["cells"] if notebook else []
        outputs = [output for cell in cells for output in cell.get("outputs", [])]
        found = (output.get("data", {}).get("image/svg+xml") for output in outputs)
        svgs += ["".join(svg) for svg in found if svg]
    if len(svgs) > 1:
        pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
        _started.update((svg, pool.submit(draw, svg)) for svg in svgs)
        app.connect("build-finished", lambda app, exception: pool.shutdown(cancel_futures=True))


def setup(app):
    app.connect("env-before-read-docs", start)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
