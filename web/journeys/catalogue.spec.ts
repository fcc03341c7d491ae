import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, expectAccessible, test } from "./page";

const PHOTO = "photos/00a1b7a8-217d-45bf-93a8-86db0bdf9d9d.jpg";
const MANY = 1_000_000;
/** Milliseconds between two frames that a person sees as a stumble, on a machine that is busy. */
const STUMBLE = 250;

test.use({ allowed: [/404|422/] }); // pictures that are not there, and columns that are not known

test("browses, searches, and shows a product @phone", async ({ page }) => {
  await page.goto("./#/catalogue");
  const rows = page.locator(".products .row");
  await expect(rows.first()).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("searchbox", { name: "Search" }).fill("01612828");
  await expect(rows).toHaveCount(1);
  expect(page.url()).toContain("q=01612828");
  await rows.first().press("Enter");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("img").first()).toBeVisible();
  await expect(dialog).toContainText("No copy of this picture was found");
  await expect(dialog.locator(".timeline").last()).toContainText("was added");
  await expect(dialog.getByRole("heading", { name: "Looks alike" })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await page.getByRole("searchbox", { name: "Search" }).fill("nothing like this");
  await expect(page.getByText("No product meets this")).toBeVisible();
  await expect(page.getByText("such as category:Dress")).toBeVisible();
  await expectAccessible(page);
});

