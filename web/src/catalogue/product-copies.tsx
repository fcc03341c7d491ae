import { useState } from "preact/hooks";
import { Comparison } from "../check/comparison";
import { MatchCard } from "../check/match-card";
import { sightOf } from "../shared/pictures";
import { TroubleNote } from "../shared/trouble-note";
import { useAsked } from "../shared/use-asked";
import { strings } from "../strings";
import { type Copies, copiesOf, type StoredImage } from "./copies";

const words = strings.catalogue;

interface Props {
  entityId: string;
  image: StoredImage;
}

/** The other products that show a picture of this one. */
export function ProductCopies({ entityId, image }: Props) {
  const [compared, setCompared] = useState<number | null>(null);
  const about = JSON.stringify(image);
  const asked = useAsked(
    async (signal) => ({ copies: await copiesOf(entityId, image, signal) }),
    about,
  );
  const matches = asked.answer?.copies?.answer.matches ?? [];
  const isAsking = !asked.answer && !asked.trouble;
  return (
    <section class="copies" aria-busy={isAsking}>
      <h3>{words.copies}</h3>
      {asked.trouble && <TroubleNote trouble={asked.trouble} onRetry={asked.again} />}
      <p class="hint" role="status">
        {isAsking && strings.check.checking}
        {asked.answer && said(asked.answer.copies)}
      </p>
      <ul class="gallery">
        {matches.map((match, index) => (
          <li key={`${match.entity_id} ${match.image_url}`}>
            <MatchCard match={match} onCompare={() => setCompared(index)} />
          </li>
        ))}
      </ul>
      {compared !== null && (
        <Comparison
          query={sightOf(image)}
          matches={matches}
          index={compared}
          onIndex={setCompared}
          onClose={() => setCompared(null)}
        />
      )}
    </section>
  );
}

function said(copies: Copies | null): string {
  if (!copies) return words.unchecked;
  if (copies.answer.matches.length > 0) return copies.isOfStored ? words.ofStored : "";
  return copies.isOfStored ? words.noCopiesOfStored : words.noCopies;
}
