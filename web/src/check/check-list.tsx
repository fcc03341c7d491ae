import { CircleCheck, Clock, LoaderCircle, TriangleAlert } from "lucide";
import { Icon } from "../shared/icon";
import { Picture } from "../shared/picture";
import { percent, strings } from "../strings";
import { type Check, checks, type Progress, selected } from "./checks";
import { TONES } from "./verdicts";

/** The pictures of a check, each with its verdict. */
export function CheckList({ onChosen }: { onChosen: () => void }) {
  return (
    <ul aria-label={strings.check.list}>
      {checks.value.map((check, index) => (
        <li key={check.id}>
          <Entry check={check} index={index} onChosen={onChosen} />
        </li>
      ))}
    </ul>
  );
}

interface EntryProps {
  check: Check;
  index: number;
  onChosen: () => void;
}

function Entry({ check, index, onChosen }: EntryProps) {
  const { tone, icon, text, score } = sign(check.progress.value);
  return (
    <button
      type="button"
      class={`entry tone-${tone}`}
      aria-current={selected.value === index}
      onClick={() => {
        selected.value = index;
        onChosen();
      }}
    >
      <Picture of={{ address: check.preview }} alt="" lazy />
      <span class="entry-words">
        <span class="entry-name">{check.name}</span>
        <span class="entry-sign">
          <Icon of={icon} size={14} />
          {text}
        </span>
      </span>
      {score !== null && <span class="entry-score">{percent(Math.floor(score))}</span>}
    </button>
  );
}

function sign(progress: Progress) {
  if (progress.kind === "waiting")
    return { tone: "plain", icon: Clock, text: strings.check.waiting, score: null };
  if (progress.kind === "checking")
    return { tone: "plain", icon: LoaderCircle, text: strings.check.checking, score: null };
  if (progress.kind === "failed") {
    const { problem, kind } = progress.trouble;
    const text = problem?.title ?? strings.trouble[kind === "refused" ? "proxy" : kind];
    return { tone: "trouble", icon: TriangleAlert, text, score: null };
  }
  const first = progress.answer.matches[0];
  if (!first)
    return { tone: "clear", icon: CircleCheck, text: strings.check.notThere, score: null };
  const { name } = strings.check.verdicts[first.verdict];
  return { ...TONES[first.verdict], text: name, score: first.match_percentage };
}
