// Follow the gradient (lesson 5.4): what arrives at each step of the walk back, for one unit and for sixteen.
{
  const numbers = movable.numbers["follow-the-gradient"], LONGEST = 60;
  const norm = (v) => Math.hypot(...v);
  const apply = (W, v) => W.map((row) => row.reduce((sum, w, j) => sum + w * v[j], 0));
  const applyTransposed = (W, v) => W[0].map((_, j) => W.reduce((sum, row, i) => sum + row[j] * v[i], 0));
  const maths = {
    states(W_hh, W_xh, x, h_0) {
      const h = [h_0];
      x.forEach((input, t) => h.push(apply(W_hh, h[t]).map((z, i) => Math.tanh(z + W_xh[i] * input))));
      return h;
    },
    // g_T, ..., g_0, if g arrives at the end and nothing is added on the way.
    walk_back(g, h, W_hh) {
      const back = [g];
      for (let t = h.length - 1; t > 0; t--) back.push(applyTransposed(W_hh, back.at(-1).map((v, i) => (1 - h[t][i] ** 2) * v)));
      return back;
    },
    gradient_by_lag(g, h, W_hh) {
      return this.walk_back(g, h, W_hh).map(norm);
    },
    lyapunov(h, W_hh, push) {
      const growth = h.slice(1).map((now) => {
        push = apply(W_hh, push).map((v, i) => (1 - now[i] ** 2) * v);
        const size = norm(push);
        push = push.map((v) => v / size);
        return Math.log(size);
      });
      const later = growth.slice(Math.floor(growth.length / 2));
      return later.reduce((sum, v) => sum + v, 0) / later.length;
    },
    // dL/dW_hh: the sum over all steps of delta_t times h_{t-1}.
    weight_gradient(g, h, W_hh) {
      const back = this.walk_back(g, h, W_hh), T = h.length - 1, sum = W_hh.map((row) => row.map(() => 0));
      for (let t = T; t > 0; t--)
        back[T - t].forEach((v, i) => h[t - 1].forEach((before, j) => (sum[i][j] += (1 - h[t][i] ** 2) * v * before)));
      return sum;
    },
    clip_factor: (size, largest) => largest / Math.max(size, largest),
  };
  movable("follow-the-gradient", {
    title: "The gradient on its way back, step by step",
    hint: "Drag to move the end of the walk, T, where a gradient of length 1 sets out.",
    start: { net: "one", gain: 0.95, input: 0, T: 40, h_0: 0.3, clip: "off" },
    controls: [
      ["net", "network", { one: "one unit", many: "16 units" }],
      ["clip", "clip to 1", { off: "off", on: "on" }],
      ["gain", "gain", 0.05, 4, 0.05],
      ["input", "input", 0, 1.5, 0.05],
      ["T", "steps T", 5, LONGEST, 1],
      ["h_0", "start h_0", -1, 1, 0.05],
    ],
    maths,
    drag: (state, panel, x) => ({ T: movable.limit(Math.round(x), 5, LONGEST) }),
    draw({ net, gain, input, T, h_0, clip }, width) {
      const { number, panel, layout } = movable;
      const mixing = net === "one" ? [[1]] : numbers.W_hh, W = mixing.map((row) => row.map((w) => gain * w)), n = W.length;
      const W_xh = net === "one" ? [1] : numbers.W_xh, x = numbers.x.map((v) => input * v), h = maths.states(W, W_xh, x, Array(n).fill(h_0));
      const mu = maths.lyapunov(h, W, Array(n).fill(1)), run = h.slice(0, T + 1), g = Array(n).fill(1 / Math.sqrt(n));
      const lengths = maths.gradient_by_lag(g, run, W), whole = norm(maths.weight_gradient(g, run, W).flat());
      const factor = clip === "on" ? maths.clip_factor(whole, 1) : 1, size = (t) => factor * lengths[T - t];
      const [[above, below], height] = layout(width, [[1, 240, 180]]);
      const bars = panel("bars", above, { x: [-0.7, LONGEST + 0.7], y: [1e-12, 1e8], log: true, xlabel: "t", ylabel: "|g_t|", yticks: [1e-12, 1e-8, 1e-4, 1, 1e4, 1e8], drag: "sideways" });
      const steps = Array.from({ length: T + 1 }, (_, t) => t), factors = steps.slice(1).map((t) => lengths[T - t + 1] / lengths[T - t]);
      const known = factors.filter(isFinite), top = [1, 2, 5].find((v) => v >= Math.max(...known, 1)) ?? 10;
      const each = panel("each", below, { x: [-0.7, LONGEST + 0.7], y: [0, 1.1 * top], xlabel: "t", ylabel: "factor of step t" });
      const line = (k) => [T - k, factor * Math.exp(mu * k)], rate = Math.exp(mu);
      const power = (v) => {
        const [mantissa, k] = v.toExponential(1).split("e");
        return v === 0 || (v > 0.01 && v < 1000) ? number(v, 3) : `${mantissa} · 10${[...k.replace("+", "")].map((sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]).join("")}`;
      };
      return {
        height, panels: [bars, each],
        says: `In this run ${power(lengths[T])} of the gradient arrives after ${T} steps. Lyapunov exponent ${number(mu)}: ${number(rate, 3)} per step on average, so in the long run it ${mu > 0.005 ? "explodes" : mu < -0.005 ? "vanishes" : "keeps its size"}. The gradient of the weights has the length ${power(whole)}${clip === "on" ? (factor < 1 ? `; clipping multiplies all bars by ${power(factor)}` : "; nothing to clip") : ""}.`,
        marks: [
          bars.svg(bars.line([[-1, 1], [LONGEST + 1, 1]], "ink"), steps.map((t) => bars.bar(t, 1e-12, Math.max(size(t), 1e-12), t === T ? "output full" : "gradient full", 0.6)),
            isFinite(mu) ? bars.line([line(0), line(T)], "ink dashed") : ""),
          each.svg(each.line([[-1, 1], [LONGEST + 1, 1]], "ink"), isFinite(rate) ? each.line([[0, rate], [T, rate]], "ink dashed") : "",
            each.dots(factors.map((v, i) => [i + 1, v]).filter(([, v]) => isFinite(v)), "gradient full", 3.5)),
          bars.legend([["output thick", "sets out"], ["gradient thick", "gradient"], ["ink dashed", "exponent"]]),
        ],
      };
    },
  });
}
