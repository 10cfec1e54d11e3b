"""Equations as native MathML, made while the book is built, and the font that draws them."""

import html
import importlib.util
import logging
import re
import unicodedata
from pathlib import Path
from xml.etree import ElementTree

from docutils import nodes
from fontTools import subset
from math_core import LatexError, LatexToMathML
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.math import get_node_equation_number

CONVERTER = LatexToMathML(annotation=True, fancy_error=False)
RELATIONS = set("=≈≠<>≤≥≪≫∝∈→⟶⇒⟹⟺⇔")
FONT = "fonts/math.woff2"  # under _static, where book.css expects it


def mathml(tex, display, place):
    r"""MathML of one formula, which keeps its TeX as an annotation.

    tex: TeX without dollar signs; display: on a line of its own; place: named if it fails.
    Raises ExtensionError, which stops the build, for TeX that cannot be set.
    """
    try:
        return CONVERTER.convert_with_local_state(tex.strip(), displaystyle=display)
    except LatexError as error:
        raise ExtensionError(f"{place}: {error}, counted from the start of the formula  {tex.strip()}") from None


def foldable(formula):
    """The formula in pieces: one for each `left = right`, and one for each further `= right`.

    They stand side by side as before; book.css lets a phone put them below each other.
    """
    root = ElementTree.fromstring(formula.replace("&ApplyFunction;", "\u2061"))
    row = root.find("semantics/mrow")
    if row is None:
        return formula
    pieces, relations = [[]], 0
    for child in list(row):
        relation = child.tag == "mo" and child.text in RELATIONS
        if relation and relations:
            pieces.append([])
        relations += relation
        pieces[-1].append(child)
        if child.tag == "mspace" and float(child.get("width", "0").removesuffix("em")) >= 1:
            pieces.append([])
            relations = 0
    row[:] = []
    for piece in filter(None, pieces):
        ElementTree.SubElement(row, "mrow").extend(piece)
    return ElementTree.tostring(root, encoding="unicode")


def place(translator, node):
    return f"{translator.builder.current_docname}, line {node.line or getattr(node.parent, 'line', None) or '?'}"


def visit_math(self, node):
    long = " long" if len(node.astext()) > 60 else ""
    self.body.append(self.starttag(node, "span", "", CLASS="math notranslate nohighlight" + long))
    self.body.append(mathml(node.astext(), False, place(self, node)) + "</span>")
    raise nodes.SkipNode


def visit_math_block(self, node):
    """The formula scrolls in a box of its own, so that its number stays in sight on a phone."""
    self.body.append(self.starttag(node, "div", "", CLASS="math notranslate nohighlight"))
    formula = foldable(mathml(node.astext(), True, place(self, node)))
    self.body.append(f'<div class="formula">{formula}</div>')
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


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


def drawn(formulas):
    """The characters that a browser draws for MathML: a single letter in <mi> as its mathematical italic."""
    text = set(html.unescape(re.sub(r"<annotation.*?</annotation>|<[^>]*>", "", formulas)))
    letters = {name: c for c in text if (name := unicodedata.name(c, "")).split(" ")[0] in ("LATIN", "GREEK")}
    for name, c in letters.items():
        style = "CAPITAL" if c.isupper() else "SMALL"
        try:
            text.add(unicodedata.lookup(f"MATHEMATICAL ITALIC {style} {name.split(' ')[-1]}"))
        except KeyError:  # only the italic h stands elsewhere
            text.add("ℎ" if c == "h" else c)
    if re.search("<msqrt|<mroot", formulas):  # drawn, but written nowhere
        text.add("√")
    return "".join(sorted(text - {"\n"}))


def write_font(app, exception):
    """STIX Two Math, cut down to what the formulas of the built pages draw; made anew only if that changed."""
    if exception is not None or app.builder.format != "html":
        return
    pages = (path.read_text(encoding="utf-8") for path in Path(app.outdir).rglob("*.html"))
    characters = drawn("".join("".join(re.findall(r"<math.*?</math>", page, flags=re.S)) for page in pages))
    target, stamp = Path(app.outdir, "_static", FONT), Path(app.doctreedir, "math-font.txt")
    if target.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == characters:
        return
    source = Path(importlib.util.find_spec("ziamath").origin).parent / "fonts" / "STIXTwoMath-Regular.ttf"
    options = subset.Options(flavor="woff2", layout_features=["*"], notdef_outline=True)
    font = subset.load_font(source, options)
    missing = set(characters) - {chr(c) for c in font.getBestCmap()} - {"\u2061", "\u2062", "\ufe00", "\xa0"}
    if missing:
        raise ExtensionError(f"STIX Two Math cannot draw {' '.join(sorted(missing))}: write the formula with others.")
    for table in font["cmap"].tables:  # only Firefox takes the prime's form for superscripts by itself
        if 0x2032 in getattr(table, "cmap", {}):
            table.cmap[0x2032] = "minute.ssty"
    cut = subset.Subsetter(options)
    cut.populate(text=characters)
    cut.subset(font)
    target.parent.mkdir(parents=True, exist_ok=True)
    subset.save_font(font, target, options)
    stamp.write_text(characters, encoding="utf-8")


def setup(app):
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_math_block, None))
    app.config.html_math_renderer = "mathml"
    app.add_post_transform(KeepPunctuation)
    app.connect("build-finished", write_font)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
