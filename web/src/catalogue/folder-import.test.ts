import { afterEach, expect, test, vi } from "vitest";
import { aProblem, json } from "../shared/made";
import { loadFolder } from "./folder-import";
import { folderOf } from "./folders";
import { imports, type Running } from "./imports";

function folder(...paths: string[]) {
  return folderOf(
    "shop",
    paths.map((path) => ({ path, file: new File([path.endsWith("png") ? "y" : "x"], path) })),
  );
}

const shown = () => imports.value[0] as Running;

afterEach(() => {
  vi.unstubAllGlobals();
  imports.value = [];
});

test("sends each product with its pictures, and says which were refused", async () => {
  const sent = new Map<string, unknown>();
  vi.stubGlobal("fetch", async (target: string, { body }: { body: string }) => {
    sent.set(target, JSON.parse(body));
    if (target.includes("bad")) return json(aProblem({ code: "image_corrupt" }), 422);
    return json({ entity_id: "1", refused_images: [] });
  });
  const onOver = vi.fn();
  await loadFolder(folder("a/1.jpg", "a/1.png", "bad.jpg"), onOver);
  expect(sent.get("products/a%2F1?on_refused_image=leave_out")).toEqual({
    images: [{ image_base64: "eA==" }, { image_base64: "eQ==" }],
  });
  expect(shown().run).toMatchObject({ state: "done", total: 2, done: 1, failed: 1 });
  expect(shown().failures).toMatchObject([
    { entity_id: "bad", code: "image_corrupt", image_url: "bad.jpg", file: expect.any(File) },
  ]);
  expect(onOver).toHaveBeenCalledOnce();
});

test("ends where the service is away", async () => {
  vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("network")));
  await loadFolder(folder("1.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg"), () => {});
  expect(shown()).toMatchObject({ run: { state: "failed", done: 0 } });
  expect(shown().trouble?.kind).toBe("away");
});

test("stops when it is told to, and counts what it has sent", async () => {
  vi.stubGlobal("fetch", async () => {
    shown().cancel();
    return json({ entity_id: "1" });
  });
  await loadFolder(folder("1.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg", "6.jpg"), () => {});
  expect(shown().run?.state).toBe("cancelled");
  expect(shown().run?.done).toBeLessThan(6);
});

test("sends less at a time where the service takes no more", async () => {
  const sent: number[] = [];
  vi.stubGlobal("fetch", async (_target: string, { body }: { body: string }) => {
    sent.push(body.length);
    if (body.length > 5_500_000) return json(aProblem({ status: 413 }), 413);
    return json({ entity_id: "1", refused_images: [] });
  });
  vi.stubGlobal("createImageBitmap", async () => ({ width: 4000, height: 3000, close: () => {} }));
  class Canvas {
    getContext() {
      return { fillRect: () => {}, drawImage: () => {} };
    }
    async convertToBlob() {
      return new Blob([new Uint8Array(900_000)]);
    }
  }
  vi.stubGlobal("OffscreenCanvas", Canvas);
  const large = (path: string) => ({ path, file: new File([new Uint8Array(3_000_000)], path) });
  await loadFolder(folderOf("shop", ["1.jpg", "1.png", "2.jpg"].map(large)), () => {});
  expect(shown().run).toMatchObject({ state: "done", done: 2, failed: 0 });
  expect(Math.min(...sent)).toBeLessThan(4_100_000);
});
