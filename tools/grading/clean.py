"""What nbgrader's pages show of a submission: its text as formulas and plain HTML, and nothing that can act.

The course's nbgrader_config.py names `markdown` as a filter of nbconvert and `Refused` as an exporter.
"""

import html
import re
from xml.etree import ElementTree

import bleach
import math_core
from nbconvert.exporters import NotebookExporter
from nbconvert.filters import markdown2html_mistune

TAGS = set("p br hr h1 h2 h3 h4 h5 h6 ul ol li blockquote pre code em strong b i s del sub sup".split())
TAGS |= set("table thead tbody tr th td".split())  # none of them with attributes: no links, pictures, styles, scripts
MATH = set("math semantics mrow mi mo mn ms mtext mspace msup msub msubsup mfrac msqrt mroot mover munder".split())
MATH |= set("munderover mtable mtr mtd mstyle mpadded mphantom menclose mmultiscripts mprescripts none".split())
FORMULA = re.compile(r"\$\$([^$<>]+)\$\$|\$(?!\s)([^$<>\n]+)(?<!\s)\$")


def mathml(tex, display):
    """The formula, or its source if it cannot be read or would hold anything but formulas."""
    try:
        if len(tex) > 1500:  # deep ones would end the whole process
            raise ValueError
        made = math_core.LatexToMathML().convert_with_local_state(tex, displaystyle=display)
        made = re.sub(r"&(?!lt;|amp;)\w+;", lambda m: html.unescape(m[0]), made)  # what HTML knows and XML does not
        formula = ElementTree.fromstring(made)
        for part in formula.iter():
            part.attrib = {k: v for k, v in part.attrib.items() if k in ("display", "mathvariant", "stretchy", "width")}
            part.tag = part.tag.rpartition("}")[2]
            if part.tag not in MATH:
                raise ValueError
        return ElementTree.tostring(formula, encoding="unicode")
    except Exception:  # whatever the source makes of the two
        return f"<code>{html.escape(tex)}</code>"


def markdown(source):
    """nbconvert's filter of Markdown cells: cleaned HTML, with its formulas as MathML, which needs no script."""
    try:
        made = markdown2html_mistune(source).replace(">¶<", "><")  # anchors, which are links
        plain = bleach.clean(made, tags=TAGS, attributes={}, strip=True)
    except Exception:  # a text that cannot be rendered is shown as it is
        plain = f"<pre>{html.escape(source)}</pre>"
    pieces, verbatim = re.split(r"(<[^>]*>)", plain), 0
    for k, piece in enumerate(pieces):
        verbatim += {"<code>": 1, "<pre>": 1, "</code>": -1, "</pre>": -1}.get(piece, 0)
        if k % 2 == 0 and not verbatim:
            pieces[k] = FORMULA.sub(lambda m: mathml(html.unescape(m[1] or m[2]), bool(m[1])), piece)
    return f'<div class="tex2jax_ignore">{"".join(pieces)}</div>'  # nbgrader's pages load MathJax; it would make links


class Refused(NotebookExporter):
    """In the place of the exporters of nbgrader's own commands: stops them before they have done anything."""

    def __init__(self, *arguments, **more):
        raise SystemExit(
            "Use `make assignments`, `make grade` and `make marks`: nbgrader's generate_assignment would delete the "
            "release, its autograde run students' code as you, and its generate_feedback show the model answers."
        )
