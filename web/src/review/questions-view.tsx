import { CircleCheck, Clock, Copy, CopyX, Palette, Undo2 } from "lucide";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Choice, Decision } from "../api/types";
import { Icon } from "../shared/icon";
import { strings } from "../strings";
import { Pair } from "./pair";
import type { Question } from "./questions";
import { cursor, decide, made, news, noting, open, postpone, undo, wanted } from "./review";
import { hasShortcuts, setShortcuts } from "./shortcuts";

const words = strings.review;
const NAME = "lookalike-reviewer";
const CHOICES: [Choice, typeof Copy, string][] = [
  ["duplicate", Copy, "copy"],
  ["not_duplicate", CopyX, "clear"],
  ["variant", Palette, "variant"],
];

/** The first open question, its answers, and what is left. */
export function Questions() {
  const [said, setSaid] = useState("");
  const [by, setBy] = useState(sessionStorage.getItem(NAME) ?? "");
  const isBusy = useRef(false);
  const question = open.value[0];
  const once = async (work: () => Promise<string>) => {
    if (isBusy.current) return;
    isBusy.current = true;
    await noting(async () => setSaid(await work()));
    isBusy.current = false;
  };
  useEffect(() => {
    if (question) void noting(async () => heard(await news(question)));
  }, [question?.pair]);
  const heard = (theirs: Decision | null) => {
    if (theirs) setSaid(told(theirs));
  };
  const actions = actionsOf(question, by, once);
  useKeys(actions);
  return (
    <>
      <div class="review-progress">
        <Progress />
        <label class="review-by">
          {words.by}
          <input
            type="text"
            value={by}
            title={words.byHint}
            onInput={({ currentTarget }) => {
              setBy(currentTarget.value);
              sessionStorage.setItem(NAME, currentTarget.value);
            }}
          />
        </label>
        <label class="switch">
          <input
            type="checkbox"
            checked={hasShortcuts.value}
            onChange={({ currentTarget }) => setShortcuts(currentTarget.checked)}
          />
          {words.shortcuts}
        </label>
      </div>
      <p class="hint" role="status">
        {said}
      </p>
      {question ? <Pair key={question.pair} question={question} /> : <Over />}
      <Buttons actions={actions} />
    </>
  );
}

interface Action {
  key: string;
  text: string;
  icon: typeof Copy;
  tone: string;
  run: () => void;
}

function actionsOf(
  question: Question | undefined,
  by: string,
  once: (work: () => Promise<string>) => void,
): Action[] {
  const answers = CHOICES.map(([choice, icon, tone]) => {
    const run = () => question && once(() => answered(question, choice, by));
    return { ...words.choices[choice], icon, tone, run };
  });
  const wait = {
    ...words.later,
    icon: Clock,
    tone: "plain",
    run: () => question && once(async () => postponed(question)),
  };
  const back = () => once(async () => wordsOf(await undo(), words.undone));
  const take = { ...words.undo, icon: Undo2, tone: "plain", run: back };
  return [...(question ? [...answers, wait] : []), ...(made.value.length > 0 ? [take] : [])];
}

async function answered(question: Question, choice: Choice, by: string): Promise<string> {
  return wordsOf(await decide(question, choice, by), words.decided(words.choices[choice].text));
}

function postponed(question: Question): string {
  postpone(question);
  return open.value.length > 1 ? words.postponed : words.onlyLeft;
}

function wordsOf(theirs: Decision | null, otherwise: string): string {
  return theirs ? told(theirs) : otherwise;
}

function told(theirs: Decision): string {
  return words.conflict(theirs.by, words.choices[theirs.decision].text);
}

/** Letters act as the buttons do, unless somebody types, a dialog is open, or they are turned off. */
function useKeys(actions: readonly Action[]): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const listening = new AbortController();
    const onKey = (event: KeyboardEvent) => {
      if (!hasShortcuts.value || isForOthers(event)) return;
      const action = latest.current.find(({ key }) => key === event.key.toLowerCase());
      action?.run();
    };
    document.addEventListener("keydown", onKey, { signal: listening.signal });
    return () => listening.abort();
  }, []);
}

const TYPED_INTO = "input:not([type=checkbox]), select, textarea";

function isForOthers({ target, ctrlKey, metaKey, altKey, repeat }: KeyboardEvent): boolean {
  const isTyping = target instanceof Element && target.matches(TYPED_INTO);
  const isBehind = document.querySelector("dialog[open]") !== null;
  return isTyping || isBehind || ctrlKey || metaKey || altKey || repeat;
}

function Buttons({ actions }: { actions: readonly Action[] }) {
  return (
    <fieldset class="review-buttons">
      <legend class="unseen">{words.question}</legend>
      {actions.map(({ key, text, icon, tone, run }) => (
        <button
          key={key}
          type="button"
          class={`tone-${tone}`}
          aria-keyshortcuts={hasShortcuts.value ? key : undefined}
          onClick={run}
        >
          <Icon of={icon} size={18} />
          {text}
          {hasShortcuts.value && <kbd>{key.toUpperCase()}</kbd>}
        </button>
      ))}
    </fieldset>
  );
}

function Progress() {
  const all = wanted.value.length;
  const decided = all - open.value.length;
  return (
    <label class="progress">
      <span>{words.progress(decided, all, cursor.value === null)}</span>
      <progress max={Math.max(all, 1)} value={decided} />
    </label>
  );
}

function Over() {
  return (
    <section class="verdict tone-clear">
      <span class="verdict-icon">
        <Icon of={CircleCheck} size={24} />
      </span>
      <div class="verdict-words">
        <h2>{words.over}</h2>
        <p>{words.overText(made.value.length)}</p>
      </div>
    </section>
  );
}
