"""Turn the built site into a book for paper, or some chapters of it: `python tools/pdf.py 3 5`.

Typst sets it, from pip, without a browser and without LaTeX, and refuses whatever is not PDF/UA-1. It is read from
the pages themselves, so that text, numbers and formulas are those of the site. The pages for instructors become a PDF
of their own. Run `make html` before.
"""

import argparse
import datetime
import functools
import json
import posixpath
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path

import matplotlib
import typst
import yaml
from bs4 import BeautifulSoup, NavigableString
from edition import edition
from lessons import chapters
from lettering import lettered
from typst_math import formula, spoken

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = chapters()
LESSONS = {n.docname: n for c in CHAPTERS for n in c.notebooks}
INSTRUCTORS = "book/instructors"
FORMULAS = []  # as MathML; the pages are parsed without them, which is three times as fast
SOLUTIONS = '\n#head(2, "", listed: true)[Solutions] <solutions>\n'
STYLE = Path(__file__).with_name("print.typ")
BOXES = ("exercise", "solution", "answer", "definition", "proposition", "proof")
# What only makes sense on a screen (a regular expression of the page's HTML), and what paper says instead.
SCREEN = {
    r"<h1>Hidden States<": "<h1>About this book<",
    r"Solutions are folded below each exercise\.": "Solutions stand at the end.",
    r"Decide before you open an answer\.": 'Decide before you look at the <a class="far" href="#answers">answers</a>.',
    r"solutions are folded under the exercises": "solutions stand at the end",
    r"A green ✓ at the end of a sentence says that code checks it; click it to see the code\. The code of figures is "
    r"folded to one line, ready to be opened; solutions are folded under their exercises\. The whole book is "
    r"<a [^>]*>one PDF</a>, too\. Words in (.*?) that are links": r"A ✓ at the end of a sentence says that code checks "
    r"it; this code, and that of the figures, is on the site and in the notebooks. Answers and solutions stand at the "
    r"end. Words in \1 that are blue",
    r"Every page with code can be downloaded as a notebook with the button at its top, or <a [^>]*>all of them in one "
    r"archive</a>\.": "Every lesson can be downloaded from the site as a notebook.",
    r"The <a [^>]*>(<span[^>]*>)?instructor.s page(</span>)?</a> lists them": "The pages for instructors, a PDF of "
    "their own, list them",
    r" Each picture leads to its lesson\.|; each box leads to its chapter(?=\.)": "",
    r": here is the number\. Move it\.": ".",
    r"The figure is from <a [^>]*>.*?</a>; <a [^>]*>.*?</a>\. Around them stand": "Here are",
    r"Where this figure does not move, ": "On the site this figure moves. Here ",
    r"\bfolded, stops": "on the site, stops",
    r"The folded (?=<code)": "On the site, ",
    r"\b(?:on|of) this page\b": "of this lesson",
    r"the page does not download": "the book does not download",
}


def string(text):
    """A literal of Typst."""
    return json.dumps(text, ensure_ascii=False)


def label(doc, anchor=""):
    """The name of a place in the PDF."""
    return re.sub(r"[^\w-]+", "-", f"{doc}--{anchor}" if anchor else doc)


DEFINED = re.compile(r"^(?:def|class) (\w+)", re.M)
CALLED = re.compile(r"\b((?:np|torch|nn|F)(?:\.\w+)+)(?=\()")
LIBRARIES = {"np": "numpy", "nn": "torch.nn", "F": "torch.nn.functional"}


def ix(name):
    """A mark for the index."""
    return f"#ix({string(name)});"


def plain(text):
    """Words between single blanks, to find terms in."""
    return f" {re.sub(r'[^a-z0-9]+', ' ', text.lower())} "


@functools.cache
def in_typst(markup):
    """Code and words, as a literal, of a formula."""
    math = BeautifulSoup(markup, "html.parser").math
    return formula(math), string(spoken(math))


