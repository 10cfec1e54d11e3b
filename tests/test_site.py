"""The built site: links resolve, every page is there, nothing points to another host for its own parts."""

import re
import subprocess
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest
from benchmark import BUILD
from fontTools.ttLib import TTFont

from conftest import ROOT


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


def test_folds_of_figures_bear_the_number_of_the_figure(site):
    """The label is made before Sphinx counts; here both are on the page."""
    for path in sorted((site / "book").glob("0*.html")):
        text = path.read_text(encoding="utf-8")
        labels = re.findall(r"fold-label\">Code of figure ([\d.]+)<", text)
        captions = re.findall(r"caption-number\">Fig. ([\d.]+) <", text)
        assert labels == captions and len(captions) >= 5, path.name


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
    for path in sorted((site / "book").glob("0*.html")):
        pictures = re.findall(r'<img[^>]* src="\.\./_images/[^>]*>', path.read_text(encoding="utf-8"))
        assert all(" width=" in p and " height=" in p for p in pictures) and len(pictures) > 5, path.name
        assert sum('loading="lazy"' not in p for p in pictures) <= 2, path.name


def test_every_formula_keeps_its_tex_and_none_is_left_to_a_script(site, toc):
    for name in toc:
        text = (site / f"{name}.html").read_text(encoding="utf-8")
        assert text.count("<math") == text.count('<annotation encoding="application/x-tex">')
        assert "mathjax" not in text.replace("mathjax_ignore", "").lower() and "\\(" not in text


def test_the_font_draws_what_a_formula_names_by_an_element_only(site):
    """The root sign is written in no formula; without it a root is set without its sign, and nothing fails."""
    font = TTFont(site / "_static" / "fonts" / "math.woff2")
    assert "<msqrt>" in (site / "book" / "01-autonomous-system.html").read_text(encoding="utf-8")
    assert ord("√") in font.getBestCmap()


def test_every_page_describes_itself_in_a_sentence_of_its_own(site, toc):
    found = re.compile(r'<meta name="description" content="([^"]*)">')
    said = [found.search((site / f"{name}.html").read_text(encoding="utf-8"))[1] for name in toc]
    assert len(set(said)) == len(toc) and all(40 < len(text) <= 200 for text in said), said


def test_a_chapter_begins_with_its_question_a_picture_and_its_times(site):
    for path in sorted((site / "book").glob("0*.html")):
        start = path.read_text(encoding="utf-8").partition("</h1>")[2].partition("<h2>")[0]
        assert re.search(r'class="first-screen".*minutes to read, .* to run.*<img ', start, flags=re.S), path
        assert re.search(r'<p class="question">[^<]+\?</p>', start), path


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
  local_extensions: {{page_head: {ROOT / 'book' / '_ext'}}}
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
