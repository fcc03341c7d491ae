import { signal } from "@preact/signals";

const NAME = "lookalike-api-key";

/** The API key, kept until the tab is closed; empty where none is needed. */
export const key = signal(sessionStorage.getItem(NAME) ?? "");

/** Whether the service has refused the last request for want of a (valid) key. */
export const keyIsWanted = signal(false);

export function useKey(text: string): void {
  key.value = text;
  keyIsWanted.value = false;
  if (text) sessionStorage.setItem(NAME, text);
  else sessionStorage.removeItem(NAME);
}
