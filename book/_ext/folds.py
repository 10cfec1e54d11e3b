"""Folded cells: code that draws or prepares is one line, a check is a tick at the end of what it checks."""

import json
import re
from html import escape

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform


class tick(nodes.General, nodes.Element):
    """The button at the end of a passage: `sentence`, and `opens`, the name of what it opens."""


class checked(nodes.General, nodes.Element):
    """What the button opens, below the passage: the same sentence and the code."""


def comment(source):
    """The first comment of a cell, as one line."""
    found = re.match(r"(# .*\n)+", source)
    return re.sub(r"\n?# ", " ", found[0]).strip().replace("`", "") if found else "Code"


def label_folds(app, docname, source):
    """Say on every fold of a notebook what is behind it: its first comment. Figures get their number later."""
    if not str(app.env.doc2path(docname)).endswith(".ipynb"):
        return
    notebook = json.loads(source[0])
    for cell in notebook["cells"]:
        if "hide-input" in cell["metadata"].get("tags", []):
            label = comment("".join(cell["source"]))
            cell["metadata"].setdefault("mystnb", {}).update(code_prompt_show=label, code_prompt_hide=label)
    source[0] = json.dumps(notebook)


def is_check(node):
    return "tag_check" in node.get("classes", [])


def passage(cell):
    """The paragraph or caption before a check, at the end of which its tick goes, and the block it belongs to."""
    around = cell.parent
    for block in reversed(around.children[: around.index(cell)]):
        code = isinstance(block, nodes.container) and not any(block.findall(nodes.figure))
        found = [node for node in block.findall() if isinstance(node, nodes.paragraph | nodes.caption)]
        if found and not code and not isinstance(block, checked):
            return found[-1], block
    if isinstance(around, nodes.document):
        raise ExtensionError("A check stands before any text: its tick has no sentence to stand at. Move it down.")
    return passage(around)


class PlaceChecks(SphinxPostTransform):
    """Several checks after one passage make one tick."""

    default_priority = 198  # before the other folds are made
    formats = ("html",)

    def run(self, **kwargs):
        cells = [node for node in self.document.findall(nodes.container) if is_check(node)]
        for k, cell in enumerate(cells):
            code = cell.next_node(nodes.literal_block)
            sentence = comment(code.astext()).removeprefix("✓").strip()
            text, block = passage(cell)
            cell.parent.remove(cell)
            cell["classes"].remove("tag_check")
            if isinstance(text.children[-1], tick):
                below = block.parent[block.parent.index(block) + 1]
                for node in (text.children[-1], below):
                    node["sentence"] += f" Checked: {sentence}"
                below += cell.children
                continue
            facts = {"sentence": sentence, "opens": f"check-{k + 1}"}
            text += tick("", **facts)
            block.parent.insert(block.parent.index(block) + 1, checked("", *cell.children, **facts))


def visit_tick(self, node):
    name = escape(f"Checked: {node['sentence']}", quote=True)
    self.body.append(
        f' <button type="button" class="check" aria-expanded="false" aria-controls="{node["opens"]}" '
        f'aria-label="{name}" title="{name}">✓</button>'
    )


def visit_checked(self, node):
    self.body.append(f'<details class="check" id="{node["opens"]}">')
    self.body.append(f"<summary>✓ Checked: {escape(node['sentence'])}</summary>\n")


def visit_fold(self, node):
    """myst-nb announces every fold as "Toggle hidden content"; here it is announced by its label."""
    self.body.append(f'<details class="admonition hide {" ".join(node["classes"])}">\n')
    label = fold_label(self.builder.env, self.builder.current_docname, node.parent)
    self.body.append(f'<summary><span class="fold-label">{escape(label)}</span></summary>\n')


def fold_label(env, docname, cell):
    """What the fold of a cell says: "Code of figure 1.3" where it draws one, else its first comment."""
    numbers = env.toc_fignumbers.get(docname, {}).get("figure", {})
    for figure in cell.findall(nodes.figure):
        return "Code of figure " + ".".join(map(str, next(numbers[i] for i in figure["ids"] if i in numbers)))
    return cell["prompt_show"]


def depart_fold(self, node):
    self.body.append("</details>\n")


def ignore(self, node):
    pass


def announce(app):
    app.add_node(HideCodeCellNode, override=True, html=(visit_fold, depart_fold))


def setup(app):
    app.add_node(tick, html=(visit_tick, ignore))
    app.add_node(checked, html=(visit_checked, depart_fold))
    app.add_post_transform(PlaceChecks)
    app.connect("source-read", label_folds)
    app.connect("builder-inited", announce)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
