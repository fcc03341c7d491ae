import { CircleCheck, RefreshCw } from "lucide";
import { ask } from "../api/client";
import type { Status } from "../api/types";
import { EventList } from "../events/event-list";
import { FactList } from "../shared/fact-list";
import { Icon } from "../shared/icon";
import { TroubleNote } from "../shared/trouble-note";
import { useAsked } from "../shared/use-asked";
import { duration, strings } from "../strings";
import { ImportList } from "./import-list";

const words = strings.status;
/** Seconds between two questions. */
const EVERY = 10;
const EVENTS = 8;

/** What the service holds, and whether it is in step. */
export function StatusView() {
  const question = (signal: AbortSignal) => ask<Status>("status", { signal });
  const { answer, trouble, again } = useAsked(question, "status", EVERY);
  return (
    <div class="status">
      <h1>{words.title}</h1>
      {trouble && <TroubleNote trouble={trouble} onRetry={again} />}
      {answer && (
        <>
          <Step status={answer} />
          <dl class="figures">
            <Figure name={words.products} value={answer.products} />
            <Figure name={words.pictures} value={answer.pictures} />
            <Figure name={words.searchable} value={answer.index.pictures} />
            <Figure name={words.outdated} value={answer.outdated} />
          </dl>
          {answer.outdated > 0 && <p class="hint">{words.outdatedText}</p>}
          <ImportList every={EVERY} />
          <EventList title={words.events} limit={EVENTS} every={EVERY} />
          <Versions status={answer} />
          <p class="hint">{words.updated}</p>
        </>
      )}
    </div>
  );
}

function Step({ status: { index } }: { status: Status }) {
  const drift = [
    index.behind > 0 && words.behind(index.behind),
    index.ahead > 0 && words.ahead(index.ahead),
  ].filter(Boolean);
  const compared = index.compared_seconds_ago;
  return (
    <section class={`verdict tone-${index.fresh ? "clear" : "edited"}`}>
      <span class="verdict-icon">
        <Icon of={index.fresh ? CircleCheck : RefreshCw} size={24} />
      </span>
      <div class="verdict-words">
        <div role="status">
          <h2>{index.fresh ? words.fresh : drift.join(", ")}</h2>
        </div>
        {compared !== undefined && <p>{words.compared(compared)}</p>}
        {compared === undefined && index.fresh && <p>{words.freshText}</p>}
      </div>
    </section>
  );
}

function Figure({ name, value }: { name: string; value: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value.toLocaleString("en")}</dd>
    </div>
  );
}

function Versions({ status }: { status: Status }) {
  const facts = [
    [words.service, status.service_version],
    [words.algorithm, status.algorithm_version],
    [words.uptime, duration(status.uptime_seconds)],
  ] as const;
  return (
    <section class="facts" aria-label={words.versions}>
      <FactList facts={facts} />
    </section>
  );
}
