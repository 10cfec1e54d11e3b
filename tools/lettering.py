"""Letter a figure in the family of the PDF's text: in place of the outlines of Matplotlib's own font it gets words.

Matplotlib draws each sign of DejaVu Sans as a shape; which sign it is, the shape's name says. Signs that stand side by
side become one piece of text, in the middle of the room that they had. Code keeps its typewriter.
"""

import functools
import re
from pathlib import Path
from unicodedata import combining
from xml.sax.saxutils import escape

import matplotlib
from fontTools.ttLib import TTFont

FAMILY, LARGER = "New Computer Modern", 1.14  # at which its small letters are about as wide
TEXT = re.compile(
    r"<!-- ((?:(?!-->).)*) -->(\s*<g [^>]*>(?:\s*<defs>(?:(?!</?defs>).)*</defs>)?)((?:\s*<use [^>]*>)+)", re.S
)
SIGN = re.compile(
    r'<use xlink:href="#(DejaVuSans(?:-\w+)?)-([0-9a-f]+)"'
    r'(?: transform="translate\(([-\d.]+) ([-\d.]+)\)(?: scale\(([\d.]+)\))?")?'
)
ALONE = {"\u0302": "ˆ"}
STYLES = {"DejaVuSans": "", "DejaVuSans-Bold": ' font-weight="bold"', "DejaVuSans-Oblique": ' font-style="italic"'}


@functools.cache
def signs(name):
    """{glyph: (sign, its left and right end in hundredths of the size)} of one of Matplotlib's fonts."""
    font = TTFont(Path(matplotlib.get_data_path(), "fonts", "ttf", f"{name}.ttf"))
    names = {glyph: chr(code) for code, glyph in sorted(font.getBestCmap().items(), reverse=True)}
    width, shape, em = font["hmtx"].metrics, font["glyf"], font["head"].unitsPerEm
    found = {}
    for i, glyph in enumerate(font.getGlyphOrder()):
        sign, ends = names.get(glyph), (0, width[glyph][0])
        if sign and combining(sign):  # a hat, say, has no width, and hangs over what stands before it
            sign, ends = ALONE.get(sign), (shape[glyph].xMin, shape[glyph].xMax)
        found[i] = sign, *(end * 100 / em for end in ends)
    return found


def decoded(row):
    """The shapes of a row, and for each the sign and its ends."""
    shapes = SIGN.findall(row)
    return shapes, [signs(name).get(int(glyph, 16), (None, 0, 0)) for name, glyph, *_ in shapes if name in STYLES]


def words(sure, match):
    """The text that stands for a row of shapes; the shapes, where they are not what Matplotlib says of them."""
    said, (shapes, read) = match[1], decoded(match[3])
    if "$" not in said and len(said) == len(read):
        read = [(sign, *ends) for sign, (_, *ends) in zip(said, read, strict=True)]
    elif not sure:
        return match[0]
    known = all(sign and (sign in said or not re.match("[A-Za-z0-9]", sign)) for sign, *_ in read)
    if not known or not read or len(read) != match[3].count("<use"):
        return match[0]
    runs = []
    for (name, _, x, y, scale), (sign, left, right) in zip(shapes, read, strict=True):
        y, scale = float(y or 0), float(scale or 1)
        end, x = (float(x or 0) + side * scale for side in (right, left))
        if runs and runs[-1][:3] == [name, y, scale] and abs(x - runs[-1][4]) < 12 * scale:
            runs[-1][4:] = [end, runs[-1][5] + sign]
        else:
            runs.append([name, y, scale, x, end, sign])
    return match[2] + "".join(
        f'<text xml:space="preserve" transform="translate({(x + end) / 2:.2f} {y:.2f}) scale(1 -1)" '
        f'text-anchor="middle" font-family="{FAMILY}" font-size="{100 * scale * LARGER:.0f}"{STYLES[name]}>'
        f"{escape(run)}</text>"
        for name, y, scale, x, end, run in runs
    )


def lettered(svg):
    """The figure, with words in the text's family; those of a drawn one are words already."""
    svg = re.sub(r'font-family="(?:sans-serif|Georgia, serif)"', f'font-family="{FAMILY}"', svg)
    plain = [(said, decoded(row)[1]) for said, _, row in TEXT.findall(svg) if "$" not in said]
    # another build of Matplotlib may number the signs otherwise; then only what it says of them in plain words is sure
    sure = all(
        sign == mark for said, row in plain if len(said) == len(row) for sign, (mark, *_) in zip(said, row, strict=True)
    )
    return TEXT.sub(functools.partial(words, sure), svg)
