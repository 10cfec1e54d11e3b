// Search by section: ranks sections, shows what they say, knows the other names of a term and the nearest to a typo.
{
  const SHOWN = 20;
  const ASKING = new Set("how what why when which who do does did can could should i my me you your".split(" "));
  const DULL = /(Exercises|The answer|Check yourself|Sources)$/;
  const stemmer = new Stemmer();
  const split = (text) => splitQuery(text.toLowerCase()).filter((word) => !stopwords.includes(word));
  const stem = (word) => {
    const short = stemmer.stemWord(word.toLowerCase());
    return stopwords.includes(short) ? word.toLowerCase() : short; // as in the index: "one", not "on"
  };
  const stems = (text) => split(text).map(stem);
  const plain = (html) => new DOMParser().parseFromString(html, "text/html").body.textContent;
  const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);

  // What is made of the index before the first search.
  let made;
  const prepare = () => {
    const { docnames, terms, titleterms, titles, names, taught, code } = Search._index;
    const places = (list, word) => (Object.hasOwn(list, word) ? [list[word]].flat() : []);
    const sizes = docnames.map(() => 0); // how many different words a section has
    Object.values(terms).forEach((list) => [list].flat().forEach((place) => sizes[place]++));
    const sections = (id) => Object.keys(taught).filter((place) => taught[place].includes(id));
    const known = Object.entries(names).map(([place, all]) => ({
      place,
      names: all,
      stems: all.map(stems).filter((words) => words.length),
      taught: sections(docnames[place].split("#")[1]),
    }));
    // A word of code is introduced where the text first has it.
    const order = docnames.map((name, place) => [`${name.split("#")[0]} ${titles[place]}`, place]);
    const introduced = new Map();
    order.sort(([a], [b]) => b.localeCompare(a, "en", { numeric: true })); // the first comes last, and stays
    for (const [, place] of order)
      if (!DULL.test(titles[place])) code[place]?.forEach((word) => introduced.set(stem(word), place));
    const words = [...titles.map(plain), ...known.map((term) => term.names.join(" "))].flatMap(split);
    return {
      sizes,
      mean: sum(sizes) / sizes.length,
      known,
      // Names as lists of stems, the longest first: a query may have its words in another order.
      byName: known.flatMap((term) => term.stems.map((name) => [name, term])).sort((a, b) => b[0].length - a[0].length),
      introduced,
      // Names in another script, the longest first; blanks in them are optional.
      foreign: known
        .flatMap(({ names }) => names.filter((name) => /[^\x00-\x7f]/.test(name)).map((name) => [name, names[0]]))
        .sort((a, b) => b[0].length - a[0].length)
        .map(([name, english]) => [new RegExp([...name.replace(/ /g, "")].join(" *"), "g"), ` ${english} `]),
      vocabulary: [...new Set([...words, ...Object.values(code).flat()])],
      used: (word) => new Set([...places(terms, word), ...places(titleterms, word)]),
    };
  };

  const inEnglish = (query) => made.foreign.reduce((text, [name, term]) => text.replace(name, term), query);

  // The query as groups: each is a term of the glossary under all its names, or a single word.
  const groupsOf = (query) => {
    const english = inEnglish(query);
    const ending = (word) => english !== query && /\p{Script=Hangul}/u.test(word); // what Korean hangs on a noun
    const said = split(english).filter((word) => !ASKING.has(word) && !ending(word));
    let words = said.map((word) => [stem(word), word]);
    const begins = (word, name) => word === name || (word.length > 4 && name.startsWith(word));
    const groups = [];
    for (const [name, term] of made.byName) {
      if (!name.every((part) => words.some(([word]) => begins(word, part)))) continue;
      groups.push({ options: term.stems, term });
      words = words.filter(([word]) => !name.some((part) => begins(word, part)));
    }
    words.forEach(([part, word]) => groups.push({ options: [[part]], word }));
    // A word that is not in the book may be the beginning or a part of others.
    const { terms } = Search._index;
    for (const group of groups) {
      const [[word]] = group.options;
      if (group.term || made.used(word).size) continue;
      const longer = word.length > 2 ? Object.keys(terms).filter((term) => term.includes(word)) : [];
      group.options = longer.map((term) => [term]);
    }
    return groups;
  };

  // Sections in the order in which they speak of the groups; a section counts more for what is rare in the book.
  const rank = (groups, phrase, foreign) => {
    const { docnames, titles, titleterms, counts, pages } = Search._index;
    const scores = new Map();
    const add = (place, score, share = 0) => {
      const before = scores.get(place) ?? [0, 0];
      scores.set(place, [before[0] + score, before[1] + share]);
    };
    const weights = [];
    for (const { options, term } of groups) {
      const often = new Map();
      for (const words of options) {
        const [first, ...others] = words.map(made.used);
        for (const place of first) {
          if (!others.every((places) => places.has(place))) continue;
          const times = Math.min(...words.map((word) => counts[word]?.[place] ?? 1));
          const titled = words.every((word) => [titleterms[word]].flat().includes(place));
          const [most, before] = often.get(place) ?? [0, false];
          often.set(place, [Math.max(most, times), titled || before]);
        }
      }
      const weight = Math.log(1 + docnames.length / (1 + often.size));
      weights.push(weight);
      for (const [place, [times, titled]] of often) {
        const full = 1.2 * (0.4 + (0.6 * made.sizes[place]) / made.mean);
        add(place, weight * ((2.2 * times) / (times + full) + (titled ? 0.8 : 0)), weight);
      }
      // Where a term is introduced, and its place in the glossary.
      const share = weight / groups.length;
      const [[word]] = options;
      if (term) add(+term.place, (foreign ? 4 : 1) * share);
      if (term) term.taught.forEach((place) => add(+place, 3 * share));
      else if (made.introduced.has(word)) add(made.introduced.get(word), 3 * share);
    }
    const whole = sum(weights);
    return [...scores]
      .filter(([, [, share]]) => share > 0.5 * whole)
      .map(([place, [score, share]]) => {
        const [page, id] = docnames[place].split("#");
        const title = plain(titles[place]);
        const named = phrase && title.toLowerCase().includes(phrase);
        const dull = DULL.test(title);
        const exact = !id.startsWith("term-") && title.toLowerCase().replace(/^[\d.★ ]*((the|an?) )?/, "") === phrase;
        const aside = /^book\/(index|references|instructors)$/.test(page) || (dull && !named);
        const rest = aside ? 0.4 : title.includes("★") || page.endsWith("/index") ? 0.7 : 1;
        const here = page === DOCUMENTATION_OPTIONS.pagename ? 1.05 : 1;
        // The many sections called "Exercises" are worth the same, so the first comes first, or the one of this page.
        const value = dull && named ? 3 * whole : score * (share / whole) ** 2 + (exact ? 2 * whole : 0);
        return { page, id, title: titles[place], of: pages[page], place, score: value * rest * here };
      })
      .sort((a, b) => b.score - a.score || a.place - b.place);
  };

  // How many letters must be changed, added, left out or exchanged with their neighbour.
  const distance = (a, b, most) => {
    if (Math.abs(a.length - b.length) > most) return Infinity;
    let [older, old] = [[], [...Array(b.length + 1).keys()]];
    for (let i = 1; i <= a.length; i++) {
      const row = [i];
      for (let j = 1; j <= b.length; j++) {
        row[j] = Math.min(old[j] + 1, row[j - 1] + 1, old[j - 1] + (a[i - 1] !== b[j - 1]));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], older[j - 2] + 1);
      }
      [older, old] = [old, row];
    }
    return old[b.length];
  };
  const nearest = (text, candidates) => {
    const most = Math.max(1, Math.floor(text.length / 4));
    return candidates
      .map((word) => [word, distance(text, word.toLowerCase(), most)])
      .filter(([, d]) => d <= most)
      .sort((a, b) => a[1] - b[1])[0]?.[0];
  };
  const suggestion = (phrase, groups) => {
    const term = nearest(phrase, made.known.flatMap(({ names }) => names));
    if (term) return term;
    const unknown = groups.filter(({ options }) => !options.length);
    const better = unknown.map(({ word }) => [word, nearest(word, made.vocabulary)]);
    return better.every(([, found]) => found) && better.reduce((text, pair) => text.replace(...pair), phrase);
  };

  // What a page says comes as a script of its own, which also works from disk.
  const texts = {};
  Search.says = (page) => Object.assign(texts, page);
  const asked = {};
  const content = document.documentElement.dataset.content_root;
  const ask = (page) =>
    (asked[page] ??= new Promise((done) => {
      const script = document.createElement("script");
      Object.assign(script, { src: `${content}excerpts/${page}.js`, onload: done, onerror: done });
      document.head.append(script);
    }));

  // The paragraph or line that says most of it, from shortly before the first word that was asked for.
  const excerpt = (entry, groups) => {
    const options = groups.map((group) => group.options);
    const wanted = new Set(options.flat(2));
    const best = { score: 0, text: (texts[entry] ?? [""])[0] };
    for (const text of texts[entry] ?? []) {
      const words = new Set(stems(text));
      const share = (name) => name.filter((word) => words.has(word)).length / name.length;
      const score = sum(options.map((names) => Math.max(0, ...names.map(share))));
      const worth = text[0] === "\t" ? 0.6 * score : score; // code
      if (worth > best.score) Object.assign(best, { score: worth, text });
    }
    const line = document.createElement("p");
    line.className = "context";
    const pieces = best.text.split(/([\p{Letter}\p{Number}_]+)/u); // words are at the odd places
    const hit = (piece, k) => k % 2 && wanted.has(stem(piece));
    let start = Math.max(0, pieces.findIndex(hit));
    const opens = () => start === 0 || /[.?!] /.test(pieces[start - 1]); // a sentence
    for (let length = 0; !opens() && length < 80; ) length += pieces[--start].length;
    if (!opens()) line.append("… ");
    let length = 0;
    for (; start < pieces.length && length < 190; start++) {
      const mark = hit(pieces[start], start) && document.createElement("mark");
      if (mark) mark.textContent = pieces[start];
      line.append(mark || pieces[start]);
      length += pieces[start].length;
    }
    if (start < pieces.length) line.append(" …");
    return line;
  };

  const show = ({ page, id, title, of, score }, groups) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = `${content}${page}.html#${id}`;
    link.innerHTML = title;
    link.dataset.score = score.toFixed(2);
    const lesson = document.createElement("span");
    lesson.textContent = ` (${of})`;
    item.append(link, lesson, excerpt(`${page}#${id}`, groups));
    Search.output.append(item);
  };

  let latest;
  Search.query = async (query) => {
    latest = query;
    made ??= prepare();
    const { output, status } = Search;
    Search._parseQuery(query); // the page that is opened marks the words
    const groups = groupsOf(query);
    const phrase = query.toLowerCase().split(/\s+/).filter(Boolean).join(" ");
    const unknown = groups.filter(({ options }) => !options.length);
    const instead = unknown.length > 0 && suggestion(phrase, groups);
    const known = groups.filter(({ options }) => options.length);
    const all = instead ? [] : rank(known, phrase, inEnglish(query) !== query);
    const results = all.slice(0, SHOWN);
    await Promise.all(results.map(({ page }) => ask(page)));
    if (latest !== query || output !== Search.output) return; // something else has been asked for
    Search.stopPulse();
    Search.title.innerText = "Search Results";
    status.setAttribute("role", "status");
    results.forEach((result) => show(result, groups));
    const missing = `Nothing for ${unknown.map(({ word }) => word).join(", ")}`;
    if (instead) {
      status.textContent = `Nothing for ${phrase}. Did you mean: `;
      const link = document.createElement("a");
      link.href = `${content}search.html?q=${encodeURIComponent(instead)}`;
      link.textContent = instead;
      status.append(link, "?");
    } else if (results.length) {
      const some = all.length > SHOWN ? `, of which ${SHOWN} are shown` : "";
      status.textContent = `${unknown.length ? `${missing}. ` : ""}Sections and terms found: ${all.length}${some}.`;
    } else {
      status.innerHTML = `Nothing for <b></b>. One or two words of the subject find most, in English or in Korean, or a name
        from the code, such as <i>batch_first</i>. The <a href="${content}book/glossary.html">glossary</a> lists all terms.`;
      status.querySelector("b").textContent = phrase;
    }
  };

  // Arrow keys move from the field through what was found and back.
  document.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const field = document.querySelector("dialog[open] input[name='q'], .bd-search-container input[name='q']");
    const stops = [field, ...document.querySelectorAll("#search-results a")];
    const at = stops.indexOf(document.activeElement);
    if (!step || at < 0 || stops.length < 2) return;
    event.preventDefault();
    stops[Math.min(Math.max(at + step, 0), stops.length - 1)].focus();
  });

  // The theme waits for keys; what is pasted, or composed as Korean is, may come without.
  document.addEventListener("input", ({ target }) => target.name === "q" && target.dispatchEvent(new Event("keyup")));

  // The index is large: it is asked for when somebody is about to search.
  const load = () => {
    if (!Search.hasIndex() && !document.querySelector("script[src$='searchindex.js']"))
      Search.loadIndex(`${content}searchindex.js`);
  };
  document.addEventListener("focusin", (event) => event.target.name === "q" && load());
  if (document.querySelector(".bd-search-container")) load();
}
