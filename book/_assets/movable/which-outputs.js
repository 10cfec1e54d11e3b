// Which outputs does anybody read? (lesson 6.1): the masks of one core, the name of the topology, the loss.
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
      if (!read.length) return ["nobody reads anything", "there is no loss, and nothing is learned"];
      if (!inputs.length) return ["no input", "chapter 1's system: it says the same whatever happens"];
      if (inputs.length === 1 && read.length === 1)
        return read[0] === first ? ["one to one", "the rent of a flat"] : ["one to one, later", "recall: what was said at first?"];
      if (all(inputs) && all(read)) return ["many to many, aligned", "a colour for every letter"];
      if (inputs.length === 1) return first === 1 && all(read) ? ["one to many", "the caption of a photo"] : ["one to many, at places", "one event, several reports"];
      if (read.length === 1) return read[0] === T ? ["many to one", "the mood of a review"] : ["many to one, early", "a verdict before the end"];
      if (last < Math.min(...read)) return ["many to many, delayed", "a translation; this book gives the second half to a second network"];
      return ["many to many, at places", "marks here and there, such as the ends of sentences"];
    },
  };
  movable("which-outputs", {
    title: "One core, unrolled, with the inputs that exist and the outputs that are read",
    hint: "Click an input x_t or an output y_t to switch it.",
    start: { T: 5, inputs: "111110", read: "000010" },
    controls: [["T", "steps T", 1, 6, 1], ["inputs", "inputs", "bits"], ["read", "outputs read", "bits"]],
    off: ({ T }, i) => i >= T,
    maths,
    drag({ T, inputs, read }, panel, x, y, first) {
      const t = movable.limit(Math.round(x), 1, T) - 1;
      if (first && Math.abs(y) > 0.6) return y > 0 ? { read: movable.flip(read, t) } : { inputs: movable.flip(inputs, t) };
    },
    draw({ T, inputs, read }, width) {
      const { number, panel, layout } = movable;
      const [[place], height] = layout(width, [[1, 330]], { left: 62, bottom: 40 });
      const net = panel("net", place, { x: [0.4, T + 0.6], y: [-1.9, 2.5], xlabel: "t", xticks: VALUES.slice(0, T).map((_, i) => i + 1),
        yticks: [[1.95, "loss", true], [1.25, "y_t"], [0, "h_t"], [-1.35, "x_t"]], drag: "pick" });
      const given = places(inputs, T), seen = places(read, T), x = VALUES.slice(0, T).map((v, i) => (given.includes(i + 1) ? v : 0));
      const h = maths.states(x), losses = maths.losses(h, 1), deaf = maths.unheard(given, seen), end = Math.max(...seen, 0);
      const node = (t, y, there, words, kind) => (there ? net.dots([[t, y]], `${kind} circle`, 18) + net.text(t, y, words, 'text-anchor="middle" dy="4"') : net.dots([[t, y]], "grey full", 3));
      const join = (from, to, kind) => net.line([from, to], kind);
      const columns = x.map((v, i) => {
        const t = i + 1, heard = given.includes(t) && !deaf.includes(t), on = seen.includes(t);
        return [i ? join([t - 1, 0], [t, 0], t <= end ? "state thick" : "state faint") : "", given.includes(t) ? join([t, -1.35], [t, 0], heard ? "input thick" : "input faint") : "",
          on ? join([t, 0], [t, 1.25], "output thick") : "", on ? net.text(t, 1.85, number(losses[i], 3).replace(/\.?0+$/, ""), 'text-anchor="middle" class="bold"') : "",
          node(t, 0, true, number(h[i], 3).replace(/\.?0+$/, ""), t <= end ? "state" : "state faint"), node(t, -1.35, given.includes(t), `${v}`, `input${heard ? "" : " faint"}`), node(t, 1.25, on, number(h[i], 3).replace(/\.?0+$/, ""), "output")];
      });
      const [name, task] = maths.topology(given, seen, T), list = seen.map((t) => t - 1);
      const shape = seen.length === T ? "all of it" : seen.length === 1 ? `y[:, ${list[0]}] (B, p)` : `y[:, [${list.join(", ")}]] (B, ${seen.length}, p)`;
      const walks = maths.reach(given, seen);
      return {
        height, panels: [net],
        says: `${name[0].toUpperCase()}${name.slice(1)}: ${task}. ` + (seen.length ? `Read of y (B, ${T}, p): ${shape}. Loss, if 1 is right everywhere: ${number(maths.masked_loss(losses, seen), 3)}. ` : "")
          + (walks.length ? `From the ${seen.length > 1 ? "nearest loss" : "loss"} back to the first input: ${walks[0]} steps${seen.length > 1 ? `; from the farthest: ${walks[1]}` : ""}. ` : "") + (deaf.length && seen.length ? `Nobody hears x at t = ${deaf.join(", ")}.` : ""),
        marks: [net.svg(columns.map((column) => column.slice(0, 4)), columns.map((column) => column.slice(4)))],
      };
    },
  });
}
