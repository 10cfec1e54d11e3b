"""The PDF holds what the site holds, every sentence, line of code and number, and is made like a book."""

import datetime
import re
import shutil
import subprocess
import sys

import pdf as maker
import pypdfium2
import pytest
from bs4 import BeautifulSoup
from edition import edition
from lettering import FAMILY, TEXT, lettered
from pypdf import PdfReader

from conftest import LANDINGS, ROOT

OFF_PAPER = ["headerlink", "toctree-wrapper", "eqno", "label", "sd-row", "also"]  # classes not for paper
TOOL = [sys.executable, str(ROOT / "tools" / "pdf.py")]


def letters(text):
    """Only what a line break, a hyphen or a ligature cannot change."""
    for ligature, plain in {"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl"}.items():
        text = text.replace(ligature, plain)
    return re.sub(r"[\W_]+", "", text)


@pytest.fixture(scope="module")
def paper(pdf):
    return PdfReader(pdf)


def sheets(path):
    """What is written on each page, without its running head, its number and the pages that it refers to."""
    for page in pypdfium2.PdfDocument(path):
        width, height = page.get_size()
        text = page.get_textpage().get_text_bounded(0, 62, width, height - 62)
        yield re.sub(r"\(p\.\s*\d+\)", "", text.replace("\r\n", "\n"))


def words(path):
    return "\f".join(sheets(path))


@pytest.fixture(scope="module")
def text(pdf):
    return words(pdf)


@pytest.fixture(scope="module")
def pages(text):
    return text.split("\f")


@pytest.fixture(scope="module")
def instructors(pdf):
    return pdf.with_name("hidden-states-instructors.pdf")


@pytest.fixture(scope="module")
def printed(text):
    return letters(text)


def on_screen(site, toc):
    """Pieces of text between formulas, and lines of code, that belong on paper."""
    for name in toc:
        html = (site / f"{name}.html").read_text(encoding="utf-8")
        for screen in maker.SCREEN:  # paper has other words for these
            html = re.sub(screen, "\u241e", html)
        html = re.sub(r"<math.*?</math>", "\u241e", html, flags=re.S)
        page = BeautifulSoup(html, "html.parser").article.section
        for screen in page.find_all(class_=OFF_PAPER):
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
                yield name, re.sub(r"^\([a-h]\) ", "", piece)


def test_every_sentence_and_line_of_code_of_the_site_is_on_paper(site, toc, pages, printed, instructors):
    pieces = [(name, piece) for name, piece in on_screen(site, toc) if len(letters(piece)) >= 12]
    pages = [letters(page) for page in [*pages, *sheets(instructors)]]
    printed += letters(words(instructors))

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


def test_every_formula_of_the_site_is_on_paper_in_words(site, toc, paper, instructors):
    from typst_math import spoken

    wanted = []
    for name in toc:
        html = (site / f"{name}.html").read_text(encoding="utf-8")
        article = html.partition("<article")[2].partition("</article>")[0]
        screen = r'<a class="headerlink".*?</a>|<details class="seen">.*?</details>'
        screen += r'|<div class="[^"]*gallery.*?</section>'
        article = re.sub(screen, "", article, flags=re.S)
        wanted += re.findall(r"<math.*?</math>", article, flags=re.S)
    spoken_once = {markup: spoken(BeautifulSoup(markup, "html.parser").math) for markup in set(wanted)}
    found = {}
    stack = [reader.trailer["/Root"]["/StructTreeRoot"] for reader in (paper, PdfReader(instructors))]
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
    there, back = re.findall(r"Solution: p\.\s+\d+", text), re.findall(r"Exercise: p\.\s+\d+", text)
    assert len(there) == len(back) > 80


def flat(outline):
    return [x for item in outline for x in (flat(item) if isinstance(item, list) else [item])]


def test_paper_says_nothing_that_only_a_screen_can_do(site, toc):
    html = "".join((site / f"{name}.html").read_text(encoding="utf-8") for name in toc)
    assert [screen for screen in maker.SCREEN if not re.search(screen, html)] == [], "no page says this any more"
    for name in toc:
        page = maker.read(site, name, []).soup
        for other in page.find_all(["pre", "code"]) + page.find_all(class_="movable"):
            other.decompose()
        of_a_screen = r"[^.]*\b(?:[Cc]lick|[Hh]over|[Uu]nfold|folded|the button|this page|[Oo]n the web)\b[^.]*"
        assert name == maker.INSTRUCTORS or re.findall(of_a_screen, page.get_text()) == []


