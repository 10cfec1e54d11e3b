// Draw an input (lesson 2.1): the state as the sum of the decaying copies of all inputs.
{
  const T = 16, HIGH = 4.5, zeros = Array(T).fill(0);
  const read = ({ x }) => x.split(",").map(Number);
  const write = (x) => x.map((v) => +v.toFixed(2)).join(",");
  const last = (a, x, maths) => maths.linear_recurrence(a, 1, read({ x }))[T];
  const catches = (v) => (Math.abs(v) < 0.06 ? 0 : Math.abs(v) > 0.92 ? Math.sign(v) : v);
  const presets = {
    impulse: zeros.map((_, i) => +(i === 0)),
    wave: zeros.map((_, i) => Math.sin((2 * Math.PI * (i + 1)) / 8)),
    digit: zeros.map((_, i) => movable.numbers["draw-an-input"].ink[i] ?? 0),
  };
  movable("draw-an-input", {
    title: "Inputs and the state that they build up",
    hint: "Drag an input up or down, or draw across them all.",
    guess: ["The weight is a = 0.8, and sixteen inputs may lie between −1 and 1. How large can h_{16} become?", ["1", "almost 5", "almost 16"], 1],
    goals: [
      ["with a = 0.8, bring h_{16} above 4.5.", ({ a, x }, maths) => a === 0.8 && last(a, x, maths) > HIGH, "The last three inputs make half of it."],
      ["with a = −0.8, above 4.5 again.", ({ a, x }, maths) => a === -0.8 && last(a, x, maths) > HIGH, "Each input has the sign of its weight."],
      ["with a = 0.8 and x_{16} = 1, bring h_{16} to 0 (± 0.1).", ({ a, x }, maths) => a === 0.8 && read({ x })[T - 1] === 1 && Math.abs(last(a, x, maths)) < 0.1, "The past can cancel the present: the state is only a sum."],
    ],
    start: { a: 0.8, x: write(presets.impulse), s: 1, t: T },
    controls: [
      ["preset", "input", { impulse: "impulse", wave: "wave", digit: "ink of a 7" }],
      ["t", "step t", 0, T, 1, { time: 350 }],
      ["a", "weight a", -1, 1, 0.1, { wide: true }],
      ["s", "pick t =", 1, T, 1, { drawn: true }],
      ["x_s", "its input", -1, 1, 0.01, { drawn: true }],
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
    drag(state, panel, along, up, first, { memory }) {
      const s = movable.limit(Math.round(along), 1, T), x = read(state), now = Date.now(), pass = first ? { s, along, up, value: catches(up), at: now } : memory.pass;
      // A quick stroke gives each input the height at which it passed the middle of its column.
      if (s !== pass.s && now - pass.at < 400) x[pass.s - 1] = pass.value;
      if (s !== pass.s) pass.at = 0;
      for (let k = 1; k <= T; k++) if ((k - pass.along) * (k - along) <= 0 && along !== pass.along) {
        x[k - 1] = catches(pass.up + ((up - pass.up) * (k - pass.along)) / (along - pass.along));
        if (k === s) Object.assign(pass, { value: x[k - 1], at: now });
      }
      x[s - 1] = catches(up);
      memory.pass = { ...pass, s, along, up };
      return { s, x: write(x.map((v) => movable.limit(v, -1, 1))) };
    },
    maths: {
      linear_recurrence(a, b, x, h_0 = 0) {
        const h = [h_0];
        x.forEach((input, i) => h.push(a * h[i] + b * input));
        return h;
      },
      impulse_response: (a, b, T) => movable.range(T, (k) => b * a ** k),
      // What x_s has left in h_t.
      share: (a, b, x, s, t) => (s > t ? 0 : b * a ** (t - s) * x[s - 1]),
    },
    draw(state, width, maths, hand) {
      const { number, panel, layout, settle } = movable, { a, s, t: now } = state, x = read(state), { memory } = hand;
      const [[above, below], height] = layout(width, [[1, 165, 270]]);
      const h = maths.linear_recurrence(a, 1, x), weights = maths.impulse_response(a, 1, T).reverse();
      // At each t the copies of the inputs so far lie on one another, those below zero downwards.
      const stacks = h.slice(0, now + 1).map((_, t) => {
        let [up, down] = [0, 0];
        return x.map((_, i) => {
          const v = maths.share(a, 1, x, i + 1, t), from = v > 0 ? up : down;
          if (v > 0) up += v;
          else down += v;
          return [from, from + v];
        });
      });
      const ends = stacks.flat(2), round = (v, first) => [first, 5.2, 17].find((r) => r >= v + 0.2);
      const y = settle(hand, "y", [-round(-Math.min(...ends), 1.3), round(Math.max(...ends), hand.asks ? 17 : 5.2)]);
      // The best of all that the reader has tried with this weight; when both goals are reached, the target is 0.
      memory.best = { ...memory.best, [a]: Math.max(memory.best?.[a] ?? h[T], h[T]) };
      const inputs = panel("inputs", above, { x: [0.3, T + 0.7], y: [-1.25, 1.25], xticks: [1, 4, 8, 12, 16], yticks: [-1, 0, 1], ylabel: "x_t", drag: true });
      const states = panel("states", below, { x: [0.3, T + 0.7], y, xticks: [1, 4, 8, 12, 16], xlabel: "t", ylabel: "h_t" });
      const zero = memory.best[0.8] > HIGH && memory.best[-0.8] > HIGH;
      const target = hand.asks ? "" : zero ? `<circle class="ink dashed" fill="none" stroke-width="2" cx="${states.X(T)}" cy="${states.Y(0)}" r="12"/>` : [states.line([[0, HIGH], [T + 1, HIGH]], "grey dashed"), states.text(1, HIGH, "goal for h_{16}", 'dx="-8" dy="-5"')];
      // Each input and its copies have a colour of their own, from dark to light.
      const colour = (i) => `style="fill:hsl(${14 + 2.4 * i} 92% ${34 + (i % 2) * 12 + i}%)"`, faint = (i) => (i < now ? "" : " faint");
      const copies = stacks.flatMap((stack, t) => stack.map(([from, to], i) => (from === to ? "" : states.bar(t, from, to, i === s - 1 ? "copy picked" : "copy", 0.7, colour(i)))));
      const left = maths.share(a, 1, x, s, T), arrived = now && now < T ? `× ${number(a, 1)} ${x[now - 1] < 0 ? "−" : "+"} ${number(Math.abs(x[now - 1]))}` : "";
      return {
        height, panels: [inputs, states],
        says: `h_{${T}} = ${number(h[T], 3)}${zero ? "" : ` (largest so far with a = ${number(a, 1)}: ${number(memory.best[a], 3)})`}. Of x_{${s}} = ${number(x[s - 1])} there is ${number(left, 3)} left in it.`,
        marks: [
          inputs.svg(weights.map((w, i) => inputs.bar(i + 1, 0, w, "grey pale", 0.94)), x.map((v, i) => inputs.bar(i + 1, 0, v, `copy${faint(i)}`, 0.6, colour(i))), inputs.line([[0, 0], [T + 1, 0]], "ink"),
            inputs.dots(x.map((v, i) => [i + 1, v]), "input full", 4), inputs.dots([[s, x[s - 1]]], "input full handle", 8)),
          inputs.legend([["input full", "input x_t"], ["grey thick", `its weight in h_{${T}}`]]),
          states.svg(copies, target, states.line([[0, 0], [T + 1, 0]], "ink"), states.path(h.slice(0, now + 1).map((v, t) => [t, v]), "state", arrived)),
        ],
      };
    },
  });
}
