"""Figures that a reader can move: the directive, what stands in their place on paper, and the numbers they need.

    :::{movable} let-go
    :title: Let go
    :stands-in: fig-cobweb

    A question to answer by moving it.

    +++
    What you should have seen, folded.
    :::

The figure itself is book/_assets/movable/let-go.js. Numbers from the notebook are an output of type NUMBERS,
{name of the figure: numbers} as a text, of a cell that the page does not show (tag remove-cell).
"""

import json
from pathlib import Path

import minify
from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

FOLDER = "_assets/movable"
# In a notebook the figure is one output. Where the notebook is not trusted, only the words in it are left.
ALONE = """\
<div class="movable container" id="{name}"><style>{style}
.movable {{ background: #fff; }} .movable .foot a {{ display: none; }}</style>
<p class="untrusted">{words}</p><movable-figure></movable-figure>
<script>{script}
for (const e of document.querySelectorAll("#{name} movable-figure:empty")) {{
  e.previousElementSibling.remove();
  movable.show(Object.assign(e, {{ name: "{name}" }}));
}}</script></div>"""
NUMBERS = "application/vnd.hidden-states.numbers+json"
PAPER = "*Where this figure does not move, {{numref}}`{}` stands for it.*"


class movable_figure(nodes.General, nodes.Element):
    """The place of the figure; its script fills it."""


class movable_fold(nodes.General, nodes.Element):
    """What the reader should have seen."""


class Movable(SphinxDirective):
    required_arguments = 1
    has_content = True
    option_spec = {"title": directives.unchanged_required, "stands-in": directives.unchanged_required}

    def parsed(self, lines):
        box = nodes.Element()
        self.state.nested_parse(StringList(lines, self.env.docname), self.content_offset, box)
        return box.children

    def run(self):
        name = self.arguments[0]
        scripts = Path(self.env.srcdir, "book", FOLDER)
        known = sorted(p.stem for p in scripts.glob("*.js") if p.stem != "kit")
        if name not in known:
            raise self.error(f"There is no movable figure {name} in {scripts.name}; there are {', '.join(known)}.")
        lines = list(self.content)
        if lines.count("+++") != 1 or set(self.options) != set(self.option_spec):
            raise self.error(f"The movable figure {name} needs :title:, :stands-in:, a question, +++, an answer.")
        title = nodes.paragraph("", "", nodes.strong("", f"Move it: {self.options['title']}"))
        (stands_in,) = self.parsed([PAPER.format(self.options["stands-in"])])
        stands_in["classes"].append("stands-in")
        cut = lines.index("+++")
        place = movable_figure(
            name=name, title=self.options["title"], numbers=name in numbers(Path(self.env.doc2path(self.env.docname)))
        )
        fold = movable_fold("", *self.parsed(lines[cut + 1 :]))
        box = nodes.container("", title, *self.parsed(lines[:cut]), place, stands_in, fold, classes=["movable"])
        box["names"].append(name)  # so that {ref}`words <name>` leads to it
        self.state.document.note_explicit_target(box)
        if box["ids"] != [name]:
            raise self.error(f"{name} already names something on this page: call the movable figure otherwise.")
        return [box]


def numbers(path):
    """What a notebook hands to its movable figures, {name: numbers}."""
    if path.suffix != ".ipynb":
        return {}
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    outputs = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    return {name: value for data in outputs for name, value in json.loads(data.get(NUMBERS, "{}")).items()}


def small(path):
    """A script or a style sheet without blanks and comments."""
    kind = {".js": "application/javascript", ".css": "text/css"}[path.suffix]
    return minify.string(kind, path.read_text(encoding="utf-8"))


def alone(app, docname, name, words):
    """The figure with all it needs, as HTML; the words stand there where no script may run."""
    folder, values = Path(app.srcdir, "book", FOLDER), numbers(Path(app.env.doc2path(docname)))
    script = [
        small(folder / "kit.js"),
        set_numbers(name, values[name]) if name in values else "",
        small(folder / f"{name}.js"),
    ]
    return ALONE.format(name=name, style=small(folder.with_suffix(".css")), words=words, script=";\n".join(script))


def set_numbers(name, value):
    """The script that hands a figure its numbers."""
    return f'movable.numbers["{name}"]={json.dumps(value, separators=(",", ":"))};\n'


def write_scripts(app, exception):
    """The scripts without blanks and comments; numbers are a script, too: a page from disk can load nothing else."""
    if exception is not None or app.builder.format != "html":
        return
    folder = Path(app.outdir, "_static", "movable")
    for source in Path(app.srcdir, "book", FOLDER).glob("*.js"):
        (folder / source.name).write_text(small(source), encoding="utf-8")
    for docname in app.env.found_docs:
        for name, value in numbers(Path(app.env.doc2path(docname))).items():
            (folder / f"{name}.numbers.js").write_text(set_numbers(name, value), encoding="utf-8")


def visit_figure(self, node):
    self.body.append('<movable-figure data-numbers="yes">' if node["numbers"] else "<movable-figure>")


def depart_figure(self, node):
    self.body.append("</movable-figure>\n")


def visit_fold(self, node):
    self.body.append('<details class="seen"><summary>What you should have seen</summary>\n')


def depart_fold(self, node):
    self.body.append("</details>\n")


def setup(app):
    app.add_directive("movable", Movable)
    app.add_node(movable_figure, html=(visit_figure, depart_figure))
    app.add_node(movable_fold, html=(visit_fold, depart_fold))
    app.connect("build-finished", write_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
