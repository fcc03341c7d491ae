import { afterEach, expect, test, vi } from "vitest";
import type { ListedProduct, ProductPage } from "../api/types";
import { aProblem, json } from "../shared/made";
import { list, listing, look, more, PAGE, productAt } from "./listing";

function aPage(next: string | null, ...ids: string[]): ProductPage {
  const products = ids.map((entity_id) => ({ entity_id }) as ListedProduct);
  return { products, next_cursor: next };
}

function answering(pages: Record<string, Response>) {
  const fetch = vi.fn(async (target: string) => {
    const cursor = new URLSearchParams(target.split("?")[1]).get("cursor") ?? "";
    return pages[cursor]?.clone();
  });
  vi.stubGlobal("fetch", fetch);
  return fetch;
}

const ids = () =>
  Array.from({ length: listing.value.count }, (_, index) => productAt(index)?.entity_id);
const rested = () => vi.waitFor(() => expect(listing.value.isLoading).toBe(false));

afterEach(() => vi.unstubAllGlobals());

test("reads page by page, and ends", async () => {
  const fetch = answering({ "": json(aPage("2", "a", "b")), "2": json(aPage(null, "c")) });
  list(new URLSearchParams("q=shirt"));
  await rested();
  expect(ids()).toEqual(["a", "b"]);
  await more();
  await more();
  expect(ids()).toEqual(["a", "b", "c"]);
  expect(fetch).toHaveBeenCalledTimes(2);
  expect(fetch.mock.calls[1]?.[0]).toBe("products?q=shirt&limit=200&cursor=2");
});

test("goes on over empty pages, which need not be the last", async () => {
  answering({ "": json(aPage("2")), "2": json(aPage("3")), "3": json(aPage(null, "a")) });
  list(new URLSearchParams("q=rare"));
  await rested();
  expect(ids()).toEqual(["a"]);
});

test("forgets what was listed under other conditions, even where it comes late", async () => {
  let answer = (_: Response) => {};
  vi.stubGlobal("fetch", (target: string, { signal }: RequestInit) =>
    target.includes("q=old")
      ? new Promise((resolve, reject) => {
          answer = resolve;
          signal?.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
        })
      : Promise.resolve(json(aPage(null, "new"))),
  );
  list(new URLSearchParams("q=old"));
  list(new URLSearchParams("q=new"));
  answer(json(aPage(null, "old")));
  await rested();
  expect(ids()).toEqual(["new"]);
});

test("keeps what it has when a page fails, and can go on", async () => {
  const pages: Record<string, Response> = { "": json(aPage("2", "a")), "2": json(aProblem(), 422) };
  answering(pages);
  list(new URLSearchParams());
  await rested();
  await more();
  expect([ids(), listing.value.trouble?.code]).toEqual([["a"], "image_corrupt"]);
  pages["2"] = json(aPage(null, "b"));
  await more();
  expect([ids(), listing.value.trouble]).toEqual([["a", "b"], null]);
});

test("holds what is in sight of a long list, and reads again what comes back in sight", async () => {
  const asked: number[] = [];
  vi.stubGlobal("fetch", async (target: string) => {
    const from = Number(new URLSearchParams(target.split("?")[1]).get("cursor") ?? 0);
    asked.push(from);
    const names = Array.from({ length: PAGE }, (_, index) => `${from + index}`);
    return json(aPage(`${from + PAGE}`, ...names));
  });
  list(new URLSearchParams());
  await rested();
  for (let count = PAGE; count < 20_000; count += PAGE) {
    void look(count - 20, count);
    await more();
  }
  const held = ids().filter((id) => id !== undefined).length;
  expect([listing.value.count, held < 6000, productAt(19_999)?.entity_id]).toEqual([
    20_000,
    true,
    "19999",
  ]);
  asked.length = 0;
  await look(390, 410);
  expect([asked, productAt(390)?.entity_id, productAt(410)?.entity_id]).toEqual([
    [200, 400],
    "390",
    "410",
  ]);
});
