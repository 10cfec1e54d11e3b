"""What a page says to those who do not see it: description, social card, sitemap; where a page that moved has gone."""

import json
import re
from html import escape, unescape
from pathlib import Path

import matplotlib
import resvg_py
from lessons import chapters

CARD = "images/social-card.svg"  # the template, beside the pages
# A chapter was one page once. Its address leads to the landing page, an old section's to the lesson that has it now.
MOVED = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<script>const lessons = {lessons};
location.replace((lessons[location.hash.slice(1)] || "{page}") + location.hash);</script>
<meta http-equiv="refresh" content="1; url={page}">
<p>This chapter has moved: <a href="{page}">{title}</a>.</p></html>
"""
FONTS = str(Path(matplotlib.get_data_path(), "fonts", "ttf"))


def plain(html):
    """Text of a piece of a page, formulas as TeX."""
    html = re.sub(r"<math.*?<annotation[^>]*>(.*?)</annotation>.*?</math>", r"\1", html, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


def describe(app, pagename, templatename, context, doctree):
    """The first sentences of a page, up to 200 characters, and the address of its card."""
    body = context.get("body") or ""
    text = " ".join(plain(p) for p in re.findall(r"<p>(.*?)</p>", body.partition("</h1>")[2], flags=re.S)[:4])
    cut = re.match(r".{,199}[.?!:](?= |$)|.{,199}(?= |$)", text)
    context["description"] = cut[0] if cut else ""
    if app.config.html_baseurl:
        context["card"] = app.config.html_baseurl.rstrip("/") + "/_static/social-card.png"


def write_moved(app):
    """At the old address of each chapter, a page that leads on."""
    for chapter in chapters(Path(app.srcdir, "book")):
        places = {}
        for n in chapter.notebooks:
            article = Path(app.outdir, f"{n.docname}.html").read_text(encoding="utf-8").partition("<article")[2]
            for anchor in re.findall(r' id="(?!id\d|check-\d)([\w-]+)"', article):
                places.setdefault(anchor, f"{n.name}.html")
        facts = {"title": escape(chapter.title), "page": f"{chapter.name}/index.html", "lessons": json.dumps(places)}
        Path(app.outdir, "book", f"{chapter.name}.html").write_text(MOVED.format(**facts), encoding="utf-8")


def write_files(app, exception):
    """The card of the book; the sitemap, if the site knows its address."""
    if exception is not None or app.builder.format != "html":
        return
    write_moved(app)
    card = Path(app.outdir, "_static", "social-card.png")
    if not card.exists():
        svg = Path(app.srcdir, "book", CARD).read_text(encoding="utf-8")
        card.write_bytes(bytes(resvg_py.svg_to_bytes(svg_string=svg, font_dirs=[FONTS], skip_system_fonts=True)))
    if app.config.html_baseurl:
        base = app.config.html_baseurl.rstrip("/")
        places = "".join(f"<url><loc>{base}/{doc}.html</loc></url>" for doc in sorted(app.env.found_docs))
        sitemap = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        Path(app.outdir, "sitemap.xml").write_text(f"{sitemap}{places}</urlset>\n", encoding="utf-8")


def setup(app):
    app.connect("html-page-context", describe)
    app.connect("build-finished", write_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
