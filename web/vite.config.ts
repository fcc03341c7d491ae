import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";

const service = process.env.LOOKALIKE_URL ?? "http://127.0.0.1:8080";
const paths = [
  "compare",
  "decisions",
  "docs",
  "duplicates",
  "events",
  "find_similar",
  "health",
  "import_previews",
  "imports",
  "openapi.json",
  "pictures",
  "products",
  "search",
  "status",
  "thumbnails",
];

/** The licence of the font, which no script imports: Vite lists those of scripts alone. */
const fontLicence: Plugin = {
  name: "font-licence",
  generateBundle() {
    const source = readFileSync("node_modules/@fontsource-variable/inter/LICENSE");
    this.emitFile({ type: "asset", fileName: "licence-of-inter.txt", source });
  },
};

export default defineConfig({
  base: "./", // a deployment may serve the page below a path
  plugins: [fontLicence],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../lookalike/http/page",
    emptyOutDir: true,
    cssTarget: ["chrome123", "firefox120", "safari17.5"], // the first with light-dark()
    assetsInlineLimit: 100_000, // all that is served is text: API Gateway would garble a font
    license: { fileName: "licences.txt" },
    modulePreload: { polyfill: false },
  },
  server: { proxy: Object.fromEntries(paths.map((path) => [`/${path}`, service])) },
});
