// Reading position: what you have finished and where you stopped. It stays in this browser; nothing is sent.
{
  const KEY = "hidden-states-reading";
  const read = () => {
    try {
      return { finished: [], ...JSON.parse(localStorage.getItem(KEY)) };
    } catch {
      return { finished: [] }; // storage is closed, or holds something else
    }
  };
  const write = (change) => {
    try {
      localStorage.setItem(KEY, JSON.stringify({ ...read(), ...change }));
    } catch {} // then nothing is remembered, and nothing else is missing
  };
  const page = DOCUMENTATION_OPTIONS.pagename;
  const article = document.querySelector("article.bd-article");

  // A tick behind every finished lesson and ★ section in the tables that lead to them; a chapter counts its lessons.
  const name = (link) => new URL(link.href).pathname.replace(/.*\/(book\/)/, "$1").replace(/\.html$/, "");
  const mark = (link, text, words) =>
    link.insertAdjacentHTML("beforeend", ` <span class="finished">${text}<span class="visually-hidden"> ${words}</span></span>`);
  const tick = () => {
    const { finished } = read();
    const lists = ".bd-docs-nav, .page-toc, #what-is-here table, .lessons table";
    const nav = [...document.querySelectorAll(".bd-docs-nav a.reference")].map(name);
    document.querySelectorAll(`:is(${lists}) a.reference`).forEach((link) => {
      const to = name(link);
      const here = to === page && !link.closest(".page-toc") ? to : to + new URL(link.href).hash;
      const lessons = /\d\d-[^/]*\/index$/.test(to) ? new Set(nav.filter((n) => n !== to && n.startsWith(to.slice(0, -5)))) : [];
      const done = [...lessons].filter((n) => finished.includes(n)).length;
      link.querySelector(".finished")?.remove();
      if (finished.includes(here) || (done && done === lessons.size)) mark(link, "✓", "finished");
      else if (done) mark(link, `${done}/${lessons.size}`, "lessons finished");
    });
  };

  // A switch at the end of the path (it comes before the exercises) and of every ★ section.
  const addSwitch = (section, name, what) => {
    const button = document.createElement("button");
    button.className = "finish btn btn-sm";
    button.textContent = `I have finished this ${what}`;
    const show = () => button.setAttribute("aria-pressed", read().finished.includes(name));
    button.onclick = () => {
      const { finished } = read();
      write({ finished: finished.includes(name) ? finished.filter((n) => n !== name) : [...finished, name] });
      show();
      tick();
    };
    show();
    section.append(button);
  };
  const end = document.getElementById("check-yourself"); // of the path
  if (article && end) {
    addSwitch(end, page, /\d\d-[^/]*\//.test(page) ? "lesson" : "chapter");
    const stars = [...document.querySelectorAll("section > section")].filter((s) => /^[\d.\s]*★ /.test(s.firstElementChild.innerText));
    stars.forEach((s) => addSwitch(s, `${page}#${s.id}`, "section"));
    // The section in sight is where the reader stops, until the next one comes.
    const sections = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          if (!isIntersecting || scrollY === 0) continue;
          const heading = target.querySelector("h2").cloneNode(true);
          heading.querySelectorAll(".headerlink, annotation").forEach((part) => part.remove());
          write({ stopped: { place: `${page}.html#${target.id}`, title: heading.textContent.trim() } });
        }
      },
      { rootMargin: "-10% 0px -70% 0px" },
    );
    article.querySelectorAll("section > section").forEach((s) => s.querySelector(":scope > h2") && sections.observe(s));
  }
  tick();

  // The front page leads back to it.
  const { stopped } = read();
  if (page === "book/index" && stopped) {
    const link = document.createElement("a");
    link.href = document.documentElement.dataset.content_root + stopped.place;
    link.textContent = `Go on where you stopped: ${stopped.title}`;
    const line = document.createElement("p");
    line.className = "go-on";
    line.append(link);
    article.querySelector("h1").after(line);
  }
}
