"""Firefox, WebKit (which stands for Safari) and Chromium as installed: pages are typeset, silent, fit, and move.

Each is driven by the protocol that it brings along: Firefox by Marionette, the others by WebDriver.
"""

import functools
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from site_figures import CHROMIUM, QuietHandler

from conftest import LANDINGS, LESSONS

MINI = max(map(str, Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser")), default=None)
FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
NEEDS = {  # programs, and what brings them in Debian
    "firefox": ([FIREFOX or "Firefox"], "firefox-esr"),
    "webkit": (["WebKitWebDriver", "xvfb-run", MINI or "MiniBrowser"], "webkit2gtk-driver xvfb xauth"),
    "chromium": (["chromedriver", CHROMIUM or "chromium"], "chromium-driver"),
}
OPTIONS = {
    "webkit": {"webkitgtk:browserOptions": {"binary": MINI, "args": ["--automation"]}},
    "chromium": {"goog:chromeOptions": {"binary": CHROMIUM, "args": ["--headless", "--no-sandbox", "--disable-gpu"]}},
}
PAGES = ["book/index", LANDINGS[4].docname, *(n.docname for n in LESSONS if ":::{movable}" in n.text)]
# A page that is served says first what goes wrong on it.
LISTENS = b"""<head><script>window.wrong = [];
addEventListener("error", e => wrong.push(e.message ?? `failed: ${e.target.src ?? e.target.href}`), true);
addEventListener("unhandledrejection", e => wrong.push(String(e.reason)));
console.error = (...words) => wrong.push(words.join(" "));</script>"""
LOOK = """
    await document.fonts.ready;
    document.querySelectorAll('details').forEach(e => e.open = true);
    for (const e of document.querySelectorAll('movable-figure')) await e.load();
    await new Promise(done => setTimeout(done, 300));
    const math = [...document.querySelectorAll('.math math')].filter(e => e.getBoundingClientRect().width);
    const probe = document.createElement('p');
    const scripts = 'hyg'.replace(/./g, '<msub><mi>$&</mi><mi>t</mi></msub>');
    probe.innerHTML = `<math>${scripts}<msqrt><mi>n</mi></msqrt></math>`;
    document.querySelector('.bd-article').append(probe);
    const box = (e) => e.getBoundingClientRect(), root = probe.querySelector('msqrt'), inside = root.firstChild;
    const tops = [...probe.querySelectorAll('msub')].map(e => box(e.lastChild).top);
    const brand = document.querySelector('.navbar-brand img').getBoundingClientRect();
    return {
        wrong, formulas: math.length, flat: math.filter(e => e.getBoundingClientRect().height < 5).length,
        wide: document.documentElement.scrollWidth - innerWidth, width: innerWidth,
        uneven: Math.max(...tops) - Math.min(...tops), blank: box(root).right - box(inside).right,
        hangs: box(root).bottom - box(inside).bottom,
        faded: [...document.querySelectorAll('.goes-on')].filter(e => !e.clientWidth).length,
        font: document.fonts.check('16px "Hidden States Math"'), logo: brand.right,
        started: [...document.querySelectorAll('movable-figure')].every(e => e.querySelector('svg')),
    };"""


class Marionette:
    """A session of Firefox: each message is its length and a list."""

    names = {
        "url": "WebDriver:Navigate",
        "window/rect": "WebDriver:SetWindowRect",
        "actions": "WebDriver:PerformActions",
        "execute/async": "WebDriver:ExecuteAsyncScript",
    }

    def __init__(self, folder, port):
        (folder / "user.js").write_text(f'user_pref("marionette.port", {port});\n')
        command = [FIREFOX, "--headless", "--marionette", "--no-remote", "--profile", str(folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.stream = answering(port).makefile("rwb")
        self.message()
        self.count = 0
        self("WebDriver:NewSession", {})

    def message(self):
        size = b""
        while (byte := self.stream.read(1)) != b":":
            size += byte
        return json.loads(self.stream.read(int(size)))

    def __call__(self, command, values):
        self.count += 1
        text = json.dumps([0, self.count, self.names.get(command, command), values]).encode()
        self.stream.write(b"%d:%s" % (len(text), text))
        self.stream.flush()
        _, _, error, answer = self.message()
        assert error is None, error
        return answer.get("value", answer)

    def close(self):
        self.process.terminate()
        self.process.wait(20)


class WebDriver:
    """A session of a browser that has a server of its own."""

    def __init__(self, name, port):
        command = {"webkit": ["xvfb-run", "-a", "WebKitWebDriver"], "chromium": ["chromedriver"]}[name]
        # As root, WebKit starts without its sandbox only.
        more = {"WEBKIT_DISABLE_COMPOSITING_MODE": "1", "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
        self.process = subprocess.Popen(
            [*command, f"--port={port}"], env=os.environ | more, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        answering(port).close()
        self.at = f"http://127.0.0.1:{port}/session"
        options = {"capabilities": {"alwaysMatch": OPTIONS[name]}}
        self.at += "/" + self.send(self.at, options)["sessionId"]

    def send(self, address, values, method="POST"):
        data = json.dumps(values).encode() if method == "POST" else None
        request = urllib.request.Request(address, data, {"Content-Type": "application/json"}, method=method)
        try:
            return json.load(urllib.request.urlopen(request, timeout=60))["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read().decode()) from None

    def __call__(self, command, values):
        return self.send(f"{self.at}/{command}", values)

    def close(self):
        self.send(self.at, None, "DELETE")
        os.killpg(self.process.pid, 15)
        self.process.wait(20)


def answering(port):
    """A connection to what is being started at that port."""
    for _ in range(300):
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=60)
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the browser does not answer")


def run(session, script):
    """What an asynchronous function with this body returns."""
    body = f"const done = arguments[arguments.length - 1];\n(async () => {{{script}}})()"
    body += ".then(done, error => done({error: String(error)}));"
    value = session("execute/async", {"script": body, "args": [], "sandbox": None})
    assert not (isinstance(value, dict) and "error" in value), value
    return value


class Listening(QuietHandler):
    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if path.suffix != ".html" or not path.exists():
            return super().do_GET()
        page = path.read_bytes().replace(b"<head>", LISTENS, 1)
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)


@pytest.fixture(scope="module")
def heard(site):
    """Address of the site, whose pages keep in `wrong` what goes wrong on them."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Listening, directory=str(site)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module", params=NEEDS)
def session(request, tmp_path_factory):
    programs, packages = NEEDS[request.param]
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        pytest.skip(f"no {', '.join(missing)} found: to try {request.param}, apt-get install {packages}")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    if request.param == "firefox":
        started = Marionette(tmp_path_factory.mktemp("firefox"), port)
    else:
        started = WebDriver(request.param, port)
    yield started
    started.close()


@pytest.mark.parametrize("width", [1280, 500])
def test_pages_are_typeset_silent_and_fit_and_their_figures_start(session, heard, width):
    session("window/rect", {"width": width, "height": 900})
    for name in PAGES:
        session("url", {"url": f"{heard}/{name}.html"})
        found = run(session, LOOK)
        assert found["wrong"] == [] and found["started"], f"{name}: {found}"
        assert found["wide"] <= 0, f"{name} scrolls sideways: {found}"
        assert found["flat"] == found["faded"] == 0 and (found["font"] or not found["formulas"]), f"{name}: {found}"
        assert found["uneven"] <= 1 and found["blank"] < 2 and found["hangs"] < 7, f"{name}: {found}"
        assert found["logo"] < 90 or width < 992, f"{name}: the logo does not stand at the left: {found}"


def test_a_slider_moves_its_figure_and_changes_what_it_says_by_key_and_by_finger(session, heard):
    session("window/rect", {"width": 1280, "height": 900})
    session("url", {"url": f"{heard}/book/index.html"})
    slider = "document.querySelector('#let-go label.control.wide input')"
    run(session, f"""await document.querySelector('#let-go movable-figure').load();
        document.querySelector('#let-go .guess button:last-child').click(); {slider}.focus();
        await new Promise(done => setTimeout(done, 1500));""")  # the page scrolls to all of the figure
    look = f"""await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
        const box = {slider}.getBoundingClientRect();
        return [+{slider}.value, document.querySelector('#let-go .says').textContent,
            box.left, box.top + box.height / 2, box.width, scrollY];"""
    value, says, left, middle, width, scrolled = run(session, look)
    arrow = [{"type": kind, "value": "\ue014"} for kind in ("keyDown", "keyUp")]
    session("actions", {"actions": [{"type": "key", "id": "keys", "actions": arrow * 3}]})
    after = run(session, look)
    assert after[0] > value and after[1] != says
    down = [{"type": "pointerMove", "duration": 0, "x": int(left + width / 2), "y": int(middle)}]
    down += [{"type": "pointerDown", "button": 0}]
    across = [{**down[0], "duration": 50, "x": int(left + width * part)} for part in (0.7, 0.95)]
    finger = {"type": "pointer", "id": "finger", "parameters": {"pointerType": "touch"}}
    session("actions", {"actions": [{**finger, "actions": down + across + [{"type": "pointerUp", "button": 0}]}]})
    final = run(session, look)
    assert final[0] > 2.3 and final[1] != after[1] and final[5] == scrolled
