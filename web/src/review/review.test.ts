import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Decision, Group, Member } from "../api/types";
import { aProblem, json, some } from "../shared/made";
import { setParameters } from "../shared/place";
import { pairOf } from "./questions";
import {
  cursor,
  decide,
  decisions,
  follow,
  isLost,
  later,
  made,
  news,
  open,
  postpone,
  trouble,
  undo,
  wanted,
} from "./review";

const MEMBER = { sku: "", image_url: null, image_index: 0, attributes: {}, fingerprint_id: "1" };
const SEVERAL = ["1", "2", "3", "4", "5", "6"].map((id) =>
  some<Group>({
    id,
    kind: "same_picture",
    match_percentage: 100,
    products: 2,
    keep: { entity_id: `${id}a`, reasons: [] },
    members: [
      some<Member>({ entity_id: `${id}a`, ...MEMBER }),
      some<Member>({ entity_id: `${id}b`, ...MEMBER }),
    ],
    pictures: [],
    links: [],
    decided: false,
    decisions: [],
  }),
);

const GROUPS = SEVERAL.slice(0, 2);
let found = GROUPS;
let kept: Partial<Decision>[] = [];
let onDelete = () => new Response(null, { status: 204 });
let onPut: (document: Record<string, unknown>) => Response = () => json({});

function answered(target: string, { method = "GET", body }: RequestInit): Response {
  if (method === "PUT") return onPut(JSON.parse(`${body}`));
  if (method === "DELETE") return onDelete();
  if (target.startsWith("decisions")) return json({ decisions: kept, next_cursor: null });
  if (target.includes("groups")) return json({ groups: found, next_cursor: null });
  return json({ id: "run", state: "done", finished_at: "2026-11-22T00:00:00Z", groups: 2 });
}

const asked = () => open.value.map(({ keep }) => keep.entity_id);
const first = () => {
  const [question] = open.value;
  if (!question) throw new Error("nothing is asked");
  return question;
};

beforeEach(async () => {
  kept = [];
  found = GROUPS;
  made.value = [];
  later.value = [];
  onDelete = () => new Response(null, { status: 204 });
  onPut = (document) => json({ id: "d1", stands: true, ...document });
  vi.stubGlobal("fetch", async (target: string, options: RequestInit) => answered(target, options));
  await follow("run");
});

afterEach(() => vi.unstubAllGlobals());

test("asks about every group once, however often it is followed", async () => {
  await Promise.all([follow("run"), follow("run")]);
  expect([asked(), wanted.value.length]).toEqual([["1a", "2a"], 2]);
});

test("keeps an answer at once, and takes the last one back", async () => {
  const put = vi.fn(onPut);
  onPut = put;
  await decide(first(), "not_duplicate", "Ada");
  const document = {
    a: "1a",
    b: "1b",
    decision: "not_duplicate",
    by: "Ada",
    note: "",
    replaces: null,
  };
  expect(put).toHaveBeenCalledWith(document);
  expect(asked()).toEqual(["2a"]);
  await undo();
  expect([asked(), made.value]).toEqual([["1a", "2a"], []]);
});

test("leaves what somebody else has decided meanwhile", async () => {
  onPut = () => json(aProblem({ code: "decision_conflict", status: 409 }), 409);
  kept = [{ id: "d2", a: "1a", b: "1b", decision: "variant", by: "Bo", stands: true }];
  const theirs = await decide(first(), "duplicate", "Ada");
  expect(theirs).toMatchObject({ decision: "variant", by: "Bo" });
  expect([asked(), made.value]).toEqual([["2a"], []]);
});

test("goes on elsewhere, where somebody else works at the same place", async () => {
  found = SEVERAL;
  await follow("run");
  kept = [{ id: "d2", a: "1a", b: "1b", decision: "variant", by: "Bo", stands: true }];
  expect(await news(first())).toMatchObject({ by: "Bo" });
  expect(asked()).toEqual(["4a", "5a", "6a", "2a", "3a"]);
  expect(await news(first())).toBeNull();
});

test("keeps an answer that was given while it was looked whether there is one", async () => {
  const question = first();
  const looking = news(question); // answered as it was before
  await decide(question, "duplicate", "Ada");
  expect(await looking).toBeNull();
  expect(asked()).toEqual(["2a"]);
});

test("asks about what is decided once more, where that is wanted", async () => {
  kept = [{ id: "d3", a: "1a", b: "1b", decision: "duplicate", stands: true }];
  setParameters({ state: "all" });
  await follow("run");
  expect(asked()).toEqual(["1a", "2a"]);
  const put = vi.fn(onPut);
  onPut = put;
  await decide(first(), "variant", "");
  expect(put.mock.calls[0]?.[0]).toMatchObject({ decision: "variant", replaces: "d3" });
  expect(asked()).toEqual(["2a"]);
  setParameters({ state: null });
});

