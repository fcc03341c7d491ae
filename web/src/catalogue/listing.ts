import { signal } from "@preact/signals";
import { ask, isAbort } from "../api/client";
import { asTrouble, type Trouble } from "../api/trouble";
import type { ListedProduct, ProductPage } from "../api/types";

/** Products a page; a window shows some dozens. */
export const PAGE = 200;
/** Products around those in sight that are kept; others are read again when they are looked at. */
const KEPT = 5000;

/** What is listed; the products themselves are those of `productAt`. */
export interface Listing {
  /** Products that were read. */
  count: number;
  /** Where the next page begins; null at the end. */
  cursor: string | null;
  isLoading: boolean;
  trouble: Trouble | null;
}

interface Page {
  /** Index of its first product. */
  start: number;
  cursor: string;
  /** null: they were let go. */
  products: readonly ListedProduct[] | null;
}

const NOTHING: Listing = { count: 0, cursor: "", isLoading: false, trouble: null };

export const listing = signal<Listing>(NOTHING);

let wanted = new URLSearchParams();
let running = new AbortController();
let pages: Page[] = [];
/** The products in sight: the first, and the one behind the last. */
let sight: readonly [number, number] = [0, 0];
let isRereading = false;

/** List the products that meet these conditions (`q`, `filter`, `sku`), from the first page. */
export function list(conditions: URLSearchParams): void {
  running.abort();
  running = new AbortController();
  wanted = conditions;
  pages = [];
  sight = [0, 0];
  isRereading = false;
  listing.value = NOTHING;
  void more();
}

/** A product by its place in the list; null: it is being read again. */
export function productAt(index: number): ListedProduct | null {
  const page = pages[pageOf(index)];
  return page?.products?.[index - page.start] ?? null;
}

/** Read again what comes in sight and was let go. */
export async function look(first: number, end: number): Promise<void> {
  sight = [first, end];
  if (isRereading) return;
  isRereading = true;
  const { signal } = running;
  try {
    for (let page = missing(); page && !signal.aborted; page = missing()) {
      page.products = (await read(page.cursor, signal)).products;
      if (!signal.aborted) listing.value = { ...listing.value, trouble: null };
    }
  } catch (error) {
    if (!signal.aborted) listing.value = { ...listing.value, trouble: asTrouble(error) };
  }
  if (signal === running.signal) isRereading = false;
}

/** Read on, and what is missing in sight, unless that is being done, or everything was read. */
export async function more(): Promise<void> {
  void look(...sight);
  const { isLoading, cursor } = listing.value;
  if (isLoading || cursor === null) return;
  const { signal } = running;
  listing.value = { ...listing.value, isLoading: true, trouble: null };
  try {
    // Where few products meet the conditions, a page may be empty and not be the last one.
    for (let isEmpty = true, next: string | null = cursor; isEmpty && next !== null; ) {
      const page = await read(next, signal);
      if (signal.aborted) return;
      isEmpty = page.products.length === 0;
      if (!isEmpty) add(next, page.products);
      next = page.next_cursor;
      listing.value = { ...listing.value, cursor: next, isLoading: isEmpty && next !== null };
    }
  } catch (error) {
    if (isAbort(error)) return;
    listing.value = { ...listing.value, isLoading: false, trouble: asTrouble(error) };
  }
}

function add(cursor: string, products: readonly ListedProduct[]): void {
  const { count } = listing.value;
  pages.push({ start: count, cursor, products });
  listing.value = { ...listing.value, count: count + products.length };
  const [first, end] = sight;
  for (const page of pages.slice(0, -1)) {
    const isFar = page.start > end + KEPT || page.start < first - KEPT;
    if (isFar) page.products = null;
  }
}

/** A page in sight whose products were let go. */
function missing(): Page | undefined {
  const [first, end] = sight;
  if (end === 0) return undefined;
  return pages.slice(pageOf(first), pageOf(end - 1) + 1).find(({ products }) => !products);
}

/** The last page that begins at or before a product. */
function pageOf(index: number): number {
  let [low, high] = [0, pages.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((pages[middle]?.start ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return low;
}

function read(cursor: string, signal: AbortSignal): Promise<ProductPage> {
  const parameters = new URLSearchParams(wanted);
  parameters.set("limit", `${PAGE}`);
  if (cursor) parameters.set("cursor", cursor);
  return ask<ProductPage>(`products?${parameters}`, { signal });
}
