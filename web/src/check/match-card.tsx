import type { Match } from "../api/types";
import { Icon } from "../shared/icon";
import { namesOf } from "../shared/naming";
import { Picture } from "../shared/picture";
import { sightOf } from "../shared/pictures";
import { percent, strings } from "../strings";
import { changesOf } from "./changes";
import { TONES } from "./verdicts";

interface Props {
  match: Match;
  onCompare: () => void;
}

/** A product that shows the picture, and why. */
export function MatchCard({ match, onCompare }: Props) {
  const { tone, icon } = TONES[match.verdict];
  const { name, further } = namesOf(match);
  return (
    <article class={`card tone-${tone}`}>
      <div class="card-picture">
        <Picture of={sightOf(match)} alt="" lazy />
        <span class="badge">
          <Icon of={icon} size={14} />
          {strings.check.verdicts[match.verdict].name}
        </span>
      </div>
      <div class="card-words">
        <h3>
          <button type="button" class="card-open" onClick={onCompare}>
            <span class="unseen">{strings.check.compare("")}</span>
            {name}
          </button>
        </h3>
        <span class="card-score">{percent(match.match_percentage)}</span>
        <p class="card-id">{further}</p>
        <ul class="chips">
          {changesOf(match).map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      </div>
    </article>
  );
}
