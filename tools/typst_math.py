"""Formulas for the PDF: MathML as math-core writes it, turned into Typst's math, and into words to be spoken.

What it does not know raises ValueError, so that no formula is set wrongly in silence.
"""

import re

from bs4 import Tag

PAIRS = {"(": ")", "[": "]", "{": "}", "|": "|", "‖": "‖"}
ACCENTS = {"ˆ": "hat", "˜": "tilde", "¯": "macron"}
LIMITS = {"max", "min", "lim"}
SCRIPT = {"ℒ": "cal(L)", "𝒪": "cal(O)"}
SAID = {"=": "equals", "≈": "is about", "≠": "is not", "≤": "is at most", "≥": "is at least", "<": "is less than"}
SAID |= {">": "is greater than", "+": "plus", "−": "minus", "⋅": "times", "·": "times", "×": "times", "/": "over"}
SAID |= {"∗": "star", "⊙": "times elementwise", "±": "plus or minus", "∈": "in", "→": "to", "⟶": "to", "↦": "maps to"}
SAID |= {"∼": "is distributed as", "∑": "sum", "∏": "product", "∂": "partial", "∞": "infinity", "⊤": "transpose"}
SAID |= {"′": "prime", "⋯": "and so on", "⋮": "and so on", "ℓ": "l", "ˆ": "hat", "˜": "tilde", "‖": "norm bar"}
SAID |= {"(": "open bracket", ")": "close bracket", "[": "at", "]": ",", "|": "bar", "{": "set of", "}": ","}
SAID |= {"ℒ": "loss L", "𝒪": "calligraphic O", "!": "factorial", ".": ".", ",": ",", "𝟏": "one", "𝟙": "indicator"}


def children(node):
    return [child for child in node.children if isinstance(child, Tag) and child.name != "annotation"]


def text(node):
    return node.get_text().replace("\ufe00", "").strip("\n")


def content(math):
    """The elements of a formula, without the wrappers that carry its TeX and its pieces."""
    nodes = children(math)
    while len(nodes) == 1 and nodes[0].name in ("semantics", "mrow"):
        nodes = children(nodes[0])
    flat = []
    for node in nodes:  # the pieces into which a phone may fold it
        flat += children(node) if node.name == "mrow" and not stretches(children(node)) else [node]
    return flat


def stretches(nodes):
    """Whether these are a pair of fences, which grow with what stands between them."""
    ends = (nodes[0], nodes[-1]) if len(nodes) > 1 else ()
    return bool(ends) and all(
        n.name == "mo" and text(n) in {*PAIRS, *PAIRS.values()} and not {"stretchy", "minsize"} & set(n.attrs)
        for n in ends
    )


def formula(math):
    """Typst's code for a <math> element."""
    nodes, display = content(math), math.get("display") == "block"
    if len(nodes) == 1 and nodes[0].name == "mtable" and nodes[0].get("displaystyle") == "true":
        return rows(nodes[0], r" \ ")
    return row(nodes, display)


def rows(table, end):
    """Rows of an alignment; from the third column on, every second one begins a new pair."""
    lines = []
    for line in children(table):
        cells = [row(children(cell), True) for cell in children(line)]
        lines.append(" & ".join(f"#h(2em) {c}" if k and k % 2 == 0 else c for k, c in enumerate(cells)))
    return end.join(lines)


def row(nodes, display):
    if stretches(nodes):
        left, inside, right = text(nodes[0]), nodes[1:-1], text(nodes[-1])
        if len(inside) == 1 and inside[0].name == "mtable":
            return matrix(inside[0], f'"{left}"', display)
        if len(inside) == 1 and inside[0].get("linethickness") == "0":
            return f"binom({', '.join(one(n, display) for n in children(inside[0]))})"
        return f"lr(\\{left} {row(inside, display)} \\{right})"
    line = ""
    for code in filter(None, (one(node, display) for node in nodes)):
        line += ("" if not line or line[-1] == '"' or code[0] == '"' else " ") + code  # a blank by a text is set
    return line


def matrix(table, delimiter, display):
    if table.get("displaystyle") == "true":
        return f"mat(delim: #none, row-gap: #0.65em, align: #left, {rows(table, '; ')})"
    cells = "; ".join(", ".join(row(children(c), False) for c in children(line)) for line in children(table))
    code = f"mat(delim: {delimiter}, {cells})"
    return code if display else f"display({code})"


