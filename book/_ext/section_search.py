"""Search by section: Sphinx's index, fed one entry for each section and term of the glossary, and what they say."""

import functools
import json
import re
import unicodedata
from collections import Counter
from html import escape
from pathlib import Path
from xml.etree import ElementTree

import sphinx.search
from docutils import nodes
from mathml import RELATIONS, mathml
from sphinx import addnodes

FREQUENT = 2  # how often a section must use a word for the number to be kept
PRINTED = (None, "none", "myst-ansi", "text")  # languages of what code prints
SMALL = {"<sub>": {}, "<super>": {}}  # the letters and signs that Unicode has as subscripts and superscripts
for c in map(chr, (0xB2, 0xB3, 0xB9, *range(0x2B0, 0x2B9), *range(0x1D2C, 0x1DC0), *range(0x2070, 0x209D))):
    kind, *letters = unicodedata.decomposition(c).split() or [""]
    if kind in SMALL and len(letters) == 1:
        SMALL[kind][chr(int(letters[0], 16))] = c


def titled(node):
    """Whether it is a section of the page; the content of an exercise is one without a title."""
    return isinstance(node, nodes.section) and isinstance(node.children[0], nodes.title)


def name_terms(app, doctree):
    """A term of the glossary is followed by its other names, which stand behind a colon in the source."""
    for term in doctree.findall(nodes.term):
        index = term.next_node(addnodes.index)
        others = (index["entries"][0][4] or "").split(", ") if index else []
        term["names_of_it"] = [term.astext(), *filter(None, others)]
        for name in term["names_of_it"][1:]:
            language = [] if name.isascii() else ["language-ko"]
            term += [nodes.Text(" "), nodes.inline("", name, classes=["also", *language])]


def small(kind, text):
    text = text.strip()
    if all(letter in SMALL[kind] for letter in text):
        return "".join(SMALL[kind][letter] for letter in text)
    sign = "_" if kind == "<sub>" else "^"
    return sign + (text if len(text) == 1 else f"({text})")


def spoken(formula):
    """A formula as one line of text: hₜ = tanh(a·hₜ₋₁)."""
    inside = [spoken(child) for child in formula if child.tag != "annotation"]
    match formula.tag, inside:
        case "msub", [base, below]:
            return base + small("<sub>", below)
        case "msup", [base, above]:
            return base + small("<super>", above)
        case "msubsup", [base, below, above]:
            return base + small("<sub>", below) + small("<super>", above)
        case "mfrac", [above, below]:
            return "/".join(part if len(part) < 3 else f"({part})" for part in (above, below))
        case "msqrt", _:
            return f"√({''.join(inside)})"
    text = (formula.text or "").strip() + "".join(inside)
    return f" {text} " if formula.tag == "mo" and text in RELATIONS else " " if formula.tag == "mspace" else text


