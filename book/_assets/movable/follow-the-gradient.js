// Follow the gradient (lesson 5.4): states go forward, the gradient comes back, for one unit and for sixteen.
{
  const numbers = movable.numbers["follow-the-gradient"], { limit, number, panel } = movable, T = 40, STARTS = [-1, -0.75, -0.5, -0.25, 0.25, 0.5, 0.75, 1];
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
  };
  // The states of all units from h_0 on, and the matrix that they have walked through.
  const run = ({ net, gain, input }, h_0, steps = T) => {
    const W = (net === "one" ? [[1]] : numbers.W_hh).map((row) => row.map((w) => gain * w));
    return [maths.states(W, net === "one" ? [1] : numbers.W_xh, numbers.x.slice(0, steps).map((v) => input * v), Array(W.length).fill(h_0)), W];
  };
  const back = (h, W) => maths.gradient_by_lag(Array(W.length).fill(1 / Math.sqrt(W.length)), h, W).map((size, k) => [T - k, size]);
  // The factor per step in a long run, and the walks back over eight pieces of it.
  const average = (state) => {
    const [h, W] = run(state, 0.3, 1000);
    return [Math.exp(maths.lyapunov(h, W, Array(W.length).fill(1))), movable.range(8, (i) => back(h.slice(100 * i + 100, 100 * i + T + 101), W))];
  };
  // A gain with which the gradient nearly keeps its size.
  const edge = (state, input) => {
    const [rate] = state.net === "many" && Math.abs(state.input - input) < 0.06 ? average(state) : [0];
    return Math.abs(rate - 1) < 0.015;
  };
  const power = (v) => {
    const [mantissa, k] = v.toExponential(1).split("e");
    return v === 0 || (v > 0.001 && v < 9999) ? `${+v.toPrecision(2)}` : `${mantissa} · 10${[...k.replace("+", "")].map((sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]).join("")}`;
  };
  // What is dragged shows where it can go: up and down, or turned aside.
  const arrows = ({ X, Y }, x, y, turn) => `<path class="shade" transform="translate(${X(x).toFixed(1)} ${Y(y).toFixed(1)}) rotate(${turn})" d="M-5 -12l5 -6l5 6zM-5 12l5 6l5 -6z"/>`;
  movable("follow-the-gradient", {
    title: "The states going forward, below them the gradient on its way back, and its average factor per step for each gain",
    hint: ({ net, input }) => (net === "one" || input !== 0.5 ? "Drag the gain in the lowest picture, the start h_0, and the gradient on its way back." : "16 units begin with input 0.5, on finer axes. Drag the gain, h_0, and the gradient."),
    guess: ["16 units, input 0.5: from which gain on does the gradient explode?", ["about 1", "about 1.5", "about 2"], 2, 1],
    goals: [
      ["one unit without input: drag the gain to 1.5.", ({ net, gain, input, h_0, k }) => net === "one" && Math.abs(gain - 1.5) < 0.06 && !input && h_0 && k > 30, "All starts above 0 end on one line: the bit stays. But the gradient is gone."],
      ["take 16 units (input 0.5), make the gradient explode, then find the gain that just keeps its size.", (state, _, { memory }) => edge(state, 0.5) && [...(memory.many?.[state.input]?.values() ?? [])].some(([rate]) => rate > 1.03), "Below about 2.1 it vanishes, above it explodes."],
      ["raise the input to 1, and find this edge again.", (state) => edge(state, 1), "With more input the edge lies further right, at about 2.5: units driven to their flat ends pass less."],
    ],
    start: { net: "one", gain: 0.95, input: 0, h_0: 0.3, k: T },
    controls: [
      ["net", "units", { one: "1", many: "16" }],
      ["input", "input", 0, 1.5, 0.05],
      ["k", "back", 0, T, 1, { time: 120, left: true }],
      ["h_0", "start h_0", -1, 1, 0.05, { drawn: true }],
      ["gain", "gain", 0.05, 3, 0.05, { drawn: true }],
    ],
    set: { net: (_, net) => ({ net, input: net === "one" ? 0 : 0.5 }) },
    maths,
    drag(_, held, x, y) {
      const twentieth = (v, low, high) => +(Math.round(limit(v, low, high) * 20) / 20).toFixed(2);
      return held === "back" ? { k: T - limit(Math.round(x), 0, T) } : held === "states" ? { h_0: twentieth(y, -1, 1) } : { gain: twentieth(x, 0.05, 3) };
    },
    draw(state, width, _, { memory }) {
      const { net, gain, input, h_0, k } = state, one = net === "one", wide = width >= 560;
      const place = (y, height) => ({ x: 50, y, width: width - 62, height }), times = { x: [-1.5, T + 1] };
      const [above, middle, below] = wide ? [place(20, 110), place(158, 146), place(350, 96)] : [place(20, 100), place(148, 132), place(326, 86)];
      const [low, high] = one ? [1e-18, 100] : [1e-5, 1e5];
      const forward = panel("states", above, { ...times, y: [-1.15, 1.15], ylabel: "h_t", xticks: [], yticks: [-1, 0, 1], drag: "handle", handle: [0, h_0] });
      const gradient = panel("back", middle, { ...times, y: [low, high], log: true, xticks: [0, 10, [20, "t = 20"], 30, 40], yticks: one ? [1e-15, 1e-10, 1e-5, 1] : [1e-4, 1e-2, 1, 1e2, 1e4], drag: "sideways" });
      const gains = panel("gains", below, { x: [0, 3.1], y: one ? [0, 1.4] : [0.65, 1.2], xlabel: one ? "gain a" : "gain", ylabel: "per step", yticks: one ? [0, 0.5, 1] : [0.8, 1, 1.2], drag: "sideways" });
      // Each gain that the hand passes leaves its average factor: where this is 1, there is the edge.
      const trails = (memory[net] ??= {}), trail = (trails[input] ??= new Map());
      if (!trail.has(gain)) trail.set(gain, average(state));
      const shown = (factor) => Math.max(factor, one ? 0 : 0.68), dots = (kept) => [...kept].map(([at, [factor]]) => [at, shown(factor)]);
      const [rate, others] = trail.get(gain), here = shown(rate);
      const [h, W] = run(state, h_0), whole = back(h, W), first = (list) => list.map((v, t) => [t, v[0]]);
      const within = (list) => list.map(([t, v]) => [t, limit(v, low * inset, high / inset)]), inset = one ? 20 : 3, walked = within(whole.slice(0, k + 1)), beyond = whole.slice(0, k + 1).find(([, v]) => v < low || v > high);
      const size = whole[k][1], fate = Math.abs(rate - 1) < 0.015 ? "nearly keeps its size" : rate > 1 ? "explodes" : "vanishes";
      return {
        height: below.y + below.height + 36, panels: [forward, gradient, gains],
        says: `On average, over 1,000 steps, the gradient ${fate}: ×\u00a0${number(rate)} per step. A single walk may differ; this one: ×\u00a0${power(size)} after ${k} steps${one ? `; the state ends at ${number(h[T][0])}` : ""}.`,
        marks: [
          forward.svg(`<g opacity="${one ? 1 : 0.5}">`, STARTS.map((start) => forward.line(first(run(state, start)[0]), "state faint")), "</g>", forward.line(first(h), "state thick"), k < T ? forward.line([[T - k, -2], [T - k, 2]], "grey dashed") : "",
            forward.dots(first(h).slice(1), "state full", 2.5), forward.dots([[0, h_0]], "state full handle", 8), arrows(forward, 0, h_0, 0)),
          forward.legend([["state full", one ? "state" : "unit 1"], ["state faint", "from other starts"]]),
          gradient.svg(`<g opacity="0.6">`, input ? others.map((list) => gradient.line(within(list), "gradient faint")) : "", "</g>", gradient.line([[-1, 1], [T + 1, 1]], "grey"),
            gradient.path(walked, "gradient", k && k < T ? `× ${number(size / whole[k - 1][1])}` : ""), gradient.line([[T, 1], [0, rate ** T]], one ? "ink dashed" : "ink dashed thick"), gradient.dots([walked[k]], "gradient full handle", 8),
            beyond ? gradient.text(limit(beyond[0], 4, 36), beyond[1] > 1 ? high : low, beyond[1] > 1 ? "▲ beyond" : "▼ beyond", `class="halo" text-anchor="middle" dy="${beyond[1] > 1 ? 16 : -8}"`) : ""),
          gradient.legend([["gradient full", wide ? "gradient of this walk" : "gradient"], ["ink dashed", "average"], ...(input ? [["gradient faint", wide ? "other walks" : "others"]] : [])]),
          gains.svg(gains.line([[0, 1], [4, 1]], "ink"), Object.values(trails).map((old) => (old === trail ? gains.dots(dots(old), "gradient full", 2) : old.size > 4 ? gains.dots(dots(old), "grey full", 2) : "")), gains.dots([[gain, here]], "gradient full handle", 8), arrows(gains, gain, here, 90)),
          `<text class="bold" x="50" y="${below.y - 8}">gain ${number(gain)}: × ${number(rate)} on average</text>`,
        ],
      };
    },
  });
}
