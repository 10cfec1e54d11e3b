"""In JupyterLab, not trusted, without extensions: figures, captions and formulas, no raw markup."""

import re
import shutil

import pytest

from conftest import CHROMIUM, LESSONS, jupyter

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium found: JupyterLab cannot be looked at")
READY = ".jp-RenderedMarkdown h1"


@pytest.fixture(scope="module")
def lab(site, tmp_path_factory):
    """Address of a JupyterLab with new settings, in which no notebook is trusted; and its log."""
    home = tmp_path_factory.mktemp("lab")
    shutil.copytree(site / "notebooks" / "book", home / "notebooks")
    off = {"jupyterlab-myst": True, "@jupyterlab/apputils-extension:announcements": True}
    tracker = "settings/@jupyterlab/notebook-extension/tracker.jupyterlab-settings"
    settings = {"config/labconfig/page_config.json": {"disabledExtensions": off}, tracker: {"windowingMode": "none"}}
    with jupyter(home / "notebooks", home, settings) as address:
        yield address, home / "log"


def test_every_figure_caption_and_formula_is_there_before_anything_is_run(browser, lab):
    address, log = lab
    figures = 0
    for notebook in LESSONS:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{address}/lab/tree/{notebook.name}.ipynb?reset")
        page.wait_for_selector(READY, timeout=120_000)
        count = len(re.findall(r'"figure"', notebook.path.read_text(encoding="utf-8")))
        page.wait_for_function(
            "n => document.querySelectorAll('.jp-OutputArea-output img').length >= n",
            arg=count,
            timeout=120_000,
        )
        page.wait_for_function(
            "n => document.querySelectorAll('mjx-container').length >= n",
            arg=min(15, len(re.findall(r"\$[^$]+\$", notebook.text)) // 2),
            timeout=120_000,
        )
        found = page.evaluate(
            """() => ({
                seen: [...document.querySelectorAll('.jp-OutputArea-output img')]
                    .filter(e => e.naturalWidth > 100 && e.offsetHeight > 50).length,
                captions: [...document.querySelectorAll('.jp-RenderedMarkdown strong')]
                    .filter(e => /^Fig[.] [0-9.]+$/.test(e.textContent)).length,
                failed: document.querySelectorAll('mjx-merror, [data-mjx-error]').length,
                prose: [...document.querySelectorAll('.jp-RenderedMarkdown')].map(e => e.innerText).join(' '),
                outputs: [...document.querySelectorAll('.jp-OutputArea-output')].map(e => e.innerText).join(),
            })"""
        )
        assert found["seen"] == found["captions"] == count, notebook.number
        assert found["failed"] == 0 and "Figure size" not in found["outputs"], notebook.number
        assert not re.search(r"\{[a-z-]+\}`|:::|\\begin|\$\$", found["prose"]), notebook.number
        assert f"{notebook.path.name} is not trusted" in log.read_text()
        page.close()
        figures += count
    assert figures > 60


def test_a_movable_figure_stands_in_its_notebook_and_moves_as_soon_as_its_cell_is_run(browser, lab):
    address, _ = lab
    (notebook,) = [n for n in LESSONS if "{movable} let-go" in n.text]
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{address}/lab/tree/{notebook.name}.ipynb?reset")
    page.wait_for_selector(READY, timeout=120_000)
    words = page.get_by_text("and here as soon as you run this cell")
    words.wait_for(state="attached", timeout=120_000)
    assert page.locator("movable-figure, #let-go script").count() == 0  # not trusted: words only
    words.scroll_into_view_if_needed()
    words.click()
    page.keyboard.press("Shift+Enter")
    page.wait_for_selector("#let-go .guess button", timeout=120_000)
    page.locator("#let-go .guess button").last.click()
    assert words.count() == 0
    slider = page.locator("#let-go .control.wide input")
    before = page.locator("#let-go .says").text_content()
    slider.focus()
    page.keyboard.press("End")
    page.wait_for_function("old => document.querySelector('#let-go .says').textContent !== old", arg=before)
    page.close()
