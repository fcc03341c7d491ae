import { act, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { place, placeOf } from "../shared/place";
import { SearchField } from "./search-field";

const field = () => screen.getByRole<HTMLInputElement>("searchbox");

beforeEach(() => {
  vi.useFakeTimers();
  location.hash = "#/catalogue";
});

afterEach(() => {
  vi.useRealTimers();
  location.hash = "";
  place.value = placeOf("");
});

function rest(): void {
  act(() => void vi.advanceTimersByTime(300));
}

test("says what is searched for, also when a link or Back changes that", () => {
  place.value = placeOf("#/catalogue?q=shirt");
  render(<SearchField />);
  expect(field().value).toBe("shirt");
  act(() => {
    place.value = placeOf("#/catalogue?product=1");
  });
  expect(field().value).toBe("");
});

test("searches for what is typed as soon as it rests, and leaves spaces to whoever types", () => {
  render(<SearchField />);
  fireEvent.input(field(), { target: { value: "red " } });
  rest();
  expect([place.value.parameters.get("q"), field().value]).toEqual(["red", "red "]);
  fireEvent.input(field(), { target: { value: "category:Dress" } });
  rest();
  expect(`${place.value.parameters}`).toBe("filter=category%3ADress");
});

test("searches for nothing once the view is left", () => {
  const { unmount } = render(<SearchField />);
  fireEvent.input(field(), { target: { value: "red" } });
  unmount();
  rest();
  expect(place.value.parameters.get("q")).toBeNull();
});
