import { signal } from "@preact/signals";
import { ask } from "../api/client";
import { asTrouble, type Trouble } from "../api/trouble";
import type { Failure, FailurePage, Import } from "../api/types";

/** An import that this page has begun. */
export interface Running {
  name: string;
  run: Import | null;
  failures: readonly Failure[];
  /** Path of further refused rows; null: there are none. */
  further: string | null;
  trouble: Trouble | null;
}

/** Milliseconds between two looks at the progress. */
const PAUSE = 700;

export const running = signal<Running | null>(null);

export function isOver(run: Import): boolean {
  return run.finished_at !== null;
}

/**
 * Load a feed, and follow its progress to the end.
 *
 * @param onOver called when it has ended
 */
export async function load(file: File, onOver: () => void): Promise<void> {
  const started: Running = {
    name: file.name,
    run: null,
    failures: [],
    further: null,
    trouble: null,
  };
  running.value = started;
  const body = new FormData();
  body.append("catalogue", file);
  try {
    let run = await ask<Import>("imports", { method: "POST", body });
    for (running.value = { ...started, run }; !isOver(run); running.value = { ...started, run }) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
      run = await ask<Import>(`imports/${run.id}`);
    }
    if (run.failed > 0) await moreFailures(`imports/${run.id}/failures?limit=100`);
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

export async function cancel(): Promise<void> {
  const id = running.value?.run?.id;
  if (id) await ask<Import>(`imports/${id}`, { method: "DELETE" });
}

/** Refused rows by their reason, the most frequent first. */
export function byReason(failures: readonly Failure[]): [string, Failure[]][] {
  const groups = new Map<string, Failure[]>();
  for (const each of failures) groups.set(each.code, [...(groups.get(each.code) ?? []), each]);
  return [...groups].sort(([, a], [, b]) => b.length - a.length);
}
