// Draw a digit (chapter 7): the two trained networks read a drawing or a test digit, row by row.
{
  const SIGNS = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).filter((sign) => !'"\\<'.includes(sign)), STEPS = 78000;
  const POINT = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", RADIUS = 2.5;
  const place = new Map(SIGNS.map((sign, i) => [sign, i]));
  // Rows of numbers from text: five signs hold two numbers of 78,000 steps, between minus and plus the largest of the row.
  const unpack = ({ text, largest, shape: [rows, columns], diagonal }) => {
    const values = new Float64Array(rows * columns + 1), half = (STEPS - 1) / 2 - 0.5;
    for (let k = 0, i = 0; i < text.length; i += 5, k += 2) {
      let both = 0;
      for (let j = 0; j < 5; j++) both = both * SIGNS.length + place.get(text[i + j]);
      values[k] = Math.floor(both / STEPS) - half;
      values[k + 1] = (both % STEPS) - half;
    }
    return values.subarray(0, rows * columns).map((v, k) => (v / half) * largest[Math.floor(k / columns)] + (k % (columns + 1) ? 0 : diagonal));
  };
  const numbers = movable.numbers["draw-a-digit"], nets = {};
  for (const [name, parts] of Object.entries(numbers.networks)) nets[name] = Object.fromEntries(Object.entries(parts).map(([part, value]) => [part, unpack(value)]));
  const EMPTY = new Float64Array(4096);
  const same = (image, other, t) => {
    for (let j = 64 * t; j < 64 * t + 64; j++) if (image[j] !== other[j]) return false;
    return true;
  };
  const strokes = (text) => text.split(".").filter(Boolean).map((line) => line.match(/../g).map(([x, y]) => [POINT.indexOf(x), POINT.indexOf(y)]));
  const maths = {
    // The nearest point of a stroke decides whether a dot of a 32 by 32 grid is black; ink counts the dots of 4 by 4.
    ink(lines, fit) {
      const all = lines.flat(), scan = Array(64).fill(0);
      if (!all.length) return { scan, middle: [32, 32] };
      const [left, top, right, bottom] = [0, 1].map((k) => Math.min(...all.map((p) => p[k]))).concat([0, 1].map((k) => Math.max(...all.map((p) => p[k]))));
      const middle = [(left + right) / 2, (top + bottom) / 2], largest = Math.max(right - left, bottom - top, 1), room = 32 - 2 * RADIUS;
      const scale = fit ? Math.min(room / largest, 3) : Math.min(room / largest, 0.8);
      const there = lines.map((line) => line.map((p) => p.map((v, k) => 16 + (v - middle[k]) * scale)));
      const near = (x, y) => there.some((line) => line.some(([c, d], i) => {
        const [a, b] = line[Math.max(i - 1, 0)], length = (c - a) ** 2 + (d - b) ** 2;
        const along = length ? Math.min(1, Math.max(0, ((x - a) * (c - a) + (y - b) * (d - b)) / length)) : 0;
        return (x - a - along * (c - a)) ** 2 + (y - b - along * (d - b)) ** 2 <= RADIUS ** 2;
      }));
      for (let y = 0; y < 32; y++) for (let x = 0; x < 32; x++) if (near(x + 0.5, y + 0.5)) scan[(y >> 2) * 8 + (x >> 2)]++;
      return { scan, middle };
    },
    // 8 by 8 counts up to 16 to 40 by 40 pixels between 0 and 1, as F.interpolate does it, on a canvas of 64 by 64.
    canvas(scan, down, right) {
      const image = new Float64Array(4096), at = Array.from({ length: 40 }, (_, i) => {
        const v = Math.max(0, (i + 0.5) / 5 - 0.5), low = Math.floor(v);
        return [low, Math.min(low + 1, 7), v - low];
      });
      at.forEach(([top, bottom, v], y) => at.forEach(([left, other, u], x) => {
        const row = (r) => scan[8 * r + left] * (1 - u) + scan[8 * r + other] * u;
        image[64 * (12 + down + y) + 12 + right + x] = (row(top) * (1 - v) + row(bottom) * v) / 16;
      }));
      return image;
    },
    // Logits after each of the 64 rows. Plain loops: three million products for each move of the hand.
    logits(name, image) {
      const { W_xh, W_hh, b_h, W_hy, b_y } = nets[name], times = (W, row, v, from, n) => {
        let [p, q, r, s] = [0, 0, 0, 0]; // four sums need not wait for one another
        for (let j = 0, k = row * n; j < n; j += 4, k += 4) {
          p += W[k] * v[from + j];
          q += W[k + 1] * v[from + j + 1];
          r += W[k + 2] * v[from + j + 2];
          s += W[k + 3] * v[from + j + 3];
        }
        return p + q + r + s;
      };
      // Rows above the first one that has changed keep the states of the last time.
      const { last = image, states = [new Float64Array(128)], logits = [] } = nets[name];
      let t = 0;
      while (t < states.length - 1 && same(image, last, t)) t++;
      states.length = t + 1;
      for (logits.length = t; t < 64; t++) {
        const next = new Float64Array(128), h = states[t], blank = same(image, EMPTY, t);
        for (let i = 0; i < 128; i++) next[i] = Math.tanh((blank ? 0 : times(W_xh, i, image, 64 * t, 64)) + times(W_hh, i, h, 0, 128) + b_h[i]);
        states.push(next);
        logits.push(Array.from(b_y, (b, k) => times(W_hy, k, next, 0, 128) + b));
      }
      Object.assign(nets[name], { last: image, states, logits });
      return [...logits];
    },
    softmax(logits) {
      const e = logits.map((v) => Math.exp(v - Math.max(...logits))), sum = e.reduce((a, b) => a + b);
      return e.map((v) => v / sum);
    },
  };
  const add = (state, x, y, first) => {
    const point = POINT[x] + POINT[y], end = state.lines.split(".").at(-1);
    if (!first && end && end.slice(-2) === point) return state.lines;
    return first && state.lines ? `${state.lines}.${point}` : state.lines + point;
  };
  const pen = (state, change) => {
    const next = { ...state, ...change };
    return state.pen === "down" ? { ...change, from: "drawing", lines: add(state, next.x, next.y, false) } : change;
  };
  movable("draw-a-digit", {
    title: "A canvas of 64 rows, and what two networks believe after each row",
    hint: "Draw with mouse or finger; by keyboard, put the pen down and move it with its two sliders. Blue: what is believed after each row.",
    start: { from: "test", k: 1, down: 0, right: 0, fit: "fit", pen: "up", x: 32, y: 16, lines: "" },
    controls: [
      ["from", "picture", { test: "a test digit", drawing: "your drawing" }],
      ["k", "test digit", 1, numbers.digits.length, 1],
      ["down", "rows down", -12, 12, 1],
      ["right", "pixels right", -12, 12, 1],
      ["fit", "drawing", { fit: "centred and fitted", as: "as drawn" }],
      ["pen", "pen", { up: "up", down: "down" }],
      ["clear", "sheet", { clear: "a new one" }],
      ["x", "pen at column", 0, 63, 1],
      ["y", "pen at row", 0, 63, 1],
      ["lines", /^([\w-]{2}|\.)*$/],
    ],
    get: { clear: () => "" },
    set: {
      k: (state, k) => ({ k, from: "test" }),
      clear: () => ({ lines: "", from: "drawing", pen: "up", down: 0, right: 0 }),
      pen: (state, pen) => (pen === "down" ? { pen, from: "drawing", lines: add(state, state.x, state.y, true) } : { pen }),
      x: (state, x) => pen(state, { x }),
      y: (state, y) => pen(state, { y }),
    },
    maths,
    drag(state, panel, along, up, first) {
      if (panel !== "sheet") return null;
      const [x, y] = [along, 64 - up].map((v) => movable.limit(Math.floor(v), 0, 63));
      return { from: "drawing", pen: "up", x, y, lines: add(state, x, y, first) };
    },
    draw(state, width) {
      const { number, panel } = movable, drawing = state.from === "drawing";
      const lines = strokes(state.lines), { scan: drawn, middle } = maths.ink(lines, state.fit === "fit");
      const scan = drawing ? drawn : [...numbers.digits[state.k - 1][1]].map((sign) => parseInt(sign, 17));
      const left = drawing && state.fit === "as" ? middle.map((v) => Math.round(v) - 32) : [0, 0];
      const [right, down] = [state.right + left[0], state.down + left[1]].map((v) => movable.limit(v, -12, 12));
      const image = maths.canvas(scan, down, right), wide = width >= 560;
      // Rows lie side by side, so that a belief stands beside the row after which it is held.
      const whole = (v) => 64 * Math.floor(v / 64), size = whole(wide ? Math.min(210, 0.31 * width) : width - 44), second = wide ? size : 128; // whole pixels
      const [x, y] = wide ? [34 + size + 14, 26] : [34, size + 100], thin = (width - x - second - 36) / 2;
      const place = (x, y, width, height) => ({ x, y, width, height });
      const axes = { y: [0, 64], xticks: [] }, named = [[0, "64"], [32, "32"], [63, "1"]], bare = named.map(([row]) => [row, ""]);
      const sheet = panel("sheet", place(34, 26, size, size), { ...axes, x: [0, 64], yticks: named, xlabel: "draw here", drag: "anyway" });
      const seen = panel("seen", place(x, y, second, second), { ...axes, x: [0, 64], yticks: wide ? bare : named, xlabel: "what is read" });
      const [c, d] = [0, 1].map((i) => place(x + second + 14 + i * (thin + 14), y, thin, second)), height = y + second + 44;
      // Squares of equal shade make one path: thousands of elements would be slow.
      const shades = (p, columns, value) => {
        const paths = Array.from({ length: 17 }, () => "");
        const text = (n, at) => Array.from({ length: n }, (_, i) => at(i).toFixed(1)), left = text(columns, p.X), top = text(64, (t) => p.Y(64 - t));
        const [w, h] = [p.X(1) - p.X(0), p.Y(0) - p.Y(1)].map((v) => v.toFixed(2)), square = `h${w}v${h}h-${w}z`;
        for (let t = 0; t < 64; t++) for (let k = 0; k < columns; k++) {
          const level = Math.round(16 * value(t, k));
          if (level) paths[level] += `M${left[k]} ${top[t]}${square}`;
        }
        return paths.map((path, level) => (path ? `<path class="shade" fill-opacity="${level / 16}" d="${path}"/>` : ""));
      };
      const answers = [], beliefs = [["identity", c], ["default", d]].map(([name, box]) => {
        const p = panel(name, box, { ...axes, x: [0, 10], yticks: bare, xlabel: name });
        const belief = maths.logits(name, image).map(maths.softmax), last = belief[63], best = last.indexOf(Math.max(...last));
        let row = 64;
        while (row > 1 && belief[row - 2].indexOf(Math.max(...belief[row - 2])) === best) row--;
        answers.push([name, best, last[best], row]);
        const heads = last.map((_, k) => `<text x="${(box.x + p.X(k + 0.5)).toFixed(1)}" y="${box.y - 6}" text-anchor="middle" class="index${k === best ? " bold" : ""}">${k}</text>`);
        return [p, `<g class="ofstate">${p.svg(shades(p, 10, (t, k) => belief[t][k]))}</g>${heads.join("")}`];
      });
      const own = lines.map((line) => sheet.line(line.length > 1 ? line.map(([x, y]) => [x + 0.5, 63.5 - y]) : [...line, ...line].map(([x, y], i) => [x + 0.3 + 0.4 * i, 63.5 - y]), "ink pen"));
      const cross = sheet.dots([[state.x + 0.5, 63.5 - state.y]], "input full", state.pen === "down" ? 6 : 4);
      const truth = drawing ? "" : ` It is a ${numbers.digits[state.k - 1][0]}.`;
      return {
        height, panels: [sheet, seen, ...beliefs.map(([p]) => p)],
        says: drawing && !lines.length ? "The sheet is empty: draw a digit." : `${answers.map(([name, k, p, row]) => `The ${name} start reads ${k} with a belief of ${number(p)}, from row ${row} on`).join(". ")}.${truth}`,
        marks: [sheet.svg(own, cross), seen.svg(shades(seen, 64, (t, k) => image[64 * t + k])), ...beliefs.map(([, marks]) => marks)],
      };
    },
  });
}
