import {
  Bug,
  CloudOff,
  Hourglass,
  type IconNode,
  KeyRound,
  Scissors,
  ShieldQuestion,
  TriangleAlert,
} from "lucide";
import { askForKey } from "../api/key";
import type { Trouble, TroubleKind } from "../api/trouble";
import { strings } from "../strings";
import { Icon } from "./icon";

const ICONS: Record<TroubleKind, IconNode> = {
  refused: TriangleAlert,
  key: KeyRound,
  busy: Hourglass,
  away: CloudOff,
  proxy: ShieldQuestion,
  cut: Scissors,
  defect: Bug,
};

interface Props {
  trouble: Trouble;
  /** Asks again, which is offered where that may help. */
  onRetry?: (() => void) | undefined;
}

/** Why there is no answer, and what to do; said at once. */
export function TroubleNote({ trouble, onRetry }: Props) {
  const { title, text } = wordsOf(trouble);
  return (
    <section class="verdict tone-trouble" data-code={trouble.code} role="alert">
      <span class="verdict-icon">
        <Icon of={ICONS[trouble.kind]} size={24} />
      </span>
      <div class="verdict-words">
        <h2>{title}</h2>
        <p>{text}</p>
        {trouble.problem && <p class="hint">{`${trouble.code} · ${trouble.problem.request_id}`}</p>}
      </div>
      <Way trouble={trouble} onRetry={onRetry} />
    </section>
  );
}

/** What can be done about it. */
function Way({ trouble, onRetry }: Props) {
  const enter = () => void askForKey().then((isGiven) => isGiven && onRetry?.());
  if (trouble.kind === "key")
    return (
      <button type="button" onClick={enter}>
        {strings.key.enter}
      </button>
    );
  if (!onRetry || !trouble.isPassing) return null;
  return (
    <button type="button" onClick={onRetry}>
      {strings.retry}
    </button>
  );
}

function wordsOf(trouble: Trouble): { title: string; text: string } {
  const { kind, status, problem, cause } = trouble;
  const words = strings.trouble;
  if (kind === "away" || kind === "cut") return { title: words[kind], text: words.text[kind] };
  if (kind === "defect") return { title: words.defect, text: words.text.defect(`${cause}`) };
  if (!problem && trouble.isTooLarge) return { title: words.tooLarge, text: words.text.tooLarge };
  if (!problem) return { title: words.proxy, text: words.text.proxy(status) };
  return { title: kind === "refused" ? problem.title : words[kind], text: problem.detail };
}
