import { CircleCheck, CircleX, LoaderCircle } from "lucide";
import { Icon } from "../shared/icon";
import { TroubleNote } from "../shared/trouble-note";
import { strings } from "../strings";
import { isOver, moreFailures, type Progress, running } from "./imports";
import { Refused } from "./refused";

const words = strings.catalogue.import;

/** How far the feed is that was dropped, and which rows were refused for which reason. */
export function ImportProgress() {
  const now = running.value;
  if (!now) return null;
  const { name, run, failures, further, trouble, cancel } = now;
  const isEnded = trouble !== null || (run !== null && isOver(run));
  return (
    <section class="import" aria-label={words.title(name)}>
      <div class="import-head">
        <Icon of={iconOf(run)} size={20} />
        <h2>{name}</h2>
        <button
          type="button"
          class="quiet"
          onClick={isEnded ? () => (running.value = null) : cancel}
        >
          {isEnded ? words.dismiss : words.cancel}
        </button>
      </div>
      {trouble && <TroubleNote trouble={trouble} />}
      {run && <Counts run={run} />}
      <Refused failures={failures} />
      {further && (
        <button type="button" onClick={() => void moreFailures(further)}>
          {words.moreFailures}
        </button>
      )}
    </section>
  );
}

function iconOf(run: Progress | null) {
  if (!run || !isOver(run)) return LoaderCircle;
  return run.state === "done" ? CircleCheck : CircleX;
}

function Counts({ run }: { run: Progress }) {
  const { total, done, unchanged, failed, deleted, rows_per_second, seconds_left } = run;
  const read = done + unchanged + failed;
  return (
    <>
      <progress aria-label={words.states[run.state] ?? run.state} max={total ?? 1} value={read} />
      <p class="import-counts" role="status">
        <strong>{words.states[run.state] ?? run.state}</strong>
        <span>{`${done.toLocaleString("en")} ${words.done}`}</span>
        <span>{`${unchanged.toLocaleString("en")} ${words.unchanged}`}</span>
        <span>{`${failed.toLocaleString("en")} ${words.failed}`}</span>
        {deleted ? <span>{`${deleted.toLocaleString("en")} ${words.deleted}`}</span> : null}
        {rows_per_second !== null && seconds_left !== null && !isOver(run) && (
          <span class="hint">{words.rate(rows_per_second, seconds_left)}</span>
        )}
      </p>
      {run.detail && <p>{run.detail}</p>}
    </>
  );
}
