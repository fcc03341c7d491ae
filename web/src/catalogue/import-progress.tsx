import { CircleCheck, CircleX, Download, LoaderCircle } from "lucide";
import { asTrouble } from "../api/trouble";
import { Announcement } from "../shared/announcement";
import { Icon } from "../shared/icon";
import { save } from "../shared/saving";
import { TroubleNote } from "../shared/trouble-note";
import { strings } from "../strings";
import {
  allFailures,
  dismiss,
  imports,
  isOver,
  moreFailures,
  note,
  type Progress,
  type Running,
} from "./imports";
import { Refused } from "./refused";
import { csvOf } from "./refused-file";
import { TooLarge } from "./too-large";

const words = strings.catalogue.import;

/** How far the imports of this page are, and which rows were refused for which reason. */
export function ImportProgress() {
  return (
    <>
      {imports.value.map((each) => (
        <One key={each.number} running={each} />
      ))}
    </>
  );
}

function One({ running }: { running: Running }) {
  const { number, name, run, failures, further, trouble, isLost, cancel } = running;
  const isEnded = trouble !== null || (run !== null && isOver(run));
  return (
    <section class="import" aria-label={words.title(name)}>
      <div class="import-head">
        <Icon of={iconOf(run)} size={20} />
        <h2>{name}</h2>
        {!isEnded && (
          <button type="button" class="quiet" onClick={cancel}>
            {words.cancel}
          </button>
        )}
        {(isEnded || isLost) && (
          <button type="button" class="quiet" onClick={() => dismiss(number)}>
            {words.dismiss}
          </button>
        )}
      </div>
      {trouble && <TroubleNote trouble={trouble} />}
      {trouble && <TooLarge trouble={trouble} name={name} />}
      {isLost && (
        <p class="complaint" role="alert">
          {words.lost}
        </p>
      )}
      {run && <Counts run={run} />}
      <Refused failures={failures} />
      {failures.length > 0 && (
        <div class="import-more">
          {further && (
            <button type="button" onClick={() => void moreFailures(number, further)}>
              {words.moreFailures}
            </button>
          )}
          <button type="button" onClick={() => void download(running)}>
            <Icon of={Download} size={18} />
            {words.download}
          </button>
        </div>
      )}
    </section>
  );
}

async function download(running: Running): Promise<void> {
  try {
    save(words.fileName(running.name), csvOf(await allFailures(running)), "text/csv");
  } catch (error) {
    note(running.number, { trouble: asTrouble(error) });
  }
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
