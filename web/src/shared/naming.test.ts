import { expect, test } from "vitest";
import { namesOf, skuOf } from "./naming";

test("calls a product by its SKU, and by its id where there is none to see", () => {
  expect(namesOf({ entity_id: "shoe-1", sku: "S-1" })).toEqual({ name: "S-1", further: "shoe-1" });
  for (const sku of ["", " ", "\u00a0", "\u200b"]) {
    expect(namesOf({ entity_id: "shoe-1", sku })).toEqual({ name: "shoe-1", further: "No SKU" });
    expect(skuOf({ sku })).toBe("No SKU");
  }
});
