// Keep or forget (lesson 8.7): a GRU's gates and attention's weights in the game of the flag.
{
  const { gru, attention, symbols } = movable.numbers["keep-or-forget"], n = gru.W_h[0].length;
  const [W_x, W_h] = [gru.W_x, gru.W_h].map((W) => Float64Array.from(W.flat()));
  const times = (W, v, b) => W.map((row, i) => {
    let sum = b ? b[i] : 0;
    for (let j = 0; j < row.length; j++) sum += row[j] * v[j];
    return sum;
  });
  const sigmoid = (z) => 1 / (1 + Math.exp(-z));
  const maths = {
    softmax(scores) {
      const top = Math.max(...scores), e = scores.map((s) => Math.exp(s - top)), sum = e.reduce((a, b) => a + b);
      return e.map((v) => v / sum);
    },
    // T symbols; so many steps before the end stand flags, over the symbols given.
    game: (T, lags, under) => Array.from({ length: T }, (_, t) => {
      const flag = lags.indexOf(T - 1 - t), own = flag < 0 ? symbols[t] : under[flag];
      return [0, 1, 2, 3].map((k) => +(k === +own)).concat(+(flag >= 0));
    }),
    // States and keep gates of the GRU, and its logits after each step.
    gru_forward(x) {
      const { b_x, b_h, W_y, b_y } = gru, h = [new Float64Array(n)], f = [], y = [];
      const a = new Float64Array(3 * n), b = new Float64Array(3 * n);
      for (const input of x) {
        const before = h[h.length - 1], now = new Float64Array(n), gate = new Float64Array(n);
        for (let i = 0; i < 3 * n; i++) {
          let [p, q] = [b_x[i], b_h[i]];
          for (let j = 0; j < 5; j++) p += W_x[5 * i + j] * input[j];
          for (let j = 0; j < n; j++) q += W_h[n * i + j] * before[j];
          [a[i], b[i]] = [p, q];
        }
        for (let i = 0; i < n; i++) {
          gate[i] = sigmoid(a[n + i] + b[n + i]);
          now[i] = gate[i] * before[i] + (1 - gate[i]) * Math.tanh(a[2 * n + i] + sigmoid(a[i] + b[i]) * b[2 * n + i]);
        }
        h.push(now);
        f.push(gate);
        y.push(times(W_y, now, b_y));
      }
      return { h, f, y };
    },
    // Weights of attention at the last step, and its logits there.
    attend(x) {
      const { before, query, key, value, after } = attention, e = x.map((input) => times(before[0], input, before[1]));
      // q k_t = (K' q) e_t and the sum of w_t V e_t = V (the sum of w_t e_t): no product of matrices for each step.
      const q = times(query, e.at(-1)), asked = q.map((_, j) => key.reduce((sum, row, i) => sum + q[i] * row[j], 0));
      const w = this.softmax(times(e, asked).map((score) => score / Math.sqrt(q.length)));
      const answer = times(value, q.map((_, j) => e.reduce((sum, v, t) => sum + w[t] * v[j], 0)));
      return { w, y: times(after[0], answer, after[1]) };
    },
    // What the gates have left, in each unit, of what it took in at step t (counted from 0).
    kept: (f, t) => Array.from(f[0], (_, i) => f.slice(t + 1).reduce((product, gate) => product * gate[i], 1)),
  };
  let held = "lag"; // the flag in the hand
  movable("keep-or-forget", {
    title: "A GRU and attention remember the symbol under the flag",
    hint: "Drag a flag. Filled gates keep, empty ones let the new in; a red line under the unit that has kept best since the flag.",
    start: { T: 101, lag: 60, symbol: "2", other: "none", second: 30 },
    controls: [
      ["symbol", "under the flag", { 0: "0", 1: "1", 2: "2", 3: "3" }],
      ["other", "under a second flag", { none: "no flag", 0: "0", 1: "1", 2: "2", 3: "3" }],
      ["lag", "lag", 1, 400, 1],
      ["second", "second lag", 1, 400, 1],
      ["T", "length T", 21, 401, 20],
    ],
    get: { lag: ({ lag, T }) => Math.min(lag, T - 1), second: ({ second, T }) => Math.min(second, T - 1) },
    maths,
    most: { lag: ({ T }) => T - 1, second: ({ T }) => T - 1 },
    drag({ T, lag, other, second }, panel, x, y, first) {
      const to = T - x;
      if (first) held = other !== "none" && Math.abs(to - second) < Math.abs(to - lag) ? "second" : "lag";
      return { [held]: movable.limit(Math.round(to), 1, T - 1) };
    },
    draw(state, width) {
      const { number, panel, layout } = movable, { T } = state, [lag, second] = [state.lag, state.second].map((v) => Math.min(v, T - 1));
      const two = state.other !== "none" && second !== lag, lags = two ? [lag, second] : [lag], under = [state.symbol, state.other];
      const x = maths.game(T, lags, under), { f, y } = maths.gru_forward(x), { w, y: looked } = maths.attend(x);
      const flag = T - lag, kept = maths.kept(f, flag - 1), best = kept.indexOf(Math.max(...kept));
      const [[above, middle, below], height] = layout(width, [[1, 220, 150, 160]]), axis = { x: [0.5, T + 0.5], xlabel: "t" };
      const gates = panel("gates", above, { ...axis, xlabel: "t", y: [0, n], ylabel: "keep gates f_t", yticks: [1, 7, 14, 21].filter((k) => k <= n).map((k) => [n - k + 0.5, `${k}`, true]), drag: "sideways" });
      const weights = panel("weights", middle, { ...axis, y: [0, 1.05], ylabel: "weight w_t", yticks: [0, 0.5, 1], drag: "sideways" });
      const belief = panel("belief", below, { ...axis, y: [0, 1.05], ylabel: "GRU's belief", yticks: [0, 0.5, 1] });
      const paths = Array.from({ length: 6 }, () => ""), left = Array.from({ length: T + 1 }, (_, t) => gates.X(t + 0.5).toFixed(1));
      for (let i = 0; i < n; i++) {
        const [top, bottom] = [gates.Y(n - i).toFixed(1), gates.Y(n - i - 0.9).toFixed(1)];
        for (let t = 0, end; t < T; t = end) { // neighbours of one shade are one rectangle
          const level = Math.round(5 * f[t][i]);
          for (end = t + 1; end < T && Math.round(5 * f[end][i]) === level; ) end++;
          if (level) paths[level] += `M${left[t]} ${top}H${left[end]}V${bottom}H${left[t]}z`;
        }
      }
      const shades = paths.map((path, level) => (path ? `<path class="shade" fill-opacity="${level / 5}" d="${path}"/>` : ""));
      const flags = lags.map((k) => T - k), mark = (p) => flags.map((t, i) => `<text class="bold" x="${(p.place.x + p.X(t)).toFixed(1)}" y="${p.place.y - 3}" text-anchor="middle">${i ? "²" : ""}▾</text>`).join("");
      const name = (logits) => logits.indexOf(Math.max(...logits)), sure = (logits) => number(Math.max(...maths.softmax(logits)));
      const beliefs = y.map(maths.softmax), lines = [0, 1, 2, 3].map((k) => belief.line(beliefs.map((p, t) => [t + 1, p[k]]), `${k}` === under[0] ? "state thick" : two && `${k}` === under[1] ? "output thick" : "grey"));
      return {
        height, panels: [gates, weights, belief],
        says: `The GRU answers ${name(y[T - 1])} (belief ${sure(y[T - 1])}), attention ${name(looked)} (${sure(looked)}), with the weight ${number(w[flag - 1])} on the ${two ? `first flag and ${number(w[T - second - 1])} on the second` : "flag"}. Unit ${best + 1} keeps best: over the ${lag} step${lag > 1 ? "s" : ""} since the ${two ? "first " : ""}flag its gates multiply to ${number(kept[best])}.`,
        marks: [
          `<g class="ofstate">${gates.svg(shades, gates.line([[0, n - best - 0.95], [T + 1, n - best - 0.95]], "gradient"))}</g>`, mark(gates), mark(weights),
          weights.svg(w.map((v, t) => (v > 0.002 ? weights.bar(t + 1, 0, v, "input full", Math.max(0.8, T / 150)) : ""))),
          belief.svg(lines),
          belief.legend([["state thick", `flag: ${under[0]}`], ...(two ? [["output thick", `second: ${under[1]}`]] : []), ["grey", "others"]]),
        ],
      };
    },
  });
}
