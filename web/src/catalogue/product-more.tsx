import { Copy, CopyX, Palette, Undo2 } from "lucide";
import { useState } from "preact/hooks";
import { ask } from "../api/client";
import { asTrouble, type Trouble } from "../api/trouble";
import type { Choice, Decision, DecisionPage, Likeness } from "../api/types";
import { EventList } from "../events/event-list";
import { Timeline } from "../events/timeline";
import { SimilarCard } from "../search/similar-card";
import { Icon } from "../shared/icon";
import { productAddress } from "../shared/place";
import { TroubleNote } from "../shared/trouble-note";
import { useAsked } from "../shared/use-asked";
import { strings } from "../strings";

const words = strings.catalogue;
const SIMILAR = 6;
const EVENTS = 20;
const CHOICES: Record<Choice, readonly [typeof Copy, string]> = {
  duplicate: [Copy, "copy"],
  not_duplicate: [CopyX, "clear"],
  variant: [Palette, "variant"],
};

/** What else is known about a product: what looks like it, what was decided, what has happened. */
export function ProductMore({ entityId }: { entityId: string }) {
  return (
    <div class="product-more">
      <Decisions entityId={entityId} />
      <Similar entityId={entityId} />
      <EventList title={words.history} entityId={entityId} limit={EVENTS} />
    </div>
  );
}

function Similar({ entityId }: { entityId: string }) {
  const parameters = new URLSearchParams({ entity_id: entityId, top: `${SIMILAR}` });
  const target = `search?${parameters}`;
  const { answer } = useAsked((signal) => ask<Likeness>(target, { signal }), target);
  if (!answer || answer.products.length === 0) return null; // also where nothing is searched
  return (
    <section class="events">
      <h3>{words.similar}</h3>
      <ul class="gallery">
        {answer.products.map((product) => (
          <li key={product.entity_id}>
            <SimilarCard product={product} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Decisions({ entityId }: { entityId: string }) {
  const [failed, setFailed] = useState<Trouble | null>(null);
  const target = `decisions?${new URLSearchParams({ entity_id: entityId })}`;
  const question = (signal: AbortSignal) => ask<DecisionPage>(target, { signal });
  const { answer, trouble, again } = useAsked(question, target);
  const undo = async (id: string) => {
    setFailed(null);
    await ask(`decisions/${encodeURIComponent(id)}`, { method: "DELETE" }).catch((error: unknown) =>
      setFailed(asTrouble(error)),
    );
    again();
  };
  const decisions = answer?.decisions ?? [];
  const wrong = failed ?? trouble;
  if (!wrong && decisions.length === 0) return null;
  const happenings = decisions.map((decision) => {
    const [icon, tone] = CHOICES[decision.decision];
    const about = <About decision={decision} entityId={entityId} onUndo={undo} />;
    return { key: decision.id, at: decision.decided_at, icon, tone, words: about };
  });
  return (
    <section class="events">
      <h3>{words.decisions.title}</h3>
      {wrong && <TroubleNote trouble={wrong} onRetry={again} />}
      <Timeline happenings={happenings} />
    </section>
  );
}

interface AboutProps {
  decision: Decision;
  entityId: string;
  onUndo: (id: string) => void;
}

function About({
  decision: { id, a, b, decision, by, note, stands },
  entityId,
  onUndo,
}: AboutProps) {
  const other = a === entityId ? b : a;
  const further = [by && words.decisions.by(by), note, !stands && words.decisions.stale];
  return (
    <>
      {words.decisions[decision]} <a href={productAddress(other)}>{other}</a>{" "}
      <span class="hint">{further.filter(Boolean).join(" · ")}</span>
      <button
        type="button"
        class="quiet"
        aria-label={words.decisions.undo(other)}
        onClick={() => onUndo(id)}
      >
        <Icon of={Undo2} size={16} />
      </button>
    </>
  );
}
