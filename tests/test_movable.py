"""Each movable figure computes what its chapter's Python computes, and anybody can move it: by key, touch or link."""

import ast
import gzip
import json
import re
import string
from itertools import product
from urllib.parse import parse_qsl

import nbformat
import numpy as np
import pytest
from lessons import notebooks
from site_figures import CHROMIUM, barriers, seek

from conftest import BOOK, LESSONS

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium found: install one to move the figures")
FOLDER = BOOK / "_assets" / "movable"
PLACES = {  # name of a figure: the page on which it stands
    name: n.docname
    for n in LESSONS
    for name in re.findall(r":::\{movable\} ([\w-]+)", n.text)
}
FIGURES = pytest.mark.parametrize("name", PLACES)
DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def chapter(number, *wanted):
    """These functions, classes or constants of a chapter or lesson, the first of each name, without running more."""
    names = {}
    for cell in [c for n in notebooks([number]) for c in nbformat.read(n.path, as_version=4).cells]:
        for node in ast.parse(cell.source).body if cell.cell_type == "code" else ():
            given = {getattr(node, "name", None)} | {ast.unparse(t) for t in getattr(node, "targets", [])}
            if isinstance(node, ast.Import | ast.ImportFrom) or given & set(wanted) - set(names):
                exec(compile(ast.Module([node], []), f"chapter {number}", "exec"), names)
    return [names[name] for name in wanted]


def handed_over(number):
    """The numbers that a chapter or lesson hands to its figure."""
    cells = [c for n in notebooks([number]) for c in nbformat.read(n.path, 4).cells]
    outputs = [o.get("data", {}) for c in cells for o in c.get("outputs", [])]
    (text,) = [data[kind] for data in outputs for kind in data if "hidden-states.numbers" in kind]
    (values,) = json.loads(text).values()
    return values


def opened(browser, url, name, guess=None, **context):
    """A page with that figure shown, which asks for no guess if none is given, and what went wrong on it."""
    page = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **context}).new_page()
    wrong = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(url)
    page.evaluate(f"() => document.querySelector('#{name} movable-figure').load()")
    if guess is None:
        page.evaluate(f"() => document.querySelector('#{name} .guess button:last-child')?.click()")
    return page, wrong


def says(page, name):
    page.evaluate(DRAWN)
    return page.locator(f"#{name} .says").text_content()


def state(page, name):
    """What the figure shows, as its link names it."""
    page.evaluate(DRAWN)
    link = page.locator(f"#{name} .foot a").get_attribute("href")
    return dict(parse_qsl(link.partition("?")[2], keep_blank_values=True))


@pytest.fixture(scope="module")
def compute(browser, address):
    """compute(name, function, *arguments): what the mathematics of a figure gives."""
    pages = {}

    def run(name, function, *arguments):
        if name not in pages:
            pages[name], _ = opened(browser, f"{address}/{PLACES[name]}.html", name)
        call = "([name, f, given]) => movable.made[name].maths[f](...given)"
        return pages[name].evaluate(call, [name, function, list(arguments)])

    yield run
    for page in pages.values():
        page.context.close()


def close(found, wanted):
    return np.allclose(np.asarray(found), np.asarray(wanted), rtol=1e-12, atol=1e-12)


def test_every_chapter_has_one_and_each_stands_on_a_page():
    assert sorted(PLACES) == sorted(p.stem for p in FOLDER.glob("*.js") if p.stem != "kit")
    assert len({place.split("/")[1] for place in PLACES.values()}) == 8 <= len(PLACES)


def test_let_go_computes_what_chapter_1_computes(compute):
    simulate, time_constant = chapter(1, "simulate", "time_constant")
    for w in [-2.6, -1.0, -0.4, 0.0, 0.3, 0.9, 1.0, 1.2, 1.7, 2.0, 3.0]:
        for h_0 in [-1.2, 0.1, 0.9]:
            h = simulate(lambda h, w=w: np.tanh(w * h), h_0, T=30)
            assert close(compute("let-go", "simulate", "neuron", h_0, 30, w), h)
            line = simulate(lambda h, w=w: w * h, h_0, T=30)
            assert close(compute("let-go", "simulate", "line", h_0, 30, w), line)
        if w > 1:
            end = simulate(lambda h, w=w: np.tanh(w * h), 1.0, T=1000)[-1]
            assert close(compute("let-go", "fixed_points", "neuron", w), [-end, 0, end])
            assert close(compute("let-go", "slope", "neuron", end, w), w * (1 - end**2))
        elif 0 < w < 1:
            assert close(compute("let-go", "time_constant", w), time_constant(w))


@pytest.mark.parametrize("width", [1280, 390])
def test_the_cobweb_is_square_so_that_slope_1_is_45_degrees(browser, address, width):
    page, _ = opened(browser, f"{address}/{PLACES['let-go']}.html", "let-go", viewport={"width": width, "height": 900})
    page.evaluate(DRAWN)
    box = page.locator("#let-go [data-panel=web]").bounding_box()
    assert abs(box["width"] - box["height"]) < 1 and box["width"] > 220
    page.context.close()


def test_draw_an_input_computes_what_chapter_2_computes(compute):
    names = ("linear_recurrence", "impulse_response", "causal_convolution")
    recurrence, impulse_response, convolution = chapter(2, *names)
    rng = np.random.default_rng(0)
    for a in [-1.0, -0.8, -0.3, 0.0, 0.2, 0.5, 0.8, 0.9, 0.99, 1.0]:
        x, h_0 = rng.uniform(-1, 1, size=16), rng.normal()
        h = recurrence(a, 1.0, x)
        assert close(compute("draw-an-input", "linear_recurrence", a, 1.0, x.tolist(), h_0), recurrence(a, 1.0, x, h_0))
        g = impulse_response(a, 1.0, 16)
        assert close(compute("draw-an-input", "impulse_response", a, 1.0, 16), g)
        shares = [[compute("draw-an-input", "share", a, 1.0, x.tolist(), s, t) for s in range(1, 17)] for t in (5, 16)]
        assert close(np.sum(shares, axis=1), [h[5], h[16]]) and close(h[1:], convolution(g, x))
        assert close(shares[1], g[::-1] * x) and close(shares[0][5:], 0)


