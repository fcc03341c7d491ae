import { useEffect, useRef, useState } from "preact/hooks";
import { type Source, sourcesOf } from "./sources";

/**
 * Takes pictures that are dropped anywhere on the page, or pasted.
 *
 * @returns whether something is being dragged over the page
 */
export function useDropAndPaste(
  onSources: (sources: Source[], data: DataTransfer) => void,
): boolean {
  const [isOver, setOver] = useState(false);
  const latest = useRef(onSources);
  latest.current = onSources;
  useEffect(() => {
    const listening = new AbortController();
    const listen = <Name extends keyof DocumentEventMap>(
      name: Name,
      listener: (event: DocumentEventMap[Name]) => void,
    ) => document.addEventListener(name, listener, { signal: listening.signal });
    listen("dragover", (event) => {
      event.preventDefault();
      setOver(true);
    });
    listen("dragleave", (event) => event.relatedTarget === null && setOver(false));
    listen("drop", (event) => {
      event.preventDefault();
      setOver(false);
      if (event.dataTransfer) latest.current(sourcesOf(event.dataTransfer), event.dataTransfer);
    });
    listen("paste", (event) => {
      if (!event.clipboardData || isTyping(event)) return;
      latest.current(sourcesOf(event.clipboardData), event.clipboardData);
    });
    return () => listening.abort();
  }, []);
  return isOver;
}

/** Text that is pasted into a field stays there; a picture is meant to be checked. */
function isTyping({ target, clipboardData }: ClipboardEvent): boolean {
  return target instanceof HTMLInputElement && clipboardData?.files.length === 0;
}
