import { render } from "@testing-library/preact";
import { expect, test } from "vitest";
import { Trouble } from "../api/trouble";
import { TooLarge } from "./too-large";

function said(status: number): string {
  const { container } = render(<TooLarge trouble={new Trouble("proxy", status)} name="shop.csv" />);
  return `${container.textContent}`;
}

test("says how to load a feed that no request can hold", () => {
  expect(said(413)).toContain(`lookalike import "shop.csv" --url ${new URL(".", location.href)}`);
  expect(said(422)).toBe("");
});
