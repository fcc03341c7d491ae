import { Copy, ImagePlus, PackageCheck, PackageX, RefreshCw } from "lucide";
import { ask } from "../api/client";
import type { Event, EventPage } from "../api/types";
import { productAddress } from "../shared/place";
import { TroubleNote } from "../shared/trouble-note";
import { useAsked } from "../shared/use-asked";
import { percent, strings } from "../strings";
import { type Happening, Timeline } from "./timeline";

const words = strings.events;

interface Props {
  title: string;
  /** The product that they are about; all events without it. */
  entityId?: string;
  limit: number;
  /** Seconds after which they are read again; 0: never. */
  every?: number;
}

/** The newest events, where the service keeps some. */
export function EventList({ title, entityId = "", limit, every = 0 }: Props) {
  const parameters = new URLSearchParams({ newest_first: "true", limit: `${limit}` });
  if (entityId) parameters.set("entity_id", entityId);
  const target = `events?${parameters}`;
  const question = (signal: AbortSignal) => ask<EventPage>(target, { signal });
  const { answer, trouble, again } = useAsked(question, target, every);
  if (trouble?.status === 404) return null; // not in this deployment
  return (
    <section class="events">
      <h3>{title}</h3>
      {trouble && <TroubleNote trouble={trouble} onRetry={again} />}
      {answer?.events.length === 0 && <p class="hint">{words.none}</p>}
      {answer && <Timeline happenings={answer.events.map(happeningOf)} />}
    </section>
  );
}

/** An event as a line; `data` is as docs/events.md says. */
export function happeningOf({ id, type, timestamp, data }: Event): Happening {
  const line = { key: id, at: timestamp };
  if (type === "import.finished") {
    const isDone = data.state === "done";
    const [icon, tone] = isDone
      ? ([PackageCheck, "clear"] as const)
      : ([PackageX, "edited"] as const);
    return {
      ...line,
      icon,
      tone,
      words: words.imported(numberIn(data.done), numberIn(data.failed)),
    };
  }
  const product = `${data.entity_id}`;
  const name = <a href={productAddress(product)}>{product}</a>;
  if (type === "picture.registered") {
    const isNew = data.outcome === "created";
    const text = isNew ? words.created : words.replaced;
    const sentence = (
      <>
        {name} {text}
      </>
    );
    return { ...line, icon: isNew ? ImagePlus : RefreshCw, tone: "plain", words: sentence };
  }
  const match = (data.match ?? {}) as { entity_id?: string; match_percentage?: number };
  const sentence = (
    <>
      {name} {words.same} <a href={productAddress(`${match.entity_id}`)}>{match.entity_id}</a>{" "}
      {percent(numberIn(match.match_percentage))}
      {data.on_duplicate === "refuse" && words.refused}
    </>
  );
  return { ...line, icon: Copy, tone: "copy", words: sentence };
}

function numberIn(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
