import { FileSearch, FolderSearch } from "lucide";
import { useId } from "preact/hooks";
import type { ImportPreview } from "../api/types";
import { Icon } from "../shared/icon";
import { TroubleNote } from "../shared/trouble-note";
import { strings } from "../strings";
import { ColumnChoice } from "./column-choice";
import type { Folder } from "./folders";
import {
  ABSENT,
  consider,
  type FeedPlan,
  FIRST,
  forget,
  isFeed,
  isLimit,
  limit,
  type Mode,
  mayLoad,
  plan,
} from "./plan";
import { Refused } from "./refused";
import { TooLarge } from "./too-large";

const words = strings.catalogue.preview;
/** Ids that are shown of each kind. */
const SAMPLES = 3;

/** What somebody is about to load: what was recognised, and what would change. */
export function Preview({ onLoad }: { onLoad: (planned: FeedPlan | Folder) => void }) {
  const planned = plan.value;
  if (!planned) return null;
  const name = isFeed(planned) ? planned.file.name : planned.name;
  const isAllowed = isFeed(planned) ? mayLoad(planned) : planned.products.size > 0;
  return (
    <section class="import" aria-label={words.title(name)}>
      <div class="import-head">
        <Icon of={isFeed(planned) ? FileSearch : FolderSearch} size={20} />
        <h2>{name}</h2>
        <button type="button" class="quiet" onClick={forget}>
          {words.forget}
        </button>
      </div>
      {isFeed(planned) ? <OfFeed planned={planned} /> : <OfFolder folder={planned} />}
      <button
        type="button"
        class="primary"
        disabled={!isAllowed}
        onClick={() => {
          forget();
          onLoad(planned);
        }}
      >
        {isFeed(planned)
          ? words.load(toLoad(planned.preview), planned.preview?.deleted ?? 0)
          : words.load(planned.products.size, 0)}
      </button>
    </section>
  );
}

/** Products that would be written; 0: that is not known. */
function toLoad(preview: ImportPreview | null): number {
  return preview && !preview.has_more ? preview.added + preview.changed : 0;
}

function OfFeed({ planned }: { planned: FeedPlan }) {
  const { preview, trouble, known, isAsking } = planned;
  if (trouble?.code === ABSENT) return <p class="hint">{words.unknown}</p>;
  return (
    <>
      <p class="hint" role="status">
        {isAsking ? words.looking : preview && recognised(preview)}
      </p>
      {trouble && !trouble.problem?.columns && <TroubleNote trouble={trouble} />}
      {trouble && <TooLarge trouble={trouble} name={planned.file.name} />}
      {known && <ColumnChoice planned={planned} known={known} />}
      {(preview || isAsking || planned.mode === "sync") && <Modes planned={planned} />}
      {preview && <Counts preview={preview} isSync={planned.mode === "sync"} />}
      {preview && <Refused failures={preview.failures} title={words.failures(preview.failed)} />}
    </>
  );
}

function recognised({ format, rows, has_more }: ImportPreview): string {
  const all = words.recognised(format, rows);
  return `${has_more ? words.hasMore(all) : all}. ${words.pictures}`;
}

/** Whether products that the feed does not name stay, and how many may be deleted otherwise. */
function Modes({ planned }: { planned: FeedPlan }) {
  return (
    <>
      <fieldset class="segments">
        <legend>{words.modes.title}</legend>
        {(["import", "sync"] as Mode[]).map((each) => (
          <label key={each}>
            <input
              type="radio"
              name="mode"
              checked={each === planned.mode}
              onChange={() => void consider(planned.file, changedTo(each, planned))}
            />
            <span>{words.modes[each]}</span>
          </label>
        ))}
      </fieldset>
      {planned.mode === "sync" && <Brake planned={planned} />}
    </>
  );
}

/** A limit that cannot be read is not kept for later. */
function changedTo(mode: Mode, { most }: FeedPlan) {
  return isLimit(most) ? { mode } : { mode, most: FIRST.most };
}

function Brake({ planned }: { planned: FeedPlan }) {
  const hint = useId();
  const isWrong = !isLimit(planned.most);
  return (
    <div class="brake">
      <label class="field">
        {words.most}
        <input
          type="text"
          value={planned.most}
          aria-invalid={isWrong}
          aria-describedby={hint}
          onInput={({ currentTarget }) => void limit(planned, currentTarget.value)}
        />
      </label>
      <p id={hint} class="hint">
        {words.mostHint}
      </p>
      <p class="complaint" role="alert">
        {isWrong && words.mostWrong}
      </p>
    </div>
  );
}

function Counts({ preview, isSync }: { preview: ImportPreview; isSync: boolean }) {
  const { samples, missing, deleted, products, refusal } = preview;
  const isKnown = products !== null && missing !== null && deleted !== null;
  return (
    <>
      <dl class="figures">
        <Figure name={words.counts.added} value={preview.added} samples={samples.added} />
        <Figure name={words.counts.changed} value={preview.changed} samples={samples.changed} />
        <Figure name={words.counts.unchanged} value={preview.unchanged} />
        <Figure name={words.counts.failed} value={preview.failed} />
        {isSync && isKnown && products > 0 && (
          <Figure name={words.counts.deleted(products)} value={deleted} samples={samples.deleted} />
        )}
      </dl>
      {!isKnown && <p class="hint">{words.unknownDeletions}</p>}
      {isKnown && missing > deleted && <p class="complaint">{words.spared(missing)}</p>}
      {isKnown && refusal && (
        <p class="complaint" role="alert">
          {words.refused(deleted, products)}
        </p>
      )}
    </>
  );
}

interface FigureProps {
  name: string;
  value: number;
  samples?: readonly string[];
}

function Figure({ name, value, samples = [] }: FigureProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value.toLocaleString("en")}</dd>
      {samples.slice(0, SAMPLES).map((each) => (
        <dd key={each} class="hint">
          {each}
        </dd>
      ))}
    </div>
  );
}

function OfFolder({ folder: { products, others } }: { folder: Folder }) {
  const pictures = [...products.values()].reduce((sum, each) => sum + each.length, 0);
  const ids = [...products.keys()].slice(0, SAMPLES).join(", ");
  if (products.size === 0) return <p class="complaint">{words.folder.empty}</p>;
  return (
    <>
      <p role="status">{words.folder.found(pictures, products.size)}</p>
      <p class="hint">{words.folder.ids(products.size > SAMPLES ? `${ids} …` : ids)}</p>
      {others > 0 && <p class="hint">{words.folder.others(others)}</p>}
    </>
  );
}
