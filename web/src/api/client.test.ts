import { afterEach, expect, test, vi } from "vitest";
import { aProblem, json } from "../shared/made";
import { ask } from "./client";
import { key, keyIsWanted, useKey } from "./key";
import type { Trouble } from "./trouble";

const html = (status: number) =>
  new Response("<h1>Bad gateway</h1>", { status, headers: { "content-type": "text/html" } });

function answering(...answers: (Response | Error)[]) {
  const fetch = vi.fn(async (_target: string, _options: RequestInit) => {
    const next = answers.shift();
    if (next instanceof Response) return next;
    throw next ?? new TypeError("Failed to fetch");
  });
  vi.stubGlobal("fetch", fetch);
  return fetch;
}

const refused = async (): Promise<Trouble> =>
  ask("status").then(
    () => Promise.reject(new Error("answered")),
    (error: Trouble) => error,
  );

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
  useKey("");
});

test("gives the answer of the service", async () => {
  answering(json({ products: 3 }));
  expect(await ask("status")).toEqual({ products: 3 });
});

test.each([
  ["away", new TypeError("Failed to fetch"), 0],
  ["proxy", html(502), 502],
  ["proxy", html(200), 200],
  ["proxy", json({ message: "Forbidden" }, 403), 403],
  ["proxy", json({}), 200],
  ["cut", new Response('{"prod', { headers: { "content-type": "application/json" } }), 200],
  ["refused", json(aProblem(), 422), 422],
  ["key", json(aProblem({ code: "key_refused", status: 403 }), 403), 403],
] as const)("tells apart why there is no answer: %s", async (kind, answer, status) => {
  answering(answer);
  expect(await refused()).toMatchObject({ kind, status });
});

test("waits for a busy service as long as it says, and asks again", async () => {
  vi.useFakeTimers();
  const busy = () => json(aProblem({ status: 503 }), 503, { "retry-after": "3" });
  const fetch = answering(busy(), json({ products: 3 }));
  const answer = ask("status");
  await vi.advanceTimersByTimeAsync(2900);
  expect(fetch).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(200);
  expect(await answer).toEqual({ products: 3 });
});

test("gives up on a service that stays busy", async () => {
  const busy = () => json(aProblem({ status: 429 }), 429, { "retry-after": "0" });
  const fetch = answering(busy(), busy(), busy());
  expect(await refused()).toMatchObject({ kind: "busy" });
  expect(fetch).toHaveBeenCalledTimes(3);
});

test("asks for a key where one is wanted, keeps it for the session, and sends it", async () => {
  const fetch = answering(json(aProblem({ code: "key_refused" }), 403), json({ products: 1 }));
  await refused();
  expect(keyIsWanted.value).toBe(true);
  useKey("secret");
  await ask("status");
  const headers = fetch.mock.calls[1]?.[1]?.headers as Headers;
  expect(headers.get("x-api-key")).toBe("secret");
  expect([key.value, keyIsWanted.value]).toEqual(["secret", false]);
  expect(Object.values({ ...localStorage })).not.toContain("secret");
});
