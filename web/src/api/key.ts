import { signal } from "@preact/signals";

const NAME = "lookalike-api-key";

/** The API key, kept until the tab is closed; empty where none is needed. */
export const key = signal(sessionStorage.getItem(NAME) ?? "");

/** Who has opened the dialog of the key: a request that was refused, or somebody; null: it is closed. */
export const keyDialog = signal<"request" | "person" | null>(null);

/** Whether this service is known to have keys. */
export const hasKeys = signal(key.value !== "");

/** Whether a request has asked in vain; further ones are then refused without asking. */
let isDeclined = false;
let waiting: ((isGiven: boolean) => void)[] = [];

/** Ask for a key on behalf of a request; whether one was given. */
export function keyForRequest(): Promise<boolean> {
  hasKeys.value = true;
  return isDeclined ? Promise.resolve(false) : open("request");
}

/** Let somebody give, change or forget the key; whether one was given. */
export function askForKey(): Promise<boolean> {
  return open("person");
}

/** Use this key from now on; an empty one: none, and nobody is asked for one. */
export function useKey(text: string): void {
  key.value = text;
  if (text) sessionStorage.setItem(NAME, text);
  else sessionStorage.removeItem(NAME);
  isDeclined = text === "";
  close(text !== "");
}

/** Go on with the key as it is. */
export function keepKey(): void {
  isDeclined ||= keyDialog.value === "request";
  close(false);
}

function open(by: "request" | "person"): Promise<boolean> {
  keyDialog.value ??= by;
  return new Promise((answer) => waiting.push(answer));
}

function close(isGiven: boolean): void {
  keyDialog.value = null;
  const told = waiting;
  waiting = [];
  for (const tell of told) tell(isGiven);
}
