"""A button on every page by which a reader reports a mistake there, once _config.yml has a repository's address."""

from pathlib import Path
from urllib.parse import urlencode

from edition import edition

FORM = "mistake.yml"  # in .github/ISSUE_TEMPLATE; its fields have the names used here


def switch(app, config):
    """The theme makes a button for issues, and fails to where there is no address."""
    theme = config.html_theme_options
    theme["use_issues_button"] = bool(theme.get("repository_url"))


def find_commit(app):
    app.env.commit = edition(Path(app.srcdir))[2]


def address(repository, page, commit):
    """Where a mistake is reported: GitHub's form with its fields filled in, or on GitLab the text of an issue.

    "section" stays empty: the page's script puts in which one is in sight.
    """
    if "gitlab" in repository:
        text = f"Page: {page}\nCommit: {commit}\nSection:\nWhat is wrong:\nWhat it should be:"
        return f"{repository}/-/issues/new?" + urlencode({"issue[title]": "Mistake: ", "issue[description]": text})
    return f"{repository}/issues/new?" + urlencode({"template": FORM, "page": page, "commit": commit, "section": ""})


def report(app, pagename, templatename, context, doctree):
    for button in context["header_buttons"]:
        if button.get("label") == "source-issues-button":
            repository = app.config.html_theme_options["repository_url"].rstrip("/")
            button["url"] = context["report"] = address(repository, pagename, app.env.commit)
            button |= {"tooltip": "Report a mistake", "icon": "fas fa-pencil-alt"}


def setup(app):
    app.connect("config-inited", switch, priority=100)
    app.connect("builder-inited", find_commit)
    app.connect("html-page-context", report, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
