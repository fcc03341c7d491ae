import { fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, expect, test, vi } from "vitest";
import { key, useKey } from "../api/key";
import { Trouble } from "../api/trouble";
import { KeyDialog } from "./key-dialog";
import { TroubleNote } from "./trouble-note";

afterEach(() => useKey(""));

test("takes a key from what was refused for want of one, and repeats that", async () => {
  const onRetry = vi.fn();
  render(<TroubleNote trouble={new Trouble("key", 403)} onRetry={onRetry} />);
  render(<KeyDialog />);
  fireEvent.click(screen.getByRole("button", { name: "Enter a key" }));
  fireEvent.input(await screen.findByLabelText("API key"), { target: { value: " secret " } });
  fireEvent.submit(screen.getByLabelText("API key").closest("form") as HTMLFormElement);
  await vi.waitFor(() => expect(onRetry).toHaveBeenCalledOnce());
  expect([key.value, screen.queryByRole("dialog")]).toEqual(["secret", null]);
});
