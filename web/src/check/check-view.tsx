import { useEffect, useState } from "preact/hooks";
import { place, setParameters } from "../shared/place";
import { strings } from "../strings";
import { addressShown, check, checkAgain, checks, isOutdated } from "./checks";
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
  check(sources);
  setParameters({ image_url: isLinkable ? only.address : null });
}

/** Check the picture that the address bar names, also when another link is opened here. */
function useLinkedCheck(): void {
  const address = place.value.parameters.get("image_url");
  useEffect(() => {
    if (address === addressShown()) return;
    if (address) check([{ address }]);
    else if (addressShown()) check([]);
  }, [address]);
}

/** Check again when the settings change, as soon as they rest. */
function useSettingsChanges(): void {
  const now = settings.value;
  useEffect(() => {
    if (!isOutdated(now)) return undefined;
    const timer = setTimeout(checkAgain, 300);
    return () => clearTimeout(timer);
  }, [JSON.stringify(now)]);
}
