import { signal } from "@preact/signals";

const NAME = "lookalike-shortcuts";
const OFF = "off";

/** Whether single letters decide: speech input and a hand that slips would type them, too. */
export const hasShortcuts = signal(localStorage.getItem(NAME) !== OFF);

export function setShortcuts(isOn: boolean): void {
  hasShortcuts.value = isOn;
  if (isOn) localStorage.removeItem(NAME);
  else localStorage.setItem(NAME, OFF);
}
