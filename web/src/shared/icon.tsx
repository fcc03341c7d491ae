import type { IconNode } from "lucide";
import { h } from "preact";

interface Props {
  of: IconNode;
  size?: number;
}

/** An icon of Lucide's set. It only repeats what words say, and is hidden from screen readers. */
export function Icon({ of, size = 20 }: Props) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      {of.map(([name, attributes]) => h(name, attributes as Record<string, string>))}
    </svg>
  );
}
