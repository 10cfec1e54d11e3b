"""Figures load when the reader comes near them; their place is kept, so that nothing moves when they arrive."""

import re
from pathlib import Path
from urllib.parse import unquote

PLACE = re.compile(r"translate\(([\d.]+) ([\d.]+)\)")
PIXELS = {"pt": 4 / 3, "px": 1, "": 1}


def size(path):
    """Width and height of an SVG or PNG file in CSS pixels, or None."""
    data = path.read_bytes()[:4000]
    if data.startswith(b"\x89PNG"):
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    found = re.search(r'<svg[^>]*?viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"', data.decode("utf-8", "ignore"), re.S)
    if found is None:
        return None
    unit = re.search(r'<svg[^>]*?\bwidth="[\d.]+(\w*)"', data.decode("utf-8", "ignore"), re.S)
    return tuple(round(float(x) * PIXELS[unit[1] if unit else ""]) for x in found.groups())


def linked(drawing, attributes):
    """A drawing with links; one that is nothing but cards becomes one drawing for each, which a phone puts in rows."""
    cards = re.findall(r'<a href.*?<g transform="translate\(.*?</a>', drawing, flags=re.S)
    frame, width, height = re.match(r'<svg ([^>]*?width="(\d+)" height="(\d+)"[^>]*)>', drawing).groups()
    if len(cards) < 2:
        return drawing.replace("<svg ", f'<svg class="map" {attributes} ', 1)
    shared = re.sub(r'viewBox="[^"]*" width="\d+" height="\d+" ?', "", frame)
    drawn = (f'<svg {shared} viewBox="{" ".join(PLACE.search(c).groups())} 168 150">{c}</svg>' for c in cards)
    size = f'data-width="{width}" data-height="{height}" style="max-width: {width}px"'
    return f'<div class="map" {attributes} {size}>{"".join(drawn)}</div>'


def reserve(app, pagename, templatename, context, doctree):
    """Write the size into each picture of a page; all but the first, which may be in sight, load late."""
    if not context.get("body"):
        return
    files = {name: Path(app.srcdir, source) for source, name in app.builder.images.items()}
    seen = []

    def more(match):
        known = files.get(Path(unquote(match[1])).name)
        if known is None or not known.exists():
            return match[0]
        drawing = known.read_text(encoding="utf-8") if known.suffix == ".svg" else ""
        if "<a href" in drawing:  # a map: its links live only in the page itself
            alt = re.search(r'alt="([^"]*)"', match[0])[1]
            return linked(drawing, f'role="group" aria-label="{alt}" data-src="{match[1]}"')
        seen.append(known)
        extent = size(known)
        place = f' width="{extent[0]}" height="{extent[1]}"' if extent and " width=" not in match[0] else ""
        late = ' loading="lazy"' if len(seen) > 1 else ""
        return f"<img{place}{late}{match[0][4:]}"

    context["body"] = re.sub(r'<a class="[^"]*image-reference"[^>]*>\s*(<img[^>]*>)\s*</a>', r"\1", context["body"])
    context["body"] = re.sub(r'<img[^>]*? src="([^"]*)"[^>]*>', more, context["body"])


def setup(app):
    app.connect("html-page-context", reserve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
