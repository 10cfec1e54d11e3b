"""No barrier: axe-core finds nothing on any page, and the keyboard reaches what the mouse does."""

import pytest
from site_figures import CHROMIUM, COMBINATIONS, OPEN, barriers, seek

from conftest import LANDINGS, LESSONS

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium found: install one to test the pages")


@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_no_barrier_on_any_page_in_either_theme_with_folds_open(browser, address, toc, width):
    found = []
    for name in [*toc, "search"]:
        pages = []
        for theme in ("light", "dark"):
            context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
            pages.append(context.new_page())
            pages[-1].goto(f"{address}/{name}.html")
            pages[-1].evaluate(OPEN)
            seek(pages[-1])
        for theme, page in zip(("light", "dark"), pages, strict=True):
            found += [(name, theme, *barrier) for barrier in barriers(page)]
            page.context.close()
    assert found == []


def test_the_contrast_of_every_combination_is_judged(browser, address):
    """The shortened run finds a faint word in a page that the whole run finds it in."""
    page = browser.new_page()
    page.goto(f"{address}/book/references.html")
    seek(page, [COMBINATIONS])
    assert barriers(page) == []
    page.reload()
    page.evaluate("document.querySelectorAll('.citation p')[20].style.color = '#bbb'")
    seek(page, [COMBINATIONS])
    assert [rule for rule, _ in barriers(page)] == ["color-contrast"]
    page.close()


def test_the_keyboard_reaches_everything_on_every_page_and_shows_where_it_is(browser, address, toc):
    follow = """() => { window.reached = new Set(); window.unseen = []; addEventListener('focusin', ({target}) => {
        const marked = e => (s => (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 1)
            || s.boxShadow !== 'none')(getComputedStyle(e));
        reached.add(target); // a field of the search is marked by its box
        if (!marked(target.closest('.bd-search') ?? target)) unseen.push(target.outerHTML.slice(0, 120)); }); }"""
    count = "() => document.querySelectorAll('a[href], button, summary, input, [tabindex=\"0\"]').length"
    result = """() => ({reached: reached.size, unseen, missed:
        [...document.querySelectorAll('a[href], button, summary, input, [tabindex="0"]')]
            .filter(e => e.checkVisibility({visibilityProperty: true}) && e.tabIndex >= 0 && !e.disabled
                && !e.closest('dialog:not([open]), .dropdown-menu') && !reached.has(e)
                && e.getBoundingClientRect().width > 0)
            .map(e => e.outerHTML.slice(0, 120))})"""
    for name in [*toc, "search"]:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{address}/{name}.html")
        page.evaluate("() => Promise.all([...document.querySelectorAll('movable-figure')].map(e => e.load()))")
        page.evaluate(follow)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('href')") == "#main-content", name
        for _ in range(page.evaluate(count)):
            page.keyboard.press("Tab")
        found = page.evaluate(result)
        assert found["missed"] == found["unseen"] == [] and found["reached"] > 15, f"{name}: {found}"
        page.close()


def test_a_fold_is_announced_by_its_label_and_opened_by_the_keyboard(browser, address):
    page = browser.new_page()
    page.goto(f"{address}/{LESSONS[0].docname}.html")
    fold = page.locator("details.hide summary").first
    assert "Toggle" not in fold.aria_snapshot() and len(fold.inner_text()) > 10
    fold.focus()
    page.keyboard.press("Enter")
    assert page.locator("details.hide").first.get_attribute("open") is not None
    page.close()


@pytest.mark.parametrize("colours", ["none", "active"])
def test_a_tick_is_a_button_that_says_what_it_checks_and_opens_it(browser, address, colours):
    """By the keyboard and by touch, in forced colours, on paper, and without scripts."""
    url = f"{address}/{LESSONS[0].docname}.html"
    context = browser.new_context(has_touch=True, forced_colors=colours, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(url)
    tick = page.locator("p button.check").first
    check = page.locator(f"#{tick.get_attribute('aria-controls')}")
    assert 'button "Checked: ' in tick.aria_snapshot() and tick.inner_text() == "✓"
    assert tick.get_attribute("title") == tick.get_attribute("aria-label") and not check.is_visible()
    box = tick.bounding_box()
    assert min(box["width"], box["height"]) >= 24
    for act in (tick.tap, lambda: (tick.focus(), page.keyboard.press("Enter"))):
        act()
        page.wait_for_function("e => e.ariaExpanded === 'true'", arg=tick.element_handle())
        assert check.is_visible() and "assert" in check.inner_text()
        check.locator("summary").click()
        page.wait_for_function("e => e.ariaExpanded === 'false'", arg=tick.element_handle())
    page.emulate_media(media="print")
    assert tick.is_visible() and not check.is_visible()
    context.close()
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(url)
    assert not plain.locator("p button.check").first.is_visible()
    assert plain.locator("details.check > summary").first.inner_text().startswith("✓ Checked: ")
    plain.context.close()


def test_lettering_in_maps_and_openers_is_legible_on_a_laptop_and_on_a_phone(browser, address):
    """Its size, and its contrast with the shape below it."""
    page = browser.new_page()
    measure = """() => [...document.querySelectorAll('.map text')].map(text => {
        text.scrollIntoView({block: 'center', behavior: 'instant'});
        const now = text.getBoundingClientRect();
        const below = document.elementsFromPoint(now.x + now.width / 2, now.y + now.height / 2)
            .find(e => /^(rect|circle)$/.test(e.tagName) && getComputedStyle(e).fill !== 'none');
        const light = e => getComputedStyle(e).fill.match(/[\\d.]+/g).slice(0, 3).map(c => c / 255)
            .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
            .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0.05);
        const [dark, bright] = [light(text), below ? light(below) : 1.05].sort((a, b) => a - b);
        return [text.textContent, parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a, bright / dark];
    })"""
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for name in ["book/index", *(c.docname for c in LANDINGS)]:
            page.goto(f"{address}/{name}.html")
            for text, size, contrast in page.evaluate(measure):
                assert size >= 10 and contrast >= 4.5, f"{name} at {width}: {text} has {size} px, {contrast}:1"
    page.close()
