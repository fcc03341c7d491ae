/**
 * How a list is laid into an element that may be less high than it: browsers draw some 17 million
 * pixels (Firefox) to 33 million (Chromium), which are 250,000 rows.
 *
 * All in pixels. `at` is the scroll position within the element, and `shift` what lies above the
 * element's beginning: the window shows the list from `at + shift` on. Scrolling moves the list by
 * as much as it moves the window; a jump, as with the scroll bar, goes to the same share of both.
 */
export interface Track {
  /** Of all rows. */
  total: number;
  /** Of the element. */
  height: number;
  /** Of the window. */
  view: number;
}

/** The element's height, at most; every browser draws as much. */
const MAX_HEIGHT = 8_000_000;
/** At both ends, the element is as long as the list. */
const END = 10_000;
/** Windows that are scrolled at once, at most; further is a jump. */
const SCROLLED = 4;

export function trackOf(total: number, view: number): Track {
  return { total, height: Math.min(total, MAX_HEIGHT), view };
}

/** The shift after the window was scrolled. */
export function shiftedTo(track: Track, before: number, at: number, shift: number): number {
  const isJump = Math.abs(at - before) > SCROLLED * track.view;
  const wanted = isJump ? between(at, ends(track, "height"), ends(track, "total")) - at : shift;
  return Math.min(Math.max(Math.round(wanted), 0), track.total - track.height);
}

/**
 * Where the window is to be scrolled to, so that it can go on: it shows the same rows there.
 *
 * @returns null: it can go on
 */
export function recentred(track: Track, at: number, shift: number): number | null {
  const { total, height, view } = track;
  const isAtBeginning = at < view && shift > 0;
  const isAtEnd = height - view - at < view && shift < total - height;
  if (!isAtBeginning && !isAtEnd) return null;
  return Math.round(between(at + shift, ends(track, "total"), ends(track, "height")));
}

type Ends = readonly [first: number, second: number, third: number, last: number];

/** The positions between which the element and the list are as long as each other, or are not. */
function ends(track: Track, which: "total" | "height"): Ends {
  const last = Math.max(track[which] - track.view, 0);
  return [0, Math.min(END, last), Math.max(last - END, 0), last];
}

/** The value that lies between `to` as `value` does between `from`. */
function between(value: number, from: Ends, to: Ends): number {
  if (value <= from[1]) return Math.max(value, 0);
  if (value >= from[2]) return Math.min(to[3], to[2] + value - from[2]);
  return to[1] + ((value - from[1]) * (to[2] - to[1])) / (from[2] - from[1]);
}
