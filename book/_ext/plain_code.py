"""Code without marks that nobody sees, in lines that a narrow page can fold, each below its own beginning."""

import re

from pygments.filter import simplefilter
from pygments.lexers import PythonLexer
from pygments.token import Token

INPUT = re.compile(r'(class="(?:[\w-]+ )*highlight-i?python3? [^>]*><div class="highlight"><pre>)(.*?)(</pre>)', re.S)
# Names, brackets and blanks look alike, so they need no element each.
PLAIN = {Token.Name, Token.Punctuation, Token.Text.Whitespace}


@simplefilter
def unmarked(self, lexer, stream, options):
    for kind, text in stream:
        yield (Token.Text if kind in PLAIN else kind), text


class PlainPython(PythonLexer):
    def __init__(self, **options):
        super().__init__(**options)
        self.add_filter(unmarked())


def folding(app, pagename, templatename, context, doctree):
    """Each line of code is an element that knows how far it is indented; text that is copied stays the same."""

    def line(text):
        blanks = len(re.match(" *", re.sub("<[^>]*>", "", text))[0])
        indent = f' style="--indent: {blanks}"' if blanks else ""
        return f'<span class="line"{indent}>{text}</span>'

    def lines(match):
        return match[1] + "".join(map(line, match[2].splitlines(keepends=True))) + match[3]

    if context.get("body"):
        context["body"] = INPUT.sub(lines, context["body"])


def setup(app):
    app.connect("html-page-context", folding)
    app.add_lexer("python", PlainPython)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
