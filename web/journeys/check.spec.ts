import type { Page } from "@playwright/test";
import { expect, expectAccessible, expectNoOverflow, sample, sampleBase64, test } from "./page";

const verdict = (page: Page) => page.locator(".verdict");

async function choose(page: Page, ...paths: string[]): Promise<void> {
  await page.locator("input[type=file]").first().setInputFiles(paths);
}

/** Drop or paste what a script can put together: a file in base64, or texts. */
async function transfer(page: Page, event: "drop" | "paste", content: Record<string, string>) {
  await page.evaluate(
    ([kind, given]) => {
      const data = new DataTransfer();
      for (const [type, text] of Object.entries(given)) {
        if (type !== "file") data.setData(type, text);
        else {
          const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
          data.items.add(new File([bytes], "given.jpg", { type: "image/jpeg" }));
        }
      }
      const init = { bubbles: true, cancelable: true };
      document.body.dispatchEvent(
        kind === "drop"
          ? new DragEvent("drop", { ...init, dataTransfer: data })
          : new ClipboardEvent("paste", { ...init, clipboardData: data }),
      );
    },
    [event, content] as const,
  );
}

test("finds a sample and shows why, by keyboard alone @phone", async ({ page }) => {
  await page.goto("./");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Cropped and mirrored" }).press("Enter");
  await expect(verdict(page)).toContainText("Already in the catalogue, edited");
  await expect(verdict(page)).toContainText(/99\.\d+\s%/);
  const card = page.locator(".card").first();
  await expect(card).toContainText("Mirrored");
  await expect(card).toContainText("Cropped to");
  await expectAccessible(page);

  await card.getByRole("button").press("Enter");
  const dialog = page.getByRole("dialog");
  await expect(dialog.locator("figure img")).toHaveCount(2);
  await expect(dialog.locator(".overlay")).toHaveCount(2);
  await expectAccessible(page);
  await dialog.getByRole("radio", { name: "Slider" }).check();
  const slider = dialog.getByRole("slider");
  await slider.press("End");
  await expect(slider).toHaveValue("100");
  const matrix = await dialog
    .locator(".slider-cover img")
    .evaluate((e) => getComputedStyle(e).transform);
  expect(Number(/matrix\(([-\d.]+)/.exec(matrix)?.[1])).toBeLessThan(0); // mirrored back
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(card.getByRole("button")).toBeFocused();
});

test("checks several pictures, and says which was refused and why @phone", async ({ page }) => {
  await page.goto("./");
  const names = ["framed", "not-in-the-catalogue", "watermarked"].map(sample);
  await choose(page, ...names, "package.json");
  await expect(page.locator(".check-list .progress")).toContainText("4 of 4 checked");
  const entries = page.getByRole("list", { name: "Pictures of this check" }).getByRole("button");
  await expect(entries).toHaveText([
    /Edited copy/,
    /Not in the catalogue/,
    /Edited copy/,
    /Not an image/,
  ]);
  await expectAccessible(page);
  await entries.nth(3).click();
  await expect(verdict(page)).toBeInViewport(); // also below the list, on a phone
  await expect(verdict(page)).toHaveAttribute("data-code", "image_unsupported");
  await expect(verdict(page).getByRole("button")).toHaveCount(0); // it stays no picture
  await expectAccessible(page);
});
test.use({ allowed: [/status of (4|5)\d\d|ERR_FAILED|shop\.invalid/] });

test("takes pictures that are pasted, and dropped from this computer or another tab", async ({
  page,
  baseURL,
}) => {
  await page.goto("./");
  await transfer(page, "paste", { file: sampleBase64("framed") });
  await expect(verdict(page)).toContainText("Already in the catalogue");
  await transfer(page, "drop", { file: sampleBase64("not-in-the-catalogue") });
  await expect(verdict(page)).toContainText("Not in the catalogue");
  const address = new URL("pictures/edited/watermarked.jpg", baseURL).href;
  await transfer(page, "drop", { "text/html": `<img src="${address}">` });
  await expect(page.locator(".query-name")).toHaveText("watermarked.jpg");
  await expect(verdict(page)).toContainText("Already in the catalogue");
  expect(new URL(page.url()).hash).toContain("image_url=");
  await page.reload(); // a result can be linked
  await expect(verdict(page)).toContainText("Already in the catalogue");
  await transfer(page, "paste", { "text/plain": "a shirt" });
  await expect(page.getByRole("alert")).toContainText("holds no picture");
});

test("shows the nearest pictures of a check without a copy, and of that check alone", async ({
  page,
}) => {
  await page.goto("./");
  await choose(page, sample("not-in-the-catalogue"));
  const nearest = page.getByRole("button", { name: "Show the nearest anyway" });
  await nearest.press("Enter");
  await expect(verdict(page)).toContainText("Not a copy; these are the nearest");
  await expect(page.locator(".found")).toBeFocused();
  expect(page.url()).not.toContain("min_match");
  await choose(page, sample("not-in-the-catalogue"));
  await expect(nearest).toBeVisible();
});

test("keeps how pictures are checked in the address", async ({ page }) => {
  await page.goto("./");
  await choose(page, sample("not-in-the-catalogue"));
  await page.getByText("Options").click();
  await page.getByRole("radio", { name: "Fast" }).check();
  await page.getByLabel("Least match").fill("0");
  await page.getByLabel("Show at most").fill("3");
  await page.getByLabel("Show at most").blur();
  await expect(page.locator(".card")).toHaveCount(3);
  expect(page.url()).toContain("effort=fast&min_match=0&top=3");
  await expectAccessible(page);
});

test("says in words what went wrong, and tries again", async ({ page }) => {
  const html = { status: 502, contentType: "text/html", body: "<h1>Bad gateway</h1>" };
  await page.goto("./");
  await page.route("**/find_similar*", (route) => route.fulfill(html));
  await choose(page, sample("framed"));
  await expect(verdict(page)).toContainText(
    "something before it, such as a proxy (HTTP status 502)",
  );
  await expectAccessible(page);
  await page.unroute("**/find_similar*");
  await page.route("**/find_similar*", (route) => route.abort());
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(verdict(page)).toContainText("The service does not answer");
  await page.unroute("**/find_similar*");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(verdict(page)).toContainText("Already in the catalogue");
});

test("asks for an API key, sends it, and forgets it with the tab", async ({ page }) => {
  const refusal = {
    type: "urn:lookalike:problem:key_refused",
    title: "API key is refused",
    status: 403,
    detail: "The request needs a valid API key in the header x-api-key.",
    code: "key_refused",
    request_id: "1",
    retryable: false,
  };
  const contentType = "application/problem+json";
  await page.route("**/find_similar*", (route) =>
    route.request().headers()["x-api-key"] === "secret"
      ? route.continue()
      : route.fulfill({ status: 403, contentType, body: JSON.stringify(refusal) }),
  );
  await page.goto("./");
  await choose(page, sample("framed"));
  const dialog = page.getByRole("dialog", { name: "An API key is needed" });
  const field = dialog.getByLabel("API key");
  await expect(field).toBeFocused();
  await expectAccessible(page);
  await field.fill("wrong");
  await field.press("Enter");
  await expect(field).toHaveValue("");
  await expect(field).toBeFocused();
  await expect(field).toHaveAccessibleDescription("The service does not accept this key.");
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("API key").fill("secret");
  await dialog.getByLabel("API key").press("Enter");
  await expect(verdict(page)).toContainText("Already in the catalogue");
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain("secret");
  await page.getByRole("button", { name: "API key" }).click();
  const own = page.getByRole("dialog", { name: "Key of this tab" });
  await expectAccessible(page);
  await own.getByRole("button", { name: "Forget the key" }).click();
  await expect(own).toBeHidden();
  await choose(page, sample("framed"));
  await expect(verdict(page)).toContainText("An API key is needed"); // and no dialog again
  await page.setViewportSize({ width: 320, height: 640 });
  await expectAccessible(page);
  await page.getByRole("button", { name: "Enter a key" }).click();
  await page.getByRole("dialog").getByLabel("API key").fill("secret");
  await page.keyboard.press("Enter");
  await expect(verdict(page)).toContainText("Already in the catalogue");
});

test("shows that it works on a slow answer, and that a catalogue is empty", async ({ page }) => {
  const query = { phash: "c93f32c337cc4c1c", quality: 100, width: 10, height: 10 };
  let answer = () => {};
  await page.route("**/status", (route) => route.fulfill({ json: { products: 0 } }));
  await page.route("**/find_similar*", async (route) => {
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
    await route.fulfill({ json: { is_duplicate: false, matches: [], query, effort: "normal" } });
  });
  await page.goto("./");
  await choose(page, sample("framed"));
  await expect(page.locator(".result")).toHaveAttribute("aria-busy", "true");
  await expect(page.getByText("Checking …")).toBeVisible();
  answer();
  await expect(verdict(page)).toContainText("The catalogue is empty");
  await expectAccessible(page);
});

test("fits from 320 pixels to 4K, light and dark, and without motion", async ({ page }) => {
  await page.goto("./");
  await choose(page, sample("framed"));
  await expect(verdict(page)).toBeVisible();
  await page.locator(".options summary").click();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width: 320, height: 640 });
    await expectAccessible(page);
    await page.setViewportSize({ width: 3840, height: 2160 });
    await expectNoOverflow(page);
  }
});

