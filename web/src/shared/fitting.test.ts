import { afterEach, expect, test, vi } from "vitest";
import { fitting, packed } from "./fitting";

const bytes = (size: number) => new Uint8Array(size);

/** A browser that reads one picture, and writes JPEG of a byte a pixel. */
function drawing(width: number, height: number) {
  const fills: string[] = [];
  const close = vi.fn();
  vi.stubGlobal("createImageBitmap", async () => ({ width, height, close }));
  class Canvas {
    readonly context = {
      fillStyle: "",
      fillRect: () => fills.push(this.context.fillStyle),
      drawImage: () => fills.push("picture"),
    };
    constructor(
      readonly width: number,
      readonly height: number,
    ) {}
    getContext() {
      return this.context;
    }
    async convertToBlob({ type }: { type: string }) {
      return new Blob([bytes(this.width * this.height)], { type });
    }
  }
  vi.stubGlobal("OffscreenCanvas", Canvas);
  return { fills, close };
}

afterEach(() => vi.unstubAllGlobals());

test("leaves alone what fits", async () => {
  const file = new File([bytes(10)], "1.jpg");
  expect(await fitting(file, 10)).toBe(file);
});

test("reduces what does not fit to 2,000 pixels, as JPEG on white", async () => {
  const { fills, close } = drawing(4000, 3000);
  const file = new File([bytes(4_000_001)], "1.png");
  const smaller = await fitting(file);
  expect([smaller.type, smaller.size]).toEqual(["image/jpeg", 2000 * 1500]);
  expect(fills).toEqual(["white", "picture"]);
  expect(close).toHaveBeenCalledOnce();
});

test("reduces it further where several have to fit, and never enlarges it", async () => {
  drawing(1200, 1200);
  const file = new File([bytes(5_000_000)], "1.png");
  expect((await fitting(file, 1_000_000)).size).toBe(1000 * 1000);
  expect((await fitting(file, 2_000_000)).size).toBe(1200 * 1200);
});

test("sends what this browser cannot read as it is", async () => {
  vi.stubGlobal("createImageBitmap", async () => Promise.reject(new DOMException("", "x")));
  const file = new File([bytes(20)], "1.heic");
  expect(await fitting(file, 10)).toBe(file);
});

test("packs large feeds alone, unless they are packed", async () => {
  const rows = new TextEncoder().encode("entity_id,image_url\n".repeat(300_000));
  const [small, feed, zipped] = [["a"], [rows], [rows]].map(
    (content, index) => new File(content, ["a.csv", "b.csv", "b.csv.gz"][index] ?? ""),
  ) as [File, File, File];
  expect(await packed(small)).toBe(small);
  expect(await packed(zipped)).toBe(zipped);
  const gzip = await packed(feed);
  expect(gzip.size).toBeLessThan(100_000);
  const read = gzip.stream().pipeThrough(new DecompressionStream("gzip"));
  expect((await new Response(read).arrayBuffer()).byteLength).toBe(rows.byteLength);
});