test("shows what a feed would change, loads it, and says which rows were refused and why", async ({
  page,
  request,
}) => {
  const copy = `copy-${Date.now()}`; // new at every run
  const feed = `entity_id,image_url,Farbe\n${copy},${PHOTO},rot\nbad-1,photos/missing.jpg\n,photos/none.jpg\n`;
  await page.goto("./#/catalogue");
  const file = { name: "feed.csv", mimeType: "text/csv", buffer: Buffer.from(feed) };
  await page.getByLabel("Load a feed").last().setInputFiles(file);
  const preview = page.getByRole("region", { name: "What feed.csv would change" });
  await expect(preview).toContainText("CSV with commas");
  await expect(preview.locator(".facts")).toContainText("Farbe");
  await expect(preview.getByLabel("Picture")).toHaveValue("image_url");
  await expect(preview.getByLabel("Picture")).toHaveAccessibleDescription(PHOTO);
  await expect(preview.locator(".facts")).toContainText("rot");
  await expect(preview.locator(".figures")).toContainText(copy);
  await expectAccessible(page);
  await preview.getByRole("radio", { name: "Delete them" }).check();
  await expect(preview.getByRole("alert")).toContainText("more than may be deleted");
  await expect(preview.getByRole("button", { name: /^Load/ })).toBeDisabled();
  await expectAccessible(page);
  const most = preview.getByLabel("Delete at most");
  await most.fill("1oo%");
  await expect(preview.getByRole("alert")).toContainText("That is no limit");
  await expect(preview.getByRole("button", { name: /^Load/ })).toBeDisabled();
  await expectAccessible(page);
  await most.fill("100 %");
  await expect(preview.getByRole("button", { name: /^Load .* delete/ })).toBeEnabled();
  await preview.getByRole("radio", { name: "Keep them" }).check();
  await preview.getByRole("button", { name: /^Load/ }).click();
  const progress = page.getByRole("region", { name: "Loading feed.csv" });
  await expect(progress).toContainText("1 loaded", { timeout: 90_000 });
  await expect(progress).toContainText("2 rows were refused");
  await progress.getByText("Image not found").click();
  await expect(progress.getByText("Row 3")).toBeVisible();
  await expect(progress.getByText("Row refused")).toBeVisible();
  const download = page.waitForEvent("download");
  await progress.getByRole("button", { name: "Save refused rows" }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe("refused rows of feed.csv.csv");
  const csv = readFileSync(await saved.path(), "utf8").split("\r\n");
  expect(csv[0]).toBe("row,entity_id,image_url,code,detail");
  expect(csv[1]).toMatch(/^3,bad-1,photos\/missing.jpg,image_not_found,/);
  expect(csv).toHaveLength(4);
  await expectAccessible(page);
  await page.getByRole("searchbox", { name: "Search" }).fill(copy);
  await expect(page.locator(".products .row")).toHaveCount(1);
  await page.locator(".products .row").press("Enter");
  const copies = page.getByRole("dialog").locator(".card"); // found under its first id, too
  await expect(copies.first()).toContainText("Same picture");
  await request.delete(`products/${copy}`);
});

test("lets people choose the columns of a feed whose names do not tell @phone", async ({
  page,
  request,
}) => {
  const copy = `mapped-${Date.now()}`; // new at every run
  const feed = `Nr,Foto,"Bild, groß"\n${copy},photos/missing.jpg,${PHOTO}\n`;
  await page.goto("./#/catalogue");
  const file = { name: "feed.csv", mimeType: "text/csv", buffer: Buffer.from(feed) };
  await page.getByLabel("Load a feed").last().setInputFiles(file);
  const preview = page.getByRole("region", { name: "What feed.csv would change" });
  await expect(preview.getByRole("alert")).toContainText("Choose them");
  await expect(preview.getByRole("button", { name: /^Load/ })).toBeDisabled();
  await expectAccessible(page);
  await preview.getByLabel("Id").selectOption("Nr");
  await expect(preview.getByLabel("Id")).toHaveAccessibleDescription(copy);
  await expect(preview.getByLabel("Picture")).toHaveValue("");
  await preview.getByLabel("Picture").focus();
  await page.keyboard.press("F");
  await expect(preview).toContainText("Image not found");
  await expect(preview.getByLabel("Picture")).toBeFocused();
  await preview.getByLabel("Picture").selectOption("Bild, groß");
  await expect(preview.locator(".figures")).toContainText(copy);
  await expect(preview.locator(".facts")).toContainText("Foto");
  await expect(preview.getByRole("button", { name: "As recognised" })).toBeVisible();
  await expectAccessible(page);
  await page.setViewportSize({ width: 320, height: 640 });
  await expectAccessible(page);
  await preview.getByRole("button", { name: /^Load/ }).click();
  const progress = page.getByRole("region", { name: "Loading feed.csv" });
  await expect(progress).toContainText("1 loaded", { timeout: 90_000 });
  const stored = await (await request.get(`products/${copy}`)).json();
  expect(stored).toMatchObject({ image_url: PHOTO, attributes: { Foto: "photos/missing.jpg" } });
  await request.delete(`products/${copy}`);
});

test("shows what a deployment knows of a feed before it is loaded", async ({ page }) => {
  const fields = { entity_id: "id", sku: null, image_url: "image" };
  const others = { further_pictures: [], attributes: ["colour"], left_out: [] };
  const columns = {
    ...{ ...fields, ...others, available: ["id", "image", "colour"] },
    examples: { id: "17", colour: "red" },
  };
  const counts = { rows: 10_000, added: 9_000, changed: 900, unchanged: 99, failed: 1 };
  const samples = { added: ["17"], changed: [], deleted: [] };
  await page.route("**/import_previews?*", (route) => {
    const unknown = new URL(route.request().url()).searchParams.get("mode") === "sync" ? null : 0;
    const deletions = { products: unknown, missing: unknown, deleted: unknown, refusal: null };
    const found = { format: "CSV", columns, ...counts, failures: [], samples, ...deletions };
    return route.fulfill({ json: { ...found, has_more: true } });
  });
  await page.goto("./#/catalogue");
  const file = { name: "feed.csv", mimeType: "text/csv", buffer: Buffer.from("id,image,colour\n") };
  await page.getByLabel("Load a feed").last().setInputFiles(file);
  const preview = page.getByRole("region", { name: "What feed.csv would change" });
  await expect(preview).toContainText("10,000 rows looked at; there are more");
  const load = preview.getByRole("button", { name: "Load", exact: true }); // how many is not known
  await expect(load).toBeEnabled();
  await preview.getByRole("radio", { name: "Delete them" }).check();
  await expect(preview).toContainText("is not known before it runs");
  await expect(preview.getByLabel("Delete at most")).toHaveValue("10%");
  await expect(load).toBeEnabled();
  await expectAccessible(page);
});

test("shows what was decided about a product, and takes it back", async ({ page, request }) => {
  const { products } = await (await request.get("products?limit=2")).json();
  const [a, b] = products.map(({ entity_id }: { entity_id: string }) => entity_id);
  const decision = { a, b, decision: "not_duplicate", by: "Ada", note: "Another print." };
  await request.put("decisions", { data: decision });
  await page.goto(`./#/catalogue?product=${a}`);
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText(`Not a duplicate of ${b} by Ada · Another print.`);
  await dialog.getByRole("button", { name: `Undo the decision about ${b}` }).click();
  await expect(dialog.getByText("Another print.")).toBeHidden();
  expect((await (await request.get(`decisions?entity_id=${a}`)).json()).decisions).toEqual([]);
});

test("loads a folder of pictures, whose names become ids", async ({ page, request }, info) => {
  const folder = info.outputPath("shop");
  mkdirSync(`${folder}/red`, { recursive: true });
  for (const name of ["red/one", "two"])
    copyFileSync(`../sample/${PHOTO}`, `${folder}/${name}.jpg`);
  await page.goto("./#/catalogue");
  await page.getByLabel("Load a folder").last().setInputFiles(folder);
  const preview = page.getByRole("region", { name: "What shop would change" });
  await expect(preview).toContainText("Names become ids: red/one, two");
  await expectAccessible(page);
  await preview.getByRole("button", { name: /^Load/ }).click();
  const progress = page.getByRole("region", { name: "Loading shop" });
  await expect(progress).toContainText("2 loaded", { timeout: 90_000 });
  await page.getByRole("searchbox", { name: "Search" }).fill("red/one");
  await expect(page.locator(".products .row")).toHaveCount(1);
  for (const id of ["red%2Fone", "two"]) await request.delete(`products/${id}`);
});

/** A catalogue of a million products, which is read in pages of this many. */
async function serveMany(page: Page, inPage: number): Promise<void> {
  await page.route("**/products?*", (route) => {
    const parameters = new URL(route.request().url()).searchParams;
    const from = Number(parameters.get("cursor") ?? 0);
    const products = Array.from({ length: inPage }, (_, index) => ({
      entity_id: `product-${from + index}`,
      sku: `SKU-${from + index}`,
      image_url: null,
      attributes: { category: "Dress" },
      state: "active",
    }));
    const next = from + products.length;
    return route.fulfill({ json: { products, next_cursor: next < MANY ? `${next}` : null } });
  });
}

test("stays smooth over a million products", async ({ page }) => {
  await serveMany(page, 200);
  await page.goto("./#/catalogue");
  await expect(page.locator(".products .row").first()).toBeVisible();
  const worst = await page.evaluate(async () => {
    const pauses: number[] = [];
    let before = performance.now();
    for (let frame = 0; frame < 120; frame++) {
      window.scrollBy(0, 700);
      const now = await new Promise<number>(requestAnimationFrame);
      pauses.push(now - before);
      before = now;
    }
    return pauses.sort((a, b) => b - a)[3] ?? 0;
  });
  expect(worst).toBeLessThan(STUMBLE);
  expect(await page.locator(".products .row").count()).toBeLessThan(60);
  await expect(page.getByRole("status")).toContainText("so far");
});

test("reaches the last of a million products, and comes back to the first", async ({ page }) => {
  await serveMany(page, 50_000);
  await page.goto("./#/catalogue");
  const shown = page.locator(".products .row-name");
  await expect(shown.first()).toBeVisible();
  for (let count = 50_000; count < MANY; count += 50_000) {
    const read = page.waitForResponse(/products\?.*cursor/);
    await page.keyboard.press("End");
    await read;
    await expect(page.locator(".catalogue > section > .hint")).toContainText(
      (count + 50_000).toLocaleString("en"),
    );
  }
  await page.keyboard.press("End");
  await expect(shown.getByText("SKU-999999", { exact: true })).toBeInViewport();
  const near = shown.getByText("SKU-999992", { exact: true });
  const height = async () => (await near.boundingBox())?.y ?? 0;
  const before = await height();
  await page.evaluate(() => window.scrollBy(0, -340)); // five rows, as in a short list
  await expect.poll(height).toBeCloseTo(before + 340, 0);
  await page.keyboard.press("Home");
  await expect(shown.getByText("SKU-0", { exact: true })).toBeInViewport();
  expect(await page.locator(".products .row").count()).toBeLessThan(60);
});
