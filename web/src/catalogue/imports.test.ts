import { afterEach, expect, test, vi } from "vitest";
import type { Failure, Import } from "../api/types";
import { aProblem, json, some } from "../shared/made";
import { duration } from "../strings";
import { byReason, load, running } from "./imports";
import type { FeedPlan } from "./plan";

function aRun(changes: Partial<Import>): Import {
  const times = { created_at: "2026-11-22T00:00:00Z", started_at: null, finished_at: null };
  const counts = { total: 3, done: 0, unchanged: 0, failed: 0, left: 3 };
  const rate = { rows_per_second: null, seconds_left: null };
  return some<Import>({ id: "1", state: "running", ...counts, ...rate, ...times, ...changes });
}

function aPlan(content: string): FeedPlan {
  const file = new File([content], "feed.csv");
  const wanted = { mode: "import", most: "10%", columns: { image_url: "Bild" } } as const;
  return { file, ...wanted, known: null, preview: null, trouble: null, isAsking: false };
}

function aFailure(row: number, code: string): Failure {
  return { row, code, entity_id: `${row}`, image_url: null, detail: "It is not there." };
}

afterEach(() => {
  vi.unstubAllGlobals();
  running.value = null;
});

test("follows an import to its end, and reads why rows were refused", async () => {
  const over = { state: "done" as const, done: 2, failed: 1, finished_at: "2026-11-22T00:00:01Z" };
  const answers: Record<string, unknown> = {
    "imports?mode=import&columns=image_url%3DBild": aRun({}),
    "imports/1": aRun(over),
    "imports/1/failures?limit=100": { failures: [aFailure(2, "image_not_found")], next: null },
  };
  vi.stubGlobal("fetch", async (target: string) => json(answers[target]));
  const onOver = vi.fn();
  await load(aPlan("entity_id"), onOver);
  expect(running.value).toMatchObject({ name: "feed.csv", run: { done: 2 }, trouble: null });
  expect(running.value?.failures).toHaveLength(1);
  expect(onOver).toHaveBeenCalledOnce();
});

test("says why a feed was refused", async () => {
  vi.stubGlobal("fetch", async () => json(aProblem({ code: "catalogue_invalid" }), 422));
  await load(aPlan("?"), () => {});
  expect(running.value?.trouble?.code).toBe("catalogue_invalid");
});

test("groups refused rows by their reason, the most frequent first", () => {
  const failures = [aFailure(1, "a"), aFailure(2, "b"), aFailure(3, "b")];
  expect(byReason(failures).map(([code, rows]) => [code, rows.length])).toEqual([
    ["b", 2],
    ["a", 1],
  ]);
});

test.each([
  [1, "1 second"],
  [89, "89 seconds"],
  [600, "10 minutes"],
  [7200, "2 hours"],
  [200_000, "2 days"],
])("says %d seconds in words", (seconds, words) => {
  expect(duration(seconds).replaceAll("\u00a0", " ")).toBe(words);
});
