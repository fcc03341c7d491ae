import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { aProblem, json } from "./made";
import { heldThumbnail, thumbnailOf } from "./thumbnails";

const never = new AbortController().signal;

/** Answers all but those that begin with `x`; what was asked for, request by request. */
function serving() {
  const asked: string[][] = [];
  vi.stubGlobal("fetch", async (target: string) => {
    const ids = new URLSearchParams(target.split("?")[1]).getAll("id");
    asked.push(ids);
    const stored = ids.filter((id) => !id.startsWith("x"));
    const thumbnails = stored.map((id) => ({ fingerprint_id: id, data_uri: `data:${id}` }));
    return json({ thumbnails });
  });
  return asked;
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("asks once for all that is wanted at about the same time", async () => {
  const asked = serving();
  const answers = Promise.all(["a1", "a2", "a1", "x1"].map((id) => thumbnailOf(id, never)));
  await vi.runAllTimersAsync();
  expect(await answers).toEqual(["data:a1", "data:a2", "data:a1", null]);
  expect(asked).toEqual([["a1", "a2", "x1"]]);
});

test("keeps what it was told, and asks again for what was not there", async () => {
  const asked = serving();
  for (let times = 0; times < 2; times++) {
    const answers = Promise.all(["b1", "x2"].map((id) => thumbnailOf(id, never)));
    await vi.runAllTimersAsync();
    await answers;
  }
  expect(asked).toEqual([["b1", "x2"], ["x2"]]);
  expect(heldThumbnail("b1")).toBe("data:b1");
});

test("leaves out who does not wait any more, as when a list is scrolled past", async () => {
  const asked = serving();
  const gone = new AbortController();
  void thumbnailOf("c1", gone.signal);
  void thumbnailOf("c2", never);
  gone.abort();
  await vi.runAllTimersAsync();
  expect(asked).toEqual([["c2"]]);
});

test("splits what the service would refuse, and forgets what was not used for long", async () => {
  const asked = serving();
  for (let from = 0; from < 700; from += 70) {
    const ids = Array.from({ length: 70 }, (_, index) => `d${from + index}`);
    const answers = Promise.all(ids.map((id) => thumbnailOf(id, never)));
    await vi.runAllTimersAsync();
    await answers;
    heldThumbnail("d0");
  }
  expect(Math.max(...asked.map((ids) => ids.length))).toBe(50);
  expect([heldThumbnail("d0"), heldThumbnail("d1"), heldThumbnail("d699")]).toEqual([
    "data:d0",
    null,
    "data:d699",
  ]);
});

/** Answers when it is told to. */
function slow() {
  const asked: string[][] = [];
  const answers: (() => void)[] = [];
  vi.stubGlobal("fetch", (target: string, { signal }: { signal: AbortSignal }) => {
    asked.push(new URLSearchParams(target.split("?")[1]).getAll("id"));
    return new Promise<Response>((resolve, reject) => {
      answers.push(() => resolve(json({ thumbnails: [] })));
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  });
  return { asked, answers };
}

test("does not wait for what hangs, asks no more than twice at a time, and first for what was wanted last", async () => {
  const { asked, answers } = slow();
  void thumbnailOf("f0", never).catch(() => {});
  await vi.advanceTimersByTimeAsync(100);
  const rows = Array.from({ length: 60 }, (_, index) => thumbnailOf(`f${index + 1}`, never));
  await vi.advanceTimersByTimeAsync(100);
  const ends = () => asked.map((ids) => [ids[0], ids.at(-1)]);
  expect(ends()).toEqual([
    ["f0", "f0"],
    ["f11", "f60"],
  ]);
  answers[1]?.();
  await vi.advanceTimersByTimeAsync(100);
  expect(ends()[2]).toEqual(["f1", "f10"]);
  for (const answer of answers) answer();
  expect(await Promise.all(rows)).toEqual(Array(60).fill(null));
});

test("gives up what hangs, and asks for it once more when that is wanted", async () => {
  const signals: AbortSignal[] = [];
  const timeout = vi.spyOn(AbortSignal, "timeout").mockImplementation((milliseconds) => {
    const ended = new AbortController();
    setTimeout(() => ended.abort(new DOMException("", "TimeoutError")), milliseconds);
    signals.push(ended.signal);
    return ended.signal;
  });
  const { asked } = slow();
  const failing = expect(thumbnailOf("g1", never)).rejects.toMatchObject({ kind: "away" });
  await vi.advanceTimersByTimeAsync(16_000);
  await failing;
  serving();
  const answer = thumbnailOf("g1", never);
  await vi.runAllTimersAsync();
  expect([await answer, asked.length]).toEqual(["data:g1", 1]);
  timeout.mockRestore();
});

test("shows nothing where the service has no thumbnails", async () => {
  vi.stubGlobal("fetch", async () => json(aProblem({ status: 404 }), 404));
  const answer = thumbnailOf("e1", never);
  await vi.runAllTimersAsync();
  expect(await answer).toBeNull();
});
