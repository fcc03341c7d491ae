import { fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, expect, test, vi } from "vitest";
import { json } from "../shared/made";
import { SearchView } from "./search-view";

afterEach(() => vi.unstubAllGlobals());

test("shows the picture that was pasted last, though the one before had the same name", async () => {
  const sent: unknown[] = [];
  vi.stubGlobal("fetch", async (_: string, { body }: { body: FormData }) => {
    sent.push(await (body.get("image") as File).text());
    return json({ products: [], facets: {} });
  });
  render(<SearchView />);
  const shown = () => screen.getByAltText("What is looked for").getAttribute("src");
  const paste = (content: string) => {
    const event = new Event("paste", { bubbles: true });
    const files = [new File([content], "image.png", { type: "image/png" })];
    fireEvent(document, Object.assign(event, { clipboardData: { files } }));
  };
  paste("first");
  await waitFor(() => expect(shown()).toMatch(/^blob:/));
  const first = shown();
  paste("second");
  await waitFor(() => expect(sent).toEqual(["first", "second"]));
  await waitFor(() => expect(shown()).not.toBe(first));
});
