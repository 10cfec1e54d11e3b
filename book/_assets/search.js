// Search by section: links to the section, names its chapter, and puts first what speaks of the word most.
{
  const found = Search._performSearch;
  Search._performSearch = (query, terms, ...rest) => {
    const phrase = query.toLowerCase().trim();
    const results = found(query, terms, ...rest).map(([entry, title, , , score, file]) => {
      const [page, id] = entry.split("#");
      const place = Search._index.docnames.indexOf(entry);
      const often = [...terms].map((term) => Math.min((Search._index.counts[term] || {})[place] || 0, 30));
      const dull = /(Exercises|The answer|Check yourself|Sources)$/.test(title);
      const aside = dull || title === Search._index.pages[page] ? 40 : title.includes("★") ? 25 : 0;
      const named = title.toLowerCase().includes(phrase) ? 20 : 0;
      return [page, title, id ? `#${id}` : "", Search._index.pages[page], score + Math.min(...often) + named - aside, file];
    });
    return results.sort((a, b) => a[4] - b[4]).slice(-30); // the last is shown first
  };
  Documentation.addTranslations({
    locale: "en",
    plural_expr: "n == 1 ? 0 : 1",
    messages: {
      "Search finished, found ${resultCount} page(s) matching the search query.":
        "Sections and terms found: ${resultCount}.",
    },
  });
  // The index is large: it is asked for when somebody is about to search.
  const load = () => {
    if (!Search.hasIndex() && !document.querySelector("script[src$='searchindex.js']"))
      Search.loadIndex(`${document.documentElement.dataset.content_root}searchindex.js`);
  };
  document.addEventListener("focusin", (event) => event.target.name === "q" && load());
  if (document.querySelector(".bd-search-container")) load();
}
