// Let go (lesson 1.2): a scalar system without input, as a cobweb, as a path in time, and as what w makes of its end.
{
  const T = 30, GRID = movable.range(151, (i) => +(-3 + i / 25).toFixed(2));
  movable("let-go", {
    title: "Cobweb, path in time, and where the path ends for each weight",
    hint: "Drag the start along the diagonal, and the weight w at the bottom.",
    guess: ["Raise w slowly from 0.5. Above which w does the path no longer come back to 0?", ["0.7", "1", "2", "it always comes back"], 1],
    goals: [
      ["find the weight at which 0 stops being stable.", ({ map, w }) => map === "neuron" && Math.abs(w - 1) < 0.006, "At w = 1 the tangent at 0 lies on the diagonal."],
      ["find the negative weight below which it swings for ever.", ({ map, w }) => map === "neuron" && Math.abs(w + 1) < 0.006, "At w = −1 the slope is −1; below it the path swings."],
      ["take w from −3 to 3: this draws all ends.", (state, maths, { memory }) => memory.ends?.size >= GRID.length, "Above 1 the start's side decides; below −1 the path swings."],
    ],
    start: { map: "neuron", axis: "linear", w: 0.5, h_0: 0.6, t: T },
    controls: [
      ["map", "curve", { neuron: "tanh(w h)", line: "w h" }],
      ["axis", "axis", { linear: "h", log: "log |h|" }],
      ["t", "step t", 0, T, 0.5, { time: 130, shows: (t) => `${t}` }],
      ["w", "weight w", -3, 3, 0.01, { wide: true, drawn: true }],
      ["h_0", "start h_0", -1.2, 1.2, 0.01, { drawn: true }],
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
    drag: (state, held, x) => {
      const v = (low, high) => Math.round(movable.limit(x, low, high) * 100) / 100;
      // The hand finds the edges 1 and −1.
      return held === "web" ? { h_0: v(-1.2, 1.2) } : { w: Math.abs(Math.abs(x) - 1) < 0.05 ? Math.sign(x) : v(-3, 3) };
    },
    draw({ map, axis, w, h_0, t }, width, maths, { memory }) {
      const { number, panel } = movable, wide = width >= 560;
      // The web is square, so that the slope 1 is seen at 45 degrees.
      const side = wide ? 0.4 * width : 0.63 * width, place = (x, y, width, height) => ({ x, y, width, height });
      const [square, beside, below] = wide
        ? [place(50, 10, side, side), place(side + 112, 10, width - side - 124, side), place(50, side + 64, width - 62, 84)]
        : [place(50, 8, side, side), place(50, side + 46, width - 62, 76), place(50, side + 168, width - 62, 60)];
      const h = maths.simulate(map, h_0, T, w), whole = Math.floor(t);
      const web = panel("web", square, { x: [-1.3, 1.3], y: [-1.3, 1.3], xlabel: "h_{t-1}", ylabel: "h_t", xticks: [-1, 0, 1], yticks: [-1, 0, 1], drag: "sideways", handle: [h_0, h_0] });
      const path = axis === "log"
        ? panel("path", beside, { x: [-0.5, T + 0.5], y: [1e-4, 10], log: true, ylabel: "|h_t|", xticks: [0, 10, [20, "t = 20"], 30] })
        : panel("path", beside, { x: [-0.5, T + 0.5], y: [-1.3, 1.3], ylabel: "h_t", xticks: [0, 10, [20, "t = 20"], 30], yticks: [-1, 0, 1] });
      const ends = panel("ends", below, { x: [-3.1, 3.1], y: [-1.3, 1.3], xlabel: "weight w", ylabel: "at t = 400", xticks: [-3, -2, -1, 0, 1, 2, 3], yticks: [-1, 0, 1], drag: "sideways", handle: [w, 1.3] });
      // Each weight that the hand passes leaves what its path ends at: its last two states.
      if (memory.h_0 !== h_0 || memory.map !== map) Object.assign(memory, { h_0, map, ends: memory.map === map ? memory.ends : new Map(), from: w });
      for (const at of GRID)
        if (at >= Math.min(memory.from, w) - 0.021 && at <= Math.max(memory.from, w) + 0.021)
          memory.ends.set(at, [...new Set([...(memory.ends.get(at) ?? []), ...maths.simulate(map, h_0, 400, at).slice(-2).map((v) => +v.toFixed(3))])]);
      memory.from = w;
      const traces = [...memory.ends].flatMap(([at, list]) => list.filter((v) => Math.abs(v) < 2).map((v) => [at, v]));
      const now = maths.simulate(map, h_0, 400, w).slice(-2).filter((v) => Math.abs(v) < 2).map((v) => [w, v]);
      const grid = movable.range(131, (i) => -1.3 + i / 50);
      // A step of the web goes to the curve in its first half, to the diagonal in its second.
      const steps = [[h_0, h_0], ...h.slice(1).flatMap((v, k) => [[h[k], v], [v, v]])].slice(0, 2 * t + 1).filter(([a, b]) => Math.abs(a) < 9 && Math.abs(b) < 9);
      const fixed = maths.fixed_points(map, w).map((at) => [at, maths.slope(map, at, w)]);
      // The tangent at a crossing, as long at every slope.
      const tangents = fixed.map(([at, slope]) => {
        const half = 0.3 / Math.hypot(1, slope);
        return web.line([[at - half, at - slope * half], [at + half, at + slope * half]], "gradient thick");
      });
      const walked = h.slice(0, whole + 1).map((v, k) => [k, axis === "log" ? Math.abs(v) : v]).filter(([, v]) => Math.abs(v) < 1e6 && (axis !== "log" || v > 1e-9));
      const stable = (slope) => (Math.abs(slope) < 1 ? "stable" : Math.abs(slope) > 1 ? "unstable" : "at the edge");
      const zero = fixed.find(([at]) => at === 0)[1], lasts = (a) => (0 < Math.abs(a) && Math.abs(a) < 1 ? `, time constant ${number(maths.time_constant(a), 1)}` : "");
      let says = `Slope at 0: ${number(zero)}, ${stable(zero)}${lasts(zero)}. `;
      if (fixed.length > 1) says += `Slope at ±${number(fixed[2][0], 3)}: ${number(fixed[2][1], 3)}, stable${lasts(fixed[2][1])}. `;
      else if (map === "neuron" && w < -1) says += "It swings between two states. ";
      says += `h_{${whole}} = ${Math.abs(h[whole]) < 1e4 ? number(h[whole], 3) : "beyond all bounds"}.`;
      const at = below.x + ends.X(w), arrows = (x, y, turn) => `<path class="shade" transform="translate(${x.toFixed(2)} ${y.toFixed(2)}) rotate(${turn})" d="M-12 -5l-6 5l6 5zM12 -5l6 5l-6 5z"/>`;
      return {
        height: below.y + below.height + 36, says, panels: [web, path, ends],
        marks: [
          web.svg(web.line([[-2, -2], [2, 2]], "grey"), web.line(grid.map((v) => [v, maths.f(map, v, w)]), "ink thick"), tangents,
            web.line(steps, "state"), fixed.map(([at, slope]) => web.dots([[at, at]], Math.abs(slope) < 1 ? "ink full" : Math.abs(slope) > 1 ? "ink hollow" : "grey full", 5)),
            web.dots(steps.slice(-1), "state full", 4), web.dots([[h_0, h_0]], "state full handle", 8), arrows(web.X(h_0), web.Y(h_0), -45)),
          path.svg(path.path(walked, "state", whole && t < T && Math.abs(h[whole - 1]) > 1e-9 ? `× ${number(h[whole] / h[whole - 1])}` : "")),
          ends.svg(ends.line([[w, -2], [w, 2]], "grey dashed"), ends.dots(traces.map(([at, v]) => [at, -v]), "grey full", 0.8), ends.dots(traces, "state full", 1.6), ends.dots(now, "state full handle", 7)),
          `<circle class="ink full handle" cx="${at.toFixed(2)}" cy="${below.y - 6}" r="8"/>`, arrows(at, below.y - 6, 0),
          `<text class="halo" x="${at + (w > 2 ? -22 : 22)}" y="${below.y - 5}" text-anchor="${w > 2 ? "end" : "start"}">w = ${number(w)}</text>`,
        ],
      };
    },
  });
}
