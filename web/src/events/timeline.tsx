import type { IconNode } from "lucide";
import type { ComponentChildren } from "preact";
import { Icon } from "../shared/icon";
import { since } from "../strings";

export interface Happening {
  key: string;
  icon: IconNode;
  tone: string;
  /** ISO 8601. */
  at: string;
  words: ComponentChildren;
}

/** What has happened, one line each, and how long ago. */
export function Timeline({ happenings }: { happenings: readonly Happening[] }) {
  return (
    <ul class="timeline">
      {happenings.map(({ key, icon, tone, at, words }) => (
        <li key={key} class={`tone-${tone}`}>
          <Icon of={icon} size={16} />
          <span class="timeline-words">{words}</span>
          <time dateTime={at} title={new Date(at).toLocaleString("en")}>
            {since(at)}
          </time>
        </li>
      ))}
    </ul>
  );
}
