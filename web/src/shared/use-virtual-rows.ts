import {
  observeWindowOffset,
  observeWindowRect,
  type VirtualItem,
  Virtualizer,
  windowScroll,
} from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useLayoutEffect, useReducer, useState } from "preact/hooks";

const OVERSCAN = 8;

/**
 * The rows of a long list that the window shows.
 *
 * @param list the element that is as high as all rows
 * @param count rows of the list
 * @param height of a row, in pixels
 */
export function useVirtualRows(
  list: RefObject<HTMLElement | null>,
  count: number,
  height: number,
): { rows: VirtualItem[]; total: number; margin: number } {
  const [, redraw] = useReducer((times: number) => times + 1, 0);
  const margin = list.current?.offsetTop ?? 0;
  const options = {
    count,
    estimateSize: () => height,
    overscan: OVERSCAN,
    scrollMargin: margin,
    getScrollElement: () => window,
    observeElementRect: observeWindowRect,
    observeElementOffset: observeWindowOffset,
    scrollToFn: windowScroll,
    initialOffset: () => window.scrollY,
    onChange: () => redraw(undefined),
  };
  const [virtual] = useState(() => new Virtualizer<Window, HTMLElement>(options));
  virtual.setOptions(options);
  useLayoutEffect(() => virtual._didMount(), [virtual]);
  useLayoutEffect(() => virtual._willUpdate());
  return { rows: virtual.getVirtualItems(), total: virtual.getTotalSize(), margin };
}
