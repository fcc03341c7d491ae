import { CircleCheck, CircleX, LoaderCircle } from "lucide";
import { ask } from "../api/client";
import type { Import, ImportList as Listed } from "../api/types";
import { type Happening, Timeline } from "../events/timeline";
import { TroubleNote } from "../shared/trouble-note";
import { useAsked } from "../shared/use-asked";
import { strings } from "../strings";

const words = strings.status.imports;
const LIMIT = 5;

/** The last imports, with their rate, where the service loads catalogues. */
export function ImportList({ every }: { every: number }) {
  const target = `imports?limit=${LIMIT}`;
  const question = (signal: AbortSignal) => ask<Listed>(target, { signal });
  const { answer, trouble, again } = useAsked(question, target, every);
  if (trouble?.status === 404) return null; // not in this deployment
  return (
    <section class="events">
      <h3>{words.title}</h3>
      {trouble && <TroubleNote trouble={trouble} onRetry={again} />}
      {answer?.imports.length === 0 && <p class="hint">{words.none}</p>}
      {answer && <Timeline happenings={answer.imports.map(happeningOf)} />}
    </section>
  );
}

function happeningOf(run: Import): Happening {
  const [icon, tone] = signOf(run);
  const { id, created_at, state, detail } = run;
  const line = (
    <>
      <strong>{strings.catalogue.import.states[state] ?? state}</strong> {countsOf(run).join(", ")}
      {detail && <span class="hint"> {detail}</span>}
    </>
  );
  return { key: id, at: created_at, icon, tone, words: line };
}

function signOf({ state }: Import) {
  if (state === "running") return [LoaderCircle, "similar"] as const;
  return state === "done" ? ([CircleCheck, "clear"] as const) : ([CircleX, "edited"] as const);
}

export function countsOf(run: Import): string[] {
  const { done, unchanged, failed, deleted, rows_per_second, seconds_left } = run;
  const counted = strings.catalogue.import;
  return [
    `${done.toLocaleString("en")} ${counted.done}`,
    unchanged > 0 && `${unchanged.toLocaleString("en")} ${counted.unchanged}`,
    failed > 0 && `${failed.toLocaleString("en")} ${counted.failed}`,
    deleted > 0 && `${deleted.toLocaleString("en")} ${counted.deleted}`,
    rows_per_second !== null &&
      (seconds_left === null
        ? words.rate(rows_per_second)
        : counted.rate(rows_per_second, seconds_left)),
  ].filter((each) => each !== false);
}