def test_neither_a_block_of_code_nor_its_output_is_parted(site, toc, pages):
    pages = [letters(page) for page in pages]
    parted, blocks = [], 0
    for name in toc:
        soup = BeautifulSoup((site / f"{name}.html").read_text(encoding="utf-8"), "html.parser").article
        for fold in soup.find_all("details"):
            fold.extract()
        for cell in soup.select(".cell:has(.cell_input)"):
            code = cell.select_one(".cell_input pre")
            pieces = list(map(letters, maker.code_blocks(code.get_text()))) if code else [""]
            printed = cell.select_one(".cell_output pre")
            if printed and printed.get_text().count("\n") < 20:
                pieces[-1] += letters(printed.get_text())
            blocks += len(pieces)
            parted += [(name, piece[:60]) for piece in pieces if not any(piece in page for page in pages)]
    assert blocks > 400 and parted == []


def test_the_index_leads_to_pages_that_hold_the_word(site, pages):
    start = next(i for i, page in enumerate(pages) if page.startswith("Index"))
    index = re.sub(r",\s*\n", ", ", "\n".join(pages[start:]))
    begins = r"(?:(?<=\d\n)|(?<=\n[A-Z]\n))"  # after the last page of the one before, or after the letter
    entries = re.findall(begins + r"([^\n]+?), ((?:\d+(?:–\d+)?(?:, )?)+)(?=\n)", index)
    assert len(entries) >= 300
    glossary = BeautifulSoup((site / "book/glossary.html").read_text(encoding="utf-8"), "html.parser")
    terms, missing = {term.get_text(strip=True).rstrip("#") for term in glossary.find_all("dt")}, []
    for entry, numbers in entries:
        name = re.sub(r" \(.*", "", entry)
        if name in terms or re.fullmatch(r"\w+_\w+", name):
            for number in re.findall(r"\d+", numbers):
                near = "".join(pages[int(number) - 1 : int(number) + 1])  # its end may stand on the next page
                stem = name if "_" in name else name[:6]  # causality, causal
                missing += [] if letters(stem).lower() in letters(near).lower() else [(name, number)]
    assert missing == []


def test_chapters_open_on_right_hand_pages_after_two_of_contents(paper):
    titles = {chapter.title for chapter in LANDINGS}
    opened = [item for item in flat(paper.outline) if re.sub(r"^\d+\s*", "", item.title) in titles]
    numbers = [paper.get_destination_page_number(item) + 1 for item in opened[: len(titles)]]
    assert len(numbers) == len(titles) and all(number % 2 for number in numbers)
    first = next(item for item in flat(paper.outline) if item.title == "About this book")
    assert paper.get_destination_page_number(first) + 1 == 5


def test_it_says_who_made_it_when_and_under_which_licence(paper, pages):
    citation, day, commit = edition(ROOT)
    assert paper.metadata.creation_date.date() == day and paper.metadata.author == citation["authors"][0]["name"]
    assert paper.metadata.title.startswith("Hidden States: ") and "state-space models" in paper.metadata["/Keywords"]
    flat = re.sub(r"\s+", " ", pages[1])
    assert all(word in flat for word in ("CC BY 4.0", "MIT licence", f"Version {citation['version']}", str(day.year)))
    assert commit in flat


def test_a_download_without_git_has_the_date_of_its_release(tmp_path):
    shutil.copy(ROOT / "CITATION.cff", tmp_path)
    citation, day, commit = edition(tmp_path)
    assert day == citation["date-released"] and isinstance(day, datetime.date) and commit == ""


def test_figures_are_lettered_in_the_family_of_the_text(site):
    figures = [lettered(path.read_text(encoding="utf-8")) for path in (site / "_images").glob("*.svg")]
    outlined = [words for figure in figures for words, _, shapes in TEXT.findall(figure) if "Mono" not in shapes]
    assert len(outlined) < 10 and sum(figure.count(FAMILY) for figure in figures) > 1000
    assert any(">time </text>" in figure and 'font-style="italic">t</text>' in figure for figure in figures)


def test_single_chapters_can_be_had_the_same_each_time_and_an_unknown_one_is_named(site):
    made = subprocess.run([*TOOL, "3", "5", "--html", str(site)], capture_output=True, text=True)
    path = site / "hidden-states-3-5.pdf"
    text = words(path)
    assert path.read_bytes() == maker.compiled(site, [3, 5])
    assert made.returncode == 0 and "Observability of the 1-D system" in text and "One core and a mask" not in text
    wrong = subprocess.run([*TOOL, "9", "--html", str(site)], capture_output=True, text=True)
    assert wrong.returncode != 0 and "There is no chapter 9" in wrong.stderr
    assert not (site / "hidden-states-9.pdf").exists()


def test_without_a_site_it_says_what_to_run(tmp_path):
    wrong = subprocess.run([*TOOL, "--html", str(tmp_path)], capture_output=True, text=True)
    assert wrong.returncode != 0 and "make html" in wrong.stderr
