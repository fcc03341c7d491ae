import { expect, expectAccessible, test } from "./page";

test.use({ allowed: [/ERR_FAILED/] });

test("says what the service holds, and when it is gone @phone", async ({ page }) => {
  await page.goto("./#/status");
  await expect(page.getByRole("heading", { name: "Everything is in step" })).toBeVisible();
  await expect(page.locator(".figures")).toContainText("Products");
  await expect(page.getByRole("heading", { name: "Last imports" })).toBeVisible();
  await expect(page.locator(".timeline").last()).toContainText("was added");
  await expectAccessible(page);
  await page.route("**/status", (route) => route.abort());
  await page.reload();
  await expect(page.getByText("The service does not answer")).toBeVisible();
  await page.unroute("**/status");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("heading", { name: "Everything is in step" })).toBeVisible();
});

test("moves between views by keyboard, and names them", async ({ page }) => {
  await page.goto("./");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter"); // skips to the content
  await expect(page.locator("main")).toBeFocused();
  await page.getByRole("link", { name: "Status" }).press("Enter");
  await expect(page).toHaveTitle("Status · Lookalike");
  await expect(page.locator("main")).toBeFocused();
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Is this picture");
});