def test_turn_the_gain_computes_what_chapter_3_computes(compute):
    names = ("simulate_noisy", "observer", "steady_kalman_gain", "steady_variance")
    simulate_noisy, observer, kalman, variance = chapter(3, *names)
    settings = [(0.9, 0.5, 0.4, 1.0), (0.9, 1.0, 0.2, 0.1), (-0.6, 0.5, 1.0, 3.0), (1.2, -2.0, 1.0, 0.3)]
    settings += [(0.0, 1.0, 0.4, 1.0), (1.0, 0.5, 0.1, 10.0), (0.9, 0.5, 0.0, 1.0), (0.3, 0.7, 2.0, 5.0)]
    settings += [(-1.1, 0.5, 0.4, 0.5), (0.99, 2.0, 1.5, 2.0)]
    for k, (a, c, q, r) in enumerate(settings):
        rng, same = np.random.default_rng(k), np.random.default_rng(k)
        x = np.sin(np.arange(30))
        h, y = simulate_noisy(a, 0.5, c, q, r, x, rng)
        d, v = [same.normal() for _ in x], same.normal(size=31)
        given = [a, 0.5, c, q, r, x.tolist(), d, v.tolist()]
        assert close(compute("turn-the-gain", "simulate_noisy", *given), [h, y])
        for L in [0.0, 0.1, kalman(a, c, q, r), 1 / c]:
            estimate = compute("turn-the-gain", "observer", a, 0.5, c, L, x.tolist(), y.tolist(), 0.3)
            assert close(estimate, observer(a, 0.5, c, L, x, y, 0.3))
            if abs((1 - L * c) * a) < 1:
                assert close(compute("turn-the-gain", "steady_variance", L, a, c, q, r), variance(L, a, c, q, r))
        assert close(compute("turn-the-gain", "steady_kalman_gain", a, c, q, r), kalman(a, c, q, r))
    # What the text below the figure says of the error variance, with and without a measurement.
    errors = [compute("turn-the-gain", "steady_variance", L, 0.9, 0.5, 0.4, r) for L, r in [(0.43, 1), (0.09, 10)]]
    assert [round(p, 2) for p in errors] == [0.86, 1.71]
    for r, worse in [(1, 1.38), (10, 0.2)]:
        given = [(L, 0.9, 0.5, 0.4, r) for L in (0, worse, worse - 0.01)]
        without, here, before = [compute("turn-the-gain", "steady_variance", *now) for now in given]
        assert close(without, 0.4 / 0.19) and before < without < here


def test_program_it_by_hand_computes_what_chapter_4_computes(compute):
    _, rnn_forward, counter = chapter(4, "check_shapes", "rnn_forward", "counter")
    rng = np.random.default_rng(0)
    for name, own in handed_over("4.2").items():
        h_0 = own["h_0"]
        W = np.reshape(own["W"], (len(h_0), -1))
        weights = W[:, :1], W[:, 1:-1], W[:, -1]
        assert name != "counter" or all(map(np.array_equal, weights, counter(3.0)))
        for k in range(6):  # as they are, then broken
            W_xh, W_hh, b_h = [W + bool(k) * rng.normal(size=W.shape) for W in weights]
            x = rng.choice([-1, 0, 1], size=12)
            h = rnn_forward(x[:, None], W_xh, W_hh, b_h, np.array(h_0))
            given = [x.tolist(), W_xh[:, 0].tolist(), W_hh.tolist(), b_h.tolist(), h_0]
            assert close(compute("program-it-by-hand", "rnn_forward", *given), h)
        signs = [0, 1] if name == "counter" else [-1, 1]
        for x in np.array(list(product(signs, repeat=7)))[::5]:  # each does what it should
            h = rnn_forward(x[:, None], *weights, np.array(h_0))[1:]
            y = [compute("program-it-by-hand", "read", name, now.tolist()) for now in h]
            assert compute("program-it-by-hand", "wanted", name, x.tolist()) == np.round(y).tolist()


def test_walk_downhill_computes_what_lesson_4_4_computes(compute):
    names = ("h", "W_hy", "b_y", "right", "loss_at", "walk", "cross_entropy")
    *tensors, right, loss_at, walk, cross_entropy = chapter("4.4", *names)
    # In 64 bits, or the lesson's trials on both sides of v would see little but rounding.
    h, W_hy, b_y = (tensor.double().round(decimals=1) for tensor in tensors)
    loss_at.__globals__.update(h=h, W_hy=W_hy, b_y=b_y)
    for v in np.linspace(-4, 11, 31):
        W = W_hy.clone()
        W[2, 0] = v
        cross_entropy(h @ W.requires_grad_().T + b_y, right).backward()
        assert close(compute("walk-downhill", "slope", v), W.grad[2, 0])
        assert close(compute("walk-downhill", "loss_at", v), loss_at(v))
    assert abs(compute("walk-downhill", "slope", compute("walk-downhill", "bottom"))) < 1e-12
    for v, rate in product([-2.0, 6.0], [0.3, 2, 8, 25]):
        # The trials reach 0.01 to each side: they miss the slope by 0.01² times its bend, and 25 multiplies that.
        assert np.allclose(compute("walk-downhill", "walk", v, rate, 8), walk(v, rate), atol=1e-5 * rate, rtol=0)


def test_follow_the_gradient_computes_what_chapter_5_computes(compute):
    _, rnn_forward, gradient_by_lag, lyapunov = chapter(5, "check_shapes", "rnn_forward", "gradient_by_lag", "lyapunov")

    rng = np.random.default_rng(0)
    settings = [(1, 0.0), (1, 0.9), (1, 1.5), (1, 4.0), (2, 1.3), (5, 0.7), (5, 2.0), (16, 1.0), (16, 2.1), (16, 3.0)]
    for n, gain in settings:
        W, W_xh = gain * rng.normal(size=(n, n)) / np.sqrt(n), rng.normal(size=(n, 1))
        x, h_0, g = 0.5 * rng.normal(size=(25, 1)), np.full(n, 0.3), rng.normal(size=n)
        h = rnn_forward(x, W_xh, W, np.zeros(n), h_0)
        given = [W.tolist(), W_xh[:, 0].tolist(), x[:, 0].tolist(), h_0.tolist()]
        assert close(compute("follow-the-gradient", "states", *given), h)
        walk = [g.tolist(), h.tolist(), W.tolist()]
        lengths = np.array(compute("follow-the-gradient", "gradient_by_lag", *walk))
        assert np.allclose(lengths, gradient_by_lag(g, h, W), rtol=1e-12, atol=0)
        if gain:
            found = compute("follow-the-gradient", "lyapunov", h.tolist(), W.tolist(), [1.0] * n)
            assert close(found, lyapunov(h, W, np.ones(n)))


