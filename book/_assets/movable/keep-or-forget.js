// Keep or forget (chapter 8): a GRU's gates and attention's weights in the game of the flag.
{
  const { gru, attention, symbols } = movable.numbers["keep-or-forget"], n = gru.W_h[0].length;
  const [W_x, W_h] = [gru.W_x, gru.W_h].map((W) => Float64Array.from(W.flat()));
  const times = (W, v, b) => W.map((row, i) => {
    let sum = b ? b[i] : 0;
    for (let j = 0; j < row.length; j++) sum += row[j] * v[j];
    return sum;
  });
  const sigmoid = (z) => 1 / (1 + Math.exp(-z)), relu = (v) => v.map((z) => Math.max(z, 0));
  const maths = {
    softmax(scores) {
      const top = Math.max(...scores), e = scores.map((s) => Math.exp(s - top)), sum = e.reduce((a, b) => a + b);
      return e.map((v) => v / sum);
    },
    // T symbols with flags so many steps before the end; the first flag stands over this symbol.
    game: (T, lags, symbol) => Array.from({ length: T }, (_, t) => {
      const flag = lags.includes(T - 1 - t), own = T - 1 - t === lags[0] ? symbol : symbols[t];
      return [0, 1, 2, 3].map((k) => +(k === +own)).concat(+flag);
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
      const { before, query, key, value, after } = attention, e = x.map((input) => relu(times(before[0], input, before[1])));
      // q k_t = (K' q) e_t and the sum of w_t V e_t = V (the sum of w_t e_t): no product of matrices for each step.
      const q = times(query, e.at(-1)), asked = q.map((_, j) => key.reduce((sum, row, i) => sum + q[i] * row[j], 0));
      const w = this.softmax(times(e, asked).map((score) => score / Math.sqrt(q.length)));
      const answer = times(value, q.map((_, j) => e.reduce((sum, v, t) => sum + w[t] * v[j], 0)));
      return { w, y: times(after[2], relu(times(after[0], answer, after[1])), after[3]) };
    },
    // What the gates have left, in each unit, of what it took in at step t (counted from 0).
    kept: (f, t) => Array.from(f[0], (_, i) => f.slice(t + 1).reduce((product, gate) => product * gate[i], 1)),
  };
  movable("keep-or-forget", {
    title: "A GRU and attention remember the symbol under the flag",
    hint: "Drag to move the flag, the dashed line.",
    start: { T: 101, lag: 60, symbol: "2", second: 0 },
    controls: [
      ["symbol", "symbol under the flag", { 0: "0", 1: "1", 2: "2", 3: "3" }],
      ["lag", "lag of the flag", 1, 400, 1],
      ["T", "length T", 21, 401, 20],
      ["second", "second flag (0: none)", 0, 400, 1],
    ],
    get: { lag: ({ lag, T }) => Math.min(lag, T - 1), second: ({ second, T }) => Math.min(second, T - 1) },
    maths,
    drag: ({ T }, panel, x) => ({ lag: movable.limit(T - Math.round(x), 1, T - 1) }),
    draw(state, width) {
      const { number, panel, layout } = movable, { T } = state, [lag, second] = [state.lag, state.second].map((v) => Math.min(v, T - 1));
      const x = maths.game(T, second && second !== lag ? [lag, second] : [lag], state.symbol), { f, y } = maths.gru_forward(x), { w, y: looked } = maths.attend(x);
      const flag = T - lag, kept = maths.kept(f, flag - 1), best = kept.indexOf(Math.max(...kept));
      const [[above, middle, below], height] = layout(width, [[1, 220, 150, 160]]), axis = { x: [0.5, T + 0.5], xlabel: "t" };
      const gates = panel("gates", above, { ...axis, xlabel: "t; each row a unit, dark: keeps", y: [0, n], ylabel: "keep gate f_t", yticks: [], drag: "sideways" });
      const weights = panel("weights", middle, { ...axis, y: [0, 1.05], ylabel: "weight w_t", yticks: [0, 0.5, 1], drag: "sideways" });
      const belief = panel("belief", below, { ...axis, y: [0, 1.05], ylabel: "GRU's belief", yticks: [0, 0.5, 1] });
      const paths = Array.from({ length: 6 }, () => ""), left = Array.from({ length: T + 1 }, (_, t) => gates.X(t + 0.5).toFixed(1));
      for (let i = 0; i < n; i++) {
        const [top, bottom] = [gates.Y(i + 1).toFixed(1), gates.Y(i + 0.1).toFixed(1)];
        for (let t = 0, end; t < T; t = end) { // neighbours of one shade are one rectangle
          const level = Math.round(5 * f[t][i]);
          for (end = t + 1; end < T && Math.round(5 * f[end][i]) === level; ) end++;
          if (level) paths[level] += `M${left[t]} ${top}H${left[end]}V${bottom}H${left[t]}z`;
        }
      }
      const shades = paths.map((path, level) => (path ? `<path class="shade" fill-opacity="${level / 5}" d="${path}"/>` : ""));
      const flags = [lag, ...(second && second !== lag ? [second] : [])].map((k) => T - k), mark = (p, high) => flags.map((t) => p.line([[t, 0], [t, high]], "output dashed"));
      const name = (logits) => logits.indexOf(Math.max(...logits)), sure = (logits) => number(Math.max(...maths.softmax(logits)));
      const under = flags.map((t) => x[t - 1].indexOf(1));
      const beliefs = y.map(maths.softmax), lines = [0, 1, 2, 3].map((k) => belief.line(beliefs.map((p, t) => [t + 1, p[k]]), k === under[0] ? "state thick" : "grey"));
      return {
        height, panels: [gates, weights, belief],
        says: `Under the flag: ${under[0]}${under.length > 1 ? `, under the second: ${under[1]}` : ""}. The GRU answers ${name(y[T - 1])} (belief ${sure(y[T - 1])}), attention ${name(looked)} (${sure(looked)}), with the weight ${number(w[flag - 1])} on the flag. Unit ${best + 1} keeps best: its gates multiply to ${number(kept[best])} over ${lag} steps.`,
        marks: [
          `<g class="ofstate">${gates.svg(shades, mark(gates, n), gates.line([[0, best + 0.55], [1.5 + T / 60, best + 0.55]], "gradient thick"))}</g>`,
          weights.svg(w.map((v, t) => (v > 0.002 ? weights.bar(t + 1, 0, v, "input full", Math.max(0.8, T / 150)) : "")), mark(weights, 1.05)),
          belief.svg(lines, mark(belief, 1.05)),
          belief.legend([["state thick", "the symbol under the flag"], ["grey", "the others"]]),
        ],
      };
    },
  });
}
