// Let go (lesson 1.2): a scalar system without input, as a cobweb and as a trajectory on both scales.
movable("let-go", {
  title: "Cobweb and trajectory",
  hint: "Drag the blue dot. At a full black dot the state rests and is stable, at an open one it is not.",
  start: { map: "neuron", w: 0.5, h_0: 0.6 },
  controls: [
    ["map", "curve", { neuron: "neuron, tanh(w h)", line: "line, w h" }],
    ["w", "weight w", -3, 3, 0.01],
    ["h_0", "start h_0", -1.2, 1.2, 0.01],
  ],
  maths: {
    f: (map, h, w) => (map === "line" ? w * h : Math.tanh(w * h)),
    slope: (map, h, w) => (map === "line" ? w : w * (1 - Math.tanh(w * h) ** 2)),
    simulate(map, h_0, T, w) {
      const h = [h_0];
      for (let t = 1; t <= T; t++) h.push(this.f(map, h[t - 1], w));
      return h;
    },
    time_constant: (a) => -1 / Math.log(Math.abs(a)),
    // Where tanh(w h) = h beside 0, for w > 1: the curve is above the diagonal before it, below it after it.
    crossing(w) {
      let [low, high] = [0, 1];
      for (let i = 0; i < 60; i++) {
        const middle = (low + high) / 2;
        if (Math.tanh(w * middle) > middle) low = middle;
        else high = middle;
      }
      return high;
    },
    fixed_points(map, w) {
      if (map === "line" || w <= 1) return [0];
      const h = this.crossing(w);
      return [-h, 0, h];
    },
  },
  drag: (state, panel, x) => ({ h_0: Math.round(movable.limit(x, -1.2, 1.2) * 100) / 100 }),
  draw({ map, w, h_0 }, width, maths) {
    const { number, panel } = movable, T = 30;
    // The web is square, so that the slope 1 is seen at 45 degrees.
    const side = width >= 560 ? 0.56 * width : width;
    const [[left, up, down], height] = movable.layout(width, [[0.56, side], [0.44, side / 2, side / 2]]);
    const h = maths.simulate(map, h_0, T, w), stays = Math.abs(h[T]) < 3;
    const web = panel("web", left, { x: [-1.3, 1.3], y: [-1.3, 1.3], xlabel: "h_{t-1}", ylabel: "h_t", drag: "sideways" });
    const linear = panel("linear", up, { x: [0, T], y: [-1.3, 1.3], xlabel: "t", ylabel: "h_t", yticks: [-1, 0, 1] });
    const log = panel("log", down, { x: [0, T], y: [1e-4, 10], log: true, xlabel: "t", ylabel: "|h_t|" });
    const grid = Array.from({ length: 131 }, (_, i) => -1.3 + i / 50);
    const steps = h.flatMap((v, t) => (t ? [[h[t - 1], v], [v, v]] : [[v, v]])).filter(([a, b]) => Math.abs(a) < 9 && Math.abs(b) < 9);
    const fixed = maths.fixed_points(map, w).map((at) => [at, maths.slope(map, at, w)]);
    // The tangent at a crossing, as long at every slope.
    const tangents = fixed.map(([at, slope]) => {
      const half = 0.25 / Math.hypot(1, slope);
      return web.line([[at - half, at - slope * half], [at + half, at + slope * half]], "gradient thick");
    });
    const trajectory = h.map((v, t) => [t, v]).filter(([, v]) => Math.abs(v) < 1e6);
    const sizes = trajectory.map(([t, v]) => [t, Math.abs(v)]).filter(([, v]) => v > 1e-9);
    const stable = (slope) => (Math.abs(slope) < 1 ? "stable" : Math.abs(slope) > 1 ? "unstable" : "at the edge");
    const zero = fixed.find(([at]) => at === 0)[1];
    let says = `Slope at 0: ${number(zero)}, so 0 is ${stable(zero)}`;
    if (0 < Math.abs(zero) && Math.abs(zero) < 1) says += `, with a time constant of ${number(maths.time_constant(zero), 1)} steps`;
    if (fixed.length > 1) {
      const [at, slope] = fixed[2];
      says += `. Slope at ±${number(at, 3)}: ${number(slope, 3)}, stable`;
      if (slope > 0) says += `, time constant ${number(maths.time_constant(slope), 1)}`;
    } else if (map === "neuron" && w < -1) says += ". It swings between two states";
    says += `. After ${T} steps from ${number(h_0)}: ${stays ? number(h[T], 3) : "it has run away"}.`;
    return {
      height, says, panels: [web, linear, log],
      marks: [
        web.svg(web.line([[-2, -2], [2, 2]], "grey"), web.line(grid.map((v) => [v, maths.f(map, v, w)]), "ink thick"), tangents,
          web.line(steps, "state"), fixed.map(([at, slope]) => web.dots([[at, at]], Math.abs(slope) < 1 ? "ink full" : Math.abs(slope) > 1 ? "ink hollow" : "grey full", 5)),
          web.dots([[h_0, h_0]], "state full handle", 7)),
        linear.svg(linear.line(trajectory, "state"), linear.dots(trajectory, "state full")),
        log.svg(log.line(sizes, "state"), log.dots(sizes, "state full")),
      ],
    };
  },
});
