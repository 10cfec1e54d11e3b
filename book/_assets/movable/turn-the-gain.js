// Turn the gain (lesson 3.3): an estimate between what the model predicts and what a noisy thermometer reads.
{
  const { a, c, noise: [d, v] } = movable.numbers["turn-the-gain"], T = 40, q = 0.4, K = 35; // the step that is enlarged
  const maths = {
    simulate_noisy(a, b, c, q, r, x, d, v) {
      const h = [0];
      x.forEach((input, i) => h.push(a * h[i] + b * input + Math.sqrt(q) * d[i]));
      return [h, h.map((state, t) => c * state + Math.sqrt(r) * v[t])];
    },
    observer(a, b, c, L, x, y, h_hat_0 = 0) {
      const h_hat = [h_hat_0];
      x.forEach((input, i) => {
        const prediction = a * h_hat[i] + b * input;
        h_hat.push(prediction + L * (y[i + 1] - c * prediction));
      });
      return h_hat;
    },
    steady_kalman_gain(a, c, q, r) {
      const linear = r * (1 - a ** 2) - c ** 2 * q, root = Math.sqrt(linear ** 2 + 4 * c ** 2 * q * r);
      const p_minus = linear > 0 ? (2 * q * r) / (root + linear) : (root - linear) / (2 * c ** 2);
      return (c * p_minus) / (c ** 2 * p_minus + r);
    },
    steady_variance(L, a, c, q, r) {
      const left = (1 - L * c) ** 2;
      return left * a ** 2 < 1 ? (left * q + L ** 2 * r) / (1 - left * a ** 2) : Infinity;
    },
  };
  const x = Array(T).fill(0), WITHOUT = maths.steady_variance(0, a, c, q, 1), GAINS = movable.range(241, (i) => i / 100);
  const variance = (L, r) => maths.steady_variance(L, a, c, q, r), best = (r) => maths.steady_kalman_gain(a, c, q, r);
  const found = ({ L, r }) => variance(L, r) < 1.015 * variance(best(r), r); // as near as a hand can tell
  movable("turn-the-gain", {
    title: "An estimate between the model and a noisy thermometer",
    hint: "Pull L (right or below) or the bracket (noise r).",
    guess: ["The noise r of the thermometer rises from 1 to 10. What happens to the best gain L?", ["it rises", "it falls", "it stays"], 1, 1],
    goals: [
      ["pull L until the error variance, below, is smallest.", found, "The smallest error lies between the model and the reading."],
      ["pull the bracket to r = 10, and find the smallest error again.", (state) => found(state) && state.r > 9.7, "With more noise it lies much nearer to the model."],
      ["leave the noise, and pull L up until measuring is worse than not measuring.", ({ L, r }) => L > best(r) && variance(L, r) > WITHOUT, "A thermometer that is trusted too much is worse than none."],
    ],
    start: { L: 1, r: 1, t: T },
    controls: [
      ["t", "step t", 0, T, 1, { time: 150 }],
      ["L", "gain L", 0, 2.4, 0.01, { drawn: true }],
      ["r", "noise r", 0.1, 10, 0.1, { drawn: true }],
    ],
    maths,
    drag({ r }, panel, along, up) {
      if (panel !== "time") return { L: movable.limit(Math.round(100 * (panel === "lens" ? up : along)) / 100, 0, 2.4) };
      const [h] = maths.simulate_noisy(a, 1, c, q, r, x, d, v), noise = (c * Math.max(up - h[T], 0)) ** 2;
      return { r: movable.limit(noise > 9.4 ? 10 : Math.round(10 * noise) / 10, 0.1, 10) };
    },
    draw({ L, r, t: now }, width, _, { memory }) {
      const { number, panel, limit } = movable, wide = width >= 560, side = wide ? 90 : 66, high = wide ? 240 : 210;
      const [h, y] = maths.simulate_noisy(a, 1, c, q, r, x, d, v), h_hat = maths.observer(a, 1, c, L, x, y), points = (list) => list.map((y, t) => [t, y]).slice(0, now + 1);
      const time = panel("time", { x: 50, y: 24, width: width - 72 - side, height: high }, { x: [-0.5, T + 5], y: [-7, 7], yticks: [-5, 0, 5], xticks: [0, 10, 20, 30, 40], xlabel: "t", ylabel: "state", drag: "handle", handle: [T + 3, h[T] + Math.sqrt(r) / c] });
      // One step enlarged: the gain says how far the estimate goes from the model to the reading.
      const lens = panel("lens", { x: width - 12 - side, y: 24, width: side, height: high }, { x: [-1, 1], y: [-0.25, 2.5], xticks: [], yticks: [], xlabel: `at t = ${K}`, drag: true });
      const gains = panel("gains", { x: 50, y: high + 84, width: width - 62, height: wide ? 124 : 118 }, { x: [-0.05, 2.45], y: [0, 6], xticks: [0, 0.5, 1, 1.5, 2], yticks: [0, 2, 4], xlabel: "gain L", ylabel: "error variance", drag: "sideways" });
      // Each gain that the hand passes leaves its error, for each noise.
      const trails = (memory.trails ??= {}), trail = (trails[r] ??= new Map()), from = memory.r === r && Math.abs(memory.L - L) < 0.4 ? memory.L : L;
      for (const g of GAINS) if ((g - L) * (g - from) <= 0) trail.set(g, variance(g, r));
      Object.assign(memory, { r, L });
      const left = (trail) => [...trail].filter(([, p]) => p < 6), lowest = (trail) => [...trail].reduce((one, other) => (other[1] < one[1] ? other : one));
      // Words that stay inside of their frame.
      const name = (on, x, y, words, dy) => `<text class="halo" x="${limit(on.X(x), 3.7 * words.length, on.place.width - 3.7 * words.length)}" y="${limit(on.Y(y) + dy, 15, on.place.height - 5)}" text-anchor="middle">${words}</text>`;
      const ghosts = Object.entries(trails).filter(([other, trail]) => +other !== r && left(trail).length > 9).map(([other, trail]) => {
        const end = left(trail).reduce((one, other) => (other[0] > one[0] ? other : one));
        return [`<g class="faint">${gains.dots(left(trail), "ink full", 1.2)}</g>`, gains.dots([lowest(trail)], "grey hollow", 5), name(gains, end[0] + 0.1, end[1], `r = ${other}`, 4)];
      });
      const end = T + 3, [low, top] = [-1, 1].map((side) => h[T] + (side * Math.sqrt(r)) / c), p = variance(L, r), [g, least] = lowest(trail);
      const readings = points(y.map((one) => one / c)).slice(1), outside = ([, y]) => Math.abs(y) > 6.8;
      const level = (L, words, dy) => [lens.line([[-1, L], [1, L]], "output dashed"), name(lens, 0, L, words, dy)];
      return {
        height: high + 84 + gains.place.height + 36, panels: [time, lens, gains],
        says: `L = ${number(L)}: the estimate goes ${number(100 * L * c, 0)} % of the way from the model to the reading. Error variance (the shaded gap, squared, on average): ${number(p)}${trail.size > 1 ? (p > least ? `, lowest so far ${number(least)}` : ", the lowest so far") : ""}.`,
        marks: [
          time.legend([["state thick", "state"], ["ink dashed", "estimate"], ["output hollow", `readings${wide ? " (▴ ▾ beyond the frame)" : ""}`]]),
          time.svg(
            time.between(points(h), points(h_hat), "grey pale"), `<g opacity="0.6">${time.dots(readings.filter((at) => !outside(at)), "output hollow", 3)}</g>`,
            readings.filter(outside).map(([t, y]) => time.text(t, 7 * Math.sign(y), y > 0 ? "▴" : "▾", `dy="${y > 0 ? 9 : 0}" text-anchor="middle" style="fill: var(--output)"`)), // they lie beyond
            time.line(points(h), "state thick"), time.line(points(h_hat), "ink dashed thick"), now < K ? "" : time.dots([[K, h_hat[K]]], "ink full", 5),
            now < T ? "" : time.line([[T, h[T]], [end, h[T]]], "grey dashed"), time.line([[end - 1, low], [end + 1, low], [end, low], [end, top]], "output thick"), time.dots([[end, top]], "output full handle", 9),
            time.text(end, top, `↕ ${wide ? "noise " : ""}r = ${number(r, 1)}`, 'class="halo" dx="-14" dy="4" text-anchor="end"'),
          ),
          lens.svg(level(1 / c, "reading", -8), level(0, "model", 18), lens.line([[0, 0], [0, 1 / c]], "output"), lens.dots([[0, L]], "ink full handle", 9), lens.text(0, L, "↕", 'class="halo" style="font-size: 20px" dx="12" dy="7"')),
          `<path class="grey dashed" d="M${time.place.x + time.X(K)} ${24 + time.Y(h_hat[K])}L${lens.place.x} ${24 + lens.Y(L)}"/>`,
          gains.svg(
            gains.line([[1 / c, 0], [1 / c, 6]], "grey dashed"), gains.text(1 / c, 5.2, "deadbeat", 'text-anchor="end" dx="-5"'),
            gains.line([[0, WITHOUT], [2.5, WITHOUT]], "grey dashed"), gains.text(2.45, WITHOUT, "without measuring", 'text-anchor="end" dy="15" dx="-4" class="halo"'), ghosts,
            gains.dots(left(trail), "ink full", 1.2), trail.size > 1 ? gains.dots([[g, least]], "ink hollow", 5) : "",
            gains.dots([[L, Math.min(p, 5.3)]], "ink full handle", 9), name(gains, L, Math.min(p, 5.3), p > 5.3 ? `▲ ${number(p, 1)}` : "◂ ▸", p > 5.3 ? 25 : -14),
          ),
        ],
      };
    },
  });
}
