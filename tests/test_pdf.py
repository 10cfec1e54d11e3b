"""The PDF holds what the site holds: every sentence, line of code and number; its links go both ways."""

import re
import subprocess
import sys

import pypdfium2
import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from conftest import ROOT

SCREEN = ["headerlink", "toctree-wrapper", "eqno", "label", "sd-row"]  # classes not for paper
TOOL = [sys.executable, str(ROOT / "tools" / "pdf.py")]


def letters(text):
    """Only what a line break, a hyphen or a ligature cannot change."""
    for ligature, plain in {"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl"}.items():
        text = text.replace(ligature, plain)
    return re.sub(r"[\W_]+", "", text)


@pytest.fixture(scope="module")
def paper(pdf):
    return PdfReader(pdf)


def words(path):
    """What is written on the pages, without their running heads and the pages that they refer to."""
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(path)]
    text = "\f".join([pages[0], *(re.sub(r"^.*?\b\d+\r?\n", "", page, count=1) for page in pages[1:])])
    return re.sub(r"\(p\.\s*\d+\)", "", text.replace("\r\n", "\n"))


@pytest.fixture(scope="module")
def text(pdf):
    return words(pdf)


@pytest.fixture(scope="module")
def printed(text):
    return letters(text)


def on_screen(site, toc):
    """Pieces of text between formulas, and lines of code, that belong on paper."""
    for name in toc:
        html = re.sub(r"<math.*?</math>", "\u241e", (site / f"{name}.html").read_text(encoding="utf-8"), flags=re.S)
        page = BeautifulSoup(html, "html.parser").article.section
        for screen in page.find_all(class_=SCREEN):
            screen.extract()
        for fold in page.find_all(["details", "button"]):
            fold.replace_with("\u241e")
        for box in page.find_all("pre"):
            yield from ((name, line) for line in box.get_text().splitlines())
            box.extract()
        for script in page.find_all("script"):
            script.extract()
        for box in page.find_all(["p", "li", "td", "th", "dt", "h1", "h2", "h3"]):
            for piece in re.split(r"\u241e|(?<=[.;:,])\s", box.get_text()):
                if "Solutions are folded" not in piece and "open an answer" not in piece:
                    yield name, piece


def test_every_sentence_and_line_of_code_of_the_site_is_on_paper(site, toc, text, printed):
    pieces = [(name, piece) for name, piece in on_screen(site, toc) if len(letters(piece)) >= 12]
    pages = [letters(page) for page in text.split("\f")]

    def torn(piece):
        """Whether it begins on one page and ends on the next, where a figure may stand before its end."""
        return any(
            piece[i:] in second and piece[:i] in first
            for first, second in zip(pages, pages[1:], strict=False)
            for i in range(1, len(piece))
        )

    missing = [piece for piece in pieces if letters(piece[1]) not in printed and not torn(letters(piece[1]))]
    assert len(pieces) > 6000 and missing == []


def test_no_code_of_typst_is_left_in_the_text(text):
    assert re.findall(r"(?:^|\f) *(?:;|#\w+[(\[].*)$", text, flags=re.M) == []


def test_every_formula_of_the_site_is_on_paper_in_words(site, toc, paper):
    from typst_math import spoken

    wanted = []
    for name in toc:
        html = (site / f"{name}.html").read_text(encoding="utf-8")
        article = html.partition("<article")[2].partition("</article>")[0]
        screen = r'<a class="headerlink".*?</a>|<details class="seen">.*?</details>'
        article = re.sub(screen, "", article, flags=re.S)
        wanted += re.findall(r"<math.*?</math>", article, flags=re.S)
    spoken_once = {markup: spoken(BeautifulSoup(markup, "html.parser").math) for markup in set(wanted)}
    found = {}
    stack = [paper.trailer["/Root"]["/StructTreeRoot"]]
    while stack:
        element = stack.pop()
        element = element.get_object() if hasattr(element, "get_object") else element
        if isinstance(element, list):
            stack += element
        elif hasattr(element, "get"):
            if element.get("/S") == "/Formula":
                found[element["/Alt"]] = found.get(element["/Alt"], 0) + 1
            if "/K" in element:
                stack.append(element["/K"])
    counts = {}
    for markup in wanted:
        counts[spoken_once[markup]] = counts.get(spoken_once[markup], 0) + 1
    assert len(wanted) > 2000
    assert {words: n for words, n in counts.items() if found.get(words, 0) < n} == {}


def test_numbers_of_figures_equations_and_exercises_are_those_of_the_site(site, toc, text):
    html = "".join((site / f"{name}.html").read_text(encoding="utf-8") for name in toc)
    figures = set(re.findall(r'caption-number">(Fig\. \d+\.\d+)', html))
    equations = set(re.findall(r'class="eqno">(\(\d+\.\d+\))', html))
    boxes = set(re.findall(r'caption-number">((?:Exercise|Definition|Proposition) \d+\.\d+)', html))
    assert len(figures) > 60 and len(equations) > 90 and len(boxes) > 90
    flat = re.sub(r"\s+", " ", text)
    assert [n for n in figures | equations | boxes if n not in flat] == []


def test_it_is_tagged_for_assistive_technology_with_bookmarks_and_links_both_ways(paper, text):
    root = paper.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"].startswith("en")
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    titles = [item.title for item in flat(paper.outline)]
    assert len(titles) > 150 and "Solutions" in titles and any("The bridge" in title for title in titles)
    there, back = re.findall(r"Solution: page\s+\d+", text), re.findall(r"Exercise: page\s+\d+", text)
    assert len(there) == len(back) > 80


def flat(outline):
    return [x for item in outline for x in (flat(item) if isinstance(item, list) else [item])]


def test_single_chapters_can_be_had_and_an_unknown_one_is_named(site):
    made = subprocess.run([*TOOL, "3", "5", "--html", str(site)], capture_output=True, text=True)
    text = words(site / "hidden-states-3-5.pdf")
    assert made.returncode == 0 and "Observability of the 1-D system" in text and "One core and a mask" not in text
    wrong = subprocess.run([*TOOL, "9", "--html", str(site)], capture_output=True, text=True)
    assert wrong.returncode != 0 and "There is no chapter 9" in wrong.stderr
    assert not (site / "hidden-states-9.pdf").exists()


def test_without_a_site_it_says_what_to_run(tmp_path):
    wrong = subprocess.run([*TOOL, "--html", str(tmp_path)], capture_output=True, text=True)
    assert wrong.returncode != 0 and "make html" in wrong.stderr
