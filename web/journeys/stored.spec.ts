import type { Locator } from "@playwright/test";
import { expect, expectAccessible, sample, sampleBase64, test } from "./page";

test.use({ allowed: [/ERR_FAILED/] }); // addresses that do not answer

/** The picture is there, in the shape of the whole photograph, and is not fetched from anywhere. */
async function expectStored(picture: Locator, aspect: number): Promise<void> {
  await expect(picture).toHaveAttribute("src", /^data:image\/webp/);
  const shape = (img: HTMLImageElement) => img.naturalWidth / img.naturalHeight;
  await expect.poll(() => picture.evaluate(shape)).toBeCloseTo(aspect, 1);
}

test("shows pictures that came without an address, and their copies @phone", async ({
  page,
  request,
}) => {
  const id = `sent-${Date.now()}`; // new at every run
  const data = { image_base64: sampleBase64("watermarked") };
  const stored = await (await request.put(`products/${id}`, { data })).json();
  const aspect = stored.fingerprint.width / stored.fingerprint.height;
  await page.goto(`./#/catalogue?q=${id}`);
  const row = page.locator(".products .row");
  await expectStored(row.locator("img"), aspect);
  await row.press("Enter");
  const dialog = page.getByRole("dialog");
  await expectStored(dialog.getByRole("img", { name: `Picture 1 of ${id}` }), aspect);
  await expect(dialog).toContainText("Found by the small picture that is stored");
  await expectAccessible(page);
  await dialog.locator(".copies .card-open").first().click();
  const comparison = page.getByRole("dialog").last();
  await expectStored(comparison.locator("figure img").first(), aspect);
  await expect(comparison.locator(".overlay")).toHaveCount(2);
  await comparison.getByRole("radio", { name: "Slider" }).check();
  await expectStored(comparison.locator(".slider-cover img"), aspect);
  await request.delete(`products/${id}`);
});

test("shows what is stored where an address does not answer", async ({ page }) => {
  await page.route("**/pictures/**", (route) => route.abort());
  await page.goto("./");
  await page.locator("input[type=file]").first().setInputFiles(sample("framed"));
  const card = page.locator(".card").first();
  await expectStored(card.locator("img"), 16 / 9);
  await card.getByRole("button").click();
  await expectStored(page.getByRole("dialog").locator("figure img").last(), 16 / 9);
  await expectAccessible(page);
});

test("asks for the pictures of a list at once", async ({ page }) => {
  const asked: number[] = [];
  page.on("request", (each) => {
    const { pathname, searchParams } = new URL(each.url());
    if (pathname.endsWith("thumbnails")) asked.push(searchParams.getAll("id").length);
  });
  await page.goto("./#/catalogue");
  const pictures = page.locator(".products .row img");
  await expect.poll(() => pictures.count()).toBeGreaterThan(5);
  expect(asked).toHaveLength(1);
});
