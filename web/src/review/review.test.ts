import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Decision, Group, Member } from "../api/types";
import { aProblem, json, some } from "../shared/made";
import { decide, follow, made, open, postpone, undo, wanted } from "./review";

const MEMBER = { sku: "", image_url: null, image_index: 0, attributes: {}, fingerprint_id: "1" };
const GROUPS = ["1", "2"].map((id) =>
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

let kept: Partial<Decision>[] = [];
let onPut: (document: Record<string, unknown>) => Response = () => json({});

function answered(target: string, { method = "GET", body }: RequestInit): Response {
  if (method === "PUT") return onPut(JSON.parse(`${body}`));
  if (method === "DELETE") return new Response(null, { status: 204 });
  if (target.startsWith("decisions")) return json({ decisions: kept, next_cursor: null });
  if (target.includes("groups")) return json({ groups: GROUPS, next_cursor: null });
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
  made.value = [];
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
  const document = { a: "1a", b: "1b", decision: "not_duplicate", by: "Ada", replaces: null };
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

test("asks what was postponed at the end", async () => {
  postpone(first());
  expect(asked()).toEqual(["2a", "1a"]);
  postpone(first());
  expect(asked()).toEqual(["1a", "2a"]);
});

test("does not ask what was decided before", async () => {
  kept = [{ id: "d3", a: "2b", b: "2a", decision: "duplicate", stands: true }];
  await follow("run");
  expect(asked()).not.toContain("2a");
  expect(wanted.value).toHaveLength(2);
});
