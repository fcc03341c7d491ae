import { afterEach, expect, test, vi } from "vitest";
import type { SimilarProduct } from "../api/types";
import { json, some } from "../shared/made";
import { hasStyles, likenessOf, previewOf, wantedOf } from "./likeness";

const asked: { target: string; method: string | undefined }[] = [];
const never = new AbortController().signal;
const NOTHING = { filters: [], oneOfEach: false };

function answering(document: unknown) {
  vi.stubGlobal("fetch", async (target: string, { method }: RequestInit) => {
    asked.push({ target, method });
    return json(document);
  });
}

afterEach(() => {
  asked.length = 0;
  vi.unstubAllGlobals();
});

test("asks by product, by address, and with a picture", async () => {
  answering({ products: [] });
  await likenessOf({ name: "a", preview: null, product: "a/b" }, NOTHING, never);
  const address = "https://cdn.example/1.jpg";
  await likenessOf({ name: "1", preview: address, source: { address } }, NOTHING, never);
  const source = { file: new File(["1"], "1.jpg") };
  await likenessOf({ name: "1", preview: "blob:1", source }, NOTHING, never);
  expect(asked).toEqual([
    { target: "search?top=48&entity_id=a%2Fb", method: undefined },
    { target: "search?top=48&image_url=https%3A%2F%2Fcdn.example%2F1.jpg", method: undefined },
    { target: "search?top=48", method: "POST" },
  ]);
});

test("asks for what the address bar says", async () => {
  answering({ products: [] });
  const wanted = wantedOf(new URLSearchParams("filter=a:b&filter=c:d&diversify=style"));
  expect(wanted).toEqual({ filters: ["a:b", "c:d"], oneOfEach: true });
  await likenessOf({ name: "a", preview: null, product: "a" }, wanted, never);
  expect(asked[0]?.target).toBe(
    "search?top=48&filter=a%3Ab&filter=c%3Ad&diversify=style&entity_id=a",
  );
});

test.each([
  [["K1-BLACK", "K1-RED", "K2-RED"], true],
  [["SKU-1", "SKU-2", "SKU-3"], false],
  [["1", "2", "3"], false],
  [["", "", "K1"], false],
])("knows whether there are styles among %j", (skus, expected) => {
  const products = skus.map((sku, index) => some<SimilarProduct>({ sku, entity_id: `${index}` }));
  expect(hasStyles(products)).toBe(expected);
});

test("shows the picture of a product", async () => {
  answering({ image_url: "photos/1.jpg", fingerprint: { id: "1" } });
  const product = { name: "a", preview: null, product: "a" } as const;
  expect(await previewOf(product, never)).toEqual({
    address: "pictures/photos/1.jpg",
    stored: "1",
  });
});
