"""Measure the built site, page by page: bytes, requests, time until readable, layout shift, barriers, milliseconds
of a frame while the chapter's figure is moved (median, and the slowest twentieth); then the PDF.

    python tools/site_figures.py [folder of the site]

Needs Chromium, and npm for the scores of Lighthouse at the end. The tests take the means of measuring from here.
"""

import functools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from filelock import FileLock
from lessons import notebooks
from playwright.sync_api import sync_playwright
from pypdf import PdfReader

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
FLAGS += " --disable-component-update --disable-sync"
NODE = Path(__file__).with_name("node")  # the packages of npm that measuring and testing need, pinned
LIGHTHOUSE = "lighthouse@13.5.0"
SHIFTS = """window.shifted = 0; try { new PerformanceObserver(list => { for (const e of list.getEntries())
    if (!e.hadRecentInput) window.shifted += e.value; }).observe({type: 'layout-shift', buffered: true}); } catch {}"""
# The first time at which words and equations stand: drawn, in their fonts; with MathJax once that has finished.
READABLE = """async () => {
    if (window.MathJax?.startup) { await MathJax.startup.promise; return performance.now(); }
    await document.fonts.ready;
    const painted = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? performance.now();
    return Math.max(painted, ...performance.getEntriesByType('resource')
        .filter(e => /woff/.test(e.name)).map(e => e.responseEnd)); }"""
LOADED = """() => { const all = [...performance.getEntriesByType('navigation'),
    ...performance.getEntriesByType('resource')];
    return [all.reduce((sum, e) => sum + e.decodedBodySize, 0), all.length, window.shifted]; }"""
OPEN = """() => { document.querySelectorAll('details').forEach(e => e.open = true);
    const ends = () => document.getAnimations().filter(a => a.effect.getComputedTiming().endTime < Infinity);
    return new Promise(requestAnimationFrame).then(() => Promise.allSettled(ends().map(a => a.finished)))
        .then(() => true); }"""
# Contrast takes axe a hundredth of a second for each piece of text. It depends on nothing but colours, sizes and
# backgrounds, so each combination that occurs on a page is judged once; all other rules see the whole page.
COMBINATIONS = """() => { const seen = new Set(), first = [];
    for (const e of document.body.querySelectorAll('*')) {
        if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) || !e.checkVisibility()) continue;
        const s = getComputedStyle(e), key = [s.color, s.fontSize, s.fontWeight, s.textDecorationLine];
        for (let a = e; a; a = a.parentElement) {
            const b = getComputedStyle(a);
            if (b.opacity !== '1' || b.backgroundImage !== 'none' || b.backgroundColor !== 'rgba(0, 0, 0, 0)')
                key.push(b.backgroundColor, b.opacity, b.backgroundImage);
        }
        if (!seen.has(key.join())) { seen.add(key.join()); first.push(e); }
    }
    const kept = new Set(); // the rest of the page only costs time
    for (let e of first) for (; e; e = e.parentElement) kept.add(e);
    for (const e of document.body.querySelectorAll('*')) if (!kept.has(e)) e.style.display = 'none';
    return axe.run({include: first.map(e => [e])}, {runOnly: ['color-contrast'], resultTypes: ['violations']}); }"""
# Each slider of a movable figure goes through its range, a step in each frame: milliseconds of drawing and layout.
FRAMES = """async () => { const times = [], figure = document.querySelector('movable-figure');
    if (!figure) return [];
    await figure.load();
    figure.scrollIntoView();
    const frame = () => new Promise(done => requestAnimationFrame(done));
    for (const slider of figure.querySelectorAll('input[type=range]')) for (let k = 0; k <= 20; k++) {
        slider.value = +slider.min + (slider.max - slider.min) * k / 20;
        await frame();
        slider.dispatchEvent(new Event('input')); // its frame is drawn before ours is asked for
        const start = await frame();
        document.body.offsetHeight; // lay out now
        times.push(performance.now() - start);
    }
    return times.sort((a, b) => a - b); }"""
# All rules, experimental and deprecated ones too; not those of level AAA, which ask for other colours.
REST = """() => { const rules = {};
    for (const {ruleId, tags} of axe.getRules()) rules[ruleId] = {enabled: !/aaa|color-contrast$/.test(tags + ruleId)};
    return axe.run({rules, resultTypes: ['violations']}); }"""


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


