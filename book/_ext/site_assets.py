"""What the built site needs beyond Jupyter Book's defaults: MathJax, labels on folds, no dead scripts."""

import importlib.util
import json
import re
import shutil
from pathlib import Path

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform

# The combined component and its fonts: all that TeX input with CommonHTML output asks for.
MATHJAX_PARTS = ("tex-chtml.js", "output/chtml/fonts/woff-v2")


def mathjax_source():
    """Folder of MathJax inside the installed package sphinx-mathjax-offline."""
    spec = importlib.util.find_spec("sphinx-mathjax-offline")
    if spec is None:
        raise ExtensionError(
            "MathJax is missing: the package sphinx-mathjax-offline is not installed. "
            "Run `pip install -r requirements.txt -c constraints.txt`, then build again."
        )
    return Path(spec.origin).parent / "static" / "mathjax"


def copy_mathjax(app, exception):
    """Copy MathJax into the built site, once; no page asks another host for it."""
    if exception is not None or app.builder.format != "html":
        return
    for part in MATHJAX_PARTS:
        source, target = mathjax_source() / part, Path(app.outdir, "_static", "mathjax", part)
        if target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if source.is_dir() else shutil.copyfile
        copy(source, target)


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


class KeepPunctuation(SphinxPostTransform):
    """Keep brackets, full stops and commas on the line of their formula (a browser may break there)."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs):
        for math in list(self.document.findall(nodes.math)):
            parent, i = math.parent, math.parent.index(math)
            before, after = (
                parent[k].astext() if 0 <= k < len(parent) and isinstance(parent[k], nodes.Text) else ""
                for k in (i - 1, i + 1)
            )
            opening = re.search(r"[(“]$", before)
            closing = re.match(r"[^\s\w(]+(?=\s|$)|-\w+", after)
            if not (opening or closing):
                continue
            together = nodes.inline(classes=["unbroken"])
            if closing:
                parent[i + 1] = nodes.Text(after[closing.end() :])
            parent[i] = together
            if opening:
                parent[i - 1] = nodes.Text(before[: opening.start()])
                together += nodes.Text(opening[0])
            together += math
            if closing:
                together += nodes.Text(closing[0])


def drop_live_code_scripts(app, pagename, templatename, context, doctree):
    """Jupyter Book always adds thebe's scripts; this book has no live code, so they only log errors."""
    context["script_files"] = [
        script
        for script in context.get("script_files", [])
        if "thebe" not in str(getattr(script, "filename", script) or "")
        and "THEBE_JS_URL" not in str(getattr(script, "attributes", {}).get("body", ""))
    ]


def setup(app):
    mathjax_source()  # fail before the build starts, not after it
    app.config.mathjax_path = "mathjax/tex-chtml.js"
    app.connect("source-read", label_folds)
    app.add_post_transform(KeepPunctuation)
    app.connect("html-page-context", drop_live_code_scripts, priority=900)
    app.connect("build-finished", copy_mathjax)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
