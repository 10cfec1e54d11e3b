"""The chapters and lessons of the book: where they lie, and what each says of itself. All else that counts asks here.

A chapter is a folder, `book/01-autonomous-system`, with a landing page `index.md` and its lessons
(`1-what-a-state-is.ipynb`, ...).
"""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

BOOK = Path(__file__).resolve().parent.parent / "book"
EXERCISE = re.compile(r"^`+\{exercise-start\} (.*?) · ([\w-]+)(?: · (\d+) minutes)?\n:label: (\S+)$", re.M)


class Unknown(Exception):
    """Something that the book does not have, or that a page does not say; the message names it."""


class Page:
    """What a page says of itself; `text` is its Markdown, `name` its path below book/ without an ending."""

    def found(self, pattern, what):
        match = re.search(pattern, self.text, flags=re.S | re.M)
        if match is None:
            raise Unknown(f"{self.name} does not say {what}.")
        return match[1]

    @property
    def title(self):
        return self.found(r"^# (.+?)$", "its title")

    @property
    def question(self):
        return self.found(r"\A# .+?\n\n\*\*([^*]+\?)\*\*\n", "its question")


@dataclass(frozen=True)
class Notebook(Page):
    """A lesson."""

    path: Path
    chapter: int
    lesson: int

    @property
    def number(self):
        return f"{self.chapter}.{self.lesson}"

    @property
    def name(self):
        return f"{self.path.parent.name}/{self.path.stem}"

    @property
    def docname(self):
        return f"book/{self.name}"

    @cached_property
    def text(self):
        cells = json.loads(self.path.read_text(encoding="utf-8"))["cells"]
        return "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")

    @property
    def minutes(self):
        return int(self.found(r"^- \*Minutes\* (\d+) to read", "its minutes"))

    @property
    def seconds(self):
        return int(self.found(r"^- \*Seconds\* (\d+) to run", "its seconds"))

    @property
    def exercises(self):
        """(title, level, minutes or 0, label, whether it stands under ★) of each."""
        star = self.text.index("## ★") if "## ★" in self.text else len(self.text)
        return [(m[1], m[2], int(m[3] or 0), m[4], m.start() > star) for m in EXERCISE.finditer(self.text)]


@dataclass(frozen=True)
class Chapter(Page):
    """A chapter with its lessons; its text is that of its landing page."""

    path: Path
    number: int
    notebooks: tuple

    @property
    def name(self):
        return self.path.name

    @property
    def docname(self):
        return f"book/{self.name}/index"

    @cached_property
    def text(self):
        return (self.path / "index.md").read_text(encoding="utf-8")

    @property
    def outcomes(self):
        return self.found(r"^\*\*After this chapter you can\*\*\n+(.+?)\n\n", "what one can do afterwards")

    @property
    def needs(self):
        return self.found(r"^(\*\*You need\*\*.+?)\n\n", "what one needs")


def chapters(book=BOOK):
    """All chapters in their order."""
    found = []
    for path in sorted(book.glob("[0-9][0-9]-*")):
        chapter = int(path.name[:2])
        lessons = {int(p.stem.partition("-")[0]): p for p in path.glob("[0-9]*-*.ipynb")}
        notebooks = tuple(Notebook(lessons[k], chapter, k) for k in sorted(lessons))
        found.append(Chapter(path, chapter, notebooks))
    return found


def notebooks(numbers=(), book=BOOK):
    """The notebooks with these numbers ("1.2" a lesson, "1" or "01" a chapter), or all; Unknown for a wrong number."""
    every = [notebook for chapter in chapters(book) for notebook in chapter.notebooks]
    wanted = [re.sub(r"^0+(?=\d)", "", str(number)) for number in numbers]
    unknown = [n for n in wanted if n not in {x.number for x in every} | {str(x.chapter) for x in every}]
    if unknown:
        known = ", ".join(f"{x.number} {x.path.stem}" for x in every)
        raise Unknown(f"There is no chapter or lesson {', '.join(unknown)}. There are: {known}.")
    return [x for x in every if not wanted or x.number in wanted or str(x.chapter) in wanted]


def setup(app):
    """Nothing to do: named in _config.yml so that the site's extensions find this file."""
    return {"parallel_read_safe": True, "parallel_write_safe": True}
