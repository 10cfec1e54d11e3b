"""What docutils, sphinx-proof and the theme get wrong for assistive technology."""

import re


def mend(app, pagename, templatename, context, doctree):
    """An entry of the bibliography is an item of its list; an id stands once; a fold of the sidebar has a name."""
    if context.get("body"):
        context["body"] = context["body"].replace('role="doc-biblioentry"', 'role="listitem"')
        seen = set()  # sphinx-proof and sphinx-exercise give all their boxes the same ids

        def once(match):
            known = match[1] in seen
            seen.add(match[1])
            return "" if known else match[0]

        context["body"] = re.sub(r' id="([^"]*)"', once, context["body"])
    tree = context.get("generate_toctree_html")

    def named(*arguments, **options):
        return str(tree(*arguments, **options)).replace("<summary>", '<summary aria-label="Its lessons">')

    if tree:
        context["generate_toctree_html"] = named


def setup(app):
    app.connect("html-page-context", mend, priority=900)  # after the theme has made its tree
    return {"parallel_read_safe": True, "parallel_write_safe": True}
