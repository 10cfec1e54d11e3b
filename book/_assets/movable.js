// A movable figure loads its scripts when it comes near the screen. No modules, no fetch: it works from disk, too.
{
  const folder = `${document.documentElement.dataset.content_root}_static/movable/`;
  const loading = {};
  const load = (file) =>
    (loading[file] ??= new Promise((done, failed) => {
      const script = document.createElement("script");
      Object.assign(script, { src: folder + file, async: false, onload: done, onerror: failed });
      document.head.append(script);
    }));
  customElements.define(
    "movable-figure",
    class extends HTMLElement {
      connectedCallback() {
        const near = new IntersectionObserver(([entry]) => entry.isIntersecting && near.disconnect(this.load()), {
          rootMargin: "800px",
        });
        near.observe(this);
        if (location.hash.startsWith(`#${this.name}?`)) addEventListener("load", () => this.parentElement.scrollIntoView());
      }
      get name() {
        return this.parentElement.id;
      }
      // Asked for twice, it still comes once.
      load() {
        const files = ["kit", ...(this.dataset.numbers ? [`${this.name}.numbers`] : []), this.name];
        return (this.shown ??= Promise.all(files.map((file) => load(`${file}.js`))).then(
          () => movable.show(this),
          () => (this.textContent = "The script of this figure did not arrive. Reload the page to try again."),
        ));
      }
    },
  );
}