def test_which_outputs_computes_what_chapter_6_says(compute):
    (recurrence,) = chapter(2, "linear_recurrence")
    rng, values = np.random.default_rng(0), np.array([2.0, 0, 1, 1, 0, 2])
    for _ in range(20):
        T = int(rng.integers(2, 7))
        inputs, read = rng.random(T) < 0.6, rng.random(T) < 0.5
        x, h = inputs * values[:T], recurrence(0.5, 1.0, inputs * values[:T])[1:]
        given, seen = (np.flatnonzero(inputs) + 1).tolist(), (np.flatnonzero(read) + 1).tolist()
        # What comes to each input is by how much the outputs that are read change if it grows by 1.
        pushed = np.array([recurrence(0.5, 1.0, x + push)[1:] - h for push in np.eye(T)])
        assert close(compute("which-outputs", "arrives", read.astype(float).tolist()), pushed @ read)
        moved = [t for t in given if np.any((pushed[t - 1] != 0) & read)]
        assert compute("which-outputs", "unheard", given, seen) == [t for t in given if t not in moved]
    table = {  # the rows of the lesson's table
        "one to one": ([1], [1], 1), "many to one": ([1, 2, 3], [3], 3), "one to many": ([1], [1, 2, 3], 3),
        "many to many, aligned": ([1, 2, 3], [1, 2, 3], 3), "many to many, delayed": ([1, 2, 3], [4, 5], 5),
    }
    text = "".join(c.source for c in nbformat.read(notebooks([6])[0].path, as_version=4).cells)
    for name, masks in table.items():
        assert f"| {name}" in text and compute("which-outputs", "topology", *masks)[0] == name


STROKES = {  # of ten digits, drawn on the canvas, as the link to a state writes them
    0: "gOjPmRpVqargqmprmvjxgydxavXrWmVgWaXVaRdPgO", 1: "aUhOhy", 2: "WVXSZQcPfOjOmPoRqUqWpZmgWysy",
    3: "VTXQbOfOjPmRoVoYmbideeeeifmholppotkwgycyYwUt", 4: "iOUmsm.laly", 5: "qOaOYebcfakboerjroptlxgycxYu",
    6: "kObaWmWoXsZvcxgykxnvpsqopknhkfgecfZhXkWo", 7: "UPsPey.ahoh",
    8: "ggjfmdoZoVmRjPgOdPaRYVYZaddfggggkhojqnqrovkxgycxYvWrWnYjchgg", 9: "qYpUnRkPgOcPZRXUWYXcZfchgikhnfpcqYqcoojy",
}


def test_draw_a_digit_reads_as_the_networks_of_chapter_7_do(compute, browser, address):
    import torch

    names = ("on_canvas", "RNNModel", "SIGNS", "STEPS", "HALF", "unpacked", "digits", "order", "parts", "scans")
    on_canvas, RNNModel, *_, unpacked, digits, _, parts, scans = chapter(7, *names)
    compute("draw-a-digit", "softmax", [0.0])  # the figure is there
    page, _ = opened(browser, f"{address}/{PLACES['draw-a-digit']}.html", "draw-a-digit")
    handed = handed_over(7)
    test = parts["test"]
    assert [k for k, _ in handed["digits"]] == digits.target[test[:100]].tolist()
    assert [[int(v, 17) for v in scan] for _, scan in handed["digits"]] == digits.data[test[:100]].tolist()
    call = """([name, scans, down, right]) => { const { canvas, logits } = movable.made['draw-a-digit'].maths;
        return scans.map(scan => logits(name, canvas(scan, down, right))[63]); }"""
    images, right = on_canvas(scans[test]).double(), {}
    assert close(compute("draw-a-digit", "softmax", [1.0, 2.0, -3.0]), torch.tensor([1.0, 2, -3]).double().softmax(0))
    for i, down, side in [(0, 0, 0), (7, 12, -12), (30, -12, 12), (99, 5, -3)]:
        image = compute("draw-a-digit", "canvas", digits.data[test[i]].tolist(), down, side)
        there = images[i].roll((down, side), dims=(0, 1)).ravel()
        assert np.allclose(image, there, atol=1e-6)
    for name in ("identity", "default"):
        W = {part: torch.tensor(unpacked(**text)) for part, text in handed["networks"][name].items()}
        model = RNNModel(64, 128, 1, 10).double()
        own = {"rnn.weight_ih_l0": W["W_xh"], "rnn.weight_hh_l0": W["W_hh"], "rnn.bias_ih_l0": W["b_h"][0]}
        own |= {"rnn.bias_hh_l0": 0 * W["b_h"][0], "fc.weight": W["W_hy"], "fc.bias": W["b_y"][0]}
        model.load_state_dict(own)
        for down, side in [(0, 0), (6, 0), (-6, 0), (12, 0), (-12, 0), (0, 6), (0, -6)]:
            found = np.array(page.evaluate(call, [name, digits.data[test].tolist(), down, side]))
            with torch.no_grad():
                wanted = model(images.roll((down, side), dims=(1, 2))).numpy()
            assert np.allclose(found, wanted, atol=1e-3) and np.array_equal(found.argmax(1), wanted.argmax(1))
            right[name, down, side] = np.mean(found[:100].argmax(1) == digits.target[test[:100]])
        rows = compute("draw-a-digit", "logits", name, images[0].ravel().tolist())
        with torch.no_grad():
            assert np.allclose(rows, model.fc(model.states(images[:1]))[0], atol=1e-3)
    # What the text below the figure says of these hundred digits.
    assert right["identity", 0, 0] > 0.85 and min(right["identity", 6, 0], right["identity", -6, 0]) > 0.8
    far = [right["identity", 12, 0], right["identity", -12, 0]]
    assert 0.4 < min(far) and max(far) < 0.8 and 0.5 < np.mean(far) < 0.7
    assert max(right["identity", 0, 6], right["identity", 0, -6]) < 0.35 and 0.4 < right["default", 0, 0] < 0.65
    assert max(right["default", 6, 0], right["default", -6, 0]) < 0.2
    read = [[] for _ in STROKES]
    for k, lines in STROKES.items():
        start = f"{address}/{PLACES['draw-a-digit']}.html#draw-a-digit?from=drawing&lines={lines}"
        page.goto("about:blank")
        page.goto(start)
        page.evaluate("document.querySelector('#draw-a-digit movable-figure').load()")
        read[k] = int(re.search(r"identity start reads (\d)", says(page, "draw-a-digit"))[1])
    assert sum(k == answer for k, answer in enumerate(read)) >= 9, read
    page.context.close()


