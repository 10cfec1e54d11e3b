"""What an instructor of many looks for: statistics of each question, and answers that resemble each other."""

import io
import keyword
import tokenize
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import matplotlib
import nbformat
import numpy as np
from jinja2 import Environment

from grading import writing
from grading.marks import write_table

matplotlib.use("agg")
import matplotlib.pyplot as plt  # noqa: E402

RUN, ALIKE = 5, 0.8  # tokens in a row that are compared; share of them from which a pair is listed
PAGE = Environment(autoescape=True).from_string(Path(__file__).with_name("results.html").read_text(encoding="utf-8"))


def statistics(table):
    """A line for each question: answers, share right, discrimination, and the three commonest named mistakes.

    Discrimination is the correlation of the question's points with those of all other questions (item-rest).
    """
    points, mistakes = defaultdict(dict), defaultdict(Counter)
    for name, student_id, assignment, question, got, of, _, note, *_ in table:
        if of and got != "":
            points[assignment, question][name, student_id] = float(got) / float(of)
            mistakes[assignment, question].update([note] if note and float(got) == 0 else [])
    lines = []
    for (assignment, question), scores in points.items():
        others = [scores_of for key, scores_of in points.items() if key[0] == assignment and key[1] != question]
        x = np.array(list(scores.values()))
        y = np.array([sum(o.get(student, 0) for o in others) for student in scores])
        r = np.corrcoef(x, y)[0, 1] if len(x) > 2 and x.std() > 0 and y.std() > 0 else None
        common = [f"{words} ({n})" for words, n in mistakes[assignment, question].most_common(3)]
        facts = [assignment, question, len(x), f"{np.mean(x >= 0.999):.2f}", "" if r is None else f"{r:.2f}"]
        lines.append([*facts, *common, *[""] * (3 - len(common))])
    return lines


def tokens(code):
    """The code's tokens without comments, spaces and the names that a student chose."""
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            if token.type == tokenize.NAME:
                found.append(token.string if keyword.iskeyword(token.string) else "name")
            elif token.type in (tokenize.OP, tokenize.NUMBER, tokenize.STRING):
                found.append(token.string)
    except (tokenize.TokenError, SyntaxError):
        pass
    return found


def similar(course):
    """Pairs of submissions of an assignment whose code, or whose words, are rarely seen and shared."""
    found = []
    for name in course.state["released"]:
        runs = {}
        for record in course.records.values():
            path = course.folder / "submitted" / writing.safe(record["key"]) / name / f"{name}.ipynb"
            if record["assignment"] == name and not record["status"] and path.exists():
                variant = course.variant(name, record["key"])
                given = {f(variant.blank(c).strip()) for c in variant.cells for f in (str, writing.harmless)}
                cells = [c for c in nbformat.read(path, 4).cells if c.source.strip() not in given]
                code = [t for c in cells if c.cell_type == "code" for t in [*tokens(c.source), "\n"]]
                words = [w for c in cells if c.cell_type != "code" for w in c.source.casefold().split()]
                runs[record["name"], record["id"]] = {
                    tuple(part[k : k + RUN]) for part in (code, words) for k in range(len(part) - RUN + 1)
                }
        usual = Counter(run for own in runs.values() for run in own)
        rare = {who: {r for r in own if usual[r] <= max(2, len(runs) // 10)} for who, own in runs.items()}
        for one, two in combinations(sorted(rare), 2):
            shared, most = len(rare[one] & rare[two]), max(len(rare[one]), len(rare[two]))
            if shared >= 2 * RUN and shared / most >= ALIKE:
                found.append([name, *one, *two, f"{shared / most:.2f}", shared])
    return sorted(found, key=lambda line: (line[0], -line[-1]))


def picture(lines):
    """Share right and discrimination of each question, as SVG."""
    figure, axes = plt.subplots(1, 2, figsize=(8, 0.4 * len(lines) + 0.9), sharey=True, layout="constrained")
    for axis, column, title in zip(axes, (3, 4), ("share right", "discrimination"), strict=True):
        values = [float(line[column] or "nan") for line in lines]
        axis.barh([line[1] for line in lines], values, color="#2b6cb0")
        axis.set(title=title, xlim=(min(0, np.nanmin([0, *values])), 1))
    axes[0].invert_yaxis()
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None})
    plt.close(figure)
    return text.getvalue().partition("<svg")[1] + text.getvalue().partition("<svg")[2]


def write(course, table):
    """statistics.csv, statistics.html and similar.csv in the course folder."""
    lines, pairs = statistics(table), similar(course)
    head = ["assignment", "question", "answers", "share right", "discrimination", "mistake 1", "mistake 2", "mistake 3"]
    write_table(course.folder / "statistics.csv", [head, *lines])
    head = ["assignment", "student", "id", "and", "id", "share of rare passages", "passages"]
    verdict = ["This is no verdict: short right answers resemble each other. Read both before you say a word."]
    write_table(course.folder / "similar.csv", [head, *pairs, verdict])
    parts = {name: [line for line in lines if line[0] == name] for name in sorted({line[0] for line in lines})}
    pictures = {name: picture(part) for name, part in parts.items()}
    (course.folder / "statistics.html").write_text(PAGE.render(parts=parts, pictures=pictures), encoding="utf-8")
    print(f"Statistics: {course.folder / 'statistics.html'}; answers that resemble each other: {len(pairs)} pairs")
