import { Search } from "lucide";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../shared/icon";
import { place, setParameters } from "../shared/place";
import { strings } from "../strings";

const words = strings.catalogue;
/** Milliseconds for which a text has to rest before it is searched for. */
const REST = 250;

/** A text, or `key:value` for an attribute; kept in the address bar, and as that says. */
export function SearchField() {
  const { parameters } = place.value;
  const searched = parameters.get("q") ?? parameters.get("filter") ?? "";
  const [typed, setTyped] = useState(searched);
  const timer = useRef(0);
  const stop = () => {
    clearTimeout(timer.current);
    timer.current = 0;
  };
  useEffect(() => {
    if (timer.current === 0) setTyped((text) => (text.trim() === searched ? text : searched));
  }, [searched]);
  useEffect(() => stop, []);
  const type = (text: string) => {
    stop();
    setTyped(text);
    timer.current = window.setTimeout(() => {
      timer.current = 0;
      search(text.trim());
    }, REST);
  };
  return (
    <label class="search">
      <span class="unseen">{words.search}</span>
      <Icon of={Search} size={18} />
      <input
        type="search"
        placeholder={words.searchHint}
        value={typed}
        onInput={({ currentTarget }) => type(currentTarget.value)}
      />
    </label>
  );
}

function search(text: string): void {
  const isFilter = /^[^\s:]+:\S/.test(text);
  setParameters({ q: isFilter ? null : text || null, filter: isFilter ? text : null });
}
