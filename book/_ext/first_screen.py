"""The first screen of a chapter: its question, a picture of what it is about, and how long it takes.

The question is the one that the front page asks, the times are those that the chapter states; the picture is a
figure of the chapter, named in _config.yml under `lead_figures`.
"""

import re
from html import escape
from pathlib import Path

from sphinx.errors import ExtensionError

HIGHEST = 304  # pixels of a first screen that its picture may take


def questions(app):
    """The second column of the front page's table, {name of the chapter: question}."""
    front = Path(app.srcdir, f"{app.config.root_doc}.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| \[\d[^\]]*\]\((.+?)\) \| (.+?) \|", front, flags=re.M))


def add_first_screen(app, pagename, templatename, context, doctree):
    """Put them behind the title; the figure itself stays where it is."""
    name, body = app.config.lead_figures.get(pagename), context.get("body")
    if not name or not body:
        return
    question = questions(app).get(Path(pagename).name)
    figure = re.search(rf'<figure[^>]* id="{name}">.*?</figure>', body, re.S)
    times = re.search(r"<strong>Time:</strong> ([^.]*)\.", body)
    if figure is None or times is None or question is None:
        raise ExtensionError(
            f"{pagename}: its first screen needs the figure {name}, a sentence after **Time:**, "
            "and a question in the table of the front page."
        )
    picture = re.sub(r' alt="[^"]*"', ' alt=""', re.search(r"<img[^>]*>", figure[0])[0]).replace(' loading="lazy"', "")
    width, height = (float(re.search(rf' {side}="([\d.]+)"', picture)[1]) for side in ("width", "height"))
    scale = min(1, HIGHEST / height)
    for side, length in {"width": width, "height": height}.items():  # said in the page, so that nothing moves
        picture = re.sub(rf' {side}="[^"]*"', f' {side}="{scale * length:.0f}"', picture)
    number = re.search(r'caption-number">([^<]*)<', figure[0])[1].strip()
    says = re.search(r'caption-text">(.*?[.:])(?=\s|</span>)', figure[0], re.S)[1].rstrip(":.")
    context["body"] = body.replace(
        "</h1>",
        f'</h1>\n<div class="first-screen"><p class="question">{escape(question)}</p><p>{times[1].capitalize()}.</p>'
        f'{picture}<p><a href="#{name}">{escape(number)}</a> further down: {says}.</p></div>',
        1,
    )


def setup(app):
    app.add_config_value("lead_figures", {}, "html")
    app.connect("html-page-context", add_first_screen, priority=600)  # after the pictures have got their sizes
    return {"parallel_read_safe": True, "parallel_write_safe": True}
