import { expect, expectAccessible, sample, test } from "./page";

test("finds what looks like a picture, narrows it down, and goes on from a product @phone", async ({
  page,
}) => {
  await page.goto("./#/search");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("What looks like this?");
  await expectAccessible(page);
  await page.locator("input[type=file]").first().setInputFiles(sample("not-in-the-catalogue"));
  const cards = page.locator(".card");
  await expect(cards.first()).toBeVisible();
  const all = await cards.count();
  expect(all).toBeGreaterThan(3);
  await expectAccessible(page);
  await expect(page.getByRole("button", { name: "One of each style" })).toHaveCount(0); // one for all
  const facet = page.locator(".facets button").first();
  await facet.click();
  await expect(facet).toHaveAttribute("aria-pressed", "true");
  await expect.poll(() => cards.count()).toBeLessThan(all);
  expect(page.url()).toContain("filter=category");
  const name = await cards.first().locator(".card-open").innerText();
  await cards.first().locator(".card-open").press("Enter");
  await expect(page.locator(".query-name")).not.toContainText("not-in-the-catalogue");
  expect(page.url()).toContain("entity_id=");
  await expect(cards.locator(".card-open", { hasText: name })).toHaveCount(0);
  await expectAccessible(page);
  await page.goBack();
  await expect(page.locator(".query-name")).toContainText("not-in-the-catalogue");
});
