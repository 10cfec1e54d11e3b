// Keep or forget (lesson 8.7): a GRU's gates and attention's weights in the game of the flag.
{
  const { gru, attention, symbols } = movable.numbers["keep-or-forget"], n = gru.W_h[0].length, T = 101;
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
    // What the gates have left, in each unit, of what it took in at step t (counted from 0), and how much it is of its state.
    kept: (f, t) => f[0].map((_, i) => f.slice(t + 1).reduce((product, gate) => product * gate[i], 1)),
    share(f, t) { return this.kept(f, t).map((v, i) => v * (1 - f[t][i])); },
  };
  const lags = ({ lag, other, second }) => [lag, ...(other === "none" || second === lag ? [] : [second])];
  // All that the two networks do; a state that differs only in time asks for it again.
  let last = {};
  const played = (state) => {
    const flags = lags(state), key = `${[flags, state.symbol, state.other]}`;
    if (last.key !== key) {
      const x = maths.game(T, flags, [state.symbol, state.other]);
      last = { key, x, ...maths.gru_forward(x), looked: maths.attend(x) };
    }
    return last;
  };
  // How many units hold mostly what came in at a flag.
  const holders = (shares) => shares.filter((v) => v > 0.5).length;
  const gru_says = (state) => movable.best(played(state).y.at(-1));
  movable("keep-or-forget", {
    title: "What a GRU and attention do with the symbol under a flag",
    hint: "Drag a flag, its dot, or the time. Filled gates keep; bars: what each unit still holds of a flag.",
    guess: ["The GRU has to keep the symbol under the flag. What do its keep gates do at the flag?", ["they rise", "they fall", "nothing"], 1],
    goals: [
      ["stop the time where the gates let the symbol in.", (s) => s.t === T - s.lag && s.other === "none", "Most gates fall, and the new symbol gets in."],
      ["time at the end, lag 80 or more: find the symbol that only three units hold.",
        (s) => s.t === T && s.other === "none" && s.lag >= 80 && holders(maths.share(played(s).f, T - 1 - s.lag)) <= 3, "Three units are enough: the GRU still names it."],
      ["drag in flag B so that the GRU and attention disagree.", (s) => s.t === T && lags(s)[1] && gru_says(s) !== movable.best(played(s).looked.y),
        "The GRU named the later. Swap the symbols: attention names the same again."],
    ],
    after: { t: 25 }, // after a guess the flag is still to be found
    start: { t: T, lag: 60, symbol: "2", other: "none", second: 30 },
    controls: [
      ["t", "step t", 1, T, 1, { time: 50 }],
      ["lag", "lag", 1, T - 1, 1, { drawn: true, wide: true }],
      ["symbol", "flag over", { 0: "0", 1: "1", 2: "2", 3: "3" }, { drawn: true }],
      ["other", "second flag over", { 0: "0", 1: "1", 2: "2", 3: "3", none: "none" }, { drawn: true }],
      ["second", "second lag", 1, T - 1, 1, { drawn: true, wide: true }],
    ],
    maths,
    off: ({ other }, key) => key === "second" && other === "none",
    // The flags are dragged in what is read, the second from beside it and back; the time in all other pictures,
    // where it stops more easily at a flag.
    drag(state, panel, x, y, first, { memory }) {
      const { limit } = movable, { lag, symbol, other, second } = state, none = other === "none";
      if (panel !== "symbols" && panel !== "spare") return { t: limit(lags(state).map((to) => T - to).find((at) => Math.abs(at - x) < 2) ?? Math.round(x), 1, T) };
      if (first) {
        const is_second = panel === "spare" || (!none && Math.abs(T - x - second) < Math.abs(T - x - lag));
        memory.flag = is_second ? ["second", "other", (none ? memory.spare : T - second) - x, (none ? 1 : +other) + 0.5 - y] : ["lag", "symbol", T - lag - x, +symbol + 0.5 - y];
      }
      const [where, over, aside, above] = memory.flag, to = T - x - aside;
      if (where === "second" && panel === "symbols" && to < -4) return { other: "none" };
      return { [where]: limit(Math.round(to), 1, T - 1), [over]: `${limit(Math.floor(y + above), 0, 3)}` };
    },
    draw(state, width, _, { asks, memory }) {
      // Before the guess the flag is still to come.
      const { number, panel, best, limit } = movable, t = asks ? T >> 2 : state.t, beside = width >= 560 ? 88 : 60, across = width - 52 - beside;
      const { x, f, y, looked } = played(state), flags = lags(state).map((lag) => T - lag), under = [state.symbol, state.other].slice(0, flags.length), two = flags.length > 1;
      const beliefs = y.map(maths.softmax);
      const axis = { x: [0.5, T + 0.5], xticks: [] }, ends = [0, 1].map((v) => [v, `${v}`, true]);
      let top = 4;
      const next = (height) => {
        const place = { x: 52, y: top, width: across, height };
        top += height + 10;
        return place;
      };
      const symbols = panel("symbols", next(116), { ...axis, y: [0, 6.2], ylabel: "what is read", yticks: [0, 1, 2, 3].map((k) => [k + 0.5, `${k}`, true]), drag: true });
      const gates = panel("gates", next(8 * n), { ...axis, y: [0, n], ylabel: "GRU's gates f_t", yticks: [1, n].map((k) => [n - k + 0.5, `${k}`, true]), drag: "sideways", handle: [t + 0.5, 0] });
      const belief = panel("belief", next(92), { ...axis, y: [-0.05, 1.1], ylabel: "its belief", yticks: ends, drag: "sideways" });
      const weights = panel("weights", next(76), { ...axis, y: [0, 1.05], xlabel: "t", xticks: movable.range(5, (k) => (k * (T - 1)) / 4 + 1), ylabel: "attention", yticks: ends, drag: "sideways" });
      // The second flag waits beside the panel, on the same axis.
      const spare = panel("spare", { ...symbols.place, x: 52 + across + 2, width: beside - 2 }, { x: [2, beside].map((v) => T + 0.5 + (v * T) / across), y: [0, 6.2], drag: state.other === "none" });
      memory.spare = T + 0.5 + (26 * T) / across;
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
      // On a phone the step of a flag is drawn wider: else it is narrow.
      const slit = Math.max(across / T, 5), wider = flags.filter((at) => at <= t).map((at) => [`<rect class="thick" x="${gates.X(at + 0.5) - slit}" width="${slit}" height="100%"/>`,
        f[at - 1].map((gate, i) => `<rect class="shade" fill-opacity="${Math.round(5 * gate) / 5}" x="${gates.X(at + 0.5) - slit}" y="${gates.Y(n - i)}" width="${slit}" height="${gates.Y(0.1) - gates.Y(1)}"/>`)]);
      // Beside the gates: how much of each unit is what came in at a flag.
      const shares = flags.map((at) => (at <= t ? maths.share(f.slice(0, t), at - 1) : [])), room = (beside - 12) / flags.length;
      const held = shares.map((all, k) => (all.length ? `<g transform="translate(${60 + across + k * room} ${gates.place.y})"><text y="-5">${two ? "AB"[k] : ""}</text><path class="grey" d="M0 0v${8 * n}"/>`
        + `${all.map((v, i) => `<rect class="state ${v > 0.5 ? "full" : "pale"}" y="${8 * i}" width="${v * (room - 6)}" height="7"/>`).join("")}</g>` : ""));
      const flag = (a, over, side, word) => {
        const b = symbols.Y(+over + 0.5);
        return `<path class="ink thick" d="M${a} ${b}V3"/><path class="ink full" d="M${a} 3l${side * 30} 11l${-side * 30} 11z"/>`
          + (word ? `<text x="${a + side * 9}" y="18" text-anchor="middle" style="fill:var(--paper)" class="bold">${word}</text>` : "")
          + `<circle class="input full handle" cx="${a}" cy="${b}" r="9"/>`;
      };
      const cloths = flags.map((at, i) => {
        const a = symbols.X(at), side = a > symbols.place.width - 100 ? -1 : 1;
        return flag(a, under[i], side, two && "AB"[i]) + (two ? "" : `<text class="halo" x="${a + side * 38}" y="18" text-anchor="${side > 0 ? "start" : "end"}">lag ${T - at}</text>`);
      });
      const now = (p) => (t < T ? `<rect class="grey pale" style="fill-opacity:0.12" x="${p.X(t + 0.5)}" width="100%" height="100%"/>${p.line([[t + 0.5, 0], [t + 0.5, n]], "grey dashed")}` : "");
      const aside = (p, v, words) => `<text x="${p.place.x + p.X(t + 0.5) + 9}" y="${p.place.y + limit(p.Y(v) + 4, 9, p.place.height - 3)}">${words}</text>`;
      const large = (words) => `<tspan class="bold" font-size="20" dy="3">${words}</tspan>`;
      // What it believes most is drawn thick. Names stand at the ends of the lines; lines that end together share them.
      const end = beliefs[t - 1], winner = best(end), groups = [];
      for (const k of [0, 1, 2, 3].sort((a, b) => end[b] - end[a])) {
        const near = groups.at(-1);
        if (near && k !== winner && near[0] !== winner && end[near.at(-1)] - end[k] < 18 / belief.place.height) near.push(k);
        else groups.push([k]);
      }
      const named = groups.map((group) => aside(belief, end[group[0]], group[0] === winner ? large(winner) : group.sort().join(", ")));
      const lines = [0, 1, 2, 3].map((k) => belief.line(beliefs.slice(0, t).map((p, s) => [s + 1, p[k]]), k === winner ? "output thick" : "grey"));
      const answer = (logits, more = "") => `${best(logits)} (${number(Math.max(...maths.softmax(logits)))}${more})`, w = flags.map((at) => number(looked.w[at - 1]));
      const hold = shares.map((all, k) => (all.length ? `${holders(all)} ${k ? "" : `of ${n} units `}hold ${two ? "AB"[k] : "the symbol"}` : "")).filter(Boolean).join(", ");
      const keeps = hold && ` ${hold}.`;
      return {
        height: top + 24, panels: [symbols, gates, belief, weights, spare],
        says: t < T ? `After step ${t} the GRU believes ${answer(y[t - 1])}; the mean of its gates is ${number(f[t - 1].reduce((a, b) => a + b) / n)}.${keeps}`
          : `The GRU answers ${answer(y[T - 1])}, attention ${answer(looked.y, `; weight ${two ? `${w[0]} on A, ${w[1]} on B` : `${w[0]} on the flag`}`)}.${keeps}`,
        marks: [
          symbols.svg(cells(0, t, "input"), cells(t, T, "grey"), now(symbols), cloths),
          state.other === "none" && !asks ? `<g transform="translate(${52 + across + 26} 4)">${flag(0, 1, 1, "B")}<text y="107" text-anchor="middle">drag in</text></g>` : "",
          `<g class="ofstate">${gates.svg(shades, wider, now(gates))}</g>`, held,
          `<circle class="ink full handle" cx="${52 + gates.X(t + 0.5)}" cy="${belief.place.y - 5}" r="7"/>`, belief.svg(lines, now(belief)), named,
          weights.svg(t < T ? `<text x="8" y="${weights.place.height / 2 + 4}">It answers at the end.</text>`
            : looked.w.map((v, s) => (v > 0.002 ? weights.bar(s + 1, 0, v, "input full", 0.8) : ""))),
          t < T ? "" : aside(weights, 0.5, `says ${large(best(looked.y))}`),
        ],
      };
    },
  });
}
