import { computed, signal } from "@preact/signals";
import { ask, send } from "../api/client";
import { followed } from "../api/following";
import { asTrouble, Trouble } from "../api/trouble";
import type { Choice, Decision, DecisionPage, GroupPage, Search } from "../api/types";
import { place, setParameters } from "../shared/place";
import { type Filters, isDecided, isWanted, pairOf, type Question, questionsOf } from "./questions";

const GROUPS = 100;
/** Questions ahead at which further groups are read. */
const AHEAD = 20;
const CONFLICT = 409;
const GONE = 404;

export const search = signal<Search | null>(null);
/** Whether the service does not say at the moment how far the search is, and is asked again. */
export const isLost = signal(false);
export const questions = signal<readonly Question[]>([]);
export const decisions = signal<ReadonlyMap<string, Decision>>(new Map());
/** Pairs that were postponed, the last one at the end. */
export const later = signal<readonly string[]>([]);
/** Where further groups begin; null: all were read; undefined: none was. */
export const cursor = signal<string | null | undefined>(undefined);
export const trouble = signal<Trouble | null>(null);
/** What was decided here, the last one at the end: undo takes it back. */
export const made = signal<readonly Made[]>([]);

interface Made {
  question: Question;
  decision: Decision;
  /** What stood before; null: nothing did. */
  before: Decision | null;
}

export const filters = computed<Filters>(() => ({
  kind: place.value.parameters.get("kind") ?? "",
  least: Number(place.value.parameters.get("least") ?? 0) || 0,
  attribute: place.value.parameters.get("with") ?? "",
  isAll: place.value.parameters.get("state") === "all",
}));
export const wanted = computed(() =>
  questions.value.filter((each) => isWanted(each, filters.value)),
);
/** Pair from which on it is asked, since somebody else is busy before it. */
const start = signal("");
/** Pair that is asked about first, since its answer was taken back. */
const undone = signal("");
export const open = computed(() => {
  const from = wanted.value.findIndex(({ pair }) => pair === start.value);
  const turned = [
    ...wanted.value.slice(Math.max(from, 0)),
    ...wanted.value.slice(0, Math.max(from, 0)),
  ];
  const answered = new Set(made.value.map(({ question }) => question.pair));
  const left = turned.filter((each) =>
    filters.value.isAll ? !answered.has(each.pair) : !isDecided(each, decisions.value),
  );
  const turn = ({ pair }: Question) => (pair === undone.value ? -1 : later.value.indexOf(pair) + 1);
  return left.sort((one, other) => turn(one) - turn(other));
});

/** Begin a search through the catalogue; what was decided before stays decided. */
export async function begin(): Promise<void> {
  await noting(async () => {
    const started = await ask<Search>("duplicates", { method: "POST" });
    setParameters({ run: started.id }); // the view follows what the address bar names
  });
}

/** Follow a search to its end, and then read its first groups and all decisions. */
export async function follow(id: string): Promise<void> {
  const number = ++lastFollowed;
  questions.value = [];
  start.value = "";
  cursor.value = undefined;
  isLost.value = false;
  await noting(async () => {
    const show = (found: Search) => {
      search.value = found;
      isLost.value = false;
    };
    const begun = await ask<Search>(`duplicates/${id}`);
    if (number !== lastFollowed) return;
    show(begun);
    await followed(begun, {
      question: (signal) => ask<Search>(`duplicates/${id}`, { signal }),
      isOver: ({ finished_at }) => finished_at !== null,
      isWanted: () => number === lastFollowed,
      onNews: show,
      onLost: () => {
        isLost.value = true;
      },
    });
    const all = await readDecisions();
    if (number !== lastFollowed) return;
    decisions.value = all;
    cursor.value = "";
    await readOn();
  });
}

/** Whether a page of groups is on its way. */
let isReading = false;

/** How many searches were followed; only the last one goes on. */
let lastFollowed = 0;

/** Read further groups until some questions are open. */
export async function readOn(): Promise<void> {
  const [id, number] = [search.value?.id, lastFollowed];
  while (id && typeof cursor.value === "string" && open.value.length < AHEAD && !isReading) {
    const parameters = new URLSearchParams({ limit: `${GROUPS}`, cursor: cursor.value });
    isReading = true;
    const page = await ask<GroupPage>(`duplicates/${id}/groups?${parameters}`).finally(() => {
      isReading = false;
    });
    if (number !== lastFollowed) return;
    questions.value = [...questions.value, ...page.groups.flatMap(questionsOf)];
    cursor.value = page.next_cursor;
  }
}

/**
 * Decide on a question; the answer is kept at once.
 *
 * @returns the decision of somebody else, where one was made meanwhile: that one stands
 */
