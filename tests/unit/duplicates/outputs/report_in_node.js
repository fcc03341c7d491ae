// Runs the script of a report with just enough of a document, and prints what it shows.
// node report_in_node.js PAGE.html '{"text": "…", "least": "…", "next": 1, "without": "kind", "open": true}'
"use strict";
const { readFileSync } = require("node:fs");
const [page, wanted] = [readFileSync(process.argv[2], "utf8"), JSON.parse(process.argv[3])];

class Element {
  constructor(name) {
    Object.assign(this, { name, children: [], attributes: {}, listeners: {}, own: "", value: "" });
  }
  set textContent(text) { this.own = String(text); this.children = []; }
  get textContent() { return this.own + this.children.map((c) => c.textContent ?? c).join(" "); }
  setAttribute(key, value) { this.attributes[key] = String(value); }
  append(...children) { this.children.push(...children); }
  replaceChildren(...children) { this.children = children; }
  addEventListener(kind, listener) { (this.listeners[kind] ??= []).push(listener); }
  fire(kind) { for (const listener of this.listeners[kind] ?? []) listener({ preventDefault() {} }); }
  all(name) {
    const below = this.children.flatMap((child) => (child instanceof Element ? child.all(name) : []));
    return this.name === name ? [this, ...below] : below;
  }
}
const byId = {}, form = new Element("form");
for (const [, name, id] of page.matchAll(/<(\w+)[^>]* id="(\w+)"/g)) byId[id] = new Element(name);
byId.least.value = "0";
byId.most.value = "100";
byId.data.textContent = page.match(/id="data">([^]*?)<\/script>/)[1];
globalThis.document = {
  createElement: (name) => new Element(name),
  createElementNS: (_, name) => new Element(name),
  getElementById: (id) => byId[id],
  querySelector: () => form,
  querySelectorAll: () => byId.kinds.all("input").filter((box) => box.checked),
};
globalThis.scrollTo = () => {};
const begin = performance.now();
(0, eval)(page.match(/<script>([^]*?)<\/script>/)[1]);
if (wanted.text) byId.text.value = wanted.text;
byId.open.checked = wanted.open ?? false;
if (wanted.least) byId.least.value = wanted.least;
for (const box of byId.kinds.all("input")) if (box.value === wanted.without) box.checked = false;
form.fire("input");
for (let number = 0; number < (wanted.next ?? 0); number += 1) byId.next.fire("click");
const articles = byId.groups.all("article");
console.log(JSON.stringify({
  place: byId.place.textContent,
  summary: byId.summary.textContent,
  kinds: byId.kinds.textContent,
  histogram: byId.histogram.all("text").at(-1)?.textContent,
  titles: articles.map((article) => article.all("h2")[0].textContent),
  first: articles[0]?.textContent ?? "",
  images: articles[0]?.all("image").length ?? 0,
  outlines: articles[0]?.all("polygon").map((each) => each.attributes.points) ?? [],
  names: [...new Set(articles.flatMap((article) => article.all("script").concat(article.all("b")).map((e) => e.name)))],
  seconds: (performance.now() - begin) / 1000,
}));