def test_keep_or_forget_plays_as_the_networks_of_lesson_8_7_do(compute):
    import torch

    names = ("keep_gates", "last_weights", "Recurrent", "Attention", "Player", "flag_game")
    keep_gates, last_weights, Recurrent, Attention, Player, flag_game = chapter(8, *names)
    handed = handed_over(8)
    W = {name: torch.tensor(v, dtype=torch.float64) for name, v in handed["gru"].items()}
    n = W["W_h"].shape[1]
    gru = Player(lambda n: Recurrent(torch.nn.GRU, n), n, 5, 4)
    gru.into, gru.layer.rnn = torch.nn.Identity(), torch.nn.GRU(5, n, batch_first=True)  # the first map is in W_x
    gru.double().load_state_dict(dict(zip(gru.state_dict(), W.values(), strict=True)))
    double = {k: [torch.tensor(v, dtype=torch.float64) for v in parts] for k, parts in handed["attention"].items()}
    before, after = double["before"], double["after"]
    looks = [torch.stack(double[part]) for part in ("query", "key", "value")]
    attention = Player(Attention, len(looks[0]), 5, 4).double()
    attention.load_state_dict(dict(zip(attention.state_dict(), [*before, *looks, *after], strict=True)))
    for k in range(10):
        x = flag_game(1, np.random.default_rng(k), T=30 + 20 * k)[0].double()
        found, looked = (compute("keep-or-forget", f, x[0].tolist()) for f in ("gru_forward", "attend"))
        f = keep_gates(gru, x)[0]
        with torch.no_grad():
            assert close(found["y"], gru(x)[0]) and close(looked["y"], attention(x)[0, -1])
            assert close(found["h"][1:], gru.layer(x)[0])
        assert close(found["f"], f) and close(looked["w"], last_weights(attention, x)[0])
        assert close(compute("keep-or-forget", "kept", found["f"], 7), f[8:].prod(dim=0))
    x, answers = flag_game(100, np.random.default_rng(1), T=401, lag=300)  # longer than the figure: the text says so
    with torch.no_grad():
        assert all((net(x.double())[:, -1].argmax(dim=1) == answers[:, -1]).all() for net in (gru, attention))

    # What the text below the figure says.
    def play(T, lags, *symbols):
        x = compute("keep-or-forget", "game", T, lags, [str(k) for k in symbols])
        return x, compute("keep-or-forget", "gru_forward", x), compute("keep-or-forget", "attend", x)

    for symbol in range(4):
        x, found, looked = play(101, [60], symbol)
        assert [t for t in range(101) if x[t][4]] == [40] and x[40].index(1) == symbol
        f = np.array(found["f"])
        assert 0.7 < f[10:40].mean() < 0.9 and f[40].mean() < 0.3 and looked["w"][40] > 0.95
        assert f[41:].prod(axis=0).max() > 0.95
        for lag in [60, 95, 100]:
            _, found, looked = play(101, [lag], symbol)
            assert np.argmax(found["y"][-1]) == np.argmax(looked["y"]) == symbol
        for second, other in product([10, 25, 40, 55, 80], range(4)):
            _, found, looked = play(101, [60, second], symbol, other)
            assert np.argmax(found["y"][-1]) == (symbol if second > 60 else other), (symbol, second, other)
            assert np.argmax(looked["y"]) == min(symbol, other, key=[1, 2, 3, 0].index), (symbol, second, other)


def test_set_the_clock_computes_what_lesson_8_4_computes(compute):
    import torch

    _, FixedClock = chapter(8, "step_by_step", "FixedClock")
    rng, name = np.random.default_rng(0), "set-the-clock"
    for tau, delta, n in product([0.5, 1.44, 2.4], [0.05, 1 / 3, 0.5, 1.0, 2.4], [1, 2, 3]):
        x = rng.integers(0, 17, 8).tolist()
        clock = FixedClock(1).double()
        clock.rate.data[:], clock.delta = -np.log(np.expm1(1 / tau)), delta  # its sigmoid is e^(-1/tau)
        often, a = compute(name, "repeated", x, n), compute(name, "gate", "exact", delta, tau)
        with torch.no_grad():
            h = clock(torch.tensor(x).double().repeat_interleave(n).reshape(1, -1, 1)).flatten()
        assert close(compute(name, "states", often, a)[1:], h)
        euler = [0.0]
        for now in np.repeat(x, n):
            euler.append(euler[-1] + delta / tau * (now - euler[-1]))
        assert close(compute(name, "states", often, compute(name, "gate", "euler", delta, tau)), euler)
        # The rings are hit if n steps last as long as one did, for any inputs and rates.
        assert close(compute(name, "misses", x, n, "exact", 1 / n, tau), 0)
    halved = compute(name, "gate", "exact", 1, 1 / np.log(2))
    assert close(compute(name, "states", [16, 16, 4, 4], halved), [0, 8, 12, 8, 6])  # the bath of the lesson
    # What the text below the figure says, of the inputs with which it starts.
    x = [16, 16, 4, 4, 0, 12, 12, 4]
    assert round(max(compute(name, "misses", x, 2, "exact", 1, 1.44))) == 4
    gates = [("exact", 0.5, 0.71), ("exact", 1, 0.5), ("euler", 0.5, 0.65)]
    assert [round(compute(name, "gate", kind, delta, 1.44), 2) for kind, delta, _ in gates] == [a for *_, a in gates]
    for tau, delta in [(1.44, 0.42), (0.5, 0.32), (2.4, 0.45)]:
        worst = [max(compute(name, "misses", x, 2, "euler", d, tau)) for d in (delta, 0.5)]
        assert worst[0] < 0.1 < worst[1]


