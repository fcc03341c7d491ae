import { CircleCheck, Copy, Crop, type IconNode, Images, Palette } from "lucide";
import type { CheckAnswer, Verdict } from "../api/types";
import { strings } from "../strings";
import { changesOf } from "./changes";

/** A colour with a meaning; `tokens.css` says which. */
export type Tone = "copy" | "edited" | "variant" | "similar" | "clear" | "trouble" | "plain";

export const TONES: Record<Verdict, { tone: Tone; icon: IconNode }> = {
  duplicate: { tone: "copy", icon: Copy },
  edited_copy: { tone: "edited", icon: Crop },
  colour_variant: { tone: "variant", icon: Palette },
  similar: { tone: "similar", icon: Images },
};

export interface Outcome {
  tone: Tone;
  icon: IconNode;
  headline: string;
  text: string;
  percentage: number | null;
}

/**
 * What an answer comes to, in a sentence.
 *
 * @param least the least percentage that was asked for
 */
export function outcomeOf(answer: CheckAnswer, least: number): Outcome {
  const first = answer.matches[0];
  if (!first) {
    const text = strings.check.notThereText(least);
    const headline = strings.check.notThere;
    return { tone: "clear", icon: CircleCheck, headline, text, percentage: null };
  }
  const { headline, meaning } = strings.check.verdicts[first.verdict];
  const text = first.verdict === "edited_copy" ? editedText(changesOf(first)) : meaning;
  return { ...TONES[first.verdict], headline, text, percentage: first.match_percentage };
}

function editedText(changes: string[]): string {
  return `${strings.check.verdicts.edited_copy.meaning}: ${changes.join(", ").toLowerCase()}.`;
}
