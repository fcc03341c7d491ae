import { act, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Announcement } from "./announcement";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => vi.useRealTimers());

const said = () => screen.getByRole("status").textContent;

test("speaks seldom while something runs, and at once when it ends", () => {
  const { rerender } = render(<Announcement text="1 loaded" state="running" />);
  expect(said()).toBe("1 loaded");
  rerender(<Announcement text="2 loaded" state="running" />);
  act(() => void vi.advanceTimersByTime(5000));
  expect(said()).toBe("1 loaded");
  act(() => void vi.advanceTimersByTime(10_000));
  expect(said()).toBe("2 loaded");
  rerender(<Announcement text="3 loaded" state="done" />);
  expect(said()).toBe("3 loaded");
});
