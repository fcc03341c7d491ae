/**
 * `node measures/page.ts ADDRESS [QUICK]` measures the page of a service in Chromium, and prints
 * JSON. The first answers are real; long lists and long sessions are answered by the browser, since
 * what is measured there is the page.
 */
import { readFileSync } from "node:fs";
import type { Page, Route } from "@playwright/test";
import { dropped, type Frames, framesOf, type Held, heldBy, inPage } from "./browser.ts";

const [address = "http://127.0.0.1:8080/", quick = ""] = process.argv.slice(2);
const PICTURE = readFileSync("../sample/edited/cropped-and-mirrored.jpg").toString("base64");
const DROPS = quick ? 2 : 10;
const CHECKS = quick ? 20 : 500;
const PRODUCTS = 1_000_000;
const STEPS = quick ? 20 : 600;
const GROUPS = 10_000;
const DECIDED = 9_000;
const ANSWERS = quick ? 5 : 200;
const MEMBER = { sku: "SKU", image_url: null, image_index: 0, attributes: {}, fingerprint_id: "1" };

/** Milliseconds from each drop to its verdict, after one that does not count. */
async function firstAnswers(page: Page): Promise<number[]> {
  await page.goto("./#/check");
  await page.locator(".drop").waitFor();
  const times: number[] = [];
  for (let drop = 0; drop <= DROPS; drop++) times.push(await dropped(page, PICTURE, `${drop}.jpg`));
  return times.slice(1);
}

/** What the page holds after a tenth of many checks, and after all of them. */
async function manyChecks(page: Page): Promise<{ early: Held; late: Held }> {
  await page.goto("./#/check");
  await page.locator(".drop").waitFor();
  const real = page.waitForResponse(/find_similar/);
  await dropped(page, PICTURE, "real.jpg");
  const json = await (await real).json();
  await page.route("**/find_similar?*", (route) => route.fulfill({ json }));
  let early: Held | null = null;
  for (let check = 1; check <= CHECKS; check++) {
    await dropped(page, PICTURE, `${check}.jpg`);
    if (check === CHECKS / 10) early = await heldBy(page);
  }
  const late = await heldBy(page);
  return { early: early ?? late, late };
}

async function scrolling(page: Page): Promise<Frames & { read: number }> {
  let read = 0;
  await page.route("**/products?*", (route) => {
    const parameters = new URL(route.request().url()).searchParams;
    const from = Number(parameters.get("cursor") ?? 0);
    const products = Array.from({ length: Number(parameters.get("limit")) }, (_, index) => ({
      ...{ entity_id: `product-${from + index}`, sku: `SKU-${from + index}`, image_url: null },
      ...{ attributes: { category: "Dress", seller: "acme" }, state: "active", images: [] },
    }));
    read = from + products.length;
    return route.fulfill({ json: { products, next_cursor: read < PRODUCTS ? `${read}` : null } });
  });
  await page.goto("./#/catalogue");
  await page.locator(".products .row").first().waitFor();
  const frames = await framesOf(page, () =>
    page.evaluate(async (steps) => {
      for (let step = 0; step < steps; step++) {
        window.scrollBy(0, 1500);
        await new Promise(requestAnimationFrame);
      }
    }, STEPS),
  );
  return { ...frames, read };
}

async function deciding(page: Page): Promise<Frames & { loaded: number }> {
  const run = { id: "run", state: "done", finished_at: "2026-11-23T00:00:00Z", groups: GROUPS };
  await page.route("**/duplicates/run", (route) => route.fulfill({ json: run }));
  await page.route("**/duplicates/run/groups?*", groups);
  await page.route("**/decisions**", (route) => {
    const isPut = route.request().method() === "PUT";
    const json = isPut
      ? { id: `${Math.random()}`, stands: true, ...route.request().postDataJSON() }
      : { decisions: [], next_cursor: null };
    return route.fulfill({ json });
  });
  const began = performance.now();
  await page.goto("./#/review?run=run");
  await page.locator(".pair").waitFor({ timeout: 600_000 });
  const loaded = performance.now() - began;
  const frames = await framesOf(page, async () => {
    for (let answer = 0; answer < ANSWERS; answer++) {
      const asked = await page.locator(".pair-side dd").first().textContent();
      await page.keyboard.press("d");
      await page.waitForFunction(
        (before) => document.querySelector(".pair-side dd")?.textContent !== before,
        asked,
      );
    }
  });
  return { ...frames, loaded };
}

/** Groups of two products, most of which are decided, so that all have to be read. */
function groups(route: Route): Promise<void> {
  const parameters = new URL(route.request().url()).searchParams;
  const from = Number(parameters.get("cursor") || 0);
  const page = Array.from({ length: Number(parameters.get("limit")) }, (_, index) => {
    const [a, b] = [`${from + index}-a`, `${from + index}-b`];
    const members = [a, b].map((entity_id) => ({ entity_id, ...MEMBER }));
    return {
      ...{ id: a, kind: "same_picture", match_percentage: 100, products: 2, members },
      ...{ keep: { entity_id: a, reasons: [] }, pictures: [], links: [], decisions: [] },
      decided: from + index < DECIDED,
    };
  });
  const next = from + page.length;
  return route.fulfill({ json: { groups: page, next_cursor: next < GROUPS ? `${next}` : null } });
}

const measured = {
  answers: await inPage(address, firstAnswers),
  checks: { count: CHECKS, ...(await inPage(address, manyChecks)) },
  scrolling: await inPage(address, scrolling),
  deciding: { groups: GROUPS, answers: ANSWERS, ...(await inPage(address, deciding)) },
};
console.log(JSON.stringify(measured));