export async function decide(
  question: Question,
  choice: Choice,
  by: string,
  tries = 2,
): Promise<Decision | null> {
  const known = decisions.value.get(question.pair);
  try {
    const decision = await put(question, { decision: choice, by }, known?.id);
    keep(question.pair, decision);
    if (!known && decision.by !== by) return decision; // somebody has said the same meanwhile
    const before = known?.stands ? known : null;
    made.value = [...made.value, { question, decision, before }];
    undone.value = "";
    return null;
  } catch (error) {
    if (!(error instanceof Trouble) || error.status !== CONFLICT || tries === 1) throw error;
    const theirs = await news(question);
    return theirs ?? (await decide(question, choice, by, tries - 1)); // it was only taken back
  } finally {
    void noting(readOn); // nobody has to wait for it before the next answer
  }
}

/**
 * Take back what was decided last, so that what stood before stands again.
 *
 * @returns the decision of somebody else, where one was made meanwhile: that one stands
 */
export async function undo(): Promise<Decision | null> {
  const last = made.value.at(-1);
  if (!last) return null;
  const { pair } = last.question;
  const undoing = takenBack(last).then((stands) => ({ stands, theirs: null }));
  const { stands, theirs } = await undoing.catch((error) => meanwhile(last.question, error));
  keep(pair, stands);
  made.value = made.value.slice(0, -1);
  if (!theirs) undone.value = pair;
  return theirs;
}

/** What somebody else has made of it, where that is why it cannot be taken back. */
async function meanwhile(question: Question, error: unknown) {
  const isTheirs = error instanceof Trouble && [CONFLICT, GONE].includes(error.status);
  if (!isTheirs) throw error;
  const theirs = await between(question);
  return { stands: theirs, theirs };
}

/** What stands once a decision is taken back. */
async function takenBack({ question, decision, before }: Made): Promise<Decision | null> {
  if (before?.id === decision.id) return before; // the same was said again
  if (before) return await put(question, before, decision.id);
  await ask(`decisions/${encodeURIComponent(decision.id)}`, { method: "DELETE" });
  return null;
}

/** @param replaces id of the decision that is known */
function put(
  { keep: { entity_id }, other }: Question,
  { decision, by, note = "" }: Pick<Decision, "decision" | "by"> & { note?: string },
  replaces: string | null = null,
): Promise<Decision> {
  const document = { a: entity_id, b: other.entity_id, decision, by, note, replaces };
  return send<Decision>("PUT", "decisions", document);
}

/**
 * What somebody else has decided about a question since it was read, if anything: that stands.
 *
 * Two people who work at the same place would answer every question twice. So whoever comes second
 * goes on in the middle of what is left.
 */
export async function news(question: Question): Promise<Decision | null> {
  const known = decisions.value.get(question.pair);
  const theirs = await between(question);
  if (decisions.value.get(question.pair) !== known) return null; // it is newer than that answer
  if (theirs?.id !== known?.id) keep(question.pair, theirs);
  if (!theirs?.stands || theirs.id === known?.id) return null;
  start.value = open.value[Math.floor(open.value.length / 2)]?.pair ?? "";
  return theirs;
}

/** Ask about it again when nothing else is open, and after all that was postponed before. */
export function postpone({ pair }: Question): void {
  if (undone.value === pair) undone.value = "";
  later.value = [...later.value.filter((each) => each !== pair), pair];
}

/** All decisions, page by page. */
export async function readDecisions(): Promise<Map<string, Decision>> {
  const all = new Map<string, Decision>();
  for (let next: string | null = ""; next !== null; ) {
    const parameters = new URLSearchParams({ limit: "1000", cursor: next });
    const page: DecisionPage = await ask<DecisionPage>(`decisions?${parameters}`);
    for (const each of page.decisions) all.set(pairOf(each.a, each.b), each);
    next = page.next_cursor;
  }
  return all;
}

async function between({ keep: { entity_id }, pair }: Question): Promise<Decision | null> {
  const parameters = new URLSearchParams({ entity_id, limit: "1000" });
  const page = await ask<DecisionPage>(`decisions?${parameters}`);
  return page.decisions.find(({ a, b }) => pairOf(a, b) === pair) ?? null;
}

/** @param decision what stands; null: nothing is decided */
function keep(pair: string, decision: Decision | null): void {
  const others = [...decisions.value].filter(([each]) => each !== pair);
  decisions.value = new Map(decision ? [...others, [pair, decision]] : others);
}

export async function noting(work: () => Promise<unknown>): Promise<void> {
  trouble.value = null;
  try {
    await work();
  } catch (error) {
    trouble.value = asTrouble(error);
  }
}
