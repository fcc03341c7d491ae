import { ChevronLeft, ChevronRight } from "lucide";
import { useState } from "preact/hooks";
import type { Match } from "../api/types";
import { Dialog } from "../shared/dialog";
import { FactList } from "../shared/fact-list";
import { Icon } from "../shared/icon";
import { namesOf, skuOf } from "../shared/naming";
import { type Sight, sightOf } from "../shared/pictures";
import { ProductLink } from "../shared/product-link";
import { percent, strings } from "../strings";
import { changesOf, share } from "./changes";
import { OutlinedPicture } from "./outlined-picture";
import { Slider } from "./slider";
import { TONES } from "./verdicts";

interface Props {
  /** The picture that was checked. */
  query: Sight;
  matches: readonly Match[];
  index: number;
  onIndex: (index: number) => void;
  onClose: () => void;
}

const words = strings.check.comparison;

type Mode = "side" | "slider";

/** One match beside the picture, or laid over it. */
export function Comparison({ query, matches, index, onIndex, onClose }: Props) {
  const [mode, setMode] = useState<Mode>("side");
  const match = matches[index];
  if (!match) return null;
  const step = (by: number) => onIndex((index + by + matches.length) % matches.length);
  const onKeyDown = ({ key, target }: KeyboardEvent) => {
    if (target instanceof HTMLInputElement) return;
    if (key === "ArrowLeft") step(-1);
    if (key === "ArrowRight") step(1);
  };
  return (
    <Dialog title={namesOf(match).name} isWide onClose={onClose} onKeyDown={onKeyDown}>
      <div class={`comparison-bar tone-${TONES[match.verdict].tone}`}>
        <span class="badge">
          <Icon of={TONES[match.verdict].icon} size={14} />
          {strings.check.verdicts[match.verdict].name}
        </span>
        <strong>{percent(match.match_percentage)}</strong>
        <Modes mode={mode} onMode={setMode} />
        {matches.length > 1 && <Steps index={index} all={matches.length} onStep={step} />}
      </div>
      {mode === "side" ? (
        <Side query={query} match={match} />
      ) : (
        <Slider query={query} match={match} />
      )}
      <Facts match={match} />
    </Dialog>
  );
}

function Modes({ mode, onMode }: { mode: Mode; onMode: (mode: Mode) => void }) {
  return (
    <fieldset class="segments">
      <legend class="unseen">{words.mode}</legend>
      {(["side", "slider"] as const).map((each) => (
        <label key={each}>
          <input type="radio" name="mode" checked={mode === each} onChange={() => onMode(each)} />
          <span>{words[each]}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Steps({
  index,
  all,
  onStep,
}: {
  index: number;
  all: number;
  onStep: (by: number) => void;
}) {
  return (
    <div class="steps">
      <button type="button" class="quiet" aria-label={words.previous} onClick={() => onStep(-1)}>
        <Icon of={ChevronLeft} />
      </button>
      <span role="status">{words.position(index + 1, all)}</span>
      <button type="button" class="quiet" aria-label={words.next} onClick={() => onStep(1)}>
        <Icon of={ChevronRight} />
      </button>
    </div>
  );
}

function Side({ query, match }: { query: Sight; match: Match }) {
  const [area, setArea] = useState(true);
  const { outline_of_query: here, outline_of_match: there } = match.evidence;
  const outlines = area && here && there ? [here, there] : [];
  return (
    <>
      <div class="side">
        <OutlinedPicture caption={strings.check.yours} picture={query} outline={outlines[0]} />
        <OutlinedPicture caption={words.catalogue} picture={sightOf(match)} outline={outlines[1]} />
      </div>
      {here && there && (
        <label class="switch">
          <input type="checkbox" checked={area} onChange={() => setArea(!area)} />
          {words.area}
          <span class="hint">{words.areaHint}</span>
        </label>
      )}
    </>
  );
}

function Facts({ match }: { match: Match }) {
  const { area_of_query: here, area_of_match: there } = match.evidence;
  const facts = [
    [strings.check.product, <ProductLink key="product" entityId={match.entity_id} />],
    [strings.check.sku, skuOf(match)],
    ...Object.entries(match.attributes),
  ] as const;
  return (
    <div class="facts">
      <ul class="chips">
        {changesOf(match).map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
      {here !== null && there !== null && <p>{words.shares(share(here), share(there))}</p>}
      <FactList facts={facts} />
    </div>
  );
}