class SectionIndex(sphinx.search.IndexBuilder):
    """An index in which `page#section` takes the place of `page`, and which knows what a section speaks of most.

    Beside the words of a section stand how often it uses them, and the terms of the glossary that it introduces;
    beside a term stand its names. What a section says is written to a file for each page, for excerpts.
    """

    def __init__(self, env, *arguments):
        super().__init__(env, *arguments)
        stem = self.lang.stem  # the browser's goes further: topolog, not topologi
        self.lang.stem = functools.cache(lambda word: re.sub(r"(olog|bl)i$", r"\1", stem(word)).lower())
        self.counts = {}  # {entry: {word: how often}}
        self.facts = {"taught": {}, "names": {}, "code": {}}  # {entry: [name of a term's place, name, word of code]}

    def stem(self, word):
        """As Sphinx feeds it: "one", whose stem is a word that no index has, stays as it is."""
        stem = self.lang.stem(word)
        return stem if self.lang.word_filter(stem) else word.lower()

    def load(self, stream, format):
        """The index of the build before, with its counts and facts."""
        frozen = (self.formats[format] if isinstance(format, str) else format).load(stream)
        stream.seek(0)
        super().load(stream, format)
        for word, places in frozen.get("counts", {}).items():
            for place, n in places.items():
                self.counts.setdefault(frozen["docnames"][int(place)], {})[word] = n
        for kind, known in self.facts.items():
            known.update({frozen["docnames"][int(place)]: fact for place, fact in frozen.get(kind, {}).items()})

    def dump(self, stream, format):
        text = json.dumps(self.freeze(), separators=(",", ":"), sort_keys=True, ensure_ascii=False)
        stream.write(format.PREFIX + text + format.SUFFIX)

    def feed(self, docname, filename, title, doctree):
        said = {}
        for entry, name, part in self.parts(docname, doctree):
            said[entry] = list(self.says(part, docname))
            links = " ".join(link.get("refuri", "") for link in part.findall(nodes.reference))
            self.facts["taught"][entry] = re.findall(r"#(term-\S+)", links)
            code = " ".join(node.astext() for node in part.findall(nodes.literal))
            self.facts["code"][entry] = sorted(set(re.findall(r"[a-z]\w{3,}", code)))
            for formula in list(part.findall(nodes.math)) + list(part.findall(nodes.math_block)):
                formula.parent.remove(formula)
            super().feed(entry, filename, name, part)
            words = self.count(part)
            for code in list(part.findall(nodes.literal_block)):
                code.parent.remove(code)
            prose = self.count(part)
            weights = {word: (n + 3 * prose[word]) // 4 for word, n in words.items()}  # four in code count as one
            often = {word: n for word, n in weights.items() if n >= FREQUENT}
            self.counts[entry] = {word: n for word, n in often.items() if self.lang.word_filter(word)}
        file = Path(self.env.app.outdir, "excerpts", f"{docname}.js")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"Search.says({json.dumps(said, ensure_ascii=False)})", encoding="utf-8")

    def count(self, part):
        words = Counter(self._word_collector(part).words)
        stems = Counter()
        for word, n in words.items():
            stems[self.stem(word)] += n
        return stems

    def says(self, part, docname):
        """The paragraphs, rows of tables and (behind a tab) lines of code of a section, each as one line of text."""
        for block in part.findall():
            if isinstance(block, nodes.literal_block):
                if block.get("language") not in PRINTED:
                    yield from (f"\t{line.strip()}" for line in block.astext().splitlines() if line.strip())
            elif isinstance(block, nodes.row):
                yield " · ".join(self.line(cell, docname) for cell in block)
            elif isinstance(block, nodes.paragraph | nodes.caption) and not isinstance(block.parent, nodes.entry):
                yield self.line(block, docname)

    def line(self, block, docname):
        words = [
            spoken(ElementTree.fromstring(mathml(n.astext(), False, docname).replace("&ApplyFunction;", "\u2061")))
            if isinstance(n.parent, nodes.math)
            else n.astext()
            for n in block.findall(nodes.Text)
        ]
        return " ".join(re.sub("\u2061(?=\\()", "", "".join(words)).replace("\u2061", " ").split())

    def parts(self, docname, doctree):
        """Name of the entry, title and content of each section; of the page what precedes them."""
        numbers = self.env.toc_secnumbers.get(docname, {})
        for section in filter(titled, doctree.findall(nodes.section)):
            anchor = f"#{section['ids'][0]}"
            number = ".".join(map(str, numbers.get(anchor) or numbers.get("") or ()))
            part = sphinx.util.docutils.new_document("")
            whole = section.parent is not doctree  # a subsection counts for its section, too
            part += [child.deepcopy() for child in section.children if whole or not titled(child)]
            title = "".join(
                mathml(n.astext(), False, docname) if isinstance(n, nodes.math) else escape(n.astext(), quote=False)
                for n in section[0].children
            )
            yield docname + anchor, f"{number} {title}".strip(), part
        for term in doctree.findall(nodes.term):
            if term["ids"]:
                part = sphinx.util.docutils.new_document("")
                part += nodes.title("", term.astext())
                part += [child.deepcopy() for child in term.parent.children[1:]]
                entry = f"{docname}#{term['ids'][0]}"
                self.facts["names"][entry] = term["names_of_it"]
                names = [n if n.isascii() else f'<span lang="ko">{n}</span>' for n in term["names_of_it"]]
                yield entry, " · ".join(names), part

    def named(self, page):
        """A page by its number and title: "1.2 A neuron that listens to itself"."""
        number = ".".join(map(str, self.env.toc_secnumbers.get(page, {}).get("") or ()))
        return f"{number} {self.env.titles[page].astext()}".strip()

    def prune(self, docnames):
        kept = set(docnames)
        super().prune([entry for entry in self._titles if entry.split("#")[0] in kept])

    def freeze(self):
        frozen = super().freeze()
        places = {name: i for i, name in enumerate(frozen["docnames"])}
        counts = {}
        for entry, words in self.counts.items():
            for word, n in words.items() if entry in places else ():
                counts.setdefault(word, {})[places[entry]] = n
        facts = {
            kind: {places[entry]: fact for entry, fact in sorted(known.items()) if fact and entry in places}
            for kind, known in self.facts.items()
        }
        pages = {entry.split("#")[0] for entry in frozen["docnames"]}
        return {
            **frozen,
            **facts,
            "alltitles": {},  # they would list every section a second time,
            "indexentries": {},  # and these the whole glossary for each of its terms
            "counts": counts,
            "pages": {page: self.named(page) for page in sorted(pages) if page in self.env.titles},
        }


def setup(app):
    sphinx.search.IndexBuilder = SectionIndex
    app.connect("doctree-read", name_terms)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
