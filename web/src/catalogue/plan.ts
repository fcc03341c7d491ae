import { signal } from "@preact/signals";
import { ask, isAbort } from "../api/client";
import { asTrouble, type Trouble } from "../api/trouble";
import type { ImportPreview } from "../api/types";
import { packed } from "../shared/fitting";
import type { Folder } from "./folders";

/** What an import does with products that its feed does not name: they stay, or are deleted. */
export type Mode = "import" | "sync";

/** What products have beside attributes. */
export const FIELDS = ["entity_id", "sku", "image_url"] as const;
export type Field = (typeof FIELDS)[number];

/** What somebody wants to be done with a feed. */
export interface Wanted {
  mode: Mode;
  /** Products that a sync may delete, as a number or a share: `10%`. */
  most: string;
  /** The columns that were chosen by hand; an empty one: none has the field. */
  columns: Readonly<Partial<Record<Field, string>>>;
}

/** The columns of a feed, and which of them have which field, as far as that is known. */
export interface KnownColumns {
  available: readonly string[];
  fields: Readonly<Record<Field, string | null>>;
}

/** A feed that is looked at before it is loaded. */
export interface FeedPlan extends Wanted {
  file: File;
  /** They stay while the same feed is looked at in another way; null: not known. */
  known: KnownColumns | null;
  /** What would happen; null: not known yet, or never. */
  preview: ImportPreview | null;
  trouble: Trouble | null;
  isAsking: boolean;
}

/** What somebody is about to load. */
export const plan = signal<FeedPlan | Folder | null>(null);

/** The code of a feed that can be loaded, and is not looked at before. */
export const ABSENT = "preview_absent";
const NO_FIELDS = { entity_id: null, sku: null, image_url: null };
const FIRST = { mode: "import", most: "10%", columns: {}, known: null } as const;

let asked = new AbortController();

export function isFeed(planned: FeedPlan | Folder): planned is FeedPlan {
  return "file" in planned;
}

/** Ask what loading a feed would do. */
export async function consider(file: File, changed: Partial<Wanted> = {}): Promise<void> {
  const before = plan.value && isFeed(plan.value) && plan.value.file === file ? plan.value : FIRST;
  forget();
  const { signal } = asked;
  const unknown = { preview: null, trouble: null, isAsking: true };
  const begun: FeedPlan = { ...before, ...changed, ...unknown, file };
  plan.value = begun;
  const ended = { ...begun, isAsking: false };
  try {
    const target = `import_previews?${parametersOf(begun)}`;
    const preview = await ask<ImportPreview>(target, {
      method: "POST",
      body: await formOf(file),
      signal,
    });
    plan.value = { ...ended, preview, known: knownFrom(preview.columns) };
  } catch (error) {
    if (isAbort(error)) return;
    const trouble = asTrouble(error);
    plan.value = { ...ended, trouble, known: knownFromRefusal(trouble, begun) };
  }
}

function knownFrom({ available, entity_id, sku, image_url }: ImportPreview["columns"]) {
  return { available, fields: { entity_id, sku, image_url } };
}

/** Where a feed is refused since its columns are not known, the fields are those that were chosen. */
function knownFromRefusal({ problem }: Trouble, { columns, known }: FeedPlan) {
  if (!problem?.columns) return known;
  return { available: problem.columns, fields: { ...NO_FIELDS, ...columns } };
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
  return preview ? preview.refusal === null : trouble?.code === ABSENT;
}

export function parametersOf({ mode, most, columns }: Wanted): URLSearchParams {
  const sync: Record<string, string> = mode === "sync" ? { max_deletions: most } : {};
  const parameters = new URLSearchParams({ mode, ...sync });
  for (const field of FIELDS)
    if (field in columns) parameters.append("columns", `${field}=${columns[field]}`);
  return parameters;
}

export async function formOf(file: File): Promise<FormData> {
  const form = new FormData();
  form.append("catalogue", await packed(file), file.name);
  return form;
}