test("asks what was postponed at the end, however often all of it is", async () => {
  found = SEVERAL.slice(0, 3);
  await follow("run");
  for (const next of ["2a", "3a", "1a", "2a", "3a"]) {
    postpone(first());
    expect(asked()[0]).toBe(next);
  }
  await decide(first(), "duplicate", "");
  await undo();
  expect(asked()[0]).toBe("3a");
  postpone(first());
  expect(asked()).toEqual(["1a", "2a", "3a"]);
});

test("puts back what it had replaced, when that is taken back", async () => {
  const theirs = { id: "d3", decision: "duplicate", by: "Bo", note: "Same print", stands: true };
  kept = [{ ...theirs, a: "1a", b: "1b" } as Decision];
  setParameters({ state: "all" });
  await follow("run");
  await decide(first(), "variant", "Ada");
  const put = vi.fn((document: Record<string, unknown>) => json({ ...theirs, ...document }));
  onPut = put;
  expect(await undo()).toBeNull();
  const { id: _, stands: __, ...before } = theirs;
  expect(put).toHaveBeenCalledWith({ a: "1a", b: "1b", ...before, replaces: "d1" });
  expect(decisions.value.get(pairOf("1a", "1b"))).toMatchObject({ decision: "duplicate" });
  expect([asked()[0], made.value]).toEqual(["1a", []]);
  setParameters({ state: null });
});

test.each([409, 404])("leaves what cannot be taken back any more: %i", async (status) => {
  await decide(first(), "duplicate", "Ada");
  const conflict = { a: "1a", b: "1b", decision: "variant", by: "Bo", stands: true } as const;
  kept = status === 409 ? [{ id: "d2", ...conflict }] : [];
  onDelete = () => json(aProblem({ status }), status);
  const theirs = await undo();
  expect(theirs?.by).toBe(status === 409 ? "Bo" : undefined);
  expect(asked()).toEqual(status === 409 ? ["2a"] : ["1a", "2a"]);
  expect(made.value).toEqual([]);
});

test("decides though the decision that it would have replaced was taken back", async () => {
  kept = [{ id: "d3", a: "1a", b: "1b", decision: "duplicate", stands: true }];
  setParameters({ state: "all" });
  await follow("run");
  kept = [];
  const put = vi.fn((document: Record<string, unknown>) =>
    document.replaces ? json(aProblem({ status: 409 }), 409) : json({ id: "d4", ...document }),
  );
  onPut = put;
  expect(await decide(first(), "variant", "Ada")).toBeNull();
  expect(made.value[0]?.decision).toMatchObject({ id: "d4", decision: "variant" });
  setParameters({ state: null });
});

test("does not count as its own what somebody else has said just the same", async () => {
  onPut = (document) => json({ id: "d2", stands: true, ...document, by: "Bo" });
  expect(await decide(first(), "duplicate", "Ada")).toMatchObject({ by: "Bo" });
  expect([asked(), made.value]).toEqual([["2a"], []]);
});

test("goes on following a search where the service does not answer for a while", async () => {
  vi.useFakeTimers();
  const answers = [
    json({ id: "run", state: "running", finished_at: null, compared: 1 }),
    null,
    null,
    json({ id: "run", state: "done", finished_at: "2026-11-22T00:00:00Z", groups: 2 }),
  ];
  vi.stubGlobal("fetch", async (target: string, options: RequestInit) => {
    if (target !== "duplicates/run") return answered(target, options);
    return answers.shift() ?? Promise.reject(new TypeError("network"));
  });
  const following = follow("run");
  await vi.advanceTimersByTimeAsync(1000);
  expect([isLost.value, trouble.value]).toEqual([true, null]);
  await vi.runAllTimersAsync();
  await following;
  expect([isLost.value, asked()]).toEqual([false, ["1a", "2a"]]);
  vi.useRealTimers();
});

test("does not ask what was decided before", async () => {
  kept = [{ id: "d3", a: "2b", b: "2a", decision: "duplicate", stands: true }];
  await follow("run");
  expect(asked()).not.toContain("2a");
  expect(wanted.value).toHaveLength(2);
});

test("takes the next answer while further groups are read", async () => {
  let isReading = false;
  vi.stubGlobal("fetch", async (target: string, options: RequestInit) => {
    if (!target.includes("groups")) return answered(target, options);
    isReading = true;
    return new Promise(() => {});
  });
  cursor.value = "2";
  await decide(first(), "duplicate", "");
  expect([isReading, asked()]).toEqual([true, ["2a"]]);
});
