import { ask } from "../api/client";
import { Trouble } from "../api/trouble";
import type { Thumbnails } from "../api/types";

/** Pictures of one request, at most; as the service has it. */
const MOST = 50;
/** Milliseconds for which requests are gathered: a list asks for all its rows at once. */
const GATHER = 20;
/** Pictures that are kept, some 10 kB each. */
const MAX_HELD = 600;

/** Requests that are under way: one that hangs does not hold up the others. */
const AT_ONCE = 2;
/** Milliseconds after which an answer is not waited for any more. */
const PATIENCE = 15_000;

interface Waiting {
  id: string;
  signal: AbortSignal;
  answer: (dataUri: string | null) => void;
  fail: (trouble: unknown) => void;
}

/** By fingerprint id, the last used one at the end. */
const held = new Map<string, string>();
let waiting: Waiting[] = [];
let asking = 0;

/** The picture as a `data:` URI if it is at hand. */
export function heldThumbnail(id: string): string | null {
  const known = held.get(id);
  if (known === undefined) return null;
  held.delete(id);
  held.set(id, known);
  return known;
}

/**
 * A small picture of what the service has stored, as a `data:` URI.
 *
 * Who asks at about the same time is answered by one request, and few are under way at a time: the
 * service limits how often it is asked. Those that asked last come first, as they are in sight. Who
 * does not wait any more is left out.
 *
 * @returns null: there is none; never, once the signal has ended it
 * @throws Trouble the service does not answer now, and may later
 */
export function thumbnailOf(id: string, signal: AbortSignal): Promise<string | null> {
  const known = heldThumbnail(id);
  if (known) return Promise.resolve(known);
  return new Promise((answer, fail) => {
    waiting.push({ id, signal, answer, fail });
    if (asking < AT_ONCE) void askForAll();
  });
}

async function askForAll(): Promise<void> {
  asking += 1;
  await new Promise((resolve) => setTimeout(resolve, GATHER));
  for (let ids = wanted(); ids.size > 0; ids = wanted()) {
    const asked = waiting.filter(({ id }) => ids.has(id));
    waiting = waiting.filter(({ id }) => !ids.has(id));
    try {
      const found = await read([...ids]);
      for (const { id, answer } of asked) answer(found.get(id) ?? null);
    } catch (error) {
      for (const { fail } of asked) fail(error);
    }
  }
  asking -= 1;
}

/** What is waited for, as much as one request may have. */
function wanted(): Set<string> {
  waiting = waiting.filter(({ signal }) => !signal.aborted);
  return new Set([...new Set(waiting.map(({ id }) => id))].slice(-MOST));
}

async function read(ids: readonly string[]): Promise<Map<string, string>> {
  const parameters = new URLSearchParams(ids.map((id) => ["id", id]));
  const signal = AbortSignal.timeout(PATIENCE);
  const found = new Map<string, string>();
  try {
    const { thumbnails } = await ask<Thumbnails>(`thumbnails?${parameters}`, { signal });
    for (const { fingerprint_id, data_uri } of thumbnails) found.set(fingerprint_id, data_uri);
  } catch (error) {
    if (!(error instanceof Trouble) || error.kind !== "refused") throw error;
  }
  for (const [id, dataUri] of found) keep(id, dataUri);
  return found;
}

function keep(id: string, dataUri: string): void {
  held.delete(id);
  held.set(id, dataUri);
  const [oldest] = held.keys();
  if (held.size > MAX_HELD && oldest !== undefined) held.delete(oldest);
}