def operator(node):
    sign = text(node)
    if sign == "\u2061":
        return ""
    if sign.isalpha() and len(sign) > 1:
        return name(sign)
    kind = {"prefix": "opening", "postfix": "closing"}.get(node.get("form")) if sign != "!" else None
    if kind is None and sign in "|/‖" and "minsize" not in node.attrs:
        kind = "normal"
    code = f"\\{sign}" if sign.isascii() and sign != "." else sign
    if "minsize" in node.attrs:
        kind = kind or ("opening" if sign in PAIRS else "closing")
        code = f"lr({code}, size: #{node['minsize']})"
    return f'class("{kind}", {code})' if kind else code


def name(word):
    return f'op("{word}", limits: #true)' if word in LIMITS else f'op("{word}")'


def one(node, display):
    """Typst's code for one element."""
    kids, value = children(node), text(node)
    if node.name == "mi":
        if value in SCRIPT:
            return SCRIPT[value]
        if node.get("mathvariant") == "normal":
            return f"upright({value})"
        return name(value) if len(value) > 1 else value if value.isalpha() or not value.isascii() else f"\\{value}"
    if node.name == "mn":
        return value if re.fullmatch(r"\d+(\.\d+)?", value) else f'"{value}"'
    if node.name == "mo":
        return operator(node)
    if node.name == "mtext":
        return '"' + value.replace("\xa0", " ").replace('"', '\\"') + '"'
    if node.name == "mspace":
        width = node.get("width") or (re.search(r"-?[\d.]+em", node.get("style", "")) or [""])[0]
        return f"#h({width})" if width else ""
    if node.name == "mrow":
        return row(kids, display) if kids else '""'
    if node.name in ("msub", "msup", "msubsup"):
        slots = {"msub": "b", "msup": "t", "msubsup": "bt"}[node.name]
        return attach(kids, slots, display)
    if node.name in ("munder", "mover", "munderover"):
        base, script = kids[0], text(kids[1])
        if node.get("accent") == "true":
            return f"{ACCENTS[script]}({one(base, display)})"
        if script == "⏟":
            return f"underbrace({one(base, display)})"
        if base.name == "munder" and text(children(base)[1]) == "⏟":
            return f"underbrace({one(children(base)[0], display)}, {one(kids[1], False)})"
        return attach(kids, {"munder": "b", "mover": "t", "munderover": "bt"}[node.name], display)
    if node.name == "mfrac":
        code = f"frac({one(kids[0], False)}, {one(kids[1], False)})"
        return {"true": f"display({code})", "false": f"inline({code})"}.get(node.get("displaystyle"), code)
    if node.name == "msqrt":
        return f"sqrt({row(kids, display)})"
    if node.name == "mtable":
        return matrix(node, "#none", display)
    raise ValueError(f"no rule for <{node.name}> in the formula {node}")


def attach(kids, slots, display):
    scripts = zip(slots, kids[1:], strict=True)
    parts = [f"{s}: {'#math.primes(1)' if text(k) == '′' else one(k, False)}" for s, k in scripts]
    return f"attach({one(kids[0], display)}, {', '.join(parts)})"


def spoken(math):
    """The formula in words, for readers who hear it."""
    words = " ".join(said(node) for node in content(math))
    return re.sub(r" (?=[,.])", "", re.sub(r"\s+", " ", words)).strip()


def said(node):
    kids, value = children(node), text(node)
    if node.name == "mspace" or value == "\u2061":
        return ""
    if not kids:
        return SAID.get(value, value)
    if node.name in ("msub", "munder"):
        if text(kids[1]) == "⏟":
            return said(kids[0])
        link = "sub" if node.name == "msub" else "over" if value[0] in "∑∏" else "under which"
        return f"{said(kids[0])} {link} {said(kids[1])}"
    if node.name == "msup":
        raised = {"2": "squared", "⊤": "transpose", "′": "prime", "∗": "star", "−": "minus"}.get(text(kids[1]))
        return f"{said(kids[0])} {raised or f'to the power {said(kids[1])}'}"
    if node.name in ("msubsup", "munderover"):
        low, high = ("from", "to") if node.name == "munderover" else ("sub", "super")
        return f"{said(kids[0])} {low} {said(kids[1])} {high} {said(kids[2])}"
    if node.name == "mover":
        return f"{said(kids[0])} {said(kids[1])}"
    if node.name == "mfrac":
        return f"the fraction {said(kids[0])} over {said(kids[1])} end fraction"
    if node.name == "msqrt":
        return f"the square root of {' '.join(map(said, kids))} end root"
    if node.name == "mtable":
        return "; ".join(", ".join(" ".join(map(said, children(c))) for c in children(r)) for r in kids)
    return " ".join(map(said, kids))
