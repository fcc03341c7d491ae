import type { Problem } from "./types";

/**
 * Why there is no answer:
 * `refused` the service said no, and why; `key` it asks for an API key; `busy` it may answer later;
 * `away` nothing answers; `proxy` something else answered in its place; `cut` the answer ended early.
 */
export type TroubleKind = "refused" | "key" | "busy" | "away" | "proxy" | "cut";

/** An answer that did not come, as a value to show. */
export class Trouble extends Error {
  constructor(
    readonly kind: TroubleKind,
    readonly status = 0,
    readonly problem: Problem | undefined = undefined,
    /** Seconds to wait before the same request may succeed. */
    readonly retryAfter = 0,
  ) {
    super(problem?.detail ?? kind);
  }

  get code(): string {
    return this.problem?.code ?? this.kind;
  }
}

export function asTrouble(error: unknown): Trouble {
  if (error instanceof Trouble) return error;
  throw error;
}
