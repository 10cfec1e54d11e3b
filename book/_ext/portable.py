"""For every page with code a second notebook, which reads well wherever it is opened, and archives to download."""

import ast
import base64
import json
import re
import struct
import zipfile
from pathlib import Path

import nbformat
from lessons import chapters
from movable import alone
from png import ZOOM, png
from portable_markdown import CELL, SETTINGS, PortableMarkdown

ARCHIVE = "hidden-states-notebooks.zip"
BRANCH = "gh-pages"  # to which the workflow publishes the built site
DISTRIBUTIONS = {"sklearn": "scikit-learn"}
VERSIONS = """\
# Are the packages of this notebook here, and new enough?
from importlib.metadata import PackageNotFoundError, version

problems = []
for package, oldest in {needed}:
    try:
        found = version(package)
    except PackageNotFoundError:
        found = "none"
    numbers = [int(n) for n in oldest.split(".")]
    if found == "none" or [int(n) for n in found.split(".")[: len(numbers)]] < numbers:
        problems.append(f"{{package}}: here is {{found}}, needed is {{oldest}} or newer: ")
        problems[-1] += f"pip install --upgrade {{package}}"
if problems:
    raise SystemExit("\\n".join(problems))"""
READ_ME = """\
# {project}: the notebooks

1. Install Python 3.11 or newer, then the packages: `pip install -r requirements.txt`
   (on Linux, `--extra-index-url` of PyTorch's CPU wheels saves several GB; see pytorch.org).
2. Open a notebook, `jupyter lab 01-autonomous-system/1-what-a-state-is.ipynb`, for instance, or with VS Code.
   On Colab: File, Upload notebook.
3. Read it as it is, or run it from top to bottom. Each runs alone, in any folder, without a network.
4. `jupyter nbconvert --to slides --SlidesExporter.reveal_scroll=True` makes a slide of each section, `--to script`
   plain Python, `--to latex` LaTeX (of a notebook that you have run, only if you have Inkscape: its figures are SVG
   then). Folded code stays away with
   `--TagRemovePreprocessor.enabled=True --TagRemovePreprocessor.remove_input_tags=hide-input`.

Code that a reader need not see is folded (click on the three dots). The checks, which on the pages open
with the button ✓ at the end of a sentence, are not in these notebooks: they stand in the course's repository.
"""


def bounds(app):
    """The oldest versions that work, {"numpy": "2.0"}, from requirements.txt."""
    text = Path(app.srcdir, "requirements.txt").read_text(encoding="utf-8")
    chapters = text.partition("# run the chapters")[2].partition("\n\n")[0]
    return dict(re.findall(r"^([\w-]+)[>=]=([\d.]+)", chapters, flags=re.M))


def imported(notebook):
    """Top-level names of the modules that a notebook imports, and of those whose data it reads."""
    names = set()
    for cell in notebook.cells:
        for node in ast.walk(ast.parse(cell.source)) if cell.cell_type == "code" else ():
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names.add(node.module.partition(".")[0])
            elif isinstance(node, ast.Call) and ast.unparse(node.func) == "importlib.resources.files":
                names.add(node.args[0].value)  # a package of which only the data is read
    return {DISTRIBUTIONS.get(name, name) for name in names}


def as_png(output, alt):
    """The output, a figure as PNG: no SVG is shown in a notebook that is not trusted, or becomes LaTeX by nbconvert."""
    data = output.get("data", {})
    if "image/svg+xml" in data:
        drawn = png("".join(data.pop("image/svg+xml")))
        data["image/png"] = base64.b64encode(drawn).decode()
        width, height = struct.unpack(">2I", drawn[16:24])
        output.metadata["image/png"] = {"width": round(width / ZOOM), "height": round(height / ZOOM), "alt": alt}
    return output


def cell(kind, identifier, source, **more):
    return nbformat.from_dict({"cell_type": kind, "id": identifier, "source": source.strip(), **more})


def code_cell(stored, label, count):
    """A code cell as it is stored; folded where the page folds it, with the page's label as first line."""
    source, metadata = stored.source, {}
    if label:
        metadata = {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]}
        if not label.startswith("Code of figure"):  # then the label is the cell's first comment
            source = re.sub(r"^(# .*\n)+", "", source)
        source = f"# {label}\n{source}"
    alt = stored.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
    outputs = [as_png(output, alt) for output in stored.outputs]
    for output in outputs:
        if "execution_count" in output:
            output.execution_count = count
    return cell("code", stored.id, source, metadata=metadata, outputs=outputs, execution_count=count)


