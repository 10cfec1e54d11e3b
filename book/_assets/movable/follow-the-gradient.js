// Follow the gradient (lesson 5.4): what arrives at each step of the walk back, for one unit and for sixteen.
{
  const numbers = movable.numbers["follow-the-gradient"], { limit } = movable, LONGEST = 60;
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
  const edge = ({ net, gain, input }, at) => net === "many" && input === at && Math.abs(exponent({ net, gain, input, h_0: 0.3 })) < 0.01;
  const network = ({ net, gain, input, h_0 }) => {
    const W = (net === "one" ? [[1]] : numbers.W_hh).map((row) => row.map((w) => gain * w));
    return [W, maths.states(W, net === "one" ? [1] : numbers.W_xh, numbers.x.map((v) => input * v), Array(W.length).fill(h_0))];
  };
  const exponent = (state) => {
    const [W, h] = network(state);
    return maths.lyapunov(h, W, Array(W.length).fill(1));
  };
  movable("follow-the-gradient", {
    title: "The gradient on its way back, step by step",
    hint: "Drag T, the end where a gradient of length 1 sets out; in the lower picture, the gain.",
    guess: ["One unit with gain 1.5 keeps its bit for ever. How much of a gradient arrives 40 steps earlier?", ["nearly all", "a thousandth", "less than a billionth"], 2],
    goals: [
      ["one unit, no input, 40 steps: give it the gain 1.5.", ({ net, gain, input, T }) => net === "one" && gain === 1.5 && !input && T === 40, "Each step leaves 0.39 of it, although the bit stays."],
      ["16 units, input 0.5: find a gain at which it keeps its size, within 1 % per step.", (state) => edge(state, 0.5), "Below this gain it vanishes in the long run, above it explodes; a single run may do otherwise."],
      ["find it again with the input 1.", (state) => edge(state, 1), "More input means smaller slopes, and the edge moves out."],
    ],
    start: { net: "one", gain: 0.95, input: 0, T: 40, h_0: 0.3, clip: "off", k: LONGEST },
    controls: [
      ["net", "network", { one: "one unit", many: "16 units" }],
      ["clip", "clip", { off: "off", on: "on" }],
      ["k", "back", 0, LONGEST, 1, { time: 120 }],
      ["gain", "gain", 0.05, 4, 0.05, { drawn: true }],
      ["input", "input", 0, 1.5, 0.05],
      ["h_0", "start h_0", -1, 1, 0.05],
      ["T", "steps T", 5, LONGEST, 1, { drawn: true }],
    ],
    get: { k: ({ k, T }) => Math.min(k, T) },
    most: { k: ({ T }) => T },
    maths,
    drag: (state, panel, x) => (panel === "bars" ? { T: limit(Math.round(x), 5, LONGEST) } : { gain: +(Math.round(limit(x, 0.05, 4) * 20) / 20).toFixed(2) }),
    draw(state, width, _, hand) {
      const { number, panel, layout } = movable, { T, clip } = state, k = Math.min(state.k, T);
      const [W, h] = network(state), n = W.length, mu = exponent(state), run = h.slice(0, T + 1), g = Array(n).fill(1 / Math.sqrt(n));
      const lengths = maths.gradient_by_lag(g, run, W), whole = norm(maths.weight_gradient(g, run, W).flat());
      const factor = clip === "on" ? maths.clip_factor(whole, 1) : 1, rate = Math.exp(mu);
      const [[above, below], height] = layout(width, [[1, ...(width < 560 ? [215, 150] : [240, 180])]]);
      const axis = { x: [-0.7, LONGEST + 0.7], drag: "sideways" }, [low, high] = [1e-16, 1e11];
      const bars = panel("bars", above, { ...axis, y: [low, high], log: true, ylabel: "|g_t|", yticks: [1e-15, 1e-10, 1e-5, 1, 1e5, 1e10] });
      const walked = movable.range(k + 1, (back) => [T - back, factor * lengths[back]]);
      // Each gain that the hand passes leaves the average factor to which it leads: where this is 1, there is the edge.
      const edges = panel("edges", below, { x: [0, 4.1], y: [0.35, 1.35], xlabel: state.net === "one" ? "gain a" : "gain", ylabel: "per step", yticks: [0.5, 1], drag: "sideways" });
      const [low_rate, high_rate] = [0.4, 1.3], here = limit(rate, low_rate, high_rate), setting = [state.net, state.input, state.h_0].join();
      const trails = (hand.memory.trails ??= {}), trail = (trails[setting] ??= new Map());
      trail.set(state.gain, here);
      const within = ([t, v]) => [t, movable.limit(v, low, high)], beyond = walked.find(([, v]) => v > high || (v < low && v > 0));
      const power = (v) => {
        const [mantissa, k] = v.toExponential(1).split("e");
        return v === 0 || (v > 0.01 && v < 1000) ? number(v, 3) : `${mantissa} · 10${[...k.replace("+", "")].map((sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]).join("")}`;
      };
      const now = k && k < T && lengths[k - 1] ? `× ${number(lengths[k] / lengths[k - 1])}` : "", fate = mu > 0.01 ? "explodes" : mu < -0.01 ? "vanishes" : "nearly keeps its size";
      return {
        height, panels: [bars, edges],
        says: `In this run the gradient is ${power(lengths[k])} long ${k} steps back${n > 1 ? "" : `; the state ends at ${number(h[T][0])}`}. Over 1,000 steps it ${fate}: × ${number(rate, 3)} per step on average (Lyapunov exponent ${number(mu)}).${clip === "off" ? "" : factor < 1 ? ` The gradient of the weights is ${power(whole)} long: clipping multiplies all by ${power(factor)}.` : " The gradient of the weights is shorter than 1: nothing to clip."}`,
        marks: [
          bars.svg(walked.map((v) => bars.bar(v[0], 1, within(v)[1], "gradient pale", 0.6)), bars.line([[-1, 1], [LONGEST + 1, 1]], "ink"),
            isFinite(mu) ? bars.line([[T, factor], [0, factor * Math.exp(mu * T)]], "ink dashed") : "", bars.path(walked.filter(([, v]) => v > 0).map(within), "gradient", now), bars.dots([[T, factor]], "gradient full handle", 8), bars.text(T, factor, "T", 'class="halo" dx="13" dy="5"'),
            beyond ? bars.text(limit(beyond[0], 4, 56), beyond[1] > 1 ? 1e10 : 1e-15, beyond[1] > 1 ? "▲ beyond" : "▼ beyond", 'class="halo" text-anchor="middle"') : ""),
          bars.legend([["gradient full", "gradient at t"], ["ink dashed", "at the average rate"]]),
          edges.svg(edges.line([[0, 1], [5, 1]], "ink"), Object.values(trails).map((old) => edges.dots([...old], old === trail ? "gradient full" : "grey full", 2)), edges.dots([[state.gain, here]], "gradient full handle", 8),
            edges.text(state.gain, here, `${number(state.gain)}: × ${number(rate, 3)}`, `class="halo" dx="${state.gain > 2.9 ? -12 : 12}" dy="16" text-anchor="${state.gain > 2.9 ? "end" : "start"}"`)),
        ],
      };
    },
  });
}
