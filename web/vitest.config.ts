import { defineConfig } from "vitest/config";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: {
    include: ["src/**/*.test.{ts,tsx}"],
    environment: "happy-dom",
    isolate: false, // an environment for each file would take longer than its tests
    fileParallelism: false,
    setupFiles: ["src/shared/testing.ts"],
  },
});
