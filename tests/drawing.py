"""Reads a drawing that Matplotlib stored as a reader of the page sees it, and says what is wrong with it."""

import functools
import re
import xml.etree.ElementTree as ET
from collections import namedtuple

import numpy as np
from matplotlib.colors import to_hex, to_rgb
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox

PAGE = 672  # pixels: the widest a figure gets in a window of 1280
SMALLEST = 8.5  # points on the page; indices are smaller
STATE, INPUT, OUTPUT, GRADIENT, GREY = "#2878be", "#c45500", "#832db6", "#bd1f01", "#717581"
COLOR_OF = {"h": STATE, "x": INPUT, "y": OUTPUT}
TWINS = [(STATE, OUTPUT), (INPUT, GRADIENT)]  # look alike to who does not see green
SYMBOL = r"\$(?:\\hat\s*)?([hxy])(?:_(?:\w|\{[^}]*\}))?(?:\^\{[^}]*\})?(?:\[\d\])?\$"
RAW_INDEX = r"\b[A-Za-z]_[({\w]"

SVG, HREF = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
NUMBER = r"-?\d+\.?\d*(?:e-?\d+)?"

Text = namedtuple("Text", "label points box css paper contrast covers")  # covers: it has a patch of its own
Stroke = namedtuple("Stroke", "shape clip after")  # after: how many texts were drawn before it


def outline(d):
    """The path that an SVG path draws, or None if it is empty."""
    moves, points = [], []
    for letter, numbers in re.findall(r"([MLQC])([^A-Za-z]*(?:e-?\d+[^A-Za-z]*)*)", d or ""):
        found = np.array(re.findall(NUMBER, numbers), float).reshape(-1, 2)
        moves += ["_MLQC".index(letter)] * len(found)  # Matplotlib's own numbers for them
        points += found.tolist()
    return Path(points, moves) if points else None


def place(element):
    """The affine map of an element's transform, x and y."""
    result = Affine2D().translate(float(element.get("x", 0)), float(element.get("y", 0)))
    for name, numbers in reversed(re.findall(r"(\w+)\(([^)]*)\)", element.get("transform", ""))):
        v = [float(x) for x in re.findall(NUMBER, numbers)]
        if name == "translate":
            result.translate(v[0], v[1] if len(v) > 1 else 0)
        elif name == "scale":
            result.scale(v[0], v[-1])
        else:
            result.rotate_deg(v[0])
    return result


def style(element):
    return dict(re.findall(r"([\w-]+): ([^;]+)", element.get("style", "")))


def mix(css, opacity, paper):
    return tuple(opacity * np.array(to_rgb(css)) + (1 - opacity) * np.array(paper))


class Drawing:
    """Its texts and strokes; for each axis the labels of its ticks; for each pair of axes how its lines look."""

    def __init__(self, svg):
        root = ET.fromstring(svg, ET.XMLParser(target=ET.TreeBuilder(insert_comments=True)))
        self.known = {e.get("id"): e for e in root.iter() if e.get("id")}
        self.width, self.height = (float(x) for x in root.get("viewBox").split()[2:])
        self.texts, self.strokes, self.fills, self.ticks, self.looks, self.colors = [], [], [], [], [], set()
        self.walk(root, Affine2D(), None, None)

    def walk(self, element, where, clip, looks):
        name = element.get("id", "")
        if callable(element.tag) or element.tag == f"{SVG}defs":  # a comment is callable
            return
        clipped = self.known.get(element.get("clip-path", "")[5:-1])
        if clipped is not None and (rect := clipped.find(f"{SVG}rect")) is not None:
            clip = Bbox.from_bounds(*(float(rect.get(k)) for k in ("x", "y", "width", "height")))
        where = place(element) + where
        if re.match(r"text_\d", name):
            return self.text(element, where)
        if re.match(r"axes_\d", name):
            looks = []
            self.looks.append(looks)
        elif name.startswith("matplotlib.axis"):
            looks = None
            ticks = [g for g in element if re.match("[xy]tick_", g.get("id", ""))]
            self.ticks.append(["".join(c.text for c in g.iter(ET.Comment)).strip() for g in ticks])
        elif name.startswith("line2d") and looks is not None:
            looks.append(self.look(element))
        if element.tag in (f"{SVG}path", f"{SVG}use"):
            self.shape(element, where, clip)
        for child in element:
            self.walk(child, where, clip, looks)

    def shape(self, element, where, clip):
        source = self.known.get(element.get(HREF, "")[1:], element)
        look, shape = style(source) | style(element), outline(source.get("d"))
        if shape is None:
            return
        self.colors |= {look[k] for k in ("fill", "stroke") if look.get(k, "none") != "none"}
        shape, opacity = where.transform_path(shape), float(look.get("opacity", 1))
        if look.get("stroke", "none") != "none" and opacity * float(look.get("stroke-opacity", 1)) > 0.1:
            self.strokes.append(Stroke(shape, clip, len(self.texts)))
        if look.get("fill", "#000000") != "none":
            self.fills.append((shape, look.get("fill", "#000000"), opacity * float(look.get("fill-opacity", 1))))

    def look(self, line):
        """Colour, dash and mark of a line."""
        paths = [style(e) for e in line.iter(f"{SVG}path") if not e.get("id")]
        uses = list(line.iter(f"{SVG}use"))
        first = (paths or [style(e) for e in uses] or [{}])[0]
        color = first.get("stroke", first.get("fill"))
        dash = first.get("stroke-dasharray", "solid") if paths else "no line"
        return color, dash, *{" ".join(self.known[e.get(HREF)[1:]].get("d").split()) for e in uses}

    def text(self, element, where):
        label = " ".join(c.text.strip() for c in element.iter(ET.Comment))
        patches = [g for g in element if g.get("id", "").startswith("patch")]
        for patch in patches:
            self.walk(patch, where, None, None)
        group = next(g for g in element if not callable(g.tag) and g not in patches)
        where, look, corners = place(group) + where, style(group), []
        for part in group.iter():
            source = self.known.get(part.get(HREF, "")[1:]) if part.tag == f"{SVG}use" else part
            if (part.tag == f"{SVG}use" or part.tag == f"{SVG}path" and not part.get("id")) and source.get("d"):
                glyph = place(source) + place(part) if source is not part else place(part)
                corners.append((glyph + where).transform(outline(source.get("d")).vertices))
        if not corners:
            return
        box = Bbox([np.vstack(corners).min(axis=0), np.vstack(corners).max(axis=0)])
        css, points = look.get("fill", "#000000"), 100 * abs(np.linalg.det(where.get_matrix()[:2, :2])) ** 0.5
        opacity, contrasts = float(look.get("opacity", look.get("fill-opacity", 1))), []
        for share in (0.1, 0.9, 0.5):
            paper = self.paper(box.p0 + np.array([share, 0.5]) * box.size)
            contrasts.append(contrast(mix(css, opacity, paper), paper))
        self.texts.append(Text(label, points, box, css, paper, min(contrasts), bool(patches)))

    def paper(self, point):
        """The colour that has been drawn at a point."""
        color = (1.0, 1.0, 1.0)
        for shape, css, opacity in self.fills:
            if shape.contains_point(point):
                color = mix(css, opacity, color)
        return color


