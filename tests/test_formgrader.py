"""In front of the instructor: whatever a student wrote is shown as text, and does nothing."""

import json
import re
import subprocess
import sys

import nbformat
import pytest
from grading import writing
from grading.assignment import Assignment
from grading.course import Course

from conftest import CHROMIUM, ROOT, jupyter

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium found: Formgrader cannot be looked at")
NAME = "01-autonomous-system"
ACT = "fetch('http://evil.test/');alert(1);document.querySelectorAll('.full-credit').forEach(b=>b.click())"
OWN = ("data:image", "blob:", "https://cdnjs.cloudflare.com/ajax/libs/")  # what nbgrader's own pages ask for
TEXTS = [
    f"<script>{ACT}</script>",
    f"<scr<script>ipt>{ACT}</script>",
    f'<img src=x onerror="{ACT}">',
    f"<img/src='http://evil.test/a.png'onload={ACT.replace(' ', '')}>",
    f'<svg onload="{ACT}"><animate onbegin="{ACT}" attributeName=x dur=1s>',
    f"<svg><script>{ACT}</script></svg>",
    f'<body onload="{ACT}"><details open ontoggle="{ACT}">',
    f'<iframe srcdoc="<script>parent.alert(1)</script>"></iframe><iframe src="javascript:{ACT}"></iframe>',
    '<object data="data:text/html,<script>alert(1)</script>"></object><embed src="http://evil.test/e">',
    "<link rel=stylesheet href=http://evil.test/a.css><style>@import 'http://evil.test/b.css';</style>",
    '<p style="background:url(http://evil.test/c.png)">styled</p><base href="http://evil.test/">',
    '<meta http-equiv=refresh content="0;url=http://evil.test/"><form action=http://evil.test/><button>q1</button>',
    f'<video autoplay onloadstart="{ACT}"><source src=http://evil.test/v></video><audio src=//evil.test/a autoplay>',
    f'<input autofocus onfocus="{ACT}"><select autofocus onfocus="{ACT}">',
    f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror={ACT}&gt;">',
    '<math href="javascript:alert(1)"><maction actiontype="statusline#http://evil.test" xlink:href="javascript:x">x',
    f'<noscript><p title="</noscript><img src=x onerror={ACT}>">',
    f'<xmp><p title="</xmp><script>{ACT}</script>"></xmp><textarea></textarea><plaintext>',
    "[click](javascript:alert(1)) [and](vbscript:x) [here](data:text/html,<script>alert(1)</script>)",
    "![pixel](http://evil.test/p.png) ![x](javascript:alert(1)) ![y](data:image/svg+xml,<svg onload=alert(1)>)",
    f"<http://evil.test/auto> [r]\n\n[r]: javascript:alert(1)\n\n`<script>{ACT}</script>`",
    f'```html\n<script>{ACT}</script>\n```\n\n    <img src=x onerror="{ACT}">',
    r"$\href{javascript:alert(1)}{x}$ $\url{javascript:alert(1)}$ $\class{full-credit}{x}$ $\cssId{q1}{x}$",
    r"$\style{background:url(http://evil.test/m.png)}{x}$ $\includegraphics{http://evil.test/g.png}$ $\require{html}$",
    r"$$\text{<img src=x onerror=alert(1)>}$$ $\unicode{x<script>alert(1)</script>}$ $`</code><script>x</script>`$",
    f"$x</p><script>{ACT}</script>$ $$a<img src=x onerror=alert(1)>b$$ \\(<script>{ACT}</script>\\)",
    "{{ self.__init__.__globals__ }} {% include '/etc/passwd' %} <%= 1 %> ${alert(1)}",
    "![image](attachment:a.svg) <a id=q1 name=q1 class=score>mark</a> <div id=nbgrader-data data-link=/etc>",
    f'<a href="http://evil.test/" ping="http://evil.test/ping" target=_blank onclick="{ACT}">link</a>',
    f"\u2028<ScRiPt\x00>{ACT}</sCrIpT\n><a\thref=java\nscript:alert(1)>x</a>&lt;script&gt;alert(1)&lt;/script&gt;",
]
DEEP = [
    "{" * 20_000 + "x" + "}" * 20_000,
    r"\sqrt{" * 250 + "x" + "}" * 250,
    "{" * 740 + "x" + "}" * 740,
    r"\sqrt" * 250,
]
SHOWN = r"the formula $h_t = a^t h_0$ and $$\frac{1}{1-a} \le \sum_{t=0}^{T} \tanh(z_t)$$"


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A course in which thirty students handed in what should not run; with the right answers in the last."""
    course, inbox = tmp_path_factory.mktemp("formgrader") / "course", tmp_path_factory.mktemp("inbox")
    tool = [sys.executable, str(ROOT / "tools" / "assignments.py"), "1", "--seed", "3", "--course", str(course)]
    subprocess.run(tool, check=True, capture_output=True)
    for number, text in enumerate(TEXTS):
        notebook = Assignment(NAME, 3).release()
        for cell in notebook.cells:
            if cell.id == "q7":
                cell.source = f"{text}\n\n{SHOWN}"
                cell.attachments = {"a.svg": {"image/svg+xml": "<svg onload=alert(1)>"}}
            if cell.cell_type == "code":
                html = nbformat.v4.new_output("display_data", {"text/html": TEXTS[0], "application/javascript": ACT})
                cell.outputs = [
                    html,
                    nbformat.v4.new_output("error", ename=TEXTS[2], evalue=TEXTS[2], traceback=[TEXTS[2]]),
                ]
            if cell.id == "q1":
                cell.source = f"# {text!r}\n%%html\n{TEXTS[0]}"
        name = TEXTS[number % 4].replace("/", "\\")[:60] if number < 8 else "Ann"
        place = inbox / f"{name}_{number + 1}_assignsubmission_file_"
        place.mkdir()
        (place / f"{TEXTS[2].replace('/', '')[:60]}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    tool = [sys.executable, str(ROOT / "tools" / "grade.py"), str(inbox), "--course", str(course), "--no-sandbox"]
    done = subprocess.run(tool, capture_output=True, text=True)
    assert done.returncode == 0 and f"{len(TEXTS)} entries: {len(TEXTS)} graded, 0 to look at" in done.stdout, done
    return course


def marks(course):
    """Every mark of the gradebook, and the address of every submission."""
    with Course(course).open().gradebook() as gradebook:
        submitted = gradebook.notebook_submissions(NAME, NAME)
        grades = [(n.student.id, g.name, g.auto_score, g.manual_score) for n in submitted for g in n.grades]
        return sorted(grades, key=str), [n.id for n in submitted]


def test_nothing_that_a_student_wrote_runs_when_it_is_opened(graded, browser, tmp_path):
    before, submissions = marks(graded)
    assert len(submissions) == len(TEXTS)
    acted, formulas = [], 0
    with jupyter(graded, tmp_path) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.on("dialog", lambda dialog: (acted.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda r: None if r.url.startswith((address, *OWN)) else acted.append(r.url))
        page.on("popup", lambda other: acted.append(other.url))
        page.goto(f"{address}/lab?reset")
        places = ["manage_assignments", f"manage_submissions/{NAME}", "manage_students", "gradebook"]
        places += [f"gradebook/{NAME}", f"gradebook/{NAME}/{NAME}", "manage_students/1"]
        acted.clear()  # of JupyterLab itself
        for place in [*places, *(f"submissions/{number}/" for number in submissions)]:
            answer = page.goto(f"{address}/formgrader/{place}", wait_until="load")
            assert answer.status == 200, place
            page.wait_for_timeout(250)
            assert not acted, (place, acted)
            if place.startswith("submissions/"):
                assert not page.query_selector(
                    ".rendered_html > .tex2jax_ignore :is(script, img, a, svg, style, [id], [class])"
                )
                assert not page.query_selector(".rendered_html > :not(.tex2jax_ignore)")
                formulas += len(page.query_selector_all(".rendered_html math"))
                assert page.query_selector(".nbgrader_cell input.score")
        page.close()
    assert formulas >= 2 * len(TEXTS) and marks(graded)[0] == before


@pytest.mark.parametrize("tex", DEEP)
def test_no_formula_ends_the_server_that_shows_it(tex):
    show = "import sys; from grading.clean import markdown; print(markdown(sys.stdin.read())[:20])"
    command = [sys.executable, "-c", show]
    done = subprocess.run(command, input=f"${tex}$", cwd=ROOT / "tools", capture_output=True, text=True)
    assert done.returncode == 0 and "tex2jax" in done.stdout


@pytest.mark.parametrize(
    "text", ["!![x](http://evil.test/p.png)", "<button data-commandlinker-command=x>", "<!-- x", "</p>"]
)
def test_copies_hold_no_tag_and_no_picture(text):
    assert not re.search(r"<[A-Za-z/!?]|!\[", writing.harmless(text))


def test_feedback_pages_do_nothing_either(graded, browser):
    acted, pages, page = [], sorted(graded.glob("feedback/*/*.html")), browser.new_page()
    assert len(pages) == len(TEXTS)
    page.on("dialog", lambda dialog: (acted.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda r: None if r.url.startswith("file:") else acted.append(r.url))
    for path in pages:
        page.goto(path.as_uri(), wait_until="load")
        page.wait_for_timeout(50)
        assert not acted, (path, acted)
    page.close()


@pytest.mark.parametrize("command", ["autograde", "generate_feedback", "generate_assignment"])
def test_commands_of_nbgrader_that_would_run_or_show_too_much_refuse(graded, command):
    before, _ = marks(graded)
    files = sorted(path for path in graded.rglob("*") if path.is_file() and path.suffix in (".ipynb", ".html"))
    call = [sys.executable, "-m", "nbgrader", command, NAME, "--force"]
    done = subprocess.run(call, cwd=graded, capture_output=True, text=True)
    assert done.returncode and "make grade" in done.stderr
    assert marks(graded)[0] == before and all(path.exists() for path in files)
    held = [nbformat.read(path, 4) for path in graded.glob("submitted/*/*/*.ipynb")]
    assert held and not any(c.get("outputs") or c.get("attachments") for n in held for c in n.cells)
