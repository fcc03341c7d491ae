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
  /** Products that a sync may delete, as a number or a share: `10%`; or what was typed instead. */
  most: string;
  /** The columns that were chosen by hand; an empty one: none has the field. */
  columns: Readonly<Partial<Record<Field, string>>>;
}

/** The columns of a feed, and which of them have which field, as far as that is known. */
export interface KnownColumns {
  available: readonly string[];
  fields: Readonly<Record<Field, string | null>>;
  /** A value of each column that has one at once. */
  examples: Readonly<Record<string, string>>;
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
/** As `lookalike/catalogue/max_deletions.py` has it. */
const LIMIT = /^\d{1,9}$|^(100(\.0{1,3})?|\d{1,2}(\.\d{1,3})?) ?%$/;
/** Milliseconds for which a limit has to rest before it is tried. */
const REST = 400;
const NO_FIELDS = { entity_id: null, sku: null, image_url: null };
export const FIRST = { mode: "import", most: "10%", columns: {}, known: null } as const;

let asked = new AbortController();

export function isFeed(planned: FeedPlan | Folder): planned is FeedPlan {
  return "file" in planned;
}

/** Whether a limit of deletions can be read. */
export function isLimit(text: string): boolean {
  return LIMIT.test(text.trim());
}

/** Take another limit of deletions while it is typed: nothing is loaded under the one before. */
export async function limit(planned: FeedPlan, most: string): Promise<void> {
  const { signal } = anew();
  plan.value = { ...planned, most, preview: null, trouble: null, isAsking: isLimit(most) };
  if (!isLimit(most)) return;
  await new Promise((resolve) => setTimeout(resolve, REST));
  if (!signal.aborted) await consider(planned.file);
}

/**
 * Show a folder that is read, unless something else was given meanwhile.
 *
 * @throws DOMException it cannot be read
 */
export async function considerFolder(reading: Promise<Folder> | Folder): Promise<void> {
  const { signal } = anew();
  plan.value = null;
  const folder = await reading;
  if (!signal.aborted) plan.value = folder;
}

/** Ask what loading a feed would do. */
export async function consider(file: File, changed: Partial<Wanted> = {}): Promise<void> {
  const before = plan.value && isFeed(plan.value) && plan.value.file === file ? plan.value : FIRST;
  const { signal } = anew();
  const unknown = { preview: null, trouble: null, isAsking: true };
  const begun: FeedPlan = { ...before, ...changed, ...unknown, file };
  plan.value = begun;
  const ended = { ...begun, isAsking: false };
  try {
    const target = `import_previews?${parametersOf(begun)}`;
    const body = await formOf(file);
    const preview = await ask<ImportPreview>(target, { method: "POST", body, signal });
    if (signal.aborted) return;
    plan.value = { ...ended, preview, known: knownFrom(preview.columns) };
  } catch (error) {
    if (isAbort(error) || signal.aborted) return;
    const trouble = asTrouble(error);
    plan.value = { ...ended, trouble, known: knownFromRefusal(trouble, begun) };
  }
}

function knownFrom(columns: ImportPreview["columns"]): KnownColumns {
  const { available, examples, entity_id, sku, image_url } = columns;
  return { available, examples, fields: { entity_id, sku, image_url } };
}

/** Where a feed is refused since its columns are not known, the fields are those that were chosen. */
function knownFromRefusal({ problem }: Trouble, { columns, known }: FeedPlan) {
  if (!problem?.columns) return known;
  const { columns: available, examples } = problem;
  return { available, examples: examples ?? {}, fields: { ...NO_FIELDS, ...columns } };
}

/** Load nothing. */
export function forget(): void {
  anew();
  plan.value = null;
}

/** End what was asked about anything that was given before. */
function anew(): AbortController {
  asked.abort();
  asked = new AbortController();
  return asked;
}

/** Whether a feed may be loaded: also where the service cannot tell what that would do. */
export function mayLoad({ preview, trouble, isAsking, mode, most }: FeedPlan): boolean {
  if (isAsking || (mode === "sync" && !isLimit(most))) return false;
  return preview ? preview.refusal === null : trouble?.code === ABSENT;
}

export function parametersOf({ mode, most, columns }: Wanted): URLSearchParams {
  const sync: Record<string, string> = mode === "sync" ? { max_deletions: most.trim() } : {};
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
