import { useRef } from "preact/hooks";
import { Announcement } from "../shared/announcement";
import { strings } from "../strings";
import { CheckList } from "./check-list";
import { checks, done, selected } from "./checks";
import { Result } from "./result";

/** What was found: for several pictures a list of them, and the one that is chosen in it. */
export function Results() {
  const all = checks.value.length;
  const shown = checks.value[Math.min(selected.value, all - 1)];
  const whole = useRef<HTMLDivElement>(null);
  return (
    <div ref={whole} class={all > 1 ? "results several" : "results"}>
      {all > 1 && (
        <div class="check-list">
          <label class="progress">
            <span>{strings.check.progress(done.value, all)}</span>
            <progress max={all} value={done.value} />
          </label>
          <Announcement
            text={strings.check.progress(done.value, all)}
            state={`${done.value === all}`}
          />
          <CheckList onChosen={() => reveal(whole.current?.lastElementChild)} />
        </div>
      )}
      {shown && <Result key={shown.id} check={shown} />}
    </div>
  );
}

/** Scroll to a result that the list above it leaves below the window, as on a phone. */
function reveal(result: Element | null | undefined): void {
  if (result && result.getBoundingClientRect().top > innerHeight / 2) result.scrollIntoView();
}
