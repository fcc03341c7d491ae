import { signal } from "@preact/signals";
import { ask } from "../api/client";
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

/** An import that this page has begun. */
export interface Running {
  name: string;
  run: Progress | null;
  failures: readonly Failure[];
  /** Path of further refused rows; null: there are none. */
  further: string | null;
  trouble: Trouble | null;
  cancel: () => void;
}

/** Milliseconds between two looks at the progress. */
const PAUSE = 700;

export const running = signal<Running | null>(null);

export function isOver(run: Progress): boolean {
  return run.finished_at !== null;
}

/** Show an import that has just begun. */
export function begin(name: string): Running {
  const begun = { name, run: null, failures: [], further: null, trouble: null, cancel: () => {} };
  running.value = begun;
  return begun;
}

/**
 * Load a feed, and follow its progress to the end.
 *
 * @param onOver called when it has ended
 */
export async function load(planned: FeedPlan, onOver: () => void): Promise<void> {
  const started = begin(planned.file.name);
  try {
    const body = await formOf(planned.file);
    let run = await ask<Import>(`imports?${parametersOf(planned)}`, { method: "POST", body });
    const { id } = run;
    const cancel = () => void ask<Import>(`imports/${id}`, { method: "DELETE" });
    const show = () => (running.value = { ...started, run, cancel });
    for (show(); !isOver(run); show()) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
      run = await ask<Import>(`imports/${id}`);
    }
    if (run.failed > 0) await moreFailures(`imports/${id}/failures?limit=100`);
  } catch (error) {
    running.value = { ...(running.value ?? started), trouble: asTrouble(error) };
  }
  onOver();
}

/** Read refused rows from a path that the service has named. */
export async function moreFailures(path: string): Promise<void> {
  const page = await ask<FailurePage>(path.replace(/^\//, ""));
  const before = running.value;
  if (before)
    running.value = {
      ...before,
      failures: [...before.failures, ...page.failures],
      further: page.next,
    };
}

/** Refused rows by their reason, the most frequent first. */
export function byReason(failures: readonly Failure[]): [string, Failure[]][] {
  const groups = new Map<string, Failure[]>();
  for (const each of failures) groups.set(each.code, [...(groups.get(each.code) ?? []), each]);
  return [...groups].sort(([, a], [, b]) => b.length - a.length);
}
