import type { APIRequestContext, Page } from "@playwright/test";
import { expect } from "./page";

const FEED = `entity_id,image_url,seller
review-1,edited/framed.jpg,northwind
review-2,edited/watermarked.jpg,bolt
review-3,edited/cropped-and-mirrored.jpg,bolt
`;

/** For work in the background, on a machine that does much else. */
export const WAIT = { timeout: 90_000 };

/** Edited copies as products of their own, about which nothing has been decided. */
export async function loadEditedCopies(request: APIRequestContext): Promise<void> {
  const options = { data: FEED, headers: { "content-type": "text/csv" } };
  const { id } = await (await request.post("imports", options)).json();
  const run = async () => (await (await request.get(`imports/${id}`)).json()).state;
  await expect.poll(run, WAIT).toBe("done");
  const { decisions } = await (await request.get("decisions?limit=1000")).json();
  for (const each of decisions) await request.delete(`decisions/${encodeURIComponent(each.id)}`);
}

export async function removeEditedCopies(request: APIRequestContext): Promise<void> {
  for (const number of [1, 2, 3]) await request.delete(`products/review-${number}`);
}

/** Search for duplicates in Review. */
export async function findDuplicates(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Find duplicates" }).click();
  await expect(page.locator(".pair")).toBeVisible(WAIT);
}
