// Turn the gain (lesson 3.3): an observer under noise, of one number and of two rooms.
{
  const { A, C, a, c, noise } = movable.numbers["turn-the-gain"];
  const [d, d_2, v] = noise, T = d.length, GAINS = movable.range(61, (i) => 2.4 * (i / 60) ** 1.5);
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
  const seen = ({ q, r }) => maths.simulate_noisy(a, 1, c, q, r, Array(T).fill(0), d, v);
  const best = ({ q, r }) => maths.steady_kalman_gain(a, c, q, r);
  movable("turn-the-gain", {
    title: "An observer under noise",
    hint: "Drag a ring (one room): the noise r grows or shrinks. Below, drag the gain L.",
    guess: ["The noise r of the thermometer rises from 1 to 10. What happens to the best gain L?", ["it rises", "it falls", "it stays"], 1],
    goals: [
      ["one room, r = 10: bring L to the smallest error.", (state) => state.system === "one" && state.r === 10 && Math.abs(state.L - best(state)) < 0.03, "What is less reliable counts for less."],
      ["the duct: take L from 0 to 2, and find the error that does not change.", (state, _, { memory }) => memory.duct?.length > 3 && Math.min(...memory.duct) < 0.1 && Math.max(...memory.duct) > 1.9, "The duct never sees the difference of the rooms."],
      ["one room: bring Kalman's gain above 1.5, and L onto it.", (state) => state.system === "one" && best(state) > 1.5 && Math.abs(state.L - best(state)) < 0.03, "Large pushes, little noise: what is seen now counts for most."],
    ],
    start: { system: "one", L: 1, q: 0.4, r: 1, t: T },
    controls: [
      ["system", "sees", { one: "one room", room: "room 1 of 2", duct: "duct of 2" }],
      ["t", "step t", 0, T, 1, { time: 150 }],
      ["q", "pushes q", 0.05, 2, 0.05],
      ["r", "noise r", 0.1, 10, 0.1],
      ["L", "gain L", 0, 2.4, 0.02, { drawn: true }],
    ],
    maths,
    drag(state, panel, x, up, first, { memory }) {
      if (panel === "time") { // the ring under the hand is h_t + √r v_t / c
        const [h, y] = seen(state), far = (t) => Math.abs(t - x) / 3 + Math.abs(y[t] / c - up) + (Math.abs(v[t]) < 0.5 ? 9 : 0);
        if (first) memory.ring = movable.range(T, (i) => i + 1).reduce((one, other) => (far(other) < far(one) ? other : one));
        const t = memory.ring, root = Math.max(((up - h[t]) * c) / v[t], 0);
        return { r: movable.limit(Math.round(10 * root ** 2) / 10, 0.1, 10) };
      }
      const L = movable.limit(Math.round(x * 50) / 50, 0, 2.4), near = Math.round(best(state) * 50) / 50;
      return { L: state.system === "one" && Math.abs(L - near) < 0.05 ? near : L }; // the dot catches at Kalman's gain
    },
    draw({ system, L, q, r, t: now }, width, _, hand) {
      const { number, panel, layout, settle } = movable, one = system === "one";
      const [[above, below], height] = layout(width, [[1, 220, 200]]);
      if (system === "duct" && !hand.plays) (hand.memory.duct ??= []).push(L);
      const points = (list) => list.map((h, t) => [t, h]).slice(0, now + 1);
      const [h, y] = seen({ q, r }), rooms = one ? [] : maths.rooms(system, L, q, r);
      const h_hat = one ? maths.observer(a, 1, c, L, Array(T).fill(0), y) : [], largest = Math.max(...[one ? [h, h_hat] : rooms].flat(4).map(Math.abs));
      const span = settle(hand, "y", [5, 10].find((v) => v >= largest) ?? 20);
      const time = panel("time", above, { x: [-0.5, T + 0.5], y: [-span, span], xlabel: "t", ylabel: "state", drag: one });
      const gains = panel("gains", below, { x: [-0.05, 2.45], y: [0.1, 400], log: true, xticks: [0, 0.5, 1, 1.5, 2], xlabel: "gain L", ylabel: "error variance", drag: "sideways" });
      const shown = (list) => list.filter(([, p]) => isFinite(p) && p > 0), here = (value, kind) => gains.dots(shown([[L, value]]), `${kind} full handle`, 8) + (kind === "ink" && isFinite(value) ? gains.text(L, value, `L = ${number(L)}`, `class="halo" dx="${L > 1.9 ? -12 : 12}" dy="16" text-anchor="${L > 1.9 ? "end" : "start"}"`) : "");
      let lines, curves, legends, says;
      if (one) {
        const p = (g) => maths.steady_variance(g, a, c, q, r), kalman = best({ q, r }), rings = points(y.map((v) => v / c)).slice(1);
        const prediction = now && a * h_hat[now - 1]; // and from there the measurement pulls it to the estimate
        const sign = (g, words, at = 160) => [gains.line([[g, 0.1], [g, 400]], "grey dashed"), gains.text(g, at, words, `class="halo${width < 560 ? " index" : ""}" dx="${g > 1.4 && g < 1.99 ? -5 : 5}" text-anchor="${g > 1.4 && g < 1.99 ? "end" : "start"}"`)];
        lines = [time.between(points(h), points(h_hat), "grey pale"), time.dots(rings.map(([k, v]) => [k, movable.limit(v, -span, span)]), "output hollow", 3.5), time.path(points(h), "state"), time.line(points(h_hat), "ink dashed thick"),
          now && now < T ? time.line([[now, prediction], [now, h_hat[now]]], "output thick") + time.dots([[now, prediction]], "ink hollow", 4) + time.dots([[now, h_hat[now]]], "ink full", 5) : ""];
        legends = time.legend([["state thick", "state"], ["ink dashed", "estimate"], ["output hollow", "y_t / c"], ["output thick", "correction"]].slice(0, now < T && width >= 560 ? 4 : 3));
        curves = [sign(kalman, "Kalman"), sign(1 / c, "deadbeat", 0.15), gains.line(shown(GAINS.map((g) => [g, p(g)])), "ink thick"), here(p(L), "ink")];
        says = `Error variance (the shaded gap, squared, on average): ${number(p(L))} with L = ${number(L)}. Kalman: ${number(p(kalman))} with L = ${number(kalman)}. Deadbeat: ${number(p(1 / c))}.`;
      } else {
        // Two numbers that do not mix: the mean of the rooms and their difference, each with its estimate.
        const [mean, difference] = maths.room_variances(system, L, q, r);
        const [[h_mean, h_gap], [e_mean, e_gap]] = rooms.map((list) => [points(list.map(([p, o]) => (p + o) / 2)), points(list.map(([p, o]) => p - o))]);
        lines = [time.between(h_gap, e_gap, "gradient pale"), time.line(h_gap, "gradient"), time.line(e_gap, "gradient dashed"),
          time.between(h_mean, e_mean, "grey pale"), time.path(h_mean, "state"), time.line(e_mean, "ink dashed thick")];
        legends = [time.legend([["state full", "mean"], ["ink dashed", "est."], ["gradient", width < 560 ? "diff." : "difference"], ["gradient dashed", "est."]]),
          gains.legend([["ink full", "error of the mean"], ["gradient full", "error of the difference"]])];
        // Each gain that the hand passes leaves its two errors.
        const trail = ((hand.memory.trails ??= {})[[system, q, r]] ??= new Map()).set(L, [mean, difference]), left = (k) => shown([...trail].map(([g, errors]) => [g, errors[k]]));
        curves = [gains.dots(left(0), "ink full", 2), gains.dots(left(1), "gradient full", 2),
          here(mean, "ink"), here(difference, "gradient")];
        const say = (p) => (p < 999 ? number(p) : "without limit");
        says = `With L = ${number(L)} the variance of the error is ${say(mean)} for the mean of the rooms, ${say(difference)} for their difference.`;
      }
      return { height, says, panels: [time, gains], marks: [time.svg(lines), gains.svg(curves), legends] };
    },
  });
}
