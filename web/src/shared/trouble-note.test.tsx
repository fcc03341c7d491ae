import { render, screen } from "@testing-library/preact";
import { expect, test } from "vitest";
import { Trouble } from "../api/trouble";
import { aProblem } from "./made";
import { TroubleNote } from "./trouble-note";

const TOO_LARGE = aProblem({ code: "image_too_large", status: 422 });
const UNREACHABLE = aProblem({ code: "image_unreachable", status: 422, retryable: true });

test.each([
  ["the network is away", new Trouble("away"), true],
  ["the answer was cut off", new Trouble("cut", 200), true],
  ["the service is busy", new Trouble("busy", 429, aProblem({ status: 429 }), 3), true],
  ["a proxy waited too long", new Trouble("proxy", 504), true],
  ["the host of the picture is away", new Trouble("refused", 422, UNREACHABLE), true],
  ["the file is no picture", new Trouble("refused", 415, aProblem({ status: 415 })), false],
  ["the picture is too large", new Trouble("refused", 422, TOO_LARGE), false],
  ["a proxy takes no such request", new Trouble("proxy", 413), false],
  ["the page has failed", new Trouble("defect"), false],
])("offers to try again where that may help: %s", (_, trouble, isOffered) => {
  render(<TroubleNote trouble={trouble} onRetry={() => {}} />);
  expect(screen.queryByRole("button", { name: "Try again" }) !== null).toBe(isOffered);
});
