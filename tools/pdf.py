"""Turn the built site into one PDF for paper, or some chapters of it: `python tools/pdf.py 3 5`.

Typst sets it, from pip, without a browser and without LaTeX, and refuses whatever is not PDF/UA-1. It is read from
the pages themselves, so that text, numbers and formulas are those of the site. Run `make html` before.
"""

import argparse
import functools
import json
import posixpath
import re
import sys
from pathlib import Path

import matplotlib
import typst
import yaml
from bs4 import BeautifulSoup, NavigableString
from lessons import chapters
from typst_math import formula, spoken

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = chapters()
LESSONS = {n.docname for c in CHAPTERS for n in c.notebooks}
FORMULAS = []  # as MathML; the pages are parsed without them, which is three times as fast
STYLE = Path(__file__).with_name("print.typ")
BOXES = ("exercise", "solution", "definition", "proposition", "proof")
# What only makes sense on a screen, and what paper says instead.
SCREEN = {
    "Solutions are folded below each exercise.": "Solutions stand at the end.",
    "Decide before you open an answer.": "Decide before you look; the answers stand before the solutions at the end.",
}


def string(text):
    """A literal of Typst."""
    return json.dumps(text, ensure_ascii=False)


def label(doc, anchor=""):
    """The name of a place in the PDF."""
    return re.sub(r"[^\w-]+", "-", f"{doc}--{anchor}" if anchor else doc)


@functools.cache
def in_typst(markup):
    """Code and words, as a literal, of a formula."""
    math = BeautifulSoup(markup, "html.parser").math
    return formula(math), string(spoken(math))


class Page:
    """One page of the site, written as Typst's code. An element without a rule raises ValueError."""

    def __init__(self, doc, soup, docs):
        self.doc, self.soup, self.docs, self.solutions, self.answers = doc, soup, docs, [], []
        self.deep = doc in LESSONS  # its title is that of a section of the chapter

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
        code, words = in_typst(FORMULAS[int(node.math["n"])])
        if node.name == "span":
            return f"#math.equation(alt: {words}, ${code}$);"
        number = node.find(class_="eqno")
        numbering = f"numbering: _ => {string(number.get_text(strip=True))}" if number else "numbering: none"
        return f"\n#math.equation(block: true, {numbering}, alt: {words}, $ {code} $){self.place(node)}\n"

    def highlight(self, node, kinds):
        kind = "source" if node.find_parent(class_="cell_input") else "printed"
        return f"\n#{kind}({string(node.pre.get_text().rstrip())})\n"

    def citation(self, node, kinds):
        node.find(class_="label").extract()
        return f"\n#reference[{self.flat(node)}]{self.place(node)}\n"

    def admonition(self, node, kinds):
        kind = next((box for box in BOXES if box in kinds), "note")
        title = node.find(class_="admonition-title", recursive=False)
        title = self.inside(title.extract()) if title else ""
        return f"\n#boxed({string(kind)}, [{title}], [{self.inside(node)}]){self.place(node)}\n"

    def swatch(self, node, kinds):
        return f"#swatch({string((kinds - {'swatch'}).pop())});"

    def flat(self, node):
        """Content without its paragraphs: Typst drops a paragraph within a paragraph without a word."""
        for paragraph in node.find_all("p"):
            paragraph.unwrap()
        return self.inside(node)

    def tag_div(self, node):
        anchor = f"#[#metadata(none){self.place(node)}];" if "movable" in node.get("class", []) else ""
        return self.inside(node) if node.name == "span" else f"\n{anchor}{self.inside(node)}\n"

    def tag_span(self, node):
        if "unbroken" in node.get("class", []):
            return f"#box[{self.inside(node)}];"
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
        return f"\n#head({level}, {string(number)})[{self.inside(node)}] <{anchor}>\n"

    tag_h1 = tag_h2 = tag_h3 = heading

    def tag_figure(self, node):
        caption = node.figcaption
        number = caption.find(class_="caption-number").extract().get_text(strip=True)
        picture = node.img or {"src": node.svg["data-src"], "width": node.svg["width"], "alt": node.svg["aria-label"]}
        stays = ", stays: true" if node.svg else ""  # a map opens its chapter
        what = f"{string(number)}, {self.image(picture)}, [{self.flat(caption)}]{stays}"
        return f"\n#picture({what}){self.place(node)}\n"

    def image(self, node):
        """As wide on the page as it is in the column of text of the site, 688 pixels."""
        path = "/" + posixpath.normpath(posixpath.join(posixpath.dirname(self.doc), node["src"]))
        width = re.search(r"width: (\d+)px", node.get("style", "")) or [0, node["width"]]
        return f"image({string(path)}, width: {min(100, int(width[1]) / 6.88):.0f}%, alt: {string(node['alt'])})"

    def tag_img(self, node):
        return f"#{self.image(node)};"

    def tag_a(self, node):
        body, href = self.spaced(node), node.get("href", "")
        if re.match(r"[a-z]+:", href):
            return f"#link({string(href)})[{body}];"
        place, doc = self.target(href)
        if place is None:
            return body
        far = doc != self.doc and not doc.endswith(("glossary", "references")) and not node.find_parent("table")
        return f"#link(<{place}>)[{body}];" + (f"#far(<{place}>);" if far else "")

    def tag_p(self, node):
        inside = self.inside(node)
        return f"\n#par[#strong[{inside}];]\n" if "rubric" in node.get("class", []) else f"\n#par[{inside}]\n"

    def tag_em(self, node):
        return f"#emph[{self.spaced(node)}];"

    def tag_strong(self, node):
        return f"#strong[{self.spaced(node)}];"

    def tag_code(self, node):
        return f"#raw({string(node.get_text())});"

    def items(self, node):
        items = ", ".join(f"[{self.inside(item)}]" for item in node.find_all("li", recursive=False))
        return f"\n#{'list' if node.name == 'ul' else 'enum'}({items})\n"

    tag_ul = tag_ol = items

    def tag_table(self, node):
        lines = [line.find_all(["th", "td"]) for line in node.find_all("tr")]
        head, *lines = [[f"[{self.flat(cell)}]" for cell in line] for line in lines]
        cells = ", ".join(cell for line in lines for cell in line)
        return f"\n#table(columns: {len(head)}, table.header({', '.join(head)}), {cells})\n"

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


