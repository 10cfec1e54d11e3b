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
    hint: "Drag a number up or down; tap a unit, a step or an input. Dashes at y_t: what it should be.",
    guess: ["To keep a bit, how large must a unit's weight on itself be?", ["near 0.5", "exactly 1", "above 1"], 2, 1],
    goals: [
      ["make the latch: 1 sets it, −1 resets it, 0 leaves it.", (state) => right(state, "latch"), "What x said last stays through every 0."],
      ["weaken the unit's wire to itself, from h_{1,t-1}, just until the bit is lost.", (state) => weights(state)[1] === 1 && !right(state, "latch") && right({ ...state, ...put(state, 1, 1.1) }, "latch"), "At 1.1 it stayed; at 1 the bit fades."],
      ["make the delay line: what was x three steps ago?", (state) => right(state, "delay"), "Each unit repeats the one above it, one step later."],
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
      if (first) {
        const { grips, units, edge } = memory, nearest = (all) => movable.best(all.map((v) => -Math.abs(v - up)));
        const k = along > edge ? nearest(units) * grips.length + (picked(state) % grips.length) : picked(state) - (picked(state) % grips.length) + nearest(grips);
        memory.grip = along > edge ? null : { k, up, v: weights(state)[k] };
        return { k: k + 1 };
      }
      return memory.grip && put(state, memory.grip.k, movable.limit(memory.grip.v + (memory.grip.up - up) / 30, -5, 5));
    },
    draw(state, width, _, { memory, plays }) {
      const { number, panel, limit, range } = movable, wide = width >= 560, { machine, t } = state, { list, n, x, rows, h, y, wanted, wrong } = run(state);
      // Rows from above, [top, end] in pixels: the input, the units, the output, the verdict.
      const heights = [wide ? 46 : 34, ...Array(n).fill((wide ? 290 : 108) / n), wide ? 68 : 44, 22];
      const levels = heights.map((high, k) => [heights.slice(0, k).reduce((a, b) => a + b, 0), heights.slice(0, k + 1).reduce((a, b) => a + b, 0)]);
      const high = levels.at(-1)[1], middle = (k) => (levels[k][0] + levels[k][1]) / 2, size = (k) => Math.min(heights[k] / 2 - (heights[k] > 40 ? 9 : 4), 60);
      const level = (k, v) => middle(k) - size(k) * v, last = n + 1;
      const here = wide ? { x: 0, y: 8, width: 306, height: high } : { x: 0, y: 14, width, height: 224 };
      const there = wide ? { x: 356, y: 8, width: width - 364, height: high } : { x: 46, y: 240, width: width - 52, height: high };
      const scale = levels.slice(1, -1).flatMap((_, k) => [1, -1].map((v) => [level(k + 1, v), heights[k + 1] > 40 ? number(v, 0) : ""]));
      const steps = panel("steps", there, { x: [-0.6, T + 0.6], y: [high, 0], xlabel: "t", xticks: range(T + 1, (i) => i), yticks: scale, drag: "pick" });
      const wires = panel("wires", here, { x: [0, here.width], y: [here.height, 0], drag: true });
      const centre = 'text-anchor="middle"', end = 'text-anchor="end"', names = ["x_t", ...rows.map((_, i) => `h_${i + 1}`), "y_t"];
      // What is still to come is not there while time runs, and faint when it stands.
      const ago = (i, mark) => (i <= t ? mark : plays ? "" : `<g class="faint">${mark}</g>`);
      const bars = (k, values, kind, from) => values.map((v, i) => ago(i + from, steps.bar(i + from, level(k, Math.max(v, 0)) - 0.8, level(k, Math.min(v, 0)) + 0.8, kind, 0.6)));
      const r = Math.min(10.5, steps.X(2) / 2 - steps.X(1) / 2 - 1);
      const inputs = x.map((v, i) => steps.dots([[i + 1, middle(0)]], v ? "input circle" : "grey circle", r) + steps.text(i + 1, middle(0) + 4, number(v, 0), `${centre} style="font-size: ${r < 9 ? 9 : r < 10 ? 10 : 12}px"`));
      const marks = wanted.map((v, i) => steps.line([[i + 0.6, level(last, v)], [i + 1.4, level(last, v)]], "ink thick")
        + (i < t || !plays ? (wrong[i] ? steps.line([[i + 1, level(last, y[i])], [i + 1, level(last, v)]], "ink") : "") + steps.text(i + 1, middle(n + 2) + 4, wrong[i] ? "✗" : "✓", `${centre} ${wrong[i] ? 'class="bold"' : ""}`) : ""));
      const passes = [0.5, -0.5].map((v) => steps.line([[0.5, level(last, v)], [T + 0.5, level(last, v)]], "grey dashed")); // beyond them it is right
      // The wiring: what goes in at the left, the picked unit's weights on its wires, the units at the right.
      const now = picked(state), i = Math.floor(now / (n + 2)), j = now % (n + 2), given = [x[t - 1], ...h[t - 1], 1];
      const sums = rows.map((row) => row.reduce((sum, w, j) => sum + w * given[j], 0));
      const room = wide ? levels[n][1] : 206, left = 56, right = here.width - 64, units = rows.map((_, i) => (wide ? middle(i + 1) : ((i + 0.45) * room) / n));
      const half = Math.min(34, (units[1] - units[0] || 200) / 2 - 9), round = Math.min(18, room / (n + 2) / 2 - 2);
      const sources = given.map((_, j) => ((j + 0.5) * room) / (n + 2));
      const grips = sources.map((a) => a + 0.17 * (units[i] - a)), at = left + 0.31 * (right - left);
      Object.assign(memory, { grips, units, edge: right - 20, below: levels[0][1] });
      const kind = (j) => (j === 0 ? "input" : j > n ? "grey" : "state");
      const web = rows.map((row, u) => row.map((w, j) => {
        const middle = (left + right) / 2, way = `d="M${left} ${sources[j]}C${middle} ${sources[j]} ${middle} ${units[u]} ${right} ${units[u]}"`;
        return w ? `<path class="${kind(j)} ${w < 0 ? "dashed" : ""}" ${way} style="stroke-width: ${1 + 1.4 * Math.abs(w)}; opacity: ${(u === i ? 0.35 : 0.15) + 0.6 * Math.abs(given[j])}"/>` : u === i ? `<path class="grey faint" ${way}/>` : "";
      }));
      const nodes = given.map((v, j) => wires.dots([[left, sources[j]]], `${kind(j)} circle`, round) + `<g opacity="${Math.abs(v)}">${wires.dots([[left, sources[j]]], `${kind(j)} pale`, round)}</g>`
        + wires.text(left, sources[j] + 4, number(v, j && j <= n ? 1 : 0), `${centre} style="font-size: ${round < 18 ? 10 : 12}px"`) + wires.text(left - round - 4, sources[j] + 4, j > n ? "bias" : j ? `h_{${j},t-1}` : "x_t", end));
      const numbers = grips.map((b, k) => `<g transform="translate(${at} ${b})"><rect class="ink hollow" x="-28" y="-11" width="56" height="22" rx="11" ${k === j ? 'style="stroke-width: 3"' : ""}/>
        <path class="ink full" d="M-21 -2l4 -5 4 5zm0 4l4 5 4 -5z"/><text x="22" y="4" text-anchor="end" ${k === j ? 'class="bold"' : ""}>${number(rows[i][k], 1)}</text></g>`);
      const curve = range(17, (k) => k / 2 - 4), boxes = units.map((b, u) => {
        const place = (v) => [right + 25 + 5.5 * v, b - (half - 7) * Math.tanh(v)];
        return `<rect class="${u === i ? "state" : "grey"} circle" x="${right}" y="${b - half}" width="50" height="${2 * half}" rx="6"/>` + (wide ? wires.line([[right + 50, b], [right + 62, b]], "state") : "") + wires.line([[right + 25, b - half], [right + 25, b + half]], "grid") + wires.line([[right, b], [right + 50, b]], "grid")
          + wires.line(curve.map(place), "grey") + wires.dots([place(limit(sums[u], -4, 4))], "state full handle", 6) + wires.text(right + 25, b + half + 14, `${number(sums[u], 1)} → ${number(h[t][u], 1)}`, centre);
      });
      const errors = wrong.slice(0, plays ? t : T).filter(Boolean).length;
      return {
        height: there.y + high + 36, panels: [steps, wires],
        says: `${errors ? `Wrong at ${errors} of ${plays ? t : T} steps` : `Right at all ${plays ? t : T} steps`}. At t = ${t} unit ${i + 1} adds up ${number(sums[i])} and becomes ${number(h[t][i])}. Its ${j > n ? "bias" : `wire from ${j ? `h_${j}` : "x"}`}: ${number(list[now], 1)}.`,
        marks: [
          steps.svg(steps.bar(t, 0, high, "grey pale faint", 1), steps.bar(t - 1, levels[0][1], levels[n][1], "state pale faint", 1), inputs, passes, rows.map((_, k) => bars(k + 1, h.map((v) => v[k]), "state full", 0)), bars(last, y, "output circle", 1), marks),
          names.map((words, k) => `<g transform="translate(${there.x - 30} ${there.y + 4})">${wires.text(0, middle(k), words, centre)}</g>`),
          `<g transform="translate(${here.x} ${here.y})">${[web, boxes, nodes, numbers, wires.text(right + 25, units[0] - half - 9, "sum → h_t", centre),
            wires.text(here.width - 4, wide ? middle(last) + 4 : room + 16, `${machine === "counter" ? "(h_1 − h_2) / 2" : `h_${n}`} → y_t`, end)].flat(Infinity).join("")}</g>`,
        ],
      };
    },
  });
}
