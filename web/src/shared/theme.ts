import { effect, signal } from "@preact/signals";

export type Theme = "auto" | "light" | "dark";

const NAME = "lookalike-theme";
const THEMES: readonly Theme[] = ["auto", "light", "dark"];

export const theme = signal<Theme>(
  THEMES.find((each) => each === localStorage.getItem(NAME)) ?? "auto",
);

effect(() => {
  document.documentElement.dataset.theme = theme.value;
  localStorage.setItem(NAME, theme.value);
});

export function nextTheme(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? "auto";
}
