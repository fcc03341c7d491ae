// Runs the script of the web page with a document that remembers what it shows, and checks once.
// Arguments: the page, and as JSON what fetch answers and the names of the chosen files.
"use strict";
const { readFileSync } = require("node:fs");
const [page, scenario] = process.argv.slice(2);
const { status, type, body, gone, files } = JSON.parse(scenario);

class Element {
  constructor() { this.children = []; this.listeners = {}; this.value = ""; this.files = []; this.classList = { add() {}, remove() {} }; }
  append(...children) { this.children.push(...children); }
  replaceChildren(...children) { this.children = children; }
  setAttribute() {}
  addEventListener(kind, listener) { this.listeners[kind] = listener; }
  querySelector() { return new Element(); }
  focus() {}
  get text() { return [this.textContent, ...this.children.map((child) => child.text)].filter(Boolean).join("\n"); }
}

const fields = {};
globalThis.document = Object.assign(new Element(), {
  getElementById: (id) => (fields[id] ||= new Element()),
  createElement: () => new Element(),
  createElementNS: () => new Element(),
});
globalThis.sessionStorage = { getItem: () => null, setItem() {} };
URL.createObjectURL = () => "blob:1";
globalThis.fetch = async () => {
  if (gone) throw new TypeError("Failed to fetch");
  return new Response(body, { status, headers: { "content-type": type } });
};
globalThis.FormData = class { append() {} };

const [, script] = readFileSync(page, "utf-8").match(/<script>([\s\S]*)<\/script>/);
(0, eval)(script);
fields.file.files = files.map((name) => ({ name }));
fields.address.value = "https://shop.example/1.jpg";
const form = fields.check;
Promise.resolve(form.listeners.submit({ preventDefault() {}, target: form }))
  .then(() => console.log(fields.outcome.text));