def movable_cell(app, docname, name, title, count):
    """The movable figure as an output of its own, and folded above it what makes it anew."""
    there, address = "on the page of this lesson", app.config.html_baseurl.rstrip("/")
    if address:
        there = f'<a href="{address}/{docname}.html#{name}">{there}</a>'
    html = alone(app, docname, name, f"<b>{title}</b> moves {there}, and here as soon as you run this cell.")
    make = f"from IPython.display import HTML\n\nHTML({json.dumps(html)})"
    source = f"# Move it: {title}. Run this cell to make the figure move.\n{make}"
    data = {"text/html": html, "text/plain": "<IPython.core.display.HTML object>"}
    output = {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": count}
    folded = {"jupyter": {"source_hidden": True}}
    return cell("code", f"movable-{name}", source, metadata=folded, outputs=[output], execution_count=count)


def portable_notebook(app, docname, doctree):
    """The notebook of a page, from its resolved doctree and its stored outputs."""
    stored = nbformat.read(app.env.doc2path(docname), as_version=4)
    page = PortableMarkdown(doctree, app.builder, docname)
    doctree.walkabout(page)
    text = page.astext()
    if page.cited:
        text += "\n\n## References\n\n" + "\n".join(f"- {entry}" for entry in sorted(page.cited))
    modules = imported(stored)
    needed = {name: oldest for name, oldest in bounds(app).items() if name in modules}
    install = f"*From {app.config.html_title}. To run it: `pip install {' '.join(needed)} jupyterlab`.*"
    cells = []
    for k, part in enumerate(re.split(CELL.format(r"([\w-]+)"), text)):
        if part in page.movable:
            cells.append(movable_cell(app, docname, part, page.movable[part], 1 + k // 2))
            continue
        if k % 2:
            cells.append(code_cell(stored.cells[int(part)], page.folds.get(int(part)), 1 + k // 2))
            continue
        for n, section in enumerate(re.split(r"(?m)^(?=#{1,4} )", part)):
            if section.strip():
                slide = {1: "slide", 2: "slide", 3: "subslide"}.get(len(section) - len(section.lstrip("#")))
                metadata = {"slideshow": {"slide_type": slide}} if slide else {}
                cells.append(cell("markdown", f"m{k:03}-{n}", section, metadata=metadata))
    cells[0].source += "\n\n" + install
    check = VERSIONS.format(needed=list(needed.items()))
    folded = {"jupyter": {"source_hidden": True}}
    cells.insert(1, cell("code", "versions", check, metadata=folded, outputs=[], execution_count=None))
    return nbformat.from_dict({**stored, "cells": cells})


def write_zip(path, contents):
    """A zip of {name: text}, the same bytes for the same contents."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in contents.items():
            archive.writestr(zipfile.ZipInfo(name), text, compress_type=zipfile.ZIP_DEFLATED)


def write_portable(app, pagename, templatename, context, doctree):
    """Write the portable notebook of a page with code; the page's download button offers it, zipped.

    Zipped, because a browser that opened the page from disk shows a notebook as text instead of saving it.
    """
    if doctree is None or not app.env.doc2path(pagename).endswith(".ipynb"):
        return
    path = Path(app.outdir, "notebooks", pagename + ".ipynb")
    path.parent.mkdir(parents=True, exist_ok=True)
    text = nbformat.writes(portable_notebook(app, pagename, doctree)) + "\n"
    path.write_text(text, encoding="utf-8")
    write_zip(path.with_suffix(".zip"), {path.name: text})


def offer_downloads(app, pagename, templatename, context, doctree):
    """The menu of downloads says what each is: the page's or the chapter's notebooks, the whole book, paper."""
    pathto = context["pathto"]
    chapter = landing_pages(app).get(pagename)
    what = "Notebooks of the chapter" if chapter else "Notebook"
    offered = f"book/{chapter.name}" if chapter else pagename
    for group in context["header_buttons"]:
        if group.get("label") != "download-buttons":
            continue
        source, paper = group["buttons"]
        source["url"] = pathto(f"notebooks/{offered}.zip", 1)
        source |= {"text": f"{what} (zip)", "tooltip": f"{what} (zip)"}
        paper |= {"text": "Print this page", "tooltip": "Print this page"}
        book = {**source, "url": pathto("hidden-states.pdf", 1), "text": "Whole book (PDF)"}
        book |= {"tooltip": "Open the whole book as a PDF", "icon": "fas fa-file-pdf", "label": "download-book-button"}
        notebook = chapter or app.env.doc2path(pagename).endswith(".ipynb")
        group["buttons"] = [source, book, paper] if notebook else [book, paper]


def landing_pages(app):
    """{name of the landing page: its chapter}."""
    return {c.docname: c for c in chapters(Path(app.srcdir, "book"))}


def write_archives(app, exception):
    """The portable notebooks of each chapter; and all of them, with what they need and how to start, in one archive."""
    if exception is not None or app.builder.format != "html":
        return
    found = sorted(Path(app.outdir, "notebooks").rglob("*.ipynb"))
    needs = "".join(f"{name}>={oldest}\n" for name, oldest in bounds(app).items()) + "jupyterlab\n"
    contents = {"READ ME.md": READ_ME.format(project=app.config.html_title), "requirements.txt": needs}
    if found:
        binder = Path(app.outdir, "binder", "requirements.txt")  # where Binder looks for it
        binder.parent.mkdir(exist_ok=True)
        binder.write_text(needs, encoding="utf-8")
        root = Path(app.outdir, "notebooks")
        texts = {path.relative_to(root / "book").as_posix(): path.read_text(encoding="utf-8") for path in found}
        write_zip(root / ARCHIVE, contents | texts)
        for chapter in landing_pages(app).values():
            names = [f"{n.name}.ipynb" for n in chapter.notebooks]
            write_zip(root / "book" / f"{chapter.name}.zip", {name: texts[name] for name in names})


def launch_buttons(app, config):
    """Colab and Binder open the published portable notebook; no button without a repository's address.

    A JupyterHub has an address of its own: launch_buttons, jupyterhub_url in _config.yml.
    """
    theme = config.html_theme_options
    hub = theme.get("launch_buttons", {}).get("jupyterhub_url", "")
    theme["launch_buttons"] = {}
    if theme.get("repository_url"):
        theme["launch_buttons"] = {
            "notebook_interface": "jupyterlab",
            "colab_url": "https://colab.research.google.com",
            "binderhub_url": "https://mybinder.org",
            "jupyterhub_url": hub,
        }
        theme.update(repository_branch=BRANCH, path_to_docs="notebooks")


def setup(app):
    for name, value in SETTINGS.items():
        app.add_config_value(name, value, "")
    app.connect("config-inited", launch_buttons, priority=100)
    app.connect("html-page-context", write_portable, priority=900)
    app.connect("html-page-context", offer_downloads, priority=900)
    app.connect("build-finished", write_archives)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