test("leads from a match to all that is known about the product, and back @phone", async ({
  page,
}) => {
  await page.goto("./");
  await choose(page, sample("watermarked"));
  const card = page.locator(".card").first();
  await card.getByRole("button").click();
  const link = page.getByRole("dialog").locator(".facts a");
  const product = await link.innerText();
  await link.click();
  await expect(page).toHaveURL(/#\/catalogue\?product=/);
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("img", { name: `Picture 1 of ${product}` })).toBeVisible();
  await page.goBack();
  await expect(verdict(page)).toContainText("Already in the catalogue"); // nothing was lost
});

test("takes an address as people type it, and forgets it with the picture", async ({
  page,
  baseURL,
}) => {
  const asked: (string | null)[] = [];
  await page.route("**/find_similar?*", (route) => {
    asked.push(new URL(route.request().url()).searchParams.get("image_url"));
    return route.continue();
  });
  await page.route("https://shop.invalid/**", (route) => route.abort());
  await page.goto("./");
  const field = page.getByRole("textbox", { name: "Address" });
  await field.fill("shop.invalid/1.jpg");
  await field.press("Enter");
  await expect(verdict(page)).toHaveAttribute("data-code", "host_not_allowed");
  await expect(field).toHaveValue("https://shop.invalid/1.jpg");
  await field.fill(new URL("pictures/edited/watermarked.jpg", baseURL).href);
  await field.press("Enter");
  await expect(verdict(page)).toContainText("Already in the catalogue");
  await choose(page, sample("not-in-the-catalogue"));
  await expect(verdict(page)).toContainText("Not in the catalogue");
  await expect(field).toHaveValue("");
  expect(asked[0]).toBe("https://shop.invalid/1.jpg");
});

