import { productAddress } from "./place";

/** The id of a product, which leads to all that is known about it. */
export function ProductLink({ entityId }: { entityId: string }) {
  return <a href={productAddress(entityId)}>{entityId}</a>;
}
