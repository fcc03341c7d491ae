import { signal } from "@preact/signals";

/** Where the page is: a view and its parameters, both in the address bar (`#/check?effort=fast`). */
export interface Place {
  view: string;
  parameters: URLSearchParams;
}

export const START = "check";

export function placeOf(hash: string): Place {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  return { view: path || START, parameters: new URLSearchParams(query) };
}

export function addressOf(view: string, parameters?: URLSearchParams): string {
  const query = parameters?.toString();
  return `#/${view}${query ? `?${query}` : ""}`;
}

export function productAddress(entityId: string): string {
  return addressOf("catalogue", new URLSearchParams({ product: entityId }));
}

export const place = signal(placeOf(location.hash));

addEventListener("hashchange", () => {
  place.value = placeOf(location.hash);
});

/** Change parameters of the view that is shown, without a step in the browser's history. */
export function setParameters(changes: Record<string, string | readonly string[] | null>): void {
  const { view, parameters } = placeOf(location.hash); // which may be newer than what is shown
  for (const [name, value] of Object.entries(changes)) {
    parameters.delete(name);
    for (const each of value === null ? [] : [value].flat()) parameters.append(name, each);
  }
  history.replaceState(null, "", addressOf(view, parameters));
  place.value = { view, parameters };
}
