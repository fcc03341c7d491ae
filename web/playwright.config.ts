import { defineConfig, devices } from "@playwright/test";
import chromium from "@sparticuz/chromium";

/** Journeys through the page in a real Chromium, from npm, so that it is the same one everywhere. */
export default defineConfig({
  testDir: "journeys",
  workers: 1,
  timeout: 180_000,
  forbidOnly: true,
  reporter: "line",
  outputDir: "generated/journeys",
  snapshotPathTemplate: "journeys/screenshots/{projectName}-{arg}{ext}",
  expect: { timeout: 30_000, toHaveScreenshot: { maxDiffPixelRatio: 0.002 } },
  use: {
    baseURL: process.env.LOOKALIKE_URL ?? "http://127.0.0.1:8080",
    launchOptions: {
      executablePath: process.env.LOOKALIKE_CHROMIUM || (await chromium.executablePath()),
      args: ["--no-sandbox", "--font-render-hinting=none"],
    },
  },
  projects: [
    { name: "desktop", use: { viewport: { width: 1280, height: 800 }, colorScheme: "light" } },
    {
      name: "phone",
      grep: /@phone/,
      use: {
        ...devices["Pixel 7"],
        viewport: { width: 390, height: 780 },
        deviceScaleFactor: 1,
        colorScheme: "dark",
      },
    },
  ],
});
