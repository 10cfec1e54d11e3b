"""Tables of chapters, lessons, exercises and movable figures, read off the notebooks while the book is built.

A page says where each goes: `<!-- overview.py: lessons -->`.
"""

import json
import re
from pathlib import Path

import lessons
from sphinx.errors import ExtensionError

MARK = re.compile(r"<!-- overview\.py: ([\w -]+) -->\n?")
FIGURE = re.compile(r"^:::\{movable\} ([\w-]+)\n:title: (.+)\n:stands-in: .+\n\n([^?]+\?)", re.M)
# The element that the directive makes, on a page that is not its lesson.
SHOWN = """```{{raw}} html
<div class="movable container" id="{name}"><movable-figure></movable-figure>
<p class="stands-in">Where this figure does not move, see <a href="{page}.html#{name}">lesson {lesson}</a>.</p></div>
```
"""
CARD = """::::{{grid-item-card}} {title}
:link: {page}.html#{name}
:link-type: url

```{{raw}} html
{picture}
```
{question}
:::{{card-footer}}
Lesson {lesson}
:::
::::
"""
LEVELS = {"warm-up": "warm-up", "core": "core", "break": "break it", "stretch": "stretch"}


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def link(page, docname, name):
    """A link from one page to another, both below book/."""
    up = "../" * (docname.count("/") - 1)
    return f"[{name}]({up}{page.docname.removeprefix('book/')})"


def running(notebooks):
    return f"{sum(n.seconds for n in notebooks)} s"


def exercises(notebooks):
    every = [exercise for n in notebooks for exercise in n.exercises]
    stars = sum(star for *_, star in every)
    return f"{len(every) - stars}" + (f" + {stars} ★" if stars else "")


def lessons_of(chapter, docname):
    """The list on a chapter's landing page."""
    rows = []
    for n in chapter.notebooks:
        practice = sum(minutes for _, _, minutes, _, star in n.exercises if not star)
        times = f"{n.minutes} min, exercises {practice} min, runs in {n.seconds} s"
        rows.append([link(n, docname, f"{n.number} {n.title}"), n.question, times])
    return table(["lesson", "its question", "time"], rows)


def questions(docname):
    """The front page's table: the chapters, their questions, and their lessons."""
    rows = []
    for c in lessons.chapters():
        inside = " · ".join(link(n, docname, f"{n.number} {n.title}") + f", {n.minutes} min" for n in c.notebooks)
        rows.append([link(c, docname, f"{c.number} {c.title}"), c.question, inside])
    return table(["chapter", "the question", "lessons"], rows)


def opener(lesson):
    """The picture of a lesson in its chapter's opener, without the link."""
    drawing = (lessons.BOOK / "images" / f"chapter-{lesson.chapter}.svg").read_text(encoding="utf-8")
    found = re.search(
        rf'<a href="{lesson.path.stem}.html"><g transform="translate\((\S+) (\S+)\)">.*?</a>', drawing, re.S
    )
    inside = re.sub(r"</?a\b[^>]*>|\n", "", found[0])
    box = f"{found[1]} {found[2]} 168 150"
    return (
        f'<svg class="opener" viewBox="{box}" aria-hidden="true" font-family="sans-serif" font-size="12">{inside}</svg>'
    )


def gallery():
    """A card for each movable figure: the picture of its lesson, its title, its first question."""
    cards = []
    for n in lessons.notebooks():
        for name, title, question in FIGURE.findall(n.text):
            facts = {"page": n.name, "name": name, "title": title, "question": question, "lesson": n.number}
            cards.append(CARD.format(picture=opener(n), **facts))
    return ":::::{grid} 1 2 3 3\n:gutter: 2\n:class-container: gallery\n\n" + "".join(cards) + ":::::\n"


def shown(name):
    """A movable figure that needs no numbers, outside its lesson."""
    (n,) = (n for n in lessons.notebooks() if name in (figure[0] for figure in FIGURE.findall(n.text)))
    return SHOWN.format(name=name, page=n.name, lesson=n.number)


def side_by_side(app, docname):
    """Chapters and their lessons, with times, exercises and assignments."""
    rows = []
    for c in lessons.chapters():
        assignment = Path(app.srcdir, "assignments", c.name, "assignment.ipynb")
        task = json.loads(assignment.read_text(encoding="utf-8"))["cells"] if assignment.exists() else []
        points = [cell["metadata"]["nbgrader"]["points"] for cell in task if cell["metadata"]["nbgrader"]["grade"]]
        minutes = re.search(r"(\d+) minutes", "".join(task[0]["source"]))[1] if task else ""
        marks = f"{len(points)} questions, {sum(points)} points, {minutes} min" if task else "none"
        reading = f"{sum(n.minutes for n in c.notebooks)} min"
        name = f"{c.number} {c.title}"
        rows.append([link(c, docname, name), reading, running(c.notebooks), exercises(c.notebooks), marks])
        for n in c.notebooks:
            name = f"{n.number} {n.title}"
            rows.append([link(n, docname, name), f"{n.minutes} min", running([n]), exercises([n]), ""])
    return table(["chapter, lesson", "reading", "running", "exercises", "assignment"], rows)


def outcomes(docname):
    """For each chapter what students can do after it and what they need before."""
    boxes = []
    for c in lessons.chapters():
        up = "../" * (docname.count("/") - 1)
        needs = re.sub(r"\]\((?:\.\./)*", f"]({up}", c.needs)
        boxes.append(f"**{c.number} {c.title}.** After it students can\n\n{c.outcomes}\n\n{needs}\n")
    return "\n".join(boxes)


def by_level():
    """All exercises by number of lesson, and level."""
    rows = []
    for n in lessons.notebooks():
        cells = {level: [] for level in LEVELS.values()}
        for title, level, _, label, star in n.exercises:
            short = re.sub(r"^Break it: (\w)", lambda m: m[1], title)
            kind = "break" if label.startswith("ex-break") else level
            cells[LEVELS[kind]].append(f"{'★ ' if star else ''}{{ref}}`{short} <{label}>`")
        rows.append([n.number, *map(", ".join, cells.values())])
    return table(["number", *LEVELS.values()], rows)


def fill(app, docname, source):
    """Put each table where the page asks for it."""

    def made(match):
        chapter = next((c for c in lessons.chapters() if c.docname == docname), None)
        tables = {
            "lessons": lambda: lessons_of(chapter, docname),
            "questions": lambda: questions(docname),
            "side by side": lambda: side_by_side(app, docname),
            "outcomes": lambda: outcomes(docname),
            "exercises": by_level,
            "gallery": gallery,
            "let-go": lambda: shown("let-go"),
        }
        if match[1] not in tables:
            raise lessons.Unknown(f"there is no table {match[1]}; there are {', '.join(tables)}.")
        return tables[match[1]]()

    try:
        filled = MARK.sub(made, source[0])
    except lessons.Unknown as error:
        raise ExtensionError(f"{docname}: {error}") from None
    if filled != source[0]:
        source[0] = filled
        for c in lessons.chapters():
            for path in [*(n.path for n in c.notebooks), c.path / "index.md"]:
                app.env.note_dependency(str(path))


def setup(app):
    app.connect("source-read", fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
