"""A resolved page as plain Markdown: numbers, captions, titles and references as words."""

import posixpath
import re

from docutils import nodes
from folds import fold_label
from sphinx_markdown_builder.contexts import IndentContext, SubContextParams
from sphinx_markdown_builder.translator import MarkdownTranslator, pushing_context

CELL = "%%cell {}%%"  # stands where a code cell goes: its place in the stored notebook, or a movable figure's name
SETTINGS = {  # of the translator, which expects to be a builder's
    "markdown_docinfo": False,
    "markdown_flavor": "",
    "markdown_http_base": "",
    "markdown_bullet": "-",
    "markdown_anchor_sections": False,
    "markdown_anchor_signatures": False,
}


class PortableMarkdown(MarkdownTranslator):
    """Markdown with marks where code cells go. Filled on the way: `cited`, `folds` (labels), `movable` (titles)."""

    def __init__(self, document, builder, docname):
        self.cited, self.folds, self.movable, self.docname, self.env = set(), {}, {}, docname, builder.env
        super().__init__(document, builder)

    def number(self, node, kind):
        """The number of a figure, equation or exercise, "7.1", as on the page."""
        numbers = self.env.toc_fignumbers.get(self.docname, {}).get(kind, {})
        return ".".join(map(str, next((numbers[i] for i in node["ids"] if i in numbers), ())))

    # headings, formulas, links

    @pushing_context
    def visit_title(self, node):
        super().visit_title(node)
        anchors = ["#" + i for i in node.parent["ids"]]
        if isinstance(node.parent.parent, nodes.document):
            anchors.append("")
        secnumbers = self.env.toc_secnumbers.get(self.docname, {})
        number = next((secnumbers[a] for a in anchors if a in secnumbers), None)
        if number:
            self.add(".".join(map(str, number)) + " ")

    def visit_math_block(self, node):
        number = self.number(node, "displaymath")
        tag = f" \\tag{{{number}}}" if number else ""
        self.add(f"$$\n{node.astext().strip()}{tag}\n$$", prefix_eol=2, suffix_eol=2)
        raise nodes.SkipNode

    def visit_math(self, node):
        self.add(f"${node.astext().strip()}$")
        raise nodes.SkipNode

    def visit_reference(self, node):
        page, _, anchor = node.get("refuri", "").partition("#")
        if page.endswith("references.html"):
            self.cited.add(node["reftitle"])
        address = self.config.html_baseurl
        if not node.get("internal") or (address and page and not anchor.startswith("term-")):
            target = node["refuri"]
            if node.get("internal"):
                page = posixpath.normpath(posixpath.join(posixpath.dirname(self.docname), target))
                target = f"{address.rstrip('/')}/{page}"
            super().visit_reference(nodes.reference(refuri=target))
            self.link = True
            return
        self.link = False

    def depart_reference(self, node):
        if self.link:
            self._pop_context(node)
        page = node.get("refuri", "").partition("#")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(self.docname), page[0]))
        number = self.env.toc_secnumbers.get(target.removesuffix(".html"), {}).get("")
        if not self.link and page[0] and page[1] and number:  # a section elsewhere: say where
            kind = "lesson" if len(number) > 1 else "chapter"
            self.add(f" ({kind} {'.'.join(map(str, number))})")

    def visit_number_reference(self, node):
        pass

    # code cells, figures

    def visit_container(self, node):
        if node.get("nb_element") != "cell_code":
            return
        self.add(CELL.format(node["cell_index"]), 2, 2)
        if "prompt_show" in node:
            self.folds[node["cell_index"]] = fold_label(self.env, self.docname, node)
        for figure in node.findall(nodes.figure):
            self.add(f"**Fig. {self.number(figure, 'figure')}** ", 2)
            for child in figure[-1].children:
                child.walkabout(self)
            alt = re.sub(r"[<>&]", lambda sign: f"&#{ord(sign[0])};", figure[0]["alt"])
            self.add(f"<details><summary>What it shows, in words</summary>{alt}</details>", 2, 2)
        raise nodes.SkipNode

    # titled blocks

    def titled(self, name, node, heading=False):
        title = re.sub(r"\s+", " ", node[0].astext()).strip()
        self.add(f"### {name} {title}" if heading else f"**{name}** {title}".strip(), 2, 2)

    def visit_exercise_enumerable_node(self, node):
        self.titled(f"Exercise {self.number(node, 'exercise')}", node, heading=True)
        for child in node[1:]:
            child.walkabout(self)
        raise nodes.SkipNode

    def visit_solution_node(self, node):
        code = any(c.get("nb_element") == "cell_code" for c in node.findall(nodes.container))
        self.add("#### Solution" if code else "<details><summary>Solution</summary>", 2, 2)
        for child in node[1:]:
            child.walkabout(self)
        if not code:
            self.add("</details>", 2, 2)
        raise nodes.SkipNode

    def push_quotation(self, node):
        """Jupyter hands all between two $$ to MathJax, the > of a quotation, too: then none is made."""
        prefix = "" if any(node.findall(nodes.math_block)) else "> "
        self._push_context(IndentContext(prefix, empty=True, params=SubContextParams(2, 2)))

    def visit_definition_node(self, node):
        """A definition or proposition: a quotation that begins with its name and number."""
        self.push_quotation(node)
        number = self.number(node, node["countertype"])
        self.titled(f"{node['realtype'].capitalize()} {number}", node)
        for child in node[1:]:
            child.walkabout(self)
        self._pop_context(node)
        raise nodes.SkipNode

    visit_proposition_node = visit_definition_node

    def visit_movable_figure(self, node):
        self.movable[node["name"]] = node["title"]
        self.add(CELL.format(node["name"]), 2, 2)
        raise nodes.SkipNode

    def visit_tick(self, node):
        raise nodes.SkipNode  # a portable notebook holds no checks

    visit_checked = visit_tick

    def visit_movable_fold(self, node):
        self.add("<details><summary>What you should have seen</summary>", 2, 2)

    def depart_movable_fold(self, node):
        self.add("</details>", 2, 2)

    def visit_proof_node(self, node):
        pass

    @pushing_context
    def visit_admonition(self, node):
        """An answer to open; or the quotation inside a proof, whose first word is Proof."""
        if "dropdown" in node["classes"]:
            self.add(f"<details><summary>{node[0].astext()}</summary>", 2, 2)
            for child in node[1:]:
                child.walkabout(self)
            self.add("</details>", 2, 2)
            raise nodes.SkipNode
        self.push_quotation(node)
        first = node[0][0]
        if isinstance(first, nodes.Text) and first.startswith("Proof."):
            node[0][0:1] = [nodes.strong(text="Proof."), nodes.Text(first[len("Proof.") :])]

    def visit_raw(self, node):
        raise nodes.SkipNode

    visit_target = visit_raw
