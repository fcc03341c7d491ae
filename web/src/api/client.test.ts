import { afterEach, expect, test, vi } from "vitest";
import { aProblem, json } from "../shared/made";
import { ask } from "./client";
import { askForKey, hasKeys, keepKey, key, keyDialog, useKey } from "./key";
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
  keepKey();
  useKey("");
  useKey("any"); // so that one may be asked for again
  key.value = "";
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

const noKey = () => json(aProblem({ code: "key_refused", status: 403 }), 403);

test("asks for a key where one is wanted, keeps it for the session, and repeats what it asked", async () => {
  const fetch = answering(noKey(), noKey(), json({ products: 1 }), json({ products: 2 }));
  const answers = Promise.all([ask("status"), ask("status")]);
  await vi.waitFor(() => expect(keyDialog.value).toBe("request"));
  useKey("secret");
  expect(await answers).toEqual([{ products: 1 }, { products: 2 }]);
  const headers = fetch.mock.calls[3]?.[1]?.headers as Headers;
  expect(headers.get("x-api-key")).toBe("secret");
  expect([key.value, keyDialog.value]).toEqual(["secret", null]);
  expect(Object.values({ ...localStorage })).not.toContain("secret");
});

test("asks again for a key that is wrong, and no more once nobody gives one", async () => {
  answering(noKey(), noKey(), noKey(), noKey());
  const answer = refused();
  await vi.waitFor(() => expect(keyDialog.value).toBe("request"));
  useKey("wrong");
  await vi.waitFor(() => expect(keyDialog.value).toBe("request"));
  keepKey();
  expect(await answer).toMatchObject({ kind: "key", status: 403 });
  expect(await refused()).toMatchObject({ kind: "key" }); // such as that of Status, ten seconds on
  expect([keyDialog.value, hasKeys.value]).toEqual([null, true]);
});

test("lets somebody change the key, and forget it", async () => {
  useKey("secret");
  const given = askForKey();
  expect(keyDialog.value).toBe("person");
  useKey("");
  expect(await given).toBe(false);
  expect([key.value, sessionStorage.length, keyDialog.value]).toEqual(["", 0, null]);
  answering(noKey());
  expect(await refused()).toMatchObject({ kind: "key" });
  expect(keyDialog.value).toBeNull();
});

test("waits for a key no longer than for an answer", async () => {
  useKey("old");
  answering(noKey());
  const ended = new AbortController();
  const answer = ask("status", { signal: ended.signal });
  await vi.waitFor(() => expect(keyDialog.value).toBe("request"));
  ended.abort(new DOMException("", "TimeoutError"));
  await expect(answer).rejects.toMatchObject({ kind: "away" });
});

test("does not wait for a key for what nobody wants any more", async () => {
  answering(noKey());
  const ended = new AbortController();
  useKey("old");
  const answer = ask("status", { signal: ended.signal });
  await vi.waitFor(() => expect(keyDialog.value).toBe("request"));
  ended.abort();
  await expect(answer).rejects.toMatchObject({ name: "AbortError" });
});
