// Keep or forget (lesson 8.7): a GRU's gates and attention's weights in the game of the flag.
{
  const { gru, attention, symbols } = movable.numbers["keep-or-forget"], n = gru.W_h[0].length;
  const times = (W, v, b) => W.map((row, i) => {
    let sum = b?.[i] ?? 0;
    for (let j = 0; j < row.length; j++) sum += row[j] * v[j];
    return sum;
  });
  const sigmoid = (z) => 1 / (1 + Math.exp(-z));
  const maths = {
    softmax: movable.softmax,
    // T symbols; so many steps before the end stand flags, over the symbols given.
    game: (T, lags, under) => movable.range(T, (t) => {
      const flag = lags.indexOf(T - 1 - t), own = flag < 0 ? symbols[t] : under[flag];
      return [0, 1, 2, 3].map((k) => +(k === +own)).concat(+(flag >= 0));
    }),
    // States and keep gates of the GRU, and its logits after each step.
    gru_forward(x) {
      const h = [Array(n).fill(0)], f = [], y = [];
      for (const input of x) {
        const before = h.at(-1), a = times(gru.W_x, input, gru.b_x), b = times(gru.W_h, before, gru.b_h);
        const gate = before.map((_, i) => sigmoid(a[n + i] + b[n + i]));
        const now = gate.map((f, i) => f * before[i] + (1 - f) * Math.tanh(a[2 * n + i] + sigmoid(a[i] + b[i]) * b[2 * n + i]));
        h.push(now);
        f.push(gate);
        y.push(times(gru.W_y, now, gru.b_y));
      }
      return { h, f, y };
    },
    // Weights of attention at the last step, and its logits there.
    attend(x) {
      const { before, query, key, value, after } = attention, e = x.map((input) => times(before[0], input, before[1]));
      const w = this.softmax(times(e.map((v) => times(key, v)), times(query, e.at(-1))).map((score) => score / Math.sqrt(query.length)));
      const answer = times(value, e[0].map((_, j) => e.reduce((sum, v, t) => sum + w[t] * v[j], 0)));
      return { w, y: times(after[0], answer, after[1]) };
    },
    // What the gates have left, in each unit, of what it took in at step t (counted from 0).
    kept: (f, t) => f[0].map((_, i) => f.slice(t + 1).reduce((product, gate) => product * gate[i], 1)),
  };
  const lags = ({ T, lag, other, second }) => [lag, ...(other === "none" || second === lag ? [] : [second])].map((v) => Math.min(v, T - 1));
  // All that the two networks do; a state that differs only in time asks for it again.
  let last = {};
  const played = (state) => {
    const flags = lags(state), key = `${[state.T, flags, state.symbol, state.other]}`;
    if (last.key !== key) {
      const x = maths.game(+state.T, flags, [state.symbol, state.other]);
      last = { key, x, ...maths.gru_forward(x), looked: maths.attend(x) };
    }
    return last;
  };
  const ended = ({ t, T }) => t >= +T, gru_says = (state) => movable.best(played(state).y.at(-1));
  movable("keep-or-forget", {
    title: "What a GRU and attention do with the symbol under a flag",
    hint: "Drag a flag sideways, its dot up and down. Filled gates keep.",
    guess: ["The GRU has to keep the symbol under the flag. What do its keep gates do at the flag?", ["rise, to keep it", "fall, to let it in", "nothing"], 1],
    goals: [
      ["stop the time where the gates let the symbol in.", (s) => s.t === s.T - lags(s)[0] && s.other === "none", "Where most of them fall, the new gets in."],
      ["let the GRU be right with a lag of 300.", (s) => ended(s) && s.other === "none" && lags(s)[0] >= 300 && gru_says(s) === +s.symbol, "Some units kept it: their gates hardly fell."],
      ["raise a second flag so that the two disagree.", (s) => ended(s) && lags(s)[1] && gru_says(s) !== movable.best(played(s).looked.y), "The GRU names the later; attention knows no later."],
    ],
    after: { t: 25 }, // after a guess the flag is still to be found
    start: { T: "101", t: 101, lag: 60, symbol: "2", other: "none", second: 30 },
    controls: [
      ["other", "second flag over", { 0: "0", 1: "1", 2: "2", 3: "3", none: "none" }],
      ["T", "length", { 21: "21", 101: "101", 201: "201", 401: "401" }],
      ["t", "step t", 1, 401, 1, { time: 50 }],
      ["lag", "lag", 1, 400, 1, { drawn: true, wide: true }],
      ["symbol", "flag over", { 0: "0", 1: "1", 2: "2", 3: "3" }, { drawn: true }],
      ["second", "second lag", 1, 400, 1, { drawn: true, wide: true }],
    ],
    get: { lag: (state) => lags(state)[0], second: ({ second, T }) => Math.min(second, T - 1), t: ({ t, T }) => Math.min(t, T) },
    set: { T: (state, T) => ({ T, t: +T }) },
    maths,
    most: { lag: ({ T }) => T - 1, second: ({ T }) => T - 1, t: ({ T }) => +T },
    off: ({ other }, key) => key === "second" && other === "none",
    // The flags are dragged in what is read, the time in all other pictures.
    drag(state, panel, x, y, first, { memory }) {
      if (panel !== "symbols") return { t: movable.limit(Math.round(x), 1, +state.T) };
      const to = state.T - x, [lag, second] = lags(state);
      if (first) memory.flag = Math.abs(to - second) < Math.abs(to - lag) ? ["second", "other"] : ["lag", "symbol"];
      const [where, over] = memory.flag;
      return { [where]: movable.limit(Math.round(to), 1, state.T - 1), ...(y < 4 ? { [over]: `${movable.limit(Math.floor(y), 0, 3)}` } : {}) };
    },
    draw(state, width, _, { asks }) {
      // Before the guess the flag is still to come.
      const { number, panel, limit } = movable, T = +state.T, t = asks ? T >> 2 : Math.min(state.t, T), wide = width >= 560;
      const { x, f, y, looked } = played(state), flags = lags(state).map((lag) => T - lag), under = [state.symbol, state.other].slice(0, flags.length), two = flags.length > 1;
      const beliefs = y.map(maths.softmax), read = t > flags[0], kept = maths.kept(f.slice(0, t), flags[0] - 1), keeper = movable.best(kept);
      const axis = { x: [0.5, T + 0.5], xticks: [] };
      let top = 4;
      const next = (height) => {
        const place = { x: 52, y: top, width: width - 52 - (wide ? 104 : 62), height };
        top += height + 10;
        return place;
      };
      const symbols = panel("symbols", next(wide ? 112 : 96), { ...axis, y: [0, 6.2], ylabel: "what is read", yticks: [0, 1, 2, 3].map((k) => [k + 0.5, `${k}`, true]), drag: true });
      const gates = panel("gates", next(n * (wide ? 7 : 6)), { ...axis, y: [0, n], ylabel: "GRU's gates f_t", yticks: [1, n].map((k) => [n - k + 0.5, `${k}`, true]), drag: "sideways" });
      const belief = panel("belief", next(wide ? 92 : 70), { ...axis, y: [0, 1.05], ylabel: "its belief", yticks: [0, 1], drag: "sideways" });
      const weights = panel("weights", next(wide ? 80 : 62), { ...axis, y: [0, 1.05], xlabel: "t", xticks: movable.range(5, (k) => (k * (T - 1)) / 4 + 1), ylabel: "attention", yticks: [0, 1], drag: "sideways" });
      // One path for each shade, and neighbours of one shade are one rectangle: thousands of elements would be slow.
      const paths = Array.from({ length: 6 }, () => ""), left = movable.range(T + 1, (s) => gates.X(s + 0.5).toFixed(1));
      for (let i = 0; i < n; i++) {
        const [high, low] = [gates.Y(n - i).toFixed(1), gates.Y(n - i - 0.9).toFixed(1)];
        for (let s = 0, end; s < t; s = end) {
          const level = Math.round(5 * f[s][i]);
          for (end = s + 1; end < t && Math.round(5 * f[end][i]) === level; ) end++;
          if (level) paths[level] += `M${left[s]} ${high}H${left[end]}V${low}H${left[s]}z`;
        }
      }
      const shades = paths.map((path, level) => (path ? `<path class="shade" fill-opacity="${level / 5}" d="${path}"/>` : ""));
      const cells = (from, to, kind) => `<path class="${kind} pale" d="${x.slice(from, to).map((now, i) => `M${left[from + i]} ${symbols.Y(now.indexOf(1) + 0.95)}H${left[from + i + 1]}v${symbols.Y(0) - symbols.Y(0.9)}H${left[from + i]}z`).join("")}"/>`;
      const cloths = flags.map((at, i) => {
        const [a, b] = [symbols.X(at), symbols.Y(+under[i] + 0.5)], side = a > symbols.place.width - 100 ? -1 : 1;
        return `<path class="ink thick" d="M${a} ${b}V3"/><path class="ink full" d="M${a} 3l${side * 30} 11l${-side * 30} 11z"/>`
          + (two ? `<text x="${a + side * 9}" y="18" text-anchor="middle" style="fill:var(--paper)" class="bold">${i + 1}</text>` : "")
          + (two ? "" : `<text class="halo" x="${a + side * 38}" y="18" text-anchor="${side > 0 ? "start" : "end"}">lag ${T - at}</text>`)
          + symbols.dots([[at, +under[i] + 0.5]], "input full handle", 9);
      });
      const now = (p) => (t < T ? p.line([[t + 0.5, 0], [t + 0.5, n]], "grey dashed") : "");
      const beside = (p, v, words, more = "") => `<text x="${p.place.x + p.place.width + 6}" y="${p.place.y + limit(p.Y(v) + 4, 9, p.place.height + 4)}" ${more}>${words}</text>`;
      // Each line's name at its height, one below the other where they meet.
      let free = 1.6;
      const named = [0, 1, 2, 3].sort((a, b) => beliefs[t - 1][b] - beliefs[t - 1][a]).map((k, i) => {
        free = Math.min(free - 14 / belief.place.height, Math.max(beliefs[t - 1][k], (3 - i) * 14 / belief.place.height));
        const flag = under.indexOf(`${k}`);
        return flag < 0 ? beside(belief, free, k) : beside(belief, free, `${k}, flag ${two ? flag + 1 : ""}`, 'class="bold"');
      });
      const lines = [0, 1, 2, 3].map((k) => belief.line(beliefs.slice(0, t).map((p, s) => [s + 1, p[k]]), ["output thick", "output thick dashed"][under.indexOf(`${k}`)] ?? "grey"));
      const answer = (logits, more = "") => `${movable.best(logits)} (${number(Math.max(...maths.softmax(logits)))}${more})`, w = flags.map((at) => number(looked.w[at - 1]));
      const keeps = read ? ` Unit ${keeper + 1} keeps ${two ? "flag 1" : "it"} best: over ${t - flags[0]} steps its gates multiply to ${number(kept[keeper], 3)}.` : "";
      return {
        height: top + 24, panels: [symbols, gates, belief, weights],
        says: t < T ? `After step ${t} the GRU believes ${answer(y[t - 1])}; the mean of its gates is ${number(f[t - 1].reduce((a, b) => a + b) / n)}.${keeps}`
          : `The GRU answers ${answer(y[T - 1])}, attention ${answer(looked.y, `; weight ${two ? `${w[0]} on flag 1, ${w[1]} on flag 2` : `${w[0]} on the flag`}`)}.${keeps}`,
        marks: [
          symbols.svg(cells(0, t, "input"), cells(t, T, "grey"), cloths, now(symbols)),
          `<g class="ofstate">${gates.svg(shades, now(gates))}</g>`, read ? beside(gates, n - keeper - 0.5, `◂ unit ${keeper + 1}${wide && kept[keeper] > 0.5 ? " keeps" : ""}`) : "",
          belief.svg(lines, now(belief)), named,
          weights.svg(t < T ? `<text x="8" y="${weights.place.height / 2 + 4}">It answers at the end.</text>`
            : looked.w.map((v, s) => (v > 0.002 ? weights.bar(s + 1, 0, v, "input full", Math.max(0.8, T / 150)) : ""))),
        ],
      };
    },
  });
}
