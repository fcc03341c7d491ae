import { afterEach, expect, test, vi } from "vitest";
import type { ImportPreview } from "../api/types";
import { aProblem, json, some } from "../shared/made";
import { consider, type FeedPlan, forget, mayLoad, plan } from "./plan";

const FEED = new File(["id"], "feed.csv");

function shown(): FeedPlan {
  return plan.value as FeedPlan;
}

afterEach(() => {
  vi.unstubAllGlobals();
  forget();
});

test("asks what loading a feed would do", async () => {
  const fetch = vi.fn(async (_target: string) => json(some<ImportPreview>({ refusal: null })));
  vi.stubGlobal("fetch", fetch);
  await consider(FEED);
  expect(fetch.mock.calls[0]?.[0]).toBe("import_previews?mode=import");
  expect(mayLoad(shown())).toBe(true);
  await consider(FEED, "sync", "25");
  expect(fetch.mock.calls[1]?.[0]).toBe("import_previews?mode=sync&max_deletions=25");
});

test("lets nothing be loaded that would be refused, or that is no feed", async () => {
  vi.stubGlobal("fetch", async () => json(some<ImportPreview>({ refusal: "Too many." })));
  await consider(FEED, "sync");
  expect(mayLoad(shown())).toBe(false);
  vi.stubGlobal("fetch", async () => json(aProblem({ code: "catalogue_invalid" }), 422));
  await consider(FEED);
  expect([mayLoad(shown()), shown().trouble?.code]).toEqual([false, "catalogue_invalid"]);
});

test("lets a feed be loaded where the service cannot tell what that would do", async () => {
  vi.stubGlobal("fetch", async () => json(aProblem({ status: 404, code: "unknown_path" }), 404));
  await consider(FEED);
  expect(mayLoad(shown())).toBe(true);
});

test("forgets an answer that comes too late", async () => {
  vi.stubGlobal("fetch", async (_target: string, { signal }: { signal: AbortSignal }) => {
    await Promise.resolve();
    if (signal.aborted) throw new DOMException("", "AbortError");
    return json(some<ImportPreview>({ refusal: null }));
  });
  const asked = consider(FEED);
  forget();
  await asked;
  expect(plan.value).toBeNull();
});
