"""Portable notebooks: nothing left to resolve, all figures and captions, the code and outputs of the book."""

import ast
import json
import re
import shutil
import subprocess
import zipfile
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import nbformat
import pytest
import report
import yaml
from benchmark import BUILD
from grading.assignment import Assignment, names
from nbconvert.exporters import get_exporter
from notebooks import execute
from site_figures import NODE, node_modules

from conftest import LANDINGS, LESSONS, ROOT

# Roles, directives, labels of equations and sections, substitutions; links that are not addresses.
UNRESOLVED = (
    r"\{[a-z:_-]+\}`|^ *(?:`{3,}|:{3,})\{|^\([\w-]+\)=$|\$\$ *\([\w-]+\)|\{\{|%%cell|\]\((?!https?://)"
)


def texts(cell):
    """What a code cell printed."""
    return "".join(output.get("text", "") for output in cell.outputs)


def without_first_comment(source):
    """The portable notebook says in one line what is behind a fold."""
    return re.sub(r"^(# .*\n)+", "", source)


def markdown(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def portable(site, facts):
    return site / "notebooks" / f"{facts.docname}.ipynb"


@pytest.fixture(params=LESSONS, ids=lambda n: n.number)
def pair(request, site):
    """A notebook as it is stored, and the portable one."""
    return nbformat.read(request.param.path, 4), nbformat.read(portable(site, request.param), 4)


def test_nothing_is_left_to_resolve_and_no_link_dangles(pair):
    prose = re.sub(r"^```python.*?^```", "", markdown(pair[1]), flags=re.M | re.S)
    assert re.findall(rf".*(?:{UNRESOLVED}).*", prose, flags=re.M) == []


def test_exercises_solutions_and_numbers_are_in_words(pair):
    stored, portable = (markdown(notebook) for notebook in pair)
    exercises = re.findall(r"^### Exercise (\d\.\d+) \(", portable, flags=re.M)
    assert len(exercises) == stored.count("{exercise-start}")
    assert len(set(exercises)) == len(exercises)
    solutions = re.findall(r"^#### Solution$|<summary>Solution<", portable, flags=re.M)
    assert len(solutions) == len(exercises)
    assert not re.search(r"^>.*\$\$", portable, flags=re.M)  # Jupyter would typeset the sign of the quotation
    assert len(re.findall(r"\\tag\{\d\.\d+\}", portable)) == len(
        re.findall(r"\$\$ \(eq-|^:label: eq-", stored, flags=re.M)
    )


def test_every_figure_is_there_as_png_with_its_caption_below(pair):
    stored, portable = pair
    figures = [
        cell.metadata["mystnb"]["figure"]
        for cell in code(stored)
        if "figure" in cell.metadata.get("mystnb", {})
    ]
    seen = []
    for cell, below in zip(portable.cells, [*portable.cells[1:], None], strict=True):
        for output in cell.get("outputs", []):
            assert "image/svg+xml" not in output.get("data", {})  # for which nbconvert --to latex wants Inkscape
            if "image/png" in output.get("data", {}):
                assert output.metadata["image/png"]["width"] > 100 and output.metadata["image/png"]["alt"]
                number = re.match(r"\*\*Fig\. (\d\.\d+)\*\* \w", below.source)[1]
                folded = cell.metadata.get("jupyter", {}).get("source_hidden")
                assert cell.source.startswith(f"# Code of figure {number}\n") or not folded
                seen.append(number)
    chapter, first = map(int, seen[0].split("."))
    assert seen == [f"{chapter}.{first + k}" for k in range(len(figures))]


def test_code_and_what_it_printed_are_those_of_the_book(pair):
    stored, portable = (code(notebook) for notebook in pair)
    stored = [cell for cell in stored if not {"remove-cell", "check"} & set(cell.metadata.get("tags", []))]
    assert "new enough" in portable[0].source and "# ✓" not in "".join(cell.source for cell in portable)
    portable = [cell for cell in portable if not cell.id.startswith("movable-")]
    plain = [[without_first_comment(cell.source) for cell in cells] for cells in (portable[1:], stored)]
    assert plain[0] == plain[1]
    assert list(map(texts, portable[1:])) == list(map(texts, stored))


def test_a_downloaded_notebook_runs_alone_and_prints_the_same(site, tmp_path):
    with zipfile.ZipFile(portable(site, LESSONS[1]).with_suffix(".zip")) as archive:
        (name,) = archive.namelist()
        archive.extractall(tmp_path)
    before = nbformat.read(tmp_path / name, as_version=4)
    after = execute(tmp_path / name)
    assert list(map(texts, code(before))) == list(map(texts, code(after)))


def test_nbconvert_makes_a_python_script_of_it_and_a_slide_of_each_section(site):
    path = portable(site, LESSONS[1])
    script, made = get_exporter("script")().from_filename(str(path))
    assert made["output_extension"] == ".py" and ast.parse(script)
    slides, _ = get_exporter("slides")().from_filename(str(path))
    sections = re.findall(r"^##? ", markdown(nbformat.read(path, as_version=4)), flags=re.M)
    assert len(sections) > 5 and slides.count("<section><section>") == len(sections)


def test_packages_that_are_missing_or_too_old_are_named_one_in_a_line(site):
    notebook = nbformat.read(portable(site, LESSONS[0]), as_version=4)
    check = code(notebook)[0].source
    exec(check, {})
    asked = re.sub(
        r"in \[.*\]:",
        "in [('numpy', '99.0'), ('no-such-package', '1.0'), ('matplotlib', '3.10')]:",
        check,
        count=1,
    )
    with pytest.raises(SystemExit) as stopped:
        exec(asked, {})
    (reads_data,) = [n for n in LESSONS if n.number == "6.5"]  # of a package that it does not import
    assert "('pysle', " in code(nbformat.read(portable(site, reads_data), as_version=4))[0].source
    numpy, missing = str(stopped.value).split("\n")
    assert re.fullmatch(r"numpy: here is [\d.]+, needed is 99.0 or newer: pip install --upgrade numpy", numpy)
    assert missing.startswith("no-such-package: here is none, needed is 1.0")


@pytest.mark.parametrize("facts", LESSONS, ids=lambda n: n.number)
def test_a_check_does_not_change_the_random_numbers_of_later_cells(facts):
    """A reader of the portable notebook does not have it. Its own generator, or a fork of PyTorch's, does no harm."""
    for cell in code(nbformat.read(facts.path, 4)):
        if "check" in cell.metadata.get("tags", []):
            drawn = re.findall(r"np\.random\.(?!default_rng)\w+|^import random", cell.source, flags=re.M)
            torchs = re.search(r"torch\.(manual_seed|rand|normal|bernoulli|multinomial)|nn\.[A-Z]", cell.source)
            assert not drawn and (not torchs or "fork_rng" in cell.source), cell.source.split("\n")[0]


def test_one_archive_holds_a_chapter_and_one_all_with_what_they_need_and_how_to_start(site):
    for chapter in LANDINGS:
        with zipfile.ZipFile(site / "notebooks" / "book" / f"{chapter.name}.zip") as archive:
            assert archive.namelist() == [f"{n.name}.ipynb" for n in chapter.notebooks]
    with zipfile.ZipFile(site / "notebooks" / "hidden-states-notebooks.zip") as archive:
        names = archive.namelist()
        needs = archive.read("requirements.txt").decode().split()
        start = archive.read("READ ME.md").decode()
    assert names == ["READ ME.md", "requirements.txt", *(f"{n.name}.ipynb" for n in LESSONS)]
    assert [re.split(">=", line)[0] for line in needs[:5]] == ["numpy", "matplotlib", "scikit-learn", "torch", "pysle"]
    assert "pip install -r requirements.txt" in start and start.startswith("# Hidden States")


def test_the_download_button_of_a_page_offers_the_zip(site):
    for page, name in [(n.docname, n.name) for n in LESSONS] + [(c.docname, c.name) for c in LANDINGS]:
        text = (site / f"{page}.html").read_text(encoding="utf-8")
        up = "../" * page.count("/")
        assert f'href="{up}notebooks/book/{name}.zip"' in text and '.ipynb"' not in text


def test_launch_buttons_and_links_appear_if_an_address_is_set(tmp_path):
    (tmp_path / "book").mkdir()
    notebook = nbformat.read(LESSONS[0].path, as_version=4)
    notebook.cells = notebook.cells[3:4]
    notebook.cells[0].source = "# A chapter\n\nSee [the other page](02-other) and {ref}`sec`."
    nbformat.write(notebook, tmp_path / "book" / "chapter.ipynb")
    (tmp_path / "book" / "02-other.md").write_text("# Other\n\n(sec)=\n## A section\n")
    (tmp_path / "requirements.txt").write_text("# run the chapters\nnumpy>=2.0\n")
    (tmp_path / "_toc.yml").write_text(
        "format: jb-book\nroot: book/chapter\nchapters: [{file: book/02-other}]\n"
    )
    shutil.copy(ROOT / "CITATION.cff", tmp_path)
    links, prose, reports = {}, {}, {}
    for address in ("", "https://github.com/owner/course"):
        config = {"title": "One", "execute": {"execute_notebooks": "off"}, "repository": {"url": address}}
        places = {"lessons": str(ROOT / "tools")} | dict.fromkeys(["portable", "report"], str(ROOT / "book" / "_ext"))
        config["sphinx"] = {"local_extensions": places}
        config["launch_buttons"] = {"jupyterhub_url": "https://hub.example.org"}
        config["html"] = {"baseurl": address and "https://owner.example.org/course/"}
        (tmp_path / "_config.yml").write_text(json.dumps(config))
        subprocess.run([*BUILD, "--all"], cwd=tmp_path, check=True, capture_output=True)
        site = tmp_path / "_build" / "html"
        page = (site / "book" / "chapter.html").read_text(encoding="utf-8")
        links[address] = re.findall(r'href="(https://(?:colab|mybinder|hub)[^"]*)"', page)
        reports[address] = re.findall(r'href="([^"]*/issues/new[^"]*)"', page)
        prose[address] = markdown(nbformat.read(site / "notebooks" / "book" / "chapter.ipynb", as_version=4))
    assert links[""] == [] and "See the other page and A section." in prose[""]
    binder, colab, hub = (
        next(x for x in links[address] if host in x) for host in ("binder", "colab", "//hub")
    )
    assert reports[""] == []
    form = yaml.safe_load((ROOT / ".github" / "ISSUE_TEMPLATE" / report.FORM).read_text(encoding="utf-8"))
    for link in reports["https://github.com/owner/course"]:
        filled = dict(parse_qsl(urlsplit(unescape(link)).query, keep_blank_values=True))
        assert filled.pop("template") == report.FORM and filled["page"] == "book/chapter"
        assert filled.keys() < {part["id"] for part in form["body"]}
    published = "notebooks/book/chapter.ipynb"
    assert colab == f"https://colab.research.google.com/github/owner/course/blob/gh-pages/{published}"
    assert binder == f"https://mybinder.org/v2/gh/owner/course/gh-pages?urlpath=lab/tree/{published}"
    assert hub.startswith("https://hub.example.org/") and published in hub
    assert "[the other page](https://owner.example.org/course/book/02-other.html)" in prose[address]


def test_the_markdown_engine_of_vs_code_typesets_every_formula_of_chapters_and_assignments(site, tmp_path):
    try:
        engine = node_modules().parent
    except RuntimeError as error:
        pytest.skip(f"the Markdown engine of VS Code cannot be tested: {error}")
    shutil.copy(NODE / "render.js", engine)
    paths = [str(portable(site, n)) for n in LESSONS]
    for name in names().values():
        paths.append(str(tmp_path / f"{name}.ipynb"))
        nbformat.write(Assignment(name, 2026).release(), paths[-1])
    done = subprocess.run(["node", "render.js", *paths], cwd=engine, check=True, capture_output=True, text=True)
    for path, found in json.loads(done.stdout).items():
        assert found["errors"] == [] and found["left"] == [], path
        prose = markdown(nbformat.read(path, as_version=4))
        assert found["tags"] == prose.count("\\tag{") and (found["formulas"] > 1 or "$" not in prose), path
