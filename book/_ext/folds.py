"""Folded cells of the pages: which they are, and what each says, to the eye and to a screen reader, is behind it."""

import json
import re
from html import escape
from pathlib import Path

from myst_nb.sphinx_ import HideCodeCellNode


def label_folds(app, docname, source):
    """Fold each cell tagged `check`, and say on every fold of a notebook what is behind it.

    A figure's code is named by the figure's number, any other folded cell by its first comment.
    """
    if not str(app.env.doc2path(docname)).endswith(".ipynb"):
        return
    notebook = json.loads(source[0])
    figures = 0
    for cell in notebook["cells"]:
        tags = cell["metadata"].setdefault("tags", [])
        shown = cell["metadata"].setdefault("mystnb", {})
        figures += "figure" in shown
        if "check" in tags:
            tags.append("hide-input")
        if "hide-input" not in tags:
            continue
        comment = re.match(r"(# .*\n)+", "".join(cell["source"]))
        label = re.sub(r"\n?# ", " ", comment[0]).strip() if comment else "Code"
        label = label.replace("✓", "✓ Checked:", 1).replace("`", "")
        if "figure" in shown:
            label = f"Code of figure {int(Path(docname).name[:2])}.{figures}"
        shown.update(code_prompt_show=label, code_prompt_hide=label)
    source[0] = json.dumps(notebook)


def visit_fold(self, node):
    """myst-nb announces every fold as "Toggle hidden content"; here it is announced by its label."""
    label = escape(node["prompt_show"])
    self.body.append(f'<details class="admonition hide {" ".join(node["classes"])}">\n')
    self.body.append(f'<summary><span class="fold-label">{label}</span></summary>\n')


def depart_fold(self, node):
    self.body.append("</details>\n")


def announce(app):
    app.add_node(HideCodeCellNode, override=True, html=(visit_fold, depart_fold))


def setup(app):
    app.connect("source-read", label_folds)
    app.connect("builder-inited", announce)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
