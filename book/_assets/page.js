// What the theme's scripts leave undone: checks, paper, boxes that scroll, and the names of solutions.

// The tick at the end of a passage opens its check.
document.querySelectorAll("button.check").forEach((button) => {
  const check = document.getElementById(button.getAttribute("aria-controls"));
  button.onclick = () => (check.open = !check.open);
  check.addEventListener("toggle", () => button.setAttribute("aria-expanded", check.open));
});

// Paper is light whatever the screen is: the theme changes for as long as the page is printed.
addEventListener("beforeprint", () => {
  const root = document.documentElement;
  root.dataset.onScreen = root.dataset.theme;
  root.dataset.theme = "light";
});
addEventListener("afterprint", () => {
  const root = document.documentElement;
  if (root.dataset.onScreen) root.dataset.theme = root.dataset.onScreen;
});

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

// The button of a solution or an answer is called by its title, not "Toggle hidden content".
addEventListener("load", () =>
  document.querySelectorAll(".dropdown > .toggle-button").forEach((button) => {
    button.ariaLabel = button.parentElement.querySelector(".admonition-title").textContent.trim();
  }),
);
