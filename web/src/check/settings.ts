import { computed } from "@preact/signals";
import type { Effort } from "../api/types";
import { place, setParameters } from "../shared/place";

export const EFFORTS: readonly Effort[] = ["fast", "normal", "thorough"];
export const MAX_TOP = 50;

/** How to check. It is kept in the address bar, so that a result can be linked. */
export interface Settings {
  effort: Effort;
  /** Percentage below which matches are left out. */
  least: number;
  /** Matches to show at most. */
  top: number;
  /** `key:value`, each of which a product must have. */
  filters: readonly string[];
}

export const DEFAULTS: Settings = { effort: "normal", least: 50, top: 12, filters: [] };

export function settingsOf(parameters: URLSearchParams): Settings {
  return {
    effort: EFFORTS.find((each) => each === parameters.get("effort")) ?? DEFAULTS.effort,
    least: bounded(parameters.get("min_match"), 0, 100, DEFAULTS.least),
    top: Math.round(bounded(parameters.get("top"), 1, MAX_TOP, DEFAULTS.top)),
    filters: parameters.getAll("filter").filter((each) => each.includes(":")),
  };
}

/** The query string of a check. */
export function requestOf({ effort, least, top, filters }: Settings): URLSearchParams {
  const parameters = new URLSearchParams({ top: `${top}`, min_match: `${least}`, effort });
  for (const each of filters) parameters.append("filter", each);
  return parameters;
}

export const settings = computed(() => settingsOf(place.value.parameters));

/** Change settings; those that are as by default are left out of the address bar. */
export function setSettings(changes: Partial<Settings>): void {
  const { effort, least, top, filters } = { ...settings.value, ...changes };
  setParameters({
    effort: effort === DEFAULTS.effort ? null : effort,
    min_match: least === DEFAULTS.least ? null : `${least}`,
    top: top === DEFAULTS.top ? null : `${top}`,
    filter: filters,
  });
}

function bounded(text: string | null, least: number, most: number, fallback: number): number {
  const value = text === null || text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : fallback;
}
