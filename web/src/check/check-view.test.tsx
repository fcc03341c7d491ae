import { render, waitFor } from "@testing-library/preact";
import { afterEach, expect, test, vi } from "vitest";
import { anAnswer, json } from "../shared/made";
import { place, placeOf } from "../shared/place";
import { CheckView } from "./check-view";
import { check, checks } from "./checks";

const asked: URLSearchParams[] = [];

afterEach(() => {
  check([]);
  asked.length = 0;
  place.value = placeOf("");
  vi.unstubAllGlobals();
});

function opened(link: string): void {
  place.value = placeOf(link);
}

const shown = () => checks.value.map(({ preview }) => preview);

test("checks what a second link names that is opened in the same tab", async () => {
  vi.stubGlobal("fetch", async (target: string) => {
    asked.push(new URLSearchParams(target.split("?")[1]));
    return json(anAnswer());
  });
  opened("#/check?image_url=https://cdn.example/1.jpg");
  render(<CheckView />);
  await waitFor(() => expect(shown()).toEqual(["https://cdn.example/1.jpg"]));
  opened("#/check?image_url=https://cdn.example/2.jpg&effort=fast");
  await waitFor(() => expect(shown()).toEqual(["https://cdn.example/2.jpg"]));
  const questions = () => asked.map((each) => [each.get("image_url"), each.get("effort")]);
  await waitFor(() => expect(questions()).toHaveLength(2));
  expect(questions()).toEqual([
    ["https://cdn.example/1.jpg", "normal"],
    ["https://cdn.example/2.jpg", "fast"],
  ]);
  opened("#/check?effort=fast");
  await waitFor(() => expect(shown()).toEqual([]));
});

test("keeps a file that is checked where a link changes the settings alone, and checks it anew", async () => {
  vi.stubGlobal("fetch", async (target: string) => {
    asked.push(new URLSearchParams(target.split("?")[1]));
    return json(anAnswer());
  });
  render(<CheckView />);
  check([{ file: new File(["1"], "1.jpg") }]);
  await waitFor(() => expect(asked).toHaveLength(1));
  opened("#/check?effort=thorough");
  await waitFor(() => expect(asked.at(-1)?.get("effort")).toBe("thorough"));
  expect([checks.value.length, asked.length]).toEqual([1, 2]);
});
