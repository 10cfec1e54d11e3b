// What all movable figures share: controls, time, axes, dragging, guesses and goals, a sentence that is read out.
"use strict";
{
  const made = {};
  const limit = (v, low, high) => Math.min(Math.max(v, low), high);
  const number = (v, digits = 2) => v.toFixed(digits).replace(/^-(?=0\.?0*$)/, "").replace("-", "−");
  const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
  const INDEX = /\b([a-zA-Z])_(\w|\{[^}]*\})/g;
  const index = (sub) => sub.replace(/[{}]/g, "").replace("-", "−");
  // "h_0" and "h_{t-1}" with their indices below the line, in a paragraph and in a drawing.
  const html = (text) => escape(text).replace(INDEX, (_, letter, sub) => `<i>${letter}</i><sub>${index(sub)}</sub>`);
  const drawn = (text) =>
    escape(text).replace(INDEX, (_, a, sub) => `<tspan class="letter">${a}</tspan><tspan dy="3" class="index">${index(sub)}</tspan><tspan dy="-3">\u200b</tspan>`);
  const plain = (v, digits = 6) => number(v, digits).replace(/(\..*?)0+$/, "$1").replace(/\.$/, "");
  const range = (n, f) => Array.from({ length: n }, (_, i) => f(i));
  const best = (values) => values.indexOf(Math.max(...values));
  const softmax = (scores) => {
    const top = Math.max(...scores), e = scores.map((s) => Math.exp(s - top)), sum = e.reduce((a, b) => a + b);
    return e.map((v) => v / sum);
  };
  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  // Round numbers between low and high, about n of them.
  const ticks = (low, high, n) => {
    const raw = (high - low) / n, power = 10 ** Math.floor(Math.log10(raw));
    const step = power * [1, 2, 5, 10].find((k) => k * power >= raw * 0.999);
    const first = Math.ceil(low / step - 1e-9);
    return range(Math.floor(high / step + 1e-9) - first + 1, (i) => +((first + i) * step).toPrecision(6));
  };

  // Places for panels, from columns [share of the width, height of a panel, height of the next, …]: side by side,
  // on a phone one below the other. Also the height of all.
  const layout = (width, columns, { left = 50, right = 12, top = 24, bottom = 38 } = {}) => {
    const wide = width >= 560, places = [];
    let x = 0, y = 0, height = 0;
    for (const [share, ...heights] of columns) {
      const room = wide ? width * share : width;
      for (const high of heights) {
        places.push({ x: x + left, y: y + top, width: room - left - right, height: high - top - bottom });
        y += high;
      }
      height = Math.max(height, y);
      if (wide) [x, y] = [x + room, 0];
    }
    return [places, height];
  };

  // A panel with axes: X, Y from data to pixels, x, y back, and marks as markup. What leaves it is cut off.
  // With drag: true the hand can move in it; drag: "sideways" leaves up and down to the page, "pick" wants clicks;
  // at handle: [x, y] it moves both ways, and with drag: "handle" there alone.
  const panel = (name, place, { x, y, log = false, xlabel = "", ylabel = "", xticks, yticks, drag = false, handle }) => {
    const scale = log ? Math.log10 : (v) => v;
    const [low, high] = y.map(scale);
    const X = (v) => ((v - x[0]) / (x[1] - x[0])) * place.width;
    const Y = (v) => (1 - (scale(v) - low) / (high - low)) * place.height;
    const at = (v) => v.toFixed(2);
    const self = {
      name, place, drag, handle, X, Y,
      x: (pixel) => x[0] + ((pixel - place.x) / place.width) * (x[1] - x[0]),
      y: (pixel) => low + (1 - (pixel - place.y) / place.height) * (high - low),
      line: (points, kind) => `<polyline class="${kind}" points="${points.map(([a, b]) => `${at(X(a))},${at(Y(b))}`).join(" ")}"/>`,
      // The ground between two lines.
      between: (one, other, kind) => `<polygon class="${kind}" points="${[...one, ...[...other].reverse()].map(([a, b]) => `${at(X(a))},${at(Y(b))}`).join(" ")}"/>`,
      dots: (points, kind, r = 3) => points.map(([a, b]) => `<circle class="${kind}" cx="${at(X(a))}" cy="${at(Y(b))}" r="${r}"/>`).join(""),
      bar: (a, from, to, kind, share = 0.7, more = "") => {
        const half = (X(1) - X(0)) * share / 2, [up, down] = [Y(from), Y(to)].sort((p, q) => p - q);
        return `<rect class="${kind}" x="${at(X(a) - half)}" y="${at(up)}" width="${at(2 * half)}" height="${at(down - up)}" ${more}/>`;
      },
      text: (a, b, words, more = "") => `<text x="${at(X(a))}" y="${at(Y(b))}" ${more}>${drawn(words)}</text>`,
      // The picture that all chapters share: h against t, a dot for each state, and above the last step
      // the factor by which it came from the one before.
      path(points, kind, factor) {
        const shown = points.filter(([, v]) => isFinite(v) && (!log || v > 0));
        const marks = self.line(shown, kind) + self.dots(shown.slice(0, -1), `${kind} full`, 3) + self.dots(shown.slice(-1), `${kind} full handle`, 6);
        if (!factor || shown.length < 2) return marks;
        const [[a, b], [c, d]] = shown.slice(-2).map(([t, v]) => [X(t), Y(v)]), top = Math.max(Math.min(b, d) - 14, 13);
        return `${marks}<path class="hop" d="M${at(a)} ${at(b)}Q${at((a + c) / 2)} ${at(top - 8)} ${at(c)} ${at(d)}"/>`
          + `<text class="halo" x="${at(limit((a + c) / 2, 3.6 * factor.length, place.width - 3.6 * factor.length))}" y="${at(top)}" text-anchor="middle">${drawn(factor)}</text>`;
      },
      // What the marks mean, above the frame.
      legend: (items) => {
        let left = place.x;
        const y = place.y - 10;
        return items.map(([kind, words]) => {
          const mark = /full|hollow/.test(kind) ? `<circle class="${kind}" cx="${left + 9}" cy="${y}" r="4"/>` : `<path class="${kind}" d="M${left} ${y}h18"/>`;
          const entry = `${mark}<text x="${left + 23}" y="${y + 4}">${drawn(words)}</text>`;
          left += 36 + 6.4 * words.length;
          return entry;
        }).join("");
      },
      svg(...marks) {
        const { x: left, y: top, width, height } = place;
        const lines = [`<rect class="frame" x="${left}" y="${top}" width="${width}" height="${height}"/>`];
        for (const tick of xticks ?? ticks(...x, Math.max(2, width / 70))) // a number, or [number, words]
          lines.push(`<text class="tick" x="${at(left + X(tick[0] ?? tick))}" y="${top + height + 15}" text-anchor="middle">${tick.length ? drawn(tick[1]) : plain(tick)}</text>`);
        const rows = yticks ?? (log ? ticks(low, high, 4).filter(Number.isInteger).map((k) => 10 ** k) : ticks(...y, height / 45));
        for (const row of rows) { // a number, or [number, words], or, without a line, [number, words, true]
          const v = row[0] ?? row;
          const label = row.length ? drawn(row[1]) : log ? `10<tspan dy="-5" class="index">${number(Math.log10(v), 0)}</tspan>` : plain(v);
          if (!row[2]) lines.push(`<path class="grid" d="M${left} ${at(top + Y(v))}h${width}"/>`);
          lines.push(`<text class="tick" x="${left - 6}" y="${at(top + Y(v) + 4)}" text-anchor="end">${label}</text>`);
        }
        lines.push(`<text x="${left + width / 2}" y="${top + height + 31}" text-anchor="middle">${drawn(xlabel)}</text>`);
        lines.push(`<text transform="translate(${left - 40} ${top + height / 2}) rotate(-90)" text-anchor="middle">${drawn(ylabel)}</text>`);
        return `${lines.join("")}<svg x="${left}" y="${top}" width="${width}" height="${height}">${marks.flat(Infinity).join("")}</svg>`;
      },
    };
    return self;
  };

  // An axis stays while the hand moves, and takes the wanted value when the hand lets go.
  const settle = (hand, key, wanted) => {
    if (!hand.held || !(key in hand.axes)) hand.axes[key] = wanted;
    hand.waits ||= `${hand.axes[key]}` !== `${wanted}`;
    return hand.axes[key];
  };

  // Controls: [key, words, low, high, step] is a slider, [key, words, {value: words, …}] a choice,
  // [key, words, "bits"] a row of switches, whose state is a text of zeros and ones. What may follow:
  // {time: milliseconds for each step} makes a slider play, to the left with {left: true}, {wide: true} gives it more room, {shows: value => words}
  // writes its value, and {drawn: true} says that the picture itself is the control: this one is there for the keyboard,
  // and seen only while it has the focus.
  // [key, pattern] has no control of its own: a text of this pattern.
  const control = (entry, value, changed, hand, off, most) => {
    const [, words, low, high, step] = entry, slides = typeof low === "number", more = entry[slides ? 5 : 3] ?? {};
    const box = document.createElement(slides && !more.time ? "label" : "fieldset");
    box.className = `control ${Object.keys(more).join(" ")}`;
    if (slides) {
      const digits = `${step}`.split(".")[1]?.length ?? 0, { left } = more, range = `<input type="range" min="${low}" max="${high}" step="${step}">`;
      const button = (does, sign) => `<button type="button" data-does="${does}" aria-label="${does}">${sign}</button>`;
      box.innerHTML = more.time
        ? `<legend class="visually-hidden">${html(words)}</legend>${button("play", "▶")}${left ? button("step on", "◂") + button("step back", "▸") : button("step back", "◂") + button("step on", "▸")}<span aria-hidden="true">${html(words)}</span>${range}<output aria-hidden="true"></output>`
        : `<span>${html(words)}</span>${range}<output aria-hidden="true"></output>`;
      const input = box.querySelector("input"), top = () => most() ?? high;
      if (more.time) input.setAttribute("aria-label", words);
      input.addEventListener("input", () => changed(+input.value));
      input.addEventListener("pointerdown", () => (hand.held = entry[0]));
      for (const end of ["pointerup", "pointercancel", "change"]) input.addEventListener(end, () => (hand.held = null, changed(value())));
      if (more.time) {
        const [play, back, on] = ["play", "step back", "step on"].map((does) => box.querySelector(`[data-does="${does}"]`));
        if (left) input.dir = "rtl";
        let timer = 0;
        const go = (by) => changed(+limit(value() + by * step, low, top()).toFixed(6));
        const stop = () => {
          clearInterval(timer);
          timer = hand.plays = 0;
          play.textContent = "▶";
          play.setAttribute("aria-label", "play");
        };
        hand.stop = stop;
        hand.step = (by) => (stop(), go(by));
        hand.left = left;
        hand.play = () => {
          if (timer) return stop(), changed(value());
          if (still()) return hand.step(1);
          if (value() >= top()) changed(low);
          hand.plays = 1;
          play.textContent = "❚❚";
          play.setAttribute("aria-label", "pause");
          timer = setInterval(() => {
            if (value() >= top()) stop();
            go(1);
          }, more.time);
        };
        play.hidden = still();
        play.onclick = hand.play;
        back.onclick = () => hand.step(-1);
        on.onclick = () => hand.step(1);
      }
      return [box, () => {
        input.max = top();
        input.value = value();
        input.disabled = !!off();
        input.setAttribute("aria-valuetext", (box.lastChild.textContent = more.shows?.(value()) ?? number(value(), digits)));
      }];
    }
    const bits = low === "bits", choices = bits ? [...value()].map((_, i) => [i, `${i + 1}`]) : Object.entries(low);
    box.innerHTML = `<legend>${html(words)}</legend>` + choices.map(([, name]) => `<button type="button">${html(name)}</button>`).join("");
    const buttons = [...box.querySelectorAll("button")];
    buttons.forEach((button, i) => (button.onclick = () => changed(bits ? flip(value(), i) : choices[i][0])));
    return [box, () => buttons.forEach((button, i) => {
      button.setAttribute("aria-pressed", bits ? value()[i] === "1" : choices[i][0] === value());
      button.disabled = bits && off(i);
    })];
  };
  const flip = (text, i) => text.slice(0, i) + (text[i] === "1" ? "0" : "1") + text.slice(i + 1);

  // The state that an address after # names, as far as it makes sense; the rest stays as it starts.
  const linked = (name, { start, controls }) => {
    const state = { ...start }, given = new URLSearchParams(location.hash.split("?")[1]);
    if (!location.hash.startsWith(`#${name}?`)) return null;
    for (const [key, pattern, low, high, step] of controls) {
      const value = given.get(key);
      if (value === null || !(key in start)) continue;
      if (typeof low === "number") { if (value !== "" && isFinite(value)) state[key] = +(low + Math.round((limit(+value, low, high) - low) / step) * step).toFixed(6); }
      else if (low === "bits" ? RegExp(`^[01]{${start[key].length}}$`).test(value) : low ? value in low : pattern.test(value))
        state[key] = value;
    }
    return state;
  };

  // A figure asks for a guess before it moves, guess: [question, [answers], which is right, which goal decides (0)], and then has goals,
  // [words, reached(state, maths, hand), what is said then]; both are forgotten with the page. "after" is set by a guess.
  // hint: what can be moved, in words, or a function of the state.
  // What draws gets beside the state: which panel or slider is held, the axes as they stand, and a memory of its own.
  const show = (element) => {
    const { name } = element, figure = made[name], given = linked(name, figure);
    const state = given ?? { ...figure.start }, hand = { held: null, fresh: null, plays: 0, axes: {}, memory: {} };
    element.innerHTML = `<div class="top"><p class="guess"></p><div class="means"><div class="controls"></div><p class="hint"></p></div></div>
      <div class="stage" tabindex="0" role="application" aria-label="${escape(figure.title)}"><svg role="img"></svg></div><p class="says"></p><p class="goal"></p>
      <p class="visually-hidden" role="status"></p><p class="foot"><button type="button">Reset</button> <a>Link to this state</a> <span class="guessed"></span></p>`;
    const find = (s) => element.querySelector(s);
    const [stage, svg, hint, says, goal, guess, status, reset, link] = [".stage", "svg", ".hint", ".says", ".goal", ".guess", "[role=status]", ".foot button", ".foot a"].map(find);
    let panels = {}, pads = {}, waiting = 0, speaking, resting, quiet, reached = 0, guessed;
    const draw = () => {
      waiting = 0;
      hand.waits = false;
      hand.asks = element.classList.contains("asks");
      const { clientWidth: width } = stage;
      if (!width) return; // not seen yet: on a later slide, or in a folded part
      const drawing = figure.draw(state, width, figure.maths, hand);
      panels = Object.fromEntries(drawing.panels.map((p) => [p.name, p]));
      svg.setAttribute("viewBox", `0 0 ${width} ${drawing.height}`);
      svg.innerHTML = drawing.marks.flat(Infinity).join("");
      hint.innerHTML = html(figure.hint.call ? figure.hint(state) : figure.hint);
      says.innerHTML = html(drawing.says) + (hand.waits ? " <em>The axis follows when you let go.</em>" : "");
      svg.setAttribute("aria-label", `${figure.title}: ${says.textContent}`);
      place();
      // A goal is reached where the hand comes to rest, not in passing.
      // What is computed meanwhile is no new move.
      if (!quiet) clearTimeout(resting), (resting = setTimeout(() => ((resting = 0), judge()), goal.textContent ? 400 : 0));
      else if (!resting) judge();
      quiet = false;
      link.href = `#${name}?${new URLSearchParams(state)}`;
      updates.forEach((update) => update());
      // Read out when the hand rests, not for every pixel.
      clearTimeout(speaking);
      if (!hand.plays) speaking = setTimeout(() => (status.textContent = `${says.textContent} ${goal.textContent}`), 700);
    };
    // What a finger moves must be an element of the page: browsers scroll away from the shapes of a drawing.
    const lay = (key, name, kind, { x, y, width, height }) => {
      pads[key] ??= stage.appendChild(Object.assign(document.createElement("div"), { className: `pad ${kind}` }));
      pads[key].dataset[name] = key.split(" ")[0];
      Object.assign(pads[key].style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` });
      pads[key].hidden = false;
    };
    const place = () => {
      for (const key in pads) pads[key].hidden = true;
      for (const [key, { drag, handle, place, X, Y }] of Object.entries(panels)) {
        if (drag && drag !== "handle") lay(key, "panel", drag === true ? "" : drag, place);
        if (handle) lay(`${key} handle`, "handle", "", { x: place.x + X(handle[0]) - 24, y: place.y + Y(handle[1]) - 24, width: 48, height: 48 });
      }
    };
    const judge = () => {
      const { goals } = figure, before = reached, [, answers, right, decides = 0] = figure.guess;
      if (!hand.asks && !hand.plays) while (reached < goals.length && goals[reached][1](state, figure.maths, hand)) reached++;
      goal.innerHTML = (reached ? `<b>✓ Goal ${reached} reached.</b> ${html(goals[reached - 1][2])}<br>` : "")
        + (reached < goals.length ? `<b>Goal ${reached + 1} of ${goals.length}:</b> ${html(goals[reached][0])}` : "");
      goal.classList.toggle("new", reached > before);
      if (guessed === undefined || reached <= decides) return;
      find(".guessed").innerHTML = `You guessed ${html(answers[guessed])}${guessed === right ? ", and that is <b>right</b>" : `; it is <b>${html(answers[right])}</b>`}.`;
    };
    const ask = () => {
      const [question, answers] = figure.guess;
      element.classList.add("asks");
      guess.innerHTML = `<b>Guess first, then move it.</b> ${html(question)} ` + [...answers, "just look"].map((words, i) => `<button type="button" data-key="${i}">${html(words)}</button>`).join(" ");
      guess.onclick = ({ target }) => {
        const key = target.closest("button")?.dataset.key;
        if (!key) return;
        guessed = answers[key] && +key; // the last button only looks
        if (answers[key]) Object.assign(state, figure.after);
        const top = () => stage.getBoundingClientRect().top, stood = top();
        element.classList.remove("asks");
        guess.innerHTML = "";
        scrollBy({ top: top() - stood, behavior: "instant" }); // a long question took more room: the picture stays where it is
        find(".guessed").innerHTML = answers[key] ? `Your guess: <b>${html(answers[key])}</b>` : "";
        changed({});
        find(".controls :is(input, button:not([hidden]))").focus({ preventScroll: true });
        // All of it comes into view, once it has its full height.
        setTimeout(() => element.scrollIntoView({ block: "nearest", behavior: still() ? "auto" : "smooth" }), 100);
      };
    };
    const changed = (change) => {
      Object.assign(state, change);
      waiting ||= requestAnimationFrame(draw);
    };
    hand.redraw = () => ((quiet ||= !waiting), changed({})); // for what a figure has computed meanwhile
    // A control may show and set what only follows from the state.
    const updates = figure.controls.filter((entry) => entry.length > 2).map((entry) => {
      const [key] = entry, { get = {}, set = {} } = figure;
      const value = () => (key in get ? get[key](state) : state[key]);
      const put = (v) => changed(key in set ? set[key](state, v) : { [key]: v });
      const [box, update] = control(entry, value, put, hand, (i) => figure.off?.(state, key, i), () => figure.most?.[key]?.(state));
      find(".controls").append(box);
      return update;
    });
    reset.onclick = () => {
      hand.stop?.();
      Object.assign(hand, { axes: {}, memory: {} });
      reached = 0;
      changed(figure.start);
    };
    addEventListener("hashchange", () => {
      const there = linked(name, figure);
      if (there) changed(there), element.parentElement.scrollIntoView();
    });
    const under = ({ target }, which) => !element.classList.contains("asks") && Object.values(target.closest(`.pad${which}`)?.dataset ?? {})[0];
    const move = (event) => {
      const { left, top } = svg.getBoundingClientRect(), p = panels[hand.held];
      const change = figure.drag(state, hand.held, p.x(event.clientX - left), p.y(event.clientY - top), event.type !== "pointermove" || hand.fresh !== null, hand);
      hand.fresh = null;
      if (change) changed(change);
    };
    stage.addEventListener("pointerdown", (event) => {
      const held = under(event, ":not(.pick)");
      if (!held || event.button) return;
      // A finger on what moves only sideways may have come to scroll: it is followed once it moves aside.
      hand.fresh = event.pointerType === "touch" && event.target.matches(".sideways") ? event.clientX : null;
      event.preventDefault();
      stage.focus({ preventScroll: true, focusVisible: false });
      stage.setPointerCapture(event.pointerId);
      hand.held = held;
      if (hand.fresh === null) move(event);
    });
    // What is only clicked waits for the click: the finger may have come to scroll.
    stage.addEventListener("click", (event) => {
      hand.held = under(event, ".pick");
      if (hand.held) move(event);
      hand.held = null;
    });
    stage.addEventListener("pointermove", (event) => {
      if (!hand.held || !stage.hasPointerCapture(event.pointerId)) return;
      if (hand.fresh === null || Math.abs(event.clientX - hand.fresh) > 4) move(event);
    });
    for (const end of ["pointerup", "pointercancel"])
      stage.addEventListener(end, () => hand.held && ((hand.held = null), changed({})));
    element.addEventListener("keydown", (event) => {
      if (!hand.play || event.target.closest("button, a, summary")) return;
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (event.key === " ") hand.play();
      else if (by && event.target === stage) hand.step(hand.left ? -by : by);
      else return;
      event.preventDefault();
    });
    if (figure.guess && !given) ask();
    draw();
    new ResizeObserver(() => (waiting ||= requestAnimationFrame(draw))).observe(element);
  };

  globalThis.movable = Object.assign((name, figure) => (made[name] = figure), {
    made, numbers: {}, show, panel, layout, settle, number, plain, limit, flip, range, best, softmax,
  });
}
