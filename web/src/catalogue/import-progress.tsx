import { CircleCheck, CircleX, LoaderCircle } from "lucide";
import { Announcement } from "../shared/announcement";
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
  const { total, done, unchanged, failed, state, rows_per_second, seconds_left } = run;
  const isRated = rows_per_second !== null && seconds_left !== null && !isOver(run);
  const title = words.states[state] ?? state;
  const counts = countsOf(run);
  return (
    <>
      <progress aria-label={title} max={total ?? 1} value={done + unchanged + failed} />
      <p class="import-counts">
        <strong>{title}</strong>
        {counts.map((each) => (
          <span key={each}>{each}</span>
        ))}
        {isRated && <span class="hint">{words.rate(rows_per_second, seconds_left)}</span>}
      </p>
      <Announcement text={[title, ...counts].join(", ")} state={state} />
      {run.detail && <p>{run.detail}</p>}
    </>
  );
}

function countsOf({ done, unchanged, failed, deleted }: Progress): string[] {
  const all = [
    [done, words.done],
    [unchanged, words.unchanged],
    [failed, words.failed],
    ...(deleted ? ([[deleted, words.deleted]] as const) : []),
  ] as const;
  return all.map(([number, what]) => `${number.toLocaleString("en")} ${what}`);
}
