"""In a real browser every page is typeset, silent, light and self-contained, fits a phone, and can be searched."""

import re
import zipfile
from urllib.parse import unquote

import mathml
import nbformat
import pytest
from fontTools import subset
from site_figures import CHROMIUM, SHIFTS

from conftest import LANDINGS, LESSONS

pytestmark = pytest.mark.skipif(
    CHROMIUM is None,
    reason="no Chromium found: install one (Debian: apt-get install chromium) to test the pages in a browser",
)


def look(browser, url, width=1280, theme="light", picture=None):
    """Open a page and report what a reader would meet."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
    page.add_init_script(SHIFTS)
    errors, requests = [], []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("requestfailed", lambda request: errors.append(f"failed: {request.url}"))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(url)
    page.evaluate("() => document.fonts.ready.then(() => true)")
    if picture:
        page.screenshot(path=picture)
    found = page.evaluate(
        """async () => {
            document.querySelectorAll('img[loading]').forEach(e => e.loading = 'eager'); // as if read to the end
            await Promise.all([...document.querySelectorAll('movable-figure')].map(e => e.load()));
            await Promise.all([...document.images].map(e => e.complete || new Promise(done => e.onload = done)));
            return {
            formulas: document.querySelectorAll('.math').length,
            typeset: document.querySelectorAll('.math math annotation').length,
            failed: document.querySelectorAll('merror').length,
            flat: [...document.querySelectorAll('.math math')]
                .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 5).length,
            fonts: [...document.fonts].filter(f => f.status === 'loaded').map(f => f.family),
            wide: document.documentElement.scrollWidth - window.innerWidth,
            cut: [...document.querySelectorAll('.formula, .pst-scrollable-table-container')]
                .filter(e => e.scrollWidth > e.clientWidth + 2).map(e => e.parentElement.id || e.className),
            searchBars: [...document.querySelectorAll('.search-button-field, .search-button')]
                .filter(e => e.offsetParent !== null).length,
            scripts: [...document.scripts].map(s => s.src + s.textContent).join(' '),
            bytes: [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
                .reduce((sum, e) => sum + e.decodedBodySize, 0),
            shifted: window.shifted,
            exercises: document.querySelector('#exercises')?.getBoundingClientRect().top + scrollY || 0,
            language: document.documentElement.lang,
        }}"""
    )
    page.close()
    origin = url.split("/book/")[0]  # a local server or a folder on disk
    return errors, [r for r in requests if not r.startswith((origin, "data:"))], found, len(requests)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_typeset_silent_self_contained_light_and_fits(browser, address, toc, screenshots, width, theme):
    lessons = {n.docname for n in LESSONS}
    for name in toc:
        picture = screenshots / f"{name.removeprefix('book/').replace('/', '-')}-{theme}-{width}.png"
        errors, elsewhere, found, requests = look(browser, f"{address}/{name}.html", width, theme, picture)
        assert errors == [] and elsewhere == [], f"{name}: {errors} {elsewhere}"
        assert found["failed"] == found["flat"] == 0 and found["typeset"] >= found["formulas"], f"{name}: {found}"
        assert found["formulas"] == 0 or any("Hidden States Math" in font for font in found["fonts"]), name
        assert found["wide"] <= 0, f"{name} scrolls sideways by {found['wide']} pixels at {width}"
        assert found["cut"] == [] or width == 390, f"{name}: too wide for the page: {found['cut']}"
        assert found["searchBars"] <= 1 and "thebe" not in found["scripts"].lower()
        most = 0.9e6 if name in lessons else 0.7e6
        assert found["bytes"] <= most, f"{name} weighs {found['bytes'] / 1e6} MB"
        assert found["exercises"] <= 10_000 or width == 390 or name not in lessons, f"{name}: {found['exercises']} px"
        assert requests <= 25 and found["shifted"] <= 0.02, f"{name}: {requests} requests, {found['shifted']}"
        assert found["language"] == "en"


def test_a_page_opened_from_disk_is_typeset(browser, site):
    errors, elsewhere, found, _ = look(browser, (site / f"{LESSONS[4].docname}.html").as_uri())
    assert errors == [] and elsewhere == []
    assert found["failed"] == 0 and found["typeset"] >= found["formulas"] > 50


def test_the_cut_font_draws_every_formula_as_the_whole_one_with_scripts_level_and_roots_tight(browser, site, tmp_path):
    pages = [page.read_text(encoding="utf-8") for page in site.rglob("*.html")]
    formulas = sorted({f for page in pages for f in re.findall(r"<math.*?</math>", page, flags=re.S)})
    bases = sorted(set(re.findall(r"<msu[bp]><mi>(\w)</mi>", "".join(formulas))))
    whole = subset.load_font(mathml.SOURCE, subset.Options())
    mathml.mend(whole)
    subset.save_font(whole, tmp_path / "whole.ttf", subset.Options())
    faces = {"cut": site / "_static" / mathml.FONT, "whole": tmp_path / "whole.ttf"}
    style = "".join(f"@font-face{{font-family:{k};src:url({v.as_uri()})}}" for k, v in faces.items())
    level = [f"<math><msub><mi>{c}</mi><mi>t</mi></msub><msup><mi>{c}</mi><mn>2</mn></msup></math>" for c in bases]
    text = f"<!doctype html><style>{style} math{{display:inline-block}}</style><p id=level>{''.join(level)}</p>"
    (tmp_path / "formulas.html").write_text(text + " ".join(formulas), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto((tmp_path / "formulas.html").as_uri())
    parts = """async face => {
        document.body.style.fontFamily = face;
        document.querySelectorAll('math').forEach(e => e.style.fontFamily = face);
        await document.fonts.load(`16px ${face}`);
        return [...document.querySelectorAll('math')].map(math => {
            const at = math.getBoundingClientRect(), all = [...math.querySelectorAll(':not(annotation)')];
            return all.flatMap(e => (r => [r.x - at.x, r.y - at.y, r.right - at.x, r.bottom - at.y])
                (e.getBoundingClientRect())); }); }"""
    assert len(formulas) > 1000 and {"h", "y", "g"} <= set(bases)
    for formula, whole, cut in zip(level + formulas, *(page.evaluate(parts, f) for f in ("whole", "cut")), strict=True):
        off = max(abs(a - b) for a, b in zip(cut, whole, strict=True))
        assert off <= 1.1, f"the cut font lacks something of {formula}"
    boxes = """selector => [...document.querySelectorAll(selector)].map(e => {
        const [all, base] = [e, e.firstElementChild].map(b => b.getBoundingClientRect());
        const size = parseFloat(getComputedStyle(e).fontSize), script = e.lastElementChild.getBoundingClientRect();
        return [(all.right - base.right) / size, (all.bottom - base.bottom) / size, script.top]; })"""
    for scripts in ("#level msub", "#level msup"):
        tops = [top for *_, top in page.evaluate(boxes, scripts)]
        assert max(tops) - min(tops) <= 1, f"{scripts}: the scripts of some letter hang lower: {tops}"
    roots = page.evaluate(boxes, "msqrt")
    assert len(roots) > 10 and all(blank < 0.1 and below < 0.4 for blank, below, _ in roots), roots
    page.close()


def test_code_is_to_be_read_on_a_laptop_and_on_a_phone_and_headings_come_in_order_of_size(browser, address, toc):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    look = """() => {
        document.querySelectorAll('details').forEach(e => e.open = true);
        const size = e => parseFloat(getComputedStyle(e).fontSize);
        const boxes = [...document.querySelectorAll('.bd-article pre')].filter(e => e.checkVisibility());
        return {
            boxes: boxes.length, scroll: boxes.filter(e => e.scrollWidth > e.clientWidth).length,
            size: Math.min(99, ...boxes.map(size)),
            folded: [...document.querySelectorAll('pre > .line')]
                .filter(e => e.checkVisibility() && e.getBoundingClientRect().height > 1.7 * size(e))
                .map(e => e.textContent),
            headings: ['h1', 'h2', 'h3'].map(h => [...document.querySelectorAll(`.bd-article ${h}`)].map(size)[0]),
        }; }"""
    boxes = scroll = 0
    for name in [*toc[:2], *(n.docname for n in LESSONS)]:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(f"{address}/{name}.html")
        laptop = page.evaluate(look)
        sizes = [size for size in laptop["headings"] if size]
        assert laptop["size"] >= 13.5 and laptop["folded"] == [], f"{name}: {laptop}"
        assert sizes == sorted(set(sizes), reverse=True), f"{name}: {sizes}"
        page.set_viewport_size({"width": 390, "height": 844})
        phone = page.evaluate(look)
        boxes, scroll = boxes + phone["boxes"], scroll + phone["scroll"]
    assert boxes > 500 and scroll < 0.2 * boxes, f"{scroll} of {boxes} boxes of code and output scroll on a phone"
    page.close()


def test_code_that_is_copied_from_a_phone_is_the_code_of_the_notebook(browser, address):
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{address}/{LESSONS[4].docname}.html")
    copy = """e => { getSelection().selectAllChildren(e); return getSelection().toString(); }"""
    shown = page.locator("section > .cell > .cell_input pre:has(> .line)")
    copied = {page.evaluate(copy, e).rstrip("\n") for e in shown.element_handles()}
    notebook = nbformat.read(LESSONS[4].path, as_version=4)
    assert len(copied) > 3 and copied - {""} <= {c.source for c in notebook.cells if c.cell_type == "code"}
    assert page.evaluate("Math.max(...[...document.querySelectorAll('pre > .line')].map(e => e.offsetHeight))") > 25
    page.close()


def test_a_wide_equation_folds_on_a_phone_where_it_can(browser, address):
    page = browser.new_page(viewport={"width": 390, "height": 900})
    page.goto(f"{address}/{LESSONS[4].docname}.html")
    box = "() => (e => [e.scrollWidth - e.clientWidth, e.clientHeight])(document.querySelector('{} .formula'))"
    too_wide, height = page.evaluate(box.replace("{}", "#equation-eq-convolution"))
    page.set_viewport_size({"width": 1280, "height": 900})
    assert too_wide <= 0 and height > 1.25 * page.evaluate(box.replace("{}", "#equation-eq-convolution"))[1]
    page.close()


@pytest.mark.parametrize("times", [2, 4])
def test_nothing_is_cut_when_the_page_is_zoomed(browser, address, toc, times):
    page = browser.new_page(viewport={"width": 1280 // times, "height": 900 // times}, device_scale_factor=times)
    for name in toc:
        page.goto(f"{address}/{name}.html")
        assert page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0, name
    page.close()


def test_who_wants_less_motion_gets_none(browser, address):
    page = browser.new_page(reduced_motion="reduce")
    page.goto(f"{address}/{LESSONS[4].docname}.html")
    moving = """() => { document.querySelectorAll('details').forEach(e => e.open = true);
        return [getComputedStyle(document.documentElement).scrollBehavior,
            document.getAnimations().filter(a => a.playState === 'running' &&
                a.effect.getComputedTiming().duration > 10).length]; }"""
    assert page.evaluate(moving) == ["auto", 0]
    page.close()


def ask(page, words):
    """Type into the search of a page; what is shown: the sentence above the results, the results, their links."""
    field = page.locator("#pst-search-dialog input")
    if not field.is_visible():
        page.keyboard.press("Control+k")
    field.fill("")
    field.fill(words)
    page.wait_for_selector("#search-results [role=status]")
    links = page.eval_on_selector_all("#search-results .search a", "links => links.map(a => a.href)")
    return page.locator("#search-results [role=status]").inner_text(), [unquote(link) for link in links]


def test_search_leads_first_to_the_section_that_teaches_it_from_any_page_and_from_disk(browser, site):
    expected = {  # what a student types: where the book teaches it
        "vanishing gradient": "5-bptt/4-how-much-arrives.html#one-unit",
        "why does the gradient vanish": "5-bptt/4-how-much-arrives.html#one-unit",
        "cobweb": "2-a-neuron-that-listens-to-itself.html#the-cobweb",
        "one bit": "2-a-neuron-that-listens-to-itself.html#one-bit",
        "observability": "1-seen-and-unseen.html#what-you-see-is-not-what-there-is",
        "kalman gain": "3-the-best-gain.html#which-gain-is-best",
        "batch_first": "3-the-same-numbers-from-pytorch.html#the-axis-that-nobody-checks",
        "hidden state shape": "3-the-same-numbers-from-pytorch.html#what-out-and-hn-hold",
        "learning rate": "4-learning-the-weights.html#one-weight-by-trial",
        "perplexity": "5-names-it-has-never-read.html#a-rival-first",
        "truncated bptt": "6-from-piece-to-piece.html#two-messages-and-one-word",
        "gradient clipping": "5-what-it-does-to-learning.html#when-it-explodes-clipping",
        "mask": "1-five-ways-to-wire-it.html#one-core-and-a-mask",
        "topology": "06-io-topologies/index.html#the-four-input-output-topologies",
        "teacher forcing": "5-an-encoder-and-a-decoder.html#training-with-the-right-answers",
        "pack_padded_sequence": "6-sequences-of-different-length.html#the-true-last-state",
        "logistic regression": "3-why-the-default-fails.html#what-is-left-of-the-digit",
        "save a model": "5-your-own-images.html#save-it-and-load-it-elsewhere",
        "LSTM gate": "2-the-path-of-sums.html#a-cell-that-adds",
        "attention": "3-look-back-at-everything.html#where-the-three-numbers-come-from",
        "mamba": "5-mamba-in-forty-lines.html#mamba-in-forty-lines",
        "gated delta rule": "6-a-memory-that-corrects-itself.html#the-gated-delta-rule",
        "exercise": "1-what-a-state-is.html#exercises",
        "은닉 상태": "glossary.html#term-hidden-state",
        "은닉상태란": "glossary.html#term-hidden-state",
    }
    page = browser.new_page()
    page.goto((site / "book" / "index.html").as_uri())
    first = {words: (ask(page, words)[1] or ["nothing"])[0] for words in expected}
    wrong = {words: hit for words, hit in first.items() if not hit.endswith(expected[words])}
    assert not wrong
    page.goto((site / f"{LESSONS[4].docname}.html").as_uri())
    assert ask(page, "exercise")[1][0].endswith(f"{LESSONS[4].docname}.html#exercises"), "of many the one at hand"
    page.close()


def test_a_result_says_where_it_stands_and_what_it_says_and_is_reached_by_arrow_keys(browser, site):
    page = browser.new_page()
    page.goto((site / "book" / "index.html").as_uri())
    said, links = ask(page, "vanishing gradient")
    assert said == f"Sections and terms found: {len(links)}."
    results = page.locator("#search-results li").all_inner_texts()
    assert "5.4.1 One unit (5.4 How much arrives)" in results[0] and "기울기 소실" in results[1]
    marked = [item.locator("mark").all_inner_texts() for item in page.locator("#search-results li").all()]
    assert {"gradient", "vanishing"} <= set(marked[0]) and all(marked), marked
    for key in ("ArrowDown", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.wait_for_url(links[0])
    page.close()


def test_a_search_that_finds_nothing_leads_on(browser, site):
    page = browser.new_page()
    page.goto((site / "book" / "index.html").as_uri())
    assert ask(page, "xyzzy")[0].startswith("Nothing for xyzzy. One or two words of the subject find most")
    assert ask(page, "pack_paded_sequence")[0].endswith("Did you mean: pack_padded_sequence?")
    assert ask(page, "vanshing gradient") == ("Nothing for vanshing gradient. Did you mean: vanishing gradient?", [])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("#search-results .search a")
    assert page.locator("#search-results .search a").first.inner_text() == "5.4.1 One unit"
    page.close()


def test_what_has_been_finished_is_remembered_in_this_browser_only(browser, address):
    context = browser.new_context()
    page = context.new_page()
    sent = []
    page.on("request", lambda request: sent.append(request.method))
    page.goto(f"{address}/book/03-observability/3-the-best-gain.html")
    switch = page.locator("#check-yourself button.finish")
    switch.click()
    page.locator("#the-bridge").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('#the-bridge').scrollIntoView({behavior: 'instant'})")
    page.wait_for_function("localStorage.getItem('hidden-states-reading').includes('the-bridge')")
    page.goto(f"{address}/book/index.html")
    assert page.locator(".bd-docs-nav a:has(.finished)").all_inner_texts()[0].startswith("3.")
    page.locator(".go-on a").click()
    assert page.url.endswith("3-the-best-gain.html#the-bridge")
    for lesson in LESSONS[:2]:
        page.goto(f"{address}/{lesson.docname}.html")
        switch.click()
    page.goto(f"{address}/{LANDINGS[0].docname}.html")
    assert page.locator(".lessons tr:has(.finished)").count() == 2
    page.goto(f"{address}/book/index.html")
    assert page.locator("#what-is-here tr:has(.finished)").first.inner_text().startswith("1 ")
    assert "2/4" in page.locator("#what-is-here .finished").first.inner_text()
    for lesson in LESSONS[:2]:
        page.goto(f"{address}/{lesson.docname}.html")
        switch.click()
    page.goto(f"{address}/book/03-observability/3-the-best-gain.html")
    switch.click()
    assert switch.get_attribute("aria-pressed") == "false" and page.locator(".finished").count() == 0
    assert set(sent) == {"GET"} and context.cookies() == []
    context.close()


def test_every_box_of_the_course_map_leads_to_its_chapter(browser, address):
    page = browser.new_page()
    page.goto(f"{address}/book/index.html")
    links = page.eval_on_selector_all("svg.map a", "all => all.map(a => [a.href.baseVal, a.textContent])")
    assert [(link[:2], text.split()[0]) for link, text in links] == [(f"{n:02}", str(n)) for n in range(1, 9)]
    page.locator("svg.map a").nth(3).click()
    assert page.url.endswith("04-shared-weight-rnn/index.html")
    page.close()


def test_the_front_page_moves_at_first_sight_and_leads_to_every_figure_that_can_be_moved(browser, address):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{address}/book/index.html")
    page.locator("#let-go .guess button").last.click()
    box = page.locator("#let-go .stage").bounding_box()
    assert box["y"] + box["height"] < 900
    before = page.locator("#let-go .says").text_content()
    page.locator("#let-go label.control.wide input").fill("2")
    assert page.locator("#let-go .says").text_content() != before
    links = page.eval_on_selector_all(".gallery a", "all => all.map(a => a.href)")
    figures = {name: n for n in LESSONS for name in re.findall(r":::\{movable\} ([\w-]+)", n.text)}
    assert links == [f"{address}/{n.docname}.html#{name}" for name, n in figures.items()] and len(links) > 8
    for link, name in zip(links, figures, strict=True):
        page.goto(link)
        assert page.locator(f"#{name} movable-figure").count() == 1
    page.close()


def test_who_reports_a_mistake_tells_which_section_is_in_sight(browser, address):
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(f"{address}/{LESSONS[0].docname}.html")
    third = page.locator("article h2").nth(2)
    third.evaluate("e => e.scrollIntoView()")
    link = "#?template=mistake.yml&section="  # there is one where the repository has an address
    filled = page.evaluate(
        """link => { const a = document.createElement('a'); a.href = link.replace('#', location.pathname);
        document.querySelector('header').append(a); a.addEventListener('click', e => e.preventDefault());
        a.click(); return new URL(a.href).searchParams.get('section'); }""",
        link,
    )
    assert filled == third.text_content().rstrip("#").strip()
    page.close()


def test_what_is_closed_is_opened_by_a_link_and_by_a_word_that_is_looked_for(browser, address):
    lesson = f"{address}/{LESSONS[0].docname}.html"
    opened = """() => [...document.querySelectorAll('article details[open]')]
        .map(e => e.id || e.innerText.split('\\n')[0])"""
    page = browser.new_page()

    def after(place):
        page.goto("about:blank")
        page.goto(lesson + place)
        page.wait_for_function("document.readyState === 'complete' && scrollY > 500")
        top = page.evaluate("document.querySelector('article details[open]')?.getBoundingClientRect().top")
        assert top is None or -400 < top < 900, f"{place} is in sight"
        return page.evaluate(opened)

    assert after("#exercises") == []
    assert after("#sol-half-life") == ["sol-half-life"]
    assert after("#check-2") == ["check-2"]
    assert page.locator("button.check[aria-controls='check-2']").get_attribute("aria-expanded") == "true"
    assert after("#:~:text=holds%20five%20references%20to") == ["sol-break-aliasing"]
    assert after("#:~:text=Each%20time%20constant%20leaves") == ["Answer 2"]
    assert after("#:~:text=def%20check") == ["check-1"]
    page.locator("button.check[aria-controls='check-1']").click()
    assert page.evaluate(opened) == [] and not page.locator("#check-1 > summary").is_visible()
    page.evaluate("location.hash = 'sol-half-life'")
    page.wait_for_selector("#sol-half-life[open]")
    page.close()


def test_paper_is_light_without_navigation_and_has_the_solutions_at_its_end_whatever_the_screen_is(browser, address):
    page = browser.new_page(color_scheme="dark")
    page.goto(f"{address}/{LESSONS[4].docname}.html")
    page.wait_for_load_state("load")
    look_at = """() => ({
        theme: document.documentElement.dataset.theme,
        ink: getComputedStyle(document.querySelector('.bd-article p')).color,
        paper: getComputedStyle(document.body).backgroundColor,
        navigation: [...document.querySelectorAll('.bd-header-article, .bd-sidebar, .prev-next-area, .finish')]
            .filter(e => e.offsetParent !== null).length,
        title: document.querySelector('h1').checkVisibility(),
        closed: document.querySelectorAll('details.dropdown:not([open])').length,
        headings: [...document.querySelectorAll('article h2')].map(e => e.innerText),
        inPlace: document.querySelectorAll(':is(#check-yourself, #exercises) details.dropdown').length,
        article: document.querySelector('article').innerHTML,
    })"""
    screen = page.evaluate(look_at)
    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    paper = page.evaluate(look_at)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen", color_scheme="dark")
    assert page.evaluate(look_at) == screen and screen["theme"] == "dark" and screen["closed"] > 3, "nothing stays"
    assert paper["theme"] == "light" and paper["title"]
    assert paper["navigation"] == paper["closed"] == paper["inPlace"] == 0
    assert paper["headings"][-1].startswith("Answers and solutions")
    brightness = {k: sum(map(int, re.findall(r"\d+", paper[k])[:3])) for k in ("ink", "paper")}
    assert brightness["ink"] < 200 and brightness["paper"] > 740
    page.set_viewport_size({"width": 718, "height": 1000})  # A4 within its margins
    page.goto(f"{address}/book/instructors.html")
    cut = "() => [...document.querySelectorAll('table')].filter(e => e.scrollWidth > e.clientWidth).length"
    assert page.evaluate("() => document.querySelectorAll('table').length") > 1 and page.evaluate(cut) == 0
    page.close()


def test_an_old_address_leads_to_the_lesson_that_has_its_section(browser, site):
    page = browser.new_page()
    old = (site / "book" / "01-autonomous-system.html").as_uri()
    for anchor, lesson in [("", "index"), ("#prop-stability", LESSONS[1].path.stem), ("#gone", "index")]:
        page.goto(old + anchor)
        page.wait_for_url(re.compile(rf"/01-autonomous-system/{lesson}\.html"))
    page.close()


def test_a_page_opened_from_disk_saves_its_notebook(browser, site):
    page = browser.new_page()
    page.goto((site / f"{LESSONS[4].docname}.html").as_uri())
    page.click("button[aria-label='Download this page']")
    with page.expect_download() as download:
        page.click("a.btn-download-source-button")
    with zipfile.ZipFile(download.value.path()) as archive:
        assert archive.namelist() == [f"{LESSONS[4].path.stem}.ipynb"]
    page.close()
