"""The built site: links resolve, every page is there, nothing points to another host for its own parts."""

import re
import subprocess
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest
from benchmark import BUILD


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
def pages(site):
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


def test_no_page_loads_a_part_from_another_host(pages):
    assert [(p.name, part) for p, page in pages.items() for part in page.parts if urlsplit(part).netloc] == []


def test_every_image_has_alt_text_that_is_not_its_path(pages):
    bad = [
        (p.name, src)
        for p, page in pages.items()
        for src, alt in page.images
        if alt is None or (src and alt == src) or alt.endswith((".svg", ".png"))
    ]
    assert not bad


def test_broken_cross_reference_stops_the_build_and_is_named(tmp_path):
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: page\n")
    (tmp_path / "_config.yml").write_text("title: One page\n")
    (tmp_path / "page.md").write_text("# Page\n\nSee {eq}`eq-nowhere`.\n")
    build = subprocess.run(BUILD, cwd=tmp_path, capture_output=True, text=True)
    assert build.returncode != 0 and "eq-nowhere" in build.stdout + build.stderr
