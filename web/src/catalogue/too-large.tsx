import type { Trouble } from "../api/trouble";
import { strings } from "../strings";

const words = strings.catalogue.tooLarge;

/** What to do with a feed that is larger than a request to this service may be. */
export function TooLarge({ trouble, name }: { trouble: Trouble; name: string }) {
  if (!trouble.isTooLarge) return null;
  const service = new URL(".", location.href).href;
  return (
    <p>
      {words} <code>{`lookalike import "${name}" --url ${service}`}</code>
    </p>
  );
}
