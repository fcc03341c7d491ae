import { X } from "lucide";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { strings } from "../strings";
import { Icon } from "./icon";

interface Props {
  title: string;
  isWide?: boolean;
  onClose: () => void;
  onKeyDown?: (event: KeyboardEvent) => void;
  children: ComponentChildren;
}

/** A modal dialog: the browser holds the focus within it, and gives it back. */
export function Dialog({ title, isWide = false, onClose, onKeyDown, children }: Props) {
  const element = useRef<HTMLDialogElement>(null);
  const isGone = useRef(false);
  const heading = useId();
  useEffect(() => {
    const dialog = element.current;
    isGone.current = false;
    dialog?.showModal();
    return () => {
      isGone.current = true; // the event of closing comes when another one may be open
      dialog?.close();
    };
  }, []);
  return (
    <dialog
      ref={element}
      class={isWide ? "wide" : ""}
      aria-labelledby={heading}
      onClose={() => isGone.current || onClose()}
      onKeyDown={onKeyDown}
      onClick={(event) => event.target === element.current && onClose()}
    >
      <div class="dialog-head">
        <h2 id={heading}>{title}</h2>
        <button type="button" class="quiet" aria-label={strings.close} onClick={onClose}>
          <Icon of={X} />
        </button>
      </div>
      {children}
    </dialog>
  );
}
