import { findDuplicates, loadEditedCopies, removeEditedCopies, WAIT } from "./edited-copies";
import { expect, expectAccessible, test } from "./page";

test.afterEach(({ request }) => removeEditedCopies(request));

test("decides on duplicates by keyboard, and goes on where it was @phone", async ({
  page,
  request,
}) => {
  await loadEditedCopies(request);
  await page.goto("./#/review");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Find duplicates" }).press("Enter");
  const pair = page.getByRole("region", { name: "Are these duplicates?" });
  await expect(pair.getByRole("img").first()).toBeVisible(WAIT);
  await expectAccessible(page);
  const progress = page.locator(".review-progress .progress");
  await page.getByLabel("Your name").fill("Ada");
  await page.getByRole("heading", { name: "Review" }).click();
  for (const [key, said] of [
    ["d", "Decided: Duplicate."],
    ["n", "Decided: Not a duplicate."],
    ["z", "Undone."],
    ["v", "Decided: Variant."],
  ] as const) {
    await page.keyboard.press(key);
    await expect(page.getByRole("status").getByText(said)).toBeVisible();
  }
  await expect(progress).toContainText(/^2 of/);
  await page.reload();
  await expect(progress).toContainText(/^2 of/);
  const { decisions } = await (await request.get("decisions")).json();
  expect(decisions.map((each: { decision: string }) => each.decision).sort()).toEqual([
    "duplicate",
    "variant",
  ]);
  expect(decisions[0].by).toBe("Ada");
});

test("leaves letters alone that are turned off, or meant for a dialog, and files that are dropped", async ({
  page,
  request,
}) => {
  await loadEditedCopies(request);
  await page.goto("./#/review");
  await findDuplicates(page);
  const progress = page.locator(".review-progress .progress");
  await page.evaluate(() => {
    const dialog = document.createElement("dialog");
    document.body.append(dialog);
    dialog.showModal();
  });
  await page.keyboard.press("d");
  await page.evaluate(() => document.querySelector("dialog")?.remove());
  await page.getByRole("checkbox", { name: "Decide by letters" }).uncheck();
  await expectAccessible(page);
  await page.keyboard.press("d");
  await page.reload();
  await expect(page.locator(".pair")).toBeVisible(WAIT);
  await page.keyboard.press("n");
  await expect(progress).toContainText(/^0 of/);
  expect((await (await request.get("decisions")).json()).decisions).toEqual([]);
  await page.getByRole("checkbox", { name: "Decide by letters" }).check();
  const isOpened = await page.evaluate(() =>
    document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true })),
  );
  expect(isOpened).toBe(false); // the browser would open the file in place of the page
  await page.keyboard.press("d");
  await expect(progress).toContainText(/^1 of/);
});

test("filters by seller, and ends", async ({ page, request }) => {
  await loadEditedCopies(request);
  await page.goto("./#/review?with=seller:northwind");
  await page.getByRole("button", { name: "Find duplicates" }).click();
  const answer = page.getByRole("button", { name: "Duplicate D", exact: true });
  await expect(page.locator(".review-progress .progress")).toContainText("0 of 1 pair", WAIT);
  await answer.click();
  await expect(page.getByRole("heading", { name: "Everything is decided" })).toBeVisible();
  await expectAccessible(page);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export decisions" }).click();
  expect((await download).suggestedFilename()).toBe("decisions.json");
});

test("shows the decision of somebody else instead of overwriting it", async ({ page, request }) => {
  await loadEditedCopies(request);
  await page.goto("./#/review");
  await page.getByRole("button", { name: "Find duplicates" }).click();
  const sides = page.locator(".pair-side");
  await expect(sides).toHaveCount(2, WAIT);
  const [a, b] = await Promise.all(
    [0, 1].map((n) => sides.nth(n).locator("dd").first().innerText()),
  );
  await request.put("decisions", { data: { a, b, decision: "variant", by: "Bo" } });
  await page.keyboard.press("d");
  await expect(page.getByRole("status").getByText("Bo has decided this meanwhile")).toBeVisible();
});
test("lets two people decide at once, and asks each pair of one of them", async ({
  page,
  browser,
  request,
  baseURL,
}) => {
  await loadEditedCopies(request);
  await page.goto("./#/review");
  await findDuplicates(page);
  const other = await (await browser.newContext({ baseURL: `${baseURL}` })).newPage();
  await other.goto(page.url());
  await expect(other.locator(".pair")).toBeVisible(WAIT);
  await page.getByLabel("Your name").fill("Ada");
  await other.getByLabel("Your name").fill("Bo");
  for (const each of [page, other]) await each.getByRole("heading", { name: "Review" }).click();
  await page.keyboard.press("d");
  await expect(page.getByRole("status").getByText("Decided: Duplicate.")).toBeVisible();
  await other.keyboard.press("n"); // the same pair, which Ada has decided meanwhile
  await expect(other.getByText("Ada has decided this meanwhile")).toBeVisible();
  await other.keyboard.press("v");
  await expect(other.getByRole("status").getByText("Decided: Variant.")).toBeVisible();
  const { decisions } = await (await request.get("decisions")).json();
  const made = decisions.map(({ by, decision }: { [key: string]: string }) => `${by}: ${decision}`);
  expect(made.sort()).toEqual(["Ada: duplicate", "Bo: variant"]);
  await other.context().close();
});
test.use({ allowed: [/status of 409/] });

test.describe("where a link names a search", () => {
  test.use({ allowed: [/404/] });

  test("begins another one where it is not known any more", async ({ page }) => {
    await page.goto("./#/review?run=gone");
    await expect(page.getByRole("alert")).toBeVisible();
    await expect(page.getByRole("button", { name: "Try again" })).toHaveCount(0);
    await page.getByRole("button", { name: "Find duplicates" }).click();
    await expect(page.getByRole("heading", { name: "No duplicates" })).toBeVisible(WAIT);
    await expect(page.getByRole("alert").filter({ hasText: /\S/ })).toHaveCount(0);
  });

  test("begins another one where it failed", async ({ page, request }) => {
    const started = await (await request.post("duplicates")).json();
    const failed = { ...started, state: "failed", finished_at: started.created_at };
    await page.route(`**/duplicates/${started.id}`, (route) => route.fulfill({ json: failed }));
    await page.goto(`./#/review?run=${started.id}`);
    await expect(page.getByText("The search could not go on")).toBeVisible();
    await expectAccessible(page);
    await expect(page.getByRole("button", { name: "Search again" })).toBeVisible();
  });
});