def test_the_numbers_below_the_figures_are_those_that_a_reader_finds(compute):
    """Of chapters 2 to 5; for 7 and 8 the tests above look."""
    def last(a, x):
        return round(compute("draw-an-input", "linear_recurrence", a, 1.0, x)[-1], 2)

    signs = [(-1.0) ** t for t in range(16)]
    assert last(0.8, [1.0] * 16) == last(-0.8, [-s for s in signs]) == 4.86 and last(-0.8, [1.0] * 16) < 0.6
    assert [round(compute("turn-the-gain", "steady_kalman_gain", 0.9, 0.5, 0.4, r), 2) for r in (1, 10)] == [0.43, 0.09]

    def wrong(machine, weight, value):
        own = handed_over("4.2")[machine]
        W, x = np.array(own["W"]), [{"n": -1, "z": 0, "p": 1}[sign] for sign in own["x"]]
        W[weight] = value
        W = W.reshape(len(own["h_0"]), -1)
        weights = [v.tolist() for v in (W[:, 0], W[:, 1:-1], W[:, -1])]
        h = compute("program-it-by-hand", "rnn_forward", x, *weights, own["h_0"])
        y = [compute("program-it-by-hand", "read", machine, now) for now in h[1:]]
        return int(np.sum(np.round(y) != compute("program-it-by-hand", "wanted", machine, x)))

    assert wrong("latch", 0, 2.5) == wrong("latch", 0, 4.0) == 0 < wrong("latch", 0, 2.4) < 7 < wrong("latch", 0, 1.9)
    assert wrong("latch", 1, 1.1) == 0 and wrong("latch", 1, 1.0) and wrong("latch", 1, 4.0) and wrong("latch", 2, 1.0)
    assert wrong("latch", 1, 5.0) == 8  # all that the 1 should have set
    wires = [0, 7, 14, 21]  # from x to 1, from 1 to 2, from 2 to 3, from 3 to 4
    assert [wrong("delay", k, g) for k, g in zip(wires, [0.1, 0.1, 0.2, 0.6], strict=True)] == [0] * 4
    assert wrong("delay", 14, 0.1) and wrong("delay", 21, 0.5) and wrong("counter", 0, 3.0) == 0

    def updates(rate, v=-2.0):
        return compute("walk-downhill", "arrival", compute("walk-downhill", "walk", v, rate, 900))

    bottom = compute("walk-downhill", "bottom")
    assert [updates(rate) for rate in (2, 3.8, 8.7, 16, 17)] == [18, 8, 1, 8, 12] and min(updates(3.7), updates(17)) > 8
    for v in (-3.5, -2.0, 1.3, 6.0, 10.5):
        assert updates(19, v) < 200 and updates(20, v) > 900 and updates(32, v) > 900
    beyond = [max(compute("walk-downhill", "walk", -2.0, rate, 20)) - bottom for rate in (8.7, 9.1, 17)]
    assert beyond[0] < 0.05 < beyond[1] < 0.3 and beyond[2] > 3
    bend = compute("walk-downhill", "slope", bottom + 1e-4) - compute("walk-downhill", "slope", bottom - 1e-4)
    assert round(bend / 2e-4, 3) == 0.104 and round(2 / (bend / 2e-4), 1) == 19.2
    assert 0.265 < compute("walk-downhill", "slope", 10.5) < compute("walk-downhill", "slope", 1e2) < 0.27
    assert updates(2, 6.0) > updates(2) and updates(2, 10.0) > updates(2, -3.5)

    own, unit = handed_over(5), [[1.5]]
    h = compute("follow-the-gradient", "states", unit, [1.0], [0.0] * 40, [0.3])
    assert 2.4e-15 < compute("follow-the-gradient", "gradient_by_lag", [1.0], h, unit)[40] < 2.6e-15
    for strength, vanishes, explodes in [(0.5, 2.0, 2.15), (1.0, 2.4, 2.7)]:
        for gain in (vanishes, explodes):
            W = (gain * np.array(own["W_hh"])).tolist()
            h = compute("follow-the-gradient", "states", W, own["W_xh"], [strength * v for v in own["x"]], [0.3] * 16)
            mu = compute("follow-the-gradient", "lyapunov", h, W, [1.0] * 16)
            assert mu < -0.005 if gain == vanishes else mu > 0.005, (strength, gain, mu)


@FIGURES
def test_it_is_moved_by_the_keyboard_alone_and_reset(browser, address, name):
    page, wrong = opened(browser, f"{address}/{PLACES[name]}.html", name)
    first = says(page, name)
    controls = page.locator(f"#{name} movable-figure :is(input:enabled, button:enabled, a, [tabindex='0'])")
    controls.first.focus()
    for k in range(controls.count()):  # Tab reaches each, in their order on the page
        assert controls.nth(k).evaluate("e => e === document.activeElement"), k
        page.keyboard.press("Tab")
    moved = set()
    for slider in page.locator(f"#{name} input[type=range]").all():
        slider.focus()
        shown = []
        for key in ("Home", "ArrowUp", "End"):
            page.keyboard.press(key)
            moved.add(says(page, name))
            shown.append(state(page, name))
        assert slider.get_attribute("aria-valuetext") and shown[0] != shown[2] and shown[1] not in (shown[0], shown[2])
    for button in page.locator(f"#{name} .control button:enabled").all():
        button.focus()
        page.keyboard.press("Enter")
        moved.add(says(page, name))
    assert len(moved) > 4
    page.wait_for_function(  # what is read out is what stands there, once the hand rests
        f"() => (f => f('[role=status]') === `${{f('.says')}} ${{f('.goal')}}`)"
        f"(s => document.querySelector(`#{name} ${{s}}`).textContent)"
    )
    page.get_by_role("button", name="Reset").focus()
    page.keyboard.press("Enter")
    assert says(page, name) == first and wrong == []
    page.context.close()


