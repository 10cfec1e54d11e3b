// Which outputs does anybody read? (lesson 6.1): the masks of one core, its topology, and the way from loss to input.
{
  const VALUES = [2, 0, 1, 1, 0, 2];
  const places = (bits, T) => [...bits].slice(0, T).flatMap((bit, i) => (bit === "1" ? [i + 1] : []));
  const maths = {
    // Chapter 2's core on the inputs that exist.
    states(x) {
      const h = [0];
      x.forEach((input, i) => h.push(0.5 * h[i] + input));
      return h.slice(1);
    },
    losses: (y, target) => y.map((v) => (v - target) ** 2 / 2),
    masked_loss: (losses, read) => losses.reduce((sum, loss, i) => sum + (read.includes(i + 1) ? loss : 0), 0),
    // Inputs after the last output that is read: they act on no loss.
    unheard: (inputs, read) => inputs.filter((t) => t > Math.max(...read, 0)),
    // Steps back to the first input, from the nearest loss and from the farthest.
    reach(inputs, read) {
      const walks = read.map((t) => t - Math.min(...inputs)).filter((steps) => steps >= 0 && isFinite(steps));
      return walks.length ? [Math.min(...walks), Math.max(...walks)] : [];
    },
    topology(inputs, read, T) {
      const [first, last] = [Math.min(...inputs), Math.max(...inputs)], all = (list) => list.length === T;
      if (!read.length) return ["nobody reads anything", "no loss, and nothing is learned"];
      if (!inputs.length) return ["no input", "it says the same whatever happens"];
      if (inputs.length === 1 && read.length === 1)
        return read[0] === first ? ["one to one", "the rent of a flat"] : ["one to one, later", "recall: what was said at first?"];
      if (all(inputs) && all(read)) return ["many to many, aligned", "a colour for every letter"];
      if (inputs.length === 1) return first === 1 && all(read) ? ["one to many", "the caption of a photo"] : ["one to many, at places", "one event, several reports"];
      if (read.length === 1) return read[0] === T ? ["many to one", "the mood of a review"] : ["many to one, early", "a verdict before the end"];
      if (last < Math.min(...read)) return ["many to many, delayed", "a translation, in this book by two networks"];
      return ["many to many, at places", "marks at sentence ends"];
    },
  };
  const masks = ({ T, inputs, read }) => [places(inputs, T), places(read, T)];
  const named = (state, name) => maths.topology(...masks(state), state.T)[0] === name;
  movable("which-outputs", {
    title: "One core, unrolled, with the inputs that exist, the outputs that are read, and the gradient's way back",
    hint: "Tap inputs and outputs. Arrows: the gradient; numbers: how many losses it carries.",
    guess: ["A photo is read at step 1, then five words are written. How many of the five losses reach back to the photo?", ["one", "four", "all five"], 2],
    goals: [
      ["make the caption writer: one input, at 1, and every output read.", (state) => named(state, "one to many"), "Every word's loss walks back to the photo, the last one all the way."],
      ["make the editor that colours every letter.", (state) => named(state, "many to many, aligned"), "Each letter has a loss close by."],
      ["leave the inputs on, and read one verdict that 4 and 5 cannot touch.", (state) => {
        const [given, seen] = masks(state), deaf = maths.unheard(given, seen);
        return seen.length === 1 && deaf.includes(4) && deaf.includes(5);
      }, "Outputs depend on the past only."],
    ],
    start: { T: 5, back: 5, inputs: "111110", read: "000010" },
    controls: [
      ["back", "walk back", 0, 6, 1, { time: 700 }], ["T", "steps T", 1, 6, 1],
      ["inputs", "inputs", "bits", { drawn: true }], ["read", "outputs read", "bits", { drawn: true }],
    ],
    get: { back: ({ T, back }) => Math.min(back, T) },
    set: { T: (_, T) => ({ T, back: T }), inputs: ({ T }, inputs) => ({ inputs, back: T }), read: ({ T }, read) => ({ read, back: T }) },
    most: { back: ({ T }) => T },
    off: ({ T }, key, i) => i >= T,
    maths,
    drag({ T, inputs, read }, held, x, y, first) {
      const t = movable.limit(Math.round(x), 1, T) - 1;
      if (first && Math.abs(y) > 0.6) return y > 0 ? { read: movable.flip(read, t), back: T } : { inputs: movable.flip(inputs, t), back: T };
    },
    draw(state, width) {
      const { number, panel } = movable, { T } = state, [given, seen] = masks(state), back = Math.min(state.back, T), wide = width >= 560;
      const net = panel("net", { x: 46, y: 8, width: width - 54, height: wide ? 350 : 320 }, { x: [0.4, T + 0.6], y: [-1.95, 2.5], xlabel: "t",
        xticks: VALUES.slice(0, T).map((_, i) => i + 1), yticks: [[2.1, "loss", true], [1.25, "y_t", true], [0, "h_t", true], [-1.4, "x_t", true]], drag: "pick" });
      const x = VALUES.slice(0, T).map((v, i) => (given.includes(i + 1) ? v : 0)), h = maths.states(x), losses = maths.losses(h, 1);
      const deaf = maths.unheard(given, seen), end = Math.max(...seen, 0), r = Math.min(18, net.X(2) / 2 - net.X(1) / 2 - 4), short = (v) => movable.plain(v, r > 16 ? 3 : 2);
      const box = (r * 4.45) / net.place.height, side = (2 * r) / (net.X(2) - net.X(1));
      const text = (t, y, words, more = "") => net.text(t, y, words, `text-anchor="middle" dy="4" ${more}`);
      // An edge, and once the gradient has walked it back, an arrow against the computation, with the losses it carries.
      const edge = (from, to, kind, walked, carries) => {
        const [a, b, c, d] = [net.X(from[0]), net.Y(from[1]), net.X(to[0]), net.Y(to[1])], u = [c - a, d - b].map(Math.sign), [p, q] = [(a + c) / 2 - 5 * u[0], (b + d) / 2 - 5 * u[1]];
        const head = [[p, q], [p + 11 * u[0] - 6 * u[1], q + 11 * u[1] - 6 * u[0]], [p + 11 * u[0] + 6 * u[1], q + 11 * u[1] + 6 * u[0]]];
        return walked ? `${net.line([from, to], "gradient thick")}<polygon class="gradient full" points="${head.join(" ")}"/>`
          + (seen.length > 1 && carries ? `<text class="bold" x="${p + (u[0] ? 5 : 13)}" y="${q + (u[0] ? -9 : 0)}" text-anchor="middle">${carries}</text>` : "") : net.line([from, to], kind);
      };
      const node = (t, y, there, words, kind) => (there ? net.dots([[t, y]], `${kind} circle`, r) + text(t, y, words) : net.dots([[t, y]], "grey circle dashed", r) + text(t, y, "+"));
      const columns = x.map((v, i) => {
        const t = i + 1, on = seen.includes(t), there = given.includes(t), heard = there && !deaf.includes(t), came = t > T - back, after = seen.filter((k) => k >= t).length;
        return [
          [i ? edge([i, 0], [t, 0], t <= end ? "state" : "grey", t > T - back + 1 && t <= end && given.some((k) => k < t), after) : "",
            there ? edge([t, -1.4], [t, 0], heard ? "input" : "grey", came && heard, after) : "",
            on ? edge([t, 0], [t, 1.25], "output", came) + edge([t, 1.25], [t, 1.95], "ink", came) + text(t, 2.1, short(losses[i]), 'class="bold"') : ""],
          [net.bar(t, box, -box, `${t <= end ? "state" : "grey"} circle`, side), text(t, 0, short(h[i])), node(t, -1.4, there, `${v}`, heard ? "input" : "grey"), node(t, 1.25, on, short(h[i]), "output")],
        ];
      });
      const [name, task] = maths.topology(given, seen, T), list = seen.map((t) => t - 1), walks = maths.reach(given, seen);
      const shape = seen.length === T ? `y (B, ${T}, p)` : seen.length === 1 ? `y[:, ${list[0]}] (B, p)` : `y[:, [${list.join(", ")}]] (B, ${seen.length}, p)`;
      return {
        height: net.place.height + 44, panels: [net],
        says: `${name[0].toUpperCase()}${name.slice(1)}: ${task}${task.endsWith("?") ? "" : "."} ` + (seen.length ? `Read ${shape}, loss ${number(maths.masked_loss(losses, seen), 3)} (1 is right). ` : "")
          + (back < T ? `The walk back ${back ? `is at step ${T - back + 1}${end > T - back ? "" : " and has met no loss"}` : "begins at the end"}.` : (walks.length ? `First input: ${walks[1] > walks[0] ? `${walks[0]} to ${walks[1]}` : walks[0]} step${walks[1] === 1 ? "" : "s"} back. ` : "") + (deaf.length && seen.length ? `Unheard: ${deaf.map((t) => `x_${t}`).join(", ")}.` : "")),
        marks: [net.svg(columns.map(([edges]) => edges), columns.map(([, nodes]) => nodes))],
      };
    },
  });
}