/** Bytes of a body that API Gateway and Lambda take, of which base64 makes four thirds. */
const GATEWAY = 4_500_000;

test("checks a large photograph of a camera where requests have to be small", async ({ page }) => {
  const bodies: number[] = [];
  await page.route("**/find_similar*", (route) => {
    bodies.push(route.request().postDataBuffer()?.length ?? 0);
    const contentType = "application/json";
    return (bodies.at(-1) ?? 0) <= GATEWAY
      ? route.continue()
      : route.fulfill({ status: 413, contentType, body: '{"message": "Too large"}' });
  });
  await page.goto("./");
  const size = await page.evaluate(photographed, sampleBase64("cropped-and-mirrored"));
  expect(size).toBeGreaterThan(6_000_000);
  await expect(verdict(page)).toContainText("Already in the catalogue, edited");
  await expect(page.locator(".card").first()).toContainText("Mirrored");
  await expect(page.locator(".query")).toContainText("sent as 1500 × 2000");
  expect(bodies).toHaveLength(1);
});

/** Drop a picture as a camera of 12 megapixels would take it; the bytes of its file. */
async function photographed(base64: string): Promise<number> {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const small = await createImageBitmap(new Blob([bytes]));
  const canvas = new OffscreenCanvas(3000, 4000);
  const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
  const picture = context.getImageData(0, 0, canvas.width, canvas.height);
  for (
    let index = 0;
    index < picture.data.length;
    index++ // the noise of its sensor
  )
    picture.data[index] = (picture.data[index] ?? 0) + 16 * (Math.random() - 0.5);
  context.putImageData(picture, 0, 0);
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.98 });
  const data = new DataTransfer();
  data.items.add(new File([blob], "camera.jpg", { type: "image/jpeg" }));
  document.body.dispatchEvent(
    new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }),
  );
  return blob.size;
}
