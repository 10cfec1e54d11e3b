// Program it by hand (lesson 4.2): a latch, a delay line and a counter from blank weights, each weight a small slider.
{
  const T = 12, machines = movable.numbers["program-it-by-hand"], VALUE = { n: -1, z: 0, p: 1 };
  // One list of numbers: row by row what unit i gets from x, from each unit, and its bias.
  const weights = ({ machine, from, W }) => {
    const own = machines[machine].W, list = W.split(",").map(Number);
    return W && list.length === own.length ? list : own.map((v) => (from === "blank" ? 0 : v));
  };
  const picked = (state) => Math.min(state.k, weights(state).length) - 1;
  const put = (state, k, v) => ({ W: weights(state).with(k, +v.toFixed(1)).join() });
  const maths = {
    rnn_forward(x, W_xh, W_hh, b_h, h_0) {
      const h = [h_0];
      x.forEach((input, t) => h.push(W_hh.map((row, i) => Math.tanh(row.reduce((sum, w, j) => sum + w * h[t][j], W_xh[i] * input + b_h[i])))));
      return h;
    },
    read: (machine, h) => (machine === "counter" ? (h[0] - h[1]) / 2 : h.at(-1)),
    wanted(machine, x) {
      if (machine === "delay") return x.map((_, t) => (t < 3 ? 0 : x[t - 3]));
      let kept = machine === "latch" ? -1 : 0;
      return x.map((input) => (kept = machine === "latch" ? input || kept : (kept + (input === 1)) % 2));
    },
  };
  const run = (state) => {
    const { machine } = state, { h_0 } = machines[machine], list = weights(state), n = h_0.length, x = [...state.x].map((sign) => VALUE[sign]);
    const rows = h_0.map((_, i) => list.slice(i * (n + 2), (i + 1) * (n + 2)));
    const h = maths.rnn_forward(x, rows.map((row) => row[0]), rows.map((row) => row.slice(1, -1)), rows.map((row) => row[n + 1]), h_0);
    const y = h.slice(1).map((now) => maths.read(machine, now)), wanted = maths.wanted(machine, x);
    return { list, n, x, rows, h, y, wanted, wrong: y.map((v, t) => Math.round(v) !== wanted[t]) };
  };
  const right = (state, machine, from) => state.machine === machine && state.from === from && !run(state).wrong.includes(true);
  // Where the cell of column j begins, in widths of a cell: x, then the units, the bias, the sum.
  const column = (n, j) => j + 0.15 + (j > 0) * 0.25 + (j > n) * 0.25;
  movable("program-it-by-hand", {
    title: "Weights of a small network, its states and its output, step by step",
    hint: "Drag a weight up or down; tap an input. Dashes at y_t: what it should be.",
    guess: ["To keep a bit, how large must a unit's weight on itself be?", ["near 0.5", "exactly 1", "above 1"], 2],
    goals: [
      ["make the latch: 1 sets it, −1 resets it, 0 leaves it.", (state) => right(state, "latch", "blank"), "At exactly 1 a bit fades; above 1 the loop holds it."],
      ["in the lesson's latch, find the weakest weight from x that still works.", (state) => right(state, "latch", "given") && state.W === "2.5,2,0", "At 2.4 the bit comes late."],
      ["from blank, make the delay line: what was x three steps ago?", (state) => right(state, "delay", "blank"), "Each wire hands the bit on, one step later."],
    ],
    start: { machine: "latch", from: "blank", x: machines.latch.x, t: T, k: 1, W: "" },
    controls: [
      ["machine", "make a", { latch: "latch", delay: "delay line", counter: "counter" }],
      ["from", "weights", { blank: "blank", given: "the lesson's" }],
      ["t", "step t", 1, T, 1, { time: 500 }],
      ["x_t", "input at step t", { n: "−1", z: "0", p: "1" }, { drawn: true }],
      ["k", "pick weight", 1, 24, 1, { drawn: true }],
      ["v", "picked weight", -5, 5, 0.1, { drawn: true }],
      ["x", /^[nzp]{12}$/],
      ["W", /^(-?\d(\.\d)?(,|$))*$/],
    ],
    get: { x_t: ({ x, t }) => x[t - 1], k: (state) => picked(state) + 1, v: (state) => weights(state)[picked(state)] },
    set: {
      machine: (_, machine) => ({ machine, W: "", k: 1, x: machines[machine].x }),
      from: (_, from) => ({ from, W: "" }),
      x_t: ({ x, t }, v) => ({ x: x.slice(0, t - 1) + v + x.slice(t) }),
      v: (state, v) => put(state, picked(state), v),
    },
    most: { k: (state) => weights(state).length },
    maths,
    // A click on an input moves it on: -1, 0, 1, and round; below it, it picks the step. A weight follows the hand.
    drag(state, held, along, up, first, { memory }) {
      if (held === "steps") {
        const t = movable.limit(Math.round(along), 1, T), order = "nzp";
        if (up > memory.levels[0][1]) return { t };
        return first && { t, x: state.x.slice(0, t - 1) + order[(order.indexOf(state.x[t - 1]) + 1) % 3] + state.x.slice(t) };
      }
      if (first) {
        const n = machines[state.machine].h_0.length, i = memory.levels.slice(1).findIndex(([top, end]) => up >= top && up < end);
        const j = [...Array(n + 2).keys()].find((j) => along >= column(n, j) && along < column(n, j) + 1), k = i * (n + 2) + j;
        memory.grip = i >= 0 && i < n && j !== undefined ? { k, up, v: weights(state)[k] } : null;
        return memory.grip && { k: k + 1 };
      }
      return memory.grip && put(state, memory.grip.k, movable.limit(memory.grip.v + (memory.grip.up - up) / 30, -5, 5));
    },
    draw(state, width, _, { memory, plays }) {
      const { number, panel } = movable, wide = width >= 560, { machine, t } = state, { list, n, x, rows, h, y, wanted, wrong } = run(state);
      // Rows from above, [top, end] in pixels: the input, the units, the output, the verdict. Both panels share them.
      const heights = [wide ? 46 : 36, ...Array(n).fill((wide ? 224 : 106) / n), wide ? 64 : 41, 22];
      const levels = (memory.levels = heights.map((high, k) => [heights.slice(0, k).reduce((a, b) => a + b, 0), heights.slice(0, k + 1).reduce((a, b) => a + b, 0)]));
      const high = levels.at(-1)[1], middle = (k) => (levels[k][0] + levels[k][1]) / 2, unit = (k) => Math.min(heights[k] / 2 - (heights[k] > 40 ? 9 : 4), 60);
      const level = (k, v) => middle(k) - unit(k) * v, tabled = levels[n][1] + 4;
      const there = wide ? { x: 354, y: 8, width: width - 362, height: high } : { x: 52, y: 8, width: width - 58, height: high };
      const here = wide ? { x: 30, y: 8, width: 268, height: tabled } : { x: 30, y: high + 50, width: width - 36, height: tabled };
      const scale = levels.slice(1, -1).flatMap((_, k) => [1, -1].map((v) => [level(k + 1, v), heights[k + 1] > 40 ? number(v, 0) : ""]));
      const steps = panel("steps", there, { x: [0.5, T + 0.5], y: [high, 0], xlabel: "t", xticks: x.map((_, i) => i + 1), yticks: scale, drag: "pick" });
      const table = panel("weights", here, { x: [0, n + 4.2], y: [tabled, 0], xticks: [], yticks: [], drag: true });
      const centre = 'text-anchor="middle"', names = ["x_t", ...rows.map((_, i) => `h_${i + 1}`), "y_t", ""];
      const label = (left, top, words, k) => `<g transform="translate(${left} ${top + 4})">${table.text(0, middle(k), words, centre)}</g>`;
      // What is still to come is not there while time runs, and faint when it stands.
      const ago = (i, mark) => (i < t ? mark : plays ? "" : `<g class="faint">${mark}</g>`);
      const bars = (k, values, kind) => values.map((v, i) => ago(i, steps.bar(i + 1, level(k, Math.max(v, 0)) - 0.8, level(k, Math.min(v, 0)) + 0.8, kind, 0.6)));
      const last = n + 1, size = Math.min(10.5, steps.X(2) / 2 - steps.X(1) / 2 - 1);
      const inputs = x.map((v, i) => steps.dots([[i + 1, middle(0)]], v ? "input circle" : "grey circle", size) + steps.text(i + 1, middle(0) + 4, number(v, 0), `${centre} style="font-size: ${size < 10 ? 10 : 12}px"`));
      const marks = wanted.map((v, i) => steps.line([[i + 0.6, level(last, v)], [i + 1.4, level(last, v)]], "ink thick") + (i < t || !plays ? steps.text(i + 1, middle(n + 2) + 4, wrong[i] ? "✗" : "✓", `${centre} ${wrong[i] ? 'class="bold"' : ""}`) : ""));
      const passes = [0.5, -0.5].map((v) => steps.line([[0.5, level(last, v)], [T + 0.5, level(last, v)]], "grey dashed")); // beyond them it is right
      const now = picked(state), digits = n > 2 ? 1 : 2, given = [x[t - 1], ...h[t - 1], 1];
      const sums = rows.map((row) => row.reduce((sum, w, j) => sum + w * given[j], 0));
      const cells = list.map((v, k) => {
        const i = Math.floor(k / (n + 2)), j = k % (n + 2), a = column(n, j) + 0.5, b = middle(i + 1), half = Math.min(heights[i + 1] / 2 - 3, 60);
        const kind = j === 0 ? "input" : j > n ? "grey" : "state";
        return table.bar(a, b - half, b + half, k === now ? "ink hollow" : "grid", 0.9) + table.bar(a, b, b - (half * v) / 5, `${kind} pale`, 0.9)
          + table.text(a, b + 4, number(v, 1), `${centre} ${k === now ? 'class="bold"' : ""}`)
          + (k === now && half > 18 ? table.text(a, b - half + 11, "▴", centre) + table.text(a, b + half - 4, "▾", centre) : "");
      });
      const heads = ["x_t", ...rows.map((_, i) => `h_${i + 1}`), "bias"].map((words, j) => table.text(column(n, j) + 0.5, 15, words, centre)
        + (j <= n ? table.text(column(n, j) + 0.5, 33, number(given[j], j && digits), centre) : ""));
      const errors = wrong.slice(0, plays ? t : T).filter(Boolean).length, i = Math.floor(now / (n + 2)), j = now % (n + 2);
      return {
        height: (wide ? there : here).y + (wide ? high + 36 : tabled + 4), panels: [steps, table],
        says: `${errors ? `Wrong at ${errors} of ${plays ? t : T} steps` : `Right at all ${plays ? t : T} steps`}. At t = ${t}, h_${i + 1} adds up ${number(sums[i])} and becomes ${number(h[t][i])}. Picked: its ${j > n ? "bias" : `weight from ${j ? `h_${j}` : "x"}`}, ${number(list[now], 1)}.`,
        marks: [
          steps.svg(steps.bar(t, 0, high, "grey pale faint", 1), inputs, passes, rows.map((_, k) => bars(k + 1, h.slice(1).map((v) => v[k]), "state full")), bars(last, y, "output circle"), marks),
          names.map((words, k) => label(there.x - 36, there.y, words, k)), names.slice(1, -2).map((words, k) => label(here.x - 16, here.y, words, k + 1)), label(here.x - 16, here.y + 31 - middle(0), "×", 0),
          table.svg(cells, heads, sums.map((v, k) => table.text(column(n, n + 2) + 0.75, middle(k + 1) + 4, `= ${number(v, digits)}`, centre)), table.text(column(n, n + 2) + 0.75, 15, "sum", centre)),
        ],
      };
    },
  });
}