class Page:
    """One page of the site, written as Typst's code. An element without a rule raises ValueError."""

    def __init__(self, doc, soup, docs):
        self.doc, self.soup, self.docs, self.solutions, self.answers = doc, soup, docs, {}, []
        self.deep = doc in LESSONS  # its title is that of a section of the chapter
        self.calls, self.names, self.pictures = set(), set(), set()
        self.marks, self.symbols = {}, []  # what the index looks for here: paragraphs by id(), (name, symbol)

    def inside(self, node):
        return "".join(map(self.one, node.children)).strip()

    def place(self, node):
        return f" <{label(self.doc, node['id'])}>" if node.get("id") else ""

    def target(self, href):
        """Name of the place that a link leads to, and its page; None if it is not in this PDF."""
        path, _, anchor = href.partition("#")
        there = posixpath.normpath(posixpath.join(posixpath.dirname(self.doc), path))
        doc = there.removesuffix(".html") if path else self.doc
        return (label(doc, anchor), doc) if doc in self.docs else (None, None)

    def one(self, node):
        if isinstance(node, NavigableString):
            text = re.sub(r"\s+", " ", node) if type(node) is NavigableString else ""
            return "" if not text else " " if text == " " else f"#{string(text)};"
        kinds = set(node.get("class", []))
        for kind in ("math", "highlight", "citation", "admonition", "swatch"):
            if kind in kinds and node.name != "details":
                return getattr(self, kind)(node, kinds)
        rule = getattr(self, f"tag_{node.name}", None)
        if rule is None:
            raise ValueError(f"{self.doc}: no rule for <{node.name} class={' '.join(kinds)}>: {node.get_text()[:60]}")
        return rule(node)

    def math(self, node, kinds):
        markup = FORMULAS[int(node.math["n"])]
        code, words = in_typst(markup)
        found = [s for s in self.symbols if s[1] in markup and not node.find_parent(["h1", "h2", "h3"])]
        self.symbols = [symbol for symbol in self.symbols if symbol not in found]
        marks = "".join(ix(name) for name, _ in found)
        if node.name == "span":
            short = len(re.sub("<[^>]+>", "", markup)) < 16  # what a line may not break
            return f"{marks}{'#box' if short else '#'}[#math.equation(alt: {words}, ${code}$)];"
        number = node.find(class_="eqno")
        numbering = f"numbering: _ => {string(number.get_text(strip=True))}" if number else "numbering: none"
        return f"\n{marks}#math.equation(block: true, {numbering}, alt: {words}, $ {code} $){self.place(node)}\n"

    def highlight(self, node, kinds):
        text, cell = node.pre.get_text().rstrip(), node.find_parent(class_="cell")
        if not node.find_parent(class_="cell_input"):
            return f"\n#printed({string(text)})\n"
        output = bool(cell.select_one(".cell_output .highlight")) if cell else False
        blocks = ", ".join(map(string, code_blocks(text)))
        taught = self.deep and not node.find_parent(class_="solution")
        return f"\n{''.join(self.named(text)) if taught else ''}#source(({blocks},), output: {str(output).lower()})\n"

    def named(self, code):
        """Marks for the index: what this code defines, and what it calls of a library."""
        calls = [call for call in CALLED.findall(code) if call in self.calls]
        yield from map(ix, dict.fromkeys(DEFINED.findall(code) + calls))

    def citation(self, node, kinds):
        node.find(class_="label").extract()
        return f"\n#reference[{self.flat(node)}]{self.place(node)}\n"

    def admonition(self, node, kinds):
        kind = next((box for box in BOXES if box in kinds), "note")
        title = node.find(class_="admonition-title", recursive=False)
        title = self.inside(title.extract()) if title else ""
        if kind == "proof" and (paragraphs := node.find_all("p")):
            paragraphs[-1].append(BeautifulSoup("", "html.parser").new_tag("span", attrs={"class": "qed"}))
        to = self.solutions.get(node.get("id"), {}).get("id") if kind == "exercise" else node.get("solves")
        words = "Solution" if kind == "exercise" else "Exercise"
        to = f", to: pointer([{words}], <{label(self.doc, to)}>)" if to else ""
        return f"\n#boxed({string(kind)}, [{title}], [{self.inside(node)}]{to}){self.place(node)}\n"

    def swatch(self, node, kinds):
        return f"#swatch({string((kinds - {'swatch'}).pop())});"

    def flat(self, node):
        """Content without its paragraphs: Typst drops a paragraph within a paragraph without a word."""
        for paragraph in node.find_all("p"):
            paragraph.unwrap()
        return self.inside(node)

    def tag_div(self, node):
        if {"movable", "together"} & set(node.get("class", [])):
            return f"\n#together[#[#metadata(none){self.place(node)}];{self.inside(node)}]\n"
        return f"\n{self.inside(node)}\n"

    def tag_span(self, node):
        if "unbroken" in node.get("class", []):
            return "#sym.wj;".join(map(self.one, node.children))  # a formula and its full stop
        if "qed" in node.get("class", []):
            return "#h(1fr)#box[□];"
        if node.get("id") and not node.contents:  # an anchor
            return f"#[#metadata(none){self.place(node)}];"
        return self.spaced(node)

    def spaced(self, node):
        """Inline content, with the blanks at its ends."""
        return "".join(map(self.one, node.children))

    def tag_section(self, node):
        return "".join(map(self.one, node.children))

    def heading(self, node):
        number = node.find(class_="section-number")
        number = number.extract().get_text(strip=True).rstrip(".") if number else ""
        anchor = label(self.doc) if node.name == "h1" else label(self.doc, node.parent["id"])
        level = int(node.name[1]) + 1 + self.deep
        listed = str(node.name == "h1" or self.doc == INSTRUCTORS and node.name == "h2").lower()
        return f"\n#head({level}, {string(number)}, listed: {listed})[{self.inside(node)}] <{anchor}>\n"

    tag_h1 = tag_h2 = tag_h3 = heading

    def tag_figure(self, node):
        caption = node.figcaption
        number = caption.find(class_="caption-number").extract().get_text(strip=True)
        picture, chart = node.img, node.find(class_="map")  # a map: one drawing, or one for each of its cards
        if chart:  # not higher than wide
            width, height = (int(chart.get(side) or chart[f"data-{side}"]) for side in ("width", "height"))
            width = min(width, 420 * width // height)
            picture = {"src": chart["data-src"], "width": width, "alt": chart["aria-label"]}
        stays = ", stays: true" if chart and self.doc.endswith("/index") and self.doc != "book/index" else ""
        what = f"{string(number)}, {self.image(picture)}, [{self.flat(caption)}]{stays}"
        return f"\n#picture({what}){self.place(node)}\n"

    def image(self, node):
        """As wide on the page as it is in the column of text of the site, 688 pixels."""
        path = posixpath.normpath(posixpath.join(posixpath.dirname(self.doc), node["src"]))
        self.pictures.add(path)
        width = re.search(r"width: (\d+)px", node.get("style", "")) or [0, node["width"]]
        width = min(100, int(width[1]) / 6.88)
        return f"image({string(Path(path).name)}, width: {width:.0f}%, alt: {string(node['alt'])})"

    def tag_img(self, node):
        return f"#{self.image(node)};"

    def tag_a(self, node):
        body, href = self.spaced(node), node.get("href", "")
        if re.match(r"[a-z]+:", href):
            return f"#link({string(href)})[{body}];"
        place, doc = self.target(href)
        if place is None:
            return body
        other = doc != self.doc and not doc.endswith(("glossary", "references")) and not node.find_parent("table")
        far = other or node.get("class") == ["far"]
        term = "#term-" in href and self.deep and not node.find_parent(["h1", "h2", "h3"])
        mark = ix(href.partition("#")[2]) if term else ""
        return f"{mark}#link(<{place}>)[{body}];" + (f"#far(<{place}>);" if far else "")

    def tag_p(self, node):
        inside = "".join(map(ix, self.marks.get(id(node), ()))) + self.inside(node)
        if "rubric" in node.get("class", []):
            return f"\n#leading[#strong[{inside}];]\n"
        text, before = node.get_text().rstrip(), node.find_previous_sibling()
        first = before is not None and before.name in ("h2", "h3") and len(text) < 150
        leads = node.find_next_sibling() and (first or text.endswith(":") and len(text) < 600)
        return f"\n#{'leading' if leads else 'par'}[{inside}]\n"

    def tag_em(self, node):
        return f"#emph[{self.spaced(node)}];"

    def tag_strong(self, node):
        return f"#strong[{self.spaced(node)}];"

    def tag_code(self, node):
        name = node.get_text()
        called = re.sub(r"\(.*\)$", "", name, flags=re.S)
        elsewhere = node.find_parent(["h1", "h2", "h3"]) or node.find_parent(class_=["solution", "answer"])
        talked_of = called in self.names and not elsewhere
        return (ix(called) if talked_of else "") + f"#raw({string(name)});"

    def items(self, node):
        items = node.find_all("li", recursive=False)
        kind = "list(" if node.name == "ul" else "enum("
        if all(item.get_text().startswith(f"({letter})") for item, letter in zip(items, "abcdefgh", strict=False)):
            kind = 'enum(numbering: "(a)", '  # the letters are the marks
            for item in items:
                first = item.find(string=True)
                first.replace_with(re.sub(r"^\s*\([a-h]\)\s*", "", first))
        return f"\n#{kind}{', '.join(f'[{self.inside(item)}]' for item in items)})\n"

    tag_ul = tag_ol = items

    def tag_table(self, node):
        texts = [line.find_all(["th", "td"]) for line in node.find_all("tr")]
        head, *lines = [[f"[{self.flat(cell)}]" for cell in line] for line in texts]
        cells = ", ".join(cell for line in lines for cell in line)
        lengths = [[len(cell.get_text()) for cell in column] for column in zip(*texts, strict=True)]
        columns = f"{len(head)}"
        if sum(map(max, lengths)) > 90:  # too wide for one line each: as wide as what stands in them
            means = [sum(column) / len(list(filter(None, column))) for column in lengths]
            shares = zip(lengths, means, strict=True)
            columns = f"({', '.join('auto' if max(c) < 24 else f'{mean**0.7:.1f}fr' for c, mean in shares)})"
        table = f"#table(columns: {columns}, table.header({', '.join(head)}), {cells})"
        short = len(lines) <= 12 and sum(map(sum, lengths)) < 1000
        return f"\n#together[{table}]\n" if short else f"\n{table}\n"

    def tag_dl(self, node):
        terms = node.find_all("dt", recursive=False)
        entries = [(self.inside(t), self.inside(t.find_next_sibling("dd")), self.place(t)) for t in terms]
        return "\n#columns(2)[" + "".join(f"\n#entry[{t}][{d}]{place}\n" for t, d, place in entries) + "]\n"

    def tag_blockquote(self, node):
        return f"\n#quote(block: true)[{self.inside(node)}]\n"

    def tag_details(self, node):
        """What is folded stays off the paper."""
        return ""

    def tag_button(self, node):
        """The tick of a check."""
        return f"#tick({string(node['aria-label'])});"


def set_aside(match):
    FORMULAS.append(match[0])
    return f'<math n="{len(FORMULAS) - 1}"></math>'


def code_blocks(code):
    """Code, cut where a page may end: at a blank line before a line without an indent; no block is a stub."""
    first, *pieces = re.split(r"\n\n+(?=\S)", code)
    blocks = [first]
    for piece in pieces:
        if min(blocks[-1].count("\n"), piece.count("\n")) > 2:
            blocks.append(piece)
        else:
            blocks[-1] += "\n\n" + piece
    return blocks


def keep(nodes):
    """What stands on one page."""
    nodes[0].wrap(BeautifulSoup("", "html.parser").new_tag("div", attrs={"class": "together"})).extend(nodes[1:])


def read(site, doc, docs):
    """A page without what belongs to the screen only, and its solutions, taken out of it."""
    html = (site / f"{doc}.html").read_text(encoding="utf-8")
    html = html[html.index("<article") : html.index("</article>")]
    for screen, paper in SCREEN.items():
        html = re.sub(screen, paper, html)
    html = re.sub("<math.*?</math>", set_aside, html, flags=re.S)
    html = re.sub("<pre>.*?</pre>", lambda code: f"<pre>{re.sub('<[^>]+>', '', code[0])}</pre>", html, flags=re.S)
    html = re.sub("(<svg [^>]*>).*?</svg>", r"\1</svg>", html, flags=re.S)  # half the time goes into parsing
    page = Page(doc, BeautifulSoup(html, "html.parser").article.section, docs)
    screen = page.soup.find_all(class_=["headerlink", "toctree-wrapper", "sd-container-fluid", "seen", "also"])
    for dead in screen + page.soup.find_all(["script", "movable-figure"]):
        dead.decompose()
    if page.deep:  # the question, and what one needs
        keep(page.soup.find_all(["p", "ul"], recursive=False, limit=2))
    for choice in page.soup.find_all("ul"):
        if choice.get_text().strip().startswith("(a)") and choice.find_previous_sibling("p"):
            keep([choice.find_previous_sibling("p"), choice])
    for outside in page.soup.select(".movable:not(:has(strong))"):  # of the front page
        outside.decompose()
    for movable in page.soup.find_all(class_="movable"):  # first that it moves elsewhere, then what to do there
        movable.p.insert_after(movable.find(class_="stands-in").extract())
    for solution in page.soup.find_all(class_="solution"):
        exercise = solution.find_previous(class_="exercise")
        title = exercise.find(class_="admonition-title").get_text(" ", strip=True)
        solution.find(class_="admonition-title").string = title
        solution["solves"] = exercise["id"]
        page.solutions[exercise["id"]] = solution.extract()
    for answer in page.soup.find_all(class_="dropdown"):
        answer["class"].append("answer")
        number = page.soup.new_tag("strong")
        number.string = answer.find(class_="admonition-title").extract().get_text().removeprefix("Answer ") + ". "
        answer.p.insert(0, number)
        page.answers.append(answer.extract())
    return page


def selected(parts, wanted):
    """The parts of _toc.yml; only the chapters with these numbers, if any are given."""
    if not wanted:
        return parts
    known = [c.number for c in CHAPTERS]
    kept = {page.docname for c in CHAPTERS if c.number in wanted for page in (c, *c.notebooks)}
    if set(wanted) - set(known):
        sys.exit(f"There is no chapter {', '.join(str(n) for n in wanted if n not in known)}; there are {known}.")
    return [(part, [doc for doc in docs if doc in kept]) for part, docs in parts if kept & set(docs)]


def contents(wanted):
    """[(part, documents)], in the order of _toc.yml; the pages for instructors are a book of their own."""
    if wanted == [INSTRUCTORS]:
        return [("For instructors", wanted)]
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    pages = {p["caption"]: [page for c in p["chapters"] for page in (c, *c.get("sections", ()))] for p in toc["parts"]}
    parts = [(part, [page["file"] for page in group if page["file"] != INSTRUCTORS]) for part, group in pages.items()]
    parts[0][1].insert(0, toc["root"])
    return selected(parts, wanted)


class Index:
    """Terms of the glossary, symbols of the notation, and the names that code defines or calls: where they stand."""

    def __init__(self, site, lessons):
        self.glossary, self.notation = (read(site, f"book/{name}", []) for name in ("glossary", "notation"))
        self.words = []  # (name, what it is sorted by, its words as Typst's code)
        self.mark_terms(lessons)
        self.mark_symbols({page.doc: page for page in lessons})
        self.mark_names(lessons)

    def mark_terms(self, lessons):
        """Where a link says that a term is introduced, and the sections that use it most, three times at least."""
        places = {}
        for page in lessons:
            for section in page.soup.find_all("section", recursive=False):
                prose = [p for p in section.find_all("p") if not p.find_parent(["figcaption", "td"])]
                paragraphs = [(p, plain(p.get_text())) for p in prose]
                places.setdefault(id(section), (page, paragraphs, "".join(text for _, text in paragraphs)))
        for term in self.glossary.soup.find_all("dt"):
            name, wanted = term["id"], plain(term.get_text()).rstrip()
            short = re.findall(r"\(([A-Z]{2,})\)", term.find_next_sibling("dd").get_text())
            self.words += [(name, key, f"#{string(key)};") for key in [term.get_text(strip=True), *short]]
            often = sorted(places.values(), key=lambda place: -place[2].count(wanted))[:8]
            for page, paragraphs, text in often:
                if text.count(wanted) >= 3:
                    first = next((p for p, words in paragraphs if wanted in words), None)
                    page.marks.setdefault(id(first), []).append(name)

    def mark_symbols(self, lessons):
        """The first formula with the symbol in the lesson that introduces it."""
        for n, row in enumerate(self.notation.soup.find("section", id="symbols").tbody.find_all("tr")):
            symbol, meaning, _, lesson = row.find_all("td")
            if symbol.math is None:
                continue
            markup = FORMULAS[int(symbol.math["n"])]
            inner = re.sub(r"</?(?:math|semantics)[^>]*>|<annotation.*?</annotation>", "", markup)
            words = f"{self.notation.flat(symbol)} {self.notation.flat(meaning)}"
            self.words.append((f"{inner} {n}", re.sub("<[^>]+>", "", inner), words))
            for link in lesson.find_all("a"):
                doc = posixpath.normpath(posixpath.join("book", link["href"])).removesuffix(".html")
                if doc in lessons:
                    lessons[doc].symbols.append((f"{inner} {n}", inner))

    def mark_names(self, lessons):
        """What code defines, wherever prose speaks of it, too; of a library what few lessons call, else the first."""
        boxes = {page.doc: page.soup.select(".cell_input pre") for page in lessons}
        calls_of = {  # where a reader of the paper sees them
            doc: {call for box in found if not box.find_parent("details") for call in CALLED.findall(box.get_text())}
            for doc, found in boxes.items()
        }
        lessons_with = Counter(call for calls in calls_of.values() for call in calls)
        seen = set()
        for page in lessons:
            page.calls = {call for call in calls_of[page.doc] if lessons_with[call] <= 5 or call not in seen}
            seen |= calls_of[page.doc]
        names = {name for found in boxes.values() for box in found for name in DEFINED.findall(box.get_text())} | seen
        for page in lessons:
            page.names = names
        for name in names:
            first, _, rest = name.partition(".")
            *module, last = [LIBRARIES.get(first, first), *rest.split(".")] if rest else [first]
            of = f" ({'.'.join(module)})" if module else ""
            self.words.append((name, last, f"#raw({string(last)});{of}"))

    def listed(self):
        """The index itself, as Typst's code."""
        groups = {}
        for name, key, words in self.words:
            letters = re.sub(r"^[\W_]+", "", key)
            greek = not letters[:1].isascii() or not letters[:1].isalpha()
            groups.setdefault("Symbols" if greek else letters[0].upper(), []).append((letters.lower(), name, words))
        code = ""
        for letter in sorted(groups, key=lambda letter: (letter != "Symbols", letter)):
            entries = "".join(f"({string(name)}, [{words}]), " for _, name, words in sorted(groups[letter]))
            code += f"({string(letter)}, ({entries})), "
        return f"\n#index(({code}))\n"


def book(site, wanted=()):
    """Typst's code of the book, or of the chapters with these numbers; and the paths of its pictures."""
    parts = contents(wanted)
    docs = [doc for _, group in parts for doc in group]
    pages = {doc: read(site, doc, docs) for doc in docs}
    lessons = [page for page in pages.values() if page.deep]
    index = Index(site, lessons) if lessons else None
    code, solutions = [], []
    for part, group in [*parts, ("Reference", [])] if wanted and wanted != [INSTRUCTORS] else parts:
        code.append(f"\n#part({string(part)})\n")
        chapter = [SOLUTIONS, *solutions] if part == "Reference" else []
        for doc in group:
            page = pages[doc]
            title = page.soup.h1.get_text(" ", strip=True)
            code += [*chapter, "\n#opening()\n" if chapter and not page.deep else ""]
            chapter = [page.inside(page.soup)]
            answered = [page.one(solution) for solution in page.solutions.values()]
            if page.answers:
                opening = f"\n#asked(<{label(doc, 'check-yourself')}>) <{label(doc, 'answers')}>\n"
                answered = [opening, *map(page.one, page.answers), *answered]
            if answered or doc in {c.docname for c in CHAPTERS}:
                number, _, title = title.partition(". ")
                level, listed = 3 + page.deep, str(not page.deep).lower()
                solutions += [f'\n#head({level}, "{number}", listed: {listed})[#{string(title)};]\n', *answered]
        code += chapter
    if index:
        code += ['\n#opening()\n#head(2, "", listed: true)[Index]\n', index.listed()]
    return style(docs) + "".join(code), {path for page in pages.values() for path in page.pictures}


def style(docs):
    """print.typ, with the words in capitals filled in."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    citation, date, commit = edition(ROOT)
    subtitle = citation["title"].removeprefix(config["title"] + ": ")
    day = f"{date.day} {date:%B %Y}"
    words = {"TITLE": config["title"], "AUTHOR": config["author"], "ABSTRACT": citation["abstract"]}
    words |= {"SUBTITLE": "For instructors" if docs == [INSTRUCTORS] else subtitle[0].upper() + subtitle[1:]}
    words |= {"KEYWORDS": f"({', '.join(map(string, citation['keywords']))},)", "LOGO": "logo.svg"}
    words |= {"VERSION": str(citation["version"]), "DATE": day, "YEAR": str(date.year)}
    words |= {"COMMITTED": day + (f" (commit {commit})" if commit else "")}
    return re.sub(rf"\b({'|'.join(words)})\b", lambda word: words[word[0]], STYLE.read_text(encoding="utf-8"))


def compiled(site, wanted):
    """The PDF, as bytes that are the same each time."""
    code, pictures = book(site, wanted)
    day = edition(ROOT)[1]
    with tempfile.TemporaryDirectory() as folder:
        for path in {*pictures, "_static/logo.svg"}:
            picture = (site / path).read_bytes()
            Path(folder, Path(path).name).write_bytes(
                lettered(picture.decode()).encode() if path.endswith(".svg") else picture
            )
        return typst.compile(
            code.encode(),
            root=folder,
            pdf_standards=["ua-1"],
            ignore_system_fonts=True,
            font_paths=[str(Path(matplotlib.get_data_path(), "fonts", "ttf"))],
            timestamp=int(datetime.datetime(day.year, day.month, day.day, 12, tzinfo=datetime.UTC).timestamp()),
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("chapters", nargs="*", type=int, help="numbers of chapters; none: the whole book")
    parser.add_argument("--html", type=Path, default=ROOT / "_build" / "html", help="folder of the built site")
    given = parser.parse_args()
    if not (given.html / "book" / "index.html").exists():
        sys.exit(f"There is no site in {given.html}: run `make html` before.")
    books = {"-".join(["hidden-states", *map(str, given.chapters)]): given.chapters}
    books |= {} if given.chapters else {"hidden-states-instructors": [INSTRUCTORS]}
    for name, wanted in books.items():
        target, made = given.html / f"{name}.pdf", compiled(given.html, wanted)
        target.write_bytes(made)
        print(f"{target}  {len(made) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
