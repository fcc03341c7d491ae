import { expect, test } from "vitest";
import { aMatch, anAnswer } from "../shared/made";
import { changesOf } from "./changes";
import { outcomeOf } from "./verdicts";

test.each([
  ["Whole picture, unchanged", aMatch({ verdict: "duplicate" })],
  ["Edited within the frame", aMatch()],
  ["Mirrored, Cropped to 64\u00a0%", aMatch({ evidence: { flipped: true, area_of_match: 0.638 } })],
  ["Turned 90° to the left", aMatch({ evidence: { rotation: 270 } })],
  [
    "Upside down, Fills 50\u00a0% of yours",
    aMatch({ evidence: { rotation: 180, area_of_query: 0.5 } }),
  ],
  ["Cropped to less than 1\u00a0%", aMatch({ evidence: { area_of_match: 0.004 } })],
  ["Recoloured", aMatch({ verdict: "colour_variant" })],
  ["", aMatch({ verdict: "similar", evidence: { area_of_query: null, area_of_match: null } })],
])("says %s", (words, match) => {
  expect(changesOf(match).join(", ")).toBe(words);
});

test.each([
  ["clear", []],
  ["copy", [aMatch({ verdict: "duplicate" })]],
  ["edited", [aMatch(), aMatch({ verdict: "similar" })]],
  ["variant", [aMatch({ verdict: "colour_variant" })]],
  ["similar", [aMatch({ verdict: "similar", match_percentage: 3 })]],
] as const)("shows %s by colour, icon and words", (tone, matches) => {
  const outcome = outcomeOf(anAnswer([...matches]), 50);
  expect(outcome.tone).toBe(tone);
  expect(outcome.headline).not.toBe("");
  expect(outcome.icon.length).toBeGreaterThan(0);
  expect(outcome.percentage).toBe(matches[0]?.match_percentage ?? null);
});
