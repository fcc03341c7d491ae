import { render, screen, waitFor } from "@testing-library/preact";
import { afterEach, expect, test, vi } from "vitest";
import { useKey } from "../api/key";
import { Picture } from "./picture";

afterEach(() => {
  useKey("");
  vi.unstubAllGlobals();
});

test("shows pictures as they are where no key is needed", () => {
  render(<Picture address="pictures/1.jpg" alt="A shirt" />);
  expect(screen.getByAltText("A shirt").getAttribute("src")).toBe("pictures/1.jpg");
});

test("fetches pictures of the service with the key, and no others", async () => {
  const fetch = vi.fn(async (_target: string, _options: RequestInit) => new Response("jpeg"));
  vi.stubGlobal("fetch", fetch);
  useKey("secret");
  render(<Picture address="pictures/1.jpg" alt="A shirt" />);
  render(<Picture address="https://cdn.example/1.jpg" alt="A dress" />);
  await waitFor(() => expect(screen.getByAltText("A shirt").getAttribute("src")).toMatch(/^blob:/));
  expect(screen.getByAltText("A dress").getAttribute("src")).toBe("https://cdn.example/1.jpg");
  expect(fetch).toHaveBeenCalledTimes(1);
  expect(fetch.mock.calls[0]?.[1].headers).toEqual({ "x-api-key": "secret" });
});

test("says that there is no picture", () => {
  render(<Picture address={null} alt="A shirt" />);
  expect(screen.getByRole("img", { name: "A shirt" }).textContent).toContain("No address");
});
