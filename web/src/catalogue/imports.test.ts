import { afterEach, expect, test, vi } from "vitest";
import type { Failure, Import } from "../api/types";
import { aProblem, json, some } from "../shared/made";
import { duration } from "../strings";
import { allFailures, byReason, dismiss, imports, load, type Running } from "./imports";
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

const shown = () => imports.value[0] as Running;

afterEach(() => {
  vi.unstubAllGlobals();
  imports.value = [];
  vi.useRealTimers();
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
  expect(shown()).toMatchObject({ name: "feed.csv", run: { done: 2 }, trouble: null });
  expect(shown().failures).toHaveLength(1);
  expect(onOver).toHaveBeenCalledOnce();
});

test("goes on following where polls are lost, says so, and does not ask all the time", async () => {
  vi.useFakeTimers();
  const over = aRun({ state: "done", finished_at: "2026-11-22T00:00:01Z" });
  const answers = [json(aRun({})), null, null, null, json(aRun({ done: 1 })), json(over)];
  const asked: number[] = [];
  vi.stubGlobal("fetch", async () => {
    asked.push(Date.now());
    const answer = answers.shift();
    return answer ?? Promise.reject(new TypeError("network"));
  });
  const onOver = vi.fn();
  const loading = load(aPlan("entity_id"), onOver);
  await vi.advanceTimersByTimeAsync(1000);
  expect(shown()).toMatchObject({ isLost: true, trouble: null });
  await vi.runAllTimersAsync();
  await loading;
  expect(shown()).toMatchObject({ run: { state: "done" }, isLost: false, trouble: null });
  expect(onOver).toHaveBeenCalledOnce();
  const pauses = asked.slice(1).map((at, index) => at - (asked[index] ?? 0));
  expect(pauses).toEqual([700, 1400, 2800, 5600, 700]);
});

test("shows two imports at once, each with its own progress, until it is dismissed", async () => {
  vi.useFakeTimers();
  let begun = 0;
  const over = { state: "done" as const, finished_at: "2026-11-22T00:00:01Z" };
  vi.stubGlobal("fetch", async (target: string) => {
    if (target.startsWith("imports?")) return json(aRun({ id: `${++begun}` }));
    return json(aRun({ id: target.slice(-1), done: Number(target.slice(-1)), ...over }));
  });
  const both = [load(aPlan("a"), () => {}), load(aPlan("b"), () => {})];
  await vi.runAllTimersAsync();
  await Promise.all(both);
  expect(imports.value.map(({ run }) => run?.done)).toEqual([2, 1]);
  dismiss(shown().number);
  expect(imports.value.map(({ run }) => run?.done)).toEqual([1]);
});

test("reads all refused rows for a file of them", async () => {
  const pages: Record<string, unknown> = {
    "imports/1/failures?after=1": {
      failures: [aFailure(2, "b")],
      next: "/imports/1/failures?after=2",
    },
    "imports/1/failures?after=2": { failures: [aFailure(3, "b")], next: null },
  };
  vi.stubGlobal("fetch", async (target: string) => json(pages[target]));
  const further = "/imports/1/failures?after=1";
  const all = await allFailures(some<Running>({ failures: [aFailure(1, "a")], further }));
  expect(all.map(({ row }) => row)).toEqual([1, 2, 3]);
});

test("says why a feed was refused", async () => {
  vi.stubGlobal("fetch", async () => json(aProblem({ code: "catalogue_invalid" }), 422));
  await load(aPlan("?"), () => {});
  expect(shown().trouble?.code).toBe("catalogue_invalid");
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