def brightness(color):
    c = np.array(color)
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]


def contrast(*colors):
    """Of two colours, from 1 to 21, as the guidelines for accessible content define it."""
    dark, light = sorted(map(brightness, colors))
    return (light + 0.05) / (dark + 0.05)


def neutral(css):
    return np.ptp(to_rgb(css)) == 0 or css == GREY


def meet(one, other):
    """Whether two boxes have more than an edge in common; nothing meets nothing."""
    both = one and other and Bbox.intersection(one, other)
    return both if both and min(both.size) > 0.6 else None


@functools.cache
def faults(svg):
    """What keeps a reader from reading a figure, a sentence each."""
    if not svg:
        return []
    drawing, found = Drawing(svg), []
    shown = min(1, PAGE / (drawing.width * 4 / 3))
    page = Bbox([(0, 0), (drawing.width, drawing.height)])
    for labels in drawing.ticks:
        if len(labels) > 1 and sum(map(bool, labels)) == 1:
            found.append(f"an axis has one labelled tick only: {''.join(labels)}")
    for k, text in enumerate(drawing.texts):
        if text.points * shown < SMALLEST - 0.05:
            found.append(f"{text.label!r} is {text.points * shown:.1f} points high on the page")
        if text.contrast < 4.5:
            found.append(f"{text.label!r} has a contrast of {text.contrast:.1f}")
        if not (page.contains(*text.box.p0) and page.contains(*text.box.p1)):
            found.append(f"{text.label!r} is cut by the edge")
        if re.search(RAW_INDEX, re.sub(r"\$[^$]*\$", "", text.label)):
            found.append(f"{text.label!r} has an index that is not set as one")
        for other in drawing.texts[:k]:
            if meet(text.box, other.box):
                found.append(f"{text.label!r} lies on {other.label!r}")
        for line in drawing.strokes:
            seen = meet(text.box, line.clip or page)
            hidden = text.covers and line.after <= k
            if seen and not hidden and line.shape.intersects_bbox(seen.padded(-0.3), filled=False):
                found.append(f"{text.label!r} lies on a line")
                break
        color = to_hex(text.paper) if text.css == "#ffffff" else text.css
        symbol = re.fullmatch(SYMBOL, text.label)
        if symbol and not neutral(color) and color != COLOR_OF[symbol[1]]:
            found.append(f"{text.label!r} has the colour {color}")
    for color in drawing.colors | {text.css for text in drawing.texts}:
        if not neutral(color) and color not in (STATE, INPUT, OUTPUT, GRADIENT):
            found.append(f"{color} is not a colour of the book")
    for looks in drawing.looks:
        for one, other in TWINS:
            if {look[1:] for look in looks if look[0] == one} & {look[1:] for look in looks if look[0] == other}:
                found.append(f"lines in {one} and {other} differ in nothing but colour: another dash, or another mark")
    return found
