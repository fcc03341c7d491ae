import type { Match } from "../api/types";
import { percent, strings } from "../strings";

/** Share from which a picture counts as shown in whole: outlines are not exact to the pixel. */
const WHOLE = 0.97;

/** What was done to the picture of the catalogue to make the query, in words, as far as known. */
export function changesOf({ verdict, evidence }: Match): string[] {
  const { why } = strings.check;
  if (verdict === "similar") return [];
  const changes: string[] = [];
  if (verdict === "colour_variant") changes.push(why.recoloured);
  if (evidence.flipped) changes.push(why.mirrored);
  if (evidence.rotation) changes.push(why.turned(evidence.rotation));
  if (isPart(evidence.area_of_match)) changes.push(why.cropped(share(evidence.area_of_match)));
  if (isPart(evidence.area_of_query)) changes.push(why.framed(share(evidence.area_of_query)));
  if (changes.length > 0) return changes;
  return [verdict === "duplicate" ? why.same : why.edited];
}

/** A share, 0 to 1, in words. */
export function share(part: number): string {
  return part < 0.01 ? `less than ${percent(1)}` : percent(Math.round(100 * part));
}

function isPart(area: number | null): area is number {
  return area !== null && area < WHOLE;
}
