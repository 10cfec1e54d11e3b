// Set the clock (lesson 8.4): one unit reads each input once or more often; its step size says how long a step lasts.
{
  const T = 8, CLOSE = 0.3, SIGNS = "0123456789abcdefg";
  const maths = {
    gate: (kind, delta, tau) => (kind === "euler" ? 1 - delta / tau : Math.exp(-delta / tau)),
    repeated: (x, n) => x.flatMap((v) => Array(n).fill(v)),
    states(x, a) {
      const h = [0];
      for (const now of x) h.push(a * h.at(-1) + (1 - a) * now);
      return h;
    },
    // How far the state is from the old one, each time that an input has been shown for the last time.
    misses(x, n, kind, delta, tau) {
      const old = this.states(x, this.gate("exact", 1, tau)), h = this.states(this.repeated(x, n), this.gate(kind, delta, tau));
      return old.slice(1).map((v, t) => Math.abs(h[n * (t + 1)] - v));
    },
  };
  const inputs = ({ x }) => [...x].map((sign) => SIGNS.indexOf(sign)), put = (x, k, v) => x.slice(0, k - 1) + SIGNS[v] + x.slice(k);
  const misses = (s) => maths.misses(inputs(s), +s.n, s.kind, s.delta, s.tau);
  // All old states are hit, and would be missed if the step size stayed 1.
  const hit = (n, kind) => (s) => s.n === n && s.kind === kind && Math.max(...misses(s)) < CLOSE && Math.max(...misses({ ...s, delta: 1 })) > 1;
  movable("set-the-clock", {
    title: "A thermometer that reads each input once, twice or three times",
    hint: "Drag Δ, below, or τ, or the dots of the bath.",
    guess: ["Each input is shown twice. What must the step size Δ become, for the state to move as before?", ["twice as large", "half as large", "it can stay"], 1],
    goals: [
      ["show each input twice (2×), then drag Δ until all rings are hit.", hit("2", "exact"), "With Δ = 1/2 exactly: two steps with √a make one with a."],
      ["hit them with each input three times (3×).", hit("3", "exact"), "Δ = 1/3: no weight was changed."],
      ["hit them with Euler's gate, 1 − Δ/τ, each input twice (2×).", hit("2", "euler"), "Euler needs a smaller Δ than 1/2: its steps take in too much."],
    ],
    start: { n: "1", kind: "exact", t: T, delta: 1, tau: 1.44, x: "gg440cc4", k: 1 },
    controls: [
      ["n", "shown", { 1: "1×", 2: "2×", 3: "3×" }],
      ["kind", "gate", { exact: "exact", euler: "Euler" }],
      ["t", "time t", 0, T, 0.25, { time: 120 }],
      ["delta", "step size Δ", 0.05, 2.4, 0.01, { drawn: true, wide: true }],
      ["tau", "time constant τ", 0.5, 2.4, 0.01, { drawn: true, wide: true }],
      ["k", "which input", 1, T, 1, { drawn: true }],
      ["v", "its value", 0, 16, 1, { drawn: true }],
      ["x", /^[0-9a-g]{8}$/],
    ],
    get: { v: (state) => inputs(state)[state.k - 1] },
    set: { v: ({ x, k }, v) => ({ x: put(x, k, v) }) },
    maths,
    drag({ x, k, n }, panel, along, up, first) {
      const { limit } = movable, near = (low) => limit(Math.round(along * 100) / 100, low, 2.4);
      if (panel === "tau") return { tau: near(0.5) };
      if (panel === "gate") return { delta: Math.abs(along - 1 / n) < 0.02 ? +(1 / n).toFixed(2) : near(0.05) }; // it catches there
      if (first) k = limit(Math.ceil(along), 1, T);
      return { k, x: put(x, k, limit(Math.round(up), 0, 16)) };
    },
    draw(state, width) {
      const { number, panel } = movable, { kind, t, delta, tau } = state, n = +state.n, wide = width >= 560;
      const place = (y, height) => ({ x: 50, y, width: width - 62, height }), high = wide ? 236 : 200;
      const x = inputs(state), a = maths.gate(kind, delta, tau), h = maths.states(maths.repeated(x, n), a), old = maths.states(x, maths.gate("exact", 1, tau));
      const axes = { x: [0, T + 0.3], y: [-2, 18], xlabel: "time t, one unit for each input", ylabel: "degrees", xticks: [0, 1, 2, 3, 4, 5, 6, 7, 8], yticks: [0, 4, 8, 12, 16], drag: "handle" };
      // Each input has a handle of its own: elsewhere a finger scrolls the page.
      const [path, ...dots] = ["path", ...x].map((v, k) => panel(k ? `x${k}` : v, place(26, high), { ...axes, handle: k && [k - 0.5, v] }));
      const gate = panel("gate", place(high + 76, wide ? 110 : 100), { x: [0, 2.5], y: [-0.12, 1.1], xlabel: "step size Δ", ylabel: "gate a", xticks: [0, 0.5, 1, 1.5, 2], yticks: [0, 0.5, 1], drag: "sideways" });
      const point = panel("tau", gate.place, { x: [0, 2.5], y: [-0.12, 1.1], drag: "handle", handle: [tau, 0] });
      const fine = movable.range(101, (i) => i / 40), curve = (kind) => fine.map((d) => [d, maths.gate(kind, d, tau)]);
      const between = movable.range(20 * T + 1, (i) => {
        const k = Math.min(Math.floor(i / 20), T - 1);
        return [i / 20, x[k] + (old[k] - x[k]) * Math.exp((k - i / 20) / tau)];
      });
      const walked = h.slice(0, Math.floor(n * t + 1e-9) + 1).map((v, k) => [k / n, v]).filter(([, v]) => Math.abs(v) < 1e6);
      const off = misses(state), far = Math.max(...off), seen = Math.floor(t), hits = off.filter((v, k) => k < seen && v < CLOSE).length;
      const shown = movable.limit(a, -0.05, 1);
      return {
        height: high + 76 + (wide ? 110 : 100) + 36, panels: [...dots, gate, point],
        says: `Each of the ${T * n} steps leaves a = ${number(a)} of the gap to its input. ${hits === T ? "All 8 rings are hit." : seen < T ? `Rings hit so far: ${hits} of ${seen}.` : `Rings hit: ${hits} of 8; the worst is missed by ${far < 1000 ? number(far) : "more than 1,000"} degrees.`}`,
        marks: [
          path.legend([["input thick", "bath"], ["state full", "thermometer"], ["state hollow", wide ? "thermometer at 1×" : "at 1×"], ["grey", wide ? "the clock's curve" : "clock"]]),
          path.svg(
            x.map((v, k) => movable.range(n, (j) => path.bar(k + (j + 0.5) / n, 0, v, "input pale", 0.94 / n)).join("") + path.line([[k + 0.01, v], [k + 0.99, v]], "input thick") + path.dots([[k + 0.5, v]], "input full handle", 7)),
            path.line(between, "grey"), old.slice(1).map((v, k) => path.dots([[k + 1, v]], off[k] < CLOSE ? "state hollow" : "grey hollow dashed", 9)), path.path(walked, "state"),
          ),
          gate.svg(
            gate.line(curve(kind === "euler" ? "exact" : "euler"), "grey dashed"), gate.line(curve(kind), "ink thick"),
            gate.line([[delta, -1], [delta, shown]], "grey"), gate.line([[tau, 0], [tau, 1 / Math.E]], "grey dashed"),
            gate.dots([[1, maths.gate("exact", 1, tau)]], "ink hollow", 5), Math.abs(delta - 1) > 0.2 ? gate.text(1, maths.gate("exact", 1, tau), "1×", 'dx="8" dy="-8" class="halo"') : "", gate.dots([[tau, 0]], "ink full handle", 8), gate.text(tau, 0.06, "τ ◂ ▸", 'dx="11" class="halo"'),
            gate.dots([[delta, shown]], "ink full handle", 9), gate.text(delta, shown, "◂ ▸", `class="halo" text-anchor="middle" dy="${shown > 0.8 ? 24 : -14}"`),
            gate.text(2.45, 0.92, `Δ = ${number(delta)}, a = ${kind === "euler" ? "1 − Δ/τ = " : wide ? "e^(−Δ/τ) = " : ""}${number(a)}`, 'class="halo" text-anchor="end"'),
          ),
        ],
      };
    },
  });
}
