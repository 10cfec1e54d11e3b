// Which outputs does anybody read? (lesson 6.1): the masks of one core, its topology, and the way from loss to input.
{
  const T = 5, VALUES = [3, 0, 1, 1, 0];
  const places = (bits) => [...bits].flatMap((bit, i) => (bit === "1" ? [i + 1] : []));
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
  const masks = ({ inputs, read }) => [places(inputs), places(read)];
  const named = (state, name) => maths.topology(...masks(state), T)[0] === name;
  movable("which-outputs", {
    title: "One core, unrolled, with the inputs that exist, the outputs that are read, and the gradient's way back",
    hint: "Tap or swipe over inputs and outputs. Width and number: how many losses the gradient carries.",
    guess: ["A photo is read at step 1, then five words are written. How many of the five losses reach back to the photo?", ["one", "four", "all five"], 2],
    goals: [
      ["make the caption writer: one input, at 1, and every output read.", (state) => named(state, "one to many"), "The losses join, and all five reach the photo."],
      ["make the editor that colours every letter.", (state) => named(state, "many to many, aligned"), "Each letter has a loss close by."],
      ["leave the inputs on, and read one verdict that 4 and 5 cannot touch.", (state) => {
        const [given, seen] = masks(state), deaf = maths.unheard(given, seen);
        return seen.length === 1 && deaf.includes(4) && deaf.includes(5);
      }, "No arrow reaches 4 and 5: an output hears only the past."],
    ],
    start: { back: T, inputs: "11111", read: "00001" },
    controls: [["back", "walk back", 0, T, 1, { time: 700 }], ["inputs", "inputs", "bits", { drawn: true }], ["read", "outputs read", "bits", { drawn: true }]],
    set: { inputs: (_, inputs) => ({ inputs, back: T }), read: (_, read) => ({ read, back: T }) },
    maths,
    // The first one under the hand is switched, and those it passes become alike; along the states it walks the gradient.
    drag(state, held, x, _, first, { memory }) {
      const t = movable.limit(Math.round(x), 1, T) - 1;
      if (held === "back") return { back: T - t };
      if (first) memory.bit = movable.flip(state[held], t)[t];
      return { [held]: state[held].slice(0, t) + memory.bit + state[held].slice(t + 1), back: T };
    },
    draw(state, width) {
      const { number, panel, plain } = movable, { back } = state, [given, seen] = masks(state), wide = width >= 560;
      const net = panel("net", { x: 46, y: 8, width: width - 54, height: wide ? 370 : 340 }, { x: [0.4, T + 0.6], y: [-1.95, 2.5], xlabel: "t",
        xticks: VALUES.map((_, i) => i + 1), yticks: [[2.2, "loss", true], [1.3, "y_t", true], [0, "h_t", true], [-1.4, "x_t", true]] });
      // What the hand moves: a strip for the outputs, one for the states, one for the inputs.
      const strip = (name, y) => ({ ...net, name, drag: true, place: { ...net.place, y: net.place.y + net.Y(y) - 32, height: 64 } });
      const x = VALUES.map((v, i) => (given.includes(i + 1) ? v : 0)), h = maths.states(x), losses = maths.losses(h, 1), sent = seen.filter((t) => losses[t - 1]);
      const deaf = maths.unheard(given, seen), end = Math.max(...seen, 0), r = Math.min(wide ? 24 : 18, (net.X(2) - net.X(1)) / 2 - 8);
      const text = (t, y, words, more = "") => net.text(t, y, words, `text-anchor="middle" dy="4" ${more} ${r < 16 ? 'style="font-size: 10px"' : ""}`);
      // An edge, and once the gradient has walked it back, an arrow against the computation, as wide as it carries losses.
      const edge = (from, to, kind, carries) => {
        const [a, b, c, d] = [net.X(from[0]), net.Y(from[1]), net.X(to[0]), net.Y(to[1])], u = [c - a, d - b].map(Math.sign), [p, q] = [(a + c) / 2 - 5 * u[0], (b + d) / 2 - 5 * u[1]], side = 5 + carries;
        const head = [[p, q], [p + 11 * u[0] - side * u[1], q + 11 * u[1] - side * u[0]], [p + 11 * u[0] + side * u[1], q + 11 * u[1] + side * u[0]]];
        return carries ? `<path class="gradient" d="M${a} ${b}L${c} ${d}" style="stroke-width: ${1 + 1.4 * carries}"/><polygon class="gradient full" points="${head.join(" ")}"/>`
          + (seen.length > 1 ? `<text class="bold" x="${p + (u[0] ? 5 : 18)}" y="${q + (u[0] ? -12 : 0)}" text-anchor="middle">${carries}</text>` : "") : net.line([from, to], kind);
      };
      const node = (t, y, there, words, kind) => net.dots([[t, y]], there ? `${kind} circle` : "grey circle dashed", r) + text(t, y, there ? words : "+");
      const front = back ? `<circle class="gradient full handle" cx="${net.X(T - back + 1) - r - 7}" cy="${net.Y(0)}" r="6"/>` : "";
      const columns = x.map((v, i) => {
        const t = i + 1, on = seen.includes(t), there = given.includes(t), heard = there && !deaf.includes(t), came = t > T - back, after = sent.filter((k) => k >= t).length, own = came && sent.includes(t) && 1;
        const kind = t <= end ? "state" : "grey", [left, top] = [net.X(t) - r, net.Y(0) - r];
        return [
          [i ? edge([i, 0], [t, 0], kind, t > T - back + 1 && given.some((k) => k < t) && after) : "",
            there ? edge([t, -1.4], [t, 0], heard ? "input" : "grey", came && after) : "",
            on ? edge([t, 0], [t, 1.3], "output", own) + edge([t, 1.3], [t, 2.05], "ink", own) + text(t, 2.2, plain(losses[i], 3), 'class="bold"') : ""],
          [`<rect class="${kind} circle" x="${left}" y="${top}" width="${2 * r}" height="${2 * r}"/>`, text(t, 0, plain(h[i], 2)), node(t, -1.4, there, `${v}`, heard ? "input" : "grey"), node(t, 1.3, on, plain(h[i], 2), "output")],
        ];
      });
      const [name, task] = maths.topology(given, seen, T), walks = maths.reach(given, sent);
      return {
        height: net.place.height + 44, panels: [strip("read", 1.3), strip("back", 0), strip("inputs", -1.4)],
        says: `${name[0].toUpperCase()}${name.slice(1)}: ${task}${task.endsWith("?") ? "" : "."} ` + (seen.length ? `Loss ${number(maths.masked_loss(losses, seen), 3)} (1 is right${sent.length ? "" : ", so nothing walks back"}). ` : "")
          + (back < T ? `The walk back ${back ? `is at step ${T - back + 1}${end > T - back ? "" : " and has met no loss"}` : "begins at the end"}.` : (walks.length ? `First input: ${walks[1] > walks[0] ? `${walks[0]} to ${walks[1]}` : walks[0]} step${walks[1] === 1 ? "" : "s"} back. ` : "") + (deaf.length && seen.length ? `Unheard: ${deaf.map((t) => `x_${t}`).join(", ")}.` : "")),
        marks: [net.svg(columns.map(([edges]) => edges), columns.map(([, nodes]) => nodes), front)],
      };
    },
  });
}
