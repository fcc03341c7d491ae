import { strings } from "../strings";

interface Named {
  entity_id: string;
  sku: string;
}

/** What a product is called by, and the smaller line below: its SKU and id, or its id alone. */
export function namesOf({ entity_id, sku }: Named): { name: string; further: string } {
  return hasSku(sku)
    ? { name: sku, further: entity_id }
    : { name: entity_id, further: strings.check.noSku };
}

/** The SKU as a fact about a product. */
export function skuOf({ sku }: Pick<Named, "sku">): string {
  return hasSku(sku) ? sku : strings.check.noSku;
}

/** Whether there is anything to see of it: shops also store spaces. */
function hasSku(sku: string): boolean {
  return /[^\s\p{Cf}]/u.test(sku);
}
