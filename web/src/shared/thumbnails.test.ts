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

test("asks again once it is answered, and first for what was wanted last", async () => {
  const asked: string[][] = [];
  let answer = () => {};
  vi.stubGlobal("fetch", async (target: string) => {
    asked.push(new URLSearchParams(target.split("?")[1]).getAll("id"));
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
    return json({ thumbnails: [] });
  });
  void thumbnailOf("f0", never);
  await vi.runAllTimersAsync();
  const rows = Array.from({ length: 60 }, (_, index) => thumbnailOf(`f${index + 1}`, never));
  await vi.runAllTimersAsync();
  expect(asked).toEqual([["f0"]]);
  for (let times = 0; times < 3; times++) {
    answer();
    await vi.runAllTimersAsync();
  }
  await Promise.all(rows);
  expect(asked.map((ids) => [ids[0], ids.at(-1)])).toEqual([
    ["f0", "f0"],
    ["f11", "f60"],
    ["f1", "f10"],
  ]);
});

test("shows nothing where the service does not answer", async () => {
  vi.stubGlobal("fetch", async () => json(aProblem({ status: 404 }), 404));
  const answer = thumbnailOf("e1", never);
  await vi.runAllTimersAsync();
  expect(await answer).toBeNull();
});
