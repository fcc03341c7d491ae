import { afterEach, expect, test, vi } from "vitest";
import { anAnswer, aProblem, json } from "../shared/made";
import { copiesOf } from "./copies";

const never = new AbortController().signal;

/** A service that has the thumbnail of one picture; which ways of checking were tried. */
function serving(checks: (target: string) => Response, files = new Response("jpeg")) {
  const tried: string[] = [];
  vi.stubGlobal("fetch", async (target: string, { body }: RequestInit) => {
    const [path = "", query = ""] = target.split("?", 2);
    if (path === "thumbnails") {
      const stored = query === "id=stored";
      const thumbnails = stored ? [{ fingerprint_id: "stored", data_uri: "data:1" }] : [];
      return json({ thumbnails });
    }
    if (path.startsWith("pictures/")) return files;
    const parameters = new URLSearchParams(query);
    expect(parameters.get("exclude_entity_id")).toBe("a");
    tried.push(parameters.get("image_url") ?? (body instanceof FormData ? "file" : `${body}`));
    return checks(target);
  });
  return tried;
}

const answered = () => json(anAnswer());
const STORED = '{"image_base64":"data:1"}';

afterEach(() => vi.unstubAllGlobals());

test.each([
  ["https://shop.example/1.jpg", ["https://shop.example/1.jpg"]],
  ["photos/1.jpg", ["file"]],
])("checks %s from where it came", async (image_url, ways) => {
  const tried = serving(answered);
  const copies = await copiesOf("a", { image_url, fingerprint_id: "stored" }, never);
  expect([copies?.isOfStored, tried]).toEqual([false, ways]);
});

test.each([null, "photos/gone.jpg"])("checks %s by what is stored", async (image_url) => {
  const tried = serving(answered, new Response("", { status: 404 }));
  const copies = await copiesOf("a", { image_url, fingerprint_id: "stored" }, never);
  expect([copies?.isOfStored, tried]).toEqual([true, [STORED]]);
});

test("checks by what is stored where the address is refused", async () => {
  const gone = () => json(aProblem({ code: "image_not_found" }), 422);
  const tried = serving((target) => (target.includes("image_url") ? gone() : answered()));
  const image = { image_url: "https://shop.example/1.jpg", fingerprint_id: "stored" };
  expect((await copiesOf("a", image, never))?.isOfStored).toBe(true);
  expect(tried).toEqual([image.image_url, STORED]);
});

test("says that nothing can be checked, and that the service is away", async () => {
  serving(answered);
  expect(await copiesOf("a", { image_url: null, fingerprint_id: "x" }, never)).toBeNull();
  vi.stubGlobal("fetch", async () => {
    throw new TypeError("Failed to fetch");
  });
  const image = { image_url: "https://shop.example/1.jpg", fingerprint_id: "stored" };
  await expect(copiesOf("a", image, never)).rejects.toMatchObject({ kind: "away" });
});
