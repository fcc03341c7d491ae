import { useState } from "preact/hooks";
import { key, keyIsWanted, useKey } from "../api/key";
import { checkAgain } from "../check/checks";
import { strings } from "../strings";
import { Dialog } from "./dialog";

/** Asks for the API key as soon as the service does. */
export function KeyDialog() {
  const [typed, setTyped] = useState("");
  if (!keyIsWanted.value) return null;
  const submit = (event: Event) => {
    event.preventDefault();
    useKey(typed.trim());
    checkAgain();
  };
  return (
    <Dialog title={strings.key.title} onClose={() => (keyIsWanted.value = false)}>
      <form class="stack" onSubmit={submit}>
        <p>{key.value ? strings.key.refused : strings.key.text}</p>
        <label class="field">
          {strings.key.label}
          <input
            type="password"
            autocomplete="off"
            required
            value={typed}
            onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          />
        </label>
        <button type="submit" class="primary">
          {strings.key.use}
        </button>
      </form>
    </Dialog>
  );
}
