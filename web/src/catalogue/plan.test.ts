import { afterEach, expect, test, vi } from "vitest";
import type { ImportPreview } from "../api/types";
import { aProblem, json, some } from "../shared/made";
import { consider, type FeedPlan, forget, mayLoad, plan } from "./plan";

const FEED = new File(["id"], "feed.csv");

function shown(): FeedPlan {
  return plan.value as FeedPlan;
}

function aPreview(changes: Partial<ImportPreview> = {}): ImportPreview {
  const fields = { entity_id: "id", sku: null, image_url: "Foto" };
  const further = { further_pictures: [], attributes: ["Bild"], left_out: [] };
  const columns = { ...fields, ...further, available: ["id", "Foto", "Bild"] };
  return some<ImportPreview>({ columns, refusal: null, ...changes });
}

afterEach(() => {
  vi.unstubAllGlobals();
  forget();
});

test("asks what loading a feed would do", async () => {
  const fetch = vi.fn(async (_target: string) => json(aPreview()));
  vi.stubGlobal("fetch", fetch);
  await consider(FEED);
  expect(fetch.mock.calls[0]?.[0]).toBe("import_previews?mode=import");
  expect(mayLoad(shown())).toBe(true);
  await consider(FEED, { mode: "sync", most: "25" });
  expect(fetch.mock.calls[1]?.[0]).toBe("import_previews?mode=sync&max_deletions=25");
});

test("asks with the columns that are chosen, and keeps what is known meanwhile", async () => {
  const fetch = vi.fn(async (_target: string) => json(aPreview()));
  vi.stubGlobal("fetch", fetch);
  await consider(FEED, { mode: "sync" });
  const asked = consider(FEED, { columns: { image_url: "Bild, groß", sku: "" } });
  expect(shown()).toMatchObject({ isAsking: true, known: { available: ["id", "Foto", "Bild"] } });
  await asked;
  const parameters = new URLSearchParams(fetch.mock.calls[1]?.[0].split("?")[1]);
  expect(parameters.getAll("columns")).toEqual(["sku=", "image_url=Bild, groß"]);
  expect(parameters.get("mode")).toBe("sync");
  await consider(new File(["id"], "other.csv"));
  expect(shown()).toMatchObject({ mode: "import", columns: {} });
});

test("knows the columns of a feed that is refused for them, and what was chosen", async () => {
  const refused = aProblem({ code: "catalogue_invalid", columns: ["Nr", "Bild"] });
  vi.stubGlobal("fetch", async () => json(refused, 422));
  await consider(FEED, { columns: { entity_id: "Nr" } });
  const fields = { entity_id: "Nr", sku: null, image_url: null };
  expect(shown().known).toEqual({ available: ["Nr", "Bild"], fields });
  expect(mayLoad(shown())).toBe(false);
  const { known } = shown();
  vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("network")));
  await consider(FEED, { mode: "sync" });
  expect(shown()).toMatchObject({ known, columns: { entity_id: "Nr" }, trouble: { kind: "away" } });
});

test("lets nothing be loaded that would be refused, or that is no feed", async () => {
  vi.stubGlobal("fetch", async () => json(aPreview({ refusal: "Too many." })));
  await consider(FEED, { mode: "sync" });
  expect(mayLoad(shown())).toBe(false);
  vi.stubGlobal("fetch", async () => json(aProblem({ code: "catalogue_invalid" }), 422));
  await consider(FEED);
  expect([mayLoad(shown()), shown().trouble?.code]).toEqual([false, "catalogue_invalid"]);
});

test("lets a feed be loaded where the service cannot tell what that would do", async () => {
  vi.stubGlobal("fetch", async () => json(aProblem({ code: "preview_absent" }), 422));
  await consider(FEED);
  expect(mayLoad(shown())).toBe(true);
});

test("forgets an answer that comes too late", async () => {
  vi.stubGlobal("fetch", async (_target: string, { signal }: { signal: AbortSignal }) => {
    await Promise.resolve();
    if (signal.aborted) throw new DOMException("", "AbortError");
    return json(aPreview());
  });
  const asked = consider(FEED);
  forget();
  await asked;
  expect(plan.value).toBeNull();
});
