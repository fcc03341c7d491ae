import { ask } from "../api/client";
import type { Thumbnails } from "../api/types";

/** Pictures of one request, at most; as the service has it. */
const MOST = 50;
/** Milliseconds for which requests are gathered: a list asks for all its rows at once. */
const GATHER = 20;
/** Pictures that are kept, some 10 kB each. */
const MAX_HELD = 600;

interface Waiting {
  id: string;
  signal: AbortSignal;
  answer: (dataUri: string | null) => void;
}

/** By fingerprint id, the last used one at the end. */
const held = new Map<string, string>();
let waiting: Waiting[] = [];
let isAsking = false;

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
 * Who asks at about the same time is answered by one request, and one is under way at a time: the
 * service limits how often it is asked. Those that asked last come first, as they are in sight. Who
 * does not wait any more is left out.
 *
 * @returns null: it is not stored, or the service does not say; never, once the signal has ended it
 */
export function thumbnailOf(id: string, signal: AbortSignal): Promise<string | null> {
  const known = heldThumbnail(id);
  if (known) return Promise.resolve(known);
  return new Promise((answer) => {
    waiting.push({ id, signal, answer });
    if (!isAsking) void askForAll();
  });
}

async function askForAll(): Promise<void> {
  isAsking = true;
  await new Promise((resolve) => setTimeout(resolve, GATHER));
  for (let ids = wanted(); ids.size > 0; ids = wanted()) {
    const asking = waiting.filter(({ id }) => ids.has(id));
    waiting = waiting.filter(({ id }) => !ids.has(id));
    const found = await read([...ids]);
    for (const { id, answer } of asking) answer(found.get(id) ?? null);
  }
  isAsking = false;
}

/** What is waited for, as much as one request may have. */
function wanted(): Set<string> {
  waiting = waiting.filter(({ signal }) => !signal.aborted);
  return new Set([...new Set(waiting.map(({ id }) => id))].slice(-MOST));
}

async function read(ids: readonly string[]): Promise<Map<string, string>> {
  const parameters = new URLSearchParams(ids.map((id) => ["id", id]));
  const found = new Map<string, string>();
  try {
    const { thumbnails } = await ask<Thumbnails>(`thumbnails?${parameters}`);
    for (const { fingerprint_id, data_uri } of thumbnails) found.set(fingerprint_id, data_uri);
  } catch {
    return found; // the page says so where it asks for more than pictures
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
