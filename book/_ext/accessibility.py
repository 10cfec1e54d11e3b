"""What the HTML writer of docutils gets wrong for assistive technology."""


def mend(app, pagename, templatename, context, doctree):
    """Entries of the bibliography are items of its list; the role that docutils gives them is deprecated."""
    if context.get("body"):
        context["body"] = context["body"].replace('role="doc-biblioentry"', 'role="listitem"')


def setup(app):
    app.connect("html-page-context", mend)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
