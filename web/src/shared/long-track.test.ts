import { expect, test } from "vitest";
import { recentred, shiftedTo, trackOf } from "./long-track";

const VIEW = 800;
const LONG = trackOf(68_000_000, VIEW);

/** Scroll a window through the list as a browser would. */
class Scrolled {
  at = 0;
  shift = 0;
  constructor(readonly track = LONG) {}

  to(at: number): this {
    const { height, view } = this.track;
    const next = Math.min(Math.max(at, 0), height - view);
    this.shift = shiftedTo(this.track, this.at, next, this.shift);
    this.at = next;
    const from = this.shown;
    const moved = recentred(this.track, this.at, this.shift);
    if (moved !== null) {
      this.at = moved;
      this.shift = from - moved;
    }
    return this;
  }

  get shown(): number {
    return this.at + this.shift;
  }
}

test("leaves a list alone that browsers draw as it is", () => {
  const short = trackOf(100_000, VIEW);
  expect(short.height).toBe(100_000);
  const scrolled = new Scrolled(short);
  for (const at of [50, 700, 90_000, 99_200, 0]) expect(scrolled.to(at).shown).toBe(at);
});

test("reaches every part of a million rows by jumps, and shows the last row at the end", () => {
  const end = LONG.height - VIEW;
  const shown = [0, 5000, end / 2, end - 5000, end].map((at) => new Scrolled().to(at).shown);
  expect(shown).toEqual([0, 5000, 33_999_600, 67_994_200, 67_999_200]);
});

test("moves the rows by as much as the window is scrolled, wherever it is", () => {
  for (const start of [0, 3_000_000, LONG.height - VIEW - 60_000]) {
    const scrolled = new Scrolled().to(start);
    for (let before = scrolled.shown, step = 0; step < 40; step++, before = scrolled.shown)
      expect(scrolled.to(scrolled.at + 700).shown).toBe(before + 700);
  }
});

test("goes on scrolling where the element ends, up to the last row and back to the first", () => {
  const scrolled = new Scrolled(trackOf(8_060_000, VIEW)).to(7_990_000);
  for (let step = 0; step < 300; step++) scrolled.to(scrolled.at + 700);
  expect(scrolled.shown).toBe(8_060_000 - VIEW);
  scrolled.to(20_000);
  for (let step = 0; step < 300; step++) scrolled.to(scrolled.at - 700);
  expect([scrolled.at, scrolled.shown]).toEqual([0, 0]);
});

test("stays where it is when the list grows, and can go on", () => {
  const full = new Scrolled(trackOf(8_000_000, VIEW)).to(7_999_200);
  const longer = trackOf(8_013_600, VIEW);
  const moved = recentred(longer, full.at, full.shift);
  expect(moved).not.toBeNull();
  expect(moved).toBeLessThan(full.at - 5000);
});
