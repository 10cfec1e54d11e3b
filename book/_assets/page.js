// What the theme's scripts leave undone: paper, and boxes that scroll.

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
const reachable = new ResizeObserver((boxes) => {
  for (const { target } of boxes) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
document.querySelectorAll("pre, .formula, .math.long, .pst-scrollable-table-container").forEach((box) => reachable.observe(box));
