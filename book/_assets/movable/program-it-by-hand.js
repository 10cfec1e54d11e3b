// Program it by hand (chapter 4): a latch, a delay line and a counter, unit by unit, and their weights to break.
{
  const T = 12, machines = movable.numbers["program-it-by-hand"], VALUE = { n: -1, z: 0, p: 1 };
  const weights = ({ machine, W }) => {
    const own = machines[machine].W, given = W.split(",").map(Number);
    return W && given.length === own.length ? given : own;
  };
  // One list of numbers: row by row what unit i gets from x, from each unit, and its bias.
  const parts = (list) => {
    const n = list.length === 3 ? 1 : list.length === 8 ? 2 : 4, rows = [...Array(n).keys()].map((i) => list.slice(i * (n + 2), (i + 1) * (n + 2)));
    return [rows.map((row) => row[0]), rows.map((row) => row.slice(1, -1)), rows.map((row) => row[n + 1])];
  };
  const column = (n, j) => (j === 0 ? 0 : j === n + 1 ? j + 0.6 : j + 0.3);
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
  movable("program-it-by-hand", {
    title: "A network of given weights, step by step",
    hint: "Click an input to change it, a weight to pick it. An output is right if it rounds to the wanted number.",
    start: { machine: "latch", x: machines.latch.x, t: 2, k: 1, W: "" },
    controls: [
      ["machine", "machine", { latch: "latch", delay: "delay line", counter: "counter" }],
      ["t", "pick step t", 1, T, 1],
      ["x_t", "its input", { n: "−1", z: "0", p: "1" }],
      ["k", "pick weight", 1, 24, 1],
      ["v", "its value", -5, 5, 0.1],
      ["x", /^[nzp]{12}$/],
      ["W", /^(-?\d(\.\d)?(,|$))*$/],
    ],
    get: {
      x_t: ({ x, t }) => x[t - 1],
      k: (state) => Math.min(state.k, weights(state).length),
      v: (state) => weights(state)[Math.min(state.k, weights(state).length) - 1],
    },
    set: {
      machine: (state, machine) => ({ machine, W: "", k: 1, x: machines[machine].x }),
      x_t: ({ x, t }, v) => ({ x: x.slice(0, t - 1) + v + x.slice(t) }),
      k: (state, k) => ({ k: Math.min(k, weights(state).length) }),
      v: (state, v) => ({ W: weights(state).with(Math.min(state.k, weights(state).length) - 1, v).join() }),
    },
    most: { k: (state) => weights(state).length },
    maths,
    // A click on an input moves it on: -1, 0, 1, and round. A click on a weight picks it.
    drag(state, panel, along, up, first) {
      if (!first) return null;
      if (panel === "steps") {
        const t = movable.limit(Math.round(along), 1, T), rows = parts(weights(state))[0].length + 4;
        if (up < rows - 1) return { t };
        const order = "nzp", now = order.indexOf(state.x[t - 1]);
        return { t, x: state.x.slice(0, t - 1) + order[(now + 1) % 3] + state.x.slice(t) };
      }
      const list = weights(state), n = parts(list)[0].length, i = Math.floor(n - up);
      const j = [...Array(n + 2).keys()].find((j) => along >= column(n, j) && along < column(n, j) + 1);
      return i >= 0 && i < n && j !== undefined ? { k: i * (n + 2) + j + 1 } : null;
    },
    draw(state, width) {
      const { number, panel, layout } = movable, { machine } = state, list = weights(state), picked = Math.min(state.k, list.length) - 1;
      const x = [...state.x].map((sign) => VALUE[sign]), [W_xh, W_hh, b_h] = parts(list), n = b_h.length;
      const h = maths.rnn_forward(x, W_xh, W_hh, b_h, machines[machine].h_0), y = h.slice(1).map((now) => maths.read(machine, now));
      const wanted = maths.wanted(machine, x), wrong = y.map((v, t) => Math.round(v) !== wanted[t]);
      const [[left, right], height] = layout(width, [[0.63, 110 + 42 * (n + 4)], [0.37, 110 + 30 * n]], { left: 56 });
      // Rows from above: the input, the units, the output, what was wanted.
      const rows = ["x_t", ...b_h.map((_, i) => `h_${i + 1}`), "y_t", "wanted", "wrong"];
      const level = (k) => rows.length - k - 0.5;
      const steps = panel("steps", left, { x: [0.5, T + 0.5], y: [0, rows.length], xlabel: "t", yticks: rows.map((name, k) => [level(k), name, k === 0 || k > n + 1]), drag: "pick" });
      const bars = (k, values, kind) => values.map((v, i) => steps.bar(i + 1, level(k), level(k) + 0.42 * v, kind(i), 0.62));
      const show = (v) => (v === 0 ? "0" : number(v, 0));
      const chosen = steps.bar(state.t, 0, rows.length, "grey pale", 1);
      const signs = wanted.map((v, i) => steps.text(i + 1, level(n + 2) - 0.1, show(v), 'text-anchor="middle"') + (wrong[i] ? steps.text(i + 1, level(n + 3) - 0.1, "✗", 'text-anchor="middle" class="bold"') : ""));
      const inputs = x.map((v, i) => steps.dots([[i + 1, level(0)]], v ? "input circle" : "grey circle", 11) + steps.text(i + 1, level(0) - 0.1, show(v), 'text-anchor="middle"'));
      const table = panel("weights", right, { x: [-0.1, n + 2.7], y: [0, n + 0.7], xticks: [], yticks: b_h.map((_, i) => [n - i - 0.5, `h_${i + 1}`, true]), drag: "pick" });
      const cells = list.map((v, k) => {
        const i = Math.floor(k / (n + 2)), j = column(n, k % (n + 2)) + 0.5, there = n - i - 0.5;
        const marked = (k === picked ? "gradient thick" : "grid") + (v !== machines[machine].W[k] ? " changed" : "");
        return table.bar(j, there - 0.4, there + 0.4, marked, 0.9) + table.text(j, there - 0.12, number(v, 1), 'text-anchor="middle"');
      });
      const heads = [[0.5, "x"], ...b_h.map((_, i) => [column(n, i + 1) + 0.5, `h_${i + 1}`]), [column(n, n + 1) + 0.5, "bias"]];
      const errors = wrong.filter(Boolean).length, from = picked % (n + 2);
      const unit = `h_${Math.floor(picked / (n + 2)) + 1}`, value = number(list[picked], 1);
      const weight = from === n + 1 ? `the bias ${value} of ${unit}` : `the weight ${value} from ${from ? `h_${from}` : "x"} to ${unit}`;
      return {
        height, panels: [steps, table],
        says: `${errors ? `Wrong at ${errors} of ${T} steps` : `Right at all ${T} steps`}. Picked: step ${state.t}, where the output is ${number(y[state.t - 1])}; and ${weight}.`,
        marks: [
          steps.svg(chosen, inputs, b_h.map((_, k) => bars(k + 1, h.slice(1).map((now) => now[k]), () => "state full")),
            bars(n + 1, y, (i) => (wrong[i] ? "gradient full" : "output full")), signs),
          table.svg(cells, heads.map(([at, words]) => table.text(at, n + 0.2, words, 'text-anchor="middle"'))),
        ],
      };
    },
  });
}
