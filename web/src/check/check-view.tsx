import { useEffect, useState } from "preact/hooks";
import { place, setParameters } from "../shared/place";
import { strings } from "../strings";
import { check, checkAgain, checks } from "./checks";
import { DropArea } from "./drop-area";
import { Options } from "./options";
import { Results } from "./results";
import { Samples } from "./samples";
import { settings } from "./settings";
import type { Source } from "./sources";
import { useDropAndPaste } from "./use-drop-and-paste";

/** Whether one or several pictures are in the catalogue. */
export function CheckView() {
  const [complaint, setComplaint] = useState("");
  const begin = (sources: readonly Source[]) => {
    setComplaint(sources.length > 0 ? "" : strings.check.notAPicture);
    if (sources.length > 0) start(sources);
  };
  const isOver = useDropAndPaste(begin);
  useLinkedCheck();
  useSettingsChanges();
  const isIdle = checks.value.length === 0;
  return (
    <div class={isIdle ? "check idle" : "check"}>
      {isIdle && (
        <div class="hero">
          <h1>{strings.check.title}</h1>
          <p>{strings.check.lead}</p>
        </div>
      )}
      {!isIdle && <h1 class="unseen">{strings.views.check}</h1>}
      <DropArea isOver={isOver} isCompact={!isIdle} onSources={begin} />
      <p class="complaint" role="alert">
        {complaint}
      </p>
      <Options />
      {isIdle ? <Samples onSources={begin} /> : <Results />}
    </div>
  );
}

/** Check, and keep the address of a picture of the web in the address bar. */
function start(sources: readonly Source[]): void {
  const [only] = sources;
  const isLinkable = sources.length === 1 && only && "address" in only;
  setParameters({ image_url: isLinkable ? only.address : null });
  check(sources);
}

/** Begin with the picture that the address bar names. */
function useLinkedCheck(): void {
  useEffect(() => {
    const address = place.value.parameters.get("image_url");
    if (address && checks.value.length === 0) check([{ address }]);
  }, []);
}

/** Check again when the settings change, as soon as they rest. */
function useSettingsChanges(): void {
  const now = JSON.stringify(settings.value);
  const [checked, setChecked] = useState(now);
  useEffect(() => {
    if (now === checked) return undefined;
    const timer = setTimeout(() => {
      setChecked(now);
      checkAgain();
    }, 300);
    return () => clearTimeout(timer);
  }, [now, checked]);
}
