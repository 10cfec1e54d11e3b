// Which outputs does anybody read? (lesson 6.1): the masks of one core, its topology, and how much gradient reaches each input.
{
  const T = 5, { limit, panel, plain, range } = movable;
  const places = (bits) => [...bits].flatMap((bit, i) => (bit === "1" ? [i + 1] : []));
  const maths = {
    // What reaches each input if each output sends this much back: chapter 2's core halves it at every step.
    arrives(sent) {
      const g = [...sent];
      for (let i = g.length - 2; i >= 0; i--) g[i] += 0.5 * g[i + 1];
      return g;
    },
    // Inputs after the last output that is read: they act on no loss.
    unheard: (inputs, read) => inputs.filter((t) => t > Math.max(...read, 0)),
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
  const bits = (text) => [...text].map(Number);
  // Once the gradient has walked back all the way, and the first glass is full.
  const walked = (state, inputs, read) => state.back > 4.85 && inputs.test(state.inputs) && state.read === read;
  // The next goal's line in the first glass.
  const aim = (hand, level) => ((hand.memory.aim = level), hand.redraw(), true);
  movable("which-outputs", {
    title: "One core, unrolled, with the inputs that exist, the outputs that are read, and how much of the gradient reaches each input",
    hint: "Pull the drop to the left. Tap outputs y, or swipe over them: they are read. Tap a glass x to remove it.",
    guess: ["A photo comes in at step 1, and five words are written. The loss of each word sends a gradient of 1 back. How much reaches the photo?", ["5", "almost 2", "almost 0"], 1, 2],
    goals: [
      ["pull the loss of y_5 back to the first glass.", (state, _, hand) => walked(state, /^1/, "00001") && aim(hand, 0.75), "Only a sixteenth of it arrives: each step back halves it."],
      ["fill the first glass up to the dashed line, 0.75.", (state, _, hand) => walked(state, /^1/, "01100") && aim(hand, 0), "½ came from y_2 and ¼ from y_3. Inputs after the last output that is read stay dry."],
      ["as with the photo, leave input 1 alone on, and let five losses reach it.", (state) => walked(state, /^10000/, "11111"), "Five losses bring less than 2: the far ones count little."],
    ],
    start: { back: 0, inputs: "11111", read: "00001" },
    controls: [["back", "walk back", 0, T, 0.1, { time: 50, left: true }], ["inputs", "inputs", "bits", { drawn: true }], ["read", "outputs read", "bits", { drawn: true }]],
    maths,
    drag(state, held, x, _, first, { memory }) {
      if (held === "back") return { back: +limit(T + 0.5 - x, 0, T).toFixed(1) };
      // A swipe does to all that it passes what it did to the first.
      const at = limit(Math.round(x), 1, T) - 1, [low, high] = [at, first ? at : memory.at].sort();
      if (first) memory.to = 1 - state[held][at];
      memory.at = at;
      return { [held]: bits(state[held]).map((bit, i) => (i < low || i > high ? bit : memory.to)).join("") };
    },
    draw(state, width, _, hand) {
      const { memory } = hand, { back } = state, [given, seen] = [places(state.inputs), places(state.read)], wide = width >= 560;
      const [r, high, middle, glass, full] = wide ? [23, 32, 152, 226, 138] : [limit(width / 19, 14, 18), 26, 126, 186, 114], unit = r / 2, end = glass + full, half = 1.35 * r;
      const net = panel("net", { x: 0, y: 0, width, height: end + 44 }, { x: [0.4, T + 0.6], y: [end + 44, 0] }), { X } = net;
      const strip = (name, top, bottom, drag) => ({ ...net, name, drag, place: { ...net.place, y: top, height: bottom - top } });
      // An output comes out of its state, or goes back into it, in a few frames.
      const wanted = bits(state.read), open = (memory.open ??= wanted), by = matchMedia("(prefers-reduced-motion: reduce)").matches ? 1 : 0.09;
      memory.open = open.map((v, i) => v + limit(wanted[i] - v, -by, by));
      if (`${open}` !== `${wanted}`) setTimeout(hand.redraw);
      const g = maths.arrives(open), deaf = maths.unheard(given, seen), front = X(T - back + 0.5);
      const text = (t, y, words, more = "") => net.text(t, y, words, `text-anchor="middle" ${more}`);
      const arrow = (a, b, turn, length, kind) => `<g transform="translate(${a} ${b}) rotate(${turn})"><path class="${kind}" d="M0 0h${length - 5}"/><path class="${kind} full" d="M${length} 0l-8 -3.5v7z"/></g>`;
      let stream = "";
      // A piece of the stream: from a to b, as wide as the gradient there.
      const flow = (a, b, wide, narrow = wide) => (stream += `M${a} ${middle - wide * unit / 2}L${b} ${middle - narrow * unit / 2}V${middle + narrow * unit / 2}L${a} ${middle + wide * unit / 2}z`);
      const fall = (x, top, bottom, thick) => (stream += `M${x - thick / 2} ${top}h${thick}V${bottom}h${-thick}z`);
      const columns = range(T, (i) => {
        const t = i + 1, x = X(t), there = given.includes(t), dry = deaf.includes(t);
        // How far the front has come, from half a step before this state to half a step after it.
        const gone = limit(back - T + t, 0, 1), level = g[i] * limit((gone - 0.6) * 3, 0, 1), surface = end - level * full / 2;
        const low = middle - 1.5 * r, y = low - (low - high) * open[i], edge = X(t + 1) - r;
        if (gone && open[i]) fall(x, y, y + (middle - y) * limit(2 * gone, 0, 1), open[i] * unit);
        const passed = t < T && g[t] && front < edge;
        if (passed) {
          const to = Math.max(front, x);
          flow(X(t + 1), to, g[t], g[t] * (1 - 0.5 * (X(t + 1) - to) / (X(t + 1) - x)));
        }
        const falls = there && g[i] && gone > 0.5;
        if (falls) fall(x, middle, Math.min(middle + (surface - middle) * (gone - 0.5) * 8, surface), g[i] * unit), fall(x, surface, end, 2 * half - 3);
        return [
          [open[i] ? arrow(x, middle - r, -90, middle - r - y - r, "output") : "", t < T ? (passed ? "" : arrow(x + r, middle, 0, edge - x - r, "state")) + text(t + 0.5, middle + r + 14, "× ½") : "",
            there && !falls ? arrow(x, glass - 2, -90, glass - middle - r - 2, dry ? "grey" : "input") : ""],
          [net.dots([[t, y]], `circle ${open[i] ? "output" : "grey dashed"}`, r * (0.75 + 0.25 * open[i])), text(t, y + 4 - (1 - open[i]) * 3, `y_${t}`),
            `<rect class="state circle" x="${x - r}" y="${middle - r}" width="${2 * r}" height="${2 * r}"/>`, text(t, middle + 4, `h_${t}`),
            `<path class="thick ${there && !dry ? "input" : "grey"} ${there ? "" : "dashed"}" d="M${x - half} ${glass}V${end}h${2 * half}V${glass}"/>`,
            text(t, end + 17, `x_${t}`), text(t, end + 36, there ? (gone < 0.6 ? "" : g[i] ? plain(level, 2) : "dry") : "off", 'class="bold"'),
            t === 1 && memory.aim ? `<path class="ink dashed thick" d="M${x - half - 6} ${end - memory.aim * full / 2}h${2 * half + 12}"/>` : ""],
        ];
      });
      const [name, task] = maths.topology(given, seen, T), now = maths.arrives(wanted), at = Math.ceil(T - back + 0.4);
      return {
        height: end + 44, panels: [strip("read", 0, middle - r - 2, true), strip("back", middle - r - 2, middle + r + 16, "sideways"), strip("inputs", middle + r + 16, end + 44, "pick")],
        says: `${name[0].toUpperCase()}${name.slice(1)}: ${task}${task.endsWith("?") ? "" : "."} `
          + (!seen.length ? "" : back < 0.5 ? `${seen.length > 1 ? `${seen.length} outputs send a gradient of 1 each` : "One output sends a gradient of 1"} back.` : back < T - 0.1 ? `The gradient is back at step ${at}, where it is ${plain(now[at - 1], 2)}.`
            : given.length ? `Input ${given[0]} receives ${plain(now[given[0] - 1], 2)}.` : ""),
        marks: [columns.map(([arrows]) => arrows), `<path class="gradient full" style="stroke: none" d="${stream}"/>`, columns.map(([, nodes]) => nodes),
          `<path class="gradient full handle" transform="translate(${limit(front, 17, width - 15)} ${middle})" d="M-17 0Q-6 -12 2 -12A12 12 0 0 1 2 12Q-6 12 -17 0z"/>`],
      };
    },
  });
}
