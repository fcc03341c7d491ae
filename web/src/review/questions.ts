import type { Decision, Group, Link, Member } from "../api/types";

/** Two products of a group, about which somebody is to decide. */
export interface Question {
  /** The same for the same two products, whichever comes first. */
  pair: string;
  group: Group;
  /** The product that the group proposes to keep. */
  keep: Member;
  other: Member;
  /** What ties their pictures; null where other pictures of the group lie between them. */
  link: Link | null;
}

/** Which questions are asked. */
export interface Filters {
  /** Kind of group; empty: all. */
  kind: string;
  /** Percentage from which pairs are asked about. */
  least: number;
  /** `key:value` that one of both products has; empty: any. */
  attribute: string;
  /** Whether pairs that are decided are asked about once more. */
  isAll: boolean;
}

export function pairOf(a: string, b: string): string {
  return JSON.stringify([a, b].sort());
}

/** The questions of a group: each of its products against the one to keep. */
export function questionsOf(group: Group): Question[] {
  const keep = group.members.find(({ entity_id }) => entity_id === group.keep?.entity_id);
  const first = keep ?? group.members[0];
  if (!first) return [];
  return group.members
    .filter((member) => member.entity_id !== first.entity_id)
    .map((other) => ({
      pair: pairOf(first.entity_id, other.entity_id),
      group,
      keep: first,
      other,
      link: linkOf(group, first, other),
    }));
}

/** The outlines of the area that both show, that of the product to keep first. */
export function outlinesOf({ link, keep }: Question): [number[][], number[][]] | null {
  const a = link?.evidence.outline_of_a;
  const b = link?.evidence.outline_of_b;
  if (!link || !isOutline(a) || !isOutline(b)) return null;
  return link.a === keep.fingerprint_id ? [a, b] : [b, a];
}

export function isWanted({ group, keep, other, link }: Question, filters: Filters): boolean {
  const [name = "", value = ""] = filters.attribute.split(/:(.*)/, 2);
  const percentage = link?.match_percentage ?? group.match_percentage;
  return (
    (filters.kind === "" || group.kind === filters.kind) &&
    percentage >= filters.least &&
    (value === "" || [keep, other].some(({ attributes }) => attributes[name] === value))
  );
}

/** Whether nothing is left to ask: somebody has decided, and both still show what they showed. */
export function isDecided(question: Question, decisions: ReadonlyMap<string, Decision>): boolean {
  return question.group.decided || decisions.get(question.pair)?.stands === true;
}

function linkOf(group: Group, one: Member, other: Member): Link | null {
  const wanted = pairOf(one.fingerprint_id, other.fingerprint_id);
  return group.links.find(({ a, b }) => pairOf(a, b) === wanted) ?? null;
}

function isOutline(value: unknown): value is number[][] {
  return Array.isArray(value) && value.length > 2;
}