@FIGURES
def test_it_asks_for_a_guess_first_and_then_has_goals(browser, address, name):
    page, wrong = opened(browser, f"{address}/{PLACES[name]}.html", name, guess=0)
    figure = page.locator(f"#{name} movable-figure")
    answers = figure.locator(".guess button")
    assert answers.count() >= 3 and not figure.locator(".controls").is_visible()
    assert not figure.locator(".says").is_visible() and figure.locator("svg").first.is_visible()
    first = answers.first.text_content()
    answers.first.focus()
    figure.evaluate("""e => { const top = () => e.querySelector('.stage').getBoundingClientRect().top, stood = top();
        e.onclick = () => setTimeout(() => (window.jumped = top() - stood)); }""")
    page.keyboard.press("Enter")
    assert figure.locator(".foot").get_by_text(f"Your guess: {first}").is_visible()
    page.wait_for_function("window.jumped !== undefined")
    assert abs(page.evaluate("window.jumped")) < 1  # the picture stays where it is
    assert figure.locator(".controls").is_visible() and figure.locator(".says").is_visible()
    assert page.evaluate("e => e.contains(document.activeElement)", figure.element_handle())
    page.evaluate(DRAWN)
    assert figure.locator(".goal").text_content().startswith("Goal 1 of")  # none is reached before one does anything
    # What a theme changes has no name in a sentence.
    words = "[guess, goals, hint].flat(9).map(v => `${v}`).join()"
    text = page.evaluate(f"() => (({{guess, goals, hint}}) => {words})(movable.made['{name}'])") + says(page, name)
    assert not re.search(r"\b(black|white|dark|bright|light|gr[ae]y)\b", text) and wrong == []
    page.context.close()


