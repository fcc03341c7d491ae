import { afterEach, expect, test, vi } from "vitest";
import { anAnswer, aProblem, json } from "../shared/made";
import { place, placeOf } from "../shared/place";
import { check, checkAgain, checks, done, showNearest } from "./checks";
import { settings } from "./settings";

const files = (...names: string[]) => names.map((name) => ({ file: new File([name], name) }));
const kinds = () => checks.value.map(({ progress }) => progress.value.kind);

afterEach(() => {
  check([]);
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test("checks several pictures, two at a time", async () => {
  const waiting: (() => void)[] = [];
  const answer = () =>
    new Promise<Response>((resolve) => waiting.push(() => resolve(json(anAnswer()))));
  vi.stubGlobal("fetch", vi.fn(answer));
  check(files("a", "b", "c"));
  await vi.waitFor(() => expect(waiting).toHaveLength(2));
  expect(kinds()).toEqual(["checking", "checking", "waiting"]);
  waiting[0]?.();
  await vi.waitFor(() => expect(kinds()).toEqual(["answered", "checking", "checking"]));
  expect(done.value).toBe(1);
});

test("says of each picture why it was refused, and goes on", async () => {
  const answers = [json(aProblem(), 422), json(anAnswer())];
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => answers.shift()),
  );
  check(files("a", "b"));
  await vi.waitFor(() => expect(kinds()).toEqual(["failed", "answered"]));
});

test("asks whether the catalogue is empty only where nothing was found", async () => {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (target: string) => {
    asked.push(target.split("?")[0] ?? "");
    return json(target === "status" ? { products: 0 } : anAnswer([]));
  });
  check([{ address: "https://cdn.example/1.jpg" }]);
  await vi.waitFor(() =>
    expect(checks.value[0]?.progress.value).toMatchObject({ kind: "answered", isEmpty: true }),
  );
  expect(asked).toEqual(["find_similar", "status"]);
});

test("lists the nearest pictures of one check alone, and changes no setting", async () => {
  const asked: (string | null)[] = [];
  vi.stubGlobal("fetch", async (target: string) => {
    if (!target.startsWith("find_similar")) return json({ products: 1 });
    asked.push(new URLSearchParams(target.split("?")[1]).get("min_match"));
    return json(anAnswer([]));
  });
  place.value = placeOf("#/check?min_match=30");
  check(files("a", "b"));
  await vi.waitFor(() => expect(kinds()).toEqual(["answered", "answered"]));
  const [first] = checks.value;
  if (first) await showNearest(first);
  expect(checks.value.map(({ progress }) => progress.value)).toMatchObject([
    { kind: "answered", least: 0 },
    { kind: "answered", least: 30 },
  ]);
  check(files("c"));
  await vi.waitFor(() => expect(kinds()).toEqual(["answered"]));
  expect([asked, settings.value.least]).toEqual([["30", "30", "0", "30"], 30]);
  place.value = placeOf("");
});

test("forgets earlier pictures, their requests and their memory", async () => {
  const revoked = vi.spyOn(URL, "revokeObjectURL");
  const signals: (AbortSignal | null | undefined)[] = [];
  vi.stubGlobal("fetch", (_: string, { signal }: RequestInit) => {
    signals.push(signal);
    return new Promise(() => {});
  });
  check(files("a"));
  const preview = checks.value[0]?.preview;
  await vi.waitFor(() => expect(signals).toHaveLength(1));
  check(files("b"));
  expect(revoked).toHaveBeenCalledWith(preview);
  await vi.waitFor(() => expect(signals).toHaveLength(2));
  expect(signals.map((signal) => signal?.aborted)).toEqual([true, false]);
  checkAgain();
  expect(signals[1]?.aborted).toBe(true);
});
