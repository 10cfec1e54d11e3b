// Render the Markdown cells of the notebooks named on the command line as VS Code does; print what failed as JSON.
import { readFileSync } from "node:fs";
import katex from "@vscode/markdown-it-katex";
import MarkdownIt from "markdown-it";

const engine = new MarkdownIt({ html: true });
engine.use(katex.default ?? katex, { throwOnError: false });
const report = {};
for (const path of process.argv.slice(2)) {
  const cells = JSON.parse(readFileSync(path, "utf8")).cells;
  const pages = cells
    .filter((cell) => cell.cell_type === "markdown")
    .map((cell) => engine.render([cell.source].flat().join("")));
  const html = pages.join("\n");
  report[path] = {
    formulas: (html.match(/class="katex"/g) ?? []).length,
    errors: html.match(/<span class="katex-error"[^>]*>.*?<\/span>/g) ?? [],
    left: html.replace(/<annotation.*?<\/annotation>/gs, "").replace(/<code.*?<\/code>/gs, "").match(/.{0,40}\$.{0,40}/g) ?? [],
    tags: (html.match(/class="tag"/g) ?? []).length,
  };
}
console.log(JSON.stringify(report));