def serve(folder):
    """A server of that folder on a free port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(QuietHandler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def node_modules(folder=ROOT / "_build" / "node"):
    """The packages of tools/node, installed in that folder; RuntimeError says what is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = (NODE / "package.json").read_text(encoding="utf-8")
    with FileLock(folder / "lock"):
        stamp = folder / "package.json"
        if not (folder / "node_modules").exists() or stamp.read_text(encoding="utf-8") != wanted:
            if shutil.which("npm") is None:
                raise RuntimeError("npm is missing: install Node.")
            stamp.write_text(wanted, encoding="utf-8")
            install = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent"]
            done = subprocess.run(install, cwd=folder, capture_output=True, text=True)
            if done.returncode:
                shutil.rmtree(folder / "node_modules", ignore_errors=True)
                raise RuntimeError(f"npm could not install tools/node/package.json; is there a network?\n{done.stderr}")
    return folder / "node_modules"


@functools.cache
def axe_core():
    return (node_modules() / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def seek(page, rules=(REST, COMBINATIONS)):
    """Let axe-core begin its work on an open page; several pages may be at work at the same time."""
    page.evaluate(axe_core())
    steps = "".join(f"all.push(...(await ({run})()).violations);" for run in rules)
    page.evaluate(f"""() => {{ window.found = new Promise((done, failed) => setTimeout(async () => {{
        try {{ const all = []; {steps} done(all); }} catch (error) {{ failed(error); }} }})); }}""")


def barriers(page):
    """What it has found: a list of (rule, piece of the page)."""
    return [(v["id"], node["html"][:100]) for v in page.evaluate("() => window.found") for node in v["nodes"]]


def measure(browser, url):
    """Bytes, requests, seconds until readable (median of three), layout shift and barriers of a page."""
    times = []
    for _ in range(3):
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.add_init_script(SHIFTS)
        page.goto(url)
        times.append(page.evaluate(READABLE) / 1000)
        weight, requests, shifted = page.evaluate(LOADED)
        if len(times) < 3:
            page.close()
    page.evaluate(OPEN)
    seek(page)
    found = barriers(page)
    page.close()
    return weight, requests, statistics.median(times), shifted, len(found)


def frames(browser, url):
    """The median and the slowest twentieth of a frame while the page's figure is moved; a dash without one."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(url)
    times = page.evaluate(FRAMES)
    page.close()
    return f"{statistics.median(times):.0f}, {times[len(times) * 19 // 20]:.0f}" if times else "–"


def lighthouse(url):
    """Scores of a page, or None where npm is missing."""
    if shutil.which("npx") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "report.json")
        command = ["npx", "--yes", LIGHTHOUSE, url, "--quiet", "--output=json", f"--output-path={target}"]
        command += ["--preset=desktop", f"--chrome-flags=--headless {FLAGS}"]
        subprocess.run(command, check=True, env={**os.environ, "CHROME_PATH": CHROMIUM}, stdout=subprocess.DEVNULL)
        categories = json.loads(target.read_text(encoding="utf-8"))["categories"]
    return {name: round(100 * category["score"]) for name, category in categories.items()}


def main(site=ROOT / "_build" / "html"):
    if CHROMIUM is None or not (Path(site) / "book" / "index.html").exists():
        sys.exit("This needs Chromium (Debian: apt-get install chromium) and a built site: run `make html` before.")
    server = serve(site)
    address = f"http://127.0.0.1:{server.server_port}/book"
    print(f"{'page':<46}{'MB':>6}{'requests':>10}{'readable, s':>13}{'shift':>8}{'barriers':>10}{'frame, ms':>11}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        for path in sorted((Path(site) / "book").rglob("*.html")):
            name = path.relative_to(Path(site, "book")).as_posix()
            weight, requests, readable, shifted, found = measure(browser, f"{address}/{name}")
            line = f"{name[:44]:<46}{weight / 1e6:6.2f}{requests:10}{readable:13.2f}{shifted:8.3f}{found:10}"
            print(line + f"{frames(browser, f'{address}/{name}'):>11}", flush=True)
        browser.close()
    start = time.perf_counter()
    subprocess.run([sys.executable, ROOT / "tools" / "pdf.py", "--html", site], check=True, stdout=subprocess.DEVNULL)
    seconds, pdf = time.perf_counter() - start, Path(site) / "hidden-states.pdf"
    print(f"PDF: {seconds:.1f} s, {len(PdfReader(pdf).pages)} pages, {pdf.stat().st_size / 1e6:.1f} MB")
    for notebook in notebooks(["1.1", "5.4"]):
        found = lighthouse(f"{address}/{notebook.name}.html")
        print(f"Lighthouse, {notebook.number}: {found or 'npm is missing'}")
    server.shutdown()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
