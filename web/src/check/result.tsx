import { useRef, useState } from "preact/hooks";
import type { CheckAnswer, Match } from "../api/types";
import { Picture } from "../shared/picture";
import { TroubleNote } from "../shared/trouble-note";
import { strings } from "../strings";
import { type Check, checkAgain, type How, type Progress, showNearest } from "./checks";
import { Comparison } from "./comparison";
import { MatchCard } from "./match-card";
import { EmptyCatalogue, Outcome } from "./outcome";

/** The outcome of one check: the picture, the verdict, and the matches. */
export function Result({ check }: { check: Check }) {
  const progress = check.progress.value;
  const found = useRef<HTMLDivElement>(null);
  const again = (ask: () => void) => () => {
    ask();
    found.current?.focus(); // the button that was pressed is gone
  };
  return (
    <div class="result" aria-busy={progress.kind === "checking"}>
      <figure class={progress.kind === "checking" ? "query scanning" : "query"}>
        <Picture of={{ address: check.preview }} alt={strings.check.yours} />
        <figcaption>
          <span class="query-name">{check.name}</span>
          <span class="hint">
            {progress.kind === "answered" && factsOf(progress.answer, progress.how)}
          </span>
        </figcaption>
      </figure>
      <div class="found" ref={found} tabIndex={-1}>
        {progress.kind === "failed" && (
          <TroubleNote trouble={progress.trouble} onRetry={again(checkAgain)} />
        )}
        <div role="status">
          <Announced progress={progress} onNearest={again(() => void showNearest(check))} />
        </div>
        {progress.kind === "answered" && (
          <Matches check={check} matches={progress.answer.matches} />
        )}
      </div>
    </div>
  );
}

function factsOf({ query }: CheckAnswer, { seconds, isReduced }: How): string {
  const size = strings.check.size(query.width, query.height);
  const sent = isReduced ? strings.check.reduced(size) : size;
  return `${sent} · ${strings.check.took(seconds)}`;
}

function Announced({ progress, onNearest }: { progress: Progress; onNearest: () => void }) {
  if (progress.kind === "failed") return null; // which says so itself
  if (progress.kind !== "answered") return <p class="checking">{strings.check.checking}</p>;
  if (progress.isEmpty) return <EmptyCatalogue />;
  const { answer, least } = progress;
  return <Outcome answer={answer} least={least} onNearest={least > 0 ? onNearest : undefined} />;
}

function Matches({ check, matches }: { check: Check; matches: readonly Match[] }) {
  const [compared, setCompared] = useState<number | null>(null);
  const alike = matches.findIndex(({ verdict }) => verdict === "similar");
  const found = alike < 0 ? matches.length : alike;
  return (
    <>
      <Gallery
        title={strings.check.matches(found)}
        matches={matches.slice(0, found)}
        onCompare={setCompared}
      />
      <Gallery
        title={strings.check.alike(matches.length - found)}
        matches={matches.slice(found)}
        onCompare={(index) => setCompared(found + index)}
      />
      {compared !== null && (
        <Comparison
          query={{ address: check.preview }}
          matches={matches}
          index={compared}
          onIndex={setCompared}
          onClose={() => setCompared(null)}
        />
      )}
    </>
  );
}

interface GalleryProps {
  title: string;
  matches: readonly Match[];
  onCompare: (index: number) => void;
}

function Gallery({ title, matches, onCompare }: GalleryProps) {
  if (matches.length === 0) return null;
  return (
    <section>
      <h2 class="found-title">{title}</h2>
      <ul class="gallery">
        {matches.map((match, index) => (
          <li key={`${match.entity_id} ${match.image_url}`}>
            <MatchCard match={match} onCompare={() => onCompare(index)} />
          </li>
        ))}
      </ul>
    </section>
  );
}
