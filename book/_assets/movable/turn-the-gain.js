// Turn the gain (lesson 3.3): an estimate between what the model predicts and what a noisy thermometer reads.
{
  const { A, C, a, c, noise } = movable.numbers["turn-the-gain"];
  const [d, d_2, v] = noise, T = 40, q = 0.4, GAINS = movable.range(241, (i) => i / 100);
  const dot = (p, q) => p[0] * q[0] + p[1] * q[1];
  const apply = (M, h) => M.map((row) => dot(row, h));
  const multiply = (M, N) => M.map((row) => [0, 1].map((j) => dot(row, N.map((other) => other[j]))));
  const transpose = (M) => [0, 1].map((j) => M.map((row) => row[j]));
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
    // Two rooms: the correction goes to room 1, or to both if the mean is measured.
    direction: (which, L) => (which === "duct" ? [L, L] : [L, 0]),
    rooms(which, L, q, r) {
      const [row] = C[which], K = this.direction(which, L), h = [[0, 0]], h_hat = [[0, 0]];
      for (let t = 1; t <= T; t++) {
        h.push(apply(A, h[t - 1]).map((state, i) => state + Math.sqrt(q) * (i ? d_2 : d)[t - 1]));
        const prediction = apply(A, h_hat[t - 1]), innovation = dot(row, h[t]) + Math.sqrt(r) * v[t] - dot(row, prediction);
        h_hat.push(prediction.map((p, i) => p + K[i] * innovation));
      }
      return [h, h_hat];
    },
    // Long-run variances of the errors of the mean and of the difference of the rooms, in these coordinates.
    room_variances(which, L, q, r) {
      const into = [[0.5, 0.5], [1, -1]], back = [[1, 0.5], [1, -0.5]];
      const K = apply(into, this.direction(which, L)), [row] = multiply(C[which], back);
      const keep = K.map((k, i) => row.map((c, j) => (i === j) - k * c)), F = multiply(keep, multiply(multiply(into, A), back));
      const pushed = multiply(multiply(keep, multiply(into, transpose(into))), transpose(keep));
      const Q = pushed.map((line, i) => line.map((x, j) => q * x + r * K[i] * K[j]));
      // The sum of F^k Q F^k' over all steps: twice as many terms each time, a thousand in the end.
      let P = Q, power = F;
      for (let k = 0; k < 10; k++) {
        P = multiply(multiply(power, P), transpose(power)).map((line, i) => line.map((x, j) => x + P[i][j]));
        power = multiply(power, power);
      }
      return [P[0][0], P[1][1]].map((x) => (x < 1e3 ? x : Infinity));
    },
  };
  // What the thermometer sees of the state, its readings and the estimate; of two rooms also their difference and its estimate.
  const run = ({ system, r }, L) => {
    if (system === "one") {
      const x = Array(T).fill(0), [h, y] = maths.simulate_noisy(a, 1, c, q, r, x, d, v);
      return [h, y.map((one) => one / c), maths.observer(a, 1, c, L, x, y)];
    }
    const [h, h_hat] = maths.rooms("duct", L, q, r), mean = ([one, other]) => (one + other) / 2, difference = ([one, other]) => one - other;
    return [h.map(mean), h.map((rooms, t) => mean(rooms) + Math.sqrt(r) * v[t]), h_hat.map(mean), h.map(difference), h_hat.map(difference)];
  };
  const errors = ({ system, r }, L) => (system === "one" ? [maths.steady_variance(L, a, c, q, r)] : maths.room_variances("duct", L, q, r));
  const best = ({ r }) => maths.steady_kalman_gain(a, c, q, r), sees = ({ system }) => (system === "one" ? c : 1);
  const found = (state) => state.system === "one" && Math.abs(state.L - best(state)) < 0.03;
  movable("turn-the-gain", {
    title: "An estimate between the model and a noisy thermometer",
    hint: "Pull the dot (the estimate) or the bracket (noise).",
    guess: ["The noise r of the thermometer rises from 1 to 10. What happens to the best gain L?", ["it rises", "it falls", "it stays"], 1, 1],
    goals: [
      ["pull the estimate until its error, below, is smallest.", found, "The smallest error lies between the model and the reading."],
      ["pull the bracket to r = 10, and find the smallest error again.", (state) => found(state) && state.r > 9, "With more noise it lies much nearer to the model."],
      ["the duct: pull the estimate from the model past the reading.", (state, _, { memory }) => memory.duct?.length > 3 && Math.min(...memory.duct) < 0.1 && Math.max(...memory.duct) > 1.1, "Only the mean followed your hand; the difference kept its estimate and its error."],
    ],
    start: { system: "one", L: 1, r: 1, t: T },
    controls: [
      ["system", "sees", { one: "one room", duct: "the duct of two" }],
      ["t", "step t", 0, T, 1, { time: 150 }],
      ["L", "gain L", 0, 2.4, 0.01, { drawn: true }],
      ["r", "noise r", 0.1, 10, 0.1, { drawn: true }],
    ],
    maths,
    drag(state, panel, x, up, first, { memory }) {
      const { limit, range } = movable, [h, readings] = run(state, state.L), far = (t) => Math.abs(t - x) - 3 * Math.min(Math.abs(readings[t]), 4); // rather a far reading than the nearest
      let L = limit(Math.round(x * 100) / 100, 0, 2.4);
      if (panel === "time") {
        if (first) memory.noise = x > T + 0.5;
        if (first && !memory.noise) memory.k = range(Math.max(state.t, 1), (i) => i + 1).reduce((one, other) => (far(other) < far(one) ? other : one));
        if (memory.noise) return { r: limit(Math.round(10 * (sees(state) * (up - h[T])) ** 2) / 10, 0.1, 10) };
        // The gain with which the estimate passes through the hand.
        const off = GAINS.filter((g) => g * sees(state) <= 1.2).map((g) => Math.abs(run(state, g)[2][memory.k] - up) + 0.2 * Math.abs(g - state.L));
        L = off.indexOf(Math.min(...off)) / 100;
      }
      const near = Math.round(best(state) * 100) / 100;
      return { L: state.system === "one" && Math.abs(L - near) < 0.07 ? near : L }; // it catches at the best gain
    },
    draw(state, width, _, hand) {
      const { system, L, r, t: now } = state, { number, panel, layout, limit } = movable, { memory } = hand, one = system === "one", share = sees(state), wide = width >= 560;
      const [[above, below], height] = layout(width, [[1, wide ? 300 : 270, wide ? 184 : 178]], { bottom: 36 });
      const [h, readings, h_hat, gap, gap_hat] = run(state, L), points = (list) => list.map((y, t) => [t, y]).slice(0, now + 1), span = one ? 7 : 5, inside = (y) => limit(y, -span, span);
      // Below the mean of two rooms stands their difference.
      const high = one ? above.height : above.height * 0.6, x = [-0.5, T + 6], steps = { xlabel: "t", xticks: wide ? [0, 10, 20, 30] : [0, 10, 20] };
      const time = panel("time", { ...above, height: high }, { x, y: [-span, span], yticks: one ? [-5, 0, 5] : [-3, 0, 3], ylabel: one ? "state" : "mean", drag: true, ...(one ? steps : { xticks: [] }) });
      const apart = panel("difference", { ...above, y: above.y + high + 10, height: above.height - high - 10 }, { x, y: [-3, 3], yticks: [-2, 0, 2], ylabel: "difference", ...steps });
      const gains = panel("gains", below, { x: [-0.05, 2.45], y: [0, 6], xticks: [0, 0.5, 1, 1.5, 2].map((g) => (g === 1 / share ? [g, "deadbeat"] : g)), yticks: [0, 2, 4], xlabel: "gain L", ylabel: "error variance", drag: "sideways" });
      // Each gain that the hand passes leaves its error, for each noise.
      const trails = (memory.trails ??= {}), key = `${system} ${r}`, trail = (trails[key] ??= new Map()), from = memory.key === key && Math.abs(memory.L - L) < 0.4 ? memory.L : L;
      for (const g of GAINS) if ((g - L) * (g - from) <= 0 && !trail.has(g)) trail.set(g, errors(state, g));
      Object.assign(memory, { key, L });
      if (!one && !hand.plays) (memory.duct ??= []).push(L);
      const left = (trail, k) => [...trail].map(([g, values]) => [g, values[k]]).filter(([, y]) => y < 6);
      const lowest = (trail) => [...trail].reduce((one, other) => (other[1][0] < one[1][0] ? other : one));
      // Words that stay inside of their frame.
      const name = (on, x, y, words, dy) => `<text class="halo" x="${limit(on.X(x), 3.7 * words.length, on.place.width - 3.7 * words.length)}" y="${limit(on.Y(y) + dy, 15, on.place.height - 5)}" text-anchor="middle">${words}</text>`;
      const ghosts = Object.entries(trails).filter(([other, trail]) => other !== key && other.startsWith(system) && left(trail, 0).length > 9).map(([other, trail]) => {
        const [g, [y]] = lowest(trail), end = left(trail, 0).reduce((one, other) => (other[0] > one[0] ? other : one));
        return [`<g class="faint">${gains.dots(left(trail, 0), "ink full", 1.2)}</g>`, gains.dots([[g, y]], "grey hollow", 5), name(gains, end[0] + 0.1, end[1], `r = ${other.split(" ")[1]}`, 4)];
      });
      const k = Math.min(memory.k ?? 33, now), model = k && a * h_hat[k - 1], bracket = [-1, 1].map((side) => [T + 3, h[T] + (side * Math.sqrt(r)) / share]), [p, p_gap] = errors(state, L), [g, [least]] = lowest(trail);
      const dot = inside(h_hat[k]), reading = inside(readings[k]), top = Math.min(p, 5.7), say = (p) => (p < 999 ? number(p) : "without limit");
      return {
        height, panels: [time, gains],
        says: one
          ? `L = ${number(L)}: the estimate goes ${number(100 * L * c, 0)} % of the way from the model to the reading. Error variance (the shaded gap, squared, on average): ${number(p)}${trail.size > 1 ? (p > least ? `, lowest so far ${number(least)}` : ", the lowest so far") : ""}.`
          : `L = ${number(L)}: error variance ${say(p)} for the mean of the two rooms, which the duct shows, and ${say(p_gap)} for their difference.`,
        marks: [
          time.legend([["state thick", one ? "state" : "mean"], ["ink dashed", "estimate"], ["output hollow", "readings"]]),
          time.svg(
            time.between(points(h), points(h_hat), "grey pale"), `<g opacity="0.6">${time.dots(points(readings.map(inside)).slice(1), "output hollow", 3)}</g>`,
            time.line(points(h), "state thick"), time.line(points(h_hat), "ink dashed thick"),
            now < T ? "" : time.line([[T, h[T]], [T + 3, h[T]]], "grey dashed"), time.line(bracket, "output thick"), time.dots(bracket, "output full handle", 8), time.dots([[T + 3, h[T]]], "state full", 4),
            memory.noise === undefined ? [[k, dot], bracket[1]].map(([t, y]) => time.text(t, y, "↕", 'class="halo" style="font-size: 20px" dx="-11" dy="7" text-anchor="end"')) : "", // until the hand has pulled
            k ? [L * share < 0.9 ? name(time, k, reading, "reading", reading < model && reading > -span ? 20 : -13) : "", name(time, k, model, "model", reading < model ? -13 : 22), time.line([[k, model], [k, reading]], "output"), time.dots([[k, reading]], "output hollow", 5), time.dots([[k, model]], "ink hollow", 5), time.dots([[k, dot]], "ink full handle", 9)] : "",
          ),
          one ? "" : apart.svg(apart.between(points(gap), points(gap_hat), "grey pale"), apart.line(points(gap), "state thick"), apart.line(points(gap_hat), "ink dashed thick")),
          `<text x="${above.x + above.width}" y="${above.y + above.height + 15}" text-anchor="end">noise r = ${number(r, 1)}</text>`,
          one ? "" : gains.legend([["ink full", "of the mean"], ["state full", "of the difference"]]),
          gains.svg(
            gains.line([[1 / share, 0], [1 / share, 6]], "grey dashed"), ghosts,
            one ? "" : [gains.dots(left(trail, 1), "state full", 1.2), gains.dots([[L, p_gap]], "state full", 6)],
            gains.dots(left(trail, 0), "ink full", 1.2), trail.size > 1 ? gains.dots([[g, least]], "ink hollow", 5) : "",
            gains.dots([[L, top]], "ink full handle", 9), name(gains, L, top, `${found(state) && trail.size > 9 ? "Kalman: " : ""}L = ${number(L)}`, p > 4.8 ? 24 : -14),
          ),
        ],
      };
    },
  });
}
