import { render } from "@testing-library/preact";
import { expect, test } from "vitest";
import type { Event } from "../api/types";
import { some } from "../shared/made";
import { happeningOf } from "./event-list";
import { Timeline } from "./timeline";

function textOf(type: Event["type"], data: Event["data"]): string {
  const event = some<Event>({ id: "evt_1", type, timestamp: new Date().toISOString(), data });
  const { container } = render(<Timeline happenings={[happeningOf(event)]} />);
  return `${container.textContent}`.replaceAll("\u00a0", " ");
}

test.each([
  ["picture.registered", { entity_id: "a", outcome: "created" }, "a was added"],
  ["picture.registered", { entity_id: "a", outcome: "replaced" }, "a was replaced"],
  [
    "import.finished",
    { state: "done", done: 3, failed: 1 },
    "An import has ended: 3 loaded, 1 refused",
  ],
  [
    "duplicate.found",
    { entity_id: "a", on_duplicate: "refuse", match: { entity_id: "b", match_percentage: 99.5 } },
    "a shows the same photograph as b 99.5 %, and was refused",
  ],
] as const)("says what has happened: %s %o", (type, data, text) => {
  expect(textOf(type, data)).toContain(text);
});
