// What the theme's scripts leave undone: what is closed, paper, and boxes that scroll.

// Solutions and answers are folds, which a browser opens by itself where it finds what a reader looks for.
document.querySelectorAll(".admonition.dropdown").forEach((box) => {
  const fold = document.createElement("details");
  for (const { name, value } of box.attributes) fold.setAttribute(name, value);
  const title = document.createElement("summary");
  title.className = "admonition-title";
  title.append(...box.querySelector(":scope > .admonition-title").childNodes);
  fold.append(title, ...[...box.childNodes].filter((node) => node.className !== "admonition-title"));
  box.replaceWith(fold);
});

// The tick at the end of a passage opens its check, which is hidden, but found.
document.querySelectorAll("button.check").forEach((button) => {
  const check = document.getElementById(button.getAttribute("aria-controls"));
  const hide = () => (check.open ? check.removeAttribute("hidden") : check.setAttribute("hidden", "until-found"));
  hide();
  button.onclick = () => (check.open = !check.open);
  check.addEventListener("beforematch", () => (check.open = true));
  check.addEventListener("toggle", () => {
    hide();
    button.setAttribute("aria-expanded", check.open);
  });
});

// A link opens what it leads to.
const reveal = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const closed = [];
  for (let fold = target; (fold = fold?.closest("details:not([open])")); ) closed.push(fold), (fold.open = true);
  if (closed.length) requestAnimationFrame(() => target.scrollIntoView());
};
addEventListener("hashchange", reveal);
addEventListener("click", ({ target }) => target.closest?.("a[href*='#']") && setTimeout(reveal));
reveal();

// Who reports a mistake need not say where: the last heading above the middle of the screen goes with it.
document.addEventListener("click", ({ target }) => {
  const link = target.closest?.("a[href*='template=mistake.yml']");
  const above = [...document.querySelectorAll("article :is(h1, h2, h3)")].filter((h) => h.getBoundingClientRect().top < innerHeight / 2);
  if (!link || link.closest(".report") || !above.length) return; // the one at the end is for all of the page
  const url = new URL(link.href);
  url.searchParams.set("section", above.at(-1).textContent.replace(/#$/, "").trim());
  link.href = url;
});

// Paper is light whatever the screen is, and has the answers and solutions at its end: while the page is printed.
let undo = [];
addEventListener("beforeprint", () => {
  const root = document.documentElement;
  const { theme } = root.dataset;
  root.dataset.theme = "light";
  undo = [() => (root.dataset.theme = theme)];
  const folds = [...document.querySelectorAll("details.dropdown")];
  if (!folds.length) return;
  const end = document.createElement("section");
  end.className = "at-the-end";
  end.innerHTML = "<h2>Answers and solutions</h2>";
  undo.push(() => end.remove());
  for (const fold of folds) {
    const { open } = fold;
    const place = document.createComment("");
    const title = fold.querySelector("summary");
    const exercise = fold.matches(".solution") && fold.previousElementSibling?.querySelector(".admonition-title");
    const words = [...title.childNodes];
    if (exercise) title.append(": ", ...exercise.cloneNode(true).childNodes);
    fold.replaceWith(place);
    fold.open = true;
    end.append(fold);
    undo.push(() => {
      title.replaceChildren(...words);
      fold.open = open;
      place.replaceWith(fold);
    });
  }
  document.querySelector("article.bd-article > section").append(end);
});
addEventListener("afterprint", () => undo.splice(0).reverse().forEach((step) => step()));

// Whatever scrolls sideways can be reached and moved by the keyboard, also after a fold has been opened.
// It fades at its right edge until its end is in sight. (What stands in a line of text has no width of its own.)
const fade = (box) => box.classList.toggle("goes-on", box.clientWidth > 0 && box.scrollLeft + box.clientWidth < box.scrollWidth - 2);
// A formula or table that can be reached so is announced by its number, or by a number of its own.
let named = 0;
const name = (box) => {
  const number = box.parentElement.querySelector(".eqno")?.firstChild.textContent ?? ++named;
  box.setAttribute("role", "region");
  box.ariaLabel ??= `${box.querySelector("table") ? "Wide table" : "Wide formula"} ${number}`;
};
const reachable = new ResizeObserver((boxes) => {
  for (const { target } of boxes) {
    const wide = target.clientWidth > 0 && target.scrollWidth > target.clientWidth;
    if (wide) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
    if (wide && target.tagName !== "PRE") name(target);
    fade(target);
  }
});
document.querySelectorAll("pre, .formula, .math.long, .pst-scrollable-table-container").forEach((box) => {
  reachable.observe(box);
  box.addEventListener("scroll", () => fade(box), { passive: true });
});
