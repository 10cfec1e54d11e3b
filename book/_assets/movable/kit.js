// What all movable figures share: controls, axes, dragging, a sentence that is read out, a link to the state.
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

  // Round numbers between low and high, about n of them.
  const ticks = (low, high, n) => {
    const raw = (high - low) / n, power = 10 ** Math.floor(Math.log10(raw));
    const step = power * [1, 2, 5, 10].find((k) => k * power >= raw * 0.999);
    const first = Math.ceil(low / step - 1e-9);
    return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, i) => +((first + i) * step).toPrecision(6));
  };

  // Places for panels, from columns [share of the width, height of a panel, height of the next, …]: side by side,
  // on a phone one below the other. Also the height of all.
  const layout = (width, columns, { left = 56, right = 12, top = 26, bottom = 42 } = {}) => {
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
  const panel = (name, place, { x, y, log = false, xlabel = "", ylabel = "", xticks, yticks, drag = "" }) => {
    const scale = log ? Math.log10 : (v) => v;
    const [low, high] = y.map(scale);
    const X = (v) => ((v - x[0]) / (x[1] - x[0])) * place.width;
    const Y = (v) => (1 - (scale(v) - low) / (high - low)) * place.height;
    const at = (v) => v.toFixed(2);
    const self = {
      name, place, X, Y,
      x: (pixel) => x[0] + ((pixel - place.x) / place.width) * (x[1] - x[0]),
      y: (pixel) => low + (1 - (pixel - place.y) / place.height) * (high - low),
      line: (points, kind) => `<polyline class="${kind}" points="${points.map(([a, b]) => `${at(X(a))},${at(Y(b))}`).join(" ")}"/>`,
      dots: (points, kind, r = 3) => points.map(([a, b]) => `<circle class="${kind}" cx="${at(X(a))}" cy="${at(Y(b))}" r="${r}"/>`).join(""),
      bar: (a, from, to, kind, share = 0.7) => {
        const half = (X(1) - X(0)) * share / 2, [up, down] = [Y(from), Y(to)].sort((p, q) => p - q);
        return `<rect class="${kind}" x="${at(X(a) - half)}" y="${at(up)}" width="${at(2 * half)}" height="${at(down - up)}"/>`;
      },
      text: (a, b, words, more = "") => `<text x="${at(X(a))}" y="${at(Y(b))}" ${more}>${drawn(words)}</text>`,
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
        for (const v of xticks ?? ticks(...x, Math.max(2, width / 70)))
          lines.push(`<text x="${at(left + X(v))}" y="${top + height + 15}" text-anchor="middle">${number(v, 6).replace(/\.?0+$/, "")}</text>`);
        const rows = yticks ?? (log ? ticks(low, high, 4).filter(Number.isInteger).map((k) => 10 ** k) : ticks(...y, height / 45));
        for (const row of rows) { // a number, or [number, words], or, without a line, [number, words, true]
          const v = row[0] ?? row;
          const label = row.length ? drawn(row[1]) : log ? `10<tspan dy="-5" class="index">${number(Math.log10(v), 0)}</tspan>` : number(v, 6).replace(/\.?0+$/, "");
          if (!row[2]) lines.push(`<path class="grid" d="M${left} ${at(top + Y(v))}h${width}"/>`);
          lines.push(`<text x="${left - 6}" y="${at(top + Y(v) + 4)}" text-anchor="end">${label}</text>`);
        }
        lines.push(`<text x="${left + width / 2}" y="${top + height + 33}" text-anchor="middle">${drawn(xlabel)}</text>`);
        lines.push(`<text transform="translate(${left - 43} ${top + height / 2}) rotate(-90)" text-anchor="middle">${drawn(ylabel)}</text>`);
        const inner = `<svg x="${left}" y="${top}" width="${width}" height="${height}">${marks.flat(Infinity).join("")}</svg>`;
        const handle = drag && `<rect class="drag ${drag}" data-panel="${name}" x="${left}" y="${top}" width="${width}" height="${height}"/>`;
        return lines.join("") + inner + handle;
      },
    };
    return self;
  };

  // Controls: [key, words, low, high, step] is a slider, [key, words, {value: words, …}] a choice,
  // [key, words, "bits"] a row of switches, whose state is a text of zeros and ones.
  // [key, pattern] has no control of its own: a text of this pattern.
  const control = ([key, words, low, high, step], value, changed, off, most) => {
    const box = document.createElement(typeof low === "number" ? "label" : "fieldset");
    box.className = "control";
    if (typeof low === "number") {
      const digits = `${step}`.split(".")[1]?.length ?? 0;
      box.innerHTML = `<span>${html(words)}</span><input type="range" min="${low}" max="${high}" step="${step}"><output aria-hidden="true"></output>`;
      const input = box.querySelector("input");
      input.addEventListener("input", () => changed(+input.value));
      return [box, () => {
        input.max = most() ?? high;
        input.value = value();
        input.setAttribute("aria-valuetext", (box.lastChild.textContent = number(value(), digits)));
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

  const show = (element) => {
    const { name } = element, figure = made[name];
    const state = linked(name, figure) ?? { ...figure.start };
    element.innerHTML = `<div class="controls"></div><p class="hint">${html(figure.hint)}</p><svg role="img"></svg><p class="says"></p>
      <p class="visually-hidden" role="status"></p><p class="state"><button type="button">Reset</button> <a>Link to this state</a></p>`;
    const [svg, says, status, reset, link] = ["svg", ".says", "[role=status]", ".state button", ".state a"].map((s) => element.querySelector(s));
    let panels = {}, waiting = 0, speaking;
    const draw = () => {
      waiting = 0;
      const { clientWidth: width } = svg.parentElement;
      const drawing = figure.draw(state, width, figure.maths);
      panels = Object.fromEntries(drawing.panels.map((p) => [p.name, p]));
      svg.setAttribute("viewBox", `0 0 ${width} ${drawing.height}`);
      svg.innerHTML = drawing.marks.join("");
      says.innerHTML = html(drawing.says);
      svg.setAttribute("aria-label", `${figure.title}: ${says.textContent}`);
      link.href = `#${name}?${new URLSearchParams(state)}`;
      updates.forEach((update) => update());
      // Read out when the hand rests, not for every pixel.
      clearTimeout(speaking);
      speaking = setTimeout(() => (status.textContent = says.textContent), 700);
    };
    const changed = (change) => {
      Object.assign(state, change);
      waiting ||= requestAnimationFrame(draw);
    };
    // A control may show and set what only follows from the state.
    const updates = figure.controls.filter((entry) => entry.length > 2).map((entry) => {
      const [key] = entry, { get = {}, set = {} } = figure;
      const value = () => (key in get ? get[key](state) : state[key]);
      const [box, update] = control(entry, value, (v) => changed(key in set ? set[key](state, v) : { [key]: v }), (i) => figure.off?.(state, i), () => figure.most?.[key]?.(state));
      element.firstChild.append(box);
      return update;
    });
    reset.onclick = () => changed(figure.start);
    addEventListener("hashchange", () => {
      const there = linked(name, figure);
      if (there) changed(there), element.parentElement.scrollIntoView();
    });
    let held = null;
    const move = (event) => {
      const { left, top } = svg.getBoundingClientRect(), p = panels[held];
      const change = figure.drag(state, held, p.x(event.clientX - left), p.y(event.clientY - top), event.type === "pointerdown");
      if (change) changed(change);
    };
    svg.addEventListener("pointerdown", (event) => {
      held = event.target.closest("[data-panel]")?.dataset.panel ?? null;
      if (!held || event.button) return;
      event.preventDefault();
      svg.setPointerCapture(event.pointerId);
      move(event);
    });
    svg.addEventListener("pointermove", (event) => svg.hasPointerCapture(event.pointerId) && held && move(event));
    draw();
    new ResizeObserver(() => (waiting ||= requestAnimationFrame(draw))).observe(element);
  };

  globalThis.movable = Object.assign((name, figure) => (made[name] = figure), {
    made, numbers: {}, show, panel, layout, number, limit, flip,
  });
}
