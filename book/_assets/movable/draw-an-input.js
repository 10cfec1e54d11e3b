// Draw an input (chapter 2): the state as the sum of the decaying copies of all inputs.
{
  const T = 16, zeros = Array(T).fill(0);
  const read = ({ x }) => x.split(",").map(Number);
  const write = (x) => x.map((v) => +v.toFixed(2)).join(",");
  const presets = {
    impulse: zeros.map((_, i) => +(i === 0)),
    step: zeros.map(() => 1),
    wave: zeros.map((_, i) => Math.sin((2 * Math.PI * (i + 1)) / 8)),
    digit: zeros.map((_, i) => movable.numbers["draw-an-input"].ink[i] ?? 0),
  };
  movable("draw-an-input", {
    title: "Inputs and the state that they build up",
    hint: "Drag the dots, or draw across them.",
    start: { a: 0.8, x: write(presets.impulse), s: 1 },
    controls: [
      ["preset", "input", { impulse: "impulse", step: "step", wave: "wave", digit: "ink of a seven" }],
      ["a", "weight a", -1, 1, 0.01],
      ["s", "pick t =", 1, T, 1],
      ["x_s", "its input", -1, 1, 0.01],
      ["x", /^(-?[01](\.\d+)?,){15}-?[01](\.\d+)?$/],
    ],
    get: {
      preset: ({ x }) => Object.keys(presets).find((name) => write(presets[name]) === x),
      x_s: (state) => read(state)[state.s - 1],
    },
    set: {
      preset: (state, name) => ({ x: write(presets[name]) }),
      x_s: (state, v) => ({ x: write(read(state).with(state.s - 1, v)) }),
    },
    drag: (state, panel, along, up, first) => {
      const s = movable.limit(Math.round(along), 1, T), near = movable.limit(up, -1, 1), v = Math.abs(near) < 0.06 ? 0 : near, x = read(state);
      const before = x[state.s - 1], steps = first ? 1 : Math.max(1, Math.abs(s - state.s));
      for (let k = 1; k <= steps; k++) x[s - 1 + Math.sign(state.s - s) * (steps - k)] = before + ((v - before) * k) / steps; // a quick hand
      return { s, x: write(x) };
    },
    maths: {
      linear_recurrence(a, b, x, h_0 = 0) {
        const h = [h_0];
        x.forEach((input, i) => h.push(a * h[i] + b * input));
        return h;
      },
      impulse_response: (a, b, T) => Array.from({ length: T }, (_, k) => b * a ** k),
      // What x_s has left in h_t.
      share: (a, b, x, s, t) => (s > t ? 0 : b * a ** (t - s) * x[s - 1]),
    },
    draw(state, width, maths) {
      const { number, panel, layout } = movable, { a, s } = state, x = read(state);
      const [[above, below], height] = layout(width, [[1, 170, 250]]);
      const h = maths.linear_recurrence(a, 1, x);
      // At each t the copies of the inputs so far lie on one another, those below zero downwards.
      const stacks = h.map((_, t) => {
        let [up, down] = [0, 0];
        return x.map((_, i) => {
          const v = maths.share(a, 1, x, i + 1, t), from = v > 0 ? up : down;
          if (v > 0) up += v;
          else down += v;
          return [from, from + v];
        });
      });
      const ends = stacks.flat(2), round = (v) => [0, 0.5, 1, 2, 5, 10, 20].find((r) => r >= v - 1e-9);
      const [low, high] = [-round(-Math.min(...ends)), Math.max(1, round(Math.max(...ends)))];
      const inputs = panel("inputs", above, { x: [0.3, T + 0.7], y: [-1.25, 1.25], xticks: [1, 4, 8, 12, 16], yticks: [-1, 0, 1], xlabel: "t", ylabel: "x_t", drag: "anyway" });
      const states = panel("states", below, { x: [0.3, T + 0.7], y: [low * 1.05, high * 1.05], xticks: [1, 4, 8, 12, 16], xlabel: "t", ylabel: "h_t" });
      const copies = stacks.flatMap((stack, t) =>
        stack.map(([from, to], i) => (from === to ? "" : states.bar(t, from, to, i === s - 1 ? "input full" : "copy"))));
      const left = maths.share(a, 1, x, s, T);
      return {
        height, panels: [inputs, states],
        says: `Last state h_{${T}} = ${number(h[T], 3)}. Of x_{${s}} = ${number(x[s - 1])} there is ${number(left, 3)} left in it.`,
        marks: [
          inputs.svg(inputs.line([[0, 0], [T + 1, 0]], "ink"), x.map((v, i) => inputs.bar(i + 1, 0, v, i === s - 1 ? "input full" : "input pale", 0.7)),
            inputs.dots(x.map((v, i) => [i + 1, v]), "input full", 4), inputs.dots([[s, x[s - 1]]], "input full handle", 7)),
          states.svg(states.line([[0, 0], [T + 1, 0]], "ink"), copies, states.line(h.map((v, t) => [t, v]).slice(1), "state"),
            states.dots(h.map((v, t) => [t, v]).slice(1), "state full", 4)),
        ],
      };
    },
  });
}
