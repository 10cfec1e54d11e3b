"""In a real browser every page typesets its equations, logs no error, asks no other host and fits a phone."""

import functools
import re
import threading
import zipfile
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from conftest import CHROMIUM

pytestmark = pytest.mark.skipif(
    CHROMIUM is None,
    reason="no Chromium found: install one (Debian: apt-get install chromium) to test the pages in a browser",
)


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def address(site):
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(QuietHandler, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def look(browser, url, width=1280, theme="light"):
    """Open a page, wait for MathJax, and report what a reader would meet."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
    errors, requests = [], []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("requestfailed", lambda request: errors.append(f"failed: {request.url}"))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(url)
    page.evaluate("() => window.MathJax ? MathJax.startup.promise.then(() => true) : true")
    found = page.evaluate(
        """() => ({
            sources: document.querySelectorAll('.math').length,
            typeset: document.querySelectorAll('mjx-container').length,
            failed: document.querySelectorAll('mjx-merror, [data-mjx-error]').length,
            wide: document.documentElement.scrollWidth - window.innerWidth,
            cut: [...document.querySelectorAll('div.math mjx-container')]
                .filter(e => e.scrollWidth > e.clientWidth + 8).map(e => e.parentElement.id),
            searchBars: [...document.querySelectorAll('.search-button-field, .search-button')]
                .filter(e => e.offsetParent !== null).length,
            scripts: [...document.scripts].map(s => s.src + s.textContent).join(' '),
        })"""
    )
    page.close()
    origin = url.split("/book/")[0]  # a local server or a folder on disk
    return errors, [r for r in requests if not r.startswith((origin, "data:"))], found


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_typeset_silent_self_contained_and_fits(browser, address, toc, width, theme):
    for name in toc:
        errors, elsewhere, found = look(browser, f"{address}/{name}.html", width, theme)
        assert errors == [] and elsewhere == [], f"{name}: {errors} {elsewhere}"
        assert found["failed"] == 0 and found["typeset"] >= found["sources"], f"{name}: {found}"
        assert found["wide"] <= 0, f"{name} scrolls sideways by {found['wide']} pixels at {width}"
        assert found["cut"] == [] or width == 390, f"{name}: equations too wide for the page: {found['cut']}"
        assert found["searchBars"] <= 1 and "thebe" not in found["scripts"].lower()


def test_a_page_opened_from_disk_typesets_its_equations(browser, site):
    errors, elsewhere, found = look(browser, (site / "book" / "02-input-driven-system.html").as_uri())
    assert errors == [] and elsewhere == []
    assert found["failed"] == 0 and found["typeset"] >= found["sources"] > 50


def test_paper_is_light_without_navigation_and_shows_the_solutions_whatever_the_screen_is(browser, address):
    page = browser.new_page(color_scheme="dark")
    page.goto(f"{address}/book/02-input-driven-system.html")
    page.wait_for_load_state("load")
    look_at = """() => ({
        theme: document.documentElement.dataset.theme,
        ink: getComputedStyle(document.querySelector('.bd-article p')).color,
        paper: getComputedStyle(document.body).backgroundColor,
        navigation: [...document.querySelectorAll('.bd-header-article, .bd-sidebar, .prev-next-area')]
            .filter(e => e.offsetParent !== null).length,
        closed: [...document.querySelectorAll('.solution.toggle-hidden')].length,
    })"""
    screen = page.evaluate(look_at)
    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    paper = page.evaluate(look_at)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert screen["theme"] == page.evaluate(look_at)["theme"] == "dark" and screen["closed"] > 5
    assert paper["theme"] == "light" and paper["navigation"] == paper["closed"] == 0
    brightness = {k: sum(map(int, re.findall(r"\d+", paper[k])[:3])) for k in ("ink", "paper")}
    assert brightness["ink"] < 200 and brightness["paper"] > 740
    page.set_viewport_size({"width": 718, "height": 1000})  # A4 within its margins
    page.goto(f"{address}/book/instructors.html")
    cut = "() => [...document.querySelectorAll('table')].filter(e => e.scrollWidth > e.clientWidth).length"
    assert page.evaluate("() => document.querySelectorAll('table').length") > 1 and page.evaluate(cut) == 0
    page.close()


def test_a_chapter_opened_from_disk_saves_its_notebook(browser, site):
    page = browser.new_page()
    page.goto((site / "book" / "02-input-driven-system.html").as_uri())
    page.click("button[aria-label='Download this page']")
    with page.expect_download() as download:
        page.click("a.btn-download-source-button")
    with zipfile.ZipFile(download.value.path()) as archive:
        assert archive.namelist() == ["02-input-driven-system.ipynb"]
    page.close()
