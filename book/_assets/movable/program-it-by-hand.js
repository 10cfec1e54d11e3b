// Program it by hand (lesson 4.2): a latch, a delay line and a counter from blank weights, each weight a wire.
{
  const T = 12, machines = movable.numbers["program-it-by-hand"], VALUE = { n: -1, z: 0, p: 1 };
  // One list of numbers: row by row what unit i gets from x, from each unit, and its bias.
  const weights = ({ machine, W }) => {
    const list = W.split(",").map(Number), { length } = machines[machine].W;
    return W && list.length === length ? list : Array(length).fill(0);
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
  // Right for the inputs that the machine begins with, so that no goal is reached by other inputs.
  const right = (state, machine) => state.machine === machine && !run({ ...state, x: machines[machine].x }).wrong.includes(true);
  movable("program-it-by-hand", {
    title: "The wires of a small network, its states and its output, step by step",
    hint: "Drag a number ↕; tap a unit, a step or an input. Make y_t end inside the boxes.",
    guess: ["The latch hears x by 4, itself by 2. What is it with 5 from itself?", ["a better latch", "the same", "a deaf latch"], 2, 1],
    goals: [
      ["make the latch: 1 sets it, −1 resets it, 0 leaves it.", (state) => right(state, "latch"), "The latch keeps through every 0 what x said last."],
      ["make its memory too strong: raise only the number at h_{1,t−1}, until the latch misses a 1.", (state) => weights(state)[1] > weights(state)[0] && !right(state, "latch") && right({ ...state, ...put(state, 1, 2) }, "latch"), "This latch hears itself louder than x."],
      ["make the delay line: what was x three steps ago?", (state) => right(state, "delay"), "In the delay line each unit repeats the one above it, one step later."],
    ],
    start: { machine: "latch", x: machines.latch.x, t: T, k: 1, W: "" },
    controls: [
      ["machine", "make a", { latch: "latch", delay: "delay line", counter: "counter" }],
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
      x_t: ({ x, t }, v) => ({ x: x.slice(0, t - 1) + v + x.slice(t) }),
      v: (state, v) => put(state, picked(state), v),
    },
    most: { k: (state) => weights(state).length },
    maths,
    // A click on an input moves it on: -1, 0, 1, and round; below it, it picks the step. A weight follows the hand.
    drag(state, held, along, up, first, { memory }) {
      if (held === "steps") {
        const t = movable.limit(Math.round(along), 1, T), order = "nzp";
        if (up > memory.below) return { t };
        return first && { t, x: state.x.slice(0, t - 1) + order[(order.indexOf(state.x[t - 1]) + 1) % 3] + state.x.slice(t) };
      }
      const { rows, units } = memory, k = picked(state), unit = k - (k % rows);
      if (held === "units") return { k: movable.best(units.map((v) => -Math.abs(v - up))) * rows + (k % rows) + 1 };
      if (first) memory.grip = { up, k: unit + +held, v: weights(state)[unit + +held] };
      const { grip } = memory;
      return { k: grip.k + 1, ...put(state, grip.k, movable.limit(grip.v + (grip.up - up) / 30, -5, 5)) };
    },
    draw(state, width, _, { memory, plays }) {
      const { number, panel, limit, range } = movable, wide = width >= 560, { machine, t } = state, { list, n, x, rows, h, y, wanted, wrong } = run(state);
      // Rows from above, [top, end] in pixels: the input, the units, the output, the verdict.
      const heights = [wide ? 46 : 28, ...Array(n).fill((wide ? 290 : 100) / n), wide ? 68 : 42, 20];
      const levels = heights.map((high, k) => [heights.slice(0, k).reduce((a, b) => a + b, 0), heights.slice(0, k + 1).reduce((a, b) => a + b, 0)]);
      const high = levels.at(-1)[1], middle = (k) => (levels[k][0] + levels[k][1]) / 2, size = (k) => heights[k] / 2 - (heights[k] > 40 ? 8 : 4);
      const level = (k, v) => middle(k) - size(k) * v, last = n + 1;
      const here = wide ? { x: 0, y: 8, width: 306, height: high } : { x: 0, y: 0, width, height: 240 };
      const there = wide ? { x: 356, y: 8, width: width - 364, height: high } : { x: 46, y: 262, width: width - 52, height: high };
      const scale = levels.slice(1, -1).flatMap((_, k) => [1, -1].map((v) => [level(k + 1, v), heights[k + 1] > 40 ? number(v, 0) : ""]));
      const steps = panel("steps", there, { x: [-0.6, T + 0.6], y: [high, 0], xticks: range(T + 1, (i) => (i || width < 320 ? i : [0, "start"])), yticks: scale, drag: "pick" });
      const wires = panel("wires", here, { x: [0, here.width], y: [here.height, 0] });
      const centre = 'text-anchor="middle"', end = 'text-anchor="end"', names = ["x_t", ...rows.map((_, i) => `h_${i + 1}`), "y_t"];
      // What is still to come is not there while time runs, and faint when it stands.
      const ago = (i, mark) => (i <= t ? mark : plays ? "" : `<g class="faint">${mark}</g>`);
      const bars = (k) => h.map((v, i) => ago(i, steps.bar(i, level(k + 1, Math.max(v[k], 0)) - 0.8, level(k + 1, Math.min(v[k], 0)) + 0.8, "state full", 0.6)));
      const r = Math.min(10.5, steps.X(2) / 2 - steps.X(1) / 2 - 2.5);
      const inputs = x.map((v, i) => steps.dots([[i + 1, middle(0)]], v ? "input circle" : "grey circle", r) + steps.text(i + 1, middle(0) + 4, number(v, 0), `${centre} style="font-size: ${r < 9 ? 9 : r < 10 ? 10 : 12}px"`));
      // An output that ends in its box is right.
      const boxes = wanted.map((v, i) => steps.bar(i + 1, level(last, Math.min(v + 0.5, 1.2)), level(last, Math.max(v - 0.5, -1.2)), `${wrong[i] ? "ink" : "grey"} hollow`, 0.84)
        + (i < t || !plays ? steps.text(i + 1, middle(n + 2) + 4, wrong[i] ? "✗" : "✓", `${centre} ${wrong[i] ? 'class="bold"' : ""}`) : ""));
      // The wiring: what goes in at the left, the picked unit's weights on its wires, the units at the right.
      const now = picked(state), i = Math.floor(now / (n + 2)), j = now % (n + 2), given = [x[t - 1], ...h[t - 1], 1];
      const sums = rows.map((row) => row.reduce((sum, w, j) => sum + w * given[j], 0));
      const room = wide ? levels[n][1] : 240, left = 56, right = here.width - 72, at = left + 50, units = rows.map((_, i) => (wide ? middle(i + 1) : ((i + 0.55) * room) / n));
      const half = Math.min(34, (units[1] - units[0] || 200) / 2 - 10), round = 18;
      const sources = given.map((_, j) => ((j + 0.5) * room) / (n + 2));
      Object.assign(memory, { rows: n + 2, units, below: levels[0][1] });
      const pad = (name, x, y, width, height, drag) => panel(name, { x: here.x + x, y: here.y + y, width, height }, { x: [0, 1], y: [y + height, y], drag });
      const kind = (j) => (j === 0 ? "input" : j > n ? "grey" : "state");
      const web = rows.map((row, u) => row.map((w, j) => {
        const middle = (at + right) / 2, way = `d="M${at} ${sources[j]}C${middle} ${sources[j]} ${middle} ${units[u]} ${right} ${units[u]}"`;
        return w ? `<path class="${kind(j)} ${w < 0 ? "dashed" : ""}" ${way} style="stroke-width: ${1 + 1.4 * Math.abs(w)}; opacity: ${(u === i ? 0.35 : 0.15) + 0.6 * Math.abs(given[j])}"/>` : u === i ? `<path class="grey faint" ${way}/>` : "";
      }));
      const nodes = given.map((v, j) => wires.dots([[left, sources[j]]], `${kind(j)} circle`, round) + `<g opacity="${Math.abs(v)}">${wires.dots([[left, sources[j]]], `${kind(j)} pale`, round)}</g>`
        + wires.line([[left + round, sources[j]], [at, sources[j]]], kind(j)) + wires.text(left, sources[j] + 4, number(v, j && j <= n ? 2 : 0), `${centre} ${j && j <= n ? 'style="font-size: 10px"' : ""}`) + wires.text(left - round - 4, sources[j] + 4, j > n ? "bias" : j ? `h_{${j},t-1}` : "x_t", end));
      const numbers = sources.map((b, k) => `<g transform="translate(${at} ${b})"><rect class="ink hollow" x="-28" y="-11" width="56" height="22" rx="11" ${k === j ? 'style="stroke-width: 3"' : ""}/>
        <path class="ink" d="M-21 -4l4 -4 4 4m-4 -4v16m-4 -4l4 4 4 -4"/><text x="22" y="4" text-anchor="end" ${k === j ? 'class="bold"' : ""}>${number(rows[i][k], 1)}</text></g>`);
      const curve = range(17, (k) => k / 2 - 4), cells = units.map((b, u) => {
        const place = (v) => [right + 25 + 5.5 * v, b - (half - 7) * Math.tanh(v)];
        return `<rect class="${u === i ? "state" : "grey"} circle" x="${right}" y="${b - half}" width="50" height="${2 * half}" rx="6"/>` + (wide ? wires.line([[right + 50, b], [right + 62, b]], "state") : "") + wires.line([[right + 25, b - half], [right + 25, b + half]], "grid") + wires.line([[right, b], [right + 50, b]], "grid")
          + wires.line(curve.map(place), "grey") + wires.dots([place(limit(sums[u], -4, 4))], "state full handle", 6) + wires.text(right + 25, b + half + 14, `${number(sums[u])} → ${number(h[t][u])}`, centre);
      });
      const errors = wrong.slice(0, plays ? t : T).filter(Boolean).length;
      return {
        height: there.y + high + 36, panels: [steps, ...sources.map((b, j) => pad(`${j}`, at - 30, b - 20, 60, 40, true)), ...(n > 1 ? [pad("units", right - 15, 0, 80, room, "pick")] : [])],
        says: `${errors ? `Wrong at ${errors} of ${plays ? t : T} steps` : `Right at all ${plays ? t : T} steps`}. At t = ${t} unit ${i + 1} adds up ${number(sums[i])} and becomes ${number(h[t][i])}. Its ${j > n ? "bias" : `wire from ${j ? `unit ${j}` : "x"}`}: ${number(list[now], 1)}.`,
        marks: [
          steps.svg(steps.bar(t, 0, high, "grey pale faint", 1), steps.bar(t - 1, levels[0][1], levels[n][1], "state pale faint", 1), inputs, boxes, rows.map((_, k) => bars(k)), y.map((v, i) => ago(i + 1, steps.line([[i + 1, level(last, 0)], [i + 1, level(last, v)]], "output thick") + steps.dots([[i + 1, level(last, v)]], "output full", wide ? 5 : 4)))),
          [t - 1, t].map((k) => `<text x="${there.x + steps.X(k)}" y="${there.y + high + 31}" ${centre}>${k < t ? "t−1" : "t"}</text>`),
          names.map((words, k) => `<g transform="translate(${there.x - 30} ${there.y + 4})">${wires.text(0, middle(k), words, centre)}</g>`),
          `<g transform="translate(${here.x} ${here.y})">${[web, cells, nodes, numbers, wires.text(right + 25, units[0] - half - 4, "sum → h_t", centre),
            wires.text(wide ? here.width - 4 : width * 0.6, wide ? middle(last) + 4 : room + 14, `${machine === "counter" ? "(h_1 − h_2) / 2" : `h_${n}`} → y_t`, end)].flat(Infinity).join("")}</g>`,
        ],
      };
    },
  });
}
