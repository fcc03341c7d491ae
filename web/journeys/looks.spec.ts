import type { Locator, Page } from "@playwright/test";
import { findDuplicates, loadEditedCopies, removeEditedCopies, WAIT } from "./edited-copies";
import { expect, sample, test } from "./page";

const THEMES = ["light", "dark"] as const;

/** The view looks as it did when somebody has looked at it last, in both themes. */
async function expectLooks(page: Page, name: string, ...changing: Locator[]): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await expect.poll(() => page.evaluate(arePicturesShown)).toBe(true);
  await page.evaluate(greyPictures);
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme });
    await expect(page).toHaveScreenshot(`${name}-${colorScheme}.png`, { mask: changing });
  }
}

/** Photographs would make the files ten times as large; where they are, and what lies on them, stays. */
function greyPictures(): void {
  const style = new CSSStyleSheet();
  style.replaceSync("img { filter: contrast(0); }");
  document.adoptedStyleSheets = [style];
}

/** Whether all pictures in the window have been loaded. */
function arePicturesShown(): boolean {
  const isInSight = (picture: Element) => picture.getBoundingClientRect().top < innerHeight;
  const isShown = (picture: HTMLImageElement) => picture.complete && picture.naturalWidth > 0;
  return [...document.images].filter(isInSight).every(isShown);
}

test("looks as it is meant to: Check @phone", async ({ page }) => {
  await page.goto("./");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expectLooks(page, "check");
});

test("looks as it is meant to: Check with an answer @phone", async ({ page }) => {
  await page.goto("./");
  await page.locator("input[type=file]").first().setInputFiles(sample("cropped-and-mirrored"));
  await expect(page.locator(".verdict")).toContainText("Already in the catalogue");
  await expectLooks(page, "answer", page.locator(".query .hint")); // which has the seconds it took
});

test("looks as it is meant to: Catalogue @phone", async ({ page }) => {
  await page.goto("./#/catalogue");
  await expect(page.locator(".products .row img").first()).toBeVisible();
  await expectLooks(page, "catalogue");
});

test.afterEach(({ request }) => removeEditedCopies(request));

test("looks as it is meant to: Review @phone", async ({ page, request }) => {
  await loadEditedCopies(request);
  await page.goto("./#/review");
  await findDuplicates(page);
  await expect(page.locator(".pair img")).toHaveCount(2, WAIT);
  await expectLooks(page, "review");
});
