import { act, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, expect, test, vi } from "vitest";
import { useKey } from "../api/key";
import { json } from "./made";
import { Picture } from "./picture";
import { pictureAddress, sightOf } from "./pictures";

const ID = "1".repeat(32);

afterEach(() => {
  useKey("");
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A service that has stored these pictures, and files of everything. */
function serving(...ids: string[]) {
  const thumbnails = ids.map((id) => ({ fingerprint_id: id, data_uri: `data:${id}` }));
  const fetch = vi.fn(async (target: string, _options: RequestInit) =>
    target.startsWith("thumbnails") ? json({ thumbnails }) : new Response("jpeg"),
  );
  vi.stubGlobal("fetch", fetch);
  return fetch;
}

const sourceOf = (alt: string) => screen.getByAltText(alt).getAttribute("src");

test("shows pictures as they are where no key is needed", () => {
  render(<Picture of={{ address: "pictures/1.jpg" }} alt="A shirt" />);
  expect(sourceOf("A shirt")).toBe("pictures/1.jpg");
});

test("fetches pictures of the service with the key, and no others", async () => {
  const fetch = serving();
  useKey("secret");
  render(<Picture of={{ address: "pictures/1.jpg" }} alt="A shirt" />);
  render(<Picture of={{ address: "https://cdn.example/1.jpg" }} alt="A dress" />);
  await waitFor(() => expect(sourceOf("A shirt")).toMatch(/^blob:/));
  expect(sourceOf("A dress")).toBe("https://cdn.example/1.jpg");
  expect(fetch).toHaveBeenCalledTimes(1);
  expect(fetch.mock.calls[0]?.[1].headers).toEqual({ "x-api-key": "secret" });
});

test("lets go of what it has fetched", async () => {
  serving();
  useKey("secret");
  const revoked = vi.spyOn(URL, "revokeObjectURL");
  const { unmount } = render(<Picture of={{ address: "pictures/1.jpg" }} alt="A shirt" />);
  await waitFor(() => expect(sourceOf("A shirt")).toMatch(/^blob:/));
  const made = sourceOf("A shirt");
  unmount();
  await waitFor(() => expect(revoked).toHaveBeenCalledWith(made));
});

test("shows what is stored where there is no address, or it cannot be shown", async () => {
  serving(ID);
  render(<Picture of={{ address: null, stored: ID }} alt="A shirt" />);
  await waitFor(() => expect(sourceOf("A shirt")).toBe(`data:${ID}`));
  render(<Picture of={{ address: "https://gone.example/1.jpg", stored: ID }} alt="A dress" />);
  expect(sourceOf("A dress")).toBe("https://gone.example/1.jpg");
  fireEvent.error(screen.getByAltText("A dress"));
  await waitFor(() => expect(sourceOf("A dress")).toBe(`data:${ID}`));
});

test("asks no other host for what is small", async () => {
  serving(ID);
  const of = { address: "https://cdn.example/1.jpg", stored: ID };
  render(<Picture of={of} alt="A shirt" isSmall />);
  await waitFor(() => expect(sourceOf("A shirt")).toBe(`data:${ID}`));
});

test("tries again what the service did not answer for, as long as it is in sight", async () => {
  vi.useFakeTimers();
  const id = "3".repeat(32);
  const thumbnails = [{ fingerprint_id: id, data_uri: "data:late" }];
  const answers = [null, null, json({ thumbnails })];
  const fetch = vi.fn(
    async () => answers.shift() ?? Promise.reject(new TypeError("Failed to fetch")),
  );
  vi.stubGlobal("fetch", fetch);
  const { unmount } = render(<Picture of={{ address: null, stored: id }} alt="A shirt" />);
  const second = () => act(async () => void (await vi.advanceTimersByTimeAsync(1000)));
  await second();
  expect(screen.getByRole("img", { name: "A shirt" }).textContent).toContain("Cannot be shown");
  for (let seconds = 0; seconds < 10; seconds++) await second();
  expect([sourceOf("A shirt"), fetch.mock.calls.length]).toEqual(["data:late", 3]);
  unmount();
});

test("says that there is no picture", async () => {
  serving();
  render(<Picture of={{ address: null }} alt="A shirt" />);
  const missing = () => screen.getByRole("img", { name: "A shirt" }).textContent;
  expect(missing()).toContain("No picture");
  render(<Picture of={{ address: null, stored: "2".repeat(32) }} alt="A dress" />);
  await waitFor(() =>
    expect(screen.getByRole("img", { name: "A dress" }).textContent).toContain("Cannot be shown"),
  );
});

test("knows where pictures of products are", () => {
  expect(sightOf({ image_url: "a b/1.jpg", fingerprint_id: ID })).toEqual({
    address: "pictures/a%20b/1.jpg",
    stored: ID,
  });
  expect(pictureAddress(`upload:${ID}`)).toBeNull();
});
