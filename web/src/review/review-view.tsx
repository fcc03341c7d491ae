import { Download, SearchCheck, TriangleAlert } from "lucide";
import { useEffect } from "preact/hooks";
import { Announcement } from "../shared/announcement";
import { Icon } from "../shared/icon";
import { place } from "../shared/place";
import { save } from "../shared/saving";
import { TroubleNote } from "../shared/trouble-note";
import { strings } from "../strings";
import { Filters } from "./filters";
import { Questions } from "./questions-view";
import {
  begin,
  cursor,
  filters,
  follow,
  isLost,
  noting,
  readDecisions,
  readOn,
  search,
  trouble,
  wanted,
} from "./review";

const words = strings.review;

/** All duplicates of the catalogue, decided on one after the other. */
export function ReviewView() {
  const run = place.value.parameters.get("run");
  const found = search.value;
  useEffect(() => {
    if (run && search.value?.id !== run) void follow(run);
  }, [run]);
  const isDone = found?.state === "done" && found.id === run;
  const isGone = trouble.value?.kind === "refused" && found?.id !== run;
  return (
    <div class="review">
      <div class="review-bar">
        <h1>{words.title}</h1>
        {isDone && (
          <>
            <button type="button" onClick={() => void noting(exportDecisions)}>
              <Icon of={Download} size={18} />
              {words.export}
            </button>
            <button type="button" onClick={begin}>
              <Icon of={SearchCheck} size={18} />
              {words.again}
            </button>
          </>
        )}
      </div>
      {trouble.value && (
        <TroubleNote trouble={trouble.value} onRetry={run ? () => follow(run) : begin} />
      )}
      {(!run || isGone) && <Start />}
      {run && found && !isDone && <Searching />}
      {isDone && <Found />}
    </div>
  );
}

function Start() {
  return (
    <section class="review-start">
      <span class="drop-icon">
        <Icon of={SearchCheck} size={28} />
      </span>
      <p>{words.lead}</p>
      <button type="button" class="primary" onClick={begin}>
        {words.begin}
      </button>
    </section>
  );
}

function Searching() {
  const found = search.value;
  if (!found) return null;
  if (found.finished_at) return <Failed />;
  return (
    <section class="import">
      <progress
        aria-label={words.begin}
        max={found.total ?? 1}
        value={found.total === null ? 0 : found.compared}
      />
      <p class="import-counts">
        <span>{words.searching(found.compared, found.total)}</span>
        {found.seconds_left !== null && <span class="hint">{words.left(found.seconds_left)}</span>}
      </p>
      <p class="complaint" role="alert">
        {isLost.value && words.lost}
      </p>
      <Announcement text={words.searching(found.compared, found.total)} state={found.id} />
    </section>
  );
}

function Failed() {
  return (
    <section class="verdict tone-trouble">
      <span class="verdict-icon">
        <Icon of={TriangleAlert} size={24} />
      </span>
      <div class="verdict-words" role="status">
        <h2>{words.failed}</h2>
      </div>
      <button type="button" onClick={begin}>
        {words.again}
      </button>
    </section>
  );
}

function Found() {
  const { kind, least, attribute } = filters.value;
  useEffect(() => {
    void noting(readOn); // filters may have left nothing of what was read
  }, [kind, least, attribute]);
  const isNone = search.value?.groups === 0;
  if (isNone)
    return (
      <section class="verdict tone-clear">
        <span class="verdict-icon">
          <Icon of={SearchCheck} size={24} />
        </span>
        <div class="verdict-words" role="status">
          <h2>{words.none}</h2>
          <p>{words.noneText}</p>
        </div>
      </section>
    );
  return (
    <>
      <Filters />
      {(wanted.value.length > 0 || cursor.value === null) && <Questions />}
    </>
  );
}

/** Let the browser save all decisions as one file. */
async function exportDecisions(): Promise<void> {
  const all = [...(await readDecisions()).values()];
  save(words.exportName, JSON.stringify(all, null, 1), "application/json");
}