def read(site, doc, docs):
    """A page without what belongs to the screen only, and its solutions, taken out of it."""
    html = (site / f"{doc}.html").read_text(encoding="utf-8")
    html = html[html.index("<article") : html.index("</article>")]
    for screen, paper in SCREEN.items():
        html = html.replace(screen, paper)
    html = re.sub("<math.*?</math>", set_aside, html, flags=re.S)
    page = Page(doc, BeautifulSoup(html, "html.parser").article.section, docs)
    screen = page.soup.find_all(class_=["headerlink", "toctree-wrapper", "sd-container-fluid", "seen", "also"])
    for dead in screen + page.soup.find_all(["script", "movable-figure"]):
        dead.decompose()
    for solution in page.soup.find_all(class_="solution"):
        exercise = solution.find_previous(class_="exercise")
        title = exercise.find(class_="admonition-title").get_text(" ", strip=True)
        solution.find(class_="admonition-title").string = title
        page.solutions.append((exercise["id"], solution["id"], solution.extract()))
    for answer in page.soup.find_all(class_="dropdown"):
        answer["class"].append("solution")
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


def book(site, wanted=()):
    """Typst's code of the book, or of the chapters with these numbers."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    pages = {p["caption"]: [page for c in p["chapters"] for page in (c, *c.get("sections", ()))] for p in toc["parts"]}
    parts = [(part, [page["file"] for page in group]) for part, group in pages.items()]
    parts[0][1].insert(0, toc["root"])
    parts = selected(parts, wanted)
    docs = [doc for _, group in parts for doc in group]
    code, solutions = [], []
    for part, group in parts:
        if part == "Reference":
            code += answers(solutions)
        code.append(f"\n#part({string(part)})\n")
        for doc in group:
            page = read(site, doc, docs)
            body = page.inside(page.soup)
            for exercise, solution, _ in page.solutions:
                at, to = label(doc, exercise), label(doc, solution)
                body = body.replace(f"]) <{at}>\n", f"#to-solution(<{to}>)]) <{at}>\n")
            opening = "" if page.deep else f"\n#chapter({'true' if doc == group[0] else 'false'})\n"
            code.append(opening + body)
            title = page.soup.h1.get_text(" ", strip=True)
            answered = [f"\n#solved(<{label(doc, e)}>)\n{page.one(s)}" for e, _, s in page.solutions]
            if page.answers:
                opening = f"\n#asked(<{label(doc, 'check-yourself')}>)\n"
                answered = [opening, *map(page.one, page.answers), *answered]
            solutions += [f"\n#head(3, \"\")[#{string(title)};]\n", *answered] if answered else []
    if wanted:
        code += answers(solutions)
    names = {"TITLE": config["title"], "AUTHOR": config["author"], "LOGO": "/_static/logo.svg"}
    style = STYLE.read_text(encoding="utf-8")
    for name, value in names.items():
        style = style.replace(name, value)
    return style + "".join(code)


def answers(solutions):
    opening = '\n#part("Solutions")\n#chapter(true)\n#head(2, "")[Solutions] <solutions>\n'
    return [opening, *solutions] if solutions else []


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("chapters", nargs="*", type=int, help="numbers of chapters; none: the whole book")
    parser.add_argument("--html", type=Path, default=ROOT / "_build" / "html", help="folder of the built site")
    given = parser.parse_args()
    if not (given.html / "book" / "index.html").exists():
        sys.exit(f"There is no site in {given.html}: run `make html` before.")
    made = typst.compile(
        book(given.html, given.chapters).encode(),
        root=str(given.html.resolve()),
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
        font_paths=[str(Path(matplotlib.get_data_path(), "fonts", "ttf"))],
        timestamp=0,  # the same bytes each time
    )
    target = given.html / ("-".join(["hidden-states", *map(str, given.chapters)]) + ".pdf")
    target.write_bytes(made)
    print(f"{target}  {len(made) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
