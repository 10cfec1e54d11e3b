"""The instructors' overview of the chapters, read off the chapters and their assignments while the book is built."""

import json
import re
from pathlib import Path

from sphinx.errors import ExtensionError

EXERCISE = "{exercise-start} "
TABLE, OUTCOMES = "<!-- overview.py: table -->", "<!-- overview.py: outcomes -->"


def markdown(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


def found(pattern, text, what, name):
    match = re.search(pattern, text, flags=re.S | re.M)
    if match is None:
        raise ExtensionError(f"{name}: the overview for instructors needs {what}.")
    return match[1]


def facts(chapter, assignment):
    """What a chapter and its assignment say of themselves, a dictionary of words."""
    name, text = chapter.stem, markdown(chapter)
    path, _, further = text.partition("## ★ Further")
    task = json.loads(assignment.read_text(encoding="utf-8"))["cells"] if assignment.exists() else []
    points = [c["metadata"]["nbgrader"]["points"] for c in task if c["metadata"]["nbgrader"]["grade"]]
    minutes = found(r"(\d+) minutes", "".join(task[0]["source"]), "its minutes", name) if task else ""
    return {
        "title": found(r"^# (.+?)$", text, "a title", name),
        "reading": found(r"\*\*Time:\*\* (\d+) minutes to read", text, "its minutes", name) + " min",
        "running": found(r"minutes to read, (\d+) seconds", text, "its seconds", name) + " s",
        "exercises": f"{path.count(EXERCISE)} + {further.count(EXERCISE)} ★",
        "assignment": f"{len(points)} questions, {sum(points)} points, {minutes} min" if task else "none",
        "outcomes": found(r"^\*\*After this chapter you can\*\*\n+(.+?)\n\n", text, "its outcomes", name),
        "needs": found(r"^(\*\*You need\*\*.+?)\n\n", text, "what it needs", name),
    }


def add_overview(app, docname, source):
    """A table of all chapters, and for each what students can do after it and what they need before."""
    if TABLE not in source[0]:
        return
    rows, boxes = [], []
    for chapter in sorted(Path(app.srcdir, "book").glob("[0-9]*.ipynb")):
        app.env.note_dependency(str(chapter))
        assignment = Path(app.srcdir, "assignments", chapter.stem, "assignment.ipynb")
        f = facts(chapter, assignment)
        number = int(chapter.stem[:2])
        link = f"[{number} {f['title']}]({chapter.stem})"
        rows.append(f"| {link} | {f['reading']} | {f['running']} | {f['exercises']} | {f['assignment']} |")
        boxes.append(f"**{number} {f['title']}.** After it students can\n\n{f['outcomes']}\n\n{f['needs']}")
    head = "| chapter | reading | running | exercises | assignment |\n|---|---|---|---|---|"
    source[0] = source[0].replace(TABLE, "\n".join([head, *rows])).replace(OUTCOMES, "\n\n".join(boxes))


def setup(app):
    app.connect("source-read", add_overview)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
