import { PackageOpen } from "lucide";
import type { CheckAnswer } from "../api/types";
import { Icon } from "../shared/icon";
import { addressOf } from "../shared/place";
import { percent, strings } from "../strings";
import { outcomeOf } from "./verdicts";

interface Props {
  answer: CheckAnswer;
  least: number;
  onNearest: (() => void) | undefined;
}

/** The verdict in colour, icon and words, and its percentage. */
export function Outcome({ answer, least, onNearest }: Props) {
  const { tone, icon, headline, text, percentage } = outcomeOf(answer, least);
  return (
    <section class={`verdict tone-${tone}`}>
      <span class="verdict-icon">
        <Icon of={icon} size={24} />
      </span>
      <div class="verdict-words">
        <h2>{headline}</h2>
        <p>{text}</p>
      </div>
      {percentage !== null && (
        <p class="verdict-score">
          <span class="unseen">{strings.check.match}: </span>
          {percent(percentage)}
        </p>
      )}
      {percentage === null && onNearest && (
        <button type="button" onClick={onNearest}>
          {strings.check.showNearest}
        </button>
      )}
    </section>
  );
}

/** There was nothing to compare with, and how to change that. */
export function EmptyCatalogue() {
  return (
    <section class="verdict tone-plain">
      <span class="verdict-icon">
        <Icon of={PackageOpen} size={24} />
      </span>
      <div class="verdict-words">
        <h2>{strings.check.empty}</h2>
        <p>{strings.check.emptyText}</p>
      </div>
      <a class="button" href={addressOf("catalogue")}>
        {strings.check.fill}
      </a>
    </section>
  );
}
