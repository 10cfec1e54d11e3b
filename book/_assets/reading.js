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

  // A tick behind every finished chapter and ★ section in the tables that lead to them.
  const tick = () => {
    const { finished } = read();
    const lists = ".bd-docs-nav, .page-toc, #what-is-here table";
    document.querySelectorAll(`:is(${lists}) a.reference`).forEach((link) => {
      const place = new URL(link.href);
      const name = place.pathname.replace(/.*\/(book\/)/, "$1").replace(/\.html$/, "");
      const here = name === page && !link.closest(".page-toc") ? name : name + place.hash;
      link.querySelector(".finished")?.remove();
      if (finished.includes(here))
        link.insertAdjacentHTML("beforeend", ' <span class="finished">✓<span class="visually-hidden"> finished</span></span>');
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
    addSwitch(end, page, "chapter");
    document.querySelectorAll("#further > section").forEach((s) => addSwitch(s, `${page}#${s.id}`, "section"));
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
