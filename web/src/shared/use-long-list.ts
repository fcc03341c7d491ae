import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { recentred, shiftedTo, type Track, trackOf } from "./long-track";

/** Rows that are drawn above and below the window. */
const FURTHER = 8;

/** What of a long list is drawn. */
export interface Drawn {
  first: number;
  /** The row behind the last one. */
  end: number;
  /** Pixels that lie above the beginning of the list's element. */
  shift: number;
}

/**
 * The rows of a list that the window shows; rows of one height, as many as there are.
 *
 * @param list the element of the list, `height` pixels high
 * @param count rows of the list
 * @param rowHeight pixels
 */
export function useLongList(
  list: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
): Drawn & { height: number } {
  const position = useRef({ at: 0, shift: 0 });
  const [drawn, setDrawn] = useState<Drawn>({ first: 0, end: 0, shift: 0 });
  const track = trackOf(count * rowHeight, innerHeight);
  const latest = useRef(track);
  latest.current = track;
  const look = () => {
    if (!list.current) return;
    position.current = settled(list.current, latest.current, position.current);
    const next = drawnAt(position.current, latest.current, rowHeight);
    setDrawn((before) => (isSame(before, next) ? before : next));
  };
  useLayoutEffect(look, [count]);
  useEffect(() => {
    const listening = new AbortController();
    for (const name of ["scroll", "resize"])
      window.addEventListener(name, look, { passive: true, signal: listening.signal });
    return () => listening.abort();
  }, []);
  return { ...drawn, end: Math.min(drawn.end, count), height: track.height };
}

type Position = { at: number; shift: number };

/** Where the list is; the window is moved where it could not be scrolled any further. */
function settled(list: HTMLElement, track: Track, before: Position): Position {
  const above = list.getBoundingClientRect().top + scrollY;
  const at = scrollY - above;
  const shift = shiftedTo(track, before.at, at, before.shift);
  const moved = recentred(track, at, shift);
  if (moved === null) return { at, shift };
  window.scrollTo({ top: moved + above, behavior: "instant" });
  return { at: moved, shift: at + shift - moved };
}

function drawnAt({ at, shift }: Position, { view }: Track, rowHeight: number): Drawn {
  const first = Math.floor((at + shift) / rowHeight) - FURTHER;
  const end = Math.ceil((at + shift + view) / rowHeight) + FURTHER;
  return { first: Math.max(first, 0), end: Math.max(end, 0), shift };
}

function isSame(one: Drawn, other: Drawn): boolean {
  return one.first === other.first && one.end === other.end && one.shift === other.shift;
}
