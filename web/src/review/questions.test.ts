import { expect, test } from "vitest";
import type { Decision, Group, Member } from "../api/types";
import { some } from "../shared/made";
import { isDecided, isWanted, outlinesOf, pairOf, questionsOf } from "./questions";

const CORNERS = [
  [0, 0],
  [1, 0],
  [1, 1],
];
const OTHERS = CORNERS.map(([x = 0, y = 0]) => [x / 2, y / 2]);

function aMember(id: string, attributes: Record<string, string> = {}): Member {
  const picture = { image_url: `${id}.jpg`, image_index: 0, fingerprint_id: `picture-${id}` };
  return some<Member>({ entity_id: id, sku: "", attributes, ...picture });
}

function aGroup(changes: Partial<Group> = {}): Group {
  const evidence = { outline_of_a: CORNERS, outline_of_b: OTHERS };
  const link = { match_percentage: 99, verdict: "edited_copy" as const, evidence };
  return some<Group>({
    id: "1",
    kind: "edited_copy",
    match_percentage: 80,
    products: 3,
    keep: { entity_id: "b", reasons: [] },
    members: [aMember("a", { seller: "acme" }), aMember("b"), aMember("c")],
    pictures: [],
    links: [{ a: "picture-a", b: "picture-b", ...link }],
    decided: false,
    decisions: [],
    ...changes,
  });
}

const ids = (group: Group) =>
  questionsOf(group).map(({ keep, other }) => `${keep.entity_id}-${other.entity_id}`);

test("asks about each product of a group against the one to keep", () => {
  expect(ids(aGroup())).toEqual(["b-a", "b-c"]);
  expect(ids(aGroup({ keep: null }))).toEqual(["a-b", "a-c"]);
  expect(ids(aGroup({ members: [] }))).toEqual([]);
});

test("knows the same two products in either order", () => {
  expect(pairOf("a", "b")).toBe(pairOf("b", "a"));
  expect(pairOf("a,b", "c")).not.toBe(pairOf("a", "b,c"));
});

test("draws each outline on its own picture, whichever was held against the other", () => {
  const [question, further] = questionsOf(aGroup());
  expect(question && outlinesOf(question)).toEqual([OTHERS, CORNERS]);
  expect(further && outlinesOf(further)).toBeNull();
});

test.each([
  [{}, 2],
  [{ kind: "edited_copy" }, 2],
  [{ kind: "colour_variant" }, 0],
  [{ least: 90 }, 1],
  [{ attribute: "seller:acme" }, 1],
  [{ attribute: "seller:" }, 2],
])("chooses questions by %o", (chosen, number) => {
  const filters = { kind: "", least: 0, attribute: "", isAll: false, ...chosen };
  expect(questionsOf(aGroup()).filter((each) => isWanted(each, filters))).toHaveLength(number);
});

test("asks again once a decision does not stand any more", () => {
  const [question] = questionsOf(aGroup());
  const decided = (stands: boolean) => new Map([[pairOf("a", "b"), { stands } as Decision]]);
  expect(question && isDecided(question, decided(true))).toBe(true);
  expect(question && isDecided(question, decided(false))).toBe(false);
  const [settled] = questionsOf(aGroup({ decided: true })); // by way of a third product
  expect(settled && isDecided(settled, new Map())).toBe(true);
});
