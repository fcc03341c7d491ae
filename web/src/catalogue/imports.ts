import { signal } from "@preact/signals";
import { ask } from "../api/client";
import { followed } from "../api/following";
import { asTrouble, type Trouble } from "../api/trouble";
import type { Failure, FailurePage, Import } from "../api/types";
import { type FeedPlan, formOf, parametersOf } from "./plan";

/** What is shown of an import while it runs, and of its end. */
export type Progress = Pick<
  Import,
  | "state"
  | "total"
  | "done"
  | "unchanged"
  | "failed"
  | "deleted"
  | "detail"
  | "rows_per_second"
  | "seconds_left"
  | "finished_at"
>;

/** A refused row, and its picture where that is on this computer. */
export type Refusal = Failure & { file?: File };

/** An import that this page has begun. */
export interface Running {
  number: number;
  name: string;
  run: Progress | null;
  failures: readonly Refusal[];
  /** Path of further refused rows; null: there are none. */
  further: string | null;
  trouble: Trouble | null;
  /** Whether the service does not say at the moment how far it is, and is asked again. */
  isLost: boolean;
  cancel: () => void;
}

/** The imports of this page that are shown, the last one first. */
export const imports = signal<readonly Running[]>([]);
let lastNumber = 0;

export function isOver(run: Progress): boolean {
  return run.finished_at !== null;
}

/** Show an import that has just begun; the number that stands for it. */
export function begin(name: string): number {
  const number = ++lastNumber;
  const nothing = { run: null, failures: [], further: null, trouble: null, isLost: false };
  imports.value = [{ number, name, ...nothing, cancel: () => {} }, ...imports.value];
  return number;
}

/** Show what has become of an import, if it is still shown. */
export function note(number: number, changes: Partial<Running>): void {
  imports.value = imports.value.map((each) =>
    each.number === number ? { ...each, ...changes } : each,
  );
}

/** Show it no longer. */
export function dismiss(number: number): void {
  imports.value = imports.value.filter((each) => each.number !== number);
}

/**
 * Load a feed, and follow its progress to the end.
 *
 * @param onOver called when it has ended
 */
export async function load(planned: FeedPlan, onOver: () => void): Promise<void> {
  const number = begin(planned.file.name);
  try {
    const body = await formOf(planned.file);
    const begun = await ask<Import>(`imports?${parametersOf(planned)}`, { method: "POST", body });
    note(number, { run: begun, cancel: () => void cancelled(number, begun) });
    const run = await followed(begun, {
      question: (signal) => ask<Import>(`imports/${begun.id}`, { signal }),
      isOver,
      isWanted: () => isShown(number),
      onNews: (news) => note(number, { run: news, isLost: false }),
      onLost: () => note(number, { isLost: true }),
    });
    if (run.failed > 0) await moreFailures(number, `imports/${run.id}/failures?limit=100`);
  } catch (error) {
    note(number, { trouble: asTrouble(error), isLost: false });
  }
  onOver();
}

async function cancelled(number: number, { id }: Import): Promise<void> {
  await ask<Import>(`imports/${id}`, { method: "DELETE" }).catch(() =>
    note(number, { isLost: true }),
  );
}

function isShown(number: number): boolean {
  return imports.value.some((each) => each.number === number);
}

/** Show refused rows from a path that the service has named. */
export async function moreFailures(number: number, path: string): Promise<void> {
  try {
    const { failures, next } = await failuresAt(path);
    const before = imports.value.find((each) => each.number === number)?.failures ?? [];
    note(number, { failures: [...before, ...failures], further: next, trouble: null });
  } catch (error) {
    note(number, { trouble: asTrouble(error), further: path });
  }
}

/**
 * All refused rows; those that are not shown are read from the service.
 *
 * @throws Trouble it does not answer
 */
export async function allFailures({ failures, further }: Running): Promise<Refusal[]> {
  const all = [...failures];
  for (let path = further; path; ) {
    const page = await failuresAt(path);
    all.push(...page.failures);
    path = page.next;
  }
  return all;
}

function failuresAt(path: string): Promise<FailurePage> {
  return ask<FailurePage>(path.replace(/^\//, ""));
}

/** Refused rows by their reason, the most frequent first. */
export function byReason(failures: readonly Refusal[]): [string, Refusal[]][] {
  const groups = new Map<string, Refusal[]>();
  for (const each of failures) groups.set(each.code, [...(groups.get(each.code) ?? []), each]);
  return [...groups].sort(([, a], [, b]) => b.length - a.length);
}
