import { readFileSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import { test as base, expect, type Page } from "@playwright/test";

const EDITED = "../sample/edited";

/** A picture of the sample that is an edited copy, or in no catalogue. */
export function sample(name: string): string {
  return `${EDITED}/${name}.jpg`;
}

export function sampleBase64(name: string): string {
  return readFileSync(sample(name)).toString("base64");
}

/** A page that fails its test where it logs an error, or asks another host than the service. */
export const test = base.extend<{ page: Page; allowed: RegExp[] }>({
  allowed: [[], { option: true }],
  page: async ({ page, allowed, baseURL }, use) => {
    const strange: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") strange.push(message.text());
    });
    page.on("pageerror", ({ message }) => strange.push(message));
    page.on("request", (request) => {
      const isOwn = /^(blob|data):/.test(request.url()) || request.url().startsWith(`${baseURL}`);
      if (!isOwn) strange.push(request.url());
    });
    await use(page);
    expect(strange.filter((each) => !allowed.some((pattern) => pattern.test(each)))).toEqual([]);
  },
});

/** Nothing on the page breaks a rule of WCAG 2.2 AA that a program can test, nor overflows. */
export async function expectAccessible(page: Page): Promise<void> {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`);
  expect(found).toEqual([]);
  await expectNoOverflow(page);
}

/** Nobody has to scroll sideways. */
export async function expectNoOverflow(page: Page): Promise<void> {
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
}

export { expect };
