import { CircleCheck, CircleX, LoaderCircle } from "lucide";
import type { Failure, Import } from "../api/types";
import { Icon } from "../shared/icon";
import { TroubleNote } from "../shared/trouble-note";
import { strings } from "../strings";
import { byReason, cancel, isOver, moreFailures, running } from "./imports";

const words = strings.catalogue.import;

/** How far the feed is that was dropped, and which rows were refused for which reason. */
export function ImportProgress() {
  const now = running.value;
  if (!now) return null;
  const { name, run, failures, further, trouble } = now;
  const isEnded = trouble !== null || (run !== null && isOver(run));
  return (
    <section class="import" aria-label={words.title(name)}>
      <div class="import-head">
        <Icon of={iconOf(run)} size={20} />
        <h2>{name}</h2>
        <button
          type="button"
          class="quiet"
          onClick={isEnded ? () => (running.value = null) : () => void cancel()}
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

function iconOf(run: Import | null) {
  if (!run || !isOver(run)) return LoaderCircle;
  return run.state === "done" ? CircleCheck : CircleX;
}

function Counts({ run }: { run: Import }) {
  const { total, done, unchanged, failed, rows_per_second, seconds_left } = run;
  const read = done + unchanged + failed;
  return (
    <>
      <progress aria-label={words.states[run.state] ?? run.state} max={total ?? 1} value={read} />
      <p class="import-counts" role="status">
        <strong>{words.states[run.state] ?? run.state}</strong>
        <span>{`${done.toLocaleString("en")} ${words.done}`}</span>
        <span>{`${unchanged.toLocaleString("en")} ${words.unchanged}`}</span>
        <span>{`${failed.toLocaleString("en")} ${words.failed}`}</span>
        {rows_per_second !== null && seconds_left !== null && !isOver(run) && (
          <span class="hint">{words.rate(rows_per_second, seconds_left)}</span>
        )}
      </p>
    </>
  );
}

function Refused({ failures }: { failures: readonly Failure[] }) {
  if (failures.length === 0) return null;
  return (
    <div class="refused">
      <h3>{words.failures(failures.length)}</h3>
      {byReason(failures).map(([code, rows]) => (
        <details key={code}>
          <summary>
            <span>{code}</span>
            <span class="hint">{words.rows(rows.length)}</span>
          </summary>
          <ul>
            {rows.map((failure) => (
              <li key={failure.row}>
                <strong>{words.row(failure.row)}</strong> {failure.entity_id}: {failure.detail}
              </li>
            ))}
          </ul>
        </details>
      ))}
    </div>
  );
}
