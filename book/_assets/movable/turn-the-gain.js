// Turn the gain (chapter 3): an observer under noise, of one number and of two rooms.
{
  const { A, C, a, c, noise } = movable.numbers["turn-the-gain"];
  const [d, d_2, v] = noise, T = d.length, GAINS = Array.from({ length: 61 }, (_, i) => 2.4 * (i / 60) ** 1.5);
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
  movable("turn-the-gain", {
    title: "An observer under noise",
    hint: `Drag the dot on the curve. One room alone: a = ${a}, c = ${c}. The pushes of the state have the variance q, the noise of the thermometer r.`,
    start: { system: "one", L: 1, q: 0.4, r: 1 },
    controls: [
      ["system", "thermometer in", { one: "one room alone", room: "room 1 of 2", duct: "the duct: mean of 2" }],
      ["L", "gain L", 0, 2.4, 0.02],
      ["q", "pushes q", 0, 2, 0.05],
      ["r", "noise r", 0.1, 10, 0.1],
    ],
    maths,
    drag: (state, panel, x) => ({ L: movable.limit(Math.round(x * 50) / 50, 0, 2.4) }),
    draw({ system, L, q, r }, width) {
      const { number, panel, layout } = movable, one = system === "one";
      const [[above, below], height] = layout(width, [[1, 230, 230]]);
      const time = panel("time", above, { x: [0, T], y: [-5, 5], xlabel: "t", ylabel: "state" });
      const points = (list) => list.map((h, t) => [t, h]);
      const x = d.map(() => 0), p = (g) => maths.steady_variance(g, a, c, q, r), both = (g) => maths.room_variances(system, g, q, r);
      const tall = Math.max(...(one ? [p(L)] : both(L)).filter(isFinite), 0) * 1.15, top = [2, 5, 10, 20, 50, 100].find((v) => v >= tall && v >= 1.2 * (one ? p(0) : both(0)[0])) ?? 200;
      let lines, curves, marks, says, legends;
      const gains = panel("gains", below, { x: [-0.05, 2.45], y: [0, top], xticks: [0, 0.5, 1, 1.5, 2], xlabel: "gain L", ylabel: "error variance", drag: "sideways" });
      const curve = (f, kind) => gains.line(GAINS.map((g) => [g, Math.min(f(g), 999)]), kind);
      const here = (value, kind) => (value < 999 ? gains.dots([[L, value]], `${kind} full handle`, 7) : "");
      if (one) {
        const [h, y] = maths.simulate_noisy(a, 1, c, q, r, x, d, v), best = maths.steady_kalman_gain(a, c, q, r);
        lines = [time.dots(points(y.map((seen) => seen / c)).slice(1), "output hollow", 2.5), time.line(points(h), "state thick"),
          time.line(points(maths.observer(a, 1, c, L, x, y)), "ink dashed")];
        legends = [time.legend([["state thick", "state"], ["ink dashed", "estimate"], ["output hollow", "y_t / c"]])];
        curves = [curve(p, "ink thick"), here(p(L), "ink")];
        marks = [[best, "Kalman"], [1 / c, "deadbeat"]];
        says = `Error variance with L = ${number(L)}: ${number(p(L))}. Kalman: ${number(p(best))} with L = ${number(best)}. Deadbeat: ${number(p(1 / c))} with L = ${number(1 / c)}.`;
      } else {
        const [h, h_hat] = maths.rooms(system, L, q, r), [mean, difference] = both(L);
        lines = [0, 1].map((i) => [time.line(points(h.map((s) => s[i])), `${i ? "output" : "state"} thick`),
          time.line(points(h_hat.map((s) => s[i])), `${i ? "output" : "state"} dashed`)]);
        legends = [time.legend([["state thick", "room 1"], ["state dashed", "est."], ["output thick", "room 2"], ["output dashed", "est."]]),
          gains.legend([["ink thick", "mean"], ["gradient thick", "difference"]])];
        const lists = GAINS.map((g) => both(g).map((p) => Math.min(p, 999)));
        curves = [gains.line(lists.map(([p], i) => [GAINS[i], p]), "ink thick"), gains.line(lists.map(([, p], i) => [GAINS[i], p]), "gradient thick"),
          here(mean, "ink"), here(difference, "gradient")];
        marks = [];
        const say = (p) => (p < 999 ? number(p) : "without limit");
        says = `With L = ${number(L)} the variance of the error is ${say(mean)} for the mean of the rooms, ${say(difference)} for their difference.`;
      }
      const signs = marks.map(([g, words]) => [gains.line([[g, 0], [g, top]], "grey dashed"), gains.text(g, 0.9 * top, words, `dx="${g > 1.9 ? -5 : 5}" text-anchor="${g > 1.9 ? "end" : "start"}"`)]);
      return { height, says, panels: [time, gains], marks: [time.svg(lines), gains.svg(signs, curves), ...legends] };
    },
  });
}
