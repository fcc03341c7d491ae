import { ask } from "../api/client";
import type { Likeness, Product, SimilarProduct } from "../api/types";
import type { Source } from "../check/sources";
import { fitting } from "../shared/fitting";
import { type Sight, sightOf } from "../shared/pictures";

/** What is looked for: a picture, or a product by its id. */
export type Query =
  | { name: string; preview: string; source: Source }
  | { name: string; preview: null; product: string };

/** Tells queries apart: several files have one name, such as those that are pasted. */
export function identityOf(query: Query): string {
  return query.preview ?? `product ${query.product}`;
}

export interface Wanted {
  /** `key:value` that products must have. */
  filters: readonly string[];
  /** Whether one product stands for all of its style. */
  oneOfEach: boolean;
}

const TOP = 48;

export function wantedOf(parameters: URLSearchParams): Wanted {
  return { filters: parameters.getAll("filter"), oneOfEach: parameters.get("diversify") !== null };
}

/**
 * Whether there are several styles, and several products of one of them.
 *
 * The service takes a sku without its part behind the last hyphen for the style. Where skus are numbers
 * behind one word, that is one style for all.
 */
export function hasStyles(products: readonly SimilarProduct[]): boolean {
  const styles = products.map(({ sku, entity_id }) => sku.replace(/-[^-]*$/, "") || entity_id);
  const different = new Set(styles).size;
  return different > 1 && different < products.length;
}

/** The products that look alike, the nearest first. */
export async function likenessOf(
  query: Query,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<Likeness> {
  const parameters = new URLSearchParams({ top: `${TOP}` });
  for (const each of wanted.filters) parameters.append("filter", each);
  if (wanted.oneOfEach) parameters.set("diversify", "style");
  if (query.preview === null) {
    parameters.set("entity_id", query.product);
    return ask<Likeness>(`search?${parameters}`, { signal });
  }
  if ("address" in query.source) {
    parameters.set("image_url", query.source.address);
    return ask<Likeness>(`search?${parameters}`, { signal });
  }
  const body = new FormData();
  body.append("image", await fitting(query.source.file), query.source.file.name);
  return ask<Likeness>(`search?${parameters}`, { method: "POST", body, signal });
}

/** Where the picture of a query is shown from. */
export async function previewOf(query: Query, signal: AbortSignal): Promise<Sight> {
  if (query.preview !== null) return { address: query.preview };
  const path = `products/${encodeURIComponent(query.product)}`;
  const { image_url, fingerprint } = await ask<Product>(path, { signal });
  return sightOf({ image_url, fingerprint_id: fingerprint?.id ?? null });
}
