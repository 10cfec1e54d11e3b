// Draw a digit (lesson 7.6): the two trained networks read a drawing or a test digit, row by row.
{
  const SIGNS = movable.range(94, (i) => String.fromCharCode(33 + i)).filter((sign) => !'"\\<'.includes(sign)), STEPS = 78000;
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
  const strokes = (text) => text.split(".").filter(Boolean).map((line) => line.match(/../g).map(([x, y]) => [POINT.indexOf(x), POINT.indexOf(y)]));
  const maths = {
    // Strokes are centred and fitted. The nearest point of a stroke decides whether a dot of a 32 by 32 grid is black;
    // scan counts the dots of 4 by 4. row(y) is the row of the sheet that has come to row y of the grid.
    ink(lines) {
      const all = lines.flat(), scan = Array(64).fill(0);
      if (!all.length) return { scan, row: () => NaN };
      const [low, high] = [Math.min, Math.max].map((most) => [0, 1].map((k) => most(...all.map((p) => p[k]))));
      const middle = low.map((v, k) => (v + high[k]) / 2), scale = Math.min((32 - 2 * RADIUS) / Math.max(high[0] - low[0], high[1] - low[1], 1), 3);
      const there = lines.map((line) => line.map((p) => p.map((v, k) => 16 + (v - middle[k]) * scale)));
      const near = (x, y) => there.some((line) => line.some(([c, d], i) => {
        const [a, b] = line[Math.max(i - 1, 0)], length = (c - a) ** 2 + (d - b) ** 2;
        const along = length ? movable.limit(((x - a) * (c - a) + (y - b) * (d - b)) / length, 0, 1) : 0;
        return (x - a - along * (c - a)) ** 2 + (y - b - along * (d - b)) ** 2 <= RADIUS ** 2;
      }));
      for (let y = 0; y < 32; y++) for (let x = 0; x < 32; x++) if (near(x + 0.5, y + 0.5)) scan[(y >> 2) * 8 + (x >> 2)]++;
      return { scan, row: (y) => middle[1] + (y - 16) / scale };
    },
    // 8 by 8 counts up to 16 to 40 by 40 pixels between 0 and 1, as F.interpolate does it, on a canvas of 64 by 64.
    canvas(scan, down, right) {
      const image = new Float64Array(4096), at = movable.range(40, (i) => {
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
      const { W_xh, W_hh, b_h, W_hy, b_y } = nets[name];
      const plus = (b, W, v) => b.map((sum, i) => {
        for (let j = 0, k = i * v.length; j < v.length; j++) sum += W[k++] * v[j];
        return sum;
      });
      let h = new Float64Array(128);
      return movable.range(64, (t) => {
        h = plus(plus(b_h, W_xh, image.slice(64 * t, 64 * t + 64)), W_hh, h).map(Math.tanh);
        return [...plus(b_y, W_hy, h)];
      });
    },
    softmax: movable.softmax,
  };
  const add = (state, x, y, first) => {
    const point = POINT[x] + POINT[y], end = state.lines.split(".").at(-1);
    const more = first && end ? `.${point}` : first || end.slice(-2) !== point ? point : "";
    return { from: "drawing", t: 64, lines: state.lines + more };
  };
  const pen = (state, change) => {
    const next = { ...state, ...change };
    return state.pen === "down" ? { ...change, ...add(state, next.x, next.y, false) } : change;
  };
  const scanned = ({ from, k, lines }) => (from === "test" ? [...numbers.digits[k - 1][1]].map((sign) => parseInt(sign, 17)) : maths.ink(strokes(lines)).scan);
  // What the identity start reads in the end, with the picture moved.
  const reads = (state, down = state.down, right = state.right) => movable.best(maths.logits("identity", maths.canvas(scanned(state), down, right))[63]);
  const truth = ({ k }) => numbers.digits[k - 1][0], read = ({ from, t }) => t === 64 && from;
  // How many of all test digits the identity start reads if they are moved so: counted while the hand rests.
  const count = (memory, redraw, down, right) => {
    const move = (memory.counting = `${down} ${right}`), N = numbers.digits.length;
    let k = 0, found = 0;
    const some = () => {
      if (memory.counting !== move) return;
      for (const end = k + 4; k < Math.min(end, N); k++) found += reads({ from: "test", k: k + 1, down, right }) === truth({ k: k + 1 });
      if (k < N) return setTimeout(some);
      memory.counts = { ...memory.counts, [move]: found };
      redraw();
    };
    setTimeout(some, 300);
  };
  movable("draw-a-digit", {
    title: "What two networks believe after each row of a picture",
    hint: "Drag the digit, or choose your drawing and draw.",
    guess: ["Which move do most digits survive, so that the identity start still reads them?", ["ten rows down", "six pixels sideways", "both", "neither"], 0, 1],
    goals: [
      ["move a digit by ten rows or more; the identity start must still read it.", (s) => read(s) === "test" && Math.abs(s.down) >= 10 && reads(s) === truth(s),
        "Lower or higher is the same input, later or sooner; some digits are lost even so."],
      ["find a digit that six pixels to the side make unreadable.", (s) => read(s) === "test" && Math.abs(s.right) === 6 && !s.down && reads(s) !== truth(s) && reads(s, 0, 0) === truth(s),
        "Most digits survive ten rows, few six pixels: each pixel of a row has weights of its own."],
      ["draw a 4 that it reads.", (s) => read(s) === "drawing" && s.lines && reads(s) === 4, "It was centred and fitted first."],
    ],
    start: { from: "test", k: 1, t: 64, down: 0, right: 0, pen: "up", x: 32, y: 16, lines: "" },
    controls: [
      ["from", "picture", { test: "a test digit", drawing: "your drawing", new: "new sheet" }],
      ["k", "test digit", 1, numbers.digits.length, 1],
      ["t", "row", 1, 64, 1, { time: 60 }],
      ["down", "rows down", -12, 12, 1, { drawn: true }],
      ["right", "pixels right", -12, 12, 1, { drawn: true }],
      ["pen", "pen", { up: "up", down: "down" }, { drawn: true }],
      ["x", "pen at column", 0, 63, 1, { drawn: true }],
      ["y", "pen at row", 0, 63, 1, { drawn: true }],
      ["lines", /^([\w-]{2}|\.)*$/],
    ],
    get: { from: ({ from }) => (from === "test" ? "test" : "drawing") },
    set: {
      from: (state, from) => ({ from: from === "test" ? from : "drawing", pen: "up", down: 0, right: 0, ...(from === "new" ? { lines: "", t: 64 } : {}) }),
      k: (state, k) => ({ k, from: "test" }),
      pen: (state, pen) => (pen === "down" ? { pen, ...add(state, state.x, state.y, true) } : { pen }),
      x: (state, x) => pen(state, { x }),
      y: (state, y) => pen(state, { y }),
    },
    maths,
    // What is read is dragged; on the sheet of a drawing the hand draws.
    drag(state, panel, along, up, first, { memory }) {
      const whole = (v, low, high) => movable.limit(Math.floor(v), low, high);
      if (panel === "sheet" && state.from !== "test") {
        const [x, y] = [whole(along, 0, 63), whole(64 - up, 0, 63)];
        return { pen: "up", x, y, ...add(state, x, y, first) };
      }
      if (first) memory.grip = [state.right - along, state.down + up];
      return { right: whole(memory.grip[0] + along + 0.5, -12, 12), down: whole(memory.grip[1] - up + 0.5, -12, 12) };
    },
    draw(state, width, _, { memory, held, asks, redraw }) {
      const { number, panel } = movable, { t, down, right } = state, drawing = state.from !== "test", wide = width >= 560;
      const lines = strokes(state.lines), empty = drawing && !lines.length;
      const key = `${[state.from, state.k, down, right, state.lines]}`; // what is read stays while time runs
      if (memory.key !== key) {
        const image = maths.canvas(scanned(state), down, right);
        Object.assign(memory, { key, image, beliefs: ["identity", "default"].map((name) => maths.logits(name, image).map(movable.softmax)) });
      }
      const move = `${down} ${right}`, all = memory.counts?.[move];
      if (!drawing && !held && !asks && all === undefined && memory.counting !== move) count(memory, redraw, down, right);
      const place = (x, y, width, height) => ({ x, y, width, height }), left = 24, size = width >= 350 ? 320 : 256;
      // On a desktop the beliefs stand beside the sheet, row by row; on a phone beside a small picture of what is read.
      const small = wide ? 96 : 70, top = wide ? 22 : size + 26, high = wide ? size : small, from = left + (wide ? size + 24 : small + 12), thin = (width - from - 14) / 2;
      const axes = { y: [0, 64], xticks: [] }, rows = [[63.5, "1", true], [32.5, "32", true], [0.5, "64", true]];
      const sheet = panel("sheet", place(left, wide ? 22 : 4, size, size), { ...axes, x: [0, 64], yticks: rows, drag: true });
      const seen = panel("seen", place(left, wide ? 366 : top, small, small), { ...axes, x: [0, 64], yticks: wide ? [] : rows, drag: true });
      // Squares of equal shade make one path: thousands of elements would be slow.
      const shades = (p, columns, value, last = 64) => {
        const paths = Array.from({ length: 17 }, () => "");
        const text = (n, at) => movable.range(n, (i) => at(i).toFixed(1)), left = text(columns, p.X), top = text(64, (t) => p.Y(64 - t));
        const [w, h] = [p.X(1) - p.X(0), p.Y(0) - p.Y(1)].map((v) => v.toFixed(2)), square = `h${w}v${h}h-${w}z`;
        for (let t = 0; t < last; t++) for (let k = 0; k < columns; k++) {
          const level = Math.round(16 * value(t, k));
          if (level) paths[level] += `M${left[k]} ${top[t]}${square}`;
        }
        return paths.map((path, level) => (path ? `<path class="shade" fill-opacity="${level / 16}" d="${path}"/>` : ""));
      };
      // The line that reads; below it is what it has not read yet.
      const scan = (p, columns, row = t) => p.line([[0, 64 - row], [columns, 64 - row]], "input thick");
      const picture = (p) => [shades(p, 64, (t, k) => memory.image[64 * t + k]), `<rect class="unread" y="${p.Y(64 - t)}" width="100%" height="100%"/>`, scan(p, 64)];
      const own = lines.map((line) => sheet.line([...line, line.at(-1)].map(([x, y]) => [x + 0.5, 63.5 - y]), "ink pen"));
      const label = (x, y, words, more = "") => `<text x="${x}" y="${y}" text-anchor="middle" ${more}>${words}</text>`;
      const answers = [], beliefs = ["identity", "default"].map((name, i) => {
        const x = from + i * (thin + 12);
        const p = panel(name, place(x, top, thin, high), { ...axes, x: [0, 10], yticks: [] });
        const bars = panel(`${name} now`, place(x, top + high + 18, thin, wide ? 84 : 20), { x: [0, 10], y: [0, 1], xticks: [], yticks: [] });
        const belief = memory.beliefs[i], now = belief[t - 1], k = movable.best(now);
        let row = t;
        while (row > 1 && movable.best(belief[row - 2]) === k) row--;
        answers.push([name, k, now[k], row]);
        const heads = now.map((_, d) => label(x + p.X(d + 0.5), top + high + 13, d, `class="${d === k && !empty ? "bold" : ""} ${thin < 95 ? "index" : ""}"`));
        return [label(x + thin / 2, top - 7, `${name} start`),
          `<g class="ofoutput">${p.svg(empty ? "" : [shades(p, 10, (t, d) => belief[t][d], t), scan(p, 10)])}</g>`, heads,
          bars.svg(empty ? "" : now.map((v, d) => bars.bar(d + 0.5, 0, v, `output ${d === k ? "full" : "pale"}`)))];
      });
      // What is answered now: the larger, the surer.
      const said = (i, words, digit, belief) => {
        const x = left + size * (i + 0.5) / 3;
        return label(x, 360, words) + label(x, 424, digit, `style="font-size:${14 + 46 * belief}px"`);
      };
      const moves = Object.entries(memory.counts ?? {}).slice(-4).map(([move, found], i) => {
        const [d, r] = move.split(" ").map(Number), to = (v, minus, plus) => (v ? `${v < 0 ? minus : plus}${Math.abs(v)} ` : "");
        return `<text class="halo" x="6" y="${18 + 16 * i}">${to(d, "↑", "↓") + to(r, "←", "→") || "here "}${found} of 100</text>`;
      });
      const row = maths.ink(lines).row((t - 12 - down) / 1.25), shown = wide && !drawing ? [sheet] : [sheet, seen];
      const links = wide && row >= 0 && row <= 64 ? `<path class="input dashed" d="M${left + size} ${sheet.place.y + sheet.Y(64 - row)}L${from} ${top + high * t / 64}"/>` : "";
      const spoken = answers.map(([name, k, p, row]) => `the ${name} start reads ${k} (${number(p)}, from row ${row} on)`).join(", ");
      return {
        height: wide ? 462 : top + high + 42, panels: shown,
        says: empty ? "The sheet is empty: draw a digit." : `${t < 64 ? `After row ${t} ` : ""}${spoken}.`.replace(/^t/, "T") + (drawing ? "" : ` It is a ${truth(state)}. Moved so, the identity start reads ${all ?? "…"} of ${numbers.digits.length} digits.`),
        marks: [
          drawing ? [sheet.svg(own, empty ? "" : scan(sheet, 64, row), empty && state.pen === "up" ? "" : sheet.dots([[state.x + 0.5, 63.5 - state.y]], "input full handle", 7)), links] : sheet.svg(picture(sheet), moves),
          shown[1] ? [seen.svg(picture(seen)), label(left + small / 2, wide ? 360 : top + high + 16, "what is read")] : "", beliefs,
          wide && !empty ? [drawing ? "" : said(0, "it is", truth(state), 1), answers.map(([name, k, p], i) => said(i + 1, `${name} says`, k, p))] : "",
        ],
      };
    },
  });
}
