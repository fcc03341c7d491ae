import { computed, type Signal, signal } from "@preact/signals";
import { ask, isAbort } from "../api/client";
import { asTrouble, type Trouble } from "../api/trouble";
import type { CheckAnswer, Status } from "../api/types";
import { fitting } from "../shared/fitting";
import { requestOf, type Settings, settings } from "./settings";
import { nameOf, type Source } from "./sources";

export type Progress =
  | { kind: "waiting" }
  | { kind: "checking" }
  | { kind: "answered"; answer: CheckAnswer; least: number; isEmpty: boolean; how: How }
  | { kind: "failed"; trouble: Trouble };

/** What it took. */
export interface How {
  seconds: number;
  /** Whether the picture was reduced before it was sent. */
  isReduced: boolean;
}

/** The check of one picture. */
export interface Check {
  id: number;
  name: string;
  /** What shows the picture in this browser. */
  preview: string;
  source: Source;
  progress: Signal<Progress>;
}

/** Requests; the service has few cores, and other people ask it, too. */
const AT_ONCE = 2;

export const checks = signal<readonly Check[]>([]);
export const selected = signal(0);
export const done = computed(
  () => checks.value.filter(({ progress }) => isDone(progress.value)).length,
);

/** The settings of the checks that are shown. */
let settled: Settings | null = null;
let running = new AbortController();
let lastId = 0;

/** Check these pictures instead of those that are shown. */
export function check(sources: readonly Source[]): void {
  for (const { preview } of checks.value) URL.revokeObjectURL(preview);
  checks.value = sources.map((source) => ({
    id: ++lastId,
    name: nameOf(source),
    preview: "file" in source ? URL.createObjectURL(source.file) : source.address,
    source,
    progress: signal<Progress>({ kind: "waiting" }),
  }));
  selected.value = 0;
  checkAgain();
}

/** Check the same pictures with the settings as they are now. */
export function checkAgain(): void {
  running.abort();
  running = new AbortController();
  const { signal } = running;
  for (const { progress } of checks.value) progress.value = { kind: "waiting" };
  const left = [...checks.value];
  const now = settings.value;
  settled = now;
  for (let number = 0; number < AT_ONCE; number++) void work(left, now, signal);
}

/** Check one picture again for the nearest ones, whatever they are; settings and other checks stay. */
export function showNearest(check: Check): Promise<void> {
  return run(check, { ...settings.value, least: 0 }, running.signal);
}

/** Whether the checks that are shown were made with other settings. */
export function isOutdated(now: Settings): boolean {
  return checks.value.length > 0 && JSON.stringify(now) !== JSON.stringify(settled);
}

/** The address of the picture that is checked alone; null: it is a file, or there are several. */
export function addressShown(): string | null {
  const [only, ...more] = checks.value;
  return only && more.length === 0 && "address" in only.source ? only.source.address : null;
}

async function work(left: Check[], now: Settings, signal: AbortSignal): Promise<void> {
  for (let next = left.shift(); next && !signal.aborted; next = left.shift())
    await run(next, now, signal);
}

async function run(check: Check, now: Settings, signal: AbortSignal): Promise<void> {
  check.progress.value = { kind: "checking" };
  const outcome = await outcomeOf(check, now, signal);
  if (!signal.aborted && outcome) check.progress.value = outcome;
}

async function outcomeOf(
  check: Check,
  now: Settings,
  signal: AbortSignal,
): Promise<Progress | null> {
  const begun = performance.now();
  try {
    const { source } = check;
    const sent = "file" in source ? await fitting(source.file) : null;
    const answer = await asked(source, sent, now, signal);
    const seconds = (performance.now() - begun) / 1000;
    const isEmpty = answer.matches.length === 0 && (await hasNoProducts(signal));
    const how = { seconds, isReduced: "file" in source && sent !== source.file };
    return { kind: "answered", answer, least: now.least, isEmpty, how };
  } catch (error) {
    return isAbort(error) ? null : { kind: "failed", trouble: asTrouble(error) };
  }
}

/** @param sent the picture, where it is sent along */
function asked(
  source: Source,
  sent: Blob | null,
  now: Settings,
  signal: AbortSignal,
): Promise<CheckAnswer> {
  const parameters = requestOf(now);
  if ("address" in source) parameters.set("image_url", source.address);
  if (!sent) return ask<CheckAnswer>(`find_similar?${parameters}`, { signal });
  const body = new FormData();
  body.append("image", sent, nameOf(source));
  return ask<CheckAnswer>(`find_similar?${parameters}`, { method: "POST", body, signal });
}

async function hasNoProducts(signal: AbortSignal): Promise<boolean> {
  try {
    return (await ask<Status>("status", { signal })).products === 0;
  } catch {
    return false; // the check was answered; what else there is to say is a kindness
  }
}

export function isDone({ kind }: Progress): boolean {
  return kind === "answered" || kind === "failed";
}
