"""Equations as native MathML, made while the book is built, and the font that draws them."""

import copy
import html
import importlib.util
import logging
import re
import unicodedata
from pathlib import Path
from xml.etree import ElementTree

from docutils import nodes
from fontTools import subset
from fontTools.ttLib.tables import otTables
from fontTools.ttLib.tables._g_l_y_f import GlyphCoordinates
from math_core import LatexError, LatexToMathML
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.math import get_node_equation_number

CONVERTER = LatexToMathML(annotation=True, fancy_error=False)
RELATIONS = set("=≈≠<>≤≥≪≫∝∈→⟶⇒⟹⟺⇔")
SOURCE = Path(importlib.util.find_spec("ziamath").origin).parent / "fonts" / "STIXTwoMath-Regular.ttf"
FONT = "fonts/math.woff2"  # under _static, where book.css expects it
# What a browser draws for a single letter in <mi>: Latin, Greek, ∂ and ∇; the italic h stands elsewhere.
SLANTED = [*range(0x1D434, 0x1D468), *range(0x1D6E2, 0x1D71C)]
ITALICS = {chr(int(unicodedata.decomposition(chr(c))[7:], 16)): chr(c) for c in SLANTED if c != 0x1D455} | {"h": "ℎ"}
ROOTS = [round(740 * 1.13**n) for n in range(14)]  # heights of the root sign, in thousandths of the font's size


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
    text |= {ITALICS[c] for c in text & set(ITALICS)}
    if re.search("<msqrt|<mroot", formulas):  # drawn, but written nowhere
        text.add("√")
    return "".join(sorted(text - {"\n"}))


def mend(font):
    """What browsers need otherwise than STIX Two Math has it.

    Scripts: a browser counts from the edge of any base, TeX only from that of a box; so y and g hang theirs lower
    than h, and h lifts them higher than a. Roots: a browser reserves the width of the widest sign, and lets what is
    too tall hang below the line; so all signs are as wide as the first, and there are many heights.
    """
    for table in font["cmap"].tables:  # only Firefox takes the prime's form for superscripts by itself
        if 0x2032 in getattr(table, "cmap", {}):
            table.cmap[0x2032] = "minute.ssty"
    constants = font["MATH"].table.MathConstants
    constants.SubscriptBaselineDropMin.Value = -40
    constants.SuperscriptBaselineDropMax.Value = 420
    variants, glyphs, root = font["MATH"].table.MathVariants, font["glyf"], font.getBestCmap()[ord("√")]
    construction = variants.VertGlyphConstruction[variants.VertGlyphCoverage.glyphs.index(root)]
    points, foot, thick = list(glyphs[root].coordinates), glyphs[root].yMin, constants.RadicalRuleThickness.Value
    span = glyphs[root].yMax - thick - foot
    construction.ensureDecompiled()  # or what is set here is read over
    records = construction.MathGlyphVariantRecord = []
    construction.VariantCount, construction.GlyphAssembly = len(ROOTS), None
    for height in ROOTS:
        name = f"root.{height}" if records else root
        glyphs[name], font["hmtx"][name] = copy.deepcopy(glyphs[root]), font["hmtx"][root]
        rise = [min(y - foot, span) * (height - thick) / span + max(y - foot - span, 0) for _, y in points]
        glyphs[name].coordinates = GlyphCoordinates(
            [(x, round(foot + y)) for (x, _), y in zip(points, rise, strict=True)]
        )
        glyphs[name].recalcBounds(glyphs)
        records.append(otTables.MathGlyphVariantRecord())
        records[-1].VariantGlyph, records[-1].AdvanceMeasurement = name, height


def write_font(app, exception):
    """STIX Two Math, cut down to what the formulas of the built pages draw; made anew only if that changed."""
    if exception is not None or app.builder.format != "html":
        return
    pages = (path.read_text(encoding="utf-8") for path in Path(app.outdir).rglob("*.html"))
    characters = drawn("".join("".join(re.findall(r"<math.*?</math>", page, flags=re.S)) for page in pages))
    target, stamp = Path(app.outdir, "_static", FONT), Path(app.doctreedir, "math-font.txt")
    if target.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == characters:
        return
    options = subset.Options(flavor="woff2", layout_features=["*"], notdef_outline=True)
    font = subset.load_font(SOURCE, options)
    missing = set(characters) - {chr(c) for c in font.getBestCmap()} - {"\u2061", "\u2062", "\ufe00", "\xa0"}
    if missing:
        raise ExtensionError(f"STIX Two Math cannot draw {' '.join(sorted(missing))}: write the formula with others.")
    mend(font)
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
