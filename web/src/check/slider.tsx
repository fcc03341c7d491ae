import { useState } from "preact/hooks";
import type { Match } from "../api/types";
import { Picture } from "../shared/picture";
import { type Sight, sightOf } from "../shared/pictures";
import { strings } from "../strings";
import { alignment, transformOf } from "./alignment";

const words = strings.check.comparison;

/** The picture laid over the catalogue's, so that equal places meet; a slider uncovers it. */
export function Slider({ query, match }: { query: Sight; match: Match }) {
  const [at, setAt] = useState(50);
  const [aspect, setAspect] = useState(1);
  const { outline_of_query: here, outline_of_match: there } = match.evidence;
  const map = here && there ? alignment(here, there) : null;
  if (!map) return <p class="unaligned">{words.unaligned}</p>;
  return (
    <div class="slider">
      <div class="slider-frame">
        <Picture
          of={sightOf(match)}
          alt={words.catalogue}
          onSize={(width, height) => setAspect(width / height)}
        />
        <div class="slider-cover" style={{ clipPath: `inset(0 ${100 - at}% 0 0)` }}>
          <Picture
            of={query}
            alt={strings.check.yours}
            style={{ transform: transformOf(map, aspect) }}
          />
        </div>
        <div class="slider-edge" style={{ left: `${at}%` }} aria-hidden="true" />
        <input
          type="range"
          min="0"
          max="100"
          value={at}
          aria-label={words.reveal}
          onInput={({ currentTarget }) => setAt(currentTarget.valueAsNumber)}
        />
      </div>
    </div>
  );
}