MANY = "net=many&input="
WIRES = ",".join(f"{v:g}" for v in handed_over("4.2")["delay"]["W"])
POINT = f"{string.ascii_uppercase}{string.ascii_lowercase}{string.digits}_-"
HALF = "".join(c if c == "." else POINT[POINT.index(c) // 2] for c in STROKES[4])  # half as large, at the upper left
REACHED = {  # states in which the goals of a figure are reached, one after the other (with a space: a way)
    "let-go": ["w=1", "w=-1"],
    "draw-an-input": [f"x={','.join(['1'] * 16)}", f"a=-0.8&x={','.join(['-1', '1'] * 8)}", f"x={'0,' * 13}-1,-0.45,1"],
    "turn-the-gain": ["L=0.43", "r=10&L=0.09", "r=10&L=0.3"],
    "program-it-by-hand": ["W=4,2,0", "W=4,5,0", f"machine=delay&W={WIRES}"],
    "walk-downhill": ["power=0.9&n=20", "power=1.1&n=20", "power=1.3&n=20"],
    "which-outputs": ["back=5", "read=01100&back=5", "inputs=10000&read=11111&back=5"],
    "follow-the-gradient": ["gain=1.5", f"{MANY}0.5&gain=2.5 {MANY}0.5&gain=2.1", f"{MANY}1&gain=2.5"],
    "draw-a-digit": ["down=-10", "right=6", f"from=drawing&lines={HALF}"],
    "keep-or-forget": ["t=41", "lag=96&symbol=1", "symbol=1&other=2"],
    "set-the-clock": ["n=2&delta=0.5", "n=3&delta=0.33", "n=2&kind=euler&delta=0.42"],
}


@pytest.mark.parametrize("name", REACHED)
def test_its_goals_can_be_reached(browser, address, name):
    page, wrong = opened(browser, f"{address}/{PLACES[name]}.html", name)
    goal = page.locator(f"#{name} .goal")
    for k, there in enumerate(REACHED[name], 1):
        for step in there.split():
            page.evaluate(f"location.hash = '{name}?{step}'")
            page.evaluate(DRAWN)
        goal.get_by_text(f"✓ Goal {k} reached.").wait_for()  # and no other with it
    assert wrong == []
    page.context.close()


SCREENS = [(1280, 720), (390, 750), (320, 850)]  # the last: 400 % zoom on a small laptop


@FIGURES
@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_controls_picture_and_verdict_are_on_one_screen(browser, address, name, width, height):
    screen = {"viewport": {"width": width, "height": height}, "is_mobile": width < 600, "has_touch": width < 600}
    page, _ = opened(browser, f"{address}/{PLACES[name]}.html", name, **screen)
    page.evaluate(DRAWN)
    ends = "s => [...document.querySelectorAll(s)].map(e => e.getBoundingClientRect())"
    controls, verdict = page.evaluate(f"({ends})('#{name} :is(.controls, .says)')")
    header = page.locator(".bd-header-article").bounding_box()["height"]
    assert verdict["bottom"] - controls["top"] <= height - header
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # Every control stands inside of the figure, and none on another.
    parts = ":is(span, legend:not(.visually-hidden), input, output, button)"
    boxes = page.evaluate(f"({ends})('#{name} .control:not(.drawn) {parts}')")
    edge = page.locator(f"#{name} movable-figure").bounding_box()
    for k, box in enumerate(boxes):
        assert edge["x"] - 1 <= box["left"] and box["right"] <= edge["x"] + edge["width"] + 1
        for other in boxes[:k]:
            apart = box["left"] >= other["right"] - 1 or box["right"] <= other["left"] + 1
            assert apart or box["top"] >= other["bottom"] - 4 or box["bottom"] <= other["top"] + 4, (box, other)
    page.context.close()


@FIGURES
def test_it_plays_and_pauses_and_goes_step_by_step(browser, address, name):
    page, wrong = opened(browser, f"{address}/{PLACES[name]}.html", name)
    time = page.locator(f"#{name} .time")
    at = lambda: float(time.locator("input").input_value())  # noqa: E731
    play = time.get_by_role("button", name="play")
    last = float(time.locator("input").get_attribute("max"))
    assert at() == (0 if name in ("walk-downhill", "which-outputs") else last)  # all is drawn at first, but these wait
    play.click()
    page.wait_for_function(f"() => +document.querySelector('#{name} .time input').value >= 2")
    time.get_by_role("button", name="pause").click()
    page.evaluate(DRAWN)
    rest = at()
    page.wait_for_timeout(700)
    assert 2 <= at() == rest < float(time.locator("input").get_attribute("max"))
    page.locator(f"#{name} .stage").focus()
    left = time.locator("input[dir=rtl]").count()  # in a picture in which time runs to the left
    for key, by in [("ArrowLeft", 1), ("ArrowRight", -1)] if left else [("ArrowRight", 1), ("ArrowLeft", -1)]:
        before = at()
        page.keyboard.press(key)
        page.evaluate(DRAWN)
        assert np.sign(at() - before) == by
    top = page.evaluate("scrollY")
    page.keyboard.press(" ")
    assert time.get_by_role("button", name="pause").count() == 1 and page.evaluate("scrollY") == top
    page.context.close()
    page, _ = opened(browser, f"{address}/{PLACES[name]}.html", name, reduced_motion="reduce")
    page.locator(f"#{name} .time [data-does='step on']").wait_for()
    assert not page.locator(f"#{name} .time [data-does=play]").is_visible() and wrong == []  # steps only
    page.context.close()


TICKS = """name => [...document.querySelectorAll(`#${name} .tick`)]
    .map(e => [e.textContent, ...['x', 'y'].map(k => Math.round(e.getAttribute(k)))].join()).join(' ')"""


@FIGURES
def test_its_axes_do_not_move_under_the_hand(browser, address, name):
    page, wrong = opened(browser, f"{address}/{PLACES[name]}.html", name)
    for k in range(page.locator(f"#{name} [data-panel]").count()):
        page.get_by_role("button", name="Reset").click()
        pad = page.locator(f"#{name} [data-panel]").nth(k)
        if "pick" in pad.get_attribute("class") or not pad.is_visible():
            continue
        pad.evaluate("e => e.scrollIntoView({block: 'center', behavior: 'instant'})")
        box = pad.bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.evaluate(DRAWN)
        before = page.evaluate(TICKS, name)
        for part in (0.1, 0.9, 0.3):
            page.mouse.move(box["x"] + part * box["width"], box["y"] + (1 - part) * box["height"], steps=4)
            page.evaluate(DRAWN)
            assert page.evaluate(TICKS, name) == before
        page.mouse.up()
    assert wrong == []
    page.context.close()


def near(value, wanted, by):
    return abs(float(value) - wanted) <= by


# Where the finger ends, at these parts of the panel's width and height, the value must lie: figure, panel, test.
UNDER = {
    ("let-go", "web"): lambda s, x, y: near(s["h_0"], np.clip(-1.3 + 2.6 * x, -1.2, 1.2), 0.02),
    ("let-go", "ends"): lambda s, x, y: near(s["w"], np.clip(-3.1 + 6.2 * x, -3, 3), 0.03),
    ("draw-an-input", "inputs"): lambda s, x, y: (
        near(s["x"].split(",")[int(s["s"]) - 1], np.clip(1.25 - 2.5 * y, -1, 1), 0.03)
        and near(s["s"], 0.3 + 16.4 * x, 0.5)
    ),
    ("turn-the-gain", "gains"): lambda s, x, y: near(s["L"], -0.05 + 2.5 * x, 0.02),
    ("turn-the-gain", "lens"): lambda s, x, y: near(s["L"], np.clip(2.5 - 2.95 * y, 0, 2.4), 0.02),
    ("turn-the-gain", "noise"): lambda s, x, y: near(s["r"], max((9.4 - 10 * y) / 2, 0.3) ** 2, 0.1),
    ("walk-downhill", "hill"): lambda s, x, y: near(s["v_0"], np.clip(-4 + 15 * x, -3.5, 10.5), 0.06),
    ("walk-downhill", "rates"): lambda s, x, y: near(s["power"], np.clip(-1.3 + 3.1 * x, -1, 1.5), 0.02),
    ("which-outputs", "read"): lambda s, x, y: s["read"] == ("00000" if x < 0.6 else "00111"),
    ("which-outputs", "inputs"): lambda s, x, y: s["inputs"] == ("11011" if x < 0.6 else "11110"),
    ("which-outputs", "back"): lambda s, x, y: near(s["back"], 5.1 - 5.2 * x, 0.06),
    ("follow-the-gradient", "back"): lambda s, x, y: near(s["k"], 40 - np.clip(-1.5 + 42.5 * x, 0, 40), 0.6),
    ("follow-the-gradient", "gains"): lambda s, x, y: near(s["gain"], np.clip(3.1 * x, 0.05, 3), 0.03),
    ("draw-a-digit", "sheet"): lambda s, x, y: (s["down"], s["right"]) == (("12", "12") if y > 0.8 else ("3", "-12")),
    ("draw-a-digit", "moves"): lambda s, x, y: (
        near(s["right"], 25 * x - 12.5, 0.6) and near(s["down"], 25 * y - 12.5, 0.6)
    ),
    ("keep-or-forget", "symbols"): lambda s, x, y: (
        near(s["lag"], 100 if x < 0.5 else 60 - 0.2 * 101, 1) and s["symbol"] == ("0" if y > 0.8 else "2")
    ),
    ("keep-or-forget", "spare"): lambda s, x, y: (
        near(s["second"], 1 if y > 0.8 else 5, 1) and s["other"] == ("0" if y > 0.8 else "1")
    ),
    ("set-the-clock", "gate"): lambda s, x, y: near(s["delta"], 2.5 * x, 0.02),
}


@FIGURES
def test_it_is_moved_by_a_finger_and_the_page_stays(browser, address, name):
    """Nothing cancels the touch, the page neither scrolls nor goes back, the value follows; a swipe up scrolls."""
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    page, wrong = opened(browser, f"{address}/{PLACES[name]}.html", name, **phone)
    page.evaluate("() => { window.lost = 0; addEventListener('pointercancel', () => window.lost++, true); }")
    finger, tried = page.context.new_cdp_session(page), set()
    fields = page.locator(f"#{name} [data-panel]:visible")
    shown = set(fields.evaluate_all("all => all.map(e => e.dataset.panel)"))
    assert shown
    across = ((0.8, 0.5), (0.12, 0.55))
    ways = [((0.5, 0.2), (0.7, 0.85)), across, ((0.2, 0.7), (0.2, 0.4))]

    def touch(box, points):
        for kind, point in [("touchStart", points[0]), *(("touchMove", p) for p in points[1:]), ("touchEnd", None)]:
            at = [] if point is None else [[box["x"] + point[0] * box["width"], box["y"] + point[1] * box["height"]]]
            touches = [{"x": float(x), "y": float(y)} for x, y in at]
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
            page.evaluate(DRAWN)

    for k, (start, end) in product(range(fields.count()), ways):
        page.get_by_role("button", name="Reset").click()
        before = state(page, name)
        field = fields.nth(k)
        field.evaluate("e => e.scrollIntoView({block: 'center', behavior: 'instant'})")
        page.evaluate(DRAWN)
        box, top, panel = field.bounding_box(), page.evaluate("scrollY"), field.get_attribute("data-panel")
        kind = field.get_attribute("class")
        if "sideways" in kind and (start, end) != across:  # who swipes up wants to read on, and changes nothing
            touch(box, [(0.3, 0.9 - i * 20 / box["height"]) for i in range(9)])
            assert page.evaluate("scrollY") > top + 50 and state(page, name) == before
            page.evaluate("() => { window.lost = 0; }")
            continue
        points = [start] if "pick" in kind else [start, *np.linspace(start, end, 8)[1:]]
        touch(box, points)
        after = state(page, name)
        assert page.evaluate("[scrollY, window.lost]") == [top, 0]
        if (name, panel) in UNDER and (start, end) != ways[2]:
            assert UNDER[name, panel](after, *points[-1]), (panel, after)
        tried |= {panel} if after != before else set()
    assert tried == shown  # each panel answers
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") and wrong == []
    page.context.close()


HANDLES = {  # where the first handle of a figure comes to, 40 pixels to the left and down, on a phone
    "follow-the-gradient": lambda s: near(s["h_0"], 0.3 - 2.3 * 40 / 100, 0.03),
    "let-go": lambda s: s["h_0"] and 0.1 < float(s["h_0"]) < 0.3,
}


@FIGURES
def test_its_handles_follow_a_finger_both_ways(browser, address, name):
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    page, wrong = opened(browser, f"{address}/{PLACES[name]}.html", name, **phone)
    finger, handles = page.context.new_cdp_session(page), page.locator(f"#{name} [data-handle]:visible")
    for k in range(handles.count()):
        moved = False
        for right, down in [(40, -40), (-40, 40)]:
            page.get_by_role("button", name="Reset").click()
            handles.nth(k).evaluate("e => e.scrollIntoView({block: 'center', behavior: 'instant'})")
            page.evaluate(DRAWN)
            before, top, box = state(page, name), page.evaluate("scrollY"), handles.nth(k).bounding_box()
            for i, kind in enumerate(["touchStart", *["touchMove"] * 6, "touchEnd"]):
                at = {"x": box["x"] + 24 + right * i / 6, "y": box["y"] + 24 + down * i / 6}
                touches = [] if kind == "touchEnd" else [at]
                finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
                page.evaluate(DRAWN)
            moved |= state(page, name) != before
            assert page.evaluate("scrollY") == top
        assert k or HANDLES.get(name, bool)(state(page, name))
        assert moved, k
    assert wrong == []
    page.context.close()


@FIGURES
def test_pressed_and_unpressed_differ_in_forced_colours(browser, address, name):
    page, _ = opened(browser, f"{address}/{PLACES[name]}.html", name, forced_colors="active")
    look = "s => (e => e && getComputedStyle(e).backgroundColor)(document.querySelector(s))"
    pressed, other = (page.evaluate(look, f"#{name} .control [aria-pressed={is_so}]") for is_so in ("true", "false"))
    assert pressed != other or pressed is None
    page.context.close()


@FIGURES
def test_its_state_can_be_linked_to_and_nonsense_in_a_link_does_no_harm(browser, site, name):
    url = (site / f"{PLACES[name]}.html").as_uri()
    page, wrong = opened(browser, url, name)
    first = says(page, name)
    for slider in page.locator(f"#{name} input[type=range]").all():
        slider.focus()
        page.keyboard.press("End" if name == "which-outputs" else "Home")  # that one starts at 0
    there = says(page, name)
    link = page.locator(f"#{name} .foot a").get_attribute("href")
    page.goto("about:blank")
    nonsense = f"#{name}?w=x&T=1e999&map=&bits=2%27&h_0=&k=x"
    for address, wanted in [(link, there), (f"#{name}?", first), (nonsense, first)]:
        other, failed = opened(browser, url + address, name)
        assert says(other, name) == wanted and failed == []
        other.wait_for_function(f"() => Math.abs(document.getElementById('{name}').getBoundingClientRect().top) < 200")
        other.context.close()
    assert there != first and wrong == []
    page.context.close()


@FIGURES
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_no_barrier_in_it_while_it_is_used(browser, address, name, width):
    for theme in ("light", "dark"):
        look = {"viewport": {"width": width, "height": 900}, "color_scheme": theme}
        page, wrong = opened(browser, f"{address}/{PLACES[name]}.html", name, **look)
        page.locator(f"#{name} details.seen summary").click()
        page.locator(f"#{name} input[type=range]").first.focus()
        page.keyboard.press("End")
        says(page, name)
        seek(page, [f"() => axe.run('#{name}', {{resultTypes: ['violations']}})"])
        assert barriers(page) == [] and wrong == []
        page.context.close()


@FIGURES
def test_where_it_cannot_move_a_drawn_figure_is_named(browser, site, name):
    url = (site / f"{PLACES[name]}.html").as_uri()
    page, _ = opened(browser, url, name)
    page.emulate_media(media="print")
    assert page.locator(f"#{name} .stands-in a").is_visible()
    assert not page.locator(f"#{name} movable-figure").is_visible()
    page.context.close()
    still = browser.new_context(java_script_enabled=False).new_page()
    still.goto(url)
    assert still.locator(f"#{name} .stands-in a").is_visible()
    still.context.close()


def test_they_are_small(site):
    folder = site / "_static" / "movable"
    code = [p for p in folder.glob("*.js") if not p.name.endswith(".numbers.js")]
    sent = [len(gzip.compress(p.read_bytes())) for p in [*code, FOLDER.with_suffix(".js")]]  # as servers send it
    assert sum(sent) <= 40_000
    for name in PLACES:
        assert sum(p.stat().st_size for p in folder.glob(f"{name}.*")) <= 150 * 1024, name
