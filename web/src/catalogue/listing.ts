import { signal } from "@preact/signals";
import { ask, isAbort } from "../api/client";
import { asTrouble, type Trouble } from "../api/trouble";
import type { ListedProduct, ProductPage } from "../api/types";

/** Products a page; a window shows some dozens. */
export const PAGE = 200;

export interface Listing {
  products: readonly ListedProduct[];
  /** Where the next page begins; null at the end. */
  cursor: string | null;
  isLoading: boolean;
  trouble: Trouble | null;
}

const NOTHING: Listing = { products: [], cursor: "", isLoading: false, trouble: null };

export const listing = signal<Listing>(NOTHING);

let wanted = new URLSearchParams();
let running = new AbortController();

/** List the products that meet these conditions (`q`, `filter`, `sku`), from the first page. */
export function list(conditions: URLSearchParams): void {
  running.abort();
  running = new AbortController();
  wanted = conditions;
  listing.value = NOTHING;
  void more();
}

/** Read on, unless that is being done, or everything was read. */
export async function more(): Promise<void> {
  const { isLoading, cursor } = listing.value;
  if (isLoading || cursor === null) return;
  const { signal } = running;
  listing.value = { ...listing.value, isLoading: true, trouble: null };
  try {
    // Where few products meet the conditions, a page may be empty and not be the last one.
    for (let known = listing.value.products.length; ; ) {
      const page = await read(listing.value.cursor ?? "", signal);
      const products = [...listing.value.products, ...page.products];
      const isLoading = products.length === known && page.next_cursor !== null;
      listing.value = { products, cursor: page.next_cursor, isLoading, trouble: null };
      if (!isLoading) return;
      known = products.length;
    }
  } catch (error) {
    if (isAbort(error)) return;
    listing.value = { ...listing.value, isLoading: false, trouble: asTrouble(error) };
  }
}

function read(cursor: string, signal: AbortSignal): Promise<ProductPage> {
  const parameters = new URLSearchParams(wanted);
  parameters.set("limit", `${PAGE}`);
  if (cursor) parameters.set("cursor", cursor);
  return ask<ProductPage>(`products?${parameters}`, { signal });
}
