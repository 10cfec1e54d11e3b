// Walk downhill (lesson 4.4): one weight on the curve of its loss, and what the learning rate makes of its updates.
{
  const N = 20, SOON = 8, { h, W_hy, b_y, right } = movable.numbers["walk-downhill"];
  // The learning rate is a power of ten, in two digits.
  const eta = (power) => +(10 ** power).toPrecision(2);
  const maths = {
    // The probabilities of all letters at each step, with v in row r and column 1.
    offers: (v) => h.map((state) => {
      const e = W_hy.map((row, k) => Math.exp((k === 2 ? v : row[0]) * state[0] + row[1] * state[1] + b_y[k])), sum = e[0] + e[1] + e[2];
      return e.map((one) => one / sum);
    }),
    loss_at: (v) => -maths.offers(v).reduce((sum, p, t) => sum + Math.log(p[right[t]]), 0) / h.length,
    // Of each surprise: the probability of r, less 1 where r is right, times the state of unit 1.
    slope: (v) => maths.offers(v).reduce((sum, p, t) => sum + (p[2] - (right[t] === 2)) * h[t][0], 0) / h.length,
    walk(v, rate, updates) {
      const path = [v];
      while (path.length <= updates) path.push((v -= rate * maths.slope(v)));
      return path;
    },
    // Where the slope is 0: it only grows.
    bottom() {
      let [low, high] = [-9, 9];
      for (let i = 0; i < 60; i++) maths.slope((low + high) / 2) < 0 ? (low = (low + high) / 2) : (high = (low + high) / 2);
      return low;
    },
    // The first update from which on a path stays within 0.05 of the bottom.
    arrival: (path) => path.findLastIndex((v) => Math.abs(v - BOTTOM) >= 0.05) + 1,
  };
  const BOTTOM = maths.bottom(), CURVE = movable.range(151, (i) => -4 + i / 10).map((v) => [v, maths.loss_at(v)]);
  const walked = ({ v_0, power, n }) => maths.walk(v_0, eta(power), N).slice(0, n + 1);
  movable("walk-downhill", {
    title: "A weight on the curve of its loss, and the distance from the bottom after 8 updates for each learning rate",
    hint: "Drag the learning rate, or the ball, and let go: it walks. Faint: updates to come.",
    guess: ["With a learning rate of 25 the ball never arrives. From which rate on is that so?", ["about 3", "about 10", "about 20"], 2, 2],
    goals: [
      ["from v = −2, arrive within 0.05 of the bottom in at most 8 updates.", (state) => Math.abs(state.v_0 + 2) < 0.01 && maths.arrival(walked(state)) <= Math.min(SOON, state.n), "The slope shrinks, and so do the steps."],
      ["find a rate with which it jumps over the bottom and still arrives.", (state) => {
        const path = walked(state), k = maths.arrival(path);
        return k < path.length && path.some((v, i) => i < k && (v - BOTTOM) * (state.v_0 - BOTTOM) < 0 && Math.abs(v - BOTTOM) > 0.3);
      }, "Beyond the bottom the slope has the other sign, and it turns round."],
      ["find where it begins: a rate, to within 1, from which on it never arrives.", ({ v_0, power, n }) => n === N && eta(power) < 22 && maths.arrival(maths.walk(v_0, eta(power), 900)) > 900, "From about 20 on it jumps across for ever; with 19 it arrives at last. Drag the ball: the edge stays where it is."],
    ],
    start: { v_0: -2, power: -0.52, n: 0 },
    controls: [
      ["n", "updates", 0, N, 1, { time: 200 }],
      ["power", "learning rate", -1, 1.5, 0.02, { drawn: true, shows: (power) => `${eta(power)}` }],
      ["v_0", "start v_0", -3.5, 10.5, 0.05, { drawn: true }],
    ],
    set: { power: (_, power) => ({ power, n: N }) }, // by the keyboard all updates at once
    maths,
    // Each try begins at the start.
    drag: (_, held, x, y, first, hand) => {
      const { limit } = movable;
      if (first) hand.stop();
      return { n: 0, ...(held === "hill" ? { v_0: +(Math.round(limit(x, -3.5, 10.5) * 20) / 20).toFixed(2) } : { power: +(Math.round(limit(x, -1, 1.5) * 50) / 50).toFixed(2) }) };
    },
    draw({ v_0, power, n }, width, _, hand) {
      const { memory } = hand, { number, panel, limit } = movable, wide = width >= 560, place = (x, y, width, height) => ({ x, y, width, height });
      const [big, small] = wide
        ? [place(50, 10, 0.5 * width, 380), place(0.5 * width + 112, 10, 0.5 * width - 122, 380)]
        : [place(50, 8, width - 58, 230), place(50, 284, width - 58, 140)];
      const rate = eta(power), path = maths.walk(v_0, rate, N), losses = path.map(maths.loss_at), v = path[n], slope = maths.slope(v), next = v - rate * slope;
      const hill = panel("hill", big, { x: [-4, 11], y: [0, 2.5], xlabel: "weight v", ylabel: "loss", xticks: [-2, 0, 2, 4, 6, 8, 10], yticks: [0, 1, 2], drag: "sideways" });
      const rates = panel("rates", small, { x: [-1.3, 1.8], y: [2e-7, 2000], log: true, yticks: [1e-6, 1e-4, [0.05, "0.05"], [1, "1"], 100], xlabel: "learning rate", ylabel: `distance after ${SOON} updates`, xticks: [0.1, 1, 10].map((r) => [Math.log10(r), `${r}`]), drag: "sideways" });
      // Each rate that the hand has passed leaves the distance to which it leads.
      if (memory.v_0 !== v_0) Object.assign(memory, { v_0, tried: new Map() });
      const away = limit(Math.abs(path[SOON] - BOTTOM), 1e-6, 99);
      memory.tried.set(power, away);
      const on = path.map((a, k) => [a, losses[k]]), half = 2.6 / Math.hypot(1, 6 * slope), [a, b, y] = [hill.X(v), hill.X(next), hill.Y(losses[n])], side = Math.sign(b - a);
      const arrow = Math.abs(b - a) < 3 ? "" : `<path class="ink" d="M${a} ${y}H${b}"/><path class="ink dashed" d="M${b} ${y}V${hill.Y(maths.loss_at(next))}"/>`
        + `<polygon class="ink full" points="${b},${y} ${b - 9 * side},${y - 5} ${b - 9 * side},${y + 5}"/>`;
      // What is dragged shows that it goes to both sides.
      const sides = ({ X, Y }, x, y) => `<path class="shade" transform="translate(${X(x).toFixed(1)} ${Y(y).toFixed(1)})" d="M-12 -5l-6 5l6 5zM12 -5l6 5l-6 5z"/>`;
      const k = maths.arrival(path), later = n < N ? 0 : maths.arrival(maths.walk(v_0, rate, 900)), where = Math.abs(v) < 99 ? number(v) : "far away";
      // What the hand lets go walks, until it has arrived.
      const held = ["hill", "rates"].includes(hand.held);
      if (memory.held && !held && !n) hand.play();
      if (hand.plays && n && n >= k) hand.stop();
      memory.held = held;
      return {
        height: small.y + small.height + 36, panels: [hill, rates],
        says: `${n ? `After ${n} update${n > 1 ? "s" : ""}` : "At the start"}: v = ${where}, loss ${number(losses[n])}, slope ${number(slope, 3)}. `
          + (n && n >= k ? `Within 0.05 of the bottom from update ${k} on.` : !n ? "The next step is −rate × slope." : n < N ? "" : later > 900 ? "It never arrives." : `It arrives later: within 0.05 of the bottom from update ${later} on.`),
        marks: [
          hill.svg(hill.line(CURVE, "grey thick"), hill.line([[BOTTOM, 0], [BOTTOM, maths.loss_at(BOTTOM)]], "grey dashed"), hill.text(BOTTOM, 0, `bottom ${number(BOTTOM)}`, 'dx="6" dy="-7"'),
            hand.asks ? "" : `<g class="faint">${hill.line(on.slice(n), "gradient dashed")}${hill.dots(on.slice(n), "gradient full", 3)}</g>`,
            hill.line(on.slice(0, n + 1), "gradient faint"), hill.line(on.slice(Math.max(n - 1, 0), n + 1), "gradient"), hill.dots(on.slice(0, n + 1), "gradient full", 3.5), hill.dots(on.slice(0, 1), "gradient hollow", 6),
            hill.line([[v - half, losses[n] - half * slope], [v + half, losses[n] + half * slope]], "gradient thick"), arrow, hill.dots([on[n]], "ink full handle", 9), n ? "" : sides(hill, ...on[0]),
            hill.text(3.5, 2.5, `step: −${rate} × (${number(slope, 3)}) = ${number(next - v)}`, 'class="halo" dy="18" text-anchor="middle"')),
          rates.svg(rates.line([[-2, 0.05], [2, 0.05]], "ink dashed"), rates.line([[power, 1e-7], [power, 100]], "grey dashed"), rates.dots([...memory.tried], "gradient full", 1.8), rates.dots([[power, away]], "ink full handle", 8), sides(rates, power, away),
            rates.text(0.25, 2000, `rate ${rate}: distance ${away < 0.01 ? "below 0.01" : number(away)}`, 'class="halo" dy="18" text-anchor="middle"')),
        ],
      };
    },
  });
}
