import { act, render, screen } from "@testing-library/preact";
import { afterEach, expect, test, vi } from "vitest";
import type { Status } from "../api/types";
import { aProblem, json, some } from "../shared/made";
import { StatusView } from "./status-view";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("does not say every ten seconds how long ago something was", async () => {
  vi.useFakeTimers();
  let seconds = 10;
  const index = { pictures: 1, behind: 0, ahead: 0, fresh: true };
  vi.stubGlobal("fetch", async (target: string) => {
    if (target !== "status") return json(aProblem({ status: 404 }), 404);
    seconds += 10;
    const compared = { ...index, compared_seconds_ago: seconds };
    return json(some<Status>({ products: 1, pictures: 1, outdated: 0, index: compared }));
  });
  render(<StatusView />);
  const pass = (time: number) => act(async () => void (await vi.advanceTimersByTimeAsync(time)));
  await pass(100);
  const said = () => screen.getByRole("status").textContent;
  expect(said()).toBe("Everything is in step");
  await pass(10_000);
  await pass(100);
  expect(screen.getByText(/30\sseconds ago/)).toBeDefined();
  expect(said()).toBe("Everything is in step");
});
