"""Search by section: Sphinx's index is fed one entry for each section and each term of the glossary."""

import functools
from collections import Counter
from html import escape

import sphinx.search
from docutils import nodes
from mathml import mathml

FREQUENT = 2  # how often a section must use a word for the number to be kept


def titled(node):
    """Whether it is a section of the page; the content of an exercise is one without a title."""
    return isinstance(node, nodes.section) and isinstance(node.children[0], nodes.title)


class SectionIndex(sphinx.search.IndexBuilder):
    """An index in which `page#section` takes the place of `page`, and which counts the words of a section."""

    def __init__(self, env, *arguments):
        super().__init__(env, *arguments)
        self.stem = functools.cache(lambda word: self.lang.stem(word).lower())
        self.counts = {}  # {entry: {word: how often}}

    def load(self, stream, format):
        """The index of the build before, with its counts."""
        frozen = (self.formats[format] if isinstance(format, str) else format).load(stream)
        stream.seek(0)
        super().load(stream, format)
        for word, places in frozen.get("counts", {}).items():
            for place, n in places.items():
                self.counts.setdefault(frozen["docnames"][int(place)], {})[word] = n

    def feed(self, docname, filename, title, doctree):
        for entry, name, part in self.parts(docname, doctree):
            super().feed(entry, filename, name, part)
            words = self.count(part)
            for code in list(part.findall(nodes.literal_block)):
                code.parent.remove(code)
            prose = self.count(part)
            weights = {word: (n + 3 * prose[word]) // 4 for word, n in words.items()}  # four in code count as one
            often = {word: n for word, n in weights.items() if n >= FREQUENT}
            self.counts[entry] = {word: n for word, n in often.items() if self.lang.word_filter(word)}

    def count(self, part):
        words = Counter(self._word_collector(part).words)
        stems = Counter()
        for word, n in words.items():
            stems[self.stem(word)] += n
        return stems

    def parts(self, docname, doctree):
        """Name of the entry, title and content of each section, without formulas; of the page what precedes them."""
        numbers = self.env.toc_secnumbers.get(docname, {})
        for section in filter(titled, doctree.findall(nodes.section)):
            anchor = f"#{section['ids'][0]}"
            number = ".".join(map(str, numbers.get(anchor) or numbers.get("") or ()))
            part = sphinx.util.docutils.new_document("")
            whole = section.parent is not doctree  # a subsection counts for its section, too
            part += [child.deepcopy() for child in section.children if whole or not titled(child)]
            for formula in list(part.findall(nodes.math)) + list(part.findall(nodes.math_block)):
                formula.parent.remove(formula)
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
                yield f"{docname}#{term['ids'][0]}", term.astext(), part

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
        pages = {entry.split("#")[0] for entry in frozen["docnames"]}
        return {
            **frozen,
            "alltitles": {},  # they would list every section a second time,
            "indexentries": {},  # and these the whole glossary for each of its terms
            "counts": counts,
            "pages": {page: self.named(page) for page in sorted(pages) if page in self.env.titles},
        }


def setup(app):
    sphinx.search.IndexBuilder = SectionIndex
    return {"parallel_read_safe": True, "parallel_write_safe": True}
