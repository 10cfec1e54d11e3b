// Turn the gain (lesson 3.3): an estimate between what the model predicts and what a noisy thermometer reads.
{
  const { a, c, noise: [d, v] } = movable.numbers["turn-the-gain"], T = 40, q = 0.4, K = 35; // the step that the gauge enlarges
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
  const x = Array(T).fill(0), WITHOUT = maths.steady_variance(0, a, c, q, 1), GAINS = movable.range(241, (i) => i / 100), FLOOR = -4.4;
  const variance = (L, r) => maths.steady_variance(L, a, c, q, r), best = (r) => maths.steady_kalman_gain(a, c, q, r);
  const found = ({ L, r }) => variance(L, r) < 1.01 * variance(best(r), r);
  movable("turn-the-gain", {
    title: "An estimate between the model and a noisy thermometer",
    hint: "Pull the gain L (right or below) or the noise r.",
    guess: ["The noise r of the thermometer rises from 1 to 10. What happens to the best gain L?", ["it rises", "it falls", "it stays"], 1, 1],
    goals: [
      ["at r = 1, pull L until the square, the error variance, is smallest.", (state) => found(state) && state.r < 1.3, "It is smallest near L = 0.43, a fifth of the way from the model to the reading."],
      ["pull r up to 10, and find the smallest square again.", (state) => found(state) && state.r > 9.7, "Now it is near L = 0.09: the more noise, the nearer to the model."],
      ["keep r = 10, and pull L up until the square outgrows the one without measuring.", ({ L, r }) => r > 9.7 && L > best(r) && variance(L, r) > WITHOUT + 1e-9, "At r = 10 measuring does harm above L = 0.20. How far can you go at r = 1?"],
    ],
    start: { L: 1, r: 1, t: T },
    controls: [
      ["t", "step t", 0, T, 1, { time: 150 }],
      ["L", "gain L", 0, 2.4, 0.01, { drawn: true }],
      ["r", "noise r", 0.1, 10, 0.1, { drawn: true }],
    ],
    maths,
    drag({ r }, panel, along, up) {
      const noise = (c * Math.max(up - FLOOR, 0)) ** 2, L = panel === "lens" ? up : along, near = best(r);
      if (panel === "noise") return { r: movable.limit(Math.round(10 * noise) / 10, 0.1, 10) };
      return { L: movable.limit(Math.round(100 * (Math.abs(L - near) < 0.03 ? near : L)) / 100, 0, 2.4) }; // the lowest place holds the hand
    },
    draw({ L, r, t: now }, width, _, { memory }) {
      const { number, panel, limit } = movable, wide = width >= 560, high = 203, low = 108, side = limit(0.15 * width, 52, 74);
      const [h, y] = maths.simulate_noisy(a, 1, c, q, r, x, d, v), h_hat = maths.observer(a, 1, c, L, x, y), points = (list) => list.map((y, t) => [t, y]).slice(0, now + 1);
      const column = width - 20 - 2 * side, above = { y: 24, height: high }, below = { y: high + 66, height: low };
      const time = panel("time", { ...above, x: 50, width: column - 60 }, { x: [-0.5, T + 0.5], y: [-5, 5], yticks: [-4, 0, 4], xticks: [0, [20, "t = 20"], 40], ylabel: "state" });
      // Two gauges: how far the estimate goes from the model to the reading, and how far a reading typically misses.
      const lens = panel("lens", { ...above, x: column, width: side }, { x: [-1, 1], y: [-0.45, 2.5], xticks: [[0, "gain L"]], yticks: [], drag: true });
      const noise = panel("noise", { ...above, x: column + side + 8, width: side }, { x: [-1, 1], y: [-5, 5], xticks: [[0, "noise r"]], yticks: [], drag: true });
      const gains = panel("gains", { ...below, x: 50, width: column - 60 }, { x: [-0.05, 2.45], y: [0, 6], xticks: [0, 0.5, 1, [2, "deadbeat"]], yticks: [0, 2, 4], xlabel: "gain L", ylabel: "error variance", drag: "sideways" });
      const square = panel("square", { ...below, x: column, width: 2 * side + 8 }, { x: [0, 1], y: [0, 1], xticks: [[0.5, "error variance"]], yticks: [], xlabel: "□ without measuring" });
      // Each gain that the hand passes leaves its error, for each noise.
      const trails = (memory.trails ??= {}), trail = (trails[r] ??= new Map()), from = memory.r === r && Math.abs(memory.L - L) < 0.4 ? memory.L : L;
      for (const g of GAINS) if ((g - L) * (g - from) <= 0) trail.set(g, variance(g, r));
      Object.assign(memory, { r, L });
      const left = (trail) => [...trail].filter(([, p]) => p < 6), lowest = (trail) => [...trail].reduce((one, other) => (other[1] < one[1] ? other : one));
      // Words that stay inside of their frame.
      const name = (on, x, y, words, dy) => `<text class="halo" x="${limit(on.X(x), 3.7 * words.length, on.place.width - 3.7 * words.length)}" y="${limit(on.Y(y) + dy, 15, on.place.height - 3)}" text-anchor="middle">${words}</text>`;
      const ghosts = Object.entries(trails).filter(([other, trail]) => +other !== r && left(trail).length > 9).map(([other, trail]) =>
        [`<g class="faint">${gains.dots(left(trail), "ink full", 1.2)}</g>`, gains.dots([lowest(trail)], "grey hollow", 4), name(gains, ...lowest(trail), `r = ${other}`, 20)]);
      const top = FLOOR + Math.sqrt(r) / c, p = variance(L, r), [g, least] = lowest(trail), readings = points(y.map((one) => one / c)).slice(1);
      // The square whose area is the error variance: its side is the typical gap.
      const area = (p, kind) => { const s = 0.36 * low * Math.sqrt(p); return `<rect class="${kind}" fill="none" x="8" y="${low - 8 - s}" width="${s}" height="${s}"/>`; };
      const ring = (on, x, y) => `<circle class="ink" fill="none" cx="${on.X(x)}" cy="${on.Y(y)}" r="${on === lens ? 13 : 6}"/>`, model = a * h_hat[K - 1];
      return {
        height: high + low + 102, panels: [time, lens, noise, gains],
        says: `L = ${number(L)}: the estimate goes ${number(100 * L * c, 0)} % of the way from the model to the reading. Error variance (the shaded gap, squared, on average): ${number(p)}${trail.size > 1 ? (number(p) === number(least) ? ", the lowest so far" : `, lowest so far ${number(least)}`) : ""}.`,
        marks: [
          time.legend([["state thick", "state"], ["ink", "estimate"], ["output full", "readings"]]),
          time.svg(
            time.between(points(h), points(h_hat), "ink pale"),
            `<g opacity="0.6">`, readings.map(([t, y]) => (Math.abs(y) < 4.8 ? time.dots([[t, y]], "output full", 2)
              : time.text(t, y > 0 ? 4.5 : -4.9, y > 0 ? "▴" : "▾", 'text-anchor="middle" style="fill: var(--output)"'))), "</g>", // they lie beyond
            time.line(points(h), "state thick"), time.line(points(h_hat), "ink"), now < K ? "" : [time.line([[K, model], [K, y[K] / c]], "output"), ring(time, K, h_hat[K])],
          ),
          lens.svg(lens.line([[0, 0], [0, 1 / c]], "output"), lens.dots([[0, 0], [0, 1 / c]], "output full", 4), lens.dots([[0, L]], "ink full handle", 9), ring(lens, 0, L), name(lens, 0, 1 / c, "reading", -99), name(lens, 0, 0, "model", 99), lens.text(0, L, "↕", 'class="halo" style="font-size: 18px" dx="14" dy="6"')),
          noise.svg(noise.line([[-0.4, FLOOR], [0.4, FLOOR], [0, FLOOR], [0, top]], "output thick"), noise.dots([[0, top]], "output full handle", 9), name(noise, 0, top, `↕ ${number(r, 1)}`, -14)),
          gains.svg(
            `<g class="faint"><path class="ink" style="stroke-width: 2.2" d="${left(trail).map(([g, p]) => `M${gains.X(g).toFixed(1)} ${low}V${gains.Y(p).toFixed(1)}`).join("")}"/></g>`,
            gains.line([[0, WITHOUT], [2.5, WITHOUT]], "grey"), gains.text(2.45, WITHOUT, wide ? "without measuring" : "without", 'text-anchor="end" dy="15" dx="-4" class="halo"'), ghosts,
            gains.dots(left(trail), "ink full", 1.2), trail.size > 1 ? gains.dots([[g, least]], "ink hollow", 5) : "",
            gains.dots([[L, Math.min(p, 5.3)]], "ink full handle", 9), name(gains, L, Math.min(p, 5.3), p > 5.3 ? "▲" : "◂ ▸", p > 5.3 ? 25 : -14),
          ),
          square.svg(area(p, "ink pale"), area(WITHOUT, "grey"), `<text class="halo" x="14" y="${low - 14}">${number(p)}</text>`),
        ],
      };
    },
  });
}
