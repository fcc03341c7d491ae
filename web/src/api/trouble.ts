import type { Problem } from "./types";

/**
 * Why there is no answer:
 * `refused` the service said no, and why; `key` it asks for an API key; `busy` it may answer later;
 * `away` nothing answers; `proxy` something else answered in its place; `cut` the answer ended early;
 * `defect` the page itself has failed.
 */
export type TroubleKind = "refused" | "key" | "busy" | "away" | "proxy" | "cut" | "defect";

const TOO_LARGE = 413;

/** An answer that did not come, as a value to show. */
export class Trouble extends Error {
  constructor(
    readonly kind: TroubleKind,
    readonly status = 0,
    readonly problem: Problem | undefined = undefined,
    /** Seconds to wait before the same request may succeed. */
    readonly retryAfter = 0,
    options: ErrorOptions = {},
  ) {
    super(problem?.detail ?? kind, options);
  }

  /** Whether the same request may succeed later. */
  get isPassing(): boolean {
    if (this.kind === "refused") return this.problem?.retryable === true;
    return this.kind !== "defect" && !this.isTooLarge;
  }

  /** Whether the service, or something before it, takes no request of this size. */
  get isTooLarge(): boolean {
    return this.status === TOO_LARGE;
  }

  get code(): string {
    return this.problem?.code ?? this.kind;
  }
}

/** Any error as one to show: nothing waits for ever since something else failed than the service. */
export function asTrouble(error: unknown): Trouble {
  if (error instanceof Trouble) return error;
  console.error(error); // for whoever mends it
  return new Trouble("defect", 0, undefined, 0, { cause: error });
}
