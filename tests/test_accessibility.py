"""No barrier: axe-core finds nothing on any page, and the keyboard reaches what the mouse does."""

from pathlib import Path

import axe_playwright_python
import pytest

from conftest import CHROMIUM

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium found: install one to test the pages")
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
OPEN = """() => { document.querySelectorAll('details').forEach(e => e.open = true);
    document.querySelectorAll('.toggle-hidden > button').forEach(e => e.click());
    return new Promise(done => setTimeout(done, 400)); }"""
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
    return axe.run({include: first.map(e => [e])}, {runOnly: ['color-contrast'], resultTypes: ['violations']}); }"""
REST = "() => axe.run({rules: {'color-contrast': {enabled: false}}, resultTypes: ['violations']})"


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_barrier_on_any_page_with_folds_open(browser, address, toc, width, theme):
    found = []
    for name in [*toc, "search"]:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
        page.goto(f"{address}/{name}.html")
        page.evaluate(AXE)
        closed = page.evaluate(REST)["violations"]
        page.evaluate(OPEN)
        for violation in closed + page.evaluate(REST)["violations"] + page.evaluate(COMBINATIONS)["violations"]:
            found += [(name, violation["id"], node["html"][:100]) for node in violation["nodes"]]
        page.close()
    assert found == []


def test_the_contrast_of_every_combination_is_judged(browser, address):
    """The shortened run finds a faint word in a page that the whole run finds it in."""
    page = browser.new_page()
    page.goto(f"{address}/book/references.html")
    page.evaluate(AXE)
    assert page.evaluate(COMBINATIONS)["violations"] == []
    page.evaluate("document.querySelectorAll('.citation p')[20].style.color = '#bbb'")
    assert [v["id"] for v in page.evaluate(COMBINATIONS)["violations"]] == ["color-contrast"]
    page.close()


def test_the_keyboard_reaches_everything_and_shows_where_it_is(browser, address):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{address}/book/02-input-driven-system.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main-content"
    seen, invisible = set(), []
    for _ in range(400):
        page.keyboard.press("Tab")
        name, marked = page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e);
                window.numbers ??= new Map(); if (!window.numbers.has(e)) window.numbers.set(e, window.numbers.size);
                return [window.numbers.get(e), e === document.body ||
                    (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 1) || s.boxShadow !== 'none']; }"""
        )
        if name in seen:
            break
        seen.add(name)
        if not marked:
            invisible.append(page.evaluate("document.activeElement.outerHTML.slice(0, 120)"))
    missed = page.evaluate(
        """() => [...document.querySelectorAll('a[href], button, summary, input, [tabindex="0"]')]
            .filter(e => e.checkVisibility({visibilityProperty: true}) && e.tabIndex >= 0 && !e.disabled
                && !e.closest('dialog:not([open]), .dropdown-menu') && !window.numbers.has(e)
                && e.getAttribute('href') !== '#main-content' && e.getBoundingClientRect().width > 0)
            .map(e => e.outerHTML.slice(0, 120))"""
    )
    assert missed == [] and invisible == [] and len(seen) > 60
    page.close()


def test_a_fold_is_announced_by_its_label_and_opened_by_the_keyboard(browser, address):
    page = browser.new_page()
    page.goto(f"{address}/book/02-input-driven-system.html")
    fold = page.locator("details.hide summary").first
    assert "Toggle" not in fold.aria_snapshot() and len(fold.inner_text()) > 10
    fold.focus()
    page.keyboard.press("Enter")
    assert page.locator("details.hide").first.get_attribute("open") is not None
    page.close()
