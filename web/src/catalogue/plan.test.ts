import { afterEach, expect, test, vi } from "vitest";
import type { ImportPreview } from "../api/types";
import { aProblem, json, some } from "../shared/made";
import { type Folder, folderOf } from "./folders";
import {
  consider,
  considerFolder,
  type FeedPlan,
  forget,
  isFeed,
  isLimit,
  limit,
  mayLoad,
  plan,
} from "./plan";

const FEED = new File(["id"], "feed.csv");

function shown(): FeedPlan {
  return plan.value as FeedPlan;
}

function aPreview(changes: Partial<ImportPreview> = {}): ImportPreview {
  const fields = { entity_id: "id", sku: null, image_url: "Foto" };
  const further = { further_pictures: [], attributes: ["Bild"], left_out: [] };
  const columns = { ...fields, ...further, available: ["id", "Foto", "Bild"], examples: {} };
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
  const told = { columns: ["Nr", "Bild"], examples: { Nr: "17" } };
  const refused = aProblem({ code: "catalogue_invalid", ...told });
  vi.stubGlobal("fetch", async () => json(refused, 422));
  await consider(FEED, { columns: { entity_id: "Nr" } });
  const fields = { entity_id: "Nr", sku: null, image_url: null };
  expect(shown().known).toEqual({ available: told.columns, examples: told.examples, fields });
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

test("loads nothing while the limit of deletions is no limit, and tries it once it is one", async () => {
  const fetch = vi.fn(async (_target: string) => json(aPreview()));
  vi.stubGlobal("fetch", fetch);
  await consider(FEED, { mode: "sync" });
  for (const typed of ["", "1o", "101%"]) {
    await limit(shown(), typed);
    expect([mayLoad(shown()), shown().most]).toEqual([false, typed]);
  }
  expect(fetch).toHaveBeenCalledTimes(1);
  void limit(shown(), "2"); // which goes on
  const last = limit(shown(), "25");
  expect(mayLoad(shown())).toBe(false);
  await last;
  expect(mayLoad(shown())).toBe(true);
  expect(fetch.mock.calls.map(([target]) => target)).toEqual([
    "import_previews?mode=sync&max_deletions=10%25",
    "import_previews?mode=sync&max_deletions=25",
  ]);
});

test.each([
  ["0", true],
  ["25", true],
  ["12.5 %", true],
  ["100%", true],
  ["100.5%", false],
  ["1.5", false],
  ["-1", false],
  ["ten", false],
])("knows whether %s is a limit of deletions", (text, isOne) => {
  expect(isLimit(text)).toBe(isOne);
});

test("shows what was given last, a folder or a feed, whichever is read first", async () => {
  let answer = (_: Response) => {};
  vi.stubGlobal("fetch", () => new Promise<Response>((resolve) => (answer = resolve)));
  const feed = consider(FEED);
  await vi.waitFor(() => expect(shown().isAsking).toBe(true));
  await new Promise(setImmediate);
  await considerFolder(folderOf("shop", []));
  answer(json(aPreview()));
  await feed;
  expect(plan.value).toMatchObject({ name: "shop" });
  let read = (_: Folder) => {};
  const folder = considerFolder(new Promise((resolve) => (read = resolve)));
  void consider(FEED);
  read(folderOf("slow", []));
  await folder;
  expect(plan.value && isFeed(plan.value)).toBe(true);
});
