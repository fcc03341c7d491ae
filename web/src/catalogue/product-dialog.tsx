import { useState } from "preact/hooks";
import { ask } from "../api/client";
import type { Product } from "../api/types";
import { Dialog } from "../shared/dialog";
import { FactList } from "../shared/fact-list";
import { namesOf, skuOf } from "../shared/naming";
import { Picture } from "../shared/picture";
import { sightOf } from "../shared/pictures";
import { addressOf } from "../shared/place";
import { TroubleNote } from "../shared/trouble-note";
import { useAsked } from "../shared/use-asked";
import { strings } from "../strings";
import type { StoredImage } from "./copies";
import { ProductCopies } from "./product-copies";
import { ProductMore } from "./product-more";

const words = strings.catalogue;

/** A product with all its pictures, and the products that show the same. */
export function ProductDialog({ entityId, onClose }: { entityId: string; onClose: () => void }) {
  const [picture, setPicture] = useState(0);
  const path = `products/${encodeURIComponent(entityId)}`;
  const { answer, trouble, again } = useAsked((signal) => ask<Product>(path, { signal }), path);
  const images = answer ? imagesOf(answer) : [];
  const shown = images[picture];
  return (
    <Dialog title={answer ? namesOf(answer).name : entityId} isWide onClose={onClose}>
      {trouble && <TroubleNote trouble={trouble} onRetry={again} />}
      {answer && shown && (
        <div class="product">
          <div class="product-pictures">
            <Picture key={picture} of={sightOf(shown)} alt={words.picture(picture, entityId)} />
            <Thumbnails
              images={images}
              entityId={entityId}
              chosen={picture}
              onChosen={setPicture}
            />
          </div>
          <div class="product-words">
            <a
              class="button"
              href={addressOf("search", new URLSearchParams({ entity_id: entityId }))}
            >
              {strings.check.similar}
            </a>
            <Facts product={answer} />
            <ProductCopies key={picture} entityId={entityId} image={shown} />
            <ProductMore entityId={entityId} />
          </div>
        </div>
      )}
    </Dialog>
  );
}

/** All pictures of a product, the main one first. */
function imagesOf(product: Product): StoredImage[] {
  const all = product.images?.length ? product.images : [product];
  return all.map(({ image_url, fingerprint }) => ({
    image_url,
    fingerprint_id: fingerprint?.id ?? null,
  }));
}

interface ThumbnailsProps {
  images: readonly StoredImage[];
  entityId: string;
  chosen: number;
  onChosen: (index: number) => void;
}

function Thumbnails({ images, entityId, chosen, onChosen }: ThumbnailsProps) {
  if (images.length < 2) return null;
  return (
    <ul class="thumbnails">
      {images.map((image, index) => (
        <li key={`${index} ${image.image_url}`}>
          <button type="button" aria-current={index === chosen} onClick={() => onChosen(index)}>
            <Picture of={sightOf(image)} alt={words.picture(index, entityId)} isSmall />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Facts({ product }: { product: Product }) {
  const { fingerprint, flag, state } = product;
  const facts: [string, string][] = [
    [strings.check.product, product.entity_id],
    [strings.check.sku, skuOf(product)],
    ...Object.entries(product.attributes),
    [words.facts.state, state === "featureless" ? words.featureless : words.facts.active],
  ];
  if (flag) facts.unshift([words.facts.flag, flag.entity_id]);
  if (fingerprint) {
    facts.push([words.facts.size, strings.check.size(fingerprint.width, fingerprint.height)]);
    facts.push([words.facts.quality, `${fingerprint.quality}`]);
    facts.push([words.facts.version, fingerprint.version]);
  }
  if (product.image_url) facts.push([words.facts.source, product.image_url]);
  return (
    <div class="facts">
      <FactList facts={facts} />
    </div>
  );
}
