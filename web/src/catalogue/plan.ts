import { signal } from "@preact/signals";
import { ask, isAbort } from "../api/client";
import { asTrouble, type Trouble } from "../api/trouble";
import type { ImportPreview } from "../api/types";
import type { Folder } from "./folders";

/** What an import does with products that its feed does not name: they stay, or are deleted. */
export type Mode = "import" | "sync";

/** A feed that is looked at before it is loaded. */
export interface FeedPlan {
  file: File;
  mode: Mode;
  /** Products that a sync may delete, as a number or a share: `10%`. */
  most: string;
  /** What would happen; null: not known yet, or never. */
  preview: ImportPreview | null;
  trouble: Trouble | null;
  isAsking: boolean;
}

/** What somebody is about to load. */
export const plan = signal<FeedPlan | Folder | null>(null);

let asked = new AbortController();

export function isFeed(planned: FeedPlan | Folder): planned is FeedPlan {
  return "file" in planned;
}

/** Ask what loading a feed would do. */
export async function consider(file: File, mode: Mode = "import", most = "10%"): Promise<void> {
  forget();
  const { signal } = asked;
  const begun: FeedPlan = { file, mode, most, preview: null, trouble: null, isAsking: true };
  plan.value = begun;
  const ended = { ...begun, isAsking: false };
  try {
    const target = `import_previews?${parametersOf(begun)}`;
    const preview = await ask<ImportPreview>(target, {
      method: "POST",
      body: formOf(file),
      signal,
    });
    plan.value = { ...ended, preview };
  } catch (error) {
    if (!isAbort(error)) plan.value = { ...ended, trouble: asTrouble(error) };
  }
}

/** Load nothing. */
export function forget(): void {
  asked.abort();
  asked = new AbortController();
  plan.value = null;
}

/** Whether a feed may be loaded: also where the service cannot tell what that would do. */
export function mayLoad({ preview, trouble, isAsking }: FeedPlan): boolean {
  if (isAsking) return false;
  return preview ? preview.refusal === null : trouble?.status === 404;
}

export function parametersOf({ mode, most }: FeedPlan): URLSearchParams {
  const sync: Record<string, string> = mode === "sync" ? { max_deletions: most } : {};
  return new URLSearchParams({ mode, ...sync });
}

export function formOf(file: File): FormData {
  const form = new FormData();
  form.append("catalogue", file);
  return form;
}
