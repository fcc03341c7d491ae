import { render, screen } from "@testing-library/preact";
import { afterEach, expect, test, vi } from "vitest";
import { TroubleNote } from "./trouble-note";
import { useAsked } from "./use-asked";

function Asking({ question }: { question: () => Promise<string> }) {
  const { answer, trouble } = useAsked(question, "status");
  if (trouble) return <TroubleNote trouble={trouble} />;
  return <p>{answer ?? "Reading …"}</p>;
}

afterEach(() => vi.restoreAllMocks());

test("says so aloud where the page itself fails, instead of waiting for ever", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  render(<Asking question={() => Promise.reject(new TypeError("x is undefined"))} />);
  expect((await screen.findByRole("alert")).textContent).toContain("x is undefined");
  expect(screen.queryByText("Reading …")).toBeNull();
  expect(logged).toHaveBeenCalledOnce();
});
