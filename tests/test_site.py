"""The built site: links resolve, every page is there, nothing points to another host for its own parts."""

import json
import re
import subprocess
from html import unescape
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from benchmark import BUILD
from folds import comment
from fontTools.ttLib import TTFont

from conftest import LANDINGS, LESSONS, ROOT


class Page(HTMLParser):
    """Anchors, links and images of one page."""

    def __init__(self, path):
        super().__init__()
        self.ids, self.links, self.parts, self.images = set(), [], [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        self.ids.update(v for v in (a.get("id"), a.get("name")) if v)
        if tag == "a" and a.get("href"):
            self.links.append(a["href"])
        if tag in ("script", "img", "link", "iframe") and (a.get("src") or a.get("href")):
            if a.get("rel") not in ("canonical", "author"):
                self.parts.append(a.get("src") or a.get("href"))
        if tag == "img":
            self.images.append((a.get("src", ""), a.get("alt")))


@pytest.fixture(scope="session")
def pages(site, pdf):  # the front page offers the PDF
    return {p.resolve(): Page(p) for p in site.rglob("*.html") if "_static" not in p.parts}


def test_every_page_of_the_toc_is_built(site, toc):
    assert [f for f in toc if not (site / f"{f}.html").exists()] == []


def test_internal_links_and_anchors_resolve(pages):
    broken = []
    for path, page in pages.items():
        for link in page.links + page.parts:
            url = urlsplit(link)
            if url.scheme or url.netloc or link.startswith("data:"):
                continue
            target = (path.parent / unquote(url.path)).resolve() if url.path else path
            if not target.exists():
                broken.append((path.name, link))
            elif (
                url.fragment
                and target in pages
                and unquote(url.fragment) not in pages[target].ids | {"top", ""}
            ):
                broken.append((path.name, link))
    assert not broken


def html(site, docname):
    return (site / f"{docname}.html").read_text(encoding="utf-8")


def test_figures_are_numbered_through_a_chapter_and_their_folds_bear_the_number(site):
    for chapter in LANDINGS:
        pages = [chapter.docname, *(n.docname for n in chapter.notebooks)]
        text = "".join(html(site, name).partition("<article")[2] for name in pages)
        captions = re.findall(r'caption-number">Fig. ([\d.]+) <', text)
        number = captions[0].split(".")[0]
        assert captions == [f"{number}.{k + 1}" for k in range(len(captions))] and len(captions) >= 5
        assert set(re.findall(r'fold-label">Code of figure ([\d.]+)<', text)) <= set(captions)


def test_every_check_is_one_tick_at_the_end_of_a_passage_and_opens_its_code(site):
    for facts in LESSONS:
        text = html(site, facts.docname)
        cells = nbformat.read(facts.path, 4).cells
        sentences = [comment(c.source) for c in cells if c.metadata.get("tags") == ["check"]]
        button = r'<button type="button" class="check"[^>]*aria-controls="([\w-]+)" aria-label="([^"]*)"'
        ticks = re.findall(button, text)
        said = " ".join(unescape(label) for _, label in ticks).split("Checked: ")[1:]
        assert [s.strip() for s in said] == [s.removeprefix("✓ ") for s in sentences], facts.number
        assert len(re.findall(r"</button>\s*(?:<button[^>]*class=\"check\")", text)) == 0, "one tick for a passage"
        marked = text.replace('<button type="button" class="check"', "✂<b")
        ends = re.sub("<annotation.*?</annotation>|<[^>]*>", "", marked)
        assert not re.search(r"[,:;]\s*✂", ends), "a tick stands at the end of a sentence"
        for name, _ in ticks:
            assert f'<details class="check" id="{name}"><summary>✓ Checked: ' in text
        assert re.sub("<[^>]*>", "", text).count("def check():") >= len(sentences)


def test_the_old_address_of_a_chapter_leads_to_its_lessons(site):
    for chapter in LANDINGS:
        moved = (site / "book" / f"{chapter.name}.html").read_text(encoding="utf-8")
        assert f'location.replace((lessons[location.hash.slice(1)] || "{chapter.name}/index.html")' in moved
        lessons = json.loads(re.search(r"const lessons = (\{.*?\});", moved)[1])
        assert {f"{chapter.name}/{n.path.stem}.html" for n in chapter.notebooks} <= set(lessons.values())
        for anchor, page in lessons.items():
            assert f' id="{anchor}"' in (site / "book" / page).read_text(encoding="utf-8")


def test_what_lessons_say_of_themselves_is_read_off_by_the_pages_that_list_them(site):
    for n in LESSONS:
        landing = html(site, f"book/{n.path.parent.name}/index")
        row = re.search(rf'<a [^>]*href="{n.path.stem}\.html">.*?</tr>', landing.rpartition("<table")[2], flags=re.S)[0]
        question = re.sub(r'"([^"]*)"', r"“\1”", n.question)
        assert f"{n.number} {n.title}" in row and question in row and f"{n.minutes} min" in row
        assert f"runs in {n.seconds} s" in row
        front = re.sub("<[^>]*>", "", html(site, "book/index"))
        assert f"{n.number} {n.title}, {n.minutes} min" in front
        assert f"<p>{n.minutes} min</p>" in html(site, "book/instructors")
        for _, _, _, label, _ in n.exercises:
            assert f'{n.path.parent.name}/{n.path.stem}.html#{label}"' in html(site, "book/instructors")


def test_no_assignment_is_published(site):
    text = {".html", ".md", ".ipynb", ".txt", ".js"}
    files = [p for p in site.rglob("*") if p.is_file()]
    assert not [p for p in files if p.suffix in text and "BEGIN SOLUTION" in p.read_text(encoding="utf-8")]
    assert not [p for p in files if p.name in ("assignment.ipynb", "assignment.html", "questions.py")]


def test_no_page_loads_a_part_from_another_host(pages):
    assert [(p.name, part) for p, page in pages.items() for part in page.parts if urlsplit(part).netloc] == []


def test_every_image_says_in_250_characters_what_it_shows(pages):
    bad = [
        (p.name, src)
        for p, page in pages.items()
        for src, alt in page.images
        if alt is None or (src and alt == src) or alt.endswith((".svg", ".png")) or len(alt) > 250
    ]
    assert not bad


def test_pictures_keep_their_place_and_all_but_the_first_wait(site):
    for facts in LESSONS:
        pictures = re.findall(r'<img[^>]* src="(?:\.\./)+_images/[^>]*>', html(site, facts.docname))
        assert all(" width=" in p and " height=" in p for p in pictures) and pictures, facts.number
        assert sum('loading="lazy"' not in p for p in pictures) <= 2, facts.number


def test_every_formula_keeps_its_tex_and_none_is_left_to_a_script(site, toc):
    for name in toc:
        text = (site / f"{name}.html").read_text(encoding="utf-8")
        assert text.count("<math") == text.count('<annotation encoding="application/x-tex">')
        assert "mathjax" not in text.replace("mathjax_ignore", "").lower() and "\\(" not in text


def test_the_font_draws_what_a_formula_names_by_an_element_only(site):
    """The root sign is written in no formula; without it a root is set without its sign, and nothing fails."""
    font = TTFont(site / "_static" / "fonts" / "math.woff2")
    assert "<msqrt>" in html(site, LESSONS[1].docname)
    assert ord("√") in font.getBestCmap()


def test_the_index_of_the_search_stays_small_and_each_of_its_entries_has_words_to_show(site):
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    assert len(index.encode()) < 550_000
    entries = json.loads(index.removeprefix("Search.setIndex(").removesuffix(")"))["docnames"]
    said = {}
    for page in {entry.split("#")[0] for entry in entries}:
        text = (site / "excerpts" / f"{page}.js").read_text(encoding="utf-8")
        said |= json.loads(text.removeprefix("Search.says(").removesuffix(")"))
    assert [entry for entry in entries if not said[entry]] == []


def test_every_page_describes_itself_in_a_sentence_of_its_own(site, toc):
    found = re.compile(r'<meta name="description" content="([^"]*)">')
    said = [found.search((site / f"{name}.html").read_text(encoding="utf-8"))[1] for name in toc]
    assert len(set(said)) == len(toc) and all(40 < len(text) <= 200 for text in said), said


PAGE = {"_toc.yml": "format: jb-book\nroot: page\n", "_config.yml": "title: One page\n"}


def build(folder, config, page):
    """Build a book of one page."""
    for name, text in {**PAGE, "_config.yml": config, "page.md": page}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return subprocess.run(BUILD, cwd=folder, capture_output=True, text=True)


def test_an_unknown_command_in_a_formula_stops_the_build_and_is_named(tmp_path):
    config = PAGE["_config.yml"] + f"sphinx: {{local_extensions: {{mathml: {ROOT / 'book' / '_ext'}}}}}\n"
    failed = build(tmp_path, config, "# Page\n\nIt is $h_t = \\wrongly x$ there.\n")
    assert failed.returncode != 0
    assert re.search(r"page, line 3.*\\wrongly.*h_t = \\wrongly x", failed.stdout + failed.stderr)


def test_with_an_address_there_are_canonical_links_a_card_and_a_sitemap(tmp_path):
    (tmp_path / "book" / "images").mkdir(parents=True)
    card = tmp_path / "book" / "images" / "social-card.svg"
    card.write_bytes((ROOT / "book" / "images" / "social-card.svg").read_bytes())
    config = PAGE["_config.yml"] + f"""
sphinx:
  local_extensions: {{lessons: {ROOT / 'tools'}, page_head: {ROOT / 'book' / '_ext'}}}
  config: {{html_baseurl: "https://example.org/rnn/", templates_path: ["{ROOT / 'book' / '_templates'}"]}}
"""
    made = build(tmp_path, config, "# Page\n\nA page that says something about itself in its first sentence.\n")
    assert made.returncode == 0, made.stdout + made.stderr
    text = (tmp_path / "_build" / "html" / "page.html").read_text(encoding="utf-8")
    assert '<link rel="canonical" href="https://example.org/rnn/page.html"' in text
    assert 'property="og:image" content="https://example.org/rnn/_static/social-card.png"' in text
    assert "<loc>https://example.org/rnn/page.html</loc>" in (tmp_path / "_build/html/sitemap.xml").read_text()
    assert (tmp_path / "_build/html/_static/social-card.png").read_bytes()[1:4] == b"PNG"


def test_broken_cross_reference_stops_the_build_and_is_named(tmp_path):
    failed = build(tmp_path, PAGE["_config.yml"], "# Page\n\nSee {eq}`eq-nowhere`.\n")
    assert failed.returncode != 0 and "eq-nowhere" in failed.stdout + failed.stderr
