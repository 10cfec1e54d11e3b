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
