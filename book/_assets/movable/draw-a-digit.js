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
  const none = () => ({ identity: [], default: [] }), idle = none();
  // Logits after each row for four pictures, which hardly take longer than one: each number of the first stands before
  // that of the second, and so on.
  const together = (name, images) => {
    const { W_xh, W_hh, b_h, W_hy, b_y } = nets[name], fourfold = (values) => {
      const all = new Float64Array(4 * values[0].length);
      for (let k = 0; k < all.length; k++) all[k] = values[k & 3][k >> 2];
      return all;
    };
    const x = fourfold(images), [b, c] = [b_h, b_y].map((v) => fourfold([v, v, v, v]));
    const plus = (b, W, v) => {
      const sums = b.slice();
      for (let i = 0, k = 0; i < b.length; i += 4) {
        let p = b[i], q = b[i + 1], r = b[i + 2], s = b[i + 3];
        for (let j = 0; j < v.length; j += 4) {
          const w = W[k++];
          p += w * v[j];
          q += w * v[j + 1];
          r += w * v[j + 2];
          s += w * v[j + 3];
        }
        sums.set([p, q, r, s], i);
      }
      return sums;
    };
    let h = new Float64Array(512), begun = false;
    return movable.range(64, (t) => {
      const row = x.subarray(256 * t, 256 * t + 256), ink = row.some(Boolean), next = () => plus(ink ? plus(b, W_xh, row) : b, W_hh, h).map(Math.tanh);
      begun ||= ink;
      h = begun ? next() : (idle[name][t] ??= next()); // before all ink the states are always the same
      return plus(c, W_hy, h);
    });
  };
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
    // Logits after each of the 64 rows.
    logits: (name, image) => together(name, [image, image, image, image]).map((y) => [...y].filter((_, k) => k % 4 === 0)),
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
  const digits = numbers.digits.map(([digit, scan]) => [digit, [...scan].map((sign) => parseInt(sign, 17))]), N = digits.length;
  const scanned = ({ from, k, lines }) => (from === "test" ? digits[k - 1][1] : maths.ink(strokes(lines)).scan);
  const sum = (flags) => flags.reduce((a, b) => a + b, 0), known = (flags) => flags.filter(() => true).length;
  // Which digits are still read after a move, by each network: found in fours, as many as a frame has room for.
  // What is shown of the others was found after the move before.
  const look = (state, memory, ms) => {
    if (!memory.moves) Object.assign(memory, { moves: {}, shown: none(), turn: 0 });
    const start = performance.now(), read = (memory.moves[`${state.down} ${state.right}`] ??= none());
    for (const name in read) {
      const flags = read[name];
      for (let tried = 0; tried < N / 4 && performance.now() - start < ms; tried++) {
        const n = memory.turn++ % (N / 4);
        if (n in flags) continue;
        const four = [0, 1, 2, 3].map((i) => n + (i * N) / 4), y = together(name, four.map((k) => maths.canvas(digits[k][1], state.down, state.right)))[63];
        four.forEach((k, i) => (flags[k] = +(movable.best([...y].filter((_, j) => j % 4 === i)) === digits[k][0])));
      }
      Object.assign(memory.shown[name], flags);
    }
    return read;
  };
  const way = (v, plus, minus) => (v ? `${Math.abs(v)} ${v < 0 ? minus : plus}` : ""), rows = (v) => way(v, "down", "up"), columns = (v) => way(v, "right", "left");
  // How many the identity start reads after this move, once all are known.
  const left = ({ from, down, right }, { memory }) => {
    const flags = memory.moves?.[`${down} ${right}`]?.identity ?? [];
    return from === "test" && known(flags) === N ? sum(flags) : NaN;
  };
  const reads = (state) => movable.best(maths.logits("identity", maths.canvas(scanned(state), state.down, state.right))[63]);
  // The field of all digits: 12.8 dots of a scan are the whole sheet. Three shades are enough for so small a picture.
  const SIDE = 12.8, corner = (k) => [(k % 10) * SIDE, Math.floor(k / 10) * SIDE];
  const small = digits.map(([, scan], k) => movable.range(3, (level) => scan.map((v, i) => {
    const [x, y] = corner(k);
    return Math.round(v / 5.3) === level + 1 ? `M${(x + 2.4 + (i % 8)).toFixed(1)} ${(y + 2.4 + (i >> 3)).toFixed(1)}h1v1h-1z` : "";
  }).join("")));
  movable("draw-a-digit", {
    title: "What a network reads, row by row, and what it still reads after a move",
    hint: ({ from }) => (from === "test" ? "Drag the digit: all hundred move. Tap another one." : "Draw here; “new sheet” clears it."),
    guess: ["All hundred digits are moved ten rows down. How many does the identity start still read?", ["about 10", "about 40", "about 70"], 2],
    goals: [
      ["move the digit ten rows up or down.", (s, _, hand) => Math.abs(Math.abs(s.down) - 10) < 2 && left(s, hand) > 50,
        "Most are still read: the same input, only sooner or later."],
      ["find a move of about six pixels after which it reads fewer than 30.", (s, _, hand) => s.down ** 2 + s.right ** 2 < 60 && left(s, hand) < 30,
        "To the side, most are lost: other weights see them."],
      ["on a new sheet, draw a 4 wholly in one half: is it still read?", (s) => s.from !== "test" && s.lines && s.t === 64 && [0, 1].some((half) => strokes(s.lines).flat().every(([x]) => x >> 5 === half)) && reads(s) === 4,
        "It is: what you draw is centred before it is read."],
    ],
    start: { from: "test", k: 1, t: 64, down: 0, right: 0, pen: "up", x: 32, y: 16, lines: "" },
    controls: [
      ["from", "read", { test: "test digits", drawing: "new sheet" }],
      ["t", "row", 1, 64, 1, { time: 60 }],
      ["k", "test digit", 1, N, 1, { drawn: true }],
      ["down", "rows", -12, 12, 1, { drawn: true, shows: rows }],
      ["right", "pixels", -12, 12, 1, { drawn: true, shows: columns }],
      ["pen", "pen", { up: "up", down: "down" }, { drawn: true }],
      ["x", "pen at column", 0, 63, 1, { drawn: true }],
      ["y", "pen at row", 0, 63, 1, { drawn: true }],
      ["lines", /^([\w-]{2}|\.)*$/],
    ],
    set: {
      from: (_, from) => ({ from, pen: "up", down: 0, right: 0, lines: "", t: 64 }),
      k: (_, k) => ({ k, from: "test" }),
      pen: (state, pen) => (pen === "down" ? { pen, ...add(state, state.x, state.y, true) } : { pen }),
      x: (state, x) => pen(state, { x }),
      y: (state, y) => pen(state, { y }),
    },
    maths,
    // What is read is dragged, or the dot among all moves; on the sheet of a drawing the hand draws.
    drag(state, panel, along, up, first, { memory }) {
      const whole = (v, low, high) => movable.limit(Math.floor(v), low, high);
      if (panel === "field") return { k: 1 + whole(along, 0, 9) + 10 * whole(10 - up, 0, 9) };
      if (panel === "sheet" && state.from !== "test") {
        const [x, y] = [whole(along, 0, 63), whole(64 - up, 0, 63)];
        return { pen: "up", x, y, ...add(state, x, y, first) };
      }
      if (panel === "moves") memory.grip = [0, 0];
      else if (first) memory.grip = [state.right - along, state.down + up];
      return { right: whole(memory.grip[0] + along + 0.5, -12, 12), down: whole(memory.grip[1] - up + 0.5, -12, 12) };
    },
    draw(state, width, _, { memory, redraw, held }) {
      const { number, panel, best, softmax } = movable, { t, down, right } = state, drawing = state.from !== "test", wide = width >= 560;
      const lines = strokes(state.lines), empty = drawing && !lines.length;
      const key = `${[state.from, state.k, down, right, state.lines]}`; // what is read stays while time runs
      if (memory.key !== key) {
        const image = maths.canvas(scanned(state), down, right);
        Object.assign(memory, { key, image, belief: maths.logits("identity", image).map(softmax), other: 0 });
      }
      if (drawing && !held) memory.other ||= maths.logits("default", memory.image); // too slow for each move of the pen
      const read = drawing ? {} : look(state, memory, held ? 4 : 9), all = !drawing && known(read.default) === N;
      if (!drawing && !all) redraw();
      else if (memory.told !== key) setTimeout(() => memory.key === key && (memory.told = key, redraw()), 300);
      const size = wide ? Math.min(256, width / 2 - 71) : width >= 350 ? 208 : 176, side = wide ? Math.min(246, width / 2 - 81) : Math.min(size - 18, width - 158); // of the sheet, of the field
      const aside = wide ? width - side : 4, low = wide ? 24 : size + 68, place = (x, y, width, height = width) => ({ x, y, width, height }), axes = { x: [0, 64], y: [0, 64], xticks: [], yticks: [] };
      const sheet = panel("sheet", place(22, 24, size), { ...axes, yticks: [[63.5, "1", true], [32.5, "32", true], [0.5, "64", true]], drag: true });
      const seen = panel("seen", place(wide ? width - size : aside, low, wide ? size : width < 350 ? 128 : 192), { ...axes, drag: true });
      const field = panel("field", place(aside, low, side), { ...axes, x: [0, 10], y: [0, 10], drag: "pick" });
      const belief = panel("belief", place(size + 32, 24, wide ? 100 : width - size - 36, size), { ...axes, x: [0, 10] });
      // Squares of equal shade make one path: thousands of elements would be slow.
      const shades = (p, columns, value, last = 64) => {
        const paths = Array.from({ length: 17 }, () => "");
        const text = (n, at) => movable.range(n, (i) => at(i).toFixed(1)), left = text(columns, p.X), top = text(64, (t) => p.Y(64 - t));
        const [w, h] = [p.X(1) - p.X(0), p.Y(0) - p.Y(1)].map((v) => (v + 0.2).toFixed(2)), square = `h${w}v${h}h-${w}z`;
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
      const label = (x, y, words, more = "") => `<text x="${x}" y="${y}" ${more}>${words}</text>`, middle = 'text-anchor="middle"';
      const now = memory.belief[t - 1], says = best(now), digit = digits[state.k - 1][0];
      let row = t;
      while (row > 1 && best(memory.belief[row - 2]) === says) row--;
      const bold = (v) => `<tspan class="bold" font-size="18">${v}</tspan>`;
      const marks = [
        label(22, 16, `${drawing ? "" : `a ${bold(digit)}, `}${empty ? "draw a digit" : `read as ${bold(says)}`}${drawing ? "" : says === digit ? " ✓" : " ✗"}`),
        label(belief.place.x, 16, "its belief"),
        `<g class="ofoutput">${belief.svg(empty ? "" : [shades(belief, 10, (t, d) => memory.belief[t][d], t), scan(belief, 10)])}</g>`,
        now.map((_, d) => label(belief.place.x + belief.X(d + 0.5), size + 38, d, `${middle} class="${d === says && !empty ? "bold" : "index"}"`)),
      ];
      const panels = [sheet], told = all && t === 64 && memory.told === key;
      let large = Object.values(memory.shown ?? {}).map(sum), below = "of 100, after row 64";
      if (drawing) {
        [large, below] = [empty ? "––" : [says, memory.other ? best(memory.other[t - 1]) : "…"], `read after row ${t}`];
        panels.push(seen);
        marks.push(sheet.svg(sheet.line([[32, 0], [32, 64]], "grey dashed"), own, empty ? "" : scan(sheet, 64, maths.ink(lines).row((t - 12 - down) / 1.25)), empty && state.pen === "up" ? "" : sheet.dots([[state.x + 0.5, 63.5 - state.y]], "input full handle", 7)));
        marks.push(label(seen.place.x, low - 8, "centred and fitted"), seen.svg(picture(seen)));
      } else {
        const tiles = (is, what) => memory.shown.identity.map((flag, k) => (flag === is ? what(k) : "")).join("");
        const digit_paths = (is, more) => `<g class="${more}" transform="translate(${right / 5} ${down / 5})">${[0, 1, 2].map((level) => `<path class="shade" fill-opacity="${(level + 1) / 3}" d="${tiles(is, (k) => small[k][level])}"/>`).join("")}</g>`;
        const [x, y] = corner(state.k - 1);
        marks.push(sheet.svg(picture(sheet), sheet.dots([[32 + right, 32 - down]], "input full handle", 8)), label(aside, low - 8, "filled: identity reads"));
        marks.push(field.svg(`<svg viewBox="0 0 128 128" width="${side}" height="${side}"><path class="output pale" d="${tiles(1, (k) => `M${corner(k).map((v) => v + 0.4).join(" ")}h12v12h-12z`)}"/>`
          + digit_paths(1, "") + digit_paths(0, "faint") + `<rect class="picked" fill="none" x="${x}" y="${y}" width="${SIDE}" height="${SIDE}"/></svg>`));
        panels.push(field);
        // Every move that was tried leaves its count; the frames are those of six and ten pixels.
        const p = panel("moves", wide ? place(aside, low + side + 14, side - 108) : place(width - 128, low + 80, 100), { x: [-12.5, 12.5], y: [-12.5, 12.5], xticks: [[-11, "←"], [11, "→"]], yticks: [[11, "↑", true], [-11, "↓", true]], drag: true });
        const tried = Object.entries(memory.moves).map(([move, { identity }]) => {
          const [d, r] = move.split(" ").map(Number), n = known(identity);
          return n ? p.bar(r, 0.5 - d, -0.5 - d, "output pale", 1.05, `style="fill-opacity:${0.08 + 0.92 * (sum(identity) / n) ** 2}"`) : "";
        });
        panels.push(p);
        const rings = [6, 10].map((v) => p.bar(0, v, -v, "frame dashed", 2 * v));
        marks.push(p.svg(tried, rings, p.dots([[right, -down]], "input full handle", 5)), label(...(wide ? [width - 96, low + side + 88] : [width - 138, low + 70]), "deep: still read"));
      }
      [...large].forEach((count, i) => { // faint until all hundred have been tried
        const [x, y] = wide ? [22 + 190 * i, size + 90] : [width - 138 + 72 * i, low - 8], name = i ? "default" : "identity", sure = drawing || known(read[name]) === N ? "" : "faint";
        marks.push(label(x, y, `${name}${wide ? " start" : ""}`), label(x, y + (wide ? 62 : 34), count, `class="bold ${sure}" style="font-size:${wide ? 64 : 32}px"`));
        if (wide || !i) marks.push(label(x, y + (wide ? 86 : 54), below));
      });
      return {
        height: wide ? side + 198 : low + 198, panels,
        says: empty ? "The sheet is empty: draw a digit." : `${t < 64 ? `After row ${t} the` : "The"} identity start reads ${drawing ? "" : `this ${digit} as `}${says} (${number(now[says])}, from row ${row} on).`
          + (told ? ` ${[rows(down), columns(right)].filter(Boolean).join(", ") || "Unmoved"}: it still reads ${large[0]} of ${N}, the default start ${large[1]}.` : ""),
        marks,
      };
    },
  });
}
