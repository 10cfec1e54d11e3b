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
    title: "A weight on the curve of its loss, the loss after each update, and the distance from the bottom after 8 updates for each learning rate",
    hint: "Drag the ball and let go: it walks. Drag the dot of the learning rate. Dashed: updates to come.",
    guess: ["From v = −2, which learning rate comes nearest to the bottom in 8 updates?", ["0.3", "2", "8", "25"], 2],
    goals: [
      ["from v = −2, be within 0.05 of the bottom after at most 8 updates.", (state) => Math.abs(state.v_0 + 2) < 0.01 && maths.arrival(walked(state)) <= Math.min(SOON, state.n), "The slope shrinks, and so do the steps."],
      ["find a rate with which it jumps over the bottom and still arrives.", (state) => {
        const path = walked(state), k = maths.arrival(path);
        return k < path.length && path.some((v, i) => i < k && (v - BOTTOM) * (state.v_0 - BOTTOM) < 0 && Math.abs(v - BOTTOM) > 0.05);
      }, "Beyond the bottom the slope has the other sign, and it turns round."],
      ["find a rate with which it never arrives.", ({ v_0, power, n }) => n === N && maths.arrival(maths.walk(v_0, eta(power), 900)) > 900, "Too large a rate jumps across for ever."],
    ],
    start: { v_0: -2, power: -0.52, n: 0 },
    controls: [
      ["n", "updates", 0, N, 1, { time: 250 }],
      ["power", "learning rate", -1, 1.5, 0.02, { drawn: true, shows: (power) => `${eta(power)}` }],
      ["v_0", "start v_0", -3.5, 10.5, 0.05, { drawn: true }],
    ],
    maths,
    // Each try begins at the start.
    drag: (_, held, x, y, first, hand) => {
      const { limit } = movable;
      if (first) hand.stop();
      return { n: 0, ...(held === "hill" ? { v_0: +(Math.round(limit(x, -3.5, 10.5) * 20) / 20).toFixed(2) } : { power: +(Math.round(limit(x, -1, 1.5) * 50) / 50).toFixed(2) }) };
    },
    draw({ v_0, power, n }, width, _, hand) {
      const { memory } = hand, { number, panel, limit } = movable, wide = width >= 560, place = (x, y, width, height) => ({ x, y, width, height });
      const [big, beside, below] = wide
        ? [place(50, 10, 0.55 * width, 380), place(0.55 * width + 112, 10, 0.45 * width - 122, 156), place(0.55 * width + 112, 222, 0.45 * width - 122, 168)]
        : [place(48, 8, width - 56, 240), place(48, 300, 0.3 * width - 26, 120), place(0.3 * width + 78, 300, 0.7 * width - 86, 120)];
      const rate = eta(power), path = maths.walk(v_0, rate, N), losses = path.map(maths.loss_at), v = path[n], slope = maths.slope(v), next = v - rate * slope;
      const hill = panel("hill", big, { x: [-4, 11], y: [0, 2.5], xlabel: "weight v", ylabel: "loss", xticks: [-2, 0, 2, 4, 6, 8, 10], yticks: [0, 1, 2], drag: "sideways" });
      const falls = panel("falls", beside, { x: [-1.6, N + 1.6], y: [0, 2.5], xlabel: "updates", ylabel: "loss", xticks: [0, SOON, N], yticks: [0, 1, 2] });
      const rates = panel("rates", below, { x: [-1.1, 1.6], y: [2e-7, 100], log: true, yticks: [1e-6, 1e-4, 0.01, 1, 100], xlabel: "learning rate", ylabel: `|v_${SOON} − bottom|`, xticks: [0.1, 1, 10].map((r) => [Math.log10(r), `${r}`]), drag: "sideways" });
      // Each rate that the hand has passed leaves the distance to which it leads.
      if (memory.v_0 !== v_0) Object.assign(memory, { v_0, tried: new Map() });
      const away = movable.limit(Math.abs(path[SOON] - BOTTOM), 1e-6, 99);
      memory.tried.set(power, away);
      const on = path.map((a, k) => [a, losses[k]]), half = 2.6 / Math.hypot(1, 6 * slope), [a, b, y] = [hill.X(v), hill.X(next), hill.Y(losses[n])], side = Math.sign(b - a);
      const arrow = Math.abs(b - a) < 3 ? "" : `<path class="ink" d="M${a} ${y}H${b}"/><path class="ink dashed" d="M${b} ${y}V${hill.Y(maths.loss_at(next))}"/>`
        + `<polygon class="ink full" points="${b},${y} ${b - 9 * side},${y - 5} ${b - 9 * side},${y + 5}"/>`;
      // What is dragged shows that it goes to both sides.
      const sides = ({ X, Y }, x, y) => `<path class="shade" transform="translate(${X(x).toFixed(1)} ${Y(y).toFixed(1)})" d="M-12 -5l-6 5l6 5zM12 -5l6 5l-6 5z"/>`;
      const words = `${rate} × ${number(Math.abs(slope))}`, room = 4 * words.length, short = Math.abs(b - a) < 2 * room, aside = v < BOTTOM ? 1 : -1;
      const k = maths.arrival(path), where = Math.abs(v) < 99 ? number(v) : "far away";
      // What the hand lets go walks, until it has arrived.
      const held = ["hill", "rates"].includes(hand.held);
      if (memory.held && !held && !n) hand.play();
      if (hand.plays && n && n >= k) hand.stop();
      memory.held = held;
      return {
        height: (wide ? big : below).y + (wide ? big : below).height + 36, panels: [hill, falls, rates],
        says: `${n ? `After ${n} update${n > 1 ? "s" : ""}` : "At the start"}: v = ${where}, loss ${number(losses[n])}, slope ${number(slope, 3)}. Next step: ${rate} × ${number(-slope, 3)} = ${number(next - v)}. `
          + (n && n >= k ? `Within 0.05 of the bottom from update ${k} on.` : n < N ? "" : maths.arrival(maths.walk(v_0, rate, 900)) > 900 ? "It never arrives." : `Not yet at the bottom, ${number(BOTTOM)}.`),
        marks: [
          hill.svg(hill.line(CURVE, "grey thick"), hill.line([[BOTTOM, 0], [BOTTOM, maths.loss_at(BOTTOM)]], "grey dashed"), hill.text(BOTTOM, 0, `bottom ${number(BOTTOM)}`, 'dx="6" dy="-7"'),
            hand.asks ? "" : `<g class="faint">${hill.line(on.slice(n), "gradient dashed")}${hill.dots(on.slice(n), "gradient full", 3)}</g>`,
            hill.line(on.slice(0, n + 1), "gradient faint"), hill.line(on.slice(Math.max(n - 1, 0), n + 1), "gradient"), hill.dots(on.slice(0, n + 1), "gradient full", 3.5), hill.dots(on.slice(0, 1), "gradient hollow", 6),
            hill.line([[v - half, losses[n] - half * slope], [v + half, losses[n] + half * slope]], "gradient thick"), arrow, hill.dots([on[n]], "ink full handle", 9), n ? "" : sides(hill, ...on[0]),
            n && Math.abs(b - a) < 12 ? "" : `<text class="halo" style="stroke-width: 8" x="${limit(short ? aside * Math.min(aside * a + 14 + room, aside * hill.X(BOTTOM)) : (a + b) / 2, room, big.width - room)}" y="${y - (short ? 26 : 12)}" text-anchor="middle">${words}</text>`),
          falls.svg(falls.line([[SOON, 0], [SOON, 3]], "grey dashed"), falls.line(losses.slice(0, n + 1).map((l, i) => [i, l]), "gradient"),
            falls.dots(losses.slice(0, n).map((l, i) => [i, l]), "gradient full", 2.5), falls.dots([[n, losses[n]]], "ink full", 5)),
          rates.svg(rates.line([[power, 1e-7], [power, 100]], "grey dashed"), rates.dots([...memory.tried], "gradient full", 1.8), rates.dots([[power, away]], "ink full handle", 8), sides(rates, power, away),
            rates.text(power, away, `${rate}`, `class="halo" dx="${power > 0.8 ? -12 : 12}" dy="-10" text-anchor="${power > 0.8 ? "end" : "start"}"`)),
        ],
      };
    },
  });
}
