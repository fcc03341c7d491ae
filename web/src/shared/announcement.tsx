import { useEffect, useRef, useState } from "preact/hooks";

/** Seconds between two sentences. */
const EVERY = 15;

interface Props {
  text: string;
  /** What is said at once when it changes, such as whether something runs or has ended. */
  state: string;
}

/** Tells screen readers what changes all the time, without talking all the time. */
export function Announcement({ text, state }: Props) {
  const [said, setSaid] = useState("");
  const latest = useRef(text);
  latest.current = text;
  useEffect(() => {
    const say = () => setSaid(latest.current);
    say();
    const timer = setInterval(say, 1000 * EVERY);
    return () => clearInterval(timer);
  }, [state]);
  return (
    <span class="unseen" role="status">
      {said}
    </span>
  );
}
