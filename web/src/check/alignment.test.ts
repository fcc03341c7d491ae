import { expect, test } from "vitest";
import { alignment, transformOf } from "./alignment";

const SQUARE = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];

test("finds the map of a mirrored crop", () => {
  const shown = [
    [0.9, 0.1],
    [0.1, 0.1],
    [0.1, 0.8],
    [0.9, 0.8],
  ];
  const map = alignment(SQUARE, shown);
  expect(map?.a).toBeCloseTo(-0.8);
  expect(map?.d).toBeCloseTo(0.7);
  expect([map?.b, map?.c].map(Math.abs as (value: number | undefined) => number)).toEqual([
    expect.closeTo(0),
    expect.closeTo(0),
  ]);
  expect([map?.e, map?.f]).toEqual([expect.closeTo(0.9), expect.closeTo(0.1)]);
});

test("finds the map of a quarter turn", () => {
  const turned = [
    [1, 0],
    [1, 1],
    [0, 1],
    [0, 0],
  ];
  const map = alignment(SQUARE, turned);
  expect(map).toMatchObject({ b: expect.closeTo(1), c: expect.closeTo(-1), e: expect.closeTo(1) });
});

test.each([
  ["too few corners", SQUARE.slice(0, 2), SQUARE.slice(0, 2)],
  [
    "corners on a line",
    [
      [0, 0],
      [0.5, 0.5],
      [1, 1],
    ],
    SQUARE.slice(0, 3),
  ],
  ["different numbers of corners", SQUARE, SQUARE.slice(0, 3)],
])("knows no map for %s", (_, from, to) => {
  expect(alignment(from, to)).toBeNull();
});

test("writes fractions as CSS that holds for any size of the frame", () => {
  const css = transformOf({ a: 1, b: 0.5, c: 0.25, d: 1, e: 0.1, f: 0 }, 2);
  expect(css).toBe(
    "translate(10.000%, 0.000%) matrix(1.00000, 0.25000, 0.50000, 1.00000, 0.00000, 0.00000)",
  );
});
