"""Code without marks that nobody sees: names, brackets and blanks look alike, so they need no element each."""

from pygments.filter import simplefilter
from pygments.lexers import PythonLexer
from pygments.token import Token

PLAIN = {Token.Name, Token.Punctuation, Token.Text.Whitespace}


@simplefilter
def unmarked(self, lexer, stream, options):
    for kind, text in stream:
        yield (Token.Text if kind in PLAIN else kind), text


class PlainPython(PythonLexer):
    def __init__(self, **options):
        super().__init__(**options)
        self.add_filter(unmarked())


def setup(app):
    app.add_lexer("python", PlainPython)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
