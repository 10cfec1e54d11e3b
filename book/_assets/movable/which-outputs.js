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
  // Once the gradient has walked back all the way.
  const walked = (state, inputs, read) => state.back === T && state.inputs === inputs && state.read === read;
  movable("which-outputs", {
    title: "One core, unrolled, with the inputs that exist, the outputs that are read, and the gradient's way back",
    hint: "Tap an input or an output to switch it; drag the dot from right to left to send the gradient back.",
    guess: ["A photo is read at step 1, then five words are written. How many of the five losses reach back to the photo?", ["one", "four", "all five"], 2],
    goals: [
      ["leave one input on, and let all five losses reach it.", (state) => walked(state, "10000", "11111"), "All five reach it: a photo at 1, and five words about it."],
      ["let the inputs 1 to 5 receive 5, 4, 3, 2, 1 losses.", (state) => walked(state, "11111", "11111"), "Now each input has a loss at its own step."],
      ["leave all inputs on, and read one output that inputs 4 and 5 cannot change.", (state) => {
        const [given, seen] = masks(state), deaf = maths.unheard(given, seen);
        return state.back === T && given.length === T && seen.length === 1 && deaf.includes(4);
      }, "No loss reaches 4 and 5: an output hears only the past."],
    ],
    start: { back: 0, inputs: "11111", read: "00001" },
    controls: [["back", "walk back", 0, T, 1, { time: 700, left: true }], ["inputs", "inputs", "bits", { drawn: true }], ["read", "outputs read", "bits", { drawn: true }]],
    maths,
    drag(state, held, x) {
      if (held === "back") return { back: movable.limit(Math.round(T + 0.5 - x), 0, T) };
      return { [held]: movable.flip(state[held], movable.limit(Math.round(x), 1, T) - 1) };
    },
    draw(state, width) {
      const { limit, number, panel, plain } = movable, { back } = state, [given, seen] = masks(state), wide = width >= 560;
      const net = panel("net", { x: 46, y: 8, width: width - 54, height: wide ? 370 : 340 }, { x: [0.4, T + 0.6], y: [-2, 2.5], xlabel: "t",
        xticks: VALUES.map((_, i) => i + 1), yticks: [[2.2, "loss", true], [1.3, "y_t", true], [0, "h_t", true], [-1.4, "x_t", true]] });
      // What the hand moves: a strip for the outputs, one for the states, one for the inputs.
      const strip = (name, y, drag) => ({ ...net, name, drag, place: { ...net.place, y: net.place.y + net.Y(y) - 32, height: 64 } });
      const x = VALUES.map((v, i) => (given.includes(i + 1) ? v : 0)), h = maths.states(x), losses = maths.losses(h, 1), sent = seen.filter((t) => losses[t - 1]);
      const deaf = maths.unheard(given, seen), end = Math.max(...seen, 0), r = Math.min(wide ? 24 : 18, (net.X(2) - net.X(1)) / 2 - 8);
      const text = (t, y, words, more = "") => net.text(t, y, words, `text-anchor="middle" dy="4" ${more} ${r < 16 ? 'style="font-size: 10px"' : ""}`);
      // An edge is an arrow of the computation and, once the gradient has walked it back, one against it, as wide as it carries losses.
      const edge = (from, to, kind, carries, ends = r) => {
        const [[a, b], [c, d]] = (carries ? [to, from] : [from, to]).map(([t, y]) => [net.X(t), net.Y(y)]), u = [c - a, d - b].map(Math.sign);
        const stop = carries ? r : ends, [p, q] = [c - stop * u[0], d - stop * u[1]], long = carries ? 11 : 8, side = carries ? 4.5 + 0.8 * carries : 3.5;
        const head = [[p, q], ...[side, -side].map((s) => [p - long * u[0] + s * u[1], q - long * u[1] + s * u[0]])];
        return `<path class="${carries ? "gradient" : kind}" d="M${a} ${b}L${p - 6 * u[0]} ${q - 6 * u[1]}" style="stroke-width: ${carries ? 1 + 1.2 * carries : 1.6}"/><polygon class="${carries ? "gradient" : kind} full" stroke="none" points="${head.join(" ")}"/>`;
      };
      const node = (t, y, there, words, kind) => net.dots([[t, y]], there ? `${kind} circle` : "grey circle dashed", r) + text(t, y, words);
      const front = `<g transform="translate(${limit(net.X(T - back + 0.5), 9, net.place.width - 9)} ${net.Y(0)})"><circle class="gradient full handle" r="9"/><path d="M-4 0l6 -4v8z" style="fill: var(--paper)"/></g>`;
      const columns = x.map((v, i) => {
        const t = i + 1, on = seen.includes(t), there = given.includes(t), heard = there && !deaf.includes(t), came = t > T - back, after = sent.filter((k) => k >= t).length, own = came && sent.includes(t) && 1;
        const kind = t <= end ? "state" : "grey", [left, top] = [net.X(t) - r, net.Y(0) - r];
        return [
          [i ? edge([i, 0], [t, 0], kind, t > T - back + 1 && given.some((k) => k < t) && after) : "",
            there ? edge([t, -1.4], [t, 0], heard ? "input" : "grey", came && after) : "",
            on ? edge([t, 0], [t, 1.3], "output", own) + edge([t, 1.3], [t, 2.05], "ink", own, 0) + text(t, 2.2, plain(losses[i], 3), 'class="bold"') : ""],
          [`<rect class="${kind} circle" x="${left}" y="${top}" width="${2 * r}" height="${2 * r}"/>`, text(t, 0, plain(h[i], 2)), node(t, -1.4, there, there ? `${v}` : "off", heard ? "input" : "grey"), node(t, 1.3, on, plain(h[i], 2), "output"),
            there && came ? text(t, -1.85, `${after || "no"} loss${after > 1 ? "es" : ""}`) : ""],
        ];
      });
      const [name, task] = maths.topology(given, seen, T), walks = maths.reach(given, sent);
      return {
        height: net.place.height + 44, panels: [strip("read", 1.3, "pick"), strip("back", 0, "sideways"), strip("inputs", -1.4, "pick")],
        says: `${name[0].toUpperCase()}${name.slice(1)}: ${task}${task.endsWith("?") ? "" : "."} `
          + (!back ? "Each step passes its state on to the next." : back < T ? `The gradient is back at step ${T - back + 1}${end > T - back ? "" : " and has met no loss"}.`
            : (seen.length ? `Loss ${number(maths.masked_loss(losses, seen), 3)}: what is read should be 1. ` : "")
              + (walks.length ? `From the losses to the first input it is ${walks[1] > walks[0] ? `${walks[0]} to ${walks[1]}` : walks[0]} step${walks[1] === 1 ? "" : "s"}.` : "")),
        marks: [net.svg(columns.map(([edges]) => edges), columns.map(([, nodes]) => nodes), front)],
      };
    },
  });
}
