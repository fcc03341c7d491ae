import { key, keyForRequest } from "./key";
import { Trouble } from "./trouble";
import type { Problem } from "./types";

const JSON_TYPE = /[/+]json\b/;
/** Seconds that a request waits for a busy service before it is tried again. */
const MAX_WAIT = 10;

/**
 * The answer of the service to a request.
 *
 * A service that is busy is asked again twice, after as long as it says; one that wants another API
 * key, as soon as somebody has given one.
 *
 * @param target path and query, relative to the page
 * @param options of `fetch`; an `AbortSignal` ends it with an `AbortError`
 * @throws Trouble there is no answer, or a refusal
 */
export async function ask<Answer>(target: string, options: RequestInit = {}): Promise<Answer> {
  for (let tries = 2; ; ) {
    const sent = key.value;
    try {
      return await askOnce<Answer>(target, options);
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      if (error.kind === "key" && (await hasOther(sent, options.signal))) continue;
      if (error.kind !== "busy" || tries-- === 0 || error.retryAfter > MAX_WAIT) throw error;
      await pause(error.retryAfter, options.signal);
    }
  }
}

/** Whether there is another key than the one that was refused, or somebody gives one. */
async function hasOther(sent: string, signal: AbortSignal | null | undefined): Promise<boolean> {
  return key.value !== sent || (await unlessAborted(keyForRequest(), signal));
}

/** The same with a JSON body. */
export function send<Answer>(method: string, target: string, document: unknown): Promise<Answer> {
  const headers = { "content-type": "application/json" };
  return ask<Answer>(target, { method, headers, body: JSON.stringify(document) });
}

async function askOnce<Answer>(target: string, options: RequestInit): Promise<Answer> {
  const response = await fetched(target, options);
  if (response.status === 204) return undefined as Answer;
  if (!JSON_TYPE.test(response.headers.get("content-type") ?? ""))
    throw new Trouble("proxy", response.status);
  const answer: unknown = await read(response);
  if (response.ok && isObject(answer)) return answer as Answer;
  if (!isProblem(answer)) throw new Trouble("proxy", response.status);
  throw refusal(answer, Number(response.headers.get("retry-after") ?? 1));
}

async function fetched(target: string, options: RequestInit): Promise<Response> {
  const headers = new Headers(options.headers);
  if (key.value) headers.set("x-api-key", key.value);
  try {
    return await fetch(target, { ...options, headers });
  } catch (error) {
    throw isAbort(error) ? error : new Trouble("away");
  }
}

async function read(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    throw isAbort(error) ? error : new Trouble("cut", response.status);
  }
}

function refusal(problem: Problem, retryAfter: number): Trouble {
  if (problem.code === "key_refused") return new Trouble("key", problem.status, problem);
  const isBusy = problem.status === 429 || problem.status === 503;
  return new Trouble(isBusy ? "busy" : "refused", problem.status, problem, retryAfter);
}

/** What ends a request that is waited for no longer: who asked does not want it, or it takes too long. */
function endOf(signal: AbortSignal | null | undefined): Error {
  const isTimeout = signal?.reason instanceof DOMException && signal.reason.name === "TimeoutError";
  return isTimeout ? new Trouble("away") : new DOMException("", "AbortError");
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

function isObject(answer: unknown): answer is object {
  return typeof answer === "object" && answer !== null && Object.keys(answer).length > 0;
}

function isProblem(answer: unknown): answer is Problem {
  return isObject(answer) && "detail" in answer && "code" in answer;
}

/** @param seconds to wait; the signal ends it with an `AbortError` */
export function pause(seconds: number, signal?: AbortSignal | null): Promise<void> {
  return unlessAborted(new Promise((resolve) => setTimeout(resolve, 1000 * seconds)), signal);
}

function unlessAborted<Value>(
  value: Promise<Value>,
  signal: AbortSignal | null | undefined,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const end = () => reject(endOf(signal));
    if (signal?.aborted) end();
    signal?.addEventListener("abort", end, { once: true });
    void value.then(resolve, reject);
  });
}
