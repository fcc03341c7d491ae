import { useEffect, useState } from "preact/hooks";
import { isAbort } from "../api/client";
import { key } from "../api/key";
import { asTrouble, type Trouble } from "../api/trouble";

export interface Asked<Answer> {
  answer: Answer | null;
  trouble: Trouble | null;
  again: () => void;
}

/**
 * What was answered last to a question that is asked when `about` changes, or the API key.
 *
 * @param question asks; it ends with the signal
 * @param about what the question depends on
 * @param every seconds after which it is asked again; 0: never
 */
export function useAsked<Answer>(
  question: (signal: AbortSignal) => Promise<Answer>,
  about: string,
  every = 0,
): Asked<Answer> {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [times, setTimes] = useState(0);
  const again = () => setTimes((before) => before + 1);
  useEffect(() => {
    const ended = new AbortController();
    let timer = 0;
    question(ended.signal)
      .then((given) => {
        setAnswer(given);
        setTrouble(null);
      })
      .catch((error: unknown) => isAbort(error) || setTrouble(asTrouble(error)))
      .finally(() => {
        if (every > 0 && !ended.signal.aborted) timer = window.setTimeout(again, 1000 * every);
      });
    return () => {
      ended.abort();
      clearTimeout(timer);
    };
  }, [about, times, key.value]);
  return { answer, trouble, again };
}
