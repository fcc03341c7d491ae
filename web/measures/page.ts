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
/** Seconds after which Status asks again, and how often it does in an hour. */
const EVERY = 10;
const TIMES = quick ? 20 : 3600 / EVERY;
const PRODUCTS = 1_000_000;
const STEPS = quick ? 20 : 600;
const MATCHES = 50;
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

/** What the page holds after a tenth of an hour of Status, and after all of it, by a clock that is turned. */
async function anHour(page: Page): Promise<{ early: Held; late: Held }> {
  await page.clock.install();
  await page.goto("./#/status");
  await page.locator(".figures").waitFor();
  let early: Held | null = null;
  for (let time = 1; time <= TIMES; time++) {
    const asked = page.waitForResponse(/\/status$/);
    await page.clock.fastForward(1000 * EVERY);
    await (await asked).finished();
    await page.evaluate(() => Promise.resolve()); // it is read, and the next one is waited for
    if (time === TIMES / 10) early = await heldBy(page);
  }
  const late = await heldBy(page);
  return { early: early ?? late, late };
}

/** Small pictures, of 256 pixels: each is drawn once. */
function thumbnails(page: Page): Promise<string> {
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes]));
    const canvas = new OffscreenCanvas(192, 256);
    canvas.getContext("2d")?.drawImage(picture, 0, 0, 192, 256);
    const blob = await canvas.convertToBlob({ type: "image/webp", quality: 0.75 });
    return new Promise<string>((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(`${reader.result}`);
      reader.readAsDataURL(blob);
    });
  }, PICTURE);
}

/** A small picture for each id. */
async function serveThumbnails(page: Page, small: string): Promise<void> {
  await page.route("**/thumbnails?*", (route) => {
    const ids = new URL(route.request().url()).searchParams.getAll("id");
    // The fragment makes each a picture of its own.
    const made = ids.map((id) => ({ fingerprint_id: id, data_uri: `${small}#${id}` }));
    return route.fulfill({ json: { thumbnails: made } });
  });
}

async function scrolling(
  page: Page,
): Promise<Frames & { read: number; before: Held; after: Held }> {
  let read = 0;
  await page.route("**/products?*", (route) => {
    const parameters = new URL(route.request().url()).searchParams;
    const from = Number(parameters.get("cursor") ?? 0);
    const products = Array.from({ length: Number(parameters.get("limit")) }, (_, index) => ({
      ...{ entity_id: `product-${from + index}`, sku: `SKU-${from + index}`, image_url: null },
      ...{ attributes: { category: "Dress", seller: "acme" }, state: "active", images: [] },
      fingerprint_id: `${from + index}`.padStart(32, "0"),
    }));
    read = from + products.length;
    return route.fulfill({ json: { products, next_cursor: read < PRODUCTS ? `${read}` : null } });
  });
  await page.goto("./");
  const small = await thumbnails(page);
  await serveThumbnails(page, small);
  await page.goto("./#/catalogue");
  await page.locator(".products .row img").first().waitFor();
  const before = await heldBy(page);
  const frames = await framesOf(page, () =>
    page.evaluate(async (steps) => {
      for (let step = 0; step < steps; step++) {
        window.scrollBy(0, 1500);
        await new Promise(requestAnimationFrame);
      }
    }, STEPS),
  );
  return { ...frames, read, before, after: await heldBy(page) };
}

/** Frames while the gallery of a check with 50 matches is scrolled, and while they are compared. */
async function matching(page: Page): Promise<{ gallery: Frames; comparison: Frames }> {
  await page.goto("./#/check");
  await page.locator(".drop").waitFor();
  const small = await thumbnails(page);
  const real = page.waitForResponse(/find_similar/);
  await dropped(page, PICTURE, "real.jpg");
  const answer = await (await real).json();
  const matches = Array.from({ length: MATCHES }, (_, index) => ({
    ...answer.matches[0],
    ...{ entity_id: `product-${index}`, sku: `SKU-${index}`, image_url: null },
    fingerprint_id: `${index}`.padStart(32, "0"),
  }));
  await page.route("**/find_similar?*", (route) => route.fulfill({ json: { ...answer, matches } }));
  await serveThumbnails(page, small);
  await dropped(page, PICTURE, "many.jpg");
  await page
    .locator(".card")
    .nth(MATCHES - 1)
    .waitFor();
  await page.locator(".card img").first().waitFor();
  const gallery = await framesOf(page, () =>
    page.evaluate(async (steps) => {
      const end = document.documentElement.scrollHeight - innerHeight;
      for (let step = 0; step < steps; step++) {
        const along = (4 * step) / steps; // down and up, twice
        window.scrollTo(0, end * (1 - Math.abs((along % 2) - 1)));
        await new Promise(requestAnimationFrame);
      }
    }, STEPS),
  );
  await page.locator(".card button").first().click();
  await page.getByRole("dialog").waitFor();
  const comparison = await framesOf(page, async () => {
    for (let step = 1; step < MATCHES; step++) {
      await page.keyboard.press("ArrowRight");
      await page.getByText(`${step + 1} of ${MATCHES}`).waitFor();
    }
  });
  return { gallery, comparison };
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
  hour: { count: TIMES, ...(await inPage(address, anHour)) },
  scrolling: await inPage(address, scrolling),
  matching: { matches: MATCHES, ...(await inPage(address, matching)) },
  deciding: { groups: GROUPS, answers: ANSWERS, ...(await inPage(address, deciding)) },
};
console.log(JSON.stringify(measured));
