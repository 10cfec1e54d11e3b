"""One style sheet, one script and one small icon font for all pages, from those of the theme and its extensions."""

import base64
import hashlib
import re
from pathlib import Path

import tinycss2
from fontTools import subset
from mathml import FONT as MATH
from sphinx.errors import ExtensionError

# In the order in which the pages of the theme load them. What is not listed, no page of this book uses.
SHEETS = ["basic.css", "styles/pydata-sphinx-theme.css", "pygments.css", "styles/sphinx-book-theme.css"]
SHEETS += ["copybutton.css", "mystnb.*.css", "exercise.css", "proof.css"]
SHEETS += ["sphinx-design.min.css", "book.css", "movable.css"]
SCRIPTS = ["page.js", "movable.js", "doctools.js", "language_data.js", "searchtools.js", "search.js"]
SCRIPTS += ["sphinx_highlight.js", "clipboard.min.js", "copybutton.js", "reading.js"]
SCRIPTS += ["scripts/sphinx-book-theme.js", "scripts/bootstrap.js", "scripts/pydata-sphinx-theme.js"]
# The theme measures and marks boxes that scroll one by one, and lays the page out anew for each; page.js does it once.
ONE_BY_ONE = "e.tabIndex=e.scrollWidth>e.clientWidth||e.scrollHeight>e.clientHeight?0:-1"
DEAD = "THEBE_JS_URL|toggleHint|toggleOpenOnPrint|togglebuttonSelector"  # settings of scripts that no page has
ICONS = "vendor/fontawesome/webfonts/fa-solid-900.woff2"
CUT = "fonts/icons.woff2"


def single_files(app, pagename, templatename, context, doctree):
    """A page loads the one sheet and the one script; of the other scripts only the settings, which stand in it."""
    context["css_files"] = []
    scripts = [s for s in context.get("script_files", []) if getattr(s, "attributes", {}).get("body")]
    scripts = [s for s in scripts if not re.search(DEAD, s.attributes["body"])]
    context["script_files"] = ["_static/documentation_options.js", *dict.fromkeys(scripts)]


def used(rules, names):
    """CSS text of the rules that can apply on pages on which only these classes and ids occur."""
    kept = []
    for rule in rules:
        if rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports"):
            inside = used(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True), names)
            if inside:
                kept.append(f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inside}}}")
        elif rule.type == "at-rule" and rule.lower_at_keyword not in ("charset", "import"):
            kept.append(rule.serialize())
        elif rule.type == "qualified-rule":
            # What stands in brackets, as in :not(.x), demands nothing.
            plain = "".join(t.serialize() if t.type != "function" else "()" for t in rule.prelude)
            selectors = zip(split(rule.prelude), plain.split(","), strict=True)
            matching = [s for s, p in selectors if names.issuperset(re.findall(r"[.#]((?:[\w-]|\\.)+)", p))]
            if matching:
                kept.append(f"{','.join(matching)}{{{tinycss2.serialize(rule.content).strip()}}}")
    return "\n".join(kept)


def split(tokens):
    """The selectors of a list, as text."""
    parts = [[]]
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [tinycss2.serialize(part).strip() for part in parts]


def data_address(path):
    """A font as part of the sheet: it is there before the first line is drawn, so no line moves."""
    return f"url(data:font/woff2;base64,{base64.b64encode(path.read_bytes()).decode()})"


def cut_icons(static, sheet):
    """Only the icons that the sheet names: a few of the theme's 1,400."""
    options = subset.Options(flavor="woff2")
    font = subset.load_font(static / ICONS, options)
    cut = subset.Subsetter(options)
    cut.populate(text="".join(re.findall("[\ue000-\uf8ff]", sheet)))
    cut.subset(font)
    subset.save_font(font, static / CUT, options)


def write_files(app, exception):
    """Join the scripts; join the sheets without the rules that no page can use. Made anew only if that changed."""
    if exception is not None or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    scripts = "\n;\n".join((static / name).read_text(encoding="utf-8") for name in SCRIPTS)
    if scripts.count(ONE_BY_ONE) != 1:
        raise ExtensionError("The theme's script has changed: see ONE_BY_ONE in book/_ext/site_assets.py.")
    scripts = scripts.replace(ONE_BY_ONE, "0")
    scripts = re.sub(r"(?m)^//# sourceMappingURL=.*$", "", scripts)
    (static / "site.js").write_text(scripts, encoding="utf-8")
    pages = "".join(path.read_text(encoding="utf-8") for path in Path(app.outdir).rglob("*.html"))
    names = set(re.findall(r"[\w-]+", " ".join(re.findall(r'\b(?:class|id)="([^"]*)"', pages))))
    later = "".join(path.read_text(encoding="utf-8") for path in (static / "movable").glob("*.js"))
    names |= set(re.findall(r"[\w-]+", scripts + later))
    text = "\n".join(next(static.glob(name)).read_text(encoding="utf-8") for name in SHEETS)
    target, stamp = static / "site.css", Path(app.doctreedir, "site-css.txt")
    font = hashlib.sha256((static / MATH).read_bytes()).hexdigest()
    state = " ".join([font, *sorted(names & set(re.findall(r"[\w-]+", text))), text])
    if target.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == state:
        return
    sheet = used(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True), names)
    sheet = re.sub(r"@font-face\{[^}]*Font Awesome[^}]*\}\n?", "", sheet)
    sheet = re.sub(r"(--fa[\w-]*:)\s*\"?Font Awesome\\? 6 Brands[^;}]*;?", "", sheet)
    cut_icons(static, sheet)
    face = f'@font-face{{font-family:"Font Awesome 6 Free";font-weight:900;src:{data_address(static / CUT)}}}\n'
    sheet = sheet.replace(f'url("{MATH}")', data_address(static / MATH))
    target.write_text(face + sheet, encoding="utf-8")
    stamp.write_text(state, encoding="utf-8")


def setup(app):
    app.connect("html-page-context", single_files, priority=900)
    app.connect("build-finished", write_files, priority=900)  # after the theme has written pygments.css
    return {"parallel_read_safe": True, "parallel_write_safe": True}
