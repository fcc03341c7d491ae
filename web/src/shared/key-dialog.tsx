import { useId, useState } from "preact/hooks";
import { keepKey, key, keyDialog, useKey } from "../api/key";
import { strings } from "../strings";
import { Dialog } from "./dialog";

const words = strings.key;

/** Takes the API key, as soon as the service asks for it or somebody wants to change it. */
export function KeyDialog() {
  return keyDialog.value ? <Open isWanted={keyDialog.value === "request"} /> : null;
}

function Open({ isWanted }: { isWanted: boolean }) {
  const [typed, setTyped] = useState("");
  const explanation = useId();
  const submit = (event: Event) => {
    event.preventDefault();
    useKey(typed.trim());
  };
  return (
    <Dialog title={isWanted ? words.title : words.own} onClose={keepKey}>
      <form class="stack" onSubmit={submit}>
        <p id={explanation}>{explained(isWanted)}</p>
        <label class="field">
          {words.label}
          <input
            type="password"
            autocomplete="off"
            autofocus
            aria-describedby={explanation}
            aria-invalid={isWanted && key.value !== ""}
            required
            pattern=".*\S.*"
            value={typed}
            onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          />
        </label>
        <button type="submit" class="primary">
          {words.use}
        </button>
        {key.value && (
          <button type="button" onClick={() => useKey("")}>
            {words.forget}
          </button>
        )}
      </form>
    </Dialog>
  );
}

function explained(isWanted: boolean): string {
  if (!key.value) return words.text;
  return isWanted ? words.refused : words.known;
}
