"""The first screen of a chapter: beside its question, a picture of what it is about and how long it takes.

The picture is a figure of the chapter, named in _config.yml under `lead_figures`; the times are those that the
chapter states.
"""

import re
from html import escape

from sphinx.errors import ExtensionError


def add_lead(app, pagename, templatename, context, doctree):
    """Put the picture of the figure and the times behind the title; the figure itself stays where it is."""
    name, body = app.config.lead_figures.get(pagename), context.get("body")
    if not name or not body:
        return
    figure = re.search(rf'<figure[^>]* id="{name}">.*?</figure>', body, re.S)
    times = re.search(r"<strong>Time:</strong> ([^.]*)\.", body)
    if figure is None or times is None:
        raise ExtensionError(f"{pagename}: its first screen needs the figure {name} and a sentence after **Time:**")
    picture = re.sub(r' alt="[^"]*"', ' alt=""', re.search(r"<img[^>]*>", figure[0])[0]).replace(' loading="lazy"', "")
    number = re.search(r'caption-number">([^<]*)<', figure[0])[1].strip()
    lead = f'<aside class="lead" aria-label="At a glance"><a href="#{name}">{picture}<span>{escape(number)}</span></a>'
    lead += f"<p>{times[1].capitalize()}.</p></aside>"
    context["body"] = body.replace("</h1>", "</h1>\n" + lead, 1)


def setup(app):
    app.add_config_value("lead_figures", {}, "html")
    app.connect("html-page-context", add_lead, priority=600)  # after the pictures have got their sizes
    return {"parallel_read_safe": True, "parallel_write_safe": True}
